/*
 * corpus: the files of a directory as mail, one message a file, byte for byte. Sub-directories are folders;
 * cur, new and tmp of a Maildir count as the directory they lie in. Files are read when they are asked for.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "exsim/world.h"

/* Puts the files of @dir into the user's Inbox and makes folders for its sub-directories. A file's time of arrival is its
 * Date header, else its mtime. ERR_IO. */
bool corpus_load(User *user, const char *dir, GError **err);
