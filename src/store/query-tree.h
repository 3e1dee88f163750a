/*
 * query-tree: what a query reads as, between query.c (operators), query-field.c (fields) and
 * query-compile.c (what the index and the store are asked). Internal to those. Pure but for the
 * time zone.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/query.h"

typedef enum {
	NODE_ALL,
	NODE_AND, NODE_OR, NODE_NOT,
	NODE_WORDS,    /* text: FTS5 */
	NODE_WHERE,    /* text: SQL over message m */
	NODE_FOLDER,   /* text: SQL, "IN (…)", of a folder's id */
	NODE_SPAN,     /* ids */
} NodeKind;

typedef struct Node Node;
struct Node {
	NodeKind   kind;
	GPtrArray *children;           /* of Node: AND, OR, NOT */
	char      *text;
	bool       is_silent;          /* WORDS without a word in them, as "&" */
	int64_t    first_id, end_id;   /* SPAN */
};

Node *node_new(NodeKind kind, char *text);       /* @text is the node's */
void  node_free(Node *node);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Node, node_free)

static inline Node *node_child(const Node *node, guint i)
{
	return (Node *)g_ptr_array_index(node->children, i);
}

typedef struct {
	const char *text, *at;
	int64_t     now_ms;
	GPtrArray  *names;             /* the query's */
	unsigned    depth, nodes;
} Parser;

/* ERR_USAGE with the column of @at; NULL. */
Node *fail_at(const Parser *parser, const char *at, GError **err, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

/* One field as it stands in the query. */
typedef struct {
	const char *name, *value, *at;     /* @at: where the value stands */
} Field;

/* A row of the table of fields. */
typedef struct {
	const char *name, *column;         /* of the index; NULL: @read makes a node */
	Node     *(*read)(Parser *parser, const Field *field, GError **err);
} FieldRow;

/* Whatever the case of @name; NULL: there is none. */
const FieldRow *field_find(const char *name);

/* Cuts the tree in two. ERR_USAGE if that nests deeper than SQLite reads. */
bool query_compile(Query *query, Node *root, GError **err);
