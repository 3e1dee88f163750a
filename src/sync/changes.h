/*
 * changes: what is lent to a PUSH_ITEMS or a RESPOND, made of operations. Pure; any thread.
 */
#pragma once
#include "backend/backend.h"

/* Of ItemChange, one for each of @ops (of Op, borrowed, and they lose names that are ours alone).
 * ERR_STORE: one of them makes no sense. */
GPtrArray *changes_of_ops(const GPtrArray *ops, GError **err);

/* Borrows of @op. */
AnswerSpec changes_answer(const Op *op);
