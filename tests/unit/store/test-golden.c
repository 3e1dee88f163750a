#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "store/certificate.h"
#include "model/pim_text.h"
#include "store/people.h"
#include "store/pim.h"
#include "store/private.h"
#include "support/plainpages.h"
#include "support/tempstore.h"

/* A copy of the store that was saved when its version was new. */
static char *copy_golden(const char *version)
{
	static const char *const names[] = { "key", "slots", "store.db" };
	const char *top = g_getenv("POSTERN_TOP");
	char *dir = g_dir_make_tmp("postern-golden-XXXXXX", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *from = g_build_filename(top ? top : ".", "tests/unit/store/golden", version, names[i], NULL);
		g_autofree char *to = g_build_filename(dir, names[i], NULL), *bytes = NULL;
		gsize len;
		g_assert_true(g_file_get_contents(from, &bytes, &len, NULL));
		g_assert_true(g_file_set_contents_full(to, bytes, (gssize)len, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
	}
	return dir;
}

static void test_the_second_reader_reads_v1(void)
{
	g_autofree char *dir = copy_golden("v1");
	guint bad;
	g_autoptr(GBytes) pages = plain_pages_of(dir, "store.db", &bad);
	gsize len;

	g_assert_nonnull(pages);
	const char *bytes = g_bytes_get_data(pages, &len);
	g_assert_cmpmem(bytes, 16, "SQLite format 3", 16);
	g_assert_nonnull(memmem(bytes, len, "<p>The text of 5:2.</p>", 23));
	temp_dir_remove(dir);
}

static void assert_message(StoreReader *reader, int64_t id, const char *subject, const char *text)
{
	g_autoptr(Message) message = NULL;
	g_autoptr(GBytes) body = NULL;
	g_autoptr(GError) err = NULL;
	BodyKind kind;

	store_read_message(reader, id, &message, &err);
	g_assert_no_error(err);
	g_assert_cmpstr(message->subject, ==, subject);
	store_read_body(reader, id, &kind, &body, &err);
	g_assert_no_error(err);
	g_autofree char *got = g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body));
	g_assert_cmpstr(got, ==, text);
}

static void test_v1_comes_up(void)
{
	TempStore temp = { .dir = copy_golden("v1") };
	g_autoptr(GError) err = NULL;
	g_autoptr(GPtrArray) rows = NULL, ops = NULL;
	g_autofree char *report = NULL;
	int64_t version;

	temp.store = store_open(temp.dir, clock_system(), &err);
	g_assert_no_error(err);
	temp.reader = store_open_reader(temp.store, &err);
	g_assert_no_error(err);
	g_assert_true(db_number(temp.reader->db, "PRAGMA user_version", 0, 0, &version, NULL));
	g_assert_cmpint(version, ==, schema_step_count);
	ListQuery query = { .folder_id = 1, .order = ORDER_CONVERSATION };
	g_assert_true(store_read_list(temp.reader, &query, NULL, false, 10, &rows, NULL));
	g_assert_cmpuint(rows->len, ==, 1);
	g_assert_cmpint(((ListRow *)rows->pdata[0])->conversation_size, ==, 2);
	int64_t newest = ((ListRow *)rows->pdata[0])->id;
	g_assert_cmpint(newest >> 20, ==, 1700000001000);
	assert_message(temp.reader, newest, "Re: About 5:1", "<p>The text of 5:2.</p>");
	assert_message(temp.reader, (1700000000123 << 20) + 1, "About 5:1", "<p>The text of 5:1.</p>");
	g_assert_true(store_read_ops(temp.reader, 1, 10, &ops, NULL));
	g_assert_cmpuint(ops->len, ==, 1);
	const Op *op = ops->pdata[0];
	g_assert_cmpint(op->kind, ==, OP_MARK_READ);
	g_assert_cmpint(op->group_id, ==, op->id);
	g_assert_cmpint(op->folder_id, ==, 1);
	g_assert_nonnull(op->server_id);
	g_assert_true(store_verify(temp.store, &report, NULL));
	g_assert_cmpstr(report, ==, "");
	temp_store_clear(&temp);
}

