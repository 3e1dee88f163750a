#include <string.h>

#include "base/error.h"
#include "model/pim_text.h"
#include "store/pim.h"
#include "store/private.h"
#include "support/tempstore.h"

#define HOUR ((int64_t)3600000)
#define DAY  (24 * HOUR)
static const int64_t noon = 1764072000000;       /* 2025-11-25 12:00 UTC */

static PimItem *event_at(const char *server_id, int64_t start_ms, int64_t length_ms)
{
	Event *event = event_new();

	event->server_id = g_strdup(server_id);
	event->subject = g_strdup_printf("About %s", server_id ? server_id : "this");
	event->start_ms = start_ms;
	event->end_ms = start_ms + length_ms;
	return pim_item_new(PIM_EVENT, event);
}

static PimItem *contact_named(const char *server_id, const char *first, const char *last)
{
	Contact *contact = contact_new();

	contact->server_id = g_strdup(server_id);
	contact_set(contact, CONTACT_FIRST_NAME, first);
	contact_set(contact, CONTACT_LAST_NAME, last);
	return pim_item_new(PIM_CONTACT, contact);
}

/* A page that brings @items (NULL-ended) and takes @gone away. */
typedef struct { PimItem *items[8]; const char *gone[4]; } Page;

static StorePageCount bring(TempStore *temp, int64_t folder_id, Page page)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(StorePage) store_page = store_page_begin(temp->writer, folder_id);
	StorePageCount count;
	static int keys;
	g_autofree char *key = g_strdup_printf("k%d", ++keys);

	for (int i = 0; page.items[i]; i++)
		store_page_add_item(store_page, page.items[i]);
	for (int i = 0; page.gone[i]; i++)
		store_page_remove(store_page, page.gone[i], false);
	store_page_commit(store_page, key, 0, false, &count, &err);
	g_assert_no_error(err);
	return count;
}

static GPtrArray *window(TempStore *temp, int64_t folder_id, int64_t from_ms, int64_t until_ms)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GError) err = NULL;
	GPtrArray *events = NULL;

	g_array_append_val(ids, folder_id);
	store_read_events(temp->reader, ids, from_ms, until_ms, &events, &err);
	g_assert_no_error(err);
	return events;
}

static int64_t only_id(TempStore *temp, int64_t folder_id)
{
	g_autoptr(GPtrArray) events = window(temp, folder_id, INT64_MIN, INT64_MAX);

	g_assert_cmpuint(events->len, ==, 1);
	return ((Event *)events->pdata[0])->id;
}

static PimItem *read_item(TempStore *temp, PimKind kind, int64_t id)
{
	g_autoptr(GError) err = NULL;
	PimItem *item = NULL;

	store_read_item(temp->reader, kind, id, &item, &err);
	g_assert_no_error(err);
	return item;
}

static GPtrArray *read_ops(TempStore *temp)
{
	GPtrArray *ops = NULL;

	g_assert_true(store_read_ops(temp->reader, temp->account_id, 100, &ops, NULL));
	return ops;
}

/* ---- windows ---- */

static void test_a_window(void)
{
	static const struct { const char *why; int64_t start, length; bool is_all_day; int days; int occurrences; bool is_in; } rows[] = {
		{ "inside", 0, HOUR, false, 0, 0, true },
		{ "ends when it begins", -HOUR, HOUR, false, 0, 0, false },
		{ "begins when it ends", 7 * DAY, HOUR, false, 0, 0, false },
		{ "no time at its begin", 0, 0, false, 0, 0, true },
		{ "reaches in", -HOUR, 2 * HOUR, false, 0, 0, true },
		{ "a long one that began a year ago", -365 * DAY, 366 * DAY, false, 0, 0, true },
		{ "a long one that is over", -365 * DAY, 360 * DAY, false, 0, 0, false },
		{ "all day, yesterday in the west", -DAY, DAY, true, 0, 0, true },
		{ "a series that never ends", -3650 * DAY, HOUR, false, 1, 0, true },
		{ "a series that begins later", 8 * DAY, HOUR, false, 1, 0, false },
		{ "a series of three, long ago", -300 * DAY, HOUR, false, 1, 3, false },
		{ "a series that may have come here", -20 * DAY, HOUR, false, 1, 30, true },
	};
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "8", FOLDER_CALENDAR);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		PimItem *item = event_at("8:1", noon + rows[i].start, rows[i].length);
		g_test_message("%s", rows[i].why);
		item->event->is_all_day = rows[i].is_all_day;
		if (rows[i].days) {
			item->event->recurrence = g_new0(Recurrence, 1);
			*item->event->recurrence = (Recurrence){ .type = RECUR_DAILY, .interval = rows[i].days,
			                                         .occurrences = rows[i].occurrences };
		}
		bring(&temp, folder, (Page){ .items = { item } });
		g_autoptr(GPtrArray) events = window(&temp, folder, noon, noon + 7 * DAY);
		g_assert_cmpint(events->len == 1, ==, rows[i].is_in);
		bring(&temp, folder, (Page){ .gone = { "8:1" } });
	}
	temp_assert_counts(&temp, folder, 0, 0);
}

