/*
 * keyfile: one line of the file of a person's own keys: "CONTEXTS KEYS COMMAND [ARGUMENT]". CONTEXTS
 * are names with commas between; KEYS stand in double quotes where they are more than one. Pure.
 */
#pragma once
#include "app/command.h"

typedef struct {
	guint     contexts;      /* CommandContext: those that the command knows */
	char     *keys;          /* names that keys_parse() takes */
	CommandId id;            /* COMMAND_NONE: the keys mean nothing any more */
	char     *argument;      /* "" none */
} KeyLine;
void key_line_free(KeyLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeyLine, key_line_free)

/* *ret_line is NULL for a blank line and a comment. ERR_CONFIG: in one sentence, without the place. */
bool key_line_parse(const char *text, KeyLine **ret_line, GError **err);
