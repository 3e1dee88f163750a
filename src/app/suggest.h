/*
 * suggest: "did you mean …". Pure; any thread.
 */
#pragma once
#include <stddef.h>

/*
 * The candidate nearest to @word by edit distance, whatever the case of ASCII letters, borrowed
 * from @candidates (NULL-ended); NULL when none is near enough to be worth a word: more than a
 * third of @word's length (at least one) edits away.
 */
const char *suggest_nearest(const char *word, const char *const *candidates);

/* ' (did you mean “x”?)' or "", for the end of a sentence. Free with g_free. */
char *suggest_hint(const char *word, const char *const *candidates);
