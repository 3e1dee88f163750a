/*
 * A conversation has a number by a key: the hash of what the server calls it, else of the topic and
 * a span of time.
 */
#include <openssl/evp.h>
#include <string.h>

#include "store/private.h"

static const char *skip_reply_mark(const char *subject)
{
	static const char *const marks[] = { "re:", "fw:", "fwd:", "aw:", "wg:",
		                             "sv:", "vs:", "tr:",  "rv:", "antw:" };

	for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
		if (g_ascii_strncasecmp(subject, marks[i], strlen(marks[i])) == 0)
			return subject + strlen(marks[i]);
	return subject;
}

/* What replies have in common, for servers that know no conversations; NULL: nothing. */
static char *topic_of(const Message *message)
{
	const char *topic = message->topic && *message->topic ? message->topic : message->subject;
	const char *rest = topic ? topic : "";

	do {
		topic = rest;
		while (*topic == ' ')
			topic++;
		rest = skip_reply_mark(topic);
	} while (rest != topic);
	return *topic ? g_utf8_casefold(topic, -1) : NULL;
}

enum { KEY_BYTES = 16, HASH_BYTES = 32 };

static void hash_key(char kind, const void *data, size_t len, uint8_t ret_key[HASH_BYTES])
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	g_byte_array_append(bytes, (const guint8 *)&kind, 1);
	g_byte_array_append(bytes, data, (guint)len);
	if (EVP_Digest(bytes->data, bytes->len, ret_key, NULL, EVP_sha256(), NULL) != 1)
		g_error("OpenSSL cannot compute SHA-256");
}

/* A topic goes by spans of 30 days. A span without a message on it ends the conversation: "Lunch?"
 * in May has nothing to do with "Lunch?" in March. */
#define TOPIC_SPAN_MS ((int64_t)30 * 24 * 60 * 60 * 1000)

static void topic_key(const char *topic, int64_t span, uint8_t ret_key[HASH_BYTES])
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT ":%s", span, topic);

	hash_key('t', text, strlen(text), ret_key);
}

/* Those of one account. */
typedef struct { StoreWriter *writer; int64_t account_id; } Conversations;

/* 0: there is none. */
static bool conversation_find(const Conversations *all, const uint8_t *key, int64_t *ret_id,
                              GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		all->writer->db, "SELECT id FROM conversation WHERE account_id = ? AND key = ?");
	bool has_row;

	put_int(&stmt, all->account_id);
	put_blob(&stmt, key, KEY_BYTES);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_id = has_row ? get_int(&stmt) : 0;
	return true;
}

static bool conversation_add(const Conversations *all, const uint8_t *key, int64_t id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(all->writer->db, "INSERT INTO conversation VALUES (?, ?, ?)");

	put_int(&stmt, all->account_id);
	put_blob(&stmt, key, KEY_BYTES);
	put_int(&stmt, id);
	return stmt_run(&stmt, err);
}

static int64_t conversation_next(const Conversations *all) { return all->writer->conversation++; }

static bool conversation_of_server(const Conversations *all, GBytes *server_key, int64_t *ret_id,
                                   GError **err)
{
	uint8_t key[HASH_BYTES];
	size_t len;
	const void *data = g_bytes_get_data(server_key, &len);

	hash_key('c', data, len, key);
	if (!conversation_find(all, key, ret_id, err))
		return false;
	if (*ret_id)
		return true;
	*ret_id = conversation_next(all);
	return conversation_add(all, key, *ret_id, err);
}

/* Messages come newest first or oldest first, so both neighbours of a span can lead on. */
static bool conversation_of_topic(const Conversations *all, const char *topic, int64_t received_ms,
                                  int64_t *ret_id, GError **err)
{
	int64_t span = received_ms / TOPIC_SPAN_MS, before, after;
	uint8_t key[HASH_BYTES], key_before[HASH_BYTES], key_after[HASH_BYTES];

	topic_key(topic, span, key);
	topic_key(topic, span - 1, key_before);
	topic_key(topic, span + 1, key_after);
	if (!conversation_find(all, key, ret_id, err))
		return false;
	if (*ret_id)
		return true;
	if (!conversation_find(all, key_before, &before, err) ||
	    !conversation_find(all, key_after, &after, err))
		return false;
	*ret_id = before ? before : after ? after : conversation_next(all);
	return conversation_add(all, key, *ret_id, err);
}

bool conversation_of(StoreWriter *writer, int64_t account_id, const Message *message,
                     int64_t *ret_id, GError **err)
{
	Conversations all = { writer, account_id };
	g_autofree char *topic = NULL;

	if (message->conversation_key)
		return conversation_of_server(&all, message->conversation_key, ret_id, err);
	topic = topic_of(message);
	if (topic)
		return conversation_of_topic(&all, topic, message->received_ms, ret_id, err);
	*ret_id = conversation_next(&all);
	return true;
}
