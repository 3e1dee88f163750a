/*
 * app/importing: a file of keys or certificates that a person imports who is asked in between: for
 * the password, if it has one, and what a key is for that may be for both. The file stays in memory
 * meanwhile, and goes to no disk. One job a file; each step of it takes time, so it runs on a worker.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/secret.h"
#include "model/certificate.h"
#include "store/read.h"

typedef struct {
	char        *name;           /* the file's, for sentences */
	GBytes      *file;
	Secret      *password;       /* NULL: not given yet */
	IdentityRole role;           /* of keys that may be for both; NONE: not said yet */
	GPtrArray   *accounts;       /* of Account: the host's business */
} ImportJob;

/* @file is referenced. */
ImportJob *import_job_new(const char *name, GBytes *file);
void       import_job_free(ImportJob *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportJob, import_job_free)

typedef enum {
	IMPORT_DONE,                 /* but for @changes, which are still to be kept */
	IMPORT_WANTS_PASSWORD,       /* run it again with one */
	IMPORT_WANTS_ROLE,           /* the same with a role */
	IMPORT_FAILED,
} ImportTurn;

typedef struct {
	ImportTurn turn;
	ImportJob *job;              /* which it was, to be gone on with */
	char      *sentence;         /* what will be kept and how it is used; what is asked; why not */
	GPtrArray *changes;          /* DONE: of CertificateChange; else NULL */
} ImportAnswer;

void import_answer_free(ImportAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImportAnswer, import_answer_free)

/* One step; never NULL. @job is the answer's. Keys are sealed for @store. */
ImportAnswer *import_run(ImportJob *job, Store *store, StoreReader *reader);
