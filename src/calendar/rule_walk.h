/*
 * rule_walk: the days that a rule names, one after the other, from any day on: what lies before is
 * jumped over where nothing is counted, and else counted in steps whose number is bounded. Pure.
 */
#pragma once
#include "calendar/rule.h"

typedef struct {
	Rule    rule;              /* with what the first day says where the rule does not */
	int64_t first_day, from_day, until_day;
	int64_t period;            /* the next to be read, counted from that of the first day */
	int64_t left;              /* how many days the rule still gives; -1: it is not counted */
	int     fuel;
	int days[RULE_DAYS_MAX + 1], n_days, next; /* of the period that is read, from its first */
	int64_t period_day;
} RuleWalk;

/* The days from @from_day to @until_day, both of them in it. @first_day is that of the event. */
void rule_walk_begin(RuleWalk *walk, const Rule *rule, int64_t first_day, int64_t from_day,
                     int64_t until_day);

/* False at the end of the rule, past @until_day, or when its fuel is spent. */
bool rule_walk_next(RuleWalk *walk, int64_t *ret_day);

/* True if it ended because the rule costs too much, and there may be more days. */
bool rule_walk_gave_up(const RuleWalk *walk);
