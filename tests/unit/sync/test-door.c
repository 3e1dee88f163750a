#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/error.h"
#include "base/socket.h"
#include "support/memory_backend.h"
#include "support/tempstore.h"
#include "sync/client.h"
#include "sync/command.h"
#include "sync/door.h"
#include "sync/frame.h"

/* The door alone, and two clients of one store with the door between them. */

enum { REAL_PATIENCE_MS = 10000 };

/* ---- the door alone ---- */

typedef struct {
	Clock clock;
	gint  uptime_ms;        /* atomic: the door's thread looks at it */
} StepClock;

static int64_t step_uptime_ms(const Clock *clock)
{
	return g_atomic_int_get(&((StepClock *)clock)->uptime_ms);
}

typedef struct {
	char     *dir, *path;
	StepClock clock;
	Mailbox  *commands;
	Door     *door;
} Hall;

static void hall_init(Hall *hall)
{
	GError *error = NULL;

	*hall = (Hall){ .clock = { { step_uptime_ms, step_uptime_ms }, 0 } };
	hall->dir = g_dir_make_tmp("postern-door-XXXXXX", NULL);
	hall->path = g_build_filename(hall->dir, "engine", NULL);
	hall->commands = mailbox_new((GDestroyNotify)command_free);
	hall->door = door_open(hall->path, &hall->clock.clock, hall->commands, &error);
	g_assert_no_error(error);
}

