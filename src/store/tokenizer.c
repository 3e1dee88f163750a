/*
 * What a character is and folds to is looked up in tables of 256, made when their first character
 * is met: most mail needs two or three. Folding is Unicode's compatibility decomposition without
 * the accents, in lower case, by GLib. Only text with loose jamo or half-width kana is normalised
 * as a whole first, as those combine over several characters.
 */
#include "store/tokenizer.h"

#include <stdint.h>
#include <string.h>

typedef enum { NOTHING_YET, SEPARATOR, DROPPED, LETTER, DENSE, SINGLE } CharClass;

typedef struct {
	uint8_t class, len;
	char    folded[6];         /* UTF-8 */
} CharFold;

enum { PAGE_BITS = 8, PAGE_CHARS = 1 << PAGE_BITS, PAGES = 0x110000 >> PAGE_BITS };

struct Tokenizer {
	CharFold *pages[PAGES];
};

/* ---- what a character is ---- */

static bool is_in(gunichar c, gunichar first, gunichar last) { return c >= first && c <= last; }

/* Written without blanks between words, or (Hangul) with particles grown onto them. */
static bool is_dense(gunichar c)
{
	switch (g_unichar_get_script(c)) {
	case G_UNICODE_SCRIPT_HAN:
	case G_UNICODE_SCRIPT_HIRAGANA:
	case G_UNICODE_SCRIPT_KATAKANA:
	case G_UNICODE_SCRIPT_HANGUL:
	case G_UNICODE_SCRIPT_BOPOMOFO:
	case G_UNICODE_SCRIPT_THAI:
	case G_UNICODE_SCRIPT_LAO:
	case G_UNICODE_SCRIPT_KHMER:
	case G_UNICODE_SCRIPT_MYANMAR:
		return true;
	default:
		return c == 0x30FC;      /* the long vowel mark belongs to both kana */
	}
}

/* Accents of Latin, Greek and Cyrillic; vowel points of Hebrew and Arabic. */
static bool is_accent(gunichar c)
{
	return is_in(c, 0x0300, 0x036F) || is_in(c, 0x0591, 0x05C7) || is_in(c, 0x064B, 0x065F) ||
	       c == 0x0640;
}

static bool is_emoji(gunichar c)
{
	return is_in(c, 0x2600, 0x27BF) || is_in(c, 0x1F000, 0x1F3FA) || is_in(c, 0x1F400, 0x1FAFF);
}

static CharClass class_of(gunichar c)
{
	GUnicodeType type = g_unichar_type(c);

	switch (type) {
	case G_UNICODE_FORMAT:
	case G_UNICODE_SURROGATE:
		return DROPPED;
	case G_UNICODE_NON_SPACING_MARK:
	case G_UNICODE_SPACING_MARK:
	case G_UNICODE_ENCLOSING_MARK:
		if (is_accent(c) || is_in(c, 0xFE00, 0xFE0F) || c == 0x20E3)
			return DROPPED;
		return is_dense(c) ? DENSE : LETTER;
	case G_UNICODE_DECIMAL_NUMBER:
	case G_UNICODE_LETTER_NUMBER:
	case G_UNICODE_OTHER_NUMBER:
	case G_UNICODE_PRIVATE_USE:
		return LETTER;
	case G_UNICODE_MODIFIER_SYMBOL:
		return is_in(c, 0x1F3FB, 0x1F3FF) ? DROPPED : SEPARATOR;      /* skin tones */
	case G_UNICODE_OTHER_SYMBOL:
		return is_emoji(c) ? SINGLE : SEPARATOR;
	default:
		if (!g_unichar_isalpha(c))
			return c == 0x0640 ? DROPPED : SEPARATOR;
		return is_accent(c) ? DROPPED : is_dense(c) ? DENSE : LETTER;
	}
}

/* ---- what it folds to ---- */

