#include "sync/outcome.h"

#include "base/i18n.h"
#include "base/log.h"
#include "sync/drafts.h"
#include "sync/outbox.h"
#include "sync/reaction.h"

enum { FALSE_ALARMS_MOST = 3, MINUTE_MS = 60 * 1000 };

static int64_t now_of(const Desk *desk) { return core_uptime_ms(desk->core); }

/* What came is no error to the backend, and yet does not do. */
static void fail_again(Desk *desk, Run *run, ErrorKind kind, const char *sentence)
{
	g_autoptr(GError) error = g_error_new_literal(POSTERN_ERROR, (int)kind, sentence);

	reaction_take(desk, run, error);
}

/* Folders are made, renamed, marked as behind or gone. */
static void reload(Desk *desk)
{
	desk_reload_folders(desk);
	desk_reload_ops(desk);
	desk_tell_changed(desk);
}

/* A folder of ours that the list brings is no longer to be made. */
static void folders_done(Desk *desk, Run *run)
{
	desk->session->wants_folders = false;
	desk->session->folder_list_losses = 0;
	if (run->intake->has_folders)
		reload(desk);
}

static void clear_folder_error(Desk *desk, Track *track)
{
	g_autoptr(GError) error = NULL;

	track->backoff = (Backoff){ 0 };
	track->refolders = 0;
	if (!track->folder->last_error)
		return;
	g_clear_pointer(&track->folder->last_error, g_free);
	if (!store_write_folder_error(desk->core->writer, track->folder->id, NULL, &error))
		log_error("sync", "%s: %s", desk->session->account->name, error->message);
}

/* A Ping that names a folder where nothing is new, again and again, would spin: then look once a
 * minute. */
static void judge_alarm(Desk *desk, Track *track, bool has_news)
{
	if (!track->is_announced)
		return;
	track->is_announced = false;
	track->false_alarms = has_news ? 0 : track->false_alarms + 1;
	if (track->false_alarms >= FALSE_ALARMS_MOST)
		desk->session->listen_backoff =
			(Backoff){ 1, now_of(desk) + MINUTE_MS, ERR_PROTOCOL };
}

static void page_done(Desk *desk, Run *run)
{
	Track *track = session_track(desk->session, run->folder_id);

	if (!track)
		return;
	clear_folder_error(desk, track);
	if (!track->folder->is_behind)
		track->resyncs = 0;
	desk->session->moves = 0;
	judge_alarm(desk, track, run->intake->has_news);
	if (run->intake->has_settled)
		desk_reload_ops(desk);
	outbox_folder_done(desk, track, run->intake->has_news);
}

/* ---- operations ---- */

/* The session's own of what was @sent; NULL: it is settled. */
static const Op *left_of(const Desk *desk, const GPtrArray *sent, guint i)
{
	return session_op(desk->session, ((const Op *)g_ptr_array_index(sent, i))->id);
}

static bool is_still_there(const Desk *desk, const GPtrArray *sent)
{
	for (guint i = 0; i < sent->len; i++)
		if (left_of(desk, sent, i))
			return true;
	return false;
}

/* True if some of them have not been answered. */
static bool is_under_way(const Desk *desk, const GPtrArray *sent)
{
	for (guint i = 0; i < sent->len; i++) {
		const Op *op = left_of(desk, sent, i);
		if (op && op->state == OP_SENDING)
			return true;
	}
	return false;
}

static bool is_fault_of_item(const Run *run, const GError *error)
{
	return error && run->kind != TASK_PUSH_OPS && run->kind != TASK_PUSH_ITEMS &&
	       retry_reaction(error_kind(error), run->kind) == REACT_WAIT_ITEM;
}

static int64_t again_ms(const Desk *desk, const Run *run, const GError *error)
{
	const Op *op = g_ptr_array_index(run->ops, 0);
	Failure failure = { error_kind(error), run->retry_after_ms, desk_is_hurried(desk),
		            g_rand_int(desk->core->random) };

	return clock_now_ms(desk->core->clock) + retry_delay_ms(&failure, MAX(op->attempts, 1));
}