static void hall_clear(Hall *hall)
{
	door_free(hall->door);
	mailbox_unref(hall->commands);
	temp_dir_remove(hall->dir);
	g_free(hall->dir);
	g_free(hall->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Hall, hall_clear)

static int call(const Hall *hall)
{
	GError *error = NULL;
	int fd = socket_connect(hall->path, &error);

	g_assert_no_error(error);
	return fd;
}

static void say_bytes(int fd, const void *bytes, size_t len)
{
	g_assert_cmpint(send(fd, bytes, len, MSG_NOSIGNAL), ==, (ssize_t)len);
}

static void say(int fd, CommandKind kind, int64_t wish_id)
{
	g_autoptr(Command) command = command_new(kind);
	gsize len;

	command->wish_id = wish_id;
	g_autoptr(GBytes) frame = frame_of_command(command);
	const void *bytes = g_bytes_get_data(frame, &len);
	say_bytes(fd, bytes, len);
}

static void await(int fd, const char *what)
{
	struct pollfd ready = { fd, POLLIN, 0 };

	if (poll(&ready, 1, REAL_PATIENCE_MS) != 1)
		g_error("waited in vain for %s", what);
}

static Command *next_command(const Hall *hall)
{
	await(mailbox_fd(hall->commands), "a command");
	return mailbox_take(hall->commands);
}

/* Reads until the door has cut us off; what it said before goes to *ret_last. */
static void await_end(int fd, SyncEvent **ret_last)
{
	g_autoptr(GByteArray) all = g_byte_array_new();
	guint8 bytes[4096];
	ssize_t n;

	do {
		await(fd, "the end");
		n = recv(fd, bytes, sizeof bytes, 0);
		if (n > 0)
			g_byte_array_append(all, bytes, (guint)n);
	} while (n > 0);
	g_autoptr(GBytes) frame = g_bytes_new(all->data, all->len);
	if (ret_last)
		frame_read_event(frame, ret_last, NULL);
}

static void test_wishes_are_told_apart(void)
{
	g_auto(Hall) hall = { 0 };

	hall_init(&hall);
	int first = call(&hall), second = call(&hall);
	say(first, COMMAND_GREET, 0);
	g_autoptr(Command) greeting = next_command(&hall);
	say(second, COMMAND_GREET, 0);
	g_autoptr(Command) other = next_command(&hall);
	g_assert_true(door_wish_is_of_peer(greeting->wish_id));
	g_assert_cmpint(greeting->wish_id, !=, other->wish_id);

	say(second, COMMAND_NOW, 17);
	g_autoptr(Command) now = next_command(&hall);
	g_assert_cmpint(now->wish_id, ==, other->wish_id + 17);
	door_tell(hall.door, &(SyncEvent){ .kind = SYNC_FAILED, .wish_id = now->wish_id });
	g_clear_pointer(&hall.door, door_free);
	g_autoptr(SyncEvent) told = NULL, nothing = NULL;
	await_end(second, &told);
	g_assert_cmpint(told->kind, ==, SYNC_FAILED);
	g_assert_cmpint(told->wish_id, ==, 17);
	await_end(first, &nothing);
	g_assert_null(nothing);
	close(first);
	close(second);
}

/* Before the engine has answered the greeting, news is none: it may be of before. */
static void test_news_begins_with_the_greeting(void)
{
	g_auto(Hall) hall = { 0 };

	hall_init(&hall);
	int peer = call(&hall);
	say(peer, COMMAND_GREET, 0);
	g_autoptr(Command) greeting = next_command(&hall);
	door_tell(hall.door, &(SyncEvent){ .kind = SYNC_IDLE, .account_id = 1 });
	g_clear_pointer(&hall.door, door_free);
	g_autoptr(SyncEvent) told = NULL;
	await_end(peer, &told);
	g_assert_null(told);
	close(peer);
}

static void test_what_is_local_stays(void)
{
	g_auto(Hall) hall = { 0 };

	hall_init(&hall);
	int peer = call(&hall);
	say(peer, COMMAND_GREET, 0);
	g_autoptr(Command) greeting = next_command(&hall);
	door_tell(hall.door, &(SyncEvent){ .kind = SYNC_JOINED, .wish_id = greeting->wish_id });
	door_tell(hall.door, &(SyncEvent){ .kind = SYNC_FETCHED, .wish_id = 3 });
	g_clear_pointer(&hall.door, door_free);
	g_autoptr(SyncEvent) told = NULL;
	await_end(peer, &told);
	g_assert_cmpint(told->kind, ==, SYNC_JOINED);
	close(peer);
}

/* ---- peers that are cut off ---- */

static void say_junk(int fd) { say_bytes(fd, "GET / HTTP/1.1\r\n\r\n", 18); }
static void say_old(int fd) { say_bytes(fd, "P\x63\1\0\0\0\0\0", 8); }

static void say_length(int fd, uint8_t each)
{
	say_bytes(fd, (const uint8_t[]){ 'P', FRAME_VERSION, 1, 0, each, each, each, each }, 8);
}

static void say_large(int fd) { say_length(fd, 0xff); }
static void say_empty(int fd) { say_length(fd, 0); }
static void say_first(int fd) { say(fd, COMMAND_NOW, 0); }

static void say_twice(int fd)
{
	say(fd, COMMAND_GREET, 0);
	say(fd, COMMAND_GREET, 0);
}

static void say_event(int fd)
{
	gsize len;
	g_autoptr(GBytes) frame = frame_of_event(&(SyncEvent){ .kind = SYNC_IDLE });
	const void *bytes = g_bytes_get_data(frame, &len);

	say_bytes(fd, bytes, len);
}

static void test_nonsense(void)
{
	static const struct { const char *why; void (*say)(int fd); int kind; } rows[] = {
		{ "not ours", say_junk, ERR_PROTOCOL },
		{ "of another version", say_old, ERR_UNSUPPORTED },
		{ "larger than 64 MiB", say_large, ERR_LIMIT },
		{ "a frame with nothing in it", say_empty, ERR_PROTOCOL },
		{ "a command before the greeting", say_first, ERR_PROTOCOL },
		{ "two greetings", say_twice, ERR_PROTOCOL },
		{ "an event", say_event, ERR_PROTOCOL },
	};
	g_auto(Hall) hall = { 0 };

	hall_init(&hall);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(SyncEvent) told = NULL;
		int peer = call(&hall);
		g_test_message("%s", rows[i].why);
		rows[i].say(peer);
		await_end(peer, &told);
		g_assert_nonnull(told);
		g_assert_cmpint(told->kind, ==, SYNC_STOPPED);
		g_assert_cmpint(told->error_kind, ==, rows[i].kind);
		close(peer);
	}
	/* Who comes after them is served. */
	Command *left;
	while ((left = mailbox_take(hall.commands)))
		command_free(left);
	int peer = call(&hall);
	say(peer, COMMAND_GREET, 0);
	g_autoptr(Command) greeting = next_command(&hall);
	g_assert_cmpint(greeting->kind, ==, COMMAND_GREET);
	close(peer);
}

static void test_the_slow_are_cut_off(void)
{
	g_auto(Hall) hall = { 0 };

	hall_init(&hall);
	int silent = call(&hall), half = call(&hall), patient = call(&hall);
	say_bytes(half, (const uint8_t[]){ 'P', FRAME_VERSION, 1 }, 3);
	say(patient, COMMAND_GREET, 0);
	g_autoptr(Command) greeting = next_command(&hall);
	g_atomic_int_add(&hall.clock.uptime_ms, 60 * 1000);
	/* Somebody who comes wakes the door up. */
	int other = call(&hall);
	await_end(silent, NULL);
	await_end(half, NULL);
	say(patient, COMMAND_NOW, 1);
	g_autoptr(Command) now = next_command(&hall);
	g_assert_cmpint(now->kind, ==, COMMAND_NOW);
	for (int fd = 0; fd < 4; fd++)
		close((const int[]){ silent, half, patient, other }[fd]);
}

