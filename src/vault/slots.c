#include "vault/slots.h"

#include <openssl/crypto.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/file.h"
#include "vault/aead.h"

/*
 *   0  8  magic              44       slots of 128 bytes:
 *   8  4  version              0  4   type: 1 key file
 *  12 16  UUID                 4 28   its parameters, zero for a key file
 *  28  4  epoch               32 28   nonce and tag of the wrapped root
 *  32  8  encryptions         60 32   the wrapped root
 *  40  4  number of slots     92  4   zero
 *                             96 32   MAC by the slot's own key: bytes 0 to 27 of the file, then 0
 * to 95 44 + 128 n  32  MAC of everything before, by a key of the root
 */
enum { MAGIC = 0, VERSION = 8, UUID = 12, EPOCH = 28, SPENT = 32, COUNT = 40, TABLE = 44 };
enum { SLOT_BYTES = 128, SLOT_NONCE_TAG = 32, SLOT_WRAPPED = 60, SLOT_MAC = 96 };
enum { UUID_BYTES = 16, SLOTS_MAX = 8, FORMAT_VERSION = 1, TYPE_KEY_FILE = 1 };
enum { FILE_MAX = TABLE + SLOTS_MAX * SLOT_BYTES + AEAD_MAC_BYTES };

static const char magic[9] = "PostSlot";
#define EPOCH_ENCRYPTIONS ((uint64_t)1 << 30)

struct Slots {
	char   *path, *lock_path;
	GBytes *uuid;
	Secret *root, *header_key;
	GMutex  mutex;          /* over the rewriting of the file */
};

void slots_free(Slots *slots)
{
	if (!slots)
		return;
	g_free(slots->path);
	g_free(slots->lock_path);
	g_clear_pointer(&slots->uuid, g_bytes_unref);
	secret_unref(slots->root);
	secret_unref(slots->header_key);
	g_mutex_clear(&slots->mutex);
	g_free(slots);
}

GBytes       *slots_uuid(const Slots *slots) { return slots->uuid; }
const Secret *slots_root(const Slots *slots) { return slots->root; }

static uint64_t be64_get(const uint8_t *p) { return (uint64_t)be32_get(p) << 32 | be32_get(p + 4); }

static void be64_put(uint8_t *p, uint64_t value)
{
	be32_put(p, (uint32_t)(value >> 32));
	be32_put(p + 4, (uint32_t)value);
}

/* ---- the key file ---- */

static bool key_file_is_private(const char *path, GError **err)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return fail(err, ERR_STORE,
		            _("the key file %s is missing; without it the store cannot be read"),
		            path);
	if (st.st_mode & 077)
		return fail(err, ERR_STORE, _("others may read the key file %s; run: chmod 600 %s"),
		            path, path);
	return true;
}

static Secret *key_file_read(const char *path, GError **err)
{
	if (!key_file_is_private(path, err))
		return NULL;
	g_autoptr(GBytes) bytes = file_read(path, AEAD_KEY_BYTES, err);
	if (!bytes)
		return NULL;
	if (g_bytes_get_size(bytes) != AEAD_KEY_BYTES)
		return fail_null(err, ERR_STORE, _("the key file %s has %zu bytes, not %d"), path,
		                 g_bytes_get_size(bytes), AEAD_KEY_BYTES);
	size_t len;
	uint8_t *copy = g_bytes_unref_to_data(g_steal_pointer(&bytes), &len);
	Secret *key = secret_new(copy, len);
	secret_wipe(copy, len);
	g_free(copy);
	return key;
}

/* One that a first start left behind before the slots were written is used again. */
static Secret *key_file_ensure(const char *path, GError **err)
{
	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return key_file_read(path, err);
	g_autoptr(Secret) key = secret_new_random(AEAD_KEY_BYTES, err);
	if (!key || !file_write_atomic(path, secret_bytes(key), AEAD_KEY_BYTES, err))
		return NULL;
	return g_steal_pointer(&key);
}

/* ---- one slot ---- */

typedef struct { Secret *wrap, *mac; } SlotKeys;

static void slot_keys_clear(SlotKeys *keys)
{
	secret_unref(keys->wrap);
	secret_unref(keys->mac);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SlotKeys, slot_keys_clear)

static bool slot_keys_derive(const Secret *key_file, GBytes *uuid, SlotKeys *ret_keys, GError **err)
{
	ret_keys->wrap =
		aead_derive(key_file, uuid, (KeyUse){ "postern slot wrap", TYPE_KEY_FILE }, err);
	if (ret_keys->wrap)
		ret_keys->mac = aead_derive(key_file, uuid,
		                            (KeyUse){ "postern slot mac", TYPE_KEY_FILE }, err);
	return ret_keys->mac != NULL;
}

