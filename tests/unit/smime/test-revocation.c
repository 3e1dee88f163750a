/* Whether a certificate was revoked, by lists and answers that are honest, late, foreign and forged. */
#include <openssl/ocsp.h>
#include <string.h>

#include "base/clock.h"
#include "smime/message.h"
#include "smime/revoked.h"
#include "support/lab.h"

#define LIST      "http://crl.corp.test/ca.crl"
#define RESPONDER "http://ocsp.corp.test/"
#define HOSTS     "crl.corp.test, ocsp.corp.test"

static LabPerson *ca, *stranger, *namesake, *grace, *ada, *delegate, *impostor, *other_delegate, *late_delegate, *lists_only;
static ManualClock today;

static void make_people(void)
{
	ca = lab_person_new((LabWish){ .name = "CA", .usage = "keyCertSign,cRLSign", .is_ca = true });
	namesake = lab_person_new((LabWish){ .name = "CA", .usage = "keyCertSign,cRLSign", .is_ca = true });
	stranger = lab_person_new((LabWish){ .name = "Mallory", .usage = "keyCertSign,cRLSign", .is_ca = true });
	grace = lab_person_new((LabWish){ .name = "Grace", .alternative = "email:grace@example.org", .usage = "digitalSignature",
	                                  .lists = "URI:" LIST, .responders = "OCSP;URI:" RESPONDER, .issuer = ca });
	lists_only = lab_person_new((LabWish){ .name = "Grace", .alternative = "email:grace@example.org",
	                                       .usage = "digitalSignature", .lists = "URI:" LIST, .issuer = ca });
	ada = lab_person_new((LabWish){ .name = "Ada", .alternative = "email:ada@example.org", .issuer = ca });
	delegate = lab_person_new((LabWish){ .name = "Answers", .extended = "OCSPSigning", .issuer = ca, .is_left_alone = true });
	impostor = lab_person_new((LabWish){ .name = "Answers", .extended = "emailProtection", .issuer = ca });
	other_delegate = lab_person_new((LabWish){ .name = "Answers", .extended = "OCSPSigning", .issuer = stranger });
	late_delegate = lab_person_new((LabWish){ .name = "Answers", .extended = "OCSPSigning", .issuer = ca, .from_days = -10,
	                                          .to_days = -2 });
	manual_clock_init(&today, LAB_NOW_MS);
}

static void free_people(void)
{
	LabPerson *all[] = { ca, stranger, namesake, grace, ada, delegate, impostor, other_delegate, late_delegate, lists_only };

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		lab_person_free(all[i]);
}

/* ---- one list, one answer ---- */

static const char *word_of(Revocation told)
{
	static const char *const doubts[] = { "not asked", "not listed", "unanswered", "untold",
		                              "outdated", "other", "unreadable", "forged" };

	return told.state == REVOCATION_GOOD      ? "good"
	       : told.state == REVOCATION_REVOKED ? "revoked"
	                                          : doubts[told.doubt];
}

