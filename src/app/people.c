#include "app/people.h"

#include <string.h>

#include "mime/mime.h"
#include "mime/recipients.h"
#include "store/people.h"

enum { CANDIDATES_MAX = 20 };

/* Where the last entry begins: behind the last separator that is not inside quotes or brackets. */
static const char *last_entry(const char *text)
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
	return entry;
}

static bool stands_in(const GPtrArray *addresses, const Person *person)
{
	for (guint i = 0; i < addresses->len; i++) {
		const MimeAddress *there = addresses->pdata[i];
		if (mime_recipient_equal(there->address, person->address))
			return true;
	}
	return false;
}

static char *line_with(const char *before, const Person *person)
{
	g_autoptr(GPtrArray) one = g_ptr_array_new();
	MimeAddress address = { person->name, person->address };
	bool needs_blank = *before && !g_str_has_suffix(before, " ");

	g_ptr_array_add(one, &address);
	g_autofree char *entry = mime_addresses_format(one);
	return g_strconcat(before, needs_blank ? " " : "", entry, NULL);
}

void people_complete(StoreReader *reader, const char *text, GPtrArray *lines)
{
	const char *entry = last_entry(text);
	g_autofree char *before = g_strndup(text, (gsize)(entry + strspn(entry, " \t") - text));
	g_autoptr(GPtrArray) there = mime_addresses(before), people = NULL;

	if (!store_read_people(reader, entry, CANDIDATES_MAX + there->len, &people, NULL))
		return;
	for (guint i = 0, count = 0; i < people->len && count < CANDIDATES_MAX; i++) {
		const Person *person = people->pdata[i];
		if (stands_in(there, person))
			continue;
		g_ptr_array_add(lines, line_with(before, person));
		count++;
	}
}
