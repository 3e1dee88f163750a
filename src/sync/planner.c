#include "sync/planner.h"

#include "sync/batch.h"
#include "sync/drafts.h"
#include "sync/outbox.h"

/* With fewer folders to look at, looking is cheaper than asking who needs it. */
enum { ESTIMATE_LEAST = 3 };

/* A run that ends sits out the storm guard no longer than this for what is unlikely to work. */
enum { GUARD_WAIT_MOST_MS = 30 * 1000 };

static Plan nothing(void) { return (Plan){ .kind = PLAN_NOTHING, .wake_ms = INT64_MAX }; }

static Plan task(TaskKind kind, Slot slot)
{
	return (Plan){ .kind = PLAN_TASK, .task = kind, .slot = slot };
}

static bool is_planned(const Plan *plan) { return plan->kind != PLAN_NOTHING; }

/* Of two empty plans the one that wakes first; else the one that does something, @first before
 * @second. */
static Plan better(Plan first, Plan second)
{
	if (is_planned(&first))
		return first;
	if (!is_planned(&second))
		second.wake_ms = MIN(first.wake_ms, second.wake_ms);
	return second;
}

static Plan sleep_until(int64_t wake_ms)
{
	return (Plan){ .kind = PLAN_NOTHING, .wake_ms = wake_ms };
}

/* ---- before anything else ---- */

static bool needs_connect(const Session *session)
{
	return session->wants_connect || !session->state->version;
}

static bool has_policy(const Session *session)
{
	return session->state->policy_key && g_strcmp0(session->state->policy_key, "0") != 0;
}

static bool needs_provision(const Session *session)
{
	return session->wants_provision || (session->account->is_provision_first &&
	                                    !session->is_provisioned && !has_policy(session));
}

static bool needs_device(const Session *session)
{
	return !session->state->is_device_told && !session->is_device_refused &&
	       session_can(session, "Settings");
}

/* ---- the command lane ---- */

static bool has_unhurt(const Track *track, int64_t now_ms)
{
	return backoff_is_over(&track->backoff, now_ms);
}

/* A folder whose ops are refused still gets its pages; one whose pages fail gets neither. */
static bool may_send_ops(const Track *track, int64_t now_ms)
{
	return has_unhurt(track, now_ms) && backoff_is_over(&track->ops_backoff, now_ms);
}

static bool is_in_step(const Session *session, const Track *track)
{
	return !track->is_given_up && !session_is_behind(session, track);
}

static bool is_any_in_step(const Session *session)
{
	for (guint i = 0; i < session->tracks->len; i++)
		if (is_in_step(session, session_track_at(session, i)))
			return true;
	return false;
}

/* The guard holds back a run that ends: what has failed is left for the next run, and so is all the
 * rest if nothing worked. */
static bool is_left(const Session *session, const Track *track, int64_t now_ms)
{
	if (session->mode != SYNC_ONCE ||
	    guard_free_at(&session->guard, now_ms) <= now_ms + GUARD_WAIT_MOST_MS)
		return false;
	return track->backoff.failures || track->ops_backoff.failures || !is_any_in_step(session);
}

static Plan plan_push(const Session *session, const Op *op, TaskKind kind, int64_t now_ms)
{
	Track *track = session_track(session, op->folder_id);
	Plan plan;

	if (!track || track->is_given_up || is_left(session, track, now_ms))
		return nothing();
	if (!may_send_ops(track, now_ms))
		return sleep_until(MAX(track->backoff.until_ms, track->ops_backoff.until_ms));
	/* Without a key it needs a page first, which makes one. */
	plan = task(folder_has_key(track->folder) ? kind : TASK_PAGE, SLOT_COMMAND);
	plan.track = track;
	return plan;
}

/* Of a folder that is not synced the backend gets none, and refuses. */
static Plan plan_answer(const Session *session, const Op *op)
{
	Plan plan = task(TASK_RESPOND, SLOT_COMMAND);

	plan.track = session_track(session, op->folder_id);
	return plan.track ? plan : nothing();
}

static bool has_folder_key(const Session *session)
{
	const char *key = session->state->folder_key;

	return key && g_strcmp0(key, "0") != 0;
}

static Plan plan_op(const Session *session, const Op *op, int64_t now_ms)
{
	TaskKind kind;
	Plan plan;

	if (!batch_task(op->kind, &kind))
		return nothing();
	if (kind == TASK_PUSH_OPS || kind == TASK_PUSH_ITEMS)
		plan = plan_push(session, op, kind, now_ms);
	else if (kind == TASK_RESPOND)
		plan = plan_answer(session, op);
	else if (kind == TASK_FOLDER && !has_folder_key(session))
		plan = task(TASK_FOLDERS, SLOT_COMMAND);
	else
		plan = task(kind, SLOT_COMMAND);
	plan.op = op;
	return plan;
}

