#include "app/place.h"

#include <string.h>

static const Folder *parent_of(const GPtrArray *folders, const Folder *folder)
{
	for (guint i = 0; i < folders->len; i++) {
		const Folder *other = g_ptr_array_index(folders, i);
		if (other->account_id == folder->account_id &&
		    g_strcmp0(other->server_id, folder->parent_server_id) == 0)
			return other;
	}
	return NULL;
}

char *place_path(const GPtrArray *folders, const Folder *folder)
{
	g_autoptr(GString) path = g_string_new(folder->name);
	const Folder *parent = folder;

	/* The tree's own depth: of what hangs on itself or lies too deep, the store made a root. */
	for (int depth = folder->depth; depth > 0; depth--) {
		parent = parent_of(folders, parent);
		if (!parent)
			break;
		g_string_prepend_c(path, '/');
		g_string_prepend(path, parent->name);
	}
	return g_string_free(g_steal_pointer(&path), FALSE);
}

/* Takes @name off the end of what is left of @path. */
static bool take_end(const char *path, size_t *left, const char *name)
{
	size_t len = name ? strlen(name) : 0;

	if (len > *left || (len && memcmp(path + *left - len, name, len) != 0))
		return false;
	*left -= len;
	return true;
}

bool place_is_at(const GPtrArray *folders, const Folder *folder, const char *path)
{
	size_t left = strlen(path);

	for (int depth = folder->depth; take_end(path, &left, folder->name); depth--) {
		folder = depth > 0 ? parent_of(folders, folder) : NULL;
		if (!folder)
			return left == 0;
		if (!take_end(path, &left, "/"))
			return false;
	}
	return false;
}

static const Folder *of_type(const GPtrArray *folders, FolderType type)
{
	for (guint i = 0; i < folders->len; i++)
		if (((const Folder *)g_ptr_array_index(folders, i))->type == type)
			return g_ptr_array_index(folders, i);
	return NULL;
}

static const Folder *at_path(const GPtrArray *folders, const char *path)
{
	for (guint i = 0; i < folders->len; i++) {
		const Folder *folder = g_ptr_array_index(folders, i);
		if (folder_is_mail(folder->type) && place_is_at(folders, folder, path))
			return folder;
	}
	return NULL;
}

/* The first of mail whose name begins like one of @starts, in any case. */
static const Folder *called(const GPtrArray *folders, const char *const *starts)
{
	for (const char *const *start = starts; *start; start++)
		for (guint i = 0; i < folders->len; i++) {
			const Folder *folder = g_ptr_array_index(folders, i);
			g_autofree char *low =
				g_utf8_casefold(folder->name ? folder->name : "", -1);
			if (folder->type == FOLDER_USER_MAIL && g_str_has_prefix(low, *start))
				return folder;
		}
	return NULL;
}

const Folder *place_find(const GPtrArray *folders, Place place, const char *setting)
{
	static const char *const archives[] = { "archiv", NULL };
	static const char *const junk[] = { "junk", "spam", NULL };

	if (place == PLACE_TRASH)
		return of_type(folders, FOLDER_DELETED);
	if (setting && *setting)
		return at_path(folders, setting);
	return called(folders, place == PLACE_ARCHIVE ? archives : junk);
}
