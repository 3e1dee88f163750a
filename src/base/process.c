#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

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
			return fail_null(err, ERR_CONFIG,
			                 _("“%s” needs a shell (it uses %c), and none is ever "
			                   "started; put it into a script of your own"),
			                 command, *p);
	}
	if (!g_shell_parse_argv(command, NULL, &argv, &why))
		return fail_null(err, ERR_CONFIG, _("“%s” is not a command line: %s"), command,
		                 why->message);
	return argv;
}

/* ---- starting and ending ---- */

typedef struct {
	const posix_spawn_file_actions_t *actions;
	int           flags;         /* POSIX_SPAWN_SETSID or 0 */
	char *const  *environment;
} SpawnHow;

/* The screens block signals for themselves, and a broken pipe ends none of ours; a program that
 * they start must not inherit that. 0, or the number of what went wrong. */
static int spawn(char *const *argv, const SpawnHow *how, pid_t *ret_pid)
{
	posix_spawnattr_t attributes;
	sigset_t none, usual;

	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setflags(
		&attributes, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | how->flags));
	int failed = posix_spawnp(ret_pid, argv[0], how->actions, &attributes, argv,
	                          how->environment);
	posix_spawnattr_destroy(&attributes);
	return failed;
}

/* poll() until @deadline_ms (uptime); false when that is over. */
static bool poll_until(struct pollfd *fds, nfds_t count, int64_t deadline_ms)
{
	for (;;) {
		int64_t left_ms = deadline_ms - clock_uptime_ms(clock_system());

		if (left_ms <= 0)
			return false;
		if (poll(fds, count, (int)MIN(left_ms, G_MAXINT)) > 0)
			return true;
	}
}

/* Waits for the end of @pid; at @deadline_ms it is @kill_id (as for kill()) that is killed. True if
 * it ended by itself. A program may close its output and live on. */
static bool reap(pid_t pid, pid_t kill_id, int64_t deadline_ms, int *ret_status)
{
	struct pollfd end = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	bool is_in_time = end.fd < 0 || poll_until(&end, 1, deadline_ms);

	if (!is_in_time)
		kill(kill_id, SIGKILL);
	if (end.fd >= 0)
		close(end.fd);
	while (waitpid(pid, ret_status, 0) < 0 && errno == EINTR)
		;
	return is_in_time;
}

static int exit_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- a password command ---- */

static bool spawn_with_output(char *const *argv, pid_t *ret_pid, int *ret_fd, GError **err)
{
	posix_spawn_file_actions_t actions;
	const SpawnHow how = { &actions, 0, environ };
	int pipe_fds[2];

	if (pipe2(pipe_fds, O_CLOEXEC) != 0)
		return fail_errno(err, errno, _("cannot start %s"), argv[0]);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDOUT_FILENO);
	int failed = spawn(argv, &how, ret_pid);
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

/* Reads until the end, the limit or the deadline; true at the end. *ret_len is what came. */
static bool read_until(int fd, int64_t deadline_ms, char *buffer, size_t *ret_len)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	*ret_len = 0;
	while (*ret_len < LIMIT_COMMAND_OUTPUT_BYTES && poll_until(&p, 1, deadline_ms)) {
		ssize_t n = read(fd, buffer + *ret_len, LIMIT_COMMAND_OUTPUT_BYTES - *ret_len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return true;
		*ret_len += (size_t)n;
	}
	return false;
}

/* The first line, without its end. */
static Secret *line_as_secret(const char *argv0, const char *buffer, size_t len, GError **err)
{
	const char *end = memchr(buffer, '\n', len);
	size_t line_len = end ? (size_t)(end - buffer) : len;

	if (line_len && buffer[line_len - 1] == '\r')
		line_len--;
	if (line_len == 0)
		return fail_null(err, ERR_SIGN_IN, _("the password command %s printed nothing"),
		                 argv0);
	return secret_new(buffer, line_len);
}

