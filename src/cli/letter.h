/*
 * letter: a mail from the options of a command line. The rows below go into the tables of the verbs
 * that write one.
 */
#pragma once
#include "cli/send.h"
#include "model/draft.h"

#define LETTER_OPTIONS                                                                             \
	{ 0, "to", ARG_TEXT, N_("ADDRESSES"), NULL,                                                \
	  N_("recipients; commas between, and may be given several times") },                     \
		{ 0, "cc", ARG_TEXT, N_("ADDRESSES"), NULL, N_("recipients of a copy") },               \
		{ 0, "bcc", ARG_TEXT, N_("ADDRESSES"), NULL, N_("recipients of a copy whom nobody else sees") },          \
		{ 0, "reply-to", ARG_TEXT, N_("ADDRESS"), NULL, N_("where answers go") },          \
		{ 's', "subject", ARG_TEXT, N_("TEXT"), NULL, N_("the subject") },                 \
		{ 0, "body", ARG_TEXT, N_("TEXT"), NULL,                                           \
		  N_("the text; without this it is read from the standard input") },               \
		{ 0, "attach", ARG_FILE, N_("FILE"), NULL,                                         \
		  N_("attach this file; may be given several times") },                            \
		{ 0, "markdown", ARG_FLAG, NULL, NULL,                                             \
		  N_("the text is Markdown and is sent as HTML as well") },                        \
		{ 0, "signature", ARG_TEXT, N_("NAME"), NULL,                                      \
		  N_("sign with this one; empty: not at all") },                                   \
		{ 0, "signature-place", ARG_CHOICE, N_("WHERE"), "above|below",                    \
		  N_("sign an answer above what is quoted, or below it") },                        \
		{ 0, "signature-format", ARG_CHOICE, N_("HOW"), "html|text",                       \
		  N_("with links and pictures, or as text alone") },                               \
		{ 0, "importance", ARG_CHOICE, N_("HOW"), "low|normal|high",                       \
		  N_("how important it is") },                                                     \
		{ 0, "sign", ARG_FLAG, NULL, NULL,                                                 \
		  N_("sign it with the key of its From address (S/MIME)") },                       \
		{ 0, "no-sign", ARG_FLAG, NULL, NULL, N_("leave it unsigned") },                   \
		{ 0, "encrypt", ARG_FLAG, NULL, NULL,                                              \
		  N_("encrypt it to everybody, or do not send it") },                              \
		{ 0, "no-encrypt", ARG_FLAG, NULL, NULL,                                           \
		  N_("send it in clear; not an answer to an encrypted mail") },                    \
		{ 0, "draft", ARG_FLAG, NULL, NULL,                                                \
		  N_("keep it as a draft, and print its id; send nothing") }

#define SEND_OPTIONS                                                                               \
	{ 0, "queue", ARG_FLAG, NULL, NULL,                                                        \
	  N_("leave it in the Outbox; the next sync sends it") },                                  \
		{ 0, "hold", ARG_INT, N_("MINUTES"), "1-525600",                                   \
		  N_("not before so many minutes have passed; implies --queue") }

/* What LETTER_OPTIONS say, put into @draft: addresses are added, the text goes above what is there.
 * The text of the standard input is only read if @wants_text and there is no --body. */
bool letter_fill(Cli *cli, Draft *draft, bool wants_text, GError **err);

/* A draft of the account, empty. */
Draft *letter_new(const Cli *cli, const Account *account);

/* Sends or, with --draft, keeps it. */
bool letter_finish(Cli *cli, const Account *account, Draft *draft, GError **err);

/* The text of the standard input, as UTF-8. ERR_LIMIT, ERR_IO, ERR_USAGE: not UTF-8. */
char *letter_read_text(GError **err);
