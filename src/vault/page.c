#include "vault/page.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "vault/aead.h"
#include "vault/lock.h"

enum { NONCE_TAG = PAGE_TEXT_BYTES, EPOCH = PAGE_TEXT_BYTES + AEAD_NONCE_BYTES + AEAD_TAG_BYTES };

/* What is bound to a page: "PVP1", UUID, kind, page number, epoch, and in a log page count and
 * salts. */
enum {
	BOUND_UUID = 4,
	BOUND_KIND = 20,
	BOUND_NUMBER = 24,
	BOUND_EPOCH = 28,
	BOUND_FRAME = 32,
	FRAME_BYTES = 12
};

/* So many encryptions are set aside at a time: 1 GiB of writing for one rewrite of the slot
 * file. */
enum { RESERVE = 1 << 18 };

/* Of so many epochs the keys are kept while locked, the latest: each took 4 TiB of writing, or a
 * person's word. */
enum { KEPT_MOST = 256 };

struct PageBook {
	Slots       *slots;
	PageDatabase database;
	gint         floor;      /* an epoch; atomic */
	GMutex       mutex;      /* over what is below */
	uint32_t     left, epoch;
	GPtrArray   *kept;       /* of Secret, while locked: the keys of … */
	uint32_t     kept_from;  /* … this epoch and those that follow */
};

PageBook *page_book_new(Slots *slots, PageDatabase database)
{
	PageBook *book = g_new0(PageBook, 1);

	g_mutex_init(&book->mutex);
	book->slots = slots;
	book->database = database;
	return book;
}

void page_book_free(PageBook *book)
{
	if (!book)
		return;
	page_book_let_go(book);
	g_mutex_clear(&book->mutex);
	g_free(book);
}

void page_book_set_floor(PageBook *book, uint32_t floor)
{
	g_atomic_int_set(&book->floor, (gint)floor);
}

void page_book_renew(PageBook *book)
{
	g_mutex_lock(&book->mutex);
	book->left = 0;
	g_mutex_unlock(&book->mutex);
}

/* ---- while locked ---- */

static void set_kept(PageBook *book, GPtrArray *kept, uint32_t from)
{
	g_mutex_lock(&book->mutex);
	GPtrArray *before = book->kept;
	book->kept = kept;
	book->kept_from = from;
	g_mutex_unlock(&book->mutex);
	if (before)
		g_ptr_array_unref(before);
}

void page_book_let_go(PageBook *book) { set_kept(book, NULL, 0); }

bool page_book_keep(PageBook *book, GError **err)
{
	g_autoptr(Secret) root = slots_root_ref(book->slots);
	g_autoptr(GPtrArray) kept = g_ptr_array_new_with_free_func((GDestroyNotify)secret_unref);
	uint32_t epoch;

	if (!root)
		return vault_fail_locked(err);
	if (!slots_epoch(book->slots, &epoch, err))
		return false;
	uint32_t from = epoch >= KEPT_MOST ? epoch - KEPT_MOST + 1 : 1;
	for (uint32_t i = from; i <= epoch + 1; i++) {
		Secret *key = aead_derive(root, slots_uuid(book->slots),
		                          (KeyUse){ book->database.label, i }, err);
		if (!key)
			return false;
		g_ptr_array_add(kept, key);
	}
	set_kept(book, g_steal_pointer(&kept), from);
	return true;
}

/* One encryption out of those set aside. */
static bool book_spend(PageBook *book, uint32_t *ret_epoch, GError **err)
{
	g_mutex_lock(&book->mutex);
	bool ok = book->left > 0 || slots_reserve(book->slots, RESERVE, &book->epoch, err);
	if (ok)
		book->left = (book->left > 0 ? book->left : RESERVE) - 1;
	*ret_epoch = book->epoch;
	g_mutex_unlock(&book->mutex);
	return ok;
}

/* Two keys are at hand, since pages of the last epoch live on beside those of this one. */
typedef struct { uint32_t epoch; Aead *aead; } EpochKey;

struct PageCipher {
	PageBook *book;
	EpochKey  keys[2];       /* the first was used last */
	uint8_t   bound[BOUND_FRAME + FRAME_BYTES];
};

