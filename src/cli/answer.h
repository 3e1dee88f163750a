/*
 * answer: drafts that answer or forward a mail, for the verbs that do.
 */
#pragma once
#include "cli/session.h"
#include "model/draft.h"
#include "model/message.h"

/*
 * The draft, with the original quoted from its source. What is not here is fetched, unless
 * --offline; then what is known must do. *ret_account is borrowed. ERR_NOT_FOUND: no such mail, or
 * it came through no list.
 */
Draft *answer_begin(Cli *cli, const char *id, DraftKind kind, const Account **ret_account,
                    GError **err);
