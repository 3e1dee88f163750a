/*
 * selection: the messages that a person has picked out, by id, wherever the list has scrolled
 * since. It knows nothing of rows: a folded conversation is in it as its messages. Pure.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Selection Selection;

Selection *selection_new(void);
void       selection_free(Selection *selection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Selection, selection_free)

/* Twice is once. */
void selection_add(Selection *selection, int64_t message_id, int64_t conversation_id);
void selection_drop(Selection *selection, int64_t message_id);
void selection_clear(Selection *selection);

bool selection_has(const Selection *selection, int64_t message_id);
int  selection_count(const Selection *selection);
/* How many of a conversation. */
int  selection_count_of(const Selection *selection, int64_t conversation_id);

/* Of int64_t, newest first; the caller's. */
GArray *selection_ids(const Selection *selection);
