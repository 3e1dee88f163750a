#include "cli/organise.h"

#include "app/account_file.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/mail.h"
#include "cli/pick.h"
#include "model/rights.h"

typedef enum { FATE_DONE, FATE_SAME, FATE_QUEUED, FATE_FAILED, FATE_WOULD, FATE_COUNT } Fate;

typedef struct {
	const Message *message;     /* borrowed */
	Op            *op;          /* until it is carried out; NULL: nothing to do */
	Op            *wanted;      /* what was carried out, to judge by */
	Fate           fate;
	GError        *error;       /* FAILED */
} Item;

struct Organise {
	Cli        *cli;
	GPtrArray  *messages;       /* of Message */
	GArray     *items;          /* of Item, one a message */
	GPtrArray  *states;         /* of AccountState */
	GHashTable *folders;        /* account id -> GPtrArray of Folder */
	GHashTable *homes;          /* folder id -> account id, both int64_t */
	GPtrArray  *accounts;       /* of borrowed Account: those of the ops */
	guint       counts[FATE_COUNT];
	GError     *first_error;    /* borrowed */
};

const ArgOption organise_options[] = { CLI_ENGINE_OPTION, { 0 } };

/* ---- its life ---- */

static void item_clear(gpointer data)
{
	Item *item = data;

	op_free(item->op);
	op_free(item->wanted);
	g_clear_error(&item->error);
}

static void organise_clear(Organise *organise)
{
	g_clear_pointer(&organise->items, g_array_unref);
	g_clear_pointer(&organise->messages, g_ptr_array_unref);
	g_clear_pointer(&organise->states, g_ptr_array_unref);
	g_clear_pointer(&organise->folders, g_hash_table_unref);
	g_clear_pointer(&organise->homes, g_hash_table_unref);
	g_clear_pointer(&organise->accounts, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Organise, organise_clear)

static bool organise_init(Organise *organise, Cli *cli, GError **err)
{
	*organise = (Organise){ .cli = cli };
	organise->messages = pick_messages(cli, err);
	if (!organise->messages || !store_read_accounts(cli->reader, &organise->states, err))
		return false;
	organise->items = g_array_new(FALSE, TRUE, sizeof(Item));
	g_array_set_clear_func(organise->items, item_clear);
	organise->folders = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
	                                          (GDestroyNotify)g_ptr_array_unref);
	organise->homes = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	organise->accounts = g_ptr_array_new();
	return true;
}

static Item *item_at(const Organise *organise, guint i)
{
	return &g_array_index(organise->items, Item, i);
}

/* ---- accounts and folders ---- */

static bool account_id_of(Organise *organise, const Message *message, int64_t *ret_id, GError **err)
{
	const int64_t *known = g_hash_table_lookup(organise->homes, &message->folder_id);
	g_autoptr(Folder) folder = NULL;

	if (!known) {
		if (!store_read_folder(organise->cli->reader, message->folder_id, &folder, err))
			return false;
		known = g_memdup2(&folder->account_id, sizeof folder->account_id);
		g_hash_table_insert(organise->homes, g_memdup2(&folder->id, sizeof folder->id),
		                    (gpointer)known);
	}
	*ret_id = *known;
	return true;
}

static const Account *account_of(Organise *organise, int64_t account_id, GError **err)
{
	const GPtrArray *accounts = cli_accounts(organise->cli, err);

	for (guint i = 0; accounts && i < organise->states->len; i++) {
		const AccountState *state = g_ptr_array_index(organise->states, i);
		if (state->id == account_id)
			return accounts_find(accounts, state->name, err);
	}
	return accounts ? fail_null(err, ERR_NOT_FOUND,
	                            _("the account of this message is no longer set up"))
	                : NULL;
}

Cli *organise_cli(const Organise *organise) { return organise->cli; }

const GPtrArray *organise_folders(Organise *organise, const Message *message, GError **err)
{
	int64_t account_id;
	GPtrArray *folders;

	if (!account_id_of(organise, message, &account_id, err))
		return NULL;
	folders = g_hash_table_lookup(organise->folders, &account_id);
	if (folders)
		return folders;
	if (!store_read_folders(organise->cli->reader, account_id, &folders, err))
		return NULL;
	g_hash_table_insert(organise->folders, g_memdup2(&account_id, sizeof account_id), folders);
	return folders;
}

static bool refuse_place(Place place, GError **err)
{
	static const char *const reasons[] = {
		[PLACE_TRASH] = N_(
			"the server has no folder for deleted mail; --for-good deletes without one"),
		[PLACE_ARCHIVE] = N_(
			"there is no folder for the archive: make one (postern folder create Archive), or name it in the setting mail.archive_folder"),
		[PLACE_JUNK] = N_(
			"there is no folder for junk: make one (postern folder create Junk), or name it in the setting mail.junk_folder"),
	};

	return fail(err, ERR_NOT_FOUND, "%s", _(reasons[place]));
}

