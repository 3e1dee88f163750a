#include <string.h>

#include "base/error.h"
#include "store/people.h"
#include "store/private.h"
#include "support/plainpages.h"
#include "support/tempstore.h"

#define DAY_MS INT64_C(86400000)

static void add(TempStore *temp, int64_t folder, const char *server_id, int64_t days_ago, const char *from, const char *to, const char *cc)
{
	Message *message = temp_message(server_id, temp->clock.now_ms - days_ago * DAY_MS, MESSAGE_READ);

	g_free(message->from);
	g_free(message->to);
	g_free(message->cc);
	message->from = g_strdup(from);
	message->to = g_strdup(to);
	message->cc = g_strdup(cc);
	temp_store_add(temp, folder, message);
}

/* "Name <address>" of each, one a line. */
static char *find(TempStore *temp, const char *typed, unsigned limit)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(GPtrArray) people = NULL;
	g_autoptr(GString) lines = g_string_new(NULL);

	store_read_people(temp->reader, typed, limit, &people, &err);
	g_assert_no_error(err);
	for (guint i = 0; i < people->len; i++) {
		const Person *person = people->pdata[i];
		g_string_append_printf(lines, "%s%s <%s>", i ? "\n" : "", person->name ? person->name : "-", person->address);
	}
	return g_string_free(g_steal_pointer(&lines), FALSE);
}

static void fill(TempStore *temp)
{
	g_autoptr(AccountState) state = NULL;
	int64_t inbox, sent, drafts;

	temp_store_init(temp);
	inbox = temp_store_folder(temp, "5", FOLDER_INBOX);
	sent = temp_store_folder(temp, "6", FOLDER_SENT);
	drafts = temp_store_folder(temp, "7", FOLDER_DRAFTS);
	g_assert_true(store_read_account(temp->reader, "alice", &state, NULL));
	state->addresses = g_strdup("alice@example.test\nA.Liddell@example.test");
	g_assert_true(store_write_account_state(temp->writer, state, NULL));
	add(temp, sent, "s1", 1, "alice@example.test", "\"Hopper, Gr\xc3\xa1""ce\" <Grace.Hopper@navy.test>, bob@example.test", "carol@example.test");
	add(temp, sent, "s2", 2, "alice@example.test", "grace.hopper@navy.test", NULL);
	add(temp, sent, "s3", 900, "alice@example.test", "gregor@old.test", "a.liddell@example.test");
	add(temp, inbox, "i1", 0, "Greta News <greta@list.test>", "alice@example.test", "nobody@example.test");
	add(temp, inbox, "i2", 0, "Greta News <greta@list.test>", "alice@example.test", NULL);
	add(temp, inbox, "i3", 5, "Bob Barker <Bob@example.test>", "alice@example.test", NULL);
	add(temp, inbox, "i4", 9, "Old Bob <bob@example.test>", "alice@example.test", NULL);
	add(temp, inbox, "i5", 9, "no address at all", "alice@example.test", NULL);
	add(temp, inbox, "i6", 9, "\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd <tokyo@example.test>", NULL, NULL);
	add(temp, drafts, "d1", 0, "alice@example.test", "secret@example.test", NULL);
}

static void test_finds_and_ranks(void)
{
	static const struct { const char *typed, *people; } rows[] = {
		{ "gr", "Hopper, Gr\xc3\xa1""ce <Grace.Hopper@navy.test>\nGreta News <greta@list.test>\n- <gregor@old.test>" },
		{ "GRACE", "Hopper, Gr\xc3\xa1""ce <Grace.Hopper@navy.test>" },
		{ "hopper gra", "Hopper, Gr\xc3\xa1""ce <Grace.Hopper@navy.test>" },
		{ "grace.hopper@na", "Hopper, Gr\xc3\xa1""ce <Grace.Hopper@navy.test>" },
		{ "race", "" },
		{ "bob", "Bob Barker <Bob@example.test>" },
		{ "liddell", "" }, { "alice", "" }, { "secret", "" }, { "nobody", "" }, { "address", "" },
		{ "carol", "- <carol@example.test>" },
		{ "\xe6\x9d\xb1\xe4\xba\xac", "\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd <tokyo@example.test>" },
		{ "one two three four five six seven", "" },
	};
	g_auto(TempStore) temp;

	fill(&temp);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = find(&temp, rows[i].typed, 10);
		g_test_message("%s", rows[i].typed);
		g_assert_cmpstr(got, ==, rows[i].people);
	}
	g_autofree char *first = find(&temp, "", 1);
	g_assert_cmpstr(first, ==, "Hopper, Gr\xc3\xa1""ce <Grace.Hopper@navy.test>");
}

