#include "smime/rounds.h"

#include <glib.h>
#include <openssl/err.h>
#include <openssl/x509.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(PBE2PARAM, PBE2PARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PBEPARAM, PBEPARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PBKDF2PARAM, PBKDF2PARAM_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SCRYPT_PARAMS, SCRYPT_PARAMS_free)

static bool take(Rounds *rounds, int64_t count)
{
	rounds->left = count < 0 || count > rounds->left ? -1 : rounds->left - count;
	return rounds->left >= 0;
}

static int64_t number(const ASN1_INTEGER *integer)
{
	int64_t value;

	return ASN1_INTEGER_get_int64(&value, integer) ? value : -1;
}

bool rounds_take_count(Rounds *rounds, const ASN1_INTEGER *count)
{
	return take(rounds, count ? number(count) : 1);
}

static void *unpack(const X509_ALGOR *algorithm, const ASN1_ITEM *item)
{
	void *params = algorithm->parameter ? ASN1_TYPE_unpack_sequence(item, algorithm->parameter)
	                                    : NULL;

	ERR_clear_error();
	return params;
}

static int nid_of(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *id = NULL;

	X509_ALGOR_get0(&id, NULL, NULL, algorithm);
	return OBJ_obj2nid(id);
}

/* Each of its steps mixes 128 bytes twice; OpenSSL bounds the memory, and so what this multiplies.
 */
static bool take_scrypt(Rounds *rounds, const X509_ALGOR *kdf)
{
	enum { FACTOR_MAX = 1 << 20 };
	g_autoptr(SCRYPT_PARAMS) params = unpack(kdf, ASN1_ITEM_rptr(SCRYPT_PARAMS));
	int64_t n = params ? number(params->costParameter) : 0;
	int64_t r = params ? number(params->blockSize) : 0;
	int64_t p = params ? number(params->parallelizationParameter) : 0;

	if (MAX(MAX(n, r), p) > FACTOR_MAX || MIN(MIN(n, r), p) < 0)
		return take(rounds, -1);
	return take(rounds, n * r * p);
}

/* Where the parameters are none, OpenSSL refuses the whole. */
bool rounds_take(Rounds *rounds, const X509_ALGOR *algorithm)
{
	if (nid_of(algorithm) != NID_pbes2) {
		g_autoptr(PBEPARAM) old = unpack(algorithm, ASN1_ITEM_rptr(PBEPARAM));
		return rounds_take_count(rounds, old ? old->iter : NULL);
	}
	g_autoptr(PBE2PARAM) params = unpack(algorithm, ASN1_ITEM_rptr(PBE2PARAM));
	if (params && nid_of(params->keyfunc) == NID_id_scrypt)
		return take_scrypt(rounds, params->keyfunc);
	g_autoptr(PBKDF2PARAM) kdf = params ? unpack(params->keyfunc, ASN1_ITEM_rptr(PBKDF2PARAM))
	                                    : NULL;
	return rounds_take_count(rounds, kdf ? kdf->iter : NULL);
}
