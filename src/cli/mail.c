#include "cli/mail.h"

#include "app/account_file.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/index.h"
#include "store/search.h"

enum {
	MAIL_ID,
	MAIL_DATE,
	MAIL_MARKS,
	MAIL_FROM,
	MAIL_SUBJECT,
	MAIL_FOLDER,
	MAIL_FROM_ADDRESS,
	MAIL_TO,
	MAIL_CC,
	MAIL_PREVIEW,
	MAIL_UNREAD,
	MAIL_FLAGGED,
	MAIL_ATTACHMENT,
	MAIL_INVITATION,
	MAIL_IMPORTANCE,
	MAIL_SIZE,
	MAIL_CATEGORIES,
	MAIL_THREAD,
	MAIL_SERVER_ID,
	MAIL_ACCOUNT,
	MAIL_FIELD_COUNT
};

enum { IDS_AT_ONCE = 1000 };

static const OutputField fields[MAIL_FIELD_COUNT + 1] = {
	[MAIL_ID] = { "id", N_("Id"), FIELD_TEXT, 14 },
	[MAIL_DATE] = { "date", N_("Date"), FIELD_TIME, 16 },
	[MAIL_MARKS] = { "marks", "", FIELD_TEXT, 4 },
	[MAIL_FROM] = { "from", N_("From"), FIELD_TEXT, 20 },
	[MAIL_SUBJECT] = { "subject", N_("Subject"), FIELD_TEXT, WIDTH_REST },
	[MAIL_FOLDER] = { "folder", N_("Folder"), FIELD_TEXT, WIDTH_HIDDEN },
	[MAIL_FROM_ADDRESS] = { "from_address", N_("From address"), FIELD_TEXT, WIDTH_HIDDEN },
	[MAIL_TO] = { "to", N_("To"), FIELD_TEXT, WIDTH_HIDDEN },
	[MAIL_CC] = { "cc", N_("Cc"), FIELD_TEXT, WIDTH_HIDDEN },
	[MAIL_PREVIEW] = { "preview", N_("Preview"), FIELD_TEXT, WIDTH_HIDDEN },
	[MAIL_UNREAD] = { "unread", N_("Unread"), FIELD_BOOL, WIDTH_HIDDEN },
	[MAIL_FLAGGED] = { "flagged", N_("Flagged"), FIELD_BOOL, WIDTH_HIDDEN },
	[MAIL_ATTACHMENT] = { "attachment", N_("Attachment"), FIELD_BOOL, WIDTH_HIDDEN },
	[MAIL_INVITATION] = { "invitation", N_("Invitation"), FIELD_BOOL, WIDTH_HIDDEN },
	[MAIL_IMPORTANCE] = { "importance", N_("Importance"), FIELD_INT, WIDTH_HIDDEN },
	[MAIL_SIZE] = { "size", N_("Size"), FIELD_INT, WIDTH_HIDDEN },
	[MAIL_CATEGORIES] = { "categories", N_("Categories"), FIELD_LIST, WIDTH_HIDDEN },
	[MAIL_THREAD] = { "thread", N_("Thread"), FIELD_INT, WIDTH_HIDDEN },
	[MAIL_SERVER_ID] = { "server_id", N_("Server id"), FIELD_TEXT, WIDTH_HIDDEN },
	[MAIL_ACCOUNT] = { "account", N_("Account"), FIELD_TEXT, WIDTH_HIDDEN },
};

/* A list row does not carry these: they cost one more question to the store. */
static const int deep_fields[] = { MAIL_FOLDER,     MAIL_TO,        MAIL_CC,     MAIL_SIZE,
	                           MAIL_CATEGORIES, MAIL_SERVER_ID, MAIL_ACCOUNT };

