#include "vault/slots.h"

#include <openssl/crypto.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/file.h"
#include "vault/aead.h"
#include "vault/keyring.h"
#include "vault/lock.h"
#include "vault/recovery.h"

/*
 *  0  8  magic         32  8  encryptions
 *  8  4  version       40  4  number of slots
 * 12 16  UUID          44     the slots, SLOT_BYTES each
 * 28  4  epoch               48  the tail
 *                            32  MAC of everything before, by a key of the root
 *
 * The tail:  0  8  sequence of the anchor
 *            8 32  its MAC
 *           40  4  the oldest epoch whose pages are read
 *           44  4  zero
 * A file from before there were anchors has no tail: it gets one when it is changed.
 */
enum { MAGIC = 0, VERSION = 8, UUID = 12, EPOCH = 28, SPENT = 32, COUNT = 40, TABLE = 44 };
enum { UUID_BYTES = 16, SLOTS_MAX = 8, FORMAT_VERSION = 1 };
G_STATIC_ASSERT((int)SLOT_HEAD_BYTES == (int)EPOCH);
enum { ANCHOR_SEQUENCE = 0, ANCHOR_MAC = 8, FLOOR = 40, TAIL_BYTES = 48 };
enum { FILE_MAX = TABLE + SLOTS_MAX * SLOT_BYTES + TAIL_BYTES + AEAD_MAC_BYTES };

static const char magic[9] = "PostSlot";
#define EPOCH_ENCRYPTIONS ((uint64_t)1 << 30)

struct Slots {
	char   *path, *lock_path, *key_path;
	GBytes *uuid;
	Secret *root, *header_key;
	GMutex  mutex;          /* over the rewriting of the file */
	GMutex  root_mutex;     /* over @root: NULL while locked */
};

void slots_free(Slots *slots)
{
	if (!slots)
		return;
	g_free(slots->path);
	g_free(slots->lock_path);
	g_free(slots->key_path);
	g_clear_pointer(&slots->uuid, g_bytes_unref);
	secret_unref(slots->root);
	secret_unref(slots->header_key);
	g_mutex_clear(&slots->mutex);
	g_mutex_clear(&slots->root_mutex);
	g_free(slots);
}

GBytes       *slots_uuid(const Slots *slots) { return slots->uuid; }
const Secret *slots_root(const Slots *slots) { return slots->root; }

Secret *slots_root_ref(const Slots *slots)
{
	GMutex *mutex = (GMutex *)&slots->root_mutex;

	g_mutex_lock(mutex);
	Secret *root = slots->root ? secret_ref(slots->root) : NULL;
	g_mutex_unlock(mutex);
	return root;
}

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
	g_autoptr(GBytes) bytes = file_read_trusted(path, AEAD_KEY_BYTES, err);
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

/* ---- the file ---- */

static size_t tail_start(const uint8_t *file)
{
	return TABLE + (size_t)be32_get(file + COUNT) * SLOT_BYTES;
}

static bool shape_check(const char *path, GBytes *bytes, GError **err)
{
	size_t len;
	const uint8_t *file = g_bytes_get_data(bytes, &len);

	if (len < TABLE || memcmp(file, magic, 8) != 0)
		return fail(err, ERR_STORE, _("%s is not a slot file of Postern"), path);
	if (be32_get(file + VERSION) > FORMAT_VERSION)
		return fail(err, ERR_STORE, _("%s was made by a newer Postern; please update"),
		            path);
	uint32_t count = be32_get(file + COUNT);
	if (be32_get(file + VERSION) != FORMAT_VERSION || count < 1 || count > SLOTS_MAX ||
	    (len != tail_start(file) + AEAD_MAC_BYTES &&
	     len != tail_start(file) + TAIL_BYTES + AEAD_MAC_BYTES))
		return fail(err, ERR_STORE,
		            _("the slot file %s is damaged; restore it from a backup"), path);
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
		            _("the slot file %s was altered; restore it from a backup"),
		            slots->path);
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

