#include "app/command.h"

#include <string.h>

#include "app/context_words.h"
#include "base/error.h"
#include "base/i18n.h"

/* Filled once: the C names of the table get the dashes that people type. */
static const Command *table(void)
{
	static Command commands[] = {
#define COMMAND(name, contexts, needs, help) { #name, contexts, needs, help },
#include "app/commands.def"
#undef COMMAND
	};
	static gsize is_ready = 0;

	if (g_once_init_enter(&is_ready)) {
		for (gsize i = 0; i < COMMAND_COUNT; i++) {
			char *name = g_strdelimit(g_strdup(commands[i].name), "_", '-');
			commands[i].name = g_intern_string(name);
			g_free(name);
		}
		g_once_init_leave(&is_ready, 1);
	}
	return commands;
}

const Command *command_get(CommandId id)
{
	g_assert(id < COMMAND_COUNT);
	return &table()[id];
}

/* The exact name wins over those it begins. */
static CommandId find(const char *name, unsigned *ret_candidates)
{
	CommandId found = COMMAND_NONE;

	*ret_candidates = 0;
	for (CommandId id = 0; id < COMMAND_COUNT; id++) {
		if (strcmp(command_get(id)->name, name) == 0) {
			*ret_candidates = 1;
			return id;
		}
		if (g_str_has_prefix(command_get(id)->name, name)) {
			found = id;
			++*ret_candidates;
		}
	}
	return found;
}

CommandId command_parse(const char *text, const char **ret_argument, GError **err)
{
	size_t len = strcspn(text, " ");
	g_autofree char *name = g_strndup(text, len);
	unsigned candidates;
	CommandId id = find(name, &candidates);

	if (candidates == 1) {
		*ret_argument = text + len + strspn(text + len, " ");
		return id;
	}
	if (candidates == 0)
		fail(err, ERR_USAGE, _("There is no command “%s”; press ? for all of them."), name);
	else
		fail(err, ERR_USAGE, _("“%s” begins %u commands; type more of it."), name,
		     candidates);
	return COMMAND_NONE;
}

bool command_dispatch(const CommandCall *call, const RightsContext *rights,
                      const CommandHandler handlers[COMMAND_COUNT], void *target, GError **err)
{
	const Command *command = command_get(call->id);
	const char    *reason;

	if (!(command->contexts & call->context) || !handlers[call->id])
		return fail(err, ERR_USAGE, _("“%s” means nothing here."), command->name);
	if (!rights_allow(command->needs, rights, &reason))
		return fail(err, ERR_REFUSED, "%s", reason);
	handlers[call->id](target, call);
	return true;
}
