#include "base/i18n.h"
#include "cli/organise.h"

static const ArgOption options[] = {
	{ 0, "for-good", ARG_FLAG, NULL, NULL,
	  N_("not to the trash: nothing brings it back. Asks first") },
	CLI_ENGINE_OPTION,
	{ 0 },
};

static Op *to_trash(Organise *organise, const Message *message, void *data, GError **err)
{
	(void)data;
	return organise_move_to(organise, message, PLACE_TRASH, err);
}

static Op *for_good(Organise *organise, const Message *message, void *data, GError **err)
{
	(void)organise;
	(void)data;
	(void)err;
	return op_new_delete(message->id);
}

static bool run(Cli *cli, GError **err)
{
	if (!args_has(cli->args, "for-good"))
		return organise_mail(cli, to_trash, NULL, err);
	return cli_confirm(cli, _("Delete for good? Nothing brings it back."), err) &&
	       organise_mail(cli, for_good, NULL, err);
}

const Verb verb_mail_delete = {
	.name = "mail delete",
	.summary = N_("Move mail to the trash, or delete it for good"),
	.description = N_("Moves to the folder for deleted mail; what is there already stays. With --for-good it is gone, here and on the server, after a question that --yes answers. Names mail like “mail archive” does."),
	.operands = N_("[ID… | QUERY]"), .operands_min = 0, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_FOLDER | USES_ENGINE,
	.options = options,
	.examples = {
		{ "mail delete m1k2x9", N_("One mail, to the trash") },
		{ "mail delete --all -f Lists before:6m", N_("What a query finds in a folder") },
		{ "mail delete --for-good --yes --all -f deleted before:2026-01-01", N_("For good, without a question") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_PARTIAL, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
