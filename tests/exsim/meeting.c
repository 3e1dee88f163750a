#include "exsim/meeting.h"

#include <string.h>

#include "base/text.h"

/* One property: its name, parameters and value; pointing into the unfolded text. */
typedef struct { const char *name, *params, *value; } Property;

static char *unfold(const char *text)
{
	GString *out = g_string_sized_new(strlen(text));

	for (const char *p = text; *p; p++) {
		if (*p == '\r')
			continue;
		if (*p == '\n' && (p[1] == ' ' || p[1] == '\t'))
			p++;
		else
			g_string_append_c(out, *p);
	}
	return g_string_free(out, FALSE);
}

static bool split_property(char *line, Property *ret)
{
	bool quoted = false;
	char *colon = line;

	for (; *colon && (quoted || *colon != ':'); colon++)
		quoted ^= *colon == '"';
	if (!*colon)
		return false;
	*colon = '\0';
	char *semicolon = strchr(line, ';');
	if (semicolon)
		*semicolon = '\0';
	*ret = (Property){ .name = line, .params = semicolon ? semicolon + 1 : "", .value = colon + 1 };
	return true;
}

static char *unescape(const char *value)
{
	GString *out = g_string_new(NULL);

	for (const char *p = value; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		g_string_append_c(out, *p);
	}
	return g_string_free(out, FALSE);
}

static GTimeZone *zone_of(const Property *property)
{
	const char *id = strstr(property->params, "TZID=");
	g_autofree char *name = id ? g_strndup(id + 5, strcspn(id + 5, ";")) : NULL;
	GTimeZone *zone = name ? g_time_zone_new_identifier(name) : NULL;

	return zone ? zone : g_time_zone_new_utc();
}

static int digits(const char *text, int at, int count)
{
	int value = 0;

	for (int i = at; i < at + count; i++)
		value = value * 10 + (g_ascii_isdigit(text[i]) ? text[i] - '0' : 0);
	return value;
}

/* "20260114T090000Z", the same in a TZID, or "20260114". 0: not a date. */
static int64_t read_time(const Property *property)
{
	const char *v = property->value;
	size_t len = strlen(v);
	bool has_time = len >= 15 && v[8] == 'T';

	if (len < 8)
		return 0;
	g_autoptr(GTimeZone) zone = has_time && v[len - 1] == 'Z' ? g_time_zone_new_utc() : zone_of(property);
	g_autoptr(GDateTime) when = g_date_time_new(zone, digits(v, 0, 4), digits(v, 4, 2), digits(v, 6, 2), has_time ? digits(v, 9, 2) : 0,
	                                            has_time ? digits(v, 11, 2) : 0, has_time ? digits(v, 13, 2) : 0);
	return when ? g_date_time_to_unix(when) * 1000 : 0;
}

static char *organizer_of(const Property *property)
{
	const char *address = text_has_prefix_ascii_case(property->value, "mailto:") ? property->value + 7 : property->value;
	const char *name = strstr(property->params, "CN=");

	if (!name)
		return g_strdup(address);
	name += name[3] == '"' ? 4 : 3;
	return g_strdup_printf("\"%.*s\" <%s>", (int)strcspn(name, "\";"), name, address);
}

static void take_property(MailMeeting *m, const Property *p)
{
	if (g_str_equal(p->name, "DTSTART")) {
		m->start_ms = read_time(p);
		m->is_all_day = strlen(p->value) == 8;
	} else if (g_str_equal(p->name, "DTEND")) {
		m->end_ms = read_time(p);
	} else if (g_str_equal(p->name, "DTSTAMP")) {
		m->stamp_ms = read_time(p);
	} else if (g_str_equal(p->name, "RRULE")) {
		m->instance_type = 1;
	} else if (g_str_equal(p->name, "UID") && !m->uid) {
		m->uid = g_strdup(p->value);
	} else if (g_str_equal(p->name, "LOCATION") && !m->location) {
		m->location = unescape(p->value);
	} else if (g_str_equal(p->name, "ORGANIZER") && !m->organizer) {
		m->organizer = organizer_of(p);
	}
}

/* [MS-ASEMAIL] MessageClass of a meeting mail; a reply's depends on the answer it brings. */
static const char *class_for(const char *method, const char *part_stat)
{
	if (g_str_equal(method, "REQUEST"))
		return "IPM.Schedule.Meeting.Request";
	if (g_str_equal(method, "CANCEL"))
		return "IPM.Schedule.Meeting.Canceled";
	if (!g_str_equal(method, "REPLY"))
		return NULL;
	if (strstr(part_stat, "PARTSTAT=DECLINED"))
		return "IPM.Schedule.Meeting.Resp.Neg";
	return strstr(part_stat, "PARTSTAT=TENTATIVE") ? "IPM.Schedule.Meeting.Resp.Tent" : "IPM.Schedule.Meeting.Resp.Pos";
}

MailMeeting *meeting_read(const char *text, const char **ret_class)
{
	g_autofree char *plain = unfold(text);
	g_auto(GStrv) lines = g_strsplit(plain, "\n", -1);
	MailMeeting *meeting = g_new0(MailMeeting, 1);
	const char *method = "";
	bool inside = false, seen = false;

	*meeting = (MailMeeting){ .reminder_min = 15, .busy_status = 2, .message_type = 1 };
	for (guint i = 0; lines[i]; i++) {
		Property p;
		if (!split_property(lines[i], &p))
			continue;
		if (g_str_equal(p.name, "METHOD"))
			method = p.value;
		else if (g_str_equal(p.name, "BEGIN"))
			inside = seen = seen || g_str_equal(p.value, "VEVENT");
		else if (inside)
			take_property(meeting, &p);
	}
	meeting->wants_answer = g_str_equal(method, "REQUEST");
	if (!g_str_equal(method, "REQUEST"))
		meeting->message_type = 0;
	const char *name = class_for(method, text);
	if (name)
		*ret_class = name;
	return meeting;
}
