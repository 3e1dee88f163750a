/*
 * envelope: a mail that is being written, and where it stands: kept in the store every few seconds
 * and before anything else is done with it, given to the person's editor, put into the Outbox.
 * Between the review screen (writing.h), which wishes, and the host, which does.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sync/client.h"
#include "ui/screen/directory.h"
#include "ui/screen/host.h"
#include "ui/screen/writing.h"

typedef struct Envelope Envelope;

typedef struct {
	ScreenHost  *host;           /* borrowed */
	const Clock *clock;          /* borrowed */
	int64_t      account_id;     /* the store's */
	Directory   *directory;      /* borrowed; NULL: no names are looked up */
	int64_t hold_ms; /* how long a message waits before it leaves, so that it can be taken back
	                  */
	WritingSetup writing;
} EnvelopeSetup;

/* What has to follow on the screen around it. */
typedef enum {
	ENVELOPE_GOES_ON,
	ENVELOPE_DROPPED,            /* it is thrown away: close it */
	ENVELOPE_KEPT,               /* it is a draft: close it */
	ENVELOPE_LEFT,               /* it is as the server has it: close it */
	ENVELOPE_SENDS,  /* everything is kept: envelope_ops() into the Outbox, and close it */
	ENVELOPE_LACKS_PIN,          /* envelope_pin() is to be asked for */
} EnvelopeTurn;

/* @draft is the envelope's; @draft_id 0: never kept. */
Envelope *envelope_new(const EnvelopeSetup *setup, Draft *draft, int64_t draft_id, bool is_resumed);
void    envelope_free(Envelope *envelope);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Envelope, envelope_free)

Writing *envelope_writing(const Envelope *envelope); /* to draw it, and to ask about its keys */
int64_t    envelope_draft_id(const Envelope *envelope);      /* 0: not kept yet */
int64_t    envelope_account_id(const Envelope *envelope);

/* What begins by itself, right after envelope_new(). */
EnvelopeTurn envelope_begin(Envelope *envelope);
/* An editor that was cut off left this text of it, which is safe only once it is kept. */
void         envelope_left_behind(Envelope *envelope, const char *text);
EnvelopeTurn envelope_key(Envelope *envelope, Key key);
void       envelope_paste(Envelope *envelope, const char *text);
EnvelopeTurn envelope_act(Envelope *envelope, WritingAct act, const char *argument);

/* What ends its own wishes: DRAFT_SAVED, FETCHED, FAILED. *ret_is_mine false: it was about
 * others'. */
EnvelopeTurn envelope_event(Envelope *envelope, const SyncEvent *event, bool *ret_is_mine);
/* @draft: what was given to the host's gather(), with its files read; NULL: @failure says why not.
 * Both borrowed. */
EnvelopeTurn envelope_gathered(Envelope *envelope, int64_t serial, const Draft *draft,
                               const char *failure, bool *ret_is_mine);

/* What was found of the draft that was given to the host's look(), the envelope's if it is its own;
 * NULL: @failure says why nothing was. */
EnvelopeTurn envelope_looked(Envelope *envelope, int64_t serial, Protection *protection,
                             const char *failure, bool *ret_is_mine);

/* The directory has answered somebody: others may be offered. */
void         envelope_offers_came(Envelope *envelope);

/* Keeps what was typed, and asks the directory. Uptime at which envelope_tick() is due; INT64_MAX: not. */
int64_t    envelope_deadline(const Envelope *envelope);
void       envelope_tick(Envelope *envelope);

/* The program ends: gives away what is not kept yet, but for files that would have to be read. */
void         envelope_keep(Envelope *envelope);

/* Its bytes, made here; moved out of @mail. NULL: @failure says why there are none; with @pin there
 * would be. */
typedef struct { StoreMail *mail; const char *failure; const PinWish *pin; } EnvelopePacked;
EnvelopeTurn envelope_packed(Envelope *envelope, int64_t serial, const EnvelopePacked *packed,
                             bool *ret_is_mine);
/* After LACKS_PIN; borrowed. NULL: none is waited for. */
const PinWish *envelope_pin(const Envelope *envelope);
/* It was given to the host, or will not be: then the mail stays as it is. */
void           envelope_pin_given(Envelope *envelope, bool is_given);

/* After SENDS: of Op, the caller's. They wait a moment in the Outbox, so that they can be taken
 * back. */
GPtrArray  *envelope_ops(const Envelope *envelope);