static SlotOwner owner_of(const Slots *slots, const uint8_t *file)
{
	return (SlotOwner){ file, slots->uuid };
}

static uint8_t *slot_at(const uint8_t *file, uint32_t index)
{
	return (uint8_t *)file + TABLE + index * SLOT_BYTES;
}

/* The slot of this kind; NULL if there is none. */
static uint8_t *slot_of(const uint8_t *file, KeyKind kind)
{
	for (uint32_t i = 0; i < be32_get(file + COUNT); i++)
		if (slot_kind(slot_at(file, i)) == kind)
			return slot_at(file, i);
	return NULL;
}

/* ---- opening ---- */

static Secret *open_by_key_file(const Slots *slots, const uint8_t *file, GError **err)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(Secret) key = key_file_read(slots->key_path, err);

	if (!key)
		return NULL;
	Secret *root =
		slot_open(owner_of(slots, file), (SlotKey){ .kind = KEY_FILE, .secret = key },
	                  slot_of(file, KEY_FILE), &why);
	if (!root)
		fail(err, ERR_STORE, _("the key file %s does not fit %s: %s"), slots->key_path,
		     slots->path, why->message);
	return root;
}

/* What a person types opens the store as a recovery key if it is one, else as the passphrase. */
static Secret *open_by_text(const Slots *slots, const uint8_t *file, const Secret *text,
                            GError **err)
{
	g_autoptr(Secret) paper = recovery_from_text(text);
	const uint8_t    *slot = paper ? slot_of(file, KEY_RECOVERY) : NULL;
	SlotKey key = { .kind = KEY_RECOVERY, .secret = paper };

	if (!slot) {
		slot = slot_of(file, KEY_PASSPHRASE);
		key = (SlotKey){ .kind = KEY_PASSPHRASE, .secret = text };
	}
	if (!slot)
		return fail_null(err, ERR_SIGN_IN, _("no passphrase opens the store"));
	return slot_open(owner_of(slots, file), key, slot, err);
}

static Secret *open_by_asking(const Slots *slots, const uint8_t *file, const Opener *opener,
                              GError **err)
{
	if (!opener || !opener->ask)
		return fail_null(err, ERR_ASK, _("the store needs its passphrase (%s)"),
		                 slots->path);
	for (int wrong = 0;; wrong++) {
		g_autoptr(Secret) text = opener->ask(opener->data, wrong, err);
		g_autoptr(GError) why = NULL;
		if (!text)
			return NULL;
		Secret *root = open_by_text(slots, file, text, &why);
		if (root)
			return root;
		if (!error_is(why, ERR_SIGN_IN)) {
			g_propagate_error(err, g_steal_pointer(&why));
			return NULL;
		}
	}
}

/* By a copy of the key file, wherever it lies. */
static Secret *open_by_copy(const Slots *slots, const uint8_t *file, const char *path, GError **err)
{
	g_autoptr(Secret) key = key_file_read(path, err);

	if (!key)
		return NULL;
	if (!slot_of(file, KEY_FILE))
		return fail_null(err, ERR_SIGN_IN, _("no key file opens the store"));
	return slot_open(owner_of(slots, file), (SlotKey){ .kind = KEY_FILE, .secret = key },
	                 slot_of(file, KEY_FILE), err);
}

/* A key file is used where it lies; where it was taken away, the passphrase is asked for. */
static Secret *open_root(const Slots *slots, const uint8_t *file, const Opener *opener,
                         GError **err)
{
	bool has_passphrase = slot_of(file, KEY_PASSPHRASE) != NULL;

	if (opener && opener->key_file)
		return open_by_copy(slots, file, opener->key_file, err);
	if (slot_of(file, KEY_FILE) &&
	    (!has_passphrase || g_file_test(slots->key_path, G_FILE_TEST_EXISTS)))
		return open_by_key_file(slots, file, err);
	if (has_passphrase)
		return open_by_asking(slots, file, opener, err);
	return fail_null(err, ERR_STORE,
	                 _("the slot file %s has no key that is known; restore it from a backup"),
	                 slots->path);
}

