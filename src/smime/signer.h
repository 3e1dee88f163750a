/* smime/signer: one who signed a mail. Any thread. */
#pragma once
#include "smime/certificate.h"
#include "smime/verdict.h"

typedef struct {
	SignerFacts  facts;           /* its addresses are the certificate's */
	Certificate *certificate;     /* NULL: not in the message */
	char        *digest;          /* "SHA256"; "?" for one without a name */
} SmimeSigner;

void smime_signer_free(SmimeSigner *signer);
