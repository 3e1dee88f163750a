#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "exsim/pim-lines.h"
#include "exsim/sample-parts.h"

enum { MAX_FILE = 1 << 20 };

static const struct { const char *file; int type; } files[] = {
	{ "calendar.txt", FOLDER_CALENDAR }, { "contacts.txt", FOLDER_CONTACTS },
	{ "tasks.txt", FOLDER_TASKS },       { "notes.txt", FOLDER_NOTES },
};

static const char *start_of(const Element *item)
{
	const char *start = element_text(item, WBXML_Calendar_StartTime);

	return start ? start : "";
}

/* A weekly rule that does not name its days is on the day of the first start; one by date, on that. */
static void complete_rule(Element *item)
{
	Element *rule = element_part(item, WBXML_Calendar_Recurrence);
	g_autoptr(GDateTime) start = g_date_time_new_from_iso8601(start_of(item), NULL);
	int64_t type = element_int(rule, WBXML_Calendar_Type, -1);
	g_autofree char *number = NULL;

	if (!rule || !start)
		return;
	if (type == 1 && !element_child(rule, WBXML_Calendar_DayOfWeek)) {
		number = g_strdup_printf("%d", 1 << (g_date_time_get_day_of_week(start) % 7));
		element_add(rule, WBXML_Calendar_DayOfWeek, number);
	} else if (type == 2 && !element_child(rule, WBXML_Calendar_DayOfMonth)) {
		number = g_strdup_printf("%d", g_date_time_get_day_of_month(start));
		element_add(rule, WBXML_Calendar_DayOfMonth, number);
	}
}

static void file_item(const Sample *sample, Collection *folder, Element *item, guint number)
{
	PimEdit edit = { .world = sample->world, .folder = folder, .version = 141 };
	g_autofree char *uid = g_strdup_printf("sample-%s-%u@" WORLD_DOMAIN, pim_class_name(folder), number);

	if (pim_is_calendar(folder)) {
		complete_rule(item);
		if (!element_child(item, WBXML_Calendar_UID))
			element_add(item, WBXML_Calendar_UID, uid);
	}
	pim_file(&edit, item);
}

/* Blocks of properties with an empty line between. */
static bool read_items(const Sample *sample, const char *path, Collection *folder, GError **err)
{
	g_autoptr(GBytes) bytes = file_read(path, MAX_FILE, err);
	g_autoptr(Element) item = NULL;
	guint number = 0;

	if (!bytes)
		return false;
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i]; i++) {
		g_strstrip(lines[i]);
		if (!*lines[i] && item) {
			file_item(sample, folder, item, number++);
			g_clear_pointer(&item, element_free);
		}
		if (!*lines[i] || *lines[i] == '#')
			continue;
		if (!item)
			item = element_new(WBXML_AirSync_ApplicationData);
		if (!pim_line_set(item, folder, lines[i], sample->now_ms, err)) {
			g_prefix_error(err, "%s:%u: ", path, i + 1);
			return false;
		}
	}
	return true;
}

bool sample_read_pim(const Sample *sample, GError **err)
{
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autofree char *path = g_build_filename(sample->dir, files[i].file, NULL);
		if (!g_file_test(path, G_FILE_TEST_EXISTS))
			continue;
		if (!read_items(sample, path, user_folder_of_type(sample->user, files[i].type), err))
			return false;
	}
	return true;
}
