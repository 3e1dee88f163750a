/*
 * smime/header: the header of a mail outside and the one that is signed with its text. Source: RFC
 * 9788. Internal to smime/. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "mime/entity.h"
#include "smime/verdict.h"

/* True if the fields of @inner are the message's own, rather than those outside. */
bool header_is_protected(const MimeEntity *inner);

/* The sender of these fields; free its texts with header_sender_clear(). */
void header_sender(const MimeEntity *entity, SenderFacts *ret_sender);
void header_sender_clear(SenderFacts *sender);

/* The names of fields that people see and that are not outside as they are inside; of char *. A
 * header that hides some of them (hp="cipher") has none. */
GPtrArray *header_differing(const MimeEntity *outer, const MimeEntity *inner);

/*
 * The mail without what was around it: @inner, under its own header where that is protected, else
 * under that of @outer. @inner NULL: @text is taken as plain text.
 */
GBytes *header_join(const MimeEntity *outer, const MimeEntity *inner, GBytes *text);
