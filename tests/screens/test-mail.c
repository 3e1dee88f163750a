#include <string.h>

#include "support/screen.h"

static void test_three_widths(void)
{
	static const struct { const char *name; int width, height; } sizes[] = {
		{ "list-80x24", 80, 24 }, { "mail-100x30", 100, 30 }, { "mail-140x45", 140, 45 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_auto(World) world;
		world_init(&world, sizes[i].width, sizes[i].height);
		world_advance(&world, 200);
		world_snapshot(&world, sizes[i].name);
	}
}

static void test_reading_in_one_pane(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_type(&world, "o Enter");
	world_snapshot(&world, "read-80x24");
	world_assert_asked(&world, "mark read\n");
	world_assert_has_not(&world, "Five");
	world_type(&world, "z q");
	world_type(&world, "G");
	world_assert_has(&world, "Five");
	world_type(&world, "J");
	world_assert_has(&world, "Re: quarterly figures");
	world_type(&world, "q");
	world_assert_has(&world, "m New");
	world_assert_has_not(&world, "Please find");
}

static void test_conversations_unfold(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_type(&world, "z a");
	world_snapshot(&world, "unfolded-80x24");
	world_type(&world, "j j Left");
	world_assert_has(&world, "Architecture review moved");
	world_assert_has_not(&world, "\u2514");
	world_type(&world, "z R");
	world_assert_has(&world, "quarterly figures");
	world_type(&world, "G");
	world_assert_has(&world, "Old Friend");
	world_type(&world, "z M g g");
	world_assert_has_not(&world, "\u2514");
}

/* Nothing a sender writes gets past the canvas, and his address cannot be pushed off. */
static void test_hostile_senders(void)
{
	g_auto(World) world;
	world_init(&world, 140, 45);

	world_type(&world, "/ 'mallory Enter");
	world_advance(&world, 200);
	world_snapshot(&world, "hostile-140x45");
	world_type(&world, "j");
	world_advance(&world, 200);
	world_assert_has(&world, "<mallory@evil.example>");
	world_resize(&world, 60, 15);
	world_type(&world, "Enter");
	world_assert_has(&world, "<mallory@evil.example>");
}

static void test_filter_as_you_type(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_type(&world, "l 'is:unread");
	world_assert_has(&world, "Release planning");
	world_assert_has_not(&world, "quarterly");
	world_type(&world, "Enter j");
	world_assert_has(&world, "limit: is:unread  2 shown");
	world_assert_has_not(&world, "Old Friend");
	world_type(&world, "Esc");
	world_assert_has(&world, "sorted: conversation");
	world_assert_has(&world, "quarterly");
	world_type(&world, "l 'from:");
	world_type(&world, "Esc / 'disk Enter");
	world_assert_has(&world, "Search: disk  1 found");
	world_assert_has(&world, "disk is 91 % full");
	world_type(&world, "q");
	world_assert_has(&world, "Re: quarterly figures");
}

static void test_the_cursor_is_followed_after_a_rest(void)
{
	g_auto(World) world;
	world_init(&world, 140, 45);

	world_advance(&world, 200);
	world_assert_has(&world, "<grace@example.org>");
	world_type(&world, "j");
	world_assert_has_not(&world, "<ada@example.org>");
	world_advance(&world, 149);
	world_assert_has_not(&world, "<ada@example.org>");
	world_advance(&world, 1);
	world_assert_has(&world, "<ada@example.org>");
	world_assert_asked(&world, "");
}

static void test_reading_marks_read_after_two_seconds(void)
{
	g_auto(World) world;
	world_init(&world, 140, 45);

	world_advance(&world, 150);
	world_advance(&world, 1999);
	world_assert_asked(&world, "");
	world_advance(&world, 1);
	world_assert_asked(&world, "mark read\n");
	world_type(&world, "U");
	world_assert_asked(&world, "mark unread\n");
	world_advance(&world, 10000);
	world_assert_asked(&world, "");
	world_type(&world, "j .");
	world_assert_asked(&world, "mark unread\n");
}

static void test_next_unread(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_type(&world, "Tab");
	world_advance(&world, 200);
	world_assert_has(&world, "Release planning");
	world_assert_has(&world, "Meeting  Wed 26 Nov 14:00-15:00   Room 4");
	world_type(&world, "Tab");
	world_assert_has(&world, "Going on from the top.");
	world_advance(&world, 200);
	world_assert_has(&world, "Subject  Architecture review moved");
}

static void test_folders(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_type(&world, "c");
	world_snapshot(&world, "folders-80x24");
	world_type(&world, "'inf Enter");
	world_assert_has(&world, "Mail:Infra*1");
	world_assert_has(&world, "disk is 91 % full");
	world_type(&world, "g s");
	world_assert_has(&world, "Mail:Sent");
	world_assert_has(&world, "To ");
	world_type(&world, "g o");
	world_assert_has(&world, "Everything is on the server.");
	world_type(&world, "g i ^J");
	world_assert_has(&world, "Mail:Drafts");
	world_assert_has(&world, "No messages here.");
}

static void test_help_and_commands(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_type(&world, "?");
	world_snapshot(&world, "help-80x24");
	world_type(&world, "'news Enter");
	world_assert_asked(&world, "sync\n");
	world_type(&world, ": 'fo");
	world_snapshot(&world, "command-80x24");
	world_type(&world, "Esc : 'frob Enter");
	world_assert_has(&world, "There is no command “frob”");
	world_type(&world, "g");
	world_assert_has_not(&world, "gi Go to the Inbox");
	world_advance(&world, 400);
	world_snapshot(&world, "which-key-80x24");
	world_type(&world, "Esc x");
	world_assert_has(&world, "x means nothing here");
	world_type(&world, "^L");
	world_assert_asked(&world, "redraw\n");
	world_type(&world, "q");
	world_assert_has(&world, "Quit Postern?");
	world_type(&world, "n");
	g_assert_false(world.is_over);
	world_type(&world, ": 'q! Enter");
	g_assert_true(world.is_over);
}

static void test_links_and_copies(void)
{
	g_auto(World) world;
	world_init(&world, 140, 45);

	world_advance(&world, 200);
	world_type(&world, "^B");
	world_assert_has(&world, "NOT WHAT IT SAYS");
	world_assert_has(&world, "https://evil.example/x");
	world_type(&world, "Enter");
	world_assert_asked(&world, "copy https://example.org/review?id=7\n");
	world_type(&world, "y a");
	world_assert_asked(&world, "copy grace@example.org\n");
	world_type(&world, "y i");
	g_assert_true(g_str_has_prefix(world.asked->str, "copy m"));
}

static void test_source_and_download(void)
{
	g_auto(World) world;
	world_init(&world, 140, 45);

	world_type(&world, "/ 'newsletter Enter");
	world_advance(&world, 200);
	world_assert_has(&world, "Press gw to");
	world_type(&world, "g w");
	world_assert_asked(&world, "wish body\n");
	world_assert_has(&world, "Downloading the full message");
	world_type(&world, "g R");
	world_assert_asked(&world, "wish source\n");
	SyncEvent failed = { .kind = SYNC_FAILED, .wish_id = 77, .text = (char *)"The message is gone from the server." };
	world_event(&world, &failed);
	world_assert_has(&world, "The message is gone from the server.");
}

/* The source asked for from the list, before any message was drawn. */
static void test_the_source_at_first_sight(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_type(&world, "g R");
	world_assert_has(&world, "Subject  Architecture review moved");
	world_assert_has(&world, "Asking the server for the source");
	world_assert_asked(&world, "wish source\nmark read\n");
}

static void test_tabs(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_type(&world, "g Enter");
	world_assert_has(&world, "Architecture review mo");
	world_assert_has(&world, "<grace@example.org>");
	world_type(&world, "g t");
	world_assert_has(&world, "Bj\u00f6rn M\u00fcller");
	world_type(&world, "Alt-2");
	world_assert_has(&world, "<grace@example.org>");
	world_type(&world, "q");
	world_assert_has_not(&world, "<grace@example.org>");
}

static void test_questions_wait(void)
{
	g_auto(World) world;
	g_autoptr(Question) question = question_new(QUESTION_PASSWORD, 1, "work");
	world_init(&world, 80, 24);

	question->text = g_strdup("The password for work was refused.");
	SyncEvent event = { .kind = SYNC_QUESTION, .account_id = 1, .question = question };
	world_event(&world, &event);
	world_event(&world, &event);
	world_assert_has(&world, "The password for work was refused.  (gq answers)");
	world_type(&world, "j j k");
	world_assert_asked(&world, "");
	world_type(&world, "g q 'geheim");
	world_snapshot(&world, "password-80x24");
	world_assert_has_not(&world, "geheim");
	world_type(&world, "Enter");
	world_assert_asked(&world, "answer 0 0 geheim\n");
	world_type(&world, "g q");
	world_assert_has(&world, "No account asks anything.");
}

static void test_an_empty_store(void)
{
	g_auto(World) world;
	world_init_empty(&world, 80, 24);

	world_type(&world, "j k G g g Enter U n Tab Space z a z R o l Esc / Esc ^B J q n");
	world_assert_has(&world, "The folder list comes with the first sync.");
	world_resize(&world, 140, 45);
	world_type(&world, "^W w ^W w j k Enter");
}

static void test_the_wizard_asks_step_by_step(void)
{
	g_auto(World) world;
	world_init_empty(&world, 80, 24);

	world_type(&world, ": 'add-account Enter 'nonsense Enter");
	world_snapshot(&world, "wizard-80x24");
	world_type(&world, "^U 'ada@example.org Enter");
	world_assert_has(&world, "mail.example.org");
	world_type(&world, "Enter Enter 'a|b Enter");
	world_assert_has(&world, "needs a shell");
	world_type(&world, "^U Enter 's3cret");
	world_assert_has_not(&world, "s3cret");
	world_type(&world, "Enter Enter");
	world_assert_asked(&world, "account ada@example.org https://mail.example.org/Microsoft-Server-ActiveSync s3cret\n");
	world_assert_has(&world, "Asking the server");
	mail_screen_account(world.mail, NULL, "The server refused the password.");
	world_assert_has(&world, "The server refused the password.");
	world_type(&world, "Enter Enter Enter 'pass Enter Enter");
	world_assert_asked(&world, "account ada@example.org https://mail.example.org/Microsoft-Server-ActiveSync pass\n");
	mail_screen_account(world.mail, "Signed in.", NULL);
	world_assert_has(&world, "Signed in.");
	world_assert_has_not(&world, "Add account");
}

/* Progress is drawn twice a second at most; without news nothing is drawn at all. */
static void test_quiet(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);
	world_advance(&world, 5000);

	g_assert_false(mail_screen_draw(world.mail, world.canvas));
	SyncEvent progress = { .kind = SYNC_PROGRESS, .account_id = 1, .folder_id = world.ids.inbox, .total = 100 };
	int drawn = 0;
	for (int i = 0; i < 100; i++) {
		progress.done = i;
		mail_screen_event(world.mail, &progress);
		manual_clock_advance(&world.temp.clock, 10);
		mail_screen_tick(world.mail);
		drawn += mail_screen_draw(world.mail, world.canvas);
	}
	g_assert_cmpint(drawn, <=, 3);
	world_advance(&world, 1000);
	int64_t wait_ms = mail_screen_deadline(world.mail) - clock_uptime_ms(&world.temp.clock.clock);
	g_assert_cmpint(wait_ms, >, 40000);
	g_assert_cmpint(wait_ms, <=, 60000);
}

