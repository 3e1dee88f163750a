/*
 * element: the body of a request as a tree. Requests are small, so the simulator can afford one. Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "wbxml/wbxml.h"

typedef struct Element Element;
struct Element {
	WbxmlTag   tag;
	GString   *text;       /* all text directly inside, in order; opaque bytes untouched */
	GPtrArray *children;   /* of Element */
};

/* The root of the document @bytes. ERR_PROTOCOL as the reader puts it. */
Element *element_read(GBytes *bytes, GError **err);
void     element_free(Element *element);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Element, element_free)

/* The first child called @tag, or NULL. @parent may be NULL, so that looks can be chained. */
const Element *element_child(const Element *parent, WbxmlTag tag);

/* The text of the first child called @tag; NULL if there is no such child, "" if it is empty. */
const char *element_text(const Element *parent, WbxmlTag tag);

/* The number in it; @absent if there is no such child or it holds no number. */
int64_t element_int(const Element *parent, WbxmlTag tag, int64_t absent);

/* A boolean: an empty element means true, as in GetChanges and DeletesAsMoves. */
bool element_bool(const Element *parent, WbxmlTag tag, bool absent);

/* ---- trees that change ---- */

Element *element_new(WbxmlTag tag);
Element *element_copy(const Element *element);
/* The new last child; its text may be NULL. */
Element *element_add(Element *parent, WbxmlTag tag, const char *text);
/* @child is the parent's from here on. */
void     element_take(Element *parent, Element *child);
/* All children called @tag go. */
void     element_remove(Element *parent, WbxmlTag tag);
/* The same as element_child(), to be changed. */
Element *element_part(Element *parent, WbxmlTag tag);
/* As a part of @writer's document: what is inside it, and it with that. */
void     element_write_content(WbxmlWriter *writer, const Element *element);
void     element_write(WbxmlWriter *writer, const Element *element);
