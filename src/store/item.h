/*
 * item: rows of what is no mail, and what lists know of them. Inside a transaction. Internal to
 * store/.
 */
#pragma once
#include "model/pim.h"
#include "store/db.h"

/* A row as it stands. */
typedef struct {
	int64_t id;              /* 0: there is none */
	PimKind kind;
	bool    is_hidden;
	char   *text;            /* whole: model/pim_text.h */
} ItemRow;
void item_row_clear(ItemRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ItemRow, item_row_clear)

bool item_row_find(Db *db, int64_t folder_id, const char *server_id, ItemRow *ret_row,
                   GError **err);
bool item_row_read(Db *db, int64_t id, ItemRow *ret_row, GError **err);

/* Where a new row stands. @server_id NULL: it gets a name of ours. */
typedef struct { int64_t folder_id, generation; const char *server_id; } ItemPlace;
bool item_row_insert(Db *db, const ItemPlace *place, const PimItem *item, int64_t *ret_id,
                     GError **err);

/* What it says from now on; it is listed if it is not hidden. */
bool item_row_write(Db *db, int64_t id, const PimItem *item, GError **err);
/* The same, by its whole text. */
bool item_row_write_text(Db *db, int64_t id, const char *text, GError **err);
bool item_row_set_generation(Db *db, int64_t id, int64_t generation, GError **err);
/* @server_id NULL: a name of ours. */
bool item_row_set_name(Db *db, int64_t id, const char *server_id, GError **err);
/* Nobody sees it, or again. */
bool item_row_set_hidden(Db *db, int64_t id, bool is_hidden, GError **err);
bool item_row_delete(Db *db, int64_t id, GError **err);

/* ---- what lists read: id, folder, brief part, in this order ---- */

/* Adds the records themselves (an Event, a Todo …) to @list. ERR_STORE: one makes no sense. */
bool item_briefs_get(Stmt *stmt, PimKind kind, GPtrArray *list, GError **err);
