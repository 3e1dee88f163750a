#include "smime/signers.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "smime/chain.h"
#include "smime/preference.h"
#include "smime/x509.h"

enum { CHUNK = 64 * 1024 };

void signed_data_clear(SignedData *data)
{
	g_clear_pointer(&data->signers, g_ptr_array_unref);
	g_clear_pointer(&data->content, g_bytes_unref);
}

/* ---- one signer ---- */

static guint digest_weakness(int nid)
{
	switch (nid) {
	case NID_md2:
	case NID_md4:
	case NID_md5:
		return WEAK_MD5;
	case NID_sha1:
		return WEAK_SHA1;
	default:
		return WEAK_NOTHING;
	}
}

/* RFC 5652 11.3: it comes once, and has one value. */
static int64_t signing_time_ms(CMS_SignerInfo *info)
{
	static const int types[] = { V_ASN1_UTCTIME, V_ASN1_GENERALIZEDTIME };
	const ASN1_OBJECT *id = OBJ_nid2obj(NID_pkcs9_signingTime);

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		const ASN1_TIME *time = CMS_signed_get0_data_by_OBJ(info, id, -3, types[i]);
		if (time)
			return x509_time_ms(time);
	}
	return 0;
}

/* RFC 5652 11.1: the type that is signed is the type that is there. OpenSSL does not ask. */
static bool type_fits(CMS_SignerInfo *info, const CMS_ContentInfo *cms)
{
	const ASN1_OBJECT *type = CMS_signed_get0_data_by_OBJ(
		info, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT);

	return type && OBJ_cmp(type, CMS_get0_eContentType((CMS_ContentInfo *)cms)) == 0;
}

/* Attributes are signed in place of the text, and hold its digest. @text has gone through the
 * digests. */
static SignatureState signature_state(CMS_SignerInfo *info, const CMS_ContentInfo *cms, BIO *text)
{
	bool has_attributes = CMS_signed_get_attr_count(info) >= 0;

	if (!text)
		return SIGNATURE_UNKNOWN;
	if (has_attributes && (!type_fits(info, cms) || CMS_SignerInfo_verify(info) <= 0))
		return SIGNATURE_BROKEN;
	return CMS_SignerInfo_verify_content(info, text) > 0 ? SIGNATURE_FITS : SIGNATURE_BROKEN;
}

static SmimeSigner *read_signer(CMS_SignerInfo *info, const CMS_ContentInfo *cms, BIO *text)
{
	SmimeSigner *signer = g_new0(SmimeSigner, 1);
	X509 *x509 = NULL;
	X509_ALGOR *digest = NULL;
	const ASN1_OBJECT *id = NULL;

	CMS_SignerInfo_get0_algs(info, NULL, &x509, &digest, NULL);
	X509_ALGOR_get0(&id, NULL, NULL, digest);
	int nid = OBJ_obj2nid(id);
	signer->digest = g_strdup(nid == NID_undef ? "?" : OBJ_nid2sn(nid));
	signer->facts.weak = digest_weakness(nid);
	signer->facts.signed_ms = signing_time_ms(info);
	signer->capabilities = preference_capabilities(info);
	signer->issuers = g_ptr_array_new_with_free_func((GDestroyNotify)certificate_free);
	signer->questions = g_ptr_array_new_with_free_func(g_free);
	if (!x509) {
		signer->facts.state = SIGNATURE_NO_CERTIFICATE;
		return signer;
	}
	signer->certificate = x509_read(x509);
	signer->facts.addresses = (const char *const *)signer->certificate->addresses;
	signer->facts.state = signature_state(info, cms, text);
	return signer;
}

/* ---- all of them ---- */

static bool is_within_limits(CMS_ContentInfo *cms, CertificateStack *certificates, GError **err)
{
	int signers = sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms));

	if (signers > LIMIT_CMS_SIGNERS || sk_X509_num(certificates) > LIMIT_CMS_CERTIFICATES)
		return fail(err, ERR_LIMIT,
		            _("it has more signers or certificates than a mail has"));
	return true;
}

static GBytes *content_of(CMS_ContentInfo *cms)
{
	ASN1_OCTET_STRING **place = CMS_get0_content(cms);

	if (!place || !*place)
		return NULL;
	return g_bytes_new(ASN1_STRING_get0_data(*place), (gsize)ASN1_STRING_length(*place));
}

/* Puts the text through the digests of all signers; NULL if one of them is not known. */
static BIO *digest_text(CMS_ContentInfo *cms, GBytes *text)
{
	g_autoptr(BIO) source = bio_over(text);
	BIO *digests = CMS_dataInit(cms, source);

	if (!digests)
		return NULL;
	g_steal_pointer(&source);      /* it ends with @digests now */
	g_autofree char *chunk = g_malloc(CHUNK);
	while (BIO_read(digests, chunk, CHUNK) > 0)
		;
	return digests;
}

static void read_signers(CMS_ContentInfo *cms, GBytes *text, GPtrArray *signers)
{
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
	g_autoptr(BIO) digests = digest_text(cms, text);

	CMS_set1_signers_certs(cms, NULL, 0);
	for (int i = 0; i < sk_CMS_SignerInfo_num(infos); i++)
		g_ptr_array_add(signers,
		                read_signer(sk_CMS_SignerInfo_value(infos, i), cms, digests));
	ERR_clear_error();
}

static void judge_signer(SmimeSigner *signer, CMS_SignerInfo *info, CertificateStack *extra,
                         const SmimeTrust *trust, int64_t now_ms)
{
	X509 *x509 = NULL;

	CMS_SignerInfo_get0_algs(info, NULL, &x509, NULL, NULL);
	if (!x509)
		return;
	chain_judge(trust, x509, extra, now_ms, signer);
	X509 *encryption = preference_certificate(info, x509, extra);
	if (encryption && chain_may_receive(trust, encryption, extra, now_ms))
		signer->encryption = x509_read(encryption);
}

static void judge_chains(CMS_ContentInfo *cms, CertificateStack *extra, const SmimeTrust *trust,
                         int64_t now_ms, const GPtrArray *signers)
{
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);

	for (guint i = 0; i < signers->len; i++)
		judge_signer(g_ptr_array_index(signers, i), sk_CMS_SignerInfo_value(infos, (int)i),
		             extra, trust, now_ms);
}

bool signed_data_read(CMS_ContentInfo *cms, GBytes *apart, const SmimeTrust *trust, int64_t now_ms,
                      SignedData *ret_data, GError **err)
{
	g_autoptr(CertificateStack) extra = CMS_get1_certs(cms);
	g_autoptr(GBytes) content = content_of(cms);
	GBytes *text = apart ? apart : content;

	if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data)
		return fail(err, ERR_PROTOCOL, _("what is signed is no mail"));
	if (!is_within_limits(cms, extra, err))
		return false;
	ret_data->signers = g_ptr_array_new_with_free_func((GDestroyNotify)smime_signer_free);
	if (text) {
		read_signers(cms, text, ret_data->signers);
		judge_chains(cms, extra, trust, now_ms, ret_data->signers);
	}
	ret_data->content = g_steal_pointer(&content);
	return true;
}
