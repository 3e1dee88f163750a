/*
 * unlock: how a command gets at a store that a passphrase opens. It comes from --passphrase-fd,
 * else from the program in vault.key_command, else from a person on the terminal, who may try three
 * times; and for a while after that from the kernel. Of a store that is locked (vault/lock.h) neither
 * the program nor the kernel counts. A store that is new gets what would be asked for: on a terminal
 * the person chooses between a passphrase and a key file. One thread.
 */
#pragma once
#include "cli/session.h"

/* The store in @dir, made on first use. ERR_ASK, ERR_LOCKED: a passphrase is needed and nobody can be
 * asked; ERR_SIGN_IN: none fits; and as store_open_by(). */
Store *unlock_store(Cli *cli, const char *dir, GError **err);

/* What gives a passphrase as above; its data is @cli. For stores that do not open by themselves. */
Opener unlock_opener(Cli *cli);

/* The same, and a lock is over with it: whoever opens it needs the passphrase, whatever the kernel
 * kept. */
bool unlock_for_all(Cli *cli, const char *dir, GError **err);
/* By a copy of the key file at @path instead. ERR_SIGN_IN: it does not fit. */
bool unlock_for_all_by_file(Cli *cli, const char *dir, const char *path, GError **err);

/* A new passphrase: from the descriptor that @option names, else typed twice. ERR_USAGE: not twice
 * the same; ERR_ASK: nobody can be asked. */
Secret *unlock_new_passphrase(Cli *cli, const char *option, GError **err);

/* For verbs that change keys: the vault of the store, borrowed. What the kernel kept does not count
 * here, so that only who knows a key can change it. Errors as unlock_store(). */
Vault *unlock_vault(Cli *cli, GError **err);
