/*
 * Conversations with ActiveSync servers, as data. A case NAME has for each round n a request NAME.n.req.xml, to which
 * what we ask must be equal byte for byte once both are WBXML, and an answer NAME.n.resp.xml (none: an empty 200); and
 * NAME.sink, what the sink must have been told. WIRE_WRITE=1 in the environment writes the .sink files anew.
 */
#include <string.h>

#include "base/error.h"
#include "eas/eas.h"
#include "support/items.h"
#include "support/scene.h"
#include "support/sink.h"
#include "support/xmlwb.h"

typedef struct {
	const char *name;
	TaskKind    kind;
	const char *version;
	const char *key;          /* of the folder, or of the folder list */
	const char *folder_id;
	const char *server_id;    /* or the reference of a part; of MESSAGE_IDS several, blanks between;
	                             of SAVE_DRAFT parts to remove, and then there are none to add */
	int         heartbeat_s;
	bool        is_unverified;
	SendForm    form;
	bool        adds_original;
	bool        is_anew;      /* X-MS-RP comes with each answer */
	const Op   *ops;          /* in place of the scene's; up to one without an id */
	const char *query;
	FolderType  type;         /* of the folder; 0: of mail */
	void      (*prepare)(Scene *scene);      /* the last touch; NULL none */
	const char *fails;        /* the name of the error's kind, if the last answer is one */
} Case;

/* Ids and names as the store would give them. */
#define OP(id, kind, ...) { id, 0, kind, .folder_server_id = (char *)"5", __VA_ARGS__ }

static const Op flag_ops[] = {
	OP(1, OP_FLAG, .server_id = (char *)"5:101", .value = { .number = FLAG_ACTIVE }),
	OP(2, OP_FLAG, .server_id = (char *)"5:102", .value = { .number = FLAG_ACTIVE, .text = (char *)"Call back", .due_ms = 1772625600000 }),
	OP(3, OP_FLAG, .server_id = (char *)"5:103", .value = { .number = FLAG_DONE, .done_ms = 1772625600500 }),
	OP(4, OP_FLAG, .server_id = (char *)"5:104", .value = { .number = FLAG_NONE }),
	{ 0 },
};
static const Op category_ops[] = {
	OP(1, OP_CATEGORIES, .server_id = (char *)"5:101", .value = { .text = (char *)"Infra\nRot & Grün" }),
	OP(2, OP_CATEGORIES, .server_id = (char *)"5:102"),
	OP(3, OP_MARK_READ, .server_id = (char *)"5:103", .value = { .number = 1 }),
	{ 0 },
};
static const Op delete_ops[] = {
	OP(1, OP_DELETE, .server_id = (char *)"5:101"),
	OP(2, OP_DELETE, .server_id = (char *)"5:102"),
	{ 0 },
};
static const Op move_ops[] = {
	OP(1, OP_MOVE, .server_id = (char *)"5:101", .target_server_id = (char *)"9"),
	OP(2, OP_MOVE, .server_id = (char *)"5:102", .target_server_id = (char *)"9"),
	OP(3, OP_MOVE, .server_id = (char *)"5:103", .target_server_id = (char *)"77"),
	OP(4, OP_MOVE, .server_id = (char *)"5:104", .target_server_id = (char *)"9"),
	OP(5, OP_MOVE, .server_id = (char *)"5:105", .target_server_id = (char *)"9"),
	{ 0 },
};
static const Op move_one_op[] = { OP(1, OP_MOVE, .server_id = (char *)"5:101", .target_server_id = (char *)"9"), { 0 } };
static const Op create_ops[] = {
	OP(1, OP_FOLDER_CREATE, .target_server_id = (char *)"5", .value = { .text = (char *)"Angebote €" }), { 0 },
};
static const Op rename_ops[] = {
	OP(1, OP_FOLDER_UPDATE, .target_server_id = (char *)"0", .value = { .text = (char *)"Offers" }), { 0 },
};
static const Op remove_ops[] = { OP(1, OP_FOLDER_DELETE), { 0 } };
static const Op draft_ops[] = { OP(1, OP_SAVE_DRAFT), { 0 } };
static const Op redraft_ops[] = { OP(1, OP_SAVE_DRAFT, .server_id = (char *)"3:4"), { 0 } };
static const Op oof_ops[] = {
	OP(1, OP_OOF, .value = { .text = (char *)"state timed\nstart 1777852800000\nend 1778457600000\ninternal on text\n\tBack on Monday.\n"
	                                         "known on html\n\t<p>Away</p>\nunknown off none\n" }),
	{ 0 },
};
static const Op empty_ops[] = { OP(1, OP_FOLDER_EMPTY), { 0 } };

