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

/* Whose text it is, so that what is left behind comes back where it was written. */
typedef enum {
	EDITING_DRAFT,               /* @id: of the draft; 0: one that is not in the store */
	EDITING_OOF_INSIDE,          /* @id: of the account whose out-of-office answer it is */
	EDITING_OOF_OUTSIDE,         /* the same, for people outside */
	EDITING_KIND_COUNT
} EditingKind;
typedef struct { EditingKind kind; int64_t id; } EditingOwner;

/*
 * Edits @text of @owner. *ret_text is what the
 * editor left, the caller's; *ret_warning a sentence when it ended badly, or NULL. The caller calls
 * editing_forget() once the text is safe. ERR_IO, ERR_FULL, ERR_NOT_FOUND (no such editor): @text
 * is all there is.
 */
bool editing_run(const Paths *paths, char *const *argv, const EditingOwner *owner, const char *text,
                 char **ret_text, char **ret_warning, GError **err);

/* The text of @owner is safe. */
void editing_forget(const Paths *paths, const EditingOwner *owner);

typedef struct { EditingOwner owner; char *text; } EditingLeft;
void editing_left_free(EditingLeft *left);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EditingLeft, editing_left_free)

/* What was left behind: of EditingLeft, the caller's. A text that cannot be read is passed over,
 * and stays. */
GPtrArray *editing_left(const Paths *paths);
