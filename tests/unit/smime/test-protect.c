#include "smime/protect.h"

#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base/error.h"
#include "mime/entity.h"
#include "mime/mime.h"
#include "support/lab.h"

#define HEADER "From: Grace <grace@example.org>\r\nTo: Ada <ada@example.org>\r\nCc: bob@example.org\r\nSubject: The engine\r\n" \
	       "Thread-Topic: The engine\r\nDate: " LAB_DATE "\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
#define TYPE   "Content-Type: text/plain; charset=utf-8\r\n"
#define TEXT   TYPE "\r\nHello\r\n"
#define MAIL   HEADER TEXT

static LabPerson *ca, *grace, *grace_rsa, *grace_384, *grace_pss, *ada, *ada_rsa, *bob, *eve;

static LabPerson *person_new(const char *name, const char *alternative, EVP_PKEY *key)
{
	return lab_person_new((LabWish){ .name = name, .alternative = alternative, .issuer = ca, .key = key });
}

static EVP_PKEY *pss_key(void)
{
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);

	EVP_PKEY_keygen_init(ctx);
	EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 2048);
	EVP_PKEY_generate(ctx, &key);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static void make_people(void)
{
	ca = lab_person_new((LabWish){ .name = "Lab CA", .is_ca = true, .usage = "keyCertSign,cRLSign" });
	grace = person_new("Grace", "email:grace@example.org", NULL);
	grace_rsa = person_new("Grace", "email:grace@example.org", EVP_RSA_gen(2048));
	grace_384 = person_new("Grace", "email:grace@example.org", EVP_EC_gen("P-384"));
	grace_pss = person_new("Grace", "email:grace@example.org", pss_key());
	ada = person_new("Ada", "email:ada@example.org", NULL);
	ada_rsa = person_new("Ada", "email:ada@example.org", EVP_RSA_gen(2048));
	bob = person_new("Bob", "email:bob@example.org", EVP_EC_gen("P-384"));
	eve = person_new("Eve", "email:eve@example.org", NULL);
}

/* ---- a desk to protect mail at ---- */

typedef struct {
	SmimeIdentity  *signer;
	SmimeTrust     *trust;
	GPtrArray      *recipients, *certificates;
	SmimeProtection wish;
} Desk;

static void desk_init(Desk *desk, const LabPerson *signer)
{
	g_autoptr(GBytes) anchor = lab_pem(ca), pem = signer ? lab_pem_identity(signer, NULL) : NULL;
	g_autoptr(GPtrArray) identities = pem ? smime_identities_read(pem, NULL, NULL) : NULL;

	*desk = (Desk){ .trust = smime_trust_new(), .recipients = g_ptr_array_new_with_free_func(g_free),
		        .certificates = g_ptr_array_new_with_free_func((GDestroyNotify)certificate_free) };
	smime_trust_add_anchors(desk->trust, anchor, NULL);
	if (identities)
		desk->signer = smime_identity_ref(identities->pdata[0]);
	desk->wish = (SmimeProtection){ .signer = desk->signer, .trust = desk->trust, .recipients = desk->recipients,
		                        .now_ms = LAB_NOW_MS };
}

static void desk_clear(Desk *desk)
{
	smime_identity_unref(desk->signer);
	smime_trust_free(desk->trust);
	g_ptr_array_unref(desk->recipients);
	g_ptr_array_unref(desk->certificates);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, desk_clear)

static Certificate *certificate_of(const LabPerson *person)
{
	unsigned char *der = NULL;
	int len = i2d_X509(person->x509, &der);
	g_autoptr(GBytes) bytes = g_bytes_new(der, (gsize)len);

	OPENSSL_free(der);
	return certificate_read(bytes, NULL);
}

static void desk_add(Desk *desk, const LabPerson *person, const char *address, GBytes *capabilities)
{
	SmimeRecipient *recipient = g_new0(SmimeRecipient, 1);
	Certificate *certificate = certificate_of(person);

	*recipient = (SmimeRecipient){ address, certificate, capabilities };
	g_ptr_array_add(desk->certificates, certificate);
	g_ptr_array_add(desk->recipients, recipient);
}

static char *protect_text(const Desk *desk, const char *mail)
{
	g_autoptr(GBytes) bytes = g_bytes_new(mail, strlen(mail));
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) protected = smime_protect(bytes, &desk->wish, &error);

	g_assert_no_error(error);
	return g_strndup(g_bytes_get_data(protected, NULL), g_bytes_get_size(protected));
}

