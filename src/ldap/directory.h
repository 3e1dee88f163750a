/*
 * ldap/directory: an LDAP directory, asked for the certificates of people by their mail address
 * (RFC 4511, RFC 4523, RFC 2798). What comes is bytes that a stranger chose: neither read nor
 * believed here, limited in number and size. Referrals are not followed. It is asked over TLS, and
 * in clear only on this machine and where that is allowed. Blocks: not for the UI or engine thread.
 * The process must ignore SIGPIPE. One thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/clock.h"
#include "base/secret.h"
#include "model/account.h"

/* Texts are borrowed until the directory is open. */
typedef struct {
	const char  *server;       /* ldaps://HOST[:PORT], or ldap://HOST[:PORT] for StartTLS */
	const char  *base;         /* where to look, with all that lies below; "": from the root */
	const char  *filter;       /* see ldap/filter.h */
	const char  *bind_dn;      /* who asks; NULL, "": nobody in particular */
	Secret      *password;     /* of bind_dn */
	const char  *ca_file;      /* anchors beside the system's; NULL */
	TlsMin       tls_min;
	bool         is_clear_ok;  /* without TLS, if the server is this machine */
	int          timeout_s;    /* for each of: connecting, TLS, signing in, one question */
	const Clock *clock;        /* borrowed as long as the directory is open */
} LdapSetup;

/* What can be told without asking anybody. ERR_CONFIG: a value is wrong; the message names it. */
bool ldap_setup_check(const LdapSetup *setup, GError **err);

typedef struct LdapDirectory LdapDirectory;

/*
 * Connects, and signs in as bind_dn. ERR_CONFIG as ldap_setup_check(); ERR_UNREACHED, ERR_NETWORK,
 * ERR_TLS, ERR_PROTOCOL; ERR_SIGN_IN: no password, or refused; ERR_FORBIDDEN, ERR_SERVER. Messages
 * name the server.
 */
LdapDirectory *ldap_directory_open(const LdapSetup *setup, GError **err);
void           ldap_directory_close(LdapDirectory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LdapDirectory, ldap_directory_close)

/*
 * The values of userCertificate (DER) and userSMIMECertificate (PKCS#7) of everybody who fits
 * @address; of GBytes, empty if nobody does. ERR_LIMIT: more than limits.h allows; ERR_MOVED: a
 * referral; and as above. After ERR_NETWORK, ERR_PROTOCOL and ERR_LIMIT the directory is of no more
 * use.
 */
GPtrArray *ldap_directory_find(LdapDirectory *directory, const char *address, GError **err);
