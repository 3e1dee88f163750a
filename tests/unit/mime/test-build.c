#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "mime/build.h"
#include "mime/mime.h"
#include "mime/thread.h"
#include "support/budget.h"

static MimeBuild plain_build(void)
{
	return (MimeBuild){ .from = "Ada Bär <ada@example.test>",
		            .to = "bo@example.test",
		            .subject = "Hello",
		            .message_id = "<1@example.test>",
		            .date_ms = INT64_C(1795512345000),
		            .offset_min = 60,
		            .importance = 1,
		            .text = "Hi\n" };
}

static char *build_text(const MimeBuild *build)
{
	GError *error = NULL;
	g_autoptr(GBytes) bytes = mime_build(build, &error);

	g_assert_no_error(error);
	return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static MimeMessage *build_and_read(const MimeBuild *build)
{
	GError *error = NULL;
	g_autoptr(GBytes) bytes = mime_build(build, &error);

	g_assert_no_error(error);
	return mime_read(bytes);
}

/* The header's decoded value; NULL. Borrowed. */
static const char *header(const MimeMessage *message, const char *name)
{
	g_autofree char *prefix = g_strdup_printf("%s: ", name);

	for (guint i = 0; i < message->headers->len; i++) {
		const char *line = g_ptr_array_index(message->headers, i);
		if (g_str_has_prefix(line, prefix))
			return line + strlen(prefix);
	}
	return NULL;
}

static char *content(const MimeMessage *message, int index)
{
	g_autoptr(GBytes) bytes = mime_part_content(message, index, NULL);

	g_assert_nonnull(bytes);
	return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

static void test_plain_to_the_byte(void)
{
	MimeBuild build = plain_build();
	g_autofree char *text = build_text(&build);

	g_assert_cmpstr(text, ==,
	                "Date: Tue, 24 Nov 2026 10:25:45 +0100\r\n"
	                "From: Ada =?UTF-8?b?QsOkcg==?= <ada@example.test>\r\n"
	                "To: bo@example.test\r\n"
	                "Subject: Hello\r\n"
	                "Message-ID: <1@example.test>\r\n"
	                "MIME-Version: 1.0\r\n"
	                "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n"
	                "Content-Transfer-Encoding: 7bit\r\n"
	                "\r\n"
	                "Hi\r\n");
}

/* What the body says once the flowing is undone is what was typed. */
static void test_bodies(void)
{
	static const char long_line[] = "0123456789 0123456789 0123456789 0123456789 0123456789 "
					"0123456789 0123456789 0123456789 0123456789 0123456789";
	static const struct { const char *why, *text, *encoding, *decoded; } rows[] = {
		{ "ascii", "Hi\n\nBo\n", "7bit", "Hi\r\n\r\nBo\r\n" },
		{ "euro and umlauts", "Preis: 10 € für drei\n", "quoted-printable", "Preis: 10 € für drei\r\n" },
		{ "mostly another script", "日本語のメール\n", "base64", "日本語のメール\r\n" },
		{ "a dot alone", "a\n.\nb\n", "quoted-printable", "a\r\n.\r\nb\r\n" },
		{ "mbox's From", "From here\n", "7bit", " From here\r\n" },
		{ "looks like a quote but is indented", " > x\n", "7bit", "  > x\r\n" },
		{ "quotes close up", "> > two\n>one\n", "7bit", ">> two\r\n> one\r\n" },
		{ "signature", "x \n-- \nAda\n", "7bit", "x\r\n-- \r\nAda\r\n" },
		{ "long line", long_line, "7bit",
		  "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789  \r\n"
		  "0123456789 0123456789 0123456789 0123456789\r\n" },
		{ "empty", "", "7bit", "" },
		{ "CRLF typed", "a\r\nb\r\n", "7bit", "a\r\nb\r\n" },
		{ "no newline at the end", "a", "7bit", "a\r\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		MimeBuild build = plain_build();
		build.text = rows[i].text;
		g_test_message("%s", rows[i].why);
		g_autofree char *text = build_text(&build);
		g_autofree char *encoding =
			g_strdup_printf("Content-Transfer-Encoding: %s\r\n", rows[i].encoding);
		g_assert_nonnull(strstr(text, encoding));
		g_autoptr(MimeMessage) message = build_and_read(&build);
		g_assert_true(message->is_flowed && message->is_delsp);
		g_autofree char *decoded = content(message, message->plain_text);
		g_assert_cmpstr(decoded, ==, rows[i].decoded);
	}
}

/* Every line of everything ends in CRLF, is 998 bytes at most, and is ASCII. */
static void assert_lines(const char *text)
{
	for (const char *p = text; *p;) {
		size_t len = strcspn(p, "\n");
		g_assert_cmpint(p[len], ==, '\n');
		g_assert_cmpint(len > 0 ? p[len - 1] : 0, ==, '\r');
		g_assert_cmpuint(len, <=, 999);
		p += len + 1;
	}
	g_assert_true(g_str_is_ascii(text));
}

static void test_long_lines(void)
{
	g_autofree char *word = g_strnfill(5000, 'x');
	g_autofree char *subject = g_strdup_printf("%s€%s", word, word);
	g_autoptr(GString) to = g_string_new(NULL);
	MimeBuild build = plain_build();

	for (int i = 0; i < 10000; i++)
		g_string_append_printf(to, "Person Nr. %d <p%d@example.test>;\n", i, i);
	build.text = word;
	build.subject = subject;
	build.to = to->str;
	gint64 begin = budget_cpu_us();
	g_autofree char *text = build_text(&build);
	budget_assert_kept(begin);
	assert_lines(text);
	g_autoptr(MimeMessage) message = build_and_read(&build);
	g_assert_cmpstr(message->subject, ==, subject);
	g_autoptr(GPtrArray) addresses = mime_addresses(message->to);
	g_assert_cmpuint(addresses->len, ==, 10000);
	g_autofree char *decoded = content(message, 0);
	g_assert_cmpuint(strlen(decoded), ==, 5002);
}

/* What has no blank to fold at is encoded, so that it can be. */
static void test_long_words(void)
{
	g_autofree char *word = g_strnfill(5000, 'x');
	MimeBuild build = plain_build();

	build.subject = build.thread_topic = word;
	g_autofree char *text = build_text(&build);
	assert_lines(text);
	g_autoptr(MimeMessage) message = build_and_read(&build);
	g_assert_cmpstr(message->subject, ==, word);
	g_assert_cmpstr(header(message, "Thread-Topic"), ==, word);
}

static void test_headers(void)
{
	static const uint8_t guid[THREAD_RANDOM_BYTES] = { 1, 2, 3 };
	g_autoptr(GBytes) index = thread_index_new(INT64_C(1795512345000), guid);
	MimeBuild build = plain_build();

	build.from = "ada@bücher.test";
	build.to = "\"Example, Bo\" <bo@example.test>, cy@ÄPFEL.test";
	build.cc = "dee@example.test";
	build.bcc = "secret@example.test";
	build.reply_to = "team@example.test";
	build.subject = "Bcc:\r\nBcc: smuggled@example.test 😀 €";
	build.in_reply_to = "a@b";
	build.references = "<1@b> <a@b>";
	build.thread_topic = "Tölt";
	build.thread_index = index;
	build.importance = 2;
	build.sensitivity = SENSITIVITY_CONFIDENTIAL;
	build.receipts = RECEIPT_READ | RECEIPT_DELIVERY;
	g_autoptr(MimeMessage) message = build_and_read(&build);

	static const struct { const char *name, *value; } rows[] = {
		{ "From", "ada@xn--bcher-kva.test" },
		{ "To", "\"Example, Bo\" <bo@example.test>, cy@xn--pfel-koa.test" },
		{ "Cc", "dee@example.test" },
		{ "Bcc", "secret@example.test" },
		{ "Reply-To", "team@example.test" },
		{ "Subject", "Bcc: Bcc: smuggled@example.test 😀 €" },
		{ "Message-ID", "<1@example.test>" },
		{ "In-Reply-To", "<a@b>" },
		{ "References", "<1@b> <a@b>" },
		{ "Thread-Topic", "Tölt" },
		{ "Importance", "high" },
		{ "X-Priority", "1" },
		{ "Sensitivity", "Company-Confidential" },
		{ "Disposition-Notification-To", "ada@xn--bcher-kva.test" },
		{ "Return-Receipt-To", "ada@xn--bcher-kva.test" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].name);
		g_assert_cmpstr(header(message, rows[i].name), ==, rows[i].value);
	}
	g_autoptr(GBytes) again = thread_index_parse(header(message, "Thread-Index"));
	g_assert_nonnull(again);
	g_assert_true(g_bytes_equal(again, index));
}

static void test_refuses(void)
{
	static const struct { const char *why, *from, *to, *cc, *says; } rows[] = {
		{ "no recipient", "a@b.test", " ;\n", NULL,
		  "the mail has no recipient: write an address into “To”" },
		{ "no sender", NULL, "a@b.test", NULL,
		  "a mail needs one sender: write your address into “From”" },
		{ "one letter in Cc", "a@b.test", "a@b.test", "j",
		  "“j” is no address: write one like name@example.org" },
		{ "umlaut before the @", "a@b.test", "jörg@b.test", NULL,
		  "“jörg@b.test” cannot be written to: before the @ the server takes only ASCII letters" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		MimeBuild build = plain_build();
		g_autoptr(GError) error = NULL;
		build.from = rows[i].from;
		build.to = rows[i].to;
		build.cc = rows[i].cc;
		g_test_message("%s", rows[i].why);
		g_assert_null(mime_build(&build, &error));
		g_assert_true(error_is(error, ERR_USAGE));
		g_assert_cmpstr(error->message, ==, rows[i].says);
	}
}

/* ---- the tree, as others see it ---- */

static const char html[] = "<!DOCTYPE html><html><body><p>Grüße</p><img src=\"cid:logo@x\"></body></html>";
static const char mail[] = "From: x@y.test\nSubject: inner\n\ninner text\n";

static void add(GPtrArray *parts, const char *name, const char *type, const char *cid, const void *bytes,
                size_t len)
{
	MimeBuildPart *part = g_new0(MimeBuildPart, 1);

	part->name = name;
	part->content_type = type;
	part->content_id = cid;
	part->is_inline = cid != NULL;
	part->bytes = g_bytes_new(bytes, len);
	g_ptr_array_add(parts, part);
}

static void build_part_free(gpointer data)
{
	MimeBuildPart *part = data;

	g_bytes_unref(part->bytes);
	g_free(part);
}

static GPtrArray *all_parts(void)
{
	static uint8_t bytes[256 * 40];
	GPtrArray *parts = g_ptr_array_new_with_free_func(build_part_free);

	for (size_t i = 0; i < sizeof bytes; i++)
		bytes[i] = (uint8_t)i;
	add(parts, "logo.png", "image/png", "logo@x", bytes, 100);
	add(parts, "Jahresübersicht für alle Abteilungen und noch ein sehr langer Name € 2026.pdf",
	    "application/pdf", NULL, bytes, sizeof bytes);
	add(parts, "mail.eml", "message/rfc822", NULL, mail, strlen(mail));
	add(parts, "../a\"b\\c;d.txt", "text/plain", NULL, "a\nb", 3);
	add(parts, NULL, "nonsense", NULL, "", 0);
	return parts;
}

static char *judge(GBytes *bytes, const char *headers)
{
	g_autofree char *dir = g_dir_make_tmp("build-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "mail.eml", NULL);
	g_autofree char *script = g_build_filename(g_getenv("POSTERN_TOP"), "tests/unit/mime/judge.py", NULL);
	g_autofree char *command = g_strdup_printf("python3\n%s\n%s\n%s", script, path, headers);
	g_auto(GStrv) argv = g_strsplit(command, "\n", -1);
	GError *error = NULL;
	char *out = NULL;
	int status = 0;

	g_file_set_contents(path, g_bytes_get_data(bytes, NULL), (gssize)g_bytes_get_size(bytes), &error);
	g_assert_no_error(error);
	g_spawn_sync(NULL, argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL, &status, &error);
	g_assert_no_error(error);
	g_assert_cmpint(status, ==, 0);
	g_unlink(path);
	g_rmdir(dir);
	return out;
}

static void append_digest(GString *out, const void *bytes, size_t len)
{
	g_autofree char *sum = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, len);

	g_string_append_printf(out, " %.16s %zu\n", sum, len);
}

static void test_a_stranger_reads_it(void)
{
	g_autoptr(GPtrArray) parts = all_parts();
	g_autoptr(GString) want = g_string_new("Subject: Größe: 10 € 😀\n"
	                                       "To: \"Bär, Bo\" <bo@example.test>\n"
	                                       "Date: Tue, 24 Nov 2026 10:25:45 +0100\n"
	                                       "multipart/mixed\n"
	                                       "  multipart/related\n"
	                                       "    multipart/alternative\n"
	                                       "      text/plain - - -");
	GError *error = NULL;
	MimeBuild build = plain_build();
	const MimeBuildPart *part[5];

	for (guint i = 0; i < 5; i++)
		part[i] = g_ptr_array_index(parts, i);
	build.to = "\"Bär, Bo\" <bo@example.test>";
	build.subject = "Größe: 10 € 😀";
	build.text = "Grüße\n";
	build.html = html;
	build.parts = parts;
	g_autoptr(GBytes) bytes = mime_build(&build, &error);
	g_assert_no_error(error);
	g_autofree char *got = judge(bytes, "Subject\nTo\nDate");

	append_digest(want, "Grüße\r\n", strlen("Grüße\r\n"));
	g_string_append(want, "      text/html - - -");
	append_digest(want, html, strlen(html));
	g_string_append(want, "    image/png logo.png inline <logo@x>");
	append_digest(want, g_bytes_get_data(part[0]->bytes, NULL), 100);
	g_string_append_printf(want, "  application/pdf %s attachment -", part[1]->name);
	append_digest(want, g_bytes_get_data(part[1]->bytes, NULL), g_bytes_get_size(part[1]->bytes));
	g_string_append(want, "  message/rfc822\n    text/plain - - -");
	append_digest(want, "inner text\r\n", 12);
	g_string_append(want, "  text/plain ../a\"b\\c;d.txt attachment -");
	append_digest(want, "a\nb", 3);
	g_string_append(want, "  application/octet-stream - attachment -");
	append_digest(want, "", 0);
	g_assert_cmpstr(got, ==, want->str);
}

static void test_we_read_it(void)
{
	g_autoptr(GPtrArray) parts = all_parts();
	MimeBuild build = plain_build();

	build.html = html;
	build.parts = parts;
	g_autofree char *text = build_text(&build);
	assert_lines(text);
	g_autoptr(MimeMessage) message = build_and_read(&build);
	g_assert_null(message->warning);
	const MimePart *best = g_ptr_array_index(message->parts, (guint)message->best_text);
	g_assert_cmpint(best->role, ==, MIME_HTML);
	g_autofree char *read = content(message, message->best_text);
	g_assert_cmpstr(read, ==, html);
	for (guint i = 0; i < 2; i++) {
		const MimePart *part = g_ptr_array_index(message->parts, 2 + i);
		const MimeBuildPart *from = g_ptr_array_index(parts, i);
		g_autoptr(GBytes) bytes = mime_part_content(message, part->index, NULL);
		g_assert_true(g_bytes_equal(bytes, from->bytes));
		g_assert_cmpstr(part->name, ==, from->name);
		g_assert_cmpint(part->role, ==, i == 0 ? MIME_INLINE : MIME_ATTACHMENT);
	}
}

/* Pictures of an HTML part that is not there are ordinary attachments. */
static void test_no_html_no_related(void)
{
	g_autoptr(GPtrArray) parts = all_parts();
	MimeBuild build = plain_build();

	g_ptr_array_set_size(parts, 1);
	build.parts = parts;
	g_autofree char *text = build_text(&build);
	g_assert_nonnull(strstr(text, "multipart/mixed"));
	g_assert_null(strstr(text, "multipart/related"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/build/plain-to-the-byte", test_plain_to_the_byte);
	g_test_add_func("/build/bodies", test_bodies);
	g_test_add_func("/build/long-lines", test_long_lines);
	g_test_add_func("/build/long-words", test_long_words);
	g_test_add_func("/build/headers", test_headers);
	g_test_add_func("/build/refuses", test_refuses);
	g_test_add_func("/build/a-stranger-reads-it", test_a_stranger_reads_it);
	g_test_add_func("/build/we-read-it", test_we_read_it);
	g_test_add_func("/build/no-html-no-related", test_no_html_no_related);
	return g_test_run();
}
