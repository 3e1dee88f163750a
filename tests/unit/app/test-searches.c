/* Saved searches: their file, its comments, and what it refuses. */
#include "app/searches.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"

typedef struct { char *dir, *path; } Place;

static void place_init(Place *place, const char *text)
{
	place->dir = g_dir_make_tmp("searches-XXXXXX", NULL);
	place->path = g_build_filename(place->dir, "searches", NULL);
	if (text)
		g_assert_true(g_file_set_contents(place->path, text, -1, NULL));
}

static void place_clear(Place *place)
{
	g_remove(place->path);
	g_rmdir(place->dir);
	g_free(place->path);
	g_free(place->dir);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static void assert_file(const Place *place, const char *text)
{
	g_autofree char *content = NULL;

	g_assert_true(g_file_get_contents(place->path, &content, NULL, NULL));
	g_assert_cmpstr(content, ==, text);
}

static void test_a_file_is_kept_as_it_stands(void)
{
	g_auto(Place) place;
	g_autoptr(GError) err = NULL;

	place_init(&place, "# mine\n\nUnread from boss = from:grace is:unread\nBig = size:>1M\n");
	g_autoptr(Searches) searches = searches_load(place.path, &err);
	g_assert_no_error(err);
	g_assert_cmpuint(searches_all(searches)->len, ==, 2);
	const SavedSearch *first = g_ptr_array_index(searches_all(searches), 0);
	g_assert_cmpstr(first->name, ==, "Unread from boss");
	g_assert_cmpstr(first->query, ==, "from:grace is:unread");
	g_assert_true(searches_keep(searches, "Flagged", "is:flagged", &err));
	g_assert_true(searches_keep(searches, "Unread from boss", "from:grace", &err));
	assert_file(&place, "# mine\n\nUnread from boss = from:grace\nBig = size:>1M\nFlagged = is:flagged\n");
	g_assert_true(searches_drop(searches, "Big", &err));
	assert_file(&place, "# mine\n\nUnread from boss = from:grace\nFlagged = is:flagged\n");
	g_assert_cmpuint(searches_all(searches)->len, ==, 2);
	g_autoptr(Searches) again = searches_load(place.path, &err);
	g_assert_cmpuint(searches_all(again)->len, ==, 2);
}

static void test_what_is_refused(void)
{
	static const struct { const char *name, *query; } rows[] = {
		{ "", "x" }, { "x", "" }, { "#x", "y" }, { "a = b", "y" }, { " \t", "y" },
	};
	g_autoptr(Searches) searches = searches_load(NULL, NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_assert_false(searches_keep(searches, rows[i].name, rows[i].query, &err));
		g_assert_true(error_is(err, ERR_USAGE));
	}
	g_autoptr(GError) err = NULL;
	g_assert_false(searches_drop(searches, "nothing", &err));
	g_assert_true(error_is(err, ERR_NOT_FOUND));
	g_assert_cmpuint(searches_all(searches)->len, ==, 0);
}

static void test_a_bad_line_is_named(void)
{
	static const char *const texts[] = { "a = b\nnonsense\n", "a = b\n = c\n", "a = b\nc = \n" };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_auto(Place) place;
		g_autoptr(GError) err = NULL;
		place_init(&place, texts[i]);
		g_assert_null(searches_load(place.path, &err));
		g_assert_true(error_is(err, ERR_CONFIG));
		g_assert_nonnull(strstr(err->message, "line 2"));
		assert_file(&place, texts[i]);
	}
}

static void test_no_file_is_none(void)
{
	g_auto(Place) place;

	place_init(&place, NULL);
	g_autoptr(Searches) searches = searches_load(place.path, NULL);
	g_assert_cmpuint(searches_all(searches)->len, ==, 0);
	g_assert_true(searches_keep(searches, "New\nline", "is:unread", NULL));
	assert_file(&place, "New line = is:unread\n");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/searches/a-file-is-kept-as-it-stands", test_a_file_is_kept_as_it_stands);
	g_test_add_func("/searches/what-is-refused", test_what_is_refused);
	g_test_add_func("/searches/a-bad-line-is-named", test_a_bad_line_is_named);
	g_test_add_func("/searches/no-file-is-none", test_no_file_is_none);
	return g_test_run();
}
