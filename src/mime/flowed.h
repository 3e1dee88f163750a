/* mime/flowed: text as RFC 3676 sends it. Pure; any thread. */
#pragma once

/*
 * @text (lines ending in '\n', of any length) as format=flowed with DelSp=yes: lines longer than 72
 * cells are broken softly after a blank, or between two wide characters; quotes are ">>" and are
 * broken within their depth; what would look like a quote or like mbox's "From " is stuffed.
 * Blanks at the ends of lines are dropped, "-- " excepted. Lines end in '\n'. Free with g_free.
 */
char *mime_flowed(const char *text);
