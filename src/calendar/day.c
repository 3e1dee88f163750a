#include "calendar/day.h"

enum { MONTHS = 12, DAYS_OF_ERA = 146097, YEARS_OF_ERA = 400, TO_MARCH_0000 = 719468 };

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int day_year_length(int year)
{
	return is_leap(year) ? 366 : 365;
}

int day_month_length(int year, int month)
{
	static const int lengths[MONTHS] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return lengths[month - 1] + (month == 2 && is_leap(year));
}

bool day_date_exists(int year, int month, int day)
{
	return month >= 1 && month <= MONTHS && day >= 1 && day <= day_month_length(year, month);
}

/* Years begin in March here, so that the leap day is the last of its year; 400 of them are an era.
 */
int64_t day_of_date(int year, int month, int day)
{
	int64_t months = (int64_t)year * MONTHS + month - 1 - 2;
	int64_t y = floor_div(months, MONTHS), m = months - y * MONTHS;
	int64_t era = floor_div(y, YEARS_OF_ERA), of_era = y - era * YEARS_OF_ERA;
	int64_t of_year = (153 * m + 2) / 5 + day - 1;

	return era * DAYS_OF_ERA + of_era * 365 + of_era / 4 - of_era / 100 + of_year -
	       TO_MARCH_0000;
}

Date day_date(int64_t day)
{
	int64_t z = day + TO_MARCH_0000, era = floor_div(z, DAYS_OF_ERA),
		of_era = z - era * DAYS_OF_ERA;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;

	return (Date){ .year = (int)(y + era * YEARS_OF_ERA + (m >= 10)),
	               .month = (int)(m < 10 ? m + 3 : m - 9),
	               .day = (int)(of_year - (153 * m + 2) / 5 + 1) };
}

int day_weekday(int64_t day)
{
	int64_t since_sunday = (day + 4) % 7;

	return (int)(since_sunday < 0 ? since_sunday + 7 : since_sunday);
}

int64_t day_of_ms(int64_t ms)
{
	return floor_div(ms, DAY_MS);
}

int64_t day_time_ms(int64_t ms)
{
	return ms - day_of_ms(ms) * DAY_MS;
}
