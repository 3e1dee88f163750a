/* When the screens lock, against a clock that the test moves, and what is kept while nobody may see it. */
#include <poll.h>
#include <string.h>

#include "base/error.h"
#include "store/store.h"
#include "support/passphrase.h"
#include "support/tempstore.h"
#include "ui/locker.h"
#include "ui/worker.h"
#include "vault/lock.h"

#define PASSPHRASE "three grey herons"
enum { MINUTE = 60 * 1000 };

typedef struct {
	char       *dir;
	ManualClock clock;
	Settings   *settings;
	Store      *store;
	Mailbox    *answers;
	Locker     *locker;
} Seat;

static void seat_init(Seat *seat, bool has_passphrase)
{
	static const char *const lines[] = { PASSPHRASE, NULL };
	Typist typist = { lines, 0 };
	Opener opener = { .ask = typist_ask, .data = &typist };
	g_autoptr(GError) err = NULL;

	*seat = (Seat){ .dir = g_dir_make_tmp("postern-locker-XXXXXX", NULL), .settings = settings_new() };
	manual_clock_init(&seat->clock, INT64_C(1772622000000));
	if (has_passphrase)
		passphrase_slots_make(seat->dir, PASSPHRASE);
	seat->store = store_open_by(seat->dir, &seat->clock.clock, &opener, &err);
	g_assert_no_error(err);
	seat->answers = mailbox_new((GDestroyNotify)ui_answer_free);
	seat->locker = locker_new(&(LockerSetup){ .store = seat->store,
	                                          .clock = &seat->clock.clock,
	                                          .answers = seat->answers,
	                                          .settings = seat->settings });
}

static void seat_clear(Seat *seat)
{
	locker_free(seat->locker);
	mailbox_unref(seat->answers);
	store_unref(seat->store);
	settings_free(seat->settings);
	temp_dir_remove(seat->dir);
	g_free(seat->dir);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Seat, seat_clear)

static void test_idle(void)
{
	g_auto(Seat) seat;

	seat_init(&seat, true);
	manual_clock_advance(&seat.clock, 14 * MINUTE);
	g_assert_null(locker_reason(seat.locker));
	locker_note_input(seat.locker);
	manual_clock_advance(&seat.clock, 14 * MINUTE);
	g_assert_null(locker_reason(seat.locker));
	manual_clock_advance(&seat.clock, 1 * MINUTE);
	g_assert_cmpstr(locker_reason(seat.locker), ==, "Nobody typed for a while.");
	locker_close(seat.locker, "Nobody typed for a while.");
	g_assert_null(locker_reason(seat.locker));
	g_assert_cmpint(locker_deadline(seat.locker), ==, INT64_MAX);
	locker_open(seat.locker);
	g_assert_null(locker_reason(seat.locker));
}

/* The wall's clock goes on while a computer sleeps, the uptime does not. */
static void test_sleep(void)
{
	static const struct { int64_t slept_ms; bool is_due; } rows[] = { { 1000, false }, { 3600 * 1000, true }, { -3600 * 1000, false } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Seat) seat;
		seat_init(&seat, true);
		g_assert_null(locker_reason(seat.locker));
		seat.clock.now_ms += rows[i].slept_ms;
		g_assert_true((locker_reason(seat.locker) != NULL) == rows[i].is_due);
	}
}

static void test_a_key_file_opens_it(void)
{
	g_auto(Seat) seat;
	g_autoptr(GError) err = NULL;

	seat_init(&seat, false);
	manual_clock_advance(&seat.clock, 600 * MINUTE);
	g_assert_null(locker_reason(seat.locker));
	g_assert_cmpint(locker_deadline(seat.locker), ==, INT64_MAX);
	g_assert_false(locker_may_lock(seat.locker, &err));
	g_assert_true(error_is(err, ERR_USAGE));
}

static UiAnswer *wait_for_answer(Seat *seat)
{
	struct pollfd fd = { mailbox_fd(seat->answers), POLLIN, 0 };

	g_assert_cmpint(poll(&fd, 1, 20000), ==, 1);
	return mailbox_take(seat->answers);
}

static UiAnswer *try_passphrase(Seat *seat, const char *typed)
{
	Input paste = { .kind = INPUT_PASTE, .paste = (char *)typed }, enter = { .kind = INPUT_KEY, .key = KEY_RETURN };

	g_assert_true(locker_input(seat->locker, &paste));
	g_assert_true(locker_input(seat->locker, &enter));
	return wait_for_answer(seat);
}

static void test_passphrase(void)
{
	g_auto(Seat) seat;
	Input quit = { .kind = INPUT_KEY, .key = KEY_CTRL_C };

	seat_init(&seat, true);
	g_assert_true(vault_lock(store_vault(seat.store), NULL));
	locker_close(seat.locker, "Locked.");
	UiAnswer *answer = try_passphrase(&seat, "three grey geese");
	g_assert_nonnull(answer->unlocking->failure);
	locker_answer(seat.locker, answer->unlocking->failure);
	ui_answer_free(answer);
	g_assert_true(vault_is_locked(store_vault(seat.store)));
	answer = try_passphrase(&seat, PASSPHRASE);
	g_assert_null(answer->unlocking->failure);
	ui_answer_free(answer);
	g_assert_false(vault_is_locked(store_vault(seat.store)));
	g_assert_false(locker_input(seat.locker, &quit));
}

static void tell(Seat *seat, SyncEvent event) { locker_event(seat->locker, &event); }

/* Of states the last one, questions and failures; nothing that a fresh screen reads from the store. */
static void test_what_is_kept(void)
{
	g_auto(Seat) seat;

	seat_init(&seat, true);
	locker_close(seat.locker, "Locked.");
	tell(&seat, (SyncEvent){ .kind = SYNC_STATE, .account_id = 1, .state = SYNC_CONNECTING });
	tell(&seat, (SyncEvent){ .kind = SYNC_CHANGED, .account_id = 1 });
	tell(&seat, (SyncEvent){ .kind = SYNC_FAILED, .account_id = 1, .text = "It failed." });
	tell(&seat, (SyncEvent){ .kind = SYNC_NEW_MAIL, .account_id = 1, .count = 2 });
	tell(&seat, (SyncEvent){ .kind = SYNC_STATE, .account_id = 1, .state = SYNC_WATCHING });
	tell(&seat, (SyncEvent){ .kind = SYNC_STATE, .account_id = 2, .state = SYNC_WAITING });
	g_autoptr(GPtrArray) events = locker_take_events(seat.locker);
	g_assert_cmpint(events->len, ==, 3);
	g_assert_cmpstr(((SyncEvent *)events->pdata[0])->text, ==, "It failed.");
	g_assert_cmpint(((SyncEvent *)events->pdata[1])->state, ==, SYNC_WATCHING);
	g_assert_cmpint(((SyncEvent *)events->pdata[2])->account_id, ==, 2);
	for (int i = 0; i < 1000; i++)
		tell(&seat, (SyncEvent){ .kind = SYNC_FAILED, .text = "Again." });
	g_autoptr(GPtrArray) many = locker_take_events(seat.locker);
	g_assert_cmpint(many->len, <=, 200);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/locker/idle", test_idle);
	g_test_add_func("/locker/sleep", test_sleep);
	g_test_add_func("/locker/a-key-file-opens-it", test_a_key_file_opens_it);
	g_test_add_func("/locker/passphrase", test_passphrase);
	g_test_add_func("/locker/what-is-kept", test_what_is_kept);
	return g_test_run();
}
