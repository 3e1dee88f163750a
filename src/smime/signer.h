/* smime/signer: one who signed a mail. Any thread. */
#pragma once
#include "smime/certificate.h"
#include "smime/verdict.h"

typedef struct {
	SignerFacts  facts;           /* its addresses are the certificate's */
	Certificate *certificate;     /* NULL: not in the message */
	char        *digest;          /* "SHA256"; "?" for one without a name */
	/* How the signer wants to be written to in secret; each NULL if it is not told. */
	Certificate *encryption;      /* trusted and valid at the time; of whom, is not asked */
	GBytes      *capabilities;    /* SMIMECapabilities, DER */
	GPtrArray   *issuers;         /* of Certificate: between signer and anchor, if it is trusted */
	GPtrArray   *questions;       /* of char *: URLs to ask whether it was revoked */
} SmimeSigner;

void smime_signer_free(SmimeSigner *signer);
