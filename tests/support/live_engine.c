#include "support/live_engine.h"

#include <poll.h>
#include <string.h>

#include "eas/eas.h"
#include "support/tempstore.h"

enum { PATIENCE_MS = 20000 };

static Secret *password_of(const char *account_name, void *data)
{
	(void)account_name;
	return ((LiveEngine *)data)->password;
}

void live_open_store(LiveEngine *fixture)
{
	GError *error = NULL;

	fixture->dir = g_dir_make_tmp("postern-engine-XXXXXX", NULL);
	fixture->store = store_open(fixture->dir, clock_system(), &error);
	g_assert_no_error(error);
	fixture->reader = store_open_reader(fixture->store, &error);
	g_assert_no_error(error);
}

void live_close_store(LiveEngine *fixture)
{
	store_reader_free(fixture->reader);
	store_unref(fixture->store);
	temp_dir_remove(fixture->dir);
	g_free(fixture->dir);
}

static void init(LiveEngine *fixture, Simulator *simulator)
{
	live_open_store(fixture);
	fixture->simulator = simulator;
	fixture->accounts = g_ptr_array_new_with_free_func((GDestroyNotify)account_free);
	g_ptr_array_add(fixture->accounts, simulator_account(simulator));
	fixture->password = secret_new(SIMULATOR_PASSWORD, strlen(SIMULATOR_PASSWORD));
}

void live_init(LiveEngine *fixture, const char *const *options)
{
	init(fixture, simulator_start(options));
}

void live_init_beside(LiveEngine *fixture, const LiveEngine *other)
{
	fixture->is_beside = true;
	init(fixture, other->simulator);
}

void live_start(LiveEngine *fixture, SyncMode mode)
{
	const Backend *const backends[] = { eas_backend(), NULL };
	GError *error = NULL;

	fixture->events = mailbox_new((GDestroyNotify)sync_event_free);
	fixture->client = sync_start(&(SyncSetup){ .store = fixture->store,
	                                           .accounts = fixture->accounts,
	                                           .backends = backends,
	                                           .clock = clock_system(),
	                                           .events = fixture->events,
	                                           .mode = mode,
	                                           .password_of = password_of,
	                                           .password_data = fixture },
	                             &error);
	g_assert_no_error(error);
}

void live_stop(LiveEngine *fixture)
{
	if (!fixture->client)
		return;
	sync_stop(g_steal_pointer(&fixture->client));
	mailbox_unref(g_steal_pointer(&fixture->events));
}

void live_clear(LiveEngine *fixture)
{
	live_stop(fixture);
	if (!fixture->is_beside)
		simulator_stop(fixture->simulator);
	g_ptr_array_unref(fixture->accounts);
	secret_unref(fixture->password);
	g_free(fixture->last_text);
	live_close_store(fixture);
}

/* For the sentence of a test that waits in vain. */
static void note_state(LiveEngine *fixture, const SyncEvent *event)
{
	fixture->last_state = event->state;
	g_free(fixture->last_text);
	fixture->last_text = g_strdup(event->text);
}

SyncEvent *live_wait_within(LiveEngine *fixture, SyncEventKind kind, int64_t patience_ms)
{
	const Clock *clock = clock_system();
	int64_t end_ms = clock_uptime_ms(clock) + patience_ms;

	for (;;) {
		g_autoptr(SyncEvent) event = mailbox_take(fixture->events);
		struct pollfd ready = { mailbox_fd(fixture->events), POLLIN, 0 };
		int64_t left_ms = end_ms - clock_uptime_ms(clock);

		if (event && event->kind == SYNC_STATE)
			note_state(fixture, event);
		if (event && event->kind == kind && (kind != SYNC_IDLE || !event->account_id))
			return g_steal_pointer(&event);
		if (left_ms <= 0)
			return NULL;
		if (!event)
			poll(&ready, 1, (int)left_ms);
	}
}

SyncEvent *live_wait(LiveEngine *fixture, SyncEventKind kind)
{
	SyncEvent *event = live_wait_within(fixture, kind, PATIENCE_MS);

	if (!event)
		g_error("no event of kind %d in %d ms; the last state was %d, %s; the server's ledger:\n%s",
		        (int)kind, PATIENCE_MS, (int)fixture->last_state,
		        fixture->last_text ? fixture->last_text : "well",
		        simulator_order(fixture->simulator, "ledger"));
	return event;
}

void live_run_once(LiveEngine *fixture)
{
	live_start(fixture, SYNC_ONCE);
	sync_event_free(live_wait(fixture, SYNC_IDLE));
	live_stop(fixture);
}

GPtrArray *live_folders(LiveEngine *fixture)
{
	g_autoptr(AccountState) state = NULL;
	GPtrArray *folders = NULL;
	GError *error = NULL;

	store_read_account(fixture->reader, "alice", &state, &error);
	g_assert_no_error(error);
	store_read_folders(fixture->reader, state->id, &folders, &error);
	g_assert_no_error(error);
	return folders;
}
