/* A conversation on one page: what is unfolded at first, moving, folding, and what acts on the message under the cursor. */
#include <string.h>

#include "support/screen.h"

static void test_three_widths(void)
{
	static const struct { const char *name; int width, height; } sizes[] = {
		{ "conversation-80x24", 80, 24 }, { "conversation-100x30", 100, 30 }, { "conversation-140x45", 140, 45 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_auto(World) world;
		world_init(&world, sizes[i].width, sizes[i].height);
		world_type(&world, "Enter");
		world_snapshot(&world, sizes[i].name);
	}
}

/* One's own answer lies in another folder, and is on the page all the same. */
static void test_across_folders(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_type(&world, "j P");
	world_assert_has(&world, "3 messages, 3 people");
	world_assert_has(&world, "> me");
	world_assert_has(&world, "Sent");
	world_snapshot(&world, "conversation-own-80x24");
}

static void test_newest_and_unread_are_unfolded(void)
{
	g_auto(World) world;
	world_init(&world, 100, 40);

	world_type(&world, "Enter");
	world_assert_has(&world, "4 messages, 3 people");
	world_assert_has(&world, "<grace@example.org>");
	world_assert_has_not(&world, "<ada@example.org>");
	world_assert_has(&world, "the review moves to Thursday");
	world_type(&world, "z M");
	world_assert_has_not(&world, "<grace@example.org>");
	world_assert_has(&world, " N ");
	world_type(&world, "z R");
	world_type(&world, "g g");
	world_assert_has(&world, "<ada@example.org>");
}

static void test_moving_and_folding(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_type(&world, "Enter K z a");
	world_assert_has(&world, "<li@example.org>");
	world_type(&world, "z a");
	world_assert_has_not(&world, "<li@example.org>");
	world_type(&world, "K Enter");
	world_assert_has(&world, "<ada@example.org>");
	world_type(&world, "z q");
	world_assert_has(&world, "second");
	world_type(&world, "G k k k k J K g g PgDn PgUp ^D ^U");
	world_type(&world, "/ 'figures Enter");
	world_assert_has_not(&world, "is not in this text");
	world_type(&world, "n");
	world_type(&world, "/ 'frobnicate Enter");
	world_assert_has(&world, "“frobnicate” is not in this text.");
	world_type(&world, "q");
	world_assert_has(&world, "m New");
}

static void test_actions_are_about_the_message_under_the_cursor(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_type(&world, "Enter y a");
	world_assert_asked(&world, "copy grace@example.org\n");
	world_type(&world, "K y a");
	world_assert_asked(&world, "copy li@example.org\n");
	world_type(&world, "U");
	world_assert_asked(&world, "mark unread\n");
	world_assert_has(&world, " N ");
	world_type(&world, "J ^B");
	world_assert_has(&world, "https://evil.example/x");
	world_type(&world, "Esc v");
	world_assert_has(&world, "report.pdf");
	world_type(&world, "q K h");
	world_assert_has(&world, "Asking the server for the source");
	world_assert_asked(&world, "wish source\n");
}

static void test_what_is_deleted_leaves_the_page_standing(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_type(&world, "Enter K d");
	world_assert_has(&world, "Moved 1 message to Trash");
	world_assert_has(&world, "4 messages, 3 people");
	world_assert_has(&world, "Trash");
	world_type(&world, "y a");
	world_assert_has(&world, "Copied: grace@example.org");
}

static void test_reading_it_marks_it_read(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_type(&world, "Enter");
	world_advance(&world, 1999);
	world_assert_asked(&world, "");
	world_advance(&world, 1);
	world_assert_asked(&world, "mark read\n");
	world_type(&world, "K");
	world_advance(&world, 5000);
	world_assert_asked(&world, "");
}

static void test_a_message_that_comes_is_shown(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_type(&world, "Enter");
	Message *message = temp_message("g5", clock_now_ms(&world.temp.clock.clock), 0);
	g_free(message->from);
	message->from = g_strdup("Newcomer <new@example.org>");
	message->conversation_key = g_bytes_new("A", 1);
	temp_store_add(&world.temp, world.ids.inbox, message);
	SyncEvent changed = { .kind = SYNC_CHANGED };
	world_advance(&world, 1000);
	world_event(&world, &changed);
	world_assert_has(&world, "5 messages, 4 people");
	world_type(&world, "J");
	world_assert_has(&world, "<new@example.org>");
}

static void test_any_size_and_any_key(void)
{
	static const char *const keys[] = {
		"j", "k", "G", "g", "J", "K", "z", "R", "a", "M", "q", "P", "Enter", "Tab", "PgDn", "^D", "^U", "Space", "v", "/", "'re",
		"Esc", "n", "U", "h", "^B", "y", "t",
	};
	g_auto(World) world;
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);
	world_init(&world, 80, 24);

	for (int round = 0; round < 400; round++) {
		if (round % 10 == 0)
			world_resize(&world, g_rand_int_range(rand, 1, 170), g_rand_int_range(rand, 1, 50));
		world_type(&world, keys[g_rand_int_range(rand, 0, G_N_ELEMENTS(keys))]);
		world_advance(&world, g_rand_int_range(rand, 0, 500));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/conversation/three-widths", test_three_widths);
	g_test_add_func("/conversation/across-folders", test_across_folders);
	g_test_add_func("/conversation/newest-and-unread-are-unfolded", test_newest_and_unread_are_unfolded);
	g_test_add_func("/conversation/moving-and-folding", test_moving_and_folding);
	g_test_add_func("/conversation/actions-are-about-the-message-under-the-cursor", test_actions_are_about_the_message_under_the_cursor);
	g_test_add_func("/conversation/what-is-deleted-leaves-the-page-standing", test_what_is_deleted_leaves_the_page_standing);
	g_test_add_func("/conversation/reading-it-marks-it-read", test_reading_it_marks_it_read);
	g_test_add_func("/conversation/a-message-that-comes-is-shown", test_a_message_that_comes_is_shown);
	g_test_add_func("/conversation/any-size-and-any-key", test_any_size_and_any_key);
	return g_test_run();
}
