/* core: what the desks of all accounts share. The engine owns it; engine thread only. */
#pragma once
#include "base/clock.h"
#include "base/mailbox.h"
#include "store/read.h"
#include "store/write.h"
#include "sync/carrier.h"
#include "sync/client.h"
#include "sync/door.h"

typedef struct {
	StoreReader *reader;
	StoreWriter *writer;
	Vault       *vault;            /* of the store */
	const Clock *clock;
	Carrier     *carrier;
	Mailbox     *events, *commands;
	Door        *door;             /* NULL: no other process is served */
	SyncMode     mode;
	GRand       *random;
	SyncCompose  compose;
	char        *internal_hosts, *revocation_hosts;   /* see SyncSetup */
} Core;

static inline int64_t core_uptime_ms(const Core *core) { return clock_uptime_ms(core->clock); }
