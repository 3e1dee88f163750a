#include <signal.h>
#include <string.h>
#include <unistd.h>

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
		{ { "head", "-c", "70000", "/dev/zero" }, NULL, "printed more than 65535 bytes" },
		{ { "tail", "-f", "/dev/null" }, NULL, "gave no answer within 1 s" },
		{ { "sh", "-c", "echo early; exec >&-; exec sleep 60" }, NULL, "gave no answer within 1 s" },
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

static void test_feed(void)
{
	static const struct { const char *why, *argv[4]; size_t len; const char *said, *says; } rows[] = {
		{ "a program that prints", { "wc", "-c" }, 1000, "1000", NULL },
		{ "more than a pipe holds", { "wc", "-c" }, 1000000, "1000000", NULL },
		{ "what it prints is cut at its line", { "cat" }, 0, "", NULL },
		{ "one that does not read", { "true" }, 1000000, "", NULL },
		{ "one that reads a little", { "head", "-c", "3" }, 1000000, "xxx", NULL },
		{ "one that fails", { "grep", "-c", "y" }, 10, NULL, "grep failed (exit code 1): 0" },
		{ "one that is not there", { "no-such-program" }, 10, NULL, "no-such-program cannot be started" },
		{ "one that takes too long", { "sleep", "60" }, 10, NULL, "sleep did not end within 1 s" },
		{ "one that is silent and stays", { "sh", "-c", "exec >&- 2>&-; exec sleep 60" }, 10, NULL, "sh did not end within 1 s" },
	};

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_autofree char *text = g_strnfill(rows[i].len, 'x');
		g_autoptr(GBytes) content = g_bytes_new(text, rows[i].len);
		g_autofree char *said = NULL;
		g_test_message("%s", rows[i].why);
		bool ok = process_feed((char *const *)(gpointer)rows[i].argv, content, rows[i].says && strstr(rows[i].says, "within") ? 1 : 30, &said, &err);
		g_assert_cmpint(ok, ==, rows[i].says == NULL);
		if (ok) {
			g_assert_no_error(err);
			g_assert_cmpstr(said, ==, rows[i].said);
			continue;
		}
		g_assert_true(error_is(err, ERR_IO));
		g_assert_true(g_str_has_prefix(err->message, rows[i].says));
	}
}

static void test_exchange(void)
{
	static const struct { const char *argv[4]; const char *given, *answer; ErrorKind kind; const char *says; } rows[] = {
		{ { "cat" }, "a", "a", 0, NULL },
		{ { "env" }, "", "", 0, NULL },
		{ { "printf", "1234567890" }, "", "1234567890", 0, NULL },
		{ { "printf", "12345678901" }, "", NULL, ERR_LIMIT, "more than 10 bytes" },
		{ { "ls", "/no/such/file" }, "", NULL, ERR_IO, "ls failed (exit code 2)" },
		{ { "/no/such/program" }, "", NULL, ERR_IO, "cannot be started" },
		{ { "tail", "-f", "/dev/null" }, "", NULL, ERR_IO, "did not end within 1 s" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) given = g_bytes_new(rows[i].given, strlen(rows[i].given));
		g_autoptr(GError) err = NULL;
		g_autoptr(GBytes) answer =
			process_exchange((char *const *)rows[i].argv, given, -1, 300, 10, &err);
		g_test_message("%s", rows[i].argv[0]);
		if (rows[i].answer) {
			g_assert_no_error(err);
			g_autoptr(GBytes) wanted = g_bytes_new(rows[i].answer, strlen(rows[i].answer));
			g_assert_true(g_bytes_equal(answer, wanted));
		} else {
			g_assert_null(answer);
			g_assert_true(error_is(err, rows[i].kind));
			g_assert_nonnull(strstr(err->message, rows[i].says));
		}
	}
}

static void test_exchange_is_cancelled(void)
{
	char *argv[] = { "tail", "-f", "/dev/null", NULL };
	g_autoptr(GBytes) given = g_bytes_new("", 0);
	g_autoptr(GError) err = NULL;
	int end[2];

	g_assert_cmpint(pipe(end), ==, 0);
	close(end[1]);
	g_assert_null(process_exchange(argv, given, end[0], 60000, 10, &err));
	g_assert_true(error_is(err, ERR_CANCELLED));
	close(end[0]);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/process/split", test_split);
	g_test_add_func("/process/read-secret", test_read_secret);
	g_test_add_func("/process/run-on-terminal", test_run);
	g_test_add_func("/process/feed", test_feed);
	g_test_add_func("/process/exchange", test_exchange);
	g_test_add_func("/process/exchange/cancelled", test_exchange_is_cancelled);
	return g_test_run();
}
