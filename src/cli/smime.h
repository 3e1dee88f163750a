/*
 * smime: what the verbs about signed and encrypted mail have in common: a mail in a file, whom to
 * trust, keys, and the time to judge at.
 */
#pragma once
#include "cli/session.h"
#include "smime/message.h"

/* Whom to trust, and when; for the tables of the verbs that judge. */
#define SMIME_TRUST_OPTIONS                                                                        \
	{ 0, "ca-file", ARG_FILE, N_("FILE"), NULL,                                                \
	  N_("certificates (PEM) to trust beside the system's") },                                 \
		{ 0, "crl-file", ARG_FILE, N_("FILE"), NULL,                                       \
		  N_("lists of revoked certificates (PEM); none is ever fetched") },               \
		{ 0, "time", ARG_TEXT, N_("TIME"), NULL,                                           \
		  N_("judge as of this time, such as 2026-11-24T10:00:00Z; else as of now") }

/*
 * Opens the mail of the first operand; *ret_message is the caller's. Asks for the password of a
 * file of keys where it needs one. Errors: those of the files, named; ERR_USAGE: no such time;
 * ERR_SIGN_IN: a password is needed and cannot be asked for, or is wrong.
 */
bool smime_open_operand(Cli *cli, SmimeMessage **ret_message, GError **err);
