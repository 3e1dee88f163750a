#include "exsim/directory.h"

#include <string.h>

#include "base/text.h"

static const Entry entries[] = {
	{ "Grace Hopper", "grace.hopper@" WORLD_DOMAIN, "ghopper", "Rear Admiral", "Example Ltd", "Arlington 1", "+1 555 0100", "+1 555 0199" },
	{ "Grace Kelly", "grace.kelly@" WORLD_DOMAIN, "gkelly", "Princess", "Example Ltd", NULL, "+377 555 1", NULL },
	{ "Jürgen Groß", "juergen.gross@" WORLD_DOMAIN, "jgross", "Einkauf & Logistik", "Beispiel GmbH", "Köln 3.14", NULL, NULL },
	{ "Łukasz Żółw", "lukasz.zolw@" WORLD_DOMAIN, "lzolw", NULL, "Przykład S.A.", NULL, NULL, NULL },
	{ "Printer, 3rd floor", "printer3@" WORLD_DOMAIN, "printer3", NULL, NULL, "3rd floor", NULL, NULL },
	{ "No Address", NULL, "nobody", NULL, NULL, NULL, NULL, NULL },
};

static bool any_word_begins(const char *text, const char *query)
{
	for (const char *p = text; p && *p; p++)
		if ((p == text || p[-1] == ' ') && text_has_prefix_ascii_case(p, query))
			return true;
	return false;
}

static bool fits(const Entry *entry, const char *query)
{
	return any_word_begins(entry->name, query) || any_word_begins(entry->address, query) || any_word_begins(entry->alias, query);
}

static void consider(GPtrArray *found, const Entry *entry, const char *query)
{
	if (fits(entry, query))
		g_ptr_array_add(found, g_memdup2(entry, sizeof *entry));
}

GPtrArray *directory_search(const World *world, const char *query)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < world->users->len; i++) {
		const User *user = g_ptr_array_index(world->users, i);
		consider(found, &(Entry){ .name = user->display_name, .address = user->email, .alias = user->name }, query);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(entries); i++)
		consider(found, &entries[i], query);
	return found;
}
