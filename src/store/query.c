/*
 * Text becomes a tree.
 *
 *   any   = all { "OR" all }
 *   all   = one { ["AND"] one }
 *   one   = ("-" | "NOT") one | "(" any ")" | field ":" value | word ["*"] | "\"" phrase "\"" ["*"]
 */
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "store/query-tree.h"
#include "store/tokenizer.h"

enum { DEPTH_MAX = 64, NODES_MAX = 1000, BYTES_MAX = 32768 };

/* ---- the tree ---- */

void node_free(Node *node)
{
	if (!node)
		return;
	g_clear_pointer(&node->children, g_ptr_array_unref);
	g_free(node->text);
	g_free(node);
}

static void node_free_item(void *node) { node_free(node); }

Node *node_new(NodeKind kind, char *text)
{
	Node *node = g_new0(Node, 1);

	node->kind = kind;
	node->text = text;
	if (kind == NODE_AND || kind == NODE_OR || kind == NODE_NOT)
		node->children = g_ptr_array_new_with_free_func(node_free_item);
	return node;
}

/* Takes @child; the members of a list in a list of its kind become members of that. */
static void node_add(Node *list, Node *child)
{
	if (child->kind != list->kind) {
		g_ptr_array_add(list->children, child);
		return;
	}
	g_ptr_array_extend_and_steal(list->children, g_steal_pointer(&child->children));
	node_free(child);
}

/* An AND or OR of one is that one. */
static Node *node_simplify(Node *node)
{
	if (node->children->len != 1)
		return node;
	Node *only = g_ptr_array_steal_index(node->children, 0);
	node_free(node);
	return only;
}

/* ---- reading ---- */

Node *fail_at(const Parser *parser, const char *at, GError **err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	fail(err, ERR_USAGE, _("query, column %ld: %s"),
	     g_utf8_pointer_to_offset(parser->text, at) + 1, what);
	return NULL;
}

static bool is_blank(const char *at) { return g_unichar_isspace(g_utf8_get_char(at)); }

static void skip_blanks(Parser *parser)
{
	while (*parser->at && is_blank(parser->at))
		parser->at = g_utf8_next_char(parser->at);
}

static bool is_at_end(const char *at) { return !*at || is_blank(at) || *at == '(' || *at == ')'; }

/* An operator, in capitals and standing alone. */
static bool take_keyword(Parser *parser, const char *keyword)
{
	size_t len = strlen(keyword);

	skip_blanks(parser);
	if (strncmp(parser->at, keyword, len) != 0 || !is_at_end(parser->at + len))
		return false;
	parser->at += len;
	return true;
}

/* What stands here up to a blank or a parenthesis, or the inside of quotes. NULL with *err: no
 * closing quote. */
static char *take_value(Parser *parser, GError **err)
{
	const char *begin = parser->at;

	if (*begin == '"') {
		const char *end = strchr(begin + 1, '"');
		if (!end) {
			fail_at(parser, begin, err, "%s", _("this phrase has no closing quote"));
			return NULL;
		}
		parser->at = end + 1;
		return g_strndup(begin + 1, (size_t)(end - begin - 1));
	}
	while (!is_at_end(parser->at) && *parser->at != '"')
		parser->at = g_utf8_next_char(parser->at);
	return g_strndup(begin, (size_t)(parser->at - begin));
}

/* A string of FTS5: quotes around, quotes inside doubled. */
static char *match_string(const char *column, const char *value, bool is_prefix)
{
	g_auto(GStrv)    parts = g_strsplit(value, "\"", -1);
	g_autofree char *inside = g_strjoinv("\"\"", parts);

	return g_strdup_printf("%s%s\"%s\"%s", column ? column : "", column ? " : " : "", inside,
	                       is_prefix ? " *" : "");
}

/* A lone character of a script without blanks is the beginning of a pair in the index:
 * tokenizer.h. */
