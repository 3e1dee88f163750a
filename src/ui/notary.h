/*
 * notary: one's own keys, in the store and on tokens, and whom the person trusts, as it is now, for
 * the threads that open mail. They are read when the first signed or encrypted mail is opened, and
 * again when something of them has changed in the store, or other tokens are inserted. Any thread
 * but the UI's: to read them takes some milliseconds.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "app/pins.h"
#include "base/mailbox.h"
#include "store/store.h"

typedef struct Notary Notary;

typedef struct {
	Store      *store;           /* referenced */
	const char *module;          /* smime.pkcs11_module; NULL: no tokens */
	CertificateInquiry inquiry;  /* its hosts are copied */
	Mailbox *answers; /* of UiAnswer (notices: what a person must know); referenced */
} NotarySetup;

Notary *notary_new(const NotarySetup *setup);
/* What was given as PINs is forgotten, by the tokens too. Not while others work with keys. */
void    notary_free(Notary *notary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Notary, notary_free)

/* Whose the mail in this folder is; 0: the folder is not here. */
int64_t      notary_account(Notary *notary, int64_t folder_id);

Store       *notary_store(const Notary *notary);      /* borrowed */
/* A reader of one's own, the caller's. */
StoreReader *notary_open_reader(const Notary *notary, GError **err);
/* Borrowed; whoever works with keys settles there afterwards. Any thread. */
Pins        *notary_pins(const Notary *notary);

/* The caller's. NULL: they cannot be read, and the log says why. */
Certificates *notary_certificates(Notary *notary);
