#include "sync/desk.h"

#include "base/i18n.h"
#include "base/log.h"
#include "model/policy.h"
#include "sync/event.h"
#include "sync/drafts.h"
#include "sync/outbox.h"
#include "sync/outcome.h"
#include "sync/password.h"
#include "sync/telling.h"
#include "vault/lock.h"

enum { GLANCE_EVERY_MS = 5 * 60 * 1000, OPS_READ_MOST = 2048 };

/* ---- rows ---- */

/* What the person does not want here any more, and was here. */
static bool leave_out(Desk *desk, const GPtrArray *folders, GError **err)
{
	for (guint i = 0; i < folders->len; i++) {
		const Folder *folder = g_ptr_array_index(folders, i);
		bool is_left = pim_kind_of_folder(folder->type) >= 0 &&
		               !account_syncs(desk->session->account, folder->type);
		if (is_left && folder_has_key(folder) &&
		    !store_write_folder_left(desk->core->writer, folder->id, err))
			return false;
	}
	return true;
}

static bool read_folders(Desk *desk, GError **err)
{
	GPtrArray *folders = NULL;

	if (!store_read_folders(desk->core->reader, desk_account_id(desk), &folders, err))
		return false;
	if (!leave_out(desk, folders, err)) {
		g_ptr_array_unref(folders);
		return false;
	}
	session_take_folders(desk->session, folders);
	return true;
}

static bool read_ops(Desk *desk, GError **err)
{
	GPtrArray *ops = NULL;

	if (!store_read_ops(desk->core->reader, desk_account_id(desk), OPS_READ_MOST, &ops, err))
		return false;
	session_take_ops(desk->session, ops);
	return true;
}

static void log_trouble(const Desk *desk, const GError *error)
{
	log_error("sync", "%s: %s", desk->session->account->name, error->message);
}

void desk_reload_folders(Desk *desk)
{
	g_autoptr(GError) error = NULL;

	if (!read_folders(desk, &error))
		log_trouble(desk, error);
}

void desk_reload_ops(Desk *desk)
{
	g_autoptr(GError) error = NULL;

	if (!read_ops(desk, &error))
		log_trouble(desk, error);
}

void desk_tell_changed(const Desk *desk)
{
	event_tell(desk->core,
	           (SyncEvent){ .kind = SYNC_CHANGED, .account_id = desk_account_id(desk) });
}

void desk_save_state(Desk *desk)
{
	g_autoptr(GError) error = NULL;

	if (!desk->session->is_state_changed || desk->session->is_wiped)
		return;
	desk->session->is_state_changed = false;
	if (!store_write_account_state(desk->core->writer, desk->session->state, &error))
		log_trouble(desk, error);
}

/* ---- its life ---- */

static const Backend *find_backend(const Backend *const *backends, const char *name, GError **err)
{
	for (guint i = 0; backends[i]; i++)
		if (g_strcmp0(backends[i]->name, name) == 0)
			return backends[i];
	return fail_null(err, ERR_UNSUPPORTED, _("no protocol is called \"%s\"; it may be \"eas\""),
	                 name ? name : "");
}

static bool desk_open(Desk *desk, const Account *account, GError **err)
{
	desk->line = desk->core->carrier->ops->open(desk->core->carrier, account, err);
	return desk->line &&
	       store_write_ops_recover(desk->core->writer, desk_account_id(desk), err) &&
	       read_folders(desk, err) && read_ops(desk, err) &&
	       store_read_knows_repeats(desk->core->reader, desk_account_id(desk),
	                                &desk->session->knows_repeats, err);
}

/* Nothing is asked of this server again. The sentence is the one the store keeps. */
static void end_wiped(Desk *desk, const AccountState *state)
{
	g_autoptr(GError) why = g_error_new_literal(POSTERN_ERROR, ERR_WIPE,
	                                            state->last_error ? state->last_error : "");

	desk->session->is_wipe_due = false;
	desk->session->is_wiped = true;
	desk_give_up(desk, why);
}

/* A policy that is wider counts with the next start. */
static bool limit_by_policy(Desk *desk, GError **err)
{
	g_autofree char *document_xml = NULL;

	if (!store_read_policy(desk->core->reader, desk_account_id(desk), &document_xml, err))
		return false;
	policy_limit(document_xml, desk->session->account);
	return true;
}

