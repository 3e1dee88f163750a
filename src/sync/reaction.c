#include "sync/reaction.h"

#include "base/i18n.h"
#include "base/log.h"
#include "sync/moved.h"
#include "sync/page.h"
#include "sync/window.h"

enum {
	TRIES_MOST = 3,                            /* of a run that ends */
	HURRIED_WAIT_MOST_MS = 30 * 1000,          /* and what it waits for at most */
	PROVISIONS_MOST = 2, MOVES_MOST = 3, LISTEN_FAILURES_MOST = 5,
	MINUTE_MS = 60 * 1000, CERTIFICATE_AGAIN_MS = 15 * MINUTE_MS,
	ANEW_AGAIN_MS = 60 * MINUTE_MS,
};

static void replace(char **slot, const char *text)
{
	char *copy = g_strdup(text);

	g_free(*slot);
	*slot = copy;
}

static int64_t now_of(const Desk *desk) { return core_uptime_ms(desk->core); }

static Failure failure_of(const Desk *desk, const Run *run, const GError *error)
{
	return (Failure){ error_kind(error), run->retry_after_ms, desk_is_hurried(desk),
		          g_rand_int(desk->core->random) };
}

/* A run that ends does not wait for what passes only with time, nor for long, nor again and again.
 */
static bool is_hopeless(const Desk *desk, const Backoff *backoff)
{
	bool may_pass = error_is_passing(backoff->kind) || backoff->kind == ERR_PROTOCOL ||
	                backoff->kind == ERR_RESYNC;

	return desk_is_hurried(desk) && (!may_pass || backoff->failures >= TRIES_MOST ||
	                                 backoff->until_ms > now_of(desk) + HURRIED_WAIT_MOST_MS);
}

/* ---- it waits ---- */

static void wait_account(Desk *desk, const Run *run, const GError *error)
{
	Session *session = desk->session;
	Failure failure = failure_of(desk, run, error);

	backoff_note(&session->backoff, &failure, now_of(desk));
	replace(&session->sentence, error->message);
	if (is_hopeless(desk, &session->backoff))
		desk_give_up(desk, error);
}

static void tell_folder_error(Desk *desk, Track *track, const char *sentence)
{
	g_autoptr(GError) error = NULL;

	if (g_strcmp0(track->folder->last_error, sentence) == 0)
		return;
	replace(&track->folder->last_error, sentence);
	if (!store_write_folder_error(desk->core->writer, track->folder->id, sentence, &error))
		log_error("sync", "%s: %s", desk->session->account->name, error->message);
}

static void wait_page(Desk *desk, const Run *run, const GError *error)
{
	Track *track = session_track(desk->session, run->folder_id);
	Failure failure = failure_of(desk, run, error);

	if (!track)
		return;
	track->is_wanted = true;
	backoff_note(&track->backoff, &failure, now_of(desk));
	/* A run that ends may not come to a second try. */
	if (desk_is_hurried(desk) || track->backoff.failures > 1 || !error_is_passing(failure.kind))
		tell_folder_error(desk, track, error->message);
	if (!is_hopeless(desk, &track->backoff))
		return;
	tell_folder_error(desk, track, error->message);
	track->is_given_up = true;
}

/* The one op of a refused request is to blame, and refused; of several, each is tried alone. What a
 * server cannot do at all needs no trial. */
static void blame_ops(Desk *desk, Run *run, Track *track, const GError *error)
{
	bool *is_op_by_op = track ? &track->is_op_by_op : &desk->session->is_op_by_op;
	bool is_one = run->ops->len == 1;

	if (!is_one && error_kind(error) != ERR_UNSUPPORTED) {
		*is_op_by_op = true;
		return;
	}
	for (guint i = 0; i < run->ops->len; i++)
		page_op_failed(&run->intake->sink, ((const Op *)run->ops->pdata[i])->id, error);
	if (track)
		page_end(&run->intake->sink, run->folder->sync_key, false);
	else
		intake_settle(run->intake);
	*is_op_by_op = false;
	desk_ops_changed(desk);
}

static void wait_ops(Desk *desk, Run *run, const GError *error)
{
	Track *track = session_track(desk->session, run->folder_id);
	Failure failure = failure_of(desk, run, error);

	if (run->ops->len && (failure.kind == ERR_REQUEST || failure.kind == ERR_UNSUPPORTED ||
	                      failure.kind == ERR_LIMIT)) {
		blame_ops(desk, run, track, error);
		return;
	}
	if (!track)
		return;
	backoff_note(&track->ops_backoff, &failure, now_of(desk));
	if (is_hopeless(desk, &track->ops_backoff))
		track->is_given_up = true;
}

static void wait_wish(Desk *desk, const Run *run, const GError *error)
{
	Failure failure = failure_of(desk, run, error);
	bool may_pass = error_is_passing(failure.kind);

	backoff_note(&run->wish->backoff, &failure, now_of(desk));
	if (is_hopeless(desk, &run->wish->backoff) ||
	    (!may_pass && run->wish->backoff.failures >= TRIES_MOST))
		desk_fail_wish(desk, run->wish, error);
}

