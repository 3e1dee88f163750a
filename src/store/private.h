/*
 * private: what the files of store/ share and nobody else sees.
 */
#pragma once
#include "store/db.h"
#include "store/draft.h"
#include "store/picture.h"
#include "store/read.h"
#include "store/store.h"
#include "store/write.h"
#include "vault/anchor.h"

/* received_ms fills 43 bits of an id, so a date after 2248 is kept as that. */
#define MESSAGE_LATEST_MS   (((int64_t)1 << 43) - 1)
#define MESSAGE_SERIAL_BITS 20

struct Store {
	gint         refs;
	char        *dir;
	const Clock *clock;
	Vault       *vault;
};

struct StoreReader {
	Store *store;
	Db    *db;
	bool   is_begun;       /* between store_reader_begin() and _end() */
};

struct StoreWriter {
	Store  *store;
	Db     *db;
	int     lock;
	int     log_frames;    /* after the last commit */
	GPtrArray *pages;      /* of StorePage, begun: bodies that no row names yet may be theirs */
	int64_t serial, conversation;      /* the next; stored with the rows that used them */
};

/* A read transaction around several statements of one call, unless the caller has one. */
bool reader_enter(StoreReader *reader, GError **err);
bool reader_leave(StoreReader *reader, bool ok);      /* @ok, passed on */

/* "0001.sql" and so on, made into strings by the Makefile. */
extern const char *const schema_steps[];
extern const int         schema_step_count;

/* The numbers a writer hands out, after a rollback too. */
bool writer_load_numbers(StoreWriter *writer, GError **err);
bool writer_save_numbers(StoreWriter *writer, GError **err);
/* Ends the transaction; see db_end(). */
bool writer_end(StoreWriter *writer, bool ok, GError **err);

/* All steps of the schema in a database that is empty, beside an anchor of another. */
bool store_begin(Vault *vault, Db *db, GError **err);

/* ---- what grants trust ---- */

/* Ends a transaction, a durable one, that may have changed rows that grant trust: they are sealed
 * anew, and the anchor raised; see vault/anchor.h. As writer_end(). */
bool trust_end(StoreWriter *writer, bool ok, GError **err);
/* In a transaction: the seal fits the rows that are there now. */
bool trust_seal(Vault *vault, Db *db, GError **err);
/* In a transaction that reads: ERR_STORE unless the rows are those that were sealed. */
bool trust_is_sealed(Vault *vault, Db *db, Anchor *ret_anchor, GError **err);
/* The same, and that nothing newer was ever sealed. Brings up the anchor where a crash came between. */
bool trust_check(Vault *vault, Db *db, GError **err);
bool trust_raise(Vault *vault, Db *db, GError **err);

/* ERR_NOT_FOUND: there is none, or its server had it erased, so that nothing of it may come. */
bool account_check(Db *db, int64_t account_id, GError **err);
/* The name of an account whose wipe is due; NULL: none. Free with g_free. */
bool wipe_find_due(Db *db, char **ret_name, GError **err);

/* ---- rows ---- */

/* The order of account_read() and folder_read(). */
#define ACCOUNT_COLUMNS                                                                                        \
	"id, name, device_id, version, commands, server_url, policy_key, policy_hash, folder_key, addresses, " \
	"heartbeat_s, window, is_device_told, last_sync_ms, last_error, wipe"
#define FOLDER_COLUMNS                                                                                \
	"f.id, f.account_id, f.server_id, f.parent_server_id, f.name, f.type, f.sync_key, f.filter, " \
	"f.is_behind, c.total, c.unread, f.last_sync_ms, f.last_error"
#define FOLDER_TABLES "folder f JOIN folder_count c ON c.folder_id = f.id"

AccountState *account_row_get(Stmt *stmt, GError **err);
Folder       *folder_row_get(Stmt *stmt, GError **err);

/* The order of op_row_get(). Where a message is and what all is called is asked when it is read, so
 * that nothing has to be kept in step: @m is the message, @i the item, @f the folder on the server,
 * @t the target. */
