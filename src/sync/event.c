#include "sync/event.h"

void event_post(Mailbox *events, SyncEvent event)
{
	mailbox_post(events, g_memdup2(&event, sizeof event));
}

static void event_clear(SyncEvent *event)
{
	g_free(event->text);
	draft_free(event->draft);
	question_free(event->question);
	if (event->content)
		g_bytes_unref(event->content);
	g_clear_pointer(&event->ops, g_ptr_array_unref);
}

void event_tell(const Core *core, SyncEvent event)
{
	if (core->door)
		door_tell(core->door, &event);
	if (event.kind == SYNC_JOINED || door_wish_is_of_peer(event.wish_id))
		event_clear(&event);
	else
		event_post(core->events, event);
}

void sync_event_free(SyncEvent *event)
{
	if (!event)
		return;
	event_clear(event);
	g_free(event);
}
