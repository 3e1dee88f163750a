#include "store/prefix.h"

#include <string.h>

#include "store/tokenizer.h"

/*
 * Of one beginning, and of a whole expression. A word costs some 15 us to find and to open; past
 * these FTS5 is quicker with the beginning itself.
 */
enum { WORDS_MAX = 200, WORDS_IN_ALL_MAX = 400 };

/* FTS5 counts each member of a list as a level, of which it bears 256. */
enum { LIST_MAX = 16 };

static void append_words(GString *out, const GPtrArray *words, guint first, guint end)
{
	guint middle = first + (end - first) / 2;

	if (end - first > LIST_MAX) {
		g_string_append_c(out, '(');
		append_words(out, words, first, middle);
		g_string_append(out, ") OR (");
		append_words(out, words, middle, end);
		g_string_append_c(out, ')');
		return;
	}
	for (guint i = first; i < end; i++)
		g_string_append_printf(out, "%s\"%s\"", i > first ? " OR " : "",
		                       (char *)g_ptr_array_index(words, i));
}

/* The first word from @from on that begins with @token; NULL: none. */
static bool word_find(Db *index, const char *token, const char *from, char **ret_word, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		index, "SELECT term FROM vocabulary WHERE term >= ? AND term < ? LIMIT 1");
	g_autofree char *end = g_strconcat(token, "\xf4\x8f\xbf\xbf", NULL);
	bool has_row;

	put_text(&stmt, from);
	put_text(&stmt, end);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_word = has_row ? get_text(&stmt) : NULL;
	return true;
}

/* One more than @most says that there are more. The vocabulary has a row for each place of a word:
 * the next search begins right behind them. */
static bool words_find(Db *index, const char *token, guint most, GPtrArray *words, GError **err)
{
	g_autofree char *from = g_strdup(token);

	while (words->len <= most) {
		char *word;
		if (!word_find(index, token, from, &word, err))
			return false;
		if (!word)
			return true;
		g_ptr_array_add(words, word);
		g_free(from);
		from = g_strconcat(word, "\x01", NULL);
	}
	return true;
}

static int take_token(void *data, const char *token, size_t len)
{
	GPtrArray *tokens = data;

	g_ptr_array_add(tokens, g_strndup(token, len));
	return 0;
}

/* The one token of @text; NULL: there are none or several, and the last of a phrase is not spelled
 * out. */
static char *token_of(const char *text)
{
	g_autoptr(Tokenizer) tokenizer = tokenizer_new();
	g_autoptr(GPtrArray) tokens = g_ptr_array_new_with_free_func(g_free);

	tokenizer_run(tokenizer, text, strlen(text), true, take_token, tokens);
	return tokens->len == 1 ? g_ptr_array_steal_index(tokens, 0) : NULL;
}

/* Behind the string that begins at @quote; quotes inside are doubled. */
static const char *string_end(const char *quote)
{
	const char *at = quote + 1;

	while (*at && (at[0] != '"' || at[1] == '"'))
		at += at[0] == '"' ? 2 : 1;
	return *at ? at + 1 : at;
}

typedef struct { Db *index; GString *out; guint words; } Spelling;

/* Appends the words that begin with the string from @quote to @end; *ret_done false: they are too
 * many, or none. */
static bool spell(Spelling *spelling, const char *quote, const char *end, bool *ret_done,
                  GError **err)
{
	g_autofree char *text = g_strndup(quote + 1, (gsize)(end - quote - 2));
	g_autofree char *token = token_of(text);
	g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
	guint most = MIN(WORDS_MAX, WORDS_IN_ALL_MAX - spelling->words);

	*ret_done = false;
	if (!token || most == 0)
		return true;
	if (!words_find(spelling->index, token, most, words, err))
		return false;
	spelling->words += MIN(words->len, most);
	*ret_done = words->len > 0 && words->len <= most;
	if (!*ret_done)
		return true;
	g_string_append_c(spelling->out, '(');
	append_words(spelling->out, words, 0, words->len);
	g_string_append_c(spelling->out, ')');
	return true;
}

bool prefix_spell_out(Db *index, const char *match, char **ret_match, GError **err)
{
	g_autoptr(GString) out = g_string_new(NULL);
	Spelling spelling = { index, out, 0 };

	for (const char *at = match; *at;) {
		const char *end = *at == '"' ? string_end(at) : at + 1;
		bool is_prefix = *at == '"' && g_str_has_prefix(end, " *"), is_done = false;
		if (is_prefix && !spell(&spelling, at, end, &is_done, err))
			return false;
		if (!is_done)
			g_string_append_len(out, at, end - at);
		at = is_done ? end + strlen(" *") : end;
	}
	*ret_match = g_string_free(g_steal_pointer(&out), FALSE);
	return true;
}
