/*
 * messages: the rows of the message list: a folder in some order, conversations folded or unfolded,
 * or the hits of a search. A ListSource over the store's windows; it reads no more than the list
 * asks for.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/clock.h"
#include "store/read.h"
#include "ui/screen/folders.h"
#include "ui/screen/selection.h"
#include "ui/widget/list.h"

typedef struct {
	int64_t   id, conversation_id, folder_id, received_ms;
	char     *person;            /* as shown: who wrote it, or "To …" in one's own folders */
	char     *address, *subject; /* the sender's address */
	char     *categories;        /* newline separated; NULL none */
	guint     flags;             /* MessageFlags */
	int       importance;
	int size, unread; /* messages of the conversation in this folder, and how many of them are
	                     unread */
	ListPlace place; /* of the row, or for a message of an unfolded conversation of the row over
	                    it */
	bool      is_vip;            /* of the sender */
	int64_t   parent_id;         /* the row over it; 0: it is a row of its own */
	int       hit;               /* its number among hits */
} MessageRow;

typedef struct Messages Messages;

/* All are borrowed and must outlive it; @folders for names. Shows nothing until messages_show(). */
Messages *messages_new(StoreReader *reader, const Folders *folders, const Clock *clock);
void      messages_free(Messages *messages);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Messages, messages_free)

ListSource *messages_source(Messages *messages);

/* What the list shows from now on: a query; the list must be restarted. */
void             messages_show(Messages *messages, const ListQuery *query);
const ListQuery *messages_query(const Messages *messages);

/* Shows these hits, of ListRow, referenced, instead of the query; NULL: the query again. They were
 * looked for in @folder_id (0: in all mail); a row that lies elsewhere names its folder. */
void messages_show_hits(Messages *messages, GPtrArray *hits, int64_t folder_id);
bool messages_is_hits(const Messages *messages);
int  messages_hit_count(const Messages *messages);

/* Folding, in ORDER_CONVERSATION. The list must be reloaded. */
bool messages_is_open(const Messages *messages, const MessageRow *row);
void messages_set_open(Messages *messages, const MessageRow *row, bool is_open);
void messages_set_all_open(Messages *messages, bool is_open);

/* ---- for acting on rows ---- */

/* A folded conversation's row stands for all its messages in this folder. */
bool messages_is_folded(const Messages *messages, const MessageRow *row);
/* Adds the ids (int64_t) of the messages that @row stands for. */
bool messages_read_ids(const Messages *messages, const MessageRow *row, GArray *ids, GError **err);
/* The rows from one to the other, both included, in whichever order they stand; of MessageRow. */
bool messages_read_range(Messages *messages, const MessageRow *from, const MessageRow *to,
                         GPtrArray **ret_rows, GError **err);

/* What is drawn as picked out: @selection, and the rows from @anchor to @cursor unless one is NULL.
 * All are borrowed until the next call. */
void messages_set_marks(Messages *messages, const Selection *selection, const MessageRow *anchor,
                        const MessageRow *cursor);

/* The names of the categories that rows have had so far, sorted; of char *, borrowed. The caller's.
 */
GPtrArray *messages_categories(const Messages *messages);

/* A row that only names a message, for list_go_to(). */
MessageRow *message_row_new(int64_t id);
/* One that keeps its place, without its texts. */
MessageRow *message_row_copy_place(const MessageRow *row);
/* A message alone, as a row outside of any list. */
MessageRow *message_row_of(const Message *message);
void        message_row_free(MessageRow *row);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MessageRow, message_row_free)
