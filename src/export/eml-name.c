/* File names from templates. A template is checked once and then trusted. */
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "export/eml.h"
#include "mime/mime.h"

#define SUFFIX ".eml"

enum { FIELD_BYTES_MAX = 80 };

typedef struct { char *name, *format; } Field;       /* {name} or {name:format} */

static void field_clear(Field *field)
{
	g_free(field->name);
	g_free(field->format);
}

/* Reads the field at @p, which is a '{'. Returns what follows it; NULL if no '}' does. */
static const char *field_at(const char *p, Field *ret_field)
{
	const char *end = strchr(p, '}'), *colon;

	if (!end)
		return NULL;
	colon = memchr(p, ':', (size_t)(end - p));
	ret_field->name = g_strndup(p + 1, (gsize)((colon ? colon : end) - p - 1));
	ret_field->format = colon ? g_strndup(colon + 1, (gsize)(end - colon - 1)) : NULL;
	return end + 1;
}

/* The name of the first sender, else the address. */
static char *person(const char *list)
{
	g_autoptr(MimeAddress) first = list ? mime_address_first(list) : NULL;

	return first ? g_strdup(first->name ? first->name : first->address) : NULL;
}

static char *date_text(const EmlFacts *facts, const char *format)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(facts->date_ms / 1000);
	g_autoptr(GDateTime) local =
		utc && facts->zone ? g_date_time_to_timezone(utc, facts->zone) : NULL;
	GDateTime *date = local ? local : utc;

	if (!date || facts->date_ms == 0)
		return NULL;
	return g_date_time_format(date, format ? format : "%F");
}

/* NULL: absent. @facts NULL: only asks whether there is such a field, by *ret_known. */
static char *field_value(const Field *field, const EmlFacts *facts, bool *ret_known)
{
	static const EmlFacts nothing = { .id = "" };
	const EmlFacts *f = facts ? facts : &nothing;
	const struct { const char *name, *value;
	} plain[] = {
		{ "subject", f->subject },
		{ "folder", f->folder },
		{ "account", f->account },
		{ "id", f->id },
	};

	*ret_known = true;
	if (strcmp(field->name, "date") == 0)
		return date_text(f, field->format);
	*ret_known = !field->format;
	if (strcmp(field->name, "from") == 0)
		return person(f->from);
	if (strcmp(field->name, "to") == 0)
		return person(f->to);
	for (size_t i = 0; i < G_N_ELEMENTS(plain); i++)
		if (strcmp(field->name, plain[i].name) == 0)
			return g_strdup(plain[i].value);
	*ret_known = false;
	return NULL;
}

static bool check_date_format(const char *format, GError **err)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(0);
	g_autofree char *text = format ? g_date_time_format(date, format) : NULL;

	if (format && !text)
		return fail(err, ERR_USAGE,
		            _("the date format \"%s\" in the name is not one of strftime's"),
		            format);
	return true;
}

static bool check_field(const Field *field, GError **err)
{
	bool is_known;

	g_free(field_value(field, NULL, &is_known));
	if (!is_known)
		return fail(err, ERR_USAGE,
		            _("the name has an unknown field {%s}; there are date, from, to, "
		              "subject, folder, account and id"),
		            field->name);
	return strcmp(field->name, "date") != 0 || check_date_format(field->format, err);
}

bool eml_template_check(const char *name_template, GError **err)
{
	const char *p = name_template;
	bool is_good = true;

	if (!*p)
		return fail(err, ERR_USAGE, _("the name is empty"));
	while (is_good && (p = strchr(p, '{'))) {
		Field field = { 0 };
		if (!(p = field_at(p, &field)))
			return fail(err, ERR_USAGE, _("a field of the name has no closing brace"));
		is_good = check_field(&field, err);
		field_clear(&field);
	}
	return is_good;
}

static void append_field(GString *out, const Field *field, const EmlFacts *facts)
{
	bool is_known;
	g_autofree char *value = field_value(field, facts, &is_known);
	g_autofree char *line = text_one_line(value ? value : "");
	g_autofree char *cut = text_cut(line, FIELD_BYTES_MAX);

	g_string_append(out, *cut ? cut : "-");
}

char *eml_name(const char *name_template, const EmlFacts *facts)
{
	g_autoptr(GString) name = g_string_new(NULL);
	const char *p = name_template;

	while (*p) {
		size_t len = strcspn(p, "{");
		g_string_append_len(name, p, (gssize)len);
		p += len;
		if (!*p)
			break;
		Field field = { 0 };
		const char *next = field_at(p, &field);
		g_assert(next);
		append_field(name, &field, facts);
		field_clear(&field);
		p = next;
	}
	if (g_str_has_suffix(name->str, SUFFIX))
		g_string_truncate(name, name->len - strlen(SUFFIX));
	g_autofree char *stem = text_cut(name->str, LIMIT_FILE_NAME_BYTES - strlen(SUFFIX));
	g_autofree char *whole = g_strconcat(stem, SUFFIX, NULL);
	return text_safe_file_name(whole);
}
