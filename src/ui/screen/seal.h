/*
 * seal: what is said of a mail's signature and encryption in the frame of the pane that shows it.
 * Its lines begin in the column that belongs to the frame, where no text of a message is ever
 * drawn, with a sign of SEAL_SIGN_WIDTH cells. Made by a worker; pure.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "app/opening.h"

enum { SEAL_SIGN_WIDTH = 3, SEAL_LINES_MAX = 6 };

typedef struct {
	int         width;           /* cells of the text behind the sign and a blank */
	bool        is_wanted;       /* smime.enabled: with a verdict */
	const char *key;             /* opens the details; NULL: none does */
} SealLook;

/* Of PagerLine, SEAL_LINES_MAX at most, the caller's. Empty: the mail is neither signed nor
 * encrypted. */
GPtrArray *seal_lines(const Opening *opening, const SealLook *look);

/* All there is to know of it, added to @lines (of PagerLine). @width: cells of a line. */
void seal_add_details(GPtrArray *lines, const Opening *opening, int width);
