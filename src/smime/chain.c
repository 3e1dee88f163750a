#include "smime/chain.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "smime/revoked.h"
#include "smime/x509.h"

enum { LEVEL_112_BITS = 2 };     /* OpenSSL's: RSA of 2048 bits, no SHA-1 */

/* What an error of OpenSSL's means to us. TIME is judged by the window that the chain is valid in,
 * USAGE of the signer by our own rule. */
typedef enum {
	MEANS_BROKEN,
	MEANS_UNKNOWN,
	MEANS_REVOKED,
	MEANS_NO_LIST,
	MEANS_WEAK_KEY,
	MEANS_WEAK_DIGEST,
	MEANS_TIME,
	MEANS_USAGE
} Meaning;

static Meaning meaning_of(int error)
{
	static const struct { int error; Meaning meaning; } rows[] = {
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, MEANS_UNKNOWN },
		{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, MEANS_UNKNOWN },
		{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, MEANS_UNKNOWN },
		{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, MEANS_UNKNOWN },
		{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, MEANS_UNKNOWN },
		{ X509_V_ERR_CERT_UNTRUSTED, MEANS_UNKNOWN },
		{ X509_V_ERR_CERT_REVOKED, MEANS_REVOKED },
		{ X509_V_ERR_UNABLE_TO_GET_CRL, MEANS_NO_LIST },
		{ X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, MEANS_NO_LIST },
		{ X509_V_ERR_CRL_HAS_EXPIRED, MEANS_NO_LIST },
		{ X509_V_ERR_CRL_NOT_YET_VALID, MEANS_NO_LIST },
		{ X509_V_ERR_CRL_SIGNATURE_FAILURE, MEANS_NO_LIST },
		{ X509_V_ERR_CRL_PATH_VALIDATION_ERROR, MEANS_NO_LIST },
		{ X509_V_ERR_DIFFERENT_CRL_SCOPE, MEANS_NO_LIST },
		{ X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, MEANS_NO_LIST },
		{ X509_V_ERR_EE_KEY_TOO_SMALL, MEANS_WEAK_KEY },
		{ X509_V_ERR_CA_KEY_TOO_SMALL, MEANS_WEAK_KEY },
		{ X509_V_ERR_CA_MD_TOO_WEAK, MEANS_WEAK_DIGEST },
		{ X509_V_ERR_CERT_HAS_EXPIRED, MEANS_TIME },
		{ X509_V_ERR_CERT_NOT_YET_VALID, MEANS_TIME },
		{ X509_V_ERR_INVALID_PURPOSE, MEANS_USAGE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].error == error)
			return rows[i].meaning;
	return MEANS_BROKEN;
}

static guint weakness_of(const X509 *x509)
{
	int digest = NID_undef;

	X509_get_signature_info((X509 *)x509, &digest, NULL, NULL, NULL);
	return digest == NID_md5 || digest == NID_md4 || digest == NID_md2 ? WEAK_MD5 : WEAK_SHA1;
}

/* @lacking: a bit for each certificate that no list is about, the signer's first. */
typedef struct { SignerFacts *facts; uint64_t lacking; } Notes;

enum { MOST_DEPTH = 63 };

static int on_step(int ok, X509_STORE_CTX *ctx)
{
	Notes *notes = X509_STORE_CTX_get_app_data(ctx);
	SignerFacts *facts = notes->facts;
	Meaning meaning = ok ? MEANS_TIME : meaning_of(X509_STORE_CTX_get_error(ctx));

	if (meaning == MEANS_UNKNOWN)
		facts->chain = MAX(facts->chain, CHAIN_UNKNOWN);
	else if (meaning == MEANS_REVOKED)
		facts->revocation = REVOCATION_REVOKED;
	else if (meaning == MEANS_NO_LIST)
		notes->lacking |= UINT64_C(1)
		                  << MIN(X509_STORE_CTX_get_error_depth(ctx), MOST_DEPTH);
	else if (meaning == MEANS_WEAK_KEY)
		facts->weak |= WEAK_KEY;
	else if (meaning == MEANS_WEAK_DIGEST)
		facts->weak |= weakness_of(X509_STORE_CTX_get_current_cert(ctx));
	else if (meaning == MEANS_BROKEN ||
	         (meaning == MEANS_USAGE && X509_STORE_CTX_get_error_depth(ctx) > 0))
		facts->chain = CHAIN_BROKEN;
	return 1;
}

