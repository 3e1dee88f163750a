#include "app/spoken.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

enum { DAYS = 7, MONTHS = 12, HOUR = 60, NOON = 12 * HOUR, MINUTES_OF_DAY = 24 * HOUR };

static const char *const weekdays[DAYS] = {
	N_("monday"), N_("tuesday"), N_("wednesday"), N_("thursday"), N_("friday"), N_("saturday"), N_("sunday")
};

static const char *const months[MONTHS] = {
	N_("january"), N_("february"), N_("march"), N_("april"), N_("may"), N_("june"), N_("july"),
	N_("august"), N_("september"), N_("october"), N_("november"), N_("december")
};

/* ---- words ---- */

static bool is_clock(const char *text)
{
	return *text && strspn(text, "0123456789:apmAPM") == strlen(text);
}

/* "14:00-15:30" and "9-10" are three words; a date has two dashes. */
static void add_word(GStrvBuilder *words, const char *word)
{
	g_auto(GStrv) sides = g_strsplit(word, "-", 3);

	if (g_strv_length(sides) != 2 || !is_clock(sides[0]) || !is_clock(sides[1])) {
		g_strv_builder_add(words, word);
		return;
	}
	g_strv_builder_add_many(words, sides[0], "-", sides[1], NULL);
}

void spoken_begin(Spoken *spoken, const char *text, int64_t now_ms)
{
	static const char *const dashes[] = { "\u2013", "\u2014" };
	g_autoptr(GString) line = g_string_new(text);
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();

	for (size_t i = 0; i < G_N_ELEMENTS(dashes); i++)
		g_string_replace(line, dashes[i], "-", 0);
	g_auto(GStrv) pieces = g_strsplit_set(line->str, " \t,", -1);
	for (char **piece = pieces; *piece; piece++)
		if (**piece)
			add_word(words, *piece);
	*spoken = (Spoken){ now_ms, g_strv_builder_end(words), 0 };
}

void spoken_end(Spoken *spoken) { g_clear_pointer(&spoken->words, g_strfreev); }

static const char *word_at(const Spoken *spoken, guint ahead)
{
	for (guint i = 0; i < ahead; i++)
		if (!spoken->words[spoken->at + i])
			return NULL;
	return spoken->words[spoken->at + ahead];
}

/* Three letters are enough of a name. */
static bool is_name(const char *word, const char *name)
{
	g_autofree char *typed = g_utf8_casefold(word, -1);
	g_autofree char *whole = g_utf8_casefold(name, -1);

	return g_utf8_strlen(typed, -1) >= 3 && g_str_has_prefix(whole, typed);
}

static bool is_either(const char *word, const char *english)
{
	return word && (is_name(word, english) || is_name(word, _(english)));
}

/* Which of @names it is; -1 none. */
static int find_name(const char *word, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
		if (is_either(word, names[i]))
			return i;
	return -1;
}

static bool is_same(const char *word, const char *other)
{
	g_autofree char *a = g_utf8_casefold(word, -1);
	g_autofree char *b = g_utf8_casefold(other, -1);

	return strcmp(a, b) == 0;
}

bool spoken_word(Spoken *spoken, const char *const *words)
{
	const char *word = word_at(spoken, 0);

	for (size_t i = 0; word && words[i]; i++)
		if (is_same(word, words[i]) || is_same(word, _(words[i]))) {
			spoken->at++;
			return true;
		}
	return false;
}

/* ---- days ---- */

static GDateTime *local_of(int64_t ms)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(ms / 1000);

	return g_date_time_to_local(utc);
}

GDateTime *spoken_midnight(int64_t ms, int days_later)
{
	g_autoptr(GDateTime) local = local_of(ms);
	g_autoptr(GDateTime) day = g_date_time_add_days(local, days_later);

	return g_date_time_new_local(g_date_time_get_year(day), g_date_time_get_month(day),
	                             g_date_time_get_day_of_month(day), 0, 0, 0);
}

int64_t spoken_at_minute(GDateTime *day, int minute)
{
	g_autoptr(GDateTime) at = g_date_time_new_local(
		g_date_time_get_year(day), g_date_time_get_month(day),
		g_date_time_get_day_of_month(day), minute / 60, minute % 60, 0);

	return (at ? g_date_time_to_unix(at) : g_date_time_to_unix(day) + 60 * (int64_t)minute) * 1000;
}

