#include "base/i18n.h"
#include "cli/smime.h"
#include "cli/verdict.h"

static const ArgOption options[] = {
	SMIME_TRUST_OPTIONS,
	{ 0 },
};

static bool run(Cli *cli, GError **err)
{
	g_autoptr(SmimeMessage) message = NULL;

	return smime_judge_operand(cli, &message, err) && verdict_show(cli, message, err);
}

const Verb verb_smime_verify = {
	.name = "smime verify",
	.summary = N_("Judge the signature of a mail in a file"),
	.description = N_("Good is only a signature that covers all that is shown, by one signer, who is the sender, with a certificate "
	                  "that is trusted, valid and for mail; then the exit code is 0. It is 3 for a mail without a signature, and 1 "
	                  "for one in doubt or bad; every reason is named. Whether a certificate was revoked is asked of the "
	                  "servers that it names and smime.revocation_hosts lists, for the default account, and told by --crl-file; else it is "
	                  "not known, which is said. An encrypted mail needs its key."),
	.operands = N_("FILE"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_FILE,
	.uses = USES_KEYS,
	.options = options,
	.examples = {
		{ "smime verify mail.eml", N_("By the system's anchors, as of now") },
		{ "smime verify mail.eml --ca-file company.pem --time 2026-11-24T10:00:00Z", N_("By one's own too, as of when it came") },
		{ "smime verify mail.eml --json --fields verdict,reasons", N_("For a script") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN },
	.run = run,
};
