/*
 * day: dates of the Gregorian calendar as numbers, 0 for 1970-01-01, so that they can be counted.
 * The calendar is carried back before it was invented (ISO 8601). Pure; any thread.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define DAY_MS   INT64_C(86400000)
#define DAY_S    INT64_C(86400)

typedef struct {
	int year, month, day;   /* month and day count from 1 */
} Date;

int64_t day_of_date(int year, int month, int day); /* @month and @day may lie outside, and carry */
Date    day_date(int64_t day);
int     day_weekday(int64_t day);                    /* 0 is Sunday */
int     day_year_length(int year);
int     day_month_length(int year, int month);       /* @month 1 to 12 */
bool    day_date_exists(int year, int month, int day);

/* The day that a wall clock shows, and the time of it. */
int64_t day_of_ms(int64_t ms);
int64_t day_time_ms(int64_t ms);