/* One occurrence was moved out of what the rule gives. */
static void test_a_window_knows_exceptions(void)
{
	g_auto(TempStore) temp;
	PimItem *item = event_at("8:1", noon - 30 * DAY, HOUR);
	EventException *moved = event_exception_new(noon - 29 * DAY);

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "8", FOLDER_CALENDAR);
	item->event->recurrence = g_new0(Recurrence, 1);
	*item->event->recurrence = (Recurrence){ .type = RECUR_DAILY, .interval = 1, .until_ms = noon - 20 * DAY };
	moved->has = EVENT_HAS_TIMES;
	moved->event = event_new();
	moved->event->start_ms = noon + DAY;
	moved->event->end_ms = noon + DAY + HOUR;
	item->event->exceptions = g_ptr_array_new_with_free_func((GDestroyNotify)event_exception_free);
	g_ptr_array_add(item->event->exceptions, moved);
	item->event->body = g_strdup("long");
	bring(&temp, folder, (Page){ .items = { item } });
	g_autoptr(GPtrArray) events = window(&temp, folder, noon, noon + 7 * DAY);
	g_assert_cmpuint(events->len, ==, 1);
	const Event *event = events->pdata[0];
	g_assert_null(event->body);
	g_assert_cmpuint(event->exceptions->len, ==, 1);
	g_autoptr(PimItem) whole = read_item(&temp, PIM_EVENT, event->id);
	g_assert_cmpstr(whole->event->body, ==, "long");
	g_assert_cmpstr(whole->event->server_id, ==, "8:1");
	g_assert_cmpint(whole->event->folder_id, ==, folder);
}

static void test_events_are_found(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GPtrArray) by_uid = NULL, by_words = NULL, none = NULL;
	PimItem *item = event_at("8:1", noon, HOUR);

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "8", FOLDER_CALENDAR);
	item->event->uid = g_strdup("abc");
	item->event->location = g_strdup("Caf\xc3\xa9 Central");
	bring(&temp, folder, (Page){ .items = { item } });
	g_assert_true(store_read_events_of_uid(temp.reader, temp.account_id, "abc", &by_uid, NULL));
	g_assert_cmpuint(by_uid->len, ==, 1);
	g_assert_true(store_find_events(temp.reader, (PimScope){ 0 }, "about cafe", 10, &by_words, NULL));
	g_assert_cmpuint(by_words->len, ==, 1);
	g_assert_true(store_find_events(temp.reader, (PimScope){ 0 }, "cafes", 10, &none, NULL));
	g_assert_cmpuint(none->len, ==, 0);
}

/* ---- contacts ---- */

static void fill_contacts(TempStore *temp, int64_t folder)
{
	PimItem *ada = contact_named("7:1", "Ada", "Lovelace"), *emil = contact_named("7:2", "\xc3\x89mile", "Zola");
	PimItem *nobody = contact_named("7:3", NULL, NULL), *eve = contact_named("7:4", "eve", "Adams");

	contact_set(ada->contact, CONTACT_EMAIL1, "\"Ada\" <Ada@Example.org>");
	contact_set(ada->contact, CONTACT_MOBILE, "+49 (170) 123-4567 ext. 8");
	contact_set(ada->contact, CONTACT_COMPANY, "Engines Ltd");
	ada->contact->categories = g_strdup("Red\nBlue");
	ada->contact->picture = g_bytes_new("x", 1);
	contact_set(nobody->contact, CONTACT_HOME_PHONE, "030 7654321");
	bring(temp, folder, (Page){ .items = { ada, emil, nobody, eve } });
}

static char *names_of(const GPtrArray *rows)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < rows->len; i++)
		g_string_append_printf(names, "%s%s", i ? ", " : "", ((ContactRow *)rows->pdata[i])->name);
	return g_string_free(names, FALSE);
}

static void test_the_list_of_contacts(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GPtrArray) all = NULL, two = NULL, up = NULL, bottom = NULL, blue = NULL, letters = NULL;
	g_autoptr(ContactRow) at = NULL;
	ContactQuery query = { 0 };

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "7", FOLDER_CONTACTS);
	fill_contacts(&temp, folder);
	g_assert_true(store_read_contacts(temp.reader, &query, NULL, false, 10, &all, NULL));
	g_autofree char *in_order = names_of(all);
	g_assert_cmpstr(in_order, ==, "030 7654321, Ada Lovelace, \xc3\x89mile Zola, eve Adams");
	g_assert_true(((ContactRow *)all->pdata[1])->has_picture);
	g_assert_cmpstr(((ContactRow *)all->pdata[1])->address, ==, "Ada@Example.org");
	g_assert_true(store_read_contacts(temp.reader, &query, all->pdata[0], false, 2, &two, NULL));
	g_autofree char *next = names_of(two);
	g_assert_cmpstr(next, ==, "Ada Lovelace, \xc3\x89mile Zola");
	g_assert_true(store_read_contacts(temp.reader, &query, all->pdata[3], true, 2, &up, NULL));
	g_autofree char *before = names_of(up);
	g_assert_cmpstr(before, ==, next);
	g_assert_true(store_read_contacts(temp.reader, &query, NULL, true, 1, &bottom, NULL));
	g_autofree char *last = names_of(bottom);
	g_assert_cmpstr(last, ==, "eve Adams");
	query.category = "Blue";
	query.scope.account_id = temp.account_id;
	g_assert_true(store_read_contacts(temp.reader, &query, NULL, false, 10, &blue, NULL));
	g_assert_cmpuint(blue->len, ==, 1);
	query = (ContactQuery){ .scope.folder_id = folder };
	g_assert_true(store_read_contact_letters(temp.reader, &query, &letters, NULL));
	g_assert_cmpuint(letters->len, ==, 3);
	g_assert_cmpstr(((ContactLetter *)letters->pdata[0])->letter, ==, "#");
	g_assert_cmpstr(((ContactLetter *)letters->pdata[2])->letter, ==, "E");
	g_assert_cmpint(((ContactLetter *)letters->pdata[2])->count, ==, 2);
	g_assert_true(store_read_contact_at(temp.reader, &query, "E", &at, NULL));
	g_assert_cmpstr(at->name, ==, "\xc3\x89mile Zola");
}

