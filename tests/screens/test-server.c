/* The server's search on the mail screen: keys in, what is asked of the server, and what is shown of its answer. */
#include "support/screen.h"

/* One that is here, one of a folder that is not synced, one that Search found by moment and subject. */
#define ANSWER(total) \
	#total "\n" \
	"inbox\tg4\t\tGrace Boss <grace@example.org>\tAda <ada@example.org>\tArchitecture review moved to Thursday\t\t1763999400000\t0\t1\t2\n" \
	"old\t\tRg7\tGrace Boss <grace@example.org>\tAda <ada@example.org>\tArchitecture of 2019\tAn old plan\t1561939200000\t0\t1\t1\n" \
	"inbox\t\tRg8\tLi Wei <li@example.org>\t\tRe: Architecture review\t\t1763982000000\t1\t0\t1\n"

static const char letter[] =
	"From: Grace Boss <grace@example.org>\r\nTo: Ada <ada@example.org>\r\nCc: Li Wei <li@example.org>\r\nSubject: Architecture of 2019\r\n"
	"Message-ID: <old@example.org>\r\nDate: Mon, 1 Jul 2019 00:00:00 +0000\r\nMIME-Version: 1.0\r\n"
	"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nThe old plan is attached.\r\n"
	"--b\r\nContent-Type: text/csv; name=plan.csv\r\nContent-Disposition: attachment; filename=plan.csv\r\n\r\n1,2,3\r\n--b--\r\n";

static void search(World *world, int width, int height)
{
	world_init(world, width, height);
	world->found = ANSWER(340);
	world->letter = letter;
	world_type(world, "/ 'architecture Enter");
	g_string_truncate(world->asked, 0);
}

