/*
 * smime/protect: a mail that is ready to leave, signed, encrypted, or both: signed first, so that
 * nobody on the way learns who signed. Its header is repeated inside and protected as the text is;
 * outside stays what servers need to carry it. Source: RFC 8551, RFC 5652, RFC 5083, RFC 5753, RFC
 * 9788; RFC 2634 1.1 for the triple wrap. Pure but for chance; any thread, never the UI's: a key
 * costs milliseconds, one on a token asks the person.
 *
 * Nothing weak is written: no SHA-1, no cipher but AES-256, no key that is too short today; who
 * cannot be reached so is named, and nothing leaves.
 *
 * Bcc. Whoever can open an envelope sees for whom else it is: the certificates are listed in it. So
 * the people of Bcc get mails of their own (CVE-2024-49395), which smime_protect_copies() makes:
 * one for To and Cc, in which nothing of Bcc is left, and one for each person of Bcc, which names
 * nobody else outside, for ActiveSync sends to whom the header names; To and Cc stand inside it.
 * The sender's own certificate is in each, so that what is in Sent can be read. A mail that is not
 * encrypted stays one; its Bcc stands outside only, where the server removes it.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "smime/identity.h"
#include "smime/trust.h"

/* One whom a mail is encrypted to; the sender is one of them. All is borrowed. */
typedef struct {
	const char        *address;        /* whose it is; errors name it */
	const Certificate *certificate;
	GBytes            *capabilities;   /* SMIMECapabilities that its owner told, DER; NULL: what
	                                    * the certificate tells, if it does */
} SmimeRecipient;

/* What is to be done with a mail. All is borrowed. */
typedef struct {
	const SmimeIdentity *signer;       /* NULL: it is not signed */
	const Certificate   *reply_with;   /* to encrypt answers to; NULL: the signer's own */
	const SmimeTrust    *trust;        /* the issuers that a signature brings along, and which
	                                    * recipients are refused; NULL: none, and nobody */
	const GPtrArray     *recipients;   /* of SmimeRecipient; NULL, empty: it is not encrypted */
	bool                 is_opaque;    /* the signature holds the text, instead of beside it */
	bool                 signs_again;  /* the encryption, too: the triple wrap */
	bool                 hides_subject;     /* if it is encrypted: "[...]" outside */
	int64_t              now_ms;       /* when it is signed, and certificates must be valid */
} SmimeProtection;

/*
 * @mail: as mime_build() makes it. The text is made ASCII with CRLF before it is signed, so that no
 * server has a reason to touch it; one that cannot be (it forwards a signed mail of 8 bits), or is
 * so broken that two readers find other parts in it, is signed opaque, whatever was asked.
 * AES-256-GCM if each recipient can read it, else AES-256-CBC; RSA by OAEP for those who said that
 * they read it with SHA-2, else PKCS#1 v1.5; ECDH for others.
 *
 * It is encrypted to @recipients, whoever they are: a draft to its writer alone. Bcc stays outside,
 * so that what leaves goes through smime_protect_copies().
 * ERR_CONFIG names whose certificate is not for this, not valid now, refused, revoked or too weak,
 * the signer's too. That nobody vouches for one is the caller's to judge. ERR_UNSUPPORTED: an
 * algorithm that this machine or key refuses, by name. ERR_PROTOCOL: @mail is in doubt, or
 * protected already. ERR_LIMIT: larger than LIMIT_CMS_BYTES. Of a signer on a token, what
 * smime/tokens.h says.
 */
GBytes *smime_protect(GBytes *mail, const SmimeProtection *protection, GError **err);

/* A mail of its own for some of the recipients. */
typedef struct {
	GBytes *mail;
	char   *bcc;             /* whom it is for alone; NULL: To and Cc */
	char   *message_id;      /* with angle brackets; each copy has its own; NULL: none */
} SmimeCopy;

void smime_copy_free(SmimeCopy *copy);

/*
 * @mail in as many copies as it takes, of SmimeCopy, the one for To and Cc first: see above.
 * @recipients has everybody of To, Cc and Bcc, under the address that the mail has; whoever is in
 * none of them, as the sender, is in each copy. ERR_NOT_FOUND names an address without a recipient.
 */
GPtrArray *smime_protect_copies(GBytes *mail, const SmimeProtection *protection, GError **err);

/* What we can read ourselves, with @own: SMIMECapabilities, DER; of the sender as a recipient. */
GBytes *smime_capabilities(const Certificate *own);
