/*
 * context_words: the contexts of app/command.h by the short words that commands.def and the keymaps'
 * tables use. Only the files that read those tables include it.
 */
#pragma once

#include "app/command.h"

enum {
	LIST = CONTEXT_LIST,
	READER = CONTEXT_READER,
	FOLDERS = CONTEXT_FOLDERS,
	FILES = CONTEXT_FILES,
	OUTBOX = CONTEXT_OUTBOX,
	OPTIONS = CONTEXT_OPTIONS,
	OOF = CONTEXT_OOF,
	WRITING = CONTEXT_WRITING,
	CERTIFICATES = CONTEXT_CERTIFICATES,
	ALL = CONTEXT_ALL,
	EVERYWHERE = CONTEXT_EVERYWHERE,
};