/* Days from today to the weekday, 0 Monday; @which 0 after today, 1 in the next week, -1 before
 * today. */
static int days_to(const Spoken *spoken, int weekday, int which)
{
	g_autoptr(GDateTime) today = local_of(spoken->now_ms);
	int now = g_date_time_get_day_of_week(today) - 1;
	int ahead = (weekday - now + DAYS) % DAYS;

	if (which > 0)
		return DAYS - now + weekday;
	if (which < 0)
		return ahead ? ahead - DAYS : -DAYS;
	return ahead ? ahead : DAYS;
}

/* Of "fri", "next fri", "last fri": how many words. */
static guint take_weekday(const Spoken *spoken, int *ret_days)
{
	static const struct { const char *word; int which; } kinds[] = {
		{ N_("next"), 1 }, { N_("last"), -1 }, { N_("this"), 0 }
	};
	const char *word = word_at(spoken, 0);
	int which = 0, weekday;
	guint taken = 1;

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (is_either(word, kinds[i].word)) {
			which = kinds[i].which;
			word = word_at(spoken, 1);
			taken = 2;
			break;
		}
	weekday = word ? find_name(word, weekdays, DAYS) : -1;
	if (weekday < 0)
		return 0;
	*ret_days = days_to(spoken, weekday, which);
	return taken;
}

static bool named_day(Spoken *spoken, GDateTime **ret_day)
{
	static const struct { const char *word; int days; } names[] = {
		{ N_("today"), 0 }, { N_("tomorrow"), 1 }, { N_("yesterday"), -1 }
	};
	int days = 0;
	guint taken = take_weekday(spoken, &days);

	for (size_t i = 0; !taken && i < G_N_ELEMENTS(names); i++)
		if (is_either(word_at(spoken, 0), names[i].word)) {
			days = names[i].days;
			taken = 1;
		}
	if (!taken)
		return false;
	spoken->at += taken;
	*ret_day = spoken_midnight(spoken->now_ms, days);
	return true;
}

/* @year 0: the next such day, today too; one that the year has not is looked for in the next four
 * (29 February) and eight (around 2100). */
static GDateTime *date_of(const Spoken *spoken, int year, int month, int day)
{
	g_autoptr(GDateTime) today = spoken_midnight(spoken->now_ms, 0);
	int first = year ? year : g_date_time_get_year(today);

	for (int i = 0; i <= (year ? 0 : 8); i++) {
		g_autoptr(GDateTime) found = g_date_time_new_local(first + i, month, day, 0, 0, 0);
		if (found && (year || g_date_time_compare(found, today) >= 0))
			return g_steal_pointer(&found);
	}
	return NULL;
}

static bool take_date(Spoken *spoken, guint words, const int64_t date[3], GDateTime **ret_day)
{
	GDateTime *day = date_of(spoken, (int)date[0], (int)date[1], (int)date[2]);

	if (!day)
		return false;
	spoken->at += words;
	*ret_day = day;
	return true;
}

static bool is_number(const char *text, int64_t min, int64_t max, int64_t *ret_number)
{
	return text && text_to_int(text, min, max, ret_number);
}

/* 2026-12-01 */
static bool iso_day(Spoken *spoken, GDateTime **ret_day)
{
	g_auto(GStrv) parts = g_strsplit(word_at(spoken, 0), "-", 4);
	int64_t date[3];

	return g_strv_length(parts) == 3 && is_number(parts[0], 1970, 9999, &date[0]) &&
	       is_number(parts[1], 1, MONTHS, &date[1]) && is_number(parts[2], 1, 31, &date[2]) &&
	       take_date(spoken, 1, date, ret_day);
}

/* 24.12. and 24.12.2026 */
static bool dotted_day(Spoken *spoken, GDateTime **ret_day)
{
	g_auto(GStrv) parts = g_strsplit(word_at(spoken, 0), ".", 4);
	int64_t date[3] = { 0 };

	return g_strv_length(parts) == 3 && is_number(parts[0], 1, 31, &date[2]) &&
	       is_number(parts[1], 1, MONTHS, &date[1]) &&
	       (!*parts[2] || is_number(parts[2], 1970, 9999, &date[0])) &&
	       take_date(spoken, 1, date, ret_day);
}

