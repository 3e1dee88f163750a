/* The out-of-office settings as text, and back. */
#include "base/error.h"
#include "model/oof.h"
#include "support/budget.h"

static void test_round_trip(void)
{
	static const char *const texts[] = { "Back on Monday.", "", "\n", "two\nlines", "\ttab", "ends\n", "state on" };

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(Oof) oof = oof_new();
		g_autoptr(GError) error = NULL;

		oof->state = OOF_TIMED;
		oof->start_ms = 1;
		oof->end_ms = INT64_MAX;
		oof_set_message(oof, OOF_KNOWN, texts[i], i % 2);
		oof->messages[OOF_UNKNOWN].is_on = true;
		g_autofree char *text = oof_to_text(oof);
		g_autoptr(Oof) back = oof_from_text(text, &error);
		g_assert_no_error(error);
		g_autofree char *again = oof_to_text(back);
		g_assert_cmpstr(again, ==, text);
		g_assert_cmpstr(back->messages[OOF_KNOWN].text, ==, texts[i]);
		g_assert_cmpint(back->messages[OOF_KNOWN].is_html, ==, i % 2);
		g_assert_null(back->messages[OOF_INTERNAL].text);
		g_assert_true(back->messages[OOF_UNKNOWN].is_on);
	}
}

/* The server's text may be of any length. */
static void test_many_lines(void)
{
	g_autoptr(Oof) oof = oof_new();
	g_autofree char *lines = g_strnfill(500000, '\n');
	gint64 begin_us = budget_cpu_us();

	oof_set_message(oof, OOF_INTERNAL, lines, false);
	g_autofree char *text = oof_to_text(oof);
	g_autoptr(Oof) back = oof_from_text(text, NULL);
	g_assert_cmpstr(back->messages[OOF_INTERNAL].text, ==, lines);
	budget_assert_kept(begin_us);
}

static void test_nonsense(void)
{
	static const struct { const char *text, *says; } rows[] = {
		{ "state maybe\n", "line 1" },       { "state on\n\nend 3", "line 2" }, { "\ttext\n", "line 1" },
		{ "state on\ninternal\n", "line 2" }, { "start noon\n", "line 1" },    { "nobody on text\n", "line 1" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Oof) oof = oof_from_text(rows[i].text, &error);

		g_assert_null(oof);
		g_assert_error(error, POSTERN_ERROR, ERR_CONFIG);
		g_assert_nonnull(g_strstr_len(error->message, -1, rows[i].says));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/oof/round trip", test_round_trip);
	g_test_add_func("/oof/many-lines", test_many_lines);
	g_test_add_func("/oof/nonsense", test_nonsense);
	return g_test_run();
}
