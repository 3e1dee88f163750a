#include "smime/signer.h"

void smime_signer_free(SmimeSigner *signer)
{
	certificate_free(signer->certificate);
	certificate_free(signer->encryption);
	g_clear_pointer(&signer->capabilities, g_bytes_unref);
	g_clear_pointer(&signer->issuers, g_ptr_array_unref);
	g_clear_pointer(&signer->questions, g_ptr_array_unref);
	g_free(signer->digest);
	g_free(signer);
}
