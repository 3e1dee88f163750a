/* outcome: what follows when a task is over. Well or not (reaction.h). */
#pragma once
#include "sync/desk.h"

/* A RunOver: @data is the Desk. Frees @run. */
void outcome_take(void *data, Run *run, const GError *error);
