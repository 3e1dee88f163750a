#include "export/manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"

enum { SHA256_HEX = 64, MANIFEST_BYTES_MAX = 512 << 20 };

struct Manifest {
	char       *path;
	FILE       *file;
	GHashTable *entries;      /* id to ManifestEntry */
	GHashTable *names;        /* of files */
};

static void entry_free(ManifestEntry *entry)
{
	g_free(entry->sha256);
	g_free(entry->name);
	g_free(entry);
}

static void put(Manifest *manifest, const char *id, const char *sha256, const char *name)
{
	ManifestEntry *entry = g_new(ManifestEntry, 1);

	*entry = (ManifestEntry){ g_strdup(sha256), g_strdup(name) };
	g_hash_table_replace(manifest->entries, g_strdup(id), entry);
	g_hash_table_add(manifest->names, g_strdup(name));
}

/* "# id" or "sha256  name"; other comments are people's. */
static void read_line(Manifest *manifest, const char *line, char **id)
{
	if (g_str_has_prefix(line, "# ")) {
		g_free(*id);
		*id = g_strdup(line + 2);
		return;
	}
	if (*id && strspn(line, "0123456789abcdef") == SHA256_HEX &&
	    g_str_has_prefix(line + SHA256_HEX, "  ")) {
		g_autofree char *sha256 = g_strndup(line, SHA256_HEX);
		put(manifest, *id, sha256, line + SHA256_HEX + 2);
	}
	g_clear_pointer(id, g_free);
}

static bool read_all(Manifest *manifest, GError **err)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GBytes) bytes = file_read(manifest->path, MANIFEST_BYTES_MAX, &why);
	g_autofree char *id = NULL;
	gsize len;

	if (!bytes && error_is(why, ERR_NOT_FOUND))
		return true;
	if (!bytes) {
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	const char *p = g_bytes_get_data(bytes, &len), *end = p + len, *eol, *begin = p;
	while (p < end && (eol = memchr(p, '\n', (size_t)(end - p)))) {
		g_autofree char *line = g_strndup(p, (gsize)(eol - p));
		read_line(manifest, line, &id);
		p = eol + 1;
	}
	return p == end || file_write_atomic(manifest->path, begin, (size_t)(p - begin), err);
}

/* Through a link that waits in the folder we would write where nobody asked us to. */
static FILE *open_end(const char *path, GError **err)
{
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);

	if (fd < 0 && errno == ELOOP)
		return fail_null(err, ERR_IO,
		                 _("%s is a symbolic link; remove it, or choose another folder"),
		                 path);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "a");
	if (!file)
		fail_errno(err, errno, _("cannot write %s"), path);
	if (!file && fd >= 0)
		close(fd);
	return file;
}

Manifest *manifest_open(const char *path, GError **err)
{
	g_autoptr(Manifest) manifest = g_new0(Manifest, 1);

	manifest->path = g_strdup(path);
	manifest->entries =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)entry_free);
	manifest->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (!read_all(manifest, err))
		return NULL;
	manifest->file = open_end(path, err);
	return manifest->file ? g_steal_pointer(&manifest) : NULL;
}

void manifest_free(Manifest *manifest)
{
	if (!manifest)
		return;
	if (manifest->file)
		fclose(manifest->file);
	g_hash_table_unref(manifest->entries);
	g_hash_table_unref(manifest->names);
	g_free(manifest->path);
	g_free(manifest);
}

const ManifestEntry *manifest_find(const Manifest *manifest, const char *id)
{
	return g_hash_table_lookup(manifest->entries, id);
}

bool manifest_names(const Manifest *manifest, const char *name)
{
	return g_hash_table_contains(manifest->names, name);
}

bool manifest_add(Manifest *manifest, const char *id, const char *name, const char *sha256,
                  GError **err)
{
	if (fprintf(manifest->file, "# %s\n%s  %s\n", id, sha256, name) < 0 ||
	    fflush(manifest->file) != 0)
		return fail_errno(err, errno, _("cannot write %s"), manifest->path);
	put(manifest, id, sha256, name);
	return true;
}
