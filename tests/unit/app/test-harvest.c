#include <string.h>

#include "app/harvest.h"
#include "support/lab.h"
#include "support/tempstore.h"
#include "store/certificate.h"

#define HEADER "From: Grace <Grace@example.org>\r\nTo: ada@example.org\r\nDate: " LAB_DATE "\r\nMIME-Version: 1.0\r\n"
#define TEXT   "Content-Type: text/plain\r\n\r\nHello\r\n"

static LabPerson *ca, *between, *all, *signs, *secrets, *namesake, *of_another, *of_stranger, *ended, *by_between;

static LabPerson *person(const char *name, const char *usage, const char *address, const LabPerson *issuer, int to_days)
{
	return lab_person_new((LabWish){ .name = name, .usage = usage, .alternative = address, .issuer = issuer, .from_days = -10, .to_days = to_days });
}

static void make_people(void)
{
	const char *hers = "email:grace@example.org";

	ca = lab_person_new((LabWish){ .name = "Lab CA", .is_ca = true, .usage = "keyCertSign,cRLSign" });
	between = lab_person_new((LabWish){ .name = "Between", .is_ca = true, .usage = "keyCertSign", .issuer = ca });
	all = person("All", NULL, hers, ca, 100);
	signs = person("Grace", "digitalSignature", hers, ca, 100);
	secrets = person("Secrets", "keyAgreement", hers, ca, 100);
	namesake = person("Grace", "keyAgreement", hers, ca, 100);
	of_another = person("Mallory", "keyAgreement", "email:mallory@example.org", ca, 100);
	of_stranger = person("Stranger", "keyAgreement", hers, NULL, 100);
	ended = person("Ended", "keyAgreement", hers, ca, -1);
	by_between = person("By between", NULL, hers, between, 100);
}

static void free_people(void)
{
	LabPerson *people[] = { ca, between, all, signs, secrets, namesake, of_another, of_stranger, ended, by_between };

	for (size_t i = 0; i < G_N_ELEMENTS(people); i++)
		lab_person_free(people[i]);
}

static SmimeMessage *open_signed(LabSigning signing, const LabPerson *anchor)
{
	signing.flags |= CMS_DETACHED;
	g_autoptr(GBytes) der = lab_sign(signing, TEXT);
	g_autofree char *part = lab_clear(TEXT, der), *mail = g_strconcat(HEADER, part, NULL);

	return lab_open(mail, anchor, NULL, NULL);
}

static Certificates *known_of(const GPtrArray *changes)
{
	g_auto(TempStore) temp = { 0 };
	g_autoptr(GError) error = NULL;

	temp_store_init(&temp);
	store_write_certificates(temp.writer, changes, &error);
	g_assert_no_error(error);
	Certificates *known = certificates_load(temp.reader, &error);
	g_assert_no_error(error);
	return known;
}

/* The names of what @changes keep, blanks between. */
static char *names_of(const GPtrArray *changes)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < changes->len; i++) {
		const CertificateChange *change = changes->pdata[i];
		g_autoptr(Certificate) facts = certificate_read(change->certificate->der, NULL);
		g_string_append_printf(names, "%s%s", i ? " " : "", facts->name);
	}
	return g_string_free(g_steal_pointer(&names), FALSE);
}

static void test_whose(void)
{
	const struct { const char *why; LabSigning signing; const LabPerson *anchor; const char *names; } rows[] = {
		{ "her one for all", { .signer = all }, ca, "All" },
		{ "one for secrets, by issuer", { .signer = signs, .extra = secrets, .preferred = secrets, .preference = LAB_BY_ISSUER }, ca, "Secrets" },
		{ "by key", { .signer = signs, .extra = secrets, .preferred = secrets, .preference = LAB_BY_KEY }, ca, "Secrets" },
		{ "by key and more", { .signer = signs, .extra = secrets, .preferred = secrets, .preference = LAB_BY_RECIPIENT_KEY }, ca, "Secrets" },
		{ "as Outlook says", { .signer = signs, .extra = secrets, .preferred = secrets, .preference = LAB_AS_OUTLOOK }, ca, "Secrets" },
		{ "rather than her one for all", { .signer = all, .extra = secrets, .preferred = secrets }, ca, "Secrets" },
		{ "named but not there", { .signer = signs, .preferred = secrets }, ca, "" },
		{ "of her name", { .signer = signs, .extra = secrets, .extra2 = namesake }, ca, "Grace" },
		{ "not named, nor of her name", { .signer = signs, .extra = secrets }, ca, "" },
		{ "named but only to sign", { .signer = all, .extra = signs, .preferred = signs }, ca, "" },
		{ "of somebody else", { .signer = signs, .extra = of_another, .preferred = of_another }, ca, "" },
		{ "of nobody who is trusted", { .signer = signs, .extra = of_stranger, .preferred = of_stranger }, ca, "" },
		{ "that has ended", { .signer = signs, .extra = ended, .preferred = ended }, ca, "" },
		{ "with who issued it", { .signer = by_between, .extra = between }, ca, "By between Between" },
		{ "of nobody trusted, herself", { .signer = all }, NULL, "" },
		{ "signed by two", { .signer = all, .second = signs }, ca, "" },
	};
	g_autoptr(GPtrArray) none = certificate_changes_new();
	g_autoptr(Certificates) known = known_of(none);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) changes = certificate_changes_new();
		g_autoptr(SmimeMessage) message = open_signed(rows[i].signing, rows[i].anchor);
		HarvestSource source = { 7, LAB_NOW_MS, LAB_NOW_MS };
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(harvest(message, source, known, changes), ==, *rows[i].names != '\0');
		g_autofree char *names = names_of(changes);
		g_assert_cmpstr(names, ==, rows[i].names);
	}
}

