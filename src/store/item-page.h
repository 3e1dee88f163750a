/*
 * item-page: what a page of a sync brings of what is no mail, laid over what the person has changed
 * meanwhile: what only one side changed is as that side wants it. Where both changed the same, the
 * server's stays and the person's is kept beside it as a copy. Inside a transaction. Internal to
 * store/.
 */
#pragma once
#include "store/db.h"
#include "store/write.h"

/* The folder that the page is of. */
typedef struct { int64_t id, account_id, generation; } ItemFolder;

/* New or changed; the whole item, with its name on the server. */
bool item_page_take(Db *db, const ItemFolder *folder, const PimItem *item, StorePageCount *count,
                    GError **err);
/* @is_soft: it has only left the window that is synced. */
bool item_page_remove(Db *db, const ItemFolder *folder, const char *server_id, bool is_soft,
                      StorePageCount *count, GError **err);
/* After a refill: what the server did not name again is gone. */
bool item_page_drop_unnamed(Db *db, const ItemFolder *folder, StorePageCount *count, GError **err);