/* What the kernel kept counts only if it is the key of this very file. */
static bool open_by_keyring(Slots *slots, GBytes *bytes)
{
	slots->root = keyring_find(slots->uuid);
	if (slots->root && header_key_derive(slots, NULL) && header_mac_check(slots, bytes, NULL))
		return true;
	g_clear_pointer(&slots->root, secret_unref);
	g_clear_pointer(&slots->header_key, secret_unref);
	return false;
}

static bool slots_read(Slots *slots, const Opener *opener, GError **err)
{
	g_autoptr(GBytes) bytes = file_read(slots->path, FILE_MAX, err);

	if (!bytes || !shape_check(slots->path, bytes, err))
		return false;
	const uint8_t *file = g_bytes_get_data(bytes, NULL);
	slots->uuid = g_bytes_new_from_bytes(bytes, UUID, UUID_BYTES);
	bool is_asked = !slot_of(file, KEY_FILE);
	if (is_asked && !(opener && opener->is_anew) && open_by_keyring(slots, bytes))
		return true;
	if (!(slots->root = open_root(slots, file, opener, err)) ||
	    !header_key_derive(slots, err) || !header_mac_check(slots, bytes, err))
		return false;
	if (is_asked && opener && opener->cache_s > 0)
		keyring_keep(slots->uuid, slots->root, opener->cache_s);
	return true;
}

/* @passphrase NULL: a key file opens it. */
static bool slots_make(Slots *slots, const Secret *passphrase, GError **err)
{
	uint8_t file[TABLE + SLOT_BYTES + TAIL_BYTES + AEAD_MAC_BYTES] = { 0 };
	SlotKey key = { .kind = KEY_PASSPHRASE, .secret = passphrase };
	g_autoptr(Secret) uuid = secret_new_random(UUID_BYTES, err);
	g_autoptr(Secret) key_file =
		uuid && !passphrase ? key_file_ensure(slots->key_path, err) : NULL;

	if (!passphrase)
		key = (SlotKey){ .kind = KEY_FILE, .secret = key_file };
	if (!uuid || !key.secret || !(slots->root = secret_new_random(AEAD_KEY_BYTES, err)))
		return false;
	slots->uuid = g_bytes_new(secret_bytes(uuid), UUID_BYTES);
	memcpy(file + MAGIC, magic, 8);
	be32_put(file + VERSION, FORMAT_VERSION);
	memcpy(file + UUID, secret_bytes(uuid), UUID_BYTES);
	be32_put(file + EPOCH, 1);
	be32_put(file + COUNT, 1);
	return header_key_derive(slots, err) &&
	       slot_make(owner_of(slots, file), key, slots->root, file + TABLE, err) &&
	       slots_write(slots, file, sizeof file, err);
}

/* A person is asked before anything is locked. */
static bool slots_choose(Slots *slots, const Opener *opener, GError **err)
{
	g_autoptr(Secret) passphrase = NULL;

	if (opener && opener->choose && !opener->choose(opener->data, &passphrase, err))
		return false;
	if (passphrase && !passphrase_is_fit(passphrase, err))
		return false;
	int lock = file_lock_wait(slots->lock_path, err);
	if (lock < 0)
		return false;
	/* Another process may have been faster. */
	bool ok = g_file_test(slots->path, G_FILE_TEST_EXISTS)
	                  ? slots_read(slots, opener, err)
	                  : slots_make(slots, passphrase, err);
	file_unlock(lock);
	return ok;
}

Slots *slots_open(const char *dir, bool has_data, const Opener *opener, GError **err)
{
	g_autoptr(Slots) slots = g_new0(Slots, 1);

	g_mutex_init(&slots->mutex);
	g_mutex_init(&slots->root_mutex);
	slots->path = g_build_filename(dir, "slots", NULL);
	slots->lock_path = g_build_filename(dir, "slots.lock", NULL);
	slots->key_path = g_build_filename(dir, "key", NULL);
	if (g_file_test(slots->path, G_FILE_TEST_EXISTS))
		return slots_read(slots, opener, err) ? g_steal_pointer(&slots) : NULL;
	if (has_data)
		return fail_null(
			err, ERR_STORE,
			_("the slot file %s is missing; without it the store cannot be read"),
			slots->path);
	return slots_choose(slots, opener, err) ? g_steal_pointer(&slots) : NULL;
}

