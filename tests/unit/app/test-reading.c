#include <string.h>

#include "app/reading.h"

static char *text_of(Reading *reading)
{
	return doc_plain_text(reading->doc);
}

/* Each form a body can come in. */
static void test_bodies(void)
{
	static const struct { const char *why, *body; BodyKind kind; int code_page; const char *text, *plain; } rows[] = {
		{ "text", "gr\xc3\xbc\xc3\x9f\n", BODY_TEXT, 0, "grüß\n", "grüß\n" },
		{ "text of a code page", "\xcf\xf0\xe8", BODY_TEXT, 1251, "При\n", "При\n" },
		{ "html", "<p>a<b>b</b>", BODY_HTML, 0, "ab\n", "ab\n" },
		{ "html says it is latin 1 and is not", "<meta charset=iso-8859-1>\xc3\xbc", BODY_HTML, 28591, "ü\n", "ü\n" },
		{ "html of its own charset", "<meta charset=koi8-r>\xf0\xd2", BODY_HTML, 0, "Пр\n", "Пр\n" },
		{ "mime", "Subject: x\n\nbody\n", BODY_MIME, 0, "body\n", "body\n" },
		{ "mime, flowed", "Content-Type: text/plain; format=flowed\n\na \nb\n", BODY_MIME, 0, "a b\n", "a b\n" },
		{ "mime, alternatives", "Content-Type: multipart/alternative; boundary=a\n\n--a\n\nplain\n--a\nContent-Type: text/html\n\n"
		  "<p>rich\n--a--\n", BODY_MIME, 0, "rich\n", "plain\n" },
		{ "mime, a list's footer", "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nbody\n--a\n\nfooter\n--a--\n",
		  BODY_MIME, 0, "body\nfooter\n", "body\n" },
		{ "none", NULL, BODY_NONE, 0, "", "" },
		{ "not loaded", NULL, BODY_HTML, 0, "", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Message) message = message_new();
		g_autoptr(GBytes) body = rows[i].body ? g_bytes_new(rows[i].body, strlen(rows[i].body)) : NULL;
		message->code_page = rows[i].code_page;
		g_autoptr(Reading) reading = reading_new(message, rows[i].kind, body);
		g_autoptr(Reading) plain = reading_new_plain(message, rows[i].kind, body);
		g_autofree char *shown = text_of(reading), *shown_plain = text_of(plain);
		g_autofree char *indexed = reading_index_text(message, rows[i].kind, body, NULL);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(shown, ==, rows[i].text);
		g_assert_cmpstr(shown_plain, ==, rows[i].plain);
		g_assert_cmpstr(indexed ? indexed : "", ==, rows[i].text);
		g_assert_null(reading->warning);
		g_assert_cmpint(reading->mime != NULL, ==, rows[i].kind == BODY_MIME);
	}
}

static void test_warnings(void)
{
	g_autoptr(Message) message = message_new();
	g_autoptr(GString) parts = g_string_new("Content-Type: multipart/mixed; boundary=b\n\n");
	g_autoptr(GBytes) rtf = g_bytes_new_static("x", 1);

	for (int i = 0; i < 3000; i++)
		g_string_append(parts, "--b\n\n");
	g_autoptr(GBytes) many = g_bytes_new(parts->str, parts->len);
	g_autoptr(Reading) too_many = reading_new(message, BODY_MIME, many);
	g_autoptr(Reading) rich = reading_new(message, BODY_RTF, rtf);
	g_assert_nonnull(strstr(too_many->warning, "2,000 parts"));
	g_assert_nonnull(strstr(rich->warning, "Rich Text"));
}

static void test_header_lines(void)
{
	g_autoptr(Message) message = message_new();

	message->from = g_strdup("Ada <ada@b.test>");
	message->to = g_strdup("bo@b.test");
	message->reply_to = g_strdup("\"Ada E\" <ADA@b.test>");
	message->subject = g_strdup("a\nb");
	g_autoptr(GPtrArray) lines = reading_header_lines(message);
	g_assert_cmpuint(lines->len, ==, 3);
	g_assert_cmpstr(g_ptr_array_index(lines, 0), ==, "From: Ada <ada@b.test>");
	g_assert_cmpstr(g_ptr_array_index(lines, 2), ==, "Subject: a b");

	g_free(message->reply_to);
	message->reply_to = g_strdup("list@b.test");
	g_autoptr(GPtrArray) with_reply = reading_header_lines(message);
	g_assert_cmpstr(g_ptr_array_index(with_reply, 2), ==, "Reply-To: list@b.test");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/reading/bodies", test_bodies);
	g_test_add_func("/reading/warnings", test_warnings);
	g_test_add_func("/reading/header-lines", test_header_lines);
	return g_test_run();
}
