#include "mime/thread.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "mime/mime.h"
#include "mime/recipients.h"

enum { REFERENCES_MAX = 20, HEADER = 22, GUID_AT = 6, BLOCK = 5, BLOCKS_MAX = 1000 };

/* FILETIME counts 100 ns since 1601. */
#define FILETIME_1970 INT64_C(116444736000000000)

/* ---- Message-IDs ---- */

static char *domain_of(const char *from)
{
	g_autoptr(MimeAddress) address = mime_address_first(from);
	const char *at = address ? strrchr(address->address, '@') : NULL;
	g_autofree char *ascii = at ? mime_recipient_ascii(address->address) : NULL;
	g_autofree char *domain = ascii ? g_strdup(strrchr(ascii, '@') + 1) : NULL;
	bool is_fine = domain && *domain && !strpbrk(domain, "<> \t\r\n@") &&
	               g_str_is_ascii(domain);

	return is_fine ? g_steal_pointer(&domain) : g_strdup("localhost");
}

char *thread_message_id(const uint8_t random[THREAD_RANDOM_BYTES], const char *from)
{
	g_autofree char *hex = text_hex(random, THREAD_RANDOM_BYTES), *domain = domain_of(from);

	return g_strdup_printf("<%s@%s>", hex, domain);
}

/* In their order, each once: the older place of an id that comes twice is the one that is kept. */
typedef struct {
	GPtrArray  *list;            /* of char * */
	GHashTable *seen;            /* borrows from the list */
} Ids;

static void ids_init(Ids *ids)
{
	ids->list = g_ptr_array_new_with_free_func(g_free);
	ids->seen = g_hash_table_new(g_str_hash, g_str_equal);
}

static void ids_clear(Ids *ids)
{
	g_hash_table_unref(ids->seen);
	g_ptr_array_unref(ids->list);
}

static void collect_ids(Ids *ids, const char *text)
{
	for (const char *p = text ? text : ""; *p;) {
		p += strspn(p, " \t\r\n,<>");
		size_t len = strcspn(p, " \t\r\n,<>");
		g_autofree char *id = g_strndup(p, len);
		if (strchr(id, '@') && g_str_is_ascii(id) &&
		    !g_hash_table_contains(ids->seen, id)) {
			g_hash_table_add(ids->seen, id);
			g_ptr_array_add(ids->list, g_steal_pointer(&id));
		}
		p += len;
	}
}

static char *ids_text(const GPtrArray *ids)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < ids->len; i++)
		if (i == 0 || ids->len <= REFERENCES_MAX || i > ids->len - REFERENCES_MAX)
			g_string_append_printf(out, "%s<%s>", i ? " " : "",
			                       (char *)g_ptr_array_index(ids, i));
	char *text = g_string_free(out, FALSE);
	if (!*text)
		g_clear_pointer(&text, g_free);
	return text;
}

char *thread_ids(const char *text)
{
	Ids ids;

	ids_init(&ids);
	collect_ids(&ids, text);
	char *joined = ids_text(ids.list);
	ids_clear(&ids);
	return joined;
}

/* An In-Reply-To that names several mails does not say which one is the parent. */
static bool names_one(const char *in_reply_to)
{
	g_autofree char *ids = thread_ids(in_reply_to);

	return ids && !strchr(ids, ' ');
}

char *thread_references(const char *references, const char *in_reply_to, const char *message_id)
{
	Ids ids;

	ids_init(&ids);
	collect_ids(&ids, references);
	if (ids.list->len == 0 && names_one(in_reply_to))
		collect_ids(&ids, in_reply_to);
	collect_ids(&ids, message_id);
	char *joined = ids_text(ids.list);
	ids_clear(&ids);
	return joined;
}

/* ---- Thread-Index ---- */

static uint64_t filetime_of(int64_t ms) { return (uint64_t)(MAX(ms, 0) * 10000 + FILETIME_1970); }