Desk *desk_new(Core *core, const SyncSetup *setup, const Account *account, GError **err)
{
	const Backend *backend = find_backend(setup->backends, account->protocol, err);
	AccountState *state = NULL;

	if (!backend || !store_write_account(core->writer, account->name, &state, err))
		return NULL;

	g_autoptr(Desk) desk = g_new0(Desk, 1);

	desk->core = core;
	desk->session = session_new(account, backend, state, core->mode);
	desk->remote = remote_new(core, desk->session->account, state->id);
	desk->refused = g_ptr_array_new_with_free_func((GDestroyNotify)secret_unref);
	desk->password_of = setup->password_of;
	desk->password_data = setup->password_data;
	if (!limit_by_policy(desk, err) || !desk_open(desk, account, err))
		return NULL;
	if (sync_mode_is_eager(core->mode))
		session_want_all(desk->session);
	if (state->wipe == WIPE_DONE)
		end_wiped(desk, state);
	return g_steal_pointer(&desk);
}

void desk_cancel(Desk *desk, Slot slot)
{
	Run *run = desk->runs[slot];

	if (!run)
		return;
	if (run->wish)
		run->wish->is_under_way = false;
	desk->runs[slot] = NULL;
	desk->session->is_busy[slot] = false;
	outcome_let_go(desk, run, NULL);
	run_free(run);
}

static void cancel_all(Desk *desk)
{
	for (Slot slot = 0; slot < SLOT_COUNT; slot++)
		desk_cancel(desk, slot);
}

void desk_end(Desk *desk)
{
	cancel_all(desk);
	remote_cancel(desk->remote);
	desk_save_state(desk);
}

void desk_free(Desk *desk)
{
	if (!desk)
		return;
	cancel_all(desk);
	remote_free(desk->remote);
	if (desk->line)
		desk->core->carrier->ops->close(desk->line);
	secret_unref(desk->password);
	g_ptr_array_unref(desk->refused);
	session_free(desk->session);
	g_free(desk->told_text);
	g_free(desk);
}

/* ---- passwords ---- */

static bool is_refused(const Desk *desk, const Secret *password)
{
	for (guint i = 0; i < desk->refused->len; i++)
		if (secret_equal(g_ptr_array_index(desk->refused, i), password))
			return true;
	return false;
}

void desk_use_password(Desk *desk, Secret *password)
{
	secret_unref(desk->password);
	desk->password = secret_ref(password);
	desk->session->has_password = true;
	desk->core->carrier->ops->set_password(desk->line, password);
}

static bool is_same_sign_in(const Account *a, const Account *b)
{
	return g_strcmp0(a->server_url, b->server_url) == 0 &&
	       g_strcmp0(a->user_name, b->user_name) == 0 &&
	       g_strcmp0(a->password_command, b->password_command) == 0;
}

void desk_take_over(Desk *desk, Desk *former)
{
	Session *session = desk->session;
	const Account *account = session->account, *before = former->session->account;

	if (is_same_sign_in(account, before)) {
		g_ptr_array_extend_and_steal(desk->refused, g_steal_pointer(&former->refused));
		former->refused = g_ptr_array_new();
		if (former->password)
			desk_use_password(desk, former->password);
	}
	if (g_strcmp0(account->server_url, before->server_url) == 0)
		return;
	g_clear_pointer(&session->state->server_url, g_free);
	session->is_state_changed = session->wants_connect = true;
}

static void ask_person(Desk *desk)
{
	const Account *account = desk->session->account;
	Question *question = question_new(QUESTION_PASSWORD, desk_account_id(desk), account->name);

	if (desk->refused->len)
		question->text = g_strdup_printf(
			_("The server refused the name or password of %s. What is the password?"),
			account->name);
	else
		question->text =
			g_strdup_printf(_("What is the password of %s (%s)?"), account->name,
		                        account->user_name ? account->user_name : account->address);
	desk_park(desk, question, INT64_MAX);
}

/* What the caller had at hand, else the password command, and then the person. None is tried twice
 * with what was refused; nor does the command step in, unseen, for what was given and refused. */
static void find_password(Desk *desk)
{
	const Account *account = desk->session->account;
	Secret *given =
		desk->password_of ? desk->password_of(account->name, desk->password_data) : NULL;

	if (given && !is_refused(desk, given)) {
		desk_use_password(desk, given);
	} else if (!given && account->password_command) {
		desk->session->is_password_under_way = true;
		password_ask(account->password_command, desk_account_id(desk),
		             desk->core->commands);
	} else {
		ask_person(desk);
	}
}

void desk_take_password(Desk *desk, const Command *command)
{
	desk->session->is_password_under_way = false;
	if (command->error)
		log_trouble(desk, command->error);
	if (command->secret && !is_refused(desk, command->secret))
		desk_use_password(desk, command->secret);
	else if (!desk->session->question)
		ask_person(desk);
}

/* ---- questions ---- */