/* Saved at step 3, right after a server's order to erase the one account. */
static void test_a_saved_order_is_carried_out(void)
{
	TempStore temp = { .dir = copy_golden("wipe-due") };
	g_autoptr(GError) err = NULL;
	g_autoptr(GPtrArray) states = NULL;
	guint bad;
	gsize len;

	temp.store = store_open(temp.dir, clock_system(), &err);
	g_assert_no_error(err);
	temp.reader = store_open_reader(temp.store, &err);
	g_assert_no_error(err);
	g_assert_true(store_read_accounts(temp.reader, &states, NULL));
	g_assert_cmpuint(states->len, ==, 1);
	g_assert_cmpint(((AccountState *)states->pdata[0])->wipe, ==, WIPE_DONE);
	temp_store_close(&temp);
	g_autoptr(GBytes) pages = plain_pages_of(temp.dir, "store.db", &bad);
	g_assert_nonnull(pages);
	const char *bytes = g_bytes_get_data(pages, &len);
	g_assert_null(memmem(bytes, len, "The text of", 11));
	temp_store_clear(&temp);
}

/* What waits, and where it is shown meanwhile: flagged and to get categories, moved, deleted, a folder made. */
static void test_v4_comes_up(void)
{
	static const struct { OpKind kind; OpState state; const char *server_id; bool has_names; } rows[] = {
		{ OP_FLAG,          OP_WAITING, "5:1", true },
		{ OP_MOVE,          OP_WAITING, "5:2", true },
		{ OP_DELETE,        OP_WAITING, "5:3", true },
		{ OP_FOLDER_CREATE, OP_WAITING, NULL,  true },
		{ OP_CATEGORIES,    OP_HELD,    "5:1", true },
	};
	TempStore temp = { .dir = copy_golden("v4") };
	g_autoptr(GError) err = NULL;
	g_autoptr(GPtrArray) ops = NULL, inbox = NULL, own = NULL;
	g_autofree char *report = NULL;

	temp.store = store_open(temp.dir, clock_system(), &err);
	g_assert_no_error(err);
	temp.reader = store_open_reader(temp.store, &err);
	g_assert_no_error(err);
	g_assert_true(store_read_ops(temp.reader, 1, 10, &ops, NULL));
	g_assert_cmpuint(ops->len, ==, G_N_ELEMENTS(rows));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const Op *op = ops->pdata[i];
		g_assert_cmpint(op->kind, ==, rows[i].kind);
		g_assert_cmpint(op->state, ==, rows[i].state);
		g_assert_cmpstr(op->server_id, ==, rows[i].server_id);
		g_assert_cmpint(op_has_names(op), ==, rows[i].has_names);
	}
	const Op *flag = ops->pdata[0], *move = ops->pdata[1];
	g_assert_cmpint(flag->value.due_ms, ==, 1800000000000);
	g_assert_cmpstr(flag->value.text, ==, "Call");
	g_assert_true(store_read_list(temp.reader, &(ListQuery){ .folder_id = 1 }, NULL, false, 10, &inbox, NULL));
	g_assert_cmpuint(inbox->len, ==, 1);
	g_assert_cmpuint(((ListRow *)inbox->pdata[0])->flags, ==, MESSAGE_FLAGGED);
	g_assert_true(store_read_list(temp.reader, &(ListQuery){ .folder_id = move->value.folder_id }, NULL, false, 10, &own, NULL));
	g_assert_cmpuint(own->len, ==, 1);
	g_assert_cmpint(((ListRow *)own->pdata[0])->id, ==, move->message_id);
	g_assert_true(store_verify(temp.store, &report, NULL));
	g_assert_cmpstr(report, ==, "");
	temp_store_clear(&temp);
}

