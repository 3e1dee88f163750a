/* Who signs a mail that leaves, whom it can be encrypted to, and what becomes of its bytes. */
#include <string.h>

#include "app/protection.h"
#include "base/error.h"
#include "smime/protect.h"
#include "store/certificate.h"
#include "support/lab.h"
#include "support/tempstore.h"

#define CANARY "the-canary-sings"

/* Ada writes, and has keys; Bob, Carol and Dave can be encrypted to; of Soon's the certificate ends in five days, nobody
 * vouches for Eve's, and of Nobody there is none. */
typedef struct {
	TempStore     temp;
	LabPerson    *root, *ada, *people[5];
	Certificates *certificates;
} Desk;

static const char *const names[] = { "bob", "carol", "dave", "soon", "eve" };

static LabPerson *person(const LabPerson *issuer, const char *name, int to_days)
{
	g_autofree char *alternative = g_strdup_printf("email:%s@example.org", name);

	return lab_person_new((LabWish){ .name = name, .alternative = alternative, .issuer = issuer, .from_days = -10, .to_days = to_days });
}

static KnownCertificate *known(const LabPerson *lab, CertificateSource source)
{
	g_autoptr(GBytes) pem = lab_pem(lab);
	g_autoptr(GPtrArray) found = certificates_read(pem, NULL);
	const Certificate *facts = found->pdata[0];

	return known_certificate_new(facts->der, source, (const char *const *)facts->addresses);
}

static KnownCertificate *own(TempStore *temp, const LabPerson *lab)
{
	g_autoptr(GBytes) pem = lab_pem_identity(lab, NULL);
	g_autoptr(GPtrArray) identities = smime_identities_read(pem, NULL, NULL);
	g_autoptr(Secret) key = smime_identity_export_key(identities->pdata[0], NULL);
	KnownCertificate *certificate = known(lab, SOURCE_FILE);

	certificate->role = ROLE_BOTH;
	certificate->sealed_key = store_seal_identity_key(temp->store, certificate->id, key, NULL);
	return certificate;
}

static void desk_init(Desk *desk, bool has_keys)
{
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	g_autoptr(GError) err = NULL;

	temp_store_init(&desk->temp);
	desk->root = lab_person_new((LabWish){ .name = "Root", .is_ca = true, .usage = "keyCertSign" });
	desk->ada = person(desk->root, "ada", 100);
	KnownCertificate *root = known(desk->root, SOURCE_FILE);
	certificate_changes_keep(changes, root);
	certificate_changes_add(changes, CERTIFICATE_TRUST, root->id);
	if (has_keys)
		certificate_changes_keep(changes, own(&desk->temp, desk->ada));
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		desk->people[i] = person(strcmp(names[i], "eve") == 0 ? NULL : desk->root, names[i], strcmp(names[i], "soon") == 0 ? 5 : 100);
		certificate_changes_keep(changes, known(desk->people[i], SOURCE_MAIL));
	}
	store_write_certificates(desk->temp.writer, changes, &err);
	g_assert_no_error(err);
	desk->certificates = certificates_load(desk->temp.reader, &err);
	g_assert_no_error(err);
}

static void desk_clear(Desk *desk)
{
	certificates_unref(desk->certificates);
	lab_person_free(desk->root);
	lab_person_free(desk->ada);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		lab_person_free(desk->people[i]);
	temp_store_clear(&desk->temp);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, desk_clear)

static Draft *draft_make(const char *to, const char *bcc, Signing signing, Encryption encryption)
{
	Draft *draft = draft_new();

	draft->kind = DRAFT_REPLY;
	draft->source_id = 99;
	draft->from = g_strdup("Ada <ada@example.org>");
	draft->to = g_strdup(to);
	draft->bcc = g_strdup(bcc);
	draft->subject = g_strdup("Plans");
	draft->message_id = g_strdup("<one@example.org>");
	draft->signing = signing;
	draft->encryption = encryption;
	return draft;
}

static GBytes *mime_of(const Draft *draft)
{
	g_autofree char *to = draft->to ? g_strdup_printf("To: %s\r\n", draft->to) : g_strdup("");
	g_autofree char *bcc = draft->bcc ? g_strdup_printf("Bcc: %s\r\n", draft->bcc) : g_strdup("");
	char *mail = g_strdup_printf("From: %s\r\n%s%sSubject: Plans\r\nMessage-ID: <one@example.org>\r\nDate: " LAB_DATE
	                             "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\n" CANARY "\r\n", draft->from, to, bcc);

	return g_bytes_new_take(mail, strlen(mail));
}

