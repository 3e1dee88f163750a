/*
 * store/picture: pictures that a mail names on other servers. Whose are shown without asking is the
 * person's choice, by the sender's address, account by account. What was fetched is kept by its
 * URL, the bytes among the bodies, so that a second look asks nobody; the oldest go when there are
 * more than PICTURES_KEPT_BYTES. All of it goes with the account.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

#define PICTURES_KEPT_BYTES (64 << 20)
#define PICTURES_KEPT_MOST  5000

/*
 * What came of @url: its bytes, or why there are none; the caller's. Both NULL: nobody has asked
 * yet, or it is long ago. Any thread that has a reader.
 */
bool store_read_picture(StoreReader *reader, int64_t account_id, const char *url,
                        GBytes **ret_bytes, char **ret_failure, GError **err);

/* Writer: engine thread only, one transaction each. Exactly one of @bytes and @failure is NULL. */
bool store_write_picture(StoreWriter *writer, int64_t account_id, const char *url, GBytes *bytes,
                         const char *failure, GError **err);

/* Whether pictures in mail from @address are shown without asking. */
bool store_read_picture_sender(StoreReader *reader, int64_t account_id, const char *address,
                               bool *ret_is_shown, GError **err);
/* ERR_USAGE: @address is none. ERR_NOT_FOUND: no such account. */
bool store_write_picture_sender(StoreWriter *writer, int64_t account_id, const char *address,
                                bool is_shown, GError **err);
