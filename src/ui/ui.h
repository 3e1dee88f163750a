/*
 * ui: the full-screen program. It reads the store by window questions, posts wishes and operations
 * to the engine and draws; it never blocks, never talks to a server, never writes the store.
 */
#pragma once
#include "base/clock.h"
#include "base/paths.h"
#include "store/store.h"
#include "sync/client.h"

typedef struct {
	Store                *store;
	const GPtrArray      *accounts;     /* of Account, the default first */
	const Backend *const *backends;
	const Clock          *clock;
	const Paths          *paths;
	bool                  is_offline;   /* --offline: no engine */
	bool                  is_plain;     /* --color never, NO_COLOR: no colours */
} UiSetup;

/* Runs until the person quits, on the terminal of the process. Everything is borrowed. Returns the
 * exit code. */
int ui_run(const UiSetup *setup);
