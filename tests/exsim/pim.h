/*
 * pim: items that are no mail: events, contacts, tasks and notes. One is kept as the properties that make it, a document
 * of ApplicationData, in the words of 14.1; what 16.0 and later say otherwise is turned on the way in and out. Source:
 * [MS-ASCAL], [MS-ASCNTC], [MS-ASTASK], [MS-ASNOTE], [MS-ASCMD] 2.2.1.21. The world's lock is held.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "exsim/element.h"
#include "exsim/world.h"

/* True for a folder of such items, and of events. */
bool pim_is(const Collection *folder);
bool pim_is_calendar(const Collection *folder);
/* "Calendar" and so on; "Email" for another, or NULL. */
const char *pim_class_name(const Collection *folder);

typedef struct {
	World      *world;
	Collection *folder;
	int         version;     /* of the protocol that the client speaks */
	const void *origin;      /* the device, which is not told its own doings; NULL the server */
} PimEdit;

/* Each returns a Status of Sync, and changes nothing unless it is 1. @data: the ApplicationData. */
int pim_add(const PimEdit *edit, const Element *data, guint *ret_n);
int pim_change(const PimEdit *edit, guint n, const Element *data);
/* One occurrence of a series, from 16.0 on. @instance: its original start. @data NULL: it does not take place. */
int pim_change_occurrence(const PimEdit *edit, guint n, const char *instance, const Element *data);

/* The item's properties, the caller's; none of one that was delivered there as mail. */
Element *pim_read(const Collection *folder, guint n);
/* Those of one occurrence of a series, with its own times; the same. */
Element *pim_read_occurrence(const Collection *folder, guint n, const char *instance);
/* Replaces them, unchecked: what a server does by itself. */
void     pim_write(const PimEdit *edit, guint n, const Element *item);
/* A new item of these, unchecked. */
guint    pim_file(const PimEdit *edit, const Element *item);

/* The children of ApplicationData as a client of @version is told. */
void pim_render(WbxmlWriter *writer, const Collection *folder, guint n, int version);

/* The event that has this UID; false: none. */
bool pim_find_event(const Collection *calendar, const char *uid, guint *ret_n);
