#include "cli/errand.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "app/outgoing.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/mailbox.h"
#include "cli/ask.h"

struct Errand {
	Cli        *cli;
	SyncClient *client;
	Mailbox    *events;
	int         signal_fd;
	sigset_t    mask_before;
	int64_t     deadline_ms;
	Secret     *password;              /* of --password-fd; borrowed */
	const char *password_account;      /* whose it is; borrowed */
	GHashTable *account_ids; /* set of int64_t: those at work, as far as the store knows */
	GQueue      stuck;                 /* of SyncEvent: states passed over, to be told yet */
};

/* Blocked before the engine's thread is made, so that it inherits the mask and only we hear them.
 */
static bool take_signals(Errand *errand, GError **err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, &errand->mask_before);
	errand->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return errand->signal_fd >= 0 || fail_errno(err, errno, _("cannot listen for signals"));
}

/* The one account that --password-fd is for: the only one at work, else that of -a or the default.
 */
static bool take_password(Errand *errand, const GPtrArray *accounts, GError **err)
{
	const Account *account =
		accounts->len == 1 ? g_ptr_array_index(accounts, 0) : cli_account(errand->cli, err);

	errand->password_account = account ? account->name : NULL;
	if (account && !(errand->cli->verb->uses & USES_ENGINE))
		return true;       /* --password-fd is that of a file of keys */
	return account && cli_password(errand->cli, &errand->password, err);
}

/* Engine thread: what it reads was there before the thread was. */
static Secret *password_of(const char *account_name, void *data)
{
	const Errand *errand = data;

	return g_strcmp0(errand->password_account, account_name) == 0 ? errand->password : NULL;
}

static bool start_client(Errand *errand, SyncMode mode, const GPtrArray *accounts, GError **err)
{
	Cli *cli = errand->cli;
	g_autoptr(GError) why = NULL;
	SyncSetup setup = {
		.store = cli_store(cli, err),
		.accounts = accounts,
		.backends = cli->backends,
		.clock = cli->clock,
		.events = errand->events,
		.mode = mode,
		.password_of = password_of,
		.password_data = errand,
		.compose = outgoing_compose,
		.runtime_dir = cli->paths->runtime_dir,
		.internal_hosts = settings_text(cli->settings, SETTING_READ_INTERNAL_HOSTS),
		.revocation_hosts =
			settings_text(cli->settings, SETTING_SMIME_REVOCATION_HOSTS),
		.may_join = true,
	};

	if (!setup.store)
		return false;
	errand->client = sync_start(&setup, &why);
	if (error_is(why, ERR_HELD))
		return fail(
			err, ERR_HELD,
			_("another Postern is at work on this mailbox and does not answer; %s works when it "
		          "has ended (reading commands work now)"),
			cli->verb->name);
	if (!errand->client)
		g_propagate_error(err, g_steal_pointer(&why));
	return errand->client != NULL;
}

/* Their rows are there once the engine runs. */
static bool note_accounts(Errand *errand, const GPtrArray *accounts, GError **err)
{
	for (guint i = 0; i < accounts->len; i++) {
		g_autoptr(AccountState) state = NULL;
		if (!cli_account_state(errand->cli, g_ptr_array_index(accounts, i), &state, err))
			return false;
		if (state)
			g_hash_table_add(errand->account_ids,
			                 g_memdup2(&state->id, sizeof state->id));
	}
	return true;
}

Errand *errand_start(Cli *cli, SyncMode mode, const GPtrArray *accounts, GError **err)
{
	g_autoptr(Errand) errand = g_new0(Errand, 1);

	errand->cli = cli;
	errand->signal_fd = -1;
	g_queue_init(&errand->stuck);
	errand->account_ids = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	errand->deadline_ms = cli_deadline_ms(cli);
	errand->events = mailbox_new((GDestroyNotify)sync_event_free);
	if (args_has(cli->args, "offline") && mode != SYNC_STILL)
		return fail_null(err, ERR_REFUSED,
		                 _("%s needs the server, and --offline forbids it"),
		                 cli->verb->name);
	if ((mode != SYNC_STILL && !take_password(errand, accounts, err)) ||
	    !take_signals(errand, err) || !start_client(errand, mode, accounts, err) ||
	    !note_accounts(errand, accounts, err))
		return NULL;
	return g_steal_pointer(&errand);
}

