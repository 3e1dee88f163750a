/*
 * error: what went wrong, in two halves. The kind tells the program what can be done; the message
 * tells a person what happened, where, and the remedy. Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

/* The comment is the reaction. sync/ reacts to kinds only, never to messages. Stored: new ones go
 * to the end. */
typedef enum {
	ERR_USAGE,     /* command line: say what is allowed */
	ERR_CONFIG,    /* a line of a file is wrong: name file and line */
	ERR_NOT_FOUND, /* what was named does not exist */
	ERR_EXISTS,    /* what should be made is there already */
	ERR_NETWORK,   /* no answer: wait, try again */
	ERR_UNREACHED, /* no connection, so not a byte has left: wait, try again */
	ERR_TLS,       /* certificate or TLS version refused: ask, never go on */
	ERR_SIGN_IN,   /* name or password refused: ask once, then stop (lock-out) */
	ERR_FORBIDDEN, /* the server's administrator must act: retry hourly */
	ERR_THROTTLED, /* the server is busy: obey Retry-After */
	ERR_SERVER,    /* the server failed: back off */
	ERR_PROTOCOL,  /* the answer cannot be understood: back off, log */
	ERR_REQUEST,   /* the server calls our request wrong: never repeat it as it is */
	ERR_RESYNC,    /* the sync key of one collection is lost: start it from key 0, keep items */
	ERR_REFOLDER,  /* the folder list is out of date: FolderSync, then repeat */
	ERR_PROVISION, /* policies must be applied: Provision, then repeat */
	ERR_WIPE,      /* the server demands that this account's data be erased */
	ERR_MOVED,     /* the mailbox is elsewhere: follow by the rules or ask */
	ERR_GONE,      /* the item is no longer there: drop it here too */
	ERR_UNSUPPORTED, /* this server or file cannot do it: hide the feature */
	ERR_LIMIT,     /* larger or deeper than a limit of ours: give up on this item */
	ERR_STORE,     /* the store is damaged or refuses: nothing was changed */
	ERR_FULL,      /* no space left: nothing was changed */
	ERR_HELD,      /* another instance holds the engine */
	ERR_IO,        /* a file or pipe failed */
	ERR_REFUSED,   /* rights_allow() said no; the message names the reason */
	ERR_CANCELLED, /* the person or the program's end */
	ERR_ASK,       /* a person must answer first and cannot be asked here */
	ERR_OVERLOADED, /* the server asks to be left alone: retry after half an hour */
	ERR_LOCKED,    /* the store is locked: wait for its owner, nothing is lost meanwhile */
	ERR_KIND_COUNT
} ErrorKind;

GQuark postern_error_quark(void);
#define POSTERN_ERROR (postern_error_quark())

/* Sets *err (which may be NULL) and returns false, so that `return fail(…)` ends a function. */
bool fail(GError **err, ErrorKind kind, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* The same for functions that return a pointer. Always NULL. */
void *fail_null(GError **err, ErrorKind kind, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* Sets *err from errno: "cannot @what: reason". ENOSPC and EDQUOT are ERR_FULL, ENOENT is
 * ERR_NOT_FOUND, else ERR_IO. */
bool fail_errno(GError **err, int error_number, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* True if @err is one of ours and of this kind. @err may be NULL (false). */
bool error_is(const GError *err, ErrorKind kind);

/* The kind of one of our errors; ERR_IO for one of GLib's. @err is not NULL. */
ErrorKind error_kind(const GError *err);

/* A stable lower-case word for scripts, such as "sign_in". */
const char *error_kind_name(ErrorKind kind);

/* No connection, or one that was lost. */
static inline bool error_is_of_network(ErrorKind kind)
{
	return kind == ERR_NETWORK || kind == ERR_UNREACHED;
}

/* True if the same call may succeed later without anybody doing anything. */
bool error_is_passing(ErrorKind kind);
