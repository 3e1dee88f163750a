/*
 * ask: a question at the bottom of the screen: yes or no, or a password. The rest of the screen goes on above it.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/secret.h"
#include "model/question.h"
#include "ui/cell/canvas.h"
#include "ui/cell/key.h"

typedef struct Ask Ask;

typedef enum { ASK_OPEN, ASK_YES, ASK_NO, ASK_LATER } AskResult;

Ask *ask_new(const Question *question);                  /* copied */
Ask *ask_new_yes_no(const char *text);
void ask_free(Ask *ask);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ask, ask_free)

const Question *ask_question(const Ask *ask);            /* NULL for a plain yes or no */
AskResult       ask_key(Ask *ask, Key key);
void            ask_paste(Ask *ask, const char *text);
/* After ASK_YES: the password that was typed, the caller's; NULL where none was asked. */
Secret         *ask_secret(const Ask *ask);

int  ask_height(const Ask *ask);                         /* lines it wants, facts included */
void ask_draw(const Ask *ask, Canvas *canvas, Rect rect);
