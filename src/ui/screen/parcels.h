/*
 * parcels: a mail whose bytes were made here, because its keys are on a token, on its way to the
 * store: one, or several for people who must not know of each other, each a draft of its own then.
 * The draft that it was written as comes last, so that it is as it was until all others are kept.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/draft.h"
#include "sync/client.h"
#include "ui/screen/host.h"

typedef struct Parcels Parcels;

typedef struct {
	ScreenHost *host;            /* borrowed */
	int64_t     account_id, draft_id;
} ParcelsSetup;

typedef enum {
	PARCELS_GO_ON,
	PARCELS_DONE,                /* parcels_drafts() may leave */
	PARCELS_FAILED,              /* what was made is thrown away: parcels_failure() */
} ParcelsTurn;

/* What @mail holds is moved out of it. Begin with parcels_begin(). */
Parcels *parcels_new(const ParcelsSetup *setup, StoreMail *mail);
void     parcels_free(Parcels *parcels);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Parcels, parcels_free)

ParcelsTurn parcels_begin(Parcels *parcels);
/* What ends its wishes; *ret_is_mine false: it was about others'. */
ParcelsTurn parcels_event(Parcels *parcels, const SyncEvent *event, bool *ret_is_mine);

const GArray *parcels_drafts(const Parcels *parcels);      /* of int64_t: their ids; borrowed */
const char   *parcels_failure(const Parcels *parcels);     /* a sentence */
