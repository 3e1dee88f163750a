#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "cli/fetch.h"
#include "cli/mail.h"
#include "cli/progress.h"
#include "export/eml.h"

static const ArgOption options[] = {
	{ 0, "format", ARG_CHOICE, N_("FORMAT"), "eml",
	  N_("eml: one file a mail, byte for byte as the server has it (the default)") },
	{ 0, "out", ARG_DIR, N_("DIR"), NULL, N_("the folder to write to; made if need be") },
	{ 0, "name", ARG_TEXT, N_("TEMPLATE"), NULL,
	  N_("file names, from {date:%F}, {from}, {to}, {subject}, {folder}, {account}, {id}") },
	{ 0, "resume", ARG_FLAG, NULL, NULL,
	  N_("go on with an export that was interrupted: what is there is not fetched again") },
	{ 0 },
};

static const OutputField fields[] = {
	{ "id", N_("Id"), FIELD_TEXT, 14 },
	{ "path", N_("File"), FIELD_TEXT, WIDTH_REST },
	{ "ok", N_("Ok"), FIELD_BOOL, WIDTH_HIDDEN },
	{ "error", N_("Error"), FIELD_TEXT, WIDTH_HIDDEN },
	{ 0 },
};

typedef struct {
	Cli         *cli;
	const Scope *scope;
	EmlExport   *export;
	Progress    *progress;
	GTimeZone   *zone;
	GError      *first_error;
	int64_t      written, present, failed;
} Export;

static void export_clear(Export *export)
{
	eml_export_free(export->export);
	progress_free(export->progress);
	g_clear_pointer(&export->zone, g_time_zone_unref);
	g_clear_error(&export->first_error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Export, export_clear)

/* Text names no files: a folder says it better. */
static bool is_listed(const Export *export)
{
	return output_form(export->cli->output) != OUTPUT_TEXT ||
	       args_has(export->cli->args, "fields");
}

static void list_file(const Export *export, const char *id, const char *path, const GError *error)
{
	const OutputValue values[] = { { .text = id }, { .text = path }, { .number = !error },
	                               { .text = error ? error->message : NULL } };

	if (is_listed(export))
		output_record(export->cli->output, values);
}

static void note_failure(Export *export, const char *id, const GError *error)
{
	export->failed++;
	if (!export->first_error)
		export->first_error = g_error_copy(error);
	progress_clear(export->progress);
	output_message("%s: %s", id, error->message);
	list_file(export, id, NULL, error);
}

static bool write_file(Export *export, const char *id, int64_t message_id, GBytes *mime,
                       GError **err)
{
	const Scope *scope = export->scope;
	g_autoptr(Message) message = NULL;
	g_autofree char *folder_path = NULL, *path = NULL;

	if (!store_read_message(export->cli->reader, message_id, &message, err))
		return false;
	const Folder *folder = scope_folder(scope->folders, message->folder_id);
	folder_path = folder ? scope_folder_path(scope->folders, folder) : NULL;
	EmlFacts facts = { .id = id,
		           .date_ms = message->received_ms,
		           .zone = export->zone,
		           .from = message->from,
		           .to = message->to,
		           .subject = message->subject,
		           .folder = folder_path,
		           .account = scope->account->name };
	if (!eml_export_write(export->export, &facts, mime, &path, err))
		return false;
	export->written++;
	list_file(export, id, path, NULL);
	return true;
}

/* One mail that fails is noted; a disk that fails ends it. */
static bool take_mime(void *data, int64_t message_id, GBytes *mime, const GError *error,
                      GError **err)
{
	Export *export = data;
	g_autofree char *id = message_id_format(message_id);

	if (!error)
		return write_file(export, id, message_id, mime, err);
	note_failure(export, id, error);
	return true;
}

static void show_progress(void *data, int64_t done, int64_t total)
{
	Export *export = data;

	progress_show(export->progress, _("Export"), done + export->present,
	              total + export->present);
}

/* What is asked for and not there yet. */
static bool find_ids(Export *export, GArray *ids, GError **err)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_autofree char *query = mail_query_text(export->cli);
	MailSelection selection = { .cli = export->cli, .scope = export->scope, .query = query,
	                            .limit = args_int(export->cli->args, "limit", 0) };

	if (!mail_ids(&selection, all, err))
		return false;
	for (guint i = 0; i < all->len; i++) {
		int64_t id = g_array_index(all, int64_t, i);
		g_autofree char *text = message_id_format(id);
		if (export->export && eml_export_has(export->export, text))
			export->present++;
		else
			g_array_append_val(ids, id);
	}
	return true;
}

