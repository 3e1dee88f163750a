/*
 * prefix: beginnings of words, spelled out. FTS5 gathers the documents of every word that begins so
 * before the first hit is out; those of a list of words it reads newest first, and no further than
 * wanted. Internal to store/.
 */
#pragma once
#include "store/db.h"

/*
 * What finds the same as @match, an expression of query-compile.c, with each `"word" *` made the
 * words of @index that begin so, if these are few; for a run that is limited. *ret_match is the
 * caller's.
 */
bool prefix_spell_out(Db *index, const char *match, char **ret_match, GError **err);