Op *organise_move_to(Organise *organise, const Message *message, Place place, GError **err)
{
	const Settings *settings = organise->cli->settings;
	const char *named = place == PLACE_ARCHIVE
	                            ? settings_text(settings, SETTING_MAIL_ARCHIVE_FOLDER)
	                    : place == PLACE_JUNK
	                            ? settings_text(settings, SETTING_MAIL_JUNK_FOLDER)
	                            : NULL;
	const GPtrArray *folders = organise_folders(organise, message, err);
	const Folder *folder = folders ? place_find(folders, place, named) : NULL;

	if (folders && !folder)
		refuse_place(place, err);
	if (!folder || folder->id == message->folder_id)
		return NULL;
	return op_new_move(message->id, folder->id);
}

/* ---- what is to be done ---- */

static bool is_allowed(const Message *message, GError **err)
{
	RightsContext context = { .has_account = true, .has_item = true,
		                  .is_out_of_window =
		                          (message->flags & MESSAGE_OUT_OF_WINDOW) != 0 };
	const char *reason;

	return rights_allow(NEEDS_ACCOUNT | NEEDS_ITEM | NEEDS_CHANGE, &context, &reason) ||
	       fail(err, ERR_REFUSED, "%s", reason);
}

static bool note_account(Organise *organise, const Message *message, GError **err)
{
	int64_t account_id;
	const Account *account = account_id_of(organise, message, &account_id, err)
	                                 ? account_of(organise, account_id, err)
	                                 : NULL;

	if (account && !g_ptr_array_find(organise->accounts, account, NULL))
		g_ptr_array_add(organise->accounts, (void *)account);
	return account != NULL;
}

static void plan_item(Organise *organise, Item *item, OrganiseOp op_for, void *data)
{
	if (is_allowed(item->message, &item->error) &&
	    note_account(organise, item->message, &item->error))
		item->op = op_for(organise, item->message, data, &item->error);
	item->fate = item->error ? FATE_FAILED : item->op ? FATE_WOULD : FATE_SAME;
}

static void plan(Organise *organise, OrganiseOp op_for, void *data)
{
	for (guint i = 0; i < organise->messages->len; i++) {
		Item item = { .message = g_ptr_array_index(organise->messages, i) };
		plan_item(organise, &item, op_for, data);
		g_array_append_val(organise->items, item);
	}
}

/* ---- doing it ---- */

static GPtrArray *take_ops(Organise *organise)
{
	GPtrArray *ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);

	for (guint i = 0; i < organise->items->len; i++) {
		Item *item = item_at(organise, i);
		if (!item->op)
			continue;
		item->wanted = op_copy(item->op);
		g_ptr_array_add(ops, g_steal_pointer(&item->op));
	}
	return ops;
}

/* What the server refused is shown as it was before. */
static bool is_as_wanted(const Op *op, const Message *now)
{
	switch (op->kind) {
	case OP_MARK_READ:
		return ((now->flags & MESSAGE_READ) != 0) == (op->value.number != 0);
	case OP_FLAG:
		return ((now->flags & MESSAGE_FLAGGED) != 0) == (op->value.number == FLAG_ACTIVE) &&
		       ((now->flags & MESSAGE_DONE) != 0) == (op->value.number == FLAG_DONE);
	case OP_CATEGORIES:
		return g_strcmp0(now->categories ? now->categories : "",
		                 op->value.text ? op->value.text : "") == 0;
	case OP_MOVE:
		return now->folder_id == op->value.folder_id;
	default:
		return false;
	}
}