static bool report(Export *export, GError **err)
{
	Cli *cli = export->cli;

	progress_clear(export->progress);
	output_meta_int(cli->output, "written", export->written);
	output_meta_int(cli->output, "present", export->present);
	output_meta_int(cli->output, "failed", export->failed);
	if (!cli_is_quiet(cli))
		output_message(_("%lld written, %lld there already, %lld failed"),
		               (long long)export->written, (long long)export->present,
		               (long long)export->failed);
	if (export->failed && export->written + export->present == 0) {
		g_propagate_error(err, g_steal_pointer(&export->first_error));
		return false;
	}
	if (export->failed)
		cli_set_exit(cli, EXIT_PARTIAL);
	else if (export->written + export->present == 0)
		cli_set_exit(cli, EXIT_NOTHING);
	return true;
}

static bool open_folder(Export *export, GError **err)
{
	const Args *args = export->cli->args;
	const char *out = args_text(args, "out"), *name = args_text(args, "name");

	if (!out)
		return fail(err, ERR_USAGE,
		            _("export mail: --out is missing: the folder to write to"));
	if (!eml_template_check(name ? name : EML_DEFAULT_NAME, err))
		return false;
	if (args_has(args, "dry-run"))
		return true;
	export->export =
		eml_export_open(out, name ? name : EML_DEFAULT_NAME, args_has(args, "resume"), err);
	return export->export != NULL;
}

static bool carry(Export *export, const GArray *ids, GError **err)
{
	g_autoptr(GPtrArray) accounts = g_ptr_array_new();
	FetchSink sink = { .take = take_mime, .progress = show_progress, .data = export };

	g_ptr_array_add(accounts, (void *)export->scope->account);
	if (fetch_mime(export->cli, accounts, ids, &sink, err))
		return true;
	progress_clear(export->progress);
	if (export->written)
		output_message("%s", _("what was written is whole; --resume goes on from there"));
	return false;
}

static bool run(Cli *cli, GError **err)
{
	g_auto(Scope) scope = { 0 };
	g_auto(Export) export = { .cli = cli, .scope = &scope };
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));

	export.progress = progress_new(!cli_is_quiet(cli));
	export.zone = g_time_zone_new_local();
	if (!open_folder(&export, err) || !scope_find(cli, &scope, err) ||
	    !find_ids(&export, ids, err) ||
	    (is_listed(&export) && !output_begin(cli->output, fields, err)))
		return false;
	if (args_has(cli->args, "dry-run")) {
		output_message(ngettext_("%u mail would be written", "%u mails would be written",
		                         ids->len),
		               ids->len);
		return true;
	}
	return carry(&export, ids, err) && report(&export, err);
}

const Verb verb_export_mail = {
	.name = "export mail",
	.summary = N_("Write mail into files, byte for byte as the server has it"),
	.description = N_("Writes one file a mail, of the account of -a or the default, fetching what is not here, several at a time. A file is whole or absent, and none is "
	                  "ever overwritten. manifest.sha256 lists them for sha256sum -c. When some mails cannot be had, "
	                  "the exit code is 6 and the messages say which; --resume tries those again."),
	.operands = N_("[QUERY…]"), .operands_max = -1,
	.uses = USES_ACCOUNT | USES_FOLDER | USES_ENGINE,
	.options = options,
	.examples = {
		{ "export mail --format eml --out backup", N_("All mail of the default account") },
		{ "export mail --format eml --out backup --resume", N_("Go on where it was interrupted") },
		{ "export mail from:grace after:2026-01 --out grace --name '{date:%F}_{subject}'", N_("What a query finds, under names of your own") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_PARTIAL, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