void desk_park(Desk *desk, Question *question, int64_t until_ms)
{
	Session *session = desk->session;

	bool is_known =
		session->question_told && g_str_equal(session->question_told, question->text);

	question_free(session->question);
	session->question = question;
	session->parked_until_ms = until_ms;
	if (is_known && until_ms != INT64_MAX)
		return;
	g_free(session->question_told);
	session->question_told = g_strdup(question->text);
	log_info("sync", "%s: waits for an answer: %s", session->account->name, question->text);
	event_tell(desk->core, (SyncEvent){ .kind = SYNC_QUESTION,
	                                            .account_id = desk_account_id(desk),
	                                            .question = question_copy(question) });
}

static void unpark(Session *session)
{
	g_clear_pointer(&session->question, question_free);
	session->backoff = (Backoff){ 0 };
}

static void follow_move(Desk *desk)
{
	Session *session = desk->session;

	if (!session->moved_url)
		return;
	g_free(session->state->server_url);
	session->state->server_url = g_steal_pointer(&session->moved_url);
	session->is_state_changed = session->wants_connect = true;
}

static void refuse_to_answer(Desk *desk, const Question *question)
{
	ErrorKind kind = question->kind == QUESTION_PASSWORD      ? ERR_SIGN_IN
	                 : question->kind == QUESTION_CERTIFICATE ? ERR_TLS
	                 : question->kind == QUESTION_REDIRECT    ? ERR_MOVED
	                                                          : ERR_ASK;
	g_autoptr(GError) error = g_error_new_literal(POSTERN_ERROR, (int)kind, question->text);

	unpark(desk->session);
	desk_give_up(desk, error);
}

void desk_take_answer(Desk *desk, const Command *command)
{
	Session *session = desk->session;

	if (command->question->kind == QUESTION_SENT) {
		outbox_answer(desk, command->question, command->choice);
		return;
	}
	if (!session->question || session->question->kind != command->question->kind)
		return;
	if (command->choice != ANSWER_YES ||
	    (session->question->kind == QUESTION_PASSWORD && !command->secret)) {
		refuse_to_answer(desk, command->question);
		return;
	}
	if (session->question->kind == QUESTION_REDIRECT)
		follow_move(desk);
	unpark(session);
	if (command->secret)
		desk_use_password(desk, command->secret);
}

/* ---- what is asked of it ---- */

/* A new wish or op is a new reason to try. */
static void take_heart(Desk *desk)
{
	Session *session = desk->session;

	desk->is_idle = false;
	if (!session->is_given_up)
		return;
	session->is_given_up = false;
	session->backoff = (Backoff){ 0 };
}

void desk_now(Desk *desk)
{
	take_heart(desk);
	session_want_all(desk->session);
}

void desk_show_folder(Desk *desk, int64_t folder_id)
{
	Session *session = desk->session;
	bool is_ours = session_track(session, folder_id) != NULL;

	session->screen_folder_id = is_ours ? folder_id : 0;
	session->glance_at_ms = is_ours && session->mode == SYNC_WATCH
	                                ? core_uptime_ms(desk->core) + GLANCE_EVERY_MS
	                                : 0;
}

void desk_take_wish(Desk *desk, Wish *wish)
{
	take_heart(desk);
	session_add_wish(desk->session, wish);
}

void desk_ops_changed(Desk *desk)
{
	take_heart(desk);
	for (guint i = 0; i < desk->session->tracks->len; i++)
		session_track_at(desk->session, i)->is_given_up = false;
	desk_reload_folders(desk);
	desk_reload_ops(desk);
}

void desk_reset(Desk *desk)
{
	cancel_all(desk);
	desk->core->carrier->ops->reset(desk->line);
	remote_reset(desk->remote);
	if (desk->session->mode == SYNC_WATCH)
		session_want_all(desk->session);
}

/* In STILL mode no server is talked to: who asked is answered by the engine that comes next. */
bool desk_take_remote(Desk *desk, const Command *command, GError **err)
{
	const Session *session = desk->session;

	if (session->is_wiped || session->is_wipe_due)
		return fail(err, ERR_WIPE, _("the server of %s had its mail erased"),
		            session->account->name);
	if (session->mode != SYNC_STILL)
		remote_take(desk->remote, command);
	return true;
}

static void fail_wishes(Desk *desk, const GError *error)
{
	GPtrArray *wishes = desk->session->wishes;

	for (guint i = wishes->len; i > 0; i--) {
		Wish *wish = g_ptr_array_index(wishes, i - 1);
		if (!wish->is_under_way)
			desk_fail_wish(desk, wish, error);
	}
}

