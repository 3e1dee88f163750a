#include "base/error.h"
#include "base/i18n.h"
#include "cli/smime.h"

static bool was_encrypted(const SmimeMessage *message)
{
	for (guint i = 0; i < message->layers->len; i++)
		if (((const SmimeLayer *)g_ptr_array_index(message->layers, i))->is_encryption)
			return true;
	return false;
}

static bool run(Cli *cli, GError **err)
{
	g_autoptr(SmimeMessage) message = NULL;

	if (!smime_open_operand(cli, &message, err))
		return false;
	if (message->trouble) {
		g_propagate_error(err, g_error_copy(message->trouble));
		return false;
	}
	if (!was_encrypted(message))
		return fail(err, ERR_NOT_FOUND, _("the mail is not encrypted"));
	if (message->is_open_to_change && !cli_is_quiet(cli))
		output_message("%s", reason_text(REASON_OPEN_TO_CHANGE));
	return output_bytes(cli->output, message->content, err);
}

const Verb verb_smime_decrypt = {
	.name = "smime decrypt",
	.summary = N_("Decrypt a mail in a file"),
	.description = N_("Prints the mail as it was before it was encrypted, and before it was signed. Only a mail that is encrypted as a "
	                  "whole is opened, never a part of one. Where the encryption does not show changes (CBC), a line says so: then "
	                  "open no link of it and load nothing, for it may not be what was written."),
	.operands = N_("FILE"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_FILE,
	.uses = USES_KEYS,
	.examples = {
		{ "smime decrypt mail.eml --identity alice.p12 > plain.eml", N_("Asks for the password of the file") },
		{ "smime decrypt mail.eml --identity alice.p12 --password-fd 3 3< secret > plain.eml", N_("Without a question") },
		{ "smime verify mail.eml --identity alice.p12", N_("The signature of an encrypted mail") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN },
	.run = run,
};
