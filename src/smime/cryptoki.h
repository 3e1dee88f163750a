/*
 * smime/cryptoki: a PKCS#11 module and the tokens in its slots: cards, sticks, security modules.
 * Keys stay on their token, which signs and decrypts. Internal to smime/. Source: PKCS#11 2.40. Any
 * thread; one use of a token at a time, the others wait, while a person types a PIN, too.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "smime/tokens.h"

typedef struct Cryptoki Cryptoki;
typedef struct Token    Token;

/* @asker is copied; its data must outlive all tokens. ERR_CONFIG: @path is no such module. */
Cryptoki *cryptoki_open(const char *path, const SmimePinAsker *asker, GError **err);
Cryptoki *cryptoki_ref(Cryptoki *cryptoki);
void      cryptoki_unref(Cryptoki *cryptoki);      /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cryptoki, cryptoki_unref)

/* Those that are inserted, of Token, borrowed: one that comes back is the same. ERR_IO. */
GPtrArray *cryptoki_tokens(Cryptoki *cryptoki, GError **err);

/* All of them forget that somebody gave their PIN. */
void cryptoki_log_out(Cryptoki *cryptoki);

const char *token_label(const Token *token);

typedef struct { GBytes *id, *der; } TokenCertificate;      /* id: CKA_ID, which its key has, too */

/* Of TokenCertificate, those with an id; no PIN is needed. ERR_IO. */
GPtrArray *token_certificates(Token *token, GError **err);

typedef enum {
	TOKEN_SIGN_RSA,         /* PKCS#1 v1.5 over a DigestInfo */
	TOKEN_SIGN_ECDSA,       /* over a digest; r and s, each as long as the curve's order */
	TOKEN_DECRYPT_RSA,      /* PKCS#1 v1.5, which the token takes off */
	TOKEN_DECRYPT_RAW,      /* RSA alone */
	TOKEN_AGREE,            /* ECDH with a point: its shared secret */
} TokenUseKind;

typedef struct {
	TokenUseKind   kind;
	GBytes        *id;          /* which key */
	const uint8_t *in;
	size_t         in_len;
	size_t         out_len;     /* of AGREE: how long the secret is */
} TokenUse;

/*
 * The key's PIN is asked for if the token wants one. @out has *len bytes; *len is set.
 * ERR_SIGN_IN: the PIN was refused, ERR_FORBIDDEN: it is locked, ERR_CANCELLED, ERR_ASK: nobody
 * gave one, ERR_NOT_FOUND: the token is not there, or not this key. ERR_IO: all else, without a
 * reason that would tell about the text.
 */
bool token_use(Token *token, const TokenUse *use, uint8_t *out, size_t *len, GError **err);
