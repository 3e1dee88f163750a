#include <string.h>

#include "app/when.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/engine.h"
#include "cli/input.h"
#include "cli/oof.h"

enum { TEXT_BYTES_MAX = 64 * 1024 };

static const ArgOption options[] = {
	{ 0, "on", ARG_FLAG, NULL, NULL, N_("from now on, until it is switched off") },
	{ 0, "off", ARG_FLAG, NULL, NULL, N_("nobody is answered") },
	{ 0, "from", ARG_TEXT, "WHEN", NULL, N_("answer from then on; with --until (else: from now on)") },
	{ 0, "until", ARG_TEXT, "WHEN", NULL, N_("answer until then") },
	{ 0, "text", ARG_TEXT, "TEXT", NULL, N_("what people inside are told") },
	{ 0, "text-file", ARG_FILE, "FILE", NULL, N_("the same from a file; “-” is the standard input") },
	{ 0, "external", ARG_TEXT, "TEXT", NULL, N_("what people outside are told") },
	{ 0, "outside", ARG_CHOICE, "WHO", "none|contacts|all", N_("who outside is answered") },
	{ 0 },
};

/* ---- what the person wants ---- */

static bool check_options(Cli *cli, GError **err)
{
	const Args *args = cli->args;
	bool is_timed = args_has(args, "until");

	if (args_has(args, "on") + args_has(args, "off") + is_timed > 1)
		return fail(err, ERR_USAGE, _("oof set: --on, --off and --until exclude each other"));
	if (args_has(args, "from") && !is_timed)
		return fail(err, ERR_USAGE, _("oof set: --from needs --until"));
	if (args_has(args, "text") && args_has(args, "text-file"))
		return fail(err, ERR_USAGE, _("oof set: --text and --text-file exclude each other"));
	return true;
}

static bool apply_state(Cli *cli, Oof *oof, GError **err)
{
	const char *from = args_text(cli->args, "from"), *until = args_text(cli->args, "until");
	int64_t now_ms = clock_now_ms(cli->clock);

	if (args_has(cli->args, "on"))
		oof->state = OOF_ON;
	if (args_has(cli->args, "off"))
		oof->state = OOF_OFF;
	if (!until)
		return true;
	oof->state = OOF_TIMED;
	oof->start_ms = now_ms;
	if ((from && !when_parse(from, now_ms, 0, &oof->start_ms, err)) ||
	    !when_parse(until, now_ms, 0, &oof->end_ms, err))
		return false;
	return oof->end_ms > oof->start_ms ||
	       fail(err, ERR_USAGE, _("oof set: --until is before --from"));
}

/* The texts of files end in a line end, which is none of the answer's. */
static bool apply_file(Oof *oof, const char *path, GError **err)
{
	g_autofree char *text = input_text(path, TEXT_BYTES_MAX, err);

	if (text)
		oof_set_message(oof, OOF_INTERNAL, g_strchomp(text), false);
	return text != NULL;
}

static void apply_outside(Oof *oof, const char *text, const char *who)
{
	OofOutside outside;

	if (text)
		oof_set_outside_text(oof, text, false);
	if (who && oof_outside_parse(who, &outside))
		oof_set_outside(oof, outside);
}

static bool apply(Cli *cli, Oof *oof, GError **err)
{
	const char *text = args_text(cli->args, "text"), *path = args_text(cli->args, "text-file");

	if (!apply_state(cli, oof, err) || (path && !apply_file(oof, path, err)))
		return false;
	if (text)
		oof_set_message(oof, OOF_INTERNAL, text, false);
	oof_set_state(oof, oof->state);
	apply_outside(oof, args_text(cli->args, "external"), args_text(cli->args, "outside"));
	return true;
}

/* ---- telling the server ---- */

static bool is_settled(Cli *cli, int64_t account_id, bool *ret_is_settled, GError **err)
{
	g_autoptr(GPtrArray) ops = NULL;

	if (!store_read_ops(cli->reader, account_id, G_MAXINT, &ops, err))
		return false;
	*ret_is_settled = true;
	for (guint i = 0; i < ops->len; i++)
		if (((const Op *)g_ptr_array_index(ops, i))->kind == OP_OOF)
			*ret_is_settled = false;
	return true;
}

static bool send(Cli *cli, Errand *errand, int64_t account_id, const Oof *oof, GError **err)
{
	Op *op = op_new(OP_OOF);
	bool is_written = false, is_over = false;

	op->account_id = account_id;
	op->value.text = oof_to_text(oof);
	sync_op(errand_client(errand), op);
	while (!is_written || !is_over) {
		g_autoptr(SyncEvent) event = NULL;
		if (!errand_next(errand, &event, err) || consult_has_failed(event, err))
			return false;
		is_written = is_written || event->kind == SYNC_WRITTEN;
		if (is_written && !is_settled(cli, account_id, &is_over, err))
			return false;
	}
	return true;
}

static bool run(Cli *cli, GError **err)
{
	const Account *account = cli_account(cli, err);
	g_autoptr(Errand) errand = NULL;
	g_autoptr(Oof) oof = NULL;
	int64_t id;

	if (!account || !check_options(cli, err) || !cli_reader(cli, err) ||
	    !cli_engine_account_id(cli, account, &id, err) ||
	    !(errand = consult_start(cli, account, err)) || !oof_fetch(errand, id, &oof, err) ||
	    !apply(cli, oof, err))
		return false;
	if (!args_has(cli->args, "dry-run") && !send(cli, errand, id, oof, err))
		return false;
	return cli_is_quiet(cli) || oof_put(cli, account, oof, err);
}

const Verb verb_oof_set = {
	.name = "oof set",
	.summary = N_("Set the out-of-office answer on the server"),
	.description = N_("Changes what the options name and leaves the rest as the server has it; then shows the whole. A day that "
	                  "is named without a time means its beginning. Exchange has one text for everybody outside."),
	.uses = USES_ACCOUNT | USES_ENGINE,
	.options = options,
	.examples = {
		{ "oof set --until 'mon 9:00' --text 'Back on Monday.' --outside none", N_("Until Monday, for colleagues alone") },
		{ "oof set --on --text-file away.txt --external 'I am away.'", N_("From now on, for everybody") },
		{ "oof set --off", N_("Back again") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
