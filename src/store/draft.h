/*
 * store/draft: what a person writes, kept whatever happens. A draft is a row with one sealed text,
 * which an editor may write every few seconds, and files beside it, each written once. It is in the
 * Outbox while there is an OP_SEND of it, and in Drafts else: the op alone moves it there and back.
 * Each call is one transaction, synchronous=FULL. ERR_STORE, ERR_FULL, ERR_IO. Writers: engine
 * thread only.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/draft.h"
#include "store/read.h"
#include "store/write.h"

/* @content is NULL for a part of a message on the server that is not here yet, and in lists. */
typedef struct {
	int64_t  id;             /* 0 before it is written */
	char    *name, *type;    /* as it will be sent; @type may be NULL */
	GBytes  *content;
	bool     is_here;        /* its content is in the store; size_bytes is right */
	int64_t  size_bytes;
	int64_t  message_id;     /* of the part, else 0 */
	char    *reference;      /* of the part, else NULL: Part.reference */
} StoreDraftFile;
StoreDraftFile *store_draft_file_new(const char *name, const char *type, GBytes *content);
void            store_draft_file_free(StoreDraftFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreDraftFile, store_draft_file_free)

typedef struct {
	int64_t    id;           /* 0 before it is written */
	int64_t    account_id;
	int64_t    message_id;   /* the server's draft; 0 none. See store_write_draft_base() */
	int        kind;         /* DraftKind of model/draft.h */
	int64_t    source_id;    /* the message that is answered or forwarded; 0 none */
	int64_t    changed_ms;   /* UTC */
	char      *text;         /* header fields and body as model/draft.h writes them */
	GBytes    *base_hash;    /* of the server's version it was made from; NULL: of none */
	bool       is_queued;    /* in the Outbox; read only */
	GPtrArray *files;        /* of StoreDraftFile, in order; never NULL, empty in lists */
} StoreDraft;
StoreDraft *store_draft_new(int64_t account_id, int kind, int64_t source_id);
void        store_draft_free(StoreDraft *draft);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreDraft, store_draft_free)

/* The server has it now as this message, made from what hashes to @base_hash. 0 and NULL: it has
 * it no more. Changes nothing of what was typed, and is allowed while it is in the Outbox. */
bool store_write_draft_base(StoreWriter *writer, int64_t draft_id, int64_t message_id,
                            GBytes *base_hash, GError **err);

/* The server is to have it no more: its version, if there is one, gets an OP_DELETE. As _base(). */
bool store_write_draft_apart(StoreWriter *writer, int64_t draft_id, GError **err);

/* What a draft on the server says, to tell later whether it was changed there. The caller's. */
GBytes *store_draft_hash(const Message *message);
/* The draft here that is kept over the server's @message_id; *ret_id 0: none is. */
bool store_find_draft(StoreReader *reader, int64_t message_id, int64_t *ret_id, GError **err);

/* A file of a draft that the server has as well, by this FileReference. */
bool store_write_draft_file_named(StoreWriter *writer, int64_t file_id, const char *reference,
                                  GError **err);

/*
 * A draft as its writer holds it. Parts with bytes become files, once: afterwards @draft names them
 * by "file:ID" in DraftPart.reference, and their bytes are let go. Pieces of messages become files
 * without content. Files that no part names any more go. Parts that are paths are ERR_USAGE: read
 * them first. *id 0: a new one; a draft that was deleted meanwhile is written anew under another
 * id, without its files. A new DRAFT_RESUME is the server's as store_write_draft_base() says, if its
 * source lies in Drafts still. ERR_REFUSED: it is in the Outbox.
 */
bool store_save_draft(StoreWriter *writer, int64_t account_id, Draft *draft, int64_t *id,
                      GError **err);
/* The reverse: @row (may be NULL) as store_read_draft() has it. ERR_NOT_FOUND, ERR_STORE. */
bool store_load_draft(StoreReader *reader, int64_t draft_id, Draft **ret_draft,
                      StoreDraft **ret_row, GError **err);
