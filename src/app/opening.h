/*
 * app/opening: a mail as it may be read. Whoever shows a mail, lists its files, quotes or indexes
 * it takes off here what stands around it as signature and encryption; what is left is plain MIME.
 *
 * What was decrypted goes where the person sends it: the screen, the person's files, a draft. It is
 * never stored in the clear and never indexed: who does either opens without certificates, and then
 * nothing is decrypted. Pure; any thread but that of the screens, for keys take their time.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "app/certificates.h"
#include "mime/mime.h"
#include "model/message.h"
#include "smime/message.h"

/* What there is of a mail; all of it is borrowed. */
typedef struct {
	const Message *message;      /* without body; with the server's parts, if they are known */
	BodyKind       kind;         /* of @body */
	GBytes        *body;         /* NULL: not here */
	GBytes        *source;       /* the whole of it; NULL: not here */
} OpeningMail;

typedef struct {
	SmimeMessage *smime; /* NULL: nothing of the kind is around it, or it is incomplete */
	BodyKind      kind;          /* of @body */
	GBytes *body;       /* to be read in place of the one that came; NULL: there is none */
	bool is_incomplete; /* it says to be signed or encrypted, and is not here as a whole */
	bool          is_judged;     /* there were certificates to judge by */
} Opening;

/* True if by its class or its files it is signed or encrypted: then nothing but its whole source
 * tells what it says. */
bool opening_needs_source(const Message *message);

/* @certificates NULL: signatures are taken off and not judged, encryptions stay closed. */
Opening *opening_new(const OpeningMail *mail, const Certificates *certificates);
void     opening_free(Opening *opening);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Opening, opening_free)

bool opening_is_encrypted(const Opening *opening);       /* open or not */
bool opening_is_closed(const Opening *opening);          /* what is inside cannot be read here */

/*
 * A stranger may have put words into what is read: it was encrypted so that changes do not show,
 * and no good signature vouches for it. No link and no picture of it is to be offered (EFAIL).
 */
bool opening_is_alterable(const Opening *opening);

/* What @message says of itself becomes what the mail inside does: who it is from and for, what it
 * is called, what lies in it. @mime: of opening->body. Nothing happens where nothing was taken off.
 */
void opening_correct(const Opening *opening, const MimeMessage *mime, Message *message);
