#include "eas/value.h"

#include "eas/date.h"

bool value_date(Message *message, int64_t *ret_ms, WbxmlReader *reader, GError **err)
{
	g_autofree char *text = NULL;

	if (!reply_line(reader, &text, err))
		return false;
	if (text && !date_parse(text, ret_ms))
		message->flags |= MESSAGE_BAD;
	return true;
}

bool value_small_int(int *ret_value, int max, WbxmlReader *reader, GError **err)
{
	int64_t value = *ret_value;

	if (!reply_int(reader, 0, max, &value, err))
		return false;
	*ret_value = (int)value;
	return true;
}

bool value_bytes(GBytes **ret_bytes, WbxmlReader *reader, GError **err)
{
	g_autoptr(GBytes) bytes = wbxml_reader_bytes(reader, err);

	if (!bytes)
		return false;
	g_clear_pointer(ret_bytes, g_bytes_unref);
	if (g_bytes_get_size(bytes))
		*ret_bytes = g_steal_pointer(&bytes);
	return true;
}
