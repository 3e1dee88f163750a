/* mime/transfer: where encoded content lies within a message, and its decoding. Any thread. */
#pragma once
#include <glib.h>
#include <gmime/gmime.h>
#include <stddef.h>

typedef struct {
	size_t               start, len;
	GMimeContentEncoding encoding;
} MimePlace;

/*
 * What is at @place of @bytes, decoded; without an encoding a window of @bytes, not a copy. A cut
 * base64 text gives its last bytes, too. NULL: the machine has no memory for it.
 */
GBytes *mime_transfer_decode(GBytes *bytes, const MimePlace *place);
