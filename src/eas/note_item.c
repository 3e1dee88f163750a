#include "eas/note_item.h"

#include "eas/field.h"
#include "eas/value.h"

bool note_item_take(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Note *note = into;

	switch (tag) {
	case WBXML_Notes_Subject:
		return reply_line(reader, &note->subject, err);
	case WBXML_Notes_Categories:
		return value_list(&note->categories, WBXML_Notes_Category, reader, err);
	case WBXML_Notes_LastModifiedDate:
		return value_moment(&note->changed_ms, reader, err);
	case WBXML_AirSyncBase_Body:
		return value_body(&note->body, NULL, reader, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

/* [MS-ASNOTE] 2.2.2.5: when it was changed is the server's to say; it takes no other class. */
void note_item_write(WbxmlWriter *writer, const Note *note, const Note *was)
{
	field_line(writer, WBXML_Notes_Subject, note->subject, was != NULL);
	if (g_strcmp0(note->body, was ? was->body : NULL) != 0)
		field_body(writer, BODY_TEXT, note->body);
	wbxml_text(writer, WBXML_Notes_MessageClass, "IPM.StickyNote");
	field_list(writer, WBXML_Notes_Categories, WBXML_Notes_Category, note->categories,
	           was != NULL);
}
