#include "smime/openssl.h"

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
