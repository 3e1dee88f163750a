/*
 * certs: a throw-away authority and a certificate for localhost, made fresh at each start, so that no
 * key lies in the tree and none expires.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

typedef struct { char *ca_pem, *server_pem, *server_key_pem; } Certs;

/* Valid from yesterday for ten days, names localhost and 127.0.0.1. ERR_TLS. */
bool certs_make(Certs *ret_certs, GError **err);
void certs_clear(Certs *certs);
