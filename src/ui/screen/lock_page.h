/*
 * lock_page: what the screens show while Postern is locked: that it is, how much mail came since, and
 * a line for the passphrase. It knows nothing of the mail. What is typed is wiped with the page, and
 * with every try. UI thread.
 */
#pragma once
#include <glib.h>

#include "base/secret.h"
#include "ui/cell/canvas.h"
#include "ui/cell/key.h"

typedef struct LockPage LockPage;

/* TRIES: ask lock_page_typed(), and until lock_page_refused() keys but ^C do nothing. */
typedef enum { LOCK_PAGE_STAYS, LOCK_PAGE_TRIES, LOCK_PAGE_QUITS } LockTurn;

/* @reason: why it is locked, a sentence. */
LockPage *lock_page_new(const char *reason);
void      lock_page_free(LockPage *page);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LockPage, lock_page_free)

LockTurn lock_page_key(LockPage *page, Key key);
void     lock_page_paste(LockPage *page, const char *text);

/* What was typed, once after TRIES; the caller's. */
Secret *lock_page_typed(LockPage *page);
/* It does not unlock: @sentence is shown over an empty line. */
void    lock_page_refused(LockPage *page, const char *sentence);

/* So many messages came since: a number, and nothing of them. */
void lock_page_count(LockPage *page, int new_messages);

/* The whole of @canvas, which has nothing else. */
void lock_page_draw(const LockPage *page, Canvas *canvas);
