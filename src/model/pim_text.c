#include "model/pim_text.h"

#include <stddef.h>
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

/*
 * The first line names the kind. The fields of an exception have keys that begin with the start it
 * replaces: "x1700000000000/subject". Attendees and attachments are numbered.
 */

typedef enum { TYPE_TEXT, TYPE_BYTES, TYPE_BOOL, TYPE_INT, TYPE_TIME, TYPE_RULE } FieldType;

typedef struct {
	const char *key;
	FieldType   type;
	PimTextPart part;
	size_t      offset;
	int64_t     usual;           /* of a number: what is not written */
	int64_t     least, most;     /* of an INT */
} Field;

#define TEXT(key, type, name)      { key, TYPE_TEXT, PIM_TEXT_BRIEF, offsetof(type, name), 0, 0, 0 }
#define LONG_TEXT(key, type, name) { key, TYPE_TEXT, PIM_TEXT_REST, offsetof(type, name), 0, 0, 0 }
#define BYTES(key, part, type, name) { key, TYPE_BYTES, part, offsetof(type, name), 0, 0, 0 }
#define BOOL(key, type, name)      { key, TYPE_BOOL, PIM_TEXT_BRIEF, offsetof(type, name), 0, 0, 1 }
#define RULE(key, type, name)      { key, TYPE_RULE, PIM_TEXT_BRIEF, offsetof(type, name), 0, 0, 0 }
#define TIME(key, type, name, usual)                                                               \
	{                                                                                          \
		key, TYPE_TIME, PIM_TEXT_BRIEF, offsetof(type, name), usual, 0, 0                  \
	}
#define INT(key, type, name, usual, least, most) \
	{ key, TYPE_INT, PIM_TEXT_BRIEF, offsetof(type, name), usual, least, most }

static const Field event_fields[] = {
	TEXT("uid", Event, uid),
	TIME("start", Event, start_ms, 0),
	TIME("end", Event, end_ms, 0),
	BOOL("all-day", Event, is_all_day),
	TEXT("zone", Event, zone),
	BYTES("zone-blob", PIM_TEXT_BRIEF, Event, zone_blob),
	TEXT("subject", Event, subject),
	TEXT("location", Event, location),
	INT("body-kind", Event, body_kind, BODY_NONE, BODY_NONE, BODY_MIME),
	LONG_TEXT("body", Event, body),
	TEXT("organizer-name", Event, organizer_name),
	TEXT("organizer-address", Event, organizer_address),
	TEXT("categories", Event, categories),
	INT("busy", Event, busy_status, BUSY_BUSY, BUSY_FREE, BUSY_ELSEWHERE),
	INT("sensitivity", Event, sensitivity, 0, 0, 3),
	INT("reminder", Event, reminder_min, REMINDER_NONE, REMINDER_NONE, INT32_MAX),
	INT("status", Event, meeting_status, 0, 0, 15),
	INT("response", Event, response, RESPONSE_NONE, RESPONSE_NONE, RESPONSE_MISSING),
	BOOL("response-wanted", Event, is_response_wanted),
	BOOL("refuses-proposals", Event, refuses_proposals),
	TIME("stamp", Event, stamp_ms, 0),
	TIME("replied", Event, replied_ms, 0),
	INT("sequence", Event, sequence, 0, 0, INT32_MAX),
	TEXT("join-link", Event, join_link),
	TEXT("external-link", Event, external_link),
	RULE("recurrence", Event, recurrence),
};

static const Field contact_fields[] = {
#define CONTACT_TEXT(id, name, page, group, label) TEXT(#name, Contact, texts[CONTACT_##id]),
#include "model/contact.def"
#undef CONTACT_TEXT
	TEXT("categories", Contact, categories),
	TEXT("children", Contact, children),
	TIME("birthday", Contact, birthday_ms, CONTACT_NO_DATE),
	TIME("anniversary", Contact, anniversary_ms, CONTACT_NO_DATE),
	LONG_TEXT("body", Contact, body),
	BYTES("picture", PIM_TEXT_REST, Contact, picture),
	LONG_TEXT("card-rest", Contact, card_rest),
};

