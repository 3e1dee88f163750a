/* What is asked for while a person is still typing: words that go on, and not too many of them. */
#include "ui/finder.h"

static void test_the_last_word_goes_on(void)
{
	static const struct { const char *why, *typed, *asked; } rows[] = {
		{ "nothing yet",            "",                "" },
		{ "one letter",             "g",               "g" },
		{ "two letters",            "gr",              "gr" },
		{ "three",                  "gra",             "gra*" },
		{ "three that are more bytes", "gr\u00fc",     "gr\u00fc*" },
		{ "only the last word",     "grace mov",       "grace mov*" },
		{ "a short one behind",     "grace mo",        "grace mo" },
		{ "a word that is over",    "grace ",          "grace " },
		{ "a sender",               "from:gra",        "from:gra*" },
		{ "a sender's two letters", "from:gr",         "from:gr" },
		{ "a span is not a word",   "newer:7days",     "newer:7days" },
		{ "nor is a flag",          "is:unread",       "is:unread" },
		{ "an operator",            "a NOT",           "a NOT" },
		{ "a phrase that is open",  "\"moved to thu", "\"moved to thu" },
		{ "a phrase that is closed", "\"moved to\"",   "\"moved to\"" },
		{ "already said",           "grac*",           "grac*" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *asked = finder_query_of(rows[i].typed);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(asked, ==, rows[i].asked);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/finder/the-last-word-goes-on", test_the_last_word_goes_on);
	return g_test_run();
}
