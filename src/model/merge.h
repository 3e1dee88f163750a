/*
 * merge: what becomes of a change that has not left when a later one comes on the same message,
 * folder or draft. Pure; any thread. A change that is under way or parked is never merged: the
 * later one queues behind it.
 */
#pragma once
#include "model/op.h"

typedef enum {
	MERGE_BESIDE,  /* both go, in their order */
	MERGE_REPLACE, /* the later stands for both: it starts from what the server holds, and is
	                  nothing at all when it ends there */
	MERGE_INTO,    /* the earlier takes the later's value */
	MERGE_KEEP,    /* the earlier does all that the later would */
	MERGE_CANCEL,  /* neither is needed */
} Merge;

Merge op_merge(OpKind earlier, OpKind later);

/* True for a later op that makes the earlier one pointless, so that it need not be sent before it.
 * The earlier stays until the later has gone through: a refusal brings it back. */
bool op_overtakes(OpKind later, OpKind earlier);
