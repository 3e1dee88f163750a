/*
 * aead: AES-256-GCM with a random nonce, the one cipher of the vault, and the derivation of its
 * keys. An Aead is a key made ready; it belongs to one thread at a time.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/secret.h"

#define AEAD_KEY_BYTES   32
#define AEAD_NONCE_BYTES 12
#define AEAD_TAG_BYTES   16
#define AEAD_MAC_BYTES   32

typedef struct Aead Aead;

/* @key: AEAD_KEY_BYTES. ERR_IO if the library lacks the cipher. */
Aead *aead_new(const Secret *key, GError **err);
void  aead_free(Aead *aead);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Aead, aead_free)

/* What is bound to the text without being part of it, and how much text there is. */
typedef struct { const uint8_t *bound; size_t bound_len, text_len; } AeadShape;

/* Encrypts @plain to @ret_cipher (same length; may be the same place) under a fresh random nonce.
 * False if the system gives no random numbers. */
bool aead_seal(Aead *aead, AeadShape shape, const uint8_t *plain, uint8_t *ret_cipher,
               uint8_t ret_nonce_tag[AEAD_NONCE_BYTES + AEAD_TAG_BYTES]);

/* The reverse. False, and @ret_plain is worthless, if a bit of anything is not as it was sealed. */
bool aead_open(Aead *aead, AeadShape shape, const uint8_t *cipher, uint8_t *ret_plain,
               const uint8_t nonce_tag[AEAD_NONCE_BYTES + AEAD_TAG_BYTES]);

/* HKDF-SHA-256: @label (and @number, so that one label gives many keys) names the use. 32 bytes. */
typedef struct { const char *label; uint32_t number; } KeyUse;
Secret *aead_derive(const Secret *root, GBytes *salt, KeyUse use, GError **err);

/* HMAC-SHA-256 of @len bytes. */
void aead_mac(const Secret *key, const uint8_t *bytes, size_t len, uint8_t ret_mac[AEAD_MAC_BYTES]);

/* Big-endian numbers, as all formats of the vault have them. */
static inline uint32_t be32_get(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static inline void be32_put(uint8_t *p, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> (24 - 8 * i));
}
