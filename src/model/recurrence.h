/*
 * recurrence: a rule by which an event or a task comes again, in the words of ActiveSync
 * ([MS-ASCAL] 2.2.2.37). The calendar floor translates it to RFC 5545 and back, and finds the
 * occurrences.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* [MS-ASCAL] Type. 4 does not exist. */
typedef enum {
	RECUR_DAILY,
	RECUR_WEEKLY,
	RECUR_MONTHLY,          /* on a day of the month */
	RECUR_MONTHLY_NTH,      /* on the nth of some days of the week */
	RECUR_YEARLY = 5,
	RECUR_YEARLY_NTH
} RecurrenceType;

/* DayOfWeek is a sum of these. */
enum {
	DAY_SUNDAY = 1, DAY_MONDAY = 2, DAY_TUESDAY = 4, DAY_WEDNESDAY = 8, DAY_THURSDAY = 16,
	DAY_FRIDAY = 32, DAY_SATURDAY = 64,
	DAY_WORK = 62, DAY_WEEKEND = 65, DAY_ANY = 127
};

typedef struct {
	RecurrenceType type;
	int     interval;             /* every so many days, weeks, months or years; 1 or more */
	int     days;                 /* DayOfWeek; 0 where the type has none */
	int     day_of_month;         /* 1 to 31: the last one in shorter months; 0 */
	int     week_of_month;        /* 1 to 5, 5 is the last; 0 */
	int     month_of_year;        /* 1 to 12; 0 */
	int     occurrences;          /* 0: not counted */
	/* The last start that may be, UTC; of an all-day event its date at 00:00. 0: no end. */
	int64_t until_ms;
	int     first_day_of_week;    /* 0 Sunday to 6; -1 not said */
	int     calendar_type;        /* CalendarType: 0 or 1 Gregorian; others are kept, not computed */
	bool    is_leap_month;
	/* Tasks alone ([MS-ASTASK]): the next one begins from the day of completion; the series has
	 * ended. */
	bool    regenerates, is_over;
} Recurrence;

Recurrence *recurrence_copy(const Recurrence *recurrence);
bool        recurrence_equal(const Recurrence *a, const Recurrence *b);
/* Which fields its type may have, and each in its range ([MS-ASCAL] 2.2.2.37, Status 6 else). */
bool        recurrence_is_valid(const Recurrence *recurrence);
