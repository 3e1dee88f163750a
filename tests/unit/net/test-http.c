#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "net/answer.h"
#include "net/basic.h"
#include "net/http.h"
#include "support/budget.h"

static void test_url_reads(void)
{
	static const struct { const char *in, *host; int port; const char *path, *out; } rows[] = {
		{ "https://mail.example.test", "mail.example.test", 443, "/", "https://mail.example.test/" },
		{ "HTTPS://Mail.Example.TEST:443/a", "mail.example.test", 443, "/a", "https://mail.example.test/a" },
		{ "https://h.test:8443/M?Cmd=Sync&User=a%20b", "h.test", 8443, "/M?Cmd=Sync&User=a%20b",
		  "https://h.test:8443/M?Cmd=Sync&User=a%20b" },
		{ "http://h.test/", "h.test", 80, "/", "http://h.test/" },
		{ "https://[::1]:4443/x", "::1", 4443, "/x", "https://[::1]:4443/x" },
		{ "https://m\xc3\xbcller.test/p\xc3\xa4th", "xn--mller-kva.test", 443, "/p%C3%A4th",
		  "https://xn--mller-kva.test/p%C3%A4th" },
		{ "https://h.test?x=1", "h.test", 443, "/?x=1", "https://h.test/?x=1" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_auto(HttpUrl)   url = { 0 };

		g_test_message("%s", rows[i].in);
		g_assert_true(http_url_parse(rows[i].in, &url, &err));
		g_autofree char *out = http_url_format(&url);
		g_assert_cmpstr(url.host, ==, rows[i].host);
		g_assert_cmpint(url.port, ==, rows[i].port);
		g_assert_cmpstr(url.path, ==, rows[i].path);
		g_assert_cmpstr(out, ==, rows[i].out);
	}
}

static void test_url_refuses(void)
{
	static const struct { const char *in, *says; } rows[] = {
		{ "", "https://" }, { "mail.example.test", "https://" }, { "ftp://h.test/", "https://" },
		{ "https://", "names no host" }, { "https:///x", "names no host" },
		{ "https://alice:pw@h.test/", "user name" }, { "https://h.test/#x", "'#'" },
		{ "https://h.test/a b", "blanks" }, { "https://h.test/\r\nX: y", "blanks" },
		{ "https://h.test:0/", "port" }, { "https://h.test:70000/", "cannot be read" }, { "https://h.test:x/", "cannot be read" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		HttpUrl           url = { 0 };

		g_test_message("%s", rows[i].in);
		g_assert_false(http_url_parse(rows[i].in, &url, &err));
		g_assert_true(error_is(err, ERR_CONFIG));
		g_assert_nonnull(strstr(err->message, rows[i].says));
		g_assert_null(strstr(err->message, "pw"));
		g_assert_null(url.host);
	}
}

static void test_basic_bytes(void)
{
	static const struct { const char *user, *password; BasicCharset charset; const char *pair; bool has_latin1; } rows[] = {
		{ "alice", "secret", BASIC_UTF8, "alice:secret", false },
		{ "D\\alice", "a:b:c", BASIC_UTF8, "D\\alice:a:b:c", false },
		{ "j\xc3\xbcrgen", "\xc3\xa4\xe2\x82\xac", BASIC_UTF8, "j\xc3\xbcrgen:\xc3\xa4\xe2\x82\xac", false },
		{ "j\xc3\xbcrgen", "p\xc3\xa4ss", BASIC_UTF8, "j\xc3\xbcrgen:p\xc3\xa4ss", true },
		{ "j\xc3\xbcrgen", "p\xc3\xa4ss", BASIC_LATIN1, "j\xfcrgen:p\xe4ss", true },
		{ "alice", "", BASIC_LATIN1, "alice:", false },
		{ "alice", "\xe2\x82\xac", BASIC_LATIN1, NULL, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Secret) password = secret_new(rows[i].password, strlen(rows[i].password));
		char             *header = basic_header(rows[i].user, password, rows[i].charset);
		g_autofree char  *base64 = rows[i].pair ? g_base64_encode((const guchar *)rows[i].pair, strlen(rows[i].pair)) : NULL;
		g_autofree char  *expected = base64 ? g_strconcat("Authorization: Basic ", base64, NULL) : NULL;

		g_assert_cmpstr(header, ==, expected);
		g_assert_cmpint(basic_has_latin1(rows[i].user, password), ==, rows[i].has_latin1);
		basic_free(header);
	}
	g_assert_true(basic_is_name("DOMAIN\\alice"));
	g_assert_false(basic_is_name("a:b"));
	g_assert_false(basic_is_name("a\nb"));
}

static void take_lines(Answer *answer, const char *lines)
{
	g_auto(GStrv) list = g_strsplit(lines, "|", -1);

	for (char **line = list; *line; line++) {
		g_autofree char *whole = g_strconcat(*line, "\r\n", NULL);
		g_assert_true(answer_header(answer, whole, strlen(whole)));
	}
}

static void test_headers_are_kept_in_lower_case(void)
{
	g_autoptr(Answer) answer = answer_new(100);

	take_lines(answer, "HTTP/1.1 100 Continue|X-Old: gone||HTTP/1.1 200 OK|MS-ASProtocolVersions:  12.1,14.1 |Set-Cookie: id=secret|"
	           "X-List: a|nonsense|: empty|x-list: b|");
	g_autoptr(HttpResponse) response = answer_finish(answer, 200, 0);
	g_assert_cmpstr(http_response_header(response, "Ms-AsProtocolVersions"), ==, "12.1,14.1");
	g_assert_cmpstr(http_response_header(response, "X-LIST"), ==, "a, b");
	g_assert_null(http_response_header(response, "x-old"));
	g_assert_null(http_response_header(response, "set-cookie"));
	g_assert_cmpuint(g_hash_table_size(response->headers), ==, 2);
}

static void test_retry_after(void)
{
	enum { NOW_S = 1700000000 };      /* Tue, 14 Nov 2023 22:13:20 GMT */
	static const struct { const char *value; int64_t ms; } rows[] = {
		{ "120", 120000 }, { "0", 0 }, { "-5", -1 }, { "soon", -1 }, { "99999999999", 7 * 86400 * (int64_t)1000 },
		{ "Tue, 14 Nov 2023 22:14:20 GMT", 60000 }, { "Tue, 14 Nov 2023 22:00:00 GMT", 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Answer) answer = answer_new(100);
		g_autofree char  *lines = g_strconcat("HTTP/1.1 503 Busy|Retry-After: ", rows[i].value, NULL);

		g_test_message("%s", rows[i].value);
		take_lines(answer, lines);
		g_autoptr(HttpResponse) response = answer_finish(answer, 503, NOW_S * (int64_t)1000);
		g_assert_cmpint(response->retry_after_ms, ==, rows[i].ms);
	}
}

static void test_header_limit(void)
{
	for (int over = -1; over <= 1; over++) {
		g_autoptr(Answer) answer = answer_new(100);
		g_autoptr(GError) err = NULL;
		size_t            len = LIMIT_HTTP_HEADER_BYTES + over;
		g_autofree char  *line = g_strnfill(len, 'x');

		g_assert_cmpint(answer_header(answer, line, len), ==, over <= 0);
		g_assert_cmpint(answer_check(answer, "h.test", &err), ==, over <= 0);
		g_assert_cmpint(error_is(err, ERR_LIMIT), ==, over > 0);
	}
}

/* As many repetitions as the limit has room for, a dozen times over: joining the list anew with each took seconds. */
static void test_a_repeated_header_costs_no_more_than_others(void)
{
	static const char line[] = "a:\r\n";
	gint64 begin_us = budget_cpu_us();

	for (int i = 0; i < 12; i++) {
		g_autoptr(Answer) answer = answer_new(100);
		int count = 0;
		while (answer_header(answer, line, strlen(line)))
			count++;
		g_autoptr(HttpResponse) response = answer_finish(answer, 200, 0);
		g_assert_cmpint(count, ==, LIMIT_HTTP_HEADER_BYTES / strlen(line));
		g_assert_cmpuint(strlen(http_response_header(response, "a")), ==, 2 * (size_t)(count - 1));
	}
	budget_assert_kept(begin_us);
}

static void test_body_limits(void)
{
	enum { MIB = 1 << 20 };
	static const struct { const char *why; size_t max, len; uint64_t wire; bool ok; const char *says; } rows[] = {
		{ "below the size", 1000, 999, 999, true, NULL },
		{ "the size", 1000, 1000, 1000, true, NULL },
		{ "above the size", 1000, 1001, 1001, false, "larger than 1000 bytes" },
		{ "any ratio below what is free", 80 * MIB, LIMIT_HTTP_RATIO_FREE, 1, true, NULL },
		{ "200 times", 80 * MIB, 70 * MIB, 70 * MIB / 200, true, NULL },
		{ "more than 200 times", 80 * MIB, 70 * MIB + 200, 70 * MIB / 200, false, "more than 200 times" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Answer) answer = answer_new(rows[i].max);
		g_autoptr(GError) err = NULL;
		g_autofree char  *bytes = g_malloc0(rows[i].len);

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(answer_body(answer, bytes, rows[i].len, rows[i].wire), ==, rows[i].ok);
		g_assert_cmpint(answer_check(answer, "h.test", &err), ==, rows[i].ok);
		if (rows[i].says)
			g_assert_nonnull(strstr(err->message, rows[i].says));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/http/url-reads", test_url_reads);
	g_test_add_func("/http/url-refuses", test_url_refuses);
	g_test_add_func("/http/basic-bytes", test_basic_bytes);
	g_test_add_func("/http/headers-are-kept-in-lower-case", test_headers_are_kept_in_lower_case);
	g_test_add_func("/http/retry-after", test_retry_after);
	g_test_add_func("/http/header-limit", test_header_limit);
	g_test_add_func("/http/a-repeated-header-costs-no-more-than-others", test_a_repeated_header_costs_no_more_than_others);
	g_test_add_func("/http/body-limits", test_body_limits);
	return g_test_run();
}
