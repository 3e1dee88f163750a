/*
 * guest: the manners of a client that asks hosts which a stranger has named (net_guest_new()): what
 * is told to them, which addresses are not gone to, and by which proxy. Internal to net/.
 */
#pragma once
#include <curl/curl.h>
#include <glib.h>
#include <stdbool.h>

#include "net/net.h"

typedef struct Guest Guest;

Guest *guest_new(const NetGuestRules *rules);
void   guest_free(Guest *guest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Guest, guest_free)

/* ERR_REFUSED: a host that is not among the only ones; an address of this network, written as such
 * or, where a proxy would look it up, a name that only this network knows. */
bool guest_check_url(const Guest *guest, const HttpUrl *at, GError **err);

/* One transfer's. Must stay while @easy is in use. */
typedef struct {
	const Guest *guest;
	bool         may_be_inside;    /* its host is one of ours, or a proxy goes there */
	bool         was_inside;       /* an address was not gone to */
} GuestTrip;

/* Gets @easy ready for @at, over what a client's own transfers have. */
void guest_dress(const Guest *guest, GuestTrip *trip, CURL *easy, const HttpUrl *at);

/* ERR_REFUSED and false if @trip ended because of where @host lies. */
bool guest_judge(const GuestTrip *trip, CURLcode code, const char *host, GError **err);
