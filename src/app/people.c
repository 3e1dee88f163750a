#include "app/people.h"

#include <string.h>

#include "base/text.h"
#include "mime/mime.h"
#include "mime/recipients.h"
#include "model/gal.h"
#include "store/people.h"

enum { OFFERS_MAX = 20, CANDIDATES_MAX = 200 };

void people_offer_free(PeopleOffer *offer)
{
	if (!offer)
		return;
	g_free(offer->name);
	g_free(offer->address);
	g_free(offer->detail);
	g_free(offer);
}

GPtrArray *people_offers_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)people_offer_free);
}

/* ---- where the entry is ---- */

const char *people_entry(const char *text)
{
	const char *entry = text;
	bool is_quoted = false, is_in_angles = false;

	for (const char *at = text; *at; at++) {
		if (is_quoted && *at == '\\' && at[1])
			at++;
		else if (*at == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && (*at == '<' || *at == '>'))
			is_in_angles = *at == '<';
		else if (!is_quoted && !is_in_angles && strchr(",;\n", *at))
			entry = at + 1;
	}
	return entry + strspn(entry, " \t");
}

static char *text_before_entry(const char *text)
{
	return g_strndup(text, (gsize)(people_entry(text) - text));
}

char *people_line(const char *text, const PeopleOffer *offer)
{
	g_autofree char *before = text_before_entry(text);
	g_autofree char *entry = people_entry_of(offer);
	bool needs_blank = *before && !g_str_has_suffix(before, " ");

	return g_strconcat(before, needs_blank ? " " : "", entry, NULL);
}

char *people_entry_of(const PeopleOffer *offer)
{
	g_autoptr(GPtrArray) one = g_ptr_array_new();
	MimeAddress address = { offer->name, offer->address };

	g_ptr_array_add(one, &address);
	return mime_addresses_format(one);
}

/* ---- who is offered ---- */

static bool is_part_of_address(char c) { return g_ascii_isalnum(c) || (c && strchr("._%+-@", c)); }

/* Looked for as text, for the list may hold thousands. Both are in lower case. */
static bool has_address(const char *list, const char *address)
{
	size_t len = strlen(address);

	for (const char *at = list; (at = strstr(at, address)); at += len)
		if ((at == list || !is_part_of_address(at[-1])) && !is_part_of_address(at[len]))
			return true;
	return false;
}

/* A domain may be written in either of its forms. */
static bool stands_in(const char *before, const char *address)
{
	g_autofree char *key = mime_recipient_key(address), *lower = text_lower_ascii(address);

	return *before && (has_address(before, key) || has_address(before, lower));
}

static bool is_offered(const GPtrArray *offers, const char *address)
{
	for (guint i = 0; i < offers->len; i++)
		if (mime_recipient_equal(((PeopleOffer *)offers->pdata[i])->address, address))
			return true;
	return false;
}

static PeopleOffer *add_offer(GPtrArray *offers, const char *name, const char *address)
{
	PeopleOffer *offer = g_new0(PeopleOffer, 1);

	offer->name = g_strdup(name);
	offer->address = g_strdup(address);
	g_ptr_array_add(offers, offer);
	return offer;
}

void people_complete(StoreReader *reader, const char *text, GPtrArray *offers)
{
	g_autofree char *typed_before = text_before_entry(text);
	g_autofree char *before = text_lower_ascii(typed_before);
	g_autoptr(GPtrArray) people = NULL;

	if (!store_read_people(reader, people_entry(text), CANDIDATES_MAX, &people, NULL))
		return;
	for (guint i = 0; i < people->len && offers->len < OFFERS_MAX; i++) {
		const Person *person = people->pdata[i];
		if (!stands_in(before, person->address))
			add_offer(offers, person->name, person->address);
	}
}

/* What tells two of the same name apart. */
static char *detail_of(const GalEntry *person)
{
	const char *facts[] = { person->title, person->office, person->company };
	GString *detail = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(facts); i++)
		if (facts[i] && *facts[i])
			g_string_append_printf(detail, "%s%s", detail->len ? ", " : "", facts[i]);
	return g_string_free(detail, FALSE);
}

void people_complete_gal(const GPtrArray *found, const char *text, GPtrArray *offers)
{
	g_autofree char *typed_before = text_before_entry(text);
	g_autofree char *before = text_lower_ascii(typed_before);

	for (guint i = 0; i < found->len; i++) {
		const GalEntry *person = found->pdata[i];
		if (!mime_recipient_check(person->address, NULL) ||
		    is_offered(offers, person->address) || stands_in(before, person->address))
			continue;
		PeopleOffer *offer = add_offer(offers, person->name, person->address);
		offer->detail = detail_of(person);
		offer->is_of_directory = true;
	}
}
