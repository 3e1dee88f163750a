/*
 * rule: a recurrence rule in the words of RFC 5545 (RRULE, 3.3.10): which days of each period are
 * meant. What the words of ActiveSync say is said here too, and more, for files of others. Rules
 * that come more than once a day are not known. Of fixed size: no rule costs memory. Pure; any
 * thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "calendar/doubt.h"

typedef enum { RULE_DAILY, RULE_WEEKLY, RULE_MONTHLY, RULE_YEARLY } RuleFrequency;

enum { RULE_DAYS_MAX = 366, RULE_WEEKS_MAX = 53 };

/* Numbers from 1 that count from the beginning, and others that count from the end. */
typedef struct {
	uint64_t first[6], last[6];
} RuleNumbers;

typedef struct {
	RuleFrequency frequency;
	int         interval;
	int64_t     count;              /* 0: not counted */
	bool        has_until;
	bool is_until_wall; /* @until_ms is a date or a time on the event's clock, not UTC */
	int64_t     until_ms;           /* the last start that may be */
	int         week_start;         /* 0 is Sunday; -1: not said, which means Monday */
	guint       months;             /* bit 1 is January; 0: not said, here and below */
	guint       weekdays;           /* bit 0 is Sunday */
	uint64_t nth_first[7], nth_last[7]; /* bit n: the nth such weekday, from the end of it */
	RuleNumbers month_days, year_days, weeks, positions;
	bool        has_nth, has_month_days, has_year_days, has_weeks, has_positions;
} Rule;

/* A rule that says nothing but how often. */
void rule_init(Rule *rule, RuleFrequency frequency);

/*
 * Reads the value of an RRULE. False: it is none, or comes more than once a day; *ret_rule stays,
 * and
 * @doubts (may be NULL) says which. Parts that mean nothing to a day (BYHOUR) are named there too.
 */
bool rule_parse(const char *text, Rule *ret_rule, GPtrArray *doubts);

/* The same rule as text, in the order that RFC 5545 recommends. Free with g_free. */
char *rule_format(const Rule *rule);

bool rule_numbers_have(const RuleNumbers *numbers, int n);   /* @n is not 0 */
void rule_numbers_add(RuleNumbers *numbers, int n);
