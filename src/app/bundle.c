#include "app/bundle.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/text.h"

enum { FILE_MAX_BYTES = 4 << 20, BASE64_LINE = 76 };

static const char FIRST_LINE[] = "postern-config 1";

/* Where files may stand, beside `keys`, and how their names end. */
static const struct { const char *dir, *ending; } places[] = {
	{ "themes", ".conf" },
	{ "signatures", "" },
	{ "replies", ".txt" },
};

typedef struct { SettingId id; char *value; } BundleSetting;
typedef struct { char *name; GByteArray *content; bool is_base64; } BundleFile;

struct Bundle {
	GPtrArray *settings;     /* of BundleSetting */
	GPtrArray *files;        /* of BundleFile */
};

/* ---- out ---- */

static bool is_text(GBytes *content)
{
	gsize len;
	const char *data = g_bytes_get_data(content, &len);

	return len == 0 || (g_utf8_validate_len(data, len, NULL) && data[len - 1] == '\n' &&
	                    !memchr(data, '\r', len));
}

static void append_base64(GString *out, GBytes *content)
{
	gsize len;
	const void *data = g_bytes_get_data(content, &len);
	g_autofree char *encoded = g_base64_encode(data, len);

	for (const char *p = encoded; *p; p += strnlen(p, BASE64_LINE))
		g_string_append_printf(out, " %.*s\n", BASE64_LINE, p);
}

static void append_lines(GString *out, GBytes *content)
{
	gsize len;
	const char *data = g_bytes_get_data(content, &len);

	for (const char *p = data; p && p < data + len;) {
		const char *end = memchr(p, '\n', (size_t)(data + len - p));
		g_string_append_c(out, ' ');
		g_string_append_len(out, p, end + 1 - p);
		p = end + 1;
	}
}

