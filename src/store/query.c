/*
 * Text becomes a tree, and the tree is cut in two: what words say goes to the index as one MATCH
 * expression, what fields say goes to the store as SQL. FTS5 knows no NOT without something to
 * subtract from, and no SQL; so where an OR or a NOT mixes the two, its words become a numbered set
 * of ids, and the SQL asks found(N, m.id).
 *
 *   any   = all { "OR" all }
 *   all   = one { ["AND"] one }
 *   one   = ("-" | "NOT") one | "(" any ")" | field ":" value | word ["*"] | "\"" phrase "\"" ["*"]
 */
#include "store/query.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "store/tokenizer.h"

enum { DEPTH_MAX = 64, NODES_MAX = 1000 };

/* ---- the tree ---- */

typedef enum { NODE_ALL, NODE_AND, NODE_OR, NODE_NOT, NODE_WORDS, NODE_WHERE, NODE_SPAN } NodeKind;

typedef struct Node Node;
struct Node {
	NodeKind   kind;
	GPtrArray *children;           /* of Node: AND, OR, NOT */
	char      *text;               /* WORDS: FTS5; WHERE: SQL */
	bool       is_silent;          /* WORDS without a word in them, as "&" */
	int64_t    first_id, end_id;   /* SPAN */
};

static void node_free(Node *node)
{
	if (!node)
		return;
	g_clear_pointer(&node->children, g_ptr_array_unref);
	g_free(node->text);
	g_free(node);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Node, node_free)

static void node_free_item(void *node) { node_free(node); }

static Node *node_new(NodeKind kind, char *text)
{
	Node *node = g_new0(Node, 1);

	node->kind = kind;
	node->text = text;
	if (kind == NODE_AND || kind == NODE_OR || kind == NODE_NOT)
		node->children = g_ptr_array_new_with_free_func(node_free_item);
	return node;
}

static Node *node_child(const Node *node, guint i) { return g_ptr_array_index(node->children, i); }

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

typedef struct {
	const char *text, *at;
	int64_t     now_ms;
	GPtrArray  *names;             /* the query's */
	unsigned    depth, nodes;
} Parser;

