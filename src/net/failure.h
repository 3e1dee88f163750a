/*
 * failure: libcurl's reason for a transfer without an answer, as a kind and a sentence.
 * Certificates and TLS are tls.h's. Internal to net/.
 */
#pragma once
#include <curl/curl.h>
#include <glib.h>
#include <stdbool.h>

enum { CONNECT_TIMEOUT_S = 30 };

typedef struct {
	CURLcode    code;
	const char *host;
	int         port;
	int         os_errno;     /* of the connect; 0 unknown */
	int         timeout_s;    /* that it was given to connect */
} Failure;

/* Sets *err and returns false; true only for CURLE_OK. */
bool failure_judge(const Failure *failure, GError **err);
