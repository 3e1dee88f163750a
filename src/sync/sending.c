#include "sync/sending.h"

static SendingPlan plan(SendingStep step) { return (SendingPlan){ step, 0 }; }

static SendingPlan when_due(SendingStep step, int64_t due_ms, int64_t now_ms)
{
	return due_ms <= now_ms ? plan(step) : (SendingPlan){ SENDING_DO_WAIT, due_ms };
}

/* The gap lets a server file late what it took in time. */
static SendingPlan plan_look(const Sending *sending, int64_t now_ms)
{
	bool is_set_back = now_ms < sending->looked_ms;

	if (!sending->looks || is_set_back)
		return plan(SENDING_DO_LOOK);
	return when_due(SENDING_DO_LOOK, sending->looked_ms + SENDING_LOOK_GAP_MS, now_ms);
}

static SendingPlan plan_doubtful(const Sending *sending, SendingServer server, int64_t now_ms)
{
	bool may_repeat = server.knows_repeats && sending->attempts < SENDING_ATTEMPTS;

	if (server.has_sent && sending->looks < SENDING_LOOKS)
		return plan_look(sending, now_ms);
	return may_repeat ? when_due(SENDING_DO_ATTEMPT, sending->due_ms, now_ms)
	                  : plan(SENDING_DO_ASK);
}

SendingPlan sending_next(const Sending *sending, SendingServer server, int64_t now_ms)
{
	switch (sending->state) {
	case SENDING_WRITTEN:
		return when_due(SENDING_DO_ATTEMPT, sending->due_ms, now_ms);
	case SENDING_UNDERWAY:
		return plan_doubtful(sending, server, now_ms);
	default:
		return plan(SENDING_DO_REST);
	}
}

void sending_begin(Sending *sending, int64_t now_ms)
{
	sending->state = SENDING_UNDERWAY;
	sending->began_ms = now_ms;
	sending->attempts++;
	sending->looks = 0;
	sending->looked_ms = 0;
}

static SendingAnswer judge_verdict(const Sending *sending, ErrorKind kind)
{
	switch (kind) {
	case ERR_EXISTS:
		return SENDING_TAKEN;
	case ERR_SERVER:
		return sending->attempts < SENDING_ATTEMPTS ? SENDING_PUT_OFF : SENDING_REFUSED;
	case ERR_THROTTLED:
	case ERR_OVERLOADED:
	case ERR_PROVISION:
	case ERR_SIGN_IN:
	case ERR_FORBIDDEN:
	case ERR_REFOLDER:
	case ERR_RESYNC:
	case ERR_WIPE:
	case ERR_MOVED:
		return SENDING_PUT_OFF;
	default:
		return SENDING_REFUSED;
	}
}

/* [MS-ASHTTP] 2.2.2: these end a request at the door. A 5xx other than 501 and 503 does not. */
static SendingAnswer judge_exchange(ErrorKind kind)
{
	switch (kind) {
	case ERR_UNREACHED:
	case ERR_TLS:
	case ERR_SIGN_IN:
	case ERR_FORBIDDEN:
	case ERR_THROTTLED:
	case ERR_PROVISION:
	case ERR_MOVED:
	case ERR_WIPE:
	case ERR_NOT_FOUND:
	case ERR_REFOLDER:
	case ERR_RESYNC:
		return SENDING_PUT_OFF;
	case ERR_REQUEST:
	case ERR_LIMIT:
	case ERR_UNSUPPORTED:
		return SENDING_REFUSED;
	default:
		return SENDING_LOST;
	}
}

SendingAnswer sending_judge(const Sending *sending, ErrorKind kind, bool is_verdict)
{
	return is_verdict ? judge_verdict(sending, kind) : judge_exchange(kind);
}

static void refuse(Sending *sending)
{
	sending->state = sending->is_whole ? SENDING_FAILED : SENDING_WRITTEN;
	sending->due_ms = 0;
	sending->is_whole = true;
}

void sending_take_answer(Sending *sending, SendingAnswer answer, int64_t again_ms)
{
	switch (answer) {
	case SENDING_TAKEN:
		sending->state = SENDING_SENT;
		break;
	case SENDING_PUT_OFF:
		sending->state = SENDING_WRITTEN;
		sending->due_ms = again_ms;
		break;
	case SENDING_REFUSED:
		refuse(sending);
		break;
	case SENDING_LOST:
		sending->due_ms = again_ms;
		break;
	}
}

void sending_take_look(Sending *sending, bool is_found, int64_t now_ms)
{
	if (is_found)
		sending->state = SENDING_SENT;
	sending->looks++;
	sending->looked_ms = now_ms;
}

void sending_doubt(Sending *sending) { sending->state = SENDING_UNSURE; }

void sending_retry(Sending *sending, int64_t now_ms)
{
	sending->state = SENDING_WRITTEN;
	sending->due_ms = now_ms;
	sending->attempts = 0;
}
