/*
 * smime/header_out: the header of a mail that is protected: a copy of it inside, and what is left
 * outside. Internal to smime/. Source: RFC 9788. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "mime/entity.h"

typedef struct {
	bool        is_encrypted, hides_subject;
	bool        drops_bcc;     /* what the mail has there does not stay outside either */
	const char *bcc;           /* it is for this address alone; NULL: for To and Cc */
	const char *message_id;    /* outside, if not the mail's own; NULL */
} HeaderPlan;

/* What is to be signed or encrypted: @mail with its header protected. ERR_PROTOCOL: it was before.
 */
GBytes *header_out_payload(const MimeEntity *mail, const HeaderPlan *plan, GError **err);

/* The mail that leaves: what of the header of @mail stays outside, and @part, which begins with the
 * Content-… fields that it has instead. */
GBytes *header_out_join(const MimeEntity *mail, const HeaderPlan *plan, GBytes *part);
