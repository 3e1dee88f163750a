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

/* One text and one choice for everybody outside; what the server does not speak of is not there. */
static void test_outside(void)
{
	static const struct { const char *name; OofOutside who; bool known, unknown; } rows[] = {
		{ "none", OOF_OUTSIDE_NONE, false, false },
		{ "contacts", OOF_OUTSIDE_CONTACTS, true, false },
		{ "all", OOF_OUTSIDE_ALL, true, true },
	};
	g_autoptr(Oof) oof = oof_new();
	OofOutside who;

	g_assert_null(oof_outside_text(oof));
	oof_set_outside_text(oof, "Away.", false);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_assert_true(oof_outside_parse(rows[i].name, &who));
		g_assert_cmpint(who, ==, rows[i].who);
		oof_set_outside(oof, who);
		g_assert_cmpint(oof_outside(oof), ==, who);
		g_assert_cmpint(oof->messages[OOF_KNOWN].is_on, ==, rows[i].known);
		g_assert_cmpint(oof->messages[OOF_UNKNOWN].is_on, ==, rows[i].unknown);
		g_assert_cmpstr(oof_outside_text(oof), ==, "Away.");
	}
	g_assert_false(oof_outside_parse("some", &who));
	g_assert_true(oof_has_outside(oof));
	oof->messages[OOF_KNOWN].is_untold = oof->messages[OOF_UNKNOWN].is_untold = true;
	g_autofree char *text = oof_to_text(oof);
	g_autoptr(Oof) back = oof_from_text(text, NULL);
	g_assert_false(oof_has_outside(back));
}

static void test_is_on(void)
{
	static const struct { OofState state; int64_t now_ms; bool is_on; } rows[] = {
		{ OOF_OFF, 15, false },  { OOF_ON, 99, true },    { OOF_TIMED, 9, false },
		{ OOF_TIMED, 10, true }, { OOF_TIMED, 19, true }, { OOF_TIMED, 20, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Oof) oof = oof_new();
		oof_set_state(oof, rows[i].state);
		oof->start_ms = 10;
		oof->end_ms = 20;
		g_assert_cmpint(oof_is_on(oof, rows[i].now_ms), ==, rows[i].is_on);
		g_assert_cmpint(oof->messages[OOF_INTERNAL].is_on, ==, rows[i].state != OOF_OFF);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/oof/round trip", test_round_trip);
	g_test_add_func("/oof/many-lines", test_many_lines);
	g_test_add_func("/oof/nonsense", test_nonsense);
	g_test_add_func("/oof/outside", test_outside);
	g_test_add_func("/oof/is on", test_is_on);
	return g_test_run();
}
