/*
 * rights: one set of bits answers "may this be done to this item now", by what is set up, what is
 * selected and where it lies, what the person has ruled out, and the lock. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef enum {
	NEEDS_NOTHING   = 0,
	NEEDS_ITEM      = 1 << 0,  /* something must be selected */
	NEEDS_READ      = 1 << 1,  /* see content */
	NEEDS_CHANGE    = 1 << 2,  /* change the item on the server */
	NEEDS_SEND      = 1 << 3,
	NEEDS_EXPORT    = 1 << 4,  /* content leaves the store */
	NEEDS_COPY      = 1 << 5,  /* content goes to the clipboard */
	NEEDS_PRINT     = 1 << 6,
	NEEDS_NETWORK   = 1 << 7,
	NEEDS_ACCOUNT   = 1 << 8,  /* an account must be set up */
	NEEDS_STRANGERS = 1 << 9,  /* ask servers that a message names and nobody has set up */
	EVEN_LOCKED     = 1 << 10, /* needs nothing of what the lock keeps: all others wait for it */
} Needs;

/* What there is to judge by. All false: nothing is there yet. */
typedef struct {
	bool is_locked;            /* vault/lock.h: comes before any other reason */
	bool has_account;
	bool has_item;
	bool is_out_of_window;     /* the item is read-only: the server no longer syncs it */
	bool is_elsewhere;         /* the item is in no folder here: a server's search found it */
	bool is_offline;           /* the person asked for --offline */
	bool is_among_ourselves;   /* no stranger's server is to be asked: read.remote_images */
} RightsContext;

/*
 * True if everything in @needs may be done. Else false, and *ret_reason is one sentence for the
 * person, static and translated. @ret_reason may be NULL.
 */
bool rights_allow(guint needs, const RightsContext *context, const char **ret_reason);
