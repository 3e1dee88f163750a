/*
 * retry: what follows from a failure. The kind of the error and the kind of the task give the
 * reaction; how often it has failed gives the time to wait. Pure: no clock, no chance of its own,
 * no I/O; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "backend/backend.h"
#include "base/error.h"

typedef enum {
	REACT_WAIT_ACCOUNT,   /* everything of the account waits, then the same again */
	REACT_WAIT_ITEM,      /* only this folder, wish or listening waits; the account goes on */
	REACT_DROP,           /* this will never work: give the item up and say so */
	REACT_RESYNC,         /* start the folder, or the folder list, from key 0 */
	REACT_REFOLDER,       /* FolderSync, then the same again */
	REACT_PROVISION,      /* Provision, then the same again */
	REACT_SIGN_IN,        /* park with a question for the password */
	REACT_CERTIFICATE,    /* park until a person has looked at the certificate */
	REACT_MOVED,          /* follow by the rules, or park with a question */
	REACT_WIPE,           /* Provision, which acknowledges and erases */
	REACT_STOP,           /* cancelled: nothing follows */
} Reaction;

Reaction retry_reaction(ErrorKind kind, TaskKind task);

/* How often something failed since it last worked, and when (uptime) it may be tried again. All
 * zero: well. */
typedef struct {
	int       failures;
	int64_t   until_ms;
	ErrorKind kind;          /* of the last failure; means nothing when failures is 0 */
} Backoff;

/* What is known of a failure when it is noted. */
typedef struct {
	ErrorKind kind;
	int64_t   retry_after_ms;    /* the server's own wish; -1 none */
	/* Somebody waits for a run that ends: seconds instead of minutes, unless the server wants
	 * to be left alone. */
	bool      is_hurried;
	guint32   random;            /* spreads the clients of one server */
} Failure;

/*
 * The delay before attempt @failures + 1: doubled each time up to the kind's cap, spread by a
 * quarter either way, and never shorter than Retry-After (which is obeyed up to a day).
 */
int64_t retry_delay_ms(const Failure *failure, int failures);

void backoff_note(Backoff *backoff, const Failure *failure, int64_t uptime_ms);
static inline bool backoff_is_over(const Backoff *backoff, int64_t uptime_ms)
{
	return !backoff->failures || backoff->until_ms <= uptime_ms;
}

/*
 * The storm guard of an account. With three failures in a minute it counts as failing, and then at
 * most GUARD_REQUESTS requests leave in any minute, whatever else the planner believes to be due.
 */
enum { GUARD_REQUESTS = 10, GUARD_FAILURES = 3, GUARD_WINDOW_MS = 60 * 1000 };

typedef struct {
	int64_t sent_ms[GUARD_REQUESTS];
	int64_t failed_ms[GUARD_FAILURES];
	guint   sent, failed;            /* ever; the arrays are rings */
} Guard;

void    guard_note_sent(Guard *guard, int64_t uptime_ms);
void    guard_note_failed(Guard *guard, int64_t uptime_ms);
/* The uptime from which a task (of up to two requests) may start; a time past means now. */
int64_t guard_free_at(const Guard *guard, int64_t uptime_ms);
