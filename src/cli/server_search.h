/* server_search: “mail search --server”: what the server finds, whether it is here or not. */
#pragma once
#include "cli/scope.h"

/* Asks the account of @scope, in its folder if there is one, for @words, a query as far as a server's
 * search knows one (app/server_query.h). Prints what was found. ERR_USAGE: no words, or terms that nobody
 * would judge. */
bool server_search(Cli *cli, const Scope *scope, const char *words, GError **err);
