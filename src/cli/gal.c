#include "base/error.h"
#include "base/i18n.h"
#include "cli/consult.h"
#include "cli/engine.h"
#include "model/gal.h"

static const ArgOption options[] = {
	{ 0, "resolve", ARG_FLAG, NULL, NULL,
	  N_("each operand is a name of its own: who is meant by it") },
	{ 0 },
};

static const OutputField fields[] = {
	{ "name", N_("Name"), FIELD_TEXT, 24 },
	{ "address", N_("Address"), FIELD_TEXT, 32 },
	{ "title", N_("Title"), FIELD_TEXT, 16 },
	{ "company", N_("Company"), FIELD_TEXT, 16 },
	{ "office", N_("Office"), FIELD_TEXT, 12 },
	{ "phone", N_("Phone"), FIELD_TEXT, WIDTH_REST },
	{ "mobile", N_("Mobile"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "alias", N_("Alias"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "asked", N_("Asked for"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "account", N_("Account"), FIELD_TEXT, WIDTH_HIDDEN },
	{ 0 },
};

static int64_t ask_people(SyncClient *client, int64_t account_id, const void *query)
{
	return sync_wish_gal(client, account_id, query);
}

static int64_t ask_resolve(SyncClient *client, int64_t account_id, const void *names)
{
	return sync_wish_resolve(client, account_id, names);
}

static void put_person(Cli *cli, const Account *account, const GalEntry *person)
{
	const OutputValue values[] = {
		{ .text = person->name },   { .text = person->address }, { .text = person->title },
		{ .text = person->company }, { .text = person->office }, { .text = person->phone },
		{ .text = person->mobile }, { .text = person->alias },   { .text = person->asked },
		{ .text = account->name },
	};

	output_record(cli->output, values);
}

static bool put_people(Cli *cli, const Account *account, const char *answer, GError **err)
{
	g_autoptr(GPtrArray) people = gal_from_text(answer);
	guint most = (guint)args_int(cli->args, "limit", G_MAXINT);

	if (!output_begin(cli->output, fields, err))
		return false;
	for (guint i = 0; i < people->len && i < most; i++)
		put_person(cli, account, g_ptr_array_index(people, i));
	if (people->len == 0)
		cli_set_exit(cli, EXIT_NOTHING);
	return true;
}

static bool run(Cli *cli, GError **err)
{
	bool is_resolve = args_has(cli->args, "resolve");
	g_autofree char *query = g_strjoinv(is_resolve ? "\n" : " ",
	                                    (char **)args_operands(cli->args));
	const Account *account = cli_account(cli, err);
	g_autoptr(Errand) errand = NULL;
	g_autofree char *answer = NULL;
	int64_t id;

	return account && cli_engine_account_id(cli, account, &id, err) &&
	       (errand = consult_start(cli, account, err)) &&
	       consult_ask(errand, id, is_resolve ? ask_resolve : ask_people, query, &answer,
	                   err) &&
	       put_people(cli, account, answer, err);
}

const Verb verb_gal = {
	.name = "gal",
	.summary = N_("Find people in the organisation's directory"),
	.description = N_("Asks the server's global address list for those whose name, address or alias begins with the query: at most "
	                  "100. With --resolve each operand is a name, and those whom the server knows by it are "
	                  "listed under “asked”."),
	.operands = N_("QUERY…"), .operands_min = 1, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_ENGINE,
	.options = options,
	.examples = {
		{ "gal hopper", N_("By a part of the name") },
		{ "gal grace -a work --jsonl", N_("Of another account, for a script") },
		{ "gal --resolve 'Grace Hopper' ghopper --fields asked,address", N_("Names made to addresses") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
