/*
 * columns: the columns of a message that go from and to a Message as they are.
 * INT(column, field, least, most)   TEXT(column, field)   BYTES(column, field)
 */
#pragma once

#define MESSAGE_COLUMN_TABLE(INT, TEXT, BYTES)            \
	INT(flags, flags, 0, (MESSAGE_BAD << 1) - 1)      \
	INT(importance, importance, 0, 2)                 \
	INT(received_ms, received_ms, 0, MESSAGE_LATEST_MS) \
	TEXT(from_list, from)                             \
	TEXT(subject, subject)                            \
	TEXT(preview, preview)                            \
	TEXT(sender, sender)                              \
	TEXT(to_list, to)                                 \
	TEXT(cc_list, cc)                                 \
	TEXT(bcc_list, bcc)                               \
	TEXT(reply_to, reply_to)                          \
	TEXT(display_to, display_to)                      \
	TEXT(topic, topic)                                \
	TEXT(message_class, message_class)                \
	TEXT(categories, categories)                      \
	INT(start_ms, start_ms, INT64_MIN, INT64_MAX)     \
	INT(due_ms, due_ms, INT64_MIN, INT64_MAX)         \
	INT(done_ms, done_ms, INT64_MIN, INT64_MAX)       \
	INT(last_verb, last_verb, INT32_MIN, INT32_MAX)   \
	INT(size_bytes, size_bytes, 0, INT64_MAX)         \
	INT(code_page, code_page, INT32_MIN, INT32_MAX)   \
	BYTES(conversation_key, conversation_key)         \
	BYTES(conversation_index, conversation_index)     \
	INT(body_kind, body_kind, BODY_NONE, BODY_MIME)   \
	INT(native_kind, native_kind, BODY_NONE, BODY_MIME)