/* The time in which every certificate of the chain is valid. */
static void find_window(CertificateStack *chain, SignerFacts *facts)
{
	facts->from_ms = 0;
	facts->to_ms = INT64_MAX;
	for (int i = 0; i < sk_X509_num(chain); i++) {
		X509 *x509 = sk_X509_value(chain, i);
		facts->from_ms = MAX(facts->from_ms,
		                     x509_time_ms(X509_get0_notBefore(x509)));
		facts->to_ms = MIN(facts->to_ms, x509_time_ms(X509_get0_notAfter(x509)));
	}
}

typedef struct {
	const SmimeTrust *trust;
	CertificateStack *extra;
	int64_t now_ms;
	int purpose;
} Way;

static bool set_up(X509_STORE_CTX *ctx, const Way *way)
{
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);

	X509_VERIFY_PARAM_set_time(param, (time_t)(way->now_ms / 1000));
	X509_VERIFY_PARAM_set_auth_level(param, LEVEL_112_BITS);
	X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	if (trust_has_crls(way->trust))
		X509_VERIFY_PARAM_set_flags(param,
		                            X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
	X509_STORE_CTX_set_verify_cb(ctx, on_step);
	return X509_STORE_CTX_set_purpose(ctx, way->purpose);
}

static void find_refused(const SmimeTrust *trust, CertificateStack *chain, SignerFacts *facts)
{
	for (int i = 0; i < sk_X509_num(chain); i++)
		if (trust_is_refused(trust, sk_X509_value(chain, i)))
			facts->chain = MAX(facts->chain, CHAIN_REFUSED);
}

/* What the message brings along and what is known here; it owns none of them. */
static CertificateStack *helpers(const SmimeTrust *trust, const CertificateStack *extra)
{
	CertificateStack *all = extra ? sk_X509_dup(extra) : sk_X509_new_null();
	const CertificateStack *issuers = trust_issuers(trust);

	for (int i = 0; i < sk_X509_num(issuers); i++)
		sk_X509_push(all, sk_X509_value(issuers, i));
	return all;
}

static void add_issuers(CertificateStack *chain, GPtrArray *issuers)
{
	for (int i = 1; i < sk_X509_num(chain) - 1; i++)
		g_ptr_array_add(issuers, x509_read(sk_X509_value(chain, i)));
}

/* ---- revocation ---- */

static bool has_list(const SmimeTrust *trust, const Notes *notes, int depth)
{
	return trust_has_crls(trust) && depth <= MOST_DEPTH && !(notes->lacking >> depth & 1);
}

static Revocation look_at(const SmimeTrust *trust, CertificateStack *chain, int depth,
                          GPtrArray *questions)
{
	if (!trust_revocation(trust) || depth + 1 >= sk_X509_num(chain))
		return (Revocation){ REVOCATION_UNKNOWN, REVOCATION_NOT_ASKED };
	return revocation_look(trust_revocation(trust), sk_X509_value(chain, depth),
	                       sk_X509_value(chain, depth + 1), questions);
}

static void note_revocation(SignerFacts *facts, Revocation told)
{
	if (told.state == REVOCATION_REVOKED || facts->revocation == REVOCATION_REVOKED)
		facts->revocation = REVOCATION_REVOKED;
	else if (told.state == REVOCATION_UNKNOWN)
		facts->revocation = REVOCATION_UNKNOWN;
	if (told.state == REVOCATION_UNKNOWN)
		facts->doubt = MAX(facts->doubt, told.doubt);
}

/* An anchor is trusted by itself; only lists that somebody gave by hand may be asked of it, too. */
static void judge_revocation(const SmimeTrust *trust, CertificateStack *chain, const Notes *notes,
                             GPtrArray *questions)
{
	int count = sk_X509_num(chain) - (trust_revocation(trust) && sk_X509_num(chain) > 1);

	if (notes->facts->revocation == REVOCATION_REVOKED)
		return;
	notes->facts->revocation = REVOCATION_GOOD;
	for (int i = 0; i < count; i++)
		if (!has_list(trust, notes, i))
			note_revocation(notes->facts, look_at(trust, chain, i, questions));
}

/* @questions may be NULL: nobody will ask. */
static void judge(X509_STORE_CTX *ctx, const SmimeTrust *trust, SignerFacts *facts,
                  GPtrArray *questions)
{
	Notes notes = { .facts = facts };

	X509_STORE_CTX_set_app_data(ctx, &notes);
	if (X509_verify_cert(ctx) <= 0)
		facts->chain = CHAIN_BROKEN;
	find_window(X509_STORE_CTX_get0_chain(ctx), facts);
	find_refused(trust, X509_STORE_CTX_get0_chain(ctx), facts);
	if (facts->chain == CHAIN_TRUSTED)
		judge_revocation(trust, X509_STORE_CTX_get0_chain(ctx), &notes, questions);
	ERR_clear_error();
}

