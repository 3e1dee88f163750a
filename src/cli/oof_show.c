#include "base/i18n.h"
#include "cli/engine.h"
#include "cli/oof.h"

static int64_t ask(SyncClient *client, int64_t account_id, const void *data)
{
	(void)data;
	return sync_wish_oof(client, account_id);
}

bool oof_fetch(Errand *errand, int64_t account_id, Oof **ret_oof, GError **err)
{
	g_autofree char *answer = NULL;
	Oof *oof;

	if (!consult_ask(errand, account_id, ask, NULL, &answer, err) ||
	    !(oof = oof_from_text(answer, err)))
		return false;
	*ret_oof = oof;
	return true;
}

static const char *text_for(const Oof *oof, OofAudience audience)
{
	return oof->messages[audience].is_on ? oof->messages[audience].text : NULL;
}

bool oof_put(Cli *cli, const Account *account, const Oof *oof, GError **err)
{
	static const OutputField fields[] = {
		{ "account", N_("Account"), FIELD_TEXT, WIDTH_REST },
		{ "state", N_("State"), FIELD_TEXT, WIDTH_REST },
		{ "from", N_("From"), FIELD_TIME, WIDTH_REST },
		{ "until", N_("Until"), FIELD_TIME, WIDTH_REST },
		{ "internal", N_("To people inside"), FIELD_TEXT, WIDTH_REST },
		{ "known", N_("To your contacts outside"), FIELD_TEXT, WIDTH_REST },
		{ "unknown", N_("To all others outside"), FIELD_TEXT, WIDTH_REST },
		{ 0 },
	};
	bool is_timed = oof->state == OOF_TIMED;
	const OutputValue values[] = {
		{ .text = account->name },
		{ .text = oof_state_name(oof->state) },
		{ .number = is_timed ? oof->start_ms : 0 },
		{ .number = is_timed ? oof->end_ms : 0 },
		{ .text = text_for(oof, OOF_INTERNAL) },
		{ .text = text_for(oof, OOF_KNOWN) },
		{ .text = text_for(oof, OOF_UNKNOWN) },
	};

	return output_single(cli->output, fields, values, err);
}

static bool run(Cli *cli, GError **err)
{
	const Account *account = cli_account(cli, err);
	g_autoptr(Errand) errand = NULL;
	g_autoptr(Oof) oof = NULL;
	int64_t id;

	return account && cli_engine_account_id(cli, account, &id, err) &&
	       (errand = consult_start(cli, account, err)) && oof_fetch(errand, id, &oof, err) &&
	       oof_put(cli, account, oof, err);
}

const Verb verb_oof_show = {
	.name = "oof show",
	.summary = N_("Show the out-of-office answer, as the server has it"),
	.description = N_("Asks the server. Texts that nobody gets at the moment are left out."),
	.uses = USES_ACCOUNT | USES_ENGINE,
	.examples = {
		{ "oof show", N_("Of the default account") },
		{ "oof show --fields state,until", N_("Two facts, separated by a tab") },
		{ "oof show -a work --json", N_("Of another one, for a script") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
