#include "support/items.h"

#define HOUR_MS (INT64_C(60) * 60 * 1000)
#define DAY_MS (24 * HOUR_MS)

static int64_t utc(int year, int month, int day, int hour)
{
	g_autoptr(GDateTime) when = g_date_time_new_utc(year, month, day, hour, 0, 0);

	return g_date_time_to_unix(when) * 1000;
}

GBytes *items_berlin(void)
{
	static const char blob[] =
		"xP///wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAoAAAAFAAMAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAMAAAAFAAIAAAAAAAAA"
		"xP///w==";
	gsize len;
	guchar *bytes = g_base64_decode(blob, &len);

	return g_bytes_new_take(bytes, len);
}

Event *items_event(void)
{
	Event *event = event_new();

	event->start_ms = utc(2026, 3, 4, 9);
	event->end_ms = event->start_ms + HOUR_MS;
	event->zone_blob = items_berlin();
	event->subject = g_strdup("Zahnarzt");
	event->location = g_strdup("Marktplatz 7");
	event->body_kind = BODY_TEXT;
	event->body = g_strdup("Karte nicht vergessen\nund die Röntgenbilder");
	event->categories = g_strdup("Privat\nGesundheit");
	event->reminder_min = 30;
	event->sensitivity = 2;
	event->busy_status = BUSY_OUT;
	event->stamp_ms = utc(2026, 3, 1, 12);
	return event;
}

static void invite(Event *event)
{
	event->organizer_name = g_strdup("Bob Example");
	event->organizer_address = g_strdup("bob@example.com");
	event->meeting_status = MEETING_IS;
	event->is_response_wanted = true;
	event->attendees = g_ptr_array_new_with_free_func((GDestroyNotify)attendee_free);
	g_ptr_array_add(event->attendees, attendee_new("Alice Example", "alice@example.org", ATTENDEE_REQUIRED));
	g_ptr_array_add(event->attendees, attendee_new("Room 4", "room4@example.com", ATTENDEE_RESOURCE));
}

static void except(Event *series)
{
	EventException *cancelled = event_exception_new(utc(2026, 1, 28, 9));
	EventException *moved = event_exception_new(utc(2026, 4, 8, 8));

	cancelled->is_deleted = true;
	moved->has = EVENT_HAS_TIMES | EVENT_HAS_SUBJECT | EVENT_HAS_LOCATION;
	moved->event = event_new();
	moved->event->start_ms = utc(2026, 4, 9, 12);
	moved->event->end_ms = utc(2026, 4, 9, 13);
	moved->event->subject = g_strdup("Weekly planning (moved)");
	series->exceptions = g_ptr_array_new_with_free_func((GDestroyNotify)event_exception_free);
	g_ptr_array_add(series->exceptions, cancelled);
	g_ptr_array_add(series->exceptions, moved);
}

Event *items_series(void)
{
	Event *event = event_new();

	event->start_ms = utc(2026, 1, 14, 9);
	event->end_ms = event->start_ms + HOUR_MS;
	event->zone_blob = items_berlin();
	event->subject = g_strdup("Weekly planning");
	event->location = g_strdup("Room 4");
	event->reminder_min = 15;
	event->stamp_ms = utc(2026, 1, 12, 8);
	event->recurrence = g_new0(Recurrence, 1);
	*event->recurrence = (Recurrence){ .type = RECUR_WEEKLY, .interval = 2, .days = DAY_WEDNESDAY,
	                                   .until_ms = utc(2026, 12, 23, 9), .first_day_of_week = 1 };
	invite(event);
	except(event);
	return event;
}

Event *items_holiday(void)
{
	Event *event = event_new();

	event->start_ms = utc(2026, 5, 14, 0);
	event->end_ms = event->start_ms + 2 * DAY_MS;
	event->is_all_day = true;
	event->zone_blob = items_berlin();
	event->subject = g_strdup("Himmelfahrt");
	event->busy_status = BUSY_FREE;
	return event;
}

Contact *items_contact(void)
{
	Contact *contact = contact_new();

	contact_set(contact, CONTACT_FILE_AS, "Example, Carol");
	contact_set(contact, CONTACT_FIRST_NAME, "Carol");
	contact_set(contact, CONTACT_LAST_NAME, "Example");
	contact_set(contact, CONTACT_EMAIL1, "\"Carol Example\" <carol@example.net>");
	contact_set(contact, CONTACT_MOBILE, "+49 170 5678");
	contact_set(contact, CONTACT_IM1, "carol@im.example.net");
	contact_set(contact, CONTACT_HOME_STREET, "Am Markt 1\nHinterhaus");
	contact_set(contact, CONTACT_HOME_CITY, "Köln");
	contact->categories = g_strdup("Customer\nTennis");
	contact->children = g_strdup("Max\nMia");
	contact->birthday_ms = utc(1980, 2, 29, 0);
	contact->body = g_strdup("Prefers mail.\nNo calls before ten.");
	contact->picture = g_bytes_new_static("\xff\xd8\xff picture", 11);
	return contact;
}

Todo *items_todo(void)
{
	Todo *todo = todo_new();

	todo->subject = g_strdup("Steuererklärung");
	todo->body = g_strdup("Belege im Ordner");
	todo->categories = g_strdup("Privat");
	todo->importance = 2;
	todo->start_date_ms = utc(2026, 5, 1, 0);
	todo->due_date_ms = utc(2026, 5, 31, 0);
	todo->reminder_ms = utc(2026, 5, 20, 7);
	todo->series_date_ms = todo->start_date_ms;
	todo->recurrence = g_new0(Recurrence, 1);
	*todo->recurrence = (Recurrence){ .type = RECUR_YEARLY, .interval = 1, .day_of_month = 1, .month_of_year = 5,
	                                  .first_day_of_week = -1 };
	return todo;
}

Note *items_note(void)
{
	Note *note = note_new();

	note->subject = g_strdup("Einkauf");
	note->body = g_strdup("Brot\nÄpfel");
	note->categories = g_strdup("Haus");
	return note;
}

static void change_free(void *data)
{
	ItemChange *change = data;

	op_free((Op *)change->op);
	pim_item_free((PimItem *)change->item);
	pim_item_free((PimItem *)change->was);
	g_free(change);
}

ItemChange *items_change(Scene *scene, const char *server_id, PimItem *item, PimItem *was)
{
	ItemChange *change = g_new0(ItemChange, 1);

	if (!scene->changes)
		scene->changes = g_ptr_array_new_with_free_func(change_free);
	scene->spec.changes = scene->changes;
	/* Its kind is the engine's business. */
	Op *op = op_new(OP_DELETE);
	op->id = 200 + scene->changes->len;
	op->server_id = g_strdup(server_id);
	op->client_id = g_strdup_printf("00112233445566b%u", scene->changes->len % 10);
	*change = (ItemChange){ .op = op, .item = item, .was = was };
	g_ptr_array_add(scene->changes, change);
	return change;
}
