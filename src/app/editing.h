/*
 * app/editing: a text in the person's own editor, with the terminal. While it is there the text
 * lies in a file of its own (0600, in the runtime folder, which is memory on most machines), and
 * stays there until the caller has it in the store: what an editor, a power switch or a kill leaves
 * behind is found at the next start. Blocks until the editor ends.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/paths.h"

/*
 * The editor to use: @setting, else $VISUAL, else $EDITOR. *ret_argv NULL: none, or "builtin"; free
 * with g_strfreev. ERR_CONFIG: it needs a shell.
 */
bool editing_command(const char *setting, char ***ret_argv, GError **err);

/*
 * Edits @text of the draft @draft_id (0: one that is not in the store). *ret_text is what the
 * editor left, the caller's; *ret_warning a sentence when it ended badly, or NULL. The caller calls
 * editing_forget() once the text is safe. ERR_IO, ERR_FULL, ERR_NOT_FOUND (no such editor): @text
 * is all there is.
 */
bool editing_run(const Paths *paths, char *const *argv, int64_t draft_id, const char *text,
                 char **ret_text, char **ret_warning, GError **err);

/* The text of @draft_id is in the store. */
void editing_forget(const Paths *paths, int64_t draft_id);

typedef struct { int64_t draft_id; char *text; } EditingLeft;
void editing_left_free(EditingLeft *left);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EditingLeft, editing_left_free)

/* What was left behind: of EditingLeft, the caller's. A text that cannot be read is passed over,
 * and stays. */
GPtrArray *editing_left(const Paths *paths);
