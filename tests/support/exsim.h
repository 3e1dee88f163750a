/*
 * exsim: the simulated Exchange server without its sockets: a request goes in, an answer comes out, in one
 * call. For tests of what stands above HTTP. One thread.
 */
#pragma once
#include <glib.h>

#include "net/http.h"

typedef struct Exsim Exsim;

/* A server that speaks @versions (a comma list) and has one user, Alice, with Exchange's empty folders. */
Exsim *exsim_new(const char *versions);
void   exsim_free(Exsim *exsim);

/* A mail in Alice's Inbox. */
void exsim_deliver(Exsim *exsim, const char *subject);

/* Carries out an order (exsim/control.h) and returns what it said. Fails the test if it is refused. */
char *exsim_order(Exsim *exsim, const char *order);

/* Answers @request as Alice's; her password is taken as given. What waits is answered as if its time were over. */
HttpResponse *exsim_answer(Exsim *exsim, const HttpRequest *request);
