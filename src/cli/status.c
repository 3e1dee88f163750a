#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "cli/cells.h"
#include "cli/session.h"
#include "model/pim.h"

static const ArgOption options[] = {
	{ 0, "short", ARG_FLAG, NULL, NULL,
	  N_("one line for a status bar: NAME:UNREAD, with ! where something is wrong") },
	{ 0 },
};

static const OutputField fields[] = {
	{ "account", N_("Account"), FIELD_TEXT, 24 },
	{ "unread", N_("Unread"), FIELD_INT, 6 },
	{ "last_sync", N_("Last sync"), FIELD_TIME, 16 },
	{ "push", N_("Push"), FIELD_TEXT, 16 },
	{ "waiting", N_("Unsent"), FIELD_INT, 6 },
	{ "error", N_("Trouble"), FIELD_TEXT, WIDTH_REST },
	{ "total", N_("Mails"), FIELD_INT, WIDTH_HIDDEN },
	{ "folders_behind", N_("Folders behind"), FIELD_INT, WIDTH_HIDDEN },
	{ "version", N_("Protocol"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "running", N_("Running"), FIELD_BOOL, WIDTH_HIDDEN },
	{ 0 },
};

enum { OPS_COUNTED = 10000 };

/* What there is to tell of one account. Without @state it was never synced. */
typedef struct {
	bool          is_running;    /* somebody has the engine: push and sync can happen */
	AccountState *state;
	int64_t       unread;        /* of the Inbox */
	int64_t       total;         /* of all mail folders */
	int64_t       behind, waiting;
	char         *trouble;
} Standing;

static void standing_clear(Standing *standing)
{
	account_state_free(standing->state);
	g_free(standing->trouble);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Standing, standing_clear)

static void count_folders(Standing *standing, const Account *account, const GPtrArray *folders)
{
	for (guint i = 0; i < folders->len; i++) {
		const Folder *folder = g_ptr_array_index(folders, i);
		if (folder->type == FOLDER_INBOX)
			standing->unread = folder->unread;
		if (!account_syncs(account, folder->type))
			continue;
		standing->total += folder_is_mail(folder->type) ? folder->total : 0;
		standing->behind += folder->is_behind;
		if (folder->last_error && !standing->trouble)
			standing->trouble =
				g_strdup_printf("%s: %s", folder->name, folder->last_error);
	}
}

/* A key that ends soon is the least of troubles. */
static bool find_warning(Cli *cli, Standing *standing, GError **err)
{
	g_autoptr(Certificates) known = certificates_load_public(cli->reader, err);

	if (known)
		standing->trouble = certificates_warning_of(known, standing->state->id,
		                                            clock_now_ms(cli->clock));
	return known != NULL;
}

static bool find_standing(Cli *cli, const Account *account, Standing *standing, GError **err)
{
	g_autoptr(GPtrArray) folders = NULL, ops = NULL;
	const Store *store = cli_store(cli, err);

	if (!store)
		return false;
	standing->is_running = store_is_held(store);
	if (!cli_account_state(cli, account, &standing->state, err))
		return false;
	if (!standing->state) {
		standing->trouble = g_strdup(_("never synced"));
		return true;
	}
	standing->trouble = g_strdup(standing->state->last_error);
	if (!store_read_folders(cli->reader, standing->state->id, &folders, err) ||
	    !store_read_ops(cli->reader, standing->state->id, OPS_COUNTED, &ops, err))
		return false;
	standing->waiting = ops->len;
	count_folders(standing, account, folders);
	return standing->trouble || find_warning(cli, standing, err);
}

static bool can_push(const Account *account, const AccountState *state)
{
	g_auto(GStrv) commands = g_strsplit(state->commands ? state->commands : "", ",", -1);

	for (int i = 0; commands[i]; i++)
		if (strcmp(g_strstrip(commands[i]), "Ping") == 0)
			return account->push_s > 0;
	return false;
}

static char *push_text(const Account *account, const Standing *standing)
{
	const AccountState *state = standing->state;

	if (!state)
		return NULL;
	if (!standing->is_running)
		return g_strdup(_("not running"));
	if (!can_push(account, state))
		return g_strdup_printf(_("no, polls %d min"), account->poll_s / 60);
	return state->heartbeat_s ? g_strdup_printf(_("yes, %d min"), state->heartbeat_s / 60)
	                          : g_strdup(_("yes"));
}

static void put_standing(Cli *cli, const Account *account, const Standing *standing)
{
	const AccountState *state = standing->state;
	g_autofree char *push = push_text(account, standing);
	const OutputValue values[] = {
		{ .text = account->name },
		{ .number = standing->unread },
		{ .number = state ? state->last_sync_ms : 0 },
		{ .text = push },
		{ .number = standing->waiting },
		{ .text = standing->trouble },
		{ .number = standing->total },
		{ .number = standing->behind },
		{ .text = state ? state->version : NULL },
		{ .number = standing->is_running },
	};

	output_record(cli->output, values);
}

static void append_short(GString *line, const Account *account, const Standing *standing)
{
	g_string_append_printf(line, "%s%s:%" G_GINT64_FORMAT "%s", line->len ? " " : "",
	                       account->name, standing->unread, standing->trouble ? "!" : "");
}

static bool run(Cli *cli, GError **err)
{
	bool is_short = args_has(cli->args, "short");
	g_autoptr(GPtrArray) accounts = cli_chosen_accounts(cli, err);
	g_autoptr(GString) line = g_string_new(NULL);

	if (!accounts || (!is_short && !output_begin(cli->output, fields, err)))
		return false;
	for (guint i = 0; i < accounts->len; i++) {
		const Account *account = g_ptr_array_index(accounts, i);
		g_auto(Standing) standing = { 0 };
		if (!find_standing(cli, account, &standing, err))
			return false;
		if (is_short)
			append_short(line, account, &standing);
		else
			put_standing(cli, account, &standing);
	}
	if (is_short)
		output_text(cli->output, g_string_append_c(line, '\n')->str);
	return true;
}

const Verb verb_status = {
	.name = "status",
	.summary = N_("Say how each account is doing"),
	.description = N_("Unread mail of the Inbox, the last sync, whether a Postern runs and the server pushes, what waits to be sent, and what is "
	                  "wrong, as it is known here; no server is asked. “postern doctor” asks."),
	.uses = USES_ACCOUNT,
	.options = options,
	.examples = {
		{ "status", N_("All accounts") },
		{ "status --short", N_("For tmux: set -g status-right '#(postern status --short)'") },
		{ "status -a work --json", N_("One account, for a script") },
	},
	.exits = { EXIT_NOTHING },
	.run = run,
};
