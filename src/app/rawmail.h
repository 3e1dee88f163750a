/*
 * app/rawmail: a message as sendmail(8) is given it, made fit for ActiveSync: byte for byte, apart
 * from what must change. Lines end in CRLF; From, Date and Message-ID are added where they are
 * missing, and so is a MIME header to text beyond ASCII. Bytes that are no UTF-8 are encoded
 * (mime/seven_bit.h): a server may take a whole message for UTF-8, as SOGo does. ActiveSync knows no envelope: a message
 * goes to whom To, Cc and Bcc name, so recipients that stand nowhere become Bcc, and a name without
 * a domain, as cron writes it, is the account's own address. Pure; any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "model/draft.h"

typedef struct {
	const char *const *recipients;   /* NULL-ended; may be empty if @reads_header */
	bool        reads_header;        /* -t: those of the header as well */
	const char *own_address;
	const char *from_name;           /* for a From that has to be added; NULL */
	const char *message_id;          /* for one without; with angle brackets */
	int64_t     now_ms;              /* UTC */
	int         offset_min;          /* minutes east of UTC */
} RawMailHow;

/*
 * *ret_summary (the caller's) has sender, recipients, subject and Message-ID, and no body.
 * ERR_USAGE: no recipient, one that is no address, or a name in To or Cc that is not among the
 * recipients: the server would send it there.
 */
GBytes *rawmail_prepare(GBytes *raw, const RawMailHow *how, Draft **ret_summary, GError **err);