bool mail_read(Cli *cli, const char *id_text, Message **ret_message, GError **err)
{
	g_autofree char *visible = text_visible(id_text);
	StoreReader *reader = cli_reader(cli, err);
	g_autoptr(GError) why = NULL;
	int64_t id;

	if (!reader)
		return false;
	if (!message_id_parse(id_text, &id))
		return fail(err, ERR_USAGE,
		            _("“%s” is not the id of a message; “postern mail list” shows ids"),
		            visible);
	if (store_read_message(reader, id, ret_message, &why))
		return true;
	if (error_is(why, ERR_NOT_FOUND))
		return fail(err, ERR_NOT_FOUND,
		            _("there is no message %s here; it may have been deleted or moved"),
		            visible);
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

const Account *mail_account(Cli *cli, const Message *message, GError **err)
{
	g_autoptr(GPtrArray) states = NULL;
	g_autoptr(Folder) folder = NULL;
	const GPtrArray *accounts = cli_accounts(cli, err);

	if (!accounts || !store_read_folder(cli->reader, message->folder_id, &folder, err) ||
	    !store_read_accounts(cli->reader, &states, err))
		return NULL;
	for (guint i = 0; i < states->len; i++) {
		const AccountState *state = g_ptr_array_index(states, i);
		if (state->id == folder->account_id)
			return accounts_find(accounts, state->name, err);
	}
	return fail_null(err, ERR_NOT_FOUND, _("the account of this message is no longer set up"));
}

char *mail_marks(guint flags, int importance)
{
	return g_strdup_printf("%s%s%s%s", flags & MESSAGE_READ ? " " : "N",
	                       flags & MESSAGE_FLAGGED ? "F"
	                       : importance == 2       ? "!"
	                                               : " ",
	                       flags & MESSAGE_INVITATION ? "I" : " ",
	                       flags & MESSAGE_ATTACHMENT ? "@" : " ");
}

/* ---- which ---- */

char *mail_query_text(const Cli *cli)
{
	const char *const *words = args_operands(cli->args);

	return words[0] ? g_strjoinv(" ", (char **)words) : NULL;
}

static ListQuery query_of(const MailSelection *selection)
{
	const Scope *scope = selection->scope;

	return (ListQuery){ .order = ORDER_DATE, .only_unread = selection->only_unread,
	                    .account_id = scope->state ? scope->state->id : 0,
	                    .folder_id = scope->folder ? scope->folder->id : 0 };
}

/* Walks the list by its places: a row that goes meanwhile is not missed by others, and none comes
 * twice. */
static bool list_ids(const MailSelection *selection, unsigned count, GArray *ids, GError **err)
{
	ListQuery query = query_of(selection);
	ListPlace place = { 0 };
	guint got;

	do {
		g_autoptr(GPtrArray) rows = NULL;
		unsigned wanted = count ? MIN(count - ids->len, IDS_AT_ONCE) : IDS_AT_ONCE;
		if (!store_read_list(selection->cli->reader, &query, &place, false, wanted, &rows,
		                     err))
			return false;
		got = rows->len;
		for (guint i = 0; i < got; i++) {
			const ListRow *row = g_ptr_array_index(rows, i);
			g_array_append_val(ids, row->id);
			place = row->place;
		}
	} while (got == IDS_AT_ONCE && ids->len != count);
	return true;
}

typedef struct { const Query *query; unsigned count; } Wanted;

static bool search_once(MailSelection *selection, const Wanted *wanted, GArray **ret_found,
                        GError **err)
{
	StoreSearch *search = cli_search(selection->cli, err);
	ListQuery scope = query_of(selection);

	return search && store_search_run(search, wanted->query,
	                                  selection->scope->is_wide ? NULL : &scope, 0,
	                                  wanted->count, ret_found, &selection->is_behind, err);
}

/* An index that is behind, or cannot be read, is fed first; mostly it is not. */
static bool search_up_to_date(MailSelection *selection, const Wanted *wanted, GArray **ret_found,
                              GError **err)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GArray) found = NULL;

	if (search_once(selection, wanted, &found, &why) && !selection->is_behind) {
		*ret_found = g_steal_pointer(&found);
		return true;
	}
	if (why && !error_is(why, ERR_STORE)) {
		g_propagate_error(err, g_steal_pointer(&why));
		return false;
	}
	g_clear_pointer(&selection->cli->search, store_search_free);
	return index_feed(selection->cli, err) && search_once(selection, wanted, ret_found, err);
}

static bool search_ids(MailSelection *selection, unsigned count, GArray *ids, GError **err)
{
	g_autoptr(Query) query =
		query_parse(selection->query, clock_now_ms(selection->cli->clock), err);
	g_autoptr(GArray) found = NULL;
	Wanted wanted = { query, count };

	if (!query || !search_up_to_date(selection, &wanted, &found, err))
		return false;
	g_array_append_vals(ids, found->data, found->len);
	return true;
}

bool mail_ids(MailSelection *selection, GArray *ids, GError **err)
{
	/* One more than is wanted tells whether there are more. */
	unsigned count = selection->limit ? (unsigned)selection->limit + 1 : 0;

	selection->is_whole = true;
	if (!selection->scope->state && !selection->scope->is_wide)
		return true;
	if (!(selection->query ? search_ids(selection, count, ids, err)
	                       : list_ids(selection, count, ids, err)))
		return false;
	selection->is_whole = !count || ids->len < count;
	if (!selection->is_whole)
		g_array_set_size(ids, count - 1);
	return true;
}

/* ---- as records ---- */

static bool wants_deep(const MailSelection *selection)
{
	for (size_t i = 0; i < G_N_ELEMENTS(deep_fields); i++)
		if (output_shows(selection->cli->output, deep_fields[i]))
			return true;
	return false;
}

static void fill_deep(const MailSelection *selection, const Message *message, OutputValue *values,
                      char **ret_path)
{
	const Folder *folder = scope_folder(selection->scope->folders, message->folder_id);

	*ret_path = folder ? scope_folder_path(selection->scope->folders, folder) : NULL;
	values[MAIL_FOLDER].text = *ret_path;
	values[MAIL_TO].text = message->to;
	values[MAIL_CC].text = message->cc;
	values[MAIL_SIZE].number = message->size_bytes;
	values[MAIL_CATEGORIES].text = message->categories;
	values[MAIL_SERVER_ID].text = message->server_id;
}

