/*
 * notary: one's own keys and whom the person trusts, as the store has them now, for the threads
 * that open mail. They are read when the first signed or encrypted mail is opened, and again when
 * the store has changed. Any thread but the UI's: to read them takes some milliseconds.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "app/certificates.h"
#include "store/store.h"

typedef struct Notary Notary;

/* @store is referenced. */
Notary *notary_new(Store *store);
void    notary_free(Notary *notary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Notary, notary_free)

/* Whose mail brought @changes (of CertificateChange): the account of this folder. False: it is none
 * that is here. */
bool          notary_name_account(Notary *notary, int64_t folder_id, GPtrArray *changes);

/* The caller's. NULL: they cannot be read, and the log says why. */
Certificates *notary_certificates(Notary *notary);
