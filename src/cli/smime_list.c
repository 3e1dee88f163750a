#include "base/i18n.h"
#include "base/text.h"
#include "cli/certificates.h"

static const ArgOption options[] = {
	{ 0, "own", ARG_FLAG, NULL, NULL, N_("only one's own, with their keys") },
	{ 0, "people", ARG_FLAG, NULL, NULL, N_("only those of other people") },
	{ 0, "anchors", ARG_FLAG, NULL, NULL, N_("only what you trust or distrust by your word") },
	{ 0 },
};

static bool is_for(const KnownCertificate *row, const char *const *addresses)
{
	bool is = !addresses[0];

	for (int i = 0; addresses[i]; i++) {
		g_autofree char *key = text_lower_ascii(addresses[i]);
		is = is || g_strv_contains((const char *const *)row->addresses, key);
	}
	return is;
}

static bool is_wanted(const Cli *cli, const Certificates *known, const KnownCertificate *row)
{
	const Certificate *facts = certificates_facts(known, row);
	bool is_own = row->role != ROLE_NONE, is_said = row->trust != TRUST_UNSAID;
	bool is_any = !args_has(cli->args, "own") && !args_has(cli->args, "people") &&
	              !args_has(cli->args, "anchors");

	return is_for(row, args_operands(cli->args)) &&
	       (is_any || (is_own && args_has(cli->args, "own")) ||
	        (!is_own && facts && !facts->is_authority && args_has(cli->args, "people")) ||
	        (is_said && args_has(cli->args, "anchors")));
}

static bool run(Cli *cli, GError **err)
{
	const Certificates *known = cli_certificates(cli, err);
	int64_t most = args_int(cli->args, "limit", G_MAXINT64), count = 0;

	if (!known || !certificates_begin(cli, err))
		return false;
	for (guint i = 0; i < certificates_all(known)->len && count < most; i++) {
		const KnownCertificate *row = g_ptr_array_index(certificates_all(known), i);
		if (!is_wanted(cli, known, row))
			continue;
		certificates_put(cli, known, row);
		count++;
	}
	if (certificates_damage(known))
		output_message("%s", certificates_damage(known));
	certificates_warn(cli, known);
	return true;
}

const Verb verb_smime_list = {
	.name = "smime list",
	.summary = N_("List the certificates that are kept here"),
	.description = N_("One's own with what they are used for, those of other people, and authorities; what was last in use comes "
	                  "first. The standing is “good”, “ends_soon” within 30 days, “unknown” when nobody who is trusted vouches for "
	                  "it, or what else is wrong with it today."),
	.operands = N_("[ADDRESS…]"), .operands_min = 0, .operands_max = -1,
	.options = options,
	.examples = {
		{ "smime list", N_("All of them") },
		{ "smime list --own --fields id,role,until", N_("One's own, and until when they last") },
		{ "smime list grace@example.org --json", N_("Those for an address, for a script") },
	},
	.exits = { EXIT_SIGN_IN },
	.run = run,
};
