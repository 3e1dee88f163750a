/*
 * redirect: whether an answer leads elsewhere, and whether we go there. Followed is only https to
 * the same host and port (or plain http where the request was), ten times, never in a circle; so
 * credentials never reach a host that the person did not name. A POST keeps its method (307, 308)
 * or is not followed: what asks us to GET a page instead is a login form. Pure.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef struct {
	int              status;
	const char      *method;
	const char      *url;        /* that was asked */
	const char      *location;   /* the header; may be NULL */
	const GPtrArray *visited;    /* of char *: every URL asked so far, @url among them */
} Redirect;

/*
 * *ret_url: where to go with *ret_method (static or @redirect->method), free with g_free; NULL: the
 * answer is no redirect. ERR_MOVED: one that is not followed; the message names the target.
 */
bool redirect_decide(const Redirect *redirect, char **ret_url, const char **ret_method,
                     GError **err);
/* The same for who has no credentials to lose: to any host and port, only not from https to http.
 */
bool redirect_decide_guest(const Redirect *redirect, char **ret_url, const char **ret_method,
                           GError **err);