static void expect_refusal(const Desk *desk, const char *mail, int kind, const char *says)
{
	g_autoptr(GBytes) bytes = g_bytes_new(mail, strlen(mail));
	g_autoptr(GError) error = NULL;

	g_assert_null(smime_protect(bytes, &desk->wish, &error));
	g_test_message("%s", error->message);
	g_assert_error(error, POSTERN_ERROR, kind);
	g_assert_nonnull(strstr(error->message, says));
}

static char *content_of(const SmimeMessage *message)
{
	return g_strndup(g_bytes_get_data(message->content, NULL), g_bytes_get_size(message->content));
}

static void expect(const SmimeMessage *message, VerdictGrade grade, const char *reasons, guint layers)
{
	g_autofree char *found = lab_reasons(message->verdict);

	g_assert_no_error(message->trouble);
	g_assert_cmpstr(found, ==, reasons);
	g_assert_cmpint(message->verdict.grade, ==, grade);
	g_assert_cmpuint(message->layers->len, ==, layers);
	g_assert_cmpuint(message->differing->len, ==, 0);
}

static const SmimeSigner *signer_of(const SmimeMessage *message)
{
	const SmimeLayer *layer = g_ptr_array_index(message->layers, message->layers->len - 1);

	return g_ptr_array_index(layer->signers, 0);
}

static int count(const char *text, const char *word)
{
	int n = 0;

	for (const char *at = text; (at = strstr(at, word)); at += strlen(word))
		n++;
	return n;
}

/* ---- signing ---- */

static void test_signed(void)
{
	const struct { const char *why; const LabPerson *signer; bool is_opaque; const char *digest, *says; } rows[] = {
		{ "P-256", grace, false, "SHA256", "micalg=sha-256;" },
		{ "P-256, opaque", grace, true, "SHA256", "smime-type=signed-data;" },
		{ "RSA", grace_rsa, false, "SHA256", "micalg=sha-256;" },
		{ "RSA-PSS", grace_pss, false, "SHA256", "micalg=sha-256;" },
		{ "P-384", grace_384, false, "SHA384", "micalg=sha-384;" },
		{ "P-384, opaque", grace_384, true, "SHA384", "smime-type=signed-data;" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Desk) desk = { 0 };
		g_test_message("%s", rows[i].why);
		desk_init(&desk, rows[i].signer);
		desk.wish.is_opaque = rows[i].is_opaque;
		g_autofree char *mail = protect_text(&desk, MAIL);
		g_autoptr(SmimeMessage) message = lab_open(mail, ca, NULL, NULL);
		g_autoptr(MimeMessage) seen = mime_read(message->content);
		expect(message, VERDICT_GOOD, "revocation_unknown", 1);
		g_assert_nonnull(strstr(mail, rows[i].says));
		g_assert_cmpstr(signer_of(message)->digest, ==, rows[i].digest);
		g_assert_cmpint(signer_of(message)->facts.signed_ms, ==, LAB_NOW_MS / 1000 * 1000);
		g_assert_cmpstr(seen->subject, ==, "The engine");
		g_assert_cmpstr(message->from, ==, "grace@example.org");
		g_assert_nonnull(strstr(mail, "\r\nSubject: The engine\r\n"));
	}
}

/* Whatever a mail is made of, what leaves is ASCII in lines of CRLF, and reads back as it was. */
static void test_signed_shapes(void)
{
	static const struct { const char *why, *mail, *says; } rows[] = {
		{ "8 bits", HEADER TYPE "Content-Transfer-Encoding: 8bit\r\n\r\nGr\xc3\xbc\xc3\x9f" "e\r\n", "Gr\xc3\xbc\xc3\x9f" "e" },
		{ "lines of LF", "From: grace@example.org\nDate: " LAB_DATE "\nSubject: x\n\nHello\nyou\n", "Hello" },
		{ "no text", HEADER TYPE "\r\n", "" },
		{ "no header of its own", HEADER "\r\nHello\r\n", "Hello" },
		{ "a delimiter in the text", HEADER TYPE "\r\n--sig\r\n--sig--\r\nHello\r\n", "Hello" },
		{ "parts", HEADER "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\n" TEXT "--b\r\nContent-Type: image/png\r\n"
			   "Content-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n--b--\r\n", "Hello" },
		{ "a folded field", "From: grace@example.org\r\nDate: " LAB_DATE "\r\nSubject: a\r\n b\r\n" TEXT, "Hello" },
	};

	for (size_t i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
		g_auto(Desk) desk = { 0 };
		g_test_message("%s", rows[i / 2].why);
		desk_init(&desk, grace);
		desk.wish.is_opaque = i % 2;
		g_autofree char *mail = protect_text(&desk, rows[i / 2].mail);
		g_autoptr(SmimeMessage) message = lab_open(mail, ca, NULL, NULL);
		g_autoptr(MimeMessage) seen = mime_read(message->content);
		g_autoptr(GBytes) text = mime_part_content(seen, seen->plain_text, NULL);
		expect(message, VERDICT_GOOD, "revocation_unknown", 1);
		g_assert_true(g_str_is_ascii(mail));
		g_assert_cmpint(count(mail, "\n"), ==, count(mail, "\r\n"));
		g_assert_nonnull(g_strstr_len(g_bytes_get_data(text, NULL), (gssize)g_bytes_get_size(text), rows[i / 2].says));
	}
}

