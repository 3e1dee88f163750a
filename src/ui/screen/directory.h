/*
 * directory: what the servers' directories of people have said in this session. One question goes
 * out at a time, and of those that wait only the newest, for the text moves on while one types.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "sync/client.h"
#include "ui/screen/host.h"

typedef struct Directory Directory;

/* What is known of a query. Borrowed until the next call; both NULL: it was not asked. */
typedef struct {
	const GPtrArray *people;     /* of GalEntry; NULL: not here */
	const char      *failure;    /* one sentence; NULL */
	bool             is_asked;   /* the answer is awaited */
} DirectoryWord;

/* @host is borrowed. @is_offline: nobody is asked. */
Directory *directory_new(ScreenHost *host, bool is_offline);
void       directory_free(Directory *directory);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Directory, directory_free)

/* True for a query that is long enough to ask about, and no address yet. */
bool directory_can_ask(const char *query);

DirectoryWord directory_look(const Directory *directory, int64_t account_id, const char *query);
/* Asks what is not known; a question that has failed is asked again, unless the server has no
 * directory. */
void          directory_ask(Directory *directory, int64_t account_id, const char *query);
/* True if @event answers a question of this directory. */
bool          directory_event(Directory *directory, const SyncEvent *event);