/* The day of a month: 24 or 24. */
static bool is_day_number(const char *word, int64_t *ret_day)
{
	g_autofree char *number = g_strdup(word ? word : "");
	size_t len = strlen(number);

	if (len > 1 && number[len - 1] == '.')
		number[len - 1] = '\0';
	return is_number(number, 1, 31, ret_day);
}

/* "24 dec", "dec 24", and a year behind either. */
static bool month_day(Spoken *spoken, GDateTime **ret_day)
{
	const char *first = word_at(spoken, 0), *second = word_at(spoken, 1);
	int64_t date[3] = { 0 };
	int month = is_day_number(first, &date[2])    ? find_name(second, months, MONTHS)
	            : is_day_number(second, &date[2]) ? find_name(first, months, MONTHS)
	                                              : -1;

	if (month < 0)
		return false;
	date[1] = month + 1;
	bool has_year = is_number(word_at(spoken, 2), 1970, 9999, &date[0]);
	return take_date(spoken, has_year ? 3 : 2, date, ret_day);
}

bool spoken_day(Spoken *spoken, GDateTime **ret_day)
{
	return !spoken_is_over(spoken) &&
	       (named_day(spoken, ret_day) || iso_day(spoken, ret_day) ||
	        dotted_day(spoken, ret_day) || month_day(spoken, ret_day));
}

/* ---- times ---- */

/* Takes "am" or "pm" off the end; what it adds to the hour, -1 none. */
static int cut_half(char *word)
{
	g_autofree char *low = g_ascii_strdown(word, -1);
	int half = g_str_has_suffix(low, "am") ? 0 : g_str_has_suffix(low, "pm") ? 12 : -1;

	if (half >= 0)
		word[strlen(word) - 2] = '\0';
	return half;
}

static bool clock_minute(const char *word, bool takes_hours, int *ret_minute)
{
	g_autofree char *rest = g_strdup(word);
	int half = cut_half(rest);
	g_auto(GStrv) parts = g_strsplit(rest, ":", 3);
	guint count = g_strv_length(parts);
	int64_t hour, minute = 0;

	if (count == 0 || count > 2 || (count == 1 && half < 0 && !takes_hours) ||
	    !text_to_int(parts[0], half < 0 ? 0 : 1, half < 0 ? 23 : 12, &hour) ||
	    (count == 2 && (strlen(parts[1]) != 2 || !text_to_int(parts[1], 0, 59, &minute))))
		return false;
	if (half >= 0)
		hour = hour % 12 + half;
	*ret_minute = (int)(hour * HOUR + minute);
	return true;
}

bool spoken_time(Spoken *spoken, bool takes_hours, int *ret_minute)
{
	static const char *const noon[] = { N_("noon"), NULL };

	if (spoken_is_over(spoken))
		return false;
	if (spoken_word(spoken, noon)) {
		*ret_minute = NOON;
		return true;
	}
	if (!clock_minute(word_at(spoken, 0), takes_hours, ret_minute))
		return false;
	spoken->at++;
	return true;
}

/* ---- lengths ---- */

static int unit_minutes(char unit)
{
	switch (unit) {
	case 'm': return 1;
	case 'h': return HOUR;
	case 'd': return MINUTES_OF_DAY;
	case 'w': return DAYS * MINUTES_OF_DAY;
	default:  return 0;
	}
}

/* "1h30m": numbers, each with its unit. */
static bool span_minutes(const char *text, int64_t *ret_minutes)
{
	int64_t sum = 0;

	while (*text) {
		size_t len = strspn(text, "0123456789");
		g_autofree char *number = g_strndup(text, len);
		int minutes = unit_minutes(text[len]);
		int64_t count;
		if (!minutes || !text_to_int(number, 1, 9999, &count))
			return false;
		sum += count * minutes;
		text += len + 1;
	}
	*ret_minutes = sum;
	return sum > 0;
}

bool spoken_span(Spoken *spoken, int64_t *ret_minutes)
{
	if (spoken_is_over(spoken) || !span_minutes(word_at(spoken, 0), ret_minutes))
		return false;
	spoken->at++;
	return true;
}
