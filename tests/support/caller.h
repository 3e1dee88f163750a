/*
 * caller: ActiveSync's backend at the simulated Exchange: one scene, one task after the other. Each fails the test that it
 * cannot go on.
 */
#pragma once
#include <glib.h>

#include "support/exsim.h"
#include "support/scene.h"
#include "support/sink.h"

typedef struct {
	Exsim      *exsim;
	Scene       scene;
	RecordSink  record;
} Caller;

void caller_open(Caller *caller, const char *version);
void caller_close(Caller *caller);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Caller, caller_close)

/* Runs one task to its end; the record begins anew. */
void caller_try(Caller *caller, TaskKind kind, GError **err);
void caller_run(Caller *caller, TaskKind kind);     /* that cannot fail */

/* The folder's key is the last one that was told. */
void caller_take_key(Caller *caller);

bool caller_heard(const Caller *caller, const char *what);
void caller_assert_heard(const Caller *caller, const char *what);
/* What the server says to an order. */
void caller_assert_order(const Caller *caller, const char *order, const char *says);
