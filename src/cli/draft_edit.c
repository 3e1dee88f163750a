#include "base/i18n.h"
#include "cli/drafts.h"
#include "cli/letter.h"

static bool run(Cli *cli, GError **err)
{
	g_autoptr(Draft) draft = NULL;
	g_autoptr(StoreDraft) row = NULL;
	g_autofree char *text = NULL;
	int64_t id;

	if (!drafts_load(cli, &id, &draft, &row, err) || !drafts_check_text(cli, row, err))
		return false;

	const Account *account = drafts_account(cli, row, err);
	Letter letter = { .account = account, .draft = draft, .draft_id = id };

	text = account ? letter_read_text(err) : NULL;
	return text && draft_edit(draft, text, err) &&
	       (args_has(cli->args, "dry-run") || send_save(cli, &letter, &id, err));
}

const Verb verb_draft_edit = {
	.name = "draft edit",
	.summary = N_("Change a draft"),
	.description = N_("Takes what “draft show --edit” gave, changed, from the standard input. A line “Attach: PATH” attaches a file; an attachment whose line is gone is dropped. What cannot be understood changes nothing."),
	.operands = N_("ID"), .operands_min = 1, .operands_max = 1,
	.examples = {
		{ "draft edit d17 < draft.txt", N_("Take it back") },
		{ "draft edit d17 --dry-run < draft.txt", N_("Would it be understood?") },
		{ "draft show d17 --edit | sed 's/^Subject:.*/Subject: New/' | postern draft edit d17", N_("Another subject") },
	},
	.exits = { EXIT_NOTHING, EXIT_REFUSED, EXIT_CONFLICT },
	.run = run,
};
