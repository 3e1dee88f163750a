/*
 * spoken: days, times and lengths of time as a person types them, word by word. Words are English or
 * the person's language, three letters of a name are enough; days are those of the process's time
 * zone. Pure, but for that.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
	int64_t now_ms;
	char  **words;           /* NULL-ended, none empty */
	guint   at;              /* the next one */
} Spoken;

/* @text cut at blanks, and around the dash of "14:00-15:30". */
void spoken_begin(Spoken *spoken, const char *text, int64_t now_ms);
void spoken_end(Spoken *spoken);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Spoken, spoken_end)

static inline bool spoken_is_over(const Spoken *spoken) { return !spoken->words[spoken->at]; }

/* Each takes the words it understands and returns true, or takes none. */

/* One of @words, NULL-ended, as it stands. */
bool spoken_word(Spoken *spoken, const char *const *words);

/*
 * today, tomorrow, yesterday; a weekday, the next of its name after today; "next fri", in the week
 * that begins with the next Monday; "last fri", before today; 2026-12-01; "24 dec", "dec 24 2026",
 * 24.12. and 24.12.2026, without a year the next such day, today too. Midnight; the caller's.
 */
bool spoken_day(Spoken *spoken, GDateTime **ret_day);

/* 9:30, 17:30, 9am, 2:15pm, noon; minutes of the day. A bare hour only where @takes_hours. */
bool spoken_time(Spoken *spoken, bool takes_hours, int *ret_minute);

/* 30m, 2h, 1h30m, 3d, 1w. */
bool spoken_span(Spoken *spoken, int64_t *ret_minutes);

/* ---- arithmetic of days ---- */

/* The midnight that begins the day of @ms, so many days later. The caller's. */
GDateTime *spoken_midnight(int64_t ms, int days_later);
/* So many minutes into that day, by its clock; what the clock skips is the time that follows. UTC. */
int64_t spoken_at_minute(GDateTime *day, int minute);
