/*
 * sync/client: the one door to the engine. The engine is a thread that keeps every account in step;
 * nobody else talks to servers or writes the store. Requests are posted and return at once; what
 * happened comes as events. CHANGED carries no data: the store is the shared state, an event only
 * says "look again".
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "backend/backend.h"
#include "base/clock.h"
#include "base/mailbox.h"
#include "base/secret.h"
#include "model/account.h"
#include "model/certificate.h"
#include "model/op.h"
#include "model/question.h"
#include "store/draft.h"
#include "store/store.h"

typedef enum {
	SYNC_CHANGED,  /* rows changed: look again (account, folder; 0 all) */
	SYNC_NEW_MAIL, /* @count new unread messages in the Inbox */
	/* The account's state changed: @state, @text. An ERROR with @folder_id is that folder's;
	 * the others are in step. */
	SYNC_STATE,
	SYNC_PROGRESS, /* @done of @total items of a folder (total 0: unknown) */
	SYNC_FETCHED,  /* the content wished for is in the store, or in @content */
	SYNC_FAILED,   /* a wish or an op failed: @text, @error_kind; of ops also @group_id */
	/* What sync_ops() was given is in the store, with its effect: @ops as store_write_ops()
	 * left them, for undo; @group_id, 0 if nothing is left to tell the server. */
	SYNC_WRITTEN,
	/* What sync_draft_save() was given is in the store as @draft_id; @draft as
	 * store_save_draft() left it. */
	SYNC_DRAFT_SAVED,
	SYNC_QUESTION, /* @question waits for sync_answer() */
	/* Nothing left to do now for @account_id but to listen (0: for all of them). An account
	 * that waits for an answer is not idle; one that SYNC_ONCE has given up on is, after its
	 * STATE said why. */
	SYNC_IDLE,
	SYNC_JOINED,       /* an engine in another process serves this client from here on */
	SYNC_STOPPED,      /* the engine's thread is over; @text if it did not end by itself */
	SYNC_ACCOUNT_GONE, /* the account called @text was erased here; @account_id 0: had no rows */
	/* The store was locked, or unlocked, here or in another process; its vault in this process
	 * follows before this is told. Whoever shows or holds text that is sealed in the store lets go
	 * of it on LOCKED. */
	SYNC_LOCKED,
	SYNC_UNLOCKED,
	SYNC_ACCOUNT_RENAMED, /* the account called @text until now has another name */
	SYNC_LAST_EVENT = SYNC_ACCOUNT_RENAMED
} SyncEventKind;

typedef enum {
	SYNC_OFFLINE, SYNC_CONNECTING, SYNC_WORKING, SYNC_WATCHING,
	SYNC_WAITING,      /* for a time, after a failure: @text, @error_kind */
	SYNC_PARKED,       /* for an answer */
	SYNC_ERROR,
} SyncState;

typedef struct {
	SyncEventKind kind;
	int64_t       account_id, folder_id, message_id;
	SyncState     state;
	int           error_kind;       /* ErrorKind; of STATE (WAITING, ERROR) and FAILED */
	char         *text;             /* one sentence, or NULL */
	int64_t       done, total;
	int           count;
	Question     *question;
	GBytes       *content;          /* of a fetched part */
	int64_t       wish_id;
	int64_t       group_id;
	GPtrArray    *ops;              /* of Op */
	Draft        *draft;
	int64_t       draft_id;
	/* The engine is in another process. Its questions are asked there; here they are a STATE
	 * (PARKED). */
	bool          is_from_afar;
} SyncEvent;
void sync_event_free(SyncEvent *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SyncEvent, sync_event_free)

typedef enum {
	SYNC_ONCE,         /* bring everything up to date, report SYNC_IDLE, do not listen */
	SYNC_WATCH,        /* and then stay in step by push or polling */
	SYNC_ON_DEMAND,    /* do only what is wished; no sync by itself */
	SYNC_STILL,        /* only store what is asked for; talk to no server. Never IDLE */
} SyncMode;

/* Syncs without being asked. */
static inline bool sync_mode_is_eager(SyncMode mode)
{
	return mode == SYNC_ONCE || mode == SYNC_WATCH;
}

/*
 * Makes the bytes of a draft that is due to be sent, on the engine's thread. @may_refer: the server
 * can add the original that is answered or forwarded, with its attachments; never of what is signed
 * or encrypted. ERR_NOT_FOUND while an attachment is still on the server: then it is fetched and
 * this is asked again. Otherwise a message that fails stays in the Outbox with the error's
 * sentence.
 */
