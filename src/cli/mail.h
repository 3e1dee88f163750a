/*
 * mail: what the verbs about mail share: ids, selections, and rows as records.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "cli/scope.h"
#include "model/message.h"
#include "store/read.h"

/* The message of an id as a person writes it, without body. ERR_USAGE: not an id; ERR_NOT_FOUND. */
bool mail_read(Cli *cli, const char *id_text, Message **ret_message, GError **err);

/* The account that a message belongs to; borrowed. ERR_NOT_FOUND: its account is no longer set up.
 */
const Account *mail_account(Cli *cli, const Message *message, GError **err);

/* "N", "F", "@", "!" … as the list on the screen has them, at most 4. */
char *mail_marks(guint flags, int importance);

/* What a list or an export is about: a scope, and in it what a query finds; @query NULL:
 * everything. */
typedef struct {
	Cli         *cli;
	const Scope *scope;
	const char  *query;
	int64_t      limit;          /* 0: none */
	bool         only_unread;    /* without a query */
	/* found out on the way */
	bool         is_whole;       /* nothing was left out by the limit */
	bool         is_behind;      /* the index lags: words may miss the newest mail */
} MailSelection;

/* Appends the ids (int64_t), newest first. ERR_USAGE: the query. */
bool mail_ids(MailSelection *selection, GArray *ids, GError **err);

/* Prints the selection as records, with what is to be said about it, and sets the exit code when it
 * is empty. */
bool mail_put_list(MailSelection *selection, GError **err);

/* The operands as one query; NULL if there are none. Free with g_free. */
char *mail_query_text(const Cli *cli);

/* How many rows were asked for: -n, or --all, or the setting for text; 0: all. */
int64_t mail_list_limit(const Cli *cli);
