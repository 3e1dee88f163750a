#include "base/error.h"
#include "base/i18n.h"
#include "cli/certificates.h"

static bool run(Cli *cli, GError **err)
{
	const char *const *operands = args_operands(cli->args);
	const KnownCertificate *row = certificates_pick(cli, operands[0], err);
	g_autoptr(GPtrArray) changes = certificate_changes_new();

	if (!row)
		return false;
	if (!(row->role & ROLE_SIGN))
		return fail(err, ERR_NOT_FOUND, _("there is no key to sign with of “%s”"), operands[0]);
	for (int i = 1; operands[i]; i++)
		certificate_changes_sign(changes, row->id, operands[i]);
	return certificates_change(cli, changes, err);
}

const Verb verb_smime_use = {
	.name = "smime use",
	.summary = N_("Sign for an address by this certificate"),
	.description = N_("Where several of one's own could sign for an address, that which is valid longest does, unless one is "
	                  "chosen. One can also be chosen for an address that its certificate does not name; those who read "
	                  "such mail are warned by their programs."),
	.operands = N_("FINGERPRINT ADDRESS…"), .operands_min = 2, .operands_max = -1,
	.examples = {
		{ "smime use 3f5a90b1 me@example.org", N_("From now on") },
		{ "smime use 3f5a90b1 sales@example.org info@example.org", N_("For addresses of a group") },
		{ "smime list --own --fields id,signs_for", N_("What was chosen") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_CONFLICT },
	.run = run,
};
