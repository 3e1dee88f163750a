/*
 * event-span: when an event can take place at all, for the index: no occurrence lies outside, some
 * may lie well inside. What a rule gives exactly is for calendar/ to say. Pure. Internal to store/.
 */
#pragma once
#include "model/event.h"

/* A short one cannot last longer than this, so that those of a window begin near it. */
#define EVENT_SHORT_MS ((int64_t)3 * 86400000)

typedef enum { EVENT_REACH_SHORT, EVENT_REACH_LONG, EVENT_REACH_SERIES } EventReach;

typedef struct {
	EventReach reach;
	int64_t    from_ms, until_ms;  /* UTC, the second exclusive; INT64_MAX: it never ends */
} EventSpan;

EventSpan event_span(const Event *event);
