/*
 * verb: the commands of the command line, as the table verbs.def lists them. Each has a file of its
 * own that defines its row; from the rows come dispatch, help, completion and postern(1).
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "cli/args.h"
#include "cli/exit.h"

typedef struct Cli Cli;      /* cli/session.h */

/* Which of the options that narrow a command it can obey. The others are common to all. */
typedef enum {
	USES_ACCOUNT = 1 << 0,     /* -a */
	USES_FOLDER  = 1 << 1,     /* -f */
	USES_ENGINE  = 1 << 2,     /* talks to a server: --password-fd */
	USES_KEYS    = 1 << 3,     /* opens files of keys: --identity, --password-fd */
	USES_FILE    = 1 << 4,     /* opens one file of keys, an operand: --password-fd */
} VerbUses;

typedef struct {
	const char *line, *what;
} VerbExample; /* without "postern "; @what marked for translation */

enum { VERB_EXAMPLES = 3, VERB_EXITS = 10 };

typedef struct {
	const char      *name;            /* "mail list" */
	const char      *summary;         /* one line, no full stop; marked for translation */
	const char      *description;     /* a paragraph or two; marked */
	const char      *operands;        /* as help shows them, "ID…"; NULL: none */
	int              operands_min, operands_max;      /* max -1: any number */
	ArgType          operand_type;    /* for completion */
	guint            uses;            /* VerbUses */
	const ArgOption *options;         /* its own; NULL: none */
	VerbExample      examples[VERB_EXAMPLES];
	ExitCode exits[VERB_EXITS]; /* that are particular to it, besides OK, ERROR and USAGE; ends
	                               with 0 */
	/* True: done (see cli_set_exit() for a code that is neither success nor failure). */
	bool           (*run)(Cli *cli, GError **err);
} Verb;

/* All verbs, in the order of the manual; NULL-ended. */
const Verb *const *verbs_all(void);

/*
 * Finds the verb that @words (NULL-ended) begin with; *ret_words is how many of them name it.
 * ERR_USAGE with the nearest verb, or the verbs of a noun that stands alone.
 */
const Verb *verb_find(const char *const *words, int *ret_words, GError **err);

/* Tables of options of @verb, NULL-ended, its own first. Free with g_free. */
const ArgOption **verb_option_tables(const Verb *verb);

/* The options that every verb takes. */
const ArgOption *verb_common_options(void);