static const Field todo_fields[] = {
	TEXT("subject", Todo, subject),
	LONG_TEXT("body", Todo, body),
	TEXT("categories", Todo, categories),
	INT("importance", Todo, importance, 1, 0, 2),
	INT("sensitivity", Todo, sensitivity, 0, 0, 3),
	TIME("start", Todo, start_date_ms, TODO_NO_DATE),
	TIME("due", Todo, due_date_ms, TODO_NO_DATE),
	BOOL("done", Todo, is_done),
	TIME("done-date", Todo, done_date_ms, TODO_NO_DATE),
	TIME("reminder", Todo, reminder_ms, 0),
	RULE("recurrence", Todo, recurrence),
	TIME("series", Todo, series_date_ms, TODO_NO_DATE),
};

static const Field note_fields[] = {
	TEXT("subject", Note, subject),
	LONG_TEXT("body", Note, body),
	TEXT("categories", Note, categories),
	TIME("changed", Note, changed_ms, 0),
};

static void *new_event(void) { return event_new(); }
static void *new_contact(void) { return contact_new(); }
static void *new_todo(void) { return todo_new(); }
static void *new_note(void) { return note_new(); }

static const struct {
	const char *name;
	void *(*new)(void);
	const Field *fields;
	size_t count;
} kinds[PIM_KIND_COUNT] = {
	[PIM_EVENT] = { "event", new_event, event_fields, G_N_ELEMENTS(event_fields) },
	[PIM_CONTACT] = { "contact", new_contact, contact_fields, G_N_ELEMENTS(contact_fields) },
	[PIM_TODO] = { "todo", new_todo, todo_fields, G_N_ELEMENTS(todo_fields) },
	[PIM_NOTE] = { "note", new_note, note_fields, G_N_ELEMENTS(note_fields) },
};

/* A field's place in a record, const or not: who writes it down does not change it. */
static void *place_of(const void *record, const Field *field)
{
	return (char *)record + field->offset;
}

/* ---- writing ---- */

typedef struct {
	GString    *text;
	const char *prefix;          /* of every key: "" or that of an exception */
	PimTextPart part;
} Out;

static void append_escaped(GString *text, const char *value)
{
	for (const char *p = value; *p; p++) {
		const char *at = strchr("\n\r\t\\", *p);
		if (at)
			g_string_append_printf(text, "\\%c", "nrt\\"[at - "\n\r\t\\"]);
		else
			g_string_append_c(text, *p);
	}
}

static void append_key(const Out *out, const char *key)
{
	g_string_append_printf(out->text, "%s%s\t", out->prefix, key);
}

static void append_text(const Out *out, const char *key, const char *value)
{
	if (!value)
		return;
	append_key(out, key);
	append_escaped(out->text, value);
	g_string_append_c(out->text, '\n');
}

static void append_number(const Out *out, const char *key, int64_t value)
{
	append_key(out, key);
	g_string_append_printf(out->text, "%" G_GINT64_FORMAT "\n", value);
}

static void append_bytes(const Out *out, const char *key, GBytes *bytes)
{
	gsize len;
	const guchar *data = bytes ? g_bytes_get_data(bytes, &len) : NULL;
	g_autofree char *base64 = data ? g_base64_encode(data, len) : NULL;

	append_text(out, key, base64);
}

static void append_rule(const Out *out, const char *key, const Recurrence *rule)
{
	if (!rule)
		return;
	append_key(out, key);
	g_string_append_printf(out->text,
	                       "%d %d %d %d %d %d %d %" G_GINT64_FORMAT " %d %d %d %d %d\n",
	                       (int)rule->type, rule->interval, rule->days, rule->day_of_month,
	                       rule->week_of_month, rule->month_of_year, rule->occurrences,
	                       rule->until_ms, rule->first_day_of_week, rule->calendar_type,
	                       rule->is_leap_month, rule->regenerates, rule->is_over);
}

static int64_t number_of(const void *record, const Field *field)
{
	if (field->type == TYPE_TIME)
		return *(const int64_t *)place_of(record, field);
	if (field->type == TYPE_BOOL)
		return *(const bool *)place_of(record, field);
	return CLAMP(*(const int *)place_of(record, field), field->least, field->most);
}

static void append_field(const Out *out, const void *record, const Field *field)
{
	switch (field->type) {
	case TYPE_TEXT:
		append_text(out, field->key, *(char **)place_of(record, field));
		return;
	case TYPE_BYTES:
		append_bytes(out, field->key, *(GBytes **)place_of(record, field));
		return;
	case TYPE_RULE:
		append_rule(out, field->key, *(Recurrence **)place_of(record, field));
		return;
	default:
		if (number_of(record, field) != field->usual)
			append_number(out, field->key, number_of(record, field));
	}
}

