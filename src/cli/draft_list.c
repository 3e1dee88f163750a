#include "base/i18n.h"
#include "cli/drafts.h"
#include "cli/send.h"

static const OutputField fields[] = {
	{ "id", N_("Id"), FIELD_TEXT, 8 },
	{ "changed", N_("Changed"), FIELD_TIME, 16 },
	{ "to", N_("To"), FIELD_TEXT, 30 },
	{ "subject", N_("Subject"), FIELD_TEXT, WIDTH_REST },
	{ "queued", N_("In the Outbox"), FIELD_BOOL, WIDTH_HIDDEN },
	{ "server", N_("On the server"), FIELD_BOOL, WIDTH_HIDDEN },
	{ "sign", N_("Signed"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "encrypt", N_("Encrypted"), FIELD_TEXT, WIDTH_HIDDEN },
	{ 0 },
};

static bool put(Cli *cli, const StoreDraft *row, GError **err)
{
	g_autoptr(Draft) draft = draft_from_text(row->text, err);
	g_autofree char *id = send_id_format('d', row->id);

	if (!draft)
		return false;
	const OutputValue values[] = { { .text = id }, { .number = row->changed_ms },
	                               { .text = draft_addressees(draft) }, { .text = draft->subject },
	                               { .number = row->is_queued },
	                               { .number = row->message_id != 0 },
	                               { .text = signing_name(draft->signing) },
	                               { .text = encryption_name(draft->encryption) } };
	output_record(cli->output, values);
	return true;
}

static bool run(Cli *cli, GError **err)
{
	StoreReader *reader = cli_reader(cli, err);
	int64_t limit = args_int(cli->args, "limit", 1000000);
	g_autoptr(GPtrArray) rows = NULL;

	if (!reader || !store_read_drafts(reader, 0, (unsigned)MIN(limit, 1000000), &rows, err) ||
	    !output_begin(cli->output, fields, err))
		return false;
	for (guint i = 0; i < rows->len; i++)
		if (!put(cli, g_ptr_array_index(rows, i), err))
			return false;
	return true;
}

const Verb verb_draft_list = {
	.name = "draft list",
	.summary = N_("List the drafts that are kept here"),
	.description = N_("The last changed first. Those in the Outbox are drafts too, until they are sent."),
	.operands_max = 0,
	.examples = {
		{ "draft list", N_("All of them") },
		{ "draft list --fields id,subject", N_("For a menu") },
		{ "draft list --jsonl", N_("For a script") },
	},
	.run = run,
};
