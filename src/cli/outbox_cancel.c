#include "base/error.h"
#include "base/i18n.h"
#include "cli/outbox.h"
#include "cli/send.h"
#include "store/write.h"

static bool cancel(Cli *cli, const GArray *groups, GError **err)
{
	Store *store = cli_store(cli, err);
	g_autoptr(StoreWriter) writer = store ? store_open_writer(store, err) : NULL;

	for (guint i = 0; writer && i < groups->len; i++) {
		StoreOpChoice choice = { .group_id = g_array_index(groups, int64_t, i) };
		guint count;
		if (!store_write_ops_cancel(writer, &choice, &count, err))
			return false;
		if (!count)
			return fail(
				err, ERR_REFUSED,
				_("o%lld is under way and may have arrived; wait until that is known"),
				(long long)choice.group_id);
	}
	return writer != NULL;
}

static bool run(Cli *cli, GError **err)
{
	g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autoptr(GArray) ops = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!outbox_find(cli, groups, ops, err))
		return false;
	return args_has(cli->args, "dry-run") || cancel(cli, groups, err);
}

const Verb verb_outbox_cancel = {
	.name = "outbox cancel",
	.summary = N_("Take back what has not reached the server"),
	.description = N_("A message goes back to the drafts, with its text and all that is attached; any other change is undone here. What is just under way cannot be taken back."),
	.operands = N_("ID…"), .operands_min = 1, .operands_max = -1,
	.examples = {
		{ "outbox cancel o17", N_("One") },
		{ "outbox list -0 | xargs -0 postern outbox cancel", N_("All") },
		{ "outbox cancel o17 --dry-run", N_("Is there such a thing?") },
	},
	.exits = { EXIT_NOTHING, EXIT_REFUSED, EXIT_CONFLICT },
	.run = run,
};
