#include "sync/moved.h"

#include <string.h>

#include "net/http.h"

static bool is_second_level(const char *label)
{
	static const char *const labels[] = {
		"ac", "co",  "com", "edu", "go",  "gob", "gouv", "gov", "govt", "gv",     "ltd",
		"me", "mil", "ne",  "net", "nhs", "nom", "or",   "org", "plc",  "police", "sch",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(labels); i++)
		if (g_str_equal(labels[i], label))
			return true;
	return false;
}

/* The part of @host that somebody registered; NULL if it is too short to say, or an address in
 * numbers. */
static char *registrable(const char *host)
{
	g_auto(GStrv) labels = g_strsplit(host, ".", -1);
	guint count = g_strv_length(labels);
	guint kept = 2;

	if (count < 2 || strchr(host, ':') || g_hostname_is_ip_address(host))
		return NULL;
	if (strlen(labels[count - 1]) == 2 && is_second_level(labels[count - 2]))
		kept = 3;
	return count < kept ? NULL : g_strjoinv(".", labels + count - kept);
}

static bool is_same_domain(const char *host, const char *other)
{
	g_autofree char *domain = registrable(host);
	g_autofree char *other_domain = registrable(other);

	return domain && other_domain && g_str_equal(domain, other_domain);
}

static bool is_allowed(const HttpUrl *from, const HttpUrl *to)
{
	return g_str_equal(to->scheme, "https") &&
	       (g_str_equal(from->host, to->host) || is_same_domain(from->host, to->host));
}

bool moved_is_allowed(const char *from_url, const char *to_url)
{
	HttpUrl from = { 0 }, to = { 0 };
	bool is_ok = http_url_parse(from_url, &from, NULL) && http_url_parse(to_url, &to, NULL) &&
	             is_allowed(&from, &to);

	http_url_clear(&from);
	http_url_clear(&to);
	return is_ok;
}

char *moved_host(const char *url)
{
	HttpUrl parts = { 0 };
	char *host = http_url_parse(url, &parts, NULL) ? g_strdup(parts.host) : g_strdup("?");

	http_url_clear(&parts);
	return host;
}
