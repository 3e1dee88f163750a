/* Lists that gather mail of several folders and accounts: all Inboxes, all unread, saved searches. */
#include <string.h>

#include "support/screen.h"

static void test_three_widths(void)
{
	static const struct { const char *name; int width, height; } sizes[] = {
		{ "unified-80x24", 80, 24 }, { "unified-100x30", 100, 30 }, { "unified-140x45", 140, 45 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_auto(World) world;
		world_init(&world, sizes[i].width, sizes[i].height);
		world_add_bob(&world);
		world_type(&world, "c 'all Space 'in Enter");
		world_advance(&world, 200);
		world_snapshot(&world, sizes[i].name);
	}
}

static void test_one_account_needs_no_overview(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_assert_has_not(&world, "All Inboxes");
	world_assert_has_not(&world, "Searches");
	world_add_bob(&world);
	world_assert_has(&world, "All Inboxes");
	world_assert_has(&world, "All unread");
}

static void test_all_inboxes(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);
	world_add_bob(&world);

	world_type(&world, "c 'all Space 'in Enter");
	world_assert_has(&world, "Mail:All Inboxes*3");
	world_assert_has(&world, "3 unread/15");
	world_assert_has(&world, "  bob ");
	world_assert_has(&world, "Grace Boss");
	world_assert_has_not(&world, "disk is 91 % full");
	world_type(&world, "l 'is:unread Enter");
	world_assert_has(&world, "limit: is:unread  3 shown");
	world_assert_has_not(&world, "disk is 91 % full");
	world_type(&world, "Esc");
	world_assert_has(&world, "sorted: conversation");
	world_type(&world, "o");
	world_assert_has(&world, "sorted: date");
	world_type(&world, "^J");
	world_assert_has(&world, "Mail:All unread");
	world_type(&world, "^J");
	world_assert_has(&world, "Mail:Inbox");
}

static void test_all_unread(void)
{
	g_auto(World) world;
	world_init(&world, 140, 45);
	world_add_bob(&world);

	world_type(&world, "c 'unr Enter");
	world_assert_has(&world, "Search: is:unread  4 found");
	world_assert_has(&world, "alice/In");
	/* What is being read stays: nothing is read after it by itself. */
	g_string_truncate(world.asked, 0);
	world_advance(&world, 10000);
	world_advance(&world, 10000);
	world_advance(&world, 10000);
	g_assert_cmpstr(world.asked->str, ==, "mark read\n");
	world_assert_has(&world, "About b1");
	/* It is gone when one goes on, and something changes. */
	world_type(&world, "j");
	world_event(&world, &(SyncEvent){ .kind = SYNC_CHANGED });
	world_advance(&world, 1000);
	world_assert_has_not(&world, "About b1");
	world_assert_has(&world, "3 found");
	world_type(&world, "o");
	world_assert_has(&world, "What a search finds is sorted by date.");
	world_type(&world, "Esc");
	world_assert_has(&world, "Mail:All unread");
	world_type(&world, "q");
	world_assert_has(&world, "Quit Postern?");
	world_type(&world, "n l");
	world_assert_has(&world, "Limit to: is:unread");
	world_type(&world, "'disk");
	world_assert_has_not(&world, "Release planning");
	world_type(&world, "Esc");
	world_assert_has(&world, "3 found");
}

static void test_saved_searches(void)
{
	g_auto(World) world;
	world_init(&world, 140, 45);

	world_type(&world, ": 'save-search Enter");
	world_assert_has(&world, "Nothing was searched for yet");
	world_type(&world, "/ 'from:ada Enter g / 'Mail Space 'of Space 'Ada Enter");
	world_assert_has(&world, "Saved the search “Mail of Ada”: from:ada");
	world_assert_has(&world, " Searches");
	world_assert_has(&world, "Mail:Mail of Ada");
	world_snapshot(&world, "searches-140x45");
	/* Hers is read, though another of its conversation is not. */
	world_assert_has_not(&world, " N     Ada Example");
	world_type(&world, "g i");
	world_assert_has(&world, "Mail:Inbox");
	world_type(&world, "c 'ofada Enter");
	world_assert_has(&world, "Search: from:ada");
	world_type(&world, ": 'delete-search Enter");
	world_assert_has(&world, "The saved search “Mail of Ada” is gone");
	world_assert_has(&world, "Mail:Inbox");
	world_assert_has_not(&world, " Searches");
	world_type(&world, ": 'delete-search Space 'nothing Enter");
	world_assert_has(&world, "There is no saved search “nothing”.");
	world_type(&world, "/ 'from: Enter");
	world_type(&world, ": 'save-search Space 'x Enter");
	world_assert_has_not(&world, "Saved the search");
}

/* What is not one folder cannot be renamed, emptied or deleted. */
static void test_a_gathering_is_no_folder(void)
{
	static const char *const commands[] = { "rename-folder", "delete-folder", "empty-folder", "move-folder", "read-all" };
	g_auto(World) world;
	world_init(&world, 100, 30);
	world_add_bob(&world);

	world_type(&world, "c 'all Space 'in Enter");
	g_string_truncate(world.asked, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *keys = g_strdup_printf(": '%s Enter", commands[i]);
		world_type(&world, keys);
		world_assert_has(&world, "No folder is selected.");
	}
	g_assert_cmpstr(world.asked->str, ==, "");
}

/* Its folders, its tabs and what could be taken back go; the other account is shown. */
static void test_an_account_goes_while_it_is_shown(void)
{
	g_auto(World) world;
	g_autoptr(AccountState) bob = NULL;
	g_autoptr(GError) err = NULL;
	world_init(&world, 100, 30);
	world_add_bob(&world);

	world_steps(&world, "c 'bob Enter F m 'eve@example.net Enter 'Late Enter Esc");
	world_assert_has(&world, "Late (draft)");
	world_assert_has(&world, "bob@example.org");
	world_assert_asked(&world, "flag\n");
	g_assert_true(store_read_account(world.temp.reader, "bob", &bob, &err));
	store_write_account_gone(world.temp.writer, bob->id, &err);
	g_assert_no_error(err);
	world_event(&world, &(SyncEvent){ .kind = SYNC_ACCOUNT_GONE, .account_id = bob->id, .text = (char *)"bob" });
	world_advance(&world, 1000);
	world_assert_has(&world, "bob was removed from this computer.");
	world_assert_has(&world, "Mail:Inbox");
	world_assert_has_not(&world, "Late");
	world_assert_has_not(&world, "All Inboxes");
	world_steps(&world, "u");
	world_assert_has(&world, "there is nothing to undo");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lists/three-widths", test_three_widths);
	g_test_add_func("/lists/one-account-needs-no-overview", test_one_account_needs_no_overview);
	g_test_add_func("/lists/all-inboxes", test_all_inboxes);
	g_test_add_func("/lists/all-unread", test_all_unread);
	g_test_add_func("/lists/saved-searches", test_saved_searches);
	g_test_add_func("/lists/a-gathering-is-no-folder", test_a_gathering_is_no_folder);
	g_test_add_func("/lists/an-account-goes", test_an_account_goes_while_it_is_shown);
	return g_test_run();
}
