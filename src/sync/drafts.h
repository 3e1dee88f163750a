/*
 * drafts: what a person writes is kept on the server as well, where its protocol can. An
 * OP_SAVE_DRAFT goes into the server's Drafts as a new item, or over the item that it was made
 * from; if that was changed there meanwhile, or is gone, as a new one beside it: both are kept, and
 * the person is told. A new one takes along what is attached to what it was made from, fetched first.
 * Where the server keeps none, the op ends at once. Engine thread only.
 */
#pragma once
#include "sync/desk.h"

/* SAVE_DRAFT, or first the PAGE that gives Drafts its key. Pure. */
Plan drafts_plan(const Session *session, int64_t uptime_ms);

static inline bool drafts_is_for(const Plan *plan)
{
	return plan->op && plan->op->kind == OP_SAVE_DRAFT;
}

/* Begins what drafts_plan() planned. NULL: it came to an end without a request, plan anew. */
Run *drafts_begin(Desk *desk, const Plan *plan);

/* An attachment that its op waits for cannot be had: the draft stays here alone. */
void drafts_fail(Desk *desk, int64_t op_id, const GError *why);

/* The server has it, as @server_id: its row, and the end of its op. Of an Intake with a parcel. */
void drafts_note_saved(Intake *intake, const char *server_id);

/* A SAVE_DRAFT is over. @error as in outbox_take(). */
bool drafts_take(Desk *desk, const Run *run, const GError *error);
