/*
 * smime/token_key: a key on a token as OpenSSL knows keys: what it asks of the private half goes to
 * the token. Internal to smime/. Any thread.
 */
#pragma once
#include "smime/cryptoki.h"
#include "smime/openssl.h"

typedef struct TokenKey TokenKey;

/* @id: CKA_ID. References to @cryptoki and @id are kept; @token is one of its. */
TokenKey *token_key_new(Cryptoki *cryptoki, Token *token, GBytes *id);
TokenKey *token_key_ref(TokenKey *key);
void      token_key_unref(TokenKey *key);      /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TokenKey, token_key_unref)

/* The pair, with the public half of @x509; a reference to @key is kept. NULL: neither RSA nor on an
 * elliptic curve. */
EVP_PKEY *token_key_pair(TokenKey *key, X509 *x509);

/* What kept the last use from happening, such as a wrong PIN; NULL: nothing. The caller's. That a
 * text could not be decrypted is not among it. */
GError *token_key_take_trouble(TokenKey *key);
