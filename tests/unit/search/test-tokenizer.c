#include <string.h>

#include "store/tokenizer.h"

static int collect(void *data, const char *token, size_t len)
{
	GString *out = data;

	g_string_append_printf(out, "%s%.*s", out->len ? "|" : "", (int)len, token);
	return 0;
}

static char *tokens_of(const char *text, size_t len, bool is_query)
{
	g_autoptr(Tokenizer) tokenizer = tokenizer_new();
	g_autoptr(GString)   out = g_string_new(NULL);

	g_assert_cmpint(tokenizer_run(tokenizer, text, len, is_query, collect, out), ==, 0);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static void test_text(void)
{
	static const struct { const char *why, *text, *tokens; } rows[] = {
		{ "words", "The quick-brown fox, 42!", "the|quick|brown|fox|42" },
		{ "address", "alice.b@Example.TEST", "alice|b|example|test" },
		{ "nothing", " -- !? ", "" },
		{ "accents", "\xc3\x89t\xc3\xa9 na\xc3\xafve", "ete|naive" },
		{ "combining accent", "e\xcc\x81te\xcc\x81", "ete" },
		{ "German", "Stra\xc3\x9f" "e STRASSE \xe1\xba\x9e M\xc3\xbcller", "strasse|strasse|ss|muller" },
		{ "Turkish", "\xc4\xb0STANBUL istanbul ISI \xc4\xb1s\xc4\xb1", "istanbul|istanbul|isi|isi" },
		{ "Polish", "\xc5\x81\xc3\xb3" "d\xc5\xba", "lodz" },
		{ "Danish", "Sm\xc3\xb8rrebr\xc3\xb8" "d \xc3\x86" "ble", "smorrebrod|aeble" },
		{ "Greek", "\xce\x9f\xce\x94\xce\x9f\xce\xa3 \xce\xbf\xce\xb4\xcf\x8c\xcf\x82", "\xce\xbf\xce\xb4\xce\xbf\xcf\x83|\xce\xbf\xce\xb4\xce\xbf\xcf\x83" },
		{ "Russian", "\xd0\x81\xd0\xbb\xd0\xba\xd0\xb0", "\xd0\xb5\xd0\xbb\xd0\xba\xd0\xb0" },
		{ "Hebrew points", "\xd7\xa9\xd6\xb8\xd7\x9c", "\xd7\xa9\xd7\x9c" },
		{ "Hindi keeps its vowels", "\xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\xa8\xe0\xa5\x8d\xe0\xa4\xa6\xe0\xa5\x80", "\xe0\xa4\xb9\xe0\xa4\xbf\xe0\xa4\xa8\xe0\xa5\x8d\xe0\xa4\xa6\xe0\xa5\x80" },
		{ "full width", "\xef\xbc\xa1\xef\xbc\xa2\xef\xbc\x93", "ab3" },
		{ "ligature", "\xef\xac\x81ne", "fine" },
		{ "soft hyphen, joiner", "Donau\xc2\xad" "dampf a\xe2\x80\x8d" "b", "donaudampf|ab" },
		{ "Japanese", "\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd", "\xe6\x9d\xb1\xe4\xba\xac|\xe4\xba\xac\xe9\x83\xbd|\xe9\x83\xbd" },
		{ "one character", "\xe4\xbc\x9a", "\xe4\xbc\x9a" },
		{ "kana with voicing apart", "\xe3\x81\x8b\xe3\x82\x99\xe3\x81\x8f", "\xe3\x81\x8c\xe3\x81\x8f|\xe3\x81\x8f" },
		{ "half-width kana", "\xef\xbd\xb6\xef\xbe\x9e\xef\xbd\xb8", "\xe3\x82\xac\xe3\x82\xaf|\xe3\x82\xaf" },
		{ "mixed", "2026\xe5\xb9\xb4" "a\xe4\xbc\x9a\xe8\xad\xb0 x", "2026|\xe5\xb9\xb4|a|\xe4\xbc\x9a\xe8\xad\xb0|\xe8\xad\xb0|x" },
		{ "Chinese across a stop", "\xe4\xb8\xad\xe6\x96\x87\xe3\x80\x82\xe5\xad\x97", "\xe4\xb8\xad\xe6\x96\x87|\xe6\x96\x87|\xe5\xad\x97" },
		{ "Thai", "\xe0\xb8\x81\xe0\xb8\xb4\xe0\xb8\x99", "\xe0\xb8\x81\xe0\xb8\xb4|\xe0\xb8\xb4\xe0\xb8\x99|\xe0\xb8\x99" },
		{ "Hangul", "\xed\x9a\x8c\xec\x9d\x98\xeb\xa1\x9d", "\xed\x9a\x8c\xec\x9d\x98|\xec\x9d\x98\xeb\xa1\x9d|\xeb\xa1\x9d" },
		{ "Hangul in jamo", "\xe1\x84\x92\xe1\x85\xac\xe1\x84\x8b\xe1\x85\xb4", "\xed\x9a\x8c\xec\x9d\x98|\xec\x9d\x98" },
		{ "emoji", "hi\xf0\x9f\x98\x80\xf0\x9f\x91\x8d\xf0\x9f\x8f\xbd there", "hi|\xf0\x9f\x98\x80|\xf0\x9f\x91\x8d|there" },
		{ "bad bytes", "a\xff" "b\xc3", "a|b" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *tokens = tokens_of(rows[i].text, strlen(rows[i].text), false);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(tokens, ==, rows[i].tokens);
	}
}

/* A run at the end of a query is a part of something: no token says that it ends there. */
static void test_query(void)
{
	static const struct { const char *text, *tokens; bool is_alone; } rows[] = {
		{ "budget", "budget", false },
		{ "\xe6\x9d\xb1\xe4\xba\xac", "\xe6\x9d\xb1\xe4\xba\xac", false },
		{ "\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd", "\xe6\x9d\xb1\xe4\xba\xac|\xe4\xba\xac\xe9\x83\xbd", false },
		{ "\xe4\xbc\x9a", "\xe4\xbc\x9a", true },
		{ "x\xe4\xbc\x9a", "x|\xe4\xbc\x9a", true },
		{ "\xe4\xbc\x9a\xe8\xad\xb0" "a", "\xe4\xbc\x9a\xe8\xad\xb0|\xe8\xad\xb0|a", false },
		{ "", "", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *tokens = tokens_of(rows[i].text, strlen(rows[i].text), true);
		g_assert_cmpstr(tokens, ==, rows[i].tokens);
		g_assert_cmpint(tokenizer_ends_alone(rows[i].text), ==, rows[i].is_alone);
	}
}

static void test_long_words_are_cut(void)
{
	for (int over = -1; over <= 1; over++) {
		g_autofree char *text = g_strnfill((gsize)(TOKEN_BYTES_MAX + over), 'x');
		g_autofree char *tokens = tokens_of(text, strlen(text), false);
		g_assert_cmpuint(strlen(tokens), ==, MIN(strlen(text), TOKEN_BYTES_MAX));
	}
}

static int stop(void *data, const char *token, size_t len)
{
	(void)token;
	(void)len;
	return ++*(int *)data == 2 ? 7 : 0;
}

static void test_stops_when_told(void)
{
	g_autoptr(Tokenizer) tokenizer = tokenizer_new();
	int calls = 0;

	g_assert_cmpint(tokenizer_run(tokenizer, "a b c d", 7, false, stop, &calls), ==, 7);
	g_assert_cmpint(calls, ==, 2);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tokenizer/text", test_text);
	g_test_add_func("/tokenizer/query", test_query);
	g_test_add_func("/tokenizer/long-words-are-cut", test_long_words_are_cut);
	g_test_add_func("/tokenizer/stops-when-told", test_stops_when_told);
	return g_test_run();
}
