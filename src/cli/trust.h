/* trust: what “smime trust” and “smime distrust” are about. */
#pragma once
#include "cli/session.h"

/*
 * Of Certificate, the caller's: all of the file that @word names, and @changes keeps them; else the
 * one that is kept here under this fingerprint. ERR_NOT_FOUND; ERR_CONFIG: the file holds none.
 */
GPtrArray *trust_find(Cli *cli, const char *word, GPtrArray *changes, GError **err);
