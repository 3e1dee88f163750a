/*
 * mail: what the verbs about mail share: ids, and rows as records.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "cli/scope.h"
#include "model/message.h"
#include "store/read.h"

/* The message of an id as a person writes it, without body. ERR_USAGE: not an id; ERR_NOT_FOUND. */
bool mail_read(Cli *cli, const char *id_text, Message **ret_message, GError **err);

/* The account that a message belongs to; borrowed. ERR_NOT_FOUND: its account is no longer set up. */
const Account *mail_account(Cli *cli, const Message *message, GError **err);

/* "N", "F", "@", "!" … as the list on the screen has them, at most 4. */
char *mail_marks(guint flags, int importance);

/* A list of mails as output: begin once, then each row. */
typedef struct {
	Cli         *cli;
	const Scope *scope;
} MailList;

bool mail_list_begin(const MailList *list, GError **err);
bool mail_list_row(const MailList *list, const ListRow *row, GError **err);

/* Appends the ids (int64_t) of the scope's mail, newest first, @limit at most (0: all). */
bool mail_ids(Cli *cli, const Scope *scope, int64_t limit, GArray *ids, GError **err);

/* The question of a list: the scope's folder, else every mail folder of its account. */
ListQuery mail_query(const Scope *scope);

/* How many rows were asked for: -n, or --all, or the setting for text; 0: all. */
int64_t mail_list_limit(const Cli *cli);