static bool fail_at(const Parser *parser, const char *at, GError **err, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

static bool fail_at(const Parser *parser, const char *at, GError **err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	return fail(err, ERR_USAGE, _("query, column %ld: %s"),
	            g_utf8_pointer_to_offset(parser->text, at) + 1, what);
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

/* ---- dates ---- */

/* The local day, month or year that begins at @from. */
typedef struct { GDateTime *from, *to; } Period;

static void period_clear(Period *period)
{
	g_clear_pointer(&period->from, g_date_time_unref);
	g_clear_pointer(&period->to, g_date_time_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Period, period_clear)

static int64_t time_ms(GDateTime *time)
{
	return g_date_time_to_unix(time) * 1000;
}

static GDateTime *time_local(int64_t ms)
{
	return g_date_time_new_from_unix_local(ms / 1000);
}

/* "2d" as days before now; false if @text is no span. */
static GDateTime *span_before(const char *text, int64_t now_ms)
{
	static const char units[] = "hdwmy";
	size_t            len = strlen(text);
	const char       *unit = len > 1 ? strchr(units, text[len - 1]) : NULL;
	g_autofree char  *digits = g_strndup(text, len ? len - 1 : 0);
	int64_t           count;

	if (!unit || !*unit || !text_to_int(digits, 0, 10000, &count))
		return NULL;
	g_autoptr(GDateTime) now = time_local(now_ms);
	int                  back = -(int)count;
	switch (*unit) {
	case 'h':
		return g_date_time_add_hours(now, back);
	case 'd':
		return g_date_time_add_days(now, back);
	case 'w':
		return g_date_time_add_weeks(now, back);
	case 'm':
		return g_date_time_add_months(now, back);
	default:
		return g_date_time_add_years(now, back);
	}
}

static GDateTime *day_of(GDateTime *time)
{
	int year, month, day;

	g_date_time_get_ymd(time, &year, &month, &day);
	return g_date_time_new_local(year, month, day, 0, 0, 0);
}

static bool period_of_day(GDateTime *time, Period *ret_period)
{
	ret_period->from = day_of(time);
	g_autoptr(GDateTime) next = g_date_time_add_days(time, 1);
	ret_period->to = day_of(next);
	return ret_period->from && ret_period->to;
}

/* 2026, 2026-11 or 2026-11-24. */
static bool period_of_date(const char *text, Period *ret_period)
{
	g_auto(GStrv) parts = g_strsplit(text, "-", -1);
	guint         count = g_strv_length(parts);
	int64_t       year, month = 1, day = 1;

	if (count < 1 || count > 3 || strlen(parts[0]) != 4 ||
	    !text_to_int(parts[0], 1, 9998, &year) ||
	    (count > 1 && !text_to_int(parts[1], 1, 12, &month)) ||
	    (count > 2 && !text_to_int(parts[2], 1, 31, &day)))
		return false;
	ret_period->from = g_date_time_new_local((int)year, (int)month, (int)day, 0, 0, 0);
	if (!ret_period->from)
		return false;
	ret_period->to = count == 1   ? g_date_time_add_years(ret_period->from, 1)
	                 : count == 2 ? g_date_time_add_months(ret_period->from, 1)
	                              : g_date_time_add_days(ret_period->from, 1);
	return ret_period->to != NULL;
}

static bool period_read(const char *text, int64_t now_ms, Period *ret_period)
{
	g_autoptr(GDateTime) now = time_local(now_ms);

	if (g_str_equal(text, "today"))
		return period_of_day(now, ret_period);
	if (g_str_equal(text, "yesterday")) {
		g_autoptr(GDateTime) before = g_date_time_add_days(now, -1);
		return period_of_day(before, ret_period);
	}
	return period_of_date(text, ret_period);
}

/* Ids are received times, shifted: model/message.h. */
static int64_t id_of_ms(int64_t ms)
{
	return CLAMP(ms, 0, G_MAXINT64 >> 20) << 20;
}

static Node *span_new(int64_t first_ms, int64_t end_ms)
{
	Node *node = node_new(NODE_SPAN, NULL);

	node->first_id = first_ms == G_MININT64 ? G_MININT64 : id_of_ms(first_ms);
	node->end_id = end_ms == G_MAXINT64 ? G_MAXINT64 : id_of_ms(end_ms);
	return node;
}

/* ---- fields ---- */

typedef struct {
	const char *name, *value, *at;     /* @at: where the value stands */
} Field;

static Node *field_date(Parser *parser, const Field *field, GError **err)
{
	g_auto(Period)       period = { 0 };
	g_autoptr(GDateTime) span = span_before(field->value, parser->now_ms);

	if (span && g_str_equal(field->name, "on"))
		period_of_day(span, &period);
	else if (span)
		period = (Period){ g_date_time_ref(span), g_date_time_ref(span) };
	else if (!period_read(field->value, parser->now_ms, &period)) {
		fail_at(parser, field->at, err,
		        _("expected a date like 2026-11-24, 2026-11, today, yesterday or 2d, not \"%s\""),
		        field->value);
		return NULL;
	}
	if (g_str_equal(field->name, "before"))
		return span_new(G_MININT64, time_ms(period.from));
	if (g_str_equal(field->name, "after"))
		return span_new(time_ms(period.from), G_MAXINT64);
	return span_new(time_ms(period.from), time_ms(period.to));
}

static Node *field_age(Parser *parser, const Field *field, GError **err)
{
	g_autoptr(GDateTime) then = span_before(field->value, parser->now_ms);

	if (!then) {
		fail_at(parser, field->at, err,
		        _("expected a span like 12h, 2d, 3w, 6m or 1y, not \"%s\""), field->value);
		return NULL;
	}
	if (g_str_equal(field->name, "newer"))
		return span_new(time_ms(then), G_MAXINT64);
	return span_new(G_MININT64, time_ms(then));
}

#define FLAGGED_BIT    2
#define ATTACHMENT_BIT 8
G_STATIC_ASSERT(FLAGGED_BIT == MESSAGE_FLAGGED && ATTACHMENT_BIT == MESSAGE_ATTACHMENT);

static Node *field_is(Parser *parser, const Field *field, GError **err)
{
	static const struct { const char *field, *value, *sql; } rows[] = {
		{ "is", "unread", "m.is_unread = 1" },
		{ "is", "read", "m.is_unread = 0" },
		{ "is", "flagged", "(m.flags & " G_STRINGIFY(FLAGGED_BIT) ") <> 0" },
		{ "has", "attachment", "(m.flags & " G_STRINGIFY(ATTACHMENT_BIT) ") <> 0" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (g_str_equal(rows[i].field, field->name) &&
		    g_str_equal(rows[i].value, field->value))
			return node_new(NODE_WHERE, g_strdup(rows[i].sql));
	if (g_str_equal(field->name, "has"))
		fail_at(parser, field->at, err, _("expected attachment, not \"%s\""), field->value);
	else
		fail_at(parser, field->at, err, _("expected unread, read or flagged, not \"%s\""),
		        field->value);
	return NULL;
}

static guint name_number(Parser *parser, const char *name)
{
	g_ptr_array_add(parser->names, g_strdup(name));
	return parser->names->len;
}

/* The name that the server gave, or the English word for a folder that has a type. */
static Node *field_in(Parser *parser, const Field *field, GError **err)
{
	static const struct { const char *word; FolderType type;
	} special[] = {
		{ "inbox", FOLDER_INBOX },   { "drafts", FOLDER_DRAFTS },
		{ "sent", FOLDER_SENT },     { "outbox", FOLDER_OUTBOX },
		{ "trash", FOLDER_DELETED }, { "deleted", FOLDER_DELETED },
	};
	int type = 0;

	(void)err;
	for (size_t i = 0; i < G_N_ELEMENTS(special); i++)
		if (text_equal_ascii_case(special[i].word, field->value))
			type = (int)special[i].type;
	return node_new(
		NODE_WHERE,
		g_strdup_printf(
			"m.folder_id IN (SELECT id FROM folder WHERE same_name(name, ?%u) OR type = %d)",
			name_number(parser, field->value), type));
}

static Node *field_account(Parser *parser, const Field *field, GError **err)
{
	(void)err;
	return node_new(
		NODE_WHERE,
		g_strdup_printf(
			"m.folder_id IN (SELECT f.id FROM folder f JOIN account a ON a.id = f.account_id "
			"WHERE same_name(a.name, ?%u))",
			name_number(parser, field->value)));
}

static Node *field_id(Parser *parser, const Field *field, GError **err)
{
	int64_t id;

	if (!message_id_parse(field->value, &id)) {
		fail_at(parser, field->at, err, _("expected the id of a message, not \"%s\""),
		        field->value);
		return NULL;
	}
	Node *node = node_new(NODE_SPAN, NULL);
	node->first_id = id;
	node->end_id = id + 1;
	return node;
}

static const struct {
	const char *name, *column;         /* of the index; NULL: @read makes SQL */
	Node     *(*read)(Parser *parser, const Field *field, GError **err);
} fields[] = {
	{ "from", "sender", NULL },     { "to", "receivers", NULL }, { "cc", "copies", NULL },
	{ "subject", "subject", NULL }, { "body", "body", NULL },    { "in", NULL, field_in },
	{ "account", NULL, field_account }, { "is", NULL, field_is }, { "has", NULL, field_is },
	{ "before", NULL, field_date }, { "after", NULL, field_date }, { "on", NULL, field_date },
	{ "newer", NULL, field_age },   { "older", NULL, field_age }, { "id", NULL, field_id },
};

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

static int field_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (text_equal_ascii_case(fields[i].name, name))
			return (int)i;
	return -1;
}

static Node *read_sql_field(Parser *parser, size_t row, GError **err)
{
	const char      *at = parser->at;
	g_autofree char *value = take_value(parser, err);

	if (!value)
		return NULL;
	return fields[row].read(parser, &(Field){ fields[row].name, value, at }, err);
}

static Node *read_field(Parser *parser, size_t name_len, GError **err)
{
	const char      *begin = parser->at;
	g_autofree char *name = g_strndup(begin, name_len);
	int              row = field_find(name);

	if (row < 0 && is_at_end(begin + name_len + 1))
		return read_words(parser, NULL, err);
	if (row < 0) {
		fail_at(parser, begin, err,
		        _("there is no field \"%s\"; put the word in quotes to search for it as it stands"),
		        name);
		return NULL;
	}
	parser->at += name_len + 1;
	if (is_at_end(parser->at)) {
		fail_at(parser, parser->at, err,
		        _("expected a word or a \"phrase\" right behind %s:"), fields[row].name);
		return NULL;
	}
	return fields[row].column ? read_words(parser, fields[row].column, err)
	                          : read_sql_field(parser, (size_t)row, err);
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
	if (*parser->at != ')') {
		fail_at(parser, open, err, "%s", _("this parenthesis is not closed"));
		return NULL;
	}
	parser->at++;
	return g_steal_pointer(&inside);
}

static Node *read_one(Parser *parser, GError **err);

static Node *read_not(Parser *parser, GError **err)
{
	Node *inside = read_one(parser, err);

	if (!inside)
		return NULL;
	Node *node = node_new(NODE_NOT, NULL);
	g_ptr_array_add(node->children, inside);
	return node;
}

static bool enter(Parser *parser, GError **err)
{
	if (++parser->nodes > NODES_MAX)
		return fail_at(parser, parser->at, err, "%s", _("the query is too long"));
	if (++parser->depth > DEPTH_MAX)
		return fail_at(parser, parser->at, err, "%s", _("the query is nested too deeply"));
	return true;
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
		fail_at(parser, parser->at, err, "%s",
		        _("expected a word, a \"phrase\", a field or a parenthesis"));
		return NULL;
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
		g_ptr_array_add(all->children, one);
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
		g_ptr_array_add(any->children, all);
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
	if (*parser->at) {
		fail_at(parser, parser->at, err, "%s", _("there is nothing to close here"));
		return NULL;
	}
	return g_steal_pointer(&node);
}

/* ---- cutting in two ---- */

static char *match_of(const Node *node);

/* "(a OR b)"; NULL if a child is not for FTS5. */
static char *match_of_any(const Node *node)
{
	g_autoptr(GString) match = g_string_new("(");

	for (guint i = 0; i < node->children->len; i++) {
		g_autofree char *part = match_of(node_child(node, i));
		if (!part)
			return NULL;
		g_string_append_printf(match, "%s%s", i ? " OR " : "", part);
	}
	g_string_append_c(match, ')');
	return g_string_free(g_steal_pointer(&match), FALSE);
}

/* What all of @children that FTS5 can answer together say: "((a AND b) NOT c)". The others are
 * added to @rest. NULL: none. */
static char *match_of_some(const GPtrArray *children, GPtrArray *rest)
{
	g_autoptr(GString) wanted = g_string_new(NULL), unwanted = g_string_new(NULL);

	for (guint i = 0; i < children->len; i++) {
		Node            *child = g_ptr_array_index(children, i);
		g_autofree char *part = match_of(child);
		if (part)
			g_string_append_printf(wanted, "%s%s", wanted->len ? " AND " : "", part);
		else if (child->kind != NODE_NOT)
			g_ptr_array_add(rest, child);
	}
	for (guint i = 0; i < children->len; i++) {
		Node            *child = g_ptr_array_index(children, i);
		g_autofree char *part = child->kind == NODE_NOT && wanted->len
		                                ? match_of(node_child(child, 0))
		                                : NULL;
		if (part)
			g_string_append_printf(unwanted, " NOT %s", part);
		else if (child->kind == NODE_NOT)
			g_ptr_array_add(rest, child);
	}
	return wanted->len ? g_strdup_printf("((%s)%s)", wanted->str, unwanted->str) : NULL;
}

static char *match_of_all(const Node *node)
{
	g_autoptr(GPtrArray) rest = g_ptr_array_new();
	g_autofree char     *match = match_of_some(node->children, rest);

	return rest->len ? NULL : g_steal_pointer(&match);
}

static char *match_of(const Node *node)
{
	switch (node->kind) {
	case NODE_WORDS:
		return g_strdup(node->text);
	case NODE_OR:
		return match_of_any(node);
	case NODE_AND:
		return match_of_all(node);
	default:
		return NULL;
	}
}

static char *where_of(Query *query, const Node *node);

static char *where_joined(Query *query, const Node *node, const char *word)
{
	g_autoptr(GString) sql = g_string_new("(");

	for (guint i = 0; i < node->children->len; i++) {
		g_autofree char *part = where_of(query, node_child(node, i));
		g_string_append_printf(sql, "%s%s", i ? word : "", part);
	}
	g_string_append_c(sql, ')');
	return g_string_free(g_steal_pointer(&sql), FALSE);
}

static char *where_of(Query *query, const Node *node)
{
	char *match = match_of(node);

	if (match) {
		g_ptr_array_add(query->sets, match);
		return g_strdup_printf("found(%u, m.id)", query->sets->len - 1);
	}
	switch (node->kind) {
	case NODE_ALL:
		return g_strdup("1");
	case NODE_AND:
		return where_joined(query, node, " AND ");
	case NODE_OR:
		return where_joined(query, node, " OR ");
	case NODE_NOT: {
		g_autofree char *inside = where_of(query, node_child(node, 0));
		return g_strdup_printf("NOT (%s)", inside);
	}
	case NODE_SPAN:
		return g_strdup_printf("(m.id >= %" PRId64 " AND m.id < %" PRId64 ")",
		                       node->first_id, node->end_id);
	default:
		return g_strdup(node->text);
	}
}

/* Times that hold for every hit narrow the scan itself; the rest is SQL. */
static void query_take_rest(Query *query, const GPtrArray *rest)
{
	g_autoptr(GString) where = g_string_new(NULL);

	for (guint i = 0; i < rest->len; i++) {
		const Node *node = g_ptr_array_index(rest, i);
		if (node->kind == NODE_SPAN) {
			query->first_id = MAX(query->first_id, node->first_id);
			query->end_id = MIN(query->end_id, node->end_id);
		} else if (node->kind != NODE_ALL) {
			g_autofree char *part = where_of(query, node);
			g_string_append_printf(where, "%s%s", where->len ? " AND " : "", part);
		}
	}
	if (where->len)
		query->where = g_string_free(g_steal_pointer(&where), FALSE);
}

static void query_compile(Query *query, Node *root)
{
	g_autoptr(GPtrArray) rest = g_ptr_array_new(), alone = g_ptr_array_new();

	g_ptr_array_add(alone, root);
	query->match = match_of_some(root->kind == NODE_AND ? root->children : alone, rest);
	query_take_rest(query, rest);
}

Query *query_parse(const char *text, int64_t now_ms, GError **err)
{
	g_autofree char *utf8 = text_to_utf8(text, strlen(text));
	g_autoptr(Query) query = g_new0(Query, 1);

	query->sets = g_ptr_array_new_with_free_func(g_free);
	query->names = g_ptr_array_new_with_free_func(g_free);
	query->first_id = G_MININT64;
	query->end_id = G_MAXINT64;

	Parser parser = { .text = utf8, .at = utf8, .now_ms = now_ms, .names = query->names };
	g_autoptr(Node) root = read_query(&parser, err);
	if (!root)
		return NULL;
	query_compile(query, root);
	return g_steal_pointer(&query);
}

void query_free(Query *query)
{
	if (!query)
		return;
	g_free(query->match);
	g_free(query->where);
	g_clear_pointer(&query->sets, g_ptr_array_unref);
	g_clear_pointer(&query->names, g_ptr_array_unref);
	g_free(query);
}

bool query_needs_index(const Query *query)
{
	return query->match || query->sets->len;
}