static char *text_of(GBytes *bytes)
{
	return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

/* What the owner of @key reads of it. */
static SmimeMessage *opened_by(const Desk *desk, GBytes *mail, const LabPerson *key)
{
	g_autofree char *text = text_of(mail);

	return lab_open(text, desk->root, NULL, key);
}

static void test_who_can_be_reached(void)
{
	static const struct { const char *address; Reach reach; const char *text; } rows[] = {
		{ "Bob <BOB@example.org>", REACH_GOOD, "valid" },
		{ "soon@example.org", REACH_ENDS_SOON, "expires soon" },
		{ "eve@example.org", REACH_UNVOUCHED, "nobody who is trusted vouches for it" },
		{ "nobody@example.org", REACH_NONE, "no certificate" },
	};
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, true);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Draft) draft = draft_make(rows[i].address, NULL, SIGNING_CLEAR, ENCRYPTION_YES);
		g_autoptr(Protection) found = protection_look(desk.certificates, draft, LAB_NOW_MS);
		g_autoptr(Protection) protection = protection_copy(found);
		const ProtectionPerson *one = protection->people->pdata[0];
		g_test_message("%s", rows[i].address);
		g_assert_cmpint(one->reach, ==, rows[i].reach);
		g_assert_cmpstr(protection_person_text(one), ==, rows[i].text);
		g_assert_cmpint(one->until_ms > LAB_NOW_MS, ==, rows[i].reach != REACH_NONE);
		g_assert_cmpstr(protection->signer, ==, "ada");
		g_assert_cmpint(protection->sender.reach, ==, REACH_GOOD);
		g_assert_true(protection_is_of(protection, draft));
		draft->cc = g_strdup("bob@example.org");
		g_assert_false(protection_is_of(protection, draft));
	}
}

/* What keeps a mail here, and what “if possible” becomes. */
/* For whom a directory is worth asking: as certificates name them, and not who has one that will not do. */
static void test_of_whom_there_is_none(void)
{
	g_auto(Desk) desk = { 0 };
	desk_init(&desk, true);
	g_autoptr(Draft) draft = draft_make("bob@example.org, Eve <eve@example.org>, nobody@Gr\xC3\xBC\xC3\x9F.example", "x@example.org", SIGNING_NO, ENCRYPTION_YES);
	g_autoptr(Protection) protection = protection_look(desk.certificates, draft, LAB_NOW_MS);
	g_autoptr(GPtrArray) unknown = protection_unknown(protection);

	g_assert_cmpuint(unknown->len, ==, 2);
	g_assert_true(g_str_has_prefix(unknown->pdata[0], "nobody@xn--"));
	g_assert_cmpstr(unknown->pdata[1], ==, "x@example.org");
}

static void test_what_stops_it(void)
{
	static const struct { const char *why, *to; Signing signing; Encryption encryption, after; const char *says; } rows[] = {
		{ "nothing", "bob@example.org", SIGNING_CLEAR, ENCRYPTION_YES, ENCRYPTION_YES, NULL },
		{ "one without", "bob@example.org, nobody@example.org", SIGNING_CLEAR, ENCRYPTION_YES, ENCRYPTION_YES,
		  "nothing can be encrypted to nobody@example.org:" },
		{ "two without", "x@example.org, nobody@example.org", SIGNING_CLEAR, ENCRYPTION_YES, ENCRYPTION_YES,
		  "nothing can be encrypted to x@example.org, nobody@example.org:" },
		{ "nobody vouches: a person was asked", "eve@example.org", SIGNING_NO, ENCRYPTION_YES, ENCRYPTION_YES, NULL },
		{ "it is possible", "bob@example.org", SIGNING_NO, ENCRYPTION_IF_POSSIBLE, ENCRYPTION_YES, NULL },
		{ "it is not", "bob@example.org, nobody@example.org", SIGNING_NO, ENCRYPTION_IF_POSSIBLE, ENCRYPTION_NO, NULL },
		{ "nobody vouches, and nobody was asked", "eve@example.org", SIGNING_NO, ENCRYPTION_IF_POSSIBLE, ENCRYPTION_NO, NULL },
	};
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, true);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Draft) draft = draft_make(rows[i].to, NULL, rows[i].signing, rows[i].encryption);
		g_autoptr(Protection) protection = protection_look(desk.certificates, draft, LAB_NOW_MS);
		g_autoptr(GBytes) mime = mime_of(draft);
		g_autoptr(GError) err = NULL, why = NULL;
		g_auto(StoreMail) mail = { 0 };
		g_test_message("%s", rows[i].why);
		protection_settle(protection, draft);
		g_assert_cmpint(draft->encryption, ==, rows[i].after);
		g_assert_cmpint(protection_check(protection, draft, &err), ==, rows[i].says == NULL);
		g_assert_cmpint(protection_apply(desk.certificates, draft, mime, LAB_NOW_MS, &mail, &why), ==, rows[i].says == NULL);
		if (!rows[i].says)
			continue;
		g_assert_true(error_is(err, ERR_NOT_FOUND) && error_is(why, ERR_NOT_FOUND));
		g_assert_cmpstr(err->message, ==, why->message);
		g_assert_true(g_str_has_prefix(err->message, rows[i].says));
		g_assert_null(mail.mime);
	}
}

