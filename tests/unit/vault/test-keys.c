/*
 * The keys of a store: what opens it, and that nothing else does.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "support/passphrase.h"
#include "support/tempstore.h"
#include "vault/anchor.h"
#include "vault/keyring.h"
#include "vault/recovery.h"
#include "vault/vault.h"

static Vault *open_typing(const char *dir, const char *const *lines, GError **err)
{
	Typist typist = { lines, 0 };

	return vault_open(dir, &(Opener){ .ask = typist_ask, .data = &typist }, err);
}

static void assert_opens(const char *dir, const char *line)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(Vault) vault = open_typing(dir, (const char *const[]){ line, NULL }, &err);

	g_assert_no_error(err);
}

static void assert_does_not_open(const char *dir, const char *line)
{
	g_autoptr(GError) err = NULL;

	g_assert_null(open_typing(dir, (const char *const[]){ line, NULL }, &err));
	g_assert_true(error_is(err, ERR_CANCELLED));
}

/* ---- a store with a passphrase ---- */

#define PASSPHRASE "Mein Käfig im Garten"

typedef struct { char *dir, *key_path; } Place;

static void place_clear(Place *place)
{
	temp_dir_remove(place->dir);
	g_free(place->dir);
	g_free(place->key_path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static void set_passphrase(Vault *vault, const char *text)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(Secret) secret = secret_new(text, strlen(text));

	vault_set_passphrase(vault, secret, &err);
	g_assert_no_error(err);
}

/* Its key file is gone. The passphrase is cheap to try: the slot says so. */
static void place_init(Place *place)
{
	place->dir = g_dir_make_tmp("postern-keys-XXXXXX", NULL);
	place->key_path = g_build_filename(place->dir, "key", NULL);
	passphrase_slots_make(place->dir, PASSPHRASE);
	g_assert_false(g_file_test(place->key_path, G_FILE_TEST_EXISTS));
}

static void test_only_the_passphrase_opens(void)
{
	g_auto(Place) place;
	g_autoptr(GError) err = NULL;

	place_init(&place);
	assert_opens(place.dir, PASSPHRASE);
	assert_opens(place.dir, "Mein Ka\xcc\x88" "fig im Garten");      /* the other ä */
	assert_does_not_open(place.dir, "mein Käfig im Garten");
	assert_does_not_open(place.dir, "");
	assert_does_not_open(place.dir, "0000-0000-0000-0000-0000-0000-0000-0000-0000");
	g_autoptr(Vault) second_try = open_typing(place.dir, (const char *const[]){ "wrong", PASSPHRASE, NULL }, &err);
	g_assert_no_error(err);
	g_assert_null(vault_open(place.dir, NULL, &err));
	g_assert_true(error_is(err, ERR_ASK));
}

static void test_a_change_keeps_what_is_sealed(void)
{
	const VaultPlace seat = { "op", 7, "value" };
	g_auto(Place) place;
	g_autoptr(GBytes) plain = g_bytes_new_static("canary", 6);

	place_init(&place);
	g_autoptr(Vault) before = open_typing(place.dir, (const char *const[]){ PASSPHRASE, NULL }, NULL);
	g_autoptr(GBytes) sealed = vault_seal(before, seat, plain, NULL);
	set_passphrase(before, "another one");
	assert_does_not_open(place.dir, PASSPHRASE);
	g_autoptr(Vault) after = open_typing(place.dir, (const char *const[]){ "another one", NULL }, NULL);
	g_autoptr(GBytes) back = vault_unseal(after, seat, sealed, NULL);
	g_assert_true(g_bytes_equal(back, plain));
}

static void test_the_recovery_key_opens(void)
{
	g_auto(Place) place;
	g_autoptr(Secret) first = NULL, second = NULL;

	place_init(&place);
	g_autoptr(Vault) vault = open_typing(place.dir, (const char *const[]){ PASSPHRASE, NULL }, NULL);
	g_assert_true(vault_set_recovery(vault, &first, NULL));
	assert_opens(place.dir, (const char *)secret_bytes(first));
	assert_opens(place.dir, PASSPHRASE);
	g_assert_true(vault_set_recovery(vault, &second, NULL));
	assert_does_not_open(place.dir, (const char *)secret_bytes(first));
	assert_opens(place.dir, (const char *)secret_bytes(second));
	g_assert_true(vault_drop_key(vault, KEY_RECOVERY, NULL));
	assert_does_not_open(place.dir, (const char *)secret_bytes(second));
}

static void test_a_store_keeps_a_key(void)
{
	g_auto(Place) place;
	g_autoptr(GError) err = NULL;
	g_autoptr(Secret) recovery = NULL, brief = secret_new("seven77", 7);
	guint kinds = 0;

	place_init(&place);
	g_autoptr(Vault) vault = open_typing(place.dir, (const char *const[]){ PASSPHRASE, NULL }, NULL);
	g_assert_true(vault_set_recovery(vault, &recovery, NULL));
	g_assert_false(vault_drop_key(vault, KEY_PASSPHRASE, &err));
	g_assert_true(error_is(err, ERR_USAGE));
	g_clear_error(&err);
	g_assert_false(vault_drop_key(vault, KEY_FILE, &err));
	g_assert_true(error_is(err, ERR_NOT_FOUND));
	g_clear_error(&err);
	g_assert_false(vault_set_passphrase(vault, brief, &err));
	g_assert_true(error_is(err, ERR_USAGE));
	g_assert_true(vault_set_key_file(vault, NULL));
	g_assert_true(vault_drop_key(vault, KEY_PASSPHRASE, NULL));
	g_assert_true(vault_keys(vault, &kinds, NULL));
	g_assert_cmpuint(kinds, ==, 1 << KEY_FILE | 1 << KEY_RECOVERY);
	g_clear_error(&err);
	g_autoptr(Vault) by_file = vault_open(place.dir, NULL, &err);
	g_assert_no_error(err);
}

/* The key file lies on a medium that may be pulled out. */
static void test_without_its_file_the_passphrase_is_asked_for(void)
{
	g_auto(Place) place;
	g_autoptr(GError) err = NULL;

	place_init(&place);
	g_autoptr(Vault) vault = open_typing(place.dir, (const char *const[]){ PASSPHRASE, NULL }, NULL);
	g_assert_true(vault_set_key_file(vault, NULL));
	g_autoptr(Vault) by_file = vault_open(place.dir, NULL, &err);
	g_assert_no_error(err);
	g_unlink(place.key_path);
	assert_opens(place.dir, PASSPHRASE);
}

/* ---- what others did to the file ---- */

static void test_no_bit_can_be_turned(void)
{
	g_auto(Place) place;

	place_init(&place);
	g_autofree char *path = g_build_filename(place.dir, "slots", NULL);
	g_autoptr(GBytes) file = file_read(path, 1000, NULL);
	gsize len = g_bytes_get_size(file);
	/* The head, the kind, each parameter, the wrapped root, both MACs. */
	static const guint at[] = { 9, 13, 31, 47, 49, 67, 71, 75, 80, 110, 145, 171 };
	for (gsize i = 0; i < G_N_ELEMENTS(at) && at[i] < len; i++) {
		g_autofree uint8_t *spoilt = g_memdup2(g_bytes_get_data(file, NULL), len);
		spoilt[at[i]] ^= 1;
		g_test_message("byte %u", at[i]);
		g_assert_true(file_write_atomic(path, spoilt, len, NULL));
		g_assert_null(open_typing(place.dir, (const char *const[]){ PASSPHRASE, NULL }, NULL));
	}
}

/* A slot that asks for all memory there is. */
static void test_a_dear_slot_is_not_paid(void)
{
	g_auto(Place) place;
	g_autoptr(GError) err = NULL;

	place_init(&place);
	g_autofree char *path = g_build_filename(place.dir, "slots", NULL);
	g_autoptr(GBytes) file = file_read(path, 1000, NULL);
	g_autofree uint8_t *spoilt = g_memdup2(g_bytes_get_data(file, NULL), g_bytes_get_size(file));
	spoilt[44 + 20 + 3] = 40;
	g_assert_true(file_write_atomic(path, spoilt, g_bytes_get_size(file), NULL));
	gint64 before_us = g_get_monotonic_time();
	assert_does_not_open(place.dir, PASSPHRASE);
	g_assert_cmpint(g_get_monotonic_time() - before_us, <, 200 * 1000);
}

/* ---- the kernel's memory ---- */

static bool has_keyrings(void)
{
	g_autoptr(GBytes) uuid = g_bytes_new_static("test-of-keyrings", 16);
	g_autoptr(Secret) key = secret_new_random(32, NULL);

	keyring_keep(uuid, key, 5);
	g_autoptr(Secret) found = keyring_find(uuid);
	keyring_forget(uuid);
	return found != NULL;
}

static void test_the_kernel_remembers(void)
{
	const char *const lines[] = { PASSPHRASE, NULL };
	g_auto(Place) place;
	g_autoptr(GError) err = NULL;

	place_init(&place);
	if (!has_keyrings()) {
		g_test_skip("no keyrings here");
		return;
	}
	Typist typist = { lines, 0 };
	g_autoptr(Vault) vault = vault_open(place.dir, &(Opener){ .ask = typist_ask, .data = &typist, .cache_s = 60 }, &err);
	g_assert_no_error(err);
	g_autoptr(Vault) again = vault_open(place.dir, NULL, &err);
	g_assert_no_error(err);
	g_assert_true(vault_forget(place.dir, NULL));
	g_assert_null(vault_open(place.dir, NULL, &err));
	g_assert_true(error_is(err, ERR_ASK));
}

/* ---- how new the store was ---- */

static Vault *open_known(const char *dir)
{
	const char *const lines[] = { PASSPHRASE, NULL };
	g_autoptr(GError) err = NULL;
	Vault *vault = open_typing(dir, lines, &err);

	g_assert_no_error(err);
	return vault;
}

static void assert_anchor(Vault *vault, uint64_t sequence)
{
	Anchor known;
	g_autoptr(GError) err = NULL;

	vault_anchor_known(vault, &known, &err);
	g_assert_no_error(err);
	g_assert_cmpuint(known.sequence, ==, sequence);
}

static void test_anchors_only_rise(void)
{
	g_auto(Place) place;
	g_autoptr(GBytes) rows = g_bytes_new_static("rows", 4), others = g_bytes_new_static("Rows", 4);
	static const Anchor none;
	Anchor known;

	place_init(&place);
	g_autoptr(Vault) vault = open_known(place.dir);
	Anchor fifth = vault_anchor_of(vault, 5, rows), sixth = vault_anchor_of(vault, 6, rows);
	Anchor other = vault_anchor_of(vault, 6, others);
	assert_anchor(vault, 0);
	g_assert_true(vault_anchor_raise(vault, &sixth, NULL));
	g_assert_true(vault_anchor_raise(vault, &fifth, NULL));
	assert_anchor(vault, 6);
	set_passphrase(vault, PASSPHRASE);
	assert_anchor(vault, 6);
	g_assert_true(vault_anchor_known(vault, &known, NULL));
	g_assert_true(vault_anchor_check(vault, &known, &sixth, NULL));
	const Anchor *const old[] = { &none, &fifth, &other };
	for (size_t i = 0; i < G_N_ELEMENTS(old); i++) {
		g_autoptr(GError) err = NULL;
		g_assert_false(vault_anchor_check(vault, &known, old[i], &err));
		g_assert_true(error_is(err, ERR_STORE));
		g_assert_nonnull(strstr(err->message, "(replay)"));
	}
}

/* Slots put back with the rest: the kernel has seen newer ones, until it is told to forget. */
static void test_the_kernel_is_a_second_witness(void)
{
	g_auto(Place) place;
	g_autoptr(GBytes) rows = g_bytes_new_static("rows", 4);
	g_autoptr(GError) err = NULL;
	static const Anchor none;
	Anchor known;

	place_init(&place);
	if (!has_keyrings()) {
		g_test_skip("no keyrings here");
		return;
	}
	g_autofree char *path = g_build_filename(place.dir, "slots", NULL);
	g_autoptr(GBytes) old = file_read(path, 4096, NULL);
	g_autoptr(Vault) vault = open_known(place.dir);
	Anchor second = vault_anchor_of(vault, 2, rows);
	g_assert_true(vault_anchor_check(vault, &none, &second, NULL));
	g_assert_true(vault_anchor_raise(vault, &second, NULL));
	g_assert_true(file_write_atomic(path, g_bytes_get_data(old, NULL), g_bytes_get_size(old), NULL));
	assert_anchor(vault, 2);
	g_assert_true(vault_anchor_known(vault, &known, NULL));
	g_assert_false(vault_anchor_check(vault, &known, &none, &err));
	g_assert_true(vault_forget(place.dir, NULL));
	assert_anchor(vault, 0);
}

/* ---- on paper ---- */

static void test_recovery_keys_are_read_back(void)
{
	static const uint8_t key[RECOVERY_KEY_BYTES] = { 0xff, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 0xfe };
	g_autoptr(Secret) secret = secret_new(key, sizeof key);
	g_autoptr(Secret) text = recovery_to_text(secret);
	const char *shown = (const char *)secret_bytes(text);
	g_autofree char *lower = g_ascii_strdown(shown, -1), *blanks = g_strdelimit(g_strdup(shown), "-", ' ');
	g_autofree char *swapped = g_strdup(shown), *cut = g_strndup(shown, 43), *longer = g_strconcat(shown, "0", NULL);

	g_assert_cmpstr(shown, ==, "ZW0G-40R4-0M30-E209-185G-R38E-1W81-24QY-7HP4");
	swapped[1] = shown[0], swapped[0] = shown[1];
	const struct { const char *why, *typed; bool is_good; } rows[] = {
		{ "as shown", shown, true },
		{ "small letters", lower, true },
		{ "blanks", blanks, true },
		{ "letters that look like digits", "ZWOG-4OR4-OM3O-E2O9-l85G-R38E-1W81-24QY-7HP4", true },
		{ "two swapped", swapped, false },
		{ "one missing", cut, false },
		{ "one more", longer, false },
		{ "a letter that is none", "ZW0G-40R4-0M30-E209-185G-R38E-1W81-24QY-7HPU", false },
		{ "nothing", "", false },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Secret) typed = secret_new(rows[i].typed, strlen(rows[i].typed));
		g_autoptr(Secret) back = recovery_from_text(typed);
		g_test_message("%s", rows[i].why);
		g_assert_true((back != NULL) == rows[i].is_good);
		g_assert_true(!back || secret_equal(back, secret));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/keys/passphrase", test_only_the_passphrase_opens);
	g_test_add_func("/keys/change", test_a_change_keeps_what_is_sealed);
	g_test_add_func("/keys/recovery", test_the_recovery_key_opens);
	g_test_add_func("/keys/one-stays", test_a_store_keeps_a_key);
	g_test_add_func("/keys/file-taken-away", test_without_its_file_the_passphrase_is_asked_for);
	g_test_add_func("/keys/turned-bits", test_no_bit_can_be_turned);
	g_test_add_func("/keys/dear-slot", test_a_dear_slot_is_not_paid);
	g_test_add_func("/keys/keyring", test_the_kernel_remembers);
	g_test_add_func("/keys/anchor", test_anchors_only_rise);
	g_test_add_func("/keys/second-witness", test_the_kernel_is_a_second_witness);
	g_test_add_func("/keys/on-paper", test_recovery_keys_are_read_back);
	return g_test_run();
}