void errand_free(Errand *errand)
{
	if (!errand)
		return;
	sync_stop(errand->client);
	mailbox_unref(errand->events);
	g_hash_table_unref(errand->account_ids);
	g_queue_clear_full(&errand->stuck, (GDestroyNotify)sync_event_free);
	if (errand->signal_fd >= 0) {
		close(errand->signal_fd);
		pthread_sigmask(SIG_SETMASK, &errand->mask_before, NULL);
	}
	g_free(errand);
}

SyncClient *errand_client(const Errand *errand)
{
	return errand->client;
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
	case QUESTION_SENT:        return ERR_NETWORK;
	}
	return ERR_ASK;
}

static bool ask_password(Errand *errand, const Question *question, GError **err)
{
	g_autofree char *text =
		g_strdup_printf(_("%s Password (it is not stored):"), question->text);
	g_autoptr(Secret) password = ask_secret(text, err);

	if (!password)
		return false;
	sync_answer(errand->client, question, ANSWER_YES, password);
	return true;
}

static bool ask_choice(Errand *errand, const Question *question, GError **err)
{
	bool is_yes = false;

	if (question->facts)
		output_message("%s", question->facts);
	if (!ask_confirm(question->text, &is_yes, err))
		return false;
	sync_answer(errand->client, question, is_yes ? ANSWER_YES : ANSWER_NO, NULL);
	return true;
}

/* What a script reads in place of the question. Free with g_free. */
static char *sentence_for(const Question *question)
{
	const char *remedy =
		question->kind == QUESTION_PASSWORD
			? _("nobody can be asked here: set password_command, or give --password-fd")
			: _("nobody can be asked here: run it in a terminal, without --no-input");

	return g_strdup_printf("%s (%s)", question->text, remedy);
}

/* A question that is answered vanishes; one that cannot be becomes the account's failure. */
static bool handle_question(Errand *errand, SyncEvent *event, bool *ret_is_gone, GError **err)
{
	const Question *question = event->question;

	if (cli_may_ask(errand->cli)) {
		*ret_is_gone = true;
		return question->kind == QUESTION_PASSWORD ? ask_password(errand, question, err)
		                                           : ask_choice(errand, question, err);
	}
	event->kind = SYNC_STATE;
	event->state = SYNC_PARKED;
	event->error_kind = (int)kind_of_question(question->kind);
	event->account_id = question->account_id;
	g_free(event->text);
	event->text = sentence_for(question);
	*ret_is_gone = false;
	return true;
}

static void point_elsewhere(SyncEvent *event)
{
	g_autofree char *text = g_steal_pointer(&event->text);

	event->text =
		g_strdup_printf(_("%s (answer it on the screen of the Postern that is running)"),
	                        text ? text : _("a question waits for an answer"));
}

/* ---- waiting ---- */

/* False when the wait is over for good. */
static bool wait_for_something(Errand *errand, GError **err)
{
	struct pollfd fds[] = { { mailbox_fd(errand->events), POLLIN, 0 },
		                { errand->signal_fd, POLLIN, 0 } };
	int64_t left_ms = -1;

	if (errand->deadline_ms >= 0) {
		left_ms = errand->deadline_ms - clock_uptime_ms(errand->cli->clock);
		if (left_ms <= 0)
			return fail(err, ERR_NETWORK,
			            _("%s was not done within the time of --timeout"),
			            errand->cli->verb->name);
	}
	if (poll(fds, G_N_ELEMENTS(fds), (int)MIN(left_ms, G_MAXINT)) < 0 && errno != EINTR)
		return fail_errno(err, errno, _("cannot wait for the engine"));
	return !(fds[1].revents & POLLIN) || fail(err, ERR_CANCELLED, _("interrupted"));
}