static void append_fields(const Out *out, PimKind kind, const void *record)
{
	for (size_t i = 0; i < kinds[kind].count; i++)
		if (kinds[kind].fields[i].part & out->part)
			append_field(out, record, &kinds[kind].fields[i]);
}

/* Strings of one line, tabs between; an absent one is empty. */
static void append_list(const Out *out, const char *key, const char *const *values, size_t count)
{
	append_key(out, key);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			g_string_append_c(out->text, '\t');
		append_escaped(out->text, values[i] ? values[i] : "");
	}
	g_string_append_c(out->text, '\n');
}

static char *numbers_text(const int64_t *numbers, size_t count)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < count; i++)
		g_string_append_printf(text, "%s%" G_GINT64_FORMAT, i ? " " : "", numbers[i]);
	return g_string_free(text, FALSE);
}

static void append_attendee(const Out *out, guint at, const Attendee *attendee)
{
	int64_t numbers[] = { CLAMP((int)attendee->type, ATTENDEE_REQUIRED, ATTENDEE_RESOURCE),
		              CLAMP((int)attendee->response, RESPONSE_NONE, RESPONSE_MISSING),
		              attendee->proposed_start_ms, attendee->proposed_end_ms };
	g_autofree char *key = g_strdup_printf("attendee%u", at);
	g_autofree char *said = numbers_text(numbers, G_N_ELEMENTS(numbers));

	append_list(out, key, (const char *[]){ attendee->address, attendee->name, said }, 3);
}

static void append_part(const Out *out, guint at, const Part *part)
{
	int64_t numbers[] = { MAX(part->size_bytes, 0), part->method, part->is_inline };
	g_autofree char *key = g_strdup_printf("part%u", at);
	g_autofree char *said = numbers_text(numbers, G_N_ELEMENTS(numbers));

	append_list(out, key,
	            (const char *[]){ part->name, part->reference, part->content_id,
	                              part->content_type, said },
	            5);
}

static void append_event_lists(const Out *out, const Event *event)
{
	if (!(out->part & PIM_TEXT_REST))
		return;
	for (guint i = 0; event->attendees && i < event->attendees->len; i++)
		append_attendee(out, i, event->attendees->pdata[i]);
	for (guint i = 0; event->parts && i < event->parts->len; i++)
		append_part(out, i, event->parts->pdata[i]);
}

static void append_exception(const Out *out, const EventException *exception)
{
	g_autofree char *name = g_strdup_printf("x%" G_GINT64_FORMAT, exception->original_ms);
	g_autofree char *prefix = g_strdup_printf("%s/", name);
	Out inner = { out->text, prefix, out->part };

	if (out->part & PIM_TEXT_BRIEF)
		append_number(out, name,
		              exception->is_deleted ? -1
		                                    : (int64_t)(exception->has & EVENT_HAS_ALL));
	if (exception->is_deleted || !exception->event)
		return;
	append_fields(&inner, PIM_EVENT, exception->event);
	append_event_lists(&inner, exception->event);
}

char *pim_to_text(const PimItem *item, PimTextPart part)
{
	Out out = { g_string_new(NULL), "", part };

	g_string_append_printf(out.text, "%s\n", kinds[item->kind].name);
	append_fields(&out, item->kind, item->any);
	if (item->kind == PIM_EVENT) {
		const Event *event = item->event;
		append_event_lists(&out, event);
		for (guint i = 0; event->exceptions && i < event->exceptions->len; i++)
			append_exception(&out, event->exceptions->pdata[i]);
	}
	return g_string_free(out.text, FALSE);
}

bool pim_item_equal(const PimItem *a, const PimItem *b)
{
	g_autofree char *left = pim_to_text(a, PIM_TEXT_WHOLE);
	g_autofree char *right = pim_to_text(b, PIM_TEXT_WHOLE);

	return strcmp(left, right) == 0;
}

/* ---- reading ---- */

typedef struct {
	PimItem        *item;
	EventException *exception;   /* the last one that was named; NULL none */
	size_t next; /* the field that is likely to come: they are written in order */
} In;

/* "\n", "\r", "\t" and "\\" become what they stand for, in place. */
static char *unescape(char *value)
{
	char *to = value;

	for (const char *p = value; *p; p++) {
		const char *at = *p == '\\' && p[1] ? strchr("nrt\\", p[1]) : NULL;
		*to++ = at ? "\n\r\t\\"[at - "nrt\\"] : *p;
		p += at != NULL;
	}
	*to = '\0';
	return value;
}