/* @buffer: LIMIT_COMMAND_OUTPUT_BYTES, for the caller to wipe. */
static Secret *run_for_secret(char *const *argv, int timeout_s, char *buffer, GError **err)
{
	int64_t deadline_ms = clock_uptime_ms(clock_system()) + (int64_t)timeout_s * 1000;
	pid_t pid;
	int fd = -1, status = 0;
	size_t len = 0;

	if (!spawn_with_output(argv, &pid, &fd, err))
		return NULL;
	bool is_whole = read_until(fd, deadline_ms, buffer, &len);
	close(fd);
	if (!is_whole)
		kill(pid, SIGKILL);
	bool is_in_time = reap(pid, pid, deadline_ms, &status);
	if (len == LIMIT_COMMAND_OUTPUT_BYTES)
		return fail_null(err, ERR_SIGN_IN,
		                 _("the password command %s printed more than %u bytes"), argv[0],
		                 LIMIT_COMMAND_OUTPUT_BYTES - 1);
	if (!is_in_time || !is_whole)
		return fail_null(err, ERR_SIGN_IN,
		                 _("the password command %s gave no answer within %d s"), argv[0],
		                 timeout_s);
	if (exit_code(status) != 0)
		return fail_null(err, ERR_SIGN_IN,
		                 _("the password command %s failed (exit code %d)"), argv[0],
		                 exit_code(status));
	return line_as_secret(argv[0], buffer, len, err);
}

Secret *process_read_secret(char *const *argv, int timeout_s, GError **err)
{
	char *buffer = g_malloc0(LIMIT_COMMAND_OUTPUT_BYTES);
	Secret *secret = run_for_secret(argv, timeout_s, buffer, err);

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
			return exit_code(status);
		} else {
			kill(getpid(), SIGSTOP);
		}
	}
}

bool process_run_on_terminal(char *const *argv, int *ret_code, GError **err)
{
	const SpawnHow how = { NULL, 0, environ };
	pid_t pid;
	int failed = spawn(argv, &how, &pid);

	if (failed)
		return fail(err, failed == ENOENT ? ERR_NOT_FOUND : ERR_IO,
		            _("%s cannot be started: %s"), argv[0], g_strerror(failed));
	*ret_code = wait_with_stops(pid);
	return true;
}

/* ---- a program that is given content ---- */

typedef struct {
	char *const *environment;
	bool         keeps_errors;   /* what it says on standard error is part of what it prints */
	size_t       most;           /* bytes of its output that are kept */
	bool         ends_at_most;   /* who prints more is ended; else it goes on unheard */
	int          cancel_fd;      /* -1: nothing cancels */
	pid_t pid;
	int in, out;                 /* what it reads, what it prints; -1 closed */
	const char *rest;            /* of the content */
	size_t rest_len;
	GString *said;               /* what it printed, up to a limit */
	bool is_cut;                 /* it printed more */
	bool is_cancelled;
} Feed;

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* A session of its own keeps its hands off our terminal, and lets it be ended with its children. */
static int spawn_detached(Feed *feed, char *const *argv, int in, int out)
{
	posix_spawn_file_actions_t actions;
	const SpawnHow how = { &actions, POSIX_SPAWN_SETSID, feed->environment };

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (feed->keeps_errors)
		posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
	else
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	int failed = spawn(argv, &how, &feed->pid);
	posix_spawn_file_actions_destroy(&actions);
	return failed;
}

static bool feed_open(Feed *feed, char *const *argv, GError **err)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) != 0)
		return fail_errno(err, errno, _("cannot start %s"), argv[0]);
	if (pipe2(out, O_CLOEXEC) != 0) {
		int why = errno;
		close(in[0]);
		close(in[1]);
		return fail_errno(err, why, _("cannot start %s"), argv[0]);
	}
	int failed = spawn_detached(feed, argv, in[0], out[1]);
	close(in[0]);
	close(out[1]);
	feed->in = in[1];
	feed->out = out[0];
	if (!failed) {
		fcntl(feed->in, F_SETFL, O_NONBLOCK);
		return true;
	}
	close_end(&feed->in);
	close_end(&feed->out);
	return fail(err, ERR_IO, _("%s cannot be started: %s"), argv[0], g_strerror(failed));
}

static void feed_write(Feed *feed)
{
	ssize_t n = write(feed->in, feed->rest, feed->rest_len);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0) {
		feed->rest += n;
		feed->rest_len -= (size_t)n;
	}
	if (n < 0 || feed->rest_len == 0)
		close_end(&feed->in);
}

static void feed_read(Feed *feed)
{
	char buffer[16384];
	ssize_t n = read(feed->out, buffer, sizeof buffer);

	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		close_end(&feed->out);
		return;
	}
	size_t room = feed->most - feed->said->len;
	feed->is_cut |= (size_t)n > room;
	g_string_append_len(feed->said, buffer, (gssize)MIN((size_t)n, room));
}

