#include "support/plainpages.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { PAGE = 4096, TEXT = 4064, KEY = 32 };

typedef struct { uint8_t root[KEY], uuid[16]; } Lock;

static bool slurp(const char *dir, const char *name, char **ret_bytes, gsize *ret_len)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	return g_file_get_contents(path, ret_bytes, ret_len, NULL);
}

static void hmac(const uint8_t *key, size_t key_len, const uint8_t *text, size_t len, uint8_t out[KEY])
{
	g_assert_nonnull(HMAC(EVP_sha256(), key, (int)key_len, text, len, out, NULL));
}

/* RFC 5869, one block: all keys have 32 bytes. */
static void hkdf(const uint8_t root[KEY], const uint8_t uuid[16], const char *label, uint32_t number, uint8_t out[KEY])
{
	uint8_t prk[KEY], info[100];
	size_t len = strlen(label) + 1;

	hmac(uuid, 16, root, KEY, prk);
	memcpy(info, label, len);
	for (int i = 0; i < 4; i++)
		info[len++] = (uint8_t)(number >> (24 - 8 * i));
	info[len++] = 1;
	hmac(prk, KEY, info, len, out);
}

typedef struct { const uint8_t *nonce, *tag, *bound; size_t bound_len; const uint8_t *text; size_t len; } Sealed;

static bool gcm_open(const uint8_t key[KEY], const Sealed *sealed, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n;
	bool ok = EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, sealed->nonce) == 1 &&
	          EVP_DecryptUpdate(ctx, NULL, &n, sealed->bound, (int)sealed->bound_len) == 1 &&
	          EVP_DecryptUpdate(ctx, out, &n, sealed->text, (int)sealed->len) == 1 &&
	          EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, 16, (void *)sealed->tag) == 1 &&
	          EVP_DecryptFinal_ex(ctx, out + n, &n) == 1;

	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

static bool unlock(const char *dir, Lock *lock)
{
	g_autofree char *key = NULL, *slots = NULL;
	gsize key_len, len;
	uint8_t wrap[KEY], header[KEY], mac[KEY];

	if (!slurp(dir, "key", &key, &key_len) || !slurp(dir, "slots", &slots, &len) || key_len != KEY ||
	    (len != 44 + 128 + 32 && len != 44 + 128 + 48 + 32) ||
	    memcmp(slots, "PostSlot\0\0\0\1", 12) != 0)
		return false;
	const uint8_t *slot = (uint8_t *)slots + 44;
	memcpy(lock->uuid, slots + 12, 16);
	hkdf((uint8_t *)key, lock->uuid, "postern slot wrap", 1, wrap);
	Sealed root = { slot + 32, slot + 44, (const uint8_t *)"postern root", 12, slot + 60, KEY };
	if (!gcm_open(wrap, &root, lock->root))
		return false;
	hkdf(lock->root, lock->uuid, "postern header", 0, header);
	hmac(header, KEY, (uint8_t *)slots, len - KEY, mac);
	return memcmp(mac, slots + len - KEY, KEY) == 0;
}

typedef struct { uint32_t kind, number; const uint8_t *frame; } Place;

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (24 - 8 * i));
}

static uint32_t get32(const uint8_t *p) { return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]; }

static bool page_decrypt(const Lock *lock, Place place, const uint8_t *page, uint8_t out[TEXT])
{
	uint8_t key[KEY], bound[44];
	uint32_t epoch = get32(page + 4092);

	hkdf(lock->root, lock->uuid, place.kind < 16 ? "postern pages" : "postern index", epoch, key);
	memcpy(bound, "PVP1", 4);
	memcpy(bound + 4, lock->uuid, 16);
	put32(bound + 20, place.kind);
	put32(bound + 24, place.number);
	put32(bound + 28, epoch);
	if (place.frame)
		memcpy(bound + 32, place.frame + 4, 12);
	Sealed sealed = { page + TEXT, page + TEXT + 12, bound, place.frame ? 44 : 32, page, TEXT };
	return gcm_open(key, &sealed, out);
}

static bool is_blank(const uint8_t *page)
{
	return page[0] == 0 && memcmp(page, page + 1, PAGE - 1) == 0;
}

static uint32_t kind_of(const char *name) { return g_str_has_prefix(name, "index") ? 16 : 0; }

GBytes *plain_pages_of(const char *dir, const char *name, guint *ret_bad)
{
	g_autofree char *bytes = NULL;
	g_autoptr(GByteArray) out = g_byte_array_new();
	uint8_t plain[TEXT];
	gsize len;
	Lock lock;

	*ret_bad = 0;
	if (!unlock(dir, &lock) || !slurp(dir, name, &bytes, &len))
		return NULL;
	for (gsize at = 0; at + PAGE <= len; at += PAGE) {
		const uint8_t *page = (uint8_t *)bytes + at;
		Place place = { kind_of(name) + 1, (uint32_t)(at / PAGE) + 1, NULL };
		memset(plain, 0, TEXT);
		if (!is_blank(page) && !page_decrypt(&lock, place, page, plain)) {
			*ret_bad = place.number;
			return NULL;
		}
		g_byte_array_append(out, plain, TEXT);
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}

GBytes *plain_frames_of(const char *dir, const char *name, guint *ret_bad)
{
	g_autofree char *bytes = NULL, *log = g_strconcat(name, "-wal", NULL);
	g_autoptr(GByteArray) out = g_byte_array_new();
	uint8_t plain[TEXT];
	gsize len;
	Lock lock;

	*ret_bad = 0;
	if (!unlock(dir, &lock) || !slurp(dir, log, &bytes, &len))
		return NULL;
	for (gsize at = 32; at + 24 + PAGE <= len; at += 24 + PAGE) {
		const uint8_t *frame = (uint8_t *)bytes + at;
		Place place = { kind_of(name) + 2, get32(frame), frame };
		if (!page_decrypt(&lock, place, frame + 24, plain)) {
			*ret_bad = place.number;
			return NULL;
		}
		g_byte_array_append(out, plain, TEXT);
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&out));
}
