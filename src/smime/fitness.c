#include "smime/fitness.h"

#include <openssl/err.h>

#include "base/error.h"
#include "base/i18n.h"
#include "smime/chain.h"

enum { WEAKEST_BITS = 112 };     /* of security: RSA of 2048 bits */

/* ---- the certificate ---- */

static char *day_of(int64_t ms)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(ms / 1000);

	return time ? g_date_time_format(time, "%Y-%m-%d") : g_strdup("?");
}

static bool check_use(const Fitness *f, GError **err)
{
	if (f->certificate->uses & f->use)
		return true;
	return fail(err, ERR_CONFIG,
	            f->use == USE_SIGN
	                    ? _("the certificate of %s is not for signing mail: choose another one")
	                    : _("the certificate of %s is not for encrypting mail: ask them for "
	                        "one that is"),
	            f->whose);
}

static bool check_time(const Fitness *f, GError **err)
{
	bool is_early = f->now_ms < f->certificate->from_ms;
	g_autofree char *day = day_of(is_early ? f->certificate->from_ms : f->certificate->to_ms);

	if (!is_early && f->now_ms <= f->certificate->to_ms)
		return true;
	return fail(err, ERR_CONFIG,
	            is_early ? _("the certificate of %s is not valid before %s")
	                     : _("the certificate of %s expired on %s: a new one is needed"),
	            f->whose, day);
}

static bool check_key(const Fitness *f, GError **err)
{
	EVP_PKEY *key = f->x509 ? X509_get0_pubkey(f->x509) : NULL;

	ERR_clear_error();
	if (!key)
		return fail(err, ERR_UNSUPPORTED,
		            _("the certificate of %s has a key that is not known here"), f->whose);
	return EVP_PKEY_get_security_bits(key) >= WEAKEST_BITS ||
	       fail(err, ERR_CONFIG,
	            _("the certificate of %s has a key that is too short today (%s): a new one is "
	              "needed"),
	            f->whose, f->certificate->key);
}

static bool check_chain(const Fitness *f, GError **err)
{
	CertificateStanding standing;

	if (!f->trust)
		return true;
	chain_standing(f->trust, f->x509, f->now_ms, &standing);
	if (standing.revocation == REVOCATION_REVOKED)
		return fail(err, ERR_CONFIG,
		            _("the certificate of %s was revoked: ask them for a new one"),
		            f->whose);
	if (standing.chain == CHAIN_REFUSED)
		return fail(err, ERR_CONFIG,
		            _("you said that the certificate of %s, or who issued it, is not to be "
		              "trusted"),
		            f->whose);
	if (standing.chain == CHAIN_BROKEN)
		return fail(err, ERR_CONFIG,
		            _("the certificate of %s is not what its issuer made, or was issued by "
		              "one who may not"),
		            f->whose);
	return !standing.weak ||
	       fail(err, ERR_CONFIG, _("the certificate of %s rests on what is too weak today"),
	            f->whose);
}

bool fitness_check(const Fitness *fitness, GError **err)
{
	return check_use(fitness, err) && check_time(fitness, err) && check_key(fitness, err) &&
	       check_chain(fitness, err);
}

/* ---- algorithms ---- */

/* An RSA-PSS key may allow a single one (RFC 4055). */
const EVP_MD *fitness_digest(const EVP_PKEY *key)
{
	enum { MANDATORY = 2, BITS_OF_SHA256 = 128, BITS_OF_SHA384 = 192 };
	int nid = NID_undef, bits = EVP_PKEY_get_security_bits(key);

	if (EVP_PKEY_get_default_digest_nid((EVP_PKEY *)key, &nid) == MANDATORY &&
	    EVP_get_digestbynid(nid))
		return EVP_get_digestbynid(nid);
	if (bits <= BITS_OF_SHA256)
		return EVP_sha256();
	return bits <= BITS_OF_SHA384 ? EVP_sha384() : EVP_sha512();
}

static bool refused(const char *algorithm, GError **err)
{
	ERR_clear_error();
	return fail(err, ERR_UNSUPPORTED,
	            _("the configuration of OpenSSL on this machine does not allow %s"), algorithm);
}

bool fitness_digest_is_there(const EVP_MD *digest, GError **err)
{
	EVP_MD *found = EVP_MD_fetch(NULL, EVP_MD_get0_name(digest), NULL);

	EVP_MD_free(found);
	return found || refused(EVP_MD_get0_name(digest), err);
}

bool fitness_cipher_is_there(const EVP_CIPHER *cipher, GError **err)
{
	EVP_CIPHER *found = EVP_CIPHER_fetch(NULL, EVP_CIPHER_get0_name(cipher), NULL);

	EVP_CIPHER_free(found);
	return found || refused(EVP_CIPHER_get0_name(cipher), err);
}