static bool is_prefix_taken(Parser *parser, char *value, bool was_quoted)
{
	size_t len = strlen(value);

	if (was_quoted && *parser->at == '*') {
		parser->at++;
		return true;
	}
	if (!was_quoted && len > 1 && value[len - 1] == '*') {
		value[len - 1] = '\0';
		return true;
	}
	return tokenizer_ends_alone(value);
}

static Node *read_words(Parser *parser, const char *column, GError **err)
{
	bool             is_quoted = *parser->at == '"';
	g_autofree char *value = take_value(parser, err);

	if (!value)
		return NULL;
	if (!is_quoted && !column && g_str_equal(value, "*"))
		return node_new(NODE_ALL, NULL);
	bool  is_prefix = is_prefix_taken(parser, value, is_quoted);
	Node *words = node_new(NODE_WORDS, match_string(column, value, is_prefix));
	words->is_silent = !tokenizer_has_words(value);
	return words;
}

/* ---- fields ---- */

/* The length of "name" if "name:" stands here with a value behind it. Times, URLs and "Re:" are
 * words. */
static size_t field_name_len(const char *at)
{
	size_t len = 0;

	while (g_ascii_isalpha(at[len]))
		len++;
	if (!len || at[len] != ':' || at[len + 1] == '/')
		return 0;
	return len;
}

static Node *read_by_row(Parser *parser, const FieldRow *row, GError **err)
{
	const char      *at = parser->at;
	g_autofree char *value = take_value(parser, err);

	return value ? row->read(parser, &(Field){ row->name, value, at }, err) : NULL;
}

static Node *read_field(Parser *parser, size_t name_len, GError **err)
{
	const char      *begin = parser->at;
	g_autofree char *name = g_strndup(begin, name_len);
	const FieldRow  *row = field_find(name);

	if (!row && is_at_end(begin + name_len + 1))
		return read_words(parser, NULL, err);
	if (!row) {
		fail_at(parser, begin, err,
		        _("there is no field \"%s\"; put the word in quotes to search for it as it stands"),
		        name);
		return NULL;
	}
	parser->at += name_len + 1;
	if (is_at_end(parser->at))
		return fail_at(parser, parser->at, err,
		        _("expected a word or a \"phrase\" right behind %s:"), row->name);
	return row->column ? read_words(parser, row->column, err)
	                   : read_by_row(parser, row, err);
}

/* ---- operators ---- */

static Node *read_any(Parser *parser, GError **err);

static Node *read_group(Parser *parser, GError **err)
{
	const char     *open = parser->at++;
	g_autoptr(Node) inside = read_any(parser, err);

	if (!inside)
		return NULL;
	skip_blanks(parser);
	if (*parser->at != ')')
		return fail_at(parser, open, err, "%s", _("this parenthesis is not closed"));
	parser->at++;
	return g_steal_pointer(&inside);
}

static Node *read_one(Parser *parser, GError **err);

static Node *read_not(Parser *parser, GError **err)
{
	Node *inside = read_one(parser, err);

	if (!inside)
		return NULL;
	if (inside->kind == NODE_NOT)
		return node_simplify(inside);
	Node *node = node_new(NODE_NOT, NULL);
	g_ptr_array_add(node->children, inside);
	return node;
}

static bool enter(Parser *parser, GError **err)
{
	if (++parser->nodes > NODES_MAX)
		fail_at(parser, parser->at, err, "%s", _("the query is too long"));
	else if (++parser->depth > DEPTH_MAX)
		fail_at(parser, parser->at, err, "%s", _("the query is nested too deeply"));
	else
		return true;
	return false;
}

static bool take_minus(Parser *parser)
{
	if (*parser->at != '-' || (is_at_end(parser->at + 1) && parser->at[1] != '('))
		return false;
	parser->at++;
	return true;
}

static Node *read_one_inside(Parser *parser, GError **err)
{
	skip_blanks(parser);
	if (take_minus(parser) || take_keyword(parser, "NOT"))
		return read_not(parser, err);
	if (*parser->at == '(')
		return read_group(parser, err);
	const char *at = parser->at;
	if (!*at || *at == ')' || take_keyword(parser, "OR") || take_keyword(parser, "AND")) {
		parser->at = at;
		return fail_at(parser, parser->at, err, "%s",
		        _("expected a word, a \"phrase\", a field or a parenthesis"));
	}
	size_t name_len = field_name_len(parser->at);
	return name_len ? read_field(parser, name_len, err) : read_words(parser, NULL, err);
}

