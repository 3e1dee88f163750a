/* generate-pim: any number of events and contacts that exist only while they are looked at, as generate.h's messages do. */
#pragma once
#include <glib.h>
#include <stdint.h>

#include "exsim/source.h"

typedef struct {
	guint   count;
	guint32 seed;
	int64_t now_ms, span_ms;   /* events: from that long before to a year after */
} GeneratePim;

/* Of events every fortieth is a series, with a few exceptions. The caller's. */
Source *generate_events(const GeneratePim *options);
Source *generate_contacts(const GeneratePim *options);
