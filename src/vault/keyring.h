/*
 * keyring: the Linux kernel keeps a store's root key for a while, so that the next start need not
 * ask again. It lies in the keyring of the user, in the kernel's memory alone; processes of the
 * same user can read it, as they could read a key file. Where the kernel has no keyrings, nothing
 * is kept. See keyrings(7). Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/secret.h"
#include "vault/anchor.h"

/* The key kept for the store of this UUID (16 bytes); NULL: none, or its time is over. */
Secret *keyring_find(GBytes *uuid);

/* Keeps @root, for @seconds from now. */
void keyring_keep(GBytes *uuid, const Secret *root, int seconds);

void keyring_forget(GBytes *uuid);

/* The anchor that was last seen of the store; false: none, or that is more than a day ago. */
bool keyring_seen(GBytes *uuid, Anchor *ret_anchor);
/* It was seen, now. */
void keyring_note(GBytes *uuid, const Anchor *anchor);
void keyring_unsee(GBytes *uuid);
