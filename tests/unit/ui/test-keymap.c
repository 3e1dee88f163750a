#include "ui/keymaps/keymap.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"

static void test_no_key_has_two_meanings(void)
{
	for (KeymapProfile profile = 0; profile < KEYMAP_PROFILE_COUNT; profile++) {
		g_autoptr(Keymap) keymap = keymap_new(profile);
		g_autofree char *clash = keymap_clash(keymap);
		g_test_message("%s", keymap_profile_name(profile));
		g_assert_cmpstr(clash, ==, NULL);
	}
}

static void test_every_binding_is_for_a_place_its_command_knows(void)
{
	for (KeymapProfile profile = 0; profile < KEYMAP_PROFILE_COUNT; profile++) {
		g_autoptr(Keymap) keymap = keymap_new(profile);
		for (unsigned i = 0; i < keymap_count(keymap); i++) {
			const KeyBinding *binding = keymap_at(keymap, i);
			g_test_message("%s %s", keymap_profile_name(profile), binding->keys);
			g_assert_cmpuint(binding->contexts & ~command_get(binding->id)->contexts, ==, 0);
		}
	}
}

/* The command of @keys in a list, or its NONE and PREFIX as words. */
static const char *meaning(const Keymap *keymap, const char *keys, guint context)
{
	KeyPrefix pressed;
	const KeyBinding *binding = NULL;

	pressed.count = keys_parse(keys, pressed.keys, KEYMAP_KEYS_MAX);
	switch (keymap_find(keymap, context, &pressed, &binding)) {
	case KEYMAP_MATCH:  return command_get(binding->id)->name;
	case KEYMAP_PREFIX: return "(prefix)";
	default:            return "(nothing)";
	}
}

/* In no profile, and nowhere, a command loses all its keys because another took them. */
static void test_every_profile_has_a_key_for_what_default_has(void)
{
	g_autoptr(Keymap) usual = keymap_new(KEYMAP_DEFAULT);
	bool is_well = true;

	for (KeymapProfile profile = 0; profile < KEYMAP_PROFILE_COUNT; profile++) {
		g_autoptr(Keymap) keymap = keymap_new(profile);
		for (guint n = 0; n < COMMAND_COUNT * 8; n++) {
			CommandId id = n / 8;
			guint context = 1u << n % 8;
			g_autofree char *before = keymap_key_of(usual, context, id);
			g_autofree char *after = keymap_key_of(keymap, context, id);
			if (!before || after)
				continue;
			g_test_message("profile %s has no key for %s in context %u", keymap_profile_name(profile), command_get(id)->name, context);
			is_well = false;
		}
	}
	g_assert_true(is_well);
}

static void test_profiles_differ(void)
{
	static const struct { KeymapProfile profile; guint context; const char *keys, *means; } rows[] = {
		{ KEYMAP_MUTT, CONTEXT_LIST, "N", "toggle-read" },
		{ KEYMAP_MUTT, CONTEXT_LIST, "Alt-g i", "goto-inbox" },
		{ KEYMAP_MUTT, CONTEXT_LIST, "g", "reply-all" },
		{ KEYMAP_MUTT, CONTEXT_OUTBOX, "g i", "(nothing)" },
		{ KEYMAP_MUTT, CONTEXT_WRITING, "P", "postpone" },
		{ KEYMAP_VIM, CONTEXT_LIST, "C", "compose" },
		{ KEYMAP_MUTT, CONTEXT_LIST, "z", "page-down" },
		{ KEYMAP_MUTT, CONTEXT_READER, "j", "next-message" },
		{ KEYMAP_MUTT, CONTEXT_READER, "Enter", "next" },
		{ KEYMAP_MUTT, CONTEXT_LIST, "l", "filter" },
		{ KEYMAP_VIM, CONTEXT_LIST, "l", "open" },
		{ KEYMAP_VIM, CONTEXT_LIST, "\\", "filter" },
		{ KEYMAP_VIM, CONTEXT_LIST, "g g", "first" },
		{ KEYMAP_VIM, CONTEXT_LIST, "g f", "folder" },
		{ KEYMAP_VIM, CONTEXT_LIST, "]", "(prefix)" },
		{ KEYMAP_VIM, CONTEXT_READER, "h", "back" },
		{ KEYMAP_VIM, CONTEXT_LIST, "d", "(prefix)" },
		{ KEYMAP_VIM, CONTEXT_LIST, "d d", "delete" },
		{ KEYMAP_VIM, CONTEXT_OUTBOX, "d", "outbox-cancel" },      /* the profile says nothing of it there */
		{ KEYMAP_VIM, CONTEXT_OPTIONS, "s", "save-settings" },
		{ KEYMAP_ALPINE, CONTEXT_LIST, "n", "next" },
		{ KEYMAP_ALPINE, CONTEXT_READER, "p", "previous-message" },
		{ KEYMAP_ALPINE, CONTEXT_LIST, "c", "compose" },
		{ KEYMAP_ALPINE, CONTEXT_LIST, "l", "folder" },
		{ KEYMAP_ALPINE, CONTEXT_LIST, "<", "back" },
		{ KEYMAP_ALPINE, CONTEXT_WRITING, "^O", "postpone" },
		{ KEYMAP_ALPINE, CONTEXT_LIST, "g i", "goto-inbox" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Keymap) keymap = keymap_new(rows[i].profile);
		g_test_message("%s %s", keymap_profile_name(rows[i].profile), rows[i].keys);
		g_assert_cmpstr(meaning(keymap, rows[i].keys, rows[i].context), ==, rows[i].means);
	}
}

