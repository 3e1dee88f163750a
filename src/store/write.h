/*
 * store/write: the one writer. Each function is one transaction unless it says otherwise; on
 * failure nothing changed. ERR_STORE (damage, or a bug in a row), ERR_FULL, ERR_IO. Engine thread
 * only.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/account.h"
#include "model/folder.h"
#include "model/message.h"
#include "model/op.h"
#include "model/pim.h"
#include "store/store.h"

void store_writer_free(StoreWriter *writer);      /* gives the engine lock back */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreWriter, store_writer_free)
/* As store_reader_forget(). */
void store_writer_forget(StoreWriter *writer);

/* Finds or makes the account's row (device id made here, once). *ret_state is the caller's. */
bool store_write_account(StoreWriter *writer, const char *name, AccountState **ret_state,
                         GError **err);
/* The account is called @name from now on. ERR_NOT_FOUND; ERR_EXISTS: another one is. */
bool store_write_account_name(StoreWriter *writer, int64_t account_id, const char *name,
                              GError **err);
/* Writes every field of @state but id, name, device_id and wipe. */
bool store_write_account_state(StoreWriter *writer, const AccountState *state, GError **err);
/* The server's policy document as XML: evidence of what was acknowledged. */
bool store_write_policy(StoreWriter *writer, int64_t account_id, const char *document_xml,
                        GError **err);
/* Erases the account's rows, its ops, bodies nobody else uses and the words in the index, so that
 * no page that can be decrypted holds them. A reader that looks at an older state, or an index that
 * is just being fed, delays the last of it to store_write_keep(). */
bool store_write_account_gone(StoreWriter *writer, int64_t account_id, GError **err);

/* ---- a remote wipe ---- */

/* The server's order, on the disk when this returns: from now on a store that is opened, or a
 * writer, carries it out before anything else. */
bool store_write_wipe_due(StoreWriter *writer, int64_t account_id, GError **err);
/* Erases like store_write_account_gone() whatever is due. Of the account a row remains, WIPE_DONE,
 * with a sentence in last_error. Due again after a crash at any point of it. */
bool store_write_wipes(StoreWriter *writer, GError **err);

/* The whole answer of a FolderSync with its key, in one transaction. @gone: of char *, server
 * ids. */
typedef struct {
	int64_t          account_id;
	const GPtrArray *changed;       /* of Folder, matched by server_id */
	const GPtrArray *gone;
	const char      *folder_key;
	bool             was_full;      /* folders not in @changed are gone, with their messages */
} StoreFolderList;
bool store_write_folders(StoreWriter *writer, const StoreFolderList *list, GError **err);
bool store_write_folder_error(StoreWriter *writer, int64_t folder_id, const char *sentence,
                              GError **err); /* NULL clears */
/* Sync key lost: the key becomes "0"; the rows stay and are matched by server id while it refills.
 * store_page_commit() with the last page then drops those the server did not name again. */
bool store_write_folder_reset(StoreWriter *writer, int64_t folder_id, GError **err);
/* What is no mail in the folder is not kept here any more: all of it goes, but for what the person
 * changed and the server does not have, and the key with it. */
bool store_write_folder_left(StoreWriter *writer, int64_t folder_id, GError **err);

/* ---- how an operation ended ---- */

typedef enum {
	OP_END_DONE,
	OP_END_AGAIN,      /* at next_ms */
	OP_END_REFUSED,    /* undone here too; what carries a person's text is parked */
	OP_END_GONE,       /* the item is not there any more */
	OP_END_UNSURE,     /* SEND: perhaps sent */
} OpFate;

typedef struct {
	int64_t     op_id;
	OpFate      fate;
	const char *server_id; /* DONE of MOVE, FOLDER_CREATE, a new item: its new name; NULL: not
	                          told */
	int         error_kind;    /* ErrorKind, with @sentence; of all but DONE */
	const char *sentence;
	int64_t     next_ms;       /* AGAIN */
	int64_t draft_id; /* DONE of SAVE_DRAFT: the server has it as @server_id, in this folder */
	const char *uid;  /* DONE of a new event: that of the meeting; NULL: as we gave it */
} StoreOpEnd;

/* ---- a page of a sync: bodies first, then rows and key in one transaction ---- */

typedef struct StorePage StorePage;

StorePage *store_page_begin(StoreWriter *writer, int64_t folder_id);
void       store_page_free(StorePage *page);      /* not committed: nothing of its rows remains */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StorePage, store_page_free)

