#include <string.h>

#include "base/error.h"
#include "mime/mailto.h"

static void test_links(void)
{
	static const struct { const char *why, *url, *text; } rows[] = {
		{ "bare", "mailto:a@b.test", "To: a@b.test\n\n" },
		{ "upper case", "MAILTO:a@b.test", "To: a@b.test\n\n" },
		{ "several", "mailto:a@b.test,c@d.test?to=e@f.test", "To: a@b.test,c@d.test, e@f.test\n\n" },
		{ "fields", "mailto:?cc=c@d.test&bcc=e@f.test&subject=a%20b+c&in-reply-to=%3Cx@y%3E",
		  "Cc: c@d.test\nBcc: e@f.test\nSubject: a b+c\nIn-Reply-To: <x@y>\n\n" },
		{ "body", "mailto:a@b.test?body=one%0D%0Atwo", "To: a@b.test\n\none\ntwo\n" },
		{ "umlauts", "mailto:a@b.test?subject=Gr%C3%BC%C3%9Fe%20%E2%82%AC", "To: a@b.test\nSubject: Grüße €\n\n" },
		{ "nothing attached, nothing forged",
		  "mailto:a@b.test?attach=/etc/passwd&attachment=x&from=evil@x.test&reply-to=e@x.test&X-A=b",
		  "To: a@b.test\n\n" },
		{ "line breaks in a field", "mailto:a@b.test%0ABcc:evil@x.test?subject=x%0D%0ABcc:%20e@x.test",
		  "To: a@b.test Bcc:evil@x.test\nSubject: x Bcc: e@x.test\n\n" },
		{ "encoded ampersand", "mailto:a@b.test?subject=a%26b=c", "To: a@b.test\nSubject: a&b=c\n\n" },
		{ "percent without digits", "mailto:?subject=100%&body=5%zz", "Subject: 100%\n\n5%zz\n" },
		{ "fragment", "mailto:a@b.test?subject=x#y&cc=c@d.test", "To: a@b.test\nSubject: x\n\n" },
		{ "no value", "mailto:?subject&cc=", "\n" },
		{ "nothing", "mailto:", "\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Draft) draft = draft_new();
		GError *error = NULL;
		g_test_message("%s", rows[i].why);
		g_assert_true(mailto_apply(rows[i].url, draft, &error));
		g_assert_no_error(error);
		g_autofree char *text = draft_to_text(draft);
		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void test_refuses(void)
{
	static const struct { const char *url, *says; } rows[] = {
		{ "http://a.test", "a link to a mail begins with “mailto:”" },
		{ "mailto:a@b.test?subject=%FC", "the mailto: link is not UTF-8" },
		{ "mailto:%00", "the mailto: link is not UTF-8" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Draft) draft = draft_new();
		g_autoptr(GError) error = NULL;
		draft->to = g_strdup("kept@b.test");
		g_assert_false(mailto_apply(rows[i].url, draft, &error));
		g_assert_true(error_is(error, ERR_USAGE));
		g_assert_cmpstr(error->message, ==, rows[i].says);
		g_assert_cmpstr(draft->to, ==, "kept@b.test");
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mailto/links", test_links);
	g_test_add_func("/mailto/refuses", test_refuses);
	return g_test_run();
}
