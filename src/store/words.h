/*
 * words: texts as rows hold them to be searched by: the tokens of the tokenizer, each behind a
 * blank, so that " lov" finds what begins so. Internal to store/.
 */
#pragma once
#include <glib.h>

#include "store/tokenizer.h"

/* The most words of what is typed that are looked for; more only narrow what is narrow already. */
enum { WORDS_MAX = 6 };

/* Adds those of @text, which may be NULL. */
void words_add(GString *words, Tokenizer *tokenizer, const char *text);

/* Those of what is being typed, the last of which may not be finished: at most WORDS_MAX strings
 * that begin with a blank. */
GPtrArray *words_of_typed(const char *typed);

/* The digits of a telephone number up to its extension, without the zeros of its beginning, which
 * say only from where it is dialled. Free with g_free. */
char *number_digits(const char *text);