SyncEvent *errand_poll(Errand *errand)
{
	SyncEvent *event = g_queue_pop_head(&errand->stuck);

	return event ? event : mailbox_take(errand->events);
}

/* Whoever runs the engine for others has more accounts than ours. */
static bool is_of_errand(const Errand *errand, const SyncEvent *event)
{
	return !event->is_from_afar || !event->account_id || event->wish_id ||
	       g_hash_table_contains(errand->account_ids, &event->account_id);
}

bool errand_is_stuck(const SyncEvent *event)
{
	return event->kind == SYNC_STATE &&
	       (event->state == SYNC_PARKED || event->state == SYNC_ERROR ||
	        (event->state == SYNC_WAITING && event->is_from_afar));
}

bool errand_next(Errand *errand, SyncEvent **ret_event, GError **err)
{
	for (;;) {
		g_autoptr(SyncEvent) event = errand_poll(errand);
		bool is_gone = false;
		if (!event) {
			if (!wait_for_something(errand, err))
				return false;
			continue;
		}
		/* The engine says both that an account is parked and what the question is; the
		 * question is told, unless it is asked in another process. */
		bool is_parked = event->kind == SYNC_STATE && event->state == SYNC_PARKED;
		bool is_echo = (is_parked && !event->is_from_afar) || !is_of_errand(errand, event);
		if (is_parked && event->is_from_afar)
			point_elsewhere(event);
		if (event->kind == SYNC_QUESTION && !handle_question(errand, event, &is_gone, err))
			return false;
		if (is_gone || is_echo)
			continue;
		*ret_event = g_steal_pointer(&event);
		return true;
	}
}

static bool is_end(const SyncEvent *event, int64_t wish_id)
{
	return event->wish_id == wish_id || event->kind == SYNC_STOPPED;
}

static bool take_answer(const SyncEvent *event, GError **err)
{
	bool is_mute = event->kind == SYNC_STOPPED && !event->text;
	ErrorKind kind = is_mute ? ERR_STORE : (ErrorKind)event->error_kind;

	if (event->kind != SYNC_FAILED && event->kind != SYNC_STOPPED)
		return true;
	return fail(err, kind, "%s", event->text ? event->text : _("the engine has stopped"));
}

/* Of an account in another process that does not get further: it may never be told again. */
static void pass_over(GQueue *stuck, SyncEvent *event)
{
	bool is_stuck = event->is_from_afar &&
	                (event->state == SYNC_WAITING || event->state == SYNC_PARKED);

	if (event->kind != SYNC_STATE) {
		sync_event_free(event);
		return;
	}
	for (GList *link = stuck->head, *next; link; link = next) {
		SyncEvent *before = link->data;
		next = link->next;
		if (before->account_id != event->account_id)
			continue;
		sync_event_free(before);
		g_queue_delete_link(stuck, link);
	}
	if (is_stuck)
		g_queue_push_tail(stuck, event);
	else
		sync_event_free(event);
}

static bool wait_for_answer(Errand *errand, int64_t wish_id, GQueue *stuck, SyncEvent **ret_event,
                            GError **err)
{
	for (;;) {
		g_autoptr(SyncEvent) event = NULL;
		if (!errand_next(errand, &event, err))
			return false;
		if (!is_end(event, wish_id)) {
			pass_over(stuck, g_steal_pointer(&event));
			continue;
		}
		if (!take_answer(event, err))
			return false;
		*ret_event = g_steal_pointer(&event);
		return true;
	}
}

bool errand_answer(Errand *errand, int64_t wish_id, SyncEvent **ret_event, GError **err)
{
	GQueue stuck = G_QUEUE_INIT;
	bool ok = wait_for_answer(errand, wish_id, &stuck, ret_event, err);

	while (!g_queue_is_empty(&stuck))
		g_queue_push_tail(&errand->stuck, g_queue_pop_head(&stuck));
	return ok;
}
