/*
 * scene: what a task of a backend is about, for tests: an account of Alice's, two folders and three ops, ready
 * to be changed before the task begins.
 */
#pragma once
#include "backend/backend.h"
#include "model/draft.h"

typedef struct {
	Account      *account;
	AccountState *state;      /* a device id, nothing else known */
	Folder       *folder;     /* "5", the Inbox, sync key "0" */
	GPtrArray    *folders;    /* the Inbox and "9", a user's folder */
	SendSpec      send;       /* a short mail to Bob, by SendMail, kept in Sent; the original is "5:101" */
	GPtrArray    *parts;      /* of DraftPart: a small text */
	DraftSpec     draft;      /* to Bob, with Cc, Bcc and those parts; important */
	GPtrArray    *ids;        /* of char *; empty */
	GPtrArray    *ops;        /* ids 100 to 102: read "5:101", unread "5:102", read "5:103" */
	GPtrArray    *changes;    /* of ItemChange; NULL none: see support/items.h */
	AnswerSpec    answer;     /* accepted, and told to the organiser */
	TaskSpec      spec;       /* points to all of it; window 100 */
} Scene;

/* @version may be NULL, not known yet. */
void scene_init(Scene *scene, TaskKind kind, const char *version);
void scene_clear(Scene *scene);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Scene, scene_clear)

/* The sync key of all folders, or of the folder list. */
void scene_set_key(Scene *scene, const char *key);

/* The items of MESSAGE_IDS, or what SAVE_DRAFT removes; blanks between them. */
void scene_set_ids(Scene *scene, const char *ids);

/* Takes a whole answer, @budget items a slice. */
bool scene_take(Task *task, const HttpResponse *response, Sink *sink, unsigned budget, Step *ret_step, GError **err);
