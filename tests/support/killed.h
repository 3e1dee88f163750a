/*
 * killed: an operation of the person in a process of its own, killed at each step between writing and settling. A test's main()
 * begins with killed_is_child(); what the operation is, it says by a number of its own.
 */
#pragma once
#include "support/live_engine.h"

typedef Op *(*KilledMake)(LiveEngine *live, int act);

/* True in a child: its exit status is 0. */
bool killed_is_child(int argc, char **argv, KilledMake make);

/* Runs the operation on the store of @live (no engine may run), to be killed at @point; 0: to the end, and the points are
 * counted. Returns their number. */
int killed_run(LiveEngine *live, const char *self, int act, int point);

/* What waits in the Outbox of all accounts. */
guint killed_waiting(LiveEngine *live);

bool killed_is_torture(void);
/* check takes a third of the operations, and another third the next time. */
bool killed_is_chosen(int act);
