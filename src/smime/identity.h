/*
 * smime/identity: a private key with its certificate: to sign with, to decrypt with. Immutable; any
 * thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/secret.h"
#include "smime/certificate.h"

typedef struct SmimeIdentity SmimeIdentity;

SmimeIdentity *smime_identity_ref(SmimeIdentity *identity);
void           smime_identity_unref(SmimeIdentity *identity);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SmimeIdentity, smime_identity_unref)

/* @certificate in DER, @key as PKCS#8. ERR_CONFIG: one of them is none, or they are no pair. */
SmimeIdentity *smime_identity_new(GBytes *certificate, const Secret *key, GError **err);

const Certificate *smime_identity_certificate(const SmimeIdentity *identity);     /* borrowed */
/* True if its key is on a token, so that to use it may ask a person (smime/tokens.h). */
bool smime_identity_is_on_token(const SmimeIdentity *identity);
/* Its key as PKCS#8. ERR_UNSUPPORTED: the key cannot leave where it is. */
Secret *smime_identity_export_key(const SmimeIdentity *identity, GError **err);

/*
 * Reads a file of keys: PKCS#12 (.p12, .pfx; also what old programs wrote, by OpenSSL's legacy
 * provider, which is loaded for that alone) or PEM. @password may be NULL. Returns an array of
 * SmimeIdentity with one at least.
 * ERR_SIGN_IN: it has a password, which is not this one; ERR_CONFIG: no key with its certificate is
 * in it, or it is damaged; ERR_LIMIT: to try its password would take more than some seconds.
 */
GPtrArray *smime_identities_read(GBytes *file, const Secret *password, GError **err);

/* The same with the certificates beside the keys, such as those of who issued them. */
typedef struct {
	GPtrArray *identities;      /* of SmimeIdentity */
	GPtrArray *others;          /* of Certificate; may be empty */
} SmimeKeyFile;
void smime_key_file_clear(SmimeKeyFile *file);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SmimeKeyFile, smime_key_file_clear)

bool smime_key_file_read(GBytes *file, const Secret *password, SmimeKeyFile *ret_file, GError **err);
