#include "sync/outbox.h"

#include "base/i18n.h"
#include "base/log.h"
#include "model/draft.h"
#include "store/draft.h"
#include "sync/event.h"

enum { IDS_AT_ONCE = 50, SENT_READ_MOST = 500, TRIES_MOST = 3, HURRIED_WAIT_MOST_MS = 90 * 1000 };
enum { LOCKED_WAIT_MS = 30 * 1000 };

/* ---- the op as a Sending ---- */

static SendingState state_of(OpState state)
{
	switch (state) {
	case OP_SENDING:
		return SENDING_UNDERWAY;
	case OP_UNSURE:
		return SENDING_UNSURE;
	case OP_FAILED:
		return SENDING_FAILED;
	default:
		return SENDING_WRITTEN;
	}
}

static OpState op_state_of(SendingState state)
{
	switch (state) {
	case SENDING_UNDERWAY:
		return OP_SENDING;
	case SENDING_UNSURE:
		return OP_UNSURE;
	case SENDING_FAILED:
		return OP_FAILED;
	default:
		return OP_WAITING;
	}
}

Sending outbox_sending(const Op *op)
{
	return (Sending){
		.state = state_of(op->state),
		.due_ms = MAX(op->due_ms, op->next_ms),
		.began_ms = op->was.start_ms,
		.attempts = op->attempts,
		.looks = (int)op->was.number,
		.looked_ms = op->was.due_ms,
		.is_whole = op->was.folder_id != 0,
	};
}

void outbox_note(Op *op, const Sending *sending)
{
	op->state = op_state_of(sending->state);
	op->next_ms = sending->due_ms;
	op->attempts = sending->attempts;
	op->was.number = sending->looks;
	op->was.folder_id = sending->is_whole;
	op->was.start_ms = sending->began_ms;
	op->was.due_ms = sending->looked_ms;
}

static void note_error(Op *op, const GError *why)
{
	char *sentence = why ? g_strdup(why->message) : NULL;

	g_free(op->last_error);
	op->last_error = sentence;
	op->error_kind = why ? (int)error_kind(why) : 0;
}

/* ---- planning ---- */

static Track *find_sent(const Session *session)
{
	for (guint i = 0; i < session->tracks->len; i++) {
		Track *track = session_track_at(session, i);
		if (track->folder->type == FOLDER_SENT && !track->is_given_up)
			return track;
	}
	return NULL;
}

static Plan sleep_until(int64_t wake_ms)
{
	return (Plan){ .kind = PLAN_NOTHING, .wake_ms = wake_ms };
}

static Plan plan_task(TaskKind task, const Op *op, Track *track)
{
	return (Plan){ .kind = PLAN_TASK, .task = task, .slot = SLOT_COMMAND, .op = op,
		       .track = track };
}

/* First Sent as it is now, then what is in it. */
static Plan plan_look(const Session *session, const Op *op, int64_t uptime_ms)
{
	Track *sent = find_sent(session);
	bool is_fresh = session->look_op_id == op->id && session->look_ids;

	if (is_fresh)
		return plan_task(TASK_MESSAGE_IDS, op, sent);
	if (!backoff_is_over(&sent->backoff, uptime_ms))
		return sleep_until(sent->backoff.until_ms);
	return plan_task(TASK_PAGE, op, sent);
}

/* A run that ends does not wait for what is held back, or has been put off too often. */
static Plan plan_wait(const Session *session, const Sending *sending, int64_t wake_ms,
                      int64_t uptime_ms)
{
	bool is_tired = sending->state == SENDING_WRITTEN && sending->attempts >= TRIES_MOST;
	bool is_too_long = wake_ms - uptime_ms > HURRIED_WAIT_MOST_MS;
	bool is_left = session->mode != SYNC_WATCH && (is_tired || is_too_long);

	return sleep_until(is_left ? INT64_MAX : wake_ms);
}

