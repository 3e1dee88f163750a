/*
 * event: an appointment or meeting as the protocols describe it ([MS-ASCAL]). Strings are valid
 * UTF-8 on one line unless said; NULL means absent. Lists of text are newline separated.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/message.h"
#include "model/recurrence.h"

/* [MS-ASCAL] 2.2.2.28, a sum. */
enum { MEETING_IS = 1, MEETING_RECEIVED = 2, MEETING_CANCELLED = 4 };

/* [MS-ASCAL] 2.2.2.40 and, of attendees, 2.2.2.3, which counts alike from 2 on. */
typedef enum {
	RESPONSE_NONE, RESPONSE_ORGANIZER, RESPONSE_TENTATIVE, RESPONSE_ACCEPTED,
	RESPONSE_DECLINED, RESPONSE_MISSING
} ResponseType;

/* [MS-ASCAL] 2.2.2.8. */
typedef enum { BUSY_FREE, BUSY_TENTATIVE, BUSY_BUSY, BUSY_OUT, BUSY_ELSEWHERE } BusyStatus;

/* [MS-ASCAL] 2.2.2.4. */
typedef enum { ATTENDEE_REQUIRED = 1, ATTENDEE_OPTIONAL, ATTENDEE_RESOURCE } AttendeeType;

typedef struct {
	char        *name, *address;
	AttendeeType type;
	ResponseType response;
	int64_t      proposed_start_ms, proposed_end_ms; /* 16.1: another time is proposed; 0 none */
} Attendee;

/* What an exception says for itself; it inherits the rest from its series. */
typedef enum {
	EVENT_HAS_TIMES = 1 << 0, EVENT_HAS_SUBJECT = 1 << 1, EVENT_HAS_LOCATION = 1 << 2,
	EVENT_HAS_BODY = 1 << 3, EVENT_HAS_CATEGORIES = 1 << 4, EVENT_HAS_BUSY = 1 << 5,
	EVENT_HAS_SENSITIVITY = 1 << 6, EVENT_HAS_REMINDER = 1 << 7, EVENT_HAS_ALL_DAY = 1 << 8,
	EVENT_HAS_STATUS = 1 << 9, EVENT_HAS_RESPONSE = 1 << 10, EVENT_HAS_ATTENDEES = 1 << 11,
	EVENT_HAS_PARTS = 1 << 12, EVENT_HAS_LINKS = 1 << 13,
	EVENT_HAS_ALL = (1 << 14) - 1
} EventHas;

enum { REMINDER_NONE = -1 };

typedef struct {
	int64_t     id;               /* the store's; 0 from the wire */
	int64_t     folder_id;
	char       *server_id;
	char       *uid;              /* of the meeting in the world; the same for all attendees */
	/* UTC, the end exclusive. Of an all-day event: 00:00 UTC of its dates, whatever the zone. */
	int64_t     start_ms, end_ms;
	bool        is_all_day;
	char       *zone;             /* IANA name: a series recurs in its local time; NULL UTC */
	GBytes     *zone_blob;        /* the 172 bytes as they came, sent back unless zone changes */
	char       *subject, *location;
	BodyKind    body_kind;
	char       *body;             /* many lines */
	char       *organizer_name, *organizer_address;
	char       *categories;
	BusyStatus  busy_status;
	int         sensitivity;      /* 0 normal, 1 personal, 2 private, 3 confidential */
	int         reminder_min;     /* minutes before; REMINDER_NONE */
	int         meeting_status;   /* sum of MEETING_*; 0: an appointment */
	ResponseType response;        /* our own */
	bool        is_response_wanted, refuses_proposals;
	int64_t     stamp_ms;         /* DtStamp, UTC */
	int64_t     replied_ms;       /* when we answered (AppointmentReplyTime), UTC; 0 */
	int         sequence;         /* ours alone: ActiveSync carries none */
	char       *join_link, *external_link;
	GPtrArray  *attendees;        /* of Attendee; NULL none */
	GPtrArray  *parts;            /* of Part (16.x); NULL none */
	Recurrence *recurrence;       /* NULL: once, or by @rrule */
	char       *rrule;            /* RFC 5545, where ActiveSync has no words for it; from a file */
	GPtrArray  *exceptions;       /* of EventException, by original start; NULL none */
} Event;

typedef struct {
	int64_t  original_ms;         /* the start that the rule gives, UTC (InstanceId) */
	bool     is_deleted;          /* it does not take place; nothing else is said */
	guint    has;                 /* EventHas */
	Event   *event;               /* what @has names; NULL if deleted */
} EventException;

Event *event_new(void);
Event *event_copy(const Event *event);
void   event_free(Event *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Event, event_free)

Attendee *attendee_new(const char *name, const char *address, AttendeeType type);
void      attendee_free(Attendee *attendee);
EventException *event_exception_new(int64_t original_ms);
void      event_exception_free(EventException *exception);

/* The occurrence that an exception makes of @series: what it does not say is the series'. Its
 * recurrence is NULL. The caller's. */
Event *event_occurrence(const Event *series, const EventException *exception);