/* Who does not read gets no more than two frames of the largest size; the engine's thread goes on. */
static void test_who_does_not_read_is_cut_off(void)
{
	g_auto(Hall) hall = { 0 };
	g_autoptr(GBytes) content = g_bytes_new_take(g_malloc0(16 << 20), 16 << 20);

	hall_init(&hall);
	int peer = call(&hall);
	say(peer, COMMAND_GREET, 0);
	g_autoptr(Command) greeting = next_command(&hall);
	for (int i = 0; i < 10; i++)
		door_tell(hall.door, &(SyncEvent){ .kind = SYNC_FETCHED,
		                                   .wish_id = greeting->wish_id + 1,
		                                   .content = content });
	struct pollfd gone = { peer, POLLRDHUP, 0 };
	g_assert_cmpint(poll(&gone, 1, REAL_PATIENCE_MS), ==, 1);
	close(peer);
}

static void test_no_more_than_64(void)
{
	g_auto(Hall) hall = { 0 };
	int peers[65];

	hall_init(&hall);
	for (int i = 0; i < 64; i++) {
		peers[i] = call(&hall);
		say(peers[i], COMMAND_GREET, 0);
		command_free(next_command(&hall));
	}
	peers[64] = call(&hall);
	await_end(peers[64], NULL);
	for (int i = 0; i < 65; i++)
		close(peers[i]);
}

/* ---- two clients ---- */

typedef struct {
	TempStore  store;
	char      *run_dir;
	int64_t    message_id;
	GPtrArray *accounts;        /* of Account: none, unless a test adds one */
	SyncMode   mode;            /* of who comes; WATCH */
} House;

typedef struct { Mailbox *events; SyncClient *client; } Guest;

static void house_init(House *house)
{
	*house = (House){ .accounts = g_ptr_array_new_with_free_func((GDestroyNotify)account_free), .mode = SYNC_WATCH };
	temp_store_init(&house->store);
	int64_t inbox = temp_store_folder(&house->store, "inbox", FOLDER_INBOX);
	house->message_id = temp_store_add(&house->store, inbox, temp_message("one", 1764000000000, 0));
	g_clear_pointer(&house->store.writer, store_writer_free);
	house->run_dir = g_dir_make_tmp("postern-door-XXXXXX", NULL);
}