static Plan plan_op(const Session *session, const Op *op, int64_t uptime_ms)
{
	Sending sending = outbox_sending(op);
	SendingServer server = { find_sent(session) != NULL, session->knows_repeats };
	SendingPlan plan = sending_next(&sending, server, uptime_ms + session->utc_ms);

	switch (plan.step) {
	case SENDING_DO_WAIT:
		return plan_wait(session, &sending, plan.wake_ms - session->utc_ms, uptime_ms);
	case SENDING_DO_ATTEMPT:
		return session_awaits_file(session, op->id) ? sleep_until(INT64_MAX)
		                                   : plan_task(TASK_SEND, op, NULL);
	case SENDING_DO_LOOK:
		return plan_look(session, op, uptime_ms);
	case SENDING_DO_ASK:
		return (Plan){ .kind = PLAN_DOUBT, .op = op };
	default:
		return sleep_until(INT64_MAX);
	}
}

Plan outbox_plan(const Session *session, int64_t uptime_ms)
{
	Plan wait = sleep_until(INT64_MAX);

	for (guint i = 0; i < session->ops->len; i++) {
		const Op *op = g_ptr_array_index(session->ops, i);
		if (op->kind != OP_SEND)
			continue;
		Plan plan = plan_op(session, op, uptime_ms);
		if (plan.kind != PLAN_NOTHING)
			return plan;
		wait.wake_ms = MIN(wait.wake_ms, plan.wake_ms);
	}
	return wait;
}

/* ---- what is stored and told ---- */

static int64_t now_of(const Desk *desk) { return clock_now_ms(desk->core->clock); }

/* The disk is full, or the store is damaged: not the message's fault. */
static void put_off(Desk *desk, const GError *why)
{
	Session *session = desk->session;

	log_error("sync", "%s: %s", session->account->name, why->message);
	g_free(session->sentence);
	session->sentence = g_strdup(why->message);
	backoff_note(&session->backoff, &(Failure){ error_kind(why), -1, desk_is_hurried(desk), 0 },
	             core_uptime_ms(desk->core));
}

/* A failure of the store leaves the state as it was, and it is asked again later. */
static bool store(Desk *desk, Op *op, const Sending *sending)
{
	g_autoptr(GError) error = NULL;

	outbox_note(op, sending);
	if (store_write_sending(desk->core->writer, op, &error)) {
		desk_reload_ops(desk);
		return true;
	}
	put_off(desk, error);
	desk_reload_ops(desk);
	return false;
}

static void tell(Desk *desk, const Op *op, SyncEventKind kind)
{
	event_tell(desk->core, (SyncEvent){ .kind = kind,
	                                            .account_id = desk_account_id(desk),
	                                            .error_kind = op->error_kind,
	                                            .text = g_strdup(op->last_error) });
}

static void tell_state(Desk *desk, const Op *op)
{
	tell(desk, op, op->state == OP_FAILED ? SYNC_FAILED : SYNC_CHANGED);
}

static void end_look(Session *session)
{
	session->look_op_id = 0;
	g_clear_pointer(&session->look_ids, g_ptr_array_unref);
}

static void finish(Desk *desk, const Op *op)
{
	g_autoptr(GError) error = NULL;
	Track *sent = find_sent(desk->session);
	guint flag = parcel_source_flag(desk->core, op);

	if (!store_write_sent(desk->core->writer, op, flag, &error))
		log_error("sync", "%s: %s", desk->session->account->name, error->message);
	if (sent)
		sent->is_wanted = true;
	desk_reload_ops(desk);
	desk_tell_changed(desk);
}

static void settle(Desk *desk, const Parcel *parcel, Sending *sending)
{
	if (sending->state == SENDING_SENT) {
		finish(desk, parcel->op);
		return;
	}
	if (store(desk, parcel->op, sending))
		tell_state(desk, parcel->op);
}

/* ---- questions ---- */

static char *subject_of(Desk *desk, const Op *op)
{
	g_autoptr(StoreDraft) draft = NULL;
	g_autoptr(Draft) text = NULL;

	if (!store_read_draft(desk->core->reader, op->draft_id, &draft, NULL) ||
	    !(text = draft_from_text(draft->text, NULL)) || !text->subject)
		return g_strdup(_("without a subject"));
	return g_strdup(text->subject);
}

static void ask(Desk *desk, const Op *op)
{
	g_autofree char *subject = subject_of(desk, op);
	Question *question = question_new(QUESTION_SENT, desk_account_id(desk),
	                                  desk->session->account->name);

	question->op_id = op->id;
	question->text = g_strdup_printf(
		_("“%s” may have been sent or not: the server broke off, and it is not in Sent. "
		  "Send it again?"),
		subject);
	event_tell(desk->core, (SyncEvent){ .kind = SYNC_QUESTION,
	                                    .account_id = desk_account_id(desk),
	                                    .question = question });
}

