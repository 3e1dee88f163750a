#include "model/note.h"

Note *note_new(void) { return g_new0(Note, 1); }

Note *note_copy(const Note *from)
{
	Note *to = g_memdup2(from, sizeof *from);

	to->server_id = g_strdup(from->server_id);
	to->subject = g_strdup(from->subject);
	to->body = g_strdup(from->body);
	to->categories = g_strdup(from->categories);
	return to;
}

void note_free(Note *note)
{
	if (!note)
		return;
	g_free(note->server_id);
	g_free(note->subject);
	g_free(note->body);
	g_free(note->categories);
	g_free(note);
}
