#include "cli/server_search.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/consult.h"
#include "cli/mail.h"
#include "model/lookup.h"

/* ---- what is asked ---- */

/* The beginning of a day, where the person is. */
static bool read_day(const char *text, int64_t *ret_ms, GError **err)
{
	g_autofree char *moment = g_strconcat(text, "T00:00:00", NULL);
	g_autoptr(GTimeZone) here = g_time_zone_new_local();
	g_autoptr(GDateTime) day = g_date_time_new_from_iso8601(moment, here);

	if (!day)
		return fail(err, ERR_USAGE,
		            _("“%s” is not a day such as 2026-03-02; the server's search knows no other"),
		            text);
	*ret_ms = g_date_time_to_unix(day) * 1000;
	return true;
}

static bool take_word(Lookup *lookup, GString *words, const char *word, GError **err)
{
	if (text_has_prefix_ascii_case(word, "after:"))
		return read_day(word + strlen("after:"), &lookup->after_ms, err);
	if (text_has_prefix_ascii_case(word, "before:"))
		return read_day(word + strlen("before:"), &lookup->before_ms, err);
	g_string_append_printf(words, "%s%s", words->len ? " " : "", word);
	return true;
}

static bool read_lookup(const char *query, Lookup *ret_lookup, GError **err)
{
	g_auto(GStrv) all = g_strsplit(query, " ", -1);
	g_autoptr(GString) words = g_string_new(NULL);

	for (size_t i = 0; all[i]; i++)
		if (*all[i] && !take_word(ret_lookup, words, all[i], err))
			return false;
	if (!words->len)
		return fail(err, ERR_USAGE, _("a search on the server needs words"));
	ret_lookup->words = g_strdup(words->str);
	return true;
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

static bool put_all(Cli *cli, const Scope *scope, const char *answer, GError **err)
{
	g_autoptr(GPtrArray) found = found_from_text(answer, NULL);
	guint most = (guint)args_int(cli->args, "limit", G_MAXINT);

	if (!output_begin(cli->output, fields, err))
		return false;
	for (guint i = 0; i < found->len && i < most; i++)
		put_found(cli, scope, g_ptr_array_index(found, i));
	if (found->len == 0)
		cli_set_exit(cli, EXIT_NOTHING);
	return true;
}

bool server_search(Cli *cli, const Scope *scope, const char *words, GError **err)
{
	g_auto(Lookup) lookup = { 0 };
	Asked asked = { &lookup, scope->folder ? scope->folder->id : 0 };
	g_autoptr(Errand) errand = NULL;
	g_autofree char *answer = NULL;

	if (!scope->state)
		return fail(err, ERR_NOT_FOUND, _("%s was never synced; run: postern sync --once"),
		            scope->account->name);
	return read_lookup(words, &lookup, err) && cli_reader(cli, err) &&
	       (errand = consult_start(cli, scope->account, err)) &&
	       consult_ask(errand, scope->state->id, ask, &asked, &answer, err) &&
	       put_all(cli, scope, answer, err);
}
