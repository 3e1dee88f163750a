#include "cli/mail.h"

#include "app/account_file.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

enum {
	MAIL_ID, MAIL_DATE, MAIL_MARKS, MAIL_FROM, MAIL_SUBJECT, MAIL_FOLDER, MAIL_FROM_ADDRESS, MAIL_TO, MAIL_CC, MAIL_PREVIEW,
	MAIL_UNREAD, MAIL_FLAGGED, MAIL_ATTACHMENT, MAIL_INVITATION, MAIL_IMPORTANCE, MAIL_SIZE, MAIL_CATEGORIES, MAIL_THREAD,
	MAIL_SERVER_ID, MAIL_ACCOUNT, MAIL_FIELD_COUNT
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
static const int deep_fields[] = { MAIL_FOLDER, MAIL_TO, MAIL_CC, MAIL_SIZE, MAIL_CATEGORIES, MAIL_SERVER_ID };

bool mail_read(Cli *cli, const char *id_text, Message **ret_message, GError **err)
{
	g_autofree char *visible = text_visible(id_text);
	StoreReader *reader = cli_reader(cli, err);
	g_autoptr(GError) why = NULL;
	int64_t id;

	if (!reader)
		return false;
	if (!message_id_parse(id_text, &id))
		return fail(err, ERR_USAGE, _("“%s” is not the id of a message; “postern mail list” shows ids"), visible);
	if (store_read_message(reader, id, ret_message, &why))
		return true;
	if (error_is(why, ERR_NOT_FOUND))
		return fail(err, ERR_NOT_FOUND, _("there is no message %s here; it may have been deleted or moved"), visible);
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
	                       flags & MESSAGE_FLAGGED ? "F" : importance == 2 ? "!" : " ",
	                       flags & MESSAGE_INVITATION ? "I" : " ", flags & MESSAGE_ATTACHMENT ? "@" : " ");
}

int64_t mail_list_limit(const Cli *cli)
{
	bool is_text = output_form(cli->output) == OUTPUT_TEXT && !args_has(cli->args, "fields");

	if (args_has(cli->args, "all"))
		return 0;
	return args_int(cli->args, "limit", is_text ? settings_int(cli->settings, SETTING_LIST_LIMIT) : 0);
}

ListQuery mail_query(const Scope *scope)
{
	return (ListQuery){ .order = ORDER_DATE, .account_id = scope->state ? scope->state->id : 0,
	                    .folder_id = scope->folder ? scope->folder->id : 0 };
}

bool mail_ids(Cli *cli, const Scope *scope, int64_t limit, GArray *ids, GError **err)
{
	ListQuery query = mail_query(scope);
	ListPlace place = { 0 };
	guint got;

	do {
		g_autoptr(GPtrArray) rows = NULL;
		int64_t wanted = limit ? MIN(limit - ids->len, IDS_AT_ONCE) : IDS_AT_ONCE;
		if (!store_read_list(cli->reader, &query, &place, false, (unsigned)wanted, &rows, err))
			return false;
		got = rows->len;
		for (guint i = 0; i < got; i++) {
			const ListRow *row = g_ptr_array_index(rows, i);
			g_array_append_val(ids, row->id);
			place = row->place;
		}
	} while (got == IDS_AT_ONCE && (!limit || ids->len < limit));
	return true;
}

bool mail_list_begin(const MailList *list, GError **err)
{
	return output_begin(list->cli->output, fields, err);
}

static bool wants_deep(const MailList *list)
{
	for (size_t i = 0; i < G_N_ELEMENTS(deep_fields); i++)
		if (output_shows(list->cli->output, deep_fields[i]))
			return true;
	return false;
}

static void fill_deep(const MailList *list, const Message *message, OutputValue *values, char **ret_path)
{
	const Folder *folder = scope_folder(list->scope->folders, message->folder_id);

	*ret_path = folder ? scope_folder_path(list->scope->folders, folder) : NULL;
	values[MAIL_FOLDER].text = *ret_path;
	values[MAIL_TO].text = message->to;
	values[MAIL_CC].text = message->cc;
	values[MAIL_SIZE].number = message->size_bytes;
	values[MAIL_CATEGORIES].text = message->categories;
	values[MAIL_SERVER_ID].text = message->server_id;
}

bool mail_list_row(const MailList *list, const ListRow *row, GError **err)
{
	g_autofree char *id = message_id_format(row->id);
	g_autofree char *marks = mail_marks(row->flags, row->importance);
	g_autofree char *path = NULL;
	g_autoptr(Message) message = NULL;
	OutputValue values[MAIL_FIELD_COUNT] = {
		[MAIL_ID].text = id,
		[MAIL_DATE].number = row->received_ms,
		[MAIL_MARKS].text = marks,
		[MAIL_FROM].text = row->from_name && *row->from_name ? row->from_name : row->from_address,
		[MAIL_SUBJECT].text = row->subject,
		[MAIL_FROM_ADDRESS].text = row->from_address,
		[MAIL_PREVIEW].text = row->preview,
		[MAIL_UNREAD].number = !(row->flags & MESSAGE_READ),
		[MAIL_FLAGGED].number = (row->flags & MESSAGE_FLAGGED) != 0,
		[MAIL_ATTACHMENT].number = (row->flags & MESSAGE_ATTACHMENT) != 0,
		[MAIL_INVITATION].number = (row->flags & MESSAGE_INVITATION) != 0,
		[MAIL_IMPORTANCE].number = row->importance,
		[MAIL_THREAD].number = row->conversation_id,
		[MAIL_ACCOUNT].text = list->scope->account->name,
	};

	if (wants_deep(list)) {
		if (!store_read_message(list->cli->reader, row->id, &message, err))
			return false;
		fill_deep(list, message, values, &path);
	}
	output_record(list->cli->output, values);
	return true;
}
