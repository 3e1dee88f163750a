/*
 * http: requests and answers as records. Pure: no socket, no clock, no libcurl. A backend builds a
 * request and reads an answer; net/ carries them.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Which lane of the account carries it: each lane is its own connections, so that nothing waits for
 * the Ping. The last is a guest's (net.h). */
typedef enum { LANE_COMMAND, LANE_FETCH, LANE_PUSH, LANE_PICTURE } HttpLane;

typedef struct {
	const char *method;        /* static: "POST", "OPTIONS", "GET" */
	char       *url;           /* absolute, without credentials */
	/* Of "Name: value"; never Authorization, Cookie, User-Agent: those are net's. */
	GPtrArray  *headers;
	GBytes     *body;          /* NULL: none, and then no Content-Type either */
	/* Nothing worth mentioning (64 bytes) for so long: ERR_NETWORK; for a Ping the heartbeat +
	 * 30. An answer that has begun needs 100 bytes a second over such a span. */
	int         timeout_s;
	HttpLane    lane;
	/* To be carried once or not at all: on a connection of its own, since one that was idle may
	 * have died, and what is lost on such a one is sent again without a word. */
	bool        is_once;
	size_t      max_bytes;     /* of the decoded answer; 0: LIMIT_HTTP_BODY_BYTES */
} HttpRequest;

/* No headers, no body, 60 s, LANE_COMMAND. */
HttpRequest *http_request_new(const char *method, const char *url);
void         http_request_free(HttpRequest *request);
/* Neither has a CR or LF: asserted. */
void         http_request_header(HttpRequest *request, const char *name, const char *value);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpRequest, http_request_free)

typedef struct {
	int         status;        /* 200 … */
	char       *url;           /* that answered, after redirects */
	/* Lower-case name to value; a repeated one joined by ", "; cookies are net's. */
	GHashTable *headers;
	GBytes     *body;          /* decoded; never NULL */
	int64_t     retry_after_ms;/* Retry-After as a delay; -1 none */
	bool        is_chain_verified;   /* TLS chain checked against anchors: what a wipe needs */
} HttpResponse;

HttpResponse *http_response_new(int status, GBytes *body);    /* @body is referenced; NULL: empty */
void          http_response_free(HttpResponse *response);
/* @name in any case; NULL: absent. */
const char   *http_response_header(const HttpResponse *response, const char *name);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HttpResponse, http_response_free)

/* The parts of an absolute http(s) URL. ERR_CONFIG names what is wrong: scheme, user info,
 * fragment, no host. */
typedef struct {
	char *scheme;
	char *host;                /* lower case */
	int   port;                /* always set */
	char *path;                /* with its query */
} HttpUrl;
bool  http_url_parse(const char *text, HttpUrl *ret_url, GError **err);
void  http_url_clear(HttpUrl *url);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HttpUrl, http_url_clear)
char *http_url_format(const HttpUrl *url);     /* without the port when it is the scheme's own */
