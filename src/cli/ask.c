#include "cli/ask.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

enum {
	LINE_MAX_BYTES = 4096,
	KEY_CTRL_C = 3,
	KEY_CTRL_D = 4,
	KEY_CTRL_U = 21,
	KEY_BACKSPACE = 8,
	KEY_DELETE = 127
};

static void put_question(const char *question)
{
	fprintf(stderr, "%s ", question);
	fflush(stderr);
}

static bool cancelled(GError **err)
{
	fputc('\n', stderr);
	return fail(err, ERR_CANCELLED, _("cancelled"));
}

/* Reads to the end of a line, or ^C where the terminal takes it for one; false at ^C, ^D. */
static bool read_typed(char *buffer, size_t *ret_len)
{
	size_t len = 0;

	while (len < LINE_MAX_BYTES) {
		char c;
		ssize_t n = read(STDIN_FILENO, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || c == KEY_CTRL_C || (n == 0 && len == 0))
			return false;
		if (n == 0 || c == '\n')
			break;
		buffer[len++] = c;
	}
	*ret_len = len;
	return true;
}

/* With the line's own keys, but for ^C: the signal may be blocked, for a transfer has its own way to
 * end. The terminal is told first: a key may come as soon as the question shows. */
static bool read_visibly(const char *question, char *buffer, size_t *ret_len)
{
	struct termios before, asking;

	if (tcgetattr(STDIN_FILENO, &before) != 0) {
		put_question(question);
		return read_typed(buffer, ret_len);
	}
	asking = before;
	asking.c_lflag &= (tcflag_t)~ISIG;
	asking.c_cc[VEOL] = KEY_CTRL_C;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &asking);
	put_question(question);
	bool is_given = read_typed(buffer, ret_len);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	return is_given;
}

char *ask_line(const char *question, const char *otherwise, GError **err)
{
	char buffer[LINE_MAX_BYTES];
	size_t len;
	g_autofree char *shown =
		otherwise ? g_strdup_printf("%s [%s]", question, otherwise) : g_strdup(question);

	if (!read_visibly(shown, buffer, &len)) {
		cancelled(err);
		return NULL;
	}
	g_autofree char *line = g_strstrip(text_to_utf8(buffer, len));
	return *line || !otherwise ? g_steal_pointer(&line) : g_strdup(otherwise);
}

static size_t without_last_character(const char *buffer, size_t len)
{
	while (len > 0 && (buffer[--len] & 0xc0) == 0x80)
		;
	return len;
}

/* Byte by byte with ^C as a key: the terminal gets its echo back on every way out. */
static bool read_silently(char *buffer, size_t *ret_len)
{
	size_t len = 0;
	char c;

	while (len < LINE_MAX_BYTES) {
		ssize_t n = read(STDIN_FILENO, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || c == KEY_CTRL_C || (c == KEY_CTRL_D && len == 0))
			return false;
		if (c == '\n' || c == '\r')
			break;
		if (c == KEY_BACKSPACE || c == KEY_DELETE)
			len = without_last_character(buffer, len);
		else if (c == KEY_CTRL_U)
			len = 0;
		else
			buffer[len++] = c;
	}
	*ret_len = len;
	return true;
}

Secret *ask_secret(const char *question, GError **err)
{
	struct termios before, silent;
	char buffer[LINE_MAX_BYTES];
	size_t len = 0;

	if (tcgetattr(STDIN_FILENO, &before) != 0) {
		fail_errno(err, errno,
		           _("cannot ask for a password: the standard input is not a terminal"));
		return NULL;
	}
	silent = before;
	silent.c_lflag &= (tcflag_t)~(ECHO | ECHOE | ECHONL | ICANON | ISIG);
	/* Silent first: what is typed as soon as the question shows must neither be echoed nor
	 * flushed. */
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	put_question(question);
	bool is_given = read_silently(buffer, &len);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	Secret *secret = NULL;
	if (is_given) {
		fputc('\n', stderr);
		secret = secret_new(buffer, len);
	} else {
		cancelled(err);
	}
	secret_wipe(buffer, sizeof buffer);
	return secret;
}

/* A line, byte by byte: what follows it is not ours to take. */
static bool read_line(int fd, char *buffer, size_t *ret_len, GError **err)
{
	size_t len = 0;

	for (;;) {
		char c;
		ssize_t n = read(fd, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_errno(err, errno, _("cannot read file descriptor %d"), fd);
		if (n == 0 || c == '\n')
			break;
		if (len == LINE_MAX_BYTES)
			return fail(err, ERR_LIMIT,
			            _("a line of file descriptor %d is longer than %d bytes"), fd,
			            LINE_MAX_BYTES);
		buffer[len++] = c;
	}
	if (len && buffer[len - 1] == '\r')
		len--;
	*ret_len = len;
	return len > 0 || fail(err, ERR_SIGN_IN, _("file descriptor %d gave nothing"), fd);
}

Secret *ask_descriptor(int fd, GError **err)
{
	char buffer[LINE_MAX_BYTES];
	size_t len = 0;
	Secret *secret = read_line(fd, buffer, &len, err) ? secret_new(buffer, len) : NULL;

	secret_wipe(buffer, sizeof buffer);
	return secret;
}

bool ask_confirm(const char *question, bool *ret_is_yes, GError **err)
{
	g_autofree char *whole = g_strdup_printf(_("%s [y/N]"), question);
	g_autofree char *answer = ask_line(whole, "", err);

	if (!answer)
		return false;
	/* The word of the person's language, or y in any. */
	*ret_is_yes = text_equal_ascii_case(answer, "y") || text_equal_ascii_case(answer, "yes") ||
	              strcmp(answer, _("yes")) == 0;
	return true;
}
