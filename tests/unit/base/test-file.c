#include <fcntl.h>
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

/* What others could have written is not acted upon: the file's mode, its folder's, a link's way. */
static void test_trusted(void)
{
	static const struct { const char *name; mode_t file, folder; bool is_linked; const char *says; } rows[] = {
		{ "private",            0600, 0700, false, NULL },
		{ "read by others",     0644, 0755, false, NULL },
		{ "written by group",   0620, 0700, false, "may be changed by others (mode 0620); run: chmod go-w" },
		{ "written by others",  0602, 0700, false, "may be changed by others (mode 0602)" },
		{ "an open folder",     0600, 0777, false, "may be changed by others (mode 0777)" },
		{ "as in /tmp",         0600, 01777, false, NULL },
		{ "a link",             0600, 0700, true, NULL },
		{ "a link to an open folder", 0600, 0770, true, "may be changed by others (mode 0770)" },
		{ "a link to an open file", 0660, 0700, true, "may be changed by others (mode 0660)" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *folder = g_strdup_printf("%s/t%zu", dir, i);
		g_autofree char *path = g_build_filename(folder, "file", NULL);
		g_autofree char *link = g_strdup_printf("%s/link%zu", dir, i);
		g_autoptr(GError) err = NULL;
		g_test_message("%s", rows[i].name);
		g_assert_true(file_ensure_dir(folder, NULL) && file_write_atomic(path, "x", 1, NULL));
		g_assert_cmpint(symlink(path, link), ==, 0);
		g_assert_cmpint(chmod(path, rows[i].file) + chmod(folder, rows[i].folder), ==, 0);
		g_autoptr(GBytes) got = file_read_trusted(rows[i].is_linked ? link : path, 10, &err);
		g_assert_true((got != NULL) == !rows[i].says);
		g_assert_true(!rows[i].says || (error_is(err, ERR_CONFIG) && strstr(err->message, rows[i].says)));
	}
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

static gpointer write_slowly(gpointer path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	g_assert_cmpint(write(fd, "one ", 4), ==, 4);
	g_assert_cmpint(write(fd, "two", 3), ==, 3);
	close(fd);
	return NULL;
}

/* What a person names is read, whoever writes it; what is only found is not waited for. */
static void test_a_pipe_is_read_where_a_person_names_it(void)
{
	g_autofree char *path = g_build_filename(dir, "pipe", NULL);
	g_autoptr(GError) err = NULL;

	g_assert_cmpint(mkfifo(path, 0600), ==, 0);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	g_assert_null(file_read(path, 10, &err));
	g_assert_true(error_is(err, ERR_IO));
	g_clear_error(&err);
	close(fd);
	GThread *writer = g_thread_new("writer", write_slowly, path);
	g_autoptr(GBytes) got = file_read_input(path, 10, &err);
	g_thread_join(writer);
	g_assert_no_error(err);
	g_assert_cmpmem(g_bytes_get_data(got, NULL), g_bytes_get_size(got), "one two", 7);
	g_assert_null(file_read_input(dir, 10, &err));
	g_assert_true(error_is(err, ERR_IO));
	g_clear_error(&err);
	g_assert_null(file_read_input("/nonexistent", 10, &err));
	g_assert_true(error_is(err, ERR_NOT_FOUND));
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
	g_test_add_func("/file/trusted", test_trusted);
	g_test_add_func("/file/atomic-write", test_atomic_write);
	g_test_add_func("/file/a-lock-shows", test_a_lock_shows);
	g_test_add_func("/file/new-never-overwrites", test_new_never_overwrites);
	g_test_add_func("/file/a-missing-folder-says-so", test_a_missing_folder_says_so);
	g_test_add_func("/file/a-lock-can-be-waited-for", test_a_lock_can_be_waited_for);
	g_test_add_func("/file/pipe", test_a_pipe_is_read_where_a_person_names_it);
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