static void test_lists(void)
{
	const struct { const char *why; LabList list; const char *says; } rows[] = {
		{ "clean", { ca, .from_days = -1, .to_days = 7 }, "good" },
		{ "another is revoked", { ca, .revoked = ada, .from_days = -1, .to_days = 7 }, "good" },
		{ "revoked", { ca, .revoked = grace, .from_days = -1, .to_days = 7 }, "revoked" },
		{ "revoked, and out of date", { ca, .revoked = grace, .from_days = -9, .to_days = -2 }, "revoked" },
		{ "out of date", { ca, .from_days = -9, .to_days = -2 }, "outdated" },
		{ "of tomorrow", { ca, .from_days = 1, .to_days = 7 }, "outdated" },
		{ "without an end", { ca, .from_days = -1 }, "outdated" },
		{ "another issuer's", { stranger, .from_days = -1, .to_days = 7 }, "other" },
		{ "another issuer's, who revokes", { stranger, .revoked = grace, .from_days = -1, .to_days = 7 }, "other" },
		{ "signed by a stranger", { ca, .signer = stranger, .from_days = -1, .to_days = 7 }, "forged" },
		{ "signed by a namesake", { namesake, .from_days = -1, .to_days = 7 }, "forged" },
		{ "signed by a namesake, who revokes", { namesake, .revoked = grace, .from_days = -1, .to_days = 7 }, "forged" },
		{ "weakly signed", { ca, .from_days = -1, .to_days = 7, .digest = EVP_sha1() }, "forged" },
		{ "for authorities only", { ca, .from_days = -1, .to_days = 7, .scope = "critical,onlyCA:TRUE" }, "other" },
		{ "for people only", { ca, .from_days = -1, .to_days = 7, .scope = "critical,onlyuser:TRUE" }, "good" },
		{ "of this place", { ca, .from_days = -1, .to_days = 7, .scope = "critical,fullname:URI:" LIST }, "good" },
		{ "of another place", { ca, .from_days = -1, .to_days = 7, .scope = "critical,fullname:URI:http://a.test/" }, "other" },
		{ "of others' certificates", { ca, .from_days = -1, .to_days = 7, .scope = "critical,indirectCRL:TRUE" }, "other" },
		{ "for some reasons", { ca, .from_days = -1, .to_days = 7, .scope = "critical,onlysomereasons:keyCompromise" }, "other" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) der = lab_list(rows[i].list);
		X509_CRL *crl = crl_of(der);
		g_test_message("%s", rows[i].why);
		g_assert_nonnull(crl);
		g_assert_cmpstr(word_of(crl_tells(crl, grace->x509, ca->x509, LAB_NOW_MS)), ==, rows[i].says);
		X509_CRL_free(crl);
	}
}

static void test_answers(void)
{
	const struct { const char *why; LabAnswer answer; const char *says; } rows[] = {
		{ "good", { ca, grace, .from_days = -1, .to_days = 7 }, "good" },
		{ "named by SHA-256", { ca, grace, .from_days = -1, .to_days = 7, .digest = EVP_sha256() }, "good" },
		{ "by whom the issuer lets", { ca, grace, delegate, .from_days = -1, .to_days = 7 }, "good" },
		{ "without an end", { ca, grace, .from_days = -1 }, "good" },
		{ "without an end, of last week", { ca, grace, .from_days = -7 }, "outdated" },
		{ "revoked", { ca, grace, .status = V_OCSP_CERTSTATUS_REVOKED, .from_days = -1, .to_days = 7 }, "revoked" },
		{ "revoked, and out of date", { ca, grace, .status = V_OCSP_CERTSTATUS_REVOKED, .from_days = -9, .to_days = -2 },
		  "revoked" },
		{ "not known there", { ca, grace, .status = V_OCSP_CERTSTATUS_UNKNOWN, .from_days = -1, .to_days = 7 }, "untold" },
		{ "later", { ca, grace, .trouble = OCSP_RESPONSE_STATUS_TRYLATER }, "untold" },
		{ "not allowed to ask", { ca, grace, .trouble = OCSP_RESPONSE_STATUS_UNAUTHORIZED }, "untold" },
		{ "out of date", { ca, grace, .from_days = -9, .to_days = -2 }, "outdated" },
		{ "of tomorrow", { ca, grace, .from_days = 1, .to_days = 7 }, "outdated" },
		{ "about another", { ca, ada, .from_days = -1, .to_days = 7 }, "other" },
		{ "for another issuer's", { namesake, grace, ca, .from_days = -1, .to_days = 7 }, "forged" },
		{ "by one who is not for it", { ca, grace, impostor, .from_days = -1, .to_days = 7 }, "forged" },
		{ "by somebody else's", { ca, grace, other_delegate, .from_days = -1, .to_days = 7 }, "forged" },
		{ "by one who may no more", { ca, grace, late_delegate, .from_days = -1, .to_days = 7 }, "forged" },
		{ "by a stranger", { ca, grace, stranger, .from_days = -1, .to_days = 7 }, "forged" },
		{ "by a stranger, revoked", { ca, grace, stranger, .status = V_OCSP_CERTSTATUS_REVOKED, .from_days = -1, .to_days = 7 },
		  "forged" },
		{ "by the certificate itself", { ca, grace, grace, .from_days = -1, .to_days = 7 }, "forged" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) der = lab_answer(rows[i].answer);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(word_of(ocsp_tells(der, grace->x509, ca->x509, LAB_NOW_MS)), ==, rows[i].says);
	}
}

