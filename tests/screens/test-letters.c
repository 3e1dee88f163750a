/* Mails that are being written, on the mail screen: from a key to the Outbox, and back. */
#include <string.h>

#include "store/draft.h"
#include "support/screen.h"

/* The source that an answer waits for has come. */
static void source_comes(World *world)
{
	SyncEvent fetched = { .kind = SYNC_FETCHED, .wish_id = 77 };

	world_event(world, &fetched);
	world_settle(world);
}

static guint drafts(World *world)
{
	g_autoptr(GPtrArray) rows = NULL;

	g_assert_true(store_read_drafts(world->temp.reader, 0, 10, &rows, NULL));
	return rows->len;
}

/* To, Subject, text; then it is kept, sent, and taken back. */
static void test_new_mail(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "m 'grace@example.org Enter 'Lunch Enter 'At Space 'noon? Esc");
	world_assert_has(&world, "y Send");
	world_assert_has(&world, "At noon?");
	world_snapshot(&world, "letter-80x24");
	world_steps(&world, "y");
	world_assert_has(&world, "In the Outbox; u takes it back");
	world_assert_asked(&world, "keep Lunch\nsend\n");
	world_steps(&world, "g o");
	world_assert_has(&world, "Lunch");
	world_steps(&world, "q u");
	world_assert_has(&world, "Taken back");
	world_steps(&world, "g P");
	world_assert_has(&world, "grace@example.org  Lunch");
	world_steps(&world, "Enter");
	world_assert_has(&world, "At noon?");
}

/* An answer waits for the source of what it answers, for its headers; it is addressed and quoted. */
static void test_reply(void)
{
	static const struct { const char *keys, *has, *also; } rows[] = {
		{ "r",     "Subject    Re: ", "> " },
		{ "R",     "Subject    Re: ", "> " },
		{ "g r",   "Subject    Re: ", "> " },
		{ "f",     "Subject    Fwd: ", NULL },
		{ "j j Alt-f", "Subject    Fwd: ", "message/rfc822" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		world_init(&world, 100, 30);
		g_test_message("%s", rows[i].keys);
		world.edited = "To: grace@example.org\nSubject: x\n\nx\n";
		world_steps(&world, rows[i].keys);
		world_assert_has(&world, "Getting the original");
		world.edited = NULL;
		source_comes(&world);
		world_assert_has(&world, rows[i].has);
		if (rows[i].also)
			world_assert_has(&world, rows[i].also);
	}
}

/* A list is only known from the source; without one the answer says so and nothing opens. */
static void test_no_list(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "L");
	source_comes(&world);
	world_assert_has(&world, "list");
	world_assert_has_not(&world, "y Send");
}

static void test_leaving(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "m 'grace@example.org Enter 'Lunch Enter 'x Esc q y");
	world_assert_has(&world, "Kept as a draft, here alone");
	g_assert_cmpuint(drafts(&world), ==, 1);
	world_steps(&world, "g P Enter q n");
	world_assert_has(&world, "Thrown away.");
	g_assert_cmpuint(drafts(&world), ==, 0);
}

/* What is typed is kept after a few seconds, and when the program ends. */
static void test_nothing_is_lost(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "m 'grace@example.org Enter 'Lunch Enter 'one");
	g_assert_cmpuint(drafts(&world), ==, 0);
	world_advance(&world, 3500);
	world_assert_asked(&world, "keep Lunch\n");
	world_steps(&world, "'two");
	mail_screen_keep(world.mail);
	world_assert_asked(&world, "keep Lunch\n");
	world_settle(&world);
	g_assert_cmpuint(drafts(&world), ==, 1);
}

/* A text that an editor has left behind opens by itself, as the draft that it was of. */
static void test_left_behind(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "m 'grace@example.org Enter 'Lunch Enter 'x Esc p");
	mail_screen_left_behind(world.mail, &(EditingOwner){ EDITING_DRAFT, 1 }, "To: grace@example.org\nSubject: Dinner\n\nAt eight.\n");
	world_settle(&world);
	world_assert_has(&world, "Dinner");
	world_assert_has(&world, "At eight.");
	world_assert_has(&world, "an editor had left behind");
	mail_screen_left_behind(world.mail, &(EditingOwner){ EDITING_DRAFT, 0 }, "To: bob@example.org\nSubject: New\n\nNever kept.\n");
	world_assert_has(&world, "Never kept.");
}

static void test_own_editor(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world.edited = "To: grace@example.org\nSubject: Lunch\n\nFrom vi.\n";
	world_steps(&world, "m 'grace@example.org Enter 'x Enter");
	world_assert_asked(&world, "edit\nkeep Lunch\n");
	world_assert_has(&world, "From vi.");
	world_steps(&world, "y");
	world_assert_has(&world, "In the Outbox");
}

