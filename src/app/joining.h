/*
 * joining: how one takes part in a meeting that is held elsewhere than in a room: the link, and the
 * number to dial with what to type then. Found in what the invitation says, since no protocol has a
 * field for most of it. Only links of services in join_services.def are named by their name, by
 * their host: what a text claims counts for nothing. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "model/event.h"

typedef struct {
	const char *service;       /* "Teams", "Zoom" …; static; NULL: the number alone is known */
	char       *url;           /* without what a mail gateway has wrapped around it; NULL */
	char       *number;        /* as it was written; NULL */
	char       *code;          /* to be typed when it answers: digits; NULL */
	char       *pin;           /* asked for after it, or in place of a password: digits; NULL */
	char       *meeting_id, *password;   /* for those who join by typing; NULL */
} Joining;

void joining_clear(Joining *joining);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Joining, joining_clear)

/* @texts: NULL-ended, of what may say it, the most likely first; some may be "". False: none of them
 * does, and @ret_joining is empty. */
bool joining_find(const char *const *texts, Joining *ret_joining);

/* The links that the protocol has, the location and the text. */
bool joining_of_event(const Event *event, Joining *ret_joining);

/* "+49 69 365057577,,123456789#": for a telephone. NULL without a number; free with g_free. */
char *joining_dial(const Joining *joining);
