/*
 * The lock: what goes on while it is on, what does not, and what is left of keys in memory.
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "support/passphrase.h"
#include "support/tempstore.h"
#include "vault/aead.h"
#include "vault/keyring.h"
#include "vault/lock.h"
#include "vault/slots.h"
#include "vault/vault.h"

#define PASSPHRASE "five green herons"

static const VaultPlace seat = { "draft", 7, "text" };

typedef struct { char *dir; Vault *vault; GBytes *sealed; } Place;

static void place_clear(Place *place)
{
	vault_unref(place->vault);
	g_bytes_unref(place->sealed);
	temp_dir_remove(place->dir);
	g_free(place->dir);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static Vault *open_typing(const Place *place, bool unlocks)
{
	g_autoptr(GError) err = NULL;
	Vault *vault = passphrase_vault_open(place->dir, PASSPHRASE, unlocks, &err);

	g_assert_no_error(err);
	return vault;
}

static void place_init(Place *place)
{
	g_autoptr(GBytes) plain = g_bytes_new_static("canary", 6);

	place->dir = g_dir_make_tmp("postern-lock-XXXXXX", NULL);
	passphrase_slots_make(place->dir, PASSPHRASE);
	place->vault = open_typing(place, false);
	place->sealed = vault_seal(place->vault, seat, plain, NULL);
}

static void lock(const Place *place)
{
	g_autoptr(GError) err = NULL;

	vault_lock(place->vault, &err);
	g_assert_no_error(err);
	g_assert_true(vault_is_locked(place->vault));
}

static void assert_opens(Vault *vault, GBytes *sealed)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(GBytes) plain = vault_unseal(vault, seat, sealed, &err);
	g_autoptr(GBytes) wanted = g_bytes_new_static("canary", 6);

	g_assert_no_error(err);
	g_assert_true(g_bytes_equal(plain, wanted));
}

static void assert_locked(GError **err)
{
	g_assert_true(error_is(*err, ERR_LOCKED));
	g_assert_nonnull(strstr((*err)->message, "postern unlock"));
	g_clear_error(err);
}

static void test_what_is_sealed_is_shut(void)
{
	g_auto(Place) place;
	g_autoptr(GError) err = NULL;
	g_autoptr(GBytes) plain = g_bytes_new_static("canary", 6);
	g_autoptr(Secret) typed = secret_of(PASSPHRASE), wrong = secret_of("five green heron"), paper = NULL;

	place_init(&place);
	lock(&place);
	lock(&place);
	g_assert_null(vault_seal(place.vault, seat, plain, &err));
	assert_locked(&err);
	g_assert_null(vault_unseal(place.vault, seat, place.sealed, &err));
	assert_locked(&err);
	g_assert_false(vault_set_passphrase(place.vault, typed, &err));
	assert_locked(&err);
	g_assert_false(vault_set_recovery(place.vault, &paper, &err));
	assert_locked(&err);
	g_assert_null(vault_hand_over(place.vault, &err));
	assert_locked(&err);

	g_assert_false(vault_unlock(place.vault, wrong, 0, &err));
	g_assert_true(error_is(err, ERR_SIGN_IN) && vault_is_locked(place.vault));
	g_clear_error(&err);
	g_assert_true(vault_unlock(place.vault, typed, 0, &err));
	g_assert_false(vault_is_locked(place.vault));
	assert_opens(place.vault, place.sealed);
}

/* ---- the rest goes on ---- */

static int64_t sum_of(sqlite3 *db)
{
	sqlite3_stmt *stmt = NULL;

	g_assert_cmpint(sqlite3_prepare_v2(db, "SELECT sum(length(a)) FROM t", -1, &stmt, NULL), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_step(stmt), ==, SQLITE_ROW);
	int64_t sum = sqlite3_column_int64(stmt, 0);
	sqlite3_finalize(stmt);
	return sum;
}

static void run(sqlite3 *db, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		g_error("%s: %s", sql, why);
}

static sqlite3 *open_database(Vault *vault, VaultDatabase which)
{
	g_autoptr(GError) err = NULL;
	sqlite3 *db = NULL;

	vault_open_database(vault, which, &db, &err);
	g_assert_no_error(err);
	return db;
}

