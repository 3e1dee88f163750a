/*
 * args: a command line by tables. Each verb lists its options in a `static const ArgOption[]`; from
 * the same rows come parsing, --help, shell completion and the manual. Pure; any thread.
 *
 * Understood: --name VALUE, --name=VALUE, -x VALUE, -xVALUE, several flags in one (-qv), -- before
 * operands that begin with a dash. Options may stand between operands.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
	ARG_FLAG,          /* no value; may come several times */
	ARG_TEXT,
	ARG_INT,           /* range "MIN-MAX" */
	ARG_CHOICE,        /* range "a|b|c" */
	ARG_FILE, ARG_DIR, /* a path; completed as such */
	ARG_ACCOUNT, ARG_FOLDER, ARG_SETTING, ARG_TOPIC,     /* completed from what there is */
} ArgType;

typedef struct {
	char        letter;      /* 0: none */
	const char *name;        /* without dashes; NULL ends the table */
	ArgType     type;
	const char *value;       /* how help names the value, "FILE"; NULL for flags */
	const char *range;       /* INT and CHOICE; NULL otherwise */
	const char *help;        /* marked for translation, no full stop */
} ArgOption;

typedef struct Args Args;

/*
 * Takes @argv (NULL-ended, without the program and the verb's own words) apart by @tables
 * (NULL-ended). @context begins messages: "mail list". ERR_USAGE: unknown option (with the
 * nearest), value missing, not wanted or out of range.
 */
Args *args_parse(const char *context, const ArgOption *const *tables, const char *const *argv,
                 GError **err);
void  args_free(Args *args);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Args, args_free)

/* @name is in the tables (asserted). */
bool        args_has(const Args *args, const char *name);
int         args_count(const Args *args, const char *name);      /* how often a flag was given */
const char *args_text(const Args *args,
                      const char *name); /* the last value; NULL if not given. Borrowed */
/* All its values in order, NULL-ended; borrowed. */
const char *const *args_texts(const Args *args, const char *name);
int64_t     args_int(const Args *args, const char *name, int64_t otherwise);

/* NULL-ended, borrowed. */
const char *const *args_operands(const Args *args);
guint              args_operand_count(const Args *args);

/* The option a word of a command line names ("--json", "--json=x", "-n5", "-n"); NULL if there is
 * none. */
const ArgOption *args_find(const ArgOption *const *tables, const char *word);
