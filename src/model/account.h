/*
 * account: one mailbox on one server, as the person set it up (accounts/NAME.conf). What the server
 * told us about it is an AccountState and lives in the store.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/pim.h"

/* TLS versions as policy and settings name them; SSLv3 has no value. */
typedef enum { TLS_MIN_1_0, TLS_MIN_1_1, TLS_MIN_1_2, TLS_MIN_1_3 } TlsMin;

typedef struct {
	char   *name;              /* the person's for it; the file's stem; [A-Za-z0-9._@-] */
	char   *address;           /* alice@example.test */
	char   *protocol;          /* "eas" */
	char   *server_url;        /* https://host[:port]/Microsoft-Server-ActiveSync */
	char   *user_name;         /* as sent: DOMAIN\user, UPN, address or sAMAccountName */
	char   *password_command;  /* NULL: asked for. Split by process_split(), no shell */
	char   *ca_file;           /* extra trust anchors in PEM; NULL for the system's only */
	TlsMin  tls_min;
	bool    is_plain_http_ok;  /* the person typed http:// and confirmed */
	bool    is_provision_first;/* some servers want it and never say so */
	bool    is_latin1_retry;   /* after a 401, try the password once in ISO 8859-1 */
	int     filter;            /* Sync FilterType of mail folders, 0 (all) to 5 (a month) */
	int     calendar_filter;   /* the same of calendars: 0 (all), 4 (two weeks) to 7 (six months) */
	bool    syncs[PIM_KIND_COUNT]; /* folders of these kinds; those of mail always */
	int     push_s;            /* longest heartbeat in seconds; 0: no push, poll */
	int     poll_s;            /* seconds between polls where push cannot work */
	bool    is_default;
	GHashTable *settings;      /* "section.name" -> value: settings of its own; NULL: none */
} Account;

Account *account_new(void); /* all defaults: eas, TLS 1.2, filter 5, push 28 min, poll 15 min */
/* A setting for this account alone, by its full name. */
void        account_set_setting(Account *account, const char *full_name, const char *value);
const char *account_setting(const Account *account, const char *full_name);      /* NULL: none */
/* True for a folder that is kept here. */
bool     account_syncs(const Account *account, FolderType type);
/* The FilterType of a folder: 0 where everything is synced. */
int      account_filter(const Account *account, FolderType type);
Account *account_copy(const Account *account);
void     account_free(Account *account);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Account, account_free)

/* The server's order to erase all of an account, [MS-ASPROV] RemoteWipe. */
typedef enum {
	WIPE_NONE,
	WIPE_DUE,  /* comes before anything else, with or without the server */
	WIPE_DONE, /* and no mail comes again until the person removes the account */
} WipeState;

/* What the server told us; the store's row. Strings may be NULL, "not known yet". */
typedef struct {
	int64_t  id;               /* the store's */
	char    *name;
	char    *device_id;        /* 32 hex digits, made once, never changed */
	char    *version;          /* protocol version in use: "14.1" */
	char    *commands;         /* comma list of OPTIONS */
	char    *server_url;       /* where redirects led us; NULL: the account's own */
	char    *policy_key;       /* "0" or the server's */
	char    *policy_hash;      /* of the policy document that was shown and acknowledged */
	char    *folder_key;       /* FolderSync key, "0" before the first */
	char    *addresses;        /* own addresses, newline separated */
	int      heartbeat_s;      /* last that worked; 0 none yet */
	int      window;           /* last WindowSize that worked; 0 none yet */
	bool     is_device_told;   /* Settings DeviceInformation was accepted */
	int64_t  last_sync_ms;     /* UTC; 0 never */
	char    *last_error;       /* one sentence; NULL when well */
	WipeState wipe;
} AccountState;

void          account_state_free(AccountState *state);
/* True if the server keeps drafts that are written here (ActiveSync 16.0 on); else they are on this
 * machine alone, and the person is told. */
bool          account_keeps_drafts(const AccountState *state);
AccountState *account_state_copy(const AccountState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AccountState, account_state_free)
