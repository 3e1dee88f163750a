/* Address fields of the mail screen that ask the directory: keys in, what is asked and what is shown. */
#include "support/screen.h"

static const char graces[] = "\tGrace Hopper\tgrace.hopper@example.test\tghopper\tRear Admiral\tExample Ltd\tArlington 1\n"
                             "\tGrace Kelly\tgrace.kelly@example.test\tgkelly\tPrincess\tExample Ltd\n";

/* Asked after a rest, and never again in this session, whichever mail is written. */
static void test_typing(void)
{
	g_auto(World) world;

	world_init(&world, 100, 30);
	world.people = graces;
	world_type(&world, "m 'grac");
	world_assert_asked(&world, "");
	world_advance(&world, 300);
	world_assert_asked(&world, "who grac\n");
	world_assert_has(&world, "Princess, Example Ltd");
	world_type(&world, "Esc q n m 'grac");
	world_assert_asked(&world, "");
	world_assert_has(&world, "Rear Admiral");
	world_advance(&world, 300);
	world_assert_asked(&world, "");
	world_type(&world, "'e");
	world.people = NULL;
	world_assert_has_not(&world, "Rear Admiral");
	world_advance(&world, 300);
	world_assert_asked(&world, "who grace\n");
}

static void test_nobody_to_ask(void)
{
	g_auto(World) world;

	world_init(&world, 80, 24);
	world.is_deaf = true;
	world_type(&world, "m 'zzzz");
	world_advance(&world, 300);
	world_assert_has(&world, "offline: only people known here");
	world.is_deaf = false;
	world_type(&world, "'z");
	world_advance(&world, 300);
	world_assert_has(&world, "nobody here or in the directory");
}

/* The connection is away: what is known here is there, and it is said that no more comes now. */
static void test_out_of_reach(void)
{
	g_auto(World) world;
	SyncEvent waiting = { .kind = SYNC_STATE, .account_id = 1, .state = SYNC_WAITING };

	world_init(&world, 80, 24);
	world_event(&world, &waiting);
	world_type(&world, "m 'zzzz");
	g_queue_clear(world.events);
	manual_clock_advance(&world.temp.clock, 300);
	mail_screen_tick(world.mail);
	g_autoptr(SyncEvent) held = g_queue_pop_head(world.events);
	world_assert_has(&world, "the server cannot be asked now: only people known here");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/directory/typing", test_typing);
	g_test_add_func("/directory/nobody-to-ask", test_nobody_to_ask);
	g_test_add_func("/directory/out-of-reach", test_out_of_reach);
	return g_test_run();
}
