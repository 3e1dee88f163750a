/*
 * smime/signers: who signed, and whether the signature fits. Internal to smime/.
 * Source: RFC 5652, RFC 8551. Pure; any thread.
 */
#pragma once
#include <glib.h>

#include "smime/openssl.h"
#include "smime/signer.h"
#include "smime/trust.h"

/* What a SignedData says. */
typedef struct {
	GPtrArray *signers;           /* of SmimeSigner */
	GBytes    *content;           /* the text it brings along; NULL: none */
} SignedData;

void signed_data_clear(SignedData *data);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SignedData, signed_data_clear)

/*
 * Reads @cms, which is a SignedData. @apart: what is signed, in canonical form, where it stands
 * beside the signature; else NULL. ERR_PROTOCOL: signed is something else than a mail; ERR_LIMIT:
 * more than LIMIT_CMS_SIGNERS or LIMIT_CMS_CERTIFICATES.
 */
bool signed_data_read(CMS_ContentInfo *cms, GBytes *apart, const SmimeTrust *trust, int64_t now_ms,
                      SignedData *ret_data, GError **err);
