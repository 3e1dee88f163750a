#include "smime/openssl.h"

#include <openssl/err.h>

#include "base/i18n.h"

enum { CHUNK = 64 * 1024 };

BIO *bio_over(GBytes *bytes)
{
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);

	return BIO_new_mem_buf(data ? data : "", (int)len);
}

GBytes *bio_drain(BIO *bio)
{
	g_autoptr(GByteArray) all = g_byte_array_new();
	g_autofree guint8 *chunk = g_malloc(CHUNK);
	int n;

	while ((n = BIO_read(bio, chunk, CHUNK)) > 0)
		g_byte_array_append(all, chunk, (guint)n);
	return n < 0 ? NULL : g_byte_array_free_to_bytes(g_steal_pointer(&all));
}

GBytes *cms_der(const CMS_ContentInfo *cms)
{
	unsigned char *der = NULL;
	int len = i2d_CMS_ContentInfo(cms, &der);
	GBytes *bytes = g_bytes_new(der, (gsize)MAX(len, 0));

	OPENSSL_free(der);
	return bytes;
}

/* The first error is the cause, those behind it are who passed it on. */
const char *openssl_reason(void)
{
	const char *reason = ERR_reason_error_string(ERR_peek_error());

	ERR_clear_error();
	return reason ? reason : _("OpenSSL does not say why");
}
