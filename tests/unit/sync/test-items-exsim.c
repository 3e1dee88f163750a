/*
 * Calendar, contacts, tasks and notes against the simulator, as another device of the same person sees them afterwards: at every
 * version, through faults, and with the program killed at each step between writing and settling.
 */
#include <string.h>

#include "model/pim_text.h"
#include "store/pim.h"
#include "support/killed.h"

#define HOUR ((int64_t)3600000)
#define DAY  (24 * HOUR)
static const int64_t monday = INT64_C(1772445600000);      /* 2026-03-02 10:00 UTC */

/* ---- looking ---- */

static int64_t folder_id(LiveEngine *live, FolderType type)
{
	g_autoptr(GPtrArray) folders = live_folders(live);

	for (guint i = 0; i < folders->len; i++)
		if (((Folder *)folders->pdata[i])->type == type)
			return ((Folder *)folders->pdata[i])->id;
	return 0;
}

static GPtrArray *events_of(LiveEngine *live)
{
	g_autoptr(GPtrArray) events = NULL;
	GPtrArray *whole = g_ptr_array_new_with_free_func((GDestroyNotify)pim_item_free);

	g_assert_true(store_find_events(live->reader, (PimScope){ 0 }, "", 100, &events, NULL));
	for (guint i = 0; i < events->len; i++) {
		PimItem *item = NULL;
		g_assert_true(store_read_item(live->reader, PIM_EVENT, ((Event *)events->pdata[i])->id, &item, NULL));
		g_ptr_array_add(whole, item);
	}
	return whole;
}

static PimItem *event_called(LiveEngine *live, const char *subject)
{
	g_autoptr(GPtrArray) events = events_of(live);

	for (guint i = 0; i < events->len; i++) {
		PimItem *item = events->pdata[i];
		if (g_strcmp0(item->event->subject, subject) == 0)
			return pim_item_copy(item);
	}
	return NULL;
}

static void append_exceptions(GString *line, const Event *event)
{
	for (guint i = 0; event->exceptions && i < event->exceptions->len; i++) {
		const EventException *exception = event->exceptions->pdata[i];
		int days = (int)((exception->original_ms - monday) / DAY);
		if (exception->is_deleted)
			g_string_append_printf(line, " -%d", days);
		else if (exception->has & EVENT_HAS_SUBJECT)
			g_string_append_printf(line, " %d:%s", days, exception->event->subject);
	}
}

/* "Talk 10:00 Hall -1": the place, and what is different of a series. */
static void add_events(LiveEngine *live, GPtrArray *lines)
{
	g_autoptr(GPtrArray) events = events_of(live);

	for (guint i = 0; i < events->len; i++) {
		const Event *event = ((PimItem *)events->pdata[i])->event;
		GString *line = g_string_new(NULL);
		g_string_append_printf(line, "%s +%d%s%s", event->subject, (int)((event->start_ms - monday) / HOUR),
		                       event->location ? " " : "", event->location ? event->location : "");
		append_exceptions(line, event);
		g_ptr_array_add(lines, g_string_free(line, FALSE));
	}
}

static void add_others(LiveEngine *live, GPtrArray *lines)
{
	g_autoptr(GPtrArray) contacts = NULL, todos = NULL, notes = NULL;

	g_assert_true(store_read_contacts_after(live->reader, (PimScope){ 0 }, 0, 100, &contacts, NULL));
	for (guint i = 0; i < contacts->len; i++) {
		const Contact *contact = contacts->pdata[i];
		g_ptr_array_add(lines, g_strdup_printf("%s %s%s%s", contact->texts[CONTACT_FIRST_NAME], contact->texts[CONTACT_LAST_NAME],
		                                       contact->texts[CONTACT_MOBILE] ? " " : "",
		                                       contact->texts[CONTACT_MOBILE] ? contact->texts[CONTACT_MOBILE] : ""));
	}
	g_assert_true(store_read_todos(live->reader, (PimScope){ 0 }, true, 100, &todos, NULL));
	for (guint i = 0; i < todos->len; i++)
		g_ptr_array_add(lines, g_strdup_printf("%s%s", ((Todo *)todos->pdata[i])->subject, ((Todo *)todos->pdata[i])->is_done ? " done" : ""));
	g_assert_true(store_read_notes(live->reader, (PimScope){ 0 }, 100, &notes, NULL));
	for (guint i = 0; i < notes->len; i++)
		g_ptr_array_add(lines, g_strdup_printf("%s: %s", ((Note *)notes->pdata[i])->subject, ((Note *)notes->pdata[i])->body));
}