/* Connections from before the lock, and new ones; the store and its index; a second epoch. */
static void test_pages_are_read_and_written(void)
{
	g_auto(Place) place;
	g_autoptr(Secret) typed = secret_of(PASSPHRASE);

	place_init(&place);
	for (VaultDatabase which = VAULT_STORE; which <= VAULT_INDEX; which++) {
		sqlite3 *before = open_database(place.vault, which);
		run(before, "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(20000))");
		lock(&place);
		run(before, "INSERT INTO t VALUES (zeroblob(30000))");
		sqlite3 *new = open_database(place.vault, which);
		run(new, "INSERT INTO t VALUES (zeroblob(50000)); PRAGMA wal_checkpoint");
		g_assert_cmpint(sum_of(before), ==, 100000);
		g_assert_cmpint(sum_of(new), ==, 100000);
		sqlite3_close(before);
		sqlite3_close(new);
		g_assert_true(vault_unlock(place.vault, typed, 0, NULL));
		sqlite3 *after = open_database(place.vault, which);
		g_assert_cmpint(sum_of(after), ==, 100000);
		sqlite3_close(after);
	}
}

static void use_up_epoch(Place *place)
{
	g_autoptr(GError) err = NULL;
	Typist typist = { (const char *const[]){ PASSPHRASE, NULL }, 0 };
	g_autoptr(Slots) slots = slots_open(place->dir, true, &(Opener){ .ask = typist_ask, .data = &typist }, &err);
	uint32_t epoch;

	g_assert_true(slots_reserve(slots, (1u << 30) - (1u << 18) - 1, &epoch, &err));
	g_assert_cmpuint(epoch, ==, 1);
}

static void test_the_next_epoch_may_begin(void)
{
	g_auto(Place) place;

	place_init(&place);
	sqlite3 *db = open_database(place.vault, VAULT_STORE);
	run(db, "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(9000)); PRAGMA wal_checkpoint");
	sqlite3_close(db);
	g_clear_pointer(&place.vault, vault_unref);
	place.vault = open_typing(&place, false);
	lock(&place);
	use_up_epoch(&place);
	db = open_database(place.vault, VAULT_STORE);
	run(db, "INSERT INTO t VALUES (zeroblob(1000))");
	g_assert_cmpint(sum_of(db), ==, 10000);
	sqlite3_close(db);
}

/* ---- the next start ---- */

static void test_a_restart_never_bypasses(void)
{
	g_auto(Place) place;
	g_autoptr(GError) err = NULL;
	g_autoptr(GBytes) uuid = NULL;

	place_init(&place);
	lock(&place);
	g_clear_pointer(&place.vault, vault_unref);
	g_assert_true(vault_is_marked(place.dir));
	g_assert_null(vault_open(place.dir, NULL, &err));
	g_assert_true(error_is(err, ERR_ASK));
	g_clear_error(&err);
	uuid = slots_find_uuid(place.dir, NULL);
	g_assert_null(keyring_find(uuid));

	place.vault = open_typing(&place, false);
	g_assert_true(vault_is_locked(place.vault) && vault_is_marked(place.dir));
	g_assert_null(vault_unseal(place.vault, seat, place.sealed, &err));
	assert_locked(&err);
	g_clear_pointer(&place.vault, vault_unref);

	place.vault = open_typing(&place, true);
	g_assert_false(vault_is_locked(place.vault) || vault_is_marked(place.dir));
	g_assert_true(vault_ended_lock(place.vault));
	assert_opens(place.vault, place.sealed);
}

/* The kernel's copy counts no more, even if something has put it back. */
static void test_the_kernel_does_not_bypass(void)
{
	g_auto(Place) place;
	g_autoptr(GError) err = NULL;
	Typist typist = { (const char *const[]){ PASSPHRASE, NULL }, 0 };

	place_init(&place);
	g_autoptr(GBytes) uuid = slots_find_uuid(place.dir, NULL);
	g_autoptr(Slots) slots = slots_open(place.dir, true, &(Opener){ .ask = typist_ask, .data = &typist }, &err);
	g_assert_no_error(err);
	keyring_keep(uuid, slots_root(slots), 60);
	g_assert_true(vault_mark(place.dir, &err));
	g_assert_null(keyring_find(uuid));
	keyring_keep(uuid, slots_root(slots), 60);
	g_assert_null(vault_open(place.dir, NULL, &err));
	g_assert_true(error_is(err, ERR_ASK));
	keyring_forget(uuid);
}

