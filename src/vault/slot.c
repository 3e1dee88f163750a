#include "vault/slot.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "vault/aead.h"

/*
 *  0  4  kind
 *  4 28  parameters: of a passphrase the salt, log2 of N, r, p; else zero
 * 32 28  nonce and tag of the wrapped root
 * 60 32  the wrapped root
 * 92  4  zero
 * 96 32  MAC by the slot's own key: the head of the file, bytes 0 to 95 of the slot
 */
enum { KIND = 0, SALT = 4, LOG_N = 20, R = 24, P = 28, NONCE_TAG = 32, WRAPPED = 60, MAC = 96 };
enum { SALT_BYTES = 16 };

/* [RFC 7914]: 128 MiB and half a second of a core. Somebody may have made a slot ask for more, to
 * stop us rather than to get in. */
enum { COST_LOG_N = 17, COST_R = 8, COST_P = 1, LOG_N_MAX = 19, R_MAX = 8, P_MAX = 4 };
enum { MOST_BYTES = 600 << 20 };

static const AeadShape root_shape = { (const uint8_t *)"postern root", 12, AEAD_KEY_BYTES };

KeyKind slot_kind(const uint8_t slot[SLOT_BYTES])
{
	uint32_t kind = be32_get(slot + KIND);

	return kind < KEY_KIND_COUNT ? (KeyKind)kind : KEY_KIND_COUNT;
}

/* ---- the key of a slot ---- */

/* One passphrase may be typed as different bytes: "ä" is one character or two. */
static Secret *passphrase_bytes(const Secret *passphrase)
{
	char *normal = g_utf8_normalize((const char *)secret_bytes(passphrase),
	                                (gssize)secret_len(passphrase), G_NORMALIZE_NFC);
	Secret *secret = normal ? secret_new(normal, strlen(normal))
	                        : secret_ref((Secret *)passphrase);

	if (normal)
		secret_wipe(normal, strlen(normal));
	g_free(normal);
	return secret;
}

static bool is_payable(const uint8_t *slot)
{
	uint32_t log_n = be32_get(slot + LOG_N), r = be32_get(slot + R), p = be32_get(slot + P);

	return log_n >= 1 && log_n <= LOG_N_MAX && r >= 1 && r <= R_MAX && p >= 1 && p <= P_MAX;
}

static Secret *stretch(const Secret *passphrase, const uint8_t *slot, GError **err)
{
	uint8_t key[AEAD_KEY_BYTES];

	if (!is_payable(slot))
		return fail_null(err, ERR_SIGN_IN,
		                 _("the slot of the passphrase asks for more than it may"));
	g_autoptr(Secret) typed = passphrase_bytes(passphrase);
	if (EVP_PBE_scrypt((const char *)secret_bytes(typed), secret_len(typed), slot + SALT,
	                   SALT_BYTES, (uint64_t)1 << be32_get(slot + LOG_N), be32_get(slot + R),
	                   be32_get(slot + P), MOST_BYTES, key, sizeof key) != 1)
		return fail_null(err, ERR_IO, _("there is no memory to try the passphrase"));
	Secret *secret = secret_new(key, sizeof key);
	secret_wipe(key, sizeof key);
	return secret;
}

typedef struct { Secret *wrap, *mac; } SlotKeys;

static void slot_keys_clear(SlotKeys *keys)
{
	secret_unref(keys->wrap);
	secret_unref(keys->mac);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SlotKeys, slot_keys_clear)

static bool keys_derive(SlotOwner owner, SlotKey key, const uint8_t *slot, SlotKeys *ret_keys,
                        GError **err)
{
	g_autoptr(Secret) secret = key.kind == KEY_PASSPHRASE ? stretch(key.secret, slot, err)
	                                                      : secret_ref((Secret *)key.secret);

	if (!secret)
		return false;
	ret_keys->wrap = aead_derive(secret, owner.uuid,
	                             (KeyUse){ "postern slot wrap", (uint32_t)key.kind }, err);
	if (ret_keys->wrap)
		ret_keys->mac = aead_derive(secret, owner.uuid,
		                            (KeyUse){ "postern slot mac", (uint32_t)key.kind },
		                            err);
	return ret_keys->mac != NULL;
}

static void put_mac(const SlotKeys *keys, SlotOwner owner, const uint8_t *slot,
                    uint8_t ret_mac[AEAD_MAC_BYTES])
{
	uint8_t judged[SLOT_HEAD_BYTES + MAC];

	memcpy(judged, owner.head, SLOT_HEAD_BYTES);
	memcpy(judged + SLOT_HEAD_BYTES, slot, MAC);
	aead_mac(keys->mac, judged, sizeof judged, ret_mac);
}

/* ---- slots ---- */

static bool put_cost(uint8_t *slot, uint32_t log_n, GError **err)
{
	g_autoptr(Secret) salt = secret_new_random(SALT_BYTES, err);

	if (!salt)
		return false;
	memcpy(slot + SALT, secret_bytes(salt), SALT_BYTES);
	be32_put(slot + LOG_N, log_n ? log_n : COST_LOG_N);
	be32_put(slot + R, COST_R);
	be32_put(slot + P, COST_P);
	return true;
}

bool slot_make(SlotOwner owner, SlotKey key, const Secret *root, uint8_t ret_slot[SLOT_BYTES],
               GError **err)
{
	uint8_t slot[SLOT_BYTES] = { 0 };
	g_auto(SlotKeys) keys = { 0 };

	be32_put(slot + KIND, (uint32_t)key.kind);
	if ((key.kind == KEY_PASSPHRASE && !put_cost(slot, key.log_n, err)) ||
	    !keys_derive(owner, key, slot, &keys, err))
		return false;
	g_autoptr(Aead) aead = aead_new(keys.wrap, err);
	if (!aead)
		return false;
	if (!aead_seal(aead, root_shape, secret_bytes(root), slot + WRAPPED, slot + NONCE_TAG))
		return fail(err, ERR_IO, _("the root key cannot be wrapped"));
	put_mac(&keys, owner, slot, slot + MAC);
	memcpy(ret_slot, slot, sizeof slot);
	return true;
}

Secret *slot_open(SlotOwner owner, SlotKey key, const uint8_t slot[SLOT_BYTES], GError **err)
{
	uint8_t mac[AEAD_MAC_BYTES], root[AEAD_KEY_BYTES];
	g_auto(SlotKeys) keys = { 0 };

	if (!keys_derive(owner, key, slot, &keys, err))
		return NULL;
	g_autoptr(Aead) aead = aead_new(keys.wrap, err);
	if (!aead)
		return NULL;
	put_mac(&keys, owner, slot, mac);
	if (slot_kind(slot) != key.kind || CRYPTO_memcmp(mac, slot + MAC, sizeof mac) != 0 ||
	    !aead_open(aead, root_shape, slot + WRAPPED, root, slot + NONCE_TAG))
		return fail_null(err, ERR_SIGN_IN, _("it does not fit"));
	Secret *secret = secret_new(root, sizeof root);
	secret_wipe(root, sizeof root);
	return secret;
}

static size_t characters(const Secret *passphrase)
{
	const char *text = (const char *)secret_bytes(passphrase);
	size_t      len = secret_len(passphrase);

	return g_utf8_validate(text, (gssize)len, NULL) ? (size_t)g_utf8_strlen(text, (gssize)len)
	                                                : len;
}

bool passphrase_is_fit(const Secret *passphrase, GError **err)
{
	return characters(passphrase) >= PASSPHRASE_MIN ||
	       fail(err, ERR_USAGE, _("a passphrase has at least %d characters"), PASSPHRASE_MIN);
}