static void slot_mac(const SlotKeys *keys, const uint8_t *file, const uint8_t *slot,
                     uint8_t ret_mac[AEAD_MAC_BYTES])
{
	uint8_t judged[EPOCH + SLOT_MAC];

	memcpy(judged, file, EPOCH);
	memcpy(judged + EPOCH, slot, SLOT_MAC);
	aead_mac(keys->mac, judged, sizeof judged, ret_mac);
}

static const AeadShape root_shape = { (const uint8_t *)"postern root", 12, AEAD_KEY_BYTES };

static bool slot_write(const SlotKeys *keys, const uint8_t *file, const Secret *root, uint8_t *slot,
                       GError **err)
{
	g_autoptr(Aead) aead = aead_new(keys->wrap, err);

	if (!aead)
		return false;
	be32_put(slot, TYPE_KEY_FILE);
	if (!aead_seal(aead, root_shape, secret_bytes(root), slot + SLOT_WRAPPED,
	               slot + SLOT_NONCE_TAG))
		return fail(err, ERR_IO, _("the root key cannot be wrapped"));
	slot_mac(keys, file, slot, slot + SLOT_MAC);
	return true;
}

static Secret *slot_read(const SlotKeys *keys, const uint8_t *file, const uint8_t *slot,
                         GError **err)
{
	uint8_t mac[AEAD_MAC_BYTES], root[AEAD_KEY_BYTES];
	g_autoptr(Aead) aead = aead_new(keys->wrap, err);

	if (!aead)
		return NULL;
	slot_mac(keys, file, slot, mac);
	if (be32_get(slot) != TYPE_KEY_FILE ||
	    CRYPTO_memcmp(mac, slot + SLOT_MAC, sizeof mac) != 0 ||
	    !aead_open(aead, root_shape, slot + SLOT_WRAPPED, root, slot + SLOT_NONCE_TAG))
		return fail_null(err, ERR_STORE, _("no slot fits the key file"));
	Secret *secret = secret_new(root, sizeof root);
	secret_wipe(root, sizeof root);
	return secret;
}

/* ---- the file ---- */

static bool shape_check(const Slots *slots, GBytes *bytes, GError **err)
{
	size_t len;
	const uint8_t *file = g_bytes_get_data(bytes, &len);

	if (len < TABLE || memcmp(file, magic, 8) != 0)
		return fail(err, ERR_STORE, _("%s is not a slot file of Postern"), slots->path);
	if (be32_get(file + VERSION) > FORMAT_VERSION)
		return fail(err, ERR_STORE, _("%s was made by a newer Postern; please update"),
		            slots->path);
	uint32_t count = be32_get(file + COUNT);
	if (be32_get(file + VERSION) != FORMAT_VERSION || count < 1 || count > SLOTS_MAX ||
	    len != TABLE + count * SLOT_BYTES + AEAD_MAC_BYTES)
		return fail(err, ERR_STORE, _("the slot file %s is damaged; restore it from a backup"),
		            slots->path);
	return true;
}

static bool header_mac_check(const Slots *slots, GBytes *bytes, GError **err)
{
	uint8_t mac[AEAD_MAC_BYTES];
	size_t len;
	const uint8_t *file = g_bytes_get_data(bytes, &len);

	aead_mac(slots->header_key, file, len - sizeof mac, mac);
	if (CRYPTO_memcmp(mac, file + len - sizeof mac, sizeof mac) != 0)
		return fail(err, ERR_STORE,
		            _("the slot file %s was altered; restore it from a backup"), slots->path);
	return true;
}

static bool header_key_derive(Slots *slots, GError **err)
{
	slots->header_key =
		aead_derive(slots->root, slots->uuid, (KeyUse){ "postern header", 0 }, err);
	return slots->header_key != NULL;
}

static bool slots_write(const Slots *slots, uint8_t *file, size_t len, GError **err)
{
	aead_mac(slots->header_key, file, len - AEAD_MAC_BYTES, file + len - AEAD_MAC_BYTES);
	return file_write_atomic(slots->path, file, len, err);
}

