#include "base/i18n.h"
#include "cli/certificates.h"

static bool run(Cli *cli, GError **err)
{
	const Certificates *known = cli_certificates(cli, err);
	const KnownCertificate *row =
		known ? certificates_recipient(known, args_operands(cli->args)[0],
	                                       clock_now_ms(cli->clock))
		      : NULL;

	if (!known || !certificates_begin(cli, err))
		return false;
	if (row)
		certificates_put(cli, known, row);
	else
		cli_set_exit(cli, EXIT_NOTHING);
	return true;
}

const Verb verb_smime_find = {
	.name = "smime find",
	.summary = N_("Find the certificate to encrypt to for an address"),
	.description = N_("The one that a mail to this address would be encrypted to: of those that are kept here, valid, for "
	                  "encryption and not distrusted, the one that was last in use."),
	.operands = N_("ADDRESS"), .operands_min = 1, .operands_max = 1,
	.examples = {
		{ "smime find grace@example.org", N_("Can I write to Grace in secret?") },
		{ "smime find grace@example.org --fields standing", N_("And who vouches for her certificate?") },
		{ "smime find grace@example.org --json --fields fingerprint", N_("For a script") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN },
	.run = run,
};
