#include "cli/server_search.h"

#include "app/server_query.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/consult.h"
#include "cli/mail.h"

/* ---- what is asked ---- */

/* NULL: it says what no server's search can be told, and nobody would judge. */
static ServerQuery *read_query(const Cli *cli, const char *text, GError **err)
{
	g_autoptr(ServerQuery) query = server_query_new(text, clock_now_ms(cli->clock), err);

	if (query && query->ignored)
		return fail_null(err, ERR_USAGE, _("a server's search does not judge: %s"),
		                 query->ignored);
	if (query && query->folder)
		return fail_null(err, ERR_USAGE, _("-f names the folder in which a server searches"));
	return g_steal_pointer(&query);
}

typedef struct { const Lookup *lookup; int64_t folder_id; } Asked;

static int64_t ask(SyncClient *client, int64_t account_id, const void *data)
{
	const Asked *asked = data;

	return sync_wish_search(client, account_id, asked->folder_id, asked->lookup);
}

/* ---- what was found ---- */

static const OutputField fields[] = {
	{ "id", N_("Id"), FIELD_TEXT, 14 },
	{ "date", N_("Date"), FIELD_TIME, 16 },
	{ "marks", "", FIELD_TEXT, 4 },
	{ "from", N_("From"), FIELD_TEXT, 20 },
	{ "subject", N_("Subject"), FIELD_TEXT, WIDTH_REST },
	{ "folder", N_("Folder"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "to", N_("To"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "preview", N_("Preview"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "unread", N_("Unread"), FIELD_BOOL, WIDTH_HIDDEN },
	{ "attachment", N_("Attachment"), FIELD_BOOL, WIDTH_HIDDEN },
	{ "server_id", N_("Server id"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "long_id", N_("Long id"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "account", N_("Account"), FIELD_TEXT, WIDTH_HIDDEN },
	{ 0 },
};

static const Folder *folder_of(const Scope *scope, const Found *found)
{
	for (guint i = 0; i < scope->folders->len; i++) {
		const Folder *folder = g_ptr_array_index(scope->folders, i);
		if (folder->account_id == scope->state->id &&
		    g_strcmp0(folder->server_id, found->folder_id) == 0)
			return folder;
	}
	return NULL;
}

/* NULL: it is not here. Free with g_free. */
static char *local_id(StoreReader *reader, const Folder *folder, const Found *found)
{
	int64_t id = 0;

	if (!folder || !found->server_id ||
	    !store_read_named(reader, folder->id, found->server_id, &id, NULL) || !id)
		return NULL;
	return message_id_format(id);
}

static void put_found(Cli *cli, const Scope *scope, const Found *found)
{
	const Folder *folder = folder_of(scope, found);
	g_autofree char *id = local_id(cli->reader, folder, found);
	g_autofree char *path = folder ? scope_folder_path(scope->folders, folder) : NULL;
	g_autofree char *marks = mail_marks((found->is_read ? MESSAGE_READ : 0u) |
	                                    (found->has_attachment ? MESSAGE_ATTACHMENT : 0u),
	                                    found->importance);
	const OutputValue values[] = {
		{ .text = id }, { .number = found->received_ms }, { .text = marks },
		{ .text = found->from }, { .text = found->subject }, { .text = path },
		{ .text = found->to }, { .text = found->preview }, { .number = !found->is_read },
		{ .number = found->has_attachment }, { .text = found->server_id },
		{ .text = found->long_id }, { .text = scope->account->name },
	};

	output_record(cli->output, values);
}

static bool put_all(Cli *cli, const Scope *scope, const ServerQuery *query, const char *answer,
                    GError **err)
{
	g_autoptr(GPtrArray) found = found_from_text(answer, NULL);
	guint most = (guint)args_int(cli->args, "limit", G_MAXINT), count = 0;

	if (!output_begin(cli->output, fields, err))
		return false;
	for (guint i = 0; i < found->len && count < most; i++)
		if (server_query_fits(query, g_ptr_array_index(found, i))) {
			put_found(cli, scope, g_ptr_array_index(found, i));
			count++;
		}
	if (count == 0)
		cli_set_exit(cli, EXIT_NOTHING);
	return true;
}

bool server_search(Cli *cli, const Scope *scope, const char *words, GError **err)
{
	g_autoptr(ServerQuery) query = NULL;
	g_autoptr(Errand) errand = NULL;
	g_autofree char *answer = NULL;

	if (!scope->state)
		return fail(err, ERR_NOT_FOUND, _("%s was never synced; run: postern sync --once"),
		            scope->account->name);
	query = read_query(cli, words, err);
	if (!query)
		return false;
	Asked asked = { &query->lookup, scope->folder ? scope->folder->id : 0 };
	return cli_reader(cli, err) && (errand = consult_start(cli, scope->account, err)) &&
	       consult_ask(errand, scope->state->id, ask, &asked, &answer, err) &&
	       put_all(cli, scope, query, answer, err);
}
