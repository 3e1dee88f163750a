/*
 * foldering: what the verbs that change folders have in common.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "cli/engine.h"
#include "cli/scope.h"

/* The options of such a verb that has none of its own. */
extern const ArgOption foldering_options[];

/* The folder of an operand; borrowed from @scope. ERR_NOT_FOUND names the nearest;
 * ERR_REFUSED: it is not for mail. */
const Folder *foldering_find(const Scope *scope, const char *name, GError **err);

/* The folder that @folder lies in; 0: the root. */
int64_t foldering_parent_id(const Scope *scope, const Folder *folder);

/* Carries out @op (taken) on @scope's account, and says so with the folder's @path. ERR_REFUSED:
 * the rights, or the server, say no. */
bool foldering_change(Cli *cli, const Scope *scope, Op *op, const char *path, GError **err);

/* Destroys the folder that the first operand names: asks the @question (made of the folder's path, freed here),
 * then carries out @kind. Errors: those of cli_confirm() and of foldering_change(). */
bool foldering_destroy(Cli *cli, OpKind kind, char *(*question)(const char *path), GError **err);
