#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/limits.h"
#include "eas/date.h"
#include "eas/eas.h"
#include "eas/event_item.h"
#include "eas/item_class.h"
#include "eas/rule.h"
#include "support/items.h"
#include "support/record_pim.h"
#include "support/sink.h"
#include "support/xmlwb.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* ---- days ---- */

static int64_t moment(const char *text)
{
	int64_t ms = INT64_MIN;

	g_assert_true(date_parse(text, &ms));
	return ms;
}

static void test_nearest_day(void)
{
	static const struct { const char *why, *at; int64_t west_min; const char *day; } rows[] = {
		{ "as it stands",              "20260514T000000Z", 0,    "20260514T000000Z" },
		{ "as it stands, in Berlin",   "20260514T000000Z", -60,  "20260514T000000Z" },
		{ "as it stands, in Tonga",    "20260514T000000Z", -780, "20260514T000000Z" },
		{ "Berlin in summer",          "20260513T220000Z", -60,  "20260514T000000Z" },
		{ "Berlin in winter",          "20261223T230000Z", -60,  "20261224T000000Z" },
		{ "Berlin, zone not said",     "20260513T220000Z", 0,    "20260514T000000Z" },
		{ "New York in summer",        "20260514T040000Z", 300,  "20260514T000000Z" },
		{ "New York, zone not said",   "20260514T040000Z", 0,    "20260514T000000Z" },
		{ "Honolulu",                  "20260514T100000Z", 600,  "20260514T000000Z" },
		{ "Auckland in summer",        "20260113T110000Z", -720, "20260114T000000Z" },
		{ "Kolkata",                   "20260513T183000Z", -330, "20260514T000000Z" },
		{ "Tonga",                     "20260513T110000Z", -780, "20260514T000000Z" },
		{ "noon of a birthday",        "19800229T120000Z", 0,    "19800229T000000Z" },
		{ "before 1970",               "19631121T230000Z", -60,  "19631122T000000Z" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_autofree char *day = date_format_compact(date_nearest_day(moment(rows[i].at), rows[i].west_min));
		g_assert_cmpstr(day, ==, rows[i].day);
	}
}

/* main() makes Berlin the process's zone. */
static void test_local_days(void)
{
	static const struct { const char *at, *day, *begins; } rows[] = {
		{ "20260513T220000Z", "20260514T000000Z", "20260513T220000Z" },
		{ "20260513T215959Z", "20260513T000000Z", "20260512T220000Z" },
		{ "20261224T120000Z", "20261224T000000Z", "20261223T230000Z" },
		{ "20260329T010000Z", "20260329T000000Z", "20260328T230000Z" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int64_t day_ms = date_local_day(moment(rows[i].at));
		g_autofree char *day = date_format_compact(day_ms), *begins = date_format_compact(date_local_midnight(day_ms));
		g_assert_cmpstr(day, ==, rows[i].day);
		g_assert_cmpstr(begins, ==, rows[i].begins);
	}
}

/* ---- reading ---- */

/* The children of the ApplicationData in @xml, as an item of @type; a record of it. */
static char *read_item(FolderType type, const char *xml)
{
	g_autofree char *whole = g_strdup_printf(
		"<ApplicationData xmlns=\"AirSync\" xmlns:cal=\"Calendar\" xmlns:t=\"Tasks\" xmlns:b=\"AirSyncBase\">%s</ApplicationData>", xml);
	g_autoptr(GBytes) bytes = xmlwb_encode(whole);
	g_autoptr(WbxmlReader) reader = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(PimItem) item = item_class_make(type);
	GString *out = g_string_new(NULL);

	g_assert_true(reply_enter(bytes, WBXML_AirSync_ApplicationData, &reader, &error));
	g_assert_true(reply_walk(reader, item_class_of(type)->take, item->any, &error));
	g_assert_no_error(error);
	if (item_class_of(type)->finish)
		item_class_of(type)->finish(item->any);
	record_pim(out, item);
	return g_string_free(out, FALSE);
}

/* What a rule does not say is taken from the first start, and what it may not say is let go. */
static void test_rules(void)
{
#define RULE(inner) "<cal:StartTime>20260318T090000Z</cal:StartTime><cal:Recurrence>" inner "</cal:Recurrence>"
	static const struct { const char *xml, *says; } rows[] = {
		{ RULE("<cal:Type>0</cal:Type>"), "type=0 every=1 days=0 day=0 week=0 month=0" },
		{ RULE("<cal:Type>0</cal:Type><cal:DayOfWeek>62</cal:DayOfWeek>"), "type=0 every=1 days=62 day=0 week=0 month=0" },
		{ RULE("<cal:Type>1</cal:Type><cal:MonthOfYear>4</cal:MonthOfYear>"), "type=1 every=1 days=8 day=0 week=0 month=0" },
		{ RULE("<cal:Type>2</cal:Type><cal:Interval>0</cal:Interval>"), "type=2 every=1 days=0 day=18 week=0 month=0" },
		{ RULE("<cal:Type>3</cal:Type>"), "type=3 every=1 days=8 day=0 week=3 month=0" },
		{ RULE("<cal:Type>5</cal:Type><cal:Interval>7</cal:Interval>"), "type=5 every=7 days=0 day=18 week=0 month=3" },
		{ RULE("<cal:Type>6</cal:Type><cal:WeekOfMonth>5</cal:WeekOfMonth><cal:DayOfMonth>3</cal:DayOfMonth>"),
		  "type=6 every=1 days=8 day=0 week=5 month=3" },
		{ RULE("<cal:Type>6</cal:Type><cal:WeekOfMonth>9</cal:WeekOfMonth><cal:DayOfWeek>500</cal:DayOfWeek>"),
		  "type=6 every=1 days=8 day=0 week=3 month=3" },
		{ RULE("<cal:Type>2</cal:Type><cal:CalendarType>8</cal:CalendarType><cal:IsLeapMonth/>"), "leap\n  calendar: 8\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = read_item(FOLDER_CALENDAR, rows[i].xml);
		if (!strstr(got, rows[i].says))
			g_error("“%s” is not in:\n%s", rows[i].says, got);
	}
}

/* A task's day, however the server says it; the process's zone is Berlin. */
static void test_task_days(void)
{
#define DUE(local, utc) "<t:DueDate>" local "</t:DueDate><t:UtcDueDate>" utc "</t:UtcDueDate>"
	static const struct { const char *why, *xml, *due; } rows[] = {
		{ "as specified",         DUE("2026-03-04T00:00:00.000Z", "2026-03-03T23:00:00.000Z"), "2026-03-04" },
		{ "UTC first",            "<t:UtcDueDate>2026-03-03T23:00:00.000Z</t:UtcDueDate><t:DueDate>2026-03-04T00:00:00.000Z</t:DueDate>", "2026-03-04" },
		{ "UTC twice",            DUE("2026-03-03T23:00:00.000Z", "2026-03-03T23:00:00.000Z"), "2026-03-04" },
		{ "midnight twice",       DUE("2026-03-04T00:00:00.000Z", "2026-03-04T00:00:00.000Z"), "2026-03-04" },
		{ "with a time of day",   DUE("2026-03-04T17:00:00.000Z", "2026-03-04T16:00:00.000Z"), "2026-03-04" },
		{ "late in the evening",  DUE("2026-03-04T23:30:00.000Z", "2026-03-04T22:30:00.000Z"), "2026-03-04" },
		{ "UTC alone",            "<t:UtcDueDate>2026-06-03T22:00:00.000Z</t:UtcDueDate>", "2026-06-04" },
		{ "the clock's alone",    "<t:DueDate>2026-06-03T22:00:00.000Z</t:DueDate>", "2026-06-03" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = read_item(FOLDER_TASKS, rows[i].xml);
		g_autofree char *want = g_strdup_printf("  due: %s 00:00:00\n", rows[i].due);
		g_test_message("%s", rows[i].why);
		if (!strstr(got, want))
			g_error("“%s” is not in:\n%s", want, got);
	}
}

/* ---- limits ---- */

static guint count_of(const char *text, const char *what)
{
	g_auto(GStrv) pieces = g_strsplit(text, what, -1);

	return g_strv_length(pieces) - 1;
}

static void test_too_many(void)
{
	g_autoptr(GString) attendees = g_string_new("<cal:Attendees>"), exceptions = g_string_new("<cal:Exceptions>");

	for (int i = 0; i < LIMIT_EVENT_ATTENDEES + 1; i++)
		g_string_append(attendees, "<cal:Attendee><cal:Email>a@example.test</cal:Email></cal:Attendee>");
	for (int i = 0; i < LIMIT_EVENT_EXCEPTIONS + 1; i++) {
		g_autofree char *at = date_format_compact(INT64_C(1800000000000) + i * (int64_t)DAY_MS);
		g_string_append_printf(exceptions, "<cal:Exception><cal:ExceptionStartTime>%s</cal:ExceptionStartTime></cal:Exception>", at);
	}
	g_string_append(attendees, "</cal:Attendees>");
	g_string_append(exceptions, "</cal:Exceptions><cal:Recurrence><cal:Type>0</cal:Type></cal:Recurrence>");
	g_autofree char *crowd = read_item(FOLDER_CALENDAR, attendees->str), *series = read_item(FOLDER_CALENDAR, exceptions->str);
	g_assert_cmpuint(count_of(crowd, "  attendee: "), ==, LIMIT_EVENT_ATTENDEES);
	g_assert_cmpuint(count_of(series, "  except: "), ==, LIMIT_EVENT_EXCEPTIONS);
}

static void test_long_text(void)
{
	g_autofree char *text = g_strnfill(LIMIT_PIM_TEXT_BYTES + 10, 'x');
	g_autofree char *xml = g_strdup_printf("<b:Body><b:Type>1</b:Type><b:Data>%s</b:Data></b:Body>", text);
	g_autofree char *got = read_item(FOLDER_NOTES, xml);

	g_assert_cmpuint(strlen(strstr(got, "  body: ")), ==, strlen("  body: \n") + LIMIT_PIM_TEXT_BYTES);
}

/* ---- what differs ---- */

static void rename_it(Event *event) { g_free(event->subject); event->subject = g_strdup("Other"); }
static void empty_place(Event *event) { g_free(event->location); event->location = g_strdup(""); }
static void no_place(Event *event) { g_clear_pointer(&event->location, g_free); }
static void longer(Event *event) { event->end_ms += 60000; }
static void all_day(Event *event) { event->is_all_day = true; }
static void alone(Event *event) { g_clear_pointer(&event->attendees, g_ptr_array_unref); }
static void another_answer(Event *event) { ((Attendee *)event->attendees->pdata[0])->response = RESPONSE_DECLINED; }
static void another_room(Event *event) { ((Attendee *)event->attendees->pdata[1])->type = ATTENDEE_OPTIONAL; }
static void own_answer(Event *event) { event->response = RESPONSE_ACCEPTED; }

static void test_difference(void)
{
	static const struct { void (*change)(Event *event); guint has; } rows[] = {
		{ rename_it, EVENT_HAS_SUBJECT }, { no_place, EVENT_HAS_LOCATION },  { empty_place, EVENT_HAS_LOCATION },
		{ longer, EVENT_HAS_TIMES },      { alone, EVENT_HAS_ATTENDEES },    { another_answer, 0 },
		{ another_room, EVENT_HAS_ATTENDEES }, { own_answer, 0 },            { all_day, EVENT_HAS_TIMES | EVENT_HAS_ALL_DAY },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Event) was = items_series(), event = items_series();

		rows[i].change(event);
		g_assert_cmphex(event_item_difference(event, was), ==, rows[i].has);
		const EventChange change = { .event = event, .was = was, .version = 161 };
		g_assert_cmpint(event_item_differs(&change), ==, rows[i].has != 0);
		g_assert_cmpint(event_item_drops_exceptions(&change), ==, (rows[i].has & EVENT_HAS_TIMES) != 0);
	}
	g_autoptr(Event) empty = items_series(), none = items_series();
	empty_place(empty);
	no_place(none);
	g_assert_cmphex(event_item_difference(empty, none), ==, 0);
}

/* ---- half an answer ---- */

/* Cut at any byte, what was asked after a change settles nothing. */
static void test_push_cut(void)
{
	g_autofree char *path = xmlwb_path("wire/exchange-16.1/events-new.1.resp.xml");
	g_autoptr(GBytes) whole = xmlwb_encode_file(path);

	for (gsize len = 1; len < g_bytes_get_size(whole); len++) {
		g_auto(Scene) scene = { 0 };
		g_auto(RecordSink) record = { 0 };
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) body = g_bytes_new(g_bytes_get_data(whole, NULL), len);
		g_autoptr(HttpResponse) response = http_response_new(200, body);
		Step step = STEP_ASK;

		scene_init(&scene, TASK_PUSH_ITEMS, "16.1");
		scene_set_key(&scene, "44");
		scene.folder->type = FOLDER_CALENDAR;
		record_sink_init(&record);
		items_change(&scene, NULL, pim_item_new(PIM_EVENT, items_event()), NULL);
		g_autoptr(Task) task = eas_backend()->begin(eas_backend(), &scene.spec, &error);
		g_autoptr(HttpRequest) request = task->ops->ask(task, &error);
		g_assert_false(scene_take(task, response, &record.sink, 1, &step, &error));
		g_assert_true(error_is(error, ERR_PROTOCOL));
		g_assert_cmpstr(record.log->str, ==, "");
	}
}

static void test_begin_refuses(void)
{
	static const struct { TaskKind kind; FolderType type; const char *version, *key; ErrorKind error; const char *says; } rows[] = {
		{ TASK_PAGE,       FOLDER_NOTES,    "12.1", "0", ERR_UNSUPPORTED, "ActiveSync 14.0" },
		{ TASK_PUSH_ITEMS, FOLDER_CALENDAR, "14.1", "0", ERR_RESYNC,      "has to be synced before" },
		{ TASK_PUSH_ITEMS, FOLDER_INBOX,    "14.1", "7", ERR_UNSUPPORTED, "cannot do this" },
		{ TASK_RESPOND,    FOLDER_CALENDAR, "12.1", "7", ERR_UNSUPPORTED, "in the Inbox only" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;

		scene_init(&scene, rows[i].kind, rows[i].version);
		scene_set_key(&scene, rows[i].key);
		scene.folder->type = rows[i].type;
		items_change(&scene, NULL, NULL, NULL);
		g_assert_null(eas_backend()->begin(eas_backend(), &scene.spec, &error));
		g_assert_true(error_is(error, rows[i].error));
		g_assert_nonnull(strstr(error->message, rows[i].says));
	}
}

int main(int argc, char **argv)
{
	g_setenv("TZ", "Europe/Berlin", TRUE);
	tzset();
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/items/nearest-day", test_nearest_day);
	g_test_add_func("/items/local-days", test_local_days);
	g_test_add_func("/items/rules", test_rules);
	g_test_add_func("/items/task-days", test_task_days);
	g_test_add_func("/items/too-many", test_too_many);
	g_test_add_func("/items/long-text", test_long_text);
	g_test_add_func("/items/difference", test_difference);
	g_test_add_func("/items/push-cut", test_push_cut);
	g_test_add_func("/items/begin-refuses", test_begin_refuses);
	return g_test_run();
}
