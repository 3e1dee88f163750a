#include "base/error.h"
#include "base/i18n.h"
#include "cli/unlock.h"
#include "store/rebuild.h"

static const ArgOption options[] = {
	{ 0, "without-keys", ARG_FLAG, NULL, NULL,
	  N_("begin anew though nothing opens the store; drafts stay in the folder put aside") },
	{ 0 },
};

static void tell(const StoreRebuilt *rebuilt)
{
	output_message(_("The old files are in %s. The next sync fetches the mail; trust in "
	                 "certificates and senders has to be given again."),
	               rebuilt->aside);
	if (rebuilt->drafts)
		output_message(ngettext_("%u draft was taken along.",
		                         "%u drafts were taken along.", rebuilt->drafts),
		               rebuilt->drafts);
	if (rebuilt->drafts)
		output_message("%s", _("What waited in the Outbox is among the drafts: look in "
		                       "Sent before you send it again."));
	if (rebuilt->changes)
		output_message(ngettext_("%u change of events, contacts, tasks or notes waits in the "
		                         "Outbox: retry it there.",
		                         "%u changes of events, contacts, tasks or notes wait in the "
		                         "Outbox: retry them there.",
		                         rebuilt->changes),
		               rebuilt->changes);
	if (!rebuilt->is_whole)
		output_message("%s", _("Not all of it could be read: keep the old files."));
}

static bool rebuild(Cli *cli, const char *dir, StoreRebuilt *ret_rebuilt, GError **err)
{
	Opener opener = unlock_opener(cli);

	return args_has(cli->args, "without-keys")
	               ? store_begin_anew(dir, ret_rebuilt, err)
	               : store_rebuild(dir, &opener, ret_rebuilt, err);
}

static bool run(Cli *cli, GError **err)
{
	g_autofree char *dir = settings_data_dir(cli->settings, cli->paths);
	g_autofree char *question =
		g_strdup_printf(_("Put the store in %s aside and begin anew?"), dir);
	StoreRebuilt rebuilt = { 0 };

	if (!cli_confirm(cli, question, err))
		return false;
	if (args_has(cli->args, "dry-run"))
		return true;
	if (!rebuild(cli, dir, &rebuilt, err))
		return false;
	if (!cli_is_quiet(cli))
		tell(&rebuilt);
	if (!rebuilt.is_whole)
		cli_set_exit(cli, EXIT_PARTIAL);
	g_free(rebuilt.aside);
	return true;
}

const Verb verb_vault_rebuild = {
	.name = "vault rebuild",
	.summary = N_("Begin a damaged store anew, and take drafts and keys along"),
	.description = N_("For a store that is damaged or an old copy. Drafts, what waited in the Outbox (mail as drafts), certificates "
	                  "and their keys and VIPs are taken along as far as they can be read; the mail comes from the server with "
	                  "the next sync. The old files stay in a folder beside the new ones, and the same keys open both."),
	.options = options,
	.examples = {
		{ "vault rebuild", N_("Asks, and says what was taken along") },
		{ "vault rebuild --yes && postern sync --once", N_("Without a question, mail and all") },
		{ "vault rebuild --without-keys", N_("The key file is lost: nothing can be taken along") },
	},
	.exits = { EXIT_PARTIAL, EXIT_NOTHING, EXIT_SIGN_IN, EXIT_INTERRUPTED },
	.run = run,
};
