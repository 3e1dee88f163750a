/*
 * item-op: the person's changes of what is no mail: their effect here, and their ends. An item
 * shows what the last operation on it wants; the first of those that are not settled knows what the
 * server holds (was.text; NULL: nothing). Inside a transaction. Internal to store/.
 */
#pragma once
#include "store/db.h"
#include "store/write.h"

/* Fills in account, was and before, and refuses what cannot be, as store_write_ops() says. */
bool item_op_look(Db *db, Op *op, GError **err);
/* Shows what the person wants; of a new item it fills in the id. */
bool item_op_show(Db *db, Op *op, GError **err);
/* The op that has not left and is made by @earlier and @op together never was: the item goes. */
bool item_op_is_undone_by(const Op *earlier, const Op *op);

/* As op_undo(): the row goes, and what is shown is what the server holds or a later op wants. */
bool item_op_undo(Db *db, const Op *op, GError **err);
/* The server has it. */
bool item_op_confirm(Db *db, const Op *op, const StoreOpEnd *end, GError **err);
/* The server has the item no more: what the person wrote is parked as a new one, with why. */
bool item_op_strand(Db *db, const Op *op, const StoreOpEnd *end, GError **err);

/* The mail of an invitation is gone on the server: an answer that was tried has arrived, for the
 * server takes the mail away then; one that was not is parked. *ret_count: how many there were. */
bool item_answers_settle(Db *db, int64_t message_id, int *ret_count, GError **err);

/* What it wants from now on, and what the server holds. */
bool item_op_change(Db *db, const Op *op, const char *value, const char *was, GError **err);

/* Those of an item that are not settled, oldest first; of Op. */
bool item_ops_read(Db *db, int64_t item_id, GPtrArray *ops, GError **err);
