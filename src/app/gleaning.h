/*
 * app/gleaning: certificates out of signed mail as it comes, found by whoever feeds the full-text
 * index, which reads every message once. See app/harvest for what is taken and what not. One thread.
 */
#pragma once
#include <glib.h>

#include "base/clock.h"
#include "store/search.h"

typedef struct Gleaning Gleaning;

/* @store is referenced, @clock borrowed. */
Gleaning *gleaning_new(Store *store, const Clock *clock);
void      gleaning_free(Gleaning *gleaning);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Gleaning, gleaning_free)

/* An IndexText: reading_index_text(), and a look for certificates. @data: the Gleaning. */
char *gleaning_index_text(const Message *message, BodyKind kind, GBytes *body, void *data);

/* What was found since the last call, of CertificateChange; the caller's. NULL: nothing. */
GPtrArray *gleaning_take(Gleaning *gleaning);
