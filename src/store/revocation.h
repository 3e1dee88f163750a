/*
 * store/revocation: what servers have told about the revocation of certificates (lists, and answers
 * about one), by the URL that was asked. It tells whose mail is read here, so it is sealed. What
 * was asked last is kept, up to REVOCATIONS_KEPT_BYTES; all of it goes with the account that asked.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

#define REVOCATIONS_KEPT_BYTES (16 << 20)
#define REVOCATIONS_KEPT_MOST  500

typedef struct {
	char    *url;
	GBytes  *answer;       /* NULL: nothing was answered yet */
	int64_t  asked_ms;
} StoreRevocation;
void store_revocation_free(StoreRevocation *revocation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(StoreRevocation, store_revocation_free)

/* Of StoreRevocation, the caller's; none while the store is locked. ERR_STORE. */
bool store_read_revocations(StoreReader *reader, GPtrArray **ret_revocations, GError **err);

/* Writer: engine thread only, one transaction. @url was asked now, and answered @answer; NULL:
 * with nothing, and what was answered before stays. ERR_LOCKED. */
bool store_write_revocation(StoreWriter *writer, int64_t account_id, const char *url,
                            GBytes *answer, GError **err);
