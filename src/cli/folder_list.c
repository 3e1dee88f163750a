#include "base/error.h"
#include "base/i18n.h"
#include "cli/scope.h"

static const OutputField fields[] = {
	{ "path", N_("Folder"), FIELD_TEXT, 40 },
	{ "total", N_("Total"), FIELD_INT, 8 },
	{ "unread", N_("Unread"), FIELD_INT, 8 },
	{ "kind", N_("Kind"), FIELD_TEXT, 8 },
	{ "last_sync", N_("Last sync"), FIELD_TIME, 16 },
	{ "error", N_("Error"), FIELD_TEXT, WIDTH_REST },
	{ "name", N_("Name"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "account", N_("Account"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "behind", N_("Behind"), FIELD_BOOL, WIDTH_HIDDEN },
	{ "server_id", N_("Server id"), FIELD_TEXT, WIDTH_HIDDEN },
	{ 0 },
};

static void put_folder(Cli *cli, const Scope *scope, const Folder *folder)
{
	g_autofree char *path = scope_folder_path(scope->folders, folder);
	const OutputValue values[] = {
		{ .text = path },
		{ .number = folder->total },
		{ .number = folder->unread },
		{ .text = scope_folder_kind(folder->type) },
		{ .number = folder->last_sync_ms },
		{ .text = folder->last_error },
		{ .text = folder->name },
		{ .text = scope->account->name },
		{ .number = folder->is_behind },
		{ .text = folder->server_id },
	};

	output_record(cli->output, values);
}

static bool run(Cli *cli, GError **err)
{
	g_auto(Scope) scope = { 0 };
	guint count = 0;

	if (!scope_find(cli, &scope, err) || !output_begin(cli->output, fields, err))
		return false;
	for (guint i = 0; i < scope.folders->len; i++) {
		const Folder *folder = g_ptr_array_index(scope.folders, i);
		if (!folder_is_mail(folder->type) && !args_has(cli->args, "all"))
			continue;
		put_folder(cli, &scope, folder);
		count++;
	}
	if (!scope.state)
		output_message(_("%s was never synced; run: postern sync --once"),
		               scope.account->name);
	if (count == 0)
		cli_set_exit(cli, EXIT_NOTHING);
	return true;
}

const Verb verb_folder_list = {
	.name = "folder list",
	.summary = N_("List the folders of an account"),
	.description = N_("Lists the mail folders with their counts, as they are here. With --all also those that hold no mail: "
	                  "calendars, contacts, tasks."),
	.uses = USES_ACCOUNT,
	.examples = {
		{ "folder list", N_("The default account") },
		{ "folder list -a work --jsonl", N_("Another one, for a script") },
		{ "folder list --fields path,unread", N_("Two columns, separated by a tab") },
	},
	.exits = { EXIT_NOTHING },
	.run = run,
};
