/*
 * trial: signs in to an account that is being set up, in a thread of its own, for a server may take
 * its time.
 */
#pragma once
#include "backend/backend.h"
#include "base/clock.h"
#include "base/mailbox.h"
#include "base/secret.h"
#include "model/account.h"

typedef struct {
	const Backend *const *backends;      /* static, NULL-ended */
	const Clock          *clock;         /* static */
	Mailbox              *answers;       /* of UiAnswer; referenced */
} TrialSetup;

/* @account and @password (may be NULL) are the trial's; it answers within half a minute. The thread
 * may outlive the caller. */
void trial_begin(const TrialSetup *setup, Account *account, Secret *password);
