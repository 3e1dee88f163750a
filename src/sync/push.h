/*
 * push: how long to let a Ping hang, which folders to name, and when to give up on it. Starts at
 * eight minutes, grows by five with each Ping that ran its time, shrinks when the network cuts one
 * off, and obeys what the server accepts. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { PUSH_FIRST_S = 8 * 60, PUSH_STEP_S = 5 * 60, PUSH_LEAST_S = 60, PUSH_MOST_S = 59 * 60 };

typedef struct {
	int     heartbeat_s;      /* of the next Ping */
	int     longest_s;        /* the person's setting */
	int     accepted_s;       /* what the server named last (Status 5); 0: nothing yet */
	guint   folder_limit;     /* G_MAXUINT: the server has not complained */
	/* In a row: limits the server named without ever accepting a Ping. */
	guint   corrections;
	guint   early_ends;       /* in a row: Pings that ended far too soon without news */
	bool    is_refused;       /* push does not work here: poll */
} Push;

/* @remembered_s: the heartbeat that worked last time; 0 none. @longest_s 0: the person wants no
 * push. */
void push_init(Push *push, int remembered_s, int longest_s);

/* The server named the heartbeat it accepts, instead of listening. Three times in a row: refused.
 */
void push_note_limit(Push *push, int accepted_s);
/* A Ping ended after @lasted_ms; with @has_news it did its work. */
void push_note_end(Push *push, int64_t lasted_ms, bool has_news);
/* The network ended it. */
void push_note_cut(Push *push);
/* The server refused so many folders (Ping Status 6). Half of @named next time; refused when that
 * is none. */
void push_note_crowd(Push *push, guint named);

/* True for a Ping that ended as soon as it was asked. */
bool push_is_early(int64_t lasted_ms);
/* True when Pings end at once again and again: look every minute instead. */
bool push_is_spinning(const Push *push);
