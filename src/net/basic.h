/*
 * basic: the Authorization header of HTTP Basic. RFC 7617: UTF-8; servers from before it expect ISO
 * 8859-1. Built here, because libcurl splits name and password at the first colon. Pure.
 */
#pragma once
#include <stdbool.h>

#include "base/secret.h"

typedef enum { BASIC_UTF8, BASIC_LATIN1 } BasicCharset;

/* "Authorization: Basic …"; give it to basic_free(). NULL when name or password cannot be written
 * in @charset. */
char *basic_header(const char *user_name, const Secret *password, BasicCharset charset);
void  basic_free(char *header);      /* wipes */

/* True if ISO 8859-1 can write both and writes them differently: a second attempt makes sense. */
bool basic_has_latin1(const char *user_name, const Secret *password);

/* [RFC 7617] 2: a name with a colon or a control cannot be sent. */
bool basic_is_name(const char *user_name);
