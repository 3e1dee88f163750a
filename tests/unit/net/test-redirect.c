#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "net/redirect.h"

static GPtrArray *visited_of(const char *urls)
{
	GPtrArray    *visited = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) list = g_strsplit(urls, " ", -1);

	for (char **url = list; *url; url++)
		g_ptr_array_add(visited, g_strdup(*url));
	return visited;
}

static void test_table(void)
{
	static const char asked[] = "https://mail.example.test/Microsoft-Server-ActiveSync?Cmd=Sync";
	static const struct {
		const char *why, *url, *method, *location;
		int         status;
		const char *goes_to, *with, *says;      /* neither goes_to nor says: no redirect */
	} rows[] = {
		{ "200 is an answer", asked, "POST", "https://mail.example.test/x", 200, NULL, NULL, NULL },
		{ "304 is an answer", asked, "GET", "https://mail.example.test/x", 304, NULL, NULL, NULL },
		{ "451 is the backend's", asked, "POST", "https://mail.example.test/x", 451, NULL, NULL, NULL },
		{ "no Location", asked, "POST", NULL, 302, NULL, NULL, NULL },
		{ "307 keeps POST", asked, "POST", "https://mail.example.test/eas", 307, "https://mail.example.test/eas", "POST", NULL },
		{ "308 keeps POST", asked, "POST", "/eas", 308, "https://mail.example.test/eas", "POST", NULL },
		{ "302 keeps OPTIONS", asked, "OPTIONS", "eas?x=1", 302, "https://mail.example.test/eas?x=1", "OPTIONS", NULL },
		{ "303 means GET", asked, "OPTIONS", "/see", 303, "https://mail.example.test/see", "GET", NULL },
		{ "case and default port", asked, "GET", "HTTPS://Mail.Example.Test:443/y#top", 301, "https://mail.example.test/y", "GET", NULL },
		{ "plain stays plain", "http://box.test:8080/a", "GET", "http://box.test:8080/b", 302, "http://box.test:8080/b", "GET", NULL },
		{ "a login page", asked, "POST", "/owa/auth/logon.aspx", 302, NULL, NULL,
		  "mail.example.test answers with a redirect (302) to /owa/auth/logon.aspx, as web login pages do" },
		{ "303 after POST", asked, "POST", "/done", 303, NULL, NULL, "as web login pages do" },
		{ "to plain", asked, "GET", "http://mail.example.test/", 307, NULL, NULL, "without encryption" },
		{ "to another host", asked, "POST", "https://evil.test/", 307, NULL, NULL, "another host, https://evil.test/" },
		{ "to a longer host", asked, "POST", "https://mail.example.test.evil.test/", 307, NULL, NULL, "another host" },
		{ "scheme relative", asked, "GET", "//evil.test/x", 302, NULL, NULL, "another host" },
		{ "to another port", asked, "POST", "https://mail.example.test:8443/", 308, NULL, NULL, "another port" },
		{ "with credentials", asked, "GET", "https://mail.example.test@evil.test/", 302, NULL, NULL, "no address we can follow" },
		{ "no http at all", asked, "GET", "file:///etc/passwd", 302, NULL, NULL, "no address we can follow" },
		{ "controls are shown", asked, "GET", "https://mail.example.test/\x1b[2J", 302, NULL, NULL, "\\x1b[2J" },
		{ "to itself", asked, "POST", asked, 307, NULL, NULL, "in a circle" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) visited = visited_of(rows[i].url);
		g_autoptr(GError)    err = NULL;
		g_autofree char     *url = NULL;
		const char          *method = NULL;
		Redirect redirect = { rows[i].status, rows[i].method, rows[i].url, rows[i].location, visited };

		g_test_message("%s", rows[i].why);
		g_assert_cmpint(redirect_decide(&redirect, &url, &method, &err), ==, !rows[i].says);
		g_assert_cmpstr(url, ==, rows[i].goes_to);
		if (rows[i].with)
			g_assert_cmpstr(method, ==, rows[i].with);
		if (rows[i].says) {
			g_assert_true(error_is(err, ERR_MOVED));
			g_assert_nonnull(strstr(err->message, rows[i].says));
		}
	}
}

static void test_ten_hops_at_most(void)
{
	g_autoptr(GPtrArray) visited = visited_of("https://h.test/0");

	for (int hop = 1; hop <= LIMIT_HTTP_REDIRECTS + 1; hop++) {
		g_autoptr(GError) err = NULL;
		g_autofree char  *url = NULL, *location = g_strdup_printf("/%d", hop);
		const char       *method;
		Redirect redirect = { 307, "POST", "https://h.test/0", location, visited };

		bool goes_on = redirect_decide(&redirect, &url, &method, &err);
		g_assert_cmpint(goes_on, ==, hop <= LIMIT_HTTP_REDIRECTS);
		g_assert_cmpint(error_is(err, ERR_MOVED), ==, !goes_on);
		g_ptr_array_add(visited, g_steal_pointer(&url));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/redirect/table", test_table);
	g_test_add_func("/redirect/ten-hops-at-most", test_ten_hops_at_most);
	return g_test_run();
}
