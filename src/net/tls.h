/*
 * tls: whom we trust and how little encryption we accept, for one account; and, when a server does
 * not pass, one sentence that says why and what would help. The extra CA file adds to the system's
 * anchors, it does not replace them. One thread. Internal to net/.
 */
#pragma once
#include <curl/curl.h>
#include <glib.h>
#include <stdbool.h>

#include "model/account.h"

typedef struct Tls Tls;

/* @ca_file may be NULL. ERR_CONFIG names the file that cannot be read or holds no certificate. */
Tls  *tls_new(const char *ca_file, TlsMin min, GError **err);
void  tls_free(Tls *tls);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tls, tls_free)

/* @tls must outlive every connection of @easy. */
void tls_apply(Tls *tls, CURL *easy);

/*
 * Sets *err if @code is libcurl's word for a failed handshake, else returns true. ERR_TLS;
 * ERR_NETWORK when the other side hung up in the middle of it. @detail is libcurl's message.
 */
bool tls_judge(const Tls *tls, CURLcode code, const char *host, int port, const char *detail,
               GError **err);
