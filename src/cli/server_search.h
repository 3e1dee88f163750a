/* server_search: “mail search --server”: what the server finds, whether it is here or not. */
#pragma once
#include "cli/scope.h"

/* Asks the account of @scope, in its folder if there is one, for @words; after:DATE and before:DATE among
 * them narrow the time. Prints what was found. ERR_USAGE: no words, or no such date. */
bool server_search(Cli *cli, const Scope *scope, const char *words, GError **err);
