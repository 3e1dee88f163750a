#include <glib.h>

#include "app/place.h"

/* Two accounts with folders of the same ids; a name with a slash; one whose parent is not there. */
static GPtrArray *folders_new(void)
{
	static const struct { int64_t account_id; const char *id, *parent, *name; FolderType type; int depth; } rows[] = {
		{ 1, "1", "0", "Inbox", FOLDER_INBOX, 0 },
		{ 1, "2", "0", "Projects", FOLDER_USER_MAIL, 0 },
		{ 1, "3", "2", "Infra", FOLDER_USER_MAIL, 1 },
		{ 1, "4", "3", "2026", FOLDER_USER_MAIL, 2 },
		{ 1, "5", "0", "2026", FOLDER_USER_MAIL, 0 },
		{ 1, "6", "2", "in/out", FOLDER_USER_MAIL, 1 },
		{ 1, "7", "gone", "Alone", FOLDER_USER_MAIL, 1 },
		{ 1, "8", "0", "Tasks", FOLDER_TASKS, 0 },
		{ 1, "9", "0", "Archiv 2025", FOLDER_USER_MAIL, 0 },
		{ 2, "2", "0", "Other", FOLDER_USER_MAIL, 0 },
		{ 2, "3", "2", "Infra", FOLDER_USER_MAIL, 1 },
	};
	GPtrArray *folders = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		Folder *folder = folder_new();
		folder->id = (int64_t)i + 1;
		folder->account_id = rows[i].account_id;
		folder->server_id = g_strdup(rows[i].id);
		folder->parent_server_id = g_strdup(rows[i].parent);
		folder->name = g_strdup(rows[i].name);
		folder->type = rows[i].type;
		folder->depth = rows[i].depth;
		g_ptr_array_add(folders, folder);
	}
	return folders;
}

static void test_a_folder_is_found_by_its_path(void)
{
	static const struct { const char *path; int64_t id; } rows[] = {
		{ "Inbox", 1 },               { "Projects/Infra", 3 }, { "Projects/Infra/2026", 4 },
		{ "2026", 5 },                { "Infra/2026", 0 },     { "Projects/in/out", 6 },
		{ "in/out", 0 },              { "Alone", 7 },          { "gone/Alone", 0 },
		{ "Tasks", 0 },               { "Other/Infra", 11 },   { "/2026", 0 },
		{ "Projects/", 0 },           { "projects", 0 },       { "XProjects/Infra", 0 },
		{ "X/Projects/Infra/2026", 0 }, { "/", 0 },
	};
	g_autoptr(GPtrArray) folders = folders_new();

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Folder *folder = place_find(folders, PLACE_ARCHIVE, rows[i].path);
		g_assert_cmpint(folder ? folder->id : 0, ==, rows[i].id);
	}
}

static void test_each_folder_is_at_its_own_path(void)
{
	g_autoptr(GPtrArray) folders = folders_new();

	for (guint i = 0; i < folders->len; i++)
		for (guint k = 0; k < folders->len; k++) {
			g_autofree char *path = place_path(folders, folders->pdata[i]);
			g_assert_cmpint(place_is_at(folders, folders->pdata[k], path), ==, i == k);
		}
}

static void test_what_is_not_set_is_found_by_its_name(void)
{
	g_autoptr(GPtrArray) folders = folders_new();

	g_assert_cmpint(place_find(folders, PLACE_ARCHIVE, "")->id, ==, 9);
	g_assert_null(place_find(folders, PLACE_JUNK, NULL));
	g_assert_null(place_find(folders, PLACE_TRASH, "Projects"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/place/path", test_a_folder_is_found_by_its_path);
	g_test_add_func("/place/own-path", test_each_folder_is_at_its_own_path);
	g_test_add_func("/place/name", test_what_is_not_set_is_found_by_its_name);
	return g_test_run();
}
