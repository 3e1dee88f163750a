/*
 * smime/encrypt: an AuthEnvelopedData or EnvelopedData. Internal to smime/. Source: RFC 5652, RFC
 * 5083, RFC 5084, RFC 8551 2.7, RFC 5753, RFC 3560. Any thread.
 */
#pragma once
#include "smime/protect.h"

/* ERR_CONFIG, ERR_UNSUPPORTED: as smime_protect() has them. */
bool encrypt_check(const SmimeProtection *protection, GError **err);

/* True if all recipients read what cannot be altered unseen, so that they get that. */
bool encrypt_is_authenticated(const SmimeProtection *protection);

GBytes *encrypt_data(GBytes *text, const SmimeProtection *protection, GError **err);
