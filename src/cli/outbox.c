#include "cli/outbox.h"

#include "base/error.h"
#include "base/i18n.h"
#include "cli/send.h"
#include "store/read.h"

enum { OPS_READ_MOST = 10000 };

const char *outbox_kind_name(OpKind kind)
{
	static const char *const names[OP_KIND_COUNT] = {
		[OP_MARK_READ] = "mark",
		[OP_FLAG] = "flag",
		[OP_CATEGORIES] = "categories",
		[OP_MOVE] = "move",
		[OP_DELETE] = "delete",
		[OP_FOLDER_CREATE] = "folder_create",
		[OP_FOLDER_UPDATE] = "folder_update",
		[OP_FOLDER_DELETE] = "folder_delete",
		[OP_FOLDER_EMPTY] = "folder_empty",
		[OP_SEND] = "send",
		[OP_SAVE_DRAFT] = "save_draft",
		[OP_OOF] = "oof",
		[OP_ITEM_SAVE] = "save",
		[OP_ITEM_DELETE] = "delete_item",
		[OP_OCCURRENCE] = "occurrence",
		[OP_RESPOND] = "respond",
	};

	return names[kind];
}

const char *outbox_state_name(OpState state)
{
	static const char *const names[OP_STATE_COUNT] = {
		[OP_WAITING] = "waiting", [OP_HELD] = "held",     [OP_SENDING] = "sending",
		[OP_UNSURE] = "unsure",   [OP_FAILED] = "failed",
	};

	return names[state];
}

static bool read_all(Cli *cli, GPtrArray *all, GError **err)
{
	StoreReader *reader = cli_reader(cli, err);
	g_autoptr(GPtrArray) accounts = NULL;

	if (!reader || !store_read_accounts(reader, &accounts, err))
		return false;
	for (guint i = 0; i < accounts->len; i++) {
		const AccountState *state = g_ptr_array_index(accounts, i);
		g_autoptr(GPtrArray) ops = NULL;
		if (!store_read_ops(reader, state->id, OPS_READ_MOST, &ops, err))
			return false;
		g_ptr_array_extend_and_steal(all, g_steal_pointer(&ops));
	}
	return true;
}

static bool take_group(const GPtrArray *all, const char *word, int64_t group, GArray *groups,
                       GArray *ops, GError **err)
{
	guint before = ops->len;

	for (guint i = 0; i < all->len; i++) {
		const Op *op = g_ptr_array_index(all, i);
		if (op->group_id == group)
			g_array_append_val(ops, op->id);
	}
	g_array_append_val(groups, group);
	return ops->len > before ||
	       fail(err, ERR_NOT_FOUND, _("%s is not in the Outbox; it has gone, or never was"),
	            word);
}

bool outbox_find(Cli *cli, GArray *groups, GArray *ops, GError **err)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);

	if (!read_all(cli, all, err))
		return false;
	for (const char *const *word = args_operands(cli->args); *word; word++) {
		int64_t group;
		if (!send_id_parse(cli, 'o', *word, &group, err) ||
		    !take_group(all, *word, group, groups, ops, err))
			return false;
	}
	return true;
}
