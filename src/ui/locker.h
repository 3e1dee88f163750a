/*
 * locker: when the screens are to be locked, the page that is shown meanwhile, and the passphrase that
 * opens them, which is tried in a thread of its own. What else has to close and open is its owner's.
 * UI thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/settings.h"
#include "base/clock.h"
#include "base/mailbox.h"
#include "store/store.h"
#include "sync/client.h"
#include "ui/screen/lock_page.h"

typedef struct {
	Store       *store;          /* borrowed */
	const Clock *clock;          /* borrowed */
	Mailbox     *answers;        /* of UiAnswer (unlocking); referenced */
	const Settings *settings;    /* borrowed, and looked at anew each time */
} LockerSetup;

typedef struct Locker Locker;

Locker *locker_new(const LockerSetup *setup);
/* Waits for a passphrase that is being tried. */
void    locker_free(Locker *locker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Locker, locker_free)

/* ---- while it is open ---- */

/* ERR_USAGE: a lock would keep nobody out. */
bool locker_may_lock(const Locker *locker, GError **err);
/* The same, and the person wants it when the screens are suspended, or the computer sleeps. */
bool locker_locks_on_suspend(const Locker *locker);
/* The person is there. */
void locker_note_input(Locker *locker);
/* Why the screens must be locked now: nobody typed, or the computer slept; static. NULL: they need
 * not. Ask once a turn. */
const char *locker_reason(Locker *locker);
/* Uptime at which that has to be asked again; INT64_MAX: never. */
int64_t     locker_deadline(const Locker *locker);

/* From here on the page is shown. @reason: a sentence. */
void locker_close(Locker *locker, const char *reason);
void locker_open(Locker *locker);
bool locker_is_closed(const Locker *locker);

/* ---- while it is closed ---- */

/* Keys, pastes; false: the person wants to quit. */
bool locker_input(Locker *locker, const Input *input);
/* What the engine tells while there is nobody to show it to: what still matters later is kept. */
void locker_event(Locker *locker, const SyncEvent *event);
/* What was kept, oldest first, of SyncEvent; the caller's. */
GPtrArray *locker_take_events(Locker *locker);
/* The passphrase was tried; @failure NULL: it fits, and the vault of this process is unlocked. */
void locker_answer(Locker *locker, const char *failure);

/* True if it had to be drawn; after locker_redraw() it has. */
bool locker_draw(Locker *locker, Canvas *canvas);
void locker_redraw(Locker *locker);
