#include "sync/command.h"

Command *command_new(CommandKind kind)
{
	Command *command = g_new0(Command, 1);

	command->kind = kind;
	return command;
}

void command_free(Command *command)
{
	if (!command)
		return;
	g_free(command->text);
	g_clear_pointer(&command->ops, g_ptr_array_unref);
	draft_free(command->draft);
	g_clear_pointer(&command->content, g_bytes_unref);
	question_free(command->question);
	secret_unref(command->secret);
	account_free(command->account);
	g_clear_error(&command->error);
	g_free(command);
}
