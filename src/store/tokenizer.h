/*
 * tokenizer: how text becomes the words of the index, for SQLite's FTS5 under the name "postern".
 *
 * Letters, digits and marks make words; case, accents, width and ligatures are folded (ß is ss, ł
 * is l, and every i, with or without its dot, is i, since a capital I can be either). Scripts that
 * are written without blanks, and Hangul, are cut into overlapping pairs: 東京都 is 東京 京都 都. A
 * query for a part of such a run becomes a phrase of pairs and so finds it anywhere; a lone
 * character is the beginning of a pair, so it needs a prefix query. An emoji is a word. Soft
 * hyphens and joiners are not there at all.
 */
#pragma once
#include <glib.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

enum { TOKEN_BYTES_MAX = 64 };      /* what is longer is cut, in text and query alike */

/* Makes "postern" known to the FTS5 of @db. False if this SQLite has no FTS5. */
bool tokenizer_register(sqlite3 *db);

/* True if @text ends with a character of a script without blanks that stands alone: search for it
 * as a prefix. */
bool tokenizer_ends_alone(const char *text);

/* False if @text makes no token at all, such as "&". */
bool tokenizer_has_words(const char *text);

typedef struct Tokenizer Tokenizer;

Tokenizer *tokenizer_new(void);
void       tokenizer_free(Tokenizer *tokenizer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tokenizer, tokenizer_free)

/* Gets each token in turn; anything but 0 ends the run. */
typedef int (*TokenTake)(void *data, const char *token, size_t len);

/* Tokens of @text, which need not be valid UTF-8. @is_query: a run at its very end is not closed,
 * so that what follows in the text may be anything. Returns what @take returned last. */
int tokenizer_run(Tokenizer *tokenizer, const char *text, size_t len, bool is_query, TokenTake take,
                  void *data);
