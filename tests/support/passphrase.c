#include "support/passphrase.h"

#include <string.h>

#include "base/error.h"
#include "vault/slots.h"
#include "vault/vault.h"

enum { CHEAP_LOG_N = 4 };

Secret *secret_of(const char *text) { return secret_new(text, strlen(text)); }

void passphrase_slots_make(const char *dir, const char *passphrase)
{
	g_autoptr(GError) err = NULL;
	g_autoptr(Secret) secret = secret_of(passphrase);
	g_autoptr(Slots) slots = slots_open(dir, false, NULL, &err);

	g_assert_no_error(err);
	g_assert_true(slots_put(slots, (SlotKey){ KEY_PASSPHRASE, secret, CHEAP_LOG_N }, &err));
	g_assert_true(slots_drop(slots, KEY_FILE, &err));
	g_assert_no_error(err);
}

Secret *typist_ask(gpointer data, int wrong, GError **err)
{
	Typist *typist = data;
	const char *line = typist->lines[typist->asked];

	g_assert_cmpint(wrong, ==, typist->asked);
	if (!line)
		return fail_null(err, ERR_CANCELLED, "no more");
	typist->asked++;
	return secret_of(line);
}

Vault *passphrase_vault_open(const char *dir, const char *passphrase, bool unlocks, GError **err)
{
	Typist typist = { (const char *const[]){ passphrase, NULL }, 0 };
	Opener opener = { .ask = typist_ask, .data = &typist, .unlocks = unlocks };

	return vault_open(dir, &opener, err);
}