/* A forwarded signature of 8 bits may not be touched: the text goes where nobody touches it. */
static void test_signed_forward(void)
{
	static const char mail[] = HEADER "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
					  "From: x@example.org\r\nContent-Type: multipart/signed; boundary=\"c\"; micalg=sha-256;\r\n"
					  " protocol=\"application/pkcs7-signature\"\r\n\r\n--c\r\nContent-Type: text/plain; charset=utf-8\r\n"
					  "Content-Transfer-Encoding: 8bit\r\n\r\n\xc3\xbc\r\n--c\r\nContent-Type: application/pkcs7-signature\r\n\r\nx\r\n"
					  "--c--\r\n--b--\r\n";
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, grace);
	g_autofree char *signed_mail = protect_text(&desk, mail);
	g_autoptr(SmimeMessage) message = lab_open(signed_mail, ca, NULL, NULL);
	g_autofree char *content = content_of(message);
	g_assert_true(g_str_is_ascii(signed_mail));
	g_assert_nonnull(strstr(signed_mail, "smime-type=signed-data"));
	g_assert_nonnull(strstr(content, "\r\n\r\n\xc3\xbc\r\n--c"));
	expect(message, VERDICT_GOOD, "revocation_unknown", 1);
}

/* What GMime leaves as it is: a multipart without parts is all preamble; and one whose inner delimiter is missing has other
 * parts for who reads it within a multipart/signed. Its reader finds both good. */
static void test_signed_broken(void)
{
	static const struct { const char *why, *mail, *says; } rows[] = {
		{ "nothing but a preamble", HEADER "Content-Type: multipart/mixed; boundary=b\n\nnothing\nhere\n", "multipart/signed" },
		{ "an end that is missing", HEADER "Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\nContent-Type: multipart/x; boundary=a\r\n"
		  "\r\n--a\r\n\r\none\r\n--m\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nbody\r\n--m--", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Desk) desk = { 0 };
		g_test_message("%s", rows[i].why);
		desk_init(&desk, grace);
		g_autofree char *mail = protect_text(&desk, rows[i].mail);
		g_autoptr(SmimeMessage) message = lab_open(mail, ca, NULL, NULL);
		expect(message, VERDICT_GOOD, "revocation_unknown", 1);
		g_assert_nonnull(strstr(mail, rows[i].says));
	}
}

/* Who knows the anchor alone can judge a mail that brings the way to it along. */
static void test_chain(void)
{
	g_autoptr(LabPerson) middle = lab_person_new((LabWish){ .name = "Middle CA", .issuer = ca, .is_ca = true, .usage = "keyCertSign" });
	g_autoptr(LabPerson) person = lab_person_new((LabWish){ .name = "Grace", .alternative = "email:grace@example.org", .issuer = middle });
	g_autoptr(Certificate) issuer = certificate_of(middle);
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, person);
	g_autofree char *alone = protect_text(&desk, MAIL);
	smime_trust_add_issuer(desk.trust, issuer->der, NULL);
	g_autofree char *mail = protect_text(&desk, MAIL);
	g_autoptr(SmimeMessage) message = lab_open(mail, ca, NULL, NULL), doubted = lab_open(alone, ca, NULL, NULL);
	expect(message, VERDICT_GOOD, "revocation_unknown", 1);
	expect(doubted, VERDICT_DOUBT, "issuer_unknown revocation_unknown", 1);
}

/* ---- what a signature says beside the text ---- */

