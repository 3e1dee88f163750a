/*
 * app/signature: the texts that a person keeps for mails. signatures/NAME.txt and NAME.html in the
 * configuration folder are a signature, either or both; pictures that its HTML shows lie beside it.
 * replies/NAME.txt is a quick reply, replies/ACCOUNT/NAME.txt one of that account alone. Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "app/compose.h"
#include "base/paths.h"

typedef struct {
	char      *text;             /* NULL: there is no NAME.txt */
	char      *html;             /* NULL: there is no NAME.html */
	GPtrArray *pictures;         /* of DraftPart with bytes, name: what <img src> says */
} Signature;

/*
 * ERR_NOT_FOUND: neither file; the message names the folder. ERR_CONFIG: not UTF-8, or a name that
 * is a path. ERR_LIMIT, ERR_IO. A picture that cannot be read is left to compose_build()'s warning.
 */
Signature *signature_load(const Paths *paths, const char *name, GError **err);
void       signature_free(Signature *signature);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signature, signature_free)

/*
 * What of the signature @name would not arrive, or why there is none: one sentence, with the
 * remedy. NULL: it is sound. Free with g_free.
 */
char *signature_complaint(const Paths *paths, const char *name);

/* As compose_build() wants it; borrows from @signature. */
ComposeSignature signature_for_compose(const Signature *signature);

/* The names there are, sorted: of char *. An absent folder has none. */
GPtrArray *signature_names(const Paths *paths);
/*
 * Quick replies. An @account (Account.name) has its own and those for all; NULL: those for all alone.
 */
GPtrArray *quick_reply_names(const Paths *paths, const char *account);
/* Its own alone. */
GPtrArray *quick_reply_own_names(const Paths *paths, const char *account);

/* Its text; the account's own, where both have the name. Errors as signature_load(). Free with
 * g_free. */
char *quick_reply_load(const Paths *paths, const char *account, const char *name, GError **err);

/* Writes the account's own, or the one for all, over an older one. ERR_CONFIG: @name is none for a
 * file; ERR_LIMIT: more than 256 KiB; ERR_IO, ERR_FULL. */
bool quick_reply_save(const Paths *paths, const char *account, const char *name, const char *text,
                      GError **err);
/* True if there is one of just that @account, or for all. ERR_NOT_FOUND, ERR_CONFIG. */
bool quick_reply_is_own(const Paths *paths, const char *account, const char *name, GError **err);
/* That one. Errors as quick_reply_is_own(); ERR_IO. */
bool quick_reply_remove(const Paths *paths, const char *account, const char *name, GError **err);
