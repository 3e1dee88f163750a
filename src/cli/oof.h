/* oof: what “oof show” and “oof set” share. */
#pragma once
#include "cli/consult.h"
#include "model/oof.h"

/* Asks the server. *ret_oof is the caller's. */
bool oof_fetch(Errand *errand, int64_t account_id, Oof **ret_oof, GError **err);

bool oof_put(Cli *cli, const Account *account, const Oof *oof, GError **err);
