/*
 * request: the HTTP side of a command: the plain form of the query ([MS-ASHTTP] 2.2.1.1.1.2), and
 * the headers that every command carries.
 */
#pragma once
#include <glib.h>

#include "backend/backend.h"
#include "wbxml/wbxml.h"

/* Ten times the version in use, 141 while none is known. */
int request_version(const AccountState *state);

/* Where the account's server is: what redirects taught us, else what the person typed. Borrowed. */
const char *request_server_url(const TaskSpec *spec);

/*
 * A POST of @command whose body is what @writer holds. The policy key is the state's, or
 * @policy_key if not NULL. The request is the caller's, who may set another lane or timeout, and
 * another limit than LIMIT_HTTP_SMALL_BYTES where mail comes.
 */
HttpRequest *request_new(const TaskSpec *spec, const char *command, const char *policy_key,
                         WbxmlWriter *writer);

/* The same before 14.0, where the body of a command that sends is the message itself. @query goes
 * behind the others: "&SaveInSent=T". */
HttpRequest *request_new_mail(const TaskSpec *spec, const char *command, const char *query,
                              GBytes *mime);