PageCipher *page_cipher_new(PageBook *book, PageFile file)
{
	PageCipher *cipher = g_new0(PageCipher, 1);

	cipher->book = book;
	memcpy(cipher->bound, "PVP1", 4);
	memcpy(cipher->bound + BOUND_UUID, g_bytes_get_data(slots_uuid(book->slots), NULL), 16);
	be32_put(cipher->bound + BOUND_KIND, 16 * book->database.number + file);
	return cipher;
}

void page_cipher_free(PageCipher *cipher)
{
	if (!cipher)
		return;
	aead_free(cipher->keys[0].aead);
	aead_free(cipher->keys[1].aead);
	g_free(cipher);
}

static Secret *epoch_key(PageBook *book, uint32_t epoch, GError **err)
{
	KeyUse use = { book->database.label, epoch };
	g_autoptr(Secret) root = slots_root_ref(book->slots);

	if (root)
		return aead_derive(root, slots_uuid(book->slots), use, err);
	g_mutex_lock(&book->mutex);
	uint32_t at = epoch - book->kept_from;
	Secret  *key = book->kept && at < book->kept->len
	                       ? secret_ref(g_ptr_array_index(book->kept, at))
	                       : NULL;
	g_mutex_unlock(&book->mutex);
	if (!key)
		vault_fail_locked(err);
	return key;
}

static Aead *epoch_aead_new(PageBook *book, uint32_t epoch, GError **err)
{
	g_autoptr(Secret) key = epoch_key(book, epoch, err);

	return key ? aead_new(key, err) : NULL;
}

static Aead *cipher_key(PageCipher *cipher, uint32_t epoch, GError **err)
{
	EpochKey *keys = cipher->keys;

	if (keys[0].aead && keys[0].epoch == epoch)
		return keys[0].aead;
	EpochKey other = keys[1];
	if (!other.aead || other.epoch != epoch) {
		Aead *fresh = epoch_aead_new(cipher->book, epoch, err);
		if (!fresh)
			return NULL;
		aead_free(other.aead);
		other = (EpochKey){ epoch, fresh };
	}
	keys[1] = keys[0];
	keys[0] = other;
	return other.aead;
}

static AeadShape cipher_bind(PageCipher *cipher, PagePlace place, uint32_t epoch)
{
	uint8_t *bound = cipher->bound;

	be32_put(bound + BOUND_NUMBER, place.number);
	be32_put(bound + BOUND_EPOCH, epoch);
	if (place.frame)
		memcpy(bound + BOUND_FRAME, place.frame, FRAME_BYTES);
	return (AeadShape){ bound, BOUND_FRAME + (place.frame ? FRAME_BYTES : 0), PAGE_TEXT_BYTES };
}

bool page_seal(PageCipher *cipher, PagePlace place, const uint8_t plain[PAGE_BYTES],
               uint8_t ret_sealed[PAGE_BYTES], GError **err)
{
	uint32_t epoch;

	if (!book_spend(cipher->book, &epoch, err))
		return false;
	Aead *aead = cipher_key(cipher, epoch, err);
	if (!aead)
		return false;
	be32_put(ret_sealed + EPOCH, epoch);
	if (!aead_seal(aead, cipher_bind(cipher, place, epoch), plain, ret_sealed,
	               ret_sealed + NONCE_TAG))
		return fail(err, ERR_IO, _("page %u cannot be encrypted: no random numbers"),
		            place.number);
	return true;
}

uint32_t page_epoch(const uint8_t sealed[PAGE_BYTES]) { return be32_get(sealed + EPOCH); }

bool page_open(PageCipher *cipher, PagePlace place, const uint8_t sealed[PAGE_BYTES],
               uint8_t ret_plain[PAGE_BYTES])
{
	uint32_t epoch = page_epoch(sealed);
	bool is_dead = epoch < (uint32_t)g_atomic_int_get(&cipher->book->floor);
	Aead *aead = is_dead ? NULL : cipher_key(cipher, epoch, NULL);

	if (!aead || !aead_open(aead, cipher_bind(cipher, place, epoch), sealed, ret_plain,
	                        sealed + NONCE_TAG))
		return false;
	memset(ret_plain + PAGE_TEXT_BYTES, 0, PAGE_RESERVED);
	return true;
}
