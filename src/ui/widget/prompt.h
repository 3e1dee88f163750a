/*
 * prompt: one line that a person edits, with history and completion. The text is UTF-8 and the
 * cursor moves by signs. A secret prompt shows a dot a sign, has no history and is wiped when it is
 * freed.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "ui/cell/canvas.h"
#include "ui/cell/key.h"

typedef struct Prompt Prompt;

typedef enum {
	PROMPT_EDITING,      /* the key was taken; the text may have changed */
	PROMPT_DONE,         /* Enter */
	PROMPT_CANCELLED,    /* Esc, ^C, or Backspace in an empty line */
} PromptResult;

/* What may stand here: fills @words (of char *, owned) with whole lines that @text may become. */
typedef void (*PromptComplete)(const char *text, GPtrArray *words, void *data);

Prompt *prompt_new(const char *label, const char *text);
Prompt *prompt_new_secret(const char *label);
void    prompt_free(Prompt *prompt);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Prompt, prompt_free)

/* Lines typed before, oldest first, of char *; borrowed. */
void prompt_set_history(Prompt *prompt, const GPtrArray *lines);
void prompt_set_complete(Prompt *prompt, PromptComplete complete, void *data);

PromptResult prompt_key(Prompt *prompt, Key key);
/* Line ends become blanks. What is too long for the line (1 MiB) is left out as a whole. */
void         prompt_paste(Prompt *prompt, const char *text);

const char *prompt_text(const Prompt *prompt);
void        prompt_set_text(Prompt *prompt, const char *text);

/* Draws label and text on one line, scrolled so that the cursor is seen, and sets the canvas's
 * cursor. */
void prompt_draw(const Prompt *prompt, Canvas *canvas, Rect rect);
