/* writing_state: what the files of writing share. For writing*.c only. */
#pragma once
#include "ui/screen/ask.h"
#include "ui/screen/writing.h"
#include "ui/widget/editor.h"

/* What is asked before a mail leaves, in this order; none twice. */
typedef enum {
	CHECK_SUBJECT,
	CHECK_ATTACHMENT,
	CHECK_STRANGERS,
	CHECK_COUNT
} WritingCheck;

/* What the question on the screen is about. */
typedef enum { ABOUT_CHECK, ABOUT_LEAVING } WritingAbout;

struct Writing {
	WritingSetup setup;
	Draft       *draft;
	char        *saved;          /* the draft as text, when it was last told as changed */
	char        *refused;        /* what came from the editor and cannot be read; NULL */
	bool         is_guided;      /* To, Subject and text are asked for in turn */

	/* above the rest, one at a time */
	Prompt      *prompt;
	WritingAct   field;          /* what the prompt asks for */
	AskBox      *ask;
	WritingAbout about;
	WritingCheck check;          /* the next to look at */
	Editor      *editor;         /* the text, in place */

	char        *message;        /* a sentence; NULL none */
	int          part;           /* the attachment under the cursor */
	int          top;            /* of the text on the review screen */
};