static void test_any_size_and_any_key(void)
{
	static const char *const keys[] = {
		"j", "k", "G", "g", "i", "Enter", "q", "n", "z", "R", "a", "M", "Tab", "Left", "Right", "PgDn", "^D", "J", "K", "c",
		"Esc", "?", "Down", "l", "'is", "/", "'re", ":", "o", "U", "d", "D", "a", "s", "F", "Y", "V", "T", "*", ";", "u", "^R", ".", "r", "y", "t", "h", "^B", "^W", "w", "F6", "Space", "\u6f22",
	};
	g_auto(World) world;
	g_autoptr(GRand) rand = g_rand_new_with_seed(32);
	world_init(&world, 80, 24);

	for (int round = 0; round < 600; round++) {
		if (round % 10 == 0)
			world_resize(&world, g_rand_int_range(rand, 1, 170), g_rand_int_range(rand, 1, 50));
		world_type(&world, keys[g_rand_int_range(rand, 0, G_N_ELEMENTS(keys))]);
		world_advance(&world, g_rand_int_range(rand, 0, 500));
	}
}

/* Served by another Postern, what only that one can do is said; once it has ended, nothing is out of reach. */
static void test_guest(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);
	SyncEvent joined = { .kind = SYNC_JOINED, .is_from_afar = true };
	SyncEvent parked = { .kind = SYNC_STATE, .account_id = world.temp.account_id, .state = SYNC_PARKED,
		             .text = (char *)"the password of work?", .is_from_afar = true };
	SyncEvent own = { .kind = SYNC_STATE, .account_id = world.temp.account_id, .state = SYNC_WATCHING };

	world_event(&world, &joined);
	world_assert_has(&world, "Another Postern runs already; it syncs for this one, too.");
	world_event(&world, &parked);
	world_assert_has(&world, "the password of work? (the Postern that runs already asks)");
	world_assert_has(&world, "asks elsewhere");
	world_steps(&world, ": 'answer Enter");
	world_assert_has(&world, "answered, in the Postern that runs already.");
	world_steps(&world, ": 'add-account Enter");
	world_assert_has(&world, "Accounts are set up in the Postern that runs already.");
	world_event(&world, &own);
	world_assert_has(&world, "The other Postern has ended; this one syncs from here on.");
	world_steps(&world, ": 'add-account Enter");
	world_assert_has(&world, "Add account");
}

