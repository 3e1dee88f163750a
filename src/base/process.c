#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"

extern char **environ;

char **process_split(const char *command, GError **err)
{
	char **argv = NULL;
	g_autoptr(GError) why = NULL;
	char quote = 0;

	for (const char *p = command; *p; p++) {
		if (*p == '\\' && quote != '\'' && p[1]) {
			p++;
			continue;
		}
		if (quote == *p)
			quote = 0;
		else if (!quote && strchr("'\"", *p))
			quote = *p;
		else if ((!quote && strchr("|&;<>()*?", *p)) || (quote != '\'' && strchr("$`", *p)))
			return fail_null(
				err, ERR_CONFIG,
				_("“%s” needs a shell (it uses %c), and none is ever started; "
				"put it into a script of your own"),
				command, *p);
	}
	if (!g_shell_parse_argv(command, NULL, &argv, &why))
		return fail_null(err, ERR_CONFIG, _("“%s” is not a command line: %s"), command,
		                 why->message);
	return argv;
}

/* The screens block signals for themselves; a program that they start must not inherit that. 0, or
 * the number of what went wrong. */
static int spawn(char *const *argv, const posix_spawn_file_actions_t *actions, pid_t *ret_pid)
{
	posix_spawnattr_t attributes;
	sigset_t none;

	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	int failed = posix_spawnp(ret_pid, argv[0], actions, &attributes, argv, environ);
	posix_spawnattr_destroy(&attributes);
	return failed;
}

static bool spawn_with_output(char *const *argv, pid_t *ret_pid, int *ret_fd, GError **err)
{
	posix_spawn_file_actions_t actions;
	int pipe_fds[2];

	if (pipe2(pipe_fds, O_CLOEXEC) != 0)
		return fail_errno(err, errno, _("cannot start %s"), argv[0]);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDOUT_FILENO);
	int failed = spawn(argv, &actions, ret_pid);
	posix_spawn_file_actions_destroy(&actions);
	close(pipe_fds[1]);
	if (failed) {
		close(pipe_fds[0]);
		return fail(err, ERR_SIGN_IN, _("the password command %s cannot be started: %s"),
		            argv[0], g_strerror(failed));
	}
	*ret_fd = pipe_fds[0];
	return true;
}

/* Reads until the end, the limit or the deadline; true at the end. */
static bool read_until(int fd, int64_t deadline_ms, char *buffer, size_t *ret_len)
{
	size_t len = 0;

	for (;;) {
		int64_t left = deadline_ms - clock_uptime_ms(clock_system());
		struct pollfd p = { fd, POLLIN, 0 };
		if (left <= 0 || len == LIMIT_COMMAND_OUTPUT_BYTES)
			return false;
		if (poll(&p, 1, (int)left) <= 0)
			continue;
		ssize_t n = read(fd, buffer + len, LIMIT_COMMAND_OUTPUT_BYTES - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	*ret_len = len;
	return true;
}

Secret *process_read_secret(char *const *argv, int timeout_s, GError **err)
{
	int64_t deadline_ms = clock_uptime_ms(clock_system()) + (int64_t)timeout_s * 1000;
	pid_t pid;
	int fd = -1, status = 0;
	size_t len = 0;

	if (!spawn_with_output(argv, &pid, &fd, err))
		return NULL;
	char *buffer = g_malloc0(LIMIT_COMMAND_OUTPUT_BYTES);
	bool is_whole = read_until(fd, deadline_ms, buffer, &len);
	close(fd);
	if (!is_whole)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	char *end = memchr(buffer, '\n', len);
	size_t line_len = end ? (size_t)(end - buffer) : len;
	if (line_len && buffer[line_len - 1] == '\r')
		line_len--;

	Secret *secret = NULL;
	if (!is_whole)
		fail(err, ERR_SIGN_IN, _("the password command %s gave no answer within %d s"),
		     argv[0], timeout_s);
	else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		fail(err, ERR_SIGN_IN, _("the password command %s failed (exit code %d)"), argv[0],
		     WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	else if (line_len == 0)
		fail(err, ERR_SIGN_IN, _("the password command %s printed nothing"), argv[0]);
	else
		secret = secret_new(buffer, line_len);
	secret_wipe(buffer, LIMIT_COMMAND_OUTPUT_BYTES);
	g_free(buffer);
	return secret;
}

/* ---- with the terminal ---- */

/* When the person stops it, we stop with it, so that the shell gets its terminal; what continues us
 * continues the whole group. */
static int wait_with_stops(pid_t pid)
{
	int status = 0;

	for (;;) {
		if (waitpid(pid, &status, WUNTRACED) < 0) {
			if (errno != EINTR)
				return -1;
		} else if (!WIFSTOPPED(status)) {
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		} else {
			kill(getpid(), SIGSTOP);
		}
	}
}

bool process_run_on_terminal(char *const *argv, int *ret_code, GError **err)
{
	pid_t pid;
	int failed = spawn(argv, NULL, &pid);

	if (failed)
		return fail(err, failed == ENOENT ? ERR_NOT_FOUND : ERR_IO,
		            _("%s cannot be started: %s"), argv[0], g_strerror(failed));
	*ret_code = wait_with_stops(pid);
	return true;
}