static void test_what_is_kept(void)
{
	g_autoptr(GPtrArray) none = certificate_changes_new(), changes = certificate_changes_new();
	g_autoptr(Certificates) known = known_of(none);
	g_autoptr(SmimeMessage) message = open_signed((LabSigning){ .signer = all }, ca);

	g_assert_true(harvest(message, (HarvestSource){ 7, LAB_NOW_MS, LAB_NOW_MS }, known, changes));
	const KnownCertificate *kept = ((CertificateChange *)changes->pdata[0])->certificate;
	g_assert_cmpint(kept->source, ==, SOURCE_MAIL);
	g_assert_cmpint(kept->account_id, ==, 7);
	g_assert_cmpint(kept->seen_ms, ==, LAB_NOW_MS);
	g_assert_cmpint(kept->role, ==, ROLE_NONE);
	g_assert_cmpstrv(kept->addresses, ((const char *[]){ "grace@example.org", NULL }));
	g_assert_nonnull(kept->capabilities);
}

static void test_altered_mail_brings_nothing(void)
{
	g_autoptr(GPtrArray) none = certificate_changes_new();
	g_autoptr(Certificates) known = known_of(none);
	g_autoptr(GBytes) der = lab_sign((LabSigning){ .signer = all, .flags = CMS_DETACHED }, TEXT);
	g_autofree char *part = lab_clear("Content-Type: text/plain\r\n\r\nHullo\r\n", der), *mail = g_strconcat(HEADER, part, NULL);
	g_autoptr(SmimeMessage) message = lab_open(mail, ca, NULL, NULL);

	g_assert_false(harvest(message, (HarvestSource){ 7, LAB_NOW_MS, LAB_NOW_MS }, known, none));
}

/* What is known already is written again once a day, or if it can do more. */
static void test_again(void)
{
	static const struct { const char *why; int hours; bool is_able, is_news; } rows[] = {
		{ "an hour later", 1, true, false },
		{ "a day later", 25, true, true },
		{ "a day before", -25, true, false },
		{ "at once, and it was not known what she can decrypt", 0, false, true },
	};
	g_autoptr(SmimeMessage) message = open_signed((LabSigning){ .signer = by_between, .extra = between }, ca);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) none = certificate_changes_new(), first = certificate_changes_new(), again = certificate_changes_new();
		g_autoptr(Certificates) empty = known_of(none);
		HarvestSource source = { 0, LAB_NOW_MS, LAB_NOW_MS };
		harvest(message, source, empty, first);
		if (!rows[i].is_able)
			g_clear_pointer(&((CertificateChange *)first->pdata[0])->certificate->capabilities, g_bytes_unref);
		g_autoptr(Certificates) known = known_of(first);
		source.came_ms += rows[i].hours * INT64_C(3600000);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(harvest(message, source, known, again), ==, rows[i].is_news);
		g_assert_cmpuint(again->len, ==, rows[i].is_news);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	make_people();
	g_test_add_func("/harvest/whose", test_whose);
	g_test_add_func("/harvest/what is kept", test_what_is_kept);
	g_test_add_func("/harvest/altered mail brings nothing", test_altered_mail_brings_nothing);
	g_test_add_func("/harvest/again", test_again);
	int failed = g_test_run();
	free_people();
	return failed;
}
