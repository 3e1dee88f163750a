#include "app/server_query.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "store/search.h"

/* ---- what is looked at here ---- */

typedef enum {
	CHECK_FROM, CHECK_TO, CHECK_SUBJECT,
	CHECK_READ, CHECK_UNREAD, CHECK_ATTACHMENT, CHECK_IMPORTANT,
} CheckKind;

typedef struct {
	CheckKind kind;
	char     *words;             /* folded; of FROM, TO, SUBJECT */
	bool      is_negative;
} Check;

static const struct { const char *term; CheckKind kind; } terms[] = {
	{ "from:", CHECK_FROM },          { "to:", CHECK_TO },
	{ "subject:", CHECK_SUBJECT },    { "is:read", CHECK_READ },
	{ "is:unread", CHECK_UNREAD },    { "has:attachment", CHECK_ATTACHMENT },
	{ "is:important", CHECK_IMPORTANT },
};

static void check_free(Check *check)
{
	g_free(check->words);
	g_free(check);
}

static bool has_words(const char *text, const char *words)
{
	g_autofree char *folded = g_utf8_casefold(text ? text : "", -1);

	return strstr(folded, words) != NULL;
}

static bool holds(const Check *check, const Found *found)
{
	switch (check->kind) {
	case CHECK_FROM:       return has_words(found->from, check->words);
	case CHECK_TO:         return has_words(found->to, check->words);
	case CHECK_SUBJECT:    return has_words(found->subject, check->words);
	case CHECK_READ:       return found->is_read;
	case CHECK_UNREAD:     return !found->is_read;
	case CHECK_ATTACHMENT: return found->has_attachment;
	case CHECK_IMPORTANT:  return found->importance == 2;
	}
	return true;
}

bool server_query_fits(const ServerQuery *query, const Found *found)
{
	for (guint i = 0; i < query->checks->len; i++) {
		const Check *check = g_ptr_array_index(query->checks, i);
		if (holds(check, found) == check->is_negative)
			return false;
	}
	return true;
}

/* ---- reading: terms stand between blanks, and quotes hold blanks together ---- */

typedef struct {
	ServerQuery *query;
	GString     *words, *ignored;
} Reader;

static char *take_term(const char **at)
{
	const char *begin = *at += strspn(*at, " \t\n");
	bool is_quoted = false;

	for (; **at && (is_quoted || !strchr(" \t\n", **at)); (*at)++)
		is_quoted ^= **at == '"';
	return *at > begin ? g_strndup(begin, (gsize)(*at - begin)) : NULL;
}

static void add_word(GString *list, const char *word)
{
	g_string_append_printf(list, "%s%s", list->len ? " " : "", word);
}

/* The words of a value: without quotes and the star of a beginning, for servers know neither. */
static char *bare(const char *value)
{
	g_autofree char *plain = g_strdelimit(g_strdup(value), "\"*", ' ');

	return text_one_line(plain);
}

/* A server that looks for the words everywhere finds at least what has them here. */
static void add_check(Reader *r, CheckKind kind, const char *value, bool is_negative)
{
	Check *check = g_new0(Check, 1);
	g_autofree char *words = bare(value);

	*check = (Check){ kind, g_utf8_casefold(words, -1), is_negative };
	g_ptr_array_add(r->query->checks, check);
	if (*words && !is_negative)
		add_word(r->words, words);
}

static bool take_check(Reader *r, const char *term, bool is_negative)
{
	for (size_t i = 0; i < G_N_ELEMENTS(terms); i++) {
		size_t len = strlen(terms[i].term);
		bool has_value = terms[i].kind <= CHECK_SUBJECT;
		if (has_value ? !text_has_prefix_ascii_case(term, terms[i].term)
		              : !text_equal_ascii_case(term, terms[i].term))
			continue;
		add_check(r, terms[i].kind, has_value ? term + len : "", is_negative);
		return true;
	}
	return false;
}

/* Dates were read with the whole query. */
static bool is_date(const char *term)
{
	static const char *const fields[] = { "before:", "after:", "on:", "newer:", "older:" };

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (text_has_prefix_ascii_case(term, fields[i]))
			return true;
	return false;
}

static bool is_field(const char *term)
{
	size_t len = strspn(term, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return len && term[len] == ':' && term[len + 1] && term[len + 1] != '/';
}

static bool take_folder(Reader *r, const char *term)
{
	if (!text_has_prefix_ascii_case(term, "in:") || r->query->folder)
		return false;
	r->query->folder = bare(term + strlen("in:"));
	return true;
}

static void take_words(Reader *r, const char *term)
{
	g_autofree char *words = bare(term);

	if (*words)
		add_word(r->words, words);
	if (strchr(term, ' '))
		add_word(r->ignored, term);      /* that they stand side by side */
}

static void take(Reader *r, const char *term, bool is_negative)
{
	if (take_check(r, term, is_negative))
		return;
	if (!is_negative && (is_date(term) || take_folder(r, term)))
		return;
	if (is_negative || is_field(term))
		g_string_append_printf(r->ignored, "%s%s%s", r->ignored->len ? " " : "",
		                       is_negative ? "-" : "", term);
	else
		take_words(r, term);
}

static bool is_operator(const char *term)
{
	return strcmp(term, "OR") == 0 || *term == '(' || (*term != '"' && strchr(term, ')'));
}

static bool read_terms(Reader *r, const char *text, GError **err)
{
	bool is_negative = false;

	for (const char *at = text;;) {
		g_autofree char *term = take_term(&at);
		if (!term)
			return true;
		bool has_minus = *term == '-' && term[1];
		if (is_operator(term + has_minus))
			return fail(err, ERR_USAGE,
			            _("a server's search knows no OR and no parentheses; search for each by itself"));
		if (strcmp(term, "AND") == 0)
			continue;
		if (strcmp(term, "NOT") == 0) {
			is_negative = !is_negative;
			continue;
		}
		take(r, term + has_minus, is_negative != has_minus);
		is_negative = false;
	}
}

static bool finish(Reader *r, GError **err)
{
	r->query->lookup.words = g_string_free(r->words, FALSE);
	if (r->ignored->len)
		r->query->ignored = g_strdup(r->ignored->str);
	g_string_free(r->ignored, TRUE);
	return *r->query->lookup.words ||
	       fail(err, ERR_USAGE, _("a search on the server needs words"));
}

ServerQuery *server_query_new(const char *text, int64_t now_ms, GError **err)
{
	g_autoptr(Query) whole = query_parse(text, now_ms, err);
	g_autoptr(ServerQuery) query = g_new0(ServerQuery, 1);
	Reader r = { query, NULL, NULL };

	query->checks = g_ptr_array_new_with_free_func((GDestroyNotify)check_free);
	if (!whole)
		return NULL;
	query_times(whole, &query->lookup.after_ms, &query->lookup.before_ms);
	r.words = g_string_new(NULL);
	r.ignored = g_string_new(NULL);
	bool is_read = read_terms(&r, text, err);
	bool is_fit = finish(&r, is_read ? err : NULL);
	return is_read && is_fit ? g_steal_pointer(&query) : NULL;
}

void server_query_free(ServerQuery *query)
{
	if (!query)
		return;
	lookup_clear(&query->lookup);
	g_free(query->folder);
	g_free(query->ignored);
	g_clear_pointer(&query->checks, g_ptr_array_unref);
	g_free(query);
}
