#include "net/http.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

enum { TIMEOUT_DEFAULT_S = 60 };

HttpRequest *http_request_new(const char *method, const char *url)
{
	HttpRequest *request = g_new0(HttpRequest, 1);

	request->method = method;
	request->url = g_strdup(url);
	request->headers = g_ptr_array_new_with_free_func(g_free);
	request->timeout_s = TIMEOUT_DEFAULT_S;
	return request;
}

void http_request_free(HttpRequest *request)
{
	if (!request)
		return;
	g_free(request->url);
	g_ptr_array_unref(request->headers);
	g_clear_pointer(&request->body, g_bytes_unref);
	g_free(request);
}

void http_request_header(HttpRequest *request, const char *name, const char *value)
{
	g_assert(!strpbrk(name, "\r\n:") && !strpbrk(value, "\r\n"));
	g_ptr_array_add(request->headers, g_strdup_printf("%s: %s", name, value));
}

HttpResponse *http_response_new(int status, GBytes *body)
{
	HttpResponse *response = g_new0(HttpResponse, 1);

	response->status = status;
	response->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	response->body = body ? g_bytes_ref(body) : g_bytes_new(NULL, 0);
	response->retry_after_ms = -1;
	return response;
}

void http_response_free(HttpResponse *response)
{
	if (!response)
		return;
	g_free(response->url);
	g_hash_table_unref(response->headers);
	g_bytes_unref(response->body);
	g_free(response);
}

const char *http_response_header(const HttpResponse *response, const char *name)
{
	g_autofree char *lower = text_lower_ascii(name);

	return g_hash_table_lookup(response->headers, lower);
}

/* What g_uri_split() finds, freed together. */
typedef struct {
	char *scheme, *user_info, *host, *path, *query, *fragment;
	int   port;
} Split;

static void split_clear(Split *split)
{
	g_free(split->scheme);
	g_free(split->user_info);
	g_free(split->host);
	g_free(split->path);
	g_free(split->query);
	g_free(split->fragment);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Split, split_clear)

static bool has_blank_or_control(const char *text)
{
	for (const char *p = text; *p; p++)
		if ((uint8_t)*p <= ' ' || *p == 0x7f)
			return true;
	return false;
}

/* Messages never repeat the address: it may hold a password. */
static bool split_check(const Split *split, GError **err)
{
	if (!split->scheme ||
	    (!g_str_equal(split->scheme, "https") && !g_str_equal(split->scheme, "http")))
		return fail(err, ERR_CONFIG, _("a server address must begin with https://"));
	if (split->user_info)
		return fail(err, ERR_CONFIG,
		            _("a server address must not contain a user name or password"));
	if (split->fragment)
		return fail(err, ERR_CONFIG, _("a server address must not contain '#'"));
	if (!split->host || !*split->host)
		return fail(err, ERR_CONFIG, _("the server address names no host"));
	if (split->port == 0 || split->port > 65535)
		return fail(err, ERR_CONFIG,
		            _("the server address names a port that does not exist"));
	return true;
}

static char *host_normalize(const char *host)
{
	if (!g_hostname_is_non_ascii(host))
		return text_lower_ascii(host);

	g_autofree char *ascii = g_hostname_to_ascii(host);
	return ascii ? text_lower_ascii(ascii) : NULL;
}

/* Path and query as they go into the request line: what is not ASCII is escaped, the rest kept. */
static char *path_join(const char *path, const char *query)
{
	g_autofree char *whole =
		g_strconcat(*path ? path : "/", query ? "?" : "", query ? query : "", NULL);

	return g_uri_escape_string(
		whole,
		G_URI_RESERVED_CHARS_GENERIC_DELIMITERS G_URI_RESERVED_CHARS_SUBCOMPONENT_DELIMITERS
		"%\"<>\\^`{|}",
		FALSE);
}

bool http_url_parse(const char *text, HttpUrl *ret_url, GError **err)
{
	g_auto(Split) split = { 0 };

	if (has_blank_or_control(text))
		return fail(err, ERR_CONFIG, _("a server address must not contain blanks"));
	if (!g_uri_split(text, G_URI_FLAGS_ENCODED, &split.scheme, &split.user_info, &split.host,
	                 &split.port, &split.path, &split.query, &split.fragment, NULL))
		return fail(err, ERR_CONFIG,
		            _("the server address cannot be read; it should look like "
		              "https://mail.example.com"));
	if (!split_check(&split, err))
		return false;

	g_autofree char *host = host_normalize(split.host);
	if (!host)
		return fail(err, ERR_CONFIG,
		            _("the host of the server address is not a valid name"));
	ret_url->port = split.port > 0 ? split.port : g_str_equal(split.scheme, "https") ? 443 : 80;
	ret_url->scheme = g_steal_pointer(&split.scheme);
	ret_url->host = g_steal_pointer(&host);
	ret_url->path = path_join(split.path, split.query);
	return true;
}

void http_url_clear(HttpUrl *url)
{
	g_clear_pointer(&url->scheme, g_free);
	g_clear_pointer(&url->host, g_free);
	g_clear_pointer(&url->path, g_free);
}

char *http_url_format(const HttpUrl *url)
{
	bool is_v6 = strchr(url->host, ':') != NULL;
	bool is_usual = url->port == (g_str_equal(url->scheme, "https") ? 443 : 80);
	g_autofree char *port = is_usual ? g_strdup("") : g_strdup_printf(":%d", url->port);

	return g_strdup_printf("%s://%s%s%s%s%s", url->scheme, is_v6 ? "[" : "", url->host,
	                       is_v6 ? "]" : "", port, url->path);
}
