/*
 * smime/tokens: identities whose keys are on PKCS#11 tokens. Any thread but the UI's: a token is
 * slow, and may ask the person.
 *
 * A PIN is asked for when a key is first used, and kept by nobody: the token remembers that it was
 * right until smime_tokens_forget(). A token locks itself after a few wrong ones, so none is ever
 * sent twice: a callback that gives the same again gets the refusal without another try, as does one
 * that gives less than the token says its PINs have.
 *
 * Who signs or decrypts with such a key is told, beside all else: ERR_SIGN_IN: its PIN was refused;
 * ERR_FORBIDDEN: it is locked; ERR_CANCELLED: it was not given; ERR_ASK: nobody can be asked;
 * ERR_NOT_FOUND: the token is not there, or the key is not on it.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/secret.h"
#include "smime/identity.h"

/* What is known when a PIN is asked for. */
typedef struct {
	const char *label;           /* as the token calls itself; one line, safe to show */
	bool        was_refused;     /* the last one */
	bool        is_last_try;     /* another wrong one locks the token */
} SmimePinQuestion;

/* Called on the thread that uses the key. A token with a keypad of its own asks there, and not
 * here. */
typedef struct {
	/* Gives the PIN; NULL: nobody does. The function itself may be NULL: nobody is asked. */
	Secret *(*ask)(const SmimePinQuestion *question, void *data);
	void *data;
	/* What was given is none, and another may be: @question is what comes next. May be NULL. */
	void (*refused)(const SmimePinQuestion *question, void *data);
} SmimePinAsker;

typedef struct SmimeTokens SmimeTokens;

/*
 * @module: the whole path of a PKCS#11 module, such as opensc-pkcs11.so. One at a time of the same
 * module, for it counts for the whole process. ERR_CONFIG names it: it is none, or does not start.
 */
SmimeTokens *smime_tokens_open(const char *module, SmimePinAsker asker, GError **err);
void         smime_tokens_close(SmimeTokens *tokens);      /* its identities may live on */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SmimeTokens, smime_tokens_close)

/*
 * Of SmimeIdentity: the certificates of the tokens that are inserted, RSA and elliptic curves, but
 * for those of authorities. Whether each has its key there shows when it is used. ERR_IO.
 */
GPtrArray *smime_tokens_identities(SmimeTokens *tokens, GError **err);

/* Which tokens are inserted: another text, others are. Free with g_free. */
char *smime_tokens_inserted(SmimeTokens *tokens);

/* The next use of a key asks for its PIN again. */
void smime_tokens_forget(SmimeTokens *tokens);