/* Who has no account yet is not asked for one where it could not be set up. */
static void test_guest_without_accounts(void)
{
	g_auto(World) world;
	world_init_empty(&world, 80, 24);
	SyncEvent joined = { .kind = SYNC_JOINED, .is_from_afar = true };

	world_steps(&world, ": 'add-account Enter");
	world_event(&world, &joined);
	world_assert_has_not(&world, "Add account");
}

/* In the profile "alpine" the footer names its keys. */
static void take_alpine(World *world) { world_steps(world, ": 'set Space 'keymap=alpine Enter j"); }

static void test_alpine(void) { world_snapshot_widths("alpine", take_alpine); }

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mail/three-widths", test_three_widths);
	g_test_add_func("/mail/reading-in-one-pane", test_reading_in_one_pane);
	g_test_add_func("/mail/conversations-unfold", test_conversations_unfold);
	g_test_add_func("/mail/hostile-senders", test_hostile_senders);
	g_test_add_func("/mail/filter-as-you-type", test_filter_as_you_type);
	g_test_add_func("/mail/the-cursor-is-followed-after-a-rest", test_the_cursor_is_followed_after_a_rest);
	g_test_add_func("/mail/reading-marks-read-after-two-seconds", test_reading_marks_read_after_two_seconds);
	g_test_add_func("/mail/next-unread", test_next_unread);
	g_test_add_func("/mail/folders", test_folders);
	g_test_add_func("/mail/help-and-commands", test_help_and_commands);
	g_test_add_func("/mail/links-and-copies", test_links_and_copies);
	g_test_add_func("/mail/source-and-download", test_source_and_download);
	g_test_add_func("/mail/the-source-at-first-sight", test_the_source_at_first_sight);
	g_test_add_func("/mail/tabs", test_tabs);
	g_test_add_func("/mail/questions-wait", test_questions_wait);
	g_test_add_func("/mail/an-empty-store", test_an_empty_store);
	g_test_add_func("/mail/the-wizard-asks-step-by-step", test_the_wizard_asks_step_by_step);
	g_test_add_func("/mail/quiet", test_quiet);
	g_test_add_func("/mail/any-size-and-any-key", test_any_size_and_any_key);
	g_test_add_func("/mail/guest", test_guest);
	g_test_add_func("/mail/guest-without-accounts", test_guest_without_accounts);
	g_test_add_func("/mail/alpine", test_alpine);
	return g_test_run();
}
