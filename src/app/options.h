/*
 * options: how a line of our files becomes a value: the types that settings.def and account.def are
 * made of. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
	OPTION_TEXT,       /* anything on one line */
	OPTION_PATH,       /* a file or folder: absolute, or below home with ~/ */
	OPTION_INT,        /* range "MIN-MAX" */
	OPTION_BOOL,       /* yes or no */
	OPTION_CHOICE,     /* range "a|b|c" */
} OptionType;

typedef struct {
	const char *section;           /* "" in account files */
	const char *name;
	OptionType  type;
	const char *default_value;
	const char *range;             /* "" where the type says it all */
	const char *help;              /* one sentence, marked for translation */
	const char *unit;              /* of an INT: "s", "ms"; NULL none */
	bool        is_per_account;    /* an account's file may have a value of its own */
	bool        is_lockable;       /* a policy may fix it */
	bool        is_of_machine;     /* means nothing elsewhere: stays out of an export */
} Option;

/* "section.name", or "name" without a section. Free with g_free. */
char *option_full_name(const Option *option);

/* What may be written, for messages and manuals: "yes or no", "1 to 9", "auto, always or never".
 * Free with g_free. */
char *option_allowed(const Option *option);

/* ERR_CONFIG: @value is not allowed; the message says what is. */
bool option_check(const Option *option, const char *value, GError **err);

/* The value behind @value, around: of a BOOL or CHOICE; NULL for what is typed. Free with g_free. */
char *option_next_value(const Option *option, const char *value);

/* Of a value that option_check() has passed. */
int64_t option_int(const char *value);
bool    option_bool(const char *value);
char *option_path(const char *value); /* ~ made whole; NULL if empty. Free with g_free. */
int     option_choice(const Option *option, const char *value);        /* index into the range */
