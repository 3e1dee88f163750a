/*
 * carrier: what carries the engine's requests: the net floor in life, a fake with a clock of its
 * own in tests. The contract of each call is that of its namesake in net/net.h. Engine thread only.
 */
#pragma once
#include <glib.h>
#include <stdint.h>

#include "net/net.h"

typedef struct Carrier Carrier;

/* A line is one account's own connections, or a guest's on its behalf; what is inside is the
 * carrier's business. */
typedef struct CarrierLine CarrierLine;

typedef struct {
	/* Without a password yet. */
	CarrierLine *(*open)(Carrier *carrier, const Account *account, GError **err);
	CarrierLine *(*open_guest)(Carrier *carrier, const Account *account,
	                           const NetGuestRules *rules, GError **err);
	void         (*close)(CarrierLine *line);
	void         (*set_password)(CarrierLine *line, Secret *password);
	uint64_t     (*send)(CarrierLine *line, HttpRequest *request, NetDone done, void *data);
	void         (*cancel)(CarrierLine *line, uint64_t id);
	void         (*reset)(CarrierLine *line);
	void         (*watch)(Carrier *carrier, int fd, NetReady ready, void *data);
	void         (*turn)(Carrier *carrier, int64_t deadline_ms);
	void         (*free)(Carrier *carrier);
} CarrierOps;

struct Carrier { const CarrierOps *ops; };

/* Over net/. @clock is borrowed. */
Carrier *carrier_new(const Clock *clock, GError **err);

static inline void carrier_free(Carrier *carrier)
{
	if (carrier)
		carrier->ops->free(carrier);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Carrier, carrier_free)
