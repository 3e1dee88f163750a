#include "model/pim.h"

#include <stddef.h>

#include "model/id.h"

#define LIFE(name)                                                                                 \
	static void *copy_##name(const void *item) { return name##_copy(item); }                   \
	static void free_##name(void *item) { name##_free(item); }
LIFE(event)
LIFE(contact)
LIFE(todo)
LIFE(note)
#undef LIFE

/* What each kind has of its own. */
static const struct {
	void *(*copy)(const void *item);
	void (*free)(void *item);
	size_t id, folder_id, server_id;
} kinds[] = {
#define KIND(type, name)                                                                           \
	{ copy_##name, free_##name, offsetof(type, id), offsetof(type, folder_id),                 \
	  offsetof(type, server_id) }
	[PIM_EVENT] = KIND(Event, event),
	[PIM_CONTACT] = KIND(Contact, contact),
	[PIM_TODO] = KIND(Todo, todo),
	[PIM_NOTE] = KIND(Note, note),
#undef KIND
};

PimItem *pim_item_new(PimKind kind, void *item)
{
	PimItem *pim = g_new0(PimItem, 1);

	pim->kind = kind;
	pim->any = item;
	return pim;
}

PimItem *pim_item_copy(const PimItem *item)
{
	return pim_item_new(item->kind, kinds[item->kind].copy(item->any));
}

void pim_item_free(PimItem *item)
{
	if (!item)
		return;
	kinds[item->kind].free(item->any);
	g_free(item);
}

static void *field_at(const PimItem *item, size_t offset) { return (char *)item->any + offset; }

int64_t *pim_item_id(const PimItem *item) { return field_at(item, kinds[item->kind].id); }

int64_t *pim_item_folder_id(const PimItem *item)
{
	return field_at(item, kinds[item->kind].folder_id);
}

char **pim_item_server_id(const PimItem *item)
{
	return field_at(item, kinds[item->kind].server_id);
}

static const char letters[PIM_KIND_COUNT] = { 'e', 'c', 't', 'n' };

char *pim_id_format(PimKind kind, int64_t id) { return id_format(letters[kind], id); }

bool pim_id_parse(const char *text, PimKind *ret_kind, int64_t *ret_id)
{
	for (PimKind kind = 0; kind < PIM_KIND_COUNT; kind++)
		if (id_parse(letters[kind], text, ret_id)) {
			*ret_kind = kind;
			return true;
		}
	return false;
}

int pim_kind_of_folder(FolderType type)
{
	switch (type) {
	case FOLDER_CALENDAR:
	case FOLDER_USER_CALENDAR:
		return PIM_EVENT;
	case FOLDER_CONTACTS:
	case FOLDER_USER_CONTACTS:
		return PIM_CONTACT;
	case FOLDER_TASKS:
	case FOLDER_USER_TASKS:
		return PIM_TODO;
	case FOLDER_NOTES:
	case FOLDER_USER_NOTES:
		return PIM_NOTE;
	default:
		return -1;
	}
}