typedef bool (*SyncCompose)(StoreReader *reader, const StoreDraft *draft, bool may_refer,
                            StoreMail *ret_mail, GError **err);

typedef struct {
	Store                *store;        /* referenced */
	const GPtrArray      *accounts;     /* of Account; copied */
	const Backend *const *backends;     /* NULL-ended, static: main.c lists them */
	const Clock          *clock;        /* borrowed */
	Mailbox              *events;       /* of SyncEvent; referenced */
	SyncMode              mode;
	/* A password already at hand (from --password-fd), by account name; NULL: none. If
	 * the server refuses it, a question follows, never the password command. What it returns is
	 * borrowed, and referenced by the engine. Called on the engine's thread. The function
	 * itself may be NULL. */
	Secret             *(*password_of)(const char *account_name, void *data);
	void                 *password_data;
	SyncCompose           compose;      /* NULL: only messages whose bytes are kept are sent */
	/* Where other processes reach this engine, and this client theirs; NULL: nobody does. */
	const char           *runtime_dir;
	/* Names and domains that pictures may be fetched from although they lie in this network,
	 * blanks between; NULL: none. Copied. */
	const char           *internal_hosts;
	/* Names and domains that may be asked whether certificates were revoked, likewise; NULL:
	 * none. */
	const char           *revocation_hosts;
	/* If another process runs the engine, let that one serve this client, and take its place
	 * when it ends. */
	bool                  may_join;
} SyncSetup;

typedef struct SyncClient SyncClient;

/* Starts the thread, once an engine is found, which may take a second. ERR_HELD: another process
 * runs the engine on this store, and (may_join) does not let us in within that time. */
SyncClient *sync_start(const SyncSetup *setup, GError **err);
/* The same for who must not wait: the thread finds the engine, and what would have failed comes
 * back in STOPPED. */
SyncClient *sync_start_soon(const SyncSetup *setup);
/* Ends it (transfers are cancelled, the transaction under way completes) and waits for the thread.
 */
void        sync_stop(SyncClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SyncClient, sync_stop)

/* All return at once. A wish id comes back in FETCHED or FAILED. 0 for @account_id means all. */
/* Comes back in CHANGED when it has begun: an IDLE before that is of something else. */
int64_t sync_now(SyncClient *client, int64_t account_id);
/* The folder on the screen goes before others. */
void    sync_folder_first(SyncClient *client, int64_t folder_id);
int64_t sync_wish_body(SyncClient *client, int64_t message_id);    /* "download full message" */
int64_t sync_wish_mime(SyncClient *client, int64_t message_id);
int64_t sync_wish_part(SyncClient *client, int64_t message_id, const char *reference);
/* The same of an event (16.0 on): @content is the attachment. */
int64_t sync_wish_item_part(SyncClient *client, int64_t item_id, const char *reference);
/* The out-of-office answer as the server has it; @content is oof_to_text(). An OP_OOF sets it. */
int64_t sync_wish_oof(SyncClient *client, int64_t account_id);
/* Of the organisation's directory: who fits @query; who is meant by each name. @content is
 * gal_to_text(): at most 100, and several for a name that fits several. */
int64_t sync_wish_gal(SyncClient *client, int64_t account_id, const char *query);
int64_t sync_wish_resolve(SyncClient *client, int64_t account_id, const char *newline_list);
/* The same with their certificates; and what the server thinks of certificates (DER as base64, a line
 * each): @content is a line each, server_opinion_name(). */
int64_t sync_wish_certificates(SyncClient *client, int64_t account_id, const char *newline_list);
int64_t sync_wish_opinions(SyncClient *client, int64_t account_id, const char *newline_list);
/* The photo that the directory has of somebody: @content is its bytes. ERR_NOT_FOUND: none. */
int64_t sync_wish_photo(SyncClient *client, int64_t account_id, const char *address);
/* When people are busy: gal_busy_query() in, gal_to_text() back. */
int64_t sync_wish_busy(SyncClient *client, int64_t account_id, const char *query);
/* A picture that a message names on another server, asked for by a person who wants to see it now:
 * its URL, http: or https:. @content is its bytes, which the store keeps (store/picture.h). */
int64_t sync_wish_picture(SyncClient *client, int64_t account_id, int64_t message_id,
                          const char *url);
/* Whether a certificate was revoked, by a URL of SmimeSigner.questions: FETCHED, without @content,
 * once there was an answer or none, and the store has it (store/revocation.h): the message it is
 * about can be judged anew. FAILED: it was not asked. */
