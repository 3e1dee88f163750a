#include "base/error.h"

#include <errno.h>
#include <stdarg.h>

G_DEFINE_QUARK(postern-error-quark, postern_error)

static void G_GNUC_PRINTF(3, 0)
	set_error(GError **err, ErrorKind kind, const char *format, va_list args)
{
	if (!err)
		return;
	g_assert(!*err);
	*err = g_error_new_valist(POSTERN_ERROR, (int)kind, format, args);
}

bool fail(GError **err, ErrorKind kind, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_error(err, kind, format, args);
	va_end(args);
	return false;
}

void *fail_null(GError **err, ErrorKind kind, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set_error(err, kind, format, args);
	va_end(args);
	return NULL;
}

static ErrorKind kind_of_errno(int error_number)
{
	switch (error_number) {
	case ENOSPC:
	case EDQUOT:
		return ERR_FULL;
	case ENOENT:
		return ERR_NOT_FOUND;
	case EEXIST:
		return ERR_EXISTS;
	default:
		return ERR_IO;
	}
}

bool fail_errno(GError **err, int error_number, const char *format, ...)
{
	va_list args;

	if (!err)
		return false;
	va_start(args, format);
	g_autofree char *what = g_strdup_vprintf(format, args);
	va_end(args);
	return fail(err, kind_of_errno(error_number), "%s: %s", what, g_strerror(error_number));
}

bool error_is(const GError *err, ErrorKind kind)
{
	return err && err->domain == POSTERN_ERROR && err->code == (int)kind;
}

ErrorKind error_kind(const GError *err)
{
	return err->domain == POSTERN_ERROR ? (ErrorKind)err->code : ERR_IO;
}

const char *error_kind_name(ErrorKind kind)
{
	static const char *const names[] = {
		[ERR_USAGE] = "usage",           [ERR_CONFIG] = "config",
		[ERR_NOT_FOUND] = "not_found",   [ERR_EXISTS] = "exists",
		[ERR_NETWORK] = "network",       [ERR_UNREACHED] = "network",
		[ERR_TLS] = "tls",               [ERR_SIGN_IN] = "sign_in",
		[ERR_FORBIDDEN] = "forbidden",   [ERR_THROTTLED] = "throttled",
		[ERR_SERVER] = "server",         [ERR_PROTOCOL] = "protocol",
		[ERR_REQUEST] = "request",       [ERR_RESYNC] = "resync",
		[ERR_REFOLDER] = "refolder",     [ERR_PROVISION] = "provision",
		[ERR_WIPE] = "wipe",             [ERR_MOVED] = "moved",
		[ERR_GONE] = "gone",             [ERR_UNSUPPORTED] = "unsupported",
		[ERR_LIMIT] = "limit",           [ERR_STORE] = "store",
		[ERR_FULL] = "full",             [ERR_HELD] = "held",
		[ERR_IO] = "io",                 [ERR_REFUSED] = "refused",
		[ERR_CANCELLED] = "cancelled",   [ERR_ASK] = "ask",
		[ERR_OVERLOADED] = "overloaded", [ERR_LOCKED] = "locked",
	};

	return names[kind];
}

bool error_is_passing(ErrorKind kind)
{
	return error_is_of_network(kind) || kind == ERR_THROTTLED || kind == ERR_SERVER ||
	       kind == ERR_HELD || kind == ERR_FULL || kind == ERR_OVERLOADED;
}
