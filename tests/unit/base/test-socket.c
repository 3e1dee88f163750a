#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/socket.h"
#include "support/tempstore.h"

typedef struct { char *dir, *path; } Place;

static void place_init(Place *place)
{
	place->dir = g_dir_make_tmp("postern-socket-XXXXXX", NULL);
	place->path = g_build_filename(place->dir, "door", NULL);
}

static void place_clear(Place *place)
{
	temp_dir_remove(place->dir);
	g_free(place->dir);
	g_free(place->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static int accept_within(int listen_fd)
{
	struct pollfd ready = { listen_fd, POLLIN, 0 };
	GError *error = NULL;
	int fd;

	g_assert_cmpint(poll(&ready, 1, 5000), ==, 1);
	fd = socket_accept(listen_fd, &error);
	g_assert_no_error(error);
	return fd;
}

static void test_call(void)
{
	g_auto(Place) place = { 0 };
	struct stat stat;
	GError *error = NULL;
	char word[4] = "";

	place_init(&place);
	int door = socket_listen(place.path, &error);
	g_assert_no_error(error);
	g_assert_cmpint(socket_accept(door, &error), ==, -1);
	g_assert_no_error(error);
	g_assert_cmpint(lstat(place.path, &stat), ==, 0);
	g_assert_cmpint(stat.st_mode & 07777, ==, 0600);

	int caller = socket_connect(place.path, &error), called = accept_within(door);
	g_assert_no_error(error);
	g_assert_cmpint(send(caller, "abc", 3, 0), ==, 3);
	g_assert_cmpint(recv(called, word, 3, 0), ==, 3);
	g_assert_cmpstr(word, ==, "abc");
	g_assert_cmpint(fcntl(called, F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
	g_assert_cmpint(fcntl(called, F_GETFL) & O_NONBLOCK, ==, O_NONBLOCK);
	close(caller);
	close(called);
	close(door);
}

/* An address has room for 107 bytes, a path for more. */
static void test_long_path(void)
{
	g_auto(Place) place = { 0 };
	GError *error = NULL;

	place_init(&place);
	g_autofree char *name = g_strnfill(150, 'x');
	g_autofree char *dir = g_build_filename(place.dir, name, NULL);
	g_autofree char *path = g_build_filename(dir, "door", NULL);
	int door = socket_listen(path, &error);
	g_assert_no_error(error);
	int caller = socket_connect(path, &error);
	g_assert_no_error(error);
	close(caller);
	close(door);
	temp_dir_remove(dir);
}

static void test_what_lies_there_is_replaced(void)
{
	g_auto(Place) place = { 0 };
	GError *error = NULL;

	place_init(&place);
	close(socket_listen(place.path, NULL));
	g_assert_cmpint(socket_connect(place.path, &error), ==, -1);
	g_assert_error(error, POSTERN_ERROR, ERR_NOT_FOUND);
	g_clear_error(&error);
	int door = socket_listen(place.path, &error);
	g_assert_no_error(error);
	close(socket_connect(place.path, &error));
	g_assert_no_error(error);
	close(door);
}

static void test_a_folder_that_others_may_write_is_refused(void)
{
	g_auto(Place) place = { 0 };
	g_autoptr(GError) listening = NULL, calling = NULL;

	place_init(&place);
	g_assert_cmpint(chmod(place.dir, 0770), ==, 0);
	g_assert_cmpint(socket_listen(place.path, &listening), ==, -1);
	g_assert_error(listening, POSTERN_ERROR, ERR_REFUSED);
	g_assert_nonnull(strstr(listening->message, "chmod 700"));
	g_assert_cmpint(socket_connect(place.path, &calling), ==, -1);
	g_assert_error(calling, POSTERN_ERROR, ERR_REFUSED);
}

static void test_nobody(void)
{
	g_auto(Place) place = { 0 };
	g_autoptr(GError) error = NULL;

	place_init(&place);
	g_assert_cmpint(socket_connect(place.path, &error), ==, -1);
	g_assert_error(error, POSTERN_ERROR, ERR_NOT_FOUND);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/base/socket/call", test_call);
	g_test_add_func("/base/socket/long-path", test_long_path);
	g_test_add_func("/base/socket/replaces", test_what_lies_there_is_replaced);
	g_test_add_func("/base/socket/folder-of-others", test_a_folder_that_others_may_write_is_refused);
	g_test_add_func("/base/socket/nobody", test_nobody);
	return g_test_run();
}