/* One that is gone is where a deletion wants it, and out of reach of anything else. */
static bool has_come_true(const Organise *organise, const Op *op, GError **err)
{
	g_autoptr(Message) now = NULL;
	g_autoptr(GError) why = NULL;

	if (store_read_message(organise->cli->reader, op->message_id, &now, &why))
		return is_as_wanted(op, now) ||
		       fail(err, ERR_SERVER, _("the server has refused it"));
	if (!error_is(why, ERR_NOT_FOUND)) {
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	return op->kind == OP_DELETE ||
	       fail(err, ERR_GONE, _("the message is no longer on the server"));
}

/* The server's word on a message alone is meant for it. On many, the store tells which are as they
 * should be. */
static void judge_item(Organise *organise, Item *item, const CliWritten *written)
{
	bool is_meant = written->refusal && written->ops->len == 1;
	g_autoptr(GError) why = NULL;

	if (!item->wanted)
		return;
	item->fate = cli_engine_is_queue(organise->cli) ? FATE_QUEUED : FATE_DONE;
	if (item->fate == FATE_QUEUED ||
	    (!is_meant && has_come_true(organise, item->wanted, &why)))
		return;
	item->fate = FATE_FAILED;
	item->error = written->refusal && (is_meant || error_is(why, ERR_SERVER))
	                      ? g_error_copy(written->refusal)
	                      : g_steal_pointer(&why);
}

static bool carry_out(Organise *organise, GError **err)
{
	g_auto(CliWritten) written = { 0 };
	CliChange change = { .accounts = organise->accounts,
		             .ops = take_ops(organise),
		             .is_queued = cli_engine_is_queue(organise->cli) };

	if (change.ops->len == 0) {
		g_ptr_array_unref(change.ops);
		return true;
	}
	if (!cli_engine_write(organise->cli, &change, &written, err))
		return false;
	for (guint i = 0; i < organise->items->len; i++)
		judge_item(organise, item_at(organise, i), &written);
	return true;
}

/* ---- what became of it ---- */

enum { FIELD_ID, FIELD_FATE, FIELD_SUBJECT, FIELD_REASON, FIELD_COUNT };

static const OutputField fields[FIELD_COUNT + 1] = {
	[FIELD_ID] = { "id", N_("Id"), FIELD_TEXT, 14 },
	[FIELD_FATE] = { "status", N_("Status"), FIELD_TEXT, 9 },
	[FIELD_SUBJECT] = { "subject", N_("Subject"), FIELD_TEXT, 40 },
	[FIELD_REASON] = { "error", N_("Error"), FIELD_TEXT, WIDTH_REST },
};

static void put_item(const Organise *organise, const Item *item)
{
	static const char *const words[FATE_COUNT] = {
		[FATE_DONE] = "done",     [FATE_SAME] = "unchanged", [FATE_QUEUED] = "queued",
		[FATE_FAILED] = "failed", [FATE_WOULD] = "would",
	};
	g_autofree char *id = message_id_format(item->message->id);
	const OutputValue values[FIELD_COUNT] = {
		[FIELD_ID].text = id,
		[FIELD_FATE].text = words[item->fate],
		[FIELD_SUBJECT].text = item->message->subject,
		[FIELD_REASON].text = item->error ? item->error->message : NULL,
	};

	output_record(organise->cli->output, values);
}

/* People see a list only of what is not plain success. */
static bool is_listed(const Organise *organise, const Item *item)
{
	const Cli *cli = organise->cli;
	bool is_text = output_form(cli->output) == OUTPUT_TEXT && !args_has(cli->args, "fields");

	return !is_text || item->fate == FATE_FAILED || item->fate == FATE_WOULD;
}

static void count_items(Organise *organise)
{
	for (guint i = 0; i < organise->items->len; i++) {
		Item *item = item_at(organise, i);
		organise->counts[item->fate]++;
		if (item->error && !organise->first_error)
			organise->first_error = item->error;
	}
}

static bool put_items(Organise *organise, GError **err)
{
	bool is_begun = false;

	for (guint i = 0; i < organise->items->len; i++) {
		const Item *item = item_at(organise, i);
		if (!is_listed(organise, item))
			continue;
		if (!is_begun && !output_begin(organise->cli->output, fields, err))
			return false;
		is_begun = true;
		put_item(organise, item);
	}
	return true;
}

static void tell_counts(const Organise *organise)
{
	const guint *counts = organise->counts;
	guint changed = counts[FATE_DONE] + counts[FATE_QUEUED];

	if (cli_is_quiet(organise->cli) || args_has(organise->cli->args, "dry-run"))
		return;
	if (counts[FATE_QUEUED])
		output_message(ngettext_("%u message changed here; the server is told next",
		                         "%u messages changed here; the server is told next",
		                         changed),
		               changed);
	else if (changed || !counts[FATE_SAME])
		output_message(ngettext_("%u message changed", "%u messages changed", changed),
		               changed);
	if (counts[FATE_SAME])
		output_message(ngettext_("%u was so already", "%u were so already",
		                         counts[FATE_SAME]),
		               counts[FATE_SAME]);
}

/* Nothing done is a failure; a part, a part. */
static bool conclude(Organise *organise, GError **err)
{
	const guint *counts = organise->counts;

	if (counts[FATE_FAILED] == organise->items->len)
		return fail(err, error_kind(organise->first_error), "%s",
		            organise->first_error->message);
	if (!put_items(organise, err))
		return false;
	tell_counts(organise);
	if (counts[FATE_FAILED])
		cli_set_exit(organise->cli, EXIT_PARTIAL);
	return true;
}

bool organise_mail(Cli *cli, OrganiseOp op_for, void *data, GError **err)
{
	g_auto(Organise) organise = { 0 };

	if (!organise_init(&organise, cli, err))
		return false;
	plan(&organise, op_for, data);
	if (!args_has(cli->args, "dry-run") && !carry_out(&organise, err))
		return false;
	count_items(&organise);
	return conclude(&organise, err);
}
