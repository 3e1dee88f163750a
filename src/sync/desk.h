/*
 * desk: the engine's place for one account: its session, its line to the server, its tasks under
 * way. Plans, starts, and takes the consequences (outcome.c), and tells the client what state it is
 * in (telling.c). Engine thread only.
 */
#pragma once
#include "sync/command.h"
#include "sync/core.h"
#include "sync/remote.h"
#include "sync/run.h"
#include "sync/session.h"

typedef struct Desk Desk;

struct Desk {
	Core        *core;
	Session     *session;
	CarrierLine *line;
	Run         *runs[SLOT_COUNT];
	Remote      *remote;
	Secret      *password;                /* in use */
	/* Of Secret: none of them is tried again without a person's word. */
	GPtrArray   *refused;
	Secret    *(*password_of)(const char *account_name, void *data);
	void        *password_data;
	/* ---- what was told last ---- */
	bool         has_told;
	SyncState    told_state;
	char        *told_text;
	bool         is_idle;                 /* nothing to do but to listen; was told */
};

/* Opens the account: its row (made if missing), its folders and ops, its line. @setup is borrowed
 * for the call. */
Desk *desk_new(Core *core, const SyncSetup *setup, const Account *account, GError **err);
void  desk_free(Desk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Desk, desk_free)

/* Cancels what is under way; nothing begins before it is freed. */
void  desk_end(Desk *desk);
/* The account's settings were changed, and @former, which ends, was its desk until now: what was typed
 * and refused goes on where it is for the same name at the same server. To another server no old
 * redirect leads. */
void  desk_take_over(Desk *desk, Desk *former);
/* What a person has typed and a server was tried with. */
void  desk_use_password(Desk *desk, Secret *password);

/* Starts whatever is due. Returns the uptime at which to call again if nothing happens; at once
 * while answers are read. */
int64_t desk_turn(Desk *desk);

static inline int64_t desk_account_id(const Desk *desk) { return desk->session->state->id; }

void desk_now(Desk *desk);
/* Goes before others, and is looked at every few minutes. */
void desk_show_folder(Desk *desk, int64_t folder_id);
void desk_take_wish(Desk *desk, Wish *wish);    /* with all its fields; it is the desk's */
/* ERR_WIPE: nothing of this account may be here. */
bool desk_take_remote(Desk *desk, const Command *command, GError **err);
void desk_take_answer(Desk *desk, const Command *command);
void desk_take_password(Desk *desk, const Command *command);
/* The store has other ops of this account than before. */
void desk_ops_changed(Desk *desk);
/* The machine slept or the network changed: connections are worth nothing. */
void desk_reset(Desk *desk);

/* ---- wishes that end ---- */
/* Keeps what came and tells everyone who waits for @wish, which is forgotten. */
void desk_fulfil_wish(Desk *desk, Wish *wish, const Intake *intake);
void desk_fail_wish(Desk *desk, Wish *wish, const GError *error);
/* Wishes for an attachment of @op's draft that is not here; session_awaits_file() until it comes.
 * ERR_NOT_FOUND: none is missing, or what it belongs to is gone. ERR_STORE. */
bool desk_fetch_missing(Desk *desk, const Op *op, GError **err);

/* ---- for the files that take consequences ---- */
/* The rows as the store has them now; if it fails they stay as they were, and the log says why. */
void desk_reload_folders(Desk *desk);
void desk_reload_ops(Desk *desk);
/* Something of this account looks otherwise. */
void desk_tell_changed(const Desk *desk);
void desk_save_state(Desk *desk);                             /* if it changed */
void desk_cancel(Desk *desk, Slot slot);
/* Parks the account until @question (the desk's) is answered, or @until_ms at the latest, and asks
 * it. */
void desk_park(Desk *desk, Question *question, int64_t until_ms);
/* Ends all hope of this run: what waits has failed, with @error's sentence. */
void desk_give_up(Desk *desk, const GError *error);
/* True when a run that ends, or one command, waits for us: then not for long. */
static inline bool desk_is_hurried(const Desk *desk) { return desk->session->mode != SYNC_WATCH; }
