/* tokens: keys on PKCS#11 tokens, for commands. */
#pragma once
#include "cli/session.h"

/*
 * Those of smime.pkcs11_module, opened once; *ret_tokens is borrowed, NULL without the setting. A
 * PIN is that of --password-fd, where that can be the password of nothing else; else a person is
 * asked. ERR_CONFIG.
 */
bool cli_tokens(Cli *cli, SmimeTokens **ret_tokens, GError **err);
