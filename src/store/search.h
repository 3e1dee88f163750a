/*
 * store/search: the query language and the full-text index. The index is a file of its own
 * (index.db, under the same vault), contentless FTS5 with our tokenizer, fed behind the sync;
 * dropping it rebuilds it.
 *
 * Query: words are ANDed; "a phrase"; prefix*; -word or NOT word; OR; ( ); and the fields of
 * store/query.def, as is:unread or from:"Grace Hopper". DATE is 2026-11-24, 2026-11, 2026, today,
 * yesterday, or a span back from now (12h 2d 3w 6m 1y). A bare word is looked for everywhere, in
 * the names of attachments too. Case, accents and width make no difference. An empty query, and *,
 * is everything.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/read.h"

typedef struct Query Query;

/* @now_ms and the process's time zone resolve relative dates. ERR_USAGE names the column and what
 * was expected, or says that it is too long or nested too deeply. */
Query *query_parse(const char *text, int64_t now_ms, GError **err);
void   query_free(Query *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Query, query_free)

/* The fields and states of the language, for help and completion: "size:" with what it takes, and
 * "is:unread" with nothing. Static; @value and @help are to be translated. */
typedef struct { const char *text, *value, *help; } QueryTerm;
const QueryTerm *query_terms(size_t *ret_count);

/* True if only the index can answer (words), false if the store's own indexes do. */
bool query_needs_index(const Query *query);

/* When every hit was received, as far as the query says so at its top; 0: at any time. */
void query_times(const Query *query, int64_t *ret_after_ms, int64_t *ret_before_ms);

typedef struct StoreSearch StoreSearch; /* a reader of its own for index and store; one thread */

StoreSearch *store_search_open(Store *store, GError **err);
void         store_search_free(StoreSearch *search);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreSearch, store_search_free)

/* Newest first, ids below @before_id (0: from the newest), at most @limit (0: all). @scope narrows
 * to a folder or account (may be NULL). *ret_is_behind: the index lags, words may miss the newest
 * mail. ERR_CANCELLED after store_search_interrupt(). */
bool store_search_run(StoreSearch *search, const Query *query, const ListQuery *scope,
                      int64_t before_id, unsigned limit, GArray **ret_ids, bool *ret_is_behind,
                      GError **err); /* of int64_t */
/* From any thread: makes the running call end soon. */
void store_search_interrupt(StoreSearch *search);

/* Rows for ids, in the ids' order; ids that are gone are left out. */
bool store_search_rows(StoreSearch *search, const int64_t *ids, unsigned count,
                       GPtrArray **ret_rows, GError **err); /* of ListRow */

/* ---- feeding it: the indexer thread, or a script's own ---- */
typedef struct StoreIndexer StoreIndexer;

/* An index that cannot be read is made anew. ERR_HELD: another feeds it. */
StoreIndexer *store_indexer_open(Store *store, GError **err);
void          store_indexer_free(StoreIndexer *indexer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreIndexer, store_indexer_free)

/* Gives the text of a message for the index; doc/ and mime/ do the work. Free with g_free. NULL:
 * nothing to index. */
typedef char *(*IndexText)(const Message *message, BodyKind kind, GBytes *body, void *data);

/* Indexes up to @count messages that are not yet in the index (or have other words now), one
 * transaction; 500 to 5,000 is a good measure. Drafts are left out. *ret_done false: more wait.
 * Clears away what deleted messages left behind, too. */
bool store_indexer_feed(StoreIndexer *indexer, IndexText text_of, void *data, unsigned count,
                        bool *ret_done, GError **err);
