/*
 * cells: text for the terminal. What may reach it is decided by ui/cell. Pure; any thread.
 */
#pragma once
#include <glib.h>

/* @text on one line in exactly @width cells: cut with an ellipsis, or padded. Free with g_free. */
char *cells_fit(const char *text, int width);

/* Appends all of @text, as it may be shown. */
void cells_append(GString *out, const char *text);