static void test_snapshots(void)
{
	static const struct { const char *name; int width, height; } sizes[] = {
		{ "server-80x24", 80, 24 }, { "server-100x30", 100, 30 }, { "server-140x45", 140, 45 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_auto(World) world;
		search(&world, sizes[i].width, sizes[i].height);
		world_assert_has(&world, "Ask the server");
		world_type(&world, "S");
		world_type(&world, "G");
		world_advance(&world, 150);
		world_snapshot(&world, sizes[i].name);
	}
}

/* What is here opens as ever; what is not is fetched once, and read like any other. */
static void test_reading(void)
{
	g_auto(World) world;

	search(&world, 80, 24);
	world_type(&world, "S");
	world_assert_asked(&world, "find architecture from 0\n");
	world_assert_has(&world, "On the server: architecture  3 of 340");
	world_assert_has(&world, "on server");
	world_type(&world, "Enter");
	world_assert_has(&world, "Please read it before");
	world_type(&world, "q j Enter");
	world_assert_has(&world, "From     Li Wei");
	world_type(&world, "q j Enter");
	world_advance(&world, 150);
	world_assert_asked(&world, "mark read\nwish Rg7\n");
	world_assert_has(&world, "The old plan is attached.");
	world_assert_has(&world, "Cc       Li Wei");
	world_assert_has(&world, "1 plan.csv");
	world_type(&world, "g R");
	world_assert_has(&world, "Content-Type: multipart/mixed");
	world_type(&world, "g R v");
	world_assert_has(&world, "text/csv");
	world_type(&world, "q y i");
	world_assert_asked(&world, "copy <old@example.org>\n");
}

/* However large it is, what came along is listed. */
static void test_large(void)
{
	g_auto(World) world;
	g_autofree char *filling = g_strnfill(2 << 20, 'x');
	g_auto(GStrv) halves = g_strsplit(letter, "1,2,3", 2);
	g_autofree char *large = g_strconcat(halves[0], filling, halves[1], NULL);

	search(&world, 80, 24);
	world.letter = large;
	world_type(&world, "S");
	world_type(&world, "G Enter");
	world_advance(&world, 150);
	world_assert_has(&world, "The old plan is attached.");
	world_assert_has(&world, "1 plan.csv");
}

/* It can be answered and passed on with what came along, but not changed. */
static void test_answering(void)
{
	g_auto(World) world;

	search(&world, 100, 30);
	world_type(&world, "S");
	world_type(&world, "G d");
	world_assert_has(&world, "on the server alone");
	world_type(&world, "P");
	world_assert_has(&world, "its conversation is not here");
	g_string_truncate(world.asked, 0);
	world_type(&world, "f");
	world_assert_asked(&world, "wish Rg7\n");
	world_assert_has(&world, "plan.csv");
	world_assert_has(&world, "Subject    Fwd: Architecture of 2019");
	world_steps(&world, "Esc q n R Esc");
	world_assert_has(&world, "To         Grace Boss <grace@example.org>");
	world_assert_has(&world, "> The old plan is attached.");
	world_type(&world, "y y");
	world_assert_has(&world, "In the Outbox");
}

static void test_a_letter_that_went(void)
{
	g_auto(World) world;

	search(&world, 100, 30);
	world.letter = NULL;
	world_type(&world, "S");
	world_type(&world, "G");
	world_advance(&world, 150);
	world_assert_has(&world, "the message is no longer on the server");
	world_type(&world, "r");
	world_assert_has(&world, "did not come now");
}

/* More is asked for until there is no more; changes here change the rows, and Esc leaves it all. */
static void test_more(void)
{
	g_auto(World) world;

	search(&world, 100, 30);
	world.found = ANSWER(6);
	world_type(&world, "S");
	world_assert_asked(&world, "find architecture from 0\n");
	world_type(&world, "S");
	world_assert_asked(&world, "find architecture from 3\n");
	world_assert_has(&world, "6 of 6");
	world_type(&world, "S");
	world_assert_asked(&world, "");
	world_assert_has(&world, "That is all the server has found.");
	world_type(&world, "g g d");
	world_assert_has(&world, "Moved 1 message to Trash");
	world_type(&world, "j");
	world_assert_has(&world, "6 of 6");
	world_assert_has(&world, "Trash  15:50");
	world_type(&world, "Esc");
	world_assert_has_not(&world, "On the server");
	world_assert_has(&world, "sorted: conversation");
}

/* Esc stops waiting; an answer that comes later changes nothing. */
static void test_not_waiting(void)
{
	g_auto(World) world;
	Input key = { .kind = INPUT_KEY, .key = 'S' };

	search(&world, 100, 30);
	mail_screen_input(world.mail, &key);
	g_autoptr(SyncEvent) late = g_queue_pop_head(world.events);
	world_assert_has(&world, "Esc stops waiting");
	world_type(&world, "Esc");
	world_assert_has(&world, "not waited for any more");
	world_event(&world, late);
	world_type(&world, "Left");
	world_assert_has(&world, "Search: architecture");
}

static void test_query(void)
{
	static const struct { const char *line, *asked, *says; } rows[] = {
		{ "'architecture subject:2019", "find architecture 2019 from 0\n", "1 fit, 3 of 340 looked at" },
		{ "'architecture category:red", "find architecture from 0\n", "does not judge: category:red" },
		{ "'architecture in:infra", "find architecture in a folder from 0\n", "3 of 340" },
		{ "'architecture in:nowhere", "", "There is no folder nowhere." },
		{ "'architecture OR plan", "", "knows no OR" },
		{ "'is:unread", "", "needs words" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(World) world;
		g_auto(GStrv) words = g_strsplit(rows[i].line, " ", -1);
		g_test_message("%s", rows[i].line);
		world_init(&world, 140, 45);
		world.found = ANSWER(340);
		world_type(&world, ":");
		g_autofree char *line = g_strjoinv(" Space '", words);
		world_type(&world, "'search-server Space");
		world_type(&world, line);
		world_type(&world, "Enter");
		world_assert_asked(&world, rows[i].asked);
		world_assert_has(&world, rows[i].says);
	}
}

/* Without a search before it, the words are asked for. */
static void test_from_nothing(void)
{
	g_auto(World) world;

	world_init(&world, 80, 24);
	world.found = "0\n";
	world_type(&world, "S");
	world_assert_has(&world, "Search the server:");
	world_type(&world, "'plan Enter");
	world_assert_asked(&world, "find plan from 0\n");
	world_assert_has(&world, "0 of 0");
	world_assert_has(&world, "Nothing matches.");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/server/snapshots", test_snapshots);
	g_test_add_func("/server/reading", test_reading);
	g_test_add_func("/server/large", test_large);
	g_test_add_func("/server/answering", test_answering);
	g_test_add_func("/server/a-letter-that-went", test_a_letter_that_went);
	g_test_add_func("/server/more", test_more);
	g_test_add_func("/server/not-waiting", test_not_waiting);
	g_test_add_func("/server/query", test_query);
	g_test_add_func("/server/from-nothing", test_from_nothing);
	return g_test_run();
}
