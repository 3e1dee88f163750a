/*
 * ledger: one line of JSON for each request that was answered, so that a test can assert on what a
 * client asked. Guarded by the world's lock.
 */
#pragma once
#include <glib.h>
#include <stdint.h>

typedef struct {
	int64_t     at_ms;
	const char *method, *cmd, *user, *device, *version, *user_agent, *policy_key;   /* NULL: absent */
	const char *sync_key;      /* of the first collection, or of FolderSync */
	const char *folders;       /* collection ids of a Sync or Ping, joined by "," */
	const char *fault;         /* word of the fault that was met */
	int         http, status;  /* status: of the command; 0 none */
	const void *body;          /* of the request, bytes_in long; NULL: none */
	size_t      bytes_in, bytes_out, bytes_wire;    /* wire: after gzip */
	int64_t     took_ms;
} LedgerLine;

typedef struct Ledger Ledger;

Ledger *ledger_new(void);
void    ledger_free(Ledger *ledger);
void    ledger_write(Ledger *ledger, const LedgerLine *line);
void    ledger_clear(Ledger *ledger);
/* From here on a line has the word “watched” if its body has @text in it. */
void    ledger_watch(Ledger *ledger, const char *text);

/* All lines, each with its line end. Borrowed until the next call. */
const char *ledger_text(const Ledger *ledger);
