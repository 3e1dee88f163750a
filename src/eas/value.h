/* value: values of an item's properties. Each stands just after an OPEN and consumes the CLOSE,
 * like reply.h's. */
#pragma once
#include "eas/reply.h"
#include "model/message.h"

/* A size that is larger is a lie; so many parts of it can be added up. */
#define VALUE_SIZE_MAX (INT64_C(1) << 48)

/* A moment. One that cannot be read marks @message as MESSAGE_BAD and leaves *ret_ms alone; an
 * empty one only the latter. */
bool value_date(Message *message, int64_t *ret_ms, WbxmlReader *reader, GError **err);

/* A number from 0 to @max; anything else leaves *ret_value alone. */
bool value_small_int(int *ret_value, int max, WbxmlReader *reader, GError **err);

/* Bytes as they came, NULL for none. *ret_bytes is let go first. */
bool value_bytes(GBytes **ret_bytes, WbxmlReader *reader, GError **err);

/* A moment. One that cannot be read, or none, leaves *ret_ms alone. */
bool value_moment(int64_t *ret_ms, WbxmlReader *reader, GError **err);

/* Text of many lines, each ended by LF whatever came, at most LIMIT_PIM_TEXT_BYTES of it; NULL for
 * none. *ret_text is freed first. */
bool value_text(char **ret_text, WbxmlReader *reader, GError **err);

/* The children called @each, joined by newlines, at most 300 of them ([MS-ASEMAIL] 2.2.2.9); NULL
 * for none. *ret_lines is freed first. */
bool value_list(char **ret_lines, WbxmlTag each, WbxmlReader *reader, GError **err);

/* What base64 stands for; NULL for none, and for more than @max_bytes. *ret_bytes is let go
 * first. */
bool value_base64(GBytes **ret_bytes, size_t max_bytes, WbxmlReader *reader, GError **err);

/* The text of an AirSyncBase Body, as value_text(), and its kind (not if NULL). Without Data
 * *ret_text stays. */
bool value_body(char **ret_text, BodyKind *ret_kind, WbxmlReader *reader, GError **err);

/* AirSyncBase Attachments, added to *parts (of Part; NULL none yet). False in *ret_is_whole: there
 * are more than LIMIT_MIME_PARTS, and those are dropped. */
bool value_parts(GPtrArray **parts, bool *ret_is_whole, WbxmlReader *reader, GError **err);
