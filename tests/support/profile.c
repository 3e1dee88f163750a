#include "support/profile.h"

#include <glib/gstdio.h>

void profile_init(Profile *profile)
{
	profile->dir = g_dir_make_tmp("postern-test-XXXXXX", NULL);
	profile->paths = g_new0(Paths, 1);
	profile->paths->config_dir = g_build_filename(profile->dir, "config", NULL);
	profile->paths->data_dir = g_build_filename(profile->dir, "data", NULL);
	profile->paths->state_dir = g_build_filename(profile->dir, "state", NULL);
	profile->paths->cache_dir = g_build_filename(profile->dir, "cache", NULL);
	profile->paths->runtime_dir = g_build_filename(profile->dir, "run", NULL);
}

static void remove_tree(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *inside = g_build_filename(path, name, NULL);
		remove_tree(inside);
	}
	g_remove(path);
}

void profile_clear(Profile *profile)
{
	remove_tree(profile->dir);
	g_free(profile->dir);
	paths_free(profile->paths);
}

char *profile_write(const Profile *profile, const char *name, const char *text, int mode)
{
	char *path = g_build_filename(profile->paths->config_dir, name, NULL);
	g_autofree char *dir = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(dir, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_cmpint(g_chmod(path, mode), ==, 0);
	return path;
}

char *profile_read(const Profile *profile, const char *name)
{
	g_autofree char *path = g_build_filename(profile->paths->config_dir, name, NULL);
	char *text = NULL;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}
