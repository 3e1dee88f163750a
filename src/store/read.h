/*
 * store/read: questions that fit on a screen. Results are snapshots, owned by the caller. No read
 * transaction outlives a call, except between store_reader_begin() and _end(). One thread a reader.
 * Errors: ERR_STORE (damage: names the place), ERR_NOT_FOUND. A row that makes no sense is an
 * error, never an assertion.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/account.h"
#include "model/folder.h"
#include "model/message.h"
#include "model/op.h"
#include "store/store.h"

void store_reader_free(StoreReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreReader, store_reader_free)

/* Pages of the store that were read are forgotten, and read anew when they are asked for. */
void store_reader_forget(StoreReader *reader);

/* True while the store is locked (vault/lock.h): what is sealed cannot be read. Any thread. */
bool store_reader_is_locked(const StoreReader *reader);

/* Between the two, all answers are of one moment. Never across a turn of a loop: the log cannot be
 * emptied meanwhile. */
bool store_reader_begin(StoreReader *reader, GError **err);
void store_reader_end(StoreReader *reader);

bool store_read_accounts(StoreReader *reader, GPtrArray **ret_states,
                         GError **err); /* of AccountState */
bool store_read_account(StoreReader *reader, const char *name, AccountState **ret_state,
                        GError **err); /* ERR_NOT_FOUND */

/* The server's policy document as XML; *ret_document_xml NULL: there is none. Free with g_free. */
bool store_read_policy(StoreReader *reader, int64_t account_id, char **ret_document_xml,
                       GError **err);

/* The account's folders as a tree in display order: Inbox, Drafts, Sent …, then by name as the
 * locale sorts, numbers by their value; depth set. A parent that is missing or a cycle puts a
 * folder at the root. */
bool store_read_folders(StoreReader *reader, int64_t account_id, GPtrArray **ret_folders,
                        GError **err); /* of Folder */
bool store_read_folder(StoreReader *reader, int64_t folder_id, Folder **ret_folder, GError **err);

/* ---- lists ---- */

typedef enum { ORDER_DATE, ORDER_UNREAD, ORDER_CONVERSATION } ListOrder; /* newest first in each */

/* A place in a list: nothing but the sort key, so that it survives changes. All zero: the top,
 * and upwards the bottom. */
typedef struct { int64_t key; int64_t id; } ListPlace;

typedef struct {
	int64_t   id, conversation_id, folder_id, received_ms;
	char     *from_name;        /* shown name, else the address */
	char     *from_address;
	char     *to_list;          /* as the server has it; NULL none */
	char     *subject, *preview;
	char     *categories;       /* newline separated; NULL none */
	guint     flags;
	int       importance;
	int       conversation_size;/* messages of the conversation in this folder */
	int       conversation_unread;
	bool      is_vip;           /* of the sender */
	ListPlace place;
} ListRow;
void list_row_free(ListRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ListRow, list_row_free)

typedef struct {
	int64_t   folder_id;        /* 0: every mail folder of account_id; both 0: all Inboxes */
	int64_t   account_id;
	ListOrder order;            /* CONVERSATION: one row a conversation, its newest message */
	bool      only_unread;
} ListQuery;

/* Up to @count rows after @from (or before it, returned in list order, when @is_upwards). One index
 * scan: the cost depends on @count alone. */
bool store_read_list(StoreReader *reader, const ListQuery *query, const ListPlace *from,
                     bool is_upwards, unsigned count, GPtrArray **ret_rows,
                     GError **err); /* of ListRow */
/* The row of one message in @query's order, for keeping the cursor; ERR_NOT_FOUND. */
bool store_read_list_row(StoreReader *reader, const ListQuery *query, int64_t message_id,
                         ListRow **ret_row, GError **err);

/* Messages of a conversation, oldest first, at most @limit. */
bool store_read_conversation(StoreReader *reader, int64_t conversation_id, unsigned limit,
                             GPtrArray **ret_messages, GError **err);

