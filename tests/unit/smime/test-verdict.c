#include <string.h>

#include "smime/verdict.h"
#include "support/lab.h"

#define HOUR_MS INT64_C(3600000)

static const char *const grace[] = { "grace@example.org", NULL };
static const char *const mallory[] = { "mallory@example.net", NULL };
static const char *const two[] = { "other@example.org", "Grace@Example.ORG", NULL };
static const char *const nobody[] = { NULL };

static SignerFacts good_signer(void)
{
	return (SignerFacts){ .is_for_mail = true,
		              .revocation = REVOCATION_GOOD,
		              .from_ms = LAB_NOW_MS - LAB_DAY_MS,
		              .to_ms = LAB_NOW_MS + LAB_DAY_MS,
		              .signed_ms = LAB_NOW_MS,
		              .addresses = grace };
}

static VerdictFacts good_facts(const SignerFacts *signer)
{
	return (VerdictFacts){ .cover = COVER_WHOLE,
		               .signers = signer,
		               .signer_count = 1,
		               .sender = { .count = 1, .address = "grace@example.org", .name = "Grace" },
		               .date_ms = LAB_NOW_MS,
		               .now_ms = LAB_NOW_MS,
		               .has_signed_header = true };
}

/* Each row spoils one fact of a good signature. */
static void spoil(const char *what, VerdictFacts *f, SignerFacts *s)
{
#define IS(text) (strcmp(what, text) == 0)
	if (IS("another case")) f->sender.address = "GRACE@example.org";
	if (IS("one of its addresses")) s->addresses = two;
	if (IS("within the hour")) f->date_ms += HOUR_MS, s->to_ms = LAB_NOW_MS;
	if (IS("name is the address")) f->sender.name = "grace@example.org";
	if (IS("nothing signed")) f->cover = COVER_NOTHING;
	if (IS("nothing signed, CBC")) f->cover = COVER_NOTHING, f->is_open_to_change = true;
	if (IS("signed, CBC")) f->is_open_to_change = true;
	if (IS("3DES")) f->has_old_cipher = true;
	if (IS("a part")) f->cover = COVER_PART;
	if (IS("ciphertext")) f->cover = COVER_CIPHERTEXT;
	if (IS("locked")) f->cover = COVER_LOCKED;
	if (IS("ambiguous")) f->cover = COVER_AMBIGUOUS;
	if (IS("shown differs")) f->cover = COVER_OTHER;
	if (IS("twice")) f->cover = COVER_TWICE;
	if (IS("damaged")) f->cover = COVER_DAMAGED;
	if (IS("no signer")) f->signer_count = 0;
	if (IS("broken")) s->state = SIGNATURE_BROKEN;
	if (IS("unknown algorithm")) s->state = SIGNATURE_UNKNOWN;
	if (IS("no certificate")) s->state = SIGNATURE_NO_CERTIFICATE, s->addresses = NULL;
	if (IS("MD5")) s->weak = WEAK_MD5;
	if (IS("SHA-1")) s->weak = WEAK_SHA1;
	if (IS("short key")) s->weak = WEAK_KEY;
	if (IS("no anchor")) s->chain = CHAIN_UNKNOWN;
	if (IS("refused")) s->chain = CHAIN_REFUSED;
	if (IS("broken chain")) s->chain = CHAIN_BROKEN;
	if (IS("usage")) s->is_for_mail = false;
	if (IS("not yet")) s->from_ms = LAB_NOW_MS + 1, s->signed_ms = 0;
	if (IS("expired")) s->to_ms = LAB_NOW_MS - 1, s->signed_ms -= 2, f->date_ms -= 2;
	if (IS("revoked")) s->revocation = REVOCATION_REVOKED;
	if (IS("not known whether")) s->revocation = REVOCATION_UNKNOWN;
	if (IS("no server listed")) s->revocation = REVOCATION_UNKNOWN, s->doubt = REVOCATION_NOT_LISTED;
	if (IS("no answer")) s->revocation = REVOCATION_UNKNOWN, s->doubt = REVOCATION_UNANSWERED;
	if (IS("an answer that tells nothing")) s->revocation = REVOCATION_UNKNOWN, s->doubt = REVOCATION_UNTOLD;
	if (IS("an old answer")) s->revocation = REVOCATION_UNKNOWN, s->doubt = REVOCATION_OUTDATED;
	if (IS("an answer about others")) s->revocation = REVOCATION_UNKNOWN, s->doubt = REVOCATION_OTHER;
	if (IS("an unreadable answer")) s->revocation = REVOCATION_UNKNOWN, s->doubt = REVOCATION_UNREADABLE;
	if (IS("a stranger's answer")) s->revocation = REVOCATION_UNKNOWN, s->doubt = REVOCATION_FORGED;
	if (IS("no From")) f->sender = (SenderFacts){ 0 };
	if (IS("two From")) f->sender.count = 2;
	if (IS("unclear From")) f->sender.is_unclear = true;
	if (IS("both as name")) f->sender.name = "ada@example.org grace@example.org";
	if (IS("at work")) f->sender.name = "Grace @ Work";
	if (IS("her address, written otherwise")) f->sender.name = "GRACE@example.org";
	if (IS("outside another")) f->sender.outside = "mallory@example.net";
	if (IS("outside the same")) f->sender.outside = "Grace@example.org";
	if (IS("a name with an address")) f->sender.name = "ada@example.org (Ada)";
	if (IS("a wide at sign")) f->sender.name = "ada\xef\xbc\xa0""example.org";
	if (IS("somebody else")) s->addresses = mallory;
	if (IS("no address")) s->addresses = nobody;
	if (IS("the future")) s->signed_ms += HOUR_MS + 1, f->date_ms += HOUR_MS;
	if (IS("when it was not valid")) s->signed_ms = s->from_ms - 1, f->date_ms = s->signed_ms;
	if (IS("another date")) f->date_ms -= HOUR_MS + 1;
	if (IS("no date")) f->date_ms = 0;
	if (IS("no signing time")) s->signed_ms = 0;
	if (IS("no signed header")) f->has_signed_header = false;
	if (IS("header differs")) f->header_differs = true;
#undef IS
}

