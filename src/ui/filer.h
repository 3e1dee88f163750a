/*
 * filer: a thread for what is saved and piped: disks and programs may take their time. One job
 * after another, in the order they came.
 */
#pragma once
#include "app/filing.h"
#include "base/mailbox.h"
#include "ui/notary.h"

typedef struct Filer Filer;

/* @answers, a mailbox of UiAnswer, is referenced; @notary is borrowed. */
Filer *filer_new(Mailbox *answers, Notary *notary);
/* Drops what was not begun. What was is finished, so that no file is left half. */
void   filer_free(Filer *filer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Filer, filer_free)

/* @job is the filer's. */
void filer_file(Filer *filer, FilingJob *job);
