/*
 * session: what the engine keeps in mind of one account while it runs: the rows it works from, what
 * was wished, what is under way, what has failed and until when, what a person was asked. Nothing
 * in it is needed after a crash. Records and small questions about them; no I/O. Engine thread
 * only.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "backend/backend.h"
#include "model/account.h"
#include "model/folder.h"
#include "model/op.h"
#include "model/question.h"
#include "sync/client.h"
#include "sync/push.h"
#include "sync/retry.h"

/* One task at a time each. Nothing waits for the Ping. */
typedef enum { SLOT_COMMAND, SLOT_FETCH_FIRST, SLOT_FETCH_SECOND, SLOT_PUSH, SLOT_COUNT } Slot;

/* A folder that is synced, and what is in mind of it. */
typedef struct {
	Folder  *folder;          /* as the store has it */
	bool     is_wanted;       /* a look is due, even if the store believes it is up to date */
	/* This server does not sync it, or a run that ends has tried enough. */
	bool     is_given_up;
	Backoff  backoff;
	Backoff  ops_backoff;     /* of its ops alone */
	bool     is_op_by_op;     /* the server refused several at once: one of them is to blame */
	int      resyncs;         /* in a row */
	int      refolders;       /* in a row */
	int      dry_pages;       /* in a row: more was announced, nothing new came */
	int      false_alarms;    /* in a row: the Ping named it, nothing came */
	/* For the first time, or again from the start: what comes is not new to the person. */
	bool     is_filling;
	bool     is_announced;    /* the Ping named it and it was not looked at since */
	int64_t  done, total;     /* of the sync under way; total 0: unknown */
	int64_t  told_ms;         /* uptime of the last PROGRESS */
	bool     is_estimated;    /* total was asked for */
} Track;

/* Content somebody waits for. The same wish twice is one wish with two ids. */
typedef struct {
	TaskKind kind;            /* FETCH_BODY, FETCH_MIME, FETCH_PART */
	int64_t  message_id, folder_id;
	char    *server_id, *reference;   /* @reference: also what is asked of the account */
	GArray  *ids;             /* of int64_t: who waits */
	/* The op of a draft that waits for it, and the draft's file that it is. */
	int64_t  op_id, file_id;
	bool     is_under_way;
	Backoff  backoff;
} Wish;

typedef struct {
	Account       *account;
	const Backend *backend;
	AccountState  *state;
	SyncMode       mode;
	bool           is_state_changed; /* @state differs from the store's row */
	GPtrArray     *tracks;           /* of Track, in the tree's order; folders that are synced */
	GHashTable    *tracks_by_id;     /* the same, by Folder.id … */
	GHashTable    *tracks_by_name;   /* … and by Folder.server_id */
	GPtrArray     *ops;              /* of Op: not settled, oldest first */
	/* The server refused several ops without a folder at once: one of them is to blame. */
	bool           is_op_by_op;
	int64_t        utc_ms;           /* of uptime 0: what the clock says minus the uptime */
	GPtrArray     *wishes;           /* of Wish, oldest first */
	bool           is_busy[SLOT_COUNT];
	int64_t        screen_folder_id; /* 0: none */
	bool           has_password;
	bool           is_password_under_way;
	bool           wants_connect, wants_provision, wants_folders, wants_look;
	bool           is_provisioned;   /* a round went through since the start */
	/* This server has no such command, or it failed. */
	bool           is_device_refused, is_estimate_refused;
	/* The server's order is in the store; the rows are still here. */
	bool           is_wipe_due;
	bool           is_wiped;
	/* What is sealed in the store is shut: nothing is sent, and no draft kept on the server. */
	bool           is_locked;
	/* A run that ends has tried enough; a sync_now() starts afresh. */
	bool           is_given_up;
	int            provisions;       /* rounds in a row that did not help @unprovisioned */
	/* The task the server refused for want of policies, and its folder. */
	TaskKind       unprovisioned;
	int64_t        unprovisioned_folder_id;
	int            folder_list_losses;   /* in a row: the key of the folder list was refused */
	/* Uptime of the last FolderSync that a refusal asked for; 0 never. */
	int64_t        refoldered_ms;
	int64_t        anew_ms;          /* uptime of the last time all keys were void; 0 never */
	int            moves;            /* followed without a command going through since */
	char          *moved_url;        /* of a question about a redirect */
	Question      *question;    /* parks everything until it is answered or parked_until_ms */
	/* Its text: one that comes back by itself is not asked again. */
	char          *question_told;
	int64_t        parked_until_ms;  /* uptime; INT64_MAX: only an answer helps */
	char          *sentence;         /* why it waits or was given up; NULL when well */
	Backoff        backoff;
	Backoff        listen_backoff;
	Guard          guard;
	Push           push;
	guint          listened;         /* folders named in the Ping under way */
	/* Uptime of the next look at everything; 0: none is due by time. */
	int64_t        poll_at_ms;
	int64_t        glance_at_ms;     /* uptime of the next look at the folder on the screen */
	/* This server has recognised a repeat by its ClientId. */
	bool           knows_repeats;
	/* The OP_SEND whose message is looked for in Sent, 0 none; and once Sent is up to date, the
	 * items that are still to be asked for their Message-ID, of char *. */
	int64_t        look_op_id;
	GPtrArray     *look_ids;
} Session;

/* @account is copied. @state is the session's. */
Session *session_new(const Account *account, const Backend *backend, AccountState *state,
                     SyncMode mode);
void     session_free(Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

/* Takes the rows of a fresh reading of the store (of Folder; of Op; both become the session's),
 * keeping what is in mind of folders that are still there. New ones are wanted, unless only wishes
 * are served. */
void   session_take_folders(Session *session, GPtrArray *folders);
void   session_take_ops(Session *session, GPtrArray *ops);
const Op *session_op(const Session *session, int64_t op_id);        /* NULL: none is left */
void   session_drop_folders(Session *session);

/* False before the first Sync of a folder. */
bool   folder_has_key(const Folder *folder);
Track *session_track(const Session *session, int64_t folder_id);    /* NULL: none */
Track *session_track_named(const Session *session, const char *server_id);
static inline Track *session_track_at(const Session *session, guint i)
{
	return g_ptr_array_index(session->tracks, i);
}

/* Everything is to be looked at: the folder list and every folder. Old failures are forgotten, but
 * not a question. */
void session_want_all(Session *session);

/* The same by the clock, gently: failures keep their time. */
void session_want_look(Session *session);

/* Joins an equal wish that waits already. @wish is the session's. */
void  session_add_wish(Session *session, Wish *wish);
/* True while the op waits for an attachment of its draft. */
bool  session_awaits_file(const Session *session, int64_t op_id);
Wish *wish_new(TaskKind kind, int64_t id, int64_t message_id);
void  wish_free(Wish *wish);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Wish, wish_free)

bool  session_can(const Session *session, const char *command);    /* OPTIONS named it */
/* True for a track that has something to ask the server for, whatever is in its way. */
bool  session_is_behind(const Session *session, const Track *track);
/* True for a track whose key the server can watch. */
bool  session_is_watchable(const Session *session, const Track *track);
