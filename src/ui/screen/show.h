/* show: values as people read them. Free with g_free. Pure, but for the process's time zone. */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* "10:31" today, "Sun" within the last week, "12 Nov" this year, else "2025-03-01". @now_ms: UTC,
 * as is @at_ms. */
char *show_date_short(int64_t at_ms, int64_t now_ms);
/* "Thu 24 Nov 2026 10:31". */
char *show_date_long(int64_t at_ms);
/* "Thu 24 Nov 2026". */
char *show_day(int64_t at_ms);
/* "10:31". */
char *show_time(int64_t at_ms);
/* "Thu 26 Nov 14:00-15:00", or both days when they differ. */
char *show_span(int64_t start_ms, int64_t end_ms, bool is_all_day);

/* "12,408". */
char *show_count(int64_t count);
/* "240K", "2.1M". */
char *show_size(int64_t bytes);
