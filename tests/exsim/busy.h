/* busy: when somebody of the organisation is busy. Source: [MS-ASCMD] 2.2.3.14, MergedFreeBusy. The world's lock is held. */
#pragma once
#include <glib.h>

#include "exsim/world.h"

/* A digit for each half hour from @start_ms on, until @end_ms: what the calendar of @address says, 4 where there is none.
 * Series are followed that come again by days or weeks. Free with g_free. */
char *busy_of(const World *world, const char *address, int64_t start_ms, int64_t end_ms);
