#include "ui/widget/list.h"

#include "base/error.h"
#include "support/dump.h"

/* A source of numbers, ascending; some are gone. It counts what it is asked for. */
typedef struct {
	ListSource source;
	int        count;
	GHashTable *gone;
	unsigned   asked;
} Numbers;

static bool is_there(const Numbers *numbers, int n)
{
	return n >= 0 && n < numbers->count && !g_hash_table_contains(numbers->gone, GINT_TO_POINTER(n));
}

static int *number_new(int n)
{
	int *row = g_new(int, 1);
	*row = n;
	return row;
}

static bool fetch(ListSource *source, gconstpointer from, bool is_upwards, unsigned count, GPtrArray **ret_rows, GError **err)
{
	Numbers *numbers = (Numbers *)source;
	int step = is_upwards ? -1 : 1;
	int n = from ? *(const int *)from + step : is_upwards ? numbers->count - 1 : 0;

	(void)err;
	*ret_rows = g_ptr_array_new_with_free_func(g_free);
	numbers->asked += count;
	for (; n >= 0 && n < numbers->count && (*ret_rows)->len < count; n += step)
		if (is_there(numbers, n))
			g_ptr_array_insert(*ret_rows, is_upwards ? 0 : -1, number_new(n));
	return true;
}

static gpointer again(ListSource *source, gconstpointer row)
{
	return is_there((Numbers *)source, *(const int *)row) ? number_new(*(const int *)row) : NULL;
}

static void draw(ListSource *source, gconstpointer row, Pen *pen)
{
	g_autofree char *text = g_strdup_printf("%d", *(const int *)row);

	(void)source;
	pen_text(pen, text);
}

static const ListSourceOps numbers_ops = { fetch, again, draw, g_free };

static void numbers_init(Numbers *numbers, int count)
{
	*numbers = (Numbers){ { &numbers_ops }, count, g_hash_table_new(NULL, NULL), 0 };
}

static char *shown(const List *list, int height)
{
	g_autoptr(Canvas) canvas = canvas_new(12, height);

	list_draw(list, canvas, (Rect){ 0, 0, 12, height }, true);
	g_autofree char *text = canvas_dump(canvas);
	return g_strdelimit(g_strchomp(g_steal_pointer(&text)), "\n", ' ');
}

static void assert_shows(const List *list, int cursor, const char *rows)
{
	g_autofree char *text = shown(list, 4);

	g_assert_cmpstr(text, ==, rows);
	g_assert_cmpint(*(const int *)list_current(list), ==, cursor);
}

static void test_moves(void)
{
	Numbers numbers;
	numbers_init(&numbers, 1000);
	g_autoptr(List) list = list_new(&numbers.source);

	list_set_height(list, 4, NULL);
	g_assert_true(list_reload(list, NULL));
	assert_shows(list, 0, "0 1 2 3");
	list_move(list, 5, NULL);
	assert_shows(list, 5, "2 3 4 5");
	list_move(list, -2, NULL);
	assert_shows(list, 3, "2 3 4 5");
	list_move(list, 500, NULL);
	assert_shows(list, 503, "500 501 502 503");
	list_move(list, -400, NULL);
	assert_shows(list, 103, "103 104 105 106");
	list_move(list, -4000, NULL);
	assert_shows(list, 0, "0 1 2 3");
	list_last(list, NULL);
	assert_shows(list, 999, "996 997 998 999");
	list_move(list, 1, NULL);
	assert_shows(list, 999, "996 997 998 999");
	list_scroll(list, -10, NULL);
	assert_shows(list, 989, "986 987 988 989");
	list_scroll(list, 3, NULL);
	assert_shows(list, 989, "989 990 991 992");
	g_assert_true(list_click(list, 2));
	assert_shows(list, 991, "989 990 991 992");
	g_assert_false(list_click(list, 4));
	list_first(list, NULL);
	assert_shows(list, 0, "0 1 2 3");
	g_hash_table_unref(numbers.gone);
}

