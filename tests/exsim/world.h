/*
 * world: everything the simulated server knows: users, their folders, their devices. One lock guards it
 * all; every function here but world_new/free wants it held.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "exsim/collection.h"
#include "exsim/fault.h"
#include "exsim/ledger.h"
#include "exsim/state.h"

/* What a device last knew of the folder tree: id -> "parent\nname\ntype". */
typedef struct {
	guint       number;
	GHashTable *folders;
} FolderState;

typedef enum { WIPE_NONE, WIPE_DEVICE, WIPE_ACCOUNT } WipeOrder;

typedef struct {
	char        *id, *type;
	char        *folder_key_id;
	FolderState *folders_before, *folders_now;
	GHashTable  *channels;               /* collection id -> SyncChannel */
	int          ping_heartbeat_s;       /* [MS-ASCMD] Ping: the server remembers both, the body may then be empty */
	char       **ping_folders;
	guint32      temporary_key, policy_key;     /* 0: none given */
	WipeOrder    wipe;
	bool         wipe_confirmed;
	GHashTable  *sent_ids;               /* ClientIds of SendMail */
	int64_t      minute_began_ms;        /* of the throttle */
	int          minute_count;
	GHashTable  *information;            /* Settings DeviceInformation: name -> value */
} Device;

/* [MS-ASCMD] Settings Oof; the three audiences are internal, known and unknown ones from outside. */
typedef struct {
	int   state;                         /* 0 off, 1 on, 2 timed */
	char *start, *end;                   /* as the client wrote them */
	struct { bool is_on; char *text, *body_type; } messages[3];
} UserOof;

typedef struct {
	char       *name, *password, *email, *display_name;
	GPtrArray  *collections;             /* of Collection, in the order of the folder tree */
	guint       next_folder_id;
	GHashTable *devices;                 /* id -> Device */
	UserOof     oof;
} User;

/* Another server's: see manners.h. Comma lists. */
typedef struct {
	const char *name, *versions, *lacking, *hidden;
	bool        ignores_client_ids, only_internal_oof, no_gal_by_find;
	gsize       send_most_bytes;         /* 0: any number */
} Manners;

typedef struct {
	const Manners *manners;              /* NULL: Exchange's */
	const char *versions;                /* "12.1,14.0,…" */
	bool        require_provision;
	int         heartbeat_min_s, heartbeat_max_s;
	int         max_ping_folders;
	guint       max_window;              /* the server's own cap on WindowSize */
	bool        gzip;
	int         throttle_per_minute;     /* commands of one device; 0 any number */
	bool        ignores_client_ids;      /* a message that comes again is sent again, as SOGo does */
	bool        no_gal_by_find;          /* Find looks in mailboxes alone, as grommunio does */
	bool        holds_sent;              /* copies for Sent Items wait until they are ordered there */
} WorldOptions;

typedef struct World World;
struct World {
	GMutex       lock;
	const Clock *clock;
	int64_t      shift_ms;               /* from the clock's time to the world's */
	WorldOptions options;
	GPtrArray   *users;                  /* of User */
	FaultList   *faults;
	Ledger      *ledger;
	GString     *submissions;            /* a line each, see post_note() */
	GHashTable  *certificates;           /* address in lower case -> char *: base64 of DER, blanks between */
	GHashTable  *photos;                 /* address in lower case -> GBytes */
	int          opinion;                /* what ValidateCert says of each certificate; 0: 1 */
	GPtrArray   *held;                   /* copies for Sent Items that wait, see post.h */
	void       (*on_change)(void *data); /* whoever waits looks again; called with the lock held */
	void        *on_change_data;
};

/* @now_ms: what the world takes for now when it is made; 0 the clock's own time. @clock outlives it. */
World *world_new(const Clock *clock, int64_t now_ms);
void   world_free(World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(World, world_free)

int64_t world_now_ms(const World *world);

/* Tells whoever waits that something may have changed. */
void world_changed(World *world);

/* A user with the standard folders of Exchange, all empty. Owned by the world. */
User *world_add_user(World *world, const char *name, const char *display_name, const char *password);
User *world_user(const World *world, const char *name);     /* by "alice", "alice@…" or "DOMAIN\alice"; NULL unknown */

void folder_state_free(FolderState *state);

/* The mail domain of every user. */
#define WORLD_DOMAIN "example.test"

Device *user_device(User *user, const char *id, const char *type);      /* made when first seen */

/* A folder by id, or by path ("Inbox/Projects", ASCII case ignored); NULL unknown. */
Collection *user_collection(const User *user, const char *id);
Collection *user_folder(const User *user, const char *path);
Collection *user_folder_of_type(const User *user, int type);

/* @source may be NULL; it is the folder's from here on. The new folder is owned by the user. */
Collection *user_add_folder(User *user, Collection *parent, const char *name, int type, Source *source);
/* The folder and what is below it. */
void        user_remove_folder(User *user, Collection *folder);

/* Moves an item; its number in @to comes back. */
guint user_move(Collection *from, guint n, Collection *to, const void *origin);
