#include <glib.h>

#include "sync/sending.h"

enum { NOW = 1000 * 1000, GAP = SENDING_LOOK_GAP_MS, MINUTE = 60 * 1000 };

/* ---- what is next ---- */

static void test_next(void)
{
	static const SendingServer plain = { .has_sent = true }, known = { true, true },
				   blind = { false, false }, blind_known = { false, true };
	const struct {
		const char *why;
		Sending sending;
		SendingServer server;
		SendingStep step;
		int64_t wake_ms;
	} rows[] = {
		{ "just written", { .due_ms = 0 }, plain, SENDING_DO_ATTEMPT, 0 },
		{ "held back", { .due_ms = NOW + 1 }, plain, SENDING_DO_WAIT, NOW + 1 },
		{ "hold over", { .due_ms = NOW }, plain, SENDING_DO_ATTEMPT, 0 },
		{ "lost a moment ago", { SENDING_UNDERWAY, 0, NOW, 1, 0, 0, true }, plain,
		  SENDING_DO_LOOK, 0 },
		{ "lost, and the server known", { SENDING_UNDERWAY, 0, NOW, 1, 0, 0, true }, known,
		  SENDING_DO_LOOK, 0 },
		{ "looked once", { SENDING_UNDERWAY, 0, NOW - 9, 1, 1, NOW - 5, true }, plain,
		  SENDING_DO_WAIT, NOW - 5 + GAP },
		{ "gap over", { SENDING_UNDERWAY, 0, 1, 1, 1, NOW - GAP, true }, plain,
		  SENDING_DO_LOOK, 0 },
		{ "clock set back", { SENDING_UNDERWAY, 0, 1, 1, 1, NOW + GAP, true }, plain,
		  SENDING_DO_LOOK, 0 },
		{ "looked twice", { SENDING_UNDERWAY, 0, 1, 1, 2, NOW, true }, plain,
		  SENDING_DO_ASK, 0 },
		{ "twice, repeats known", { SENDING_UNDERWAY, 0, 1, 1, 2, NOW, true }, known,
		  SENDING_DO_ATTEMPT, 0 },
		{ "the same, put off", { SENDING_UNDERWAY, NOW + 7, 1, 1, 2, NOW, true }, known,
		  SENDING_DO_WAIT, NOW + 7 },
		{ "repeated too often", { SENDING_UNDERWAY, 0, 1, SENDING_ATTEMPTS, 2, NOW, true },
		  known, SENDING_DO_ASK, 0 },
		{ "no Sent", { SENDING_UNDERWAY, 0, NOW, 1, 0, 0, true }, blind, SENDING_DO_ASK, 0 },
		{ "no Sent, repeats known", { SENDING_UNDERWAY, 0, NOW, 1, 0, 0, true }, blind_known,
		  SENDING_DO_ATTEMPT, 0 },
		{ "sent", { .state = SENDING_SENT }, plain, SENDING_DO_REST, 0 },
		{ "failed", { .state = SENDING_FAILED }, known, SENDING_DO_REST, 0 },
		{ "parked", { .state = SENDING_UNSURE }, known, SENDING_DO_REST, 0 },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		SendingPlan plan = sending_next(&rows[i].sending, rows[i].server, NOW);
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(plan.step, ==, rows[i].step);
		if (plan.step == SENDING_DO_WAIT)
			g_assert_cmpint(plan.wake_ms, ==, rows[i].wake_ms);
	}
}

/* ---- what an answer says ---- */