static void test_the_cursor_stays_on_its_row(void)
{
	Numbers numbers;
	numbers_init(&numbers, 100);
	g_autoptr(List) list = list_new(&numbers.source);

	list_set_height(list, 4, NULL);
	list_reload(list, NULL);
	list_move(list, 50, NULL);
	list_move(list, -2, NULL);
	assert_shows(list, 48, "47 48 49 50");
	g_hash_table_add(numbers.gone, GINT_TO_POINTER(47));
	g_hash_table_add(numbers.gone, GINT_TO_POINTER(20));
	list_reload(list, NULL);
	assert_shows(list, 48, "46 48 49 50");
	g_hash_table_add(numbers.gone, GINT_TO_POINTER(48));
	list_reload(list, NULL);
	assert_shows(list, 49, "46 49 50 51");
	g_hash_table_unref(numbers.gone);
}

static void test_the_last_row_goes(void)
{
	Numbers numbers;
	numbers_init(&numbers, 3);
	g_autoptr(List) list = list_new(&numbers.source);

	list_set_height(list, 4, NULL);
	list_reload(list, NULL);
	list_last(list, NULL);
	for (int n = 2; n >= 1; n--) {
		g_hash_table_add(numbers.gone, GINT_TO_POINTER(n));
		g_assert_true(list_reload(list, NULL));
		g_assert_cmpint(*(const int *)list_current(list), ==, n - 1);
	}
	g_hash_table_add(numbers.gone, GINT_TO_POINTER(0));
	g_assert_true(list_reload(list, NULL));
	g_assert_null(list_current(list));
	g_assert_true(list_is_empty(list));
	g_assert_true(list_move(list, 1, NULL) && list_move(list, -1, NULL) && list_last(list, NULL));
	g_hash_table_unref(numbers.gone);
}

static void test_go_to(void)
{
	Numbers numbers;
	numbers_init(&numbers, 100000);
	g_autoptr(List) list = list_new(&numbers.source);
	g_autoptr(GError) err = NULL;
	int place = 77777, gone = 200000;

	list_set_height(list, 4, NULL);
	g_assert_true(list_go_to(list, &place, &err));
	assert_shows(list, 77777, "77776 77777 77778 77779");
	g_assert_false(list_go_to(list, &gone, &err));
	g_assert_true(error_is(err, ERR_NOT_FOUND));
	assert_shows(list, 77777, "77776 77777 77778 77779");
	place = 0;
	g_assert_true(list_go_to(list, &place, NULL));
	assert_shows(list, 0, "0 1 2 3");
	g_hash_table_unref(numbers.gone);
}

/* What is read depends on the screen alone. */
static void test_a_million_rows_cost_no_more_than_a_thousand(void)
{
	unsigned asked[2];
	static const int counts[2] = { 1000, 1000000 };

	for (int i = 0; i < 2; i++) {
		Numbers numbers;
		numbers_init(&numbers, counts[i]);
		g_autoptr(List) list = list_new(&numbers.source);
		list_set_height(list, 40, NULL);
		list_reload(list, NULL);
		for (int key = 0; key < 200; key++)
			list_move(list, 1, NULL);
		list_last(list, NULL);
		list_reload(list, NULL);
		g_assert_cmpuint(list_rows(list)->len, <=, 40 * 6);
		asked[i] = numbers.asked;
		g_hash_table_unref(numbers.gone);
	}
	g_assert_cmpuint(asked[0], ==, asked[1]);
	g_assert_cmpuint(asked[1], <, 1000);
}

static void test_resize(void)
{
	Numbers numbers;
	numbers_init(&numbers, 20);
	g_autoptr(List) list = list_new(&numbers.source);

	list_set_height(list, 4, NULL);
	list_reload(list, NULL);
	list_last(list, NULL);
	for (int height = 1; height <= 30; height++) {
		g_assert_true(list_set_height(list, height, NULL));
		g_assert_cmpint(*(const int *)list_current(list), ==, 19);
		g_autofree char *text = shown(list, height);
		g_assert_true(g_str_has_suffix(text, "19"));
	}
	g_hash_table_unref(numbers.gone);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/list/moves", test_moves);
	g_test_add_func("/list/the-cursor-stays-on-its-row", test_the_cursor_stays_on_its_row);
	g_test_add_func("/list/the-last-row-goes", test_the_last_row_goes);
	g_test_add_func("/list/go-to", test_go_to);
	g_test_add_func("/list/a-million-rows-cost-no-more-than-a-thousand", test_a_million_rows_cost_no_more_than_a_thousand);
	g_test_add_func("/list/resize", test_resize);
	return g_test_run();
}