/* The oldest op that may be sent decides. */
static Plan plan_ops(const Session *session, int64_t now_ms)
{
	int64_t wake_ms = INT64_MAX;
	g_autoptr(GPtrArray) ready = batch_ready(session, session->utc_ms + now_ms, &wake_ms);
	Plan plan = nothing();

	if (wake_ms != INT64_MAX)
		plan.wake_ms = wake_ms - session->utc_ms;
	for (guint i = 0; i < ready->len && !is_planned(&plan); i++)
		plan = better(plan, plan_op(session, g_ptr_array_index(ready, i), now_ms));
	return plan;
}

static bool can_estimate(const Session *session)
{
	return !session->is_estimate_refused && session_can(session, "GetItemEstimate");
}

GPtrArray *planner_folders_to_estimate(const Session *session, int64_t now_ms)
{
	GPtrArray *tracks = g_ptr_array_new();

	for (guint i = 0; i < session->tracks->len; i++) {
		Track *track = session_track_at(session, i);
		if (session_is_behind(session, track) && !track->folder->is_behind &&
		    folder_has_key(track->folder) && has_unhurt(track, now_ms))
			g_ptr_array_add(tracks, track);
	}
	return tracks;
}

static Plan plan_look(const Session *session, int64_t now_ms)
{
	if (!session->wants_look || !can_estimate(session))
		return nothing();

	g_autoptr(GPtrArray) tracks = planner_folders_to_estimate(session, now_ms);
	return tracks->len >= ESTIMATE_LEAST ? task(TASK_ESTIMATE, SLOT_COMMAND) : nothing();
}

static int rank(const Session *session, const Track *track)
{
	if (track->folder->id == session->screen_folder_id)
		return 0;
	switch (track->folder->type) {
	case FOLDER_INBOX:
		return 1;
	case FOLDER_SENT:
		return 2;
	case FOLDER_DRAFTS:
		return 3;
	case FOLDER_CALENDAR:
	case FOLDER_CONTACTS:
		return 4;
	default:
		return 5;
	}
}

static int64_t remaining(const Track *track) { return MAX(track->total - track->done, 0); }

static bool goes_before(const Session *session, const Track *a, const Track *b)
{
	int rank_a = rank(session, a), rank_b = rank(session, b);

	return rank_a != rank_b ? rank_a < rank_b : remaining(a) < remaining(b);
}

/* The page of @track, or first the number of its items, once it is known to be long. */
static Plan plan_page_of(const Session *session, Track *track)
{
	bool is_long =
		track->folder->is_behind && folder_has_key(track->folder) && !track->is_estimated;
	Plan plan =
		task(is_long && can_estimate(session) ? TASK_ESTIMATE : TASK_PAGE, SLOT_COMMAND);

	plan.track = track;
	return plan;
}

static Plan plan_page(const Session *session, int64_t now_ms)
{
	Track *first = NULL;
	int64_t wake_ms = INT64_MAX;

	for (guint i = 0; i < session->tracks->len; i++) {
		Track *track = session_track_at(session, i);

		if (!session_is_behind(session, track) || is_left(session, track, now_ms))
			continue;
		if (!has_unhurt(track, now_ms))
			wake_ms = MIN(wake_ms, track->backoff.until_ms);
		else if (!first || goes_before(session, track, first))
			first = track;
	}
	return first ? plan_page_of(session, first) : sleep_until(wake_ms);
}

static Plan plan_command(const Session *session, int64_t now_ms)
{
	if (session->is_busy[SLOT_COMMAND])
		return nothing();
	if (needs_device(session))
		return task(TASK_DEVICE, SLOT_COMMAND);
	if (session->wants_folders)
		return task(TASK_FOLDERS, SLOT_COMMAND);

	Plan plan = session->is_locked ? nothing() : outbox_plan(session, now_ms);

	if (!is_planned(&plan))
		plan = better(plan, plan_ops(session, now_ms));
	if (!is_planned(&plan) && !session->is_locked)
		plan = better(plan, drafts_plan(session, now_ms));
	if (!is_planned(&plan))
		plan = better(plan, plan_look(session, now_ms));
	return is_planned(&plan) ? plan : better(plan, plan_page(session, now_ms));
}

/* ---- the fetch lanes ---- */

static Plan plan_fetch(const Session *session, int64_t now_ms)
{
	Plan plan = nothing();
	Slot slot = session->is_busy[SLOT_FETCH_FIRST] ? SLOT_FETCH_SECOND : SLOT_FETCH_FIRST;

	if (session->is_busy[slot])
		return plan;
	for (guint i = 0; i < session->wishes->len; i++) {
		Wish *wish = g_ptr_array_index(session->wishes, i);

		if (wish->is_under_way || (wish->file_id && session->is_locked))
			continue;
		if (!backoff_is_over(&wish->backoff, now_ms)) {
			plan.wake_ms = MIN(plan.wake_ms, wish->backoff.until_ms);
			continue;
		}
		plan = task(wish->kind, slot);
		plan.wish = wish;
		return plan;
	}
	return plan;
}