static CMS_ContentInfo *cms_of(const char *mail)
{
	g_autoptr(GBytes) bytes = g_bytes_new(mail, strlen(mail));
	g_autoptr(MimeEntity) entity = mime_entity_read(bytes, NULL);
	g_autoptr(GBytes) der = mime_entity_body(entity, NULL);
	const unsigned char *at = g_bytes_get_data(der, NULL);
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &at, (long)g_bytes_get_size(der));

	g_assert_nonnull(cms);
	return cms;
}

static void test_attributes(void)
{
	static const int expected[] = { NID_pkcs9_contentType, NID_pkcs9_messageDigest, NID_pkcs9_signingTime,
					NID_SMIMECapabilities, NID_id_smime_aa_encrypKeyPref, NID_id_smime_aa_signingCertificateV2 };
	g_autoptr(Certificate) reply = certificate_of(grace_rsa);
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, grace);
	desk.wish.is_opaque = true;
	desk.wish.reply_with = reply;
	g_autofree char *mail = protect_text(&desk, MAIL);
	CMS_ContentInfo *cms = cms_of(mail);
	CMS_SignerInfo *info = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(cms), 0);
	STACK_OF(X509) *certificates = CMS_get1_certs(cms);
	for (size_t i = 0; i < G_N_ELEMENTS(expected); i++)
		g_assert_cmpint(CMS_signed_get_attr_by_NID(info, expected[i], -1), >=, 0);
	g_assert_cmpint(CMS_signed_get_attr_count(info), ==, G_N_ELEMENTS(expected));
	g_assert_cmpint(sk_X509_num(certificates), ==, 2);
	sk_X509_pop_free(certificates, X509_free);
	CMS_ContentInfo_free(cms);
}

/* ---- encryption ---- */

static void test_encrypted(void)
{
	const struct { const char *why; const LabPerson *to; bool tells; const char *cipher, *kind; bool is_authenticated; } rows[] = {
		{ "RSA, nothing told", ada_rsa, false, "AES-256-CBC", "smime-type=enveloped-data;", false },
		{ "RSA, OAEP and GCM told", ada_rsa, true, "id-aes256-GCM", "smime-type=authEnveloped-data;", true },
		{ "P-256, nothing told", ada, false, "AES-256-CBC", "smime-type=enveloped-data;", false },
		{ "P-256, GCM told", ada, true, "id-aes256-GCM", "smime-type=authEnveloped-data;", true },
		{ "P-384, GCM told", bob, true, "id-aes256-GCM", "smime-type=authEnveloped-data;", true },
	};

	for (size_t i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
		bool is_signed = i % 2;
		g_auto(Desk) desk = { 0 };
		g_test_message("%s", rows[i / 2].why);
		desk_init(&desk, is_signed ? grace : NULL);
		g_autoptr(Certificate) own = certificate_of(rows[i / 2].to);
		g_autoptr(GBytes) told = rows[i / 2].tells ? smime_capabilities(own) : NULL;
		desk_add(&desk, rows[i / 2].to, "ada@example.org", told);
		g_autofree char *mail = protect_text(&desk, MAIL);
		g_autoptr(SmimeMessage) message = lab_open(mail, ca, NULL, rows[i / 2].to), closed = lab_open(mail, ca, NULL, eve);
		g_autofree char *content = content_of(message);
		const SmimeLayer *layer = g_ptr_array_index(message->layers, 0);
		g_assert_nonnull(strstr(mail, rows[i / 2].kind));
		g_assert_null(strstr(mail, "Hello"));
		g_assert_nonnull(strstr(content, "\r\n\r\nHello\r\n"));
		g_assert_cmpstr(layer->cipher, ==, rows[i / 2].cipher);
		if (is_signed)
			expect(message, VERDICT_GOOD, "revocation_unknown", 2);
		else
			expect(message, VERDICT_NONE, rows[i / 2].is_authenticated ? "unsigned" : "unsigned open_to_change", 1);
		g_assert_error(closed->trouble, POSTERN_ERROR, ERR_NOT_FOUND);
	}
}

