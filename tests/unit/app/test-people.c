#include "app/people.h"
#include "support/tempstore.h"

static void add(TempStore *temp, int64_t sent, const char *server_id, const char *to)
{
	Message *message = temp_message(server_id, temp->clock.now_ms, MESSAGE_READ);

	g_free(message->to);
	message->to = g_strdup(to);
	temp_store_add(temp, sent, message);
}

static void test_lines(void)
{
	static const struct { const char *why, *text, *lines; } rows[] = {
		{ "a name", "hop", "\"Hopper, Grace\" <grace@navy.test>" },
		{ "two", "example", "Bob Barker <bob@example.test>|carol@example.test" },
		{ "the last of several", "x@y.test, gra", "x@y.test, \"Hopper, Grace\" <grace@navy.test>" },
		{ "no blank yet", "x@y.test;gra", "x@y.test; \"Hopper, Grace\" <grace@navy.test>" },
		{ "a comma in quotes", "\"Hopper, Gr", "\"Hopper, Grace\" <grace@navy.test>" },
		{ "a comma in brackets", "Bob <b,bar", "Bob Barker <bob@example.test>" },
		{ "who stands there", "BOB@example.test, example", "BOB@example.test, carol@example.test" },
		{ "nothing typed", "", "\"Hopper, Grace\" <grace@navy.test>|Bob Barker <bob@example.test>|carol@example.test" },
		{ "nothing typed yet of the second", "carol@example.test, bob@example.test, ",
		  "carol@example.test, bob@example.test, \"Hopper, Grace\" <grace@navy.test>" },
		{ "nobody", "zzz", "" },
	};
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t sent = temp_store_folder(&temp, "6", FOLDER_SENT);
	add(&temp, sent, "1", "\"Hopper, Grace\" <grace@navy.test>");
	add(&temp, sent, "2", "grace@navy.test, Bob Barker <bob@example.test>");
	add(&temp, sent, "3", "grace@navy.test, bob@example.test, carol@example.test");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
		people_complete(temp.reader, rows[i].text, lines);
		g_ptr_array_add(lines, NULL);
		g_autofree char *got = g_strjoinv("|", (char **)lines->pdata);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(got, ==, rows[i].lines);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/people/lines", test_lines);
	return g_test_run();
}
