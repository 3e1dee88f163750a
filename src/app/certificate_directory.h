/*
 * app/certificate_directory: the LDAP directory that the settings name, asked for the certificates
 * of people. What it says is taken as app/certificate_lookup takes it: an address must be in the
 * certificate itself, and nobody is trusted for being in a directory.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/settings.h"
#include "base/clock.h"
#include "base/secret.h"

/* A copy of what the settings said. Immutable; any thread. */
typedef struct CertificateDirectory CertificateDirectory;

/* For @account (may be NULL); NULL: ldap.server is empty there. */
CertificateDirectory *certificate_directory_new(const Settings *settings, const Account *account);
CertificateDirectory *certificate_directory_ref(CertificateDirectory *directory);
void                  certificate_directory_unref(CertificateDirectory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CertificateDirectory, certificate_directory_unref)

/* Whose password a person must give, for no program does; borrowed. NULL: nobody's. */
const char *certificate_directory_asks_for(const CertificateDirectory *directory);

/* At most so long for each answer, whatever the settings say. Before anybody else has it. */
void certificate_directory_hurry(CertificateDirectory *directory, int timeout_s);

typedef struct {
	Secret *password; /* of who asks; NULL: by ldap.password_command, if at all */
	const GPtrArray *addresses;      /* of char *, as certificates name them */
	int64_t          account_id;     /* which the certificates go with; 0: with none */
	const Clock     *clock;
} CertificateQuestion;

/*
 * Adds to @changes (of CertificateChange) what is of use, also where it fails later. Blocks: not
 * for the UI or engine thread. Errors as ldap_directory_open() and ldap_directory_find(), and of
 * process_read_secret().
 */
bool certificate_directory_ask(const CertificateDirectory *directory,
                               const CertificateQuestion *question, GPtrArray *changes,
                               GError **err);
