#include "base/i18n.h"
#include "cli/certificates.h"

static bool confirm(Cli *cli, const KnownCertificate *row, GError **err)
{
	g_autofree char *who = certificates_who(certificates_facts(cli->certificates, row));
	g_autofree char *question = g_strdup_printf(
		row->role == ROLE_NONE
			? _("Remove the certificate of %s?")
			: _("Remove the key of %s? Mail that was encrypted to it can be read no more."),
		who);

	return cli_confirm(cli, question, err);
}

static bool run(Cli *cli, GError **err)
{
	const KnownCertificate *row = certificates_pick(cli, args_operands(cli->args)[0], err);
	g_autoptr(GPtrArray) changes = certificate_changes_new();

	if (!row || !confirm(cli, row, err))
		return false;
	certificate_changes_add(changes, CERTIFICATE_DROP, row->id);
	return certificates_change(cli, changes, err);
}

const Verb verb_smime_remove = {
	.name = "smime remove",
	.summary = N_("Remove a certificate, and its key"),
	.description = N_("With it goes what you said of it, trust or distrust. One of another person comes again with their next "
	                  "signed mail."),
	.operands = N_("FINGERPRINT|ADDRESS"), .operands_min = 1, .operands_max = 1,
	.examples = {
		{ "smime remove 3f5a90b1", N_("Asks first") },
		{ "smime remove grace@example.org --yes", N_("Does not") },
		{ "smime list --people -0 | xargs -0 -n1 postern smime remove --yes", N_("Those of all other people") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
