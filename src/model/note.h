/* note: a sticky note ([MS-ASNOTE]). Strings are valid UTF-8 on one line unless said; NULL means
 * absent. */
#pragma once
#include <glib.h>
#include <stdint.h>

typedef struct {
	int64_t  id;             /* the store's; 0 from the wire */
	int64_t  folder_id;
	char    *server_id;
	char    *subject;
	char    *body;           /* many lines of plain text */
	char    *categories;     /* newline separated */
	int64_t  changed_ms;     /* LastModifiedDate, UTC; 0 not said */
} Note;

Note *note_new(void);
Note *note_copy(const Note *note);
void  note_free(Note *note);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Note, note_free)
