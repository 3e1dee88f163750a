/*
 * complete: what may come next on a command line, from the same tables that parse it, and from the
 * accounts and folders there are.
 */
#pragma once
#include <glib.h>

#include "cli/session.h"

/* Candidates for the last of @words (NULL-ended, without the program; may be ""), as
 * "word\tdescription". Never fails: what cannot be read offers nothing. Of char *, the caller's. A
 * sole ":files" or ":dirs" leaves it to the shell. */
GPtrArray *complete_words(Cli *cli, const char *const *words);