static void wait_listen(Desk *desk, const Run *run, const GError *error)
{
	Session *session = desk->session;
	Failure failure = failure_of(desk, run, error);

	if (failure.kind == ERR_LIMIT) {
		push_note_crowd(&session->push, run->folders->len);
		return;
	}
	backoff_note(&session->listen_backoff, &failure, now_of(desk));
	replace(&session->sentence, error->message);
	if (error_is_of_network(failure.kind))
		push_note_cut(&session->push);
	else if (session->listen_backoff.failures >= LISTEN_FAILURES_MOST)
		session->push.is_refused = true;
}

static void wait_item(Desk *desk, Run *run, const GError *error)
{
	if (run->wish) {
		wait_wish(desk, run, error);
		return;
	}
	switch (run->kind) {
	case TASK_PAGE:
		wait_page(desk, run, error);
		break;
	case TASK_PUSH_OPS:
	case TASK_PUSH_ITEMS:
	case TASK_RESPOND:
	case TASK_MOVE:
	case TASK_FOLDER:
	case TASK_EMPTY:
	case TASK_OOF_SET:
		wait_ops(desk, run, error);
		break;
	case TASK_LISTEN:
		wait_listen(desk, run, error);
		break;
	case TASK_ESTIMATE:
		desk->session->is_estimate_refused = true;
		break;
	case TASK_DEVICE:
		desk->session->is_device_refused = true;
		break;
	default:
		wait_account(desk, run, error);
	}
}

/* Without a word if the protocol has no such folders; if the server refuses one, it is told. */
static void give_up_folder(Desk *desk, const Run *run, Track *track, const GError *error)
{
	track->is_given_up = true;
	if (!run->task)
		return;
	backoff_note(&track->backoff, &(Failure){ error_kind(error), -1, desk_is_hurried(desk), 0 },
	             now_of(desk));
	tell_folder_error(desk, track, error->message);
}

static void drop(Desk *desk, Run *run, const GError *error)
{
	Track *track = session_track(desk->session, run->folder_id);

	if (run->wish)
		desk_fail_wish(desk, run->wish, error);
	else if (run->kind == TASK_LISTEN)
		desk->session->push.is_refused = true;
	else if (run->kind == TASK_PAGE && track)
		give_up_folder(desk, run, track, error);
	else
		wait_item(desk, run, error);
}

/* ---- it needs something else first ---- */

static bool reset_folder(Desk *desk, Track *track, GError **err)
{
	if (!store_write_folder_reset(desk->core->writer, track->folder->id, err))
		return false;
	replace(&track->folder->sync_key, "0");
	track->is_wanted = track->is_filling = true;
	track->done = track->total = 0;
	track->is_estimated = false;
	return true;
}

static void lose_folder_list_key(Desk *desk, const Run *run, const GError *error)
{
	Session *session = desk->session;

	replace(&session->state->folder_key, "0");
	session->is_state_changed = session->wants_folders = true;
	if (++session->folder_list_losses > 1)
		wait_account(desk, run, error);
}

static void resync(Desk *desk, Run *run, const GError *error)
{
	Track *track = session_track(desk->session, run->folder_id);
	g_autoptr(GError) trouble = NULL;

	if (run->kind == TASK_FOLDERS || run->kind == TASK_FOLDER) {
		lose_folder_list_key(desk, run, error);
		return;
	}
	if (!track)
		return;
	if (!reset_folder(desk, track, &trouble)) {
		wait_account(desk, run, trouble);
		return;
	}
	if (++track->resyncs < 2)
		return;
	tell_folder_error(desk, track, error->message);
	wait_page(desk, run, error);
}

/* One FolderSync a minute for all refusals: a list that does not help is not asked for again and
 * again. */
static void refolder(Desk *desk, Run *run, const GError *error)
{
	Session *session = desk->session;
	Track *track = session_track(session, run->folder_id);
	int64_t now_ms = now_of(desk);
	bool is_fresh = session->refoldered_ms && now_ms - session->refoldered_ms < MINUTE_MS;

	if (is_fresh || (track && ++track->refolders > 1)) {
		wait_item(desk, run, error);
		return;
	}
	session->refoldered_ms = now_ms;
	session->wants_folders = true;
}

static void provision(Desk *desk, Run *run, const GError *error)
{
	Session *session = desk->session;

	/* Meanwhile another lane's refusal has led to a new key. */
	if (run->kind != TASK_PROVISION &&
	    g_strcmp0(run->state->policy_key, session->state->policy_key) != 0)
		return;
	session->unprovisioned = run->kind;
	session->unprovisioned_folder_id = run->folder_id;
	session->wants_provision = true;
	if (run->kind == TASK_PROVISION || ++session->provisions > PROVISIONS_MOST)
		wait_account(desk, run, error);
}

static void refuse_password(Desk *desk, const Run *run)
{
	if (run->password != desk->password)
		return;
	if (desk->password)
		g_ptr_array_add(desk->refused, g_steal_pointer(&desk->password));
	desk->session->has_password = false;
	desk->core->carrier->ops->set_password(desk->line, NULL);
}