/* ---- changes of items ---- */

static PimItem *item_of(void *event)
{
	return pim_item_new(PIM_EVENT, event);
}

static void set(char **slot, const char *text)
{
	g_free(*slot);
	*slot = g_strdup(text);
}

static void new_events(Scene *scene)
{
	items_change(scene, NULL, item_of(items_series()), NULL);
	items_change(scene, NULL, item_of(items_event()), NULL);
	items_change(scene, NULL, item_of(items_holiday()), NULL);
}

static void new_series(Scene *scene)
{
	items_change(scene, NULL, item_of(items_series()), NULL);
}

/* A subject, no place any more, another reminder; a note that stays. */
static void changed_event(Scene *scene)
{
	ItemChange *change = items_change(scene, "1:8", item_of(items_event()), item_of(items_event()));
	Event *event = change->item->event;

	set(&event->subject, "Zahnarzt (Kontrolle)");
	set(&event->location, NULL);
	set(&event->categories, NULL);
	event->reminder_min = REMINDER_NONE;
	event->busy_status = BUSY_ELSEWHERE;
	set(&event->uid, "0400-uid");
}

/* An hour later, and with a note: all exceptions are to be told again, from 16.0 on. */
static void moved_series(Scene *scene)
{
	ItemChange *change = items_change(scene, "1:7", item_of(items_series()), item_of(items_series()));
	Event *event = change->item->event;

	event->start_ms += 3600 * 1000;
	event->end_ms += 3600 * 1000;
	set(&event->body, "Neue Zeit.");
	event->body_kind = BODY_TEXT;
	((EventException *)event->exceptions->pdata[0])->original_ms += 3600 * 1000;
	((EventException *)event->exceptions->pdata[1])->original_ms += 3600 * 1000;
}

/* One date more that is cancelled, and another word for the moved one; the other item goes along with neither. */
static void changed_occurrences(Scene *scene)
{
	ItemChange *change = items_change(scene, "1:7", item_of(items_series()), item_of(items_series()));
	Event *event = change->item->event;
	EventException *late = event_exception_new(1784109600000), *moved = event->exceptions->pdata[1];

	late->is_deleted = true;
	g_ptr_array_add(event->exceptions, late);
	set(&moved->event->subject, "Weekly planning (in the garden)");
	items_change(scene, "1:9", NULL, NULL);
}

/* All of them are planned, and this one is meant. */
static void one_occurrence(Scene *scene)
{
	changed_occurrences(scene);
	((ItemChange *)scene->changes->pdata[0])->instance_ms = 1784109600000;
}

/* It happens once from now on; and an event of which nothing changed. */
static void single_event(Scene *scene)
{
	ItemChange *change = items_change(scene, "1:7", item_of(items_series()), item_of(items_series()));
	Event *event = change->item->event;

	g_clear_pointer(&event->recurrence, g_free);
	g_clear_pointer(&event->exceptions, g_ptr_array_unref);
	g_clear_pointer(&event->attendees, g_ptr_array_unref);
	event->meeting_status = 0;
	items_change(scene, "1:8", item_of(items_event()), item_of(items_event()));
}

static void gone_items(Scene *scene)
{
	items_change(scene, "1:8", NULL, NULL);
	items_change(scene, "1:9", NULL, NULL);
	items_change(scene, NULL, item_of(items_holiday()), NULL);
	items_change(scene, NULL, item_of(items_holiday()), NULL);
}

static void contacts(Scene *scene)
{
	items_change(scene, NULL, pim_item_new(PIM_CONTACT, items_contact()), NULL);
	ItemChange *change = items_change(scene, "2:5", pim_item_new(PIM_CONTACT, items_contact()),
	                                  pim_item_new(PIM_CONTACT, items_contact()));
	Contact *contact = change->item->contact;

	contact_set(contact, CONTACT_MOBILE, NULL);
	contact_set(contact, CONTACT_LAST_NAME, "Example-Müller");
	set(&contact->categories, NULL);
	g_clear_pointer(&contact->picture, g_bytes_unref);
	contact->birthday_ms = CONTACT_NO_DATE;
}

