/*
 * finder: the search worker. It has its own way into the store and answers by mailbox; a new search
 * ends the one under way, so that the answer to the last key typed is never behind others. One that
 * wants ids, for a selection, is ended only by the next of its sort.
 */
#pragma once
#include <glib.h>

#include "base/clock.h"
#include "base/mailbox.h"
#include "store/store.h"
#include "ui/screen/host.h"

typedef struct Finder Finder;

/* @store and @answers (of UiAnswer) are referenced, @clock is borrowed. Nothing is opened before
 * the first search. */
Finder *finder_new(Store *store, const Clock *clock, Mailbox *answers);
/* Ends a search under way. */
void    finder_free(Finder *finder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Finder, finder_free)

/* @job is the finder's. */
void finder_search(Finder *finder, SearchJob *job);

/*
 * What @text, still being typed, asks for: its last word may go on, if it is a plain one of three
 * letters or more, also behind "from:" and its like. Free with g_free.
 */
char *finder_query_of(const char *text);