/* A message that is gone since it was found is left out. */
static bool read_deep(const MailSelection *selection, int64_t id, Message **ret_message,
                      GError **err)
{
	g_autoptr(GError) why = NULL;

	if (!wants_deep(selection) ||
	    store_read_message(selection->cli->reader, id, ret_message, &why) ||
	    error_is(why, ERR_NOT_FOUND))
		return true;
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

static const char *account_name(const MailSelection *selection, const Message *message,
                                const GPtrArray *states)
{
	const Folder *folder =
		message ? scope_folder(selection->scope->folders, message->folder_id) : NULL;

	for (guint i = 0; folder && i < states->len; i++) {
		const AccountState *state = g_ptr_array_index(states, i);
		if (state->id == folder->account_id)
			return state->name;
	}
	return selection->scope->account->name;
}

static bool put_row(const MailSelection *selection, const ListRow *row, const GPtrArray *states,
                    GError **err)
{
	g_autofree char *id = message_id_format(row->id);
	g_autofree char *marks = mail_marks(row->flags, row->importance);
	g_autofree char *path = NULL;
	g_autoptr(Message) message = NULL;
	OutputValue values[MAIL_FIELD_COUNT] = {
		[MAIL_ID].text = id,
		[MAIL_DATE].number = row->received_ms,
		[MAIL_MARKS].text = marks,
		[MAIL_FROM].text =
			row->from_name && *row->from_name ? row->from_name : row->from_address,
		[MAIL_SUBJECT].text = row->subject,
		[MAIL_FROM_ADDRESS].text = row->from_address,
		[MAIL_PREVIEW].text = row->preview,
		[MAIL_UNREAD].number = !(row->flags & MESSAGE_READ),
		[MAIL_FLAGGED].number = (row->flags & MESSAGE_FLAGGED) != 0,
		[MAIL_ATTACHMENT].number = (row->flags & MESSAGE_ATTACHMENT) != 0,
		[MAIL_INVITATION].number = (row->flags & MESSAGE_INVITATION) != 0,
		[MAIL_IMPORTANCE].number = row->importance,
		[MAIL_THREAD].number = row->conversation_id,
	};

	if (!read_deep(selection, row->id, &message, err))
		return false;
	if (wants_deep(selection) && !message)
		return true;
	if (message)
		fill_deep(selection, message, values, &path);
	values[MAIL_ACCOUNT].text = account_name(selection, message, states);
	output_record(selection->cli->output, values);
	return true;
}

static bool put_rows(const MailSelection *selection, const GArray *ids, GError **err)
{
	const int64_t *all = (const int64_t *)(const void *)ids->data;
	g_autoptr(GPtrArray) states = NULL;
	StoreSearch *search;

	if (ids->len == 0)
		return true;
	if (!(search = cli_search(selection->cli, err)) ||
	    !store_read_accounts(selection->cli->reader, &states, err))
		return false;
	for (guint at = 0; at < ids->len; at += IDS_AT_ONCE) {
		g_autoptr(GPtrArray) rows = NULL;
		if (!store_search_rows(search, all + at, MIN(ids->len - at, IDS_AT_ONCE), &rows,
		                       err))
			return false;
		for (guint i = 0; i < rows->len; i++)
			if (!put_row(selection, g_ptr_array_index(rows, i), states, err))
				return false;
	}
	return true;
}

int64_t mail_list_limit(const Cli *cli)
{
	bool is_text = output_form(cli->output) == OUTPUT_TEXT && !args_has(cli->args, "fields");

	if (args_has(cli->args, "all"))
		return 0;
	return args_int(cli->args, "limit",
	                is_text ? settings_int(cli->settings, SETTING_LIST_LIMIT) : 0);
}

static void tell_rest(const MailSelection *selection, guint count)
{
	Cli *cli = selection->cli;
	const Scope *scope = selection->scope;

	if (count == 0)
		cli_set_exit(cli, EXIT_NOTHING);
	if (selection->is_behind)
		output_message("%s", _("the index is behind; the newest mail may be missing"));
	if (output_form(cli->output) != OUTPUT_TEXT || cli_is_quiet(cli))
		return;
	if (!scope->state && !scope->is_wide)
		output_message(_("%s was never synced; run: postern sync --once"),
		               scope->account->name);
	else if (count == 0)
		output_message("%s", _("nothing matched"));
	else if (!selection->is_whole && !args_has(cli->args, "limit"))
		output_message("%s", _("there are more; -n N shows N, --all shows all"));
}

bool mail_put_list(MailSelection *selection, GError **err)
{
	Output *output = selection->cli->output;
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	if (!output_begin(output, fields, err) || !mail_ids(selection, ids, err) ||
	    !put_rows(selection, ids, err))
		return false;
	output_meta_bool(output, "complete", selection->is_whole && !selection->is_behind);
	tell_rest(selection, ids->len);
	return true;
}
