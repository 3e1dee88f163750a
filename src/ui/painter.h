/*
 * painter: has pictures drawn by postern-paper, away from the thread of the screens, a few at a
 * time. What was drawn lately is remembered, so that a message that is opened again needs no helper.
 * A helper that crashes, hangs, is killed or lies costs its picture and nothing else.
 */
#pragma once
#include <glib.h>

#include "base/mailbox.h"
#include "ui/screen/host.h"
#include "ui/term/term.h"

typedef struct Painter Painter;

/* @answers, a mailbox of UiAnswer, is referenced; @helper is the program's path. Nothing is started
 * before the first picture. */
Painter *painter_new(Mailbox *answers, const char *helper);
/* Drops what was not begun and waits for what was: as long as a helper may take at most. */
void     painter_free(Painter *painter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Painter, painter_free)

/* @job is the painter's, and answered by UiAnswer.drawn; @pictures says for what terminal. */
void painter_draw(Painter *painter, DrawJob *job, const TermPictures *pictures);
