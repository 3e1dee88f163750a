/*
 * store/rebuild: a store that is damaged, or an old copy, is put aside and begun anew. The server
 * has the mail; what it has not is taken along first, row by row as far as it can be read: drafts
 * and what waited in the Outbox, changes of events, contacts, tasks and notes, keys and
 * certificates, VIPs, the name of each device and an order to erase. Trust that was given is not: it may be what was forged. Whatever happens, the old files
 * stay. Any thread; nobody else has the store open.
 */
#pragma once
#include "store/store.h"

typedef struct {
	char *aside;         /* the folder where the old files are; free with g_free */
	guint drafts;        /* taken along; what was in the Outbox is a draft now */
	guint changes;       /* of events, contacts, tasks and notes: taken along, and parked */
	bool  is_whole;      /* all that was to be taken along could be read */
} StoreRebuilt;

/*
 * Rebuilds the store in @dir, which goes on being opened by the same keys. One that was killed is
 * gone on with. @ret_rebuilt: the caller's. ERR_HELD: a Postern has it open; ERR_NOT_FOUND: there
 * is none; ERR_STORE: no key opens it, so nothing can be taken along.
 */
bool store_rebuild(const char *dir, const Opener *opener, StoreRebuilt *ret_rebuilt, GError **err);

/* The same without its keys: nothing is taken along, and keys are made with the next start. */
bool store_begin_anew(const char *dir, StoreRebuilt *ret_rebuilt, GError **err);

/* ERR_STORE: a rebuild of @dir was begun and not ended. */
bool store_is_rebuilt(const char *dir, GError **err);
