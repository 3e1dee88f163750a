/*
 * slots: the file "slots" of a store. It names the store (a UUID), wraps its root key once for each
 * way to open it, and says which epoch of the page key is in force. Every byte of it is under a
 * MAC. The one way to open so far is the file "key" beside it: 32 random bytes, 0600. Format:
 * docs/store-format.md.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/secret.h"

typedef struct Slots Slots;

/*
 * Reads the slots of the store in @dir and unwraps the root key. Makes key and slots if there is
 * neither slots nor
 * @has_data. ERR_STORE: key or slots missing, foreign, altered, from a newer Postern, or readable
 * by others; the message names the file.
 */
Slots *slots_open(const char *dir, bool has_data, GError **err);
void   slots_free(Slots *slots);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Slots, slots_free)

GBytes       *slots_uuid(const Slots *slots);     /* 16 bytes, borrowed */
const Secret *slots_root(const Slots *slots);     /* borrowed */

/*
 * Sets aside @count encryptions under the page key, on disk before it returns, and says under which
 * epoch they are. After 2^30 of one epoch the next begins: random nonces of 96 bits are safe for
 * 2^32. Any thread. ERR_IO, ERR_FULL; ERR_STORE when the epochs are used up.
 */
bool slots_reserve(Slots *slots, uint32_t count, uint32_t *ret_epoch, GError **err);