static int compare_lines(const void *a, const void *b) { return g_strcmp0(*(char *const *)a, *(char *const *)b); }

static char *describe(LiveEngine *live)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	add_events(live, lines);
	add_others(live, lines);
	g_ptr_array_sort(lines, compare_lines);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("; ", (char **)lines->pdata);
}

/* ---- doing ---- */

typedef enum {
	NEW_EVENT, CHANGE_EVENT, DELETE_EVENT, CHANGE_ONE, DELETE_ONE, NEW_CONTACT, CHANGE_CONTACT, DO_TODO, NEW_NOTE, ANSWER, ACT_COUNT
} Act;

static Op *save(PimItem *item, int64_t id, int64_t folder)
{
	g_autofree char *text = pim_to_text(item, PIM_TEXT_WHOLE);

	pim_item_free(item);
	return op_new_item_save(id, folder, text);
}

static Op *make_new_event(LiveEngine *live)
{
	Event *event = event_new();

	event->subject = g_strdup("Dentist");
	event->start_ms = monday + DAY;
	event->end_ms = event->start_ms + HOUR;
	event->location = g_strdup("Town");
	return save(pim_item_new(PIM_EVENT, event), 0, folder_id(live, FOLDER_CALENDAR));
}

static Op *make_change(LiveEngine *live)
{
	PimItem *item = event_called(live, "Talk");

	g_free(item->event->location);
	item->event->location = g_strdup("Aula");
	return save(item, item->event->id, 0);
}

static Op *make_occurrence(LiveEngine *live, bool is_deletion)
{
	g_autoptr(PimItem) item = event_called(live, "Daily");
	EventException *exception = event_exception_new(monday + 2 * DAY);

	exception->is_deleted = is_deletion;
	if (!is_deletion) {
		exception->has = EVENT_HAS_SUBJECT;
		exception->event = event_new();
		exception->event->subject = g_strdup("Longer");
	}
	if (!item->event->exceptions)
		item->event->exceptions = g_ptr_array_new_with_free_func((GDestroyNotify)event_exception_free);
	g_ptr_array_add(item->event->exceptions, exception);
	g_autofree char *text = pim_to_text(item, PIM_TEXT_WHOLE);
	return op_new_occurrence(item->event->id, monday + 2 * DAY, text);
}

static Op *make_new_contact(LiveEngine *live)
{
	Contact *contact = contact_new();

	contact_set(contact, CONTACT_FIRST_NAME, "Ada");
	contact_set(contact, CONTACT_LAST_NAME, "Lovelace");
	contact_set(contact, CONTACT_MOBILE, "+44 1");
	return save(pim_item_new(PIM_CONTACT, contact), 0, folder_id(live, FOLDER_CONTACTS));
}

static Op *make_contact_change(LiveEngine *live)
{
	g_autoptr(GPtrArray) contacts = NULL;

	g_assert_true(store_read_contacts_after(live->reader, (PimScope){ 0 }, 0, 1, &contacts, NULL));
	Contact *contact = contact_copy(contacts->pdata[0]);
	contact_set(contact, CONTACT_MOBILE, "+1 2");
	return save(pim_item_new(PIM_CONTACT, contact), contact->id, 0);
}

static Op *make_todo_done(LiveEngine *live)
{
	g_autoptr(GPtrArray) todos = NULL;
	PimItem *item = NULL;

	g_assert_true(store_read_todos(live->reader, (PimScope){ 0 }, true, 1, &todos, NULL));
	g_assert_true(store_read_item(live->reader, PIM_TODO, ((Todo *)todos->pdata[0])->id, &item, NULL));
	item->todo->is_done = true;
	item->todo->done_date_ms = 1772409600000;
	return save(item, item->todo->id, 0);
}

