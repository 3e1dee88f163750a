#include "model/lookup.h"

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

/* ---- what is asked: "after TAB before TAB words" ---- */

void lookup_clear(Lookup *lookup)
{
	g_free(lookup->words);
	*lookup = (Lookup){ 0 };
}

char *lookup_to_text(const Lookup *lookup)
{
	return g_strdup_printf("%" G_GINT64_FORMAT "\t%" G_GINT64_FORMAT "\t%s", lookup->after_ms,
	                       lookup->before_ms, lookup->words ? lookup->words : "");
}

bool lookup_from_text(const char *text, Lookup *ret_lookup, GError **err)
{
	g_auto(GStrv) fields = g_strsplit(text, "\t", 3);
	Lookup lookup = { 0 };

	if (!fields[0] || !fields[1] || !fields[2] ||
	    !text_to_int(fields[0], 0, INT64_MAX, &lookup.after_ms) ||
	    !text_to_int(fields[1], 0, INT64_MAX, &lookup.before_ms))
		return fail(err, ERR_USAGE, _("this search makes no sense"));
	lookup.words = text_one_line(fields[2]);
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

char *found_to_text(const GPtrArray *list)
{
	GString *out = g_string_new(NULL);

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

GPtrArray *found_from_text(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GPtrArray *list = g_ptr_array_new_with_free_func((GDestroyNotify)found_free);

	for (size_t i = 0; lines[i]; i++) {
		g_auto(GStrv) fields = g_strsplit(lines[i], "\t", -1);
		if (g_strv_length(fields) == FIELD_COUNT)
			g_ptr_array_add(list, read_found(fields));
	}
	return list;
}
