/*
 * smime/decrypt: opens what is encrypted to one of our keys: AuthEnvelopedData (AES-GCM) and
 * EnvelopedData (CBC), the key by RSA (PKCS#1 v1.5 or OAEP) or ECDH. Internal to smime/. Source:
 * RFC 5652, RFC 5083, RFC 8551.
 *
 * What went wrong inside is told in one sentence for all cases, and nobody but the person at the
 * screen ever learns of it: an answer that depended on it would let a stranger decrypt by asking
 * (Bleichenbacher, Vaudenay). Of a text that fails its check not a byte comes out.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "smime/identity.h"
#include "smime/openssl.h"
#include "smime/token_key.h"

X509     *identity_x509(const SmimeIdentity *identity);      /* borrowed, both */
EVP_PKEY *identity_key(const SmimeIdentity *identity);

/* One whose key is on a token: @pair is token_key_pair() of it. References are kept to all. */
SmimeIdentity *identity_on_token(X509 *x509, EVP_PKEY *pair, TokenKey *token);
/* token_key_take_trouble() of it; NULL for a key that is here. */
GError *identity_take_trouble(const SmimeIdentity *identity);

typedef struct {
	GBytes *text;
	char   *cipher;               /* "AES-256-GCM" */
	bool    is_authenticated;     /* changes would have been seen */
	bool    is_old;               /* a cipher of 64-bit blocks, as 3DES */
} Decrypted;

void decrypted_clear(Decrypted *decrypted);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Decrypted, decrypted_clear)

/*
 * @identities: of SmimeIdentity: the first that is there of those it is for. ERR_NOT_FOUND: none of them is among the recipients; ERR_IO: it
 * is, and the text cannot be decrypted; ERR_LIMIT: more than LIMIT_CMS_RECIPIENTS; of a key on a
 * token, what smime/tokens.h says.
 */
bool decrypt_open(CMS_ContentInfo *cms, const GPtrArray *identities, Decrypted *ret_decrypted,
                  GError **err);
