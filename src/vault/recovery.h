/*
 * recovery: a key for paper. 160 random bits as 32 letters and digits, and 4 more that a slip of
 * the pen does not survive, in groups of four: "7K2M-…". Letters are read in either case; o, i and
 * l are read as the digits they look like; blanks and hyphens do not count. (The alphabet is
 * Crockford's base 32.) Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/secret.h"

/* The key as text, for a person. @key: RECOVERY_KEY_BYTES. */
enum { RECOVERY_KEY_BYTES = 20 };
Secret *recovery_to_text(const Secret *key);

/* The key that @text shows; NULL if it is no recovery key, or was copied wrong. */
Secret *recovery_from_text(const Secret *text);
