#include "support/lab.h"

#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <string.h>

/* ---- certificates ---- */

static void set_time(ASN1_TIME *time, int days)
{
	g_assert_nonnull(ASN1_TIME_set(time, (time_t)((LAB_NOW_MS + days * LAB_DAY_MS) / 1000)));
}

static void extend(X509 *x509, const X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;

	if (!value)
		return;
	X509V3_set_ctx(&ctx, (X509 *)issuer, x509, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	g_assert_nonnull(extension);
	X509_add_ext(x509, extension, -1);
	X509_EXTENSION_free(extension);
}

static void add_name(X509 *x509, const char *field, const char *value)
{
	if (value)
		X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), field, MBSTRING_UTF8,
		                           (const unsigned char *)value, -1, -1, 0);
}

/* An attacker's: the name that was checked ends at the NUL, the one that was bought goes on behind it. */
static void add_raw_mail(X509 *x509, const char *address)
{
	g_autofree char *raw = g_strdup_printf("%s_.example.net", address);
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_IA5STRING *text = ASN1_IA5STRING_new();

	raw[strlen(address)] = '\0';
	ASN1_STRING_set(text, raw, (int)(strlen(address) + strlen("_.example.net")));
	GENERAL_NAME_set0_value(name, GEN_EMAIL, text);
	sk_GENERAL_NAME_push(names, name);
	g_assert_true(X509_add1_ext_i2d(x509, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT));
	GENERAL_NAMES_free(names);
}

static void fill(LabPerson *person, const LabWish *wish, const LabPerson *issuer)
{
	bool is_usual = !wish->from_days && !wish->to_days;
	X509 *x509 = person->x509;
	static long serial;

	X509_set_version(x509, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), ++serial);
	set_time(X509_getm_notBefore(x509), is_usual ? -10 : wish->from_days);
	set_time(X509_getm_notAfter(x509), is_usual ? 100 : wish->to_days);
	X509_set_pubkey(x509, person->key);
	add_name(x509, "CN", wish->name);
	add_name(x509, "emailAddress", wish->subject_mail);
	X509_set_issuer_name(x509, X509_get_subject_name(issuer->x509));
	extend(x509, issuer->x509, NID_basic_constraints, wish->is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
	extend(x509, issuer->x509, NID_key_usage, wish->usage);
	extend(x509, issuer->x509, NID_ext_key_usage, wish->extended);
	extend(x509, issuer->x509, NID_name_constraints, wish->constraints);
	extend(x509, issuer->x509, NID_subject_alt_name, wish->alternative);
	extend(x509, issuer->x509, NID_subject_key_identifier, "hash");
	extend(x509, issuer->x509, NID_crl_distribution_points, wish->lists);
	extend(x509, issuer->x509, NID_info_access, wish->responders);
	extend(x509, issuer->x509, NID_id_pkix_OCSP_noCheck, wish->is_left_alone ? "ignored" : NULL);
	if (wish->raw_mail)
		add_raw_mail(x509, wish->raw_mail);
}

LabPerson *lab_person_new(LabWish wish)
{
	LabPerson *person = g_new0(LabPerson, 1);
	const LabPerson *issuer = wish.issuer ? wish.issuer : person;

	person->key = wish.key ? wish.key : EVP_EC_gen("P-256");
	person->x509 = X509_new();
	fill(person, &wish, issuer);
	g_assert_cmpint(X509_sign(person->x509, issuer->key, wish.digest ? wish.digest : EVP_sha256()), >, 0);
	return person;
}

void lab_person_free(LabPerson *person)
{
	if (!person)
		return;
	EVP_PKEY_free(person->key);
	X509_free(person->x509);
	g_free(person);
}

/* ---- files ---- */

static GBytes *take_bio(BIO *bio)
{
	char *data;
	long len = BIO_get_mem_data(bio, &data);
	GBytes *bytes = g_bytes_new(data, (gsize)len);

	BIO_free(bio);
	return bytes;
}

GBytes *lab_pem(const LabPerson *person)
{
	BIO *bio = BIO_new(BIO_s_mem());

	g_assert_true(PEM_write_bio_X509(bio, person->x509));
	return take_bio(bio);
}

GBytes *lab_pem_identity(const LabPerson *person, const char *password)
{
	BIO *bio = BIO_new(BIO_s_mem());

	g_assert_true(PEM_write_bio_PrivateKey(bio, person->key, password ? EVP_aes_256_cbc() : NULL, NULL, 0, NULL,
	                                       (char *)password));
	g_assert_true(PEM_write_bio_X509(bio, person->x509));
	return take_bio(bio);
}

