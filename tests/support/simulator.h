/*
 * simulator: build/exsim as a child of a test, with a folder of its own for its authority and
 * control socket.
 */
#pragma once
#include <glib.h>

#include "model/account.h"

typedef struct Simulator Simulator;

/* Starts it with @options (NULL-ended, may be NULL) and waits until it listens. Fails the test if
 * it does not. */
Simulator *simulator_start(const char *const *options);
void   simulator_stop(Simulator *simulator);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Simulator, simulator_stop)

/* Carries out an order ("deliver subject=Hello") and returns what it said. Fails the test if it is
 * refused. */
char *simulator_order(Simulator *simulator, const char *order);
/* How many requests of @command its ledger has; NULL: of all. */
guint simulator_requests(Simulator *simulator, const char *command);

/* An account "alice" on it; the password is SIMULATOR_PASSWORD. */
Account *simulator_account(const Simulator *simulator);
#define SIMULATOR_PASSWORD "wonderland"
