/* exsim: an Exchange server for tests and demonstrations. Reads options, builds the world, serves until it is told to stop. */
#include <errno.h>
#include <gmime/gmime.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "exsim/control.h"
#include "exsim/corpus.h"
#include "exsim/generate.h"
#include "exsim/generate-pim.h"
#include "exsim/manners.h"
#include "exsim/sample.h"
#include "exsim/server.h"

typedef struct {
	int    port;
	char  *ready_file, *ca_file, *control, *versions, *generate, *corpus, *sample_dir, *now, *manners;
	char **faults, **orders;
	int    heartbeat_min_s, heartbeat_max_s, max_window;
	gboolean empty, require_provision, no_gzip, exit_with_parent;
} Options;

static const char summary[] =
	"Speaks ActiveSync on https://localhost:PORT/Microsoft-Server-ActiveSync for the users alice, bob and carol.\n"
	"Without --empty, --generate or --corpus alice's mailbox is the sample: six weeks of working life.\n";

static const char fault_help[] =
	"Faults (--fault, or the order fault): which requests, and what happens to them.\n"
	"  cmd=Sync|Ping|OPTIONS|…  user=NAME  device=ID      absent: any\n"
	"  nth=N count=N            the N-th that matches from now on (1), so many in a row (1; 0: all)\n"
	"  http=503 retry-after=2   an HTTP status; also throttle=REASON, location=URL (451, 302)\n"
	"  status=3                 the command's Status, and nothing is done\n"
	"  delay-ms=N  drip-ms=N    late; one byte at a time\n"
	"  cut-in=N                 closed once more than N bytes of the request's body came\n"
	"  cut=N  wrong-length=N    closed after byte N; Content-Length N too large\n"
	"  bomb-mib=N  flood-kib=N  a small answer that unpacks to N MiB; N KiB of headers\n"
	"  endless                  after the answer more bytes, without end\n"
	"  garbage  html  empty     random bytes, a login page, 200 without a body\n"
	"  reset  lose              TCP reset before, or after, the command is carried out\n"
	"  anew                     carried out; a header says that all keys are void\n"
	"  repeat-key  more-forever Sync: the old key again; MoreAvailable without end\n";

static char *description(void)
{
	g_autofree char *orders = control_help();
	return g_strdup_printf("Orders while it runs: POST lines to /control, or: exsim --control SOCKET 'deliver subject=Hello'\n"
	                       "Words are name=value, quoted as in a shell; user=NAME is alice unless told otherwise.\n%s\n%s", orders, fault_help);
}

static bool read_options(int *argc, char ***argv, Options *o, GError **err)
{
	const GOptionEntry entries[] = {
		{ "port", 'p', 0, G_OPTION_ARG_INT, &o->port, "Listen on PORT of 127.0.0.1 (0: any free one)", "PORT" },
		{ "ready-file", 'r', 0, G_OPTION_ARG_FILENAME, &o->ready_file, "Once it listens, write url=, ca=, control= and user= lines to FILE", "FILE" },
		{ "ca-file", 0, 0, G_OPTION_ARG_FILENAME, &o->ca_file, "Write the authority to trust to FILE (default: beside the ready file)", "FILE" },
		{ "control", 'c', 0, G_OPTION_ARG_FILENAME, &o->control, "The control socket; with orders as arguments: be the client and send them", "SOCKET" },
		{ "versions", 0, 0, G_OPTION_ARG_FILENAME, &o->versions, "Protocol versions offered (12.1,14.0,14.1,16.0,16.1)", "LIST" },
		{ "manners", 0, 0, G_OPTION_ARG_FILENAME, &o->manners, "Behave as another server: exchange, sogo, grommunio, traveler", "NAME" },
		{ "now", 0, 0, G_OPTION_ARG_FILENAME, &o->now, "Take this for the present, such as 2026-03-02T09:00:00Z", "TIME" },
		{ "empty", 0, 0, G_OPTION_ARG_NONE, &o->empty, "No messages", NULL },
		{ "sample-dir", 0, 0, G_OPTION_ARG_FILENAME, &o->sample_dir, "Where the sample mailbox lies", "DIR" },
		{ "generate", 'g', 0, G_OPTION_ARG_FILENAME, &o->generate, "N[,folders=K,size=4096,html=PERCENT,attachments=PERCENT,unread=PERCENT,events=N,contacts=N,seed=S,years=Y] generated messages", "SPEC" },
		{ "corpus", 0, 0, G_OPTION_ARG_FILENAME, &o->corpus, "The files of DIR, one message each; sub-directories are folders", "DIR" },
		{ "require-provision", 0, 0, G_OPTION_ARG_NONE, &o->require_provision, "Policies must be acknowledged first", NULL },
		{ "heartbeat-min", 0, 0, G_OPTION_ARG_INT, &o->heartbeat_min_s, "Shortest Ping allowed (60)", "SECONDS" },
		{ "heartbeat-max", 0, 0, G_OPTION_ARG_INT, &o->heartbeat_max_s, "Longest Ping allowed (3540)", "SECONDS" },
		{ "max-window", 0, 0, G_OPTION_ARG_INT, &o->max_window, "Most items in one Sync answer (512)", "N" },
		{ "fault", 'f', 0, G_OPTION_ARG_FILENAME_ARRAY, &o->faults, "Do something wrong, see below; may be repeated", "FAULT" },
		{ "no-gzip", 0, 0, G_OPTION_ARG_NONE, &o->no_gzip, "Never compress answers", NULL },
		{ "exit-with-parent", 0, 0, G_OPTION_ARG_NONE, &o->exit_with_parent, "End when the process that started it ends", NULL },
		{ G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->orders, NULL, "[ORDER…]" },
		G_OPTION_ENTRY_NULL,
	};
	g_autoptr(GOptionContext) context = g_option_context_new("- an Exchange server for tests and demonstrations");
	g_autofree char *text = description();

	g_option_context_set_summary(context, summary);
	g_option_context_set_description(context, text);
	g_option_context_add_main_entries(context, entries, NULL);
	return g_option_context_parse(context, argc, argv, err);
}