/* Letters that Unicode does not take apart. */
static gunichar plain_letter(gunichar c)
{
	static const struct { gunichar from, to;
	} rows[] = {
		{ 0x0131, 'i' }, { 0x0142, 'l' }, { 0x00F8, 'o' }, { 0x0111, 'd' },
		{ 0x0127, 'h' }, { 0x0167, 't' }, { 0x00F0, 'd' },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (rows[i].from == c)
			return rows[i].to;
	return c;
}

static char *without_accents(const char *decomposed)
{
	GString *out = g_string_new(NULL);

	for (const char *p = decomposed; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (!is_accent(c))
			g_string_append_unichar(out, plain_letter(c));
	}
	return g_string_free(out, FALSE);
}

static char *fold_text(gunichar c)
{
	char utf8[7] = { 0 };

	g_unichar_to_utf8(c, utf8);
	if (c == 0x00E6 || c == 0x00C6)
		return g_strdup("ae");
	if (c == 0x0153 || c == 0x0152)
		return g_strdup("oe");
	g_autofree char *lower = g_utf8_casefold(utf8, -1);
	g_autofree char *decomposed = g_utf8_normalize(lower, -1, G_NORMALIZE_ALL);
	g_autofree char *again = g_utf8_casefold(decomposed, -1);
	g_autofree char *bare = without_accents(again);
	return g_utf8_normalize(bare, -1, G_NORMALIZE_DEFAULT_COMPOSE);
}

/* Compatibility forms may bring separators along (½ has a slash): then the character stays as it
 * is. */
static bool is_all_letters(const char *text)
{
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		CharClass class = class_of(g_utf8_get_char(p));
		if (class != LETTER && class != DENSE)
			return false;
	}
	return *text != '\0';
}

static CharFold fold_of(gunichar c)
{
	CharFold fold = { .class = (uint8_t)class_of(c) };

	if (fold.class == SEPARATOR || fold.class == DROPPED)
		return fold;
	g_autofree char *text = fold.class == SINGLE ? NULL : fold_text(c);
	if (text && strlen(text) <= sizeof fold.folded && is_all_letters(text)) {
		fold.len = (uint8_t)strlen(text);
		memcpy(fold.folded, text, fold.len);
		if (!is_dense(g_utf8_get_char(text)))
			fold.class = LETTER;
	} else {
		fold.len = (uint8_t)g_unichar_to_utf8(c, fold.folded);
	}
	return fold;
}

static const CharFold *fold_find(Tokenizer *tokenizer, gunichar c)
{
	CharFold **page = &tokenizer->pages[c >> PAGE_BITS];
	CharFold  *fold;

	if (!*page)
		*page = g_new0(CharFold, PAGE_CHARS);
	fold = &(*page)[c & (PAGE_CHARS - 1)];
	if (fold->class == NOTHING_YET)
		*fold = fold_of(c);
	return fold;
}

Tokenizer *tokenizer_new(void) { return g_new0(Tokenizer, 1); }

void tokenizer_free(Tokenizer *tokenizer)
{
	if (!tokenizer)
		return;
	for (int i = 0; i < PAGES; i++)
		g_free(tokenizer->pages[i]);
	g_free(tokenizer);
}

/* ---- the run ---- */

typedef struct {
	Tokenizer *tokenizer;
	TokenTake  take;
	void      *data;
	int        result;
	size_t     word_len;
	char       word[TOKEN_BYTES_MAX];
	CharFold   before;         /* the last character of a dense run; len 0: none */
	bool       is_paired;      /* it ended a pair already */
} Run;

static void run_emit(Run *run, const char *token, size_t len)
{
	if (!run->result && len)
		run->result = run->take(run->data, token, len);
}

static void run_end_word(Run *run)
{
	if (run->word_len)
		run_emit(run, run->word, run->word_len);
	run->word_len = 0;
}

/* The last character of a run is a token too, so that each character begins one. */
static void run_end_dense(Run *run)
{
	if (run->before.len)
		run_emit(run, run->before.folded, run->before.len);
	run->before.len = 0;
	run->is_paired = false;
}

static void run_add_letter(Run *run, const CharFold *fold)
{
	run_end_dense(run);
	if (run->word_len + fold->len <= sizeof run->word) {
		memcpy(run->word + run->word_len, fold->folded, fold->len);
		run->word_len += fold->len;
	}
}

static void run_add_dense(Run *run, const CharFold *fold)
{
	char pair[sizeof fold->folded * 2];

	run_end_word(run);
	if (run->before.len) {
		memcpy(pair, run->before.folded, run->before.len);
		memcpy(pair + run->before.len, fold->folded, fold->len);
		run_emit(run, pair, (size_t)run->before.len + fold->len);
		run->is_paired = true;
	}
	run->before = *fold;
}

static void run_add(Run *run, const CharFold *fold)
{
	switch ((CharClass)fold->class) {
	case LETTER:
		run_add_letter(run, fold);
		break;
	case DENSE:
		run_add_dense(run, fold);
		break;
	case DROPPED:
		break;
	default:
		run_end_word(run);
		run_end_dense(run);
		if (fold->class == SINGLE)
			run_emit(run, fold->folded, fold->len);
	}
}

/* A bad byte separates. */
static gunichar next_char(const char **at, const char *end)
{
	gunichar c = (uint8_t)**at;

	if (c < 0x80) {
		(*at)++;
		return c;
	}
	c = g_utf8_get_char_validated(*at, end - *at);
	if (c > 0x10FFFF) {
		(*at)++;
		return 0xFFFD;
	}
	*at = g_utf8_next_char(*at);
	return c;
}

