/*
 * ldap/filter: what a directory is asked: the filter of the settings with an address in the place
 * of its %m. No address can change what the filter means. Source: RFC 4515, 3. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

/* ERR_CONFIG: @pattern has no %m, a % before something else (%% is one), or is too long. */
bool ldap_filter_check(const char *pattern, GError **err);

/* @pattern, which ldap_filter_check() has passed, filled in. Free with g_free. */
char *ldap_filter_fill(const char *pattern, const char *address);
