/*
 * doc/rewrite: someone's HTML as a piece of a mail of ours: a quoted original, or a signature. What
 * runs or reaches out by itself (scripts, frames, objects, forms, event handlers, javascript:) is
 * gone; styles, links and pictures stay. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct {
	char      *styles;           /* of its <style> elements, for the head of the new document */
	char      *body;             /* what stood in <body>, within a <div> with the body's look */
	GPtrArray *content_ids;      /* of char *: shown as cid:…, without brackets */
	/* Of char *: pictures that only the writer's own machine has (file:///C:/…, or a path), each
	 * once. */
	GPtrArray *dropped;
} HtmlPiece;

/*
 * @content_ids: char * to char *, what <img src> says to the Content-ID that it gets; NULL none.
 * NULL if the document passes LIMIT_DOC_BYTES or LIMIT_HTML_DEPTH: then it cannot be had whole.
 */
HtmlPiece *html_piece_new(const char *utf8, size_t len, GHashTable *content_ids);
void       html_piece_free(HtmlPiece *piece);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HtmlPiece, html_piece_free)