void desk_give_up(Desk *desk, const GError *error)
{
	Session *session = desk->session;

	session->is_given_up = true;
	session->backoff.failures = MAX(session->backoff.failures, 1);
	session->backoff.kind = error_kind(error);
	g_free(session->sentence);
	session->sentence = g_strdup(error->message);
	fail_wishes(desk, error);
}

/* ---- the wipe ---- */

static bool erase(Desk *desk, AccountState **ret_state, GError **err)
{
	return store_write_wipes(desk->core->writer, err) &&
	       store_read_account(desk->core->reader, desk->session->account->name, ret_state, err);
}

/* The order is in the store; now nothing of the account may remain. Tried again until it works. */
static void wipe(Desk *desk)
{
	Session *session = desk->session;
	g_autoptr(GError) error = NULL;
	g_autoptr(AccountState) state = NULL;

	cancel_all(desk);
	remote_cancel(desk->remote);
	if (!erase(desk, &state, &error)) {
		log_error("sync", "%s: cannot erase: %s", session->account->name, error->message);
		backoff_note(&session->backoff, &(Failure){ ERR_NETWORK, -1, false, 0 },
		             core_uptime_ms(desk->core));
		return;
	}
	secret_unref(g_steal_pointer(&desk->password));
	desk->core->carrier->ops->set_password(desk->line, NULL);
	session_drop_folders(session);
	g_ptr_array_set_size(session->ops, 0);
	end_wiped(desk, state);
	desk_tell_changed(desk);
}

/* ---- a turn ---- */

static void begin_run(Desk *desk, const Plan *plan)
{
	Session *session = desk->session;
	Run *run = outbox_is_for(plan)   ? outbox_begin(desk, plan)
	           : drafts_is_for(plan) ? drafts_begin(desk, plan)
	                    : run_new(desk->core, session, desk->line, plan);

	if (!run)
		return;
	log_debug("sync", "%s: begins task %d of folder %" G_GINT64_FORMAT, session->account->name,
	          (int)plan->task, run->folder_id);
	run->over = outcome_take;
	run->data = desk;
	run->password = desk->password ? secret_ref(desk->password) : NULL;
	desk->runs[plan->slot] = run;
	session->is_busy[plan->slot] = true;
	if (plan->slot != SLOT_PUSH)
		desk->is_idle = false;
	if (plan->wish)
		plan->wish->is_under_way = true;
	if (plan->task == TASK_LISTEN)
		session->listened = run->folders->len;
	if (plan->task == TASK_ESTIMATE && plan->track)
		plan->track->is_estimated = true;
	else if (plan->task == TASK_ESTIMATE)
		session->wants_look = false;
	run_start(run);
}

static void carry_out(Desk *desk, const Plan *plan)
{
	if (plan->kind == PLAN_WIPE)
		wipe(desk);
	else if (plan->kind == PLAN_PASSWORD)
		find_password(desk);
	else
		begin_run(desk, plan);
}

/* Times that come by themselves: a park that ends, the poll, the glance at the folder on the
 * screen. */
static void serve_timers(Desk *desk, int64_t now_ms)
{
	Session *session = desk->session;
	Track *screen = session_track(session, session->screen_folder_id);

	if (session->question && session->parked_until_ms <= now_ms)
		g_clear_pointer(&session->question, question_free);
	if (session->poll_at_ms && session->poll_at_ms <= now_ms) {
		session->poll_at_ms = 0;
		session_want_look(session);
	}
	if (session->glance_at_ms && session->glance_at_ms <= now_ms) {
		session->glance_at_ms = screen ? now_ms + GLANCE_EVERY_MS : 0;
		if (screen)
			screen->is_wanted = true;
	}
}

static bool read_slices(Desk *desk)
{
	bool is_reading = false;

	for (Slot slot = 0; slot < SLOT_COUNT; slot++) {
		if (desk->runs[slot] && desk->runs[slot]->is_reading)
			run_slice(desk->runs[slot]);
		is_reading = is_reading || (desk->runs[slot] && desk->runs[slot]->is_reading);
	}
	return is_reading;
}

int64_t desk_turn(Desk *desk)
{
	int64_t now_ms = core_uptime_ms(desk->core);
	bool is_reading = read_slices(desk);
	Plan plan;

	desk->session->utc_ms = clock_now_ms(desk->core->clock) - now_ms;
	desk->session->is_locked = vault_is_locked(desk->core->vault);
	serve_timers(desk, now_ms);
	if (planner_is_ping_stale(desk->session, now_ms))
		desk_cancel(desk, SLOT_PUSH);
	while ((plan = planner_next(desk->session, now_ms)).kind != PLAN_NOTHING)
		carry_out(desk, &plan);
	telling_update(desk, &plan);
	return is_reading ? now_ms : plan.wake_ms;
}
