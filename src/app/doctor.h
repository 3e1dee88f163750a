/*
 * doctor: looks where mail could be stuck, step by step, and says what to do about it. It changes
 * nothing: neither store, nor settings, nor (beyond being asked) the server. It blocks: for the
 * command line, or a worker. One thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "backend/backend.h"
#include "base/clock.h"
#include "base/secret.h"
#include "model/account.h"
#include "store/read.h"
#include "store/store.h"

typedef enum { DOCTOR_OK, DOCTOR_WARN, DOCTOR_FAIL } DoctorVerdict;

typedef struct {
	const char   *account;    /* NULL: not about one */
	const char *step; /* "dns", "tcp", "tls", "sign_in", "versions", "commands", "clock",
	                     "provision", "folders", "push", "store", "keys"; static */
	DoctorVerdict verdict;
	const char   *text;       /* what was found, one sentence */
	const char   *advice;     /* what to do; NULL when well */
} DoctorFinding;

/* @finding is borrowed for the call. */
typedef void (*DoctorTell)(void *data, const DoctorFinding *finding);

typedef struct {
	const Account      *account;
	const AccountState *state;        /* NULL: never synced */
	Secret             *password;     /* NULL: by the account's command */
	const Backend      *backend;
	const Clock        *clock;
	int64_t             deadline_ms;  /* uptime */
	DoctorTell          tell;
	void               *data;
} DoctorVisit;

/* From the name of the server to its push; stops at the step that makes the next ones pointless. */
void doctor_see_account(const DoctorVisit *visit);

/* Reads the whole store. */
void doctor_see_store(Store *store, DoctorTell tell, void *data);

/* One's own keys for signed and encrypted mail: whether one ends soon, or is damaged. */
void doctor_see_keys(StoreReader *reader, int64_t now_ms, DoctorTell tell, void *data);
