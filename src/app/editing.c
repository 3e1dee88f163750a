#include "app/editing.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/process.h"
#include "base/text.h"

/* Between the two is the id. The ending tells editors what is a mail. */
static const struct { const char *prefix, *ending; } files[EDITING_KIND_COUNT] = {
	[EDITING_DRAFT] = { "draft-", ".eml" },
	[EDITING_OOF_INSIDE] = { "oof-inside-", ".txt" },
	[EDITING_OOF_OUTSIDE] = { "oof-outside-", ".txt" },
};

enum { TEXT_MAX_BYTES = 16 << 20 };

static char *editing_dir(const Paths *paths)
{
	return g_build_filename(paths->runtime_dir, "editing", NULL);
}

static char *editing_path(const Paths *paths, const EditingOwner *owner)
{
	g_autofree char *dir = editing_dir(paths);
	g_autofree char *name =
		g_strdup_printf("%s%" G_GINT64_FORMAT "%s", files[owner->kind].prefix, owner->id,
	                        files[owner->kind].ending);

	return g_build_filename(dir, name, NULL);
}

bool editing_command(const char *setting, char ***ret_argv, GError **err)
{
	const char *candidates[] = { setting, g_getenv("VISUAL"), g_getenv("EDITOR") };

	for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++) {
		if (!candidates[i] || !*candidates[i])
			continue;
		*ret_argv = NULL;
		return strcmp(candidates[i], "builtin") == 0 ||
		       (*ret_argv = process_split(candidates[i], err)) != NULL;
	}
	*ret_argv = NULL;
	return true;
}

/* ---- one run ---- */

static char **with_path(char *const *argv, const char *path)
{
	GPtrArray *all = g_ptr_array_new();

	for (size_t i = 0; argv[i]; i++)
		g_ptr_array_add(all, g_strdup(argv[i]));
	g_ptr_array_add(all, g_strdup(path));
	g_ptr_array_add(all, NULL);
	return (char **)g_ptr_array_free(all, FALSE);
}

static char *read_text(const char *path, GError **err)
{
	g_autoptr(GBytes) bytes = file_read(path, TEXT_MAX_BYTES, err);

	return bytes ? text_to_utf8(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes)) : NULL;
}

static char *warning_of(const char *editor, int code)
{
	return code == 0 ? NULL
	                 : g_strdup_printf(_("%s ended with %d; what it had saved is here"), editor,
	                                   code);
}

bool editing_run(const Paths *paths, char *const *argv, const EditingOwner *owner, const char *text,
                 char **ret_text, char **ret_warning, GError **err)
{
	g_autofree char *dir = editing_dir(paths), *path = editing_path(paths, owner);
	g_auto(GStrv) command = with_path(argv, path);
	int code;

	if (!file_ensure_dir(dir, err) || !file_write_atomic(path, text, strlen(text), err))
		return false;
	if (!process_run_on_terminal(command, &code, err)) {
		g_unlink(path);
		return false;
	}
	char *edited = read_text(path, err);
	if (!edited)
		return false;
	*ret_text = edited;
	*ret_warning = warning_of(argv[0], code);
	return true;
}

void editing_forget(const Paths *paths, const EditingOwner *owner)
{
	g_autofree char *path = editing_path(paths, owner);

	g_unlink(path);
}

/* ---- what was left behind ---- */

void editing_left_free(EditingLeft *left)
{
	if (!left)
		return;
	g_free(left->text);
	g_free(left);
}

static bool id_of(const char *name, EditingKind kind, int64_t *ret_id)
{
	const char *prefix = files[kind].prefix, *ending = files[kind].ending;

	if (!g_str_has_prefix(name, prefix) || !g_str_has_suffix(name, ending))
		return false;
	g_autofree char *number = g_strndup(name + strlen(prefix),
	                                    strlen(name) - strlen(prefix) - strlen(ending));
	return text_to_int(number, 0, INT64_MAX, ret_id);
}

static bool owner_of(const char *name, EditingOwner *ret_owner)
{
	int64_t id;

	for (EditingKind kind = 0; kind < EDITING_KIND_COUNT; kind++)
		if (id_of(name, kind, &id)) {
			*ret_owner = (EditingOwner){ kind, id };
			return true;
		}
	return false;
}

GPtrArray *editing_left(const Paths *paths)
{
	GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)editing_left_free);
	g_autofree char *dir_path = editing_dir(paths);
	GDir *dir = g_dir_open(dir_path, 0, NULL);
	EditingOwner owner;

	for (const char *name; dir && (name = g_dir_read_name(dir));) {
		g_autofree char *path = g_build_filename(dir_path, name, NULL);
		char *text = owner_of(name, &owner) ? read_text(path, NULL) : NULL;
		if (!text)
			continue;
		EditingLeft *left = g_new0(EditingLeft, 1);
		*left = (EditingLeft){ owner, text };
		g_ptr_array_add(all, left);
	}
	if (dir)
		g_dir_close(dir);
	return all;
}
