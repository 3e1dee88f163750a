/*
 * ask: a question at the bottom of the screen: yes or no, a password, or the PIN of a token. The
 * rest of the screen goes on above it.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "app/pins.h"
#include "base/secret.h"
#include "model/question.h"
#include "ui/cell/canvas.h"
#include "ui/cell/key.h"

typedef struct AskBox AskBox;

typedef enum { ASK_OPEN, ASK_YES, ASK_NO, ASK_LATER } AskResult;

AskBox *ask_box_new(const Question *question);                  /* copied */
AskBox *ask_box_new_yes_no(const char *text);
/* The password of something else than an account; @text: why. */
AskBox *ask_box_new_secret(const char *text);
AskBox *ask_box_new_pin(const PinWish *wish);                   /* copied */
void ask_box_free(AskBox *ask);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AskBox, ask_box_free)

const Question *ask_box_question(const AskBox *ask);            /* NULL for a plain yes or no */
const PinWish  *ask_box_pin(const AskBox *ask);                 /* NULL: no PIN is asked for */
bool            ask_box_is_secret(const AskBox *ask);           /* ask_box_new_secret() made it */
AskResult       ask_box_key(AskBox *ask, Key key);
void            ask_box_paste(AskBox *ask, const char *text);
/* After ASK_YES: the password or PIN that was typed, the caller's; NULL where none was asked. */
Secret         *ask_box_secret(const AskBox *ask);

int  ask_box_height(const AskBox *ask, int width);              /* lines it wants, facts included */
void ask_box_draw(const AskBox *ask, Canvas *canvas, Rect rect);
