/*
 * undo: what the person did in this session, to be taken back and done again. An action comes here
 * once it is in the store (SYNC_WRITTEN), with what was shown before. Taking it back is an action
 * like any other: the opposite ops, which vanish together with those that have not left yet. Only
 * what has no opposite (deletion for good, sending) is cancelled in the Outbox, as long as it is
 * there. Pure; one thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/op.h"

typedef struct Undo Undo;

Undo *undo_new(void);
void  undo_free(Undo *undo);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Undo, undo_free)

/* An action that was written: its ops as they came back (borrowed), and what to call it, in the
 * person's language. What could be done again before is forgotten. An action that changed nothing
 * is none. */
void undo_push(Undo *undo, const char *label, const GPtrArray *ops, int64_t group_id);
/* The same for what undo_again() gave. */
void undo_push_again(Undo *undo, const char *label, const GPtrArray *ops, int64_t group_id);

/* Actions on this account, or on it among others, can be neither taken back nor done again. */
void undo_forget(Undo *undo, int64_t account_id);

/* What is to be done. All of it is the caller's. */
typedef struct {
	char      *label;              /* of the action that is taken back, or done again */
	GPtrArray *ops;                /* of Op, for sync_ops(); NULL: none */
	int64_t    cancel_group_id;    /* for sync_outbox_cancel(); 0: none */
} UndoStep;
void undo_step_clear(UndoStep *step);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(UndoStep, undo_step_clear)

/* The last action taken back, and then the one before. ERR_NOT_FOUND: there is none. */
bool undo_back(Undo *undo, UndoStep *ret_step, GError **err);
/* The last that was taken back, done again. ERR_NOT_FOUND: there is none. */
bool undo_again(Undo *undo, UndoStep *ret_step, GError **err);
