/*
 * app/certificate_import: a file of keys or certificates, as the changes that keep it. What a key is
 * for stands in its certificate; only where it may be for both does a person decide. Pure, but for
 * the sealing of keys; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/certificate.h"
#include "smime/identity.h"
#include "store/read.h"

/* What the certificate says that the key is for; NONE: not for mail at all. */
IdentityRole import_role(const SmimeIdentity *identity);

/* How it is used, for a person: "to sign with". Static. */
const char  *import_notice(IdentityRole role);

/* The account that one of the certificate's addresses is of, as the server or the person calls it;
 * *ret_id 0: none of @accounts (of borrowed Account). Errors: the store's. */
bool import_account(StoreReader *reader, const GPtrArray *accounts, const Certificate *certificate,
                    int64_t *ret_id, GError **err);

typedef struct { IdentityRole role; int64_t account_id; } ImportAs;

/* Adds to @changes (of CertificateChange): keep @identity, its key sealed for @store. Errors:
 * vault_seal(), and of keys that cannot be taken out. */
bool import_identity(GPtrArray *changes, Store *store, const SmimeIdentity *identity, ImportAs as,
                     GError **err);
/* The same for a certificate that the person imports without a key. */
void import_certificate(GPtrArray *changes, const Certificate *certificate);
