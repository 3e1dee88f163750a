#include <string.h>

#include "app/judgement.h"
#include "app/reading.h"
#include "support/keys.h"

#define HEADER "From: Grace <grace@example.org>\r\nTo: ada@example.org\r\nSubject: outside\r\nDate: " LAB_DATE "\r\nMIME-Version: 1.0\r\n"
#define TEXT   "Content-Type: text/plain\r\n\r\nthe secret\r\n"
#define INNER  "Subject: inside\r\nFrom: Grace <grace@example.org>\r\nTo: ada@example.org\r\nDate: " LAB_DATE \
	"\r\nContent-Type: text/plain; hp=\"clear\"\r\n\r\nthe secret\r\n"
#define HTML   "Content-Type: text/html\r\n\r\n<p>the secret <a href=\"http://a.example\">link</a><img src=\"http://a.example/i\" alt=\"alt\"></p>\r\n"

static TempStore     temp;
static LabPerson    *ca, *grace, *ada;
static Certificates *keys;

static void make_people(void)
{
	ca = lab_person_new((LabWish){ .name = "Lab CA", .is_ca = true, .usage = "keyCertSign,cRLSign" });
	LabWish wish = { .name = "Grace", .alternative = "email:grace@example.org", .issuer = ca };

	grace = lab_person_new(wish);
	wish.name = "Ada", wish.alternative = "email:ada@example.org";
	ada = lab_person_new(wish);
	temp_store_init(&temp);
	keys = keys_make(&temp, ca, ada);
}

static char *clear(const char *text)
{
	g_autoptr(GBytes) der = lab_sign((LabSigning){ .signer = grace, .flags = CMS_DETACHED }, text);

	return lab_clear(text, der);
}
static char *opaque(const char *text)
{
	g_autoptr(GBytes) der = lab_sign((LabSigning){ .signer = grace }, text);

	return lab_opaque("signed-data", der);
}
static char *gcm(const char *text)
{
	g_autoptr(GBytes) der = lab_encrypt(ada, EVP_aes_256_gcm(), false, text);

	return lab_opaque("enveloped-data", der);
}
static char *cbc(const char *text)
{
	g_autoptr(GBytes) der = lab_encrypt(ada, EVP_aes_256_cbc(), false, text);

	return lab_opaque("enveloped-data", der);
}
static char *signed_in_cbc(const char *text)
{
	g_autofree char *inner = clear(text);

	return cbc(inner);
}
static char *in_signed(const char *text)
{
	g_autofree char *inner = gcm(text);

	return clear(inner);
}
static char *plain(const char *text) { return g_strdup(text); }

/* Its parts beside another one: it is not the whole that is encrypted. */
static char *beside(const char *text)
{
	g_autofree char *inner = gcm(text);

	return g_strconcat("Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nsee below\r\n--m\r\n", inner, "\r\n--m--\r\n", NULL);
}

typedef char *(*Wrap)(const char *text);

static GBytes *mail_of(Wrap wrap, const char *text)
{
	g_autofree char *part = wrap(text);
	char *mail = g_strconcat(HEADER, part, NULL);

	return g_bytes_new_take(mail, strlen(mail));
}

static Message *message_new_at(guint flags)
{
	Message *message = message_new();

	message->flags = flags;
	message->received_ms = LAB_NOW_MS;
	return message;
}

