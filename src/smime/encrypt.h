/*
 * smime/encrypt: an AuthEnvelopedData or EnvelopedData. Internal to smime/. Source: RFC 5652, RFC
 * 5083, RFC 5084, RFC 8551 2.7, RFC 5753, RFC 3560. Any thread.
 */
#pragma once
#include "smime/capabilities.h"
#include "smime/protect.h"

/* A recipient whose certificate is fit for it. */
typedef struct {
	const SmimeRecipient *recipient;
	X509                 *x509;
	Capabilities          capabilities;
} Addressee;

/* Of Addressee, all recipients. ERR_CONFIG, ERR_UNSUPPORTED, ERR_LIMIT: as smime_protect() has
 * them. */
GPtrArray *addressees_of(const SmimeProtection *protection, GError **err);

/* True if all of them read what cannot be altered unseen, so that they get that. */
bool addressees_read_gcm(const GPtrArray *addressees);

/* For @addressees, one at least; in DER. */
GBytes *encrypt_data(GBytes *text, const GPtrArray *addressees, GError **err);
