#include "eas/item_operations.h"

static bool take_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	const ItemOperation *operation = into;

	if (tag == WBXML_ItemOperations_Status)
		return reply_status(reader, FAMILY_ITEMS, err);
	if (tag == WBXML_ItemOperations_Response)
		return reply_walk(reader, take_part, into, err);
	return tag == operation->tag ? operation->take(operation->into, tag, reader, err)
	                             : wbxml_reader_skip(reader, err);
}

bool item_operations_read(WbxmlReader *reader, const ItemOperation *operation, GError **err)
{
	return !reader || reply_walk(reader, take_part, (void *)operation, err);
}
