/*
 * outbox: messages on their way out: what the planner is told of them, and what the desk does with
 * each turn of sending.h's machine. The store has every state before the next byte leaves. Engine
 * thread only.
 */
#pragma once
#include "sync/desk.h"
#include "sync/sending.h"

/* How far an OP_SEND is, and the same written back into the op. */
Sending outbox_sending(const Op *op);
void    outbox_note(Op *op, const Sending *sending);

/*
 * The next step of the oldest message that has one: SEND, PAGE of Sent, MESSAGE_IDS, or a question
 * (PLAN_DOUBT). Pure.
 */
Plan outbox_plan(const Session *session, int64_t uptime_ms);

static inline bool outbox_is_for(const Plan *plan)
{
	return plan->op && plan->op->kind == OP_SEND;
}

/* Begins what outbox_plan() planned. NULL: it came to an end without a request, plan anew. */
Run *outbox_begin(Desk *desk, const Plan *plan);

/* A SEND or MESSAGE_IDS is over. @error: how the exchange failed; NULL: it went well. True if the
 * failure is the message's own, and says nothing of the account. */
bool outbox_take(Desk *desk, const Run *run, const GError *error);

/* A page of @track is in the store; @has_news: it changed something there. */
void outbox_folder_done(Desk *desk, const Track *track, bool has_news);

/* What its message waits for cannot be had. */
void outbox_fail(Desk *desk, int64_t op_id, const GError *why);

/* What a person says to a QUESTION_SENT. */
void outbox_answer(Desk *desk, const Question *question, AnswerChoice choice);