static void test_nonsense(void)
{
	static const char *const texts[] = { "", "<html>Sign in to the Wi-Fi</html>", "\x30\x03\x0a\x01", "\x30\x03\x0a\x01\x00 and more" };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GBytes) bytes = g_bytes_new(texts[i], strlen(texts[i]));
		g_assert_null(crl_of(bytes));
		g_assert_cmpstr(word_of(ocsp_tells(bytes, grace->x509, ca->x509, LAB_NOW_MS)), ==, "unreadable");
	}
}

/* ---- a mail ---- */

static char *mail_of(const LabPerson *signer)
{
	static const char part[] = "Content-Type: text/plain\r\n\r\nHello\r\n";
	g_autoptr(GBytes) der = lab_sign((LabSigning){ .signer = signer }, part);
	g_autofree char *end = lab_opaque("signed-data", der);

	return g_strconcat("From: grace@example.org\r\nDate: " LAB_DATE "\r\nMIME-Version: 1.0\r\n", end, NULL);
}

static SmimeMessage *open_with(const LabPerson *signer, SmimeRevocation *revocation)
{
	g_autofree char *mail = mail_of(signer);
	g_autoptr(SmimeTrust) trust = smime_trust_new();
	g_autoptr(GBytes) pem = lab_pem(ca), bytes = g_bytes_new(mail, strlen(mail));
	SmimeSetup setup = { .trust = trust, .now_ms = LAB_NOW_MS };

	smime_trust_add_anchors(trust, pem, NULL);
	smime_trust_set_revocation(trust, revocation);
	return smime_message_open(bytes, &setup);
}

static char *questions_of(const SmimeMessage *message)
{
	const SmimeLayer *layer = g_ptr_array_index(message->layers, 0);
	const SmimeSigner *signer = g_ptr_array_index(layer->signers, 0);
	GString *all = g_string_new(NULL);

	for (guint i = 0; i < signer->questions->len; i++)
		g_string_append_printf(all, "%s%s", i ? " " : "", (const char *)signer->questions->pdata[i]);
	return g_string_free(all, FALSE);
}

static void assert_verdict(const LabPerson *signer, SmimeRevocation *revocation, VerdictGrade grade, const char *reasons,
                           const char *questions)
{
	g_autoptr(SmimeMessage) message = open_with(signer, revocation);
	g_autofree char *words = lab_reasons(message->verdict), *asks = questions_of(message);

	g_assert_cmpstr(words, ==, reasons);
	g_assert_cmpint(message->verdict.grade, ==, grade);
	g_assert_cmpstr(asks, ==, questions);
}

static void test_nobody_is_asked_unless_listed(void)
{
	g_autoptr(SmimeRevocation) none = smime_revocation_new("", &today.clock),
				   others = smime_revocation_new("a.test", &today.clock);

	assert_verdict(grace, NULL, VERDICT_GOOD, "revocation_unknown header_unsigned", "");
	assert_verdict(grace, none, VERDICT_GOOD, "revocation_not_listed header_unsigned", "");
	assert_verdict(grace, others, VERDICT_GOOD, "revocation_not_listed header_unsigned", "");
}

static void test_a_certificate_that_names_nobody(void)
{
	g_autoptr(SmimeRevocation) revocation = smime_revocation_new(HOSTS, &today.clock);
	g_autoptr(LabPerson) plain = lab_person_new((LabWish){ .name = "Grace", .alternative = "email:grace@example.org",
	                                                       .issuer = ca });

	assert_verdict(plain, revocation, VERDICT_GOOD, "revocation_unknown header_unsigned", "");
}

