/* reaction: what follows from a task's failure: who waits, what comes first, whom to ask. By the
 * kind alone (retry.h). */
#pragma once
#include "sync/desk.h"

/* @error is borrowed and says why @run ended. */
void reaction_take(Desk *desk, Run *run, const GError *error);

/* The server has declared all keys void: versions, folder list and folders from the start; the rows
 * stay and are matched. Not more than once an hour: some say so with every answer. */
void reaction_begin_anew(Desk *desk);
