#include "app/people.h"
#include "model/gal.h"
#include "support/budget.h"
#include "support/tempstore.h"

static void add(TempStore *temp, int64_t sent, const char *server_id, const char *to)
{
	Message *message = temp_message(server_id, temp->clock.now_ms, MESSAGE_READ);

	g_free(message->to);
	message->to = g_strdup(to);
	temp_store_add(temp, sent, message);
}

static char *lines_of(const char *text, const GPtrArray *offers)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < offers->len; i++)
		g_ptr_array_add(lines, people_line(text, offers->pdata[i]));
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("|", (char **)lines->pdata);
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
		{ "a part of another address", "xbob@example.test, example",
		  "xbob@example.test, Bob Barker <bob@example.test>|xbob@example.test, carol@example.test" },
	};
	g_auto(TempStore) temp;

	temp_store_init(&temp);
	int64_t sent = temp_store_folder(&temp, "6", FOLDER_SENT);
	add(&temp, sent, "1", "\"Hopper, Grace\" <grace@navy.test>");
	add(&temp, sent, "2", "grace@navy.test, Bob Barker <bob@example.test>");
	add(&temp, sent, "3", "grace@navy.test, bob@example.test, carol@example.test");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) offers = people_offers_new();
		people_complete(temp.reader, rows[i].text, offers);
		g_autofree char *got = lines_of(rows[i].text, offers);
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(got, ==, rows[i].lines);
	}
}

/* Behind those that are known here, and nobody twice. */
static void test_directory(void)
{
	static const struct { const char *why, *text, *details; } rows[] = {
		{ "behind the others", "gra", "-|Rear Admiral, Arlington 1, Example Ltd|" },
		{ "who stands there", "g@b.test, GRACE.KELLY@example.test; gra", "-|Rear Admiral, Arlington 1, Example Ltd" },
	};
	g_autoptr(GPtrArray) found = gal_from_text("\tGrace Kelly\tgrace.kelly@example.test\tgkelly\n"
	                                           "\tAnother name\tGRACE@navy.test\n"
	                                           "\tNo address\tEX:/o=Example\n"
	                                           "\tGrace Hopper\tgrace.hopper@example.test\tghopper\t"
	                                           "Rear Admiral\tExample Ltd\tArlington 1\n");

	g_ptr_array_insert(found, 0, g_ptr_array_steal_index(found, 3));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) offers = people_offers_new();
		g_autoptr(GString) details = g_string_new(NULL);
		PeopleOffer *known = g_new0(PeopleOffer, 1);
		known->address = g_strdup("grace@navy.test");
		g_ptr_array_add(offers, known);
		people_complete_gal(found, rows[i].text, offers);
		for (guint j = 0; j < offers->len; j++) {
			const PeopleOffer *offer = offers->pdata[j];
			g_assert_cmpint(offer->is_of_directory, ==, j > 0);
			g_string_append_printf(details, "%s%s", j ? "|" : "", offer->detail ? offer->detail : "-");
		}
		g_test_message("%s", rows[i].why);
		g_assert_cmpstr(details->str, ==, rows[i].details);
	}
}

/* Behind ten thousand pasted addresses a letter costs what it costs elsewhere. */
static void test_long_list(void)
{
	g_auto(TempStore) temp;
	g_autoptr(GString) text = g_string_new(NULL);

	temp_store_init(&temp);
	int64_t sent = temp_store_folder(&temp, "6", FOLDER_SENT);
	add(&temp, sent, "1", "\"Hopper, Grace\" <grace@navy.test>");
	for (int i = 0; i < 10000; i++)
		g_string_append_printf(text, "person%d@example.test, ", i);
	g_string_append(text, "hop");
	gint64 begin = budget_cpu_us();
	for (int i = 0; i < 10; i++) {
		g_autoptr(GPtrArray) offers = people_offers_new();
		people_complete(temp.reader, text->str, offers);
		g_assert_cmpuint(offers->len, ==, 1);
	}
	budget_assert_kept(begin);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/people/lines", test_lines);
	g_test_add_func("/people/directory", test_directory);
	g_test_add_func("/people/long-list", test_long_list);
	return g_test_run();
}