static void test_a_key_beside_makes_it_pointless(void)
{
	g_autofree char *dir = g_dir_make_tmp("postern-lock-XXXXXX", NULL);
	g_autoptr(GError) err = NULL;
	g_autoptr(Vault) vault = vault_open(dir, NULL, &err);

	g_assert_no_error(err);
	g_assert_false(vault_can_lock(vault, &err));
	g_assert_true(error_is(err, ERR_USAGE) && strstr(err->message, "postern passwd"));
	g_clear_error(&err);
	g_assert_false(vault_lock(vault, &err));
	g_clear_error(&err);
	g_assert_false(vault_mark(dir, &err));
	g_assert_false(vault_is_locked(vault) || vault_is_marked(dir));
	temp_dir_remove(dir);
}

/* ---- other keys ---- */

static void test_each_key_unlocks(void)
{
	g_auto(Place) place;
	g_autoptr(GError) err = NULL;
	g_autoptr(Secret) paper = NULL;
	g_autofree char *medium = g_dir_make_tmp("postern-medium-XXXXXX", NULL);
	g_autofree char *key = NULL, *moved = g_build_filename(medium, "key", NULL);

	place_init(&place);
	key = g_build_filename(place.dir, "key", NULL);
	g_assert_true(vault_set_recovery(place.vault, &paper, &err));
	g_assert_true(vault_set_key_file(place.vault, &err));
	g_assert_cmpint(g_rename(key, moved), ==, 0);

	lock(&place);
	g_assert_true(vault_unlock(place.vault, paper, 0, &err));
	assert_opens(place.vault, place.sealed);
	lock(&place);
	g_assert_true(vault_unlock_by_file(place.vault, moved, &err));
	assert_opens(place.vault, place.sealed);
	lock(&place);
	g_assert_true(file_write_atomic(moved, "0123456789abcdef0123456789abcdef", 32, NULL));
	g_assert_false(vault_unlock_by_file(place.vault, moved, &err));
	g_assert_true(error_is(err, ERR_SIGN_IN) && vault_is_locked(place.vault));
	temp_dir_remove(medium);
}

static void test_another_process_gets_the_key(void)
{
	g_auto(Place) place, foreign;
	g_autoptr(GError) err = NULL;
	g_autoptr(Secret) typed = secret_of(PASSPHRASE);

	place_init(&place);
	place_init(&foreign);
	g_autoptr(Vault) other = open_typing(&place, false);
	lock(&place);
	g_assert_true(vault_lock(other, &err));
	g_assert_true(vault_unlock(place.vault, typed, 0, &err));
	g_assert_true(vault_is_locked(other));
	g_autoptr(GBytes) handed = vault_hand_over(place.vault, &err);
	g_assert_no_error(err);
	g_assert_false(vault_take_over(foreign.vault, handed, &err));
	g_assert_true(error_is(err, ERR_SIGN_IN));
	g_clear_error(&err);
	g_assert_true(vault_take_over(other, handed, &err));
	assert_opens(other, place.sealed);
}

/* ---- who guesses ---- */

static void test_who_guesses_waits(void)
{
	static const int64_t waits_ms[] = { 0, 0, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000 };
	g_auto(Place) place;
	g_autoptr(Secret) wrong = secret_of("nobody knows"), typed = secret_of(PASSPHRASE);
	int64_t now_ms = 5000;

	place_init(&place);
	lock(&place);
	for (guint i = 0; i < G_N_ELEMENTS(waits_ms); i++) {
		g_autoptr(GError) err = NULL;
		g_assert_false(vault_unlock(place.vault, wrong, now_ms, &err));
		g_assert_true(error_is(err, ERR_SIGN_IN));
		g_clear_error(&err);
		int64_t free_ms = vault_unlock_free_ms(place.vault);
		g_assert_cmpint(free_ms, ==, waits_ms[i] ? now_ms + waits_ms[i] : 0);
		if (!waits_ms[i])
			continue;
		g_assert_false(vault_unlock(place.vault, typed, free_ms - 1, &err));
		g_assert_nonnull(strstr(err->message, "try again in 1 s"));
		now_ms = free_ms;
	}
	g_assert_true(vault_unlock(place.vault, typed, now_ms, NULL));
	g_assert_cmpint(vault_unlock_free_ms(place.vault), ==, 0);
}

