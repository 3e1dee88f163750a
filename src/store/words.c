#include "store/words.h"

#include <string.h>

static int add_word(void *data, const char *token, size_t len)
{
	GString *words = data;

	g_string_append_c(words, ' ');
	g_string_append_len(words, token, (gssize)len);
	return 0;
}

void words_add(GString *words, Tokenizer *tokenizer, const char *text)
{
	if (text)
		tokenizer_run(tokenizer, text, strlen(text), false, add_word, words);
}

static int take_word(void *data, const char *token, size_t len)
{
	GPtrArray *words = data;

	g_ptr_array_add(words, g_strdup_printf(" %.*s", (int)len, token));
	return words->len == WORDS_MAX;
}

GPtrArray *words_of_typed(const char *typed)
{
	g_autoptr(Tokenizer) tokenizer = tokenizer_new();
	GPtrArray *words = g_ptr_array_new_with_free_func(g_free);

	tokenizer_run(tokenizer, typed, strlen(typed), true, take_word, words);
	return words;
}

char *number_digits(const char *text)
{
	GString *digits = g_string_new(NULL);

	for (const char *p = text; *p; p++) {
		if (digits->len && g_ascii_isalpha(*p))
			break;
		if (g_ascii_isdigit(*p) && (digits->len || *p != '0'))
			g_string_append_c(digits, *p);
	}
	return g_string_free(digits, FALSE);
}