static void test_completion(void)
{
	static const struct { const char *typed, *names; } rows[] = {
		{ "lov", "Ada Lovelace" }, { "ADA", "Ada Lovelace, eve Adams" }, { "ada l", "Ada Lovelace" },
		{ "emil", "\xc3\x89mile Zola" }, { "engines", "Ada Lovelace" }, { "ada@ex", "Ada Lovelace" },
		{ "0170 12", "Ada Lovelace" }, { "+49170", "Ada Lovelace" }, { "07654", "" }, { "03076", "030 7654321" },
		{ "zola ada", "" }, { "", "" }, { "-", "" },
	};
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	fill_contacts(&temp, temp_store_folder(&temp, "7", FOLDER_CONTACTS));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) found = NULL;
		g_assert_true(store_read_contacts_like(temp.reader, rows[i].typed, 10, &found, NULL));
		g_autofree char *names = names_of(found);
		g_test_message("%s", rows[i].typed);
		g_assert_cmpstr(names, ==, rows[i].names);
	}
}

static void test_whose_address_or_number(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GPtrArray) address = NULL, abroad = NULL, here = NULL, other = NULL, few = NULL, cards = NULL;

	temp_store_init(&temp);
	fill_contacts(&temp, temp_store_folder(&temp, "7", FOLDER_CONTACTS));
	g_assert_true(store_read_contacts_of_address(temp.reader, "ada@example.org", 5, &address, NULL));
	g_assert_cmpuint(address->len, ==, 1);
	g_assert_true(store_read_contacts_of_number(temp.reader, "+49 170 1234567", 5, &abroad, NULL));
	g_assert_cmpuint(abroad->len, ==, 1);
	g_assert_true(store_read_contacts_of_number(temp.reader, "0170/1234567", 5, &here, NULL));
	g_assert_cmpuint(here->len, ==, 1);
	g_assert_true(store_read_contacts_of_number(temp.reader, "0170/1234568", 5, &other, NULL));
	g_assert_cmpuint(other->len, ==, 0);
	g_assert_true(store_read_contacts_of_number(temp.reader, "67", 5, &few, NULL));
	g_assert_cmpuint(few->len, ==, 0);
	g_assert_true(store_read_contacts_after(temp.reader, (PimScope){ 0 }, 0, 10, &cards, NULL));
	g_assert_cmpuint(cards->len, ==, 4);
	g_assert_nonnull(((Contact *)cards->pdata[0])->picture);
}

/* ---- tasks, notes ---- */

static void test_tasks_and_notes(void)
{
	static const struct { const char *name; int64_t due; int importance; bool is_done; } rows[] = {
		{ "undated", TODO_NO_DATE, 1, false }, { "late", DAY, 1, false }, { "soon", 0, 1, false },
		{ "soon!", 0, 2, false }, { "done", DAY, 1, true },
	};
	g_auto(TempStore) temp;
	g_autoptr(GPtrArray) todos = NULL, notes = NULL;
	g_autoptr(GString) order = g_string_new(NULL);

	temp_store_init(&temp);
	int64_t tasks = temp_store_folder(&temp, "9", FOLDER_TASKS), pad = temp_store_folder(&temp, "10", FOLDER_NOTES);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Todo *todo = todo_new();
		todo->server_id = todo->subject = NULL;
		todo->server_id = g_strdup(rows[i].name);
		todo->subject = g_strdup(rows[i].name);
		todo->due_date_ms = rows[i].due;
		todo->importance = rows[i].importance;
		todo->is_done = rows[i].is_done;
		bring(&temp, tasks, (Page){ .items = { pim_item_new(PIM_TODO, todo) } });
	}
	g_assert_true(store_read_todos(temp.reader, (PimScope){ .account_id = temp.account_id }, true, 10, &todos, NULL));
	for (guint i = 0; i < todos->len; i++)
		g_string_append_printf(order, "%s ", ((Todo *)todos->pdata[i])->subject);
	g_assert_cmpstr(order->str, ==, "soon! soon late undated done ");
	Note *note = note_new();
	note->server_id = g_strdup("10:1");
	note->body = g_strdup("Milk\nBread");
	bring(&temp, pad, (Page){ .items = { pim_item_new(PIM_NOTE, note) } });
	g_assert_true(store_read_notes(temp.reader, (PimScope){ .folder_id = pad }, 10, &notes, NULL));
	g_assert_cmpstr(((Note *)notes->pdata[0])->body, ==, "Milk\nBread");
	temp_assert_counts(&temp, tasks, 5, 0);
}

/* ---- pages over changes ---- */

static Op *write_op(TempStore *temp, Op *op)
{
	g_autoptr(GError) err = NULL;

	store_write_op(temp->writer, op, &err);
	g_assert_no_error(err);
	return op;
}