static void doubt(Desk *desk, const Op *planned)
{
	g_autoptr(Op) op = op_copy(planned);
	Sending sending = outbox_sending(op);
	g_autoptr(GError) why = g_error_new_literal(
		POSTERN_ERROR, ERR_ASK,
		_("perhaps sent: the server broke off, and it is not in Sent; look there by other "
		  "means, then retry or cancel it"));

	sending_doubt(&sending);
	note_error(op, why);
	end_look(desk->session);
	if (!store(desk, op, &sending))
		return;
	tell_state(desk, op);
	ask(desk, op);
}

/* The OP_SEND of this id; NULL: none. */
static const Op *find_send(const Session *session, int64_t op_id)
{
	const Op *op = session_op(session, op_id);

	return op && op->kind == OP_SEND ? op : NULL;
}

void outbox_answer(Desk *desk, const Question *question, AnswerChoice choice)
{
	const Op *waiting = find_send(desk->session, question->op_id);

	if (!waiting || waiting->state != OP_UNSURE || choice == ANSWER_LATER)
		return;

	g_autoptr(Op) op = op_copy(waiting);
	Sending sending = outbox_sending(op);

	if (choice == ANSWER_NO) {
		finish(desk, op);
		return;
	}
	sending_retry(&sending, now_of(desk));
	note_error(op, NULL);
	store(desk, op, &sending);
	tell_state(desk, op);
}

/* ---- beginning ---- */

static void fail_op(Desk *desk, const Op *planned, const GError *why)
{
	g_autoptr(Op) op = op_copy(planned);
	Sending sending = outbox_sending(op);

	sending.state = SENDING_FAILED;
	note_error(op, why);
	if (store(desk, op, &sending))
		tell_state(desk, op);
}

void outbox_fail(Desk *desk, int64_t op_id, const GError *why)
{
	const Op *op = find_send(desk->session, op_id);

	if (op)
		fail_op(desk, op, why);
}

/* The store was locked just now, with the key to sign with and the draft itself. */
static void wait_for_owner(Desk *desk, const Op *planned, const GError *why)
{
	g_autoptr(Op) op = op_copy(planned);
	Sending sending = outbox_sending(op);

	sending.due_ms = now_of(desk) + LOCKED_WAIT_MS;
	note_error(op, why);
	if (store(desk, op, &sending))
		tell_state(desk, op);
}

/* The disk, or something that has to come first; else the message cannot leave as it is. */
static void take_pack_failure(Desk *desk, const Op *op, const GError *why)
{
	if (error_is(why, ERR_LOCKED))
		wait_for_owner(desk, op, why);
	else if (error_is(why, ERR_STORE) || error_is(why, ERR_FULL))
		put_off(desk, why);
	else if (!error_is(why, ERR_NOT_FOUND) || !desk_fetch_missing(desk, op, NULL))
		fail_op(desk, op, why);
}

static Run *begin_send(Desk *desk, const Plan *plan)
{
	Sending sending = outbox_sending(plan->op);
	g_autoptr(GError) error = NULL;
	g_autoptr(Parcel) parcel = parcel_pack(desk->core, desk->session, plan->op,
	                                       sending.is_whole, &error);

	if (!parcel) {
		take_pack_failure(desk, plan->op, error);
		return NULL;
	}
	if (!sending.began_ms &&
	    !store_read_arrival(desk->core->reader, &parcel->op->was.done_ms, &error)) {
		put_off(desk, error);
		return NULL;
	}
	sending.is_whole = parcel->send.form == SEND_MAIL;
	sending_begin(&sending, now_of(desk));
	note_error(parcel->op, NULL);
	if (!store(desk, parcel->op, &sending))
		return NULL;

	Run *run = run_new(desk->core, desk->session, desk->line, plan);
	run_lend(run, g_steal_pointer(&parcel));
	return run;
}

static GPtrArray *take_some_ids(GPtrArray *from)
{
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);

	while (from->len && ids->len < IDS_AT_ONCE)
		g_ptr_array_add(ids, g_ptr_array_steal_index(from, 0));
	return ids;
}

