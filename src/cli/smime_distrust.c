#include "base/i18n.h"
#include "cli/certificates.h"
#include "cli/trust.h"

static const ArgOption options[] = {
	{ 0, "forget", ARG_FLAG, NULL, NULL,
	  N_("only take back what you said of it, be it trust or distrust") },
	{ 0 },
};

static bool run(Cli *cli, GError **err)
{
	CertificateChangeKind kind =
		args_has(cli->args, "forget") ? CERTIFICATE_UNSAY : CERTIFICATE_DISTRUST;
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	g_autoptr(GPtrArray) found = trust_find(cli, args_operands(cli->args)[0], changes, err);

	for (guint i = 0; found && i < found->len; i++) {
		const Certificate *facts = g_ptr_array_index(found, i);
		certificate_changes_add(changes, kind, certificate_id(facts->der));
	}
	return found && certificates_change(cli, changes, err);
}

const Verb verb_smime_distrust = {
	.name = "smime distrust",
	.summary = N_("Distrust a certificate, and what it vouches for"),
	.description = N_("Whoever else vouches for it, no mail that is signed by it, or by one that it issued, is good from now on, "
	                  "and nothing is encrypted to it. With --forget it is judged as if you had never said a word."),
	.operands = N_("FILE|FINGERPRINT"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_FILE,
	.options = options,
	.examples = {
		{ "smime distrust 3f5a90b1", N_("A key that was lost") },
		{ "smime distrust 3f5a90b1 --forget", N_("It was found again") },
		{ "smime list --anchors", N_("What you trust or distrust") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_CONFLICT },
	.run = run,
};
