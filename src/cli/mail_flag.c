#include "app/when.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/organise.h"

enum { DUE_HOUR = 8 };

static const ArgOption options[] = {
	{ 0, "due", ARG_TEXT, N_("WHEN"), NULL,
	  N_("until when: tomorrow, fri, 3d, 2026-12-01, with a time if it matters") },
	{ 0, "text", ARG_TEXT, N_("TEXT"), NULL, N_("what is to be done") },
	{ 0, "done", ARG_FLAG, NULL, NULL, N_("it is done: the flag is kept as completed") },
	CLI_ENGINE_OPTION,
	{ 0 },
};

typedef struct { FlagState state; const char *text; int64_t due_ms; } Flag;

static bool has_flag(const Message *message, const Flag *flag)
{
	bool is_done = message->flags & MESSAGE_DONE, is_flagged = message->flags & MESSAGE_FLAGGED;

	if (flag->state == FLAG_DONE)
		return is_done;
	return is_flagged && !flag->text && message->due_ms == flag->due_ms;
}

static Op *op_for(Organise *organise, const Message *message, void *data, GError **err)
{
	const Flag *flag = data;

	(void)organise;
	(void)err;
	return has_flag(message, flag)
	               ? NULL
	               : op_new_flag(message->id, flag->state, flag->text, flag->due_ms);
}

static bool run(Cli *cli, GError **err)
{
	const char *due = args_text(cli->args, "due");
	bool is_done = args_has(cli->args, "done");
	Flag flag = { is_done ? FLAG_DONE : FLAG_ACTIVE, args_text(cli->args, "text"), 0 };

	if (is_done && (due || flag.text))
		return fail(err, ERR_USAGE,
		            _("mail flag: --done goes with neither --due nor --text"));
	if (due && !when_parse(due, clock_now_ms(cli->clock), DUE_HOUR, &flag.due_ms, err))
		return false;
	return organise_mail(cli, op_for, &flag, err);
}

const Verb verb_mail_flag = {
	.name = "mail flag",
	.summary = N_("Flag mail for follow-up"),
	.description = N_("Sets a flag, with a day if --due says one, or marks what was flagged as done. Names mail like “mail archive” does."),
	.operands = N_("[ID… | QUERY]"), .operands_min = 0, .operands_max = -1,
	.uses = USES_ACCOUNT | USES_FOLDER | USES_ENGINE,
	.options = options,
	.examples = {
		{ "mail flag m1k2x9 --due fri", N_("Until Friday") },
		{ "mail flag m1k2x9 --done", N_("It is done") },
		{ "mail flag --all -f inbox from:boss is:unread", N_("What a query finds") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_PARTIAL, EXIT_REFUSED, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