/* ---- listening ---- */

GPtrArray *planner_folders_to_watch(const Session *session)
{
	GPtrArray *tracks = g_ptr_array_new();

	for (guint i = 0; i < session->tracks->len; i++) {
		Track *track = session_track_at(session, i);
		if (!session_is_watchable(session, track))
			continue;
		if (track->folder->type == FOLDER_INBOX)
			g_ptr_array_insert(tracks, 0, track);
		else
			g_ptr_array_add(tracks, track);
	}
	if (tracks->len > session->push.folder_limit)
		g_ptr_array_set_size(tracks, (gint)session->push.folder_limit);
	return tracks;
}

static bool is_listening_possible(const Session *session)
{
	return session->mode == SYNC_WATCH && !session->push.is_refused &&
	       session_can(session, "Ping");
}

/* The Inbox, once it is up to date, is watched while others are still being filled. */
static bool is_inbox_behind(const Session *session, int64_t now_ms)
{
	for (guint i = 0; i < session->tracks->len; i++) {
		const Track *track = session_track_at(session, i);
		if (track->folder->type == FOLDER_INBOX && session_is_behind(session, track) &&
		    has_unhurt(track, now_ms))
			return true;
	}
	return false;
}

static Plan plan_listen(const Session *session, int64_t now_ms)
{
	if (session->is_busy[SLOT_PUSH] || !is_listening_possible(session) ||
	    session->wants_folders || is_inbox_behind(session, now_ms))
		return nothing();

	g_autoptr(GPtrArray) tracks = planner_folders_to_watch(session);

	if (!tracks->len)
		return nothing();
	if (!backoff_is_over(&session->listen_backoff, now_ms))
		return sleep_until(session->listen_backoff.until_ms);
	return task(TASK_LISTEN, SLOT_PUSH);
}

bool planner_is_ping_stale(const Session *session, int64_t now_ms)
{
	if (!session->is_busy[SLOT_PUSH] || session->is_busy[SLOT_COMMAND])
		return false;

	Plan command = plan_command(session, now_ms);

	if (is_planned(&command))
		return false;

	g_autoptr(GPtrArray) tracks = planner_folders_to_watch(session);
	return tracks->len > session->listened;
}

/* ---- the whole question ---- */

static Plan plan_work(const Session *session, int64_t now_ms)
{
	Plan plan = plan_command(session, now_ms);

	if (!is_planned(&plan))
		plan = better(plan, plan_fetch(session, now_ms));
	return is_planned(&plan) ? plan : better(plan, plan_listen(session, now_ms));
}

/* Without a version or policy nothing else can be asked: these go alone. */
static Plan plan_entrance(const Session *session)
{
	if (session->is_busy[SLOT_COMMAND])
		return nothing();
	return task(needs_connect(session) ? TASK_CONNECT : TASK_PROVISION, SLOT_COMMAND);
}

static Plan with_password(const Session *session, Plan plan)
{
	if (plan.kind != PLAN_TASK || session->has_password)
		return plan;
	return session->is_password_under_way ? nothing() : (Plan){ .kind = PLAN_PASSWORD };
}

static Plan within_guard(const Session *session, Plan plan, int64_t now_ms)
{
	int64_t free_ms = guard_free_at(&session->guard, now_ms);

	return plan.kind == PLAN_TASK && free_ms > now_ms ? sleep_until(free_ms) : plan;
}

static Plan with_timers(const Session *session, Plan plan)
{
	if (is_planned(&plan))
		return plan;
	if (session->poll_at_ms)
		plan.wake_ms = MIN(plan.wake_ms, session->poll_at_ms);
	if (session->glance_at_ms)
		plan.wake_ms = MIN(plan.wake_ms, session->glance_at_ms);
	return plan;
}

/* Once the acknowledgement is answered, or has failed. */
static Plan plan_wipe(const Session *session, int64_t now_ms)
{
	if (session->is_busy[SLOT_COMMAND])
		return nothing();
	return backoff_is_over(&session->backoff, now_ms) ? (Plan){ .kind = PLAN_WIPE }
	                                                  : sleep_until(session->backoff.until_ms);
}

Plan planner_next(const Session *session, int64_t now_ms)
{
	if (session->is_wipe_due)
		return plan_wipe(session, now_ms);
	if (session->is_wiped || session->is_given_up || session->mode == SYNC_STILL)
		return nothing();
	if (session->question)
		return sleep_until(session->parked_until_ms);
	if (!backoff_is_over(&session->backoff, now_ms))
		return sleep_until(session->backoff.until_ms);

	Plan plan = plan_work(session, now_ms);

	if (plan.kind == PLAN_TASK && (needs_connect(session) || needs_provision(session)))
		plan = plan_entrance(session);
	plan = with_password(session, plan);
	return with_timers(session, within_guard(session, plan, now_ms));
}
