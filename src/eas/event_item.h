/*
 * event_item: an event in the Calendar class ([MS-ASCAL]), read into an Event and written. A value
 * that cannot be read costs itself; attendees and exceptions past their limit are dropped.
 *
 * Of all-day events servers give the dates in two ways, as midnight in UTC or in the event's own
 * zone: both are read as the dates they mean. They are written in the first one. Attachments, links
 * and answers are read and never written.
 */
#pragma once
#include "eas/reply.h"
#include "model/event.h"

/* A ReplyTake for the children of ApplicationData; @into is an Event. */
bool event_item_take(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err);

/* When all is read: what follows from several properties. */
void event_item_finish(Event *event);

/* The children of Supported: what of an event is stored here ([MS-ASCMD] 2.2.3.178). */
void event_item_write_supported(WbxmlWriter *writer, int version);

typedef struct {
	const Event *event,
		*was; /* what is wanted, and what the server has; NULL: unknown, or new */
	bool         is_new;
	const char  *client_id;     /* of a new event: its name until the server gives one */
	int          version;       /* of the protocol, times ten */
} EventChange;

/*
 * The children of ApplicationData for that. Up to 14.1 the whole event with its exceptions goes
 * each time. From 16.0 on only what differs from @was does, and exceptions only with a new event:
 * those of another are changed one by one, by event_item_write_occurrence().
 */
void event_item_write(WbxmlWriter *writer, const EventChange *change);

/* True if that would write anything, from 16.0 on. */
bool event_item_differs(const EventChange *change);

/* True if a server of 16.0 and later drops all exceptions when it is told that. */
bool event_item_drops_exceptions(const EventChange *change);

/* What @event, an occurrence of a series, has other than @was: EventHas. Nothing that only a server
 * may say. */
guint event_item_difference(const Event *event, const Event *was);

/* The children of ApplicationData that change one occurrence, from 16.0 on: @due of @event. */
void event_item_write_occurrence(WbxmlWriter *writer, const Event *event, guint due);
