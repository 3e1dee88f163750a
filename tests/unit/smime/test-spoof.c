/*
 * T-36: mails that pretend to be signed by their sender, in the ways that are published ("Johnny, you are fired!", EFAIL,
 * and the CVEs of mail programs), built anew. None may come out as good. A row is a header, a body in which words in
 * braces stand for what an attacker has at hand, and what must be found.
 */
#include <string.h>

#include "support/lab.h"

typedef enum { GRACE, MALLORY, SELF, STRANGER, TWIN, BY_MALLORY, EXPIRED, TOO_NEW, SERVER, KEYS_ONLY, OLD_DIGEST, SHORT_KEY,
	       COMMON_NAME, SUBJECT_ONLY, NUL, SUFFIX, PREFIX, NOBODY, REVOKED, PEOPLE } Who;

static LabPerson *ca, *other_ca, *twin_ca, *people[PEOPLE];
static GBytes *crl;

static EVP_PKEY *short_key(void) { return EVP_RSA_gen(1024); }

#define MAIL_USE .usage = "digitalSignature", .extended = "emailProtection"

static void make_people(void)
{
	ca = lab_person_new((LabWish){ .name = "Lab CA", .is_ca = true, .usage = "keyCertSign,cRLSign" });
	other_ca = lab_person_new((LabWish){ .name = "Other CA", .is_ca = true, .usage = "keyCertSign,cRLSign" });
	twin_ca = lab_person_new((LabWish){ .name = "Lab CA", .is_ca = true, .usage = "keyCertSign,cRLSign" });
	LabWish honest = { .name = "Grace", .alternative = "email:grace@example.org", .issuer = ca, MAIL_USE };
	LabWish w = honest;

	people[GRACE] = lab_person_new(honest);
	w.name = "Mallory", w.alternative = "email:mallory@example.net";
	people[MALLORY] = lab_person_new(w);
	w.name = "grace@example.org";
	people[COMMON_NAME] = lab_person_new(w);
	w.name = "Mallory", w.subject_mail = "grace@example.org";
	people[SUBJECT_ONLY] = lab_person_new(w);
	w = honest, w.issuer = NULL;
	people[SELF] = lab_person_new(w);
	w.issuer = other_ca;
	people[STRANGER] = lab_person_new(w);
	w.issuer = twin_ca;
	people[TWIN] = lab_person_new(w);
	w.issuer = people[MALLORY];
	people[BY_MALLORY] = lab_person_new(w);
	w = honest, w.from_days = -20, w.to_days = -2;
	people[EXPIRED] = lab_person_new(w);
	w.from_days = 2, w.to_days = 20;
	people[TOO_NEW] = lab_person_new(w);
	w = honest, w.extended = "serverAuth";
	people[SERVER] = lab_person_new(w);
	w = honest, w.usage = "keyEncipherment";
	people[KEYS_ONLY] = lab_person_new(w);
	w = honest, w.digest = EVP_sha1();
	people[OLD_DIGEST] = lab_person_new(w);
	w = honest, w.key = short_key();
	people[SHORT_KEY] = lab_person_new(w);
	w = honest, w.alternative = NULL, w.raw_mail = "grace@example.org";
	people[NUL] = lab_person_new(w);
	w = honest, w.alternative = "email:grace@example.org.example.net";
	people[SUFFIX] = lab_person_new(w);
	w.alternative = "email:xgrace@example.org";
	people[PREFIX] = lab_person_new(w);
	w.alternative = NULL;
	people[NOBODY] = lab_person_new(w);
	people[REVOKED] = lab_person_new(honest);
	crl = lab_crl(ca, people[REVOKED], 30);
}

