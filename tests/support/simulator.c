#include "support/simulator.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/tempstore.h"

struct Simulator {
	GPid  pid;
	char *dir, *program, *ca_file, *control, *url;
};

static char *program_path(void)
{
	const char *build = g_getenv("POSTERN_BUILD");

	return g_build_filename(build ? build : "build", "exsim", NULL);
}

static GStrv make_argv(const Simulator *simulator, const char *const *options)
{
	g_autoptr(GStrvBuilder) argv = g_strv_builder_new();

	g_strv_builder_add_many(argv, simulator->program, "--exit-with-parent", "--ca-file",
	                        simulator->ca_file, "--control", simulator->control, NULL);
	for (guint i = 0; options && options[i]; i++)
		g_strv_builder_add(argv, options[i]);
	return g_strv_builder_end(argv);
}

/* It says where it listens, and for whom; the last user is carol. */
static void read_ready_text(Simulator *simulator, int fd)
{
	FILE *file = fdopen(fd, "r");
	char line[1024];
	bool is_ready = false;

	while (!is_ready && fgets(line, sizeof line, file)) {
		g_strchomp(line);
		if (g_str_has_prefix(line, "url="))
			simulator->url = g_strdup(line + strlen("url="));
		is_ready = g_str_has_prefix(line, "user=carol");
	}
	g_assert_true(is_ready);
	fclose(file);
}

Simulator *simulator_start(const char *const *options)
{
	Simulator *simulator = g_new0(Simulator, 1);
	g_auto(GStrv) argv = NULL;
	GError *error = NULL;
	int out;

	simulator->dir = g_dir_make_tmp("postern-exsim-XXXXXX", NULL);
	simulator->program = program_path();
	simulator->ca_file = g_build_filename(simulator->dir, "ca.pem", NULL);
	simulator->control = g_build_filename(simulator->dir, "control", NULL);
	argv = make_argv(simulator, options);
	g_spawn_async_with_pipes(NULL, argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
	                         &simulator->pid, NULL, &out, NULL, &error);
	g_assert_no_error(error);
	read_ready_text(simulator, out);
	return simulator;
}

void simulator_stop(Simulator *simulator)
{
	if (!simulator)
		return;
	kill(simulator->pid, SIGTERM);
	waitpid(simulator->pid, NULL, 0);
	g_spawn_close_pid(simulator->pid);
	temp_dir_remove(simulator->dir);
	g_free(simulator->dir);
	g_free(simulator->program);
	g_free(simulator->ca_file);
	g_free(simulator->control);
	g_free(simulator->url);
	g_free(simulator);
}

char *simulator_order(Simulator *simulator, const char *order)
{
	char *argv[] = { simulator->program, (char *)"--control", simulator->control, (char *)order,
		         NULL };
	g_autofree char *complaint = NULL;
	GError *error = NULL;
	char *reply = NULL;
	int status;

	g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &reply, &complaint, &status,
	             &error);
	g_assert_no_error(error);
	if (!g_spawn_check_wait_status(status, NULL))
		g_error("exsim refuses \"%s\": %s", order, complaint);
	return reply;
}

guint simulator_requests(Simulator *simulator, const char *command)
{
	g_autofree char *ledger = simulator_order(simulator, "ledger");
	g_auto(GStrv) lines = g_strsplit(ledger, "\n", -1);
	g_autofree char *mark = command ? g_strdup_printf("\"%s\"", command) : g_strdup("{");
	guint count = 0;

	for (guint i = 0; lines[i]; i++)
		count += strstr(lines[i], mark) != NULL;
	return count;
}

Account *simulator_account(const Simulator *simulator)
{
	Account *account = account_new();

	account->name = g_strdup("alice");
	account->address = g_strdup("alice@example.test");
	account->user_name = g_strdup("alice");
	account->server_url = g_strdup(simulator->url);
	account->ca_file = g_strdup(simulator->ca_file);
	account->filter = 0;
	return account;
}
