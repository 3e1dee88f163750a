#include "base/i18n.h"
#include "cli/drafts.h"
#include "cli/letter.h"

static const ArgOption options[] = { SEND_OPTIONS, { 0 } };

static bool run(Cli *cli, GError **err)
{
	g_autoptr(Draft) draft = NULL;
	g_autoptr(StoreDraft) row = NULL;
	g_autoptr(GBytes) mime = NULL;
	bool refers, is_raw;
	int64_t id;

	if (!drafts_load(cli, &id, &draft, &row, err) ||
	    !store_read_draft_bytes(cli->reader, id, &mime, &refers, err))
		return false;
	is_raw = mime && !*draft->body;

	const Account *account = drafts_account(cli, row, err);
	return account && send_letter(cli,
	                              &(Letter){ .account = account,
	                                         .draft = draft,
	                                         .draft_id = id,
	                                         .mime = is_raw ? mime : NULL },
	                              err);
}

const Verb verb_draft_send = {
	.name = "draft send",
	.summary = N_("Send a draft"),
	.description = N_("Returns when the server has confirmed."),
	.operands = N_("ID"), .operands_min = 1, .operands_max = 1,
	.uses = USES_ENGINE,
	.options = options,
	.examples = {
		{ "draft send d17", N_("Now") },
		{ "draft send d17 --queue", N_("With the next sync") },
		{ "draft send d17 --dry-run", N_("What would leave?") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
