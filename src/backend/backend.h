/*
 * backend: the whole interface between the engine and a protocol. A backend is pure: it builds
 * requests and reads answers. It opens no socket, asks no clock, writes no log, waits for nothing.
 * Retry, throttling, provisioning, redirects and signing in again live once, in sync/, driven by
 * the kind of the error.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "backend/sink.h"
#include "model/account.h"
#include "model/folder.h"
#include "model/message.h"
#include "model/op.h"
#include "model/pim.h"
#include "net/http.h"

typedef enum {
	TASK_CONNECT,     /* what can the server do: OPTIONS, choice of version */
	TASK_PROVISION,   /* policies, both phases; acknowledges a wipe */
	TASK_DEVICE,      /* tell the server what we are; ask our own addresses */
	TASK_FOLDERS,     /* the folder list since folder_key */
	TASK_PAGE,        /* the next page of one folder; with key "0" first the key, then the page */
	/* In one folder, under its key: MARK_READ, FLAG, CATEGORIES, DELETE for good. */
	TASK_PUSH_OPS,
	TASK_FETCH_BODY,  /* the whole text of one message */
	TASK_FETCH_MIME,  /* byte-exact MIME of one message */
	TASK_FETCH_PART,  /* one attachment */
	TASK_LISTEN,      /* wait for news: Ping */
	/* How many items wait in each of several folders, in one request: progress, and who needs
	 * a look. */
	TASK_ESTIMATE,
	TASK_SEND,        /* one message of the Outbox. The request is_once */
	TASK_MESSAGE_IDS, /* the Message-IDs of some items of a folder */
	TASK_MOVE,        /* MOVE ops, from any folders to any */
	/* One of FOLDER_CREATE, _UPDATE, _DELETE, under folder_key; then folder_list_end() brings
	 * the new one. */
	TASK_FOLDER,
	TASK_EMPTY,       /* one FOLDER_EMPTY */
	TASK_SAVE_DRAFT,  /* one SAVE_DRAFT, in Drafts and under its key */
	TASK_OOF_GET,     /* the out-of-office answer as the server has it */
	TASK_OOF_SET,     /* one OOF */
	TASK_GAL,         /* who in the organisation's directory fits a query: at most 100 */
	TASK_RESOLVE,     /* names made to people, several where a name fits several: at most 100 */
	TASK_SEARCH,      /* in the server's mailbox, or one folder of it: at most 100 */
	TASK_FETCH_FOUND, /* byte-exact MIME of one message that a search has found */
	TASK_CERTIFICATES, /* as RESOLVE, with the certificates of each */
	TASK_VALIDATE,    /* what the server thinks of certificates */
	TASK_PHOTO,       /* of somebody in the organisation's directory; ERR_NOT_FOUND: there is none */
	TASK_AVAILABILITY, /* as RESOLVE, with when each is busy; whole half hours, at most 42 days */
	/* Changes of events, contacts, tasks or notes, in one folder and under its key. May take
	 * several requests: each ends a page, and settles the ops whose last command it carried. */
	TASK_PUSH_ITEMS,
	TASK_RESPOND,     /* one answer to an invitation. The request is_once */
	TASK_KIND_COUNT
} TaskKind;

/* About the account, and answered by content that is not stored. */
static inline bool task_is_question(TaskKind kind)
{
	return kind == TASK_OOF_GET || kind == TASK_GAL || kind == TASK_RESOLVE ||
	       kind == TASK_SEARCH || kind == TASK_FETCH_FOUND || kind == TASK_CERTIFICATES ||
	       kind == TASK_VALIDATE || kind == TASK_AVAILABILITY || kind == TASK_PHOTO;
}

/* Somebody waits for what it brings, and nothing else hangs on it. */
static inline bool task_is_wish(TaskKind kind)
{
	return kind == TASK_FETCH_BODY || kind == TASK_FETCH_MIME || kind == TASK_FETCH_PART ||
	       task_is_question(kind);
}

/* How a message leaves. By reference, the server marks the original as answered or forwarded. */
typedef enum { SEND_MAIL, SEND_REPLY, SEND_FORWARD } SendForm;

typedef struct {
	SendForm    form;
	GBytes     *mime;            /* the whole message, lines ended by CRLF */
	const char *client_id;       /* by which the server may know a repeat; at most 40 bytes */
	bool        wants_copy;      /* in Sent */
	const char *source_folder;   /* REPLY, FORWARD: the original's folder and item */
	const char *source_item;
	bool        adds_original;   /* the server puts it under @mime, a forward's with attachments */
} SendSpec;

/* A draft as the server keeps it. An op without server_id makes a new one; else this replaces what
 * the server has, all but the attachments that are not named here. */
