#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"

static char *dir;

static void test_atomic_write(void)
{
	g_autofree char *path = g_build_filename(dir, "a", NULL);
	g_autoptr(GError) err = NULL;
	struct stat st;

	g_assert_true(file_write_atomic(path, "one", 3, &err));
	g_assert_true(file_write_atomic(path, "two!", 4, &err));
	g_autoptr(GBytes) got = file_read(path, 4, &err);
	g_assert_no_error(err);
	g_assert_cmpmem(g_bytes_get_data(got, NULL), (int)g_bytes_get_size(got), "two!", 4);
	g_assert_cmpint(stat(path, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0600);
	g_assert_null(file_read(path, 3, &err));
	g_assert_true(error_is(err, ERR_LIMIT));
}

static void test_new_never_overwrites(void)
{
	g_autofree char *path = g_build_filename(dir, "b", NULL);
	g_autoptr(GError) err = NULL;

	g_assert_true(file_write_new(path, "mine", 4, &err));
	g_assert_false(file_write_new(path, "other", 5, &err));
	g_assert_true(error_is(err, ERR_EXISTS));
	g_autoptr(GBytes) got = file_read(path, 100, NULL);
	g_assert_cmpmem(g_bytes_get_data(got, NULL), (int)g_bytes_get_size(got), "mine", 4);
}

static void test_a_missing_folder_says_so(void)
{
	g_autoptr(GError) err = NULL;

	g_assert_false(file_write_atomic("/proc/nothing/here", "x", 1, &err));
	g_assert_true(error_is(err, ERR_NOT_FOUND));
	g_assert_nonnull(strstr(err->message, "/proc/nothing/here"));
}

static void *lock_and_let_go(void *path)
{
	int fd = file_lock_wait(path, NULL);

	file_unlock(fd);
	return GINT_TO_POINTER(fd >= 0);
}

static void test_a_lock_can_be_waited_for(void)
{
	g_autofree char *path = g_build_filename(dir, "turns", NULL);
	int first = file_lock_wait(path, NULL);

	g_assert_cmpint(first, >=, 0);
	g_assert_cmpint(file_lock(path, NULL), ==, -1);
	GThread *second = g_thread_new("second", lock_and_let_go, path);
	file_unlock(first);
	g_assert_true(GPOINTER_TO_INT(g_thread_join(second)));
}

static void test_lock_is_exclusive(void)
{
	g_autofree char *path = g_build_filename(dir, "lock", NULL);
	g_autoptr(GError) err = NULL;
	int first = file_lock(path, &err);

	g_assert_no_error(err);
	g_assert_cmpint(file_lock(path, &err), ==, -1);
	g_assert_true(error_is(err, ERR_HELD));
	file_unlock(first);
	g_clear_error(&err);
	int again = file_lock(path, &err);
	g_assert_no_error(err);
	file_unlock(again);
}

static void test_a_lock_shows(void)
{
	g_autofree char *path = g_build_filename(dir, "shown", NULL);

	g_assert_false(file_is_locked(path));
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	int lock = file_lock(path, NULL);
	g_assert_true(file_is_locked(path));
	file_unlock(lock);
	g_assert_false(file_is_locked(path));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	dir = g_dir_make_tmp("postern-file-XXXXXX", NULL);
	g_test_add_func("/file/atomic-write", test_atomic_write);
	g_test_add_func("/file/a-lock-shows", test_a_lock_shows);
	g_test_add_func("/file/new-never-overwrites", test_new_never_overwrites);
	g_test_add_func("/file/a-missing-folder-says-so", test_a_missing_folder_says_so);
	g_test_add_func("/file/a-lock-can-be-waited-for", test_a_lock_can_be_waited_for);
	g_test_add_func("/file/lock-is-exclusive", test_lock_is_exclusive);
	int rc = g_test_run();
	g_autoptr(GDir) entries = g_dir_open(dir, 0, NULL);
	for (const char *name; (name = g_dir_read_name(entries));) {
		g_autofree char *path = g_build_filename(dir, name, NULL);
		g_unlink(path);
	}
	g_rmdir(dir);
	g_free(dir);
	return rc;
}