static void todos(Scene *scene)
{
	items_change(scene, NULL, pim_item_new(PIM_TODO, items_todo()), NULL);
	ItemChange *change = items_change(scene, "4:1", pim_item_new(PIM_TODO, items_todo()),
	                                  pim_item_new(PIM_TODO, items_todo()));
	Todo *todo = change->item->todo;

	todo->is_done = true;
	todo->done_date_ms = todo->due_date_ms;
	todo->reminder_ms = 0;
	set(&todo->categories, NULL);
	set(&todo->body, NULL);
	g_clear_pointer(&todo->recurrence, g_free);
}

static void notes(Scene *scene)
{
	items_change(scene, NULL, pim_item_new(PIM_NOTE, items_note()), NULL);
	ItemChange *change = items_change(scene, "6:1", pim_item_new(PIM_NOTE, items_note()),
	                                  pim_item_new(PIM_NOTE, items_note()));

	set(&change->item->note->subject, NULL);
	set(&change->item->note->body, "Brot\nÄpfel\nMilch");
}

static void quiet_answer(Scene *scene)
{
	scene->answer = (AnswerSpec){ .choice = RESPONSE_DECLINED, .comment = "not sent" };
}

static void tentative_occurrence(Scene *scene)
{
	scene->answer.choice = RESPONSE_TENTATIVE;
	scene->answer.instance_ms = 1767776400000;
	scene->answer.comment = "Perhaps.\nI ask.";
}

static void proposal(Scene *scene)
{
	scene->answer.choice = RESPONSE_TENTATIVE;
	scene->answer.comment = "Better at noon?";
	scene->answer.proposed_start_ms = 1772625600000;
	scene->answer.proposed_end_ms = 1772629200000;
}

static const Op answer_ops[] = { OP(1, OP_DELETE, .server_id = (char *)"5:101"), { 0 } };

#define CALENDAR(v, ...) .version = v, .key = "44", .folder_id = "1", .type = FOLDER_CALENDAR, __VA_ARGS__
#define CONTACTS(v, ...) .version = v, .key = "44", .folder_id = "2", .type = FOLDER_CONTACTS, __VA_ARGS__
#define TODOS(v, ...) .version = v, .key = "44", .folder_id = "4", .type = FOLDER_TASKS, __VA_ARGS__
#define NOTES(v, ...) .version = v, .key = "44", .folder_id = "6", .type = FOLDER_NOTES, __VA_ARGS__