static void house_clear(House *house)
{
	temp_store_clear(&house->store);
	temp_dir_remove(house->run_dir);
	g_free(house->run_dir);
	g_ptr_array_unref(house->accounts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(House, house_clear)

static SyncSetup setup_of(const House *house, const Guest *guest)
{
	static const Backend *const backends[] = { &memory_backend, NULL };

	return (SyncSetup){ .store = house->store.store,
		            .accounts = house->accounts,
		            .backends = backends,
		            .clock = clock_system(),
		            .events = guest->events,
		            .mode = house->mode,
		            .runtime_dir = house->run_dir,
		            .may_join = true };
}

static bool guest_come(House *house, Guest *guest, bool may_join, GError **err)
{
	guest->events = mailbox_new((GDestroyNotify)sync_event_free);
	SyncSetup setup = setup_of(house, guest);
	setup.may_join = may_join;
	guest->client = sync_start(&setup, err);
	return guest->client != NULL;
}

static void guest_come_soon(House *house, Guest *guest)
{
	guest->events = mailbox_new((GDestroyNotify)sync_event_free);
	SyncSetup setup = setup_of(house, guest);
	guest->client = sync_start_soon(&setup);
}

static void guest_leave(Guest *guest)
{
	g_clear_pointer(&guest->client, sync_stop);
	g_clear_pointer(&guest->events, mailbox_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Guest, guest_leave)

static SyncEvent *next_event(Guest *guest, SyncEventKind kind)
{
	for (;;) {
		await(mailbox_fd(guest->events), "an event");
		SyncEvent *event = mailbox_take(guest->events);
		if (event->kind == kind)
			return event;
		sync_event_free(event);
	}
}

static void assert_read(const House *house, bool is_read)
{
	g_autoptr(Message) message = NULL;

	g_assert_true(store_read_message(house->store.reader, house->message_id, &message, NULL));
	g_assert_cmpint((message->flags & MESSAGE_READ) != 0, ==, is_read);
}

static void assert_marks(House *house, Guest *guest, bool is_read, bool is_from_afar)
{
	int64_t wish_id = sync_op(guest->client, op_new_mark_read(house->message_id, is_read));
	g_autoptr(SyncEvent) written = next_event(guest, SYNC_WRITTEN);

	g_assert_cmpint(written->wish_id, ==, wish_id);
	g_assert_cmpint(written->is_from_afar, ==, is_from_afar);
	g_assert_cmpuint(written->ops->len, ==, 1);
	g_assert_cmpint(((const Op *)g_ptr_array_index(written->ops, 0))->message_id, ==,
	                house->message_id);
	assert_read(house, is_read);
}

static void test_one_serves_the_other(void)
{
	g_auto(House) house = { 0 };
	g_auto(Guest) first = { 0 }, second = { 0 };
	GError *error = NULL;

	house_init(&house);
	guest_come(&house, &first, false, &error);
	g_assert_no_error(error);
	guest_come(&house, &second, true, &error);
	g_assert_no_error(error);
	sync_event_free(next_event(&second, SYNC_JOINED));
	assert_marks(&house, &second, true, true);
	sync_event_free(next_event(&first, SYNC_CHANGED));
	/* Its own are told to itself alone, and that the store is another to both. */
	assert_marks(&house, &first, false, false);
	sync_event_free(next_event(&second, SYNC_CHANGED));
}

static void test_a_failure_comes_back(void)
{
	g_auto(House) house = { 0 };
	g_auto(Guest) first = { 0 }, second = { 0 };

	house_init(&house);
	g_assert_true(guest_come(&house, &first, false, NULL));
	g_assert_true(guest_come(&house, &second, true, NULL));
	int64_t wish_id = sync_op(second.client, op_new_mark_read(house.message_id + 1, true));
	g_autoptr(SyncEvent) failed = next_event(&second, SYNC_FAILED);
	g_assert_cmpint(failed->wish_id, ==, wish_id);
	g_assert_cmpint(failed->error_kind, ==, ERR_GONE);
}

static void test_one_takes_the_place_of_the_other(void)
{
	g_auto(House) house = { 0 };
	g_auto(Guest) first = { 0 }, second = { 0 }, third = { 0 };

	house_init(&house);
	g_assert_true(guest_come(&house, &first, false, NULL));
	g_assert_true(guest_come(&house, &second, true, NULL));
	g_assert_true(guest_come(&house, &third, true, NULL));
	sync_event_free(next_event(&second, SYNC_JOINED));
	sync_event_free(next_event(&third, SYNC_JOINED));
	guest_leave(&first);
	/* One of the two has the engine now, and serves the other. */
	int64_t wish_id = sync_op(second.client, op_new_mark_read(house.message_id, true));
	g_autoptr(SyncEvent) one = next_event(&second, SYNC_WRITTEN);
	g_assert_cmpint(one->wish_id, ==, wish_id);
	wish_id = sync_op(third.client, op_new_mark_read(house.message_id, false));
	g_autoptr(SyncEvent) two = next_event(&third, SYNC_WRITTEN);
	g_assert_cmpint(two->wish_id, ==, wish_id);
	g_assert_cmpint(one->is_from_afar, !=, two->is_from_afar);
	assert_read(&house, false);
}

static void add_alice(House *house)
{
	Account *account = account_new();

	g_free(account->protocol);
	account->protocol = g_strdup("memory");
	account->name = g_strdup("alice");
	account->address = g_strdup("alice@example.test");
	account->user_name = g_strdup("alice");
	account->server_url = g_strdup("https://127.0.0.1:1/");
	g_ptr_array_add(house->accounts, account);
	house->mode = SYNC_STILL;
}

static bool has_alice(const House *house)
{
	g_autoptr(AccountState) state = NULL;

	return store_read_account(house->store.reader, "alice", &state, NULL);
}

static void assert_told_gone(Guest *guest)
{
	g_autoptr(SyncEvent) event = next_event(guest, SYNC_ACCOUNT_GONE);

	g_assert_cmpstr(event->text, ==, "alice");
	g_assert_cmpint(event->account_id, >, 0);
}

/* Whoever erases an account: all hear of it, and who takes the place of the engine brings nothing of
 * it back, though he knew it. */
static void test_an_account_that_is_gone_stays_so(void)
{
	g_auto(House) house = { 0 };
	g_auto(Guest) first = { 0 }, second = { 0 }, third = { 0 };

	house_init(&house);
	add_alice(&house);
	g_assert_true(guest_come(&house, &first, false, NULL));
	g_assert_true(guest_come(&house, &second, true, NULL));
	g_assert_true(guest_come(&house, &third, true, NULL));
	sync_event_free(next_event(&second, SYNC_JOINED));
	sync_event_free(next_event(&third, SYNC_JOINED));
	g_assert_true(has_alice(&house));
	int64_t wish_id = sync_account_gone(third.client, "alice");
	assert_told_gone(&third);
	g_autoptr(SyncEvent) done = next_event(&third, SYNC_CHANGED);
	g_assert_cmpint(done->wish_id, ==, wish_id);
	assert_told_gone(&first);
	assert_told_gone(&second);
	g_assert_false(has_alice(&house));
	guest_leave(&third);
	guest_leave(&first);
	/* One that is gone already is no failure; and an answer means that the second has the engine. */
	wish_id = sync_account_gone(second.client, "bob");
	g_autoptr(SyncEvent) own = next_event(&second, SYNC_CHANGED);
	while (own->wish_id != wish_id) {
		sync_event_free(own);
		own = next_event(&second, SYNC_CHANGED);
	}
	g_assert_false(own->is_from_afar);
	g_assert_false(has_alice(&house));
}

static void test_nobody_opens(void)
{
	g_auto(House) house = { 0 };
	g_auto(Guest) guest = { 0 };
	g_autoptr(GError) error = NULL;
	int64_t began_ms = clock_uptime_ms(clock_system());

	house_init(&house);
	g_autoptr(StoreWriter) holder = store_open_writer(house.store.store, NULL);
	g_assert_false(guest_come(&house, &guest, true, &error));
	g_assert_error(error, POSTERN_ERROR, ERR_HELD);
	g_assert_cmpint(clock_uptime_ms(clock_system()) - began_ms, <, 2000);
}

/* Who must not wait does not; what was asked for meanwhile is done by whoever is found. */
static void test_who_must_not_wait(void)
{
	g_auto(House) house = { 0 };
	g_auto(Guest) first = { 0 }, second = { 0 }, third = { 0 };

	house_init(&house);
	guest_come_soon(&house, &first);
	assert_marks(&house, &first, true, false);
	guest_come_soon(&house, &second);
	assert_marks(&house, &second, false, true);
	guest_leave(&second);
	guest_leave(&first);
	g_autoptr(StoreWriter) holder = store_open_writer(house.store.store, NULL);
	guest_come_soon(&house, &third);
	g_autoptr(SyncEvent) stopped = next_event(&third, SYNC_STOPPED);
	g_assert_cmpint(stopped->error_kind, ==, ERR_HELD);
	g_assert_nonnull(stopped->text);
}

static void test_what_a_dead_one_left_is_replaced(void)
{
	g_auto(House) house = { 0 };
	g_auto(Guest) first = { 0 }, second = { 0 };
	g_autofree char *path = NULL;

	house_init(&house);
	path = door_path(house.run_dir, store_dir(house.store.store));
	close(socket_listen(path, NULL));      /* nobody behind it, and no lock */
	g_assert_true(guest_come(&house, &first, true, NULL));
	g_assert_true(guest_come(&house, &second, true, NULL));
	assert_marks(&house, &second, true, true);
	guest_leave(&second);
	guest_leave(&first);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sync/door/wishes", test_wishes_are_told_apart);
	g_test_add_func("/sync/door/greeting", test_news_begins_with_the_greeting);
	g_test_add_func("/sync/door/local", test_what_is_local_stays);
	g_test_add_func("/sync/door/nonsense", test_nonsense);
	g_test_add_func("/sync/door/slow", test_the_slow_are_cut_off);
	g_test_add_func("/sync/door/deaf", test_who_does_not_read_is_cut_off);
	g_test_add_func("/sync/door/crowd", test_no_more_than_64);
	g_test_add_func("/sync/door/serves", test_one_serves_the_other);
	g_test_add_func("/sync/door/fails", test_a_failure_comes_back);
	g_test_add_func("/sync/door/takes-place", test_one_takes_the_place_of_the_other);
	g_test_add_func("/sync/door/an-account-that-is-gone-stays-so", test_an_account_that_is_gone_stays_so);
	g_test_add_func("/sync/door/nobody-opens", test_nobody_opens);
	g_test_add_func("/sync/door/who-must-not-wait", test_who_must_not_wait);
	g_test_add_func("/sync/door/stale", test_what_a_dead_one_left_is_replaced);
	return g_test_run();
}
