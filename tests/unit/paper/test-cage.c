/*
 * The cage that postern-paper shuts before it reads a picture, from within: each act is tried in a
 * process of its own that has shut it, and told by its exit code.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "paper/helper/cage.h"

enum { DONE = 0, REFUSED = 1, NO_CAGE = 2, OTHERWISE = 3 };

/* ---- what is tried: -1 and errno, as system calls have it ---- */

static long open_file(void) { return open("/etc/passwd", O_RDONLY); }
static long open_home(void) { return open(".", O_RDONLY | O_DIRECTORY); }
static long make_file(void) { return open("/tmp/cage", O_WRONLY | O_CREAT, 0600); }
static long unlink_file(void) { return unlink("/tmp/cage"); }
static long look_at_file(void) { struct stat s; return stat("/etc/passwd", &s); }
static long read_link(void) { char b[9]; return readlink("/proc/self/exe", b, sizeof b); }
static long open_socket(void) { return socket(AF_INET, SOCK_STREAM, 0); }
static long open_unix(void) { return socket(AF_UNIX, SOCK_STREAM, 0); }
static long open_pair(void) { int fds[2]; return socketpair(AF_UNIX, SOCK_STREAM, 0, fds); }
static long open_pipe(void) { int fds[2]; return pipe(fds); }
static long make_process(void) { return syscall(SYS_fork); }
static long make_thread(void) { return syscall(SYS_clone, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, 0, 0, 0, 0); }
static long run_program(void) { char *argv[] = { (char *)"true", NULL }; return execv("/bin/true", argv); }
static long end_another(void) { return kill(getppid(), SIGTERM); }
static long end_all(void) { return syscall(SYS_tgkill, 1, 1, SIGKILL); }
static long trace(void) { return ptrace(PTRACE_TRACEME, 0, 0, 0); }
static long read_memory(void) { return syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0); }
static long mount_it(void) { return syscall(SYS_mount, "x", "/", "tmpfs", 0, NULL); }
static long change_root(void) { return chroot("/"); }
static long become_root(void) { return setuid(0); }
static long key_ring(void) { return syscall(SYS_keyctl, 0, 0, 0, 0, 0); }
static long type_for_us(void) { char c = 'x'; return ioctl(STDIN_FILENO, TIOCSTI, &c); }
static long load_program(void) { return syscall(SYS_bpf, 0, NULL, 0); }
static long watch_files(void) { return syscall(SYS_inotify_init1, 0); }
static long ring(void) { return syscall(SYS_io_uring_setup, 1, NULL); }
static long more_memory(void) { struct rlimit l = { RLIM_INFINITY, RLIM_INFINITY }; return setrlimit(RLIMIT_AS, &l); }
static long name_itself(void) { return prctl(PR_SET_NAME, "x", 0, 0, 0); }
static long code_of_data(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}
static long data_as_code(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page == MAP_FAILED ? 0 : mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static long take_memory(void)
{
	return mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

/* What decoding needs. */
static long some_memory(void) { void *p = g_try_malloc(8 << 20); return p ? 0 : -1; }
static long write_out(void) { return write(STDOUT_FILENO, "", 0); }

static int try_in_cage(long (*act)(void))
{
	if (!cage_shut())
		return NO_CAGE;
	errno = 0;
	if (act() >= 0)
		return DONE;
	return errno == EPERM || errno == ENOMEM ? REFUSED : OTHERWISE;
}

static int status_of(long (*act)(void))
{
	pid_t pid = fork();
	int   status = 0;

	if (pid == 0)
		_exit(try_in_cage(act));
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	return status;
}

static void test_acts(void)
{
	static const struct { const char *what; long (*act)(void); int comes_to; } rows[] = {
		{ "opening a file", open_file, REFUSED },
		{ "opening a folder", open_home, REFUSED },
		{ "making a file", make_file, REFUSED },
		{ "deleting a file", unlink_file, REFUSED },
		{ "asking for a file", look_at_file, REFUSED },
		{ "reading a link", read_link, REFUSED },
		{ "a socket to the net", open_socket, REFUSED },
		{ "a socket on this machine", open_unix, REFUSED },
		{ "a pair of sockets", open_pair, REFUSED },
		{ "a pipe", open_pipe, REFUSED },
		{ "a process", make_process, REFUSED },
		{ "a thread", make_thread, REFUSED },
		{ "a program", run_program, REFUSED },
		{ "ending its parent", end_another, REFUSED },
		{ "ending the first process", end_all, REFUSED },
		{ "tracing", trace, REFUSED },
		{ "another's memory", read_memory, REFUSED },
		{ "mounting", mount_it, REFUSED },
		{ "another root folder", change_root, REFUSED },
		{ "being somebody else", become_root, REFUSED },
		{ "the keys of the kernel", key_ring, REFUSED },
		{ "typing into the terminal", type_for_us, REFUSED },
		{ "a program for the kernel", load_program, REFUSED },
		{ "watching files", watch_files, REFUSED },
		{ "asking the kernel past the filter", ring, REFUSED },
		{ "raising its limits", more_memory, REFUSED },
		{ "naming itself", name_itself, REFUSED },
		{ "memory that is code", code_of_data, REFUSED },
		{ "memory that becomes code", data_as_code, REFUSED },
		{ "a gigabyte", take_memory, REFUSED },
		{ "eight megabytes", some_memory, DONE },
		{ "writing its answer", write_out, DONE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		int status = status_of(rows[i].act);
		g_test_message("%s", rows[i].what);
		g_assert_true(WIFEXITED(status));
		g_assert_cmpint(WEXITSTATUS(status), ==, rows[i].comes_to);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cage/acts", test_acts);
	return g_test_run();
}
