#include "smime/certificate.h"

void certificate_free(Certificate *certificate)
{
	if (!certificate)
		return;
	g_free(certificate->name);
	g_free(certificate->issuer);
	g_free(certificate->fingerprint);
	g_strfreev(certificate->addresses);
	g_free(certificate);
}
