/*
 * passphrase: stores that a passphrase opens, which is cheap to try, and somebody who types it.
 */
#pragma once
#include <glib.h>

#include "vault/keys.h"

/* Makes the slots in the fresh folder @dir; there is no key file. */
void passphrase_slots_make(const char *dir, const char *passphrase);

/* Somebody who types these lines, one after the other, and then gives up (ERR_CANCELLED). */
typedef struct { const char *const *lines; int asked; } Typist;
Secret *typist_ask(gpointer typist, int wrong, GError **err);

/* Opened by who types @passphrase; @unlocks as in Opener. */
Vault *passphrase_vault_open(const char *dir, const char *passphrase, bool unlocks, GError **err);

Secret *secret_of(const char *text);
