/*
 * What a name means is known for certain only when the connection is made: whoever owns it may
 * answer differently a moment later. So the address is looked at when libcurl opens the socket, for
 * every connection, redirects included. Where a proxy makes the connection, it looks names up, too.
 */
#include "net/guest.h"

#include <string.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "net/address.h"

/* The same words from everybody, so that they tell nothing of anybody. */
static const char guest_agent[] = "Mozilla/5.0";
enum { GUEST_TIMEOUT_S = 60 };

struct Guest {
	char *internal_hosts, *only_hosts, *only_setting;
	char *https_proxy, *http_proxy, *no_proxy;     /* of the environment; NULL: none */
	struct curl_slist *resolved;
};

/* A CGI program's HTTP_PROXY is a header of whoever asks: as libcurl, we do not read it. */
static char *environment(const char *name, const char *other)
{
	const char *value = g_getenv(name);

	if ((!value || !*value) && other)
		value = g_getenv(other);
	return value && *value ? g_strdup(value) : NULL;
}

Guest *guest_new(const NetGuestRules *rules)
{
	Guest *guest = g_new0(Guest, 1);
	g_autofree char *any = environment("all_proxy", "ALL_PROXY");

	guest->internal_hosts = g_strdup(rules->internal_hosts);
	guest->only_hosts = g_strdup(rules->only_hosts);
	guest->only_setting = g_strdup(rules->only_setting);
	guest->https_proxy = environment("https_proxy", "HTTPS_PROXY");
	guest->http_proxy = environment("http_proxy", NULL);
	guest->no_proxy = environment("no_proxy", "NO_PROXY");
	if (!guest->https_proxy)
		guest->https_proxy = g_strdup(any);
	if (!guest->http_proxy)
		guest->http_proxy = g_strdup(any);
	for (guint i = 0; rules->resolved && rules->resolved[i]; i++)
		guest->resolved = curl_slist_append(guest->resolved, rules->resolved[i]);
	return guest;
}

void guest_free(Guest *guest)
{
	if (!guest)
		return;
	g_free(guest->internal_hosts);
	g_free(guest->only_hosts);
	g_free(guest->only_setting);
	g_free(guest->https_proxy);
	g_free(guest->http_proxy);
	g_free(guest->no_proxy);
	curl_slist_free_all(guest->resolved);
	g_free(guest);
}

/* "": none. */
static const char *proxy_for(const Guest *guest, const HttpUrl *at)
{
	const char *proxy =
		g_str_equal(at->scheme, "https") ? guest->https_proxy : guest->http_proxy;
	bool is_for_none = g_strcmp0(guest->no_proxy, "*") == 0;

	if (!proxy || is_for_none || text_host_is_listed(guest->no_proxy, at->host))
		return "";
	return proxy;
}

static bool is_ours(const Guest *guest, const HttpUrl *at)
{
	return text_host_is_listed(guest->internal_hosts, at->host);
}

static bool refuse(const char *host, GError **err)
{
	return fail(err, ERR_REFUSED,
	            _("%s lies in this network, where no message sends us unless "
	              "read.internal_hosts names it"),
	            host);
}

static bool check_listed(const Guest *guest, const char *host, GError **err)
{
	return !guest->only_hosts || text_host_is_listed(guest->only_hosts, host) ||
	       fail(err, ERR_REFUSED, _("%s is not asked: %s does not list it"), host,
	            guest->only_setting);
}

bool guest_check_url(const Guest *guest, const HttpUrl *at, GError **err)
{
	struct sockaddr_storage address;
	bool is_proxied = *proxy_for(guest, at) != '\0';

	if (!check_listed(guest, at->host, err))
		return false;
	if (is_ours(guest, at))
		return true;
	if (address_of_literal(at->host, &address))
		return address_is_public((const struct sockaddr *)&address) ||
		       refuse(at->host, err);
	return !is_proxied || strchr(at->host, '.') || refuse(at->host, err);
}

static curl_socket_t on_socket(void *data, curlsocktype purpose, struct curl_sockaddr *address)
{
	GuestTrip *trip = data;

	if (purpose == CURLSOCKTYPE_IPCXN &&
	    (trip->may_be_inside || address_is_public(&address->addr)))
		return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	trip->was_inside = true;
	return CURL_SOCKET_BAD;
}

void guest_dress(const Guest *guest, GuestTrip *trip, CURL *easy, const HttpUrl *at)
{
	const char *proxy = proxy_for(guest, at);

	*trip = (GuestTrip){ guest, *proxy || is_ours(guest, at), false };
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https,http");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, guest_agent);
	curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);   /* a ticket is a name tag, too */
	curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)GUEST_TIMEOUT_S);
	curl_easy_setopt(easy, CURLOPT_PROXY, proxy);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, trip);
	curl_easy_setopt(easy, CURLOPT_RESOLVE, guest->resolved);
}

bool guest_judge(const GuestTrip *trip, CURLcode code, const char *host, GError **err)
{
	return code == CURLE_OK || !trip->was_inside || refuse(host, err);
}
