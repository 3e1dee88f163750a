#include "base/i18n.h"
#include "cli/certificates.h"

static const OutputField fields[] = {
	{ "name", N_("Name"), FIELD_TEXT, 0 },
	{ "subject", N_("Subject"), FIELD_TEXT, 0 },
	{ "addresses", N_("Addresses"), FIELD_LIST, 0 },
	{ "issuer", N_("Issued by"), FIELD_TEXT, 0 },
	{ "serial", N_("Serial number"), FIELD_TEXT, 0 },
	{ "fingerprint", N_("Fingerprint (SHA-256)"), FIELD_TEXT, 0 },
	{ "key", N_("Key"), FIELD_TEXT, 0 },
	{ "from", N_("From"), FIELD_TIME, 0 },
	{ "until", N_("Until"), FIELD_TIME, 0 },
	{ "uses", N_("May be used to"), FIELD_TEXT, 0 },
	{ "authority", N_("May issue others"), FIELD_BOOL, 0 },
	{ "role", N_("Used here to"), FIELD_TEXT, 0 },
	{ "signs_for", N_("Signs for"), FIELD_LIST, 0 },
	{ "standing", N_("Standing"), FIELD_TEXT, 0 },
	{ "explanation", N_("That is"), FIELD_TEXT, 0 },
	{ "source", N_("Source"), FIELD_TEXT, 0 },
	{ "seen", N_("Last in use"), FIELD_TIME, 0 },
	{ 0 },
};

static bool show(Cli *cli, const KnownCertificate *row, const Certificate *facts, StandingKind standing,
                 GError **err)
{
	g_autofree char *addresses = g_strjoinv("\n", facts->addresses);
	g_autofree char *signs_for = g_strjoinv("\n", row->signs_for);
	const OutputValue values[] = {
		{ .text = facts->name },
		{ .text = facts->subject },
		{ .text = addresses },
		{ .text = facts->issuer_name },
		{ .text = facts->serial },
		{ .text = facts->fingerprint },
		{ .text = facts->key },
		{ .number = facts->from_ms },
		{ .number = facts->to_ms },
		{ .text = identity_role_name((IdentityRole)facts->uses) },
		{ .number = facts->is_authority },
		{ .text = identity_role_name(row->role) },
		{ .text = signs_for },
		{ .text = standing_name(standing) },
		{ .text = standing_text(standing) },
		{ .text = certificate_source_name(row->source) },
		{ .number = row->seen_ms },
	};
	return output_single(cli->output, fields, values, err);
}

static bool run(Cli *cli, GError **err)
{
	const KnownCertificate *row = certificates_pick(cli, args_operands(cli->args)[0], err);

	if (!row)
		return false;
	return show(cli, row, certificates_facts(cli->certificates, row),
	            certificates_standing(cli->certificates, row, clock_now_ms(cli->clock)), err);
}

const Verb verb_smime_show = {
	.name = "smime show",
	.summary = N_("Show what a certificate says"),
	.description = N_("Of a certificate that is kept here, named by its fingerprint, eight digits of it or more, or an address "
	                  "that just one is for."),
	.operands = N_("FINGERPRINT|ADDRESS"), .operands_min = 1, .operands_max = 1,
	.examples = {
		{ "smime show grace@example.org", N_("Grace's") },
		{ "smime show 3f5a90b1 --json", N_("By its id, for a script") },
		{ "smime show 3f5a90b1 --fields fingerprint", N_("To compare on the phone") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN },
	.run = run,
};