/* The file of a row that is @part's; NULL if none is. Borrowed. */
const StoreDraftFile *store_draft_file_of(const StoreDraft *row, const DraftPart *part);

/* The content of a part that has been fetched; also while it is in the Outbox. */
bool store_write_draft_part(StoreWriter *writer, int64_t file_id, GBytes *content, GError **err);
/* With its files, and the server's draft. One that is in the Outbox is ERR_REFUSED: cancel it
 * first. */
bool store_write_draft_gone(StoreWriter *writer, int64_t draft_id, GError **err);

/* The message as it leaves, kept so that a repeat is the same byte for byte. @refers: the server
 * adds the original. The next store_save_draft() drops it. */
bool store_write_draft_bytes(StoreWriter *writer, int64_t draft_id, GBytes *mime, bool refers,
                             GError **err);

/* One of several mails that a draft leaves as. */
typedef struct {
	Draft  *draft;           /* what is kept with it: who gets it */
	GBytes *mime;
} StoreCopy;
StoreCopy *store_copy_new(Draft *draft, GBytes *mime);     /* both are the copy's */
void       store_copy_free(StoreCopy *copy);

/* A draft put together. */
typedef struct {
	GBytes    *mime;         /* as store_write_draft_bytes() takes it; NULL: it is @copies */
	bool       refers;
	GPtrArray *copies;       /* of StoreCopy: at least two; NULL: it is one mail */
} StoreMail;
void store_mail_clear(StoreMail *mail);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(StoreMail, store_mail_clear)

/*
 * A draft that leaves as several mails, for people who must not know of each other: the first of
 * @copies takes its place, and the draft says from now on what that one does; each other becomes a
 * draft of its own, with all that goes along, and an OP_SEND that wants what @op wants. All of it is
 * in the Outbox from then on or nothing is, so that each leaves once whatever happens.
 */
bool store_write_draft_copies(StoreWriter *writer, const Op *op, const GPtrArray *copies,
                              GError **err);

/* ---- on its way ---- */

/* How far an OP_SEND is: state, next_ms, attempts, was, error_kind and last_error. Written before
 * the first byte leaves, and after the answer. ERR_GONE: no such op. */
bool store_write_sending(StoreWriter *writer, const Op *op, GError **err);

/*
 * The server has it, and all that follows is in one transaction: the op and the draft go, the
 * message that was answered or forwarded is marked, and the server's draft, if there is one, gets
 * an OP_DELETE. @flag: MESSAGE_REPLIED, MESSAGE_FORWARDED or 0.
 */
bool store_write_sent(StoreWriter *writer, const Op *op, guint flag, GError **err);

/* Whether the account's server has ever recognised a repeat by its ClientId. */
bool store_write_knows_repeats(StoreWriter *writer, int64_t account_id, GError **err);
bool store_read_knows_repeats(StoreReader *reader, int64_t account_id, bool *ret_knows,
                              GError **err);

/* Of StoreDraft, the last changed first, without files; the account's, or of all (0). */
bool store_read_drafts(StoreReader *reader, int64_t account_id, unsigned limit,
                       GPtrArray **ret_drafts, GError **err);
/* With files, without their contents. ERR_NOT_FOUND. */
bool store_read_draft(StoreReader *reader, int64_t draft_id, StoreDraft **ret_draft, GError **err);
/* What is not sealed of it, locked or not: no text, no files. ERR_NOT_FOUND. */
bool store_read_draft_row(StoreReader *reader, int64_t draft_id, StoreDraft **ret_draft,
                          GError **err);
/* *ret_content NULL: it is not here. ERR_NOT_FOUND. */
bool store_read_draft_file(StoreReader *reader, int64_t file_id, GBytes **ret_content,
                           GError **err);
/* *ret_mime NULL: not made yet. */
bool store_read_draft_bytes(StoreReader *reader, int64_t draft_id, GBytes **ret_mime,
                            bool *ret_refers, GError **err);
