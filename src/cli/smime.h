/*
 * smime: what the verbs about signed and encrypted mail have in common: a mail in a file, whom to
 * trust, keys, and the time to judge at. A verb that has options of its own has SMIME_TRUST_OPTIONS
 * among them.
 */
#pragma once
#include "cli/session.h"
#include "smime/message.h"

/* Whom to trust, and when; for the tables of the verbs that judge. */
#define SMIME_TRUST_OPTIONS                                                                                                 \
	{ 0,          "ca-file", ARG_FILE,                                                                                  \
	  N_("FILE"), NULL,      N_("certificates (PEM) to trust beside the system's") },                                   \
		{ 0,                                                                                                        \
		  "crl-file",                                                                                               \
		  ARG_FILE,                                                                                                 \
		  N_("FILE"),                                                                                               \
		  NULL,                                                                                                     \
		  N_("lists of revoked certificates (PEM), beside what servers of smime.revocation_hosts tell") },          \
		{ 0,        "no-store",                                                                                     \
		  ARG_FLAG, NULL,                                                                                           \
		  NULL,     N_("neither keys nor trust of the store: only what the options name") },                        \
	{                                                                                                                   \
		0, "time", ARG_TEXT, N_("TIME"), NULL,                                                                      \
			N_("judge as of this time, such as 2026-11-24T10:00:00Z; else as of now, or of when the mail came") \
	}

/* A file of keys; asks for its password where it needs one. Errors as smime_key_file_read(), with
 * the file's name; ERR_SIGN_IN: a password is needed and cannot be asked for, or is wrong. */
bool smime_read_keys(Cli *cli, const char *path, SmimeKeyFile *ret_file, GError **err);

/*
 * Opens @mail by the verb's options and what the store knows, as of @when_ms unless --time says
 * otherwise; *ret_message is the caller's. Asks for the password of a file of keys where it needs
 * one. Errors: those of the files, named; ERR_USAGE: no such time; ERR_SIGN_IN: a password is
 * needed and cannot be asked for, or is wrong.
 */
bool smime_open(Cli *cli, GBytes *mail, int64_t when_ms, SmimeMessage **ret_message, GError **err);

/* The same for its verdict: servers that the configuration lists are asked about its signers. */
bool smime_judge(Cli *cli, GBytes *mail, int64_t when_ms, SmimeMessage **ret_message, GError **err);

/* Both with the mail in the file that is the first operand, as of now. */
bool smime_open_operand(Cli *cli, SmimeMessage **ret_message, GError **err);
bool smime_judge_operand(Cli *cli, SmimeMessage **ret_message, GError **err);
