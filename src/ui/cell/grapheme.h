/*
 * grapheme: text from anywhere, cut into what a terminal shows as one sign, with its width in
 * cells. Here lies the allow-list: nothing leaves this module that a terminal could take for a
 * command, hide, or use to turn the line around. Pure; any thread.
 *
 *   in the text                                  what is shown
 *   C0 controls and DEL                          their control picture: U+241B for ESC
 *   C1 controls, private use, unassigned, bytes  U+FFFD
 *     that are no UTF-8
 *   bidi controls, zero width, tags, soft        U+2426, one for a whole run of them
 *     hyphen, Braille blank
 *   joiners between letters of joining scripts,  kept: they belong to the sign
 *     and between emoji
 *   variation selectors                          dropped: terminals do not agree on what they do to
 * the width regional indicators (flags)                  their letters, one cell each more than
 * four marks on one letter           the first four
 *
 * Source: Unicode Standard Annex 29 (extended grapheme clusters) and 11 (East Asian width;
 * ambiguous is narrow).
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum { GRAPHEME_BYTES = 32 }; /* of one sign, its NUL included; a longer one loses its tail */

typedef struct {
	size_t source_len;           /* bytes of the text it stands for, at least 1 */
	int    width;                /* cells: 0 (nothing to show), 1 or 2 */
	bool   is_marker;            /* it stands for something that may not be shown */
	char text[GRAPHEME_BYTES];   /* what to show: valid UTF-8, first code point has @width cells
	                              */
} Grapheme;

/* Reads the sign at the start of @text, which is not empty. */
void grapheme_next(const char *text, Grapheme *ret_grapheme);

/* Cells of the sign at @text, 0 to 2; its bytes in *ret_len. The form that doc/layout.h asks
 * for. */
int grapheme_width(const char *text, size_t *ret_len);

/* Cells of the whole of @text. */
int text_width(const char *text);

/* Bytes of @text that fit in @width cells, broken at a blank if there is one in the second half; at
 * least one sign. */
size_t grapheme_fitting(const char *text, int width);
