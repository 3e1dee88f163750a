#include "smime/preference.h"

#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/limits.h"
#include "smime/x509.h"

/* The DER of the one value of an attribute that comes once; NULL: it is not there, or not so. */
static GBytes *attribute_value(CMS_SignerInfo *info, const ASN1_OBJECT *id)
{
	int at = CMS_signed_get_attr_by_OBJ(info, id, -1);
	X509_ATTRIBUTE *attribute = at < 0 ? NULL : CMS_signed_get_attr(info, at);
	unsigned char *der = NULL;

	if (!attribute || X509_ATTRIBUTE_count(attribute) != 1 ||
	    CMS_signed_get_attr_by_OBJ(info, id, at) >= 0)
		return NULL;
	int len = i2d_ASN1_TYPE(X509_ATTRIBUTE_get0_type(attribute, 0), &der);
	GBytes *value = len > 0 ? g_bytes_new(der, (gsize)len) : NULL;
	OPENSSL_free(der);
	return value;
}

GBytes *preference_capabilities(CMS_SignerInfo *info)
{
	g_autoptr(GBytes) value = attribute_value(info, OBJ_nid2obj(NID_SMIMECapabilities));
	bool is_fit = value && g_bytes_get_size(value) <= LIMIT_CERTIFICATE_BYTES &&
	              *(const guint8 *)g_bytes_get_data(value, NULL) == 0x30;

	return is_fit ? g_steal_pointer(&value) : NULL;
}

/* ---- which certificate is named ---- */

/* Equal but for the tag: an IMPLICIT one replaces that of a SEQUENCE or an OCTET STRING. */
static bool equal_but_tag(GBytes *value, guint8 tag, const unsigned char *der, int len)
{
	gsize value_len;
	const guint8 *bytes = g_bytes_get_data(value, &value_len);

	return len > 1 && value_len == (gsize)len && (bytes[0] == tag || bytes[0] == der[0]) &&
	       memcmp(bytes + 1, der + 1, (gsize)len - 1) == 0;
}

static bool names_by_issuer(GBytes *value, const X509 *x509)
{
	PKCS7_ISSUER_AND_SERIAL *pair = PKCS7_ISSUER_AND_SERIAL_new();
	unsigned char *der = NULL;

	X509_NAME_set(&pair->issuer, X509_get_issuer_name(x509));
	ASN1_INTEGER_free(pair->serial);
	pair->serial = ASN1_INTEGER_dup(X509_get0_serialNumber(x509));
	int len = i2d_PKCS7_ISSUER_AND_SERIAL(pair, &der);
	bool is_it = equal_but_tag(value, 0xa0, der, len);
	OPENSSL_free(der);
	PKCS7_ISSUER_AND_SERIAL_free(pair);
	return is_it;
}

/* [2] has the identifier alone, [1] as the first of several. */
static bool names_by_key(GBytes *value, X509 *x509)
{
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id(x509);
	unsigned char *der = NULL;
	gsize value_len;
	const guint8 *bytes = g_bytes_get_data(value, &value_len);
	int len = id ? i2d_ASN1_OCTET_STRING((ASN1_OCTET_STRING *)id, &der) : -1;
	bool is_it = equal_but_tag(value, 0x82, der, len) ||
	             (len > 0 && value_len >= (gsize)len + 2 && bytes[0] == 0xa1 &&
	              bytes[1] < 0x80 && memcmp(bytes + 2, der, (gsize)len) == 0);

	OPENSSL_free(der);
	return is_it;
}

static bool is_named(GBytes *value, X509 *x509)
{
	return names_by_issuer(value, x509) || names_by_key(value, x509);
}

static X509 *find_named(CMS_SignerInfo *info, X509 *signer, const CertificateStack *others)
{
	ASN1_OBJECT *of_outlook = OBJ_txt2obj("1.3.6.1.4.1.311.16.4", 1);
	g_autoptr(GBytes) ours =
		attribute_value(info, OBJ_nid2obj(NID_id_smime_aa_encrypKeyPref));
	g_autoptr(GBytes) outlooks = attribute_value(info, of_outlook);
	GBytes *value = ours ? ours : outlooks;
	X509 *found = value && is_named(value, signer) ? signer : NULL;

	for (int i = 0; value && !found && i < sk_X509_num(others); i++)
		if (is_named(value, sk_X509_value(others, i)))
			found = sk_X509_value(others, i);
	ASN1_OBJECT_free(of_outlook);
	return found;
}

static bool can_encrypt(X509 *x509) { return (x509_uses(x509) & USE_ENCRYPT) != 0; }

X509 *preference_certificate(CMS_SignerInfo *info, X509 *signer, const CertificateStack *others)
{
	X509 *named = find_named(info, signer, others);

	ERR_clear_error();
	if (named)
		return can_encrypt(named) ? named : NULL;
	if (can_encrypt(signer))
		return signer;
	for (int i = 0; i < sk_X509_num(others); i++) {
		X509 *other = sk_X509_value(others, i);
		if (can_encrypt(other) && X509_NAME_cmp(X509_get_subject_name(other),
		                                        X509_get_subject_name(signer)) == 0)
			return other;
	}
	return NULL;
}
