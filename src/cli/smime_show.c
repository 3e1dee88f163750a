#include "base/error.h"
#include "base/i18n.h"
#include "cli/certificates.h"
#include "cli/consult.h"
#include "cli/engine.h"

static const ArgOption options[] = {
	{ 0, "server", ARG_FLAG, NULL, NULL,
	  N_("ask the account's server what it thinks of it, too; it may know what was revoked") },
	{ 0 },
};

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
	{ "server", N_("The server says"), FIELD_TEXT, 0 },
	{ "source", N_("Source"), FIELD_TEXT, 0 },
	{ "seen", N_("Last in use"), FIELD_TIME, 0 },
	{ 0 },
};

/* ---- the server's opinion ---- */

static int64_t ask_opinion(SyncClient *client, int64_t account_id, const void *base64)
{
	return sync_wish_opinions(client, account_id, base64);
}

static bool find_opinion(Cli *cli, const KnownCertificate *row, char **ret_word, GError **err)
{
	const Account *account = cli_account(cli, err);
	g_autoptr(Errand) errand = NULL;
	gsize len;
	const guchar *der = g_bytes_get_data(row->der, &len);
	g_autofree char *base64 = g_base64_encode(der, len);
	int64_t id;

	if (!account || !cli_engine_account_id(cli, account, &id, err) ||
	    !(errand = consult_start(cli, account, err)) ||
	    !consult_ask(errand, id, ask_opinion, base64, ret_word, err))
		return false;
	g_strchomp(*ret_word);
	return true;
}

/* ---- all of it ---- */

static bool show(Cli *cli, const KnownCertificate *row, const char *opinion, GError **err)
{
	const Certificate *facts = certificates_facts(cli->certificates, row);
	StandingKind standing =
		certificates_standing(cli->certificates, row, clock_now_ms(cli->clock));
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
		{ .text = opinion },
		{ .text = certificate_source_name(row->source) },
		{ .number = row->seen_ms },
	};
	return output_single(cli->output, fields, values, err);
}

static bool run(Cli *cli, GError **err)
{
	const KnownCertificate *row = certificates_pick(cli, args_operands(cli->args)[0], err);

	g_autofree char *opinion = NULL;

	return row &&
	       (!args_has(cli->args, "server") || find_opinion(cli, row, &opinion, err)) &&
	       show(cli, row, opinion, err);
}

const Verb verb_smime_show = {
	.name = "smime show",
	.summary = N_("Show what a certificate says"),
	.description = N_("Of a certificate that is kept here, named by its fingerprint, eight digits of it or more, or an address "
	                  "that just one is for. The server's opinion is one beside ours: it makes nothing good."),
	.operands = N_("FINGERPRINT|ADDRESS"), .operands_min = 1, .operands_max = 1,
	.uses = USES_ACCOUNT | USES_ENGINE,
	.options = options,
	.examples = {
		{ "smime show grace@example.org", N_("Grace's") },
		{ "smime show 3f5a90b1 --json", N_("By its id, for a script") },
		{ "smime show 3f5a90b1 --server", N_("With the server's opinion") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
