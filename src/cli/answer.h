/*
 * answer: drafts that answer or forward a mail, for the verbs that do.
 */
#pragma once
#include "cli/session.h"
#include "model/draft.h"
#include "model/message.h"

/*
 * The draft, with the original quoted from its source. What is not here is fetched, unless
 * --offline; then, and if it has gone on the server, what is known must do. *ret_account is borrowed. ERR_NOT_FOUND: no such mail, or
 * it came through no list.
 */
Draft *answer_begin(Cli *cli, const char *id, DraftKind kind, const Account **ret_account,
                    GError **err);

/* The draft that passes all of @messages (of Message) on, each whole and attached: what is not here
 * is fetched when it is sent. *ret_account is borrowed. ERR_USAGE: they are of several accounts. */
Draft *answer_attach(Cli *cli, const GPtrArray *messages, const Account **ret_account,
                     GError **err);
