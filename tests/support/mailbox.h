/*
 * mailbox: a small mailbox that never changes: conversations, an invitation, many scripts, and senders who mean
 * harm. For tests of whatever shows mail.
 */
#pragma once
#include "support/tempstore.h"

typedef struct { int64_t inbox, sent, infra; } SampleMailbox;

/* Fills the store's account. "Now" is Mon 24 Nov 2025 16:00 UTC, the clock of a TempStore. */
SampleMailbox sample_mailbox_fill(TempStore *temp);
