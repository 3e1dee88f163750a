/*
 * anchor: what says that rows of the store are the newest that were written. The tag of a page
 * tells that we wrote it, not when: an old copy of a page, or of the whole file, put back is sound
 * by it. So the rows that grant trust are under one MAC with a number that goes up with each
 * change, and the highest number lies outside the database, in the file "slots"; of a store that a
 * passphrase opens, the kernel remembers it as well, for a day. Whoever puts back all of it
 * together, and waits a day, is not noticed. Stays possible while the vault is locked. Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Vault Vault;      /* vault/vault.h */

enum { ANCHOR_MAC_BYTES = 32 };

/* Sequence 0: nothing was ever anchored. */
typedef struct { uint64_t sequence; uint8_t mac[ANCHOR_MAC_BYTES]; } Anchor;

/* The anchor of @rows, bytes that say all of them in a fixed order, as the change @sequence (from
 * 1) left them. */
Anchor vault_anchor_of(Vault *vault, uint64_t sequence, GBytes *rows);

static inline bool anchor_equal(const Anchor *a, const Anchor *b)
{
	uint8_t other = 0;

	for (int i = 0; i < ANCHOR_MAC_BYTES; i++)
		other |= (uint8_t)(a->mac[i] ^ b->mac[i]);
	return a->sequence == b->sequence && other == 0;
}

/* The highest that is known outside the database. Asked before the rows are read, so that a change
 * in between makes them newer, never older. ERR_STORE, ERR_IO: slots cannot be read. */
bool vault_anchor_known(Vault *vault, Anchor *ret_known, GError **err);

/* ERR_STORE: @stored, of the rows that were read, is older than @known, or another of its number;
 * the message says replay, and what to do. What passes is what the kernel remembers. */
bool vault_anchor_check(Vault *vault, const Anchor *known, const Anchor *stored, GError **err);

/* @stored is the highest from now on; a lower one changes nothing. Only after it is on the disk
 * durably: what is lower than this does not open. ERR_IO, ERR_FULL. */
bool vault_anchor_raise(Vault *vault, const Anchor *stored, GError **err);
