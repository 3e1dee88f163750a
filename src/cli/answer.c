#include "cli/answer.h"

#include "app/compose.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/fetch.h"
#include "cli/mail.h"

typedef struct {
	Message *message;
	Folder  *folder;
	GBytes  *body, *mime;
	BodyKind kind;
	char    *date_text;
	GPtrArray *addresses;
} Original;

static void original_clear(Original *original)
{
	message_free(original->message);
	folder_free(original->folder);
	g_clear_pointer(&original->body, g_bytes_unref);
	g_clear_pointer(&original->mime, g_bytes_unref);
	g_clear_pointer(&original->addresses, g_ptr_array_unref);
	g_free(original->date_text);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Original, original_clear)

/* ---- its source ---- */

static bool take_mime(void *data, int64_t message_id, GBytes *mime, const GError *error,
                      GError **err)
{
	Original *original = data;

	(void)message_id;
	if (!error) {
		original->mime = g_bytes_ref(mime);
		return true;
	}
	g_propagate_error(err, g_error_copy(error));
	return false;
}

/* For the headers that ActiveSync does not give: Message-ID, References, List-Post. */
static bool fetch_source(Cli *cli, const Account *account, Original *original, GError **err)
{
	g_autoptr(GPtrArray) accounts = g_ptr_array_new();
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	FetchSink sink = { .take = take_mime, .data = original };

	if (args_has(cli->args, "offline"))
		return store_read_mime(cli->reader, original->message->id, &original->mime, err);
	g_ptr_array_add(accounts, (void *)account);
	g_array_append_val(ids, original->message->id);
	return fetch_mime(cli, accounts, ids, &sink, err);
}

static bool read_original(Cli *cli, const char *id, Original *original, const Account **ret_account,
                          GError **err)
{
	if (!mail_read(cli, id, &original->message, err))
		return false;
	*ret_account = mail_account(cli, original->message, err);
	if (!*ret_account || !fetch_source(cli, *ret_account, original, err) ||
	    !store_read_folder(cli->reader, original->message->folder_id, &original->folder, err) ||
	    !store_read_body(cli->reader, original->message->id, &original->kind, &original->body,
	                     err))
		return false;
	original->date_text = output_local_time(original->message->received_ms);
	return true;
}

/* A body that was cut short is quoted from the source instead. */
static void prefer_whole(Original *original)
{
	bool is_whole = original->body && !(original->message->flags & MESSAGE_TRUNCATED);

	if (is_whole || !original->mime)
		return;
	g_clear_pointer(&original->body, g_bytes_unref);
	original->body = g_bytes_ref(original->mime);
	original->kind = BODY_MIME;
}

static bool read_addresses(Cli *cli, const Account *account, Original *original, GError **err)
{
	g_autoptr(AccountState) state = NULL;
	g_auto(GStrv) lines = NULL;

	original->addresses = g_ptr_array_new_with_free_func(g_free);
	if (!cli_account_state(cli, account, &state, err))
		return false;
	lines = g_strsplit(state && state->addresses ? state->addresses : "", "\n", -1);
	for (char **line = lines; *line; line++)
		if (**line)
			g_ptr_array_add(original->addresses, g_strdup(*line));
	g_ptr_array_add(original->addresses, g_strdup(account->address));
	return true;
}

Draft *answer_begin(Cli *cli, const char *id, DraftKind kind, const Account **ret_account,
                    GError **err)
{
	g_auto(Original) original = { 0 };

	if (!read_original(cli, id, &original, ret_account, err) ||
	    !read_addresses(cli, *ret_account, &original, err))
		return NULL;
	prefer_whole(&original);

	ComposeSelf self = { .account = (*ret_account)->name,
		             .from = (*ret_account)->address,
		             .addresses = original.addresses };
	ComposeSource source = { .message = original.message,
		                 .kind = original.kind,
		                 .body = original.body,
		                 .mime = original.mime,
		                 .folder_server_id = original.folder->server_id,
		                 .date_text = original.date_text };
	return compose_answer(&self, &source, kind, err);
}