static void options_clear(Options *o)
{
	char *texts[] = { o->ready_file, o->ca_file, o->control, o->versions, o->generate, o->corpus, o->sample_dir, o->now, o->manners };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	g_strfreev(o->faults);
	g_strfreev(o->orders);
}

/* ---- the world ---- */

static void fill_pim(User *alice, const GenerateOptions *options)
{
	GeneratePim pim = { .seed = options->seed, .now_ms = options->now_ms, .span_ms = options->span_ms, .count = options->events };

	if (options->events)
		collection_fill(user_folder_of_type(alice, FOLDER_CALENDAR), generate_events(&pim));
	pim.count = options->contacts;
	if (options->contacts)
		collection_fill(user_folder_of_type(alice, FOLDER_CONTACTS), generate_contacts(&pim));
}

static bool fill_generated(World *world, User *alice, const char *spec, GError **err)
{
	GenerateOptions options;

	if (!generate_options_read(spec, world_now_ms(world), &options, err))
		return false;
	g_autoptr(GPtrArray) sources = generate_sources(&options);
	for (guint i = 0; i < sources->len; i++) {
		g_autofree char *name = g_strdup_printf("Folder %u", i + 1);
		if (i == 0)
			collection_fill(user_folder_of_type(alice, FOLDER_INBOX), g_ptr_array_index(sources, i));
		else
			user_add_folder(alice, NULL, name, FOLDER_USER_MAIL, g_ptr_array_index(sources, i));
	}
	fill_pim(alice, &options);
	return true;
}

static bool fill(World *world, User *alice, const Options *o, GError **err)
{
	if (o->generate)
		return fill_generated(world, alice, o->generate, err);
	if (o->corpus)
		return corpus_load(alice, o->corpus, err);
	return o->empty || sample_load(world, alice, o->sample_dir, err);
}

static bool read_now(const char *text, int64_t *ret_ms, GError **err)
{
	*ret_ms = 0;
	if (!text)
		return true;
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	g_autoptr(GDateTime) when = g_date_time_new_from_iso8601(text, utc);
	if (!when)
		return fail(err, ERR_USAGE, "--now: “%s” is not a time such as 2026-03-02T09:00:00Z", text);
	*ret_ms = g_date_time_to_unix(when) * 1000;
	return true;
}

static bool set_world_options(World *world, const Options *o, GError **err)
{
	WorldOptions *w = &world->options;

	if (o->manners && !manners_set(world, o->manners, err))
		return false;
	if (o->versions)
		w->versions = o->versions;
	if (o->heartbeat_min_s > 0)
		w->heartbeat_min_s = o->heartbeat_min_s;
	if (o->heartbeat_max_s > 0)
		w->heartbeat_max_s = o->heartbeat_max_s;
	if (o->max_window > 0)
		w->max_window = (guint)o->max_window;
	w->gzip = !o->no_gzip;
	w->require_provision = o->require_provision;
	return true;
}