static void test_what_is_seen(void)
{
	static const struct { const char *why; Wrap wrap; const char *with_key, *without, *indexed; bool is_encrypted, is_alterable; } rows[] = {
		{ "plain", plain, "the secret\n", "the secret\n", "the secret\n", false, false },
		{ "clear signed", clear, "the secret\n", "the secret\n", "the secret\n", false, false },
		{ "opaque signed", opaque, "the secret\n", "the secret\n", "the secret\n", false, false },
		{ "encrypted", gcm, "the secret\n", "", NULL, true, false },
		{ "encrypted, alterable", cbc, "the secret\n", "", NULL, true, true },
		{ "signed in it", signed_in_cbc, "the secret\n", "", NULL, true, false },
		{ "encrypted in a signed one", in_signed, "the secret\n", "", NULL, true, false },
		{ "beside another part", beside, "see below\n", "see below\n", "see below\n", false, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = mail_of(rows[i].wrap, TEXT);
		g_autoptr(Message) message = message_new_at(0);
		OpeningMail mail = { message, BODY_MIME, bytes, NULL };
		g_autoptr(Reading) with_key = reading_open(&mail, keys), without = reading_open(&mail, NULL);
		g_autofree char *shown = doc_plain_text(with_key->doc), *closed = doc_plain_text(without->doc);
		g_autofree char *indexed = reading_index_text(message, BODY_MIME, bytes, NULL);

		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(shown, ==, rows[i].with_key);
		g_assert_cmpstr(closed, ==, rows[i].without);
		g_assert_cmpstr(indexed, ==, rows[i].indexed);
		g_assert_cmpint(opening_is_encrypted(with_key->opening), ==, rows[i].is_encrypted);
		g_assert_cmpint(opening_is_alterable(with_key->opening), ==, rows[i].is_alterable);
		g_assert_cmpint(opening_is_closed(without->opening), ==, rows[i].is_encrypted);
	}
}

/* A document that a stranger may have changed leads nowhere. */
static void test_disarmed(void)
{
	static const struct { Wrap wrap; guint links; } rows[] = { { plain, 1 }, { gcm, 1 }, { cbc, 0 }, { signed_in_cbc, 1 } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = mail_of(rows[i].wrap, HTML);
		g_autoptr(Message) message = message_new_at(0);
		OpeningMail mail = { message, BODY_MIME, bytes, NULL };
		g_autoptr(Reading) reading = reading_open(&mail, keys);
		g_autofree char *text = doc_plain_text(reading->doc);

		g_assert_cmpuint(reading->doc->links->len, ==, rows[i].links);
		g_assert_cmpuint(reading->doc->pictures->len, ==, rows[i].links);
		g_assert_nonnull(strstr(text, "the secret link"));
		g_assert_nonnull(strstr(text, "alt"));
	}
}

static void test_what_it_says_of_itself(void)
{
	static const struct { const char *why; Wrap wrap; const char *text, *subject; } rows[] = {
		{ "header outside", clear, TEXT, "outside" },
		{ "header inside", clear, INNER, "inside" },
		{ "header inside, encrypted", gcm, INNER, "inside" },
		{ "nothing around it", plain, TEXT, "as the server has it" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = mail_of(rows[i].wrap, rows[i].text);
		g_autoptr(Message) message = message_new_at(0);
		OpeningMail mail = { message, BODY_MIME, bytes, NULL };
		g_autoptr(Reading) reading = reading_open(&mail, keys);

		message->subject = g_strdup("as the server has it");
		opening_correct(reading->opening, reading->mime, message);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(message->subject, ==, rows[i].subject);
	}
}

static void test_incomplete(void)
{
	g_autoptr(GBytes) html = g_bytes_new_static("<p>the server's", 15), whole = mail_of(opaque, TEXT);
	g_autoptr(Message) message = message_new_at(MESSAGE_SIGNED | MESSAGE_TRUNCATED);
	OpeningMail mail = { message, BODY_HTML, html, NULL };
	g_autoptr(Reading) before = reading_open(&mail, keys);
	mail.source = whole;
	g_autoptr(Reading) after = reading_open(&mail, keys);
	g_autofree char *text = doc_plain_text(after->doc);

	g_assert_true(before->opening->is_incomplete);
	g_assert_null(before->opening->smime);
	g_assert_false(after->opening->is_incomplete);
	g_assert_cmpint(after->opening->smime->verdict.grade, ==, VERDICT_GOOD);
	g_assert_cmpstr(text, ==, "the secret\n");
}

static void test_words(void)
{
	static const struct { Wrap wrap; const char *summary, *secrecy; bool is_warning; } rows[] = {
		{ clear, "Good signature of the sender: grace@example.org, valid to 2027-03-04", NULL, false },
		{ gcm, "Not signed: anybody may have written it", "Encrypted with AES-256-GCM", false },
		{ cbc, "Not signed: anybody may have written it",
		  "Encrypted with AES-256-CBC, which does not show changes: it can be altered. No links, no pictures.", true },
		{ signed_in_cbc, "Good signature of the sender: grace@example.org, valid to 2027-03-04", "Encrypted with AES-256-CBC", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = mail_of(rows[i].wrap, TEXT);
		g_autoptr(Message) message = message_new_at(0);
		OpeningMail mail = { message, BODY_MIME, bytes, NULL };
		g_autoptr(Opening) opening = opening_new(&mail, keys);
		bool is_warning = false;
		g_autofree char *summary = judgement_summary(opening->smime), *secrecy = judgement_secrecy(opening, &is_warning);

		g_assert_cmpstr(summary, ==, rows[i].summary);
		g_assert_cmpstr(secrecy, ==, rows[i].secrecy);
		g_assert_cmpint(is_warning, ==, rows[i].is_warning);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	make_people();
	g_test_add_func("/opening/what-is-seen", test_what_is_seen);
	g_test_add_func("/opening/disarmed", test_disarmed);
	g_test_add_func("/opening/what-it-says-of-itself", test_what_it_says_of_itself);
	g_test_add_func("/opening/incomplete", test_incomplete);
	g_test_add_func("/opening/words", test_words);
	int failed = g_test_run();
	LabPerson *all[] = { ca, grace, ada };
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		lab_person_free(all[i]);
	certificates_unref(keys);
	temp_store_clear(&temp);
	return failed;
}
