#include "vault/recovery.h"

#include <openssl/evp.h>
#include <string.h>

enum { BITS = 5, GROUP = 4, CHECK_BYTES = 3, LETTERS = 36 };
enum { BYTES = RECOVERY_KEY_BYTES + CHECK_BYTES, TEXT_BYTES = LETTERS + LETTERS / GROUP - 1 };

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* The key, and the first 20 bits of its SHA-256: what follows them is zero. */
static void put_check(uint8_t bytes[BYTES])
{
	uint8_t hash[EVP_MAX_MD_SIZE];

	if (EVP_Digest(bytes, RECOVERY_KEY_BYTES, hash, NULL, EVP_sha256(), NULL) != 1)
		g_error("OpenSSL cannot compute SHA-256");
	memcpy(bytes + RECOVERY_KEY_BYTES, hash, CHECK_BYTES);
	bytes[BYTES - 1] &= 0xf0;
}

static unsigned bits_at(const uint8_t *bytes, int letter)
{
	unsigned value = 0;

	for (int bit = letter * BITS; bit < (letter + 1) * BITS; bit++)
		value = value << 1 | ((bytes[bit / 8] >> (7 - bit % 8)) & 1);
	return value;
}

static void set_bits_at(uint8_t *bytes, int letter, unsigned value)
{
	for (int i = 0; i < BITS; i++) {
		int bit = letter * BITS + i;
		if (value >> (BITS - 1 - i) & 1)
			bytes[bit / 8] |= (uint8_t)(0x80 >> bit % 8);
	}
}

Secret *recovery_to_text(const Secret *key)
{
	uint8_t bytes[BYTES];
	char    text[TEXT_BYTES];
	size_t  len = 0;

	g_assert(secret_len(key) == RECOVERY_KEY_BYTES);
	memcpy(bytes, secret_bytes(key), RECOVERY_KEY_BYTES);
	put_check(bytes);
	for (int i = 0; i < LETTERS; i++) {
		if (i && i % GROUP == 0)
			text[len++] = '-';
		text[len++] = alphabet[bits_at(bytes, i)];
	}
	Secret *secret = secret_new(text, len);
	secret_wipe(bytes, sizeof bytes);
	secret_wipe(text, sizeof text);
	return secret;
}

static int value_of(char letter)
{
	static const char *const alike[] = { "oO0", "iI1", "lL1" };

	for (size_t i = 0; i < G_N_ELEMENTS(alike); i++)
		if (letter == alike[i][0] || letter == alike[i][1])
			letter = alike[i][2];
	const char *found = letter ? strchr(alphabet, g_ascii_toupper(letter)) : NULL;
	return found ? (int)(found - alphabet) : -1;
}

static bool read_letters(const Secret *text, uint8_t ret_bytes[BYTES])
{
	const char *letters = (const char *)secret_bytes(text);
	int         count = 0;

	for (size_t i = 0; i < secret_len(text); i++) {
		if (letters[i] == '-' || g_ascii_isspace(letters[i]))
			continue;
		int value = value_of(letters[i]);
		if (value < 0 || count == LETTERS)
			return false;
		set_bits_at(ret_bytes, count++, (unsigned)value);
	}
	return count == LETTERS;
}

Secret *recovery_from_text(const Secret *text)
{
	uint8_t bytes[BYTES] = { 0 }, checked[BYTES];
	Secret *key = NULL;

	if (read_letters(text, bytes)) {
		memcpy(checked, bytes, sizeof checked);
		put_check(checked);
		if (memcmp(bytes, checked, sizeof bytes) == 0)
			key = secret_new(bytes, RECOVERY_KEY_BYTES);
	}
	secret_wipe(bytes, sizeof bytes);
	secret_wipe(checked, sizeof checked);
	return key;
}
