/*
 * net: carries requests for accounts over one poll() loop. One NetClient, and with it one curl
 * multi, per account: no connection, cookie or TLS session ever crosses identities. HTTPS unless
 * the person chose otherwise; redirects are followed by hand, and only to the same host and port,
 * so credentials never reach another (a backend that learns of another host asks it with a new
 * request). https_proxy and no_proxy of the environment are obeyed as everywhere, .netrc and
 * SSLKEYLOGFILE are not. One thread owns a loop.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/secret.h"
#include "model/account.h"
#include "net/http.h"

typedef struct NetLoop   NetLoop;
typedef struct NetClient NetClient;

NetLoop *net_loop_new(const Clock *clock, GError **err);     /* @clock is borrowed */
void     net_loop_free(NetLoop *loop);                       /* after its clients */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetLoop, net_loop_free)

/* Calls @ready whenever @fd is readable, in net_loop_turn(). One callback a descriptor; NULL ends
 * it. */
typedef void (*NetReady)(void *data);
void net_loop_watch(NetLoop *loop, int fd, NetReady ready, void *data);

/* Waits until something is ready, a transfer's timer is due or @deadline_ms (uptime; -1: none) is
 * reached, then serves everything that is ready, calling back. Never longer than @deadline_ms. */
void net_loop_turn(NetLoop *loop, int64_t deadline_ms);

/*
 * @password: NULL when none is known yet (requests then fail with ERR_SIGN_IN); referenced.
 * @user_agent: sent with every request, byte for byte the same for the account's life.
 * ERR_CONFIG: CA file unreadable, URL not https and not confirmed, a user name that HTTP cannot
 * carry.
 */
NetClient *net_client_new(NetLoop *loop, const Account *account, Secret *password,
                          const char *user_agent, GError **err);
void net_client_free(NetClient *client); /* cancels what is under way, without calling back */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NetClient, net_client_free)

/*
 * Another password; NULL: none is known any more. Until the server has let one request in with it,
 * they go out one at a time (a push beside them), and once it has refused it, none does: those that
 * wait fail with ERR_SIGN_IN until this is called again. So a wrong password costs one attempt of a
 * lock-out, or two where the account asks for ISO 8859-1 as well.
 */
void net_client_set_password(NetClient *client, Secret *password);

/*
 * What became of a request: exactly one of @response (the callee's) and @error (borrowed) is not
 * NULL. Any HTTP status is a response. Errors: ERR_NETWORK, ERR_UNREACHED (not a byte has left),
 * ERR_TLS (message names host and why, and the setting that would admit it), ERR_LIMIT, ERR_MOVED
 * (a redirect that the rules do not follow; the message names the target), ERR_PROTOCOL (no HTTP),
 * ERR_CONFIG (a URL that cannot be asked), ERR_SIGN_IN (no password, or the server has refused it).
 */
typedef void (*NetDone)(void *data, HttpResponse *response, const GError *error);

/* @request is the client's from here on. Returns an id for net_client_cancel(). @done is called
 * from net_loop_turn(). */
uint64_t net_client_send(NetClient *client, HttpRequest *request, NetDone done, void *data);
void net_client_cancel(NetClient *client, uint64_t id); /* no callback; unknown ids are ignored */

/* ---- hosts that a stranger has named ---- */

typedef struct {
	/* Names and domains, blanks between, that may lie in this network; NULL: none. */
	const char        *internal_hosts;
	/* The only names and domains that are asked, blanks between, and by what setting they are
	 * listed; NULL: any are. Redirects lead to no other either. */
	const char        *only_hosts, *only_setting;
	/* "host:port:address", NULL-ended: instead of asking for names; NULL. */
	const char *const *resolved;
} NetGuestRules;

/*
 * A client for what a message refers to, on behalf of @account and without a word of it: no
 * password, cookie, referrer or client certificate, the User-Agent of everybody; of the account
 * only ca_file and tls_min count. Plain HTTP is carried if the request asks for it. Redirects go to
 * any host, but not from HTTPS to HTTP. No connection is made to an address of this machine or
 * network, whatever the name was when it was looked up: ERR_REFUSED. Nothing lasts longer than a
 * minute. Requests are GET, in LANE_PICTURE.
 */
NetClient *net_guest_new(NetLoop *loop, const Account *account, const NetGuestRules *rules,
                         GError **err);

/* Closes idle connections, as after a suspend or a change of address. */
void net_client_reset(NetClient *client);

/* One constant identification: product and major version, nothing that changes with a patch. */
const char *net_user_agent(void);