static GBytes *read_unchecked(const char *dir, GError **err)
{
	g_autofree char  *path = g_build_filename(dir, "slots", NULL);
	g_autoptr(GBytes) bytes = file_read(path, FILE_MAX, err);

	return bytes && shape_check(path, bytes, err) ? g_steal_pointer(&bytes) : NULL;
}

GBytes *slots_find_uuid(const char *dir, GError **err)
{
	g_autoptr(GBytes) bytes = read_unchecked(dir, err);

	return bytes ? g_bytes_new_from_bytes(bytes, UUID, UUID_BYTES) : NULL;
}

static guint kinds_in(const uint8_t *file)
{
	guint kinds = 0;

	for (uint32_t i = 0; i < be32_get(file + COUNT); i++)
		kinds |= 1u << slot_kind(slot_at(file, i));
	return kinds;
}

bool slots_find_kinds(const char *dir, guint *ret_kinds, GError **err)
{
	g_autoptr(GBytes) bytes = read_unchecked(dir, err);

	if (!bytes)
		return false;
	*ret_kinds = kinds_in(g_bytes_get_data(bytes, NULL));
	return true;
}

bool slots_have_key_beside(const char *dir, bool *ret_has, GError **err)
{
	g_autofree char  *key_path = g_build_filename(dir, "key", NULL);
	g_autoptr(GBytes) bytes = read_unchecked(dir, err);

	if (!bytes)
		return false;
	*ret_has = slot_of(g_bytes_get_data(bytes, NULL), KEY_FILE) &&
	           g_file_test(key_path, G_FILE_TEST_EXISTS);
	return true;
}

/* ---- changing it ---- */

/* @len zeros at @at. */
static void make_room(GByteArray *file, size_t at, guint len)
{
	guint end = file->len;

	g_byte_array_set_size(file, end + len);
	memmove(file->data + at + len, file->data + at, end - at);
	memset(file->data + at, 0, len);
}

/* The file as it is now, checked, with a tail. */
static GByteArray *read_whole(const Slots *slots, GError **err)
{
	g_autoptr(GBytes) bytes = file_read(slots->path, FILE_MAX, err);

	if (!bytes || !shape_check(slots->path, bytes, err) || !header_mac_check(slots, bytes, err))
		return NULL;
	GByteArray *file = g_bytes_unref_to_array(g_steal_pointer(&bytes));
	if (file->len == tail_start(file->data) + AEAD_MAC_BYTES)
		make_room(file, tail_start(file->data), TAIL_BYTES);
	return file;
}

typedef bool (*SlotsChange)(Slots *slots, GByteArray *file, gpointer data, GError **err);

/* Reads, changes and writes the file while no other process does. */
static bool slots_change(Slots *slots, SlotsChange change, gpointer data, GError **err)
{
	g_mutex_lock(&slots->mutex);
	int lock = file_lock_wait(slots->lock_path, err);
	g_autoptr(GByteArray) file = lock >= 0 ? read_whole(slots, err) : NULL;
	bool ok = file && change(slots, file, data, err) &&
	          slots_write(slots, file->data, file->len, err);

	file_unlock(lock);
	g_mutex_unlock(&slots->mutex);
	return ok;
}

bool slots_kinds(const Slots *slots, guint *ret_kinds, GError **err)
{
	g_autoptr(GByteArray) file = read_whole(slots, err);

	if (!file)
		return false;
	*ret_kinds = kinds_in(file->data);
	return true;
}

