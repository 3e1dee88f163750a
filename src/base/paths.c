#include "base/paths.h"

/* GLib's own g_get_user_*_dir() remember the first answer; tests change the environment. */
static char *base_dir(const char *variable, const char *fallback)
{
	const char *value = g_getenv(variable);

	if (value && g_path_is_absolute(value))
		return g_build_filename(value, "postern", NULL);
	return g_build_filename(g_get_home_dir(), fallback, "postern", NULL);
}

Paths *paths_new(void)
{
	const char *runtime = g_getenv("XDG_RUNTIME_DIR");
	Paths *paths = g_new0(Paths, 1);

	paths->config_dir = base_dir("XDG_CONFIG_HOME", ".config");
	paths->data_dir = base_dir("XDG_DATA_HOME", ".local/share");
	paths->state_dir = base_dir("XDG_STATE_HOME", ".local/state");
	paths->cache_dir = base_dir("XDG_CACHE_HOME", ".cache");
	paths->runtime_dir = runtime && g_path_is_absolute(runtime)
	                             ? g_build_filename(runtime, "postern", NULL)
	                             : g_build_filename(paths->state_dir, "run", NULL);
	return paths;
}

void paths_free(Paths *paths)
{
	if (!paths)
		return;
	g_free(paths->config_dir);
	g_free(paths->data_dir);
	g_free(paths->state_dir);
	g_free(paths->cache_dir);
	g_free(paths->runtime_dir);
	g_free(paths);
}

/* An installation that was moved as a whole keeps its parts together. */
char *paths_helper(const char *name)
{
	g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *dir = g_path_get_dirname(self ? self : "/");
	g_autofree char *beside = g_build_filename(dir, name, NULL);
	g_autofree char *installed =
		g_build_filename(dir, "..", "libexec", "postern", name, NULL);

	if (g_file_test(beside, G_FILE_TEST_IS_EXECUTABLE))
		return g_steal_pointer(&beside);
	if (g_file_test(installed, G_FILE_TEST_IS_EXECUTABLE))
		return g_steal_pointer(&installed);
	return g_build_filename(LIBEXECDIR, name, NULL);
}

char *paths_expand_home(const char *typed)
{
	if (typed[0] != '~' || (typed[1] && typed[1] != '/'))
		return g_strdup(typed);
	return g_strconcat(g_get_home_dir(), typed + 1, NULL);
}
