#include <string.h>

#include "base/secret.h"

static void test_equal(void)
{
	static const struct { const char *why, *a, *b; bool is_equal; } rows[] = {
		{ "the same",          "wonderland", "wonderland",  true },
		{ "the first differs", "Wonderland", "wonderland",  false },
		{ "the last differs",  "wonderlanD", "wonderland",  false },
		{ "one is longer",     "wonderland", "wonderlands", false },
		{ "nothing",           "",           "",            true },
		{ "nothing and some",  "",           "w",           false },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Secret) a = secret_new(rows[i].a, strlen(rows[i].a));
		g_autoptr(Secret) b = secret_new(rows[i].b, strlen(rows[i].b));
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(secret_equal(a, b), ==, rows[i].is_equal);
		g_assert_cmpint(secret_equal(b, a), ==, rows[i].is_equal);
	}
}

/* A NUL in the middle is a byte like another; the one behind the last lets a password be used as a string. */
static void test_bytes(void)
{
	g_autoptr(Secret) secret = secret_new("a\0b", 3), cut = secret_new("a\0c", 3);

	g_assert_cmpuint(secret_len(secret), ==, 3);
	g_assert_cmpmem(secret_bytes(secret), 4, "a\0b", 4);
	g_assert_false(secret_equal(secret, cut));
}

static void test_random(void)
{
	g_autoptr(Secret) a = secret_new_random(32, NULL), b = secret_new_random(32, NULL);

	g_assert_cmpuint(secret_len(a), ==, 32);
	g_assert_false(secret_equal(a, b));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/secret/equal", test_equal);
	g_test_add_func("/secret/bytes", test_bytes);
	g_test_add_func("/secret/random", test_random);
	return g_test_run();
}
