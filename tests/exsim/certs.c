#include "exsim/certs.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/error.h"

enum { DAY_S = 24 * 60 * 60 };

static bool add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;

	X509V3_set_ctx(&context, issuer, cert, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	bool ok = extension && X509_add_ext(cert, extension, -1);
	X509_EXTENSION_free(extension);
	return ok;
}

static void set_name(X509 *cert, const char *common_name)
{
	X509_NAME *name = X509_get_subject_name(cert);

	X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, (const unsigned char *)"Exchange simulator", -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0);
}

static X509 *begin_cert(const char *common_name, EVP_PKEY *key)
{
	X509 *cert = X509_new();

	X509_set_version(cert, 2);
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(cert), (uint64_t)g_random_int() << 16 | 1);
	X509_gmtime_adj(X509_getm_notBefore(cert), -DAY_S);
	X509_gmtime_adj(X509_getm_notAfter(cert), 10L * DAY_S);
	set_name(cert, common_name);
	X509_set_pubkey(cert, key);
	return cert;
}

static X509 *make_ca(EVP_PKEY *key)
{
	X509 *ca = begin_cert("Exchange simulator CA", key);

	X509_set_issuer_name(ca, X509_get_subject_name(ca));
	if (add_extension(ca, ca, NID_basic_constraints, "critical,CA:TRUE") &&
	    add_extension(ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign") &&
	    add_extension(ca, ca, NID_subject_key_identifier, "hash") && X509_sign(ca, key, EVP_sha256()))
		return ca;
	X509_free(ca);
	return NULL;
}

static X509 *make_server(EVP_PKEY *key, X509 *ca, EVP_PKEY *ca_key)
{
	X509 *cert = begin_cert("localhost", key);

	X509_set_issuer_name(cert, X509_get_subject_name(ca));
	if (add_extension(cert, ca, NID_basic_constraints, "critical,CA:FALSE") &&
	    add_extension(cert, ca, NID_key_usage, "critical,digitalSignature") &&
	    add_extension(cert, ca, NID_ext_key_usage, "serverAuth") &&
	    add_extension(cert, ca, NID_authority_key_identifier, "keyid") &&
	    add_extension(cert, ca, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1") && X509_sign(cert, ca_key, EVP_sha256()))
		return cert;
	X509_free(cert);
	return NULL;
}

static char *take_pem(BIO *bio)
{
	char *data;
	long  len = BIO_get_mem_data(bio, &data);
	char *pem = g_strndup(data, (gsize)len);

	BIO_free(bio);
	return pem;
}

static char *cert_pem(X509 *cert)
{
	BIO *bio = BIO_new(BIO_s_mem());
	PEM_write_bio_X509(bio, cert);
	return take_pem(bio);
}

static char *key_pem(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL);
	return take_pem(bio);
}

bool certs_make(Certs *ret_certs, GError **err)
{
	EVP_PKEY *ca_key = EVP_EC_gen("P-256"), *key = EVP_EC_gen("P-256");
	X509 *ca = ca_key ? make_ca(ca_key) : NULL;
	X509 *cert = ca && key ? make_server(key, ca, ca_key) : NULL;

	if (cert)
		*ret_certs = (Certs){ .ca_pem = cert_pem(ca), .server_pem = cert_pem(cert), .server_key_pem = key_pem(key) };
	else
		fail(err, ERR_TLS, "cannot make a certificate: %s", ERR_reason_error_string(ERR_peek_last_error()));
	bool ok = cert != NULL;
	X509_free(cert);
	X509_free(ca);
	EVP_PKEY_free(key);
	EVP_PKEY_free(ca_key);
	return ok;
}

void certs_clear(Certs *certs)
{
	g_clear_pointer(&certs->ca_pem, g_free);
	g_clear_pointer(&certs->server_pem, g_free);
	g_clear_pointer(&certs->server_key_pem, g_free);
}
