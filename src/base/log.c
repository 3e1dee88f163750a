#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

/* The process has one log: the one piece of state that every thread shares. */
static struct {
	GMutex   lock;
	int      fd;
	gint     level;
} the_log = { .fd = -1, .level = LOG_NONE };

bool log_open(const char *path, LogLevel level, GError **err)
{
	int fd = STDERR_FILENO;

	if (level == LOG_NONE)
		return true;
	if (path) {
		fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0)
			return fail_errno(err, errno, _("cannot open the log %s"), path);
	}
	log_close();
	the_log.fd = fd;
	g_atomic_int_set(&the_log.level, (gint)level);
	return true;
}

void log_close(void)
{
	g_atomic_int_set(&the_log.level, LOG_NONE);
	g_mutex_lock(&the_log.lock);
	if (the_log.fd > STDERR_FILENO)
		close(the_log.fd);
	the_log.fd = -1;
	g_mutex_unlock(&the_log.lock);
}

static bool is_enabled(LogLevel level)
{
	return (gint)level <= g_atomic_int_get(&the_log.level) && level != LOG_NONE;
}

void log_line(LogLevel level, const char *class_name, const char *format, ...)
{
	static const char *const names[] = { "", "error", "info", "debug", "wire" };
	va_list args;

	if (!is_enabled(level))
		return;
	va_start(args, format);
	g_autofree char *raw = g_strdup_vprintf(format, args);
	va_end(args);
	g_autofree char *shown = text_visible(raw);
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *when = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S");
	g_autofree char *line = g_strdup_printf("%s.%03dZ %s %s: %s\n", when,
	                                        g_date_time_get_microsecond(now) / 1000,
	                                        names[level], class_name, shown);

	g_mutex_lock(&the_log.lock);
	if (the_log.fd >= 0 && write(the_log.fd, line, strlen(line)) < 0) {
		/* A log that cannot be written has nobody to tell. */
	}
	g_mutex_unlock(&the_log.lock);
}
