/*
 * quick_replies: what the verbs about quick replies share.
 */
#pragma once
#include "cli/session.h"

/* The name of the account of -a, borrowed; NULL without one: those for all accounts are meant.
 * ERR_NOT_FOUND. */
bool quick_reply_account(Cli *cli, const char **ret_account, GError **err);

/* One as a record: a JSON object, or lines for people. */
bool quick_reply_put(Cli *cli, const char *account, const char *name, const char *text,
                     GError **err);