static const struct { const char *what; VerdictGrade grade; const char *reasons; } rows[] = {
	{ "nothing is wrong", VERDICT_GOOD, "" },
	{ "another case", VERDICT_GOOD, "" },
	{ "one of its addresses", VERDICT_GOOD, "" },
	{ "within the hour", VERDICT_GOOD, "" },
	{ "name is the address", VERDICT_GOOD, "" },
	{ "nothing signed", VERDICT_NONE, "unsigned" },
	{ "nothing signed, CBC", VERDICT_NONE, "unsigned open_to_change" },
	{ "signed, CBC", VERDICT_GOOD, "" },
	{ "3DES", VERDICT_GOOD, "old_cipher" },
	{ "a part", VERDICT_DOUBT, "partly_signed" },
	{ "ciphertext", VERDICT_DOUBT, "ciphertext_signed" },
	{ "locked", VERDICT_DOUBT, "locked" },
	{ "ambiguous", VERDICT_BAD, "ambiguous" },
	{ "shown differs", VERDICT_BAD, "shown_differs" },
	{ "twice", VERDICT_BAD, "content_twice" },
	{ "damaged", VERDICT_BAD, "damaged" },
	{ "no signer", VERDICT_BAD, "no_signer" },
	{ "broken", VERDICT_BAD, "altered" },
	{ "unknown algorithm", VERDICT_DOUBT, "algorithm_unknown" },
	{ "no certificate", VERDICT_DOUBT, "no_certificate" },
	{ "MD5", VERDICT_BAD, "weak_md5" },
	{ "SHA-1", VERDICT_DOUBT, "weak_sha1" },
	{ "short key", VERDICT_DOUBT, "weak_key" },
	{ "no anchor", VERDICT_DOUBT, "issuer_unknown" },
	{ "refused", VERDICT_BAD, "chain_refused" },
	{ "broken chain", VERDICT_BAD, "chain_broken" },
	{ "usage", VERDICT_BAD, "wrong_usage" },
	{ "not yet", VERDICT_DOUBT, "not_yet_valid no_signing_time" },
	{ "expired", VERDICT_DOUBT, "expired" },
	{ "revoked", VERDICT_BAD, "revoked" },
	{ "not known whether", VERDICT_GOOD, "revocation_unknown" },
		{ "no server listed", VERDICT_GOOD, "revocation_not_listed" },
		{ "no answer", VERDICT_DOUBT, "revocation_unanswered" },
		{ "an answer that tells nothing", VERDICT_DOUBT, "revocation_untold" },
		{ "an old answer", VERDICT_DOUBT, "revocation_outdated" },
		{ "an answer about others", VERDICT_DOUBT, "revocation_other" },
		{ "an unreadable answer", VERDICT_DOUBT, "revocation_unreadable" },
		{ "a stranger's answer", VERDICT_DOUBT, "revocation_forged" },
	{ "no From", VERDICT_BAD, "from_missing other_signer" },
	{ "two From", VERDICT_BAD, "from_several" },
	{ "unclear From", VERDICT_BAD, "ambiguous" },
	{ "both as name", VERDICT_DOUBT, "name_deceives" },
	{ "at work", VERDICT_GOOD, "" },
	{ "her address, written otherwise", VERDICT_GOOD, "" },
	{ "outside another", VERDICT_BAD, "from_differs" },
	{ "outside the same", VERDICT_GOOD, "" },
	{ "a name with an address", VERDICT_DOUBT, "name_deceives" },
	{ "a wide at sign", VERDICT_DOUBT, "name_deceives" },
	{ "somebody else", VERDICT_BAD, "other_signer" },
	{ "no address", VERDICT_DOUBT, "address_missing" },
	{ "the future", VERDICT_DOUBT, "signed_in_future" },
	{ "when it was not valid", VERDICT_DOUBT, "signed_when_invalid" },
	{ "another date", VERDICT_DOUBT, "date_differs" },
	{ "no date", VERDICT_GOOD, "" },
	{ "no signing time", VERDICT_GOOD, "no_signing_time" },
	{ "no signed header", VERDICT_GOOD, "header_unsigned" },
	{ "header differs", VERDICT_GOOD, "header_differs" },
};