/* Up to @count numbers with a blank between. */
static bool read_numbers(const char *text, int64_t *numbers, size_t count)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);

	if (g_strv_length(words) != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!text_to_int(words[i], INT64_MIN, INT64_MAX, &numbers[i]))
			return false;
	return true;
}

static bool are_within(const int64_t *numbers, size_t count, int64_t least, int64_t most)
{
	for (size_t i = 0; i < count; i++)
		if (numbers[i] < least || numbers[i] > most)
			return false;
	return true;
}

static bool read_rule(const char *text, Recurrence **rule)
{
	int64_t n[13];

	if (!read_numbers(text, n, G_N_ELEMENTS(n)) || !are_within(n, 7, 0, INT32_MAX) ||
	    !are_within(n + 8, 2, -1, INT32_MAX) || !are_within(n + 10, 3, 0, 1))
		return false;
	g_free(*rule);
	*rule = g_new0(Recurrence, 1);
	**rule = (Recurrence){ .type = (RecurrenceType)n[0],
		               .interval = (int)n[1],
		               .days = (int)n[2],
		               .day_of_month = (int)n[3],
		               .week_of_month = (int)n[4],
		               .month_of_year = (int)n[5],
		               .occurrences = (int)n[6],
		               .until_ms = n[7],
		               .first_day_of_week = (int)n[8],
		               .calendar_type = (int)n[9],
		               .is_leap_month = n[10] != 0,
		               .regenerates = n[11] != 0,
		               .is_over = n[12] != 0 };
	return true;
}

static bool read_number(const char *text, const Field *field, void *place)
{
	bool is_time = field->type == TYPE_TIME;
	int64_t number;

	if (!text_to_int(text, is_time ? INT64_MIN : field->least,
	                 is_time ? INT64_MAX : field->most, &number))
		return false;
	if (is_time)
		*(int64_t *)place = number;
	else if (field->type == TYPE_BOOL)
		*(bool *)place = number != 0;
	else
		*(int *)place = (int)number;
	return true;
}

static void read_bytes(const char *base64, GBytes **bytes)
{
	gsize len;
	guchar *data = g_base64_decode(base64, &len);

	g_clear_pointer(bytes, g_bytes_unref);
	*bytes = g_bytes_new_take(data, len);
}

static bool read_field(void *record, const Field *field, char *value)
{
	void *place = place_of(record, field);

	switch (field->type) {
	case TYPE_TEXT:
		g_free(*(char **)place);
		*(char **)place = g_strdup(unescape(value));
		return true;
	case TYPE_BYTES:
		read_bytes(value, place);
		return true;
	case TYPE_RULE:
		return read_rule(value, place);
	default:
		return read_number(value, field, place);
	}
}

static const Field *find_field(In *in, PimKind kind, const char *key)
{
	size_t count = kinds[kind].count;

	for (size_t i = 0; i < count; i++) {
		const Field *field = &kinds[kind].fields[(in->next + i) % count];
		if (strcmp(field->key, key) != 0)
			continue;
		in->next = (size_t)(field - kinds[kind].fields) + 1;
		return field;
	}
	return NULL;
}

/* The strings of a list; NULL if they are not so many. Free with g_strfreev. */
static char **split_list(const char *value, size_t count)
{
	g_auto(GStrv) strings = g_strsplit(value, "\t", -1);

	if (g_strv_length(strings) != count)
		return NULL;
	for (size_t i = 0; i < count; i++)
		unescape(strings[i]);
	return g_steal_pointer(&strings);
}

static char *text_or_null(const char *text) { return *text ? g_strdup(text) : NULL; }

static bool read_attendee(Event *event, const char *value)
{
	g_auto(GStrv) strings = split_list(value, 3);
	int64_t n[4];

	if (!strings || !read_numbers(strings[2], n, G_N_ELEMENTS(n)) ||
	    !are_within(n, 1, ATTENDEE_REQUIRED, ATTENDEE_RESOURCE) ||
	    !are_within(n + 1, 1, RESPONSE_NONE, RESPONSE_MISSING))
		return false;
	Attendee *attendee = attendee_new(NULL, NULL, (AttendeeType)n[0]);
	attendee->address = text_or_null(strings[0]);
	attendee->name = text_or_null(strings[1]);
	attendee->response = (ResponseType)n[1];
	attendee->proposed_start_ms = n[2];
	attendee->proposed_end_ms = n[3];
	if (!event->attendees)
		event->attendees = g_ptr_array_new_with_free_func((GDestroyNotify)attendee_free);
	g_ptr_array_add(event->attendees, attendee);
	return true;
}

