#include "cli/foldering.h"

#include "base/error.h"
#include "base/i18n.h"
#include "model/rights.h"

const ArgOption foldering_options[] = { CLI_ENGINE_OPTION, { 0 } };

const Folder *foldering_find(const Scope *scope, const char *name, GError **err)
{
	const Folder *folder = scope_folder_named(scope->folders, name);

	if (!folder)
		return scope_refuse_folder(scope, name, err), NULL;
	if (!folder_is_mail(folder->type))
		return fail_null(err, ERR_REFUSED,
		                 _("“%s” is no folder for mail, and is left alone"), name);
	return folder;
}

int64_t foldering_parent_id(const Scope *scope, const Folder *folder)
{
	for (guint i = 0; i < scope->folders->len; i++) {
		const Folder *other = g_ptr_array_index(scope->folders, i);
		if (g_strcmp0(other->server_id, folder->parent_server_id) == 0)
			return other->id;
	}
	return 0;
}

static bool is_allowed(GError **err)
{
	const RightsContext context = { .has_account = true, .has_item = true };
	const char *reason;

	return rights_allow(NEEDS_ACCOUNT | NEEDS_CHANGE, &context, &reason) ||
	       fail(err, ERR_REFUSED, "%s", reason);
}

static bool report(Cli *cli, const char *status, const char *path, GError **err)
{
	static const OutputField fields[] = {
		{ "folder", N_("Folder"), FIELD_TEXT, WIDTH_REST },
		{ "status", N_("Status"), FIELD_TEXT, WIDTH_REST },
		{ 0 },
	};
	const OutputValue values[] = { { .text = path }, { .text = status } };
	bool is_silent = cli_is_quiet(cli) && output_form(cli->output) == OUTPUT_TEXT;

	return is_silent || output_single(cli->output, fields, values, err);
}

static bool carry_out(Cli *cli, const Scope *scope, Op *op, GError **err)
{
	g_autoptr(GPtrArray) accounts = g_ptr_array_new();
	g_auto(CliWritten) written = { 0 };
	CliChange change = { .accounts = accounts,
		             .ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free),
		             .is_queued = cli_engine_is_queue(cli) };

	g_ptr_array_add(accounts, (void *)scope->account);
	g_ptr_array_add(change.ops, op);
	if (!cli_engine_write(cli, &change, &written, err))
		return false;
	if (!written.refusal)
		return true;
	g_propagate_error(err, g_steal_pointer(&written.refusal));
	return false;
}

bool foldering_change(Cli *cli, const Scope *scope, Op *op, const char *path, GError **err)
{
	g_autoptr(Op) taken = op;
	bool is_queued = cli_engine_is_queue(cli);

	if (!is_allowed(err))
		return false;
	if (args_has(cli->args, "dry-run"))
		return report(cli, "would", path, err);
	return carry_out(cli, scope, g_steal_pointer(&taken), err) &&
	       report(cli, is_queued ? "queued" : "done", path, err);
}

bool foldering_destroy(Cli *cli, OpKind kind, char *(*question)(const char *path), GError **err)
{
	g_auto(Scope) scope = { 0 };
	const Folder *folder = scope_find(cli, &scope, err)
	                               ? foldering_find(&scope, args_operands(cli->args)[0], err)
	                               : NULL;
	g_autofree char *path = folder ? scope_folder_path(scope.folders, folder) : NULL;
	g_autofree char *asked = folder ? question(path) : NULL;
	Op *op;

	if (!folder || !cli_confirm(cli, asked, err))
		return false;
	op = op_new(kind);
	op->folder_id = folder->id;
	return foldering_change(cli, &scope, op, path, err);
}