/* Until it closes its output; true unless that took too long, it said too much, or is cancelled. */
static bool feed_run(Feed *feed, int64_t deadline_ms)
{
	if (feed->rest_len == 0)
		close_end(&feed->in);
	while (feed->out >= 0) {
		struct pollfd fds[] = { { feed->out, POLLIN, 0 },
			                { feed->in, POLLOUT, 0 },
			                { feed->cancel_fd, POLLIN, 0 } };

		if (!poll_until(fds, G_N_ELEMENTS(fds), deadline_ms))
			return false;
		if ((feed->is_cancelled = fds[2].revents != 0))
			return false;
		if (fds[0].revents)
			feed_read(feed);
		if (feed->is_cut && feed->ends_at_most)
			return false;
		if (feed->in >= 0 && fds[1].revents)
			feed_write(feed);
	}
	return true;
}

/* Gives it the content and waits for its end; true unless it had to be ended. */
static bool feed_finish(Feed *feed, int64_t deadline_ms, int *ret_status)
{
	bool is_in_time = feed_run(feed, deadline_ms);

	if (!is_in_time)
		kill(-feed->pid, SIGKILL);
	close_end(&feed->in);
	close_end(&feed->out);
	return reap(feed->pid, -feed->pid, deadline_ms, ret_status) && is_in_time;
}

static char *first_line(const GString *said)
{
	g_autofree char *text = text_to_utf8(said->str, said->len);

	text[strcspn(text, "\r\n")] = '\0';
	return text_one_line(text);
}

bool process_feed(char *const *argv, GBytes *content, int timeout_s, char **ret_said, GError **err)
{
	int64_t deadline_ms = clock_uptime_ms(clock_system()) + (int64_t)timeout_s * 1000;
	g_autoptr(GString) said = g_string_new(NULL);
	Feed feed = { .environment = environ,
		      .keeps_errors = true,
		      .most = LIMIT_COMMAND_OUTPUT_BYTES,
		      .cancel_fd = -1,
		      .in = -1,
		      .out = -1,
		      .said = said };
	int status = 0;

	feed.rest = g_bytes_get_data(content, &feed.rest_len);
	if (!feed_open(&feed, argv, err))
		return false;
	bool is_in_time = feed_finish(&feed, deadline_ms, &status);
	g_autofree char *line = first_line(said);
	if (!is_in_time)
		return fail(err, ERR_IO, _("%s did not end within %d s"), argv[0], timeout_s);
	if (exit_code(status) != 0)
		return fail(err, ERR_IO, _("%s failed (exit code %d)%s%s"), argv[0],
		            exit_code(status), *line ? ": " : "", line);
	if (ret_said)
		*ret_said = g_steal_pointer(&line);
	return true;
}

GBytes *process_exchange(char *const *argv, GBytes *content, int cancel_fd, int timeout_ms,
                         size_t most_bytes, GError **err)
{
	int64_t deadline_ms = clock_uptime_ms(clock_system()) + timeout_ms;
	char *no_environment[] = { NULL };
	g_autoptr(GString) said = g_string_new(NULL);
	Feed feed = { .environment = no_environment,
		      .most = most_bytes,
		      .ends_at_most = true,
		      .cancel_fd = cancel_fd,
		      .in = -1,
		      .out = -1,
		      .said = said };
	int status = 0;

	feed.rest = g_bytes_get_data(content, &feed.rest_len);
	if (!feed_open(&feed, argv, err))
		return NULL;
	bool is_in_time = feed_finish(&feed, deadline_ms, &status);
	if (feed.is_cancelled)
		return fail_null(err, ERR_CANCELLED, _("%s was ended"), argv[0]);
	if (feed.is_cut)
		return fail_null(err, ERR_LIMIT, _("%s printed more than %zu bytes"), argv[0],
		                 most_bytes);
	if (!is_in_time)
		return fail_null(err, ERR_IO, _("%s did not end within %d s"), argv[0],
		                 (timeout_ms + 999) / 1000);
	if (exit_code(status) != 0)
		return fail_null(err, ERR_IO, _("%s failed (exit code %d)"), argv[0],
		                 exit_code(status));
	return g_string_free_to_bytes(g_steal_pointer(&said));
}