static const Case cases[] = {
	{ "exchange-12.1/calendar-first",   TASK_PAGE, .version = "12.1", .key = "0", .folder_id = "1", .type = FOLDER_CALENDAR },
	{ "exchange-14.1/calendar-first",   TASK_PAGE, .version = "14.1", .key = "0", .folder_id = "1", .type = FOLDER_CALENDAR },
	{ "exchange-16.1/calendar-first",   TASK_PAGE, .version = "16.1", .key = "0", .folder_id = "1", .type = FOLDER_CALENDAR },
	{ "exchange-16.1/contacts-first",   TASK_PAGE, .version = "16.1", .key = "0", .folder_id = "2", .type = FOLDER_CONTACTS },
	{ "exchange-14.1/calendar",         TASK_PAGE, CALENDAR("14.1") },
	{ "exchange-14.1/calendar-odd",     TASK_PAGE, CALENDAR("14.1") },
	{ "exchange-16.1/calendar",         TASK_PAGE, CALENDAR("16.1") },
	{ "exchange-14.1/contacts",         TASK_PAGE, CONTACTS("14.1") },
	{ "exchange-14.1/tasks",            TASK_PAGE, TODOS("14.1") },
	{ "exchange-14.1/notes",            TASK_PAGE, NOTES("14.1") },
	{ "exchange-12.1/events-new",       TASK_PUSH_ITEMS, CALENDAR("12.1", .prepare = new_events) },
	{ "exchange-14.1/events-new",       TASK_PUSH_ITEMS, CALENDAR("14.1", .prepare = new_events) },
	{ "exchange-16.1/events-new",       TASK_PUSH_ITEMS, CALENDAR("16.1", .prepare = new_events) },
	{ "exchange-16.1/exceptions-failed", TASK_PUSH_ITEMS, CALENDAR("16.1", .prepare = new_series) },
	{ "exchange-14.1/event-changed",    TASK_PUSH_ITEMS, CALENDAR("14.1", .prepare = changed_event) },
	{ "exchange-16.1/event-changed",    TASK_PUSH_ITEMS, CALENDAR("16.1", .prepare = changed_event) },
	{ "exchange-14.1/series-moved",     TASK_PUSH_ITEMS, CALENDAR("14.1", .prepare = moved_series) },
	{ "exchange-16.1/series-moved",     TASK_PUSH_ITEMS, CALENDAR("16.1", .prepare = moved_series) },
	{ "exchange-14.1/occurrences",      TASK_PUSH_ITEMS, CALENDAR("14.1", .prepare = changed_occurrences) },
	{ "exchange-16.1/occurrences",      TASK_PUSH_ITEMS, CALENDAR("16.1", .prepare = changed_occurrences) },
	{ "exchange-16.1/occurrence",       TASK_PUSH_ITEMS, CALENDAR("16.1", .prepare = one_occurrence) },
	{ "exchange-16.1/occurrence-refused", TASK_PUSH_ITEMS, CALENDAR("16.1", .prepare = changed_occurrences) },
	{ "exchange-14.1/event-single",     TASK_PUSH_ITEMS, CALENDAR("14.1", .prepare = single_event) },
	{ "exchange-16.1/event-single",     TASK_PUSH_ITEMS, CALENDAR("16.1", .prepare = single_event) },
	{ "exchange-16.1/items-refused",    TASK_PUSH_ITEMS, CALENDAR("16.1", .prepare = gone_items) },
	{ "exchange-16.1/contacts-push",    TASK_PUSH_ITEMS, CONTACTS("16.1", .prepare = contacts) },
	{ "exchange-14.1/tasks-push",       TASK_PUSH_ITEMS, TODOS("14.1", .prepare = todos) },
	{ "exchange-16.1/notes-push",       TASK_PUSH_ITEMS, NOTES("16.1", .prepare = notes) },
	{ "sogo/contacts-push",             TASK_PUSH_ITEMS, CONTACTS("14.1", .prepare = contacts) },
	{ "exchange-12.1/respond",          TASK_RESPOND,   .version = "12.1", .folder_id = "5", .ops = answer_ops },
	{ "exchange-14.1/respond",          TASK_RESPOND,   .version = "14.1", .folder_id = "5", .ops = answer_ops, .prepare = tentative_occurrence },
	{ "exchange-16.1/respond",          TASK_RESPOND,   .version = "16.1", .folder_id = "5", .ops = answer_ops, .prepare = tentative_occurrence },
	{ "exchange-16.1/respond-quietly",  TASK_RESPOND,   .version = "16.1", .folder_id = "5", .ops = answer_ops, .prepare = quiet_answer },
	{ "exchange-16.1/respond-proposal", TASK_RESPOND,   .version = "16.1", .folder_id = "5", .ops = answer_ops, .prepare = proposal },
	{ "exchange-16.1/respond-refused",  TASK_RESPOND,   .version = "16.1", .folder_id = "5", .ops = answer_ops },
	{ "exchange-16.1/respond-unprovisioned", TASK_RESPOND, .version = "16.1", .folder_id = "5", .ops = answer_ops, .fails = "provision" },
	{ "exchange-16.1/provision",        TASK_PROVISION, .version = "16.1" },
	{ "exchange-16.1/wipe-account",     TASK_PROVISION, .version = "16.1" },
	{ "exchange-16.1/wipe-unverified",  TASK_PROVISION, .version = "16.1", .is_unverified = true, .fails = "tls" },
	{ "exchange-16.1/settings",         TASK_DEVICE,    .version = "16.1" },
	{ "exchange-16.1/folders",          TASK_FOLDERS,   .version = "16.1", .key = "0" },
	{ "exchange-16.1/folders-changes",  TASK_FOLDERS,   .version = "16.1", .key = "7" },
	{ "exchange-16.1/folders-key-lost", TASK_FOLDERS,   .version = "16.1", .key = "7" },
	{ "exchange-16.1/page-first",       TASK_PAGE,      .version = "16.1", .key = "0",          .folder_id = "5" },
	{ "exchange-16.1/page",             TASK_PAGE,      .version = "16.1", .key = "1830296531", .folder_id = "5" },
	{ "exchange-16.1/page-nothing",     TASK_PAGE,      .version = "16.1", .key = "1830296531", .folder_id = "5" },
	{ "exchange-16.1/page-begin-anew",  TASK_PAGE,      .version = "16.1", .key = "1830296531", .folder_id = "5", .is_anew = true },
	{ "exchange-16.1/page-key-lost",    TASK_PAGE,      .version = "16.1", .key = "1830296531", .folder_id = "5", .fails = "resync" },
	{ "exchange-16.1/page-repeats-key", TASK_PAGE,      .version = "16.1", .key = "44",         .folder_id = "5", .fails = "protocol" },
	{ "exchange-16.1/page-bad-items",   TASK_PAGE,      .version = "16.1", .key = "44",         .folder_id = "5" },
	{ "exchange-16.1/page-drafts",      TASK_PAGE,      .version = "16.1", .key = "44",         .folder_id = "3" },
	{ "exchange-16.1/push-ops",         TASK_PUSH_OPS,  .version = "16.1", .key = "50",         .folder_id = "5" },
	{ "exchange-16.1/push-ops-refused", TASK_PUSH_OPS,  .version = "16.1", .key = "50",         .folder_id = "5", .fails = "request" },
	{ "exchange-16.1/fetch-body",       TASK_FETCH_BODY, .version = "16.1", .folder_id = "5", .server_id = "5:101" },
	{ "exchange-16.1/fetch-body-text",  TASK_FETCH_BODY, .version = "16.1", .folder_id = "5", .server_id = "5:101" },
	{ "exchange-16.1/fetch-mime",       TASK_FETCH_MIME, .version = "16.1", .folder_id = "5", .server_id = "5:101" },
	{ "exchange-16.1/fetch-part",       TASK_FETCH_PART, .version = "16.1", .folder_id = "5", .server_id = "5%3a101%3a0" },
	{ "exchange-16.1/fetch-part-gone",  TASK_FETCH_PART, .version = "16.1", .folder_id = "5", .server_id = "5%3a101%3a9", .fails = "gone" },
	{ "exchange-16.1/ping-changes",     TASK_LISTEN,    .version = "16.1", .heartbeat_s = 900 },
	{ "exchange-16.1/ping-nothing",     TASK_LISTEN,    .version = "16.1", .heartbeat_s = 60 },
	{ "exchange-16.1/ping-heartbeat",   TASK_LISTEN,    .version = "16.1", .heartbeat_s = 9999 },
	{ "exchange-16.1/ping-folders",     TASK_LISTEN,    .version = "16.1", .heartbeat_s = 900, .fails = "refolder" },
	{ "exchange-16.1/push-flags",       TASK_PUSH_OPS,  .version = "16.1", .key = "50", .folder_id = "5", .ops = flag_ops },
	{ "exchange-16.1/push-flags-lost",  TASK_PUSH_OPS,  .version = "16.1", .key = "50", .folder_id = "5", .ops = flag_ops },
	{ "exchange-16.1/push-categories",  TASK_PUSH_OPS,  .version = "16.1", .key = "50", .folder_id = "5", .ops = category_ops },
	{ "exchange-12.1/push-categories",  TASK_PUSH_OPS,  .version = "12.1", .key = "50", .folder_id = "5", .ops = category_ops },
	{ "exchange-16.1/push-deletes",     TASK_PUSH_OPS,  .version = "16.1", .key = "50", .folder_id = "5", .ops = delete_ops },
	{ "exchange-16.1/move",             TASK_MOVE,      .version = "16.1", .ops = move_ops },
	{ "exchange-16.1/move-not-now",     TASK_MOVE,      .version = "16.1", .ops = move_one_op, .fails = "server" },
	{ "exchange-16.1/folder-create",    TASK_FOLDER,    .version = "16.1", .key = "7", .ops = create_ops },
	{ "exchange-16.1/folder-exists",    TASK_FOLDER,    .version = "16.1", .key = "7", .ops = create_ops },
	{ "exchange-16.1/folder-update",    TASK_FOLDER,    .version = "16.1", .key = "7", .ops = rename_ops },
	{ "exchange-16.1/folder-delete",    TASK_FOLDER,    .version = "16.1", .key = "7", .ops = remove_ops },
	{ "exchange-16.1/folder-gone",      TASK_FOLDER,    .version = "16.1", .key = "7", .ops = remove_ops },
	{ "exchange-16.1/folder-key-lost",  TASK_FOLDER,    .version = "16.1", .key = "7", .ops = remove_ops, .fails = "resync" },
	{ "exchange-16.1/empty",            TASK_EMPTY,     .version = "16.1", .ops = empty_ops },
	{ "exchange-16.1/empty-denied",     TASK_EMPTY,     .version = "16.1", .ops = empty_ops },
	{ "exchange-16.1/draft",            TASK_SAVE_DRAFT, .version = "16.1", .key = "44", .folder_id = "3", .ops = draft_ops },
	{ "exchange-16.1/draft-unnamed",    TASK_SAVE_DRAFT, .version = "16.1", .key = "44", .folder_id = "3", .ops = draft_ops },
	{ "exchange-16.1/draft-changed",    TASK_SAVE_DRAFT, .version = "16.1", .key = "44", .folder_id = "3", .ops = redraft_ops, .server_id = "3%3a4%3a0" },
	{ "exchange-16.1/draft-conflict",   TASK_SAVE_DRAFT, .version = "16.1", .key = "44", .folder_id = "3", .ops = redraft_ops, .server_id = "3%3a4%3a0" },
	{ "exchange-16.1/draft-gone",       TASK_SAVE_DRAFT, .version = "16.1", .key = "44", .folder_id = "3", .ops = redraft_ops, .server_id = "3%3a4%3a0" },
	{ "exchange-16.1/draft-key-lost",   TASK_SAVE_DRAFT, .version = "16.1", .key = "44", .folder_id = "3", .ops = redraft_ops, .server_id = "3%3a4%3a0", .fails = "resync" },
	{ "exchange-16.1/oof-get",          TASK_OOF_GET,   .version = "16.1" },
	{ "exchange-16.1/oof-get-denied",   TASK_OOF_GET,   .version = "16.1", .fails = "forbidden" },
	{ "exchange-16.1/oof-set",          TASK_OOF_SET,   .version = "16.1", .ops = oof_ops },
	{ "exchange-16.1/oof-set-refused",  TASK_OOF_SET,   .version = "16.1", .ops = oof_ops },
	{ "exchange-16.1/people",           TASK_GAL,    .version = "16.1", .query = "jür" },
	{ "exchange-16.1/people-by-search", TASK_GAL,    .version = "16.1", .query = "jür" },
	{ "exchange-16.1/resolve",          TASK_RESOLVE,   .version = "16.1", .query = "Jürgen\ngrace\nzzz" },
	{ "exchange-16.1/certificates",     TASK_CERTIFICATES, .version = "16.1", .query = "grace@example.test\nbob@example.test\nzzz" },
	{ "exchange-14.1/photo",            TASK_PHOTO, .version = "14.1", .query = "grace@example.test" },
	{ "exchange-16.1/availability",     TASK_AVAILABILITY, .version = "16.1", .query = "1772625601000\t1772636400000\ngrace@example.test\nbob\nzzz" },
	{ "exchange-16.1/opinions",         TASK_VALIDATE,  .version = "16.1", .query = "TUlJQg==\nTUlJQw==\nTUlJRA==" },
	{ "exchange-16.1/opinions-denied",  TASK_VALIDATE,  .version = "16.1", .query = "TUlJQg==", .fails = "server" },
	{ "exchange-14.1/people",           TASK_GAL,    .version = "14.1", .query = "jür" },
	{ "exchange-14.1/people-none",      TASK_GAL,    .version = "14.1", .query = "jür" },
	{ "exchange-14.1/people-denied",    TASK_GAL,    .version = "14.1", .query = "jür", .fails = "forbidden" },
	{ "exchange-16.1/search",           TASK_SEARCH,    .version = "16.1", .query = "0\t0\t0\toffer €" },
	{ "exchange-16.1/search-folder",    TASK_SEARCH,    .version = "16.1", .query = "0\t0\t0\toffer €", .folder_id = "5" },
	{ "exchange-16.1/search-no-find",   TASK_SEARCH,    .version = "16.1", .query = "0\t0\t0\toffer €" },
	{ "exchange-14.1/search",           TASK_SEARCH,    .version = "14.1", .query = "1772323200000\t1772625600000\t0\toffer €", .folder_id = "5" },
	{ "exchange-14.1/fetch-found",      TASK_FETCH_FOUND, .version = "14.1",
	  .query = "1\n5\t\tRgAAAACYWCHnyBZ%2f\tbob@example.test\t\tOffer one\t\t0\t0\t0\t1\n" },
	{ "exchange-14.1/search-too-much",  TASK_SEARCH,    .version = "14.1", .query = "0\t0\t0\toffer €", .fails = "request" },
	{ "exchange-16.1/send",             TASK_SEND,      .version = "16.1" },
	{ "exchange-16.1/send-refused",     TASK_SEND,      .version = "16.1" },
	{ "exchange-16.1/send-again",       TASK_SEND,      .version = "16.1" },
	{ "exchange-16.1/send-not-now",     TASK_SEND,      .version = "16.1" },
	{ "exchange-16.1/send-unprovisioned", TASK_SEND,    .version = "16.1", .fails = "provision" },
	{ "exchange-16.1/send-reply",       TASK_SEND,      .version = "16.1", .form = SEND_REPLY },
	{ "exchange-16.1/send-forward",     TASK_SEND,      .version = "16.1", .form = SEND_FORWARD, .adds_original = true },
	{ "exchange-16.1/message-ids",      TASK_MESSAGE_IDS, .version = "16.1", .folder_id = "8", .server_id = "8:1 8:2 8:3 8:4" },
	{ "exchange-16.1/estimate",         TASK_ESTIMATE,  .version = "16.1", .key = "50" },
	{ "exchange-14.1/provision",        TASK_PROVISION, .version = "14.1" },
	{ "exchange-14.1/page-meeting",     TASK_PAGE,      .version = "14.1", .key = "44", .folder_id = "5" },
	{ "exchange-14.1/page-throttled",   TASK_PAGE,      .version = "14.1", .key = "44", .folder_id = "5", .fails = "server" },
	{ "exchange-14.1/push-ops",         TASK_PUSH_OPS,  .version = "14.1", .key = "50", .folder_id = "5" },
	{ "exchange-14.1/fetch-body",       TASK_FETCH_BODY, .version = "14.1", .folder_id = "5", .server_id = "5:101" },
	{ "exchange-14.1/fetch-mime",       TASK_FETCH_MIME, .version = "14.1", .folder_id = "5", .server_id = "5:101" },
	{ "exchange-14.1/folders",          TASK_FOLDERS,   .version = "14.1", .key = "0" },
	{ "exchange-14.1/settings",         TASK_DEVICE,    .version = "14.1" },
	{ "exchange-14.1/ping-too-many",    TASK_LISTEN,    .version = "14.1", .heartbeat_s = 900, .fails = "limit" },
	{ "exchange-14.1/estimate",         TASK_ESTIMATE,  .version = "14.1", .key = "50" },
	{ "exchange-14.1/not-provisioned",  TASK_FOLDERS,   .version = "14.1", .key = "0", .fails = "provision" },
	{ "exchange-12.1/provision",        TASK_PROVISION, .version = "12.1" },
	{ "exchange-12.1/settings",         TASK_DEVICE,    .version = "12.1" },
	{ "exchange-12.1/page",             TASK_PAGE,      .version = "12.1", .key = "44", .folder_id = "5" },
	{ "exchange-12.1/estimate",         TASK_ESTIMATE,  .version = "12.1", .key = "50" },
	{ "sogo/provision",                 TASK_PROVISION, .version = "14.1" },
	{ "sogo/settings",                  TASK_DEVICE,    .version = "14.0" },
	{ "sogo/folders",                   TASK_FOLDERS,   .version = "14.1", .key = "0" },
	{ "sogo/oof-get",                   TASK_OOF_GET,   .version = "14.1" },
	{ "sogo/page-first",                TASK_PAGE,      .version = "14.1", .key = "0",    .folder_id = "mail%2F5f3a" },
	{ "sogo/page-nothing",              TASK_PAGE,      .version = "14.1", .key = "12-90", .folder_id = "mail%2F5f3a" },
	{ "sogo/page-unknown-folder",       TASK_PAGE,      .version = "14.1", .key = "0",    .folder_id = "mail%2Fgone", .fails = "refolder" },
	{ "sogo/push-ops",                  TASK_PUSH_OPS,  .version = "14.1", .key = "12-90", .folder_id = "mail%2F5f3a" },
	{ "sogo/fetch-body-none",           TASK_FETCH_BODY, .version = "14.1", .folder_id = "mail%2F5f3a", .server_id = "7" },
	{ "sogo/fetch-gone",                TASK_FETCH_MIME, .version = "14.1", .folder_id = "mail%2F5f3a", .server_id = "8", .fails = "gone" },
	{ "sogo/fetch-part",                TASK_FETCH_PART, .version = "14.1", .folder_id = "mail%2F5f3a", .server_id = "mail/INBOX/8/2" },
	{ "sogo/ping-changes",              TASK_LISTEN,    .version = "14.1", .heartbeat_s = 60 },
	{ "sogo/ping-short",                TASK_LISTEN,    .version = "14.1", .heartbeat_s = 60 },
};

