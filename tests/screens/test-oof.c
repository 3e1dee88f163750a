/* The out-of-office page, and the word in the status line while somebody is away. */
#include <string.h>

#include "support/screen.h"

enum { FIRST_WISH = 501 };

#define ON_FOR_ALL "state on\ninternal on text\n\tBack on Monday.\n\t\n\tAda\nknown on text\n\tI am away.\nunknown on text\n\tI am away.\n"
#define OFF        "state off\ninternal on none\nknown off none\nunknown off none\n"
#define ONLY_INSIDE "state on\ninternal on text\n\tGone fishing\nknown off untold\nunknown off untold\n"

static void server_tells(World *world, int64_t wish_id, const char *text)
{
	g_autoptr(GBytes) content = g_bytes_new(text, strlen(text));
	SyncEvent told = { .kind = SYNC_FETCHED, .wish_id = wish_id, .account_id = world->temp.account_id,
		           .content = content };

	world_event(world, &told);
}

static void account_is(World *world, SyncState state)
{
	SyncEvent said = { .kind = SYNC_STATE, .account_id = world->temp.account_id, .state = state };

	world_event(world, &said);
}

/* All changes of the account are on the server. */
static void server_has_it(World *world)
{
	g_autoptr(GArray) ends = g_array_new(FALSE, FALSE, sizeof(StoreOpEnd));
	g_autoptr(GPtrArray) ops = NULL;

	g_assert_true(store_read_ops(world->temp.reader, world->temp.account_id, 9, &ops, NULL));
	for (guint i = 0; i < ops->len; i++) {
		StoreOpEnd end = { .op_id = ((Op *)ops->pdata[i])->id, .fate = OP_END_DONE };
		g_array_append_val(ends, end);
	}
	g_assert_true(store_write_op_ends(world->temp.writer, ends, NULL));
	world_event(world, &(SyncEvent){ .kind = SYNC_CHANGED });
	world_advance(world, 500);
}

static char *given(World *world)
{
	g_autoptr(GPtrArray) ops = NULL;

	g_assert_true(store_read_ops(world->temp.reader, world->temp.account_id, 9, &ops, NULL));
	g_assert_cmpuint(ops->len, ==, 1);
	return g_strdup(((Op *)ops->pdata[0])->value.text);
}

static void open_page(World *world, const char *told)
{
	world_steps(world, "g O");
	world_assert_asked(world, "wish oof\n");
	world_assert_has(world, "Asking the server…");
	server_tells(world, FIRST_WISH, told);
}

/* ---- how it looks ---- */

static void show_timed(World *world)
{
	world_advance(world, 3000);
	g_string_truncate(world->asked, 0);
	open_page(world, ON_FOR_ALL);
	world_steps(world, "Enter '2w Enter j");
}

static void test_three_widths(void) { world_snapshot_widths("oof", show_timed); }

/* ---- changing ---- */

static void test_it_is_set(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	g_string_truncate(world.asked, 0);
	open_page(&world, OFF);
	world_assert_has(&world, "As the server has it.");
	world_assert_has(&world, "some servers tell it only while it is on");
	world_steps(&world, "s");
	world_assert_has(&world, "Nothing was changed.");
	world_steps(&world, "Enter j Enter 'Back Space 'on Space 'Monday. Esc");
	world_assert_has(&world, "Changed; not on the server yet.");
	world_steps(&world, "j Enter s");
	world_assert_has(&world, "there is no text for them yet");
	world_assert_asked(&world, "");
	world_steps(&world, "j Enter 'Away. Esc s");
	world_assert_asked(&world, "oof\n");
	world_assert_has(&world, "On its way to the server…");
	g_autofree char *text = given(&world);
	g_assert_cmpstr(text, ==, "state on\ninternal on text\n\tBack on Monday.\nknown on text\n\tAway.\nunknown off text\n\tAway.\n");
	server_has_it(&world);
	world_assert_has(&world, "The server has it.");
	world_assert_asked(&world, "wish oof\n");
}

static void test_times(void)
{
	static const struct { const char *keys, *says; } rows[] = {
		{ "Enter 'fri Space '9:00 Enter", "Fri 28 Nov 2025 09:00" },
		{ "Enter 'someday Enter", "is no time" },
		{ "Enter Esc", "yes, until it is switched off" },
		{ "Enter '2w Enter k Enter '3w Enter", "That is after it ends." },
		{ "Enter '2w Enter k Enter '1d Enter", "Tue 25 Nov 2025" },
		{ "Enter '2w Enter g g Enter", "no" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world, 80, 24);
		g_test_message("%s", rows[i].keys);
		g_string_truncate(world.asked, 0);
		open_page(&world, ON_FOR_ALL);
		world_steps(&world, rows[i].keys);
		world_assert_has(&world, rows[i].says);
	}
}

static void test_own_editor(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	g_string_truncate(world.asked, 0);
	open_page(&world, ON_FOR_ALL);
	world.edited = "Back in May.\n";
	world_steps(&world, "j Enter");
	world_assert_asked(&world, "edit\n");
	world_assert_has(&world, "Back in May.");
	world_steps(&world, "s");
	g_autofree char *text = given(&world);
	g_assert_nonnull(strstr(text, "internal on text\n\tBack in May.\nknown"));
}

