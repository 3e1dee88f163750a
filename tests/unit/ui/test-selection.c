#include "ui/screen/selection.h"

static void test_in_and_out(void)
{
	g_autoptr(Selection) selection = selection_new();

	selection_add(selection, 1, 100);
	selection_add(selection, 3, 100);
	selection_add(selection, 2, 200);
	selection_add(selection, 3, 100);
	g_assert_cmpint(selection_count(selection), ==, 3);
	g_assert_cmpint(selection_count_of(selection, 100), ==, 2);
	g_assert_true(selection_has(selection, 3));
	selection_drop(selection, 3);
	selection_drop(selection, 3);
	selection_drop(selection, 77);
	g_assert_false(selection_has(selection, 3));
	g_assert_cmpint(selection_count(selection), ==, 2);
	g_assert_cmpint(selection_count_of(selection, 100), ==, 1);
	selection_drop(selection, 1);
	g_assert_cmpint(selection_count_of(selection, 100), ==, 0);
	selection_clear(selection);
	g_assert_cmpint(selection_count(selection), ==, 0);
	g_assert_cmpint(selection_count_of(selection, 200), ==, 0);
}

static void test_ids_come_newest_first(void)
{
	g_autoptr(Selection) selection = selection_new();

	for (int64_t i = 0; i < 10000; i++)
		selection_add(selection, 1 + i * 7919 % 10007, i % 50);
	g_autoptr(GArray) ids = selection_ids(selection);
	g_assert_cmpuint(ids->len, ==, 10000);
	for (guint i = 1; i < ids->len; i++)
		g_assert_cmpint(g_array_index(ids, int64_t, i), <, g_array_index(ids, int64_t, i - 1));
	g_assert_cmpint(selection_count_of(selection, 7), ==, 200);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/selection/in-and-out", test_in_and_out);
	g_test_add_func("/selection/newest-first", test_ids_come_newest_first);
	return g_test_run();
}