bool slots_fits(const Slots *slots, SlotKey key)
{
	g_autoptr(GByteArray) file = read_whole(slots, NULL);
	const uint8_t    *slot = file ? slot_of(file->data, key.kind) : NULL;
	g_autoptr(Secret) root =
		slot ? slot_open(owner_of(slots, file->data), key, slot, NULL) : NULL;

	return root != NULL;
}

static bool put_slot(Slots *slots, GByteArray *file, gpointer data, GError **err)
{
	const SlotKey *key = data;
	g_autoptr(Secret) root = slots_root_ref(slots);
	uint8_t        slot[SLOT_BYTES];
	uint32_t       count = be32_get(file->data + COUNT);
	bool           is_new = !slot_of(file->data, key->kind);

	if (is_new && count == SLOTS_MAX)
		return fail(err, ERR_LIMIT, _("%s has no room for another key"), slots->path);
	if (!root)
		return vault_fail_locked(err);
	if (!slot_make(owner_of(slots, file->data), *key, root, slot, err))
		return false;
	if (is_new) {
		make_room(file, tail_start(file->data), SLOT_BYTES);
		be32_put(file->data + COUNT, count + 1);
	}
	memcpy(is_new ? slot_at(file->data, count) : slot_of(file->data, key->kind), slot,
	       sizeof slot);
	return true;
}

bool slots_put(Slots *slots, SlotKey key, GError **err)
{
	return slots_change(slots, put_slot, &key, err);
}

static bool drop_slot(Slots *slots, GByteArray *file, gpointer data, GError **err)
{
	KeyKind  kind = *(KeyKind *)data;
	uint8_t *slot = slot_of(file->data, kind);
	bool     is_last = !slot_of(file->data, kind == KEY_FILE ? KEY_PASSPHRASE : KEY_FILE);

	if (!slot)
		return fail(err, ERR_NOT_FOUND, _("%s has no such key"), slots->path);
	if (kind != KEY_RECOVERY && is_last)
		return fail(err, ERR_USAGE,
		            _("this is the only key of the store: set another first"));
	g_byte_array_remove_range(file, (guint)(slot - file->data), SLOT_BYTES);
	be32_put(file->data + COUNT, be32_get(file->data + COUNT) - 1);
	return true;
}

bool slots_drop(Slots *slots, KeyKind kind, GError **err)
{
	return slots_change(slots, drop_slot, &kind, err) &&
	       (kind != KEY_FILE || file_destroy(slots->key_path, err));
}

bool slots_put_key_file(Slots *slots, GError **err)
{
	g_autoptr(Secret) key = key_file_ensure(slots->key_path, err);

	return key && slots_put(slots, (SlotKey){ .kind = KEY_FILE, .secret = key }, err);
}

/* ---- the anchor ---- */

static Anchor anchor_in(const GByteArray *file)
{
	const uint8_t *tail = file->data + tail_start(file->data);
	Anchor anchor = { .sequence = be64_get(tail + ANCHOR_SEQUENCE) };

	memcpy(anchor.mac, tail + ANCHOR_MAC, sizeof anchor.mac);
	return anchor;
}

bool slots_anchor(const Slots *slots, Anchor *ret_anchor, GError **err)
{
	g_autoptr(GByteArray) file = read_whole(slots, err);

	if (!file)
		return false;
	*ret_anchor = anchor_in(file);
	return true;
}

static bool raise_anchor(Slots *slots, GByteArray *file, gpointer data, GError **err)
{
	const Anchor *anchor = data;
	uint8_t *tail = file->data + tail_start(file->data);

	(void)slots;
	(void)err;
	if (anchor->sequence > anchor_in(file).sequence) {
		be64_put(tail + ANCHOR_SEQUENCE, anchor->sequence);
		memcpy(tail + ANCHOR_MAC, anchor->mac, sizeof anchor->mac);
	}
	return true;
}

bool slots_raise_anchor(Slots *slots, const Anchor *anchor, GError **err)
{
	return slots_change(slots, raise_anchor, (gpointer)anchor, err);
}

/* ---- the lock ---- */