static void keep_reply(World *world, const char *name, const char *text)
{
	g_autofree char *dir = g_build_filename(world->temp.dir, "replies", NULL);
	g_autofree char *file = g_strconcat(name, ".txt", NULL), *path = g_build_filename(dir, file, NULL);

	g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

/* Chosen by its name and first line, the answer is whole: it begins with the review, and y sends it. */
static void test_quick_reply(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_steps(&world, "g Q");
	world_assert_has(&world, "There is no quick reply yet: write one with “postern quick-reply set");
	keep_reply(&world, "later", "I will look at it\ntomorrow.\n");
	keep_reply(&world, "thanks", "Thank you!\n");
	world_steps(&world, "g Q");
	world_assert_has(&world, "thanks");
	world_assert_has(&world, "I will look at it tomorrow.");
	world_steps(&world, "'lat Enter");
	world_assert_has(&world, "Getting the original");
	source_comes(&world);
	world_assert_has(&world, "Subject    Re: ");
	world_assert_has(&world, "tomorrow.");
	world_assert_has(&world, "> ");
	world_assert_has(&world, "y Send");
	world_steps(&world, "q n : 'quick-reply Space 'thanks Enter");
	source_comes(&world);
	world_assert_has(&world, "Thank you!");
	world_steps(&world, "q n : 'quick-reply Space 'none Enter");
	world_assert_has(&world, "there is no quick reply “none”");
}

/* A draft of another client's, on a server of @version; the list of Drafts is shown. */
static int64_t drafts_open(World *world, const char *version)
{
	g_autoptr(AccountState) state = NULL;
	g_autoptr(GError) err = NULL;
	SyncEvent changed = { .kind = SYNC_CHANGED };

	g_assert_true(store_read_account(world->temp.reader, "alice", &state, NULL));
	g_free(state->version);
	state->version = g_strdup(version);
	store_write_account_state(world->temp.writer, state, &err);
	g_assert_no_error(err);
	int64_t folder = temp_store_folder(&world->temp, "drafts", FOLDER_DRAFTS);
	Message *message = temp_message("d1", clock_now_ms(&world->temp.clock.clock) - 1000, MESSAGE_READ | MESSAGE_DRAFT);
	g_free(message->to);
	message->to = g_strdup("bob@example.org");
	int64_t id = temp_store_add(&world->temp, folder, message);
	world_advance(world, 1000);
	world_event(world, &changed);
	world_steps(world, "g d");
	return id;
}

/* Enter and e go on with it: what was changed is kept over it, what was not is left as it is, and a second time goes on with the
 * draft that is here. */
static void test_draft_of_another_client(void)
{
	static const char *const keys[] = { "Enter", "e" };

	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_auto(World) world;
		int64_t found = 0;
		world_init(&world, 100, 30);
		g_test_message("%s", keys[i]);
		int64_t id = drafts_open(&world, "16.1");
		world_steps(&world, keys[i]);
		world_assert_has(&world, "Getting the original");
		source_comes(&world);
		world_assert_has(&world, "y Send");
		world_assert_has(&world, "bob@example.org");
		world_steps(&world, "q");
		world_assert_has_not(&world, "y Send");
		g_assert_cmpuint(drafts(&world), ==, 0);

		world_steps(&world, keys[i]);
		source_comes(&world);
		world_steps(&world, "Enter 'Dear Space Esc");
		world_steps(&world, "p");
		world_assert_has(&world, "Kept as a draft.");
		g_assert_true(store_find_draft(world.temp.reader, id, &found, NULL));
		g_assert_cmpint(found, >, 0);
		world_steps(&world, keys[i]);
		world_assert_has(&world, "y Send");
		world_assert_has(&world, "Dear");
		world_steps(&world, "1");
		world_steps(&world, keys[i]);
		g_assert_cmpuint(drafts(&world), ==, 1);
	}
}

/* On its way it is not changed. */
static void test_draft_is_on_its_way(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	drafts_open(&world, "16.1");
	world_steps(&world, "Enter");
	source_comes(&world);
	world_steps(&world, "y");
	world_assert_has(&world, "In the Outbox");
	world_steps(&world, "Enter");
	world_assert_has(&world, "This draft is in the Outbox; cancel its sending");
	world_assert_has_not(&world, "y Send");
}

/* Nobody keeps it, so the server's goes alone, and comes back. */
static void test_draft_is_thrown_away(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	drafts_open(&world, "16.1");
	world_steps(&world, "Enter");
	source_comes(&world);
	world_steps(&world, "Enter 'x Esc q n");
	world_assert_has(&world, "Thrown away.");
	world_assert_has_not(&world, "y Send");
	world_assert_has_not(&world, "d1");
	world_steps(&world, "u");
	world_assert_has(&world, "d1");
}

/* Before 16.0 nothing can be kept over it: it is read. */
static void test_draft_is_read(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	drafts_open(&world, "14.1");
	world_steps(&world, "e");
	world_assert_has(&world, "This is no draft on the server");
	world_steps(&world, "Enter");
	world_assert_has_not(&world, "Getting the original");
	world_assert_has_not(&world, "y Send");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/letters/new-mail", test_new_mail);
	g_test_add_func("/letters/reply", test_reply);
	g_test_add_func("/letters/no-list", test_no_list);
	g_test_add_func("/letters/leaving", test_leaving);
	g_test_add_func("/letters/nothing-is-lost", test_nothing_is_lost);
	g_test_add_func("/letters/left-behind", test_left_behind);
	g_test_add_func("/letters/own-editor", test_own_editor);
	g_test_add_func("/letters/quick-reply", test_quick_reply);
	g_test_add_func("/letters/draft-of-another-client", test_draft_of_another_client);
	g_test_add_func("/letters/draft-is-on-its-way", test_draft_is_on_its_way);
	g_test_add_func("/letters/draft-is-thrown-away", test_draft_is_thrown_away);
	g_test_add_func("/letters/draft-is-read", test_draft_is_read);
	return g_test_run();
}