static Op *make_new_note(LiveEngine *live)
{
	Note *note = note_new();

	note->subject = g_strdup("Shopping");
	note->body = g_strdup("Milk");
	return save(pim_item_new(PIM_NOTE, note), 0, folder_id(live, FOLDER_NOTES));
}

static Op *make_answer(LiveEngine *live)
{
	g_autoptr(PimItem) item = event_called(live, "Talk");
	Op *op = op_new(OP_RESPOND);

	op->item_id = item->event->id;
	op->value.number = RESPONSE_TENTATIVE;
	op->value.text = g_strdup("Perhaps");
	return op;
}

static Op *make_op(LiveEngine *live, int act)
{
	g_autoptr(PimItem) talk = act == DELETE_EVENT ? event_called(live, "Talk") : NULL;

	switch ((Act)act) {
	case NEW_EVENT:      return make_new_event(live);
	case CHANGE_EVENT:   return make_change(live);
	case DELETE_EVENT:   return op_new_item_delete(talk->event->id);
	case CHANGE_ONE:     return make_occurrence(live, false);
	case DELETE_ONE:     return make_occurrence(live, true);
	case NEW_CONTACT:    return make_new_contact(live);
	case CHANGE_CONTACT: return make_contact_change(live);
	case DO_TODO:        return make_todo_done(live);
	case NEW_NOTE:       return make_new_note(live);
	default:             return make_answer(live);
	}
}

#define DAILY "Daily +0"
#define REST  "; Water the plants"
static const char untouched[] = "Bob Builder; " DAILY "; Talk +4 Hall" REST;

static const struct { const char *why, *what; } outcomes[ACT_COUNT] = {
	[NEW_EVENT] = { "a new event", "Bob Builder; " DAILY "; Dentist +24 Town; Talk +4 Hall" REST },
	[CHANGE_EVENT] = { "another place", "Bob Builder; " DAILY "; Talk +4 Aula" REST },
	[DELETE_EVENT] = { "an event deleted", "Bob Builder; " DAILY REST },
	[CHANGE_ONE] = { "one of a series changed", "Bob Builder; " DAILY " 2:Longer; Talk +4 Hall" REST },
	[DELETE_ONE] = { "one of a series deleted", "Bob Builder; " DAILY " -2; Talk +4 Hall" REST },
	[NEW_CONTACT] = { "a new contact", "Ada Lovelace +44 1; Bob Builder; " DAILY "; Talk +4 Hall" REST },
	[CHANGE_CONTACT] = { "a number", "Bob Builder +1 2; " DAILY "; Talk +4 Hall" REST },
	[DO_TODO] = { "a task done", "Bob Builder; " DAILY "; Talk +4 Hall" REST " done" },
	[NEW_NOTE] = { "a note", "Bob Builder; " DAILY "; Shopping: Milk; Talk +4 Hall" REST },
	[ANSWER] = { "an answer", untouched },
};

static void prepare(LiveEngine *live, const char *version)
{
	const char *const options[] = { "--empty", "--versions", version, NULL };
	static const char *const orders[] = {
		"item folder=Calendar Subject=Talk StartTime=20260302T140000Z EndTime=20260302T150000Z Location=Hall MeetingStatus=3 "
		"OrganizerName=Bob OrganizerEmail=bob@example.test ResponseRequested=1 UID=abc DtStamp=20260301T000000Z",
		"item folder=Calendar Subject=Daily StartTime=20260302T100000Z EndTime=20260302T101500Z Recurrence/Type=0 "
		"Recurrence/Interval=1 UID=def DtStamp=20260301T000000Z",
		"item folder=Contacts FirstName=Bob LastName=Builder",
		"item folder=Tasks Subject='Water the plants' Importance=1 Complete=0 Sensitivity=0",
	};

	live_init(live, options);
	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++)
		g_free(simulator_order(live->simulator, orders[i]));
	live_run_once(live);
	g_autofree char *here = describe(live);
	g_assert_cmpstr(here, ==, untouched);
}

