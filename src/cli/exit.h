/*
 * exit: how a command tells a script what became of it. Pure; any thread.
 */
#pragma once
#include <glib.h>

#include "base/error.h"

typedef enum {
#define EXIT_CODE(id, code, meaning) EXIT_##id = code,
#include "cli/exit.def"
#undef EXIT_CODE
} ExitCode;

ExitCode exit_code_of(ErrorKind kind);

/* What @code means, translated and static; NULL for one we do not use. */
const char *exit_code_meaning(int code);
