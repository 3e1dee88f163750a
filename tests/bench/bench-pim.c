/*
 * P1: a week of a calendar of 20,000 events, 500 of them series with exceptions, as a screen asks the store for it. P2: what
 * completes an address field from 50,000 contacts, after each key. The longest of many, in wall time; "cold" is the first of a
 * connection.
 */
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "bench/bench.h"
#include "calendar/expand.h"
#include "calendar/zones.h"
#include "store/pim.h"
#include "store/read.h"
#include "store/write.h"

enum { EVENTS = 20000, SERIES = 500, EXCEPTIONS = 3, CONTACTS = 50000, PAGE_ITEMS = 500, WEEKS = 200 };

#define HOUR ((int64_t)3600000)
#define DAY  (24 * HOUR)
static const int64_t first_ms = INT64_C(1600000000000);

typedef struct {
	char         dir[40];
	Store       *store;
	StoreWriter *writer;
	StoreReader *reader;
	int64_t      calendar, contacts;
} Bench;

static void must(bool ok, GError *err)
{
	if (ok)
		return;
	fprintf(stderr, "bench-pim: %s\n", err ? err->message : "failed");
	exit(1);
}

static Folder *make_folder(const char *server_id, FolderType type)
{
	Folder *folder = folder_new();

	folder->server_id = g_strdup(server_id);
	folder->name = g_strdup(server_id);
	folder->type = type;
	return folder;
}

static void make_folders(Bench *bench, int64_t account_id)
{
	g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);
	g_autoptr(GPtrArray) stored = NULL;
	StoreFolderList      list = { .account_id = account_id, .changed = folders, .folder_key = "1" };
	GError              *err = NULL;

	g_ptr_array_add(folders, make_folder("7", FOLDER_CONTACTS));
	g_ptr_array_add(folders, make_folder("8", FOLDER_CALENDAR));
	must(store_write_folders(bench->writer, &list, &err), err);
	must(store_read_folders(bench->reader, account_id, &stored, &err), err);
	bench->contacts = ((Folder *)stored->pdata[0])->id;
	bench->calendar = ((Folder *)stored->pdata[1])->id;
}

/* ---- what there is ---- */

static void make_series(Event *event)
{
	event->recurrence = g_new0(Recurrence, 1);
	*event->recurrence = (Recurrence){ .type = RECUR_WEEKLY, .interval = 1, .days = DAY_WORK, .first_day_of_week = -1 };
	event->exceptions = g_ptr_array_new_with_free_func((GDestroyNotify)event_exception_free);
	for (int i = 0; i < EXCEPTIONS; i++) {
		EventException *moved = event_exception_new(event->start_ms + i * 7 * DAY);
		moved->has = EVENT_HAS_TIMES | EVENT_HAS_SUBJECT;
		moved->event = event_new();
		moved->event->start_ms = moved->original_ms + HOUR;
		moved->event->end_ms = moved->event->start_ms + HOUR;
		moved->event->subject = g_strdup("Standup, an hour later");
		g_ptr_array_add(event->exceptions, moved);
	}
}

/* Ten years of them, with people and a text as an invitation has them. */
static PimItem *make_event(int number)
{
	Event *event = event_new();

	event->server_id = g_strdup_printf("8:%d", number);
	event->uid = g_strdup_printf("040000008200E00074C5B7101A82E008%08d", number);
	event->start_ms = first_ms + number * (3650 * DAY / EVENTS);
	event->end_ms = event->start_ms + HOUR / 2;
	event->zone = g_strdup("Europe/Berlin");
	event->subject = g_strdup_printf("Quarter report, draft %d", number);
	event->location = g_strdup("Conference room 4");
	event->body_kind = BODY_TEXT;
	event->body = g_strnfill(1500, 'x');
	event->attendees = g_ptr_array_new_with_free_func((GDestroyNotify)attendee_free);
	for (int i = 0; i < 6; i++)
		g_ptr_array_add(event->attendees, attendee_new("Bob Example", "bob@example.com", ATTENDEE_REQUIRED));
	if (number % (EVENTS / SERIES) == 0)
		make_series(event);
	return pim_item_new(PIM_EVENT, event);
}

static char *make_name(guint32 number)
{
	static const char *const parts[] = { "ma", "lo", "ri", "sen", "ber", "ta", "ne", "ko", "vi", "dal", "hu", "sch", "mo", "an", "el", "gru" };
	GString *name = g_string_new(NULL);

	for (guint32 rest = number * 2654435761u | 1u << 31, i = 0; i < 4; i++, rest >>= 4)
		g_string_append(name, parts[rest >> 12 & 15]);
	return g_string_free(name, FALSE);
}

static PimItem *make_contact(int number)
{
	Contact *contact = contact_new();
	g_autofree char *first = make_name((guint32)number), *last = make_name((guint32)number + 1000000);

	contact->server_id = g_strdup_printf("7:%d", number);
	contact_set(contact, CONTACT_FIRST_NAME, first);
	contact_set(contact, CONTACT_LAST_NAME, last);
	contact->texts[CONTACT_EMAIL1] = g_strdup_printf("%s.%s@example.com", first, last);
	contact->texts[CONTACT_BUSINESS_PHONE] = g_strdup_printf("+49 (30) %07d", number * 37);
	contact_set(contact, CONTACT_COMPANY, number % 3 ? "Example Ltd" : "Engines AG");
	return pim_item_new(PIM_CONTACT, contact);
}

