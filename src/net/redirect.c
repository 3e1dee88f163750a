#include "net/redirect.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "net/http.h"

static bool is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

static bool has_control(const char *text)
{
	for (const char *p = text; *p; p++)
		if (g_ascii_iscntrl(*p))
			return true;
	return false;
}

/* The absolute target without its fragment; NULL if @location makes no sense. */
static char *target_resolve(const char *url, const char *location)
{
	g_autofree char *absolute =
		g_uri_resolve_relative(url, location, G_URI_FLAGS_ENCODED, NULL);

	if (!absolute || has_control(location))
		return NULL;
	return g_strndup(absolute, strcspn(absolute, "#"));
}

/* Whether we go from one to the other; @shown: the other as a person may see it. */
typedef bool (*TargetCheck)(const HttpUrl *from, const HttpUrl *to, const char *shown,
                            GError **err);

static bool check_encryption(const HttpUrl *from, const HttpUrl *to, const char *shown,
                             GError **err)
{
	if (g_str_equal(to->scheme, "http") && g_str_equal(from->scheme, "https"))
		return fail(err, ERR_MOVED,
		            _("%s wants us to go on without encryption at %s; that is never done"),
		            from->host, shown);
	return true;
}

static bool check_same_place(const HttpUrl *from, const HttpUrl *to, const char *shown,
                             GError **err)
{
	if (!check_encryption(from, to, shown, err))
		return false;
	if (!g_str_equal(from->host, to->host))
		return fail(err, ERR_MOVED,
		            _("%s sends us to another host, %s; if that is right, enter it as the "
		              "account's server"),
		            from->host, shown);
	if (!g_str_equal(from->scheme, to->scheme) || from->port != to->port)
		return fail(err, ERR_MOVED,
		            _("%s sends us to another port, %s; if that is right, enter it as the "
		              "account's server"),
		            from->host, shown);
	return true;
}

static bool visited_check(const Redirect *redirect, const char *host, const char *target,
                          const char *shown, GError **err)
{
	for (guint i = 0; i < redirect->visited->len; i++)
		if (g_str_equal(g_ptr_array_index(redirect->visited, i), target))
			return fail(err, ERR_MOVED,
			            _("%s sends us in a circle, back to %s; its administrator "
			              "must mend that"),
			            host, shown);
	if (redirect->visited->len > LIMIT_HTTP_REDIRECTS)
		return fail(err, ERR_MOVED, _("%s sends us on more than %d times, lastly to %s"),
		            host, LIMIT_HTTP_REDIRECTS, shown);
	return true;
}

static bool method_check(const Redirect *redirect, const char *host, const char *shown,
                         GError **err)
{
	if (g_str_equal(redirect->method, "POST") && redirect->status < 307)
		return fail(err, ERR_MOVED,
		            _("%s answers with a redirect (%d) to %s, as web login pages do; "
		              "check the server address, or whether ActiveSync is allowed for you"),
		            host, redirect->status, shown);
	return true;
}

static bool decide(const Redirect *redirect, TargetCheck check, char **ret_url,
                   const char **ret_method, GError **err)
{
	g_auto(HttpUrl) from = { 0 }, to = { 0 };

	*ret_url = NULL;
	if (!is_redirect(redirect->status) || !redirect->location)
		return true;
	if (!http_url_parse(redirect->url, &from, err))
		return false;

	g_autofree char *raw = text_visible(redirect->location);
	g_autofree char *shown = text_cut(raw, 200);
	g_autofree char *target = target_resolve(redirect->url, redirect->location);
	if (!target || !http_url_parse(target, &to, NULL))
		return fail(err, ERR_MOVED,
		            _("%s sends us to \"%s\", which is no address we can follow"),
		            from.host, shown);

	g_autofree char *next = http_url_format(&to);
	if (!check(&from, &to, shown, err) ||
	    !method_check(redirect, from.host, shown, err) ||
	    !visited_check(redirect, from.host, next, shown, err))
		return false;
	*ret_url = g_steal_pointer(&next);
	*ret_method = redirect->status == 303 ? "GET" : redirect->method;
	return true;
}

bool redirect_decide(const Redirect *redirect, char **ret_url, const char **ret_method,
                     GError **err)
{
	return decide(redirect, check_same_place, ret_url, ret_method, err);
}

bool redirect_decide_guest(const Redirect *redirect, char **ret_url, const char **ret_method,
                           GError **err)
{
	return decide(redirect, check_encryption, ret_url, ret_method, err);
}