/* A server that does not tell people outside from others has no rows for them. */
/* What an editor left behind comes back here, and not as a mail; nothing of it is lost meanwhile. */
static void test_left_behind(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);
	EditingOwner owner = { EDITING_OOF_OUTSIDE, world.temp.account_id };

	g_string_truncate(world.asked, 0);
	mail_screen_left_behind(world.mail, &owner, "At sea until May.\n");
	world_assert_has(&world, "an editor had left behind");
	world_assert_asked(&world, "wish oof\n");
	server_tells(&world, FIRST_WISH, ON_FOR_ALL);
	world_assert_has(&world, "At sea until May.");
	world_steps(&world, "j");
	world_assert_has(&world, "Changed; not on the server yet.");
	owner.kind = EDITING_OOF_INSIDE;
	mail_screen_left_behind(world.mail, &owner, "Ask Li.\n");
	world_assert_has(&world, "Ask Li.");
	world_assert_has(&world, "At sea until May.");
}

static void test_only_inside(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	g_string_truncate(world.asked, 0);
	open_page(&world, ONLY_INSIDE);
	world_assert_has(&world, "Gone fishing");
	world_assert_has_not(&world, "Outside");
}

/* ---- what goes wrong ---- */

static void test_refused(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);
	SyncEvent refused = { .kind = SYNC_FAILED, .wish_id = FIRST_WISH,
		              .text = (char *)"the server does not let us see its settings" };

	g_string_truncate(world.asked, 0);
	world_steps(&world, "g O");
	world_event(&world, &refused);
	world_assert_has(&world, "the server does not let us see its settings");
	world_steps(&world, "j");
	world_assert_has(&world, "does not let us see");
	world_steps(&world, "Enter");
	world_assert_asked(&world, "wish oof\nwish oof\n");
	server_tells(&world, FIRST_WISH + 1, ON_FOR_ALL);
	world_steps(&world, "Enter '2w Enter s");
	refused = (SyncEvent){ .kind = SYNC_FAILED, .group_id = 1, .text = (char *)"the server does not allow it" };
	world_event(&world, &refused);
	world_assert_has(&world, "the server does not allow it");
	world_assert_has(&world, "for a time");          /* what was wanted is still there */
}

static void test_without_an_engine(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world.is_deaf = true;
	world_steps(&world, "g O");
	world_assert_has(&world, "The server cannot be asked: no engine runs in this window.");
}

/* What is on its way when the page opens is shown, and not what the server still has. */
static void test_on_its_way(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	g_string_truncate(world.asked, 0);
	open_page(&world, OFF);
	world_steps(&world, "Enter s q g O");
	world_assert_asked(&world, "oof\n");
	world_assert_has(&world, "yes, until it is switched off");
	world_assert_has(&world, "On its way to the server…");
}

static void test_leaving(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	g_string_truncate(world.asked, 0);
	open_page(&world, OFF);
	world_steps(&world, "Enter q");
	world_assert_has(&world, "Leave, without setting this on the server?");
	world_steps(&world, "n");
	world_assert_has(&world, "s Set on the server");
	world_steps(&world, "q y");
	world_assert_has(&world, "m New");
}

static void test_from_the_settings(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "g S");
	world_assert_has(&world, "gO Out of office");
	world_steps(&world, "g O");
	world_assert_has(&world, "Asking the server…");
	world_steps(&world, "q q : 'oof Space 'al Tab Enter");
	world_assert_has(&world, "Asking the server…");
	world_steps(&world, "q : 'oof Space 'home Enter");
	world_assert_has(&world, "There is no account “home”.");
}

/* ---- the status line ---- */

static void test_status_line(void)
{
	static const struct { const char *told; bool is_shown; } rows[] = {
		{ ON_FOR_ALL, true },
		{ OFF, false },
		{ "state timed\nstart 1000\nend 1600000000000\n", false },
		{ "state timed\nstart 1000\nend 2600000000000\n", true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world, 80, 24);
		g_string_truncate(world.asked, 0);
		account_is(&world, SYNC_WORKING);
		world_assert_asked(&world, "");
		account_is(&world, SYNC_WATCHING);
		world_assert_asked(&world, "wish oof\n");
		server_tells(&world, FIRST_WISH, rows[i].told);
		account_is(&world, SYNC_WORKING);
		account_is(&world, SYNC_WATCHING);
		world_assert_asked(&world, "");                  /* once is enough … */
		(rows[i].is_shown ? world_assert_has : world_assert_has_not)(&world, "Out of office");
		world_steps(&world, "$");
		account_is(&world, SYNC_WORKING);
		account_is(&world, SYNC_WATCHING);
		world_assert_asked(&world, "sync\nwish oof\n");  /* … until the person wants news */
	}
}

/* A server that does not tell is no trouble. */
static void test_status_line_is_silent(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);
	SyncEvent refused = { .kind = SYNC_FAILED, .wish_id = FIRST_WISH, .text = (char *)"it is forbidden" };

	account_is(&world, SYNC_WATCHING);
	world_event(&world, &refused);
	world_assert_has_not(&world, "it is forbidden");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/oof/three-widths", test_three_widths);
	g_test_add_func("/oof/set", test_it_is_set);
	g_test_add_func("/oof/times", test_times);
	g_test_add_func("/oof/own-editor", test_own_editor);
	g_test_add_func("/oof/left-behind", test_left_behind);
	g_test_add_func("/oof/only-inside", test_only_inside);
	g_test_add_func("/oof/refused", test_refused);
	g_test_add_func("/oof/no-engine", test_without_an_engine);
	g_test_add_func("/oof/on-its-way", test_on_its_way);
	g_test_add_func("/oof/leaving", test_leaving);
	g_test_add_func("/oof/from-the-settings", test_from_the_settings);
	g_test_add_func("/oof/status-line", test_status_line);
	g_test_add_func("/oof/status-line-is-silent", test_status_line_is_silent);
	return g_test_run();
}