static void distrust(Desk *desk, const GError *error)
{
	Question *question = question_new(QUESTION_CERTIFICATE, desk_account_id(desk),
	                                  desk->session->account->name);

	question->text = g_strdup(error->message);
	desk_park(desk, question,
	          desk_is_hurried(desk) ? INT64_MAX : now_of(desk) + CERTIFICATE_AGAIN_MS);
}

static void ask_where(Desk *desk, const char *url, const GError *error)
{
	Session *session = desk->session;
	g_autofree char *host = url ? moved_host(url) : NULL;
	Question *question =
		question_new(QUESTION_REDIRECT, desk_account_id(desk), session->account->name);

	question->text =
		url ? g_strdup_printf(
			      _("The server says that the mailbox of %s is now at %s. Go there?"),
			      session->account->name, host)
		    : g_strdup(error->message);
	question->facts = g_strdup(url);
	replace(&session->moved_url, url);
	desk_park(desk, question, INT64_MAX);
}

static void move(Desk *desk, const Run *run, const GError *error)
{
	Session *session = desk->session;
	AccountState *state = session->state;
	const char *from = state->server_url ? state->server_url : session->account->server_url;
	const char *to = run->intake->moved_url;

	if (!to || !moved_is_allowed(from, to)) {
		ask_where(desk, to, error);
		return;
	}
	if (++session->moves > MOVES_MOST) {
		wait_account(desk, run, error);
		return;
	}
	replace(&state->server_url, to);
	session->is_state_changed = session->wants_connect = true;
	desk->core->carrier->ops->reset(desk->line);
}

static void yield_to_wipe(Desk *desk, const Run *run, const GError *error)
{
	desk->session->wants_provision = true;
	if (run->kind == TASK_PROVISION)
		wait_account(desk, run, error);
}

/* ---- all keys are void ---- */

static void reset_folders(Desk *desk)
{
	for (guint i = 0; i < desk->session->tracks->len; i++) {
		Track *track = session_track_at(desk->session, i);
		g_autoptr(GError) error = NULL;
		if (folder_has_key(track->folder) && !reset_folder(desk, track, &error))
			log_error("sync", "%s: %s", desk->session->account->name, error->message);
	}
}

void reaction_begin_anew(Desk *desk)
{
	Session *session = desk->session;
	int64_t now_ms = now_of(desk);

	if (session->anew_ms && now_ms - session->anew_ms < ANEW_AGAIN_MS)
		return;
	log_info("sync", "%s: the server has us begin anew", session->account->name);
	session->anew_ms = now_ms;
	reset_folders(desk);
	replace(&session->state->folder_key, "0");
	session->is_state_changed = session->wants_folders = session->wants_connect = true;
}

/* ---- it failed ---- */

/* That one item is gone, or one feature missing, says nothing of the server's health. */
static bool counts_as_failure(ErrorKind kind, const Run *run)
{
	return kind != ERR_UNSUPPORTED && kind != ERR_CANCELLED && kind != ERR_LIMIT &&
	       !(kind == ERR_GONE && run->wish);
}

static void shrink_window(Session *session, const Run *run, ErrorKind kind)
{
	int window = window_first(session->state->window);

	if (run->kind != TASK_PAGE ||
	    (!error_is_of_network(kind) && kind != ERR_SERVER && kind != ERR_PROTOCOL &&
	     kind != ERR_LIMIT))
		return;
	session->is_state_changed = session->is_state_changed || window_halved(window) != window;
	session->state->window = window_halved(window);
}

static void react(Desk *desk, Run *run, const GError *error)
{
	switch (retry_reaction(error_kind(error), run->kind)) {
	case REACT_WAIT_ACCOUNT:
		wait_account(desk, run, error);
		break;
	case REACT_WAIT_ITEM:
		wait_item(desk, run, error);
		break;
	case REACT_DROP:
		drop(desk, run, error);
		break;
	case REACT_RESYNC:
		resync(desk, run, error);
		break;
	case REACT_REFOLDER:
		refolder(desk, run, error);
		break;
	case REACT_PROVISION:
		provision(desk, run, error);
		break;
	case REACT_SIGN_IN:
		refuse_password(desk, run);
		break;
	case REACT_CERTIFICATE:
		distrust(desk, error);
		break;
	case REACT_MOVED:
		move(desk, run, error);
		break;
	case REACT_WIPE:
		yield_to_wipe(desk, run, error);
		break;
	case REACT_STOP:
		break;
	}
}

void reaction_take(Desk *desk, Run *run, const GError *error)
{
	Session *session = desk->session;
	ErrorKind kind = error_kind(error);

	log_info("sync", "%s: task %d of folder %" G_GINT64_FORMAT ": %s: %s",
	         session->account->name, (int)run->kind, run->folder_id, error_kind_name(kind),
	         error->message);
	if (counts_as_failure(kind, run))
		guard_note_failed(&session->guard, now_of(desk));
	shrink_window(session, run, kind);
	react(desk, run, error);
}
