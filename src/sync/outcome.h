/* outcome: what follows when a task is over. Well or not (reaction.h). */
#pragma once
#include "sync/desk.h"

/* A RunOver: @data is the Desk. Frees @run. */
void outcome_take(void *data, Run *run, const GError *error);

/* What @run had taken along and got no answer to waits again: for a time if it failed by itself,
 * else (@error NULL, or of the whole account) until its turn comes. */
void outcome_let_go(Desk *desk, const Run *run, const GError *error);
