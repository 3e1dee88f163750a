#include "model/gal.h"

#include <string.h>

#include "base/text.h"

static const size_t fields[] = {
	offsetof(GalEntry, asked),   offsetof(GalEntry, name),   offsetof(GalEntry, address),
	offsetof(GalEntry, alias),   offsetof(GalEntry, title),  offsetof(GalEntry, company),
	offsetof(GalEntry, office),  offsetof(GalEntry, phone),  offsetof(GalEntry, mobile),
	offsetof(GalEntry, certificates), offsetof(GalEntry, busy),
};
enum { FIELDS_ALWAYS = 9 };

static char **field(const GalEntry *person, size_t i)
{
	return (char **)((char *)person + fields[i]);
}

GalEntry *gal_entry_new(void) { return g_new0(GalEntry, 1); }

void gal_entry_free(GalEntry *person)
{
	if (!person)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		g_free(*field(person, i));
	g_free(person);
}

/* Tabs part the fields; the last ones stand only where they were asked for. */
static void append(GString *out, const GalEntry *person)
{
	size_t count = G_N_ELEMENTS(fields);

	while (count > FIELDS_ALWAYS && !*field(person, count - 1))
		count--;
	for (size_t i = 0; i < count; i++) {
		g_autofree char *text = g_strdup(*field(person, i) ? *field(person, i) : "");
		g_string_append_printf(out, "%s%s", i ? "\t" : "", g_strdelimit(text, "\t\n", ' '));
	}
	g_string_append_c(out, '\n');
}

char *gal_to_text(const GPtrArray *people)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < people->len; i++)
		append(out, g_ptr_array_index(people, i));
	return g_string_free(out, FALSE);
}

static GalEntry *read_person(const char *line)
{
	g_auto(GStrv) texts = g_strsplit(line, "\t", -1);
	GalEntry *person = gal_entry_new();

	for (size_t i = 0; i < G_N_ELEMENTS(fields) && texts[i]; i++)
		*field(person, i) = *texts[i] ? g_strdup(texts[i]) : NULL;
	return person;
}

GPtrArray *gal_from_text(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GPtrArray *people = g_ptr_array_new_with_free_func((GDestroyNotify)gal_entry_free);

	for (size_t i = 0; lines[i]; i++)
		if (*lines[i])
			g_ptr_array_add(people, read_person(lines[i]));
	return people;
}

GPtrArray *gal_from_bytes(GBytes *bytes)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	g_autofree char *text = g_strndup(data ? data : "", len);

	return gal_from_text(text);
}

char *gal_busy_query(int64_t start_ms, int64_t end_ms, const char *newline_list)
{
	return g_strdup_printf("%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\n%s", start_ms, end_ms,
	                       newline_list);
}

bool gal_busy_query_read(const char *text, int64_t *ret_start_ms, int64_t *ret_end_ms,
                         const char **ret_names)
{
	const char *names = strchr(text, '\n');
	g_autofree char *head = names ? g_strndup(text, (gsize)(names - text)) : g_strdup("");
	g_auto(GStrv) times = g_strsplit(head, "\t", 2);
	int64_t start_ms, end_ms;

	if (!times[0] || !text_to_int(times[0], INT64_MIN, INT64_MAX, &start_ms) ||
	    !text_to_int(times[1], INT64_MIN, INT64_MAX, &end_ms))
		return false;
	*ret_start_ms = start_ms;
	*ret_end_ms = end_ms;
	*ret_names = names + 1;
	return true;
}