/* One recipient who reads CBC alone makes it CBC for all, and everybody can read it. */
static void test_several_recipients(void)
{
	g_autoptr(Certificate) own = certificate_of(grace_rsa);
	g_autoptr(GBytes) told = smime_capabilities(own);
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, grace);
	desk_add(&desk, grace_rsa, "grace@example.org", told);
	desk_add(&desk, ada, "ada@example.org", told);
	desk_add(&desk, ada, "ada.l@example.org", told);
	g_autofree char *mail = protect_text(&desk, MAIL);
	g_assert_nonnull(strstr(mail, "authEnveloped-data"));
	desk_add(&desk, bob, "bob@example.org", NULL);
	g_autofree char *all = protect_text(&desk, MAIL);
	g_assert_nonnull(strstr(all, "=enveloped-data"));
	const LabPerson *readers[] = { grace_rsa, ada, bob };
	for (size_t i = 0; i < G_N_ELEMENTS(readers); i++) {
		g_autoptr(SmimeMessage) message = lab_open(all, ca, NULL, readers[i]);
		expect(message, VERDICT_GOOD, "revocation_unknown", 2);
	}
	CMS_ContentInfo *cms = cms_of(all);
	g_assert_cmpint(sk_CMS_RecipientInfo_num(CMS_get0_RecipientInfos(cms)), ==, 3);
	CMS_ContentInfo_free(cms);
}

/* What the way to the key is: neither SHA-1 nor PKCS#1 v1.5 where better is known. */
static void test_ways(void)
{
	const struct { const char *why; const LabPerson *to; bool tells; int nid; } rows[] = {
		{ "RSA", ada_rsa, false, NID_rsaEncryption },
		{ "OAEP", ada_rsa, true, NID_rsaesOaep },
		{ "P-256", ada, false, NID_dhSinglePass_stdDH_sha256kdf_scheme },
		{ "P-384", bob, true, NID_dhSinglePass_stdDH_sha384kdf_scheme },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Certificate) own = certificate_of(rows[i].to);
		g_autoptr(GBytes) told = rows[i].tells ? smime_capabilities(own) : NULL;
		g_auto(Desk) desk = { 0 };
		desk_init(&desk, NULL);
		desk_add(&desk, rows[i].to, "ada@example.org", told);
		g_autofree char *mail = protect_text(&desk, MAIL);
		CMS_ContentInfo *cms = cms_of(mail);
		CMS_RecipientInfo *info = sk_CMS_RecipientInfo_value(CMS_get0_RecipientInfos(cms), 0);
		X509_ALGOR *algorithm = NULL;
		const ASN1_OBJECT *id = NULL;
		if (CMS_RecipientInfo_type(info) == CMS_RECIPINFO_AGREE)
			CMS_RecipientInfo_kari_get0_alg(info, &algorithm, NULL);
		else
			CMS_RecipientInfo_ktri_get0_algs(info, NULL, NULL, &algorithm);
		X509_ALGOR_get0(&id, NULL, NULL, algorithm);
		g_test_message("%s: %s", rows[i].why, OBJ_nid2sn(OBJ_obj2nid(id)));
		g_assert_cmpint(OBJ_obj2nid(id), ==, rows[i].nid);
		CMS_ContentInfo_free(cms);
	}
}

static void test_triple_wrap(void)
{
	for (int is_opaque = 0; is_opaque < 2; is_opaque++) {
		g_auto(Desk) desk = { 0 };
		desk_init(&desk, grace);
		desk_add(&desk, ada, "ada@example.org", NULL);
		desk.wish.is_opaque = is_opaque;
		desk.wish.signs_again = true;
		desk.wish.hides_subject = true;
		g_autofree char *mail = protect_text(&desk, MAIL);
		g_autoptr(SmimeMessage) message = lab_open(mail, ca, NULL, ada), locked = lab_open(mail, ca, NULL, NULL);
		expect(message, VERDICT_GOOD, "revocation_unknown", 3);
		g_assert_error(locked->trouble, POSTERN_ERROR, ERR_NOT_FOUND);
		g_assert_cmpuint(locked->layers->len, ==, 2);
	}
}

/* ---- the header ---- */

static void test_hidden_subject(void)
{
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, grace);
	desk.wish.hides_subject = true;
	g_autofree char *open = protect_text(&desk, MAIL);
	g_assert_nonnull(strstr(open, "\r\nSubject: The engine\r\n"));       /* nothing is secret in it */
	desk_add(&desk, ada, "ada@example.org", NULL);
	g_autofree char *mail = protect_text(&desk, MAIL);
	g_autoptr(SmimeMessage) message = lab_open(mail, ca, NULL, ada);
	g_autoptr(MimeMessage) seen = mime_read(message->content);
	g_autofree char *content = content_of(message);
	expect(message, VERDICT_GOOD, "revocation_unknown", 2);
	g_assert_cmpstr(seen->subject, ==, "The engine");
	g_assert_null(strstr(mail, "engine"));
	g_assert_nonnull(strstr(mail, "\r\nSubject: [...]\r\n"));
	g_assert_nonnull(strstr(content, "HP-Outer: Subject: [...]\r\n"));
	g_assert_nonnull(strstr(content, "HP-Outer: To: Ada <ada@example.org>\r\n"));
	g_assert_nonnull(strstr(content, "hp=\"cipher\""));
	g_assert_null(strstr(content, "HP-Outer: Thread-Topic"));
}