static Node *read_one(Parser *parser, GError **err)
{
	if (!enter(parser, err))
		return NULL;
	Node *node = read_one_inside(parser, err);
	parser->depth--;
	return node;
}

static bool has_more(Parser *parser)
{
	const char *before = parser->at;

	skip_blanks(parser);
	if (!*parser->at || *parser->at == ')')
		return false;
	bool is_or = take_keyword(parser, "OR");
	if (is_or)
		parser->at = before;
	return !is_or;
}

/* FTS5 finds nothing for what is no word, so "Smith & Co" would find nothing: beside others it asks
 * for nothing. */
static void drop_silent(GPtrArray *nodes)
{
	for (guint i = nodes->len; i-- > 0 && nodes->len > 1;)
		if (((Node *)g_ptr_array_index(nodes, i))->is_silent)
			g_ptr_array_remove_index(nodes, i);
}

static Node *read_all(Parser *parser, GError **err)
{
	g_autoptr(Node) all = node_new(NODE_AND, NULL);
	bool            is_and;

	do {
		Node *one = read_one(parser, err);
		if (!one)
			return NULL;
		node_add(all, one);
		is_and = take_keyword(parser, "AND");
	} while (is_and || has_more(parser));
	drop_silent(all->children);
	return node_simplify(g_steal_pointer(&all));
}

static Node *read_any(Parser *parser, GError **err)
{
	g_autoptr(Node) any = node_new(NODE_OR, NULL);

	do {
		Node *all = read_all(parser, err);
		if (!all)
			return NULL;
		node_add(any, all);
	} while (take_keyword(parser, "OR"));
	return node_simplify(g_steal_pointer(&any));
}

static Node *read_query(Parser *parser, GError **err)
{
	skip_blanks(parser);
	if (!*parser->at)
		return node_new(NODE_ALL, NULL);
	g_autoptr(Node) node = read_any(parser, err);
	if (!node)
		return NULL;
	if (*parser->at)
		return fail_at(parser, parser->at, err, "%s", _("there is nothing to close here"));
	return g_steal_pointer(&node);
}

Query *query_parse(const char *text, int64_t now_ms, GError **err)
{
	g_autofree char *utf8 = text_to_utf8(text, strlen(text));
	g_autoptr(Query) query = g_new0(Query, 1);

	if (strlen(text) > BYTES_MAX)
		return fail_null(err, ERR_USAGE, _("the query is too long"));
	query->sets = g_ptr_array_new_with_free_func(g_free);
	query->names = g_ptr_array_new_with_free_func(g_free);
	query->first_id = G_MININT64;
	query->end_id = G_MAXINT64;

	Parser parser = { .text = utf8, .at = utf8, .now_ms = now_ms, .names = query->names };
	g_autoptr(Node) root = read_query(&parser, err);
	if (!root || !query_compile(query, root, err))
		return NULL;
	return g_steal_pointer(&query);
}

void query_free(Query *query)
{
	if (!query)
		return;
	g_free(query->match);
	g_free(query->where);
	g_free(query->folders);
	g_clear_pointer(&query->sets, g_ptr_array_unref);
	g_clear_pointer(&query->names, g_ptr_array_unref);
	g_free(query);
}

bool query_needs_index(const Query *query)
{
	return query->match || query->sets->len;
}

/* Ids are received times, shifted: model/message.h. */
void query_times(const Query *query, int64_t *ret_after_ms, int64_t *ret_before_ms)
{
	*ret_after_ms = query->first_id == G_MININT64 ? 0 : MAX(query->first_id >> 20, 0);
	*ret_before_ms = query->end_id == G_MAXINT64 ? 0 : MAX(query->end_id >> 20, 0);
}