/* One heard from and written to, one written to and a VIP. */
static void test_v5_comes_up(void)
{
	static const struct { const char *typed, *name; int written, heard; bool is_vip; } rows[] = {
		{ "grace", "Grace Hopper", 1, 1, false },
		{ "jurg",  "M\xc3\xbcller, J\xc3\xbcrgen", 1, 0, true },
	};
	TempStore temp = { .dir = copy_golden("v5") };
	g_autoptr(GError) err = NULL;
	g_autofree char *report = NULL;

	temp.store = store_open(temp.dir, clock_system(), &err);
	g_assert_no_error(err);
	temp.reader = store_open_reader(temp.store, &err);
	g_assert_no_error(err);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) people = NULL;
		g_assert_true(store_read_people(temp.reader, rows[i].typed, 5, &people, NULL));
		g_assert_cmpuint(people->len, ==, 1);
		const Person *person = people->pdata[0];
		g_assert_cmpstr(person->name, ==, rows[i].name);
		g_assert_cmpint(person->written, ==, rows[i].written);
		g_assert_cmpint(person->heard, ==, rows[i].heard);
		g_assert_cmpint(person->is_vip, ==, rows[i].is_vip);
	}
	g_assert_true(store_verify(temp.store, &report, NULL));
	g_assert_cmpstr(report, ==, "");
	temp_store_clear(&temp);
}

/* One picture that was fetched, one that was not to be had, and a sender whose pictures are shown. */
static void test_v6_comes_up(void)
{
	static const struct { const char *url, *bytes, *failure; } rows[] = {
		{ "https://img.test/here.gif", "GIF89a of then", NULL },
		{ "https://img.test/gone.gif", NULL, "img.test answers 404 and no picture" },
		{ "https://img.test/never.gif", NULL, NULL },
	};
	TempStore temp = { .dir = copy_golden("v6") };
	g_autoptr(GError) err = NULL;
	g_autofree char *report = NULL;
	bool is_shown = false;

	temp.store = store_open(temp.dir, clock_system(), &err);
	g_assert_no_error(err);
	temp.reader = store_open_reader(temp.store, &err);
	g_assert_no_error(err);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = NULL;
		g_autofree char *failure = NULL;
		g_assert_true(store_read_picture(temp.reader, 1, rows[i].url, &bytes, &failure, NULL));
		g_assert_cmpint(!bytes, ==, !rows[i].bytes);
		if (bytes)
			g_assert_cmpmem(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), rows[i].bytes, strlen(rows[i].bytes));
		g_assert_cmpstr(failure, ==, rows[i].failure);
	}
	g_assert_true(store_read_picture_sender(temp.reader, 1, "news@list.test", &is_shown, NULL));
	g_assert_true(is_shown);
	g_assert_true(store_verify(temp.store, &report, NULL));
	g_assert_cmpstr(report, ==, "");
	temp_store_clear(&temp);
}

/* Somebody's certificate with what she can decrypt, one's own with its key and the address it signs for, an issuer's. */
static void test_v7_comes_up(void)
{
	static const struct { const char *address; CertificateSource source; IdentityRole role; const char *able, *signs_for, *key; } rows[] = {
		{ "grace@example.org", SOURCE_MAIL, ROLE_NONE, "able", NULL, NULL },
		{ "ada@example.org", SOURCE_FILE, ROLE_BOTH, NULL, "ada@example.org", "a key of then" },
		{ "root@example.org", SOURCE_FILE, ROLE_NONE, NULL, NULL, NULL },
	};
	TempStore temp = { .dir = copy_golden("v7") };
	g_autoptr(GError) err = NULL;
	g_autofree char *report = NULL;

	temp.store = store_open(temp.dir, clock_system(), &err);
	g_assert_no_error(err);
	temp.reader = store_open_reader(temp.store, &err);
	g_assert_no_error(err);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) found = NULL;
		g_autoptr(Secret) key = NULL;
		g_assert_true(store_read_certificates_of(temp.reader, rows[i].address, &found, NULL));
		g_assert_cmpuint(found->len, ==, 1);
		const KnownCertificate *certificate = found->pdata[0];
		g_assert_cmpint(certificate->source, ==, rows[i].source);
		g_assert_cmpint(certificate->role, ==, rows[i].role);
		g_assert_cmpint(certificate->capabilities != NULL, ==, rows[i].able != NULL);
		g_assert_cmpstr(certificate->signs_for[0], ==, rows[i].signs_for);
		g_assert_cmpint(store_read_identity_key(temp.reader, certificate->id, &key, NULL), ==, rows[i].key != NULL);
		if (key)
			g_assert_cmpmem(secret_bytes(key), (int)secret_len(key), rows[i].key, (int)strlen(rows[i].key));
	}
	g_assert_true(store_verify(temp.store, &report, NULL));
	g_assert_cmpstr(report, ==, "");
	temp_store_clear(&temp);
}

