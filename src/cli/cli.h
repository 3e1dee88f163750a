/*
 * cli: the command line: finds the verb, parses its options, runs it, and turns what became of it
 * into an exit code (cli/exit.def). Nothing heavy is opened before a verb needs it.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "backend/backend.h"
#include "base/clock.h"
#include "base/paths.h"
#include "store/store.h"

/* What the full-screen program needs; everything is borrowed. */
typedef struct {
	Store                *store;
	const GPtrArray      *accounts;      /* of Account, the default first; may be empty */
	const Backend *const *backends;
	const Clock          *clock;
	const Paths          *paths;
	bool                  is_offline;
	bool                  is_plain;      /* no colours */
} CliScreens;

typedef struct {
	const Backend *const *backends;      /* NULL-ended, static */
	const Clock          *clock;
	int (*run_screens)(const CliScreens *screens); /* the bare `postern`; returns the exit code.
	                                                  NULL: the commands are listed */
} CliProgram;

/* Returns the exit code. @argv as main() has it. */
int cli_run(int argc, char **argv, const CliProgram *program);
