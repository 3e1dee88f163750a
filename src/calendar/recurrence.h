/*
 * recurrence: how an event recurs in the words of ActiveSync ([MS-ASCAL] 2.2.2.37) and in those of
 * RFC 5545, both ways. What ActiveSync can say comes back as it was. Pure; any thread.
 *
 * In months without a 29th, 30th or 31st ActiveSync means their last day, where BYMONTHDAY=31 skips
 * them: such a day is written as the last of several (BYMONTHDAY=28,29,30,31;BYSETPOS=-1).
 */
#pragma once
#include "calendar/rule.h"
#include "calendar/zone.h"
#include "model/recurrence.h"

/* True if the days of such a rule can be found here: CalendarType is of the Gregorian kind, or the
 * rule counts only days and weeks. */
bool recurrence_is_gregorian(const Recurrence *recurrence);

/* @recurrence is valid and Gregorian. */
void recurrence_to_rule(const Recurrence *recurrence, bool is_all_day, Rule *ret_rule);

/*
 * The other way. @first_wall_ms is the event's start on its own clock, for what the rule leaves to
 * it;
 * @zone is that clock's, for an end that is said by it; NULL: the event is all-day. False:
 * ActiveSync has no words for this rule; *ret_recurrence stays.
 */
bool recurrence_from_rule(const Rule *rule, int64_t first_wall_ms, const Zone *zone,
                          Recurrence *ret_recurrence);
