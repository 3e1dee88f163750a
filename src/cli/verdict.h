/* verdict: what a signature is worth, told to a person or a script. */
#pragma once
#include "cli/session.h"
#include "smime/message.h"

/* Shows the verdict as the command's whole answer, and sets the exit code: OK for good, NOTHING for
 * a mail without a signature, else ERROR. */
bool verdict_show(Cli *cli, const SmimeMessage *message, GError **err);
