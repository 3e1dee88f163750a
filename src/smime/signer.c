#include "smime/signer.h"

void smime_signer_free(SmimeSigner *signer)
{
	certificate_free(signer->certificate);
	g_free(signer->digest);
	g_free(signer);
}