#define OP_COLUMNS                                                                                     \
	"o.id, o.group_id, o.kind, o.state, o.account_id, ifnull(f.id, 0), o.message_id, o.draft_id, " \
	"o.item_id, "                                                                                  \
	"o.value, o.value_folder_id, o.value_text, o.start_ms, o.flag_due_ms, o.done_ms, "             \
	"o.was, o.was_folder_id, o.was_text, o.was_start_ms, o.was_due_ms, o.was_done_ms, "            \
	"o.due_ms, o.next_ms, o.attempts, o.client_id, o.error_kind, o.last_error, o.changed_ms, "     \
	"coalesce(m.home_server_id, m.server_id, i.server_id), f.server_id, "                          \
	"CASE o.value_folder_id WHEN 0 THEN '0' ELSE t.server_id END"
#define OP_TABLES                                                                                  \
	"op o LEFT JOIN message m ON m.id = o.message_id "                                         \
	"LEFT JOIN item i ON i.id = o.item_id "                                                    \
	"LEFT JOIN folder f ON f.id = CASE o.folder_id WHEN 0 "                                    \
	"THEN coalesce(m.home_folder_id, m.folder_id, i.folder_id) ELSE o.folder_id END "          \
	"LEFT JOIN folder t ON t.id = o.value_folder_id"
Op *op_row_get(Stmt *stmt, GError **err);

/* A message with parts and meeting, without body. */
Message *message_row_get(Db *db, Stmt *stmt, GError **err);
extern const char message_by_id_sql[];               /* id */
extern const char messages_after_sql[];              /* id, limit */
extern const char messages_of_conversation_sql[];    /* conversation, limit */

/* All columns of columns.h, in its order; a number out of its range becomes the nearest in it. */
void message_columns_put(Stmt *stmt, const Message *message);
extern const char message_insert_sql[];    /* id, folder, conversation, server id, generation, body,
                                              unread, the columns */
extern const char message_update_sql[];    /* generation, body, unread, the columns, id */
/* Parts and meeting of a message that has none in the store. */
bool message_details_write(Db *db, const Message *message, GError **err);
bool message_details_clear(Db *db, int64_t message_id, GError **err);

/* ---- operations: what is shown, and their ends; inside a transaction ---- */

/* Statements name kinds and states by their numbers. */
G_STATIC_ASSERT(OP_MARK_READ == 0 && OP_FLAG == 1 && OP_CATEGORIES == 2 && OP_MOVE == 3 &&
                OP_DELETE == 4 && OP_FOLDER_CREATE == 5 && OP_FOLDER_UPDATE == 6 && OP_SEND == 9 &&
                OP_OOF == 11 && OP_ITEM_SAVE == 12 && OP_ITEM_DELETE == 13 &&
                OP_OCCURRENCE == 14 && OP_RESPOND == 15);
G_STATIC_ASSERT(OP_WAITING == 0 && OP_SENDING == 2);

/* As store_write_ops(). */
bool op_write_all(StoreWriter *writer, const GPtrArray *ops, int64_t *ret_group_id, GError **err);

guint     op_flag_bits(int64_t state);            /* MessageFlags of a FlagState, and back */
FlagState op_flag_state(guint flags);

bool op_show_read(Db *db, int64_t message_id, bool is_read, GError **err);
bool op_show_flag(Db *db, int64_t message_id, const OpValue *value, GError **err);
bool op_show_categories(Db *db, int64_t message_id, const char *list, GError **err);
/* In a folder where the server does not have it yet; and where it has it. */
bool op_show_in(Db *db, int64_t message_id, int64_t folder_id, GError **err);
bool op_show_home(Db *db, int64_t message_id, GError **err);
bool op_show_folder(Db *db, int64_t folder_id, const OpValue *value, GError **err);
/* With all folders below. */
bool op_show_folder_hidden(Db *db, int64_t folder_id, bool is_hidden, GError **err);

