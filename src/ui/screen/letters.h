/*
 * letters: every message that can be read here: those of the store, and those that a server's
 * search has found and that are in no folder here. Of these, which have ids below 0, the letters
 * know what the search told, and the whole message once it was fetched; nothing of them is stored.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "app/filing.h"
#include "model/lookup.h"
#include "store/read.h"
#include "sync/client.h"
#include "ui/screen/host.h"

typedef struct Letters Letters;

/* All are borrowed and outlive it; @serial counts the jobs of the whole screen. */
Letters *letters_new(StoreReader *store, ScreenHost *host, int64_t *serial,
                     const Settings *settings);
void     letters_free(Letters *letters);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Letters, letters_free)

static inline bool letter_is_elsewhere(int64_t message_id) { return message_id < 0; }

/* What was found in @account_id; @folder_id: where it lies, as the store knows the folder; 0: it
 * does not. Returns its id, which is never used again. */
int64_t letters_add(Letters *letters, int64_t account_id, int64_t folder_id, const Found *found);
/* Forgets those that are not in @ids (a set of int64_t). */
void    letters_keep_only(Letters *letters, GHashTable *ids);
void    letters_forget(Letters *letters, int64_t account_id);            /* all of this account */
int64_t letters_account(const Letters *letters, int64_t message_id); /* 0: of the store, or gone */

/* As those of store/read.h. A body that was not fetched is NULL. */
bool letters_read_message(const Letters *letters, int64_t id, Message **ret_message, GError **err);
bool letters_read_body(const Letters *letters, int64_t id, BodyKind *ret_kind, GBytes **ret_body,
                       GError **err);
bool letters_read_mime(const Letters *letters, int64_t id, GBytes **ret_mime, GError **err);

/* As ScreenHostOps.wish(); what is elsewhere always comes whole. */
int64_t letters_wish(Letters *letters, WishKind kind, int64_t message_id);
/* Takes what was wished for here. The id of the message that it is about; 0: it was not ours.
 * What lies in a message that came is looked up in the host's own time. */
int64_t letters_event(Letters *letters, const SyncEvent *event);
/* Takes what was found to lie in a message, which has its parts from now on. As above. */
int64_t letters_filed(Letters *letters, const FilingAnswer *answer);
