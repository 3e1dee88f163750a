/* Triage: one page a conversation, in the order of the list; what acts, acts on all of it, and the next one follows. */
#include <string.h>

#include "support/screen.h"

static void test_three_widths(void)
{
	static const struct { const char *name; int width, height; } sizes[] = {
		{ "triage-80x24", 80, 24 }, { "triage-100x30", 100, 30 }, { "triage-140x45", 140, 45 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_auto(World) world;
		world_init(&world, sizes[i].width, sizes[i].height);
		world_type(&world, "^T ] t");
		world_snapshot(&world, sizes[i].name);
	}
}

static void test_stepping(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_type(&world, "^T");
	world_assert_has(&world, "4 messages, 3 people");
	world_type(&world, "[ t");
	world_assert_has(&world, "This is the first conversation.");
	world_type(&world, "] t");
	world_assert_has(&world, "3 messages, 3 people");
	/* Space goes on where the page ends. */
	world_type(&world, "Space");
	world_assert_has(&world, "Release planning");
	world_type(&world, "[ t [ t");
	world_assert_has(&world, "Architecture review moved to Thursday");
	for (int i = 0; i < 20; i++)
		world_type(&world, "] t");
	world_assert_has(&world, "This is the last conversation.");
	world_type(&world, "q");
	world_assert_has_not(&world, "Triage");
	world_assert_has(&world, "Old Friend");
}

/* All messages of the conversation in this folder go, and the next one is there; u brings it back. */
static void test_acting(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_type(&world, "^T d");
	world_assert_has(&world, "Re: quarterly figures");
	world_assert_has(&world, "3 messages, 3 people");
	world_type(&world, "F");
	world_advance(&world, 1000);
	world_assert_has(&world, "3 messages, 3 people");
	world_type(&world, "q");
	world_assert_has_not(&world, "Architecture review");
	world_type(&world, "u u");
	world_advance(&world, 1000);
	world_assert_has(&world, "Architecture review");
}

static void test_to_the_end(void)
{
	g_auto(World) world;
	world_init(&world, 80, 24);

	world_type(&world, "c 'inf Enter ^T");
	world_assert_has(&world, "disk is 91 % full");
	world_type(&world, "d");
	world_assert_has_not(&world, "Triage");
	world_assert_has(&world, "No messages here.");
}

/* In a conversation that was opened alone, an action is about one message, and the next is a key away. */
static void test_a_page_alone_can_step_too(void)
{
	g_auto(World) world;
	world_init(&world, 100, 30);

	world_type(&world, "Enter ] t");
	world_assert_has(&world, "3 messages, 3 people");
	world_type(&world, "q ] t");
	world_advance(&world, 200);
	world_assert_has(&world, "Subject  Invitation: Release planning");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/triage/three-widths", test_three_widths);
	g_test_add_func("/triage/stepping", test_stepping);
	g_test_add_func("/triage/acting", test_acting);
	g_test_add_func("/triage/to-the-end", test_to_the_end);
	g_test_add_func("/triage/a-page-alone-can-step-too", test_a_page_alone_can_step_too);
	return g_test_run();
}
