#include "eas/search_frame.h"

char *search_frame_id(const char *what, const char *query)
{
	g_autofree char *both = g_strconcat(what, "\n", query, NULL);
	g_autofree char *hex = g_compute_checksum_for_string(G_CHECKSUM_SHA256, both, -1);

	return g_strdup_printf("%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
	                       hex + 20);
}

void search_frame_range(WbxmlWriter *writer, WbxmlTag tag, int64_t first, int len)
{
	g_autofree char *range = g_strdup_printf("%" G_GINT64_FORMAT "-%" G_GINT64_FORMAT, first,
	                                         first + len - 1);

	wbxml_text(writer, tag, range);
}

static bool take_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	SearchFrame *frame = into;

	switch (tag) {
	case WBXML_Search_Status:
		return reply_status(reader, FAMILY_SEARCH, err);
	case WBXML_Find_Status:
		return reply_status(reader, FAMILY_FIND, err);
	case WBXML_Search_Total:
	case WBXML_Find_Total:
		return reply_int(reader, 0, INT32_MAX, &frame->total, err);
	case WBXML_Search_Response:
	case WBXML_Search_Store:
	case WBXML_Find_Response:
		return reply_walk(reader, take_part, into, err);
	case WBXML_Search_Result:
	case WBXML_Find_Result:
		return frame->take_result(frame->into, tag, reader, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

bool search_frame_read(WbxmlReader *reader, SearchFrame *frame, GError **err)
{
	return !reader || reply_walk(reader, take_part, frame, err);
}
