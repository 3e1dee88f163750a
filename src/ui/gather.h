/*
 * gather: reads the files that a draft takes along, in a thread of its own, for a disk may take its
 * time, and one over the network may never answer.
 */
#pragma once
#include "base/mailbox.h"
#include "model/draft.h"
#include "store/store.h"

typedef struct {
	Store   *store;              /* referenced */
	Mailbox *answers;            /* of UiAnswer; referenced */
} GatherSetup;

/* @draft is the gather's; it comes back in an answer with @serial. The thread may outlive the caller. */
void gather_begin(const GatherSetup *setup, int64_t serial, Draft *draft);
