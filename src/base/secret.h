/*
 * secret: a password or a key. Kept in locked memory that is left out of core dumps, wiped when the
 * last reference goes, compared in constant time, never printed. Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Secret Secret;

/* Copies @len bytes; the caller wipes its own copy with secret_wipe(). */
Secret *secret_new(const void *bytes, size_t len);

/* @len random bytes from the system; ERR_IO if it has none. */
Secret *secret_new_random(size_t len, GError **err);

Secret *secret_ref(Secret *secret);
void    secret_unref(Secret *secret);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Secret, secret_unref)

/* Borrowed; a NUL follows the last byte, so a password can be handed on as a C string. */
const uint8_t *secret_bytes(const Secret *secret);
size_t         secret_len(const Secret *secret);

/* Takes the same time wherever two of one length differ. */
bool secret_equal(const Secret *a, const Secret *b);

/* Overwrites @len bytes in a way the compiler keeps. */
void secret_wipe(void *bytes, size_t len);

/* Makes this process undumpable and its core size zero. Call once, early. */
void secret_harden_process(void);