static void fill(Bench *bench, int64_t folder_id, PimItem *(*make)(int number), int count)
{
	GError *err = NULL;

	for (int first = 0; first < count; first += PAGE_ITEMS) {
		g_autoptr(StorePage) page = store_page_begin(bench->writer, folder_id);
		for (int i = first; i < first + PAGE_ITEMS; i++)
			store_page_add_item(page, make(i));
		must(store_page_commit(page, "k", 0, false, NULL, &err), err);
		must(store_write_keep(bench->writer, false, &err), err);
	}
}

/* ---- what is asked ---- */

static double read_week(const Bench *bench, int number)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GPtrArray) events = NULL;
	int64_t from_ms = first_ms + (320 + number) * 7 * DAY, began_us = g_get_monotonic_time();
	GError *err = NULL;

	g_array_append_val(ids, bench->calendar);
	must(store_read_events(bench->reader, ids, from_ms, from_ms + 7 * DAY, &events, &err), err);
	must(events->len > 30, NULL);
	return (double)(g_get_monotonic_time() - began_us) / 1000;
}

/* With each occurrence found, as it is drawn. */
static double draw_week(const Bench *bench, Zones *zones, int number)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t)), found = g_array_new(FALSE, FALSE, sizeof(Occurrence));
	g_autoptr(GPtrArray) events = NULL;
	int64_t from_ms = first_ms + (320 + number) * 7 * DAY, began_us = g_get_monotonic_time();
	ExpandWindow window = { from_ms, from_ms + 7 * DAY, zones_own(zones) };
	GError *err = NULL;

	g_array_append_val(ids, bench->calendar);
	must(store_read_events(bench->reader, ids, from_ms, from_ms + 7 * DAY, &events, &err), err);
	for (guint i = 0; i < events->len; i++)
		expand(events->pdata[i], zones_of_event(zones, events->pdata[i], NULL), &window, found, NULL);
	must(found->len > 1000, NULL);
	return (double)(g_get_monotonic_time() - began_us) / 1000;
}

static void measure_drawn_weeks(const Bench *bench)
{
	g_autoptr(Zones) zones = zones_new(NULL, "Europe/Berlin");
	double worst_ms = 0;

	draw_week(bench, zones, 0);
	for (int i = 0; i < WEEKS; i++)
		worst_ms = MAX(worst_ms, draw_week(bench, zones, i));
	bench_row("P1", "the same, with every occurrence found", worst_ms, "ms", 16, true);
}

static void measure_weeks(const Bench *bench)
{
	double cold_ms = read_week(bench, 0), worst_ms = 0;

	for (int i = 0; i < WEEKS; i++)
		worst_ms = MAX(worst_ms, read_week(bench, i));
	bench_row("P1", "a week of 20,000 events, 500 series: longest", worst_ms, "ms", 16, true);
	bench_row("P1", "the same, cold", cold_ms, "ms", 16, true);
}

static double complete(const Bench *bench, const char *typed)
{
	g_autoptr(GPtrArray) rows = NULL;
	int64_t began_us = g_get_monotonic_time();
	GError *err = NULL;

	must(store_read_contacts_like(bench->reader, typed, 10, &rows, &err), err);
	return (double)(g_get_monotonic_time() - began_us) / 1000;
}

static void measure_completion(const Bench *bench)
{
	static const char *const typed[] = { "m", "ma", "mar", "maria", "b", "be", "ber", "s", "sc", "sch", "exam", "example com",
		                             "an ma", "lo ri ta", "030 12", "+4930", "zz", "engines gru", "x y" };
	double worst_ms = 0, cold_ms = complete(bench, "ko");

	for (size_t i = 0; i < G_N_ELEMENTS(typed); i++)
		worst_ms = MAX(worst_ms, complete(bench, typed[i]));
	bench_row("P2", "completion from 50,000 contacts: longest", worst_ms, "ms", 5, true);
	bench_row("P2", "the same, cold", cold_ms, "ms", 5, true);
}

static void remove_dir(const char *dir)
{
	g_autoptr(GDir) entries = g_dir_open(dir, 0, NULL);

	for (const char *name; entries && (name = g_dir_read_name(entries));) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		g_remove(path);
	}
	g_rmdir(dir);
}

int main(void)
{
	Bench                   bench = { .dir = "/var/tmp/bench-pim-XXXXXX" };
	g_autoptr(AccountState) state = NULL;
	GError                 *err = NULL;

	must(g_mkdtemp(bench.dir) != NULL, NULL);
	bench.store = store_open(bench.dir, clock_system(), &err);
	must(bench.store != NULL, err);
	bench.writer = store_open_writer(bench.store, &err);
	must(bench.writer != NULL, err);
	bench.reader = store_open_reader(bench.store, &err);
	must(bench.reader != NULL, err);
	must(store_write_account(bench.writer, "bench", &state, &err), err);
	make_folders(&bench, state->id);
	fill(&bench, bench.calendar, make_event, EVENTS);
	fill(&bench, bench.contacts, make_contact, CONTACTS);
	must(store_write_keep(bench.writer, true, &err), err);
	measure_weeks(&bench);
	measure_drawn_weeks(&bench);
	measure_completion(&bench);
	store_reader_free(bench.reader);
	store_writer_free(bench.writer);
	store_unref(bench.store);
	remove_dir(bench.dir);
	return 0;
}
