/*
 * parcel: what is lent to a SEND, a MESSAGE_IDS or a SAVE_DRAFT: the bytes that leave and how they
 * refer to the original, the items that are asked for, or the draft. Engine thread only.
 */
#pragma once
#include "store/draft.h"
#include "sync/core.h"
#include "sync/session.h"

typedef struct {
	Op        *op;               /* a copy: the OP_SEND that it is for */
	SendSpec   send;             /* of SEND */
	char      *message_id;       /* ours, with angle brackets; NULL if the bytes have none */
	GPtrArray *server_ids;       /* of MESSAGE_IDS: of char * */
	/* ---- of SAVE_DRAFT ---- */
	Draft      *draft;
	StoreDraft *row;
	DraftSpec   save;
	GPtrArray *parts; /* of DraftPart with bytes: those the server does not have yet */
	GArray     *file_ids;        /* of int64_t: their files */
	GPtrArray  *gone;            /* of char *: references that the server is to drop */
	/* ---- what came back ---- */
	GError    *refusal;          /* the server's own word; NULL none */
	bool       is_found;         /* one of the items has our Message-ID */
	/* ---- what @send borrows ---- */
	char      *source_folder, *source_item;
} Parcel;

/*
 * Packs the message of @op: the bytes that were kept, else new ones, which are kept from now on.
 * @is_whole: without a reference to the original. Errors are for the person who wrote it: a file
 * that is gone, a receiver that is none.
 */
Parcel *parcel_pack(Core *core, const Session *session, const Op *op, bool is_whole, GError **err);

/* For a look into Sent: @server_ids (of char *) is the parcel's. */
Parcel *parcel_of_ids(Core *core, const Op *op, GPtrArray *server_ids, GError **err);

/* A draft that goes over the server's item @message_id, or, with 0, is a new one there. */
Parcel *parcel_of_draft(Core *core, const Op *op, int64_t message_id, GError **err);

/* True if the server's HTML says what the draft does, and stays as it is. */
static inline bool parcel_keeps_body(const Parcel *parcel) { return !parcel->save.body; }

/* What the message of @op makes of its original once it is sent: MESSAGE_REPLIED,
 * MESSAGE_FORWARDED or 0. */
guint parcel_source_flag(Core *core, const Op *op);

void parcel_free(Parcel *parcel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parcel, parcel_free)
