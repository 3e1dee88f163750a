#include "base/error.h"
#include "base/i18n.h"
#include "cli/certificates.h"
#include "cli/trust.h"

static bool confirm(Cli *cli, const Certificate *facts, GError **err)
{
	g_autofree char *question = g_strdup_printf(
		facts->is_authority
			? _("Trust all mail that is signed by a certificate that %s issued? Its fingerprint: %s")
			: _("Trust all mail that is signed by %s? The fingerprint: %s"),
		facts->subject, facts->fingerprint);

	return cli_confirm(cli, question, err);
}

static bool run(Cli *cli, GError **err)
{
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	g_autoptr(GPtrArray) found = trust_find(cli, args_operands(cli->args)[0], changes, err);

	for (guint i = 0; found && i < found->len; i++) {
		const Certificate *facts = g_ptr_array_index(found, i);
		if (!confirm(cli, facts, err))
			return false;
		certificate_changes_add(changes, CERTIFICATE_TRUST, certificate_id(facts->der));
	}
	return found && certificates_change(cli, changes, err);
}

const Verb verb_smime_trust = {
	.name = "smime trust",
	.summary = N_("Trust a certificate, and what it vouches for"),
	.description = N_("By your word, beside the system's authorities: mail signed by those that an authority issued, or by one "
	                  "person. Each is asked for with its fingerprint, which should be compared with what its owner says by "
	                  "another way. Of a file (PEM, DER, PKCS#7) all that are in it; or one that is kept here."),
	.operands = N_("FILE|FINGERPRINT"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_FILE,
	.examples = {
		{ "smime trust company-ca.pem", N_("The authority of a company") },
		{ "smime trust company-ca.pem --yes", N_("In a script that trusts its file") },
		{ "smime trust 3f5a90b1", N_("One that came with a mail") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