static void test_one_fact_at_a_time(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		SignerFacts signer = good_signer();
		VerdictFacts facts = good_facts(&signer);
		spoil(rows[i].what, &facts, &signer);
		Verdict verdict = verdict_judge(&facts);
		g_autofree char *reasons = lab_reasons(verdict);
		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(reasons, ==, rows[i].reasons);
		g_assert_cmpint(verdict.grade, ==, rows[i].grade);
	}
}

/* Every reason of the table is given by a row above, but the one that needs two signers. */
static void test_every_reason_is_reached(void)
{
	g_autoptr(GString) reached = g_string_new(" several_signers ");

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		g_string_append_printf(reached, "%s ", rows[i].reasons);
	for (int reason = 0; reason < REASON_COUNT; reason++) {
		g_autofree char *name = reason_name((Reason)reason);
		g_autofree char *word = g_strdup_printf(" %s ", name);
		g_test_message("%s", name);
		g_assert_nonnull(strstr(reached->str, word));
		g_assert_true(g_utf8_validate(reason_text((Reason)reason), -1, NULL));
	}
}

/* All that decides, in every combination: good exactly where each is good. */
static void test_all_combinations(void)
{
	guint count = 0;

	for (int cover = COVER_NOTHING; cover <= COVER_DAMAGED; cover++)
	for (int state = SIGNATURE_FITS; state <= SIGNATURE_UNKNOWN; state++)
	for (int chain = CHAIN_TRUSTED; chain <= CHAIN_BROKEN; chain++)
	for (int revocation = REVOCATION_UNKNOWN; revocation <= REVOCATION_REVOKED; revocation++)
	for (guint weak = 0; weak < 8; weak++)
	for (int usage = 0; usage < 2; usage++)
	for (int time = -1; time <= 1; time++)
	for (int signers = 0; signers <= 2; signers++)
	for (int froms = 0; froms <= 2; froms++)
	for (int address = 0; address <= 2; address++) {
		static const char *const *const addresses[] = { grace, mallory, nobody };
		SignerFacts s = good_signer();
		s.state = (SignatureState)state, s.chain = (ChainState)chain, s.weak = weak;
		s.revocation = (RevocationState)revocation, s.is_for_mail = usage;
		s.addresses = addresses[address];
		s.from_ms += 2 * time * LAB_DAY_MS, s.to_ms += 2 * time * LAB_DAY_MS;
		const SignerFacts both[] = { s, s };
		VerdictFacts f = good_facts(both);
		f.cover = (VerdictCover)cover, f.signer_count = (guint)signers, f.sender.count = froms;
		bool is_good = cover == COVER_WHOLE && state == SIGNATURE_FITS && chain == CHAIN_TRUSTED &&
		               revocation != REVOCATION_REVOKED && !weak && usage && time == 0 && signers == 1 &&
		               froms == 1 && address == 0;
		VerdictGrade grade = verdict_judge(&f).grade;
		g_assert_true((grade == VERDICT_GOOD) == is_good);
		g_assert_true((grade == VERDICT_NONE) == (cover == COVER_NOTHING));
		count++;
	}
	g_assert_cmpuint(count, ==, 9 * 4 * 4 * 3 * 8 * 2 * 3 * 3 * 3 * 3);
}

