/*
 * slot: the root key of a store, wrapped under one key that opens it: SLOT_BYTES of the file
 * "slots". Every byte is under a MAC by the slot's own key. Format: docs/store-format.md. Any
 * thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/secret.h"
#include "vault/keys.h"

enum { SLOT_BYTES = 128, SLOT_HEAD_BYTES = 28 };

/* What binds a slot to its store: the first SLOT_HEAD_BYTES of the file, which its MAC covers too,
 * and the UUID in them. Borrowed. */
typedef struct { const uint8_t *head; GBytes *uuid; } SlotOwner;

/*
 * @secret: the 32 bytes of a key file, a passphrase in UTF-8, the 20 bytes of a recovery key.
 * @log_n: of a passphrase that is set, log2 of what it costs to try one ([RFC 7914] N); 0: the
 * usual, half a second of a core and 128 MiB.
 */
typedef struct { KeyKind kind; const Secret *secret; uint32_t log_n; } SlotKey;

/* Wraps @root (32 bytes). A passphrase gets a fresh salt. ERR_IO: no random numbers, no memory. */
bool slot_make(SlotOwner owner, SlotKey key, const Secret *root, uint8_t ret_slot[SLOT_BYTES],
               GError **err);

/* The root key. ERR_SIGN_IN: @key does not fit; ERR_IO: no memory to find out. */
Secret *slot_open(SlotOwner owner, SlotKey key, const uint8_t slot[SLOT_BYTES], GError **err);

/* As the slot says, which is believed only once it was opened. */
KeyKind slot_kind(const uint8_t slot[SLOT_BYTES]);