static Op *save_subject(TempStore *temp, int64_t id, const char *subject)
{
	g_autoptr(PimItem) item = read_item(temp, PIM_EVENT, id);

	g_free(item->event->subject);
	item->event->subject = g_strdup(subject);
	g_autofree char *text = pim_to_text(item, PIM_TEXT_WHOLE);
	return write_op(temp, op_new_item_save(id, 0, text));
}

static void end_op(TempStore *temp, const Op *op, OpFate fate, const char *server_id)
{
	g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(StoreOpEnd));
	g_autoptr(GError) err = NULL;
	StoreOpEnd end = { .op_id = op->id, .fate = fate, .server_id = server_id, .sentence = "no", .error_kind = ERR_REQUEST };

	g_array_append_val(ends, end);
	store_write_op_ends(temp->writer, ends, &err);
	g_assert_no_error(err);
}

static void begin_op(TempStore *temp, Op *op)
{
	g_autoptr(GPtrArray) ops = g_ptr_array_new();

	g_ptr_array_add(ops, op);
	g_assert_true(store_write_ops_begun(temp->writer, ops, NULL));
}

static void assert_subject(TempStore *temp, int64_t id, const char *subject)
{
	g_autoptr(PimItem) item = read_item(temp, PIM_EVENT, id);

	g_assert_cmpstr(item->event->subject, ==, subject);
}

static PimItem *event_called(const char *server_id, const char *subject, const char *location)
{
	PimItem *item = event_at(server_id, noon, HOUR);

	g_free(item->event->subject);
	item->event->subject = g_strdup(subject);
	item->event->location = g_strdup(location);
	return item;
}

static int64_t one_event(TempStore *temp, int64_t *ret_folder)
{
	temp_store_init(temp);
	*ret_folder = temp_store_folder(temp, "8", FOLDER_CALENDAR);
	bring(temp, *ret_folder, (Page){ .items = { event_called("8:1", "A", "B") } });
	return only_id(temp, *ret_folder);
}

static void test_a_change_is_seen_and_told(void)
{
	g_auto(TempStore) temp;
	int64_t folder, id = one_event(&temp, &folder);
	g_autoptr(Op) op = save_subject(&temp, id, "C");
	bool is_waiting;

	assert_subject(&temp, id, "C");
	g_assert_cmpint(op->account_id, ==, temp.account_id);
	g_autoptr(GPtrArray) ops = read_ops(&temp);
	g_assert_cmpuint(ops->len, ==, 1);
	const Op *stored = ops->pdata[0];
	g_assert_cmpstr(stored->server_id, ==, "8:1");
	g_assert_cmpint(stored->folder_id, ==, folder);
	g_assert_true(op_has_names(stored));
	g_assert_true(store_read_item_waits(temp.reader, id, &is_waiting, NULL) && is_waiting);
	end_op(&temp, op, OP_END_DONE, NULL);
	assert_subject(&temp, id, "C");
	g_assert_true(store_read_item_waits(temp.reader, id, &is_waiting, NULL) && !is_waiting);
}

static void test_the_later_change_takes_the_place(void)
{
	g_auto(TempStore) temp;
	int64_t folder, id = one_event(&temp, &folder);
	g_autoptr(Op) first = save_subject(&temp, id, "C"), second = save_subject(&temp, id, "D");
	g_autoptr(GPtrArray) ops = read_ops(&temp);

	g_assert_cmpuint(ops->len, ==, 1);
	g_autoptr(PimItem) was = pim_from_text(((Op *)ops->pdata[0])->was.text, NULL);
	g_assert_cmpstr(was->event->subject, ==, "A");
	g_autoptr(Op) undo = write_op(&temp, op_new_opposite(second));
	assert_subject(&temp, id, "C");
	g_autoptr(Op) undo_all = write_op(&temp, op_new_opposite(first));
	assert_subject(&temp, id, "A");
	g_autoptr(GPtrArray) none = read_ops(&temp);
	g_assert_cmpuint(none->len, ==, 0);
}

static void test_made_and_deleted_is_nothing(void)
{
	g_auto(TempStore) temp;
	int64_t folder, id = one_event(&temp, &folder);
	g_autoptr(PimItem) item = event_called(NULL, "New", NULL);
	g_autofree char *text = pim_to_text(item, PIM_TEXT_WHOLE);
	g_autoptr(Op) make = write_op(&temp, op_new_item_save(0, folder, text));

	g_assert_cmpint(make->item_id, >, id);
	g_assert_cmpuint(strlen(make->client_id), ==, 16);
	assert_subject(&temp, make->item_id, "New");
	temp_assert_counts(&temp, folder, 2, 0);
	g_autoptr(Op) undo = write_op(&temp, op_new_opposite(make));
	g_assert_cmpint(undo->id, ==, 0);
	g_autoptr(GPtrArray) ops = read_ops(&temp);
	g_assert_cmpuint(ops->len, ==, 0);
	temp_assert_counts(&temp, folder, 1, 0);
}

static void test_a_new_one_gets_its_name(void)
{
	g_auto(TempStore) temp;
	int64_t folder;
	g_autoptr(PimItem) item = event_called(NULL, "New", NULL);
	g_autofree char *text = pim_to_text(item, PIM_TEXT_WHOLE);

	temp_store_init(&temp);
	folder = temp_store_folder(&temp, "8", FOLDER_CALENDAR);
	g_autoptr(Op) make = write_op(&temp, op_new_item_save(0, folder, text));
	begin_op(&temp, make);
	g_autoptr(Op) change = save_subject(&temp, make->item_id, "Newer");
	g_autoptr(GPtrArray) waiting = read_ops(&temp);
	g_assert_cmpuint(waiting->len, ==, 2);
	g_assert_true(op_has_names(waiting->pdata[0]));
	g_assert_false(op_has_names(waiting->pdata[1]));
	end_op(&temp, make, OP_END_DONE, "8:9");
	g_autoptr(GPtrArray) left = read_ops(&temp);
	g_assert_cmpuint(left->len, ==, 1);
	g_assert_cmpstr(((Op *)left->pdata[0])->server_id, ==, "8:9");
	g_assert_true(op_has_names(left->pdata[0]));
	assert_subject(&temp, make->item_id, "Newer");
}

