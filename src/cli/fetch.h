/*
 * fetch: whole MIME of messages, from the store or else from the server, several under way at once.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/session.h"

typedef struct {
	/* What came: @mime, or @error (borrowed) where this one failed. False with *err ends it
	 * all. */
	bool (*take)(void *data, int64_t message_id, GBytes *mime, const GError *error,
	             GError **err);
	/* Called now and then; may be NULL. */
	void (*progress)(void *data, int64_t done, int64_t total);
	void  *data;
} FetchSink;

/*
 * Gives @sink the MIME of each id in @ids (int64_t), those that are here first. The engine is
 * started only if something must be asked for; @accounts (of Account) are its. Errors: as
 * errand_start() and errand_next(), or what take() said.
 */
bool fetch_mime(Cli *cli, const GPtrArray *accounts, const GArray *ids, const FetchSink *sink,
                GError **err);
