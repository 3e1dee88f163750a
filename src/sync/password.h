/* password: asks a program of the person for the password, on a thread of its own, for it may wait
 * for a pinentry. */
#pragma once
#include <stdint.h>

#include "base/mailbox.h"

/* Runs @command_line (split as process_split() does, no shell) and posts a COMMAND_PASSWORD for
 * @account_id to @commands, which is referenced until then. Returns at once. */
void password_ask(const char *command_line, int64_t account_id, Mailbox *commands);
