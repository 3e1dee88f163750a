/*
 * door: where other processes of the same person reach the engine that holds the store. A thread of
 * its own listens on a UNIX socket, reads their frames (frame.h), posts them to the engine as
 * commands, and hands back what the engine tells. A peer that sends nonsense, is too slow or does
 * not read is cut off; nothing it does makes the engine wait.
 *
 * Each peer has a number. The upper half of a wish id is the number of the peer that wished, 0 for
 * the client in this process; a peer sees the lower half only. An event with a wish goes to the one
 * who wished; the others go to everybody.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/mailbox.h"
#include "sync/client.h"

typedef struct Door Door;

/* Where the door of the store in @dir is: one name however that is spelt. Free with g_free. */
char *door_path(const char *runtime_dir, const char *dir);

/*
 * Opens it at @path, in place of what lies there: the caller holds the engine lock, so that nobody
 * else can be behind it. @commands is referenced, @clock borrowed. ERR_REFUSED: others may write in
 * the folder; ERR_IO.
 */
Door *door_open(const char *path, const Clock *clock, Mailbox *commands, GError **err);
/* Peers get what was told, as far as they take it within a moment, and are cut off; the socket
 * goes. Before the engine lock is given back. */
void  door_free(Door *door);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Door, door_free)

/* Tells the peers that are concerned. @event is borrowed. Returns at once; engine thread only. */
void door_tell(Door *door, const SyncEvent *event);

static inline bool door_wish_is_of_peer(int64_t wish_id) { return wish_id >> 32 != 0; }