static void add_revoked(X509_CRL *crl, const LabPerson *person)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *time = ASN1_TIME_new();

	set_time(time, -1);
	X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(person->x509));
	X509_REVOKED_set_revocationDate(entry, time);
	X509_CRL_add0_revoked(crl, entry);
	ASN1_TIME_free(time);
}

static void scope_list(X509_CRL *crl, const char *scope)
{
	X509V3_CTX ctx;

	if (!scope)
		return;
	X509V3_set_ctx(&ctx, NULL, NULL, NULL, crl, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, NID_issuing_distribution_point, scope);
	g_assert_nonnull(extension);
	X509_CRL_add_ext(crl, extension, -1);
	X509_EXTENSION_free(extension);
}

static X509_CRL *list_new(const LabList *wish)
{
	const LabPerson *signer = wish->signer ? wish->signer : wish->issuer;
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *time = ASN1_TIME_new();

	X509_CRL_set_version(crl, 1);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(wish->issuer->x509));
	set_time(time, wish->from_days);
	X509_CRL_set1_lastUpdate(crl, time);
	set_time(time, wish->to_days);
	if (wish->to_days)
		X509_CRL_set1_nextUpdate(crl, time);
	if (wish->revoked)
		add_revoked(crl, wish->revoked);
	scope_list(crl, wish->scope);
	X509_CRL_sort(crl);
	g_assert_cmpint(X509_CRL_sign(crl, signer->key, wish->digest ? wish->digest : EVP_sha256()), >, 0);
	ASN1_TIME_free(time);
	return crl;
}

GBytes *lab_crl(const LabPerson *issuer, const LabPerson *revoked, int days)
{
	X509_CRL *crl = list_new(&(LabList){ issuer, NULL, revoked, -1, days - 1, NULL, NULL });
	BIO *bio = BIO_new(BIO_s_mem());

	g_assert_true(PEM_write_bio_X509_CRL(bio, crl));
	X509_CRL_free(crl);
	return take_bio(bio);
}

static GBytes *take_der(unsigned char *der, int len)
{
	g_assert_cmpint(len, >, 0);
	GBytes *bytes = g_bytes_new(der, (gsize)len);
	OPENSSL_free(der);
	return bytes;
}

GBytes *lab_list(LabList wish)
{
	X509_CRL *crl = list_new(&wish);
	unsigned char *der = NULL;
	int len = i2d_X509_CRL(crl, &der);

	X509_CRL_free(crl);
	return take_der(der, len);
}

static OCSP_BASICRESP *answer_new(const LabAnswer *wish)
{
	const LabPerson *signer = wish->responder ? wish->responder : wish->issuer;
	const EVP_MD *digest = wish->digest ? wish->digest : EVP_sha1();
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	OCSP_CERTID *id = OCSP_cert_to_id(digest, wish->about->x509, wish->issuer->x509);
	ASN1_TIME *from = ASN1_TIME_new(), *to = ASN1_TIME_new();

	set_time(from, wish->from_days);
	set_time(to, wish->to_days);
	ASN1_TIME_to_generalizedtime(from, &from);
	ASN1_TIME_to_generalizedtime(to, &to);
	g_assert_nonnull(OCSP_basic_add1_status(basic, id, wish->status, 0, from, from, wish->to_days ? to : NULL));
	g_assert_true(OCSP_basic_sign(basic, signer->x509, signer->key, EVP_sha256(), NULL, 0));
	OCSP_CERTID_free(id);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	return basic;
}

GBytes *lab_answer(LabAnswer wish)
{
	OCSP_BASICRESP *basic = wish.trouble ? NULL : answer_new(&wish);
	OCSP_RESPONSE *response = OCSP_response_create(wish.trouble, basic);
	unsigned char *der = NULL;
	int len = i2d_OCSP_RESPONSE(response, &der);

	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	return take_der(der, len);
}

/* ---- CMS ---- */

static GBytes *to_der(CMS_ContentInfo *cms)
{
	unsigned char *der = NULL;
	int len = i2d_CMS_ContentInfo(cms, &der);

	g_assert_cmpint(len, >, 0);
	GBytes *bytes = g_bytes_new(der, (gsize)len);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	return bytes;
}