void outcome_let_go(Desk *desk, const Run *run, const GError *error)
{
	StoreOpEnd end = { .fate = OP_END_AGAIN };
	g_autoptr(GError) trouble = NULL;

	if (!run->ops || desk->session->is_wiped || !is_under_way(desk, run->ops))
		return;
	if (error) {
		end.error_kind = (int)error_kind(error);
		end.sentence = error->message;
	}
	if (is_fault_of_item(run, error))
		end.next_ms = again_ms(desk, run, error);
	if (store_write_ops_unanswered(desk->core->writer, run->ops, &end, &trouble))
		desk_reload_ops(desk);
	else
		log_error("sync", "%s: %s", desk->session->account->name, trouble->message);
	/* The Outbox says why it waits. */
	desk_tell_changed(desk);
}

/* What the server neither took nor refused for good is sent again, but not at once. */
static void push_done(Desk *desk, Run *run)
{
	Track *track = session_track(desk->session, run->folder_id);

	page_done(desk, run);
	desk_reload_ops(desk);
	if (is_still_there(desk, run->ops))
		fail_again(desk, run, ERR_SERVER, _("the server left a change unanswered"));
	else if (track)
		track->ops_backoff = (Backoff){ 0 };
}

static void ops_done(Desk *desk, Run *run)
{
	desk->session->moves = 0;
	if (run->kind != TASK_MOVE || run->ops->len > 1)
		desk->session->is_op_by_op = false;
	reload(desk);
}

/* ---- listening ---- */

static void announce(Desk *desk, const char *server_id)
{
	Track *track = session_track_named(desk->session, server_id);

	if (!track)
		return;
	track->is_announced = track->is_wanted = true;
}

/* What ran its time, or what the server named instead, is what the next start begins with. */
static void remember_heartbeat(Session *session, int heartbeat_s)
{
	if (session->state->heartbeat_s == heartbeat_s)
		return;
	session->state->heartbeat_s = heartbeat_s;
	session->is_state_changed = true;
}

/* True if the Ping only told what the server accepts, and is to be asked again with that. */
static bool is_correction(Session *session, const Run *run, bool has_news, bool is_early)
{
	int told_s = run->intake->heartbeat_s;

	if (!told_s || told_s == run->spec.heartbeat_s)
		return false;
	push_note_limit(&session->push, told_s);
	remember_heartbeat(session, told_s);
	return is_early && !has_news;
}

static void listen_done(Desk *desk, Run *run)
{
	Session *session = desk->session;
	const Intake *intake = run->intake;
	int64_t lasted_ms = now_of(desk) - intake->asked_ms;
	bool has_news = intake->behind->len > 0;

	session->listen_backoff = (Backoff){ 0 };
	for (guint i = 0; i < intake->behind->len; i++)
		announce(desk, g_ptr_array_index(intake->behind, i));
	if (is_correction(session, run, has_news, push_is_early(lasted_ms)))
		return;
	if (!has_news && lasted_ms >= (int64_t)session->push.heartbeat_s * 900)
		remember_heartbeat(session, session->push.heartbeat_s);
	push_note_end(&session->push, lasted_ms, has_news);
	if (push_is_spinning(&session->push))
		session->listen_backoff = (Backoff){ 1, now_of(desk) + MINUTE_MS, ERR_PROTOCOL };
}

static void connect_done(Desk *desk, Run *run)
{
	desk->session->wants_connect = false;
	if (!desk->session->state->version)
		fail_again(desk, run, ERR_PROTOCOL,
		           _("the server names no version of the protocol that we speak"));
}

static void provision_done(Desk *desk, Run *run)
{
	(void)run;
	desk->session->wants_provision = false;
	desk->session->is_provisioned = true;
}