typedef struct {
	const char      *client_id;      /* as that of a SendSpec */
	const char      *to, *cc, *bcc, *reply_to;   /* addresses, commas between; NULL none */
	const char      *subject;
	int              importance;     /* 0 low, 1 normal, 2 high */
	BodyKind         body_kind;      /* TEXT or HTML */
	const char      *body;           /* UTF-8; NULL in a change: what the server has stays */
	const GPtrArray *parts;          /* of DraftPart with bytes: to be added; NULL none */
	const GPtrArray *gone_parts;     /* of char *, Part.reference: to be removed; NULL none */
} DraftSpec;

/*
 * One change of PUSH_ITEMS. Without server_id of its op a new item is made, and op_named() brings
 * its name: the same op again, with the same client_id, makes no second one where the server knows
 * repeats. Else this replaces what the server has of @item's fields.
 */
typedef struct {
	const Op      *op;           /* server_id, and client_id of a new item: at most 40 bytes */
	/* The whole item as it is to be; of a series with all its exceptions. NULL: deleted. */
	const PimItem *item;
	/* The whole item as the server has it: what is the same need not be sent. NULL: unknown, or
	 * new. */
	const PimItem *was;
	/* Of a series: all that changed is its exception with this original start. 0: anything. */
	int64_t        instance_ms;
} ItemChange;

/* An answer to an invitation: to the mail that brought it, or to the event. */
typedef struct {
	ResponseType choice;         /* ACCEPTED, TENTATIVE or DECLINED */
	int64_t      instance_ms;    /* one occurrence, by its original start; 0 all */
	/* The server tells the organiser, with @comment (NULL none). A server that does not do that
	 * (before 16.0) leaves it to whoever asks, who sends a mail. */
	bool         tells_organizer;
	const char  *comment;
	int64_t      proposed_start_ms, proposed_end_ms; /* another time (16.1); 0 none */
} AnswerSpec;

/* What a task is about. Everything is borrowed until backend_task_free(). Unused fields are
 * zero. */
typedef struct {
	TaskKind            kind;
	const Account      *account;
	const AccountState *state;
	/* PAGE, PUSH_OPS, PUSH_ITEMS, SAVE_DRAFT, FETCH_*, MESSAGE_IDS; RESPOND: where the mail or
	 * the event lies; SEARCH: NULL is all. */
	const Folder       *folder;
	/* LISTEN, ESTIMATE: of Folder, each with a key other than "0". */
	const GPtrArray    *folders;
	/* PUSH_OPS, MOVE: of Op, one a message; FOLDER, EMPTY, SAVE_DRAFT, OOF_SET, RESPOND: one.
	 * op_has_names() is true of each. Every one is answered by op_done(), op_named() or
	 * op_failed(). */
	const GPtrArray    *ops;
	const SendSpec     *send;         /* SEND */
	const DraftSpec    *draft;        /* SAVE_DRAFT */
	/* PUSH_ITEMS: of ItemChange, one an item. Each op is answered as those of @ops are. */
	const GPtrArray    *changes;
	const AnswerSpec   *answer;       /* RESPOND */
	/* GAL; RESOLVE, CERTIFICATES: newline separated; SEARCH: lookup_to_text(); FETCH_FOUND:
	 * found_to_text(); VALIDATE: DER as base64, a line each; AVAILABILITY:
	 * gal_busy_query(); PHOTO: an address. */
	const char         *query;
	const GPtrArray    *server_ids;   /* MESSAGE_IDS: of char *, at most 100 */
	const char         *server_id;    /* FETCH_BODY, FETCH_MIME: of the message */
	const char         *reference;    /* FETCH_PART: Part.reference */
	int                 window;       /* PAGE: items wanted, 1 to 512 */
	int                 heartbeat_s;  /* LISTEN */
} TaskSpec;

typedef enum {
	STEP_DONE,         /* the task is over */
	STEP_ASK,          /* ask again: another request follows */
	STEP_MORE,         /* call chunk() again, there is more of this answer to read */
} Step;

typedef struct Task    Task;
typedef struct Backend Backend;

typedef struct {
	/* The next request, the caller's. */
	HttpRequest *(*ask)(Task *task, GError **err);
	/* Takes the answer to the last ask(): reads a first slice of it. @response is borrowed
	 * until the task asks again or is freed. On failure what went to the sink since the last
	 * page_end() is to be dropped. */
	bool (*take)(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
	             GError **err);
	/* Reads one more slice, about @budget_items items, after STEP_MORE. */
	bool (*chunk)(Task *task, Sink *sink, unsigned budget_items, Step *ret_step, GError **err);
	void (*free)(Task *task);
} TaskOps;

struct Task { const TaskOps *ops; TaskKind kind; };      /* embedded as the first member */

struct Backend {
	const char *name;                                          /* "eas": Account.protocol */
	/* ERR_UNSUPPORTED if this protocol or server cannot do it. The task is the caller's. */
	Task *(*begin)(const Backend *backend, const TaskSpec *spec, GError **err);
};

static inline void backend_task_free(Task *task)
{
	if (task)
		task->ops->free(task);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Task, backend_task_free)
