#include "eas/item_class.h"

#include "eas/contact_item.h"
#include "eas/event_item.h"
#include "eas/note_item.h"
#include "eas/todo_item.h"

enum { VERSION_NOTES = 140, VERSION_GHOSTS = 160 };

#define LIFE(type, name)                                                                           \
	static void *make_##name(void)                                                             \
	{                                                                                          \
		return name##_new();                                                               \
	}
LIFE(Event, event)
LIFE(Contact, contact)
LIFE(Todo, todo)
LIFE(Note, note)
#undef LIFE

static void finish_event(void *record) { event_item_finish(record); }
static void finish_todo(void *record) { todo_item_finish(record); }

static const ItemClass classes[PIM_KIND_COUNT] = {
	[PIM_EVENT] = { "Calendar", 0, true, make_event, event_item_take, finish_event },
	[PIM_CONTACT] = { "Contacts", 0, false, make_contact, contact_item_take, NULL },
	[PIM_TODO] = { "Tasks", 0, true, make_todo, todo_item_take, finish_todo },
	[PIM_NOTE] = { "Notes", VERSION_NOTES, false, make_note, note_item_take, NULL },
};

const ItemClass *item_class_of(FolderType type)
{
	int kind = pim_kind_of_folder(type);

	return kind < 0 ? NULL : &classes[kind];
}

const char *item_class_name(FolderType type)
{
	const ItemClass *class = item_class_of(type);

	return class ? class->name : "Email";
}

PimItem *item_class_make(FolderType type)
{
	int kind = pim_kind_of_folder(type);

	return pim_item_new((PimKind)kind, classes[kind].make());
}

/* [MS-ASCMD] 2.2.3.178: of contacts always; of events until 16.0, when what is left out is kept. */
void item_class_write_supported(WbxmlWriter *writer, FolderType type, int version)
{
	int kind = pim_kind_of_folder(type);

	if (kind == PIM_CONTACT)
		contact_item_write_supported(writer);
	else if (kind == PIM_EVENT && version < VERSION_GHOSTS)
		event_item_write_supported(writer, version);
}

static void write_event(WbxmlWriter *writer, const ItemChange *change, int version)
{
	event_item_write(writer, &(EventChange){
		.event = change->item->event,
		.was = change->was ? change->was->event : NULL,
		.is_new = !change->op->server_id,
		.client_id = change->op->client_id,
		.version = version,
	});
}

void item_class_write(WbxmlWriter *writer, const ItemChange *change, int version)
{
	const void *was = change->was ? change->was->any : NULL;

	switch (change->item->kind) {
	case PIM_EVENT:
		write_event(writer, change, version);
		return;
	case PIM_CONTACT:
		contact_item_write(writer, change->item->contact, was);
		return;
	case PIM_TODO:
		todo_item_write(writer, change->item->todo, was, version);
		return;
	default:
		note_item_write(writer, change->item->note, was);
	}
}