/* A series of which one does not take place, a contact with a picture, and an event that waits to be made. */
static void test_v10_comes_up(void)
{
	TempStore temp = { .dir = copy_golden("v10") };
	g_autoptr(GError) err = NULL;
	g_autoptr(GPtrArray) meetings = NULL, found = NULL, ops = NULL;
	g_autoptr(PimItem) made = NULL, card = NULL;
	g_autofree char *report = NULL;

	temp.store = store_open(temp.dir, clock_system(), &err);
	g_assert_no_error(err);
	temp.reader = store_open_reader(temp.store, &err);
	g_assert_no_error(err);
	g_assert_true(store_read_events_of_uid(temp.reader, 0, "uid-of-then", &meetings, NULL));
	g_assert_cmpuint(meetings->len, ==, 1);
	const Event *event = meetings->pdata[0];
	g_assert_cmpstr(event->body, ==, "What we did\nand will do");
	g_assert_cmpint(event->recurrence->days, ==, DAY_TUESDAY);
	g_assert_true(((EventException *)event->exceptions->pdata[0])->is_deleted);
	g_assert_true(store_read_contacts_of_number(temp.reader, "020 7946 0018", 5, &found, NULL));
	g_assert_cmpuint(found->len, ==, 1);
	g_assert_true(store_read_item(temp.reader, PIM_CONTACT, ((ContactRow *)found->pdata[0])->id, &card, NULL));
	g_assert_nonnull(card->contact->picture);
	g_assert_true(store_read_ops(temp.reader, 1, 10, &ops, NULL));
	g_assert_cmpuint(ops->len, ==, 1);
	const Op *op = ops->pdata[0];
	g_assert_true(op_makes_item(op));
	g_assert_true(store_read_item(temp.reader, PIM_EVENT, op->item_id, &made, NULL));
	g_assert_cmpstr(made->event->subject, ==, "Dentist");
	g_assert_true(store_verify(temp.store, &report, NULL));
	g_assert_cmpstr(report, ==, "");
	temp_store_clear(&temp);
}

/* The senders of mail that was there before people were counted. */
static void test_people_of_v1(void)
{
	TempStore temp = { .dir = copy_golden("v1") };
	g_autoptr(GPtrArray) people = NULL;

	temp.store = store_open(temp.dir, clock_system(), NULL);
	temp.reader = store_open_reader(temp.store, NULL);
	g_assert_true(store_read_people(temp.reader, "", 5, &people, NULL));
	g_assert_cmpuint(people->len, ==, 1);
	g_assert_cmpint(((Person *)people->pdata[0])->heard, ==, 2);
	temp_store_clear(&temp);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/golden/the-second-reader-reads-v1", test_the_second_reader_reads_v1);
	g_test_add_func("/golden/v1-comes-up", test_v1_comes_up);
	g_test_add_func("/golden/a-saved-order-is-carried-out", test_a_saved_order_is_carried_out);
	g_test_add_func("/golden/v4-comes-up", test_v4_comes_up);
	g_test_add_func("/golden/v5-comes-up", test_v5_comes_up);
	g_test_add_func("/golden/v6-comes-up", test_v6_comes_up);
	g_test_add_func("/golden/v7-comes-up", test_v7_comes_up);
	g_test_add_func("/golden/v10-comes-up", test_v10_comes_up);
	g_test_add_func("/golden/people-of-v1", test_people_of_v1);
	return g_test_run();
}
