/*
 * private: what an open vault is, for vault.c and lock.c. The keys of class C stay as long as it is
 * open; those of class A are NULL while it is locked, and reached by a reference only.
 */
#pragma once
#include "vault/page.h"
#include "vault/slots.h"
#include "vault/vault.h"
#include "vault/vfs.h"

enum { VAULT_DATABASES = 2 };

struct Vault {
	gint        refs;
	char       *dir;
	Slots      *slots;
	Secret     *anchor_key, *handover_key;
	PageBook   *books[VAULT_DATABASES];
	VfsDatabase files[VAULT_DATABASES];
	Vfs        *vfs;
	GMutex      mutex;       /* over what is below */
	Secret     *column_key;
	gint        is_locked;   /* read without the mutex */
	bool        ended_lock;  /* set while it is opened */
	guint       wrong;       /* passphrases in a row */
	int64_t     free_ms;     /* uptime: the next may be tried */
};

/* 32 bytes of the root key. ERR_LOCKED. */
Secret *vault_derive(const Vault *vault, const char *label, GError **err);

/* The key of sealed columns, referenced. NULL while locked: ERR_LOCKED. */
Secret *vault_column_key(Vault *vault, GError **err);

/* For vault_open(): a store that is marked as locked is opened locked, or unlocked. */
bool vault_settle_lock(Vault *vault, bool unlocks, GError **err);
