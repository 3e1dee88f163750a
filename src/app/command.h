/*
 * command: everything a person can tell the screens, as one table (commands.def): keys, help and
 * the ':' line all speak of commands. The one dispatcher asks for the right before anything is
 * done. Pure.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "model/rights.h"

typedef enum {
#define COMMAND(name, contexts, needs, help) COMMAND_##name,
#include "app/commands.def"
#undef COMMAND
	COMMAND_COUNT,
	COMMAND_NONE = COMMAND_COUNT,
} CommandId;

/* Where the person is. */
typedef enum {
	CONTEXT_LIST = 1,
	CONTEXT_READER = 2,
	CONTEXT_FOLDERS = 4,
	CONTEXT_FILES = 8,       /* the attachments of a message */
	CONTEXT_OUTBOX = 16,     /* in place of the list */
	CONTEXT_WRITING = 32,    /* the review of a mail that is being written */
	CONTEXT_OPTIONS = 64,    /* the settings */
	CONTEXT_OOF = 128,       /* the out-of-office answer */
	CONTEXT_CERTIFICATES = 256,
	CONTEXT_ALL = 7,         /* the panes of the mail tab */
	CONTEXT_EVERYWHERE = CONTEXT_ALL | CONTEXT_FILES | CONTEXT_OUTBOX | CONTEXT_WRITING |
	                     CONTEXT_OPTIONS | CONTEXT_OOF | CONTEXT_CERTIFICATES
} CommandContext;

typedef struct {
	const char *name;        /* as typed: "sync-now" */
	guint       contexts;    /* CommandContext, any of */
	guint       needs;       /* Needs, all of */
	const char *help;        /* one line, not yet translated */
} Command;

/* The command's line of the table; static. @id below COMMAND_COUNT. */
const Command *command_get(CommandId id);

/*
 * The command that a person means by @text: its name, or the start of only one name. ERR_USAGE says
 * what is near. COMMAND_NONE on failure. *ret_argument points into @text behind the name, blanks
 * skipped.
 */
CommandId command_parse(const char *text, const char **ret_argument, GError **err);

typedef struct {
	CommandId   id;
	guint       context;     /* CommandContext: where it was said */
	const char *argument;    /* "" none */
} CommandCall;

typedef void (*CommandHandler)(void *target, const CommandCall *call);

/*
 * Runs @handlers[call->id] on @target, if the command is for this place and the rights allow it.
 * ERR_USAGE, ERR_REFUSED: nothing was done, and the message says why.
 */
bool command_dispatch(const CommandCall *call, const RightsContext *rights,
                      const CommandHandler handlers[COMMAND_COUNT], void *target, GError **err);