static void test_judgement(void)
{
	static const struct {
		const char *why;
		ErrorKind kind;
		SendingAnswer verdict, exchange;
	} rows[] = {
		{ "118: sent before", ERR_EXISTS, SENDING_TAKEN, SENDING_LOST },
		{ "110", ERR_OVERLOADED, SENDING_PUT_OFF, SENDING_LOST },
		{ "111, 120, HTTP 500", ERR_SERVER, SENDING_PUT_OFF, SENDING_LOST },
		{ "throttled, HTTP 503", ERR_THROTTLED, SENDING_PUT_OFF, SENDING_PUT_OFF },
		{ "142, HTTP 449", ERR_PROVISION, SENDING_PUT_OFF, SENDING_PUT_OFF },
		{ "132", ERR_REFOLDER, SENDING_PUT_OFF, SENDING_PUT_OFF },
		{ "HTTP 401", ERR_SIGN_IN, SENDING_PUT_OFF, SENDING_PUT_OFF },
		{ "HTTP 403", ERR_FORBIDDEN, SENDING_PUT_OFF, SENDING_PUT_OFF },
		{ "HTTP 451", ERR_MOVED, SENDING_PUT_OFF, SENDING_PUT_OFF },
		{ "no connection", ERR_UNREACHED, SENDING_REFUSED, SENDING_PUT_OFF },
		{ "certificate", ERR_TLS, SENDING_REFUSED, SENDING_PUT_OFF },
		{ "116, 119, HTTP 400", ERR_REQUEST, SENDING_REFUSED, SENDING_REFUSED },
		{ "113, 115", ERR_FULL, SENDING_REFUSED, SENDING_LOST },
		{ "122, HTTP 413", ERR_LIMIT, SENDING_REFUSED, SENDING_REFUSED },
		{ "137, HTTP 501", ERR_UNSUPPORTED, SENDING_REFUSED, SENDING_REFUSED },
		{ "150", ERR_GONE, SENDING_REFUSED, SENDING_LOST },
		{ "cut", ERR_NETWORK, SENDING_REFUSED, SENDING_LOST },
		{ "garbage", ERR_PROTOCOL, SENDING_REFUSED, SENDING_LOST },
		{ "our own store", ERR_STORE, SENDING_REFUSED, SENDING_LOST },
		{ "our own end", ERR_CANCELLED, SENDING_REFUSED, SENDING_LOST },
	};

	Sending once = { .state = SENDING_UNDERWAY, .attempts = 1 };
	Sending often = { .state = SENDING_UNDERWAY, .attempts = SENDING_ATTEMPTS };

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		bool is_given_up = rows[i].kind == ERR_SERVER;
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(sending_judge(&once, rows[i].kind, true), ==, rows[i].verdict);
		g_assert_cmpint(sending_judge(&once, rows[i].kind, false), ==, rows[i].exchange);
		g_assert_cmpint(sending_judge(&often, rows[i].kind, true), ==,
		                is_given_up ? SENDING_REFUSED : rows[i].verdict);
		g_assert_cmpint(sending_judge(&often, rows[i].kind, false), ==, rows[i].exchange);
	}
}

static void test_answers(void)
{
	static const struct {
		const char *why;
		bool is_whole;
		SendingAnswer answer;
		SendingState state;
		int64_t due_ms;
		bool is_whole_now;
	} rows[] = {
		{ "taken", true, SENDING_TAKEN, SENDING_SENT, 0, true },
		{ "put off", true, SENDING_PUT_OFF, SENDING_WRITTEN, NOW + 5, true },
		{ "put off, by reference", false, SENDING_PUT_OFF, SENDING_WRITTEN, NOW + 5, false },
		{ "refused", true, SENDING_REFUSED, SENDING_FAILED, 0, true },
		{ "refused, by reference", false, SENDING_REFUSED, SENDING_WRITTEN, 0, true },
		{ "lost", true, SENDING_LOST, SENDING_UNDERWAY, NOW + 5, true },
		{ "lost, by reference", false, SENDING_LOST, SENDING_UNDERWAY, NOW + 5, false },
	};

	for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
		Sending sending = { .is_whole = rows[i].is_whole };
		g_test_message("%s", rows[i].why);
		sending_begin(&sending, NOW);
		sending_take_answer(&sending, rows[i].answer, NOW + 5);
		g_assert_cmpint(sending.state, ==, rows[i].state);
		g_assert_cmpint(sending.due_ms, ==, rows[i].due_ms);
		g_assert_cmpint(sending.is_whole, ==, rows[i].is_whole_now);
		g_assert_cmpint(sending.attempts, ==, 1);
		g_assert_cmpint(sending.began_ms, ==, NOW);
	}
}

static void test_looks(void)
{
	Sending sending = { .is_whole = true };

	sending_begin(&sending, NOW);
	sending_take_answer(&sending, SENDING_LOST, NOW);
	sending_take_look(&sending, false, NOW + 1);
	g_assert_cmpint(sending.state, ==, SENDING_UNDERWAY);
	sending_take_look(&sending, true, NOW + GAP + 1);
	g_assert_cmpint(sending.state, ==, SENDING_SENT);

	/* A new attempt is looked for anew. */
	sending_begin(&sending, NOW + MINUTE);
	g_assert_cmpint(sending.looks, ==, 0);
	g_assert_cmpint(sending.attempts, ==, 2);
}

static void test_a_person_has_the_last_word(void)
{
	Sending sending = { .state = SENDING_UNSURE, .attempts = SENDING_ATTEMPTS };
	sending_retry(&sending, NOW);
	g_assert_cmpint(sending.state, ==, SENDING_WRITTEN);
	g_assert_cmpint(sending_next(&sending, (SendingServer){ 0 }, NOW).step, ==,
	                SENDING_DO_ATTEMPT);
	g_assert_cmpint(sending.attempts, ==, 0);
}

