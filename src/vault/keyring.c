#include "vault/keyring.h"

#include <linux/keyctl.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "vault/aead.h"

/* What the owner may do: see that it is there, read it, find it, and have it forgotten. */
enum { OWNER_MAY = 0x3f0b0000 };

/* "postern:" and the UUID in hex. */
static char *name_of(GBytes *uuid)
{
	GString       *name = g_string_new("postern:");
	const uint8_t *bytes = g_bytes_get_data(uuid, NULL);

	for (size_t i = 0; i < g_bytes_get_size(uuid); i++)
		g_string_append_printf(name, "%02x", bytes[i]);
	return g_string_free(name, FALSE);
}

static long find(GBytes *uuid)
{
	g_autofree char *name = name_of(uuid);

	return syscall(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_USER_KEYRING, "user", name, 0);
}

Secret *keyring_find(GBytes *uuid)
{
	uint8_t root[AEAD_KEY_BYTES];
	long    key = find(uuid);
	Secret *secret = NULL;

	if (key < 0)
		return NULL;
	if (syscall(SYS_keyctl, KEYCTL_READ, key, root, sizeof root) == (long)sizeof root)
		secret = secret_new(root, sizeof root);
	secret_wipe(root, sizeof root);
	return secret;
}

void keyring_keep(GBytes *uuid, const Secret *root, int seconds)
{
	g_autofree char *name = name_of(uuid);
	long key = syscall(SYS_add_key, "user", name, secret_bytes(root), secret_len(root),
	                   KEY_SPEC_USER_KEYRING);

	if (key < 0)
		return;
	if (syscall(SYS_keyctl, KEYCTL_SETPERM, key, OWNER_MAY) < 0 ||
	    syscall(SYS_keyctl, KEYCTL_SET_TIMEOUT, key, seconds) < 0)
		syscall(SYS_keyctl, KEYCTL_INVALIDATE, key);
}

void keyring_forget(GBytes *uuid)
{
	long key = find(uuid);

	if (key >= 0)
		syscall(SYS_keyctl, KEYCTL_INVALIDATE, key);
}
