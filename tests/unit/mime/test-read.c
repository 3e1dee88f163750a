#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "mime/mime.h"
#include "support/budget.h"

static MimeMessage *read_text(const char *text)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	return mime_read(bytes);
}

static char *content(const MimeMessage *message, int index)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(GBytes) bytes = mime_part_content(message, index, &err);

	g_assert_no_error(err);
	return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

/* One line a part: depth, role, type, name, cid, size; then the bodies. */
static char *shape(const MimeMessage *message)
{
	static const char roles[] = "THAIM";
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < message->parts->len; i++) {
		const MimePart *part = g_ptr_array_index(message->parts, i);
		g_string_append_printf(out, "%d%c %s", part->depth, roles[part->role], part->content_type);
		if (part->name)
			g_string_append_printf(out, " \"%s\"", part->name);
		if (part->content_id)
			g_string_append_printf(out, " <%s>", part->content_id);
		g_string_append(out, "\n");
	}
	for (guint i = 0; i < message->bodies->len; i++)
		g_string_append_printf(out, "%s%d", i ? "," : "=", g_array_index(message->bodies, int, i));
	g_string_append_printf(out, " best %d plain %d", message->best_text, message->plain_text);
	return g_string_free(out, FALSE);
}

#define MIXED       "Content-Type: multipart/mixed; boundary=m\n\n"
#define ALTERNATIVE "Content-Type: multipart/alternative; boundary=a\n\n"
#define RELATED     "Content-Type: multipart/related; boundary=r\n\n"
#define TEXT        "Content-Type: text/plain\n\nt\n"
#define HTML        "Content-Type: text/html\n\n<p>h\n"
#define PNG         "Content-Type: image/png; name=x.png\nContent-ID: <c@x>\n\npng\n"

