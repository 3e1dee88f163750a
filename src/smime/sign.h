/*
 * smime/sign: a SignedData. Internal to smime/. Source: RFC 5652, RFC 8551 2.5, RFC 5035. Any
 * thread.
 */
#pragma once
#include "smime/protect.h"

/* ERR_CONFIG, ERR_UNSUPPORTED: as smime_protect() has them. */
bool sign_check(const SmimeProtection *protection, GError **err);

/* As micalg has it: "sha-256". */
const char *sign_micalg(const SmimeIdentity *signer);

/* Over @text, in DER; apart from it, or with it inside. */
GBytes *sign_data(GBytes *text, const SmimeProtection *protection, bool is_apart, GError **err);
