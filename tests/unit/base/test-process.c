#include <string.h>

#include "base/error.h"
#include "base/process.h"

static void test_split(void)
{
	static const struct { const char *command; int argc; const char *last, *says; } rows[] = {
		{ "pass show mail", 3, "mail", NULL },
		{ "pass show 'a b'", 3, "a b", NULL },
		{ "cat \"x;y\"", 2, "x;y", "shell" },
		{ "cat 'x|y'", 2, "x|y", "shell" },
		{ "pass show x | head -1", 0, NULL, "needs a shell (it uses |)" },
		{ "echo $HOME", 0, NULL, "needs a shell (it uses $)" },
		{ "echo \"`id`\"", 0, NULL, "needs a shell (it uses `)" },
		{ "echo 'open", 0, NULL, "is not a command line" },
		{ "", 0, NULL, "is not a command line" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_auto(GStrv) argv = process_split(rows[i].command, &err);
		if (rows[i].argc == 0) {
			g_assert_null(argv);
			g_assert_true(error_is(err, ERR_CONFIG));
			g_assert_nonnull(strstr(err->message, rows[i].says));
			continue;
		}
		g_assert_no_error(err);
		g_assert_cmpuint(g_strv_length(argv), ==, rows[i].argc);
		g_assert_cmpstr(argv[rows[i].argc - 1], ==, rows[i].last);
	}
}

static void test_read_secret(void)
{
	static const struct { const char *argv[4]; const char *secret, *says; } rows[] = {
		{ { "printf", "p\xc3\xa4ss\\nrest\\n" }, "p\xc3\xa4ss", NULL },
		{ { "printf", "crlf\\r\\n" }, "crlf", NULL },
		{ { "true" }, NULL, "printed nothing" },
		{ { "false" }, NULL, "failed (exit code 1)" },
		{ { "/no/such/program" }, NULL, "the password command /no/such/program " },
		{ { "head", "-c", "70000", "/dev/zero" }, NULL, "gave no answer" },
		{ { "tail", "-f", "/dev/null" }, NULL, "gave no answer within 1 s" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_autoptr(Secret) secret = process_read_secret((char *const *)rows[i].argv, 1, &err);
		if (rows[i].secret) {
			g_assert_no_error(err);
			g_assert_cmpstr((const char *)secret_bytes(secret), ==, rows[i].secret);
		} else {
			g_assert_null(secret);
			g_assert_true(error_is(err, ERR_SIGN_IN));
			g_assert_nonnull(strstr(err->message, rows[i].says));
		}
	}
}

static void test_run(void)
{
	static const struct { const char *argv[4]; int code; const char *says; } rows[] = {
		{ { "true" }, 0, NULL },
		{ { "false" }, 1, NULL },
		{ { "sh", "-c", "exit 7" }, 7, NULL },
		{ { "sh", "-c", "kill -9 $$" }, 128 + 9, NULL },
		{ { "/no/such/editor" }, 0, "/no/such/editor cannot be started" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		int code = -1;
		bool ok = process_run_on_terminal((char *const *)rows[i].argv, &code, &err);
		g_assert_cmpint(ok, ==, rows[i].says == NULL);
		if (ok)
			g_assert_cmpint(code, ==, rows[i].code);
		else
			g_assert_nonnull(strstr(err->message, rows[i].says));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/process/split", test_split);
	g_test_add_func("/process/read-secret", test_read_secret);
	g_test_add_func("/process/run-on-terminal", test_run);
	return g_test_run();
}