static void test_changed_on_the_way(void)
{
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, grace);
	g_autofree char *mail = protect_text(&desk, MAIL);
	char *subject = strstr(mail, "The engine");
	memcpy(subject, "A trap    ", 10);
	g_autoptr(SmimeMessage) message = lab_open(mail, ca, NULL, NULL);
	g_autoptr(MimeMessage) seen = mime_read(message->content);
	g_assert_cmpstr(seen->subject, ==, "The engine");
	g_assert_cmpstr(g_ptr_array_index(message->differing, 0), ==, "Subject");
}

/* ---- Bcc ---- */

static GPtrArray *copies_of(const Desk *desk, const char *mail)
{
	g_autoptr(GBytes) bytes = g_bytes_new(mail, strlen(mail));
	g_autoptr(GError) error = NULL;
	GPtrArray *copies = smime_protect_copies(bytes, &desk->wish, &error);

	g_assert_no_error(error);
	return copies;
}

static void expect_copy(const GPtrArray *copies, guint index, const char *bcc, const char *id, const LabPerson *const *readers)
{
	const SmimeCopy *copy = g_ptr_array_index(copies, index);
	g_autofree char *mail = g_strndup(g_bytes_get_data(copy->mail, NULL), g_bytes_get_size(copy->mail));
	const LabPerson *everybody[] = { grace, ada, bob, eve };
	CMS_ContentInfo *cms = cms_of(mail);
	int expected = 0;

	g_assert_cmpstr(copy->bcc, ==, bcc);
	g_assert_cmpstr(copy->message_id, ==, id);
	for (size_t i = 0; i < G_N_ELEMENTS(everybody); i++) {
		g_autoptr(SmimeMessage) message = lab_open(mail, ca, NULL, everybody[i]);
		g_autofree char *content = content_of(message);
		bool reads = false;
		for (int j = 0; readers[j]; j++)
			reads |= readers[j] == everybody[i];
		expected += reads;
		g_assert_true(reads == !message->trouble);
		if (reads)
			expect(message, VERDICT_GOOD, "revocation_unknown", 2);
		g_assert_cmpint(reads, ==, strstr(content, "\r\nTo: Ada <ada@example.org>\r\n") && strstr(content, "\r\nHello\r\n"));
	}
	g_assert_cmpint(sk_CMS_RecipientInfo_num(CMS_get0_RecipientInfos(cms)), ==, expected);
	g_assert_cmpint(count(mail, "eve@"), ==, bcc != NULL);
	g_assert_cmpint(count(mail, "ada@"), ==, bcc == NULL);
	CMS_ContentInfo_free(cms);
}

static void test_bcc(void)
{
	static const char mail[] = "Bcc: eve@example.org, ada@example.org\r\n" MAIL;
	const LabPerson *open[] = { grace, ada, bob, NULL }, *hidden[] = { grace, eve, NULL };
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, grace);
	desk_add(&desk, grace, "grace@example.org", NULL);
	desk_add(&desk, ada, "Ada@Example.org", NULL);
	desk_add(&desk, bob, "bob@example.org", NULL);
	desk_add(&desk, eve, "eve@example.org", NULL);
	g_autoptr(GPtrArray) copies = copies_of(&desk, mail);
	g_assert_cmpuint(copies->len, ==, 2);
	expect_copy(copies, 0, NULL, "<1@example.org>", open);
	expect_copy(copies, 1, "eve@example.org", "<1.2@example.org>", hidden);
}

