/*
 * pim-lines: properties of an item as people write them, a line each: "Subject: Planning". A slash leads inside:
 * "Attendees/Attendee/Name: Bob"; a plus begins another one there: "Attendees/Attendee+/Email: bob@example.test". What a
 * property is called is what its class calls it, or AirSyncBase. A value that begins with @ is a time of sample_time()
 * from now ("@+1d 09:00"); "\n" stands for a line's end.
 */
#pragma once
#include <glib.h>

#include "exsim/element.h"
#include "exsim/pim.h"

/* Sets one property of @item, an ApplicationData. ERR_CONFIG says what is wrong with @line. */
bool pim_line_set(Element *item, const Collection *folder, const char *line, int64_t now_ms, GError **err);