static void test_without_a_key(void)
{
	static const struct { Signing signing; Encryption encryption; const char *says; } rows[] = {
		{ SIGNING_CLEAR, ENCRYPTION_NO, "there is no key to sign with as ada@example.org" },
		{ SIGNING_NO, ENCRYPTION_YES, "you could not read the mail yourself: there is no certificate of ada@example.org" },
	};
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, false);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Draft) draft = draft_make("bob@example.org", NULL, rows[i].signing, rows[i].encryption);
		g_autoptr(GBytes) mime = mime_of(draft);
		g_autoptr(GError) err = NULL;
		g_auto(StoreMail) mail = { 0 };
		g_assert_false(protection_apply(desk.certificates, draft, mime, LAB_NOW_MS, &mail, &err));
		g_assert_true(error_is(err, ERR_NOT_FOUND));
		g_assert_true(g_str_has_prefix(err->message, rows[i].says));
	}
}

static void test_what_leaves(void)
{
	static const struct { const char *why; Signing signing; Encryption encryption; bool is_readable; const char *has; } rows[] = {
		{ "neither", SIGNING_NO, ENCRYPTION_NO, true, "Content-Type: text/plain" },
		{ "signed", SIGNING_CLEAR, ENCRYPTION_NO, true, "multipart/signed" },
		{ "opaque", SIGNING_OPAQUE, ENCRYPTION_NO, false, "smime-type=signed-data" },
		{ "encrypted", SIGNING_NO, ENCRYPTION_YES, false, "nveloped-data" },
		{ "both", SIGNING_CLEAR, ENCRYPTION_YES, false, "nveloped-data" },
	};
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, true);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Draft) draft = draft_make("bob@example.org", NULL, rows[i].signing, rows[i].encryption);
		g_autoptr(GBytes) mime = mime_of(draft);
		g_autoptr(GError) err = NULL;
		g_auto(StoreMail) mail = { 0 };
		g_test_message("%s", rows[i].why);
		protection_apply(desk.certificates, draft, mime, LAB_NOW_MS, &mail, &err);
		g_assert_no_error(err);
		g_assert_null(mail.copies);
		g_autofree char *text = text_of(mail.mime);
		g_assert_nonnull(strstr(text, rows[i].has));
		g_assert_cmpint(strstr(text, CANARY) != NULL, ==, rows[i].is_readable);
		const LabPerson *readers[] = { desk.people[0], desk.ada };
		for (guint j = 0; j < G_N_ELEMENTS(readers); j++) {
			g_autoptr(SmimeMessage) message = opened_by(&desk, mail.mime, readers[j]);
			g_assert_null(message->trouble);
			g_assert_cmpint(message->verdict.grade == VERDICT_GOOD, ==, rows[i].signing != SIGNING_NO);
		}
	}
}

