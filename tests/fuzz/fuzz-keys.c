/*
 * Any bytes as a file of keys, with the right password, a wrong one and none: PKCS#12 and PEM. What comes out is pairs of a key
 * and its certificate that can be kept and read again, and all texts can be shown.
 */
#include <string.h>

#include "base/error.h"
#include "smime/identity.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_text(const char *text)
{
	g_assert(!text || (g_utf8_validate(text, -1, NULL) && !strpbrk(text, "\r\n\x1b")));
}

static void check_certificate(const Certificate *certificate)
{
	check_text(certificate->name);
	check_text(certificate->issuer);
	check_text(certificate->subject);
	check_text(certificate->key);
	for (char **address = certificate->addresses; *address; address++)
		check_text(*address);
}

static void check_identity(const SmimeIdentity *identity)
{
	const Certificate *certificate = smime_identity_certificate(identity);
	g_autoptr(Secret) key = smime_identity_export_key(identity, NULL);
	g_autoptr(SmimeIdentity) again = key ? smime_identity_new(certificate->der, key, NULL) : NULL;

	check_certificate(certificate);
	g_assert(!key || again);
}

static void check(GBytes *file, const char *password)
{
	g_autoptr(Secret) secret = password ? secret_new(password, strlen(password)) : NULL;
	g_autoptr(GError) error = NULL;
	g_auto(SmimeKeyFile) keys = { 0 };

	if (!smime_key_file_read(file, secret, &keys, &error)) {
		check_text(error->message);
		return;
	}
	g_assert(keys.identities->len > 0);
	for (guint i = 0; i < keys.identities->len; i++)
		check_identity(keys.identities->pdata[i]);
	for (guint i = 0; i < keys.others->len; i++)
		check_certificate(keys.others->pdata[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	g_autoptr(GBytes) file = g_bytes_new(bytes, len);

	check(file, NULL);
	check(file, "s3cret");
	return 0;
}