static void test_bcc_alone_and_unencrypted(void)
{
	static const char mail[] = "From: grace@example.org\r\nBcc: eve@example.org\r\nBcc: ada@example.org, eve@example.org\r\nDate: " LAB_DATE
				   "\r\nMessage-ID: <1@example.org>\r\n" TEXT;
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, grace);
	g_autoptr(GPtrArray) one = copies_of(&desk, mail);
	const SmimeCopy *copy = g_ptr_array_index(one, 0);
	g_autofree char *text = g_strndup(g_bytes_get_data(copy->mail, NULL), g_bytes_get_size(copy->mail));
	g_assert_cmpuint(one->len, ==, 1);
	g_assert_cmpint(count(text, "eve@example.org"), ==, 2);       /* outside only, for the server */
	g_assert_null(copy->bcc);
	desk_add(&desk, eve, "eve@example.org", NULL);
	desk_add(&desk, ada, "ada@example.org", NULL);
	g_autoptr(GPtrArray) two = copies_of(&desk, mail);
	g_assert_cmpuint(two->len, ==, 2);
	g_assert_cmpstr(((SmimeCopy *)two->pdata[0])->message_id, ==, "<1@example.org>");
	g_assert_cmpstr(((SmimeCopy *)two->pdata[1])->bcc, ==, "ada@example.org");
}

static void test_nobody_is_forgotten(void)
{
	static const char *const fields[] = { "To: Ada <ada@example.org>\r\n", "Cc: ada@example.org\r\n", "Bcc: ada@example.org\r\n" };
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, grace);
	desk_add(&desk, grace, "grace@example.org", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_autofree char *mail = g_strconcat("From: grace@example.org\r\n", fields[i], TEXT, NULL);
		g_autoptr(GBytes) bytes = g_bytes_new(mail, strlen(mail));
		g_autoptr(GError) error = NULL;
		g_assert_null(smime_protect_copies(bytes, &desk.wish, &error));
		g_assert_error(error, POSTERN_ERROR, ERR_NOT_FOUND);
		g_assert_nonnull(strstr(error->message, "ada@example.org"));
	}
}

/* ---- what is refused ---- */

static void test_refused_certificates(void)
{
	LabWish wish = { .name = "Ada", .alternative = "email:ada@example.org", .issuer = ca };
	const struct { const char *says; const char *usage, *extended; int from, to, rsa_bits; } rows[] = {
		{ "is not for", "keyCertSign", NULL, 0, 0, 0 },
		{ "is not for", NULL, "serverAuth", 0, 0, 0 },
		{ "expired on 2026-11-23", NULL, NULL, -10, -1, 0 },
		{ "is not valid before 2026-11-25", NULL, NULL, 1, 10, 0 },
		{ "too short today (RSA 1024)", NULL, NULL, 0, 0, 1024 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Desk) to = { 0 }, by = { 0 };
		wish.usage = rows[i].usage, wish.extended = rows[i].extended;
		wish.from_days = rows[i].from, wish.to_days = rows[i].to;
		wish.key = rows[i].rsa_bits ? EVP_RSA_gen((guint)rows[i].rsa_bits) : NULL;
		g_autoptr(LabPerson) person = lab_person_new(wish);
		desk_init(&to, grace);
		desk_add(&to, person, "ada@example.org", NULL);
		expect_refusal(&to, MAIL, ERR_CONFIG, rows[i].says);
		expect_refusal(&to, MAIL, ERR_CONFIG, "ada@example.org");
		desk_init(&by, person);
		expect_refusal(&by, MAIL, ERR_CONFIG, rows[i].says);
	}
}

static void test_use_is_told_apart(void)
{
	LabWish wish = { .name = "Ada", .alternative = "email:ada@example.org", .issuer = ca, .usage = "digitalSignature" };
	g_autoptr(LabPerson) signs = lab_person_new(wish);
	wish.usage = "keyAgreement";
	g_autoptr(LabPerson) reads = lab_person_new(wish);
	g_auto(Desk) one = { 0 }, other = { 0 };

	desk_init(&one, signs);
	desk_add(&one, signs, "ada@example.org", NULL);
	expect_refusal(&one, MAIL, ERR_CONFIG, "ada@example.org is not for encrypting");
	desk_init(&other, reads);
	expect_refusal(&other, MAIL, ERR_CONFIG, "Ada is not for signing");
}

/* A kind of key that OpenSSL 3.0 has no CMS for. */
static void test_unknown_keys(void)
{
	g_autoptr(LabPerson) person = lab_person_new((LabWish){ .name = "Ada", .alternative = "email:ada@example.org", .issuer = ca,
								.key = EVP_PKEY_Q_keygen(NULL, NULL, "ED448") });
	g_auto(Desk) one = { 0 }, other = { 0 };

	desk_init(&one, person);
	expect_refusal(&one, MAIL, ERR_UNSUPPORTED, "cannot sign with the key of Ada");
	desk_init(&other, grace);
	desk_add(&other, person, "ada@example.org", NULL);
	expect_refusal(&other, MAIL, ERR_UNSUPPORTED, "cannot encrypt with the certificate of ada@example.org");
}

