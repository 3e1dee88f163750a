#include <string.h>

#include "base/limits.h"
#include "mime/scan.h"

static bool scan(const char *text, MimeScan *ret_scan, const char **ret_why)
{
	return mime_scan((const uint8_t *)text, strlen(text), ret_scan, ret_why);
}

static void test_counts(void)
{
	static const struct { const char *why, *text; MimeScan scan; } rows[] = {
		{ "no MIME", "Subject: x\n\nbody\n--x\n", { 0, 0, 1, 12 } },
		{ "two parts", "Content-Type: multipart/mixed; boundary=\"b c\"\n\n--b c\n\none\n--b c  \r\nA: b\n\ntwo\n--b c--\n--b c\n",
		  { 1, 2, 2, 47 } },
		{ "folded boundary", "content-type: multipart/mixed;\r\n\tboundary=b\r\n\r\n--b\r\n\r\n--b--\r\n", { 1, 1, 1, 47 } },
		{ "not declared", "Content-Type: text/plain; boundary=b\n\n--b\n\n--b\n", { 0, 0, 1, 38 } },
		{ "a boundary of that name", "Content-Type: multipart/mixed; boundary=\"boundary\"\n\n--boundary\n\n--- a/file\n", { 1, 1, 1, 52 } },
		{ "not plainly written", "Content-Type: multipart/mixed; boundary =b\n\n--b\n\n--c\n\n", { 1, 2, 1, 44 } },
		{ "prefix is no boundary", "Content-Type: multipart/mixed; boundary=b\n\n--bb\n--b-\n--b\n\n", { 1, 1, 1, 43 } },
		{ "nested", "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/alternative; boundary=b\n\n"
		  "--b\n\n--b\n\n--a\n\n--b\n", { 2, 4, 2, 49 } },
		{ "embedded", "Content-Type: message/rfc822\n\nSubject: x\nTo: y\n\nbody\nZ: z\n", { 1, 0, 3, 30 } },
		{ "boundary within headers", "Content-Type: multipart/mixed; boundary=b\n\n--b\nA: b\n--b\n\n", { 1, 2, 2, 43 } },
		{ "nothing", "", { 0, 0, 0, 0 } },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		MimeScan found;
		const char *why = NULL;
		g_test_message("%s", rows[i].why);
		g_assert_true(scan(rows[i].text, &found, &why));
		g_assert_cmpint(found.depth, ==, rows[i].scan.depth);
		g_assert_cmpint(found.parts, ==, rows[i].scan.parts);
		g_assert_cmpint(found.headers, ==, rows[i].scan.headers);
		g_assert_cmpuint(found.header_bytes, ==, rows[i].scan.header_bytes);
	}
}

static char *with_parts(int count)
{
	GString *text = g_string_new("Content-Type: multipart/mixed; boundary=b\n\n");

	for (int i = 0; i < count; i++)
		g_string_append(text, "--b\n\n");
	return g_string_free(text, FALSE);
}

static char *with_depth(int depth)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; i < depth; i++)
		g_string_append_printf(text, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i);
	return g_string_free(text, FALSE);
}

static char *with_embedded(int depth)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; i < depth; i++)
		g_string_append(text, "Content-Type: message/rfc822\n\n");
	return g_string_free(text, FALSE);
}

static char *with_headers(int count)
{
	GString *text = g_string_new(NULL);

	for (int i = 0; i < count; i++)
		g_string_append(text, "A: b\n");
	return g_string_free(text, FALSE);
}

static char *with_header_bytes(int bytes)
{
	g_autofree char *filler = g_strnfill((gsize)(bytes - 4), 'x');

	return g_strdup_printf("A: %s\n", filler);
}

static void test_limits(void)
{
	static const struct { char *(*make)(int); int limit; const char *says; } rows[] = {
		{ with_parts, LIMIT_MIME_PARTS, "2,000 parts" },
		{ with_depth, LIMIT_MIME_DEPTH, "100 deep" },
		{ with_embedded, LIMIT_MIME_DEPTH, "100 deep" },
		{ with_headers, LIMIT_MIME_HEADERS, "2,000 header" },
		{ with_header_bytes, LIMIT_MIME_HEADER_BYTES, "1 MB" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		for (int over = -1; over <= 1; over++) {
			g_autofree char *text = rows[i].make(rows[i].limit + over);
			const char *why = NULL;
			MimeScan found;
			g_assert_cmpint(scan(text, &found, &why), ==, over <= 0);
			if (over > 0)
				g_assert_nonnull(strstr(why, rows[i].says));
		}
	}
}

/* A digest of many small mails has many headers in all, and is read. */
static void test_many_parts_may_have_headers(void)
{
	g_autoptr(GString) text = g_string_new("Content-Type: multipart/digest; boundary=b\n\n");
	const char *why = NULL;
	MimeScan found;

	for (int i = 0; i < 1000; i++)
		g_string_append(text, "--b\n\nFrom: a\nTo: b\nSubject: c\nDate: d\n\nx\n");
	g_assert_true(scan(text->str, &found, &why));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/scan/counts", test_counts);
	g_test_add_func("/scan/limits", test_limits);
	g_test_add_func("/scan/many-parts-may-have-headers", test_many_parts_may_have_headers);
	return g_test_run();
}
