#include "app/signature.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/text.h"
#include "doc/rewrite.h"

enum { TEXT_MAX_BYTES = 256 << 10, PICTURE_MAX_BYTES = 2 << 20, PICTURES_MAX = 50 };

/* ---- files ---- */

/* A name is one component of a path, whoever wrote it into a draft. */
static bool check_name(const char *name, GError **err)
{
	g_autofree char *safe = text_safe_file_name(name);
	g_autofree char *shown = text_visible(name);

	if (strcmp(safe, name) == 0)
		return true;
	return fail(err, ERR_CONFIG, _("“%s” cannot be the name of a file"), shown);
}

/* *ret_text is NULL if there is no such file. */
static bool read_text(const char *dir, const char *name, const char *ending, char **ret_text,
                      GError **err)
{
	g_autofree char *file = g_strconcat(name, ending, NULL);
	g_autofree char *path = g_build_filename(dir, file, NULL);
	g_autoptr(GError) why = NULL;
	g_autoptr(GBytes) bytes = file_read_trusted(path, TEXT_MAX_BYTES, &why);

	*ret_text = NULL;
	if (!bytes && error_is(why, ERR_NOT_FOUND))
		return true;
	if (!bytes) {
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len);
	if (!g_utf8_validate_len(data ? data : "", len, NULL))
		return fail(err, ERR_CONFIG, _("%s is not UTF-8; save it in that encoding"), path);
	*ret_text = g_strndup(data ? data : "", len);
	return true;
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_stem(GPtrArray *names, const char *file, const char *ending)
{
	if (!g_str_has_suffix(file, ending) || *file == '.' || !g_utf8_validate(file, -1, NULL))
		return;
	g_autofree char *stem = g_strndup(file, strlen(file) - strlen(ending));
	if (*stem && !g_ptr_array_find_with_equal_func(names, stem, g_str_equal, NULL))
		g_ptr_array_add(names, g_steal_pointer(&stem));
}

static void add_names(GPtrArray *names, const char *path, const char *const *endings)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);

	for (const char *file; dir && (file = g_dir_read_name(dir));)
		for (size_t i = 0; endings[i]; i++)
			add_stem(names, file, endings[i]);
	g_ptr_array_sort(names, by_name);
}

/* ---- signatures ---- */

void signature_free(Signature *signature)
{
	if (!signature)
		return;
	g_free(signature->text);
	g_free(signature->html);
	g_ptr_array_unref(signature->pictures);
	g_free(signature);
}

/* What only this machine has is what the HTML would lose; from the folder it can go along. */
static void load_pictures(Signature *signature, const char *dir)
{
	g_autoptr(HtmlPiece) piece =
		html_piece_new(signature->html, strlen(signature->html), NULL);

	for (guint i = 0; piece && i < MIN(piece->dropped->len, PICTURES_MAX); i++) {
		const char *name = g_ptr_array_index(piece->dropped, i);
		g_autofree char *path = g_build_filename(dir, name, NULL);
		GBytes *bytes = check_name(name, NULL) ? file_read(path, PICTURE_MAX_BYTES, NULL) : NULL;
		if (!bytes)
			continue;
		DraftPart *picture = draft_part_new();
		picture->name = g_strdup(name);
		picture->bytes = bytes;
		g_ptr_array_add(signature->pictures, picture);
	}
}

Signature *signature_load(const Paths *paths, const char *name, GError **err)
{
	g_autofree char *dir = g_build_filename(paths->config_dir, "signatures", NULL);
	g_autoptr(Signature) signature = g_new0(Signature, 1);

	signature->pictures = g_ptr_array_new_with_free_func((GDestroyNotify)draft_part_free);
	if (!check_name(name, err) || !read_text(dir, name, ".txt", &signature->text, err) ||
	    !read_text(dir, name, ".html", &signature->html, err))
		return NULL;
	if (!signature->text && !signature->html)
		return fail_null(err, ERR_NOT_FOUND,
		                 _("there is no signature “%s”: write %s.txt or %s.html in %s"), name,
		                 name, name, dir);
	if (signature->html)
		load_pictures(signature, dir);
	return g_steal_pointer(&signature);
}

static bool has_picture(const Signature *signature, const char *name)
{
	for (guint i = 0; i < signature->pictures->len; i++)
		if (g_str_equal(((const DraftPart *)signature->pictures->pdata[i])->name, name))
			return true;
	return false;
}

static char *lost_picture(const Paths *paths, const Signature *signature)
{
	g_autoptr(HtmlPiece) piece =
		html_piece_new(signature->html, strlen(signature->html), NULL);

	for (guint i = 0; piece && i < piece->dropped->len; i++) {
		const char *name = g_ptr_array_index(piece->dropped, i);
		g_autofree char *shown = text_visible(name);
		if (!has_picture(signature, name))
			return g_strdup_printf(
				_("The picture “%s” of the signature lies on a disk that no recipient has: put it into %s/signatures, and name it alone."),
				shown, paths->config_dir);
	}
	return NULL;
}

char *signature_complaint(const Paths *paths, const char *name)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(Signature) signature = signature_load(paths, name, &err);

	if (!signature)
		return g_strdup(err->message);
	return signature->html ? lost_picture(paths, signature) : NULL;
}

ComposeSignature signature_for_compose(const Signature *signature)
{
	return (ComposeSignature){ .text = signature->text,
		                   .html = signature->html,
		                   .pictures = signature->pictures };
}

GPtrArray *signature_names(const Paths *paths)
{
	static const char *const endings[] = { ".txt", ".html", NULL };
	g_autofree char *dir = g_build_filename(paths->config_dir, "signatures", NULL);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	add_names(names, dir, endings);
	return names;
}

/* ---- quick replies ---- */

/* Where they lie: of one account, and of all. */
typedef struct { char *own, *common; } ReplyDirs;

static void reply_dirs_clear(ReplyDirs *dirs)
{
	g_free(dirs->own);
	g_free(dirs->common);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ReplyDirs, reply_dirs_clear)

static ReplyDirs reply_dirs(const Paths *paths, const char *account)
{
	return (ReplyDirs){
		.own = g_build_filename(paths->config_dir, "replies", account, NULL),
		.common = g_build_filename(paths->config_dir, "replies", NULL),
	};
}

GPtrArray *quick_reply_names(const Paths *paths, const char *account)
{
	static const char *const endings[] = { ".txt", NULL };
	g_auto(ReplyDirs) dirs = reply_dirs(paths, account);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	add_names(names, dirs.own, endings);
	add_names(names, dirs.common, endings);
	return names;
}

char *quick_reply_load(const Paths *paths, const char *account, const char *name, GError **err)
{
	g_auto(ReplyDirs) dirs = reply_dirs(paths, account);
	char *text = NULL;

	if (!check_name(name, err) || !read_text(dirs.own, name, ".txt", &text, err) ||
	    (!text && !read_text(dirs.common, name, ".txt", &text, err)))
		return NULL;
	if (!text)
		return fail_null(err, ERR_NOT_FOUND,
		                 _("there is no quick reply “%s”: write %s.txt in %s"), name, name,
		                 dirs.common);
	return text;
}
