#include "base/i18n.h"
#include "cli/certificates.h"

static bool run(Cli *cli, GError **err)
{
	const KnownCertificate *row = certificates_pick(cli, args_operands(cli->args)[0], err);

	if (!row)
		return false;
	g_autofree char *pem = certificate_to_pem(certificates_facts(cli->certificates, row));
	output_text(cli->output, pem);
	return true;
}

const Verb verb_smime_export = {
	.name = "smime export",
	.summary = N_("Print a certificate, to give it to others"),
	.description = N_("Its public part, in PEM form. A private key never leaves the store."),
	.operands = N_("FINGERPRINT|ADDRESS"), .operands_min = 1, .operands_max = 1,
	.examples = {
		{ "smime export me@example.org > me.pem", N_("One's own, for those who want to write in secret") },
		{ "smime export 3f5a90b1 | openssl x509 -noout -text", N_("For another program") },
		{ "smime export grace@example.org > grace.pem", N_("Somebody else's") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN },
	.run = run,
};
