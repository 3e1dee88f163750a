#include "smime/x509.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/text.h"
#include "smime/openssl.h"

enum { DAY_S = 24 * 60 * 60, SHOWN_BYTES = 200, ADDRESSES_MAX = 100 };

int64_t x509_time_ms(const ASN1_TIME *time)
{
	g_autoptr(ASN1_TIME) epoch = ASN1_TIME_set(NULL, 0);
	int days, seconds;

	if (!time || !epoch || !ASN1_TIME_diff(&days, &seconds, epoch, time))
		return 0;
	return ((int64_t)days * DAY_S + seconds) * 1000;
}

static char *shown(const ASN1_STRING *string)
{
	unsigned char *bytes = NULL;
	int len = ASN1_STRING_to_UTF8(&bytes, string);

	if (len < 0)
		return NULL;
	g_autofree char *utf8 = text_to_utf8((const char *)bytes, (size_t)len);
	g_autofree char *line = text_one_line(utf8);
	g_autofree char *visible = text_visible(line);
	OPENSSL_free(bytes);
	return *visible ? text_cut(visible, SHOWN_BYTES) : NULL;
}

static char *name_part(const X509_NAME *name, int nid)
{
	int at = X509_NAME_get_index_by_NID(name, nid, -1);

	return at < 0 ? NULL : shown(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

static char *name_shown(const X509_NAME *name)
{
	char *part = name_part(name, NID_commonName);

	if (!part)
		part = name_part(name, NID_organizationName);
	return part ? part : g_strdup("?");
}

/* One with a NUL or other bytes that no address has is left out, not cut. */
static void add_address(GPtrArray *addresses, const ASN1_STRING *string)
{
	const char *text = (const char *)ASN1_STRING_get0_data(string);
	int len = ASN1_STRING_length(string);

	for (int i = 0; i < len; i++)
		if (text[i] <= ' ' || text[i] >= 0x7f)
			return;
	if (len > 0 && addresses->len < ADDRESSES_MAX)
		g_ptr_array_add(addresses, g_strndup(text, (gsize)len));
}

/* RFC 8550 3: the alternative names; emailAddress of the subject only where there are none. */
static char **addresses_of(X509 *x509)
{
	g_autoptr(GPtrArray) addresses = g_ptr_array_new();
	GENERAL_NAMES *names = X509_get_ext_d2i(x509, NID_subject_alt_name, NULL, NULL);
	const X509_NAME *subject = X509_get_subject_name(x509);
	int at = -1;

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		if (name->type == GEN_EMAIL)
			add_address(addresses, name->d.rfc822Name);
	}
	GENERAL_NAMES_free(names);
	while (!addresses->len &&
	       (at = X509_NAME_get_index_by_NID(subject, NID_pkcs9_emailAddress, at)) >= 0)
		add_address(addresses, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
	g_ptr_array_add(addresses, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&addresses), FALSE);
}

static char *fingerprint_of(const X509 *x509)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	X509_digest(x509, EVP_sha256(), digest, &len);
	return text_hex(digest, len);
}

X509 *x509_of(GBytes *der)
{
	gsize len;
	const unsigned char *start = g_bytes_get_data(der, &len), *at = start;
	X509 *x509 = d2i_X509(NULL, &at, (long)len);

	if (x509 && at == start + len)
		return x509;
	X509_free(x509);
	ERR_clear_error();
	return NULL;
}

GBytes *x509_der(const X509 *x509)
{
	unsigned char *der = NULL;
	int len = i2d_X509(x509, &der);
	GBytes *bytes = g_bytes_new(der, (gsize)MAX(len, 0));

	OPENSSL_free(der);
	return bytes;
}

guint x509_uses(X509 *x509)
{
	uint32_t usage = X509_get_key_usage(x509);
	guint uses = 0;

	if (!(X509_get_extended_key_usage(x509) & (XKU_SMIME | XKU_ANYEKU)))
		return USE_NOTHING;
	if (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION))
		uses |= USE_SIGN;
	if (usage & (KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT))
		uses |= USE_ENCRYPT;
	return uses;
}

/* "CN=Ada, O=Analytical", the nearest first, as people write it. */
static char *whole_name(const X509_NAME *name)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());
	char *text;

	X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
	long len = BIO_get_mem_data(bio, &text);
	g_autofree char *utf8 = text_to_utf8(text, (size_t)MAX(len, 0));
	g_autofree char *line = text_one_line(utf8);
	g_autofree char *visible = text_visible(line);
	return text_cut(visible, SHOWN_BYTES);
}

static char *serial_of(const X509 *x509)
{
	BIGNUM *number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), NULL);
	char *hex = number ? BN_bn2hex(number) : NULL;
	char *serial = text_lower_ascii(hex ? hex : "?");

	OPENSSL_free(hex);
	BN_free(number);
	return serial;
}

static char *key_of(X509 *x509)
{
	const EVP_PKEY *key = X509_get0_pubkey(x509);
	const char *type = key ? EVP_PKEY_get0_type_name(key) : NULL;

	ERR_clear_error();
	return type ? g_strdup_printf("%s %d", type, EVP_PKEY_get_bits(key)) : g_strdup("?");
}

Certificate *x509_read(X509 *x509)
{
	Certificate *certificate = g_new0(Certificate, 1);

	certificate->name = name_shown(X509_get_subject_name(x509));
	certificate->issuer = name_shown(X509_get_issuer_name(x509));
	certificate->der = x509_der(x509);
	certificate->subject = whole_name(X509_get_subject_name(x509));
	certificate->issuer_name = whole_name(X509_get_issuer_name(x509));
	certificate->serial = serial_of(x509);
	certificate->key = key_of(x509);
	certificate->uses = x509_uses(x509);
	certificate->is_authority = X509_check_ca(x509) == 1;
	certificate->is_self_issued = X509_NAME_cmp(X509_get_subject_name(x509),
	                                            X509_get_issuer_name(x509)) == 0;
	certificate->fingerprint = fingerprint_of(x509);
	certificate->addresses = addresses_of(x509);
	certificate->from_ms = x509_time_ms(X509_get0_notBefore(x509));
	certificate->to_ms = x509_time_ms(X509_get0_notAfter(x509));
	return certificate;
}