static void end_looking(Desk *desk, const Op *planned)
{
	g_autoptr(Op) op = op_copy(planned);
	Sending sending = outbox_sending(op);

	sending_take_look(&sending, false, now_of(desk));
	end_look(desk->session);
	if (store(desk, op, &sending))
		tell_state(desk, op);
}

static Run *begin_ids(Desk *desk, const Plan *plan)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *ids = take_some_ids(desk->session->look_ids);
	g_autoptr(Parcel) parcel = parcel_of_ids(desk->core, plan->op, ids, &error);

	if (!parcel || !ids->len || !parcel->message_id) {
		end_looking(desk, plan->op);
		return NULL;
	}
	Run *run = run_new(desk->core, desk->session, desk->line, plan);
	run_lend(run, g_steal_pointer(&parcel));
	return run;
}

Run *outbox_begin(Desk *desk, const Plan *plan)
{
	if (plan->kind == PLAN_DOUBT) {
		doubt(desk, plan->op);
		return NULL;
	}
	if (plan->task == TASK_PAGE) {
		desk->session->look_op_id = plan->op->id;
		return run_new(desk->core, desk->session, desk->line, plan);
	}
	return plan->task == TASK_SEND ? begin_send(desk, plan) : begin_ids(desk, plan);
}

/* ---- ends ---- */

static int64_t again_at(Desk *desk, const Run *run, const Sending *sending, ErrorKind kind)
{
	Failure failure = { kind, run->retry_after_ms, desk_is_hurried(desk),
		            g_rand_int(desk->core->random) };

	return now_of(desk) + retry_delay_ms(&failure, sending->attempts);
}

static void learn_repeats(Desk *desk)
{
	g_autoptr(GError) error = NULL;

	desk->session->knows_repeats = true;
	if (!store_write_knows_repeats(desk->core->writer, desk_account_id(desk), &error))
		log_error("sync", "%s: %s", desk->session->account->name, error->message);
}

static bool take_send(Desk *desk, const Run *run, const GError *error)
{
	Parcel *parcel = run->parcel;
	const GError *why = parcel->refusal ? parcel->refusal : error;
	Sending sending = outbox_sending(parcel->op);
	SendingAnswer answer =
		why ? sending_judge(&sending, error_kind(why), parcel->refusal != NULL)
		    : SENDING_TAKEN;

	note_error(parcel->op, why);
	if (parcel->refusal && error_is(why, ERR_EXISTS))
		learn_repeats(desk);
	sending_take_answer(&sending, answer,
	                    answer == SENDING_PUT_OFF
	                            ? again_at(desk, run, &sending, error_kind(why))
	                            : 0);
	settle(desk, parcel, &sending);
	return answer == SENDING_REFUSED;
}

/* Found, it was sent; more to ask for is asked for next; a failure is the account's. */
static bool take_ids(Desk *desk, const Run *run, const GError *error)
{
	Parcel *parcel = run->parcel;
	Sending sending = outbox_sending(parcel->op);

	if (error) {
		end_look(desk->session);
		return false;
	}
	if (!parcel->is_found)
		return false;
	sending_take_look(&sending, true, now_of(desk));
	end_look(desk->session);
	settle(desk, parcel, &sending);
	return false;
}

bool outbox_take(Desk *desk, const Run *run, const GError *error)
{
	return run->kind == TASK_SEND ? take_send(desk, run, error) : take_ids(desk, run, error);
}

/*
 * Only a page without news shows Sent as it is now: one that was asked for before, by a key whose
 * answer was lost, is told again as it was then, perhaps before the message left.
 */
void outbox_folder_done(Desk *desk, const Track *track, bool has_news)
{
	Session *session = desk->session;
	const Op *op = find_send(session, session->look_op_id);
	g_autoptr(GError) error = NULL;

	if (!op || track != find_sent(session) || track->folder->is_behind || has_news)
		return;
	g_clear_pointer(&session->look_ids, g_ptr_array_unref);
	if (!store_read_arrived(desk->core->reader, track->folder->id, op->was.done_ms,
	                        SENT_READ_MOST, &session->look_ids, &error)) {
		log_error("sync", "%s: %s", session->account->name, error->message);
		end_look(session);
	}
}
