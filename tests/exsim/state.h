/*
 * state: what a device has of a folder, and the sync keys that stand for it. As on Exchange, the last
 * key and the one before are answered; an older or unknown one is not. A repeated request gets the same
 * plan again, under the same key. Knows items by number only; guarded by the world's lock.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "exsim/bits.h"
#include "exsim/collection.h"

/* [MS-ASAIRS] BodyPreference. */
typedef struct {
	bool    is_wanted, all_or_none;
	int64_t truncation;          /* bytes; -1 none */
	int     preview;             /* characters; 0 none */
} BodyPreference;

/* Options of a collection. They are sticky and replaced as a whole. */
typedef struct {
	int            filter;       /* FilterType */
	int            mime_support;
	BodyPreference bodies[5];    /* by Type, 1 to 4 */
} SyncOptions;

typedef struct {
	guint       number;          /* counts the keys of this channel; 0 is "never synced" */
	SyncOptions options;
	int64_t     cutoff_ms;       /* older items are out of the window of FilterType */
	guint       journal_at;      /* entries before this one have been told */
	int64_t     scan_at;         /* items from here down to 0 have not been looked at; -1 all were */
	Bits        has;             /* the device has them */
} SyncState;

typedef enum { PLAN_ADD, PLAN_CHANGE, PLAN_DELETE, PLAN_SOFT_DELETE } PlanKind;
typedef struct {
	PlanKind kind;
	guint    item;
	guint    mask;               /* of CHANGE: what changed, ITEM_READ and so on */
} PlanStep;

/* What an answer says about a folder. */
typedef struct {
	GArray    *plan;             /* of PlanStep */
	bool       has_more;
	GPtrArray *responses;        /* to the client's commands; what they are is the caller's business */
} SyncOutcome;

/* Gives the outcome's parts back; zeroed is fine. */
void sync_outcome_clear(SyncOutcome *outcome);

/* One device and one folder. */
typedef struct {
	char       *id;              /* new each time the channel starts from key 0, so that old keys never match */
	SyncState  *before, *now;    /* before: what the last answer started from */
	SyncOutcome last;            /* what the last answer said */
	char       *digest;          /* of the request that was answered */
} SyncChannel;

SyncChannel *sync_channel_new(void);
void         sync_channel_free(SyncChannel *channel);

/* Forgets everything and starts again: what a request with key 0 does. */
void sync_channel_start(SyncChannel *channel, const Collection *collection);

/* The key that stands for @state of @channel. Free with g_free. */
char *sync_channel_key(const SyncChannel *channel, const SyncState *state);

typedef enum { KEY_UNKNOWN, KEY_NOW, KEY_REPEATED, KEY_BEFORE } KeyVerdict;
/* What @key is to @channel (NULL: no channel). REPEATED: the key before, with the same request again. */
KeyVerdict sync_channel_judge(const SyncChannel *channel, const char *key, const char *digest);

SyncState *sync_state_copy(const SyncState *state);
void       sync_state_free(SyncState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SyncState, sync_state_free)

/* The oldest date that FilterType lets through at @now_ms; INT64_MIN for all. Whole days, UTC. */
int64_t sync_filter_cutoff(int filter, int64_t now_ms);

/* Takes new options: a changed window makes every item be looked at again. */
void sync_state_set_options(SyncState *state, const Collection *collection, const SyncOptions *options, int64_t now_ms);

/*
 * Moves @state on by at most @window steps and returns them (GArray of PlanStep). Changes first, then items not
 * yet there, newest first. *ret_more: steps are left. @device is not told its own doings.
 */
GArray *sync_state_advance(SyncState *state, const Collection *collection, const void *device, guint window, bool *ret_more);

/* How many steps are left, without moving. */
guint sync_state_left(const SyncState *state, const Collection *collection, const void *device);

/*
 * Makes @next the state of the last answer, under a new key. It is the channel's from here on, and so are the parts of
 * @outcome, which is left empty. @verdict: on the key that the request came with.
 */
void sync_channel_commit(SyncChannel *channel, KeyVerdict verdict, SyncState *next, SyncOutcome *outcome, const char *digest);
