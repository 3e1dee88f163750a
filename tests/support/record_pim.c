#include "support/record_pim.h"

#include "base/text.h"

static const char *or_none(const char *text)
{
	return text ? text : "-";
}

static void add_text(GString *out, const char *name, const char *value)
{
	g_autofree char *visible = value ? text_visible(value) : NULL;

	if (visible)
		g_string_append_printf(out, "  %s: %s\n", name, visible);
}

/* Only what is not @usual. */
static void add_number(GString *out, const char *name, int64_t value, int64_t usual)
{
	if (value != usual)
		g_string_append_printf(out, "  %s: %" G_GINT64_FORMAT "\n", name, value);
}

/* "2026-01-14 09:00:00"; nothing if it is @none. */
static void add_time(GString *out, const char *name, int64_t ms, int64_t none)
{
	if (ms == none)
		return;
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(ms / 1000);
	g_autofree char *text = when ? g_date_time_format(when, "%Y-%m-%d %H:%M:%S") : g_strdup("?");
	g_string_append_printf(out, "  %s: %s\n", name, text);
}

static void add_bytes(GString *out, const char *name, GBytes *bytes)
{
	if (!bytes)
		return;
	g_autofree char *sum = g_compute_checksum_for_bytes(G_CHECKSUM_MD5, bytes);
	g_string_append_printf(out, "  %s: %zu bytes %.8s\n", name, g_bytes_get_size(bytes), sum);
}

static void add_rule(GString *out, const Recurrence *rule)
{
	if (!rule)
		return;
	g_string_append_printf(out, "  recurs: type=%d every=%d days=%d day=%d week=%d month=%d count=%d first=%d%s%s%s\n",
	                       rule->type, rule->interval, rule->days, rule->day_of_month, rule->week_of_month,
	                       rule->month_of_year, rule->occurrences, rule->first_day_of_week,
	                       rule->is_leap_month ? " leap" : "", rule->regenerates ? " regenerates" : "",
	                       rule->is_over ? " over" : "");
	add_number(out, "calendar", rule->calendar_type, 0);
	add_time(out, "until", rule->until_ms, 0);
}

/* ---- events ---- */

static void add_attendees(GString *out, const GPtrArray *attendees)
{
	for (guint i = 0; attendees && i < attendees->len; i++) {
		const Attendee *attendee = g_ptr_array_index(attendees, i);
		g_string_append_printf(out, "  attendee: %s <%s> type=%d response=%d\n", or_none(attendee->name),
		                       or_none(attendee->address), attendee->type, attendee->response);
		add_time(out, "proposes", attendee->proposed_start_ms, 0);
		add_time(out, "until", attendee->proposed_end_ms, 0);
	}
}

static void add_parts(GString *out, const GPtrArray *parts)
{
	for (guint i = 0; parts && i < parts->len; i++) {
		const Part *part = g_ptr_array_index(parts, i);
		g_string_append_printf(out, "  part: %s ref=%s type=%s size=%" G_GINT64_FORMAT "\n", or_none(part->name),
		                       or_none(part->reference), or_none(part->content_type), part->size_bytes);
	}
}

static void add_event_texts(GString *out, const Event *event)
{
	const struct { const char *name, *value; } texts[] = {
		{ "uid", event->uid }, { "subject", event->subject }, { "location", event->location },
		{ "zone", event->zone }, { "body", event->body }, { "organizer", event->organizer_name },
		{ "organizer_address", event->organizer_address }, { "categories", event->categories },
		{ "join", event->join_link }, { "external", event->external_link },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		add_text(out, texts[i].name, texts[i].value);
	add_bytes(out, "zone_blob", event->zone_blob);
}

static void add_event(GString *out, const Event *event)
{
	add_time(out, "start", event->start_ms, 0);
	add_time(out, "end", event->end_ms, 0);
	if (event->is_all_day)
		g_string_append(out, "  all day\n");
	add_event_texts(out, event);
	add_number(out, "busy", event->busy_status, BUSY_BUSY);
	add_number(out, "sensitivity", event->sensitivity, 0);
	add_number(out, "reminder", event->reminder_min, REMINDER_NONE);
	add_number(out, "status", event->meeting_status, 0);
	add_number(out, "response", event->response, RESPONSE_NONE);
	add_number(out, "wants_response", event->is_response_wanted, 0);
	add_number(out, "refuses_proposals", event->refuses_proposals, 0);
	add_time(out, "stamp", event->stamp_ms, 0);
	add_time(out, "replied", event->replied_ms, 0);
	add_attendees(out, event->attendees);
	add_parts(out, event->parts);
	add_rule(out, event->recurrence);
}

static void add_has(GString *out, guint has)
{
	static const char *const names[] = { "times", "subject", "location", "body", "categories", "busy", "sensitivity",
	                                     "reminder", "all_day", "status", "response", "attendees", "parts", "links" };

	g_string_append(out, "  says:");
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (has & 1u << i)
			g_string_append_printf(out, " %s", names[i]);
	g_string_append_c(out, '\n');
}

static void add_exceptions(GString *out, const GPtrArray *exceptions)
{
	for (guint i = 0; exceptions && i < exceptions->len; i++) {
		const EventException *exception = g_ptr_array_index(exceptions, i);
		add_time(out, exception->is_deleted ? "not" : "except", exception->original_ms, -1);
		if (!exception->event)
			continue;
		add_has(out, exception->has);
		add_event(out, exception->event);
	}
}

/* ---- the others ---- */

static void add_contact(GString *out, const Contact *contact)
{
	for (int i = 0; i < CONTACT_TEXT_COUNT; i++)
		add_text(out, contact_text_info((ContactText)i)->name, contact->texts[i]);
	add_text(out, "categories", contact->categories);
	add_text(out, "children", contact->children);
	add_time(out, "birthday", contact->birthday_ms, CONTACT_NO_DATE);
	add_time(out, "anniversary", contact->anniversary_ms, CONTACT_NO_DATE);
	add_text(out, "body", contact->body);
	add_bytes(out, "picture", contact->picture);
}

static void add_todo(GString *out, const Todo *todo)
{
	add_text(out, "subject", todo->subject);
	add_text(out, "body", todo->body);
	add_text(out, "categories", todo->categories);
	add_number(out, "importance", todo->importance, 1);
	add_number(out, "sensitivity", todo->sensitivity, 0);
	add_time(out, "start", todo->start_date_ms, TODO_NO_DATE);
	add_time(out, "due", todo->due_date_ms, TODO_NO_DATE);
	add_number(out, "done", todo->is_done, 0);
	add_time(out, "done_on", todo->done_date_ms, TODO_NO_DATE);
	add_time(out, "reminder", todo->reminder_ms, 0);
	add_rule(out, todo->recurrence);
	add_time(out, "series", todo->series_date_ms, TODO_NO_DATE);
}

static void add_note(GString *out, const Note *note)
{
	add_text(out, "subject", note->subject);
	add_text(out, "body", note->body);
	add_text(out, "categories", note->categories);
	add_time(out, "changed", note->changed_ms, 0);
}

void record_pim(GString *out, const PimItem *item)
{
	static const char *const names[] = { "event", "contact", "todo", "note" };

	g_string_append_printf(out, "%s id=%s\n", names[item->kind], or_none(*pim_item_server_id(item)));
	if (item->kind == PIM_EVENT) {
		add_event(out, item->event);
		add_exceptions(out, item->event->exceptions);
	} else if (item->kind == PIM_CONTACT) {
		add_contact(out, item->contact);
	} else if (item->kind == PIM_TODO) {
		add_todo(out, item->todo);
	} else {
		add_note(out, item->note);
	}
}
