#include "app/ini.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

static void line_free(IniLine *line)
{
	g_free(line->section);
	g_free(line->key);
	g_free(line->value);
	g_free(line->raw);
	g_free(line);
}

static IniLine *line_new(const char *section, const char *key, const char *value, char *raw)
{
	IniLine *line = g_new0(IniLine, 1);

	line->section = g_strdup(section);
	line->key = g_strdup(key);
	line->value = g_strdup(value);
	line->raw = raw;
	return line;
}

static IniFile *ini_new(const char *path)
{
	IniFile *ini = g_new0(IniFile, 1);

	ini->path = g_strdup(path);
	ini->lines = g_ptr_array_new_with_free_func((GDestroyNotify)line_free);
	return ini;
}

void ini_free(IniFile *ini)
{
	if (!ini)
		return;
	g_free(ini->path);
	g_ptr_array_unref(ini->lines);
	g_free(ini);
}

static bool fail_at(const IniFile *ini, const char *why, GError **err)
{
	return fail(err, ERR_CONFIG, _("%s, line %u: %s"), ini->path, ini->lines->len + 1, why);
}

static int find(const IniFile *ini, const char *section, const char *key)
{
	for (guint i = 0; i < ini->lines->len; i++) {
		const IniLine *line = g_ptr_array_index(ini->lines, i);
		if (line->key && strcmp(line->key, key) == 0 && strcmp(line->section, section) == 0)
			return (int)i;
	}
	return -1;
}

static bool is_name(const char *text)
{
	return *text &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") ==
	               strlen(text);
}

static bool has_control(const char *text)
{
	for (const char *p = text; *p; p = g_utf8_next_char(p))
		if (*p != '\t' && text_is_control(g_utf8_get_char(p)))
			return true;
	return false;
}

static bool take_section(IniFile *ini, const char *raw, char *line, char **section, GError **err)
{
	size_t len = strlen(line);

	if (line[len - 1] != ']')
		return fail_at(ini, _("a section ends with ]"), err);
	line[len - 1] = '\0';
	const char *name = g_strstrip(line + 1);
	if (!is_name(name))
		return fail_at(ini, _("a section's name has letters, digits, _, - and ."), err);
	g_free(*section);
	*section = g_strdup(name);
	g_ptr_array_add(ini->lines, line_new(*section, NULL, NULL, g_strdup(raw)));
	return true;
}

static bool take_entry(IniFile *ini, const char *raw, char *line, const char *section, GError **err)
{
	char *equals = strchr(line, '=');

	if (!equals)
		return fail_at(ini, _("this is neither “[section]” nor “key = value”"), err);
	*equals = '\0';
	const char *key = g_strstrip(line), *value = g_strstrip(equals + 1);
	if (!is_name(key))
		return fail_at(ini, _("a key has letters, digits, _, - and ."), err);
	int earlier = find(ini, section, key);
	if (earlier >= 0) {
		g_autofree char *why =
			g_strdup_printf(_("“%s” is set already in line %d"), key, earlier + 1);
		return fail_at(ini, why, err);
	}
	g_ptr_array_add(ini->lines, line_new(section, key, value, g_strdup(raw)));
	return true;
}

static bool take_line(IniFile *ini, const char *raw, char **section, GError **err)
{
	g_autofree char *copy = g_strdup(raw);
	char *line = g_strstrip(copy);

	if (has_control(line))
		return fail_at(ini, _("there is a control character"), err);
	if (*line == '[')
		return take_section(ini, raw, line, section, err);
	if (*line && !strchr("#;", *line))
		return take_entry(ini, raw, line, *section, err);
	g_ptr_array_add(ini->lines, line_new(*section, NULL, NULL, g_strdup(raw)));
	return true;
}

IniFile *ini_parse(const char *path, const char *text, size_t len, GError **err)
{
	g_autoptr(IniFile) ini = ini_new(path);
	g_autofree char *section = g_strdup("");
	const char *end = text + len;

	for (const char *p = text; p < end;) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		const char *next = stop ? stop + 1 : end;
		if (!stop)
			stop = end;
		if (stop > p && stop[-1] == '\r')
			stop--;
		if (!g_utf8_validate_len(p, (gsize)(stop - p), NULL)) {
			fail_at(ini, _("this is not UTF-8"), err);
			return NULL;
		}
		g_autofree char *raw = g_strndup(p, (gsize)(stop - p));
		if (!take_line(ini, raw, &section, err))
			return NULL;
		p = next;
	}
	return g_steal_pointer(&ini);
}

IniFile *ini_read(const char *path, GError **err)
{
	g_autoptr(GBytes) content = file_read_trusted(path, LIMIT_CONFIG_BYTES, err);

	if (!content)
		return NULL;
	gsize len;
	const char *text = g_bytes_get_data(content, &len);
	return ini_parse(path, text ? text : "", len, err);
}

const char *ini_get(const IniFile *ini, const char *section, const char *key)
{
	int at = find(ini, section, key);

	return at < 0 ? NULL : ((IniLine *)g_ptr_array_index(ini->lines, (guint)at))->value;
}

/* Where a new line of @section belongs: behind its last line that is not blank. -1: there is no
 * such section. */
static int end_of_section(const IniFile *ini, const char *section)
{
	int end = *section ? -1 : 0;

	for (guint i = 0; i < ini->lines->len; i++) {
		const IniLine *line = g_ptr_array_index(ini->lines, i);
		if (strcmp(line->section, section) == 0 && *line->raw)
			end = (int)i + 1;
	}
	return end;
}

void ini_set(IniFile *ini, const char *section, const char *key, const char *value)
{
	char *raw = g_strdup_printf("%s = %s", key, value);
	int at = find(ini, section, key);

	if (at >= 0) {
		g_ptr_array_remove_index(ini->lines, (guint)at);
	} else if ((at = end_of_section(ini, section)) < 0) {
		if (ini->lines->len)
			g_ptr_array_add(ini->lines, line_new(section, NULL, NULL, g_strdup("")));
		g_ptr_array_add(ini->lines,
		                line_new(section, NULL, NULL, g_strdup_printf("[%s]", section)));
		at = (int)ini->lines->len;
	}
	g_ptr_array_insert(ini->lines, at, line_new(section, key, value, raw));
}

bool ini_unset(IniFile *ini, const char *section, const char *key)
{
	int at = find(ini, section, key);

	if (at < 0)
		return false;
	g_ptr_array_remove_index(ini->lines, (guint)at);
	return true;
}

bool ini_write(const IniFile *ini, GError **err)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *dir = g_path_get_dirname(ini->path);

	for (guint i = 0; i < ini->lines->len; i++)
		g_string_append_printf(text, "%s\n",
		                       ((IniLine *)g_ptr_array_index(ini->lines, i))->raw);
	return file_ensure_dir(dir, err) && file_write_atomic(ini->path, text->str, text->len, err);
}