/* The answer was lost; the page brings what was made. */
static void test_a_lost_answer_is_claimed(void)
{
	g_auto(TempStore) temp;
	g_autoptr(PimItem) item = event_called(NULL, "New", NULL);
	g_autofree char *text = pim_to_text(item, PIM_TEXT_WHOLE);

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "8", FOLDER_CALENDAR);
	g_autoptr(Op) make = write_op(&temp, op_new_item_save(0, folder, text));
	begin_op(&temp, make);
	StorePageCount count = bring(&temp, folder, (Page){ .items = { event_called("8:9", "New", NULL) } });
	g_assert_cmpint(count.added, ==, 0);
	g_assert_cmpint(count.settled, ==, 1);
	g_assert_cmpint(only_id(&temp, folder), ==, make->item_id);
	g_autoptr(GPtrArray) ops = read_ops(&temp);
	g_assert_cmpuint(ops->len, ==, 0);
}

static void test_deleted_and_back(void)
{
	g_auto(TempStore) temp;
	int64_t folder, id = one_event(&temp, &folder);
	g_autoptr(GError) err = NULL;
	PimItem *gone = NULL;
	g_autoptr(Op) op = write_op(&temp, op_new_item_delete(id));
	g_autoptr(GPtrArray) none = window(&temp, folder, INT64_MIN, INT64_MAX);

	g_assert_cmpuint(none->len, ==, 0);
	temp_assert_counts(&temp, folder, 0, 0);
	g_assert_false(store_read_item(temp.reader, PIM_EVENT, id, &gone, &err));
	g_assert_true(error_is(err, ERR_NOT_FOUND));
	g_autoptr(Op) back = write_op(&temp, op_new_opposite(op));
	assert_subject(&temp, id, "A");
	temp_assert_counts(&temp, folder, 1, 0);
	g_autoptr(GPtrArray) ops = read_ops(&temp);
	g_assert_cmpuint(ops->len, ==, 0);
	g_autoptr(Op) again = write_op(&temp, op_new_item_delete(id));
	end_op(&temp, again, OP_END_REFUSED, NULL);
	assert_subject(&temp, id, "A");
	g_autoptr(Op) last = write_op(&temp, op_new_item_delete(id));
	end_op(&temp, last, OP_END_DONE, NULL);
	temp_assert_counts(&temp, folder, 0, 0);
	/* What was deleted there too comes back as a new one. */
	g_autoptr(Op) anew = write_op(&temp, op_new_opposite(last));
	g_assert_cmpint(anew->item_id, !=, id);
	assert_subject(&temp, anew->item_id, "A");
}

/* While its deletion is under way the person wants it back. */
static void test_wanted_back_while_it_goes(void)
{
	g_auto(TempStore) temp;
	int64_t folder, id = one_event(&temp, &folder);
	g_autoptr(Op) op = write_op(&temp, op_new_item_delete(id));

	begin_op(&temp, op);
	g_autoptr(Op) back = write_op(&temp, op_new_opposite(op));
	end_op(&temp, op, OP_END_DONE, NULL);
	assert_subject(&temp, id, "A");
	g_autoptr(GPtrArray) ops = read_ops(&temp);
	g_assert_cmpuint(ops->len, ==, 1);
	g_assert_true(op_makes_item(ops->pdata[0]));
}

static void test_refused_is_parked(void)
{
	g_auto(TempStore) temp;
	int64_t folder, id = one_event(&temp, &folder);
	g_autoptr(Op) op = save_subject(&temp, id, "C");
	StoreOpChoice choice = { .op_id = op->id };
	guint count;

	end_op(&temp, op, OP_END_REFUSED, NULL);
	assert_subject(&temp, id, "C");
	g_autoptr(GPtrArray) ops = read_ops(&temp);
	g_assert_cmpint(((Op *)ops->pdata[0])->state, ==, OP_FAILED);
	g_assert_true(store_write_ops_cancel(temp.writer, &choice, &count, NULL));
	assert_subject(&temp, id, "A");
}

/* ---- both have changed it ---- */