static void scene_make(Scene *scene, const Case *row)
{
	scene_init(scene, row->kind, row->version);
	scene_set_key(scene, row->key ? row->key : "0");
	g_free(scene->folder->server_id);
	scene->folder->server_id = g_strdup(row->folder_id);
	if (g_strcmp0(row->folder_id, "3") == 0)
		scene->folder->type = FOLDER_DRAFTS;
	scene->spec.server_id = scene->spec.reference = row->server_id;
	if (row->ops)
		g_ptr_array_set_size(scene->ops, 0);
	for (const Op *op = row->ops; op && op->id; op++)
		g_ptr_array_add(scene->ops, op_copy(op));
	scene->send.form = row->form;
	scene->send.adds_original = row->adds_original;
	if ((row->kind == TASK_MESSAGE_IDS || row->kind == TASK_SAVE_DRAFT) && row->server_id)
		scene_set_ids(scene, row->server_id);
	scene->draft.gone_parts = scene->ids;
	if (scene->ids->len)
		scene->draft.parts = NULL;
	scene->spec.query = row->query;
	if (row->kind == TASK_SEARCH && !row->folder_id)
		scene->spec.folder = NULL;
	scene->spec.heartbeat_s = row->heartbeat_s;
	if (row->type)
		scene->folder->type = row->type;
	if (row->prepare)
		row->prepare(scene);
}

