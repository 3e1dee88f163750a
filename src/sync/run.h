/*
 * run: one task under way: ask the backend for a request, have it carried, give the backend the
 * answer, in slices of at most 5 ms, until it is done. What follows from its end is not its
 * business. Engine thread only.
 */
#pragma once
#include "sync/core.h"
#include "sync/intake.h"
#include "sync/parcel.h"
#include "sync/planner.h"
#include "sync/session.h"

typedef struct Run Run;

/* @run is over, well if @error is NULL; the callee frees it. Called from run_start(), run_slice()
 * or the carrier's turn. */
typedef void (*RunOver)(void *data, Run *run, const GError *error);

struct Run {
	Core         *core;
	Session      *session;
	CarrierLine  *line;
	RunOver       over;
	void         *data;
	TaskKind      kind;
	Slot          slot;
	int64_t       folder_id;          /* 0: of no one folder */
	Wish         *wish;               /* FETCH_*; the session's */
	Parcel       *parcel;             /* SEND, MESSAGE_IDS */
	Secret       *password;           /* that was in use when it began */
	/* Lent to the backend until the end, so that nothing it borrows changes meanwhile. */
	TaskSpec      spec;
	AccountState *state;
	Folder       *folder;
	GPtrArray    *folders, *ops;
	GPtrArray    *changes;            /* PUSH_ITEMS: of ItemChange */
	AnswerSpec    answer;             /* RESPOND */
	Task         *task;
	Intake       *intake;
	uint64_t      request_id;         /* under way; 0 none */
	HttpResponse *response;           /* being read */
	bool          is_reading;         /* run_slice() has something to do */
	unsigned      budget_items;       /* of the next slice */
	int64_t       began_ms;           /* uptime */
	int64_t       retry_after_ms;     /* of the last answer; -1 none */
};

/* Lends what @plan needs. Nothing is sent before run_start(). */
Run *run_new(Core *core, Session *session, CarrierLine *line, const Plan *plan);
/* Cancels what is under way. */
void run_free(Run *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_free)

/* @parcel is the run's. */
void run_lend(Run *run, Parcel *parcel);

/* After either, @run may be over and freed. */
void run_start(Run *run);
void run_slice(Run *run);
