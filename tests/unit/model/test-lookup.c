/* What the server is asked to search for, and what it found, as text and back. */
#include "base/error.h"
#include "model/lookup.h"

static void test_lookup(void)
{
	g_auto(Lookup) asked = { .words = g_strdup("Grüße\taus Köln"), .after_ms = 7, .before_ms = INT64_MAX,
	                         .first = 200 }, back = { 0 };
	g_autofree char *text = lookup_to_text(&asked);
	g_autoptr(GError) error = NULL;

	g_assert_true(lookup_from_text(text, &back, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(back.words, ==, "Grüße aus Köln");
	g_assert_cmpint(back.after_ms, ==, 7);
	g_assert_cmpint(back.before_ms, ==, INT64_MAX);
	g_assert_cmpint(back.first, ==, 200);
}

static void test_nonsense(void)
{
	static const char *const rows[] = { "", "words", "0\t0", "0\t0\t0\t", "0\t0\t0\t  ", "-1\t0\t0\twords", "x\t0\t0\twords",
	                                   "0\t0\twords", "0\t0\t9999999999\twords" };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Lookup) lookup = { 0 };
		g_autoptr(GError) error = NULL;

		g_assert_false(lookup_from_text(rows[i], &lookup, &error));
		g_assert_error(error, POSTERN_ERROR, ERR_USAGE);
		g_assert_null(lookup.words);
	}
}

static void test_found(void)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)found_free);
	Found *found = found_new();

	found->server_id = g_strdup("5:1");
	found->subject = g_strdup("a\ttab");
	found->received_ms = 1772625600000;
	found->is_read = true;
	found->importance = 2;
	g_ptr_array_add(list, found);
	g_ptr_array_add(list, found_new());
	int64_t total = 0;
	g_autofree char *text = found_to_text(list, 340);
	g_autoptr(GPtrArray) back = found_from_text(text, &total), none = found_from_text("too\tshort\n", NULL);
	g_assert_cmpint(total, ==, 340);
	g_assert_cmpuint(back->len, ==, 2);
	g_assert_cmpuint(none->len, ==, 0);
	const Found *first = back->pdata[0], *second = back->pdata[1];
	g_assert_cmpstr(first->server_id, ==, "5:1");
	g_assert_cmpstr(first->subject, ==, "a tab");
	g_assert_cmpint(first->received_ms, ==, 1772625600000);
	g_assert_true(first->is_read && !first->has_attachment);
	g_assert_cmpint(first->importance, ==, 2);
	g_assert_null(second->subject);
	g_assert_cmpint(second->importance, ==, 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lookup/round trip", test_lookup);
	g_test_add_func("/lookup/nonsense", test_nonsense);
	g_test_add_func("/lookup/found", test_found);
	return g_test_run();
}