/* ---- a world that goes wrong at random ---- */

typedef struct {
	GRand  *random;
	int64_t now_ms;
	bool    knows_repeats;   /* it does, whether we know it or not */
	int64_t files_late_ms;   /* what it takes is in Sent only then */
	int     copies;          /* it has sent */
	int64_t filed_ms;        /* 0: nothing to file */
} World;

static bool happens(World *world, int percent)
{
	return g_rand_int_range(world->random, 0, 100) < percent;
}

static SendingAnswer server_carries_out(World *world)
{
	if (world->copies && world->knows_repeats)
		return SENDING_TAKEN;
	world->copies++;
	world->filed_ms = world->now_ms + world->files_late_ms;
	return SENDING_TAKEN;
}

/* One attempt, with what may come in its way: before the server, in it, after it. */
static SendingAnswer attempt(World *world)
{
	if (happens(world, 15))
		return SENDING_PUT_OFF;
	if (happens(world, 5))
		return SENDING_REFUSED;
	if (happens(world, 15))
		return SENDING_LOST;
	SendingAnswer answer = server_carries_out(world);
	return happens(world, 30) ? SENDING_LOST : answer;
}

static bool is_in_sent(const World *world)
{
	return world->filed_ms && world->filed_ms <= world->now_ms;
}

/* What the engine does with one step. @stored is what a crash leaves. */
static void live(World *world, SendingServer server, Sending *stored)
{
	Sending sending = *stored;
	SendingPlan plan = sending_next(&sending, server, world->now_ms);
	bool crashes = happens(world, 10);

	switch (plan.step) {
	case SENDING_DO_WAIT:
		g_assert_cmpint(plan.wake_ms, >, world->now_ms);
		world->now_ms = plan.wake_ms;
		return;
	case SENDING_DO_ATTEMPT:
		sending_begin(&sending, world->now_ms);
		*stored = sending;
		sending_take_answer(&sending, attempt(world), world->now_ms + MINUTE);
		break;
	case SENDING_DO_LOOK:
		sending_take_look(&sending, is_in_sent(world), world->now_ms);
		break;
	case SENDING_DO_ASK:
		sending_doubt(&sending);
		break;
	case SENDING_DO_REST:
		g_assert_not_reached();
	}
	if (!crashes)
		*stored = sending;
	world->now_ms += g_rand_int_range(world->random, 0, 3000);
}

static void check_end(const World *world, const Sending *sending, SendingServer server)
{
	switch (sending->state) {
	case SENDING_SENT:
		g_assert_cmpint(world->copies, ==, 1);
		break;
	case SENDING_FAILED:
	case SENDING_UNSURE:
		/* Nobody knows better only where the server does not know repeats, or again and
		 * again. */
		g_assert_cmpint(world->copies, <=, 1);
		g_assert_true(sending->state == SENDING_FAILED || !server.knows_repeats ||
		              sending->attempts >= SENDING_ATTEMPTS);
		break;
	default:
		g_assert_not_reached();
	}
}

/* Whatever happens, in any order: never twice, and never said to be sent when it is not. A server
 * that files later than the two looks and does not know repeats costs a question, not a copy. */
static void test_random_worlds(void)
{
	enum { WORLDS = 20000, STEPS_MOST = 1000 };
	g_autoptr(GRand) random = g_rand_new_with_seed(4711);

	for (int i = 0; i < WORLDS; i++) {
		World world = { .random = random, .now_ms = NOW };
		world.knows_repeats = happens(&world, 50);
		world.files_late_ms = happens(&world, 30) ? g_rand_int_range(random, 0, 5 * MINUTE) : 0;
		SendingServer server = { .has_sent = happens(&world, 90),
			                 .knows_repeats = world.knows_repeats && happens(&world, 50) };
		Sending sending = { .is_whole = happens(&world, 50) };
		int steps = 0;

		while (sending_next(&sending, server, world.now_ms).step != SENDING_DO_REST) {
			live(&world, server, &sending);
			g_assert_cmpint(++steps, <, STEPS_MOST);
		}
		check_end(&world, &sending, server);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sending/next", test_next);
	g_test_add_func("/sending/judgement", test_judgement);
	g_test_add_func("/sending/answers", test_answers);
	g_test_add_func("/sending/looks", test_looks);
	g_test_add_func("/sending/a-person-has-the-last-word", test_a_person_has_the_last_word);
	g_test_add_func("/sending/random-worlds", test_random_worlds);
	return g_test_run();
}