static void device_done(Desk *desk, Run *run)
{
	(void)run;
	desk->session->is_device_refused = !desk->session->state->is_device_told;
}

/* Its end was told to the message: take_parcel(). */
static void parcel_done(Desk *desk, Run *run)
{
	(void)desk;
	(void)run;
}

static void wish_done(Desk *desk, Run *run)
{
	desk_fulfil_wish(desk, run->wish, run->intake);
}

/* The server asked for it; what was under way then, and went well, takes nothing back. */
static bool is_left_alone(const Desk *desk)
{
	const Backoff *backoff = &desk->session->backoff;

	return !backoff_is_over(backoff, now_of(desk)) && backoff->kind == ERR_OVERLOADED;
}

static void note_success(Desk *desk, const Run *run)
{
	Session *session = desk->session;

	if (!is_left_alone(desk)) {
		session->backoff = (Backoff){ 0 };
		g_clear_pointer(&session->sentence, g_free);
	}
	g_clear_pointer(&session->question_told, g_free);
	if (run->kind == session->unprovisioned &&
	    run->folder_id == session->unprovisioned_folder_id)
		session->provisions = 0;
}

static void succeed(Desk *desk, Run *run)
{
	static void (*const takers[TASK_KIND_COUNT])(Desk *, Run *) = {
		[TASK_CONNECT] = connect_done,     [TASK_PROVISION] = provision_done,
		[TASK_DEVICE] = device_done,       [TASK_FOLDERS] = folders_done,
		[TASK_PAGE] = page_done,           [TASK_PUSH_OPS] = push_done,
		[TASK_FETCH_BODY] = wish_done,     [TASK_FETCH_MIME] = wish_done,
		[TASK_FETCH_PART] = wish_done,     [TASK_LISTEN] = listen_done,
		[TASK_ESTIMATE] = page_done,       [TASK_SEND] = parcel_done,
		[TASK_MESSAGE_IDS] = parcel_done,  [TASK_MOVE] = ops_done,
		[TASK_FOLDER] = ops_done,          [TASK_EMPTY] = ops_done,
		[TASK_SAVE_DRAFT] = page_done,     [TASK_OOF_GET] = wish_done,
		[TASK_OOF_SET] = ops_done,         [TASK_GAL] = wish_done,
		[TASK_RESOLVE] = wish_done,        [TASK_SEARCH] = wish_done,
		[TASK_FETCH_FOUND] = wish_done,    [TASK_CERTIFICATES] = wish_done,
		[TASK_AVAILABILITY] = wish_done,   [TASK_PHOTO] = wish_done,
		[TASK_VALIDATE] = wish_done,       [TASK_PUSH_ITEMS] = push_done,
		[TASK_RESPOND] = ops_done,
	};

	note_success(desk, run);
	takers[run->kind](desk, run);
}

/* True if the failure is the message's own. */
static bool take_parcel(Desk *desk, const Run *run, const GError *error)
{
	if (!run->parcel)
		return false;
	return run->kind == TASK_SAVE_DRAFT ? drafts_take(desk, run, error)
	                                    : outbox_take(desk, run, error);
}

void outcome_take(void *data, Run *run, const GError *error)
{
	Desk *desk = data;

	desk->runs[run->slot] = NULL;
	desk->session->is_busy[run->slot] = false;
	if (run->wish)
		run->wish->is_under_way = false;
	bool is_its_own = take_parcel(desk, run, error);
	if (error && desk->session->is_wipe_due)
		log_info("sync", "%s: the server may not know that it is obeyed: %s",
		         desk->session->account->name, error->message);
	else if (error && !is_its_own)
		reaction_take(desk, run, error);
	else if (!error)
		succeed(desk, run);
	if (run->intake->wants_anew && !desk->session->is_wipe_due)
		reaction_begin_anew(desk);
	outcome_let_go(desk, run, error);
	desk_save_state(desk);
	run_free(run);
}