static void test_counts(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GPtrArray) people = NULL;

	fill(&temp);
	g_assert_true(store_read_people(temp.reader, "bob", 10, &people, NULL));
	g_assert_cmpuint(people->len, ==, 1);
	const Person *bob = people->pdata[0];
	g_assert_cmpint(bob->written, ==, 1);
	g_assert_cmpint(bob->heard, ==, 2);
	g_assert_cmpint(bob->last_ms, ==, temp.clock.now_ms - DAY_MS);
	g_assert_false(bob->is_vip);
}

/* A store of the step before comes to the same people by its messages. */
static void test_filled_from_what_is_there(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;

	fill(&temp);
	g_autofree char *before = find(&temp, "", 100);
	Db *db = temp.writer->db;
	g_assert_true(db_exec(db, "DELETE FROM person", NULL));
	g_assert_true(db_begin(db, DB_LAZY, NULL));
	g_assert_true(db_end(db, people_fill(db, &err), &err));
	g_autofree char *after = find(&temp, "", 100);
	g_assert_cmpstr(before, ==, after);
}

static bool row_is_vip(TempStore *temp, const char *server_id)
{
	g_autoptr(ListRow) row = NULL;
	int64_t inbox = 1;

	g_assert_true(store_read_list_row(temp->reader, &(ListQuery){ .folder_id = inbox }, temp_store_find(temp, inbox, server_id), &row, NULL));
	return row->is_vip;
}

static void test_vips_are_marked(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GError) err = NULL;
	g_autoptr(GPtrArray) people = NULL;

	fill(&temp);
	g_assert_false(store_write_vip(temp.writer, "Bob Barker", true, &err));
	g_assert_true(error_is(err, ERR_USAGE));
	g_assert_nonnull(strstr(err->message, "Bob Barker"));
	g_assert_false(row_is_vip(&temp, "i3"));
	g_assert_true(store_write_vip(temp.writer, "BOB@Example.test", true, NULL));
	g_assert_true(store_write_vip(temp.writer, "bob@example.test", true, NULL));
	g_assert_true(row_is_vip(&temp, "i3"));
	g_assert_false(row_is_vip(&temp, "i1"));
	g_assert_true(store_read_people(temp.reader, "bob", 10, &people, NULL));
	g_assert_true(((Person *)people->pdata[0])->is_vip);
	g_assert_true(store_write_vip(temp.writer, "bob@example.test", false, NULL));
	g_assert_false(row_is_vip(&temp, "i3"));
}

static void test_erased_with_the_account(void)
{
	g_auto(TempStore) temp;
	bool is_vip = true;
	guint bad;
	gsize len;

	fill(&temp);
	g_assert_true(store_write_vip(temp.writer, "bob@example.test", true, NULL));
	g_assert_true(store_write_account_gone(temp.writer, temp.account_id, NULL));
	g_autofree char *none = find(&temp, "", 100);
	g_assert_cmpstr(none, ==, "");
	g_assert_true(store_read_is_vip(temp.reader, "bob@example.test", &is_vip, NULL));
	g_assert_false(is_vip);
	temp_store_close(&temp);
	g_autoptr(GBytes) pages = plain_pages_of(temp.dir, "store.db", &bad);
	const char *bytes = g_bytes_get_data(pages, &len);
	static const char *const traces[] = { "navy.test", "hopper", "Barker", "bob@example" };
	for (size_t i = 0; i < G_N_ELEMENTS(traces); i++)
		g_assert_null(memmem(bytes, len, traces[i], strlen(traces[i])));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/people/finds-and-ranks", test_finds_and_ranks);
	g_test_add_func("/people/counts", test_counts);
	g_test_add_func("/people/filled-from-what-is-there", test_filled_from_what_is_there);
	g_test_add_func("/people/vips-are-marked", test_vips_are_marked);
	g_test_add_func("/people/erased-with-the-account", test_erased_with_the_account);
	return g_test_run();
}
