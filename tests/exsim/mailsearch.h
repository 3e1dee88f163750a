/*
 * mailsearch: the server's own search in a user's mail: every word must stand in the subject, the text, or who it is from or
 * to; case is ignored. The world's lock is held.
 */
#pragma once
#include <glib.h>
#include <stdint.h>

#include "exsim/world.h"

typedef struct {
	const char *words;
	const char *folder_id;             /* NULL: all mail folders */
	int64_t     after_ms, before_ms;   /* 0: any time */
} MailQuery;

typedef struct { Collection *folder; guint item; int64_t date_ms; } MailHit;

/* Of MailHit, newest first. Free with g_array_unref. */
GArray *mailsearch_run(const User *user, const MailQuery *query);