static bool read_part(Event *event, const char *value)
{
	g_auto(GStrv) strings = split_list(value, 5);
	int64_t n[3];

	if (!strings || !read_numbers(strings[4], n, G_N_ELEMENTS(n)) ||
	    !are_within(n, 1, 0, INT64_MAX) || !are_within(n + 1, 1, INT32_MIN, INT32_MAX))
		return false;
	Part *part = part_new();
	part->name = text_or_null(strings[0]);
	part->reference = text_or_null(strings[1]);
	part->content_id = text_or_null(strings[2]);
	part->content_type = text_or_null(strings[3]);
	part->size_bytes = n[0];
	part->method = (int)n[1];
	part->is_inline = n[2] != 0;
	if (!event->parts)
		event->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	g_ptr_array_add(event->parts, part);
	return true;
}

static bool read_line(In *in, PimKind kind, void *record, const char *key, char *value)
{
	const Field *field = find_field(in, kind, key);

	if (field)
		return read_field(record, field, value);
	if (kind == PIM_EVENT && g_str_has_prefix(key, "attendee"))
		return read_attendee(record, value);
	if (kind == PIM_EVENT && g_str_has_prefix(key, "part"))
		return read_part(record, value);
	return true;
}

/* ---- exceptions ---- */

static EventException *find_exception(In *in, int64_t original_ms)
{
	const GPtrArray *all = in->item->event->exceptions;

	if (in->exception && in->exception->original_ms == original_ms)
		return in->exception;
	for (guint i = 0; all && i < all->len; i++) {
		in->exception = g_ptr_array_index(all, i);
		if (in->exception->original_ms == original_ms)
			return in->exception;
	}
	return NULL;
}

static bool begin_exception(In *in, int64_t original_ms, const char *value)
{
	Event *series = in->item->event;
	int64_t has;

	if (!text_to_int(value, -1, EVENT_HAS_ALL, &has) || find_exception(in, original_ms))
		return false;
	in->exception = event_exception_new(original_ms);
	in->exception->is_deleted = has < 0;
	in->exception->has = has < 0 ? 0 : (guint)has;
	in->exception->event = has < 0 ? NULL : event_new();
	if (!series->exceptions)
		series->exceptions =
			g_ptr_array_new_with_free_func((GDestroyNotify)event_exception_free);
	g_ptr_array_add(series->exceptions, in->exception);
	in->next = 0;
	return true;
}

/* @key is behind its 'x'. */
static bool read_exception(In *in, char *key, char *value)
{
	char *slash = strchr(key, '/');
	int64_t original_ms;

	if (slash)
		*slash = '\0';
	if (!text_to_int(key, INT64_MIN, INT64_MAX, &original_ms))
		return false;
	if (!slash)
		return begin_exception(in, original_ms, value);
	EventException *exception = find_exception(in, original_ms);
	return exception && exception->event &&
	       read_line(in, PIM_EVENT, exception->event, slash + 1, value);
}

static bool is_exception_key(const char *key)
{
	return key[0] == 'x' && (g_ascii_isdigit(key[1]) || key[1] == '-');
}

/* ---- a text ---- */

/* @line is cut in two. */
static bool take_line(In *in, char *line)
{
	char *tab = strchr(line, '\t');

	if (!tab)
		return false;
	*tab = '\0';
	if (in->item->kind == PIM_EVENT && is_exception_key(line))
		return read_exception(in, line + 1, tab + 1);
	return read_line(in, in->item->kind, in->item->any, line, tab + 1);
}

static bool refuse(GError **err)
{
	return fail(
		err, ERR_STORE,
		_("an entry of a calendar or address book makes no sense; run: postern doctor"));
}

bool pim_add_text(PimItem *item, const char *text, GError **err)
{
	g_autofree char *copy = g_strdup(text);
	In in = { .item = item };
	char *line = strchr(copy, '\n');

	if (!line || strncmp(copy, kinds[item->kind].name, (size_t)(line - copy)) != 0)
		return refuse(err);
	for (line++; *line;) {
		char *end = strchr(line, '\n');
		if (!end)
			return refuse(err);
		*end = '\0';
		if (!take_line(&in, line))
			return refuse(err);
		line = end + 1;
	}
	return true;
}

