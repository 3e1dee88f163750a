/*
 * The engine over a store that is locked: what goes on, what waits, and that nothing is lost.
 */
#include <string.h>

#include "base/error.h"
#include "store/draft.h"
#include "support/passphrase.h"
#include "support/sync_fixture.h"
#include "sync/command.h"
#include "vault/lock.h"

#define PASSPHRASE "five green herons"
enum { SECOND = 1000 };

/* An account that is up to date, in a store that a passphrase opens. */
static SyncFixture *make_synced(void)
{
	SyncFixture *fixture = sync_fixture_new(1);

	passphrase_slots_make(fixture->dir, PASSPHRASE);
	sync_fixture_fill(fixture->server, "in", 0, 3);
	sync_fixture_sync(fixture);
	return fixture;
}

static void post_letter(SyncFixture *fixture, const char *name)
{
	sync_fixture_letter(fixture, name, &(SyncLetter){ "work", 0, 0, DRAFT_NEW });
}

static Vault *vault_of(SyncFixture *fixture) { return store_vault(fixture->store); }

static void lock(SyncFixture *fixture)
{
	sync_fixture_post(fixture, COMMAND_LOCK, NULL);
	sync_fixture_run_until(fixture, SYNC_LOCKED);
	g_assert_true(vault_is_locked(vault_of(fixture)));
}

static void unlock(SyncFixture *fixture)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Secret) typed = secret_of(PASSPHRASE);
	Command *command = command_new(COMMAND_UNLOCK);

	vault_unlock(vault_of(fixture), typed, 0, &error);
	g_assert_no_error(error);
	command->content = vault_hand_over(vault_of(fixture), NULL);
	mailbox_post(fixture->commands, command);
	sync_fixture_run_until(fixture, SYNC_UNLOCKED);
}

static guint count_in(SyncFixture *fixture, const char *folder_id)
{
	g_autoptr(GPtrArray) rows = sync_fixture_rows(fixture, "work", folder_id);

	return rows->len;
}

static void test_mail_comes_and_nothing_goes(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();

	post_letter(fixture, "secret");
	g_assert_true(vault_lock(vault_of(fixture), NULL));
	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	sync_fixture_fill(fixture->server, "in", 3, 2);
	sync_fixture_run_until(fixture, SYNC_NEW_MAIL);
	g_assert_cmpuint(count_in(fixture, "in"), ==, 5);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_SEND), ==, 0);
	g_assert_null(sync_fixture_last(fixture, SYNC_FAILED));

	unlock(fixture);
	sync_fixture_run_idle(fixture);
	g_assert_cmpint(memory_server_copies(fixture->server, "<secret@test>"), ==, 1);
	sync_fixture_stop(fixture);
}

static void test_what_is_not_sealed_goes_out(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();
	g_autoptr(GPtrArray) rows = sync_fixture_rows(fixture, "work", "in");

	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	lock(fixture);
	sync_fixture_mark_read(fixture, ((ListRow *)rows->pdata[0])->id, true);
	sync_fixture_run_until(fixture, SYNC_WRITTEN);
	sync_fixture_run_idle(fixture);
	g_assert_cmpuint(memory_server_seen(fixture->server, TASK_PUSH_OPS), ==, 1);
	sync_fixture_stop(fixture);
}

static void save_draft(SyncFixture *fixture, const char *text)
{
	Command *command = command_new(COMMAND_DRAFT_SAVE);

	command->account_id = sync_fixture_account_id(fixture, "work");
	command->draft = draft_new();
	g_free(command->draft->body);
	command->draft->body = g_strdup(text);
	mailbox_post(fixture->commands, command);
}

static void test_what_an_editor_gives_is_kept(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();
	g_autoptr(GPtrArray) before = NULL, after = NULL;

	sync_fixture_start(fixture, SYNC_WATCH);
	sync_fixture_run_idle(fixture);
	save_draft(fixture, "written before");
	lock(fixture);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_DRAFT_SAVED), ==, 1);
	save_draft(fixture, "written meanwhile");
	sync_fixture_run_for(fixture, SECOND);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_DRAFT_SAVED), ==, 1);
	g_assert_null(sync_fixture_last(fixture, SYNC_FAILED));
	g_assert_false(store_read_drafts(fixture->reader, 0, 10, &before, NULL));

	unlock(fixture);
	sync_fixture_run_for(fixture, SECOND);
	g_assert_cmpuint(sync_fixture_count(fixture, SYNC_DRAFT_SAVED), ==, 2);
	g_assert_true(store_read_drafts(fixture->reader, 0, 10, &after, NULL));
	g_assert_cmpuint(after->len, ==, 2);
	g_assert_nonnull(strstr(((StoreDraft *)after->pdata[0])->text, "written meanwhile"));
	sync_fixture_stop(fixture);
}