/* @message is the page's. Its body is written (32 bodies a transaction) and dropped from memory. */
bool store_page_add(StorePage *page, Message *message, guint has, GError **err);
/* The same of what is no mail. */
void store_page_add_item(StorePage *page, PimItem *item);
void store_page_remove(StorePage *page, const char *server_id, bool is_soft);
void store_page_op_end(StorePage *page, const StoreOpEnd *end);      /* copied */

/* What the commit changed, for notices and the screen. @settled: ops that it ended besides those it
 * was told of; @conflicts: of these the changes that were dropped, since their message is gone on
 * the server. Of items that were changed here and there, @copies are kept beside the server's,
 * @stranded are here alone, since the server has deleted them: parked for a person; and @rebased
 * ops want something else than they did. */
typedef struct {
	int added, changed, removed, added_unread, settled, conflicts, copies, stranded, rebased;
} StorePageCount;

/* Rows, deletions, settled ops, the new key and the folder's state in ONE transaction.
 * An answer that brings nothing but the first key has more, or a refill would end before it began.
 * A message with an op that is not settled keeps the person's value, not the server's. */
bool store_page_commit(StorePage *page, const char *sync_key, int filter, bool has_more,
                       StorePageCount *ret_count, GError **err);

/* ---- the person's operations ---- */

/*
 * One action of the person: all of @ops (of Op) with their local effects in ONE transaction,
 * synchronous=FULL. Each is merged with what has not left yet (model/merge.h); id 0 afterwards:
 * nothing is left to tell the server. Fills in id, group, account, folder, was and before; of
 * FOLDER_CREATE the folder that was made, of a new item its id. A due_ms in the future holds the op
 * until then. Messages that have gone meanwhile are left out; ERR_GONE if all have. ERR_USAGE,
 * ERR_EXISTS, ERR_REFUSED, ERR_NOT_FOUND, ERR_UNSUPPORTED: the change makes no sense, and the
 * message says why; nothing is written.
 */
bool store_write_ops(StoreWriter *writer, const GPtrArray *ops, int64_t *ret_group_id,
                     GError **err);
/* The same for one. */
bool store_write_op(StoreWriter *writer, Op *op, GError **err);

/* A request with @ops (of Op) is about to leave: SENDING, one attempt more. FULL if one of them
 * must not be sent twice. */
bool store_write_ops_begun(StoreWriter *writer, const GPtrArray *ops, GError **err);
/* The request is over, and what is still SENDING of @ops got no answer: it waits until @end's
 * next_ms, with its sentence if there is one. */
bool store_write_ops_unanswered(StoreWriter *writer, const GPtrArray *ops, const StoreOpEnd *end,
                                GError **err);
/* After a start: what was under way waits again. Not SEND, which may have arrived. */
bool store_write_ops_recover(StoreWriter *writer, int64_t account_id, GError **err);

/* How ops ended (of StoreOpEnd), FULL. One that is settled already is left alone. */
bool store_write_op_ends(StoreWriter *writer, const GArray *ends, GError **err);

/* One op, or a whole group. One field is 0. */
typedef struct { int64_t op_id, group_id; } StoreOpChoice;

/* Undoes what has not left: what the server holds is shown again. Not what is under way. */
bool store_write_ops_cancel(StoreWriter *writer, const StoreOpChoice *choice, guint *ret_count,
                            GError **err);
/* Parked, held or waiting for a later try: as if written just now. */
bool store_write_ops_retry(StoreWriter *writer, const StoreOpChoice *choice, guint *ret_count,
                           GError **err);

/* ---- fetched content ---- */

/* The whole body of a message in place of a truncated one. */
bool store_write_body(StoreWriter *writer, int64_t message_id, BodyKind kind, GBytes *content,
                      bool is_whole, GError **err);
/* Whole MIME beside the body. */
bool store_write_mime(StoreWriter *writer, int64_t message_id, GBytes *mime, GError **err);

/* Column texts of class A, sealed under their own key for one place: see vault/. The result is the
 * caller's. Read them back with store_sealed_read(). */
GBytes *store_sealed_write(StoreWriter *writer, const char *table, int64_t row, const char *column,
                           GBytes *plain, GError **err);

/* A passive checkpoint when the log is longer than 2,000 frames; a full one past 16,000. When
 * @is_idle it drops the oldest pictures of too many (store/picture.h) and some bodies that nothing
 * names, and cuts the log. Not one transaction. */
bool store_write_keep(StoreWriter *writer, bool is_idle, GError **err);
