/*
 * profile: a person's folders for a test: a temporary directory with everything that the XDG variables would name.
 */
#pragma once
#include "base/paths.h"

typedef struct {
	char  *dir;
	Paths *paths;
} Profile;

void profile_init(Profile *profile);
void profile_clear(Profile *profile);      /* removes the directory */

/* Writes @text to @name inside config_dir with @mode, making folders; the path is the caller's. */
char *profile_write(const Profile *profile, const char *name, const char *text, int mode);
/* The file's text; free with g_free. Aborts the test if it cannot be read. */
char *profile_read(const Profile *profile, const char *name);