int64_t sync_wish_revocation(SyncClient *client, int64_t account_id, int64_t message_id,
                             const char *url);
/* In the mail that the server has, here or not; 0: in all folders. @content is found_to_text(). */
int64_t sync_wish_search(SyncClient *client, int64_t account_id, int64_t folder_id,
                         const Lookup *lookup);
/* The whole MIME of what a search found, whether it is here or not; it is not stored. */
int64_t sync_wish_found(SyncClient *client, int64_t account_id, const Found *found);
/* One action of the person, of one or many ops; @ops (of Op) are the engine's. Comes back in
 * WRITTEN, or in FAILED if it makes no sense or cannot be stored; what fails on the server later is
 * told by FAILED with its group. */
int64_t sync_ops(SyncClient *client, GPtrArray *ops);
int64_t sync_op(SyncClient *client, Op *op);
/* Keeps what a person is writing, with what is attached (no paths: see app/outgoing.h); @draft is
 * the engine's, @draft_id 0 for one that was never kept. Comes back in DRAFT_SAVED or FAILED. */
int64_t sync_draft_save(SyncClient *client, int64_t account_id, Draft *draft, int64_t draft_id);
/* A saved draft leaves as these bytes and no others, until it is saved again: CHANGED or FAILED. */
int64_t sync_draft_bytes(SyncClient *client, int64_t draft_id, GBytes *mime);
/* Throws it away, for good. FAILED if it is in the Outbox. */
int64_t sync_draft_drop(SyncClient *client, int64_t draft_id);
/* Of the Outbox one op, or a whole group; the other is 0. Cancelling shows what the server holds;
 * FAILED if it is on its way already. */
int64_t sync_outbox_cancel(SyncClient *client, int64_t op_id, int64_t group_id);
int64_t sync_outbox_retry(SyncClient *client, int64_t op_id, int64_t group_id);
/* Whose mail is marked, and found by is:vip; in every account. Comes back in CHANGED or FAILED. */
int64_t sync_vip(SyncClient *client, const char *address);
int64_t sync_not_vip(SyncClient *client, const char *address);
/* Whose pictures are shown without asking. Comes back in CHANGED or FAILED. */
int64_t sync_picture_sender(SyncClient *client, int64_t account_id, const char *address);
int64_t sync_not_picture_sender(SyncClient *client, int64_t account_id, const char *address);
/* What is known of certificates, and what the person decides about them: all of @changes (of
 * CertificateChange) or none. Keys among them are sealed already. Comes back in CHANGED or
 * FAILED. */
int64_t sync_certificates(SyncClient *client, const GPtrArray *changes);
/* The same for what was found on the way: any thread may call, nothing comes back, and what cannot
 * be kept is logged. */
void    sync_certificates_found(SyncClient *client, const GPtrArray *changes);
/* @secret: a password, or NULL. */
void sync_answer(SyncClient *client, const Question *question, AnswerChoice choice, Secret *secret);
/* A new account, or the new settings of one that was called @former; @former NULL: of the same name.
 * @password: what the person has just typed for it, or NULL. Comes back in CHANGED, where its name is
 * another one after ACCOUNT_RENAMED; or in FAILED: all is as it was. */
int64_t sync_account_set(SyncClient *client, const char *former, const Account *account,
                         Secret *password);
/*
 * Locks the store (vault/lock.h) in every process that has it open, after all that was asked for
 * before: drafts that were saved are in the store. Comes back in CHANGED, after LOCKED; or in FAILED:
 * ERR_USAGE, a key file beside the store opens it. Mail is received meanwhile, and nothing is sent;
 * what is given to sync_draft_save() and sync_draft_bytes() is kept until the lock is open.
 */
int64_t sync_lock(SyncClient *client);
/*
 * To the engine that has the store in @store_dir open, if there is one: the same, by a process that
 * has no key. Waits for @patience_ms at most. ERR_NETWORK: it does not answer; else as told in
 * FAILED.
 */
bool sync_tell_lock(const char *runtime_dir, const char *store_dir, int patience_ms, GError **err);
/* The vault of this process was unlocked: so is that of every other, and what has waited goes on.
 * Comes back in CHANGED, after UNLOCKED; or in FAILED. */
int64_t sync_unlock(SyncClient *client);
/* Forgets the account and erases its rows. Comes back in CHANGED or FAILED, after ACCOUNT_GONE. */
int64_t sync_account_gone(SyncClient *client, const char *name);