static void assert_outcome(LiveEngine *live, const char *what)
{
	g_autofree char *here = describe(live);

	g_assert_cmpstr(here, ==, what);
	g_assert_cmpuint(killed_waiting(live), ==, 0);
}

/* The person's device, and another one that has seen nothing of it but what the server tells. */
static void assert_everywhere(LiveEngine *live, const char *what)
{
	g_auto(LiveEngine) other = { 0 };
	g_autofree char *report = NULL;

	assert_outcome(live, what);
	live_init_beside(&other, live);
	live_run_once(&other);
	assert_outcome(&other, what);
	g_assert_true(store_verify(live->store, &report, NULL));
	g_assert_cmpstr(report, ==, "");
}

/* Notes came with 14.0, and answers by the event. */
static bool is_possible(Act act, const char *version)
{
	return (act != NEW_NOTE && act != ANSWER) || !g_str_equal(version, "12.1");
}

static void act(LiveEngine *live, Act act)
{
	sync_op(live->client, make_op(live, (int)act));
	sync_event_free(live_wait(live, SYNC_WRITTEN));
	sync_event_free(live_wait(live, SYNC_IDLE));
	live_stop(live);
}

static void test_each_kind(gconstpointer version)
{
	for (Act at = 0; at < ACT_COUNT; at++) {
		if (!is_possible(at, version))
			continue;
		g_auto(LiveEngine) live = { 0 };
		g_test_message("%s at %s", outcomes[at].why, (const char *)version);
		prepare(&live, version);
		live_start(&live, SYNC_ONCE);
		sync_event_free(live_wait(&live, SYNC_IDLE));
		act(&live, at);
		assert_outcome(&live, outcomes[at].what);
		live_run_once(&live);
		assert_everywhere(&live, outcomes[at].what);
	}
}

/* ---- faults ---- */

static const char *const faults[] = {
	"reset", "lose", "cut=1", "cut=40", "garbage", "html", "empty", "http=500", "http=503 retry-after=1", "http=429 retry-after=1",
};

static void meet_fault(Act at, const char *fault)
{
	g_auto(LiveEngine) live = { 0 };
	g_autofree char *order = g_strdup_printf("fault cmd=%s count=1 %s", at == ANSWER ? "MeetingResponse" : "Sync", fault);

	g_test_message("%s, %s", outcomes[at].why, fault);
	prepare(&live, "16.1");
	live_start(&live, SYNC_ONCE);
	sync_event_free(live_wait(&live, SYNC_IDLE));
	g_free(simulator_order(live.simulator, order));
	act(&live, at);
	live_run_once(&live);
	assert_everywhere(&live, outcomes[at].what);
}

static void test_each_fault(void)
{
	for (Act at = 0; at < ACT_COUNT; at++) {
		if (!killed_is_chosen((int)at))
			continue;
		int chosen = g_test_rand_int_range(0, G_N_ELEMENTS(faults));
		for (int i = 0; i < (int)G_N_ELEMENTS(faults); i++)
			if (killed_is_torture() || i == chosen)
				meet_fault(at, faults[i]);
	}
}

/* ---- on both sides ---- */

/* Written offline here, while the server changes it too. */
static void change_both(LiveEngine *live, const char *order)
{
	live_start(live, SYNC_STILL);
	sync_op(live->client, make_op(live, CHANGE_EVENT));
	sync_event_free(live_wait(live, SYNC_WRITTEN));
	live_stop(live);
	g_free(simulator_order(live->simulator, order));
	live_run_once(live);
	live_run_once(live);
}

static char *order_of_talk(LiveEngine *live, const char *order)
{
	g_autoptr(PimItem) item = event_called(live, "Talk");
	g_auto(GStrv) parts = g_strsplit(order, "TALK", 2);

	return g_strjoinv(item->event->server_id, parts);
}

