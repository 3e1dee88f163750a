#include <string.h>

#include "base/error.h"
#include "mime/entity.h"

static MimeEntity *entity_of(const char *text, GError **err)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	return mime_entity_read(bytes, err);
}

static char *text_of(GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);

	return g_strndup(data ? data : "", len);
}

static void test_header(void)
{
	static const struct { const char *why, *text, *type, *encoding; guint fields; size_t body; } rows[] = {
		{ "nothing", "", "text/plain", "7bit", 0, 0 },
		{ "only a body", "\nbody", "text/plain", "7bit", 0, 1 },
		{ "a type", "Content-Type: Text/HTML; charset=utf-8\r\n\r\nx", "text/html", "7bit", 1, 42 },
		{ "folded, with empty parameters", "Content-Type: multipart/signed;\r\n\tboundary=\"a b\" ; ;\r\n\r\n",
		  "multipart/signed", "7bit", 1, 56 },
		{ "an encoding", "A: b\nContent-Transfer-Encoding:  BASE64 \n\n", "text/plain", "base64", 2, 42 },
		{ "header without a body", "A: b\nC: d", "text/plain", "7bit", 2, 9 },
		{ "8 bit in a value", "Subject: Gr\xfc\xdf""e\n\n", "text/plain", "7bit", 1, 16 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GError *error = NULL;
		g_test_message("%s", rows[i].why);
		g_autoptr(MimeEntity) entity = entity_of(rows[i].text, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(entity->type, ==, rows[i].type);
		g_assert_cmpstr(entity->encoding, ==, rows[i].encoding);
		g_assert_cmpuint(entity->fields->len, ==, rows[i].fields);
		g_assert_cmpuint(entity->body_start, ==, rows[i].body);
	}
}

static void test_refuses_what_is_ambiguous(void)
{
	static const struct { const char *why, *text, *says; } rows[] = {
		{ "no field", "Hello\n\n", "no field" },
		{ "a blank first", " A: b\n\n", "no field" },
		{ "a blank before the colon", "Content-Type : text/html\n\n", "no field" },
		{ "a lone CR", "A: b\rContent-Type: text/html\n\n", "carriage return" },
		{ "two types", "Content-Type: text/plain\nContent-Type: text/html\n\n", "twice" },
		{ "two encodings", "Content-Transfer-Encoding: 7bit\ncontent-transfer-encoding: base64\n\n", "twice" },
		{ "no subtype", "Content-Type: text\n\n", "Content-Type" },
		{ "a comment", "Content-Type: text/plain (multipart/signed)\n\n", "Content-Type" },
		{ "two boundaries", "Content-Type: multipart/signed; boundary=a; BOUNDARY=b\n\n", "Content-Type" },
		{ "a boundary in pieces", "Content-Type: multipart/signed; boundary*0=a; boundary*1=b\n\n", "Content-Type" },
		{ "a boundary with an escape", "Content-Type: multipart/mixed; boundary=\"a\\b\"\n\n", "Content-Type" },
		{ "a quote that does not close", "Content-Type: multipart/signed; boundary=\"a\n\n", "Content-Type" },
		{ "words behind the encoding", "Content-Transfer-Encoding: base64 7bit\n\n", "Transfer-Encoding" },
		{ "blanks around the equals sign", "Content-Type: multipart/mixed; boundary = a\n\n", "Content-Type" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_test_message("%s", rows[i].why);
		g_assert_null(entity_of(rows[i].text, &error));
		g_assert_error(error, POSTERN_ERROR, ERR_PROTOCOL);
		g_assert_nonnull(strstr(error->message, rows[i].says));
	}
}

#define MIXED "Content-Type: multipart/mixed; boundary=b\r\n\r\n"

static void test_parts(void)
{
	static const struct { const char *why, *text; const char *parts[3]; } rows[] = {
		{ "two", MIXED "--b\r\none\r\n--b\r\ntwo\r\n--b--\r\n", { "one", "two" } },
		{ "the line end before a delimiter is its own", MIXED "--b\r\none\r\n\r\n--b--", { "one\r\n" } },
		{ "bare line feeds", "Content-Type: multipart/mixed; boundary=\"b\"\n\n--b\none\n\n--b--\n", { "one\n" } },
		{ "around them", MIXED "before\r\n--b\r\none\r\n--b--\r\nafter\r\n", { "one" } },
		{ "blanks behind", MIXED "--b \t\r\none\r\n--b-- \r\n", { "one" } },
		{ "an empty one", MIXED "--b\r\n--b\r\ntwo\r\n--b--\r\n", { "", "two" } },
		{ "an inner boundary", MIXED "--b\r\n--c\r\none\r\n--b--\r\n", { "--c\r\none" } },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		GError *error = NULL;
		g_test_message("%s", rows[i].why);
		g_autoptr(MimeEntity) entity = entity_of(rows[i].text, &error);
		g_assert_no_error(error);
		g_autoptr(GPtrArray) parts = mime_entity_parts(entity, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(parts->len, ==, g_strv_length((char **)rows[i].parts));
		for (guint j = 0; j < parts->len; j++) {
			g_autofree char *text = text_of(parts->pdata[j]);
			g_assert_cmpstr(text, ==, rows[i].parts[j]);
		}
	}
}

static void test_refuses_parts_in_doubt(void)
{
	static const struct { const char *why, *text, *says; } rows[] = {
		{ "no multipart", "Content-Type: text/plain; boundary=b\n\n--b\n--b--\n", "no parts" },
		{ "encoded", "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n", "no parts" },
		{ "no boundary", "Content-Type: multipart/mixed\n\n--b\n", "not clear" },
		{ "an empty boundary", "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n", "not clear" },
		{ "a blank at its end", "Content-Type: multipart/mixed; boundary=\"b \"\n\n--b\n", "not clear" },
		{ "nothing closes", MIXED "--b\r\none\r\n", "end" },
		{ "a line that begins like one", MIXED "--b\r\none\r\n--bx\r\n--b--\r\n", "not clear" },
		{ "one after the close", MIXED "--b\r\none\r\n--b--\r\n--b\r\nmore\r\n--b--\r\n", "not clear" },
		{ "only the close", MIXED "--b--\r\n", "not clear" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_test_message("%s", rows[i].why);
		g_autoptr(MimeEntity) entity = entity_of(rows[i].text, &error);
		g_assert_no_error(error);
		g_assert_null(mime_entity_parts(entity, &error));
		g_assert_error(error, POSTERN_ERROR, ERR_PROTOCOL);
		g_assert_nonnull(strstr(error->message, rows[i].says));
	}
}

static void test_body(void)
{
	g_autoptr(MimeEntity) entity =
		entity_of("Content-Transfer-Encoding: base64\r\n\r\nSGVs\r\nbG8=\r\n", NULL);
	g_autoptr(GBytes) body = mime_entity_body(entity, NULL);
	g_autofree char *text = text_of(body);

	g_assert_cmpstr(text, ==, "Hello");
}

static void test_nul_and_limits(void)
{
	g_autoptr(GError) error = NULL, over = NULL;
	g_autoptr(GBytes) nul = g_bytes_new_static("A: b\0c\n\n", 8);
	g_autoptr(GString) many = g_string_new(NULL);

	g_assert_null(mime_entity_read(nul, &error));
	g_assert_error(error, POSTERN_ERROR, ERR_PROTOCOL);
	for (int i = 0; i < 3000; i++)
		g_string_append(many, "A: b\n");
	g_assert_null(entity_of(many->str, &over));
	g_assert_error(over, POSTERN_ERROR, ERR_LIMIT);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/entity/header", test_header);
	g_test_add_func("/entity/refuses what is ambiguous", test_refuses_what_is_ambiguous);
	g_test_add_func("/entity/parts", test_parts);
	g_test_add_func("/entity/refuses parts in doubt", test_refuses_parts_in_doubt);
	g_test_add_func("/entity/body", test_body);
	g_test_add_func("/entity/NUL and limits", test_nul_and_limits);
	return g_test_run();
}
