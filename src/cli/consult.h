/* consult: one question to a server, whose answer is for this command alone and not for the store. */
#pragma once
#include "cli/errand.h"

/* Posts the wish; what it returns is the wish's id. */
typedef int64_t (*ConsultAsk)(SyncClient *client, int64_t account_id, const void *data);

/* *ret_answer: as text, the caller's. Errors: the server's, and errand_next()'s. */
bool consult_ask(Errand *errand, int64_t account_id, ConsultAsk ask, const void *data,
                 char **ret_answer, GError **err);

/* An errand on demand for one account. */
Errand *consult_start(Cli *cli, const Account *account, GError **err);

/* True for an event that ends all hope; *err says why. */
bool consult_has_failed(const SyncEvent *event, GError **err);
