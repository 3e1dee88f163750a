#include "export/eml.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "export/manifest.h"

#define MANIFEST_NAME "manifest.sha256"

enum { TRIES_MAX = 1000 };

struct EmlExport {
	char     *dir, *name_template;
	Manifest *manifest;
};

EmlExport *eml_export_open(const char *dir, const char *name_template, bool resumes, GError **err)
{
	g_autoptr(EmlExport) export = g_new0(EmlExport, 1);
	g_autofree char *path = g_build_filename(dir, MANIFEST_NAME, NULL);

	if (!eml_template_check(name_template, err) || !file_ensure_dir(dir, err))
		return NULL;
	if (!resumes && g_file_test(path, G_FILE_TEST_EXISTS))
		return fail_null(err, ERR_EXISTS,
		                 _("%s holds an export already; resume it, or choose another "
		                   "folder"),
		                 dir);
	export->dir = g_strdup(dir);
	export->name_template = g_strdup(name_template);
	export->manifest = manifest_open(path, err);
	return export->manifest ? g_steal_pointer(&export) : NULL;
}

void eml_export_free(EmlExport *export)
{
	if (!export)
		return;
	manifest_free(export->manifest);
	g_free(export->dir);
	g_free(export->name_template);
	g_free(export);
}

/* Hex SHA-256 of the file; NULL if it cannot be read. */
static char *file_sha256(const char *path)
{
	g_autoptr(GBytes) bytes = file_read(path, LIMIT_HTTP_BODY_BYTES, NULL);

	return bytes ? g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes) : NULL;
}

bool eml_export_has(EmlExport *export, const char *id)
{
	const ManifestEntry *entry = manifest_find(export->manifest, id);

	if (!entry || strchr(entry->name, '/'))
		return false;
	g_autofree char *path = g_build_filename(export->dir, entry->name, NULL);
	g_autofree char *sha256 = file_sha256(path);
	return sha256 && strcmp(sha256, entry->sha256) == 0;
}

/* The name for the @try-th attempt: the template's, with the mail's id, then with a number too. */
static char *name_for_try(const EmlExport *export, const EmlFacts *facts, int try)
{
	g_autofree char *name = eml_name(export->name_template, facts);

	if (try == 0)
		return g_steal_pointer(&name);
	g_autofree char *tail = try == 1 ? g_strdup_printf("_%s.eml", facts->id)
	                                 : g_strdup_printf("_%s-%d.eml", facts->id, try);
	size_t stem_len = strlen(name) - strlen(".eml"),
	       room = LIMIT_FILE_NAME_BYTES - strlen(tail);
	name[stem_len] = '\0';
	g_autofree char *stem = text_cut(name, MIN(stem_len, room));
	return g_strconcat(stem, tail, NULL);
}

/*
 * Writes @mime at @path, or finds it there: an export that was killed between file and manifest
 * left it, so it
 * @is_free of any other mail. False with ERR_EXISTS: something else has the name.
 */
static bool write_or_adopt(const char *path, bool is_free, GBytes *mime, const char *sha256,
                           GError **err)
{
	g_autoptr(GError) why = NULL;
	gsize len;
	const void *data = g_bytes_get_data(mime, &len);

	if (file_write_new(path, data, len, &why))
		return true;
	g_autofree char *there = is_free && error_is(why, ERR_EXISTS) ? file_sha256(path) : NULL;
	if (there && strcmp(there, sha256) == 0)
		return true;
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

bool eml_export_write(EmlExport *export, const EmlFacts *facts, GBytes *mime, char **ret_path,
                      GError **err)
{
	g_autofree char *sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, mime);

	for (int try = 0;; try++) {
		g_autofree char *name = name_for_try(export, facts, try);
		g_autofree char *path = g_build_filename(export->dir, name, NULL);
		g_autoptr(GError) why = NULL;
		bool is_free = !manifest_names(export->manifest, name);
		if (!write_or_adopt(path, is_free, mime, sha256, &why)) {
			if (error_is(why, ERR_EXISTS) && try < TRIES_MAX)
				continue;
			g_propagate_error(err, g_steal_pointer(&why));
			return false;
		}
		if (!manifest_add(export->manifest, facts->id, name, sha256, err))
			return false;
		if (ret_path)
			*ret_path = g_steal_pointer(&path);
		return true;
	}
}