static bool slots_read(Slots *slots, const char *key_path, GError **err)
{
	g_autoptr(GBytes) bytes = file_read(slots->path, FILE_MAX, err);
	g_auto(SlotKeys) keys = { 0 };
	g_autoptr(GError) why = NULL;

	if (!bytes || !shape_check(slots, bytes, err))
		return false;
	const uint8_t *file = g_bytes_get_data(bytes, NULL);
	slots->uuid = g_bytes_new(file + UUID, UUID_BYTES);
	g_autoptr(Secret) key_file = key_file_read(key_path, err);
	if (!key_file || !slot_keys_derive(key_file, slots->uuid, &keys, err))
		return false;
	slots->root = slot_read(&keys, file, file + TABLE, &why);
	if (!slots->root)
		return fail(err, ERR_STORE, _("the key file %s does not fit %s: %s"), key_path,
		            slots->path, why->message);
	return header_key_derive(slots, err) && header_mac_check(slots, bytes, err);
}

static bool slots_make(Slots *slots, const char *key_path, GError **err)
{
	uint8_t file[TABLE + SLOT_BYTES + AEAD_MAC_BYTES] = { 0 };
	g_auto(SlotKeys) keys = { 0 };
	g_autoptr(Secret) uuid = secret_new_random(UUID_BYTES, err);
	g_autoptr(Secret) key_file = uuid ? key_file_ensure(key_path, err) : NULL;

	if (!key_file || !(slots->root = secret_new_random(AEAD_KEY_BYTES, err)))
		return false;
	slots->uuid = g_bytes_new(secret_bytes(uuid), UUID_BYTES);
	memcpy(file + MAGIC, magic, 8);
	be32_put(file + VERSION, FORMAT_VERSION);
	memcpy(file + UUID, secret_bytes(uuid), UUID_BYTES);
	be32_put(file + EPOCH, 1);
	be32_put(file + COUNT, 1);
	return slot_keys_derive(key_file, slots->uuid, &keys, err) &&
	       header_key_derive(slots, err) &&
	       slot_write(&keys, file, slots->root, file + TABLE, err) &&
	       slots_write(slots, file, sizeof file, err);
}

static bool slots_make_locked(Slots *slots, const char *key_path, GError **err)
{
	int lock = file_lock_wait(slots->lock_path, err);

	if (lock < 0)
		return false;
	/* Another process may have been faster. */
	bool ok = g_file_test(slots->path, G_FILE_TEST_EXISTS) ? slots_read(slots, key_path, err)
	                                                       : slots_make(slots, key_path, err);
	file_unlock(lock);
	return ok;
}

Slots *slots_open(const char *dir, bool has_data, GError **err)
{
	g_autoptr(Slots) slots = g_new0(Slots, 1);
	g_autofree char *key_path = g_build_filename(dir, "key", NULL);

	g_mutex_init(&slots->mutex);
	slots->path = g_build_filename(dir, "slots", NULL);
	slots->lock_path = g_build_filename(dir, "slots.lock", NULL);
	if (g_file_test(slots->path, G_FILE_TEST_EXISTS))
		return slots_read(slots, key_path, err) ? g_steal_pointer(&slots) : NULL;
	if (has_data)
		return fail_null(err, ERR_STORE,
		                 _("the slot file %s is missing; without it the store cannot be read"),
		                 slots->path);
	return slots_make_locked(slots, key_path, err) ? g_steal_pointer(&slots) : NULL;
}

/* ---- epochs ---- */

static bool reserve_in(uint8_t *file, uint32_t count, GError **err)
{
	uint64_t spent = be64_get(file + SPENT);
	uint32_t epoch = be32_get(file + EPOCH);

	if (spent + count > EPOCH_ENCRYPTIONS) {
		if (epoch == UINT32_MAX)
			return fail(err, ERR_STORE, _("all page keys of the store are used up"));
		be32_put(file + EPOCH, epoch + 1);
		spent = 0;
	}
	be64_put(file + SPENT, spent + count);
	return true;
}

static bool reserve_locked(Slots *slots, uint32_t count, uint32_t *ret_epoch, GError **err)
{
	g_autoptr(GBytes) bytes = file_read(slots->path, FILE_MAX, err);

	if (!bytes || !shape_check(slots, bytes, err) || !header_mac_check(slots, bytes, err))
		return false;
	size_t len = g_bytes_get_size(bytes);
	g_autofree uint8_t *file = g_memdup2(g_bytes_get_data(bytes, NULL), len);
	if (!reserve_in(file, count, err) || !slots_write(slots, file, len, err))
		return false;
	*ret_epoch = be32_get(file + EPOCH);
	return true;
}

bool slots_reserve(Slots *slots, uint32_t count, uint32_t *ret_epoch, GError **err)
{
	g_mutex_lock(&slots->mutex);
	int lock = file_lock_wait(slots->lock_path, err);
	bool ok = lock >= 0 && reserve_locked(slots, count, ret_epoch, err);
	file_unlock(lock);
	g_mutex_unlock(&slots->mutex);
	return ok;
}
