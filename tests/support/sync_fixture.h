/*
 * sync_fixture: an engine over a store in a temporary folder, memory servers and a clock of its
 * own; its events written down. Accounts are called "work" and "home"; each has a server with an
 * Inbox "in" and a Sent folder "out".
 */
#pragma once
#include "support/fake_carrier.h"
#include "store/read.h"
#include "sync/engine.h"

typedef struct {
	char         *dir;
	ManualClock   clock;
	Store        *store;
	StoreReader  *reader;
	MemoryServer *server, *other;      /* of "work", of "home" */
	GPtrArray    *accounts;
	Secret       *password;            /* "secret" */
	bool          has_password;        /* true by default: it is at hand */
	int64_t       last_wish_id;
	SyncCompose   compose;             /* NULL, until a test has one */
	/* ---- while an engine runs ---- */
	FakeCarrier  *carrier;
	Mailbox      *events, *commands;
	SyncEngine       *engine;
	GPtrArray    *seen;                /* of SyncEvent, all so far */
} SyncFixture;

/* @accounts: 1 or 2. */
SyncFixture *sync_fixture_new(guint accounts);
void         sync_fixture_free(SyncFixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SyncFixture, sync_fixture_free)

/* A message in the Outbox of the account: "<NAME@test>". No engine may run. */
typedef struct {
	const char *account_name;
	int64_t     due_ms, source_id;
	int         kind;                  /* DraftKind */
} SyncLetter;
void sync_fixture_letter(SyncFixture *fixture, const char *name, const SyncLetter *letter);

void sync_fixture_start(SyncFixture *fixture, SyncMode mode);
void sync_fixture_stop(SyncFixture *fixture);
/* Turns until everything is idle; fails the test if that takes more than a few thousand turns. */
void sync_fixture_run_idle(SyncFixture *fixture);
/* Turns until an event of @kind came that was not seen before this call; returns it, borrowed. */
const SyncEvent *sync_fixture_run_until(SyncFixture *fixture, SyncEventKind kind);
/* One turn. */
void sync_fixture_turn(SyncFixture *fixture);
/* Turns until the clock has gone on by @ms. */
void sync_fixture_run_for(SyncFixture *fixture, int64_t ms);
/* A whole run in SYNC_ONCE mode. */
void sync_fixture_sync(SyncFixture *fixture);

/* ---- asking the engine ---- */
int64_t sync_fixture_wish(SyncFixture *fixture, TaskKind task, int64_t message_id,
                          const char *reference);
/* @ops (of Op) are the engine's. */
void    sync_fixture_ops(SyncFixture *fixture, GPtrArray *ops);
void    sync_fixture_op(SyncFixture *fixture, Op *op);
void    sync_fixture_cancel(SyncFixture *fixture, int64_t group_id);
void    sync_fixture_mark_read(SyncFixture *fixture, int64_t message_id, bool is_read);
void sync_fixture_answer(SyncFixture *fixture, const Question *question, AnswerChoice choice,
                         const char *password);
void    sync_fixture_post(SyncFixture *fixture, CommandKind kind, const char *text);

/* ---- looking ---- */
int64_t          sync_fixture_account_id(SyncFixture *fixture, const char *account_name); /* -1: none */
guint            sync_fixture_count(const SyncFixture *fixture, SyncEventKind kind);
const SyncEvent *sync_fixture_last(const SyncFixture *fixture, SyncEventKind kind); /* NULL: none */
Folder *sync_fixture_folder(SyncFixture *fixture, const char *account_name,
                            const char *server_id); /* NULL: none; the caller's */
bool sync_fixture_has_folder(SyncFixture *fixture, const char *account_name, const char *server_id);
GPtrArray *sync_fixture_rows(SyncFixture *fixture, const char *account_name,
                             const char *server_id); /* of ListRow, newest first */
/* The most requests of the account that left in any minute that begins at or after uptime @from_ms.
 */
guint sync_fixture_worst_minute(const SyncFixture *fixture, const char *account_name,
                                int64_t from_ms);
/* Puts @count messages "m0" … "mN" into a folder of @server. */
void sync_fixture_fill(MemoryServer *server, const char *folder_id, guint first, guint count);