/* ---- for actions over many messages ---- */

typedef struct {
	int64_t    id, conversation_id, folder_id, account_id;
	FolderType folder_type;
	guint      flags;
	int64_t    due_ms;          /* of the flag; 0 none */
	char      *categories;      /* newline separated; NULL none */
} MessageMark;
void message_mark_free(MessageMark *mark);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MessageMark, message_mark_free)

/* Of MessageMark, in the order of @ids (of int64_t); what has gone is left out. One look a message:
 * for what a person acts on, not for what a screen shows. */
bool store_read_marks(StoreReader *reader, const GArray *ids, GPtrArray **ret_marks, GError **err);

/* Ids (of int64_t), newest first: of a conversation in one folder; of what is unread in it. */
bool store_read_thread(StoreReader *reader, int64_t folder_id, int64_t conversation_id,
                       GArray **ret_ids, GError **err);
bool store_read_unread(StoreReader *reader, int64_t folder_id, GArray **ret_ids, GError **err);

/* ---- one message ---- */

/* With parts, without the body. */
bool store_read_message(StoreReader *reader, int64_t message_id, Message **ret_message,
                        GError **err);
/* The message that the server knows in this folder by this name; *ret_id 0: it is not here. */
bool store_read_named(StoreReader *reader, int64_t folder_id, const char *server_id,
                      int64_t *ret_id, GError **err);
/* The body in its stored form; NULL bytes when there is none. */
bool store_read_body(StoreReader *reader, int64_t message_id, BodyKind *ret_kind, GBytes **ret_body,
                     GError **err);
/* Whole MIME if it was fetched; *ret_mime NULL if not. */
bool store_read_mime(StoreReader *reader, int64_t message_id, GBytes **ret_mime, GError **err);

/* Walks messages in id order for scripts and the indexer: up to @count with id after @after_id,
 * whole rows. */
bool store_read_messages_after(StoreReader *reader, int64_t after_id, unsigned count,
                               GPtrArray **ret_messages, GError **err);

/*
 * A moment by the order in which messages came, for whoever trusts no clock; and what has come into
 * a folder since: server ids (of char *), newest first.
 */
bool store_read_arrival(StoreReader *reader, int64_t *ret_arrival, GError **err);
bool store_read_arrived(StoreReader *reader, int64_t folder_id, int64_t since_arrival,
                        unsigned limit, GPtrArray **ret_server_ids, GError **err);

/* ---- operations ---- */
bool store_read_ops(StoreReader *reader, int64_t account_id, unsigned limit, GPtrArray **ret_ops,
                    GError **err); /* of Op, oldest first */

/* One action of the person in the Outbox: a group. */
typedef struct {
	Op *op; /* of its ops the one that is worst off: its state, error, times */
	int   count;                /* ops of the group that are not settled */
	char *subject;              /* of the op's message or draft; NULL none */
	char *folder_name;          /* where to, else where; NULL none */
} OutboxRow;
void outbox_row_free(OutboxRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OutboxRow, outbox_row_free)

/* What waits, is held, under way, unsure or parked, oldest first; @account_id 0: of all. */
bool store_read_outbox(StoreReader *reader, int64_t account_id, unsigned limit,
                       GPtrArray **ret_rows, GError **err); /* of OutboxRow */

/* How many rows that is, and how many of them wait for a person: unsure or parked. Cheap. */
typedef struct { int rows, stuck; } OutboxCount;
bool store_read_outbox_count(StoreReader *reader, OutboxCount *ret_count, GError **err);

/* What store_sealed_write() made for this place; ERR_STORE if it was altered. The result is the
 * caller's. */
GBytes *store_sealed_read(StoreReader *reader, const char *table, int64_t row, const char *column,
                          GBytes *sealed, GError **err);

/* Changes with every commit of any process; cheap. For "look again". */
bool store_read_version(StoreReader *reader, int64_t *ret_version, GError **err);