/* @signer, whose facts are @facts, may be NULL: it is somebody else's certificate. */
static void find_way(const Way *way, X509 *x509, SignerFacts *facts, SmimeSigner *signer)
{
	g_autoptr(X509_STORE_CTX) ctx = X509_STORE_CTX_new();
	CertificateStack *all = helpers(way->trust, way->extra);

	facts->chain = CHAIN_TRUSTED;
	if (X509_STORE_CTX_init(ctx, trust_anchors(way->trust), x509, all) && set_up(ctx, way))
		judge(ctx, way->trust, facts, signer ? signer->questions : NULL);
	else
		facts->chain = CHAIN_BROKEN;
	if (signer && facts->chain == CHAIN_TRUSTED)
		add_issuers(X509_STORE_CTX_get0_chain(ctx), signer->issuers);
	sk_X509_free(all);
}

void chain_judge(const SmimeTrust *trust, X509 *x509, CertificateStack *extra, int64_t now_ms,
                 SmimeSigner *signer)
{
	find_way(&(Way){ trust, extra, now_ms, X509_PURPOSE_SMIME_SIGN }, x509, &signer->facts,
	         signer);
	signer->facts.is_for_mail = (x509_uses(x509) & USE_SIGN) != 0;
}

bool chain_may_receive(const SmimeTrust *trust, X509 *x509, CertificateStack *extra, int64_t now_ms)
{
	SignerFacts facts = { 0 };

	find_way(&(Way){ trust, extra, now_ms, X509_PURPOSE_SMIME_ENCRYPT }, x509, &facts, NULL);
	return facts.chain == CHAIN_TRUSTED && facts.revocation != REVOCATION_REVOKED &&
	       !facts.weak && facts.from_ms <= now_ms && now_ms <= facts.to_ms;
}

/* An authority vouches for others and is for no mail itself. */
static int purpose_of(X509 *x509)
{
	guint uses = x509_uses(x509);

	return X509_check_ca(x509) == 1 ? X509_PURPOSE_ANY
	       : uses & USE_ENCRYPT     ? X509_PURPOSE_SMIME_ENCRYPT
	                                : X509_PURPOSE_SMIME_SIGN;
}

void chain_standing(const SmimeTrust *trust, X509 *x509, int64_t now_ms,
                    CertificateStanding *ret_standing)
{
	SignerFacts facts = { 0 };

	find_way(&(Way){ trust, NULL, now_ms, purpose_of(x509) }, x509, &facts, NULL);
	*ret_standing = (CertificateStanding){ facts.chain, facts.revocation, facts.weak,
		                               facts.from_ms, facts.to_ms };
}

void smime_trust_judge(const SmimeTrust *trust, GBytes *der, int64_t now_ms,
                       CertificateStanding *ret_standing)
{
	g_autoptr(X509) x509 = x509_of(der);

	*ret_standing = (CertificateStanding){ .chain = CHAIN_BROKEN };
	if (x509)
		chain_standing(trust, x509, now_ms, ret_standing);
}

/* ---- for others ---- */

static CertificateStack *issuers_of(CertificateStack *chain)
{
	CertificateStack *issuers = sk_X509_new_null();

	for (int i = 1; i < sk_X509_num(chain); i++) {
		X509 *x509 = sk_X509_value(chain, i);
		if (!(X509_get_extension_flags(x509) & EXFLAG_SI))
			X509_add_cert(issuers, x509, X509_ADD_FLAG_UP_REF);
	}
	return issuers;
}

CertificateStack *chain_issuers(const SmimeTrust *trust, X509 *x509, int64_t now_ms)
{
	g_autoptr(X509_STORE_CTX) ctx = X509_STORE_CTX_new();
	CertificateStack *all = helpers(trust, NULL);
	Way way = { trust, NULL, now_ms, X509_PURPOSE_ANY };
	SignerFacts facts = { .chain = CHAIN_TRUSTED };

	if (X509_STORE_CTX_init(ctx, trust_anchors(trust), x509, all) && set_up(ctx, &way))
		judge(ctx, trust, &facts, NULL);
	CertificateStack *issuers = issuers_of(X509_STORE_CTX_get0_chain(ctx));
	sk_X509_free(all);
	return issuers;
}
