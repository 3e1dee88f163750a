#include "sync/telling.h"

#include "sync/event.h"

/* @folder_id: the one that failed, while the account goes on; 0: it is the account's. */
typedef struct { SyncState state; int kind; const char *text; int64_t folder_id; } Telling;

static bool is_working(const Desk *desk)
{
	const Session *session = desk->session;

	return session->is_busy[SLOT_COMMAND] || session->is_busy[SLOT_FETCH_FIRST] ||
	       session->is_busy[SLOT_FETCH_SECOND];
}

static bool is_connecting(const Desk *desk)
{
	const Run *run = desk->runs[SLOT_COMMAND];

	return desk->session->is_password_under_way ||
	       (run && (run->kind == TASK_CONNECT || run->kind == TASK_PROVISION));
}

/* The first folder that failed, for the sentence. */
static const Track *find_failed(const Session *session)
{
	for (guint i = 0; i < session->tracks->len; i++) {
		const Track *track = session_track_at(session, i);
		if (track->folder->last_error && track->backoff.failures)
			return track;
	}
	return NULL;
}

static Telling telling_of_failure(const Session *session, const Track *failed)
{
	if (session->is_given_up || session->is_wiped)
		return (Telling){ SYNC_ERROR,
			          session->is_wiped ? ERR_WIPE : (int)session->backoff.kind,
			          session->sentence, 0 };
	return (Telling){ SYNC_ERROR, (int)failed->backoff.kind, failed->folder->last_error,
		          failed->folder->id };
}

static Telling telling_of(const Desk *desk, int64_t now_ms)
{
	const Session *session = desk->session;
	const Track *failed;
	bool is_cut = !backoff_is_over(&session->listen_backoff, now_ms) &&
	              error_is_of_network(session->listen_backoff.kind);

	if (session->question)
		return (Telling){ SYNC_PARKED, ERR_ASK, session->question->text, 0 };
	if (session->is_given_up || session->is_wiped)
		return telling_of_failure(session, NULL);
	if (!backoff_is_over(&session->backoff, now_ms))
		return (Telling){ SYNC_WAITING, (int)session->backoff.kind, session->sentence, 0 };
	if (is_connecting(desk))
		return (Telling){ SYNC_CONNECTING, 0, NULL, 0 };
	if (is_working(desk))
		return (Telling){ SYNC_WORKING, 0, NULL, 0 };
	if (is_cut)
		return (Telling){ SYNC_WAITING, ERR_NETWORK, session->sentence, 0 };
	if ((failed = find_failed(session)))
		return telling_of_failure(session, failed);
	return (Telling){ session->mode == SYNC_WATCH ? SYNC_WATCHING : SYNC_OFFLINE, 0, NULL, 0 };
}

static void tell(Desk *desk, const Telling *telling, int64_t wish_id)
{
	event_tell(desk->core, (SyncEvent){ .kind = SYNC_STATE,
	                                    .account_id = desk_account_id(desk),
	                                    .folder_id = telling->folder_id,
	                                    .wish_id = wish_id,
	                                    .state = telling->state,
	                                    .error_kind = telling->kind,
	                                    .text = g_strdup(telling->text) });
}

void telling_repeat(Desk *desk, int64_t wish_id, bool is_syncing)
{
	Telling telling = telling_of(desk, core_uptime_ms(desk->core));

	if (telling.state != SYNC_ERROR || is_syncing)
		tell(desk, &telling, wish_id);
}

static void tell_state(Desk *desk)
{
	Telling telling = telling_of(desk, core_uptime_ms(desk->core));

	if (desk->has_told && desk->told_state == telling.state &&
	    g_strcmp0(desk->told_text, telling.text) == 0)
		return;
	desk->has_told = true;
	desk->told_state = telling.state;
	g_free(desk->told_text);
	desk->told_text = g_strdup(telling.text);
	tell(desk, &telling, 0);
}

/* ---- idle ---- */

static bool has_due_work(const Session *session, int64_t now_ms)
{
	for (guint i = 0; i < session->tracks->len; i++) {
		const Track *track = session_track_at(session, i);
		if (session_is_behind(session, track) && backoff_is_over(&track->backoff, now_ms))
			return true;
	}
	return session->wants_folders;
}

static bool is_at_rest(const Desk *desk, const Plan *plan)
{
	const Session *session = desk->session;

	if (is_working(desk) || session->is_password_under_way || session->question ||
	    session->is_wipe_due)
		return false;
	if (session->is_given_up)
		return true;
	if (session->mode != SYNC_WATCH)
		return plan->wake_ms == INT64_MAX;
	return !session->backoff.failures && !has_due_work(session, core_uptime_ms(desk->core));
}

static void note_rest(Desk *desk)
{
	Session *session = desk->session;
	const Track *failed = find_failed(session);
	const char *sentence = session->is_given_up ? session->sentence
	                       : failed             ? failed->folder->last_error
	                                            : NULL;

	if (session->mode == SYNC_WATCH)
		session->poll_at_ms = core_uptime_ms(desk->core) +
		                      (int64_t)MAX(session->account->poll_s, 60) * 1000;
	if (!session->is_given_up && sync_mode_is_eager(session->mode))
		session->state->last_sync_ms = clock_now_ms(desk->core->clock);
	g_free(session->state->last_error);
	session->state->last_error = g_strdup(sentence);
	session->is_state_changed = true;
	desk_save_state(desk);
}

static void tell_rest(Desk *desk, const Plan *plan)
{
	if (desk->is_idle || desk->session->mode == SYNC_STILL || !is_at_rest(desk, plan))
		return;
	desk->is_idle = true;
	note_rest(desk);
	event_tell(desk->core,
	           (SyncEvent){ .kind = SYNC_IDLE, .account_id = desk_account_id(desk) });
}

void telling_update(Desk *desk, const Plan *plan)
{
	tell_state(desk);
	tell_rest(desk, plan);
}
