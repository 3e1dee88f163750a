/*
 * intake: the engine's Sink. Facts of the account and of folders go to the session and the store as
 * they come; a page of a folder follows the page rule: its bodies first, then rows, deletions,
 * settled ops and key in one transaction. A failure of the store is kept and ends the task. One
 * intake a task; engine thread only.
 */
#pragma once
#include "backend/sink.h"
#include "sync/core.h"
#include "sync/parcel.h"
#include "sync/session.h"

typedef struct {
	Sink       sink;
	Core      *core;
	Session   *session;
	TaskKind   task;
	/* Of PAGE, PUSH_OPS, PUSH_ITEMS and SAVE_DRAFT; 0 for other tasks. */
	int64_t    folder_id;
	int64_t    asked_ms;          /* uptime of the request under way */
	GError    *error;             /* the store's, first one */
	/* ---- the folder list, until its end ---- */
	GPtrArray *folders, *gone;
	bool       has_folders;       /* the list was written */
	/* ---- ops that end without a page: MOVE, FOLDER, EMPTY ---- */
	GArray    *ends;              /* of StoreOpEnd; the texts are ours */
	int64_t    told_group_id;     /* of the last failure that was told */
	/* ---- the page ---- */
	StorePage *page;              /* NULL: nothing since the last page_end() */
	int        items;             /* given since */
	bool       has_ops;           /* settled since */
	bool       has_page;          /* page_end() came */
	bool       has_news;          /* some row changed */
	bool       has_settled;       /* ops came to an end by what the server told */
	char      *uid;               /* of the event that is named next; NULL: not told */
	/* ---- results for whoever runs the task ---- */
	GPtrArray *behind;            /* of char *: server ids the Ping named */
	int        heartbeat_s;       /* 0: not told */
	char      *moved_url;
	bool       wants_anew;        /* all keys are void */
	Parcel    *parcel;            /* SEND, MESSAGE_IDS: the run's, who notes in it what came */
	GPtrArray *saved_parts;       /* the same, once the page is committed */
	GPtrArray *draft_parts;       /* SAVE_DRAFT: of char *, the references; NULL: not told */
	BodyKind   content_kind;
	GBytes    *content;           /* what was fetched; an answer as text */
} Intake;

Intake *intake_new(Core *core, Session *session, TaskKind task, int64_t folder_id);
void    intake_free(Intake *intake);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Intake, intake_free)

/* What came since the last page_end() is dropped, as after a failure in the middle of an answer. */
void intake_drop(Intake *intake);

/* Writes the ends of ops, if there are any. */
void intake_settle(Intake *intake);

/*
 * Keeps the first failure of the store; returns whether all is well. Takes *@error, which is passed
 * by address because the call that sets it is an argument too, and C promises no order of those.
 * Used by the parts of the intake.
 */
bool intake_check(Intake *intake, bool is_ok, GError **error);