static void test_shapes(void)
{
	static const struct { const char *why, *mail, *shape; } rows[] = {
		{ "bare", "Subject: x\n\nbody\n", "0T text/plain\n=0 best 0 plain 0" },
		{ "html only", "Content-Type: TEXT/HTML\n\n<p>\n", "0H text/html\n=0 best 0 plain -1" },
		{ "alternative", ALTERNATIVE "--a\n" TEXT "--a\n" HTML "--a--\n",
		  "1T text/plain\n1H text/html\n=1 best 1 plain 0" },
		{ "alternative, html first", ALTERNATIVE "--a\n" HTML "--a\n" TEXT "--a--\n",
		  "1H text/html\n1T text/plain\n=0 best 0 plain 1" },
		{ "alternative with an invitation", ALTERNATIVE "--a\n" TEXT "--a\nContent-Type: text/calendar\n\nx\n--a--\n",
		  "1T text/plain\n1A text/calendar\n=0 best 0 plain 0" },
		{ "related within alternative", ALTERNATIVE "--a\n" TEXT "--a\n" RELATED "--r\n" HTML "--r\n" PNG "--r--\n--a--\n",
		  "1T text/plain\n2H text/html\n2I image/png \"x.png\" <c@x>\n=1 best 1 plain 0" },
		{ "alternative within related", RELATED "--r\n" ALTERNATIVE "--a\n" TEXT "--a\n" HTML "--a--\n--r\n" PNG "--r--\n",
		  "2T text/plain\n2H text/html\n1I image/png \"x.png\" <c@x>\n=1 best 1 plain 0" },
		{ "related, start names the root",
		  "Content-Type: multipart/related; boundary=r; start=\"<b@x>\"\n\n--r\n" PNG
		  "--r\nContent-Type: text/html\nContent-ID: <b@x>\n\n<p>\n--r--\n",
		  "1I image/png \"x.png\" <c@x>\n1H text/html <b@x>\n=1 best 1 plain -1" },
		{ "mixed: body, file, footer", MIXED "--m\n" TEXT "--m\n" PNG "--m\n" TEXT "--m--\n",
		  "1T text/plain\n1A image/png \"x.png\" <c@x>\n1T text/plain\n=0,2 best 0 plain 0" },
		{ "mixed: text, then html", MIXED "--m\n" TEXT "--m\n" HTML "--m--\n",
		  "1T text/plain\n1H text/html\n=0,1 best 1 plain 0" },
		{ "text attached by name", MIXED "--m\n" TEXT "--m\nContent-Type: text/plain; name=log.txt\n\nx\n--m--\n",
		  "1T text/plain\n1A text/plain \"log.txt\"\n=0 best 0 plain 0" },
		{ "text attached by disposition",
		  MIXED "--m\nContent-Type: text/html\nContent-Disposition: attachment; filename=a.html\n\nx\n--m\n" TEXT "--m--\n",
		  "1A text/html \"a.html\"\n1T text/plain\n=1 best 1 plain 1" },
		{ "embedded", MIXED "--m\n" TEXT "--m\nContent-Type: message/rfc822\n\nSubject: in\n" ALTERNATIVE "--a\n" TEXT "--a--\n--m--\n",
		  "1T text/plain\n1M message/rfc822 \"in\"\n3T text/plain\n=0 best 0 plain 0" },
		{ "nothing but an embedded one", "Content-Type: message/rfc822\n\nSubject: in\n\nbody\n",
		  "0M message/rfc822 \"in\"\n1T text/plain\n=1 best 1 plain -1" },
		{ "no end", MIXED "--m\n" TEXT "--m\n" HTML, "1T text/plain\n1H text/html\n=0,1 best 1 plain 0" },
		{ "a multipart without parts", MIXED "hello\n", " best -1 plain -1" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(MimeMessage) message = read_text(rows[i].mail);
		g_autofree char *out = shape(message);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(out, ==, rows[i].shape);
		g_assert_null(message->warning);
	}
}

static void test_headers(void)
{
	g_autoptr(MimeMessage) message = read_text(
		"From: =?utf-8?Q?x=40y.test=2C_Ada?= <ada@b.test>\nTo: \"B, C\" <c@d.test>,\n e@f.test\nCC: g@h.test\n"
		"Subject: gr\xfc\xdf\nDate: Mon, 24 Nov 2025 17:00:00 +0100\nMessage-ID: <id@x>\nIn-Reply-To: <a@x>\n"
		"References: <a@x>\n <b@x>\nList-Unsubscribe: <https://x.test/u>\nReply-To: r@s.test\nX-Odd: \x1b[2J\n\nbody\n");

	g_assert_cmpstr(message->from, ==, "\"x@y.test, Ada\" <ada@b.test>");
	g_assert_cmpstr(message->to, ==, "\"B, C\" <c@d.test>, e@f.test");
	g_assert_cmpstr(message->cc, ==, "g@h.test");
	g_assert_cmpstr(message->reply_to, ==, "r@s.test");
	g_assert_cmpstr(message->subject, ==, "grüß");
	g_assert_cmpstr(message->message_id, ==, "<id@x>");
	g_assert_cmpstr(message->in_reply_to, ==, "<a@x>");
	g_assert_cmpstr(message->references, ==, "<a@x> <b@x>");
	g_assert_cmpstr(message->list_unsubscribe, ==, "<https://x.test/u>");
	g_assert_cmpint(message->date_ms, ==, 1764000000000);
	g_assert_cmpuint(message->headers->len, ==, 11);
	g_assert_cmpstr(g_ptr_array_index(message->headers, 10), ==, "X-Odd: [2J");
	g_assert_cmpstr(g_ptr_array_index(message->headers, 2), ==, "CC: g@h.test");
}

static void test_absent_headers(void)
{
	g_autoptr(MimeMessage) message = read_text("X: y\n\n");

	g_assert_null(message->subject);
	g_assert_null(message->from);
	g_assert_null(message->message_id);
	g_assert_cmpint(message->date_ms, ==, 0);
}

/* Raw 8 bit headers are read as the body says. */
static void test_headers_follow_the_body(void)
{
	g_autoptr(MimeMessage) message = read_text("Subject: \xf0\xd2\xc9\xd7\xc5\xd4\nFrom: \xf0\xd2\xc9 <a@b.test>\n"
	                                           "Content-Type: text/plain; charset=koi8-r\n\n\xf0\xd2\xc9\n");
	g_autofree char *body = content(message, 0);

	g_assert_cmpstr(message->subject, ==, "Привет");
	g_assert_cmpstr(message->from, ==, "При <a@b.test>");
	g_assert_cmpstr(body, ==, "При\n");
}

static void test_contents(void)
{
	static const struct { const char *why, *mail, *text; } rows[] = {
		{ "base64", "Content-Transfer-Encoding: base64\n\naGVs\nbG8=\n", "hello" },
		{ "base64, cut", "Content-Transfer-Encoding: base64\n\naGVsbG", "hell" },
		{ "quoted", "Content-Transfer-Encoding: quoted-printable\n\na=3Db=\nc =C3=A4\n", "a=bc ä\n" },
		{ "quoted, damaged", "Content-Transfer-Encoding: quoted-printable\n\na=ZZ=4\n", "a=ZZ=4\n" },
		{ "uuencode", "Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n%:&5L;&\\`\n`\nend\n", "hello" },
		{ "unknown encoding", "Content-Transfer-Encoding: rot13\n\nuryyb\n", "uryyb\n" },
		{ "html says utf-8", "Content-Type: text/html\n\n<meta charset=koi8-r>\xf0", "<meta charset=koi8-r>П" },
		{ "label before meta", "Content-Type: text/html; charset=iso-8859-1\n\n<meta charset=koi8-r>\xfc",
		  "<meta charset=koi8-r>ü" },
		{ "jis", "Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$BF|K\\\x1b(B\n", "日本\n" },
		{ "an empty body", "Subject: x\n\n", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(MimeMessage) message = read_text(rows[i].mail);
		g_autofree char *text = content(message, 0);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void test_sizes_are_decoded_sizes(void)
{
	g_autoptr(MimeMessage) message = read_text(MIXED
		"--m\nContent-Type: a/b\nContent-Transfer-Encoding: base64\n\naGVs\nbG8=\n"
		"--m\nContent-Type: a/b\nContent-Transfer-Encoding: quoted-printable\n\na=3Db=\nc\n"
		"--m\nContent-Type: a/b\n\n12345\n--m--\n");

	for (int i = 0; i < 3; i++) {
		const MimePart *part = g_ptr_array_index(message->parts, i);
		g_autoptr(GBytes) bytes = mime_part_content(message, i, NULL);
		g_assert_cmpuint(part->size_bytes, ==, g_bytes_get_size(bytes));
	}
}

/* Where nothing is well-formed the size is a guess, but never more than what is there. */
static void test_sizes_of_nonsense(void)
{
	static const char *const bodies[] = { "=", "==", "===", "====", "=====", "=\n=\n=\n=", "=\r=\r=\r==" };

	for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_autofree char *text = g_strconcat("Content-Transfer-Encoding: quoted-printable\n\n",
		                                    bodies[i], NULL);
		g_autoptr(MimeMessage) message = read_text(text);
		const MimePart *part = g_ptr_array_index(message->parts, 0);
		g_assert_cmpuint(part->size_bytes, <=, strlen(bodies[i]));
	}
}

static void test_names(void)
{
	static const struct { const char *why, *parameter, *name; } rows[] = {
		{ "plain", "name=a.pdf", "a.pdf" },
		{ "RFC 2231", "name*=utf-8''gr%C3%BC%C3%9F.pdf", "grüß.pdf" },
		{ "RFC 2231 in pieces", "name*0*=utf-8''gr%C3; name*1*=%BC.pdf", "grü.pdf" },
		{ "RFC 2047, as Outlook does", "name=\"=?utf-8?Q?gr=C3=BC.pdf?=\"", "grü.pdf" },
		{ "raw latin 1", "name=\"gr\xfc.pdf\"", "grü.pdf" },
		{ "raw utf-8", "name=\"gr\xc3\xbc.pdf\"", "grü.pdf" },
		{ "a path stays what was written", "name=\"../../x\"", "../../x" },
		{ "controls", "name*=utf-8''a%0Ab%1b.pdf", "a b .pdf" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strdup_printf("Content-Type: application/pdf; %s\n\nx\n", rows[i].parameter);
		g_autoptr(MimeMessage) message = read_text(mail);
		const MimePart *part = g_ptr_array_index(message->parts, 0);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(part->name, ==, rows[i].name);
	}
}

static void test_flags(void)
{
	static const struct { const char *type; bool is_flowed, is_delsp, is_signed, is_encrypted; } rows[] = {
		{ "text/plain; format=flowed", true, false, false, false },
		{ "text/plain; FORMAT=Flowed; DelSp=Yes", true, true, false, false },
		{ "text/plain; format=fixed", false, false, false, false },
		{ "multipart/signed; boundary=x", false, false, true, false },
		{ "multipart/encrypted; boundary=x", false, false, false, true },
		{ "application/pkcs7-mime; smime-type=signed-data", false, false, true, false },
		{ "application/x-pkcs7-mime; smime-type=enveloped-data", false, false, false, true },
		{ "application/pkcs7-mime; name=smime.p7m", false, false, false, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = g_strdup_printf("Content-Type: %s\n\n--x\n\nbody\n--x--\n", rows[i].type);
		g_autoptr(MimeMessage) message = read_text(mail);
		g_test_message("%s", rows[i].type);
		g_assert_cmpint(message->is_flowed, ==, rows[i].is_flowed);
		g_assert_cmpint(message->is_delsp, ==, rows[i].is_delsp);
		g_assert_cmpint(message->is_signed, ==, rows[i].is_signed);
		g_assert_cmpint(message->is_encrypted, ==, rows[i].is_encrypted);
	}
}

/* An embedded signature signs the embedded mail, not this one. */
static void test_embedded_flags_stay_inside(void)
{
	g_autoptr(MimeMessage) message = read_text("Content-Type: message/rfc822\n\nSubject: in\n"
	                                           "Content-Type: multipart/signed; boundary=s\n\n--s\n" TEXT "--s--\n");

	g_assert_false(message->is_signed);
}

static void test_embedded_source(void)
{
	g_autoptr(MimeMessage) message = read_text(MIXED "--m\nContent-Type: message/rfc822\n\nSubject: in\nX: y\n\nbody\n--m--\n");
	g_autofree char *source = content(message, 0);

	g_assert_cmpstr(source, ==, "Subject: in\nX: y\n\nbody");
}

static void test_no_such_part(void)
{
	g_autoptr(MimeMessage) message = read_text("Subject: x\n\nbody\n");

	for (int index = -1; index <= 1; index += 2) {
		g_autoptr(GError) err = NULL;
		g_assert_null(mime_part_content(message, index, &err));
		g_assert_true(error_is(err, ERR_NOT_FOUND));
	}
}

/* ---- hostile ---- */

static char *repeat(const char *head, const char *unit, int count)
{
	GString *out = g_string_new(head);

	for (int i = 0; i < count; i++)
		g_string_append(out, unit);
	return g_string_free(out, FALSE);
}

static void test_bombs(void)
{
	static const struct { const char *why, *head, *unit; int count; const char *warning; } rows[] = {
		{ "parts", MIXED, "--m\n\n", 1000000, "2,000 parts" },
		{ "headers", "", "A: b\n", 3000000, "2,000 header" },
		{ "folds", "A: b\n", " c\n", 1000000, "1 MB" },
		{ "semicolons", "To: ", ";", 1000000, NULL },
		{ "commas in quotes", "To: \"", ",\"", 500000, NULL },
		{ "nested", "", "Content-Type: message/rfc822\n\n", 100000, "100 deep" },
		{ "words", "Subject: ", "=?utf-8?Q?", 100000, NULL },
		{ "dashes", ALTERNATIVE, "--\n", 3000000, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *mail = repeat(rows[i].head, rows[i].unit, rows[i].count);
		gint64 begin = budget_cpu_us();
		g_autoptr(MimeMessage) message = read_text(mail);
		g_test_message("%s: %" G_GINT64_FORMAT " us", rows[i].why, budget_cpu_us() - begin);
		budget_assert_kept(begin);
		if (!rows[i].warning)
			continue;
		g_autofree char *text = content(message, message->best_text);
		g_assert_nonnull(strstr(message->warning, rows[i].warning));
		g_assert_cmpstr(text, ==, mail);
	}
}

/* The boundary is written so that only GMime understands it, or stands where the scan from outside does not look. */
static void test_bombs_in_disguise(void)
{
	static const struct { const char *why, *head, *warning; } rows[] = {
		{ "blank before =", "Content-Type: multipart/mixed; boundary =ab", "2,000 parts" },
		{ "in pieces", "Content-Type: multipart/mixed; boundary*0=a; boundary*1=b", "2,000 parts" },
		{ "with a charset", "Content-Type: multipart/mixed; boundary*=us-ascii''ab", "2,000 parts" },
		{ "escaped", "Content-Type: multipart/mixed; boundary=\"a\\b\"", "2,000 parts" },
		{ "behind a comment", "Content-Type: multipart/mixed;(c)boundary=ab", "2,000 parts" },
		{ "type behind a comment", "Content-Type: (c) multipart/mixed; boundary=ab", "2,000 parts" },
		{ "type in pieces", "Content-Type: multipart / mixed; boundary=ab", "2,000 parts" },
		{ "name and blank", "Content-Type : multipart/mixed; boundary=ab", "2,000 parts" },
		{ "in message/global", "Content-Type: message/global\n\nContent-Type: multipart/mixed; boundary=ab", "stays closed" },
		{ "in a commented message", "Content-Type: (c)message/rfc822\n\nContent-Type: multipart/mixed; boundary=ab", "stays closed" },
		{ "in a digest", "Content-Type: multipart/digest; boundary=zz\n\n--zz\n\nContent-Type: multipart/mixed; boundary=ab",
		  "stays closed" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *head = g_strconcat(rows[i].head, "\n\n", NULL), *mail = repeat(head, "--ab\n\n", 5000);
		g_test_message("%s", rows[i].why);
		g_autoptr(MimeMessage) message = read_text(mail);
		g_assert_cmpuint(message->parts->len, ==, 1);
		g_assert_nonnull(strstr(message->warning, rows[i].warning));
	}
}

/* Messages within messages are parsed again and again, but not for ever. */
static void test_deep_and_large(void)
{
	g_autofree char *nested = repeat("", "Content-Type: message/rfc822\n\n", 90);
	g_autofree char *head = g_strconcat(nested, "Subject: x\n\n", NULL);
	g_autofree char *mail = repeat(head, "line of text\n", 1000000);
	gint64 begin = budget_cpu_us();
	g_autoptr(MimeMessage) message = read_text(mail);
	const MimePart *outermost = g_ptr_array_index(message->parts, 0);

	budget_assert_kept(begin);
	g_assert_cmpint(outermost->role, ==, MIME_MESSAGE);
	g_assert_cmpuint(outermost->size_bytes, >, 13000000);
}

/* Each cut of a mail is a mail. */
static void test_cut_anywhere(void)
{
	static const char mail[] = "From: \"A\" <a@b>\nSubject: =?utf-8?Q?=C3=A4?=\n" MIXED "--m\n" ALTERNATIVE "--a\n" TEXT
	                           "--a\nContent-Type: text/html; charset*=utf-8''x\nContent-Transfer-Encoding: base64\n\n"
	                           "PHA+aA==\n--a--\n--m\nContent-Type: message/rfc822\n\nSubject: in\n\nx\n--m\n" PNG "--m--\n";

	for (size_t len = 0; len < sizeof mail; len++) {
		g_autoptr(GBytes) bytes = g_bytes_new(mail, len);
		g_autoptr(MimeMessage) message = mime_read(bytes);
		for (guint i = 0; i < message->parts->len; i++) {
			g_autoptr(GBytes) part = mime_part_content(message, (int)i, NULL);
			g_assert_nonnull(part);
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mime/shapes", test_shapes);
	g_test_add_func("/mime/headers", test_headers);
	g_test_add_func("/mime/absent-headers", test_absent_headers);
	g_test_add_func("/mime/headers-follow-the-body", test_headers_follow_the_body);
	g_test_add_func("/mime/contents", test_contents);
	g_test_add_func("/mime/sizes-of-nonsense", test_sizes_of_nonsense);
	g_test_add_func("/mime/sizes-are-decoded-sizes", test_sizes_are_decoded_sizes);
	g_test_add_func("/mime/names", test_names);
	g_test_add_func("/mime/flags", test_flags);
	g_test_add_func("/mime/embedded-flags-stay-inside", test_embedded_flags_stay_inside);
	g_test_add_func("/mime/embedded-source", test_embedded_source);
	g_test_add_func("/mime/no-such-part", test_no_such_part);
	g_test_add_func("/mime/bombs", test_bombs);
	g_test_add_func("/mime/bombs-in-disguise", test_bombs_in_disguise);
	g_test_add_func("/mime/deep-and-large", test_deep_and_large);
	g_test_add_func("/mime/cut-anywhere", test_cut_anywhere);
	return g_test_run();
}
