/*
 * drafts: what the verbs about drafts share.
 */
#pragma once
#include "cli/session.h"
#include "store/draft.h"

/* The draft that the first operand names. ERR_USAGE: not an id; ERR_NOT_FOUND. */
bool drafts_load(Cli *cli, int64_t *ret_id, Draft **ret_draft, StoreDraft **ret_row, GError **err);

/* The account that it is written for; borrowed. ERR_NOT_FOUND: it is no longer set up. */
const Account *drafts_account(Cli *cli, const StoreDraft *row, GError **err);

/* ERR_REFUSED for what a program wrote byte for byte (sendmail): it can be sent or thrown away, not
 * changed. */
bool drafts_check_text(Cli *cli, const StoreDraft *row, GError **err);