static void test_changed_on_both_sides(void)
{
	static const struct {
		const char *why, *theirs, *their_place, *shown, *shown_place;
		int copies; guint ops;
	} rows[] = {
		{ "the same as before", "A", "B", "Ours", "B", 0, 1 },
		{ "another field", "A", "Room", "Ours", "Room", 0, 1 },
		{ "what we want", "Ours", "B", "Ours", "B", 0, 0 },
		{ "the same field", "Theirs", "B", "Theirs", "B", 1, 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(TempStore) temp;
		int64_t folder, id = one_event(&temp, &folder);
		g_autoptr(Op) op = save_subject(&temp, id, "Ours");
		g_test_message("%s", rows[i].why);
		StorePageCount count = bring(&temp, folder, (Page){ .items = { event_called("8:1", rows[i].theirs, rows[i].their_place) } });
		g_assert_cmpint(count.copies, ==, rows[i].copies);
		g_autoptr(PimItem) item = read_item(&temp, PIM_EVENT, id);
		g_assert_cmpstr(item->event->subject, ==, rows[i].shown);
		g_assert_cmpstr(item->event->location, ==, rows[i].shown_place);
		g_autoptr(GPtrArray) ops = read_ops(&temp);
		g_assert_cmpuint(ops->len, ==, rows[i].ops);
		if (rows[i].copies) {
			g_assert_true(op_makes_item(ops->pdata[0]));
			assert_subject(&temp, ((Op *)ops->pdata[0])->item_id, "Ours (as you changed it)");
		}
	}
}

/* A copy of a meeting invites nobody. */
static void test_a_copy_is_no_meeting(void)
{
	g_auto(TempStore) temp;
	PimItem *item = event_called("8:1", "A", "B");

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "8", FOLDER_CALENDAR);
	item->event->uid = g_strdup("abc");
	item->event->meeting_status = MEETING_IS;
	item->event->attendees = g_ptr_array_new_with_free_func((GDestroyNotify)attendee_free);
	g_ptr_array_add(item->event->attendees, attendee_new(NULL, "g@example.org", ATTENDEE_REQUIRED));
	PimItem *theirs = pim_item_copy(item);
	g_free(theirs->event->subject);
	theirs->event->subject = g_strdup("Theirs");
	bring(&temp, folder, (Page){ .items = { item } });
	g_autoptr(Op) op = save_subject(&temp, only_id(&temp, folder), "Ours");
	bring(&temp, folder, (Page){ .items = { theirs } });
	g_autoptr(GPtrArray) ops = read_ops(&temp);
	g_autoptr(PimItem) copy = read_item(&temp, PIM_EVENT, ((Op *)ops->pdata[0])->item_id);
	g_assert_null(copy->event->uid);
	g_assert_null(copy->event->attendees);
	g_assert_cmpint(copy->event->meeting_status, ==, 0);
}

static void test_deleted_there_changed_here(void)
{
	g_auto(TempStore) temp;
	int64_t folder, id = one_event(&temp, &folder);
	g_autoptr(Op) op = save_subject(&temp, id, "Ours");
	StoreOpChoice choice = { .op_id = op->id };
	guint chosen;
	StorePageCount count = bring(&temp, folder, (Page){ .gone = { "8:1" } });

	g_assert_cmpint(count.stranded, ==, 1);
	assert_subject(&temp, id, "Ours");
	g_autoptr(GPtrArray) parked = read_ops(&temp);
	g_assert_cmpint(((Op *)parked->pdata[0])->state, ==, OP_FAILED);
	g_assert_true(store_write_ops_retry(temp.writer, &choice, &chosen, NULL));
	g_autoptr(GPtrArray) ops = read_ops(&temp);
	g_assert_true(op_makes_item(ops->pdata[0]));
	g_assert_true(op_has_names(ops->pdata[0]));
	g_assert_true(store_write_ops_cancel(temp.writer, &choice, &chosen, NULL));
	temp_assert_counts(&temp, folder, 0, 0);
}

static void test_deleted_on_both_sides(void)
{
	g_auto(TempStore) temp;
	int64_t folder, id = one_event(&temp, &folder);
	g_autoptr(Op) op = write_op(&temp, op_new_item_delete(id));

	bring(&temp, folder, (Page){ .gone = { "8:1" } });
	g_autoptr(GPtrArray) ops = read_ops(&temp);
	g_assert_cmpuint(ops->len, ==, 0);
	temp_assert_counts(&temp, folder, 0, 0);
}

/* ---- occurrences, answers ---- */

static char *series_without(TempStore *temp, int64_t id, int64_t original_ms)
{
	g_autoptr(PimItem) item = read_item(temp, PIM_EVENT, id);
	EventException *deleted = event_exception_new(original_ms);

	deleted->is_deleted = true;
	if (!item->event->exceptions)
		item->event->exceptions = g_ptr_array_new_with_free_func((GDestroyNotify)event_exception_free);
	g_ptr_array_add(item->event->exceptions, deleted);
	return pim_to_text(item, PIM_TEXT_WHOLE);
}

static void test_occurrences_go_one_by_one(void)
{
	g_auto(TempStore) temp;
	PimItem *item = event_at("8:1", noon, HOUR);

	temp_store_init(&temp);
	int64_t folder = temp_store_folder(&temp, "8", FOLDER_CALENDAR);
	item->event->recurrence = g_new0(Recurrence, 1);
	*item->event->recurrence = (Recurrence){ .type = RECUR_DAILY, .interval = 1 };
	bring(&temp, folder, (Page){ .items = { item } });
	int64_t id = only_id(&temp, folder);
	g_autofree char *first = series_without(&temp, id, noon + DAY);
	g_autoptr(Op) one = write_op(&temp, op_new_occurrence(id, noon + DAY, first));
	g_autofree char *both = series_without(&temp, id, noon + 2 * DAY);
	g_autoptr(Op) two = write_op(&temp, op_new_occurrence(id, noon + 2 * DAY, both));
	g_autoptr(GPtrArray) ops = read_ops(&temp);
	g_assert_cmpuint(ops->len, ==, 2);
	g_assert_cmpint(((Op *)ops->pdata[0])->value.start_ms, ==, noon + DAY);
	g_assert_cmpstr(((Op *)ops->pdata[1])->was.text, ==, first);
	g_autoptr(Op) undo = write_op(&temp, op_new_opposite(two));
	g_autoptr(GPtrArray) left = read_ops(&temp);
	g_assert_cmpuint(left->len, ==, 1);
	g_autoptr(PimItem) shown = read_item(&temp, PIM_EVENT, id);
	g_assert_cmpuint(shown->event->exceptions->len, ==, 1);
}

