#include "exsim/generate-pim.h"

#include "exsim/element.h"
#include "exsim/pim.h"

#define HOUR_MS (INT64_C(60) * 60 * 1000)
#define DAY_MS (24 * HOUR_MS)
#define WEEK_MS (7 * DAY_MS)
enum { SERIES_EVERY = 40, EXCEPTIONS = 3 };

typedef struct {
	Source      source;
	GeneratePim options;
} Generator;

static const GeneratePim *options_of(const Source *source) { return &((const Generator *)source)->options; }

/* SplitMix64: a number for each question about an item. */
static uint64_t ask(const GeneratePim *options, guint n, unsigned question)
{
	uint64_t x = ((uint64_t)options->seed << 40 ^ (uint64_t)n << 8 ^ question) + 0x9E3779B97F4A7C15u;

	x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
	x = (x ^ x >> 27) * 0x94D049BB133111EBu;
	return x ^ x >> 31;
}

static GBytes *to_bytes(const Element *item)
{
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	element_write(writer, item);
	return wbxml_writer_finish(writer);
}

static void add_time(Element *item, WbxmlTag tag, int64_t ms)
{
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(ms / 1000);
	g_autofree char *text = g_date_time_format(when, "%Y%m%dT%H%M%SZ");

	element_add(item, tag, text);
}

static void add_format(Element *item, WbxmlTag tag, const char *before, guint n, const char *behind)
{
	g_autofree char *text = g_strdup_printf("%s%u%s", before, n, behind);

	element_add(item, tag, text);
}

/* ---- events ---- */

static bool is_series(guint n) { return n % SERIES_EVERY == 0; }

/* In office hours of a day, oldest first. */
static int64_t start_of(const GeneratePim *o, guint n)
{
	int64_t days = (o->span_ms + 365 * DAY_MS) / DAY_MS;
	int64_t day = days * n / MAX(o->count, 1);

	return (o->now_ms - o->span_ms) / DAY_MS * DAY_MS + day * DAY_MS + (7 + (int64_t)(ask(o, n, 1) % 10)) * HOUR_MS;
}

static void add_exceptions(Element *item, const GeneratePim *o, guint n)
{
	Element *list = element_add(item, WBXML_Calendar_Exceptions, NULL);

	for (guint i = 1; i <= EXCEPTIONS; i++) {
		int64_t original_ms = start_of(o, n) + i * 2 * WEEK_MS;
		Element *exception = element_add(list, WBXML_Calendar_Exception, NULL);
		if (i == 1)
			element_add(exception, WBXML_Calendar_Deleted, "1");
		add_time(exception, WBXML_Calendar_ExceptionStartTime, original_ms);
		if (i == 1)
			continue;
		add_time(exception, WBXML_Calendar_StartTime, original_ms + DAY_MS);
		add_time(exception, WBXML_Calendar_EndTime, original_ms + DAY_MS + HOUR_MS);
	}
}

static void add_rule(Element *item, const GeneratePim *o, guint n)
{
	g_autoptr(GDateTime) start = g_date_time_new_from_unix_utc(start_of(o, n) / 1000);
	Element *rule = element_add(item, WBXML_Calendar_Recurrence, NULL);

	element_add(rule, WBXML_Calendar_Type, "1");
	element_add(rule, WBXML_Calendar_Interval, "1");
	add_format(rule, WBXML_Calendar_DayOfWeek, "", 1u << (g_date_time_get_day_of_week(start) % 7), "");
}

static GBytes *event_of(const Source *source, guint n)
{
	static const char *const topics[] = { "Budget ", "Release ", "Review ", "Plan ", "Übergabe ", "Interview " };
	const GeneratePim *o = options_of(source);
	g_autoptr(Element) item = element_new(WBXML_AirSync_ApplicationData);

	add_time(item, WBXML_Calendar_StartTime, start_of(o, n));
	add_time(item, WBXML_Calendar_EndTime, start_of(o, n) + HOUR_MS);
	add_format(item, WBXML_Calendar_Subject, topics[ask(o, n, 2) % G_N_ELEMENTS(topics)], n, "");
	add_format(item, WBXML_Calendar_UID, "generated-", n, "@example.test");
	add_format(item, WBXML_Calendar_Location, "Room ", (guint)(ask(o, n, 3) % 30), "");
	add_format(item, WBXML_Calendar_BusyStatus, "", (guint)(ask(o, n, 4) % 4), "");
	element_add(item, WBXML_Calendar_AllDayEvent, "0");
	element_add(item, WBXML_Calendar_MeetingStatus, "0");
	if (is_series(n)) {
		add_rule(item, o, n);
		add_exceptions(item, o, n);
	}
	return to_bytes(item);
}

/* A series never leaves the window. */
static int64_t event_date(const Source *source, guint n)
{
	const GeneratePim *o = options_of(source);

	return start_of(o, n) + (is_series(n) ? 100 * 365 * DAY_MS : HOUR_MS);
}

/* ---- contacts ---- */

static GBytes *contact_of(const Source *source, guint n)
{
	static const char *const first[] = { "Ada", "Bruno", "Carla", "David", "Elif", "Greta", "Jörg", "Olga", "Quinn", "Zoë" };
	static const char *const last[] = { "Abel", "Brandt", "Costa", "Duval", "Fischer", "Ito", "Lindner", "Öztürk", "Petrov", "Turner" };
	const GeneratePim *o = options_of(source);
	const char *given = first[ask(o, n, 1) % G_N_ELEMENTS(first)], *family = last[ask(o, n, 2) % G_N_ELEMENTS(last)];
	g_autoptr(Element) item = element_new(WBXML_AirSync_ApplicationData);
	g_autofree char *file_as = g_strdup_printf("%s %u, %s", family, n, given), *surname = g_strdup_printf("%s %u", family, n);

	element_add(item, WBXML_Contacts_FileAs, file_as);
	element_add(item, WBXML_Contacts_FirstName, given);
	element_add(item, WBXML_Contacts_LastName, surname);
	add_format(item, WBXML_Contacts_Email1Address, "person", n, "@example.test");
	add_format(item, WBXML_Contacts_MobilePhoneNumber, "+49 170 ", 1000000 + n, "");
	add_format(item, WBXML_Contacts_CompanyName, "Company ", (guint)(ask(o, n, 3) % 200), "");
	return to_bytes(item);
}

static int64_t contact_date(const Source *source, guint n)
{
	(void)n;
	return options_of(source)->now_ms;
}

/* ---- sources ---- */

static guint count_of(const Source *source) { return options_of(source)->count; }

/* Nobody reads them as mail; who does gets an empty one. */
static Mail *mail_of(const Source *source, guint n)
{
	(void)source;
	(void)n;
	return mail_new();
}

static ItemState state_of(const Source *source, guint n)
{
	(void)source;
	(void)n;
	return (ItemState){ .is_read = true };
}

static void free_source(Source *source) { g_free(source); }

static Source *source_new(const GeneratePim *options, Source kind)
{
	Generator *generator = g_new0(Generator, 1);

	kind.count = count_of;
	kind.mail = mail_of;
	kind.state = state_of;
	kind.free = free_source;
	*generator = (Generator){ kind, *options };
	return &generator->source;
}

Source *generate_events(const GeneratePim *options)
{
	return source_new(options, (Source){ .date = event_date, .mime = event_of });
}

Source *generate_contacts(const GeneratePim *options)
{
	return source_new(options, (Source){ .date = contact_date, .mime = contact_of });
}