/* Where a stranger's certificate would have us go. */
static void test_addresses_that_are_not_asked(void)
{
	static const char *const rows[] = {
		"URI:https://crl.corp.test/ca.crl", "URI:ldap://crl.corp.test/cn=ca", "URI:file:///etc/passwd",
		"URI:http://crl.corp.test@evil.test/", "URI:http://me@crl.corp.test/", "URI:http://evilcrl.corp.test.evil.test/",
		"URI:http://crl.corp.test/#here",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(SmimeRevocation) revocation = smime_revocation_new(HOSTS, &today.clock);
		g_autoptr(LabPerson) person = lab_person_new((LabWish){
			.name = "Grace", .alternative = "email:grace@example.org", .lists = rows[i], .issuer = ca });
		g_test_message("%s", rows[i]);
		assert_verdict(person, revocation, VERDICT_GOOD, "revocation_not_listed header_unsigned", "");
	}
}

static void test_a_list(void)
{
	const struct { const char *why; LabList list; VerdictGrade grade; const char *reasons; bool asks; } rows[] = {
		{ "clean", { ca, .from_days = -1, .to_days = 7 }, VERDICT_GOOD, "header_unsigned", false },
		{ "revoked", { ca, .revoked = lists_only, .from_days = -1, .to_days = 7 }, VERDICT_BAD, "revoked header_unsigned", false },
		{ "out of date", { ca, .from_days = -9, .to_days = -2 }, VERDICT_DOUBT, "revocation_outdated header_unsigned", true },
		{ "a stranger's", { ca, .signer = stranger, .from_days = -1, .to_days = 7 }, VERDICT_DOUBT, "revocation_forged header_unsigned", true },
		{ "a stranger's, who revokes", { ca, .signer = stranger, .revoked = lists_only, .from_days = -1, .to_days = 7 }, VERDICT_DOUBT,
		  "revocation_forged header_unsigned", true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(SmimeRevocation) revocation = smime_revocation_new(HOSTS, &today.clock);
		g_autoptr(GBytes) der = lab_list(rows[i].list);
		g_test_message("%s", rows[i].why);
		smime_revocation_add(revocation, LIST, der, LAB_NOW_MS - SMIME_ASK_AGAIN_MS);
		assert_verdict(lists_only, revocation, rows[i].grade, rows[i].reasons, rows[i].asks ? LIST : "");
	}
}

/* Asked about one alone first; the list, when nobody answers; and nobody again and again. */
static void test_who_is_asked_when(void)
{
	g_autoptr(SmimeRevocation) revocation = smime_revocation_new(HOSTS, &today.clock);
	g_autofree char *question = ocsp_question(RESPONDER, grace->x509, ca->x509);
	g_autoptr(GBytes) list = lab_list((LabList){ ca, .from_days = -1, .to_days = 7 }),
			  revoked = lab_answer((LabAnswer){ ca, grace, .status = V_OCSP_CERTSTATUS_REVOKED, .from_days = -1 });

	assert_verdict(grace, revocation, VERDICT_DOUBT, "revocation_unanswered header_unsigned", question);
	smime_revocation_add(revocation, question, NULL, LAB_NOW_MS);
	assert_verdict(grace, revocation, VERDICT_DOUBT, "revocation_unanswered header_unsigned", LIST);
	smime_revocation_add(revocation, LIST, NULL, LAB_NOW_MS);
	assert_verdict(grace, revocation, VERDICT_DOUBT, "revocation_unanswered header_unsigned", "");
	smime_revocation_add(revocation, LIST, list, LAB_NOW_MS);
	assert_verdict(grace, revocation, VERDICT_GOOD, "header_unsigned", "");
	smime_revocation_add(revocation, question, revoked, LAB_NOW_MS);
	assert_verdict(grace, revocation, VERDICT_BAD, "revoked header_unsigned", "");
}

/* A list ages by the clock, whenever the mail came. */
static void test_lists_age(void)
{
	ManualClock later = { 0 };
	g_autoptr(SmimeRevocation) revocation = smime_revocation_new(HOSTS, &later.clock);
	g_autoptr(GBytes) list = lab_list((LabList){ ca, .from_days = -1, .to_days = 7 });

	manual_clock_init(&later, LAB_NOW_MS + 6 * LAB_DAY_MS);
	smime_revocation_add(revocation, LIST, list, LAB_NOW_MS);
	assert_verdict(lists_only, revocation, VERDICT_GOOD, "header_unsigned", "");
	manual_clock_advance(&later, 2 * LAB_DAY_MS);
	assert_verdict(lists_only, revocation, VERDICT_DOUBT, "revocation_outdated header_unsigned", LIST);
}

/* Who issued it may be revoked, too; a stranger's chain sends us nowhere. */
static void test_the_whole_chain(void)
{
	g_autoptr(SmimeRevocation) revocation = smime_revocation_new(HOSTS, &today.clock);
	g_autoptr(LabPerson) middle = lab_person_new((LabWish){ .name = "Middle", .usage = "keyCertSign,cRLSign", .lists = "URI:" LIST,
	                                                        .issuer = ca, .is_ca = true });
	g_autoptr(GBytes) list = lab_list((LabList){ ca, .revoked = middle, .from_days = -1, .to_days = 7 }), der = NULL;
	g_autoptr(SmimeTrust) trust = smime_trust_new();
	g_autoptr(GBytes) pem = lab_pem(ca);
	unsigned char *bytes = NULL;
	CertificateStanding standing;
	g_autoptr(LabPerson) leaf = lab_person_new((LabWish){ .name = "Leaf", .lists = "URI:http://crl.corp.test/middle.crl",
	                                                      .issuer = middle });
	g_autoptr(GBytes) clean = lab_list((LabList){ middle, .from_days = -1, .to_days = 7 });

	smime_trust_add_anchors(trust, pem, NULL);
	smime_trust_set_revocation(trust, revocation);
	int len = i2d_X509(middle->x509, &bytes);
	g_autoptr(GBytes) issuer = g_bytes_new(bytes, (gsize)len);
	OPENSSL_free(bytes);
	bytes = NULL;
	len = i2d_X509(leaf->x509, &bytes);
	der = g_bytes_new(bytes, (gsize)len);
	OPENSSL_free(bytes);
	smime_trust_add_issuer(trust, issuer, NULL);
	smime_revocation_add(revocation, "http://crl.corp.test/middle.crl", clean, LAB_NOW_MS);
	smime_trust_judge(trust, der, LAB_NOW_MS, &standing);
	g_assert_cmpint(standing.revocation, ==, REVOCATION_UNKNOWN);
	smime_revocation_add(revocation, LIST, list, LAB_NOW_MS);
	smime_trust_judge(trust, der, LAB_NOW_MS, &standing);
	g_assert_cmpint(standing.revocation, ==, REVOCATION_REVOKED);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	make_people();
	g_test_add_func("/revocation/lists", test_lists);
	g_test_add_func("/revocation/answers", test_answers);
	g_test_add_func("/revocation/nonsense", test_nonsense);
	g_test_add_func("/revocation/nobody-is-asked-unless-listed", test_nobody_is_asked_unless_listed);
	g_test_add_func("/revocation/a-certificate-that-names-nobody", test_a_certificate_that_names_nobody);
	g_test_add_func("/revocation/addresses-that-are-not-asked", test_addresses_that_are_not_asked);
	g_test_add_func("/revocation/a-list", test_a_list);
	g_test_add_func("/revocation/who-is-asked-when", test_who_is_asked_when);
	g_test_add_func("/revocation/lists-age", test_lists_age);
	g_test_add_func("/revocation/the-whole-chain", test_the_whole_chain);
	int failed = g_test_run();
	free_people();
	return failed;
}