PimItem *pim_from_text(const char *text, GError **err)
{
	const char *end = strchr(text, '\n');
	g_autoptr(PimItem) item = NULL;

	for (PimKind kind = 0; end && kind < PIM_KIND_COUNT; kind++)
		if (strlen(kinds[kind].name) == (size_t)(end - text) &&
		    g_str_has_prefix(text, kinds[kind].name))
			item = pim_item_new(kind, kinds[kind].new());
	if (!item) {
		refuse(err);
		return NULL;
	}
	return pim_add_text(item, text, err) ? g_steal_pointer(&item) : NULL;
}

/* ---- two changes of one text ---- */

/* By key, the whole line. */
static GHashTable *lines_of(char **lines)
{
	GHashTable *by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (char **line = lines; *line; line++) {
		const char *tab = strchr(*line, '\t');
		if (tab)
			g_hash_table_insert(by_key, g_strndup(*line, (gsize)(tab - *line)), *line);
	}
	return by_key;
}

typedef struct { GHashTable *base, *ours, *theirs; GString *out; } Merging;

/* When something was done last, and how often: of two the later is true. */
static bool is_of_time(const char *key)
{
	static const char *const keys[] = { "stamp", "replied", "changed", "sequence" };
	const char *slash = strrchr(key, '/');

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++)
		if (!strcmp(slash ? slash + 1 : key, keys[i]))
			return true;
	return false;
}

static int64_t line_number(const char *line)
{
	int64_t number = INT64_MIN;

	if (line)
		text_to_int(strchr(line, '\t') + 1, INT64_MIN, INT64_MAX, &number);
	return number;
}

/* The line that both end at; false if they disagree. NULL: none. */
static bool merge_key(const Merging *m, const char *key, const char **ret_line)
{
	const char *base = g_hash_table_lookup(m->base, key);
	const char *ours = g_hash_table_lookup(m->ours, key);
	const char *theirs = g_hash_table_lookup(m->theirs, key);

	*ret_line = g_strcmp0(ours, base) == 0 ? theirs : ours;
	if (is_of_time(key)) {
		*ret_line = line_number(ours) > line_number(theirs) ? ours : theirs;
		return true;
	}
	return g_strcmp0(ours, base) == 0 || g_strcmp0(theirs, base) == 0 ||
	       g_strcmp0(ours, theirs) == 0;
}

static bool merge_keys(const Merging *m, char **lines, GHashTable *passed)
{
	for (char **at = lines; *at; at++) {
		const char *tab = strchr(*at, '\t'), *line;
		g_autofree char *key = tab ? g_strndup(*at, (gsize)(tab - *at)) : NULL;
		if (!key || (passed && g_hash_table_contains(passed, key)))
			continue;
		if (!merge_key(m, key, &line))
			return false;
		if (line)
			g_string_append_printf(m->out, "%s\n", line);
	}
	return true;
}

static int by_original(gconstpointer a, gconstpointer b)
{
	const EventException *x = *(EventException *const *)a, *y = *(EventException *const *)b;

	return (x->original_ms > y->original_ms) - (x->original_ms < y->original_ms);
}

/* As it would have been written. NULL: it makes no sense, for one took away what the other
 * changed. */
static char *in_order(const char *text)
{
	g_autoptr(PimItem) item = pim_from_text(text, NULL);

	if (!item)
		return NULL;
	if (item->kind == PIM_EVENT && item->event->exceptions)
		g_ptr_array_sort(item->event->exceptions, by_original);
	return pim_to_text(item, PIM_TEXT_WHOLE);
}

char *pim_text_merge(const char *base, const char *ours, const char *theirs)
{
	g_auto(GStrv) base_lines = g_strsplit(base, "\n", -1);
	g_auto(GStrv) our_lines = g_strsplit(ours, "\n", -1);
	g_auto(GStrv) their_lines = g_strsplit(theirs, "\n", -1);
	g_autoptr(GHashTable) by_base = lines_of(base_lines), by_ours = lines_of(our_lines);
	g_autoptr(GHashTable) by_theirs = lines_of(their_lines);
	g_autoptr(GString) out = g_string_new(NULL);
	Merging merging = { by_base, by_ours, by_theirs, out };

	g_string_append_printf(out, "%s\n", our_lines[0]);
	if (!merge_keys(&merging, our_lines, NULL) || !merge_keys(&merging, their_lines, by_ours))
		return NULL;
	return in_order(out->str);
}
