/* A list of people as text, and back. */
#include "model/gal.h"

static GalEntry *person_of(const char *name, const char *address, const char *mobile)
{
	GalEntry *person = gal_entry_new();

	person->name = g_strdup(name);
	person->address = g_strdup(address);
	person->mobile = g_strdup(mobile);
	return person;
}

static void test_round_trip(void)
{
	g_autoptr(GPtrArray) people = g_ptr_array_new_with_free_func((GDestroyNotify)gal_entry_free);

	g_ptr_array_add(people, person_of("Grace \t Hopper", "grace@example.test", "1\n2"));
	g_ptr_array_add(people, person_of(NULL, "Żó@example.test", NULL));
	g_autofree char *text = gal_to_text(people);
	g_autoptr(GPtrArray) back = gal_from_text(text);
	g_assert_cmpuint(back->len, ==, 2);
	const GalEntry *first = back->pdata[0], *second = back->pdata[1];
	g_assert_cmpstr(first->name, ==, "Grace   Hopper");
	g_assert_cmpstr(first->address, ==, "grace@example.test");
	g_assert_cmpstr(first->mobile, ==, "1 2");
	g_assert_null(first->asked);
	g_assert_null(second->name);
	g_assert_cmpstr(second->address, ==, "Żó@example.test");
}

static void test_odd_text(void)
{
	g_autoptr(GPtrArray) none = gal_from_text(""), odd = gal_from_text("a\n\n1\t2\t3\t4\t5\t6\t7\t8\t9\t10\t11");

	g_assert_cmpuint(none->len, ==, 0);
	g_assert_cmpuint(odd->len, ==, 2);
	g_assert_cmpstr(((const GalEntry *)odd->pdata[0])->asked, ==, "a");
	g_assert_cmpstr(((const GalEntry *)odd->pdata[1])->mobile, ==, "9");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/gal/round trip", test_round_trip);
	g_test_add_func("/gal/odd text", test_odd_text);
	return g_test_run();
}