/* Of two changes the first is taken back; the second keeps what is its own. */
static void test_one_of_two_is_cancelled(void)
{
	g_auto(TempStore) temp;
	int64_t folder, id = one_event(&temp, &folder);
	g_autoptr(Op) first = save_subject(&temp, id, "C");
	guint count;

	begin_op(&temp, first);
	g_autoptr(PimItem) item = read_item(&temp, PIM_EVENT, id);
	g_free(item->event->location);
	item->event->location = g_strdup("Room");
	g_autofree char *text = pim_to_text(item, PIM_TEXT_WHOLE);
	g_autoptr(Op) second = write_op(&temp, op_new_item_save(id, 0, text));
	end_op(&temp, first, OP_END_REFUSED, NULL);
	g_assert_true(store_write_ops_cancel(temp.writer, &(StoreOpChoice){ .op_id = first->id }, &count, NULL));
	g_autoptr(PimItem) shown = read_item(&temp, PIM_EVENT, id);
	g_assert_cmpstr(shown->event->subject, ==, "A");
	g_assert_cmpstr(shown->event->location, ==, "Room");
	g_autoptr(GPtrArray) ops = read_ops(&temp);
	g_autoptr(PimItem) was = pim_from_text(((Op *)ops->pdata[0])->was.text, NULL);
	g_assert_cmpstr(was->event->location, ==, "B");
}

static void test_an_answer_is_seen(void)
{
	g_auto(TempStore) temp;
	int64_t folder, id = one_event(&temp, &folder);
	Op *answer = op_new(OP_RESPOND);

	answer->item_id = id;
	answer->value.number = RESPONSE_ACCEPTED | OP_RESPOND_SILENT;
	answer->value.text = g_strdup("Gladly");
	g_autoptr(Op) op = write_op(&temp, answer);
	g_autoptr(PimItem) item = read_item(&temp, PIM_EVENT, id);
	g_assert_cmpint(item->event->response, ==, RESPONSE_ACCEPTED);
	bring(&temp, folder, (Page){ .items = { event_called("8:1", "A", "C") } });
	g_autoptr(PimItem) kept = read_item(&temp, PIM_EVENT, id);
	g_assert_cmpint(kept->event->response, ==, RESPONSE_ACCEPTED);
	g_assert_cmpstr(kept->event->location, ==, "C");
	StoreOpChoice choice = { .op_id = op->id };
	guint count;
	g_assert_true(store_write_ops_cancel(temp.writer, &choice, &count, NULL));
	g_autoptr(PimItem) as_before = read_item(&temp, PIM_EVENT, id);
	g_assert_cmpint(as_before->event->response, ==, RESPONSE_NONE);
}

static Op *answer_mail(TempStore *temp, int64_t message_id)
{
	Op *op = op_new(OP_RESPOND);

	op->message_id = message_id;
	op->value.number = RESPONSE_ACCEPTED;
	return write_op(temp, op);
}

