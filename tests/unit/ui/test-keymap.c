#include "ui/keymaps/keymap.h"

#include <string.h>

#include "base/error.h"

static void test_no_key_has_two_meanings(void)
{
	g_autoptr(Keymap) keymap = keymap_new();
	g_autofree char *clash = keymap_clash(keymap);

	g_assert_cmpstr(clash, ==, NULL);
}

static void test_every_binding_is_for_a_place_its_command_knows(void)
{
	g_autoptr(Keymap) keymap = keymap_new();

	for (unsigned i = 0; i < keymap_count(keymap); i++) {
		const KeyBinding *binding = keymap_at(keymap, i);
		g_test_message("%s", binding->keys);
		g_assert_cmpuint(binding->contexts & ~command_get(binding->id)->contexts, ==, 0);
	}
}

static void test_lookup(void)
{
	static const struct { const char *keys; guint context; KeymapResult result; CommandId id; } rows[] = {
		{ "j", CONTEXT_LIST, KEYMAP_MATCH, COMMAND_next },
		{ "g", CONTEXT_LIST, KEYMAP_PREFIX, 0 },
		{ "g i", CONTEXT_READER, KEYMAP_MATCH, COMMAND_goto_inbox },
		{ "g x", CONTEXT_LIST, KEYMAP_NONE, 0 },
		{ "Space", CONTEXT_READER, KEYMAP_MATCH, COMMAND_page_down },
		{ "Space", CONTEXT_LIST, KEYMAP_NONE, 0 },
		{ "J", CONTEXT_LIST, KEYMAP_MATCH, COMMAND_reader_down },
		{ "J", CONTEXT_READER, KEYMAP_MATCH, COMMAND_next_message },
		{ "\u4e00", CONTEXT_LIST, KEYMAP_NONE, 0 },
	};
	g_autoptr(Keymap) keymap = keymap_new();

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		KeyPrefix pressed;
		const KeyBinding *binding = NULL;
		pressed.count = keys_parse(rows[i].keys, pressed.keys, KEYMAP_KEYS_MAX);
		g_assert_cmpint(keymap_find(keymap, rows[i].context, &pressed, &binding), ==, rows[i].result);
		if (rows[i].result == KEYMAP_MATCH)
			g_assert_cmpint(binding->id, ==, rows[i].id);
	}
	g_autofree char *shown = keymap_key_of(keymap, CONTEXT_LIST, COMMAND_goto_inbox);
	g_assert_cmpstr(shown, ==, "gi");
	g_autofree char *named = keymap_key_of(keymap, CONTEXT_LIST, COMMAND_open_tab);
	g_assert_cmpstr(named, ==, "g Enter");
	g_assert_null(keymap_key_of(keymap, CONTEXT_READER, COMMAND_sort));
}

static void test_commands_by_name(void)
{
	static const struct { const char *text; CommandId id; const char *argument, *says; } rows[] = {
		{ "sync-now", COMMAND_sync_now, "", NULL },
		{ "sync", COMMAND_sync_now, "", NULL },
		{ "fold", COMMAND_fold, "", NULL },
		{ "tab  3 4", COMMAND_tab, "3 4", NULL },
		{ "frobnicate", COMMAND_NONE, NULL, "There is no command “frobnicate”; press ? for all of them." },
		{ "goto", COMMAND_NONE, NULL, "“goto” begins 4 commands; type more of it." },
		{ "sync_now", COMMAND_NONE, NULL, "There is no command “sync_now”; press ? for all of them." },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		const char *argument = NULL;
		g_assert_cmpint(command_parse(rows[i].text, &argument, &err), ==, rows[i].id);
		g_assert_cmpstr(argument, ==, rows[i].argument);
		g_assert_cmpstr(err ? err->message : NULL, ==, rows[i].says);
	}
}

static void count_call(void *target, const CommandCall *call)
{
	(void)call;
	++*(int *)target;
}

static void test_dispatch_asks_first(void)
{
	static const struct { CommandId id; guint context; RightsContext rights; int calls; ErrorKind kind; const char *says; } rows[] = {
		{ COMMAND_next, CONTEXT_LIST, { false, false, false, false }, 1, 0, NULL },
		{ COMMAND_toggle_read, CONTEXT_LIST, { true, true, false, false }, 1, 0, NULL },
		{ COMMAND_toggle_read, CONTEXT_LIST, { true, false, false, false }, 0, ERR_REFUSED, "No message is selected." },
		{ COMMAND_sync_now, CONTEXT_LIST, { true, true, false, true }, 0, ERR_REFUSED,
		  "This needs the server, and --offline was asked for." },
		{ COMMAND_toggle_read, CONTEXT_FOLDERS, { true, true, false, false }, 0, ERR_USAGE, "“toggle-read” means nothing here." },
		{ COMMAND_quit, CONTEXT_LIST, { true, true, false, false }, 0, ERR_USAGE, "“quit” means nothing here." },
	};
	static const CommandHandler handlers[COMMAND_COUNT] = {
		[COMMAND_next] = count_call, [COMMAND_toggle_read] = count_call, [COMMAND_sync_now] = count_call,
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		CommandCall call = { rows[i].id, rows[i].context, "" };
		int calls = 0;
		bool ok = command_dispatch(&call, &rows[i].rights, handlers, &calls, &err);
		g_assert_cmpint(ok, ==, rows[i].calls);
		g_assert_cmpint(calls, ==, rows[i].calls);
		g_assert_cmpstr(err ? err->message : NULL, ==, rows[i].says);
		if (!ok)
			g_assert_true(error_is(err, rows[i].kind));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/keymap/no-key-has-two-meanings", test_no_key_has_two_meanings);
	g_test_add_func("/keymap/every-binding-is-for-a-place-its-command-knows", test_every_binding_is_for_a_place_its_command_knows);
	g_test_add_func("/keymap/lookup", test_lookup);
	g_test_add_func("/command/by-name", test_commands_by_name);
	g_test_add_func("/command/dispatch-asks-first", test_dispatch_asks_first);
	return g_test_run();
}
