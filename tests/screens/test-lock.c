#include "support/dump.h"
#include "ui/screen/lock_page.h"

static void type(LockPage *page, const char *text)
{
	for (const char *p = text; *p; p++)
		g_assert_cmpint(lock_page_key(page, (Key)*p), ==, LOCK_PAGE_STAYS);
}

static void show(const LockPage *page, const char *what)
{
	static const struct { int width, height; } sizes[] = { { 80, 24 }, { 100, 30 }, { 140, 45 }, { 20, 5 } };

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(Canvas) canvas = canvas_new(sizes[i].width, sizes[i].height);
		g_autofree char *name = g_strdup_printf("%s-%dx%d", what, sizes[i].width, sizes[i].height);
		lock_page_draw(page, canvas);
		canvas_snapshot(canvas, name);
	}
}

static void test_three_widths(void)
{
	g_autoptr(LockPage) page = lock_page_new("Nobody typed for 10 minutes.");

	lock_page_count(page, 3);
	lock_page_refused(page, "That is not it.");
	type(page, "secret");
	show(page, "locked");
}

static void test_keys(void)
{
	g_autoptr(LockPage) page = lock_page_new("Locked.");

	g_assert_cmpint(lock_page_key(page, KEY_RETURN), ==, LOCK_PAGE_STAYS);      /* nothing was typed */
	g_assert_cmpint(lock_page_key(page, KEY_BACK), ==, LOCK_PAGE_STAYS);
	type(page, "wrong");
	lock_page_key(page, KEY_ESCAPE);
	lock_page_paste(page, "correct ");
	type(page, "horse");
	g_assert_cmpint(lock_page_key(page, KEY_RETURN), ==, LOCK_PAGE_TRIES);
	g_autoptr(Secret) typed = lock_page_typed(page);
	g_autoptr(Secret) wanted = secret_new("correct horse", 13);
	g_assert_true(secret_equal(typed, wanted));
	g_assert_null(lock_page_typed(page));
	/* While it is tried, nothing is taken but ^C. */
	type(page, "x");
	g_assert_cmpint(lock_page_key(page, KEY_RETURN), ==, LOCK_PAGE_STAYS);
	lock_page_refused(page, "That is not it.");
	g_assert_cmpint(lock_page_key(page, KEY_RETURN), ==, LOCK_PAGE_STAYS);
	g_assert_cmpint(lock_page_key(page, KEY_CTRL_C), ==, LOCK_PAGE_QUITS);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lock/three-widths", test_three_widths);
	g_test_add_func("/lock/keys", test_keys);
	return g_test_run();
}
