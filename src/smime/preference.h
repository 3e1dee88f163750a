/*
 * smime/preference: how one who signs wants to be written to in secret, as the signed attributes
 * say: with which certificate, and what the program there can decrypt. Source: RFC 8551 2.5.2 and
 * 2.5.3; and what Outlook wrote before there was one. Internal to smime/. Pure; any thread.
 */
#pragma once
#include <glib.h>

#include "smime/openssl.h"

/* SMIMECapabilities in DER; NULL: not told. */
GBytes *preference_capabilities(CMS_SignerInfo *info);

/* The certificate to encrypt to: the one that is named, else the signer's own if it is for that,
 * else one of @others of the same name that is. Borrowed; NULL: none. */
X509 *preference_certificate(CMS_SignerInfo *info, X509 *signer, const CertificateStack *others);