static bool append_file(GString *out, const Paths *paths, const char *name, GError **err)
{
	g_autofree char *path = g_build_filename(paths->config_dir, name, NULL);
	g_autoptr(GError) why = NULL;
	g_autoptr(GBytes) content = file_read(path, FILE_MAX_BYTES, &why);

	if (!content && error_is(why, ERR_NOT_FOUND))
		return true;
	if (!content) {
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	g_string_append_printf(out, "file %s%s\n", name, is_text(content) ? "" : " base64");
	(is_text(content) ? append_lines : append_base64)(out, content);
	return true;
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Files whose name is none of ours stay where they are. */
static bool append_dir(GString *out, const Paths *paths, const char *dir_name, const char *ending,
                       GError **err)
{
	g_autofree char *path = g_build_filename(paths->config_dir, dir_name, NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

	for (const char *file; dir && (file = g_dir_read_name(dir));) {
		g_autofree char *safe = text_safe_file_name(file);
		g_autofree char *whole = g_build_filename(path, file, NULL);
		if (strcmp(safe, file) == 0 && g_str_has_suffix(file, ending) &&
		    g_file_test(whole, G_FILE_TEST_IS_REGULAR))
			g_ptr_array_add(names, g_strconcat(dir_name, "/", file, NULL));
	}
	g_ptr_array_sort(names, by_name);
	for (guint i = 0; i < names->len; i++)
		if (!append_file(out, paths, g_ptr_array_index(names, i), err))
			return false;
	return true;
}

static void append_settings(GString *out, const Settings *settings)
{
	for (int i = 0; i < SETTING_COUNT; i++) {
		const Option *option = setting_option((SettingId)i);
		const char   *value = settings_text(settings, (SettingId)i);
		g_autofree char *name = option_full_name(option);
		if (!option->is_of_machine && strcmp(value, option->default_value) != 0)
			g_string_append_printf(out, "set %s = %s\n", name, value);
	}
}

char *bundle_export(const Paths *paths, const Settings *settings, GError **err)
{
	g_autoptr(GString) out = g_string_new(NULL);

	g_string_append_printf(out, "%s\n", FIRST_LINE);
	append_settings(out, settings);
	if (!append_file(out, paths, "keys", err) || !append_file(out, paths, "searches", err))
		return NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
		if (!append_dir(out, paths, places[i].dir, places[i].ending, err))
			return NULL;
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* ---- in ---- */

static void setting_free(BundleSetting *setting)
{
	g_free(setting->value);
	g_free(setting);
}

static void bundle_file_free(BundleFile *file)
{
	g_free(file->name);
	g_byte_array_unref(file->content);
	g_free(file);
}

void bundle_free(Bundle *bundle)
{
	if (!bundle)
		return;
	g_ptr_array_unref(bundle->settings);
	g_ptr_array_unref(bundle->files);
	g_free(bundle);
}

static bool take_setting(Bundle *bundle, const char *text, GError **err)
{
	g_auto(GStrv) sides = g_strsplit(text, "=", 2);
	SettingId id;

	if (g_strv_length(sides) != 2)
		return fail(err, ERR_CONFIG, _("a setting is “set NAME = VALUE”"));
	if (!setting_find(g_strstrip(sides[0]), &id, err) ||
	    !option_check(setting_option(id), g_strstrip(sides[1]), err))
		return false;
	BundleSetting *setting = g_new0(BundleSetting, 1);
	*setting = (BundleSetting){ id, g_strdup(sides[1]) };
	g_ptr_array_add(bundle->settings, setting);
	return true;
}

static bool is_name_of_ours(const char *name)
{
	const char *slash = strchr(name, '/');

	if (!slash)
		return strcmp(name, "keys") == 0 || strcmp(name, "searches") == 0;
	g_autofree char *safe = text_safe_file_name(slash + 1);
	for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
		if (strlen(places[i].dir) == (size_t)(slash - name) &&
		    g_str_has_prefix(name, places[i].dir) &&
		    g_str_has_suffix(name, places[i].ending))
			return strcmp(safe, slash + 1) == 0;
	return false;
}

static bool take_file(Bundle *bundle, const char *text, GError **err)
{
	bool is_base64 = g_str_has_suffix(text, " base64");
	g_autofree char *name = g_strndup(text, strlen(text) - (is_base64 ? strlen(" base64") : 0));
	g_autofree char *shown = text_visible(name);

	if (!is_name_of_ours(name))
		return fail(err, ERR_CONFIG, _("“%s” does not belong into a configuration"), shown);
	BundleFile *file = g_new0(BundleFile, 1);
	*file = (BundleFile){ g_steal_pointer(&name), g_byte_array_new(), is_base64 };
	g_ptr_array_add(bundle->files, file);
	return true;
}

static bool take_content(Bundle *bundle, const char *text, GError **err)
{
	BundleFile *file = bundle->files->len
	                           ? g_ptr_array_index(bundle->files, bundle->files->len - 1)
	                           : NULL;

	if (!file)
		return fail(err, ERR_CONFIG, _("a line of a file stands before the first file"));
	g_byte_array_append(file->content, (const guint8 *)text, (guint)strlen(text));
	if (!file->is_base64)
		g_byte_array_append(file->content, (const guint8 *)"\n", 1);
	return true;
}

static bool take_line(Bundle *bundle, const char *line, GError **err)
{
	if (*line == ' ')
		return take_content(bundle, line + 1, err);
	if (g_str_has_prefix(line, "set "))
		return take_setting(bundle, line + 4, err);
	if (g_str_has_prefix(line, "file "))
		return take_file(bundle, line + 5, err);
	return !*line || *line == '#' ||
	       fail(err, ERR_CONFIG, _("a line begins with “set”, “file” or a blank"));
}

static void decode(BundleFile *file)
{
	gsize len;

	if (!file->is_base64)
		return;
	g_byte_array_append(file->content, (const guint8 *)"", 1);
	guchar *bytes = g_base64_decode((const char *)file->content->data, &len);
	g_byte_array_set_size(file->content, 0);
	g_byte_array_append(file->content, bytes, (guint)len);
	g_free(bytes);
}

static Bundle *bundle_new(void)
{
	Bundle *bundle = g_new0(Bundle, 1);

	bundle->settings = g_ptr_array_new_with_free_func((GDestroyNotify)setting_free);
	bundle->files = g_ptr_array_new_with_free_func((GDestroyNotify)bundle_file_free);
	return bundle;
}

Bundle *bundle_parse(const char *text, size_t len, GError **err)
{
	g_autoptr(Bundle) bundle = bundle_new();
	g_autofree char *copy = g_utf8_validate_len(text, len, NULL) ? g_strndup(text, len) : NULL;
	g_auto(GStrv) lines = copy ? g_strsplit(copy, "\n", -1) : NULL;

	if (!lines || !lines[0] || strcmp(g_strchomp(lines[0]), FIRST_LINE) != 0)
		return fail_null(err, ERR_CONFIG,
		                 _("this is no configuration of Postern: it does not begin with “%s”"),
		                 FIRST_LINE);
	for (unsigned i = 1; lines[i]; i++) {
		g_autoptr(GError) why = NULL;
		char *cr = strrchr(lines[i], '\r');
		if (cr && !cr[1])
			*cr = '\0';
		if (!take_line(bundle, lines[i], &why))
			return fail_null(err, ERR_CONFIG, _("line %u: %s"), i + 1, why->message);
	}
	for (guint i = 0; i < bundle->files->len; i++)
		decode(g_ptr_array_index(bundle->files, i));
	return g_steal_pointer(&bundle);
}

BundleCount bundle_count(const Bundle *bundle)
{
	return (BundleCount){ bundle->settings->len, bundle->files->len };
}

static bool is_same(const char *path, const BundleFile *file)
{
	g_autoptr(GBytes) now = file_read(path, FILE_MAX_BYTES, NULL);

	return now && g_bytes_get_size(now) == file->content->len &&
	       (file->content->len == 0 ||
	        memcmp(g_bytes_get_data(now, NULL), file->content->data, file->content->len) == 0);
}

static bool check_files(const Bundle *bundle, const Paths *paths, GError **err)
{
	for (guint i = 0; i < bundle->files->len; i++) {
		const BundleFile *file = g_ptr_array_index(bundle->files, i);
		g_autofree char *path = g_build_filename(paths->config_dir, file->name, NULL);
		if (g_file_test(path, G_FILE_TEST_EXISTS) && !is_same(path, file))
			return fail(err, ERR_EXISTS,
			            _("%s is there and says something else; --replace writes over it"),
			            path);
	}
	return true;
}

static bool write_file(const Paths *paths, const BundleFile *file, GError **err)
{
	g_autofree char *path = g_build_filename(paths->config_dir, file->name, NULL);
	g_autofree char *dir = g_path_get_dirname(path);

	return file_ensure_dir(dir, err) &&
	       file_write_atomic(path, file->content->data, file->content->len, err);
}

bool bundle_import(const Bundle *bundle, const Paths *paths, bool replaces, GError **err)
{
	if (!replaces && !check_files(bundle, paths, err))
		return false;
	for (guint i = 0; i < bundle->files->len; i++)
		if (!write_file(paths, g_ptr_array_index(bundle->files, i), err))
			return false;
	for (guint i = 0; i < bundle->settings->len; i++) {
		const BundleSetting *setting = g_ptr_array_index(bundle->settings, i);
		if (!settings_write(paths, setting->id, setting->value, err))
			return false;
	}
	return true;
}