static void test_several_signers(void)
{
	SignerFacts signers[] = { good_signer(), good_signer() };
	VerdictFacts facts = good_facts(signers);

	facts.signer_count = 2;
	signers[1].state = SIGNATURE_BROKEN;
	Verdict verdict = verdict_judge(&facts);
	g_autofree char *reasons = lab_reasons(verdict);
	g_assert_cmpstr(reasons, ==, "several_signers altered");
	g_assert_cmpint(verdict.grade, ==, VERDICT_BAD);
}

static void test_join(void)
{
	Verdict good = { VERDICT_GOOD, 1 }, bad = { VERDICT_BAD, 2 };
	Verdict both = verdict_join(good, bad);

	g_assert_cmpint(both.grade, ==, VERDICT_BAD);
	g_assert_cmpuint(both.reasons, ==, 3);
}

static void test_addresses(void)
{
	g_assert_true(verdict_same_address("a@b.c", "A@B.c"));
	g_assert_false(verdict_same_address("a@b.c", "a@b.cc"));
	/* A domain with letters of its own is the same in both of its forms. */
	g_assert_true(verdict_same_address("a@b\xc3\xbc""cher.example", "A@xn--bcher-kva.example"));
	g_assert_false(verdict_same_address("a@bucher.example", "a@xn--bcher-kva.example"));
	g_assert_false(verdict_same_address("a@xn--bcher-kva.example@b.c", "a@b.c"));
	g_assert_true(verdict_same_address("nobody", "Nobody"));
	g_assert_false(verdict_same_address("", ""));
	g_assert_false(verdict_same_address(NULL, NULL));
	/* A dotless i is no i, whatever the locale. */
	g_assert_false(verdict_same_address("i@b.c", "\xc4\xb1@b.c"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/verdict/one fact at a time", test_one_fact_at_a_time);
	g_test_add_func("/verdict/every reason is reached", test_every_reason_is_reached);
	g_test_add_func("/verdict/all combinations", test_all_combinations);
	g_test_add_func("/verdict/several signers", test_several_signers);
	g_test_add_func("/verdict/join", test_join);
	g_test_add_func("/verdict/addresses", test_addresses);
	return g_test_run();
}
