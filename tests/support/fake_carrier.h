/*
 * fake_carrier: carries the engine's requests to memory servers in this process, over a clock that
 * only it moves. A turn answers what can be answered, each answer 5 ms later; with nothing to
 * answer it jumps to the deadline. So hours of watching pass in milliseconds, and every run is the
 * same.
 */
#pragma once
#include "base/clock.h"
#include "support/memory_server.h"
#include "sync/carrier.h"

typedef struct FakeCarrier FakeCarrier;

/* @clock is borrowed. The engine frees the carrier. */
FakeCarrier *fake_carrier_new(ManualClock *clock);
Carrier     *fake_carrier_carrier(FakeCarrier *fake);

/* @server, borrowed, answers for the account of this name. */
void fake_carrier_server(FakeCarrier *fake, const char *account_name, MemoryServer *server);
/* The next @times requests of the account never reach its server, and end in @kind after 100 ms. */
void fake_carrier_break(FakeCarrier *fake, const char *account_name, ErrorKind kind, guint times);
/* From now on the account's requests vanish: each ends in ERR_NETWORK when its own time is over. */
void fake_carrier_swallow(FakeCarrier *fake, const char *account_name);
/* Ends the LISTEN under way of the account, as a router that forgot the connection does. */
void fake_carrier_cut_listen(FakeCarrier *fake, const char *account_name);
/* The account's password; a request with another is refused with ERR_SIGN_IN. NULL: any will do. */
void fake_carrier_password(FakeCarrier *fake, const char *account_name, const char *password);

/* What a stranger's host answers for @url; any other is not found there. Copied. */
void fake_carrier_picture(FakeCarrier *fake, const char *url, const char *type, const char *content);
/* The URLs that guests have asked for, in order. Of char *, borrowed. */
const GPtrArray *fake_carrier_asked(const FakeCarrier *fake);

/* Uptimes at which the account's requests left. Of int64_t, borrowed. */
const GArray *fake_carrier_times(const FakeCarrier *fake, const char *account_name);
bool          fake_carrier_is_listening(const FakeCarrier *fake, const char *account_name);
