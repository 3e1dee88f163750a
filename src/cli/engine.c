#include "cli/engine.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/mailbox.h"
#include "cli/prompt.h"

struct Engine {
	Cli        *cli;
	SyncClient *client;
	Mailbox    *events;
	int         signal_fd;
	sigset_t    mask_before;
	int64_t     deadline_ms;
};

/* Blocked before the engine's thread is made, so that it inherits the mask and only we hear them. */
static bool take_signals(Engine *engine, GError **err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, &engine->mask_before);
	engine->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return engine->signal_fd >= 0 || fail_errno(err, errno, _("cannot listen for signals"));
}

/* The one account that --password-fd is for. */
static Secret *password_of(const char *account_name, void *data)
{
	const Engine *engine = data;
	const Account *account = cli_account(engine->cli, NULL);

	return account && g_strcmp0(account->name, account_name) == 0 ? engine->cli->password : NULL;
}

static bool start_client(Engine *engine, SyncMode mode, const GPtrArray *accounts, GError **err)
{
	Cli *cli = engine->cli;
	g_autoptr(GError) why = NULL;
	SyncSetup setup = {
		.store = cli_store(cli, err), .accounts = accounts, .backends = cli->backends, .clock = cli->clock,
		.events = engine->events, .mode = mode, .password_of = password_of, .password_data = engine,
	};

	if (!setup.store)
		return false;
	engine->client = sync_start(&setup, &why);
	if (error_is(why, ERR_HELD))
		return fail(err, ERR_HELD, _("another Postern is running and keeps this mailbox in step; %s works when it "
		            "has ended (reading commands work now)"), cli->verb->name);
	if (!engine->client)
		g_propagate_error(err, g_steal_pointer(&why));
	return engine->client != NULL;
}

Engine *engine_start(Cli *cli, SyncMode mode, const GPtrArray *accounts, GError **err)
{
	g_autoptr(Engine) engine = g_new0(Engine, 1);
	Secret *password = NULL;

	engine->cli = cli;
	engine->signal_fd = -1;
	engine->deadline_ms = cli_deadline_ms(cli);
	engine->events = mailbox_new((GDestroyNotify)sync_event_free);
	if (args_has(cli->args, "offline"))
		return fail_null(err, ERR_REFUSED, _("%s needs the server, and --offline forbids it"), cli->verb->name);
	if (!cli_password(cli, &password, err) || !take_signals(engine, err) ||
	    !start_client(engine, mode, accounts, err))
		return NULL;
	return g_steal_pointer(&engine);
}

void engine_free(Engine *engine)
{
	if (!engine)
		return;
	sync_stop(engine->client);
	mailbox_unref(engine->events);
	if (engine->signal_fd >= 0) {
		close(engine->signal_fd);
		pthread_sigmask(SIG_SETMASK, &engine->mask_before, NULL);
	}
	g_free(engine);
}

SyncClient *engine_client(const Engine *engine)
{
	return engine->client;
}

/* ---- questions ---- */

/* How a question that nobody can answer ends the account's part. */
static ErrorKind kind_of_question(QuestionKind kind)
{
	switch (kind) {
	case QUESTION_PASSWORD:    return ERR_SIGN_IN;
	case QUESTION_CERTIFICATE: return ERR_TLS;
	case QUESTION_POLICY:      return ERR_REFUSED;
	case QUESTION_REDIRECT:    return ERR_MOVED;
	}
	return ERR_ASK;
}

static bool ask_password(Engine *engine, const Question *question, GError **err)
{
	g_autofree char *text = g_strdup_printf(_("%s Password (it is not stored):"), question->text);
	g_autoptr(Secret) password = prompt_secret(text, err);

	if (!password)
		return false;
	sync_answer(engine->client, question, ANSWER_YES, password);
	return true;
}

static bool ask_choice(Engine *engine, const Question *question, GError **err)
{
	bool is_yes = false;

	if (question->facts)
		output_message("%s", question->facts);
	if (!prompt_confirm(question->text, &is_yes, err))
		return false;
	sync_answer(engine->client, question, is_yes ? ANSWER_YES : ANSWER_NO, NULL);
	return true;
}

/* A question that is answered vanishes; one that cannot be becomes the account's failure. */
static bool handle_question(Engine *engine, SyncEvent *event, bool *ret_is_gone, GError **err)
{
	const Question *question = event->question;

	if (cli_may_ask(engine->cli)) {
		*ret_is_gone = true;
		return question->kind == QUESTION_PASSWORD ? ask_password(engine, question, err)
		                                           : ask_choice(engine, question, err);
	}
	event->kind = SYNC_STATE;
	event->state = SYNC_PARKED;
	event->error_kind = (int)kind_of_question(question->kind);
	event->account_id = question->account_id;
	g_free(event->text);
	event->text = g_strdup(question->text);
	*ret_is_gone = false;
	return true;
}

/* ---- waiting ---- */

/* False when the wait is over for good. */
static bool wait_for_something(Engine *engine, GError **err)
{
	struct pollfd fds[] = { { mailbox_fd(engine->events), POLLIN, 0 }, { engine->signal_fd, POLLIN, 0 } };
	int64_t left_ms = -1;

	if (engine->deadline_ms >= 0) {
		left_ms = engine->deadline_ms - clock_uptime_ms(engine->cli->clock);
		if (left_ms <= 0)
			return fail(err, ERR_NETWORK, _("%s was not done within the time of --timeout"),
			            engine->cli->verb->name);
	}
	if (poll(fds, G_N_ELEMENTS(fds), (int)MIN(left_ms, G_MAXINT)) < 0 && errno != EINTR)
		return fail_errno(err, errno, _("cannot wait for the engine"));
	return !(fds[1].revents & POLLIN) || fail(err, ERR_CANCELLED, _("interrupted"));
}

bool engine_next(Engine *engine, SyncEvent **ret_event, GError **err)
{
	for (;;) {
		g_autoptr(SyncEvent) event = mailbox_take(engine->events);
		bool is_gone = false;
		if (!event) {
			if (!wait_for_something(engine, err))
				return false;
			continue;
		}
		if (event->kind == SYNC_QUESTION && !handle_question(engine, event, &is_gone, err))
			return false;
		if (is_gone)
			continue;
		*ret_event = g_steal_pointer(&event);
		return true;
	}
}