static void set_root(Slots *slots, Secret *root)
{
	g_mutex_lock(&slots->root_mutex);
	Secret *before = slots->root;
	slots->root = root;
	g_mutex_unlock(&slots->root_mutex);
	secret_unref(before);
}

void slots_shut(Slots *slots) { set_root(slots, NULL); }

bool slots_reopen(Slots *slots, const Secret *root, GError **err)
{
	g_autoptr(Secret) key =
		aead_derive(root, slots->uuid, (KeyUse){ "postern header", 0 }, err);

	if (!key)
		return false;
	if (!secret_equal(key, slots->header_key))
		return fail(err, ERR_SIGN_IN, _("this is not the key of the store"));
	set_root(slots, secret_ref((Secret *)root));
	return true;
}

Secret *slots_find_root(const Slots *slots, const Secret *typed, GError **err)
{
	g_autoptr(GByteArray) file = read_whole(slots, err);

	return file ? open_by_text(slots, file->data, typed, err) : NULL;
}

Secret *slots_find_root_by_file(const Slots *slots, const char *path, GError **err)
{
	g_autoptr(GByteArray) file = read_whole(slots, err);

	return file ? open_by_copy(slots, file->data, path, err) : NULL;
}

/* ---- epochs ---- */

bool slots_epoch(const Slots *slots, uint32_t *ret_epoch, GError **err)
{
	g_autoptr(GByteArray) file = read_whole(slots, err);

	if (!file)
		return false;
	*ret_epoch = be32_get(file->data + EPOCH);
	return true;
}

/* Epochs are compared as positive numbers everywhere. */
static bool next_epoch(Slots *slots, GByteArray *file, gpointer ret_epoch, GError **err)
{
	uint32_t epoch = be32_get(file->data + EPOCH);

	(void)slots;
	if (epoch >= INT32_MAX)
		return fail(err, ERR_STORE, _("all page keys of the store are used up"));
	be32_put(file->data + EPOCH, ++epoch);
	be64_put(file->data + SPENT, 0);
	*(uint32_t *)ret_epoch = epoch;
	return true;
}

bool slots_begin_epoch(Slots *slots, uint32_t *ret_epoch, GError **err)
{
	return slots_change(slots, next_epoch, ret_epoch, err);
}

static uint32_t floor_in(const GByteArray *file)
{
	return be32_get(file->data + tail_start(file->data) + FLOOR);
}

bool slots_floor(const Slots *slots, uint32_t *ret_floor, GError **err)
{
	g_autoptr(GByteArray) file = read_whole(slots, err);

	if (!file)
		return false;
	*ret_floor = floor_in(file);
	return true;
}

static bool raise_floor(Slots *slots, GByteArray *file, gpointer data, GError **err)
{
	uint32_t floor = *(uint32_t *)data;

	(void)slots;
	(void)err;
	be32_put(file->data + tail_start(file->data) + FLOOR, MAX(floor, floor_in(file)));
	return true;
}

bool slots_raise_floor(Slots *slots, uint32_t floor, GError **err)
{
	return slots_change(slots, raise_floor, &floor, err);
}

typedef struct { uint32_t count, epoch; } Reserve;

static bool reserve(Slots *slots, GByteArray *file, gpointer data, GError **err)
{
	Reserve *reserve = data;
	uint64_t spent = be64_get(file->data + SPENT);
	uint32_t epoch = be32_get(file->data + EPOCH);

	if (spent + reserve->count > EPOCH_ENCRYPTIONS) {
		if (!next_epoch(slots, file, &epoch, err))
			return false;
		spent = 0;
	}
	be64_put(file->data + SPENT, spent + reserve->count);
	reserve->epoch = epoch;
	return true;
}

bool slots_reserve(Slots *slots, uint32_t count, uint32_t *ret_epoch, GError **err)
{
	Reserve wanted = { .count = count };

	if (!slots_change(slots, reserve, &wanted, err))
		return false;
	*ret_epoch = wanted.epoch;
	return true;
}
