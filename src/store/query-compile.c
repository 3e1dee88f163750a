/*
 * The tree is cut in two: what words say goes to the index as one MATCH expression, what fields say
 * goes to the store as SQL. FTS5 knows no NOT without something to subtract from, and no SQL; so
 * where an OR or a NOT mixes the two, its words become a numbered set of ids, and the SQL asks
 * found(N, m.id).
 *
 * Both readers have a stack of a hundred entries, and FTS5 counts every member of a list as a level
 * more, up to 256. So long lists are joined in halves, and what still nests too deeply is refused.
 */
#include <inttypes.h>

#include "base/error.h"
#include "base/i18n.h"
#include "store/query-tree.h"

/* A parenthesis takes up to three entries of the stack; prefix.c adds five. */
enum { NESTING_MAX = 24, FLAT_MAX = 4 };

/* Of char *: "a AND b", and of many "(a AND b …) AND (c AND d …)". */
static void join(GString *out, const GPtrArray *parts, guint first, guint end, const char *word)
{
	guint middle = first + (end - first) / 2;

	for (guint i = first; end - first <= FLAT_MAX && i < end; i++)
		g_string_append_printf(out, "%s%s", i > first ? word : "",
		                       (char *)g_ptr_array_index(parts, i));
	if (end - first <= FLAT_MAX)
		return;
	g_string_append_c(out, '(');
	join(out, parts, first, middle, word);
	g_string_append_printf(out, ")%s(", word);
	join(out, parts, middle, end, word);
	g_string_append_c(out, ')');
}

static GPtrArray *parts_new(void) { return g_ptr_array_new_with_free_func(g_free); }

/* NULL: there are none. */
static char *joined(const GPtrArray *parts, const char *word)
{
	g_autoptr(GString) out = g_string_new(NULL);

	if (parts->len == 0)
		return NULL;
	join(out, parts, 0, parts->len, word);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* ---- for the index ---- */

static char *match_of(const Node *node);

/* "(a OR b)"; NULL if a child is not for FTS5. */
static char *match_of_any(const Node *node)
{
	g_autoptr(GPtrArray) parts = parts_new();

	for (guint i = 0; i < node->children->len; i++) {
		char *part = match_of(node_child(node, i));
		if (!part)
			return NULL;
		g_ptr_array_add(parts, part);
	}
	g_autofree char *any = joined(parts, " OR ");
	return g_strdup_printf("(%s)", any);
}

/* What is to be there, and what must not, of @children; what FTS5 cannot say goes to @rest. */
static void sort_out(const GPtrArray *children, GPtrArray *wanted, GPtrArray *unwanted,
                     GPtrArray *rest)
{
	for (guint i = 0; i < children->len; i++) {
		Node *child = g_ptr_array_index(children, i);
		bool  is_not = child->kind == NODE_NOT;
		char *part = match_of(is_not ? node_child(child, 0) : child);
		if (part)
			g_ptr_array_add(is_not ? unwanted : wanted, part);
		else
			g_ptr_array_add(rest, child);
	}
}

/* What all of @children that FTS5 can answer together say: "((a AND b) NOT c)". The others are
 * added to @rest. NULL: none. */
static char *match_of_some(const GPtrArray *children, GPtrArray *rest)
{
	g_autoptr(GPtrArray) wanted = parts_new(), unwanted = parts_new();
	g_autoptr(GPtrArray) others = g_ptr_array_new();

	sort_out(children, wanted, unwanted, others);
	if (wanted->len == 0) {
		g_ptr_array_extend(rest, (GPtrArray *)children, NULL, NULL);
		return NULL;
	}
	g_ptr_array_extend(rest, others, NULL, NULL);
	g_autofree char *all = joined(wanted, " AND "), *none = joined(unwanted, " OR ");
	if (unwanted->len > 1)
		return g_strdup_printf("((%s) NOT (%s))", all, none);
	return unwanted->len ? g_strdup_printf("((%s) NOT %s)", all, none)
	                     : g_strdup_printf("((%s))", all);
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

/* ---- for the store ---- */

static char *where_of(Query *query, const Node *node);

static char *where_joined(Query *query, const Node *node, const char *word)
{
	g_autoptr(GPtrArray) parts = parts_new();

	for (guint i = 0; i < node->children->len; i++)
		g_ptr_array_add(parts, where_of(query, node_child(node, i)));
	g_autofree char *inside = joined(parts, word);
	return g_strdup_printf("(%s)", inside);
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
	case NODE_FOLDER:
		return g_strdup_printf("m.folder_id %s", node->text);
	default:
		return g_strdup(node->text);
	}
}

/* "IN (…)" of a folder, or its opposite; NULL: @node does not speak of folders alone. */
static char *folders_of(const Node *node)
{
	bool        is_not = node->kind == NODE_NOT;
	const Node *inside = is_not ? node_child(node, 0) : node;

	return inside->kind == NODE_FOLDER
	               ? g_strdup_printf("f.id %s%s", is_not ? "NOT " : "", inside->text)
	               : NULL;
}

/* Times and folders that hold for every hit narrow the scan itself; the rest is SQL. */
static void query_take_rest(Query *query, const GPtrArray *rest)
{
	g_autoptr(GPtrArray) where = parts_new(), folders = parts_new();

	for (guint i = 0; i < rest->len; i++) {
		const Node *node = g_ptr_array_index(rest, i);
		char       *part = folders_of(node);
		if (part) {
			g_ptr_array_add(folders, part);
		} else if (node->kind == NODE_SPAN) {
			query->first_id = MAX(query->first_id, node->first_id);
			query->end_id = MIN(query->end_id, node->end_id);
		} else if (node->kind != NODE_ALL) {
			g_ptr_array_add(where, where_of(query, node));
		}
	}
	query->where = joined(where, " AND ");
	query->folders = joined(folders, " AND ");
}

/* ---- how deep it is ---- */

/* Parentheses inside one another, outside of quotes. */
static int nesting_of(const char *text)
{
	int  depth = 0, deepest = 0;
	bool is_quoted = false;

	for (const char *at = text ? text : ""; *at; at++) {
		if (*at == '"')
			is_quoted = !is_quoted;
		depth += !is_quoted && *at == '(';
		depth -= !is_quoted && *at == ')';
		deepest = MAX(deepest, depth);
	}
	return deepest;
}

static bool is_shallow(const Query *query)
{
	for (guint i = 0; i < query->sets->len; i++)
		if (nesting_of(g_ptr_array_index(query->sets, i)) > NESTING_MAX)
			return false;
	return nesting_of(query->match) <= NESTING_MAX && nesting_of(query->where) <= NESTING_MAX;
}

bool query_compile(Query *query, Node *root, GError **err)
{
	g_autoptr(GPtrArray) rest = g_ptr_array_new(), alone = g_ptr_array_new();

	g_ptr_array_add(alone, root);
	query->match = match_of_some(root->kind == NODE_AND ? root->children : alone, rest);
	query_take_rest(query, rest);
	return is_shallow(query) ||
	       fail(err, ERR_USAGE,
	            _("the query is nested too deeply; take some of its parentheses away"));
}
