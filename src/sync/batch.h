/*
 * batch: which of the person's operations may go to the server, and which of them together. What
 * speaks of the same message or folder goes in the order in which it was done; anything else may
 * pass what waits. Sending has rules of its own (sending.h) and is left out here. Pure: a question
 * about the session and the time.
 */
#pragma once
#include "sync/session.h"

enum { BATCH_MOST = 100 };

/* The task that carries ops of a kind; false for kinds that are not batched. */
bool batch_task(OpKind kind, TaskKind *ret_task);
static inline bool batch_is_task(TaskKind task)
{
	return task == TASK_PUSH_OPS || task == TASK_MOVE || task == TASK_FOLDER ||
	       task == TASK_EMPTY || task == TASK_OOF_SET || task == TASK_PUSH_ITEMS ||
	       task == TASK_RESPOND;
}

/*
 * The ops that may go at @now_ms (UTC), oldest first, at most one a message; of Op, borrowed.
 * *ret_wake_ms: when one more may go by itself, INT64_MAX never. A run that ends does not wait for
 * what is held or has failed too often.
 */
GPtrArray *batch_ready(const Session *session, int64_t now_ms, int64_t *ret_wake_ms);

/* Of @ready those that go in one request with @first: at most @most. Of Op, borrowed. */
GPtrArray *batch_fill(const GPtrArray *ready, const Op *first, guint most);
