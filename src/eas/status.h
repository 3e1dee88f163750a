/*
 * status: every status an ActiveSync server may give, with what it means and what can be done:
 * status.def.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "base/error.h"

/* Whose number it is. Those from 101 on mean the same in every command: COMMON. */
typedef enum {
	FAMILY_COMMON,
	FAMILY_HTTP,
	FAMILY_SYNC,
	FAMILY_FOLDERS,
	FAMILY_PING,
	FAMILY_PROVISION,
	FAMILY_POLICY,
	FAMILY_SETTINGS,
	FAMILY_ITEMS,
	FAMILY_ESTIMATE,
	FAMILY_MOVE,
	FAMILY_FOLDER_CREATE,
	FAMILY_FOLDER_CHANGE,      /* FolderUpdate, FolderDelete */
	FAMILY_SEARCH,             /* of a store */
	FAMILY_FIND,
	FAMILY_RESOLVE,
	FAMILY_VALIDATE,
	FAMILY_RESPOND,            /* MeetingResponse */
} StatusFamily;

/* How much of the account a status concerns. */
typedef enum { REACH_ITEM, REACH_FOLDER, REACH_ACCOUNT } StatusReach;

typedef struct {
	StatusFamily family;
	int          code;
	ErrorKind    kind;
	StatusReach  reach;
	const char  *text;      /* a sentence for people, not yet translated */
} StatusRow;

/* The family's own row, else the common one; NULL for a number that no table knows. */
const StatusRow *status_find(StatusFamily family, int code);

/* True for success. Else the error of the row; ERR_SERVER for a number that no table knows. */
bool status_check(StatusFamily family, int code, GError **err);