/* The server takes the mail away when it has been answered. */
static void test_an_answer_to_a_mail_that_is_gone(void)
{
	static const struct { const char *why; bool was_tried; guint left; } rows[] = {
		{ "never tried", false, 1 }, { "tried, and the answer was lost", true, 0 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(TempStore) temp;
		g_test_message("%s", rows[i].why);
		temp_store_init(&temp);
		int64_t inbox = temp_store_folder(&temp, "5", FOLDER_INBOX);
		int64_t mail = temp_store_add(&temp, inbox, temp_message("5:1", noon, 0));
		g_autoptr(Op) op = answer_mail(&temp, mail);
		g_autoptr(GPtrArray) before = read_ops(&temp);
		g_assert_cmpstr(((Op *)before->pdata[0])->server_id, ==, "5:1");
		if (rows[i].was_tried)
			begin_op(&temp, op);
		bring(&temp, inbox, (Page){ .gone = { "5:1" } });
		g_autoptr(GPtrArray) ops = read_ops(&temp);
		g_assert_cmpuint(ops->len, ==, rows[i].left);
		if (ops->len) {
			g_assert_cmpint(((Op *)ops->pdata[0])->state, ==, OP_FAILED);
			g_assert_false(op_has_names(ops->pdata[0]));
		}
	}
}

static void test_what_makes_no_sense(void)
{
	g_auto(TempStore) temp;
	int64_t folder, id = one_event(&temp, &folder);
	const struct { const char *why; Op *op; ErrorKind kind; } rows[] = {
		{ "no text", op_new_item_save(id, 0, NULL), ERR_USAGE },
		{ "nonsense", op_new_item_save(id, 0, "event\nbusy\t9\n"), ERR_USAGE },
		{ "a contact among events", op_new_item_save(0, folder, "contact\n"), ERR_USAGE },
		{ "in no folder", op_new_item_save(0, 0, "event\n"), ERR_GONE },
		{ "gone", op_new_item_delete(999), ERR_GONE },
		{ "an answer to nothing", op_new(OP_RESPOND), ERR_USAGE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_autoptr(Op) op = rows[i].op;
		g_test_message("%s", rows[i].why);
		g_assert_false(store_write_op(temp.writer, op, &err));
		g_assert_cmpint(error_kind(err), ==, rows[i].kind);
	}
}

/* ---- a lost key; damage; the end of an account ---- */

static void test_a_refill_keeps_what_is_ours(void)
{
	g_auto(TempStore) temp;
	int64_t folder, id = one_event(&temp, &folder);
	g_autoptr(PimItem) item = event_called(NULL, "New", NULL);
	g_autofree char *text = pim_to_text(item, PIM_TEXT_WHOLE);

	bring(&temp, folder, (Page){ .items = { event_at("8:2", noon, HOUR), event_at("8:3", noon, HOUR) } });
	g_autoptr(Op) make = write_op(&temp, op_new_item_save(0, folder, text));
	g_assert_true(store_write_folder_reset(temp.writer, folder, NULL));
	StorePageCount count = bring(&temp, folder, (Page){ .items = { event_called("8:1", "A", "B"), event_at("8:4", noon, HOUR) } });
	g_assert_cmpint(count.added, ==, 1);
	g_assert_cmpint(count.removed, ==, 2);
	assert_subject(&temp, id, "A");
	assert_subject(&temp, make->item_id, "New");
	temp_assert_counts(&temp, folder, 3, 0);
}

static void test_a_bad_row_is_an_error(void)
{
	static const char *const damages[] = {
		"UPDATE item SET brief = 'event' || char(10) || 'busy' || char(9) || '77' || char(10)",
		"UPDATE item SET brief = ''",
		"UPDATE item SET brief = 'note' || char(10)",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(damages); i++) {
		g_auto(TempStore) temp;
		int64_t folder, id = one_event(&temp, &folder);
		g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
		g_autoptr(GError) err = NULL;
		GPtrArray *events = NULL;
		(void)id;
		g_array_append_val(ids, folder);
		g_assert_true(db_exec(temp.writer->db, damages[i], NULL));
		g_assert_false(store_read_events(temp.reader, ids, INT64_MIN, INT64_MAX, &events, &err));
		g_assert_true(error_is(err, ERR_STORE));
	}
}

static void test_the_end_of_an_account(void)
{
	g_auto(TempStore) temp;
	int64_t folder, id = one_event(&temp, &folder), left;
	g_autoptr(Op) op = save_subject(&temp, id, "Ours");

	fill_contacts(&temp, temp_store_folder(&temp, "7", FOLDER_CONTACTS));
	g_assert_true(store_write_account_gone(temp.writer, temp.account_id, NULL));
	g_assert_true(db_number(temp.reader->db, "SELECT (SELECT count(*) FROM item) + (SELECT count(*) FROM contact_word) + "
	                                         "(SELECT count(*) FROM event) + (SELECT count(*) FROM op)", 0, 0, &left, NULL));
	g_assert_cmpint(left, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/item/a-window", test_a_window);
	g_test_add_func("/item/a-window-knows-exceptions", test_a_window_knows_exceptions);
	g_test_add_func("/item/events-are-found", test_events_are_found);
	g_test_add_func("/item/the-list-of-contacts", test_the_list_of_contacts);
	g_test_add_func("/item/completion", test_completion);
	g_test_add_func("/item/whose-address-or-number", test_whose_address_or_number);
	g_test_add_func("/item/tasks-and-notes", test_tasks_and_notes);
	g_test_add_func("/item/a-change-is-seen-and-told", test_a_change_is_seen_and_told);
	g_test_add_func("/item/the-later-change-takes-the-place", test_the_later_change_takes_the_place);
	g_test_add_func("/item/made-and-deleted-is-nothing", test_made_and_deleted_is_nothing);
	g_test_add_func("/item/a-new-one-gets-its-name", test_a_new_one_gets_its_name);
	g_test_add_func("/item/a-lost-answer-is-claimed", test_a_lost_answer_is_claimed);
	g_test_add_func("/item/deleted-and-back", test_deleted_and_back);
	g_test_add_func("/item/wanted-back-while-it-goes", test_wanted_back_while_it_goes);
	g_test_add_func("/item/refused-is-parked", test_refused_is_parked);
	g_test_add_func("/item/changed-on-both-sides", test_changed_on_both_sides);
	g_test_add_func("/item/a-copy-is-no-meeting", test_a_copy_is_no_meeting);
	g_test_add_func("/item/deleted-there-changed-here", test_deleted_there_changed_here);
	g_test_add_func("/item/deleted-on-both-sides", test_deleted_on_both_sides);
	g_test_add_func("/item/occurrences-go-one-by-one", test_occurrences_go_one_by_one);
	g_test_add_func("/item/one-of-two-is-cancelled", test_one_of_two_is_cancelled);
	g_test_add_func("/item/an-answer-is-seen", test_an_answer_is_seen);
	g_test_add_func("/item/an-answer-to-a-mail-that-is-gone", test_an_answer_to_a_mail_that_is_gone);
	g_test_add_func("/item/what-makes-no-sense", test_what_makes_no_sense);
	g_test_add_func("/item/a-refill-keeps-what-is-ours", test_a_refill_keeps_what_is_ours);
	g_test_add_func("/item/a-bad-row-is-an-error", test_a_bad_row_is_an_error);
	g_test_add_func("/item/the-end-of-an-account", test_the_end_of_an_account);
	return g_test_run();
}