/* A change that fails in the middle takes nothing with it. */
static void test_the_store_loses_nothing(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();
	g_autoptr(GError) error = NULL;
	g_autoptr(Secret) typed = secret_of(PASSPHRASE);
	g_autoptr(GPtrArray) drafts = NULL;
	g_autoptr(Draft) changed = draft_new();
	g_autoptr(StoreDraft) row = NULL;
	int64_t id = 1, account_id;

	post_letter(fixture, "kept");
	account_id = sync_fixture_account_id(fixture, "work");
	g_assert_true(vault_lock(vault_of(fixture), NULL));
	g_autoptr(StoreWriter) writer = store_open_writer(fixture->store, NULL);
	g_assert_false(store_save_draft(writer, account_id, changed, &id, &error));
	id = 0;
	g_clear_error(&error);
	g_assert_false(store_save_draft(writer, account_id, changed, &id, &error));
	g_assert_error(error, POSTERN_ERROR, ERR_LOCKED);
	g_assert_true(store_read_draft_row(fixture->reader, 1, &row, NULL));
	g_assert_true(row->is_queued && !row->text);
	g_assert_true(vault_unlock(vault_of(fixture), typed, 0, NULL));
	g_assert_true(store_read_drafts(fixture->reader, 0, 10, &drafts, NULL));
	g_assert_cmpuint(drafts->len, ==, 1);
	g_assert_nonnull(strstr(((StoreDraft *)drafts->pdata[0])->text, "kept"));
}

static void test_a_key_beside_refuses(void)
{
	g_autoptr(SyncFixture) fixture = sync_fixture_new(1);

	sync_fixture_start(fixture, SYNC_ON_DEMAND);
	sync_fixture_post(fixture, COMMAND_LOCK, NULL);
	const SyncEvent *event = sync_fixture_run_until(fixture, SYNC_FAILED);
	g_assert_cmpint(event->error_kind, ==, ERR_USAGE);
	g_assert_nonnull(strstr(event->text, "postern passwd"));
	g_assert_false(vault_is_locked(vault_of(fixture)));
	sync_fixture_stop(fixture);
}

static void test_nobody_unlocks_without_a_key(void)
{
	g_autoptr(SyncFixture) fixture = make_synced();

	sync_fixture_start(fixture, SYNC_WATCH);
	lock(fixture);
	sync_fixture_post(fixture, COMMAND_UNLOCK, NULL);
	g_assert_cmpint(sync_fixture_run_until(fixture, SYNC_FAILED)->error_kind, ==, ERR_LOCKED);
	Command *command = command_new(COMMAND_UNLOCK);
	command->content = g_bytes_new_static("0123456789012345678901234567890123456789012345678901234567890", 60);
	mailbox_post(fixture->commands, command);
	g_assert_cmpint(sync_fixture_run_until(fixture, SYNC_FAILED)->error_kind, ==, ERR_SIGN_IN);
	g_assert_true(vault_is_locked(vault_of(fixture)));
	sync_fixture_stop(fixture);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sync/lock/mail-comes-and-nothing-goes", test_mail_comes_and_nothing_goes);
	g_test_add_func("/sync/lock/what-is-not-sealed-goes-out", test_what_is_not_sealed_goes_out);
	g_test_add_func("/sync/lock/what-an-editor-gives-is-kept", test_what_an_editor_gives_is_kept);
	g_test_add_func("/sync/lock/the-store-loses-nothing", test_the_store_loses_nothing);
	g_test_add_func("/sync/lock/a-key-beside-refuses", test_a_key_beside_refuses);
	g_test_add_func("/sync/lock/nobody-unlocks-without-a-key", test_nobody_unlocks_without_a_key);
	return g_test_run();
}
