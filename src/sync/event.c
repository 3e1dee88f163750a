#include "sync/event.h"

void event_post(Mailbox *events, SyncEvent event)
{
	mailbox_post(events, g_memdup2(&event, sizeof event));
}

void sync_event_free(SyncEvent *event)
{
	if (!event)
		return;
	g_free(event->text);
	draft_free(event->draft);
	question_free(event->question);
	if (event->content)
		g_bytes_unref(event->content);
	g_clear_pointer(&event->ops, g_ptr_array_unref);
	g_free(event);
}
