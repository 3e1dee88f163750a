/*
 * items: events, contacts, tasks and notes for tests of what syncs them, and changes of them in a scene.
 */
#pragma once
#include "model/pim.h"
#include "support/scene.h"

/* Weekly planning: each second Wednesday at ten in Berlin since 2026-01-14, with one date cancelled (2026-01-28) and one
 * moved and renamed (2026-04-08). Bob invites Alice and a room. */
Event *items_series(void);
/* A dentist's hour on 2026-03-04, nobody invited. */
Event *items_event(void);
/* Two whole days from 2026-05-14. */
Event *items_holiday(void);
/* Carol Example, with something in every kind of field. */
Contact *items_contact(void);
/* A tax return, due 2026-05-31, each year. */
Todo *items_todo(void);
Note *items_note(void);

/* The zone of Berlin, as ActiveSync has it. */
GBytes *items_berlin(void);

/* A change for PUSH_ITEMS, with an op whose id is 200 and more. The items are the scene's from here on; NULL as in
 * ItemChange. @server_id NULL: a new one. The change can be touched until the task begins. */
ItemChange *items_change(Scene *scene, const char *server_id, PimItem *item, PimItem *was);
