/*
 * picture: whether an answer is a picture: its server must say so, and its first bytes must agree.
 * SVG is a program with a mouth of its own, and none here. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "net/http.h"

/* What we ask for; static: the value of an Accept header. */
const char *picture_accept(void);

/*
 * ERR_NOT_FOUND, ERR_FORBIDDEN, ERR_SERVER by the status, ERR_UNSUPPORTED: no picture, one of a
 * kind that is not shown, or one that is not what it says. The message names the host.
 */
bool picture_check(const HttpResponse *response, GError **err);