static void put_big_endian(uint8_t *to, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		to[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
}

/* A reserved 0x01, the five highest bytes of the time, the conversation's GUID. */
GBytes *thread_index_new(int64_t now_ms, const uint8_t guid[THREAD_RANDOM_BYTES])
{
	uint8_t index[HEADER] = { 1 };

	put_big_endian(index + 1, filetime_of(now_ms) >> 24, GUID_AT - 1);
	memcpy(index + GUID_AT, guid, THREAD_RANDOM_BYTES);
	return g_bytes_new(index, sizeof index);
}

static bool is_index(GBytes *index)
{
	gsize len = index ? g_bytes_get_size(index) : 0;

	return len >= HEADER && (len - HEADER) % BLOCK == 0 && (len - HEADER) / BLOCK <= BLOCKS_MAX;
}

/* Outlook up to 2010 leaves the time's highest byte out, as it equals the reserved one; then the
 * next is far above it. */
static uint64_t header_filetime(const uint8_t *index)
{
	bool is_whole = index[1] <= 1;
	uint64_t time = is_whole ? 0 : index[0];

	for (int i = 1; i < GUID_AT; i++)
		time = time << 8 | index[i];
	return time << (is_whole ? 24 : 16);
}

/*
 * A child block: one bit says how the distance from the header's time is coded, 31 bits are the
 * distance: up to about 1.7 years without its lowest 18 bits, else without its lowest 23; then 4
 * bits of chance and 4 bits of level, which are 0.
 */
static void put_child(uint8_t block[BLOCK], uint64_t delta, uint8_t random)
{
	bool is_far = delta >> 49 != 0;
	uint32_t coded = (uint32_t)(delta >> (is_far ? 23 : 18)) & 0x7fffffff;

	put_big_endian(block, coded | (is_far ? UINT32_C(1) << 31 : 0), 4);
	block[4] = (uint8_t)(random << 4);
}

GBytes *thread_index_answer(GBytes *parent, int64_t now_ms, uint8_t random)
{
	uint8_t block[BLOCK];

	if (!is_index(parent))
		return NULL;
	gsize len;
	const uint8_t *old = g_bytes_get_data(parent, &len);
	uint64_t now = filetime_of(now_ms), begin = header_filetime(old);
	put_child(block, now > begin ? now - begin : 0, random);
	GByteArray *index = g_byte_array_sized_new((guint)len + BLOCK);
	g_byte_array_append(index, old, (guint)len);
	g_byte_array_append(index, block, BLOCK);
	return g_byte_array_free_to_bytes(index);
}

GBytes *thread_index_join(GBytes *conversation_id, GBytes *conversation_index)
{
	gsize id_len = 0, times_len = 0;
	const uint8_t *id = conversation_id ? g_bytes_get_data(conversation_id, &id_len) : NULL;
	const uint8_t *times =
		conversation_index ? g_bytes_get_data(conversation_index, &times_len) : NULL;
	const uint8_t reserved = 1;

	if (id_len != THREAD_RANDOM_BYTES || times_len < BLOCK || times_len % BLOCK != 0)
		return NULL;
	GByteArray *index = g_byte_array_new();
	g_byte_array_append(index, &reserved, 1);
	g_byte_array_append(index, times, BLOCK);
	g_byte_array_append(index, id, (guint)id_len);
	g_byte_array_append(index, times + BLOCK, (guint)(times_len - BLOCK));
	return g_byte_array_free_to_bytes(index);
}

char *thread_index_format(GBytes *index)
{
	gsize len;

	if (!is_index(index))
		return NULL;
	const guchar *bytes = g_bytes_get_data(index, &len);
	return g_base64_encode(bytes, len);
}

GBytes *thread_index_parse(const char *base64)
{
	gsize len = 0;
	guchar *bytes = base64 ? g_base64_decode(base64, &len) : NULL;
	g_autoptr(GBytes) index = g_bytes_new_take(bytes, len);

	return is_index(index) ? g_steal_pointer(&index) : NULL;
}