static char *round_path(const Case *row, int round, const char *what)
{
	g_autofree char *file = g_strdup_printf("wire/%s.%d.%s.xml", row->name, round, what);

	return xmlwb_path(file);
}

static void compare_request(const Case *row, int round, const HttpRequest *request)
{
	g_autofree char *path = round_path(row, round, "req");
	g_autoptr(GBytes) want = xmlwb_encode_file(path);

	if (g_bytes_equal(want, request->body))
		return;
	g_autofree char *want_list = xmlwb_list(want), *got_list = xmlwb_list(request->body);
	g_assert_cmpstr(got_list, ==, want_list);
	g_assert_true(g_bytes_equal(want, request->body));
}

static HttpResponse *response_of(const Case *row, int round)
{
	g_autofree char *path = round_path(row, round, "resp");
	g_autoptr(GBytes) body = g_file_test(path, G_FILE_TEST_EXISTS) ? xmlwb_encode_file(path) : NULL;
	HttpResponse *response = http_response_new(200, body);

	response->is_chain_verified = !row->is_unverified;
	if (row->is_anew)
		g_hash_table_insert(response->headers, g_strdup("x-ms-rp"), g_strdup("12.1,14.0,14.1,16.0,16.1"));
	return response;
}

/* Every answer is taken one item a slice. */
static void converse(const Case *row, Task *task, Sink *sink, GError **err)
{
	Step step = STEP_ASK;

	for (int round = 1; step == STEP_ASK; round++) {
		g_autoptr(HttpRequest) request = task->ops->ask(task, err);
		g_assert_nonnull(request);
		compare_request(row, round, request);
		g_autoptr(HttpResponse) response = response_of(row, round);
		if (!scene_take(task, response, sink, 1, &step, err))
			return;
	}
}

