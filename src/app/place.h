/*
 * place: folders that people mean without naming them, and those they name. The protocol marks the
 * Inbox, the trash and a few others; archive and junk have no mark: they are the ones that the
 * person has set, or those that are called so. Pure.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "model/folder.h"

typedef enum { PLACE_TRASH, PLACE_ARCHIVE, PLACE_JUNK } Place;

/* @folders: of Folder, of one account. @setting: the path that the person has set; NULL or "":
 * none. Borrowed; NULL if there is no such folder. */
const Folder *place_find(const GPtrArray *folders, Place place, const char *setting);

/* "Projects/2026": the names from the root. @folders as store_read_folders() has them, of one or
 * more accounts. Free with g_free. */
char *place_path(const GPtrArray *folders, const Folder *folder);
/* Whether that is @path. Asks for a parent only where the name fits, so a search over all folders
 * costs one look at each. */
bool place_is_at(const GPtrArray *folders, const Folder *folder, const char *path);
