#include "model/lookup.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

/* A hundred behind it are still a number for every server. */
enum { FIRST_MAX = 1000000000 };

/* ---- what is asked: "after TAB before TAB first TAB words" ---- */

void lookup_clear(Lookup *lookup)
{
	g_free(lookup->words);
	*lookup = (Lookup){ 0 };
}

char *lookup_to_text(const Lookup *lookup)
{
	return g_strdup_printf("%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT
	                       "\t%s",
	                       lookup->after_ms, lookup->before_ms, lookup->first,
	                       lookup->words ? lookup->words : "");
}

bool lookup_from_text(const char *text, Lookup *ret_lookup, GError **err)
{
	g_auto(GStrv) fields = g_strsplit(text, "\t", 4);
	Lookup lookup = { 0 };

	if (g_strv_length(fields) != 4 ||
	    !text_to_int(fields[0], 0, INT64_MAX, &lookup.after_ms) ||
	    !text_to_int(fields[1], 0, INT64_MAX, &lookup.before_ms) ||
	    !text_to_int(fields[2], 0, FIRST_MAX, &lookup.first))
		return fail(err, ERR_USAGE, _("this search makes no sense"));
	lookup.words = text_one_line(fields[3]);
	if (!*lookup.words) {
		lookup_clear(&lookup);
		return fail(err, ERR_USAGE, _("a search on the server needs words"));
	}
	*ret_lookup = lookup;
	return true;
}

/* ---- what was found: tabs part the fields ---- */

static const size_t texts[] = {
	offsetof(Found, folder_id), offsetof(Found, server_id), offsetof(Found, long_id),
	offsetof(Found, from),      offsetof(Found, to),        offsetof(Found, subject),
	offsetof(Found, preview),
};
enum { RECEIVED = G_N_ELEMENTS(texts), READ, ATTACHMENT, IMPORTANCE, FIELD_COUNT };

static char **text_at(const Found *found, size_t i) { return (char **)((char *)found + texts[i]); }

Found *found_new(void)
{
	Found *found = g_new0(Found, 1);

	found->importance = 1;
	return found;
}

Found *found_copy(const Found *found)
{
	Found *copy = g_memdup2(found, sizeof *found);

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		*text_at(copy, i) = g_strdup(*text_at(found, i));
	return copy;
}

void found_free(Found *found)
{
	if (!found)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(*text_at(found, i));
	g_free(found);
}

static void append(GString *out, const Found *found)
{
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autofree char *text = g_strdup(*text_at(found, i) ? *text_at(found, i) : "");
		g_string_append_printf(out, "%s\t", g_strdelimit(text, "\t\n", ' '));
	}
	g_string_append_printf(out, "%" G_GINT64_FORMAT "\t%d\t%d\t%d\n", found->received_ms,
	                       found->is_read, found->has_attachment, found->importance);
}

char *found_to_text(const GPtrArray *list, int64_t total)
{
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, "%" G_GINT64_FORMAT "\n", total);
	for (guint i = 0; i < list->len; i++)
		append(out, g_ptr_array_index(list, i));
	return g_string_free(out, FALSE);
}

static Found *read_found(char **fields)
{
	Found *found = found_new();
	int64_t number = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		*text_at(found, i) = *fields[i] ? g_strdup(fields[i]) : NULL;
	text_to_int(fields[RECEIVED], 0, INT64_MAX, &found->received_ms);
	found->is_read = *fields[READ] == '1';
	found->has_attachment = *fields[ATTACHMENT] == '1';
	if (text_to_int(fields[IMPORTANCE], 0, 2, &number))
		found->importance = (int)number;
	return found;
}

GPtrArray *found_from_text(const char *text, int64_t *ret_total)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	int64_t total = 0;
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)found_free);

	for (size_t i = 0; lines[i]; i++) {
		g_auto(GStrv) fields = g_strsplit(lines[i], "\t", -1);
		if (g_strv_length(fields) == FIELD_COUNT)
			g_ptr_array_add(list, read_found(fields));
	}
	text_to_int(lines[0], 0, INT64_MAX, &total);
	if (ret_total)
		*ret_total = MAX(total, (int64_t)list->len);
	return list;
}
