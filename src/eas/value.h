/* value: values of a mail's properties. Each stands just after an OPEN and consumes the CLOSE, like
 * reply.h's. */
#pragma once
#include "eas/reply.h"
#include "model/message.h"

/* A moment. One that cannot be read marks @message as MESSAGE_BAD and leaves *ret_ms alone; an
 * empty one only the latter. */
bool value_date(Message *message, int64_t *ret_ms, WbxmlReader *reader, GError **err);

/* A number from 0 to @max; anything else leaves *ret_value alone. */
bool value_small_int(int *ret_value, int max, WbxmlReader *reader, GError **err);

/* Bytes as they came, NULL for none. *ret_bytes is let go first. */
bool value_bytes(GBytes **ret_bytes, WbxmlReader *reader, GError **err);
