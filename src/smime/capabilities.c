#include "smime/capabilities.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "smime/protect.h"
#include "smime/x509.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(RSA_OAEP_PARAMS, RSA_OAEP_PARAMS_free)

void capabilities_free(AlgorithmStack *algorithms)
{
	sk_X509_ALGOR_pop_free(algorithms, X509_ALGOR_free);
}

/* ---- what others read ---- */

static int nid_of(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *id = NULL;

	X509_ALGOR_get0(&id, NULL, NULL, algorithm);
	return OBJ_obj2nid(id);
}

/* Only with the digests that we write; SHA-1, which is meant where none is named, is none of them.
 */
static const char *digest_of_oaep(const X509_ALGOR *algorithm)
{
	static const int digests[] = { NID_sha256, NID_sha384, NID_sha512 };
	g_autoptr(RSA_OAEP_PARAMS) params =
		algorithm->parameter
			? ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_OAEP_PARAMS),
	                                            algorithm->parameter)
			: NULL;
	int nid = params && params->hashFunc ? nid_of(params->hashFunc) : NID_undef;

	for (size_t i = 0; i < G_N_ELEMENTS(digests); i++)
		if (nid == digests[i])
			return OBJ_nid2sn(nid);
	return NULL;
}

static void note(Capabilities *capabilities, const X509_ALGOR *algorithm)
{
	int nid = nid_of(algorithm);

	capabilities->reads_gcm |= nid == NID_aes_256_gcm;
	if (nid == NID_rsaesOaep && !capabilities->oaep_digest)
		capabilities->oaep_digest = digest_of_oaep(algorithm);
}

/* RFC 4262: the extension has the same form as the attribute. */
static GBytes *told_by(X509 *x509)
{
	int at = X509_get_ext_by_NID(x509, NID_SMIMECapabilities, -1);
	const ASN1_OCTET_STRING *value =
		at < 0 ? NULL : X509_EXTENSION_get_data(X509_get_ext(x509, at));

	return value ? g_bytes_new(ASN1_STRING_get0_data(value), (gsize)ASN1_STRING_length(value))
	             : NULL;
}

Capabilities capabilities_read(GBytes *der, X509 *x509)
{
	Capabilities capabilities = { 0 };
	g_autoptr(GBytes) told = der ? g_bytes_ref(der) : told_by(x509);
	gsize len = 0;
	const unsigned char *at = told ? g_bytes_get_data(told, &len) : NULL;
	g_autoptr(AlgorithmStack) algorithms = at ? d2i_X509_ALGORS(NULL, &at, (long)len) : NULL;

	for (int i = 0; i < sk_X509_ALGOR_num(algorithms); i++)
		note(&capabilities, sk_X509_ALGOR_value(algorithms, i));
	ERR_clear_error();
	return capabilities;
}

/* ---- what we read ---- */

static X509_ALGOR *algorithm_new(int nid, int type, void *value)
{
	X509_ALGOR *algorithm = X509_ALGOR_new();

	X509_ALGOR_set0(algorithm, OBJ_nid2obj(nid), type, value);
	return algorithm;
}

static ASN1_STRING *packed(void *value, const ASN1_ITEM *item)
{
	return ASN1_item_pack(value, item, NULL);
}

static X509_ALGOR *sha256(void) { return algorithm_new(NID_sha256, V_ASN1_NULL, NULL); }

static X509_ALGOR *oaep(void)
{
	g_autoptr(RSA_OAEP_PARAMS) params = RSA_OAEP_PARAMS_new();

	params->hashFunc = sha256();
	X509_ALGOR *digest = sha256();
	params->maskGenFunc = algorithm_new(NID_mgf1, V_ASN1_SEQUENCE,
	                                    packed(digest, ASN1_ITEM_rptr(X509_ALGOR)));
	X509_ALGOR_free(digest);
	return algorithm_new(NID_rsaesOaep, V_ASN1_SEQUENCE,
	                     packed(params, ASN1_ITEM_rptr(RSA_OAEP_PARAMS)));
}

static X509_ALGOR *agreement(int scheme)
{
	X509_ALGOR *wrap = algorithm_new(NID_id_aes256_wrap, V_ASN1_UNDEF, NULL);
	X509_ALGOR *algorithm = algorithm_new(scheme, V_ASN1_SEQUENCE,
	                                      packed(wrap, ASN1_ITEM_rptr(X509_ALGOR)));

	X509_ALGOR_free(wrap);
	return algorithm;
}

static void add_ways_to_the_key(AlgorithmStack *algorithms, X509 *x509)
{
	const EVP_PKEY *key = X509_get0_pubkey(x509);

	if (key && EVP_PKEY_is_a(key, "RSA"))
		sk_X509_ALGOR_push(algorithms, oaep());
	if (key && EVP_PKEY_is_a(key, "EC")) {
		sk_X509_ALGOR_push(algorithms, agreement(NID_dhSinglePass_stdDH_sha256kdf_scheme));
		sk_X509_ALGOR_push(algorithms, agreement(NID_dhSinglePass_stdDH_sha384kdf_scheme));
	}
}

/* The strongest first: RFC 8551 2.5.2. */
AlgorithmStack *capabilities_own(X509 *x509)
{
	static const int ciphers[] = { NID_aes_256_gcm, NID_aes_128_gcm, NID_aes_256_cbc,
		                       NID_aes_192_cbc, NID_aes_128_cbc };
	AlgorithmStack *algorithms = sk_X509_ALGOR_new_null();

	for (size_t i = 0; i < G_N_ELEMENTS(ciphers); i++)
		sk_X509_ALGOR_push(algorithms, algorithm_new(ciphers[i], V_ASN1_UNDEF, NULL));
	if (x509)
		add_ways_to_the_key(algorithms, x509);
	return algorithms;
}

GBytes *smime_capabilities(const Certificate *own)
{
	g_autoptr(X509) x509 = x509_of(own->der);
	g_autoptr(AlgorithmStack) algorithms = capabilities_own(x509);
	unsigned char *der = NULL;
	int len = i2d_X509_ALGORS(algorithms, &der);
	GBytes *bytes = g_bytes_new(der, (gsize)MAX(len, 0));

	OPENSSL_free(der);
	return bytes;
}
