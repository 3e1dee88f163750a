#include "vault/keyring.h"

#include <linux/keyctl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vault/aead.h"

/* What the owner may do: see that it is there, read it, find it, and have it forgotten. */
enum { OWNER_MAY = 0x3f0b0000 };

enum { SEEN_S = 24 * 60 * 60 };

static const char root_prefix[] = "postern:", seen_prefix[] = "postern-seen:";

/* The prefix and the UUID in hex. */
static char *name_of(const char *prefix, GBytes *uuid)
{
	GString       *name = g_string_new(prefix);
	const uint8_t *bytes = g_bytes_get_data(uuid, NULL);

	for (size_t i = 0; i < g_bytes_get_size(uuid); i++)
		g_string_append_printf(name, "%02x", bytes[i]);
	return g_string_free(name, FALSE);
}

static long find(const char *prefix, GBytes *uuid)
{
	g_autofree char *name = name_of(prefix, uuid);

	return syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user", name, 0);
}

static bool read_key(long key, void *bytes, size_t len)
{
	return key >= 0 && syscall(SYS_keyctl, KEYCTL_READ, key, bytes, len) == (long)len;
}

static void forget(long key)
{
	if (key >= 0)
		syscall(SYS_keyctl, KEYCTL_INVALIDATE, key);
}

static void keep(const char *name, const void *bytes, size_t len, int seconds)
{
	long key = syscall(SYS_add_key, "user", name, bytes, len, KEY_SPEC_USER_KEYRING);

	if (key < 0)
		return;
	if (syscall(SYS_keyctl, KEYCTL_SETPERM, key, OWNER_MAY) < 0 ||
	    syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, key, seconds) < 0)
		forget(key);
}

/* ---- the root ---- */

Secret *keyring_find(GBytes *uuid)
{
	uint8_t root[AEAD_KEY_BYTES];
	Secret *secret = NULL;

	if (read_key(find(root_prefix, uuid), root, sizeof root))
		secret = secret_new(root, sizeof root);
	secret_wipe(root, sizeof root);
	return secret;
}

void keyring_keep(GBytes *uuid, const Secret *root, int seconds)
{
	g_autofree char *name = name_of(root_prefix, uuid);

	keep(name, secret_bytes(root), secret_len(root), seconds);
}

void keyring_forget(GBytes *uuid) { forget(find(root_prefix, uuid)); }

/* ---- the anchor ---- */

/* No secret; in the kernel's memory it lasts no longer than the machine runs. */
bool keyring_seen(GBytes *uuid, Anchor *ret_anchor)
{
	return read_key(find(seen_prefix, uuid), ret_anchor, sizeof *ret_anchor);
}

void keyring_note(GBytes *uuid, const Anchor *anchor)
{
	g_autofree char *name = name_of(seen_prefix, uuid);

	keep(name, anchor, sizeof *anchor, SEEN_S);
}

void keyring_unsee(GBytes *uuid) { forget(find(seen_prefix, uuid)); }
