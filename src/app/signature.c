#include "app/signature.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

/* Where those of @account lie; NULL: those for all. */
static char *replies_dir(const Paths *paths, const char *account)
{
	return g_build_filename(paths->config_dir, "replies", account, NULL);
}

static void add_replies(GPtrArray *names, const Paths *paths, const char *account)
{
	static const char *const endings[] = { ".txt", NULL };
	g_autofree char *dir = replies_dir(paths, account);

	add_names(names, dir, endings);
}

GPtrArray *quick_reply_own_names(const Paths *paths, const char *account)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	add_replies(names, paths, account);
	return names;
}

GPtrArray *quick_reply_names(const Paths *paths, const char *account)
{
	GPtrArray *names = quick_reply_own_names(paths, account);

	add_replies(names, paths, NULL);
	return names;
}

char *quick_reply_load(const Paths *paths, const char *account, const char *name, GError **err)
{
	g_autofree char *own = replies_dir(paths, account), *common = replies_dir(paths, NULL);
	char *text = NULL;

	if (!check_name(name, err) || !read_text(own, name, ".txt", &text, err) ||
	    (!text && !read_text(common, name, ".txt", &text, err)))
		return NULL;
	if (!text)
		return fail_null(err, ERR_NOT_FOUND,
		                 _("there is no quick reply “%s”: write %s.txt in %s"), name, name,
		                 common);
	return text;
}

/* The file of the one that is @account's own, or for all; NULL: @name is none for a file. */
static char *reply_file(const Paths *paths, const char *account, const char *name, GError **err)
{
	g_autofree char *dir = replies_dir(paths, account), *file = g_strconcat(name, ".txt", NULL);

	return check_name(name, err) ? g_build_filename(dir, file, NULL) : NULL;
}

bool quick_reply_save(const Paths *paths, const char *account, const char *name, const char *text,
                      GError **err)
{
	g_autofree char *dir = replies_dir(paths, account);
	g_autofree char *path = reply_file(paths, account, name, err);

	if (path && strlen(text) > TEXT_MAX_BYTES)
		return fail(err, ERR_LIMIT, _("a quick reply has %d KiB at most"),
		            TEXT_MAX_BYTES >> 10);
	return path && file_ensure_dir(dir, err) &&
	       file_write_atomic(path, text, strlen(text), err);
}

bool quick_reply_is_own(const Paths *paths, const char *account, const char *name, GError **err)
{
	g_autofree char *path = reply_file(paths, account, name, err);

	if (!path || g_file_test(path, G_FILE_TEST_EXISTS))
		return path != NULL;
	return account ? fail(err, ERR_NOT_FOUND, _("%s has no quick reply “%s” of its own"), account,
	                      name)
	               : fail(err, ERR_NOT_FOUND, _("there is no quick reply “%s” for all accounts"),
	                      name);
}

bool quick_reply_remove(const Paths *paths, const char *account, const char *name, GError **err)
{
	g_autofree char *path = reply_file(paths, account, name, NULL);

	if (!quick_reply_is_own(paths, account, name, err))
		return false;
	return unlink(path) == 0 || fail_errno(err, errno, _("cannot remove %s"), path);
}
