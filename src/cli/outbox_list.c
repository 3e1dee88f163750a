#include "base/i18n.h"
#include "cli/outbox.h"
#include "cli/send.h"
#include "store/draft.h"

static const OutputField fields[] = {
	{ "id", N_("Id"), FIELD_TEXT, 8 },
	{ "what", N_("What"), FIELD_TEXT, 13 },
	{ "state", N_("State"), FIELD_TEXT, 8 },
	{ "subject", N_("Subject"), FIELD_TEXT, 30 },
	{ "error", N_("Error"), FIELD_TEXT, WIDTH_REST },
	{ "to", N_("To"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "due", N_("Due"), FIELD_TIME, WIDTH_HIDDEN },
	{ "attempts", N_("Attempts"), FIELD_INT, WIDTH_HIDDEN },
	{ "count", N_("Count"), FIELD_INT, WIDTH_HIDDEN },
	{ "draft", N_("Draft"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "message", N_("Message"), FIELD_TEXT, WIDTH_HIDDEN },
	{ 0 },
};

/* NULL: it is about no draft. */
static Draft *read_draft(Cli *cli, const Op *op)
{
	Draft *draft = NULL;

	if (op->draft_id)
		store_load_draft(cli->reader, op->draft_id, &draft, NULL, NULL);
	return draft;
}

static void put(Cli *cli, const OutboxRow *row)
{
	const Op *op = row->op;
	g_autoptr(Draft) draft = read_draft(cli, op);
	g_autofree char *id = send_id_format('o', op->group_id);
	g_autofree char *draft_id = draft ? send_id_format('d', op->draft_id) : NULL;
	g_autofree char *message_id = op->message_id ? message_id_format(op->message_id) : NULL;
	const OutputValue values[] = {
		{ .text = id },
		{ .text = outbox_kind_name(op->kind) },
		{ .text = outbox_state_name(op->state) },
		{ .text = draft ? draft->subject : row->subject ? row->subject : row->folder_name },
		{ .text = op->last_error },
		{ .text = draft ? draft_addressees(draft) : NULL },
		{ .number = MAX(op->due_ms, op->next_ms) },
		{ .number = op->attempts },
		{ .number = row->count },
		{ .text = draft_id },
		{ .text = message_id },
	};

	output_record(cli->output, values);
}

static bool run(Cli *cli, GError **err)
{
	StoreReader *reader = cli_reader(cli, err);
	int64_t limit = args_int(cli->args, "limit", 10000);
	g_autoptr(GPtrArray) rows = NULL;

	if (!reader || !store_read_outbox(reader, 0, (unsigned)MIN(limit, 1000000), &rows, err) ||
	    !output_begin(cli->output, fields, err))
		return false;
	for (guint i = 0; i < rows->len; i++)
		put(cli, g_ptr_array_index(rows, i));
	return true;
}

const Verb verb_outbox_list = {
	.name = "outbox list",
	.summary = N_("List what has not reached the server yet"),
	.description = N_("Messages and other changes, oldest first, each with its state: waiting, held (until it is due), sending, unsure (perhaps sent: look before you retry), failed (it needs you). The next sync sends what waits."),
	.operands_max = 0,
	.examples = {
		{ "outbox list", N_("All of it") },
		{ "outbox list --fields id,state,error", N_("What is wrong") },
		{ "outbox list --jsonl", N_("For a script") },
	},
	.run = run,
};
