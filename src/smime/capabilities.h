/*
 * smime/capabilities: what somebody's program can read, as it says with each signature, or its
 * certificate for it. Internal to smime/. Source: RFC 8551 2.5.2, RFC 4262, RFC 3560, RFC 5753 7.
 * Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "smime/openssl.h"

typedef struct {
	bool        reads_gcm;      /* AES-256-GCM */
	const char *oaep_digest;    /* "SHA256", with which it reads RSA-OAEP; NULL: it does not */
} Capabilities;

/* @der: SMIMECapabilities, or NULL; then those of @x509. Nonsense is nothing. */
Capabilities capabilities_read(GBytes *der, X509 *x509);

/* Ours, if @x509 is what others encrypt to (NULL: nothing is). The caller's; free with
 * capabilities_free(). */
typedef STACK_OF(X509_ALGOR) AlgorithmStack;
AlgorithmStack *capabilities_own(X509 *x509);
void            capabilities_free(AlgorithmStack *algorithms);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AlgorithmStack, capabilities_free)