/* @o outlives the world. */
static World *make_world(const Options *o, GError **err)
{
	int64_t now_ms;

	if (!read_now(o->now, &now_ms, err))
		return NULL;
	g_autoptr(World) world = world_new(clock_system(), now_ms);
	if (!set_world_options(world, o, err))
		return NULL;
	User *alice = world_add_user(world, "alice", "Alice Example", "wonderland");
	world_add_user(world, "bob", "Bob Kowalski", "builder");
	world_add_user(world, "carol", "Carol Sørensen", "pässwörd€");
	for (guint i = 0; o->faults && o->faults[i]; i++)
		if (!fault_list_add(world->faults, o->faults[i], err))
			return NULL;
	return fill(world, alice, o, err) ? g_steal_pointer(&world) : NULL;
}

/* ---- serving ---- */

static char *ready_text(const World *world, const Server *server, const char *ca_file, const char *control)
{
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, "url=https://localhost:%u%s\n", server_port(server), SERVER_PATH);
	if (ca_file)
		g_string_append_printf(out, "ca=%s\n", ca_file);
	if (control)
		g_string_append_printf(out, "control=%s\n", control);
	for (guint i = 0; i < world->users->len; i++) {
		const User *user = g_ptr_array_index(world->users, i);
		g_string_append_printf(out, "user=%s password=%s\n", user->name, user->password);
	}
	return g_string_free(out, FALSE);
}

/* Blocks the signals that end it, in all threads to come, and returns a descriptor that tells of them. */
static int take_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static void wait_for_end(int signals)
{
	struct pollfd ready = { .fd = signals, .events = POLLIN };

	while (poll(&ready, 1, -1) < 0 && errno == EINTR)
		;
}

static char *absolute(const char *path) { return path ? g_canonicalize_filename(path, NULL) : NULL; }

static char *ca_path(const Options *o)
{
	if (o->ca_file || !o->ready_file)
		return absolute(o->ca_file);
	g_autofree char *dir = g_path_get_dirname(o->ready_file);
	g_autofree char *path = g_build_filename(dir, "ca.pem", NULL);
	return absolute(path);
}

static bool announce(const Options *o, const World *world, const Server *server, const Certs *certs, const char *control, GError **err)
{
	g_autofree char *ca_file = ca_path(o);
	g_autofree char *text = ready_text(world, server, ca_file, control);

	if (ca_file && !file_write_atomic(ca_file, certs->ca_pem, strlen(certs->ca_pem), err))
		return false;
	if (o->ready_file)
		return file_write_atomic(o->ready_file, text, strlen(text), err);
	fputs(text, stdout);
	return fflush(stdout) == 0;
}

static bool serve(const Options *o, World *world, const Certs *certs, int signals, GError **err)
{
	g_autofree char *control_path = absolute(o->control);
	ControlSocket *control = control_path ? control_socket_open(world, control_path, err) : NULL;
	bool ok = false;

	if (control_path && !control)
		return false;
	Server *server = server_start(world, certs, (guint16)o->port, err);
	if (server && announce(o, world, server, certs, control_path, err)) {
		wait_for_end(signals);
		ok = true;
	}
	control_socket_close(control);
	server_stop(server);
	return ok;
}

static bool run_server(const Options *o, GError **err)
{
	int signals = take_signals();
	Certs certs = { 0 };

	if (o->exit_with_parent)
		prctl(PR_SET_PDEATHSIG, SIGTERM);
	g_mime_init();
	g_autoptr(World) world = make_world(o, err);
	bool ok = world && certs_make(&certs, err) && serve(o, world, &certs, signals, err);
	certs_clear(&certs);
	return ok;
}

static bool run_client(const Options *o, GError **err)
{
	g_autofree char *lines = g_strjoinv("\n", o->orders);
	g_autofree char *reply = NULL;

	if (!o->control)
		return fail(err, ERR_USAGE, "exsim: orders need --control SOCKET");
	if (!control_ask(o->control, lines, &reply, err))
		return false;
	fputs(reply, stdout);
	return true;
}

int main(int argc, char **argv)
{
	Options options = { 0 };
	g_autoptr(GError) err = NULL;

	bool ok = read_options(&argc, &argv, &options, &err) &&
	          (options.orders ? run_client(&options, &err) : run_server(&options, &err));
	if (!ok)
		fprintf(stderr, "exsim: %s\n", err->message);
	options_clear(&options);
	return ok ? 0 : 1;
}
