/*
 * render: a message as ActiveSync shows it. Source: [MS-ASEMAIL], [MS-ASAIRS].
 */
#pragma once
#include <glib.h>

#include "exsim/collection.h"
#include "exsim/state.h"
#include "wbxml/wbxml.h"

/* The body that @options ask for, cut as they say. */
typedef struct {
	int    type;             /* 1 text, 2 HTML, 4 MIME */
	GBytes *data;            /* NULL: none is shown */
	gsize  full_bytes;       /* of the whole */
	bool   is_truncated;
	char  *preview;          /* NULL: none asked for */
} RenderedBody;

void rendered_body_make(const Mail *mail, const Collection *collection, guint n, const SyncOptions *options, RenderedBody *ret_body);
void rendered_body_clear(RenderedBody *body);

/* All properties of item @n, as the children of ApplicationData or Properties. @part: write that number instead of the
 * body's data (multipart answers), -1: write the data. *ret_body, if not NULL, is the body shown. */
void render_mail(WbxmlWriter *writer, const Collection *collection, guint n, const SyncOptions *options, int version,
                 int part, GBytes **ret_data);

/* The properties named by @mask (ITEM_READ …) as they stand. */
void render_state(WbxmlWriter *writer, const ItemState *state, guint mask, int version);

/* The first @characters of its text, on one line. Free with g_free. */
char *render_preview(const Mail *mail, int characters);

/* "2026-03-02T09:15:27.000Z". Free with g_free. */
char *render_date(int64_t ms);

/* Text for WBXML: valid UTF-8 as STR_I, anything else as OPAQUE. */
void render_bytes(WbxmlWriter *writer, WbxmlTag tag, GBytes *bytes);

/* "5%3a101%3a0". Free with g_free. */
char *render_file_reference(const Collection *collection, guint n, guint attachment);
