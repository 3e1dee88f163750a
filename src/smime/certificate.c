#include "smime/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "smime/openssl.h"
#include "smime/x509.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PKCS7, PKCS7_free)

void certificate_free(Certificate *certificate)
{
	if (!certificate)
		return;
	g_clear_pointer(&certificate->der, g_bytes_unref);
	g_free(certificate->name);
	g_free(certificate->issuer);
	g_free(certificate->subject);
	g_free(certificate->issuer_name);
	g_free(certificate->serial);
	g_free(certificate->fingerprint);
	g_free(certificate->key);
	g_strfreev(certificate->addresses);
	g_free(certificate);
}

Certificate *certificate_read(GBytes *der, GError **err)
{
	g_autoptr(X509) x509 = x509_of(der);

	return x509 ? x509_read(x509) : fail_null(err, ERR_CONFIG, _("it holds no certificate"));
}

/* ---- files ---- */

static GPtrArray *certificates_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)certificate_free);
}

static void add_stack(GPtrArray *found, const CertificateStack *stack)
{
	for (int i = 0; i < sk_X509_num(stack); i++)
		g_ptr_array_add(found, x509_read(sk_X509_value(stack, i)));
}

static void add_pkcs7(GPtrArray *found, PKCS7 *p7)
{
	if (PKCS7_type_is_signed(p7) && p7->d.sign)
		add_stack(found, p7->d.sign->cert);
}

static void read_pem(GBytes *file, GPtrArray *found)
{
	g_autoptr(BIO) bio = bio_over(file);
	STACK_OF(X509_INFO) *items = PEM_X509_INFO_read_bio(bio, NULL, NULL, NULL);

	for (int i = 0; i < sk_X509_INFO_num(items); i++) {
		X509 *x509 = sk_X509_INFO_value(items, i)->x509;
		if (x509)
			g_ptr_array_add(found, x509_read(x509));
	}
	sk_X509_INFO_pop_free(items, X509_INFO_free);
}

static void read_pem_pkcs7(GBytes *file, GPtrArray *found)
{
	g_autoptr(BIO) bio = bio_over(file);
	PKCS7 *p7;

	while ((p7 = PEM_read_bio_PKCS7(bio, NULL, NULL, NULL))) {
		add_pkcs7(found, p7);
		PKCS7_free(p7);
	}
}

static void read_der(GBytes *file, GPtrArray *found)
{
	g_autoptr(X509) x509 = x509_of(file);
	gsize len;
	const unsigned char *at = g_bytes_get_data(file, &len);
	g_autoptr(PKCS7) p7 = x509 ? NULL : d2i_PKCS7(NULL, &at, (long)len);

	if (x509)
		g_ptr_array_add(found, x509_read(x509));
	if (p7)
		add_pkcs7(found, p7);
}

GPtrArray *certificates_read(GBytes *file, GError **err)
{
	g_autoptr(GPtrArray) found = certificates_new();
	static void (*const readers[])(GBytes *, GPtrArray *) = { read_pem, read_pem_pkcs7, read_der };

	for (size_t i = 0; i < G_N_ELEMENTS(readers) && !found->len; i++)
		readers[i](file, found);
	ERR_clear_error();
	if (found->len > LIMIT_CMS_CERTIFICATES)
		return fail_null(err, ERR_LIMIT, _("it holds more than %d certificates"),
		                 LIMIT_CMS_CERTIFICATES);
	return found->len ? g_steal_pointer(&found)
	                  : fail_null(err, ERR_CONFIG, _("it holds no certificate"));
}

char *certificate_to_pem(const Certificate *certificate)
{
	g_autoptr(X509) x509 = x509_of(certificate->der);
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
	char *text;

	PEM_write_bio_X509(bio, x509);
	long len = BIO_get_mem_data(bio, &text);
	return g_strndup(text, (gsize)len);
}