static void run_text(Run *run, const char *text, const char *end, bool is_query)
{
	while (text < end && !run->result)
		run_add(run, fold_find(run->tokenizer, next_char(&text, end)));
	run_end_word(run);
	if (!is_query || !run->is_paired)
		run_end_dense(run);
}

/* Loose jamo (E1 84..87), kana voicing marks (E3 82 99, 9A) and half-width kana (EF BD.., BE..)
 * combine with neighbours. */
static bool needs_composing(const char *text, size_t len)
{
	const uint8_t *at = (const uint8_t *)text;

	for (size_t i = 0; i + 2 < len; i++) {
		if (at[i] < 0xE1)
			continue;
		if ((at[i] == 0xE1 && at[i + 1] >= 0x84 && at[i + 1] <= 0x87) ||
		    (at[i] == 0xE3 && at[i + 1] == 0x82 &&
		     (at[i + 2] == 0x99 || at[i + 2] == 0x9A)) ||
		    (at[i] == 0xEF && (at[i + 1] == 0xBD || at[i + 1] == 0xBE)))
			return true;
	}
	return false;
}

int tokenizer_run(Tokenizer *tokenizer, const char *text, size_t len, bool is_query, TokenTake take,
                  void *data)
{
	Run              run = { .tokenizer = tokenizer, .take = take, .data = data };
	g_autofree char *composed =
		needs_composing(text, len)
			? g_utf8_normalize(text, (gssize)len, G_NORMALIZE_ALL_COMPOSE)
			: NULL;

	if (composed)
		run_text(&run, composed, composed + strlen(composed), is_query);
	else
		run_text(&run, text, text + len, is_query);
	return run.result;
}

bool tokenizer_ends_alone(const char *text)
{
	size_t      len = strlen(text);
	const char *last = len ? g_utf8_find_prev_char(text, text + len) : NULL;

	if (!last || class_of(g_utf8_get_char(last)) != DENSE)
		return false;
	const char *before = g_utf8_find_prev_char(text, last);
	return !before || class_of(g_utf8_get_char(before)) != DENSE;
}

static int stop_at_first(void *data, const char *token, size_t len)
{
	(void)data;
	(void)token;
	(void)len;
	return 1;
}

bool tokenizer_has_words(const char *text)
{
	g_autoptr(Tokenizer) tokenizer = tokenizer_new();

	return tokenizer_run(tokenizer, text, strlen(text), true, stop_at_first, NULL) != 0;
}

/* ---- as FTS5 wants it ---- */

typedef int (*Fts5Take)(void *, int, const char *, int, int, int);
typedef struct { Fts5Take take; void *data; int len; } Fts5Run;

static int fts5_take(void *data, const char *token, size_t len)
{
	Fts5Run *run = data;

	/* The index has no content to point into, so where a token stood in it is nobody's
	 * question. */
	return run->take(run->data, 0, token, (int)len, 0, run->len);
}

static int fts5_create(void *unused, const char **args, int count, Fts5Tokenizer **ret_tokenizer)
{
	(void)unused;
	(void)args;
	(void)count;
	*ret_tokenizer = (Fts5Tokenizer *)tokenizer_new();
	return SQLITE_OK;
}

static void fts5_delete(Fts5Tokenizer *tokenizer) { tokenizer_free((Tokenizer *)tokenizer); }

static int fts5_tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text,
                         int len, Fts5Take take)
{
	Fts5Run run = { take, context, len };

	return tokenizer_run((Tokenizer *)tokenizer, text, (size_t)len, flags & FTS5_TOKENIZE_QUERY,
	                     fts5_take, &run);
}

/* https://sqlite.org/fts5.html#extending_fts5 */
static fts5_api *fts5_api_of(sqlite3 *db)
{
	fts5_api     *api = NULL;
	sqlite3_stmt *stmt = NULL;

	if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &stmt, NULL) == SQLITE_OK) {
		sqlite3_bind_pointer(stmt, 1, &api, "fts5_api_ptr", NULL);
		sqlite3_step(stmt);
	}
	sqlite3_finalize(stmt);
	return api;
}

bool tokenizer_register(sqlite3 *db)
{
	fts5_tokenizer functions = { .xCreate = fts5_create,
		                     .xDelete = fts5_delete,
		                     .xTokenize = fts5_tokenize };
	fts5_api      *api = fts5_api_of(db);

	return api && api->xCreateTokenizer(api, "postern", NULL, &functions, NULL) == SQLITE_OK;
}
