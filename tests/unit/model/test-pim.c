#include "model/pim.h"

/* ---- contacts ---- */

static void test_names(void)
{
	static const struct { const char *name; ContactText text[3]; const char *value[3]; const char *shown; } rows[] = {
		{ "file as", { CONTACT_FILE_AS, CONTACT_FIRST_NAME }, { "Lovelace, Ada", "Ada" }, "Lovelace, Ada" },
		{ "name in its order", { CONTACT_LAST_NAME, CONTACT_FIRST_NAME, CONTACT_TITLE },
		  { "Lovelace", "Ada", "Lady" }, "Lady Ada Lovelace" },
		{ "company", { CONTACT_EMAIL1, CONTACT_COMPANY }, { "info@example.org", "Engines" }, "Engines" },
		{ "address", { CONTACT_EMAIL2, CONTACT_MOBILE }, { "a@example.org", "+44 1" }, "a@example.org" },
		{ "number", { CONTACT_HOME_PHONE }, { "+44 2" }, "+44 2" },
		{ "empty is nothing", { CONTACT_FILE_AS, CONTACT_COMPANY }, { "", "Engines" }, "Engines" },
		{ "nothing", { CONTACT_SPOUSE }, { "William" }, "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Contact) contact = contact_new();
		g_test_message("%s", rows[i].name);
		for (size_t j = 0; j < 3 && rows[i].value[j]; j++)
			contact_set(contact, rows[i].text[j], rows[i].value[j]);
		g_autofree char *shown = contact_display_name(contact);
		g_assert_cmpstr(shown, ==, rows[i].shown);
	}
}

static void test_each_text_is_found(void)
{
	for (int i = 0; i < CONTACT_TEXT_COUNT; i++)
		g_assert_cmpint(contact_text_find(contact_text_info(i)->name), ==, i);
	g_assert_cmpint(contact_text_find("FirstNam"), ==, -1);
}

/* ---- all kinds ---- */

static PimItem *item_of(PimKind kind)
{
	switch (kind) {
	case PIM_EVENT: return pim_item_new(kind, event_new());
	case PIM_CONTACT: return pim_item_new(kind, contact_new());
	case PIM_TODO: return pim_item_new(kind, todo_new());
	default: return pim_item_new(kind, note_new());
	}
}

static void test_kinds(void)
{
	for (PimKind kind = 0; kind < PIM_KIND_COUNT; kind++) {
		g_autoptr(PimItem) item = item_of(kind);
		*pim_item_id(item) = 7;
		*pim_item_folder_id(item) = 8;
		*pim_item_server_id(item) = g_strdup("3:1");
		g_autoptr(PimItem) copy = pim_item_copy(item);
		g_clear_pointer(&item, pim_item_free);
		g_assert_cmpint(copy->kind, ==, kind);
		g_assert_cmpint(*pim_item_id(copy), ==, 7);
		g_assert_cmpint(*pim_item_folder_id(copy), ==, 8);
		g_assert_cmpstr(*pim_item_server_id(copy), ==, "3:1");
	}
}

static void test_folders(void)
{
	static const struct { FolderType type; int kind; } rows[] = {
		{ FOLDER_CALENDAR, PIM_EVENT },     { FOLDER_USER_CALENDAR, PIM_EVENT },
		{ FOLDER_CONTACTS, PIM_CONTACT },   { FOLDER_USER_CONTACTS, PIM_CONTACT },
		{ FOLDER_TASKS, PIM_TODO },         { FOLDER_USER_TASKS, PIM_TODO },
		{ FOLDER_NOTES, PIM_NOTE },         { FOLDER_USER_NOTES, PIM_NOTE },
		{ FOLDER_INBOX, -1 },               { FOLDER_JOURNAL, -1 },
		{ FOLDER_RECIPIENTS, -1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(pim_kind_of_folder(rows[i].type), ==, rows[i].kind);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/contact/names", test_names);
	g_test_add_func("/contact/each-text-is-found", test_each_text_is_found);
	g_test_add_func("/pim/kinds", test_kinds);
	g_test_add_func("/pim/folders", test_folders);
	return g_test_run();
}
