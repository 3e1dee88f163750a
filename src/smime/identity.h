/*
 * smime/identity: a private key with its certificate, as a person imports them. Any thread.
 */
#pragma once
#include <glib.h>

#include "base/secret.h"

typedef struct SmimeIdentity SmimeIdentity;

/*
 * Reads a file of keys: PKCS#12 (.p12, .pfx; also what old programs wrote, by OpenSSL's legacy
 * provider, which is loaded for that alone) or PEM. @password may be NULL. Returns an array of
 * SmimeIdentity with one at least.
 * ERR_SIGN_IN: it has a password, which is not this one; ERR_CONFIG: no key with its certificate is
 * in it, or it is damaged.
 */
GPtrArray *smime_identities_read(GBytes *file, const Secret *password, GError **err);
