/* oof_page_state: what the files of oof_page share. For oof_page*.c only. */
#pragma once
#include "ui/screen/oof_page.h"
#include "ui/widget/editor.h"
#include "ui/widget/prompt.h"

typedef enum {
	OOF_ROW_STATE, OOF_ROW_FROM, OOF_ROW_UNTIL, OOF_ROW_INSIDE, OOF_ROW_OUTSIDE, OOF_ROW_OUTSIDE_TEXT,
	OOF_ROW_COUNT
} OofRow;

struct OofPage {
	OofPageSetup setup;
	Oof         *server;         /* as it was told last; NULL: not yet */
	Oof         *sent;           /* as it was given to the engine and is not the server's yet; NULL */
	Oof         *oof;            /* as the person wants it; NULL: nothing is known yet */
	OofRow       row;            /* under the cursor */
	int64_t      asked, given;   /* wishes under way: asking the server, handing it to the engine; 0 */
	int64_t      group_id;       /* of what is on its way; 0 */
	bool         is_on_its_way;  /* the engine has @sent, and the server not yet */
	char        *left[EDITING_KIND_COUNT]; /* by an editor that was cut off, until @oof is known; NULL */
	char        *message;        /* what went wrong, or is to be known; NULL */
	Style        message_style;

	/* above the rest, one at a time */
	Prompt      *prompt;         /* asks for a time, of @row */
	Editor      *editor;         /* the text of @row */

	int          first_y;        /* of the rows drawn last */
};

/* What there is to show; the others mean nothing now. */
bool oof_page_has_row(const OofPage *page, OofRow row);
/* The text of a row that has one; NULL: none. */
const char *oof_page_text(const OofPage *page, OofRow row);
