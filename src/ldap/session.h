/*
 * ldap/session: a connection to a directory as libldap knows it, over a line of net/. What libldap
 * would take from ldap.conf, .ldaprc or the environment means nothing here. Internal to ldap/.
 */
#pragma once
#include <glib.h>
#include <ldap.h>
#include <stdbool.h>
#include <stdint.h>

#include "ldap/directory.h"
#include "net/line.h"

typedef struct {
	char        *server;       /* as a person named it */
	LDAP        *ld;
	Line        *line;
	const Clock *clock;
	int          timeout_s;
	bool         is_broken;    /* of no more use */
} LdapSession;

/* Where @server says that it is. ERR_CONFIG. */
typedef struct { char *host; int port; bool is_tls; } LdapPlace;
bool ldap_place_read(const char *server, LdapPlace *ret_place, GError **err);
void ldap_place_clear(LdapPlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LdapPlace, ldap_place_clear)

/* Connected, and encrypted as @setup wants it; nobody has signed in. */
LdapSession *ldap_session_open(const LdapSetup *setup, GError **err);
void         ldap_session_close(LdapSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LdapSession, ldap_session_close)

/* Uptime at which what begins now must have ended. */
int64_t ldap_session_deadline_ms(const LdapSession *session);

/* The next message of the question @id, freed by ldap_msgfree(). ERR_NETWORK, ERR_PROTOCOL,
 * ERR_LIMIT. */
LDAPMessage *ldap_session_next(LdapSession *session, int id, int64_t deadline_ms, GError **err);

/* Whether @message, a result, says that all is well; frees it. With @may_be_cut a size limit is. */
bool ldap_session_judge(LdapSession *session, LDAPMessage *message, bool may_be_cut, GError **err);

/* Sets *err from what libldap or the server calls @code, and returns false. @detail: the server's
 * own words, or NULL. */
bool ldap_session_fail(LdapSession *session, int code, const char *detail, GError **err);
