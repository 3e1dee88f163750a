#include "eas/multipart.h"

#include <stdint.h>

#include "base/error.h"
#include "base/i18n.h"

enum { COUNT_SIZE = 4, ENTRY_SIZE = 8 };

static uint32_t le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

bool multipart_get(GBytes *body, int64_t index, GBytes **ret_part, GError **err)
{
	gsize size;
	const uint8_t *bytes = g_bytes_get_data(body, &size);
	uint32_t count = size >= COUNT_SIZE ? le32(bytes) : 0;

	if (count == 0 || count > (size - COUNT_SIZE) / ENTRY_SIZE)
		return fail(err, ERR_PROTOCOL, _("the server's answer in parts is cut short"));
	if (index < 0 || index >= count)
		return fail(err, ERR_PROTOCOL, _("the server's answer has no part %d"), (int)index);
	const uint8_t *entry = bytes + COUNT_SIZE + (gsize)index * ENTRY_SIZE;
	gsize offset = le32(entry), len = le32(entry + 4);
	if (offset > size || len > size - offset)
		return fail(err, ERR_PROTOCOL, _("the server's answer in parts is cut short"));
	*ret_part = g_bytes_new_from_bytes(body, offset, len);
	return true;
}