static void test_both_sides(void)
{
	static const struct { const char *why, *order, *what; guint waiting; } rows[] = {
		{ "the subject there, the place here", "item folder=Calendar item=TALK Subject=Speech",
		  "Bob Builder; " DAILY "; Speech +4 Aula" REST, 0 },
		{ "the place on both sides", "item folder=Calendar item=TALK Location=Room",
		  "Bob Builder; " DAILY "; Talk (as you changed it) +4 Aula; Talk +4 Room" REST, 0 },
		{ "deleted there", "delete folder=Calendar item=TALK", "Bob Builder; " DAILY "; Talk +4 Aula" REST, 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(LiveEngine) live = { 0 };
		g_test_message("%s", rows[i].why);
		prepare(&live, "16.1");
		g_autofree char *order = order_of_talk(&live, rows[i].order);
		change_both(&live, order);
		g_autofree char *here = describe(&live);
		g_assert_cmpstr(here, ==, rows[i].what);
		g_assert_cmpuint(killed_waiting(&live), ==, rows[i].waiting);
		if (!rows[i].waiting)
			assert_everywhere(&live, rows[i].what);
	}
}

/* ---- several, written offline ---- */

static void write_op(LiveEngine *live, Op *op)
{
	sync_op(live->client, op);
	sync_event_free(live_wait(live, SYNC_WRITTEN));
}

static Op *make_new_series(LiveEngine *live)
{
	Event *event = event_new();

	event->subject = g_strdup("Yoga");
	event->start_ms = monday + 7 * HOUR;
	event->end_ms = event->start_ms + HOUR;
	event->recurrence = g_new0(Recurrence, 1);
	*event->recurrence = (Recurrence){ .type = RECUR_DAILY, .interval = 1, .occurrences = 5, .first_day_of_week = -1 };
	return save(pim_item_new(PIM_EVENT, event), 0, folder_id(live, FOLDER_CALENDAR));
}

/* Days from the monday of @series on which it does not take place. */
static Op *leave_out(LiveEngine *live, const char *series, int days)
{
	g_autoptr(PimItem) item = event_called(live, series);
	EventException *deleted = event_exception_new(item->event->start_ms + days * DAY);

	deleted->is_deleted = true;
	if (!item->event->exceptions)
		item->event->exceptions = g_ptr_array_new_with_free_func((GDestroyNotify)event_exception_free);
	g_ptr_array_add(item->event->exceptions, deleted);
	g_autofree char *text = pim_to_text(item, PIM_TEXT_WHOLE);
	return op_new_occurrence(item->event->id, deleted->original_ms, text);
}

/* A series and two days of it that are left out, one of which is wanted again; and a series of the server's that is moved to
 * another place after one day of it was left out. */
static void test_several(gconstpointer version)
{
	static const char what[] = "Bob Builder; Daily +0 Gym -3; Talk +4 Hall" REST "; Yoga +7 -1";
	g_auto(LiveEngine) live = { 0 };

	prepare(&live, version);
	live_start(&live, SYNC_STILL);
	write_op(&live, make_new_series(&live));
	write_op(&live, leave_out(&live, "Yoga", 1));
	Op *second = leave_out(&live, "Yoga", 2);
	sync_op(live.client, second);
	g_autoptr(SyncEvent) written = live_wait(&live, SYNC_WRITTEN);
	write_op(&live, op_new_opposite(written->ops->pdata[0]));
	write_op(&live, leave_out(&live, "Daily", 3));
	PimItem *daily = event_called(&live, "Daily");
	daily->event->location = g_strdup("Gym");
	write_op(&live, save(daily, daily->event->id, 0));
	live_stop(&live);
	live_run_once(&live);
	live_run_once(&live);
	assert_everywhere(&live, what);
}

/* ---- an invitation in the Inbox ---- */

static int64_t find_invitation(LiveEngine *live)
{
	g_autoptr(GPtrArray) messages = NULL;

	g_assert_true(store_read_messages_after(live->reader, 0, 1000, &messages, NULL));
	for (guint i = 0; i < messages->len; i++) {
		const Message *message = messages->pdata[i];
		if (message->meeting && g_strcmp0(message->message_class, "IPM.Schedule.Meeting.Request") == 0)
			return message->id;
	}
	return 0;
}

static void test_an_invitation(void)
{
	static const struct { const char *version, *fault; } rows[] = {
		{ "12.1", NULL }, { "14.1", NULL }, { "16.1", NULL }, { "16.1", "reset" }, { "16.1", "lose" }, { "16.1", "cut=1" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(LiveEngine) live = { 0 };
		const char *const options[] = { "--versions", rows[i].version, NULL };
		g_autofree char *order = g_strdup_printf("fault cmd=MeetingResponse count=1 %s", rows[i].fault);
		g_autoptr(Message) mail = NULL;
		g_autoptr(GPtrArray) events = NULL;
		Op *op = op_new(OP_RESPOND);
		g_test_message("%s, %s", rows[i].version, rows[i].fault ? rows[i].fault : "well");
		live_init(&live, options);
		live_run_once(&live);
		op->message_id = find_invitation(&live);
		op->value.number = RESPONSE_TENTATIVE;
		g_assert_true(store_read_message(live.reader, op->message_id, &mail, NULL));
		live_start(&live, SYNC_ONCE);
		sync_event_free(live_wait(&live, SYNC_IDLE));
		if (rows[i].fault)
			g_free(simulator_order(live.simulator, order));
		sync_op(live.client, op);
		sync_event_free(live_wait(&live, SYNC_WRITTEN));
		sync_event_free(live_wait(&live, SYNC_IDLE));
		live_stop(&live);
		live_run_once(&live);
		live_run_once(&live);
		g_assert_cmpuint(killed_waiting(&live), ==, 0);
		g_assert_true(store_find_events(live.reader, (PimScope){ 0 }, mail->subject, 10, &events, NULL));
		g_assert_cmpuint(events->len, ==, 1);
		g_assert_cmpint(((Event *)events->pdata[0])->busy_status, ==, BUSY_TENTATIVE);
	}
}

/* ---- killed ---- */

/* Killed before the op was written it never was; later, it arrives, once. */
static void assert_after_kill(LiveEngine *live, const char *what)
{
	live_run_once(live);
	live_run_once(live);
	g_autofree char *here = describe(live);
	assert_everywhere(live, g_str_equal(here, untouched) ? untouched : what);
}

static void test_killed(gconstpointer self)
{
	for (int at = 0; at < ACT_COUNT; at++) {
		if (!killed_is_chosen(at))
			continue;
		g_auto(LiveEngine) counted = { 0 };
		prepare(&counted, "16.1");
		int points = killed_run(&counted, self, at, 0);
		assert_everywhere(&counted, outcomes[at].what);
		int step = killed_is_torture() ? 1 : points;
		g_assert_cmpint(points, >, 4);
		for (int point = killed_is_torture() ? 1 : g_test_rand_int_range(1, step + 1); point <= points; point += step) {
			g_auto(LiveEngine) live = { 0 };
			g_test_message("%s, killed at %d of %d", outcomes[at].why, point, points);
			prepare(&live, "16.1");
			killed_run(&live, self, at, point);
			assert_after_kill(&live, outcomes[at].what);
		}
	}
}

int main(int argc, char **argv)
{
	if (killed_is_child(argc, argv, make_op))
		return 0;
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/sync/items-exsim/12.1", "12.1", test_each_kind);
	g_test_add_data_func("/sync/items-exsim/14.1", "14.1", test_each_kind);
	g_test_add_data_func("/sync/items-exsim/16.1", "16.1", test_each_kind);
	g_test_add_func("/sync/items-exsim/faults", test_each_fault);
	g_test_add_func("/sync/items-exsim/both-sides", test_both_sides);
	g_test_add_data_func("/sync/items-exsim/several-14.1", "14.1", test_several);
	g_test_add_data_func("/sync/items-exsim/several-16.1", "16.1", test_several);
	g_test_add_func("/sync/items-exsim/an-invitation", test_an_invitation);
	g_test_add_data_func("/sync/items-exsim/killed", argv[0], test_killed);
	return g_test_run();
}
