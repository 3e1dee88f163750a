/*
 * worker: two threads for pure work, so that no message, however large, holds up a key. The newest job goes
 * first: it is the one the person waits for.
 */
#pragma once
#include <glib.h>

#include "base/mailbox.h"
#include "ui/screen/host.h"
#include "ui/screen/page.h"

/* What comes back from workers; one of both is set. */
typedef struct { Page *page; SearchAnswer *found; } UiAnswer;
void ui_answer_free(UiAnswer *answer);

typedef struct Worker Worker;

/* @answers, a mailbox of UiAnswer, is referenced. */
Worker *worker_new(Mailbox *answers);
/* Drops what was not begun and waits for what was. */
void    worker_free(Worker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Worker, worker_free)

/* @job is the worker's. */
void worker_render(Worker *worker, PageJob *job);