/* ---- the person's own keys ---- */

static Keymap *read_keys(const char *text, GPtrArray **ret_complaints)
{
	g_autofree char *dir = g_dir_make_tmp("postern-keys-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(dir, "keys", NULL);
	Keymap *keymap = keymap_new(KEYMAP_DEFAULT);

	*ret_complaints = g_ptr_array_new_with_free_func(g_free);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	keymap_read(keymap, path, *ret_complaints);
	g_assert_cmpint(g_unlink(path), ==, 0);
	g_assert_cmpint(g_rmdir(dir), ==, 0);
	return keymap;
}

static void test_own_keys_lie_on_top(void)
{
	static const struct { const char *keys; guint context; const char *means; } rows[] = {
		{ "J", CONTEXT_LIST, "half-down" },
		{ "J", CONTEXT_READER, "next-message" },      /* only the list was spoken of */
		{ "x", CONTEXT_LIST, "quit" },
		{ "x", CONTEXT_READER, "quit" },
		{ "g i", CONTEXT_LIST, "goto-inbox" },
		{ "g s", CONTEXT_LIST, "(nothing)" },
		{ "y", CONTEXT_LIST, "toggle-read" },         /* its sequences went */
		{ "y l", CONTEXT_READER, "copy-link" },
		{ "\"", CONTEXT_LIST, "tab" },
		{ "^X ^C", CONTEXT_LIST, "quit" },
		{ "k", CONTEXT_LIST, "previous" },
	};
	g_autoptr(GPtrArray) complaints = NULL;
	g_autoptr(Keymap) keymap = read_keys("# my keys\n\n"
	                                     "list J half-down\n"
	                                     "all x quit\n"
	                                     "list \"g s\" none\n"
	                                     "  list\ty   toggle-read\r\n"
	                                     "list,folders \" tab 2\n"
	                                     "list \"^X ^C\" quit",
	                                     &complaints);
	g_autofree char *clash = keymap_clash(keymap);

	g_assert_cmpuint(complaints->len, ==, 0);
	g_assert_cmpstr(clash, ==, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].keys);
		g_assert_cmpstr(meaning(keymap, rows[i].keys, rows[i].context), ==, rows[i].means);
	}
	g_autofree char *shown = keymap_key_of(keymap, CONTEXT_LIST, COMMAND_half_down);
	g_assert_cmpstr(shown, ==, "J");
	g_assert_cmpstr(keymap_at(keymap, 0)->keys, ==, "J");
}