static void test_refused_by_trust(void)
{
	g_autoptr(GBytes) crl = lab_crl(ca, ada, 30);
	g_autoptr(Certificate) distrusted = certificate_of(ada);
	g_auto(Desk) revoked = { 0 }, refused = { 0 };

	desk_init(&revoked, grace);
	desk_add(&revoked, ada, "ada@example.org", NULL);
	smime_trust_add_crls(revoked.trust, crl, NULL);
	expect_refusal(&revoked, MAIL, ERR_CONFIG, "ada@example.org was revoked");
	desk_init(&refused, grace);
	desk_add(&refused, ada, "ada@example.org", NULL);
	smime_trust_add_distrusted(refused.trust, distrusted->der);
	expect_refusal(&refused, MAIL, ERR_CONFIG, "you said that the certificate of ada@example.org");
}

static void test_refused_mails(void)
{
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, grace);
	expect_refusal(&desk, "From: a@b.c\r\nContent-Type: text/plain; hp=\"clear\"\r\n\r\nx\r\n", ERR_PROTOCOL, "already");
	expect_refusal(&desk, "From: a@b.c\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\nx\r\n", ERR_PROTOCOL, "twice");
}

/* A machine that allows only what is certified, and has it not: the algorithm is named. */
static void test_refused_algorithms(void)
{
	g_auto(Desk) signing = { 0 }, encrypting = { 0 };

	desk_init(&signing, grace);
	desk_init(&encrypting, NULL);
	desk_add(&encrypting, ada, "ada@example.org", NULL);
	g_assert_true(EVP_set_default_properties(NULL, "fips=yes"));
	expect_refusal(&signing, MAIL, ERR_UNSUPPORTED, "does not allow SHA256");
	expect_refusal(&encrypting, MAIL, ERR_UNSUPPORTED, "does not allow AES-256-CBC");
	g_assert_true(EVP_set_default_properties(NULL, ""));
	g_autofree char *mail = protect_text(&signing, MAIL);
}

static void test_nonsense_capabilities(void)
{
	static const char *const rows[] = { "", "\x30", "\x30\x80", "\x30\x02\x30\x00", "\x30\x7f\x06\x09\x60\x86\x48", "hello" };
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) told = g_bytes_new(rows[i], strlen(rows[i]));
		g_ptr_array_set_size(desk.recipients, 0);
		desk_add(&desk, ada, "ada@example.org", told);
		g_autofree char *mail = protect_text(&desk, MAIL);
		g_assert_nonnull(strstr(mail, "=enveloped-data"));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	make_people();
	g_test_add_func("/protect/signed", test_signed);
	g_test_add_func("/protect/signed shapes", test_signed_shapes);
	g_test_add_func("/protect/signed forward", test_signed_forward);
	g_test_add_func("/protect/signed broken", test_signed_broken);
	g_test_add_func("/protect/chain", test_chain);
	g_test_add_func("/protect/attributes", test_attributes);
	g_test_add_func("/protect/encrypted", test_encrypted);
	g_test_add_func("/protect/several recipients", test_several_recipients);
	g_test_add_func("/protect/ways", test_ways);
	g_test_add_func("/protect/triple wrap", test_triple_wrap);
	g_test_add_func("/protect/hidden subject", test_hidden_subject);
	g_test_add_func("/protect/changed on the way", test_changed_on_the_way);
	g_test_add_func("/protect/bcc", test_bcc);
	g_test_add_func("/protect/bcc alone and unencrypted", test_bcc_alone_and_unencrypted);
	g_test_add_func("/protect/nobody is forgotten", test_nobody_is_forgotten);
	g_test_add_func("/protect/refused certificates", test_refused_certificates);
	g_test_add_func("/protect/use is told apart", test_use_is_told_apart);
	g_test_add_func("/protect/unknown keys", test_unknown_keys);
	g_test_add_func("/protect/refused by trust", test_refused_by_trust);
	g_test_add_func("/protect/refused mails", test_refused_mails);
	g_test_add_func("/protect/refused algorithms", test_refused_algorithms);
	g_test_add_func("/protect/nonsense capabilities", test_nonsense_capabilities);
	int failed = g_test_run();
	LabPerson *all[] = { ca, grace, grace_rsa, grace_384, grace_pss, ada, ada_rsa, bob, eve };
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		lab_person_free(all[i]);
	return failed;
}
