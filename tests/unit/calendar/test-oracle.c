/*
 * Zones and rules against strangers: zoneinfo and dateutil of Python say when a clock is moved and when a rule takes place
 * (tests/support/calendar_oracle.py makes up the questions). POSTERN_TIER=torture asks ten times as often.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "calendar/expand.h"
#include "calendar/recurrence.h"
#include "calendar/rule.h"
#include "calendar/zones.h"

static Zones *zones;

/* The answers: lines of words before "=", and one word after it. NULL where there is no dateutil. */
static char **ask(const char *what, int quick, int torture)
{
	g_autofree char *script = g_build_filename(g_getenv("POSTERN_TOP"), "tests/support/calendar_oracle.py", NULL);
	g_autofree char *count = g_strdup_printf("%d", g_strcmp0(g_getenv("POSTERN_TIER"), "torture") ? quick : torture);
	g_autofree char *seed = g_strdup_printf("%u", g_test_rand_int() & 0xffff);
	char *argv[] = { "/usr/bin/python3", script, (char *)what, count, seed, NULL };
	g_autofree char *out = NULL, *errors = NULL;
	g_autoptr(GError) error = NULL;
	int status;

	g_assert_true(g_spawn_sync(NULL, argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &errors, &status, &error));
	if (strstr(errors, "No module named 'dateutil'")) {
		g_test_skip("python3-dateutil is not installed");
		return NULL;
	}
	g_assert_cmpstr(errors, ==, "");
	g_assert_cmpint(status, ==, 0);
	g_test_message("%s %s: seed %s", what, count, seed);
	return g_strsplit(out, "\n", -1);
}

static int64_t number(const char *text)
{
	int64_t n = 0;

	g_assert_true(text_to_int(text, INT64_MIN / 2000, INT64_MAX / 2000, &n));
	return n;
}

static Zone *zone_named(const char *name)
{
	Zone *zone = zones_get(zones, name);

	g_assert_nonnull(zone);
	return zone;
}

static void test_zones(void)
{
	g_auto(GStrv) lines = ask("zones", 20, 1000);
	int seen = 0;

	for (char **line = lines; line && **line; line++, seen++) {
		g_auto(GStrv) w = g_strsplit(*line, " ", -1);
		Zone *zone = zone_named(w[1]);
		int64_t ms = number(w[2]) * 1000;
		int64_t is = strcmp(w[0], "wall") ? zone_offset_ms(zone, ms) : zone_utc_ms(zone, ms, NULL);
		if (is != number(w[4]) * 1000)
			g_error("%s: we say %lld", *line, (long long)is / 1000);
	}
	g_assert_true(!lines || seen > 20000);
}

/* ---- rules ---- */

/* Half an hour, as starts alone are compared. */
static Event *event_at(const Zone *zone, int64_t wall_ms)
{
	Event *event = event_new();

	event->start_ms = zone_utc_ms(zone, wall_ms, NULL);
	event->end_ms = event->start_ms + 1800000;
	event->zone = g_strdup(zone_name(zone));
	return event;
}

static char *starts_of(const Event *event, const Zone *zone, char **w)
{
	ExpandWindow window = { number(w[3]) * 1000, number(w[4]) * 1000, zones_utc(zones) };
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Occurrence));
	g_autoptr(GPtrArray) doubts = doubts_new();
	GString *text = g_string_new(NULL);

	expand(event, zone, &window, found, doubts);
	/* dateutil does not show a first date that the rule does not give. */
	bool is_first_extra = event->rrule && doubts_have(doubts, DOUBT_RULE_FIRST);
	for (guint i = 0; i < found->len; i++) {
		int64_t start = g_array_index(found, Occurrence, i).start_ms;
		if (start >= window.from_ms && !(is_first_extra && start == event->start_ms))
			g_string_append_printf(text, "%s%lld", text->len ? "," : "", (long long)start / 1000);
	}
	for (guint i = 0; i < doubts->len; i++) {
		const Doubt *doubt = doubts->pdata[i];
		g_autofree char *sentence = doubt_sentence(doubt);
		if (doubt->kind != DOUBT_TIME_SKIPPED && doubt->kind != DOUBT_RULE_FIRST)
			g_error("%s %s: %s", w[2], event->rrule ? event->rrule : "words", sentence);
	}
	return g_string_free(text, FALSE);
}

static void judge(const char *line, const char *ours, const char *theirs)
{
	if (strcmp(ours, theirs) != 0)
		g_error("%s\nwe say %s", line, ours);
}

/* What the rule says survives being written, and where ActiveSync has words for it, those too. */
static void check_ways(const char *line, const Event *event, const Zone *zone, char **w, int *said)
{
	Rule rule;
	Recurrence words;

	g_assert_true(rule_parse(event->rrule, &rule, NULL));
	g_autofree char *text = rule_format(&rule);
	g_autoptr(Event) again = event_copy(event);
	g_free(again->rrule);
	again->rrule = g_steal_pointer(&text);
	g_autofree char *starts = starts_of(again, zone, w);
	judge(line, starts, w[7]);
	if (!recurrence_from_rule(&rule, number(w[2]) * 1000, zone, &words))
		return;
	(*said)++;
	g_clear_pointer(&again->rrule, g_free);
	again->recurrence = recurrence_copy(&words);
	g_assert_true(recurrence_is_valid(&words));
	g_autofree char *by_words = starts_of(again, zone, w);
	judge(line, by_words, w[7]);
}

static void test_rules(void)
{
	g_auto(GStrv) lines = ask("rules", 1000, 10000);
	int seen = 0, said = 0;

	for (char **line = lines; line && **line; line++, seen++) {
		g_auto(GStrv) w = g_strsplit(*line, " ", -1);
		Zone *zone = zone_named(w[1]);
		g_autoptr(Event) event = event_at(zone, number(w[2]) * 1000);
		event->rrule = g_strdup(w[5]);
		g_autofree char *starts = starts_of(event, zone, w);
		judge(*line, starts, w[7]);
		check_ways(*line, event, zone, w, &said);
	}
	g_assert_true(!lines || (seen >= 1000 && said > seen / 8));
}

static void test_words(void)
{
	g_auto(GStrv) lines = ask("words", 1000, 10000);
	int seen = 0;

	for (char **line = lines; line && **line; line++, seen++) {
		g_auto(GStrv) w = g_strsplit(*line, " ", -1);
		Zone *zone = zone_named(w[1]);
		g_autoptr(Event) event = event_at(zone, number(w[2]) * 1000);
		int fields[7];
		for (int i = 0; i < 7; i++)
			fields[i] = (int)number(w[5 + i]);
		Recurrence words = { .type = fields[0], .interval = fields[1], .days = fields[2], .day_of_month = fields[3],
		                     .week_of_month = fields[4], .month_of_year = fields[5], .occurrences = fields[6],
		                     .until_ms = number(w[12]) * 1000, .first_day_of_week = (int)number(w[13]) };
		event->recurrence = recurrence_copy(&words);
		g_autofree char *starts = starts_of(event, zone, w);
		judge(*line, starts, w[15]);
	}
	g_assert_true(!lines || seen >= 1000);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	zones = zones_new(NULL, "UTC");
	g_test_add_func("/calendar/oracle/zones", test_zones);
	g_test_add_func("/calendar/oracle/rules", test_rules);
	g_test_add_func("/calendar/oracle/words", test_words);
	int result = g_test_run();
	zones_free(zones);
	return result;
}