/* ---- memory ---- */

typedef struct { guint8 root[32], column[32]; } Keys;

static void hide(const Secret *key, guint8 ret_hidden[32])
{
	for (int i = 0; i < 32; i++)
		ret_hidden[i] = secret_bytes(key)[i] ^ 0x55;
}

/* Hidden, so that looking for them does not find the looker's. */
static void keys_read(const Place *place, Keys *keys)
{
	Typist typist = { (const char *const[]){ PASSPHRASE, NULL }, 0 };
	g_autoptr(Slots) slots = slots_open(place->dir, true, &(Opener){ .ask = typist_ask, .data = &typist }, NULL);

	g_autoptr(Secret) column = aead_derive(slots_root(slots), slots_uuid(slots), (KeyUse){ "postern columns", 0 }, NULL);
	hide(slots_root(slots), keys->root);
	hide(column, keys->column);
}

static bool holds(const guint8 *text, gsize len, const guint8 *hidden)
{
	for (const guint8 *p = text; p + 32 <= text + len; p++) {
		int i = 0;
		while (i < 32 && (p[i] ^ 0x55) == hidden[i])
			i++;
		if (i == 32)
			return true;
	}
	return false;
}

/* How many mappings of this process that it may write hold the key. */
static int count_in_memory(const guint8 *hidden)
{
	g_autofree char *maps = NULL;
	int mem = g_open("/proc/self/mem", O_RDONLY, 0), count = 0;

	g_assert_cmpint(mem, >=, 0);
	g_assert_true(g_file_get_contents("/proc/self/maps", &maps, NULL, NULL));
	g_auto(GStrv) lines = g_strsplit(maps, "\n", -1);
	for (int i = 0; lines[i]; i++) {
		unsigned long from, to;
		char mode[5];
		if (sscanf(lines[i], "%lx-%lx %4s", &from, &to, mode) != 3 || mode[1] != 'w')
			continue;
		g_autofree guint8 *copy = g_malloc(to - from);
		gssize n = pread(mem, copy, to - from, (off_t)from);
		count += n > 0 && holds(copy, (gsize)n, hidden);
	}
	close(mem);
	return count;
}

static void test_the_keys_are_gone_from_memory(void)
{
	g_auto(Place) place;
	Keys keys;

	place_init(&place);
#ifdef __SANITIZE_ADDRESS__
	g_test_skip("the sanitizer keeps what is freed, and its shadow is larger than any memory");
	return;
#endif
	keys_read(&place, &keys);
	g_assert_cmpint(count_in_memory(keys.root), >, 0);
	g_assert_cmpint(count_in_memory(keys.column), >, 0);
	lock(&place);
	g_assert_cmpint(count_in_memory(keys.root), ==, 0);
	g_assert_cmpint(count_in_memory(keys.column), ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/vault/lock/what-is-sealed-is-shut", test_what_is_sealed_is_shut);
	g_test_add_func("/vault/lock/pages-are-read-and-written", test_pages_are_read_and_written);
	g_test_add_func("/vault/lock/the-next-epoch-may-begin", test_the_next_epoch_may_begin);
	g_test_add_func("/vault/lock/a-restart-never-bypasses", test_a_restart_never_bypasses);
	g_test_add_func("/vault/lock/the-kernel-does-not-bypass", test_the_kernel_does_not_bypass);
	g_test_add_func("/vault/lock/a-key-beside-makes-it-pointless", test_a_key_beside_makes_it_pointless);
	g_test_add_func("/vault/lock/each-key-unlocks", test_each_key_unlocks);
	g_test_add_func("/vault/lock/another-process-gets-the-key", test_another_process_gets_the_key);
	g_test_add_func("/vault/lock/who-guesses-waits", test_who_guesses_waits);
	g_test_add_func("/vault/lock/the-keys-are-gone-from-memory", test_the_keys_are_gone_from_memory);
	return g_test_run();
}