static void test_own_keys_are_refused(void)
{
	static const struct { const char *line, *says; } rows[] = {
		{ "list frob next", "“frob” is no key; keys are named as ? shows them, at most 3 in quotes" },
		{ "list \"a b c d\" next", "“a b c d” is no key; keys are named as ? shows them, at most 3 in quotes" },
		{ "list x frobnicate", "There is no command “frobnicate”; press ? for all of them." },
		{ "lists x next", "there is no place “lists”; there are list, reader, folders, " },
		{ "list x", "a line is “PLACES KEYS COMMAND”" },
		{ "folders x toggle-read", "“toggle-read” means nothing there" },
		{ "list b previous", "“b” stands in the way of “b”, set before" },
		{ "list \"b b\" previous", "“b b” stands in the way of “b”, set before" },
		{ "list \xff next", "this is not UTF-8" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strdup_printf("list b next\n%s\nlist v last\n", rows[i].line);
		g_autoptr(GPtrArray) complaints = NULL;
		g_autoptr(Keymap) keymap = read_keys(text, &complaints);
		g_assert_cmpuint(complaints->len, ==, 1);
		const char *said = strstr(g_ptr_array_index(complaints, 0), "keys, line 2: ");
		g_assert_nonnull(said);
		g_assert_true(g_str_has_prefix(said + strlen("keys, line 2: "), rows[i].says));
		g_assert_cmpstr(meaning(keymap, "b", CONTEXT_LIST), ==, "next");
		g_assert_cmpstr(meaning(keymap, "v", CONTEXT_LIST), ==, "last");      /* the rest works */
	}
}

static void test_no_file_no_keys(void)
{
	g_autoptr(GPtrArray) complaints = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Keymap) keymap = keymap_new(KEYMAP_DEFAULT);

	keymap_read(keymap, "/nonexistent/keys", complaints);
	g_assert_cmpuint(complaints->len, ==, 0);
	keymap_read(keymap, "/", complaints);
	g_assert_cmpuint(complaints->len, ==, 1);
	g_assert_cmpstr(meaning(keymap, "j", CONTEXT_LIST), ==, "next");
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
	g_autoptr(Keymap) keymap = keymap_new(KEYMAP_DEFAULT);

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
		{ COMMAND_next, CONTEXT_LIST, { .has_item = false }, 1, 0, NULL },
		{ COMMAND_toggle_read, CONTEXT_LIST, { .has_account = true, .has_item = true }, 1, 0, NULL },
		{ COMMAND_toggle_read, CONTEXT_LIST, { .has_account = true }, 0, ERR_REFUSED, "No message is selected." },
		{ COMMAND_toggle_read, CONTEXT_LIST, { .has_account = true, .has_item = true, .is_elsewhere = true }, 0, ERR_REFUSED,
		  "This message is on the server alone: it can be read, saved and answered from here, not changed." },
		{ COMMAND_sync_now, CONTEXT_LIST, { .has_account = true, .has_item = true, .is_offline = true }, 0, ERR_REFUSED,
		  "This needs the server, and --offline was asked for." },
		{ COMMAND_toggle_read, CONTEXT_FOLDERS, { .has_account = true, .has_item = true }, 0, ERR_USAGE, "“toggle-read” means nothing here." },
		{ COMMAND_quit, CONTEXT_LIST, { .has_account = true, .has_item = true }, 0, ERR_USAGE, "“quit” means nothing here." },
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

/* Whatever it is for, and whatever else there is: the lock comes first. */
static void test_locked_only_leaving_is_left(void)
{
	const RightsContext locked = { .is_locked = true, .has_account = true, .has_item = true };

	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		const char *reason = NULL;
		bool may = rights_allow(command_get(id)->needs, &locked, &reason);
		g_test_message("%s", command_get(id)->name);
		g_assert_cmpint(may, ==, id == COMMAND_quit);
		g_assert_cmpstr(reason, ==, may ? NULL : "Postern is locked: type the passphrase.");
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/keymap/no-key-has-two-meanings", test_no_key_has_two_meanings);
	g_test_add_func("/keymap/every-binding-is-for-a-place-its-command-knows", test_every_binding_is_for_a_place_its_command_knows);
	g_test_add_func("/keymap/lookup", test_lookup);
	g_test_add_func("/keymap/locked-only-leaving-is-left", test_locked_only_leaving_is_left);
	g_test_add_func("/keymap/every-profile-has-all", test_every_profile_has_a_key_for_what_default_has);
	g_test_add_func("/keymap/profiles-differ", test_profiles_differ);
	g_test_add_func("/keymap/own/lie-on-top", test_own_keys_lie_on_top);
	g_test_add_func("/keymap/own/are-refused", test_own_keys_are_refused);
	g_test_add_func("/keymap/own/no-file", test_no_file_no_keys);
	g_test_add_func("/command/by-name", test_commands_by_name);
	g_test_add_func("/command/dispatch-asks-first", test_dispatch_asks_first);
	return g_test_run();
}