static unsigned char *issuer_and_serial(const X509 *x509, int *ret_len)
{
	PKCS7_ISSUER_AND_SERIAL *pair = PKCS7_ISSUER_AND_SERIAL_new();
	unsigned char *der = NULL;

	X509_NAME_set(&pair->issuer, X509_get_issuer_name(x509));
	ASN1_INTEGER_free(pair->serial);
	pair->serial = ASN1_INTEGER_dup(X509_get0_serialNumber(x509));
	*ret_len = i2d_PKCS7_ISSUER_AND_SERIAL(pair, &der);
	PKCS7_ISSUER_AND_SERIAL_free(pair);
	return der;
}

/* RFC 8551 2.5.3: a CHOICE of three, each tagged in place of its own tag; Outlook's is the first, untagged. */
static GByteArray *preference_value(const LabSigning *signing)
{
	bool is_by_issuer = signing->preference == LAB_BY_ISSUER || signing->preference == LAB_AS_OUTLOOK;
	X509 *x509 = signing->preferred->x509;
	GByteArray *value = g_byte_array_new();
	unsigned char *der = NULL;
	int len;

	if (is_by_issuer)
		der = issuer_and_serial(x509, &len);
	else
		len = i2d_ASN1_OCTET_STRING((ASN1_OCTET_STRING *)X509_get0_subject_key_id(x509), &der);
	if (signing->preference == LAB_BY_RECIPIENT_KEY)
		g_byte_array_append(value, (const guint8[]){ 0xa1, (guint8)len }, 2);
	g_byte_array_append(value, der, (guint)len);
	if (signing->preference == LAB_BY_ISSUER || signing->preference == LAB_BY_KEY)
		value->data[0] = signing->preference == LAB_BY_ISSUER ? 0xa0 : 0x82;
	OPENSSL_free(der);
	g_assert_cmpuint(value->len, <, 100);
	return value;
}

/* OpenSSL makes no attribute whose value is tagged so: it reads one. */
static void add_preference(CMS_SignerInfo *info, const LabSigning *signing)
{
	static const guint8 usual[] = { 6, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 9, 16, 2, 11 },
	                    outlook[] = { 6, 9, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 16, 4 };
	bool is_outlook = signing->preference == LAB_AS_OUTLOOK;
	guint id_len = is_outlook ? sizeof outlook : sizeof usual;
	g_autoptr(GByteArray) value = preference_value(signing), der = g_byte_array_new();

	g_byte_array_append(der, (const guint8[]){ 0x30, (guint8)(id_len + 2 + value->len) }, 2);
	g_byte_array_append(der, is_outlook ? outlook : usual, id_len);
	g_byte_array_append(der, (const guint8[]){ 0x31, (guint8)value->len }, 2);
	g_byte_array_append(der, value->data, value->len);
	const unsigned char *at = der->data;
	X509_ATTRIBUTE *attribute = d2i_X509_ATTRIBUTE(NULL, &at, (long)der->len);
	g_assert_true(attribute && CMS_signed_add1_attr(info, attribute));
	X509_ATTRIBUTE_free(attribute);
}

static void add_signer(CMS_ContentInfo *cms, const LabPerson *person, const LabSigning *signing)
{
	CMS_SignerInfo *info = CMS_add1_signer(cms, person->x509, person->key,
	                                       signing->digest ? signing->digest : EVP_sha256(),
	                                       signing->flags | CMS_PARTIAL | CMS_BINARY);

	g_assert_nonnull(info);
	if (signing->flags & CMS_NOATTR)
		return;
	int64_t ms = signing->signed_ms ? signing->signed_ms : LAB_NOW_MS;
	ASN1_TIME *time = ASN1_TIME_set(NULL, (time_t)(ms / 1000));
	CMS_signed_add1_attr_by_NID(info, NID_pkcs9_signingTime, time->type, time, -1);
	ASN1_TIME_free(time);
	if (signing->preferred)
		add_preference(info, signing);
}

GBytes *lab_sign(LabSigning signing, const char *text)
{
	guint flags = signing.flags | CMS_PARTIAL | CMS_BINARY;
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	BIO *bio = BIO_new_mem_buf(text, (int)strlen(text));

	g_assert_nonnull(cms);
	if (signing.content_type)
		CMS_set1_eContentType(cms, OBJ_nid2obj(signing.content_type));
	if (signing.signer)
		add_signer(cms, signing.signer, &signing);
	if (signing.second)
		add_signer(cms, signing.second, &signing);
	if (signing.extra)
		CMS_add1_cert(cms, signing.extra->x509);
	if (signing.extra2)
		CMS_add1_cert(cms, signing.extra2->x509);
	if (signing.signer) {
		g_assert_true(CMS_final(cms, bio, NULL, signing.flags | CMS_BINARY));
	} else if (!(signing.flags & CMS_DETACHED)) {
		ASN1_OCTET_STRING **content = CMS_get0_content(cms);
		if (!*content)
			*content = ASN1_OCTET_STRING_new();
		ASN1_OCTET_STRING_set(*content, (const unsigned char *)text, (int)strlen(text));
	}
	BIO_free(bio);
	return to_der(cms);
}

