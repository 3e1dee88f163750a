#include "model/recurrence.h"

#include <glib.h>

Recurrence *recurrence_copy(const Recurrence *recurrence)
{
	return recurrence ? g_memdup2(recurrence, sizeof *recurrence) : NULL;
}

/* Neither says more than the other: CalendarType 0 and 1 are both Gregorian. */
static int calendar_of(const Recurrence *recurrence)
{
	return recurrence->calendar_type == 1 ? 0 : recurrence->calendar_type;
}

bool recurrence_equal(const Recurrence *a, const Recurrence *b)
{
	if (!a || !b)
		return a == b;
	return a->type == b->type && a->interval == b->interval && a->days == b->days &&
	       a->day_of_month == b->day_of_month && a->week_of_month == b->week_of_month &&
	       a->month_of_year == b->month_of_year && a->occurrences == b->occurrences &&
	       a->until_ms == b->until_ms && a->first_day_of_week == b->first_day_of_week &&
	       calendar_of(a) == calendar_of(b) && a->is_leap_month == b->is_leap_month &&
	       a->regenerates == b->regenerates && a->is_over == b->is_over;
}

/* What a type must have, and what of the rest it may have. */
typedef struct {
	bool needs_days, may_have_days, needs_day_of_month, needs_week, needs_month;
} Shape;

static const Shape shapes[] = {
	[RECUR_DAILY] = { .may_have_days = true },
	[RECUR_WEEKLY] = { .needs_days = true },
	[RECUR_MONTHLY] = { .needs_day_of_month = true },
	[RECUR_MONTHLY_NTH] = { .needs_days = true, .needs_week = true },
	[RECUR_YEARLY] = { .needs_day_of_month = true, .needs_month = true },
	[RECUR_YEARLY_NTH] = { .needs_days = true, .needs_week = true, .needs_month = true },
};

static bool within(int value, bool is_needed, int max)
{
	return is_needed ? value >= 1 && value <= max : value == 0;
}

bool recurrence_is_valid(const Recurrence *recurrence)
{
	if (recurrence->type < RECUR_DAILY || recurrence->type > RECUR_YEARLY_NTH ||
	    recurrence->type == 4)
		return false;
	const Shape *shape = &shapes[recurrence->type];
	bool has_days = shape->needs_days || (shape->may_have_days && recurrence->days);

	return recurrence->interval >= 1 && recurrence->interval <= 999 &&
	       within(recurrence->days, has_days, DAY_ANY) &&
	       within(recurrence->day_of_month, shape->needs_day_of_month, 31) &&
	       within(recurrence->week_of_month, shape->needs_week, 5) &&
	       within(recurrence->month_of_year, shape->needs_month, 12) &&
	       recurrence->occurrences >= 0 && recurrence->first_day_of_week >= -1 &&
	       recurrence->first_day_of_week <= 6;
}