bool op_row_delete(Db *db, int64_t op_id, GError **err);
/* The first column of what @sql finds for @value, an int64_t each, added to @ids. */
bool op_collect_ids(Db *db, const char *sql, int64_t value, GArray *ids, GError **err);
/* The row goes; what is shown is what the server holds, or what a later op wants. */
bool op_undo(Db *db, const Op *op, GError **err);
bool op_settle(Db *db, const StoreOpEnd *end, GError **err);
/* A folder that is gone, with its messages; what was on its way into it goes back. */
bool folder_row_delete(Db *db, int64_t folder_id, GError **err);

/* ---- drafts; inside a transaction ---- */

/* ERR_REFUSED: it is in the Outbox. Comes last: what is done to its files is allowed if this is. */
bool draft_write(StoreWriter *writer, const StoreDraft *draft, int64_t *ret_id, GError **err);
/* Of one that is in the Outbox: what it says, and the mail that leaves. */
bool draft_text_write(StoreWriter *writer, int64_t draft_id, const char *text, GError **err);
bool draft_bytes_write(StoreWriter *writer, int64_t draft_id, GBytes *mime, bool refers,
                       GError **err);
bool draft_file_write(StoreWriter *writer, int64_t draft_id, const StoreDraftFile *file,
                      int64_t *ret_id, GError **err);
bool draft_file_drop(Db *db, int64_t file_id, GError **err);
/* The server's version of the draft, if there is one, gets its OP_DELETE. */
bool draft_drop_servers(StoreWriter *writer, int64_t draft_id, GError **err);

/* ---- lists ---- */

/* The places of a key after an id, and those before it. Values: folder, key, id, limit. Columns:
 * key, id. */
typedef struct { const char *down, *up; } PlaceSql;
const PlaceSql *list_place_sql(const ListQuery *query);      /* static */

/* ---- pages ---- */

/* Runs @sql, a statement of one value, with each body that a page has written and no row names
 * yet. */
bool pages_each_body(StoreWriter *writer, const char *sql, GError **err);

/* ---- conversations ---- */

/* The conversation that @message belongs to, made if it begins one; in a transaction. By the server's
 * ConversationId, else by the topic, else it stands for itself. */
bool conversation_of(StoreWriter *writer, int64_t account_id, const Message *message,
                     int64_t *ret_id, GError **err);

/* ---- bodies ---- */

/* Inside a transaction: the row of @content, made if it is new. */
bool body_ensure(Db *db, GBytes *content, int64_t *ret_body_id, GError **err);
/* Drops bodies that no message and no picture names, at most @most of those that wait to be looked at; in a
 * transaction. */
bool body_sweep(Db *db, int most, GError **err);

/* ---- people ---- */

/* Those that messages of one account name, counted, until they are written down. */
typedef struct People People;

People *people_new(int64_t account_id);
void    people_free(People *people);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(People, people_free)

/* @message has come into a folder of @type. */
void people_note(People *people, const Message *message, FolderType type);
/* Adds what was noted to the store; in a transaction. */
bool people_write(const People *people, Db *db, GError **err);
/* Counts the messages that are there when the table is new; in a transaction. */
bool people_fill(Db *db, GError **err);
/* With the account's rows, before its own; in a transaction. */
bool people_erase(Db *db, int64_t account_id, GError **err);

bool vip_has(Db *db, const char *address, bool *ret_is_vip, GError **err);

/* ---- pictures of other servers; inside a transaction, but for the question ---- */

bool picture_is_too_much(Db *db, bool *ret_is, GError **err);
/* The oldest of what is too much. */
bool picture_sweep(Db *db, GError **err);
/* With the account's rows, before its own. */
bool picture_erase(Db *db, int64_t account_id, GError **err);

/* ---- certificates ---- */

/* In a transaction that changes what is known of certificates: whoever keeps that reads it anew. */
bool certificates_touch(Db *db, GError **err);

/* Those that came through the account, but for what the person imported or decided about, and what
 * it has asked about revocation; with the account's rows, before its own; in a transaction. */
bool certificate_erase(Db *db, int64_t account_id, GError **err);