static void compare_sink(const Case *row, const RecordSink *record)
{
	g_autofree char *file = g_strdup_printf("wire/%s.sink", row->name);
	g_autofree char *path = xmlwb_path(file);
	g_autofree char *want = NULL;

	if (g_getenv("WIRE_WRITE"))
		g_assert_true(g_file_set_contents(path, record->log->str, -1, NULL));
	g_assert_true(g_file_get_contents(path, &want, NULL, NULL));
	g_assert_cmpstr(record->log->str, ==, want);
}

static void test_case(gconstpointer data)
{
	const Case *row = data;
	g_auto(RecordSink) record = { 0 };
	g_autoptr(GError) error = NULL;
	g_auto(Scene) scene = { 0 };

	scene_make(&scene, row);
	record_sink_init(&record);
	g_autoptr(Task) task = eas_backend()->begin(eas_backend(), &scene.spec, &error);
	g_assert_no_error(error);
	converse(row, task, &record.sink, &error);
	if (!row->fails)
		g_assert_no_error(error);
	else
		g_assert_cmpstr(error ? error_kind_name(error_kind(error)) : "success", ==, row->fails);
	compare_sink(row, &record);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strconcat("/wire/", cases[i].name, NULL);
		g_test_add_data_func(path, &cases[i], test_case);
	}
	return g_test_run();
}
