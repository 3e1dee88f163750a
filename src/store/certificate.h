/*
 * store/certificate: certificates, the keys of one's own, and whom the person trusts. A key is
 * sealed (class A): by the process that imports it, so that it travels no further in the clear.
 * What came through an account goes with it; keys for its addresses only when its server orders it
 * erased, and what the person imported or decided never.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/secret.h"
#include "model/certificate.h"
#include "store/store.h"

/* Of KnownCertificate, the caller's, without sealed keys: all; those for @address. What was last
 * in use comes first. */
bool store_read_certificates(StoreReader *reader, GPtrArray **ret_certificates, GError **err);
bool store_read_certificates_of(StoreReader *reader, const char *address,
                                GPtrArray **ret_certificates, GError **err);

/* Changes whenever anything of certificates, keys, trust or revocation does; cheap. */
bool store_read_certificates_version(StoreReader *reader, int64_t *ret_version, GError **err);

/* The key (PKCS#8) of an identity, unsealed. ERR_NOT_FOUND: it is none; and as vault_unseal(). */
bool store_read_identity_key(StoreReader *reader, int64_t identity_id, Secret **ret_key,
                             GError **err);

/* @key (PKCS#8) for KnownCertificate.sealed_key of the certificate called @identity_id. Any thread.
 * Errors: vault_seal(). */
GBytes *store_seal_identity_key(Store *store, int64_t identity_id, const Secret *key, GError **err);

/*
 * Writer: engine thread only. All of @changes (of CertificateChange) in one transaction, FULL. A
 * certificate that is kept twice keeps what it was come by, unless it was now imported; newer
 * capabilities replace older ones. ERR_NOT_FOUND: one of them is of an account, a certificate, or an
 * identity that is not here.
 */
bool store_write_certificates(StoreWriter *writer, const GPtrArray *changes, GError **err);
