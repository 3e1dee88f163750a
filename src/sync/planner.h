/*
 * planner: what is the most valuable thing to do now for an account? In this order: erase what the
 * server wiped; sign in and connect; provision; introduce the device; the folder list; the person's
 * operations; what the screen wishes; folders that are behind (the one on the screen, the Inbox,
 * Sent, Drafts, calendar and contacts, then small ones first); listen for news. In SYNC_ONCE nothing waits for the storm
 * guard only to be tried again: what failed is left for the next run. While the store is locked what
 * is written here waits. Pure: a question about the
 * session and the time. The caller starts what is planned and asks again until nothing is.
 */
#pragma once
#include "sync/session.h"

/* DOUBT: whether the message of @op was sent cannot be found out. */
typedef enum { PLAN_NOTHING, PLAN_WIPE, PLAN_PASSWORD, PLAN_TASK, PLAN_DOUBT } PlanKind;

typedef struct {
	PlanKind kind;
	TaskKind task;          /* TASK: this one, in @slot */
	Slot     slot;
	/* PAGE, PUSH_OPS, PUSH_ITEMS, RESPOND; ESTIMATE of one folder (NULL: of all that want a look). */
	Track   *track;
	Wish    *wish;          /* FETCH_* */
	/* PUSH_OPS, PUSH_ITEMS, RESPOND, MOVE, FOLDER, EMPTY: the first of those to go. SEND, MESSAGE_IDS, and the PAGE
	 * of Sent that comes before: the OP_SEND it is for. The session's. */
	const Op *op;
	/* NOTHING: the uptime at which the answer may change by itself; INT64_MAX: never. */
	int64_t  wake_ms;
} Plan;

Plan planner_next(const Session *session, int64_t uptime_ms);

/* The folders for an ESTIMATE of all, and for a Ping, as many as the server takes, the Inbox first.
 * Of Track, borrowed. */
GPtrArray *planner_folders_to_estimate(const Session *session, int64_t uptime_ms);
GPtrArray *planner_folders_to_watch(const Session *session);

/* True when the Ping under way watches less than it could and nothing else is going to change that.
 */
bool planner_is_ping_stale(const Session *session, int64_t uptime_ms);
