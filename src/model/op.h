/*
 * op: something the person changed. Written with its local effect in one transaction, visible at
 * once, sent later, removed when the server has confirmed it. One action over many messages is one
 * group: undone, retried and cancelled together.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Stored: new ones go to the end. The comment says which fields of OpValue count. */
typedef enum {
	OP_MARK_READ,     /* number 1: read, 0: unread */
	OP_FLAG,          /* number: FlagState; text: what to do; start_ms, due_ms, done_ms */
	OP_CATEGORIES,    /* text: the whole new list, newline separated; NULL: none */
	OP_MOVE,          /* folder_id: where to. To the trash, the archive and junk too */
	OP_DELETE,        /* for good */
	OP_FOLDER_CREATE, /* text: its name; folder_id: the parent, 0 for the root */
	OP_FOLDER_UPDATE, /* the same: a new name, a new parent, or both */
	OP_FOLDER_DELETE, /* with its messages and the folders below */
	OP_FOLDER_EMPTY,  /* its messages, for good; the folders below stay */
	/*
	 * The draft; number 1: keep no copy in Sent; done_ms: of one of several that a draft left
	 * as, the op of the first, else 0. In @was stands how far it is: start_ms, when
	 * the last attempt began; number, looks into Sent since then, in vain; due_ms, the last of
	 * them; folder_id 1, the server wants every byte and no reference to the original; done_ms,
	 * the store_read_arrival() before the first attempt.
	 */
	OP_SEND,
	OP_SAVE_DRAFT, /* the draft, to the server's Drafts */
	OP_OOF,        /* text: the settings of the out-of-office answer */
	/* Of events, contacts, tasks and notes: text, what the item says from then on
	 * (model/pim_text.h). item_id 0: a new one, in folder_id. */
	OP_ITEM_SAVE,
	OP_ITEM_DELETE,
	/* One occurrence of a series is changed or does not take place. start_ms: its original
	 * start; text: the whole series with that exception. */
	OP_OCCURRENCE,
	/* An answer to an invitation, the mail of it (message_id) or the event (item_id), or both.
	 * number: a ResponseType, and OP_RESPOND_SILENT; text: a comment; start_ms: one occurrence,
	 * by its original start; due_ms, done_ms: another time that is proposed. */
	OP_RESPOND,
	OP_KIND_COUNT
} OpKind;

/* Of OP_RESPOND, beside the choice: the server does not tell the organiser. */
enum { OP_RESPOND_SILENT = 8 };

typedef enum {
	OP_WAITING,
	OP_HELD,    /* until due_ms: undo-send, send later */
	OP_SENDING, /* a request with it has begun, or was cut off by a crash */
	OP_UNSURE,  /* perhaps sent: the answer was lost and Sent does not tell. A person decides */
	OP_FAILED,  /* parked with last_error: retried, edited or cancelled by a person */
	OP_STATE_COUNT
} OpState;

typedef enum { FLAG_NONE, FLAG_ACTIVE, FLAG_DONE } FlagState;

typedef struct {
	int64_t number;
	int64_t folder_id;
	char   *text;
	int64_t start_ms, due_ms, done_ms;       /* UTC; 0 none */
} OpValue;

typedef struct {
	int64_t id; /* the store's; 0 before it is written, or if nothing was left to do */
	int64_t group_id;
	OpKind  kind;
	OpState state;
	int64_t account_id;       /* filled in by the store where a message or folder tells it */
	int64_t folder_id;        /* of a message op, where the server has the message */
	int64_t message_id;       /* 0 none; SAVE_DRAFT: the server's draft */
	int64_t draft_id;         /* 0 none */
	int64_t item_id;          /* of what is no mail; 0 none */
	OpValue value;            /* what the person wants */
	OpValue was;              /* what the server holds: shown again when it refuses */
	OpValue before;           /* what was shown before; not stored. For undo */
	int64_t due_ms;           /* HELD: UTC */
	int64_t next_ms;          /* not before, UTC; 0 at once */
	int     attempts;
	char   *client_id;        /* SEND, SAVE_DRAFT, ITEM_SAVE: 16 hex digits, made once; else NULL */
	int     error_kind;       /* ErrorKind; means something with last_error only */
	char   *last_error;       /* one sentence; NULL none */
	int64_t changed_ms;       /* when the person did it, UTC */
	/* Names on the server as they are now, read with the op: see op_has_names(). NULL: none. */
	char   *server_id;               /* of the message or item */
	char   *folder_server_id;        /* of folder_id */
	char   *target_server_id;        /* of value.folder_id; "0" for the root */
} Op;

/* An empty one; the caller sets what its kind needs. */
Op  *op_new(OpKind kind);
Op  *op_new_mark_read(int64_t message_id, bool is_read);
Op  *op_new_categories(int64_t message_id, const char *newline_list);
Op  *op_new_move(int64_t message_id, int64_t folder_id);
Op  *op_new_delete(int64_t message_id);
/* @text may be NULL; times 0. */
Op  *op_new_flag(int64_t message_id, FlagState state, const char *text, int64_t due_ms);
/* @text: of pim_to_text(). @item_id 0: a new one, in @folder_id. */
Op  *op_new_item_save(int64_t item_id, int64_t folder_id, const char *text);
Op  *op_new_item_delete(int64_t item_id);
Op  *op_new_occurrence(int64_t item_id, int64_t original_ms, const char *series_text);
Op  *op_copy(const Op *op);
/* The op that brings back what @op (as the store filled it in) has changed; NULL for what has no
 * opposite: deletion of messages and what is in folders, sending, settings, answers. */
Op  *op_new_opposite(const Op *op);
/* A new op that wants the same. */
Op  *op_new_repeat(const Op *op);
void op_free(Op *op);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Op, op_free)

void op_value_copy(OpValue *to, const OpValue *from);      /* @to is cleared first */
void op_value_clear(OpValue *value);
bool op_value_equal(OpKind kind, const OpValue *a, const OpValue *b);

/* About a message alone: READ to DELETE. */
static inline bool op_is_of_message(OpKind kind) { return kind <= OP_DELETE; }
/* About what is no mail; RESPOND perhaps about a message as well. */
static inline bool op_is_of_item(OpKind kind)
{
	return kind >= OP_ITEM_SAVE && kind <= OP_RESPOND;
}
/* Carries something a person has written: parked when the server refuses it, never dropped. */
static inline bool op_has_text(OpKind kind) { return kind >= OP_SEND && kind != OP_ITEM_DELETE; }
/* Makes an item that the server does not have. */
static inline bool op_makes_item(const Op *op)
{
	return op->kind == OP_ITEM_SAVE && !op->was.text;
}

/*
 * What was made or moved here has a name of ours until the server names it. It begins with a byte
 * that no server can send, and is never sent.
 */
#define OP_PLACEHOLDER '\001'
static inline bool op_is_placeholder(const char *server_id)
{
	return server_id && server_id[0] == OP_PLACEHOLDER;
}
/* True if the server knows by name everything that the op speaks of. */
bool op_has_names(const Op *op);