/* Nobody of Bcc stands in another's mail, nor can its certificate be found there. */
static void test_bcc(void)
{
	static const struct { const char *why, *to, *bcc; const char *tos[3], *bccs[3]; } rows[] = {
		{ "one and one", "bob@example.org", "carol@example.org", { "bob@example.org", NULL }, { NULL, "carol@example.org" } },
		{ "nobody else", NULL, "carol@example.org, dave@example.org", { NULL, NULL }, { "carol@example.org", "dave@example.org" } },
		{ "two", "bob@example.org", "carol@example.org, dave@example.org", { "bob@example.org" },
		  { NULL, "carol@example.org", "dave@example.org" } },
	};
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, true);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Draft) draft = draft_make(rows[i].to, rows[i].bcc, SIGNING_CLEAR, ENCRYPTION_YES);
		g_autoptr(GBytes) mime = mime_of(draft);
		g_autoptr(GError) err = NULL;
		g_auto(StoreMail) mail = { 0 };
		g_test_message("%s", rows[i].why);
		protection_apply(desk.certificates, draft, mime, LAB_NOW_MS, &mail, &err);
		g_assert_no_error(err);
		for (guint j = 0; j < mail.copies->len; j++) {
			const StoreCopy *copy = mail.copies->pdata[j];
			g_autofree char *text = text_of(copy->mime);
			g_assert_cmpstr(copy->draft->to, ==, rows[i].tos[j]);
			g_assert_cmpstr(copy->draft->bcc, ==, rows[i].bccs[j]);
			g_assert_nonnull(strstr(text, copy->draft->message_id));
			g_assert_cmpint(copy->draft->source_id, ==, j ? 0 : 99);
			g_assert_cmpint(copy->draft->kind, ==, j ? DRAFT_NEW : DRAFT_REPLY);
			for (guint k = 0; k < mail.copies->len; k++)
				if (k != j && rows[i].bccs[k])
					g_assert_null(strstr(text, rows[i].bccs[k]));
		}
	}
}

static void test_only_one_of_bcc_is_one_mail(void)
{
	g_auto(Desk) desk = { 0 };
	g_auto(StoreMail) mail = { 0 };
	g_autoptr(GError) err = NULL;

	desk_init(&desk, true);
	g_autoptr(Draft) draft = draft_make(NULL, "carol@example.org", SIGNING_NO, ENCRYPTION_YES);
	g_autoptr(GBytes) mime = mime_of(draft);
	protection_apply(desk.certificates, draft, mime, LAB_NOW_MS, &mail, &err);
	g_assert_no_error(err);
	g_assert_null(mail.copies);
	g_autofree char *text = text_of(mail.mime);
	g_assert_nonnull(strstr(text, "carol@example.org"));
}

/* Who has told that AES-GCM can be read gets that, and the sender's own program can read it, too. */
static void test_cipher(void)
{
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, true);
	for (int tells = 0; tells < 2; tells++) {
		g_autoptr(Draft) draft = draft_make("bob@example.org", NULL, SIGNING_CLEAR, ENCRYPTION_YES);
		g_autoptr(GBytes) mime = mime_of(draft);
		g_autoptr(GError) err = NULL;
		g_auto(StoreMail) mail = { 0 };
		g_assert_true(protection_apply(desk.certificates, draft, mime, LAB_NOW_MS, &mail, &err));
		g_assert_no_error(err);
		g_autoptr(SmimeMessage) message = opened_by(&desk, mail.mime, desk.ada);
		const SmimeLayer *layer = g_ptr_array_index(message->layers, 0);
		g_assert_cmpstr(layer->cipher, ==, tells ? "id-aes256-GCM" : "AES-256-CBC");
		g_autoptr(GPtrArray) changes = certificate_changes_new();
		KnownCertificate *bob = known(desk.people[0], SOURCE_MAIL);
		g_autoptr(Certificate) facts = certificate_read(bob->der, NULL);
		bob->capabilities = smime_capabilities(facts);
		certificate_changes_keep(changes, bob);
		store_write_certificates(desk.temp.writer, changes, &err);
		g_assert_no_error(err);
		certificates_unref(desk.certificates);
		desk.certificates = certificates_load(desk.temp.reader, &err);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/protection/cipher", test_cipher);
	g_test_add_func("/protection/reach", test_who_can_be_reached);
	g_test_add_func("/protection/of whom there is none", test_of_whom_there_is_none);
	g_test_add_func("/protection/stops", test_what_stops_it);
	g_test_add_func("/protection/without-a-key", test_without_a_key);
	g_test_add_func("/protection/leaves", test_what_leaves);
	g_test_add_func("/protection/bcc", test_bcc);
	g_test_add_func("/protection/bcc-alone", test_only_one_of_bcc_is_one_mail);
	return g_test_run();
}