static void use_oaep(CMS_RecipientInfo *info)
{
	EVP_PKEY_CTX *ctx = CMS_RecipientInfo_get0_pkey_ctx(info);

	g_assert_cmpint(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING), >, 0);
	g_assert_cmpint(EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()), >, 0);
}

GBytes *lab_encrypt(const LabPerson *to, const EVP_CIPHER *cipher, bool uses_oaep, const char *text)
{
	CMS_ContentInfo *cms = CMS_encrypt(NULL, NULL, cipher, CMS_PARTIAL | CMS_BINARY);
	BIO *bio = BIO_new_mem_buf(text, (int)strlen(text));
	CMS_RecipientInfo *info = CMS_add1_recipient_cert(cms, to->x509, CMS_KEY_PARAM);

	g_assert_nonnull(info);
	if (uses_oaep)
		use_oaep(info);
	g_assert_true(CMS_final(cms, bio, NULL, CMS_BINARY));
	BIO_free(bio);
	return to_der(cms);
}

/* ---- mails ---- */

char *lab_base64(GBytes *der)
{
	gsize len;
	const guchar *data = g_bytes_get_data(der, &len);
	g_autofree char *all = g_base64_encode(data, len);
	GString *lines = g_string_new(NULL);

	for (gsize at = 0, rest; (rest = strlen(all) - at) > 0; at += MIN(rest, 76))
		g_string_append_printf(lines, "%.*s\r\n", (int)MIN(rest, 76), all + at);
	return g_string_free(lines, FALSE);
}

char *lab_opaque(const char *kind, GBytes *der)
{
	g_autofree char *base64 = lab_base64(der);

	return g_strdup_printf("Content-Type: application/pkcs7-mime; smime-type=%s; name=\"smime.p7m\"\r\n"
	                       "Content-Transfer-Encoding: base64\r\n\r\n%s",
	                       kind, base64);
}

char *lab_clear(const char *part, GBytes *der)
{
	g_autofree char *base64 = lab_base64(der);

	return g_strdup_printf("Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256;\r\n"
	                       " boundary=\"sig\"\r\n\r\nThis is an S/MIME signed message.\r\n--sig\r\n%s\r\n--sig\r\n"
	                       "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n"
	                       "Content-Transfer-Encoding: base64\r\n\r\n%s\r\n--sig--\r\n",
	                       part, base64);
}

static SmimeTrust *trust_of(const LabPerson *ca, GBytes *crl)
{
	SmimeTrust *trust = smime_trust_new();
	GError *error = NULL;

	if (ca) {
		g_autoptr(GBytes) pem = lab_pem(ca);
		smime_trust_add_anchors(trust, pem, &error);
		g_assert_no_error(error);
	}
	if (crl) {
		smime_trust_add_crls(trust, crl, &error);
		g_assert_no_error(error);
	}
	return trust;
}

static GPtrArray *identities_of(const LabPerson *key)
{
	GError *error = NULL;

	if (!key)
		return g_ptr_array_new();
	g_autoptr(GBytes) pem = lab_pem_identity(key, NULL);
	GPtrArray *identities = smime_identities_read(pem, NULL, &error);
	g_assert_no_error(error);
	return identities;
}

SmimeMessage *lab_open(const char *mail, const LabPerson *ca, GBytes *crl, const LabPerson *key)
{
	g_autoptr(SmimeTrust) trust = trust_of(ca, crl);
	g_autoptr(GPtrArray) identities = identities_of(key);
	g_autoptr(GBytes) bytes = g_bytes_new(mail, strlen(mail));
	SmimeSetup setup = { .trust = trust, .identities = identities, .now_ms = LAB_NOW_MS };

	return smime_message_open(bytes, &setup);
}

char *lab_reasons(Verdict verdict)
{
	GString *words = g_string_new(NULL);

	for (int reason = 0; reason < REASON_COUNT; reason++) {
		g_autofree char *name = reason_name((Reason)reason);
		if (verdict_has(verdict, (Reason)reason))
			g_string_append_printf(words, "%s%s", words->len ? " " : "", name);
	}
	return g_string_free(words, FALSE);
}