#define HEADER_OF(from) "From: " from "\r\nTo: Ada <ada@example.org>\r\nSubject: Pay\r\nDate: " LAB_DATE "\r\nMIME-Version: 1.0\r\n"
#define FROM_GRACE   HEADER_OF("Grace <grace@example.org>")
#define FROM_MALLORY HEADER_OF("Mallory <mallory@example.net>")
#define TEXT  "Content-Type: text/plain\r\n\r\nPay Bob 5 euros.\r\n"
#define EVIL  "Content-Type: text/plain\r\n\r\nPay Mallory 5000 euros.\r\n"
#define MIXED "Content-Type: multipart/mixed; boundary=o\r\n\r\n"
#define SIGNED "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=\"sig\"\r\n\r\n"
#define P7S "Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n"

/*
 * {clear} {opaque}: TEXT, signed. {sig}: the signature of TEXT alone, base64; {full}: the same with TEXT in it. {of-evil}:
 * EVIL, signed opaque. {altered}: {opaque} whose text was changed. {wrapped}: a mail of EVIL and {clear} by Grace, signed by
 * the signer. {locked}: a signature around what is encrypted.
 */
static const struct { const char *why; const char *header, *body; Who signer; const char *reason; } rows[] = {
	/* who */
	{ "somebody else's certificate", FROM_GRACE, "{clear}", MALLORY, "other_signer" },
	{ "the same, opaque", FROM_GRACE, "{opaque}", MALLORY, "other_signer" },
	{ "another Sender", "Sender: mallory@example.net\r\n" FROM_GRACE, "{clear}", MALLORY, "other_signer" },
	{ "another Reply-To", "Reply-To: mallory@example.net\r\n" FROM_GRACE, "{clear}", MALLORY, "other_signer" },
	{ "an address as name", HEADER_OF("\"grace@example.org\" <mallory@example.net>"), "{clear}", MALLORY, "name_deceives" },
	{ "an address before the address", HEADER_OF("grace@example.org <mallory@example.net>"), "{clear}", MALLORY,
	  "name_deceives" },
	{ "an address in a comment", HEADER_OF("mallory@example.net (grace@example.org)"), "{clear}", MALLORY, "name_deceives" },
	{ "an address in an encoded word", HEADER_OF("=?utf-8?q?grace=40example.org?= <mallory@example.net>"), "{clear}", MALLORY,
	  "name_deceives" },
	{ "an encoded NUL behind the address", HEADER_OF("=?utf-8?b?Z3JhY2VAZXhhbXBsZS5vcmcA?= <mallory@example.net>"), "{clear}",
	  MALLORY, "name_deceives" },
	{ "an encoded address in the address", HEADER_OF("=?utf-8?b?Z3JhY2VAZXhhbXBsZS5vcmc=?=@example.net"), "{clear}", MALLORY,
	  "other_signer" },
	{ "a full-width at sign", HEADER_OF("grace\xef\xbc\xa0""example.org <mallory@example.net>"), "{clear}", MALLORY,
	  "name_deceives" },
	{ "an address as a quoted local part", HEADER_OF("\"grace@example.org\"@example.net"), "{clear}", MALLORY, "other_signer" },
	{ "an address as the name of a group", HEADER_OF("grace@example.org: mallory@example.net;"), "{clear}", MALLORY,
	  "name_deceives" },
	{ "two addresses as name", HEADER_OF("\"grace@example.org mallory@example.net\" <mallory@example.net>"), "{clear}", MALLORY,
	  "name_deceives" },
	{ "a sender that is another in another charset", HEADER_OF("\xff <mallory@example.net>"),
	  "{utf-7}", MALLORY, "ambiguous" },
	{ "two senders", HEADER_OF("grace@example.org, mallory@example.net"), "{clear}", MALLORY, "from_several" },
	{ "two senders, the signer first", HEADER_OF("mallory@example.net, grace@example.org"), "{clear}", MALLORY, "from_several" },
	{ "two in angle brackets", HEADER_OF("<grace@example.org> <mallory@example.net>"), "{clear}", MALLORY, "from_several" },
	{ "two fields", "From: grace@example.org\r\n" FROM_MALLORY, "{clear}", MALLORY, "from_several" },
	{ "two fields, the signer first", "From: mallory@example.net\r\n" FROM_GRACE, "{clear}", MALLORY, "from_several" },
	{ "two fields, in other cases", "FROM: mallory@example.net\r\n" FROM_GRACE, "{clear}", MALLORY, "from_several" },
	{ "no sender", "Subject: Pay\r\nMIME-Version: 1.0\r\n", "{clear}", MALLORY, "from_missing" },
	{ "an empty sender", HEADER_OF(""), "{clear}", MALLORY, "from_missing" },
	{ "an empty address", HEADER_OF("Grace <>"), "{clear}", NOBODY, "" },
	/* certificates */
	{ "the address as common name", FROM_GRACE, "{clear}", COMMON_NAME, "other_signer" },
	{ "the address in the subject only", FROM_GRACE, "{clear}", SUBJECT_ONLY, "other_signer" },
	{ "a NUL behind the address", FROM_GRACE, "{clear}", NUL, "address_missing" },
	{ "a longer domain", FROM_GRACE, "{clear}", SUFFIX, "other_signer" },
	{ "a longer name", FROM_GRACE, "{clear}", PREFIX, "other_signer" },
	{ "no address at all", FROM_GRACE, "{clear}", NOBODY, "address_missing" },
	{ "signed by itself", FROM_GRACE, "{clear}", SELF, "issuer_unknown" },
	{ "signed by a stranger", FROM_GRACE, "{clear}", STRANGER, "issuer_unknown" },
	{ "signed by one of the anchor's name", FROM_GRACE, "{clear}", TWIN, "" },
	{ "signed by one who may not", FROM_GRACE, "{clear}", BY_MALLORY, "chain_broken" },
	{ "for servers", FROM_GRACE, "{clear}", SERVER, "wrong_usage" },
	{ "for keys", FROM_GRACE, "{clear}", KEYS_ONLY, "wrong_usage" },
	{ "expired", FROM_GRACE, "{clear}", EXPIRED, "expired" },
	{ "not yet valid", FROM_GRACE, "{clear}", TOO_NEW, "not_yet_valid" },
	{ "revoked", FROM_GRACE, "{clear}", REVOKED, "revoked" },
	{ "SHA-1 in the certificate", FROM_GRACE, "{clear}", OLD_DIGEST, "weak_sha1" },
	{ "a key of 1024 bits", FROM_GRACE, "{clear}", SHORT_KEY, "weak_key" },
	/* signatures */
	{ "MD5", FROM_GRACE, SIGNED "--sig\r\n" TEXT "\r\n--sig\r\n" P7S "{md5}\r\n--sig--\r\n", SHORT_KEY, "weak_md5" },
	{ "SHA-1", FROM_GRACE, SIGNED "--sig\r\n" TEXT "\r\n--sig\r\n" P7S "{sha1}\r\n--sig--\r\n", GRACE, "weak_sha1" },
	{ "no certificate", FROM_GRACE, SIGNED "--sig\r\n" TEXT "\r\n--sig\r\n" P7S "{bare}\r\n--sig--\r\n", GRACE, "no_certificate" },
	{ "another text", FROM_GRACE, SIGNED "--sig\r\n" EVIL "\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE, "altered" },
	{ "another text, without attributes", FROM_GRACE, SIGNED "--sig\r\n" EVIL "\r\n--sig\r\n" P7S "{no-attributes}\r\n--sig--\r\n",
	  GRACE, "altered" },
	{ "another type of the text", FROM_GRACE,
	  SIGNED "--sig\r\nContent-Type: text/html\r\n\r\nPay Bob 5 euros.\r\n\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE, "altered" },
	{ "a blank more", FROM_GRACE,
	  SIGNED "--sig\r\nContent-Type: text/plain\r\n\r\nPay Bob 5 euros. \r\n\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE, "altered" },
	{ "opaque, another text", FROM_GRACE, "{altered}", GRACE, "altered" },
	{ "a text of its own beside", FROM_GRACE, SIGNED "--sig\r\n" EVIL "\r\n--sig\r\n" P7S "{full}\r\n--sig--\r\n", GRACE,
	  "content_twice" },
	{ "its own text twice", FROM_GRACE, SIGNED "--sig\r\n" TEXT "\r\n--sig\r\n" P7S "{full}\r\n--sig--\r\n", GRACE, "content_twice" },
	{ "opaque without a text", FROM_GRACE,
	  "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\nContent-Transfer-Encoding: base64\r\n\r\n{sig}", GRACE, "damaged" },
	{ "nobody signed", FROM_GRACE, "{unsigned}", GRACE, "no_signer" },
	{ "nobody signed, clear", FROM_GRACE, SIGNED "--sig\r\n" EVIL "\r\n--sig\r\n" P7S "{unsigned-sig}\r\n--sig--\r\n", GRACE,
	  "no_signer" },
	{ "nobody, with her certificate", FROM_GRACE, "{unsigned-certificate}", GRACE, "no_signer" },
	{ "two signers", FROM_GRACE, "{two}", GRACE, "several_signers" },
	{ "something else than a mail is signed", FROM_GRACE, "{receipt}", GRACE, "damaged" },
	{ "signed in the future", FROM_GRACE, "{future}", GRACE, "signed_in_future" },
	{ "an old mail with a new date", FROM_GRACE, "{replay}", GRACE, "date_differs" },
	{ "signed before the certificate was valid", FROM_GRACE, "{too-early}", GRACE, "signed_when_invalid" },
	{ "no CMS in it", FROM_GRACE, SIGNED "--sig\r\n" TEXT "\r\n--sig\r\n" P7S "SGVsbG8=\r\n--sig--\r\n", GRACE, "damaged" },
	{ "an empty signature", FROM_GRACE, SIGNED "--sig\r\n" TEXT "\r\n--sig\r\n" P7S "\r\n--sig--\r\n", GRACE, "damaged" },
	{ "opaque, no CMS in it", FROM_GRACE, "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n\r\nHello\r\n", GRACE,
	  "damaged" },
	{ "encrypted, and says signed", FROM_GRACE, "{encrypted-as-signed}", GRACE, "locked" },
	{ "a signature around what is encrypted", FROM_MALLORY, "{locked}", MALLORY, "locked" },
	/* MIME: around */
	{ "a text before", FROM_GRACE, MIXED "--o\r\n" EVIL "--o\r\n{clear}\r\n--o--\r\n", GRACE, "partly_signed" },
	{ "a text behind", FROM_GRACE, MIXED "--o\r\n{clear}\r\n--o\r\n" EVIL "--o--\r\n", GRACE, "partly_signed" },
	{ "alone in a multipart", FROM_GRACE, MIXED "--o\r\n{clear}\r\n--o--\r\n", GRACE, "partly_signed" },
	{ "opaque, a text before", FROM_GRACE, MIXED "--o\r\n" EVIL "--o\r\n{opaque}\r\n--o--\r\n", GRACE, "partly_signed" },
	{ "as an alternative", FROM_GRACE,
	  "Content-Type: multipart/alternative; boundary=o\r\n\r\n--o\r\n{clear}\r\n--o\r\nContent-Type: text/html\r\n\r\n<p>Pay Mallory\r\n--o--\r\n",
	  GRACE, "partly_signed" },
	{ "beside a page that shows it", FROM_GRACE,
	  "Content-Type: multipart/related; boundary=o\r\n\r\n--o\r\nContent-Type: text/html\r\n\r\n<p>Pay Mallory<iframe src=cid:x>\r\n"
	  "--o\r\nContent-ID: <x>\r\n{clear}\r\n--o--\r\n", GRACE, "partly_signed" },
	{ "within a comment of a page", FROM_GRACE,
	  MIXED "--o\r\nContent-Type: text/html\r\n\r\n<p>Pay Mallory<!--\r\n--o\r\n{clear}\r\n--o\r\nContent-Type: text/html\r\n\r\n-->\r\n--o--\r\n",
	  GRACE, "partly_signed" },
	{ "deep within", FROM_GRACE,
	  MIXED "--o\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n{clear}\r\n--i--\r\n--o\r\n" EVIL "--o--\r\n", GRACE,
	  "partly_signed" },
	{ "as an attached message", FROM_GRACE, MIXED "--o\r\n" EVIL "--o\r\nContent-Type: message/rfc822\r\n\r\n" FROM_GRACE "{clear}\r\n--o--\r\n",
	  GRACE, "unsigned" },
	{ "as the only, attached message", FROM_GRACE, "Content-Type: message/rfc822\r\n\r\n" FROM_GRACE "{clear}", GRACE, "unsigned" },
	{ "within somebody else's signature", FROM_GRACE, "{wrapped}", MALLORY, "other_signer" },
	/* MIME: within multipart/signed */
	{ "a third part", FROM_GRACE, SIGNED "--sig\r\n" TEXT "\r\n--sig\r\n" P7S "{sig}\r\n--sig\r\n" EVIL "\r\n--sig--\r\n", GRACE, "ambiguous" },
	{ "a third part between", FROM_GRACE, SIGNED "--sig\r\n" TEXT "\r\n--sig\r\n" EVIL "\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE,
	  "ambiguous" },
	{ "a third part first", FROM_GRACE, SIGNED "--sig\r\n" EVIL "\r\n--sig\r\n" TEXT "\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE,
	  "ambiguous" },
	{ "the signature first", FROM_GRACE, SIGNED "--sig\r\n" P7S "{sig}\r\n--sig\r\n" TEXT "\r\n--sig--\r\n", GRACE, "damaged" },
	{ "one part", FROM_GRACE, SIGNED "--sig\r\n" TEXT "\r\n--sig--\r\n", GRACE, "ambiguous" },
	{ "no parts", FROM_GRACE, SIGNED TEXT, GRACE, "ambiguous" },
	{ "no end", FROM_GRACE, SIGNED "--sig\r\n" TEXT "\r\n--sig\r\n" P7S "{sig}\r\n", GRACE, "ambiguous" },
	{ "more behind the end", FROM_GRACE, SIGNED "--sig\r\n" TEXT "\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n--sig\r\n" EVIL "\r\n--sig--\r\n",
	  GRACE, "ambiguous" },
	{ "a line like the delimiter", FROM_GRACE, SIGNED "--sig\r\n" TEXT "--sig.\r\n" EVIL "\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE,
	  "ambiguous" },
	{ "another type of signature", FROM_GRACE,
	  SIGNED "--sig\r\n" TEXT "\r\n--sig\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n{sig}\r\n--sig--\r\n", GRACE,
	  "damaged" },
	{ "no protocol", FROM_GRACE,
	  "Content-Type: multipart/signed; boundary=\"sig\"\r\n\r\n--sig\r\n" TEXT "\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE, "ambiguous" },
	{ "the protocol of OpenPGP", FROM_GRACE,
	  "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=\"sig\"\r\n\r\n--sig\r\n" EVIL "\r\n--sig\r\n" P7S
	  "{sig}\r\n--sig--\r\n", GRACE, "unsigned" },
	{ "encoded as a whole", FROM_GRACE,
	  "Content-Transfer-Encoding: base64\r\n" SIGNED "--sig\r\n" TEXT "\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE, "ambiguous" },
	{ "two types", FROM_GRACE, "Content-Type: text/html\r\n" SIGNED "--sig\r\n" TEXT "\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE, "" },
	{ "two types, the signature's first", FROM_GRACE,
	  "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=\"sig\"\r\n" MIXED "--o\r\n" EVIL "--o--\r\n--sig\r\n" TEXT
	  "\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE, "" },
	{ "two boundaries", FROM_GRACE,
	  "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=o; boundary=sig\r\n\r\n--o\r\n" EVIL "--o--\r\n--sig\r\n"
	  TEXT "\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE, "ambiguous" },
	{ "a boundary in a comment", FROM_GRACE,
	  "Content-Type: multipart/signed (boundary=o); protocol=\"application/pkcs7-signature\"; boundary=sig\r\n\r\n--o\r\n" EVIL "--o--\r\n--sig\r\n"
	  TEXT "\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE, "ambiguous" },
	{ "a boundary with an escape", FROM_GRACE,
	  "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=\"s\\ig\"\r\n\r\n--s\\ig\r\n" EVIL "--s\\ig--\r\n--sig\r\n"
	  TEXT "\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE, "ambiguous" },
	{ "a boundary by RFC 2231", FROM_GRACE,
	  "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary*=us-ascii''o; boundary=sig\r\n\r\n--o\r\n" EVIL
	  "--o--\r\n--sig\r\n" TEXT "\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE, "ambiguous" },
	{ "a blank before the colon", FROM_GRACE,
	  "Content-Type : text/plain\r\n" SIGNED "--sig\r\n" TEXT "\r\n--sig\r\n" P7S "{sig}\r\n--sig--\r\n", GRACE, "" },
	{ "a lone CR in the header", FROM_GRACE, "X: a\rFrom: grace@example.org\r\n{clear}", GRACE, "ambiguous" },
	{ "a line that is no field", FROM_GRACE, "Pay Mallory 5000 euros.\r\n{clear}", GRACE, "" },
	{ "a mailbox line before", "From grace@example.org Tue Nov 24 2026\r\n" FROM_MALLORY, "{clear}", MALLORY, "" },
	/* headers that are signed */
	{ "another sender outside", FROM_MALLORY, "{protected-grace}", GRACE, "from_differs" },
	{ "another sender inside", FROM_GRACE, "{protected-mallory}", MALLORY, "from_differs" },
	{ "a second sender outside", "From: mallory@example.net\r\n" FROM_GRACE, "{protected-grace}", GRACE, "from_differs" },
	{ "a sender inside that counts for nothing", FROM_GRACE, "{unprotected-mallory}", MALLORY, "other_signer" },
	{ "nine signatures", FROM_GRACE, "{nine}", GRACE, "ambiguous" },
};

static char *opaque_of(LabSigning signing, const char *text)
{
	g_autoptr(GBytes) der = lab_sign(signing, text);

	return lab_opaque("signed-data", der);
}

static char *signature_of(LabSigning signing)
{
	signing.flags |= CMS_DETACHED;
	g_autoptr(GBytes) der = lab_sign(signing, TEXT);

	return lab_base64(der);
}

static char *clear_of(LabSigning signing, const char *text)
{
	signing.flags |= CMS_DETACHED;
	g_autoptr(GBytes) der = lab_sign(signing, text);

	return lab_clear(text, der);
}

/* As a gateway leaves it that does not know the type. */
static char *octets_of(LabSigning signing)
{
	g_autofree char *opaque = opaque_of(signing, TEXT);
	g_auto(GStrv) halves = g_strsplit(opaque, "application/pkcs7-mime; smime-type=signed-data", 2);

	return g_strjoinv("application/octet-stream", halves);
}

static char *altered_of(LabSigning signing)
{
	g_autoptr(GBytes) der = lab_sign(signing, TEXT);
	gsize len;
	char *bytes = g_bytes_unref_to_data(g_steal_pointer(&der), &len);

	memcpy(memmem(bytes, len, "Bob 5 ", 6), "Eve 9 ", 6);
	g_autoptr(GBytes) changed = g_bytes_new_take(bytes, len);
	return lab_opaque("signed-data", changed);
}

static char *wrapped_of(LabSigning signing)
{
	g_autofree char *inner = clear_of((LabSigning){ .signer = people[GRACE] }, TEXT);
	g_autofree char *all = g_strconcat(MIXED "--o\r\n" EVIL "--o\r\n", inner, "\r\n--o--\r\n", NULL);

	return opaque_of(signing, all);
}

static char *encrypted(const char *kind)
{
	g_autoptr(GBytes) der = lab_encrypt(people[GRACE], EVP_aes_256_gcm(), false, EVIL);

	return lab_opaque(kind, der);
}

static char *nine_of(LabSigning signing)
{
	char *text = g_strdup(TEXT);

	for (int i = 0; i < 9; i++) {
		g_autofree char *inner = text;
		text = opaque_of(signing, inner);
	}
	return text;
}

static char *protected_of(LabSigning signing, const char *hp, const char *from)
{
	g_autofree char *text = g_strdup_printf("Content-Type: text/plain%s\r\nFrom: %s\r\nSubject: Pay\r\nDate: " LAB_DATE
	                                        "\r\n\r\nPay Bob 5 euros.\r\n", hp, from);

	return clear_of(signing, text);
}

/* What a word in braces stands for; NULL: it is none. */
static char *meaning_of(const char *word, LabSigning s)
{
#define IS(text) (strcmp(word, text) == 0)
	if (IS("clear")) return clear_of(s, TEXT);
	if (IS("opaque")) return opaque_of(s, TEXT);
	if (IS("utf-7")) return clear_of(s, "Content-Type: text/plain; charset=utf-7\r\n\r\nPay Bob 5 euros.\r\n");
	if (IS("octets")) return octets_of(s);
	if (IS("altered")) return altered_of(s);
	if (IS("wrapped")) return wrapped_of(s);
	if (IS("nine")) return nine_of(s);
	if (IS("encrypted-as-signed")) return encrypted("signed-data");
	if (IS("protected-grace")) return protected_of(s, "; hp=clear", "grace@example.org");
	if (IS("protected-mallory")) return protected_of(s, "; hp=\"clear\"", "mallory@example.net");
	if (IS("unprotected-mallory")) return protected_of(s, "", "mallory@example.net");
	if (IS("locked")) {
		g_autofree char *inner = encrypted("authEnveloped-data");
		return clear_of(s, inner);
	}
	if (IS("full")) {
		g_autoptr(GBytes) der = lab_sign(s, TEXT);
		return lab_base64(der);
	}
	if (IS("md5")) s.digest = EVP_md5();
	if (IS("sha1")) s.digest = EVP_sha1();
	if (IS("bare")) s.flags |= CMS_NOCERTS;
	if (IS("no-attributes")) s.flags |= CMS_NOATTR;
	if (IS("unsigned-sig")) s.signer = NULL;
	if (IS("sig") || IS("md5") || IS("sha1") || IS("bare") || IS("no-attributes") || IS("unsigned-sig")) return signature_of(s);
	if (IS("unsigned") || IS("unsigned-certificate")) s.signer = NULL;
	if (IS("unsigned-certificate")) s.extra = people[GRACE];
	if (IS("two")) s.second = people[MALLORY];
	if (IS("receipt")) s.content_type = NID_id_smime_ct_receipt;
	if (IS("future")) s.signed_ms = LAB_NOW_MS + LAB_DAY_MS;
	if (IS("replay")) s.signed_ms = LAB_NOW_MS - LAB_DAY_MS;
	if (IS("too-early")) s.signed_ms = LAB_NOW_MS - 50 * LAB_DAY_MS;
	return opaque_of(s, TEXT);
#undef IS
}

static char *fill_in(const char *body, Who signer)
{
	static const LabPerson *const nobody = NULL;
	LabSigning signing = { .signer = people[signer],
		               .extra = signer == BY_MALLORY ? people[MALLORY] : signer == TWIN ? twin_ca : nobody };
	GString *out = g_string_new(NULL);

	for (const char *end; *body; body = end) {
		end = body + strcspn(body, "{");
		g_string_append_len(out, body, end - body);
		if (!*end)
			break;
		g_autofree char *word = g_strndup(end + 1, strcspn(end + 1, "}"));
		g_autofree char *meaning = meaning_of(word, signing);
		g_string_append(out, meaning);
		end += strlen(word) + 2;
	}
	return g_string_free(out, FALSE);
}

static char *with_bare_line_feeds(const char *mail)
{
	g_auto(GStrv) lines = g_strsplit(mail, "\r\n", -1);

	return g_strjoinv("\n", lines);
}

static void expect_not_good(const char *mail, const char *reason)
{
	g_autoptr(SmimeMessage) message = lab_open(mail, ca, crl, NULL);
	g_autofree char *reasons = lab_reasons(message->verdict);
	g_autofree char *padded = g_strdup_printf(" %s ", reasons);
	g_autofree char *word = g_strdup_printf(" %s ", reason);

	g_test_message("  %s: %s", verdict_grade_name(message->verdict.grade), reasons);
	if (message->verdict.grade == VERDICT_GOOD || (*reason && !strstr(padded, word)))
		g_test_fail_printf("%s, not %s", reasons, reason);
}

static void test_no_spoof_is_good(void)
{
	g_assert_cmpuint(G_N_ELEMENTS(rows), >=, 60);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *body = fill_in(rows[i].body, rows[i].signer);
		g_autofree char *mail = g_strconcat(rows[i].header, body, NULL);
		g_autofree char *bare = with_bare_line_feeds(mail);
		g_test_message("%s", rows[i].why);
		expect_not_good(mail, rows[i].reason);
		expect_not_good(bare, rows[i].reason);
	}
}

/* The same means in honest hands: none of the refusals above is one for being careful alone. */
static void test_honest_mail_is_good(void)
{
	static const struct { const char *why, *header, *body; Who signer; } honest[] = {
		{ "clear", FROM_GRACE, "{clear}", GRACE },
		{ "opaque", FROM_GRACE, "{opaque}", GRACE },
		{ "by another", FROM_MALLORY, "{clear}", MALLORY },
		{ "her address as her name", HEADER_OF("\"grace@example.org\" <grace@example.org>"), "{clear}", GRACE },
		{ "an address in capitals", HEADER_OF("GRACE@EXAMPLE.ORG"), "{clear}", GRACE },
		{ "sent by a secretary", "Sender: ada@example.org\r\n" FROM_GRACE, "{clear}", GRACE },
		{ "without attributes", FROM_GRACE, SIGNED "--sig\r\n" TEXT "\r\n--sig\r\n" P7S "{no-attributes}\r\n--sig--\r\n", GRACE },
		{ "a footer that nobody sees", FROM_GRACE, "{clear}--\r\nSent by a list\r\n", GRACE },
		{ "a protected header", FROM_GRACE, "{protected-grace}", GRACE },
		{ "the type lost on the way", FROM_GRACE, "{octets}", GRACE },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(honest); i++) {
		g_autofree char *body = fill_in(honest[i].body, honest[i].signer);
		g_autofree char *mail = g_strconcat(honest[i].header, body, NULL);
		g_autofree char *bare = with_bare_line_feeds(mail);
		g_autoptr(SmimeMessage) one = lab_open(mail, ca, crl, NULL), other = lab_open(bare, ca, crl, NULL);
		g_autofree char *reasons = lab_reasons(one->verdict);
		g_test_message("%s: %s", honest[i].why, reasons);
		g_assert_cmpint(one->verdict.grade, ==, VERDICT_GOOD);
		g_assert_cmpint(other->verdict.grade, ==, VERDICT_GOOD);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	make_people();
	g_test_add_func("/spoof/none is good", test_no_spoof_is_good);
	g_test_add_func("/spoof/honest mail is good", test_honest_mail_is_good);
	int failed = g_test_run();
	for (int i = 0; i < PEOPLE; i++)
		lab_person_free(people[i]);
	lab_person_free(ca);
	lab_person_free(other_ca);
	lab_person_free(twin_ca);
	g_bytes_unref(crl);
	return failed;
}
