#include "sync/password.h"

#include "base/process.h"
#include "sync/command.h"

enum { PASSWORD_TIMEOUT_S = 120 };    /* a person may have to find their token first */

typedef struct {
	char    *command_line;
	int64_t  account_id;
	Mailbox *commands;
} Errand;

static Secret *read_password(const char *command_line, GError **err)
{
	g_auto(GStrv) argv = process_split(command_line, err);

	return argv ? process_read_secret(argv, PASSWORD_TIMEOUT_S, err) : NULL;
}

static gpointer run_errand(gpointer data)
{
	Errand *errand = data;
	Command *command = command_new(COMMAND_PASSWORD);

	command->account_id = errand->account_id;
	command->secret = read_password(errand->command_line, &command->error);
	mailbox_post(errand->commands, command);
	mailbox_unref(errand->commands);
	g_free(errand->command_line);
	g_free(errand);
	return NULL;
}

void password_ask(const char *command_line, int64_t account_id, Mailbox *commands)
{
	Errand *errand = g_new0(Errand, 1);

	errand->command_line = g_strdup(command_line);
	errand->account_id = account_id;
	errand->commands = mailbox_ref(commands);
	g_thread_unref(g_thread_new("password", run_errand, errand));
}
