/*
 * rule: the Recurrence of an event ([MS-ASCAL] 2.2.2.37) and of a task ([MS-ASTASK] 2.2.2.17),
 * which say the same in tags of different pages.
 */
#pragma once
#include "eas/reply.h"
#include "model/recurrence.h"

typedef struct {
	Recurrence *recurrence;
	int64_t     start_ms;      /* Start, of a task alone; 0 not said */
} Rule;

/* A rule of which nothing is said yet; with g_free the caller's. */
Recurrence *rule_new(void);

/* A ReplyTake for the children of a Recurrence; @into is a Rule. */
bool rule_take(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err);

/* When all is read: lets go what its type may not have, and takes what it must have and was not
 * said from @start_ms, the first start on the clock of its place. */
void rule_finish(Recurrence *recurrence, int64_t start_ms);

/* The whole element. A server of @version gets only what it knows. */
void rule_write_of_event(WbxmlWriter *writer, const Recurrence *recurrence, int version);
void rule_write_of_task(WbxmlWriter *writer, const Rule *rule, int version);
