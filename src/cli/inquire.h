/* inquire: servers are asked whether those who signed a mail were revoked, where the configuration
 * lists them. */
#pragma once
#include "cli/session.h"
#include "smime/message.h"

/*
 * Asks all that @message wants to have asked, through the engine, for the default account.
 * *ret_is_asked: what is known has changed, cli_certificates() reads it anew, and the mail can be
 * judged again. Where nobody can be asked (no account, no network, --offline) that is said on the
 * standard error, and the verdict says that there is no answer. ERR_CANCELLED.
 */
bool inquire(Cli *cli, const SmimeMessage *message, bool *ret_is_asked, GError **err);
