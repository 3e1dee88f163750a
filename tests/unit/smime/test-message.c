#include <openssl/rsa.h>
#include <string.h>

#include "base/error.h"
#include "mime/mime.h"
#include "support/lab.h"

#define HEADER "From: Grace <grace@example.org>\r\nTo: ada@example.org\r\nSubject: outside\r\nDate: " LAB_DATE "\r\nMIME-Version: 1.0\r\n"
#define TEXT   "Content-Type: text/plain\r\n\r\nHello\r\n"

static LabPerson *ca, *grace, *ada, *ada_rsa, *stranger;

static void make_people(void)
{
	ca = lab_person_new((LabWish){ .name = "Lab CA", .is_ca = true, .usage = "keyCertSign,cRLSign" });
	LabWish wish = { .name = "Grace", .alternative = "email:grace@example.org", .issuer = ca };

	grace = lab_person_new(wish);
	wish.name = "Ada", wish.alternative = "email:ada@example.org";
	ada = lab_person_new(wish);
	stranger = lab_person_new(wish);
	wish.key = EVP_RSA_gen(2048);
	ada_rsa = lab_person_new(wish);
}

static char *sign_clear(const char *text)
{
	g_autoptr(GBytes) der = lab_sign((LabSigning){ .signer = grace, .flags = CMS_DETACHED }, text);

	return lab_clear(text, der);
}

static char *sign_opaque(const char *text)
{
	g_autoptr(GBytes) der = lab_sign((LabSigning){ .signer = grace }, text);

	return lab_opaque("signed-data", der);
}

static char *encrypt(const LabPerson *to, const EVP_CIPHER *cipher, const char *text)
{
	g_autoptr(GBytes) der = lab_encrypt(to, cipher, false, text);

	return lab_opaque("enveloped-data", der);
}

static SmimeMessage *open_part(const char *part, const LabPerson *key)
{
	g_autofree char *mail = g_strconcat(HEADER, part, NULL);

	return lab_open(mail, ca, NULL, key);
}

static char *content_of(const SmimeMessage *message)
{
	gsize len;
	const char *data = g_bytes_get_data(message->content, &len);

	return g_strndup(data ? data : "", len);
}

static void expect(const SmimeMessage *message, VerdictGrade grade, const char *reasons, guint layers)
{
	g_autofree char *found = lab_reasons(message->verdict);

	g_assert_cmpstr(found, ==, reasons);
	g_assert_cmpint(message->verdict.grade, ==, grade);
	g_assert_cmpuint(message->layers->len, ==, layers);
}

/* The words that every mail has whose header is not signed, where no list of revoked ones is there. */
#define USUAL "revocation_unknown header_unsigned"

static void test_signed(void)
{
	char *(*const ways[])(const char *) = { sign_clear, sign_opaque };

	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autofree char *part = ways[i](TEXT), *twice = ways[1 - i](part);
		g_autoptr(SmimeMessage) message = open_part(part, NULL), nested = open_part(twice, NULL);
		g_autofree char *content = content_of(message), *inner = content_of(nested);
		expect(message, VERDICT_GOOD, USUAL, 1);
		expect(nested, VERDICT_GOOD, USUAL, 2);
		g_assert_cmpstr(content, ==, HEADER TEXT);
		g_assert_cmpstr(inner, ==, HEADER TEXT);
		g_assert_cmpstr(message->from, ==, "grace@example.org");
		const SmimeLayer *layer = g_ptr_array_index(message->layers, 0);
		const SmimeSigner *signer = g_ptr_array_index(layer->signers, 0);
		g_assert_cmpstr(signer->certificate->name, ==, "Grace");
		g_assert_cmpstr(signer->certificate->issuer, ==, "Lab CA");
		g_assert_cmpstr(signer->digest, ==, "SHA256");
		g_assert_cmpint(signer->facts.signed_ms, ==, LAB_NOW_MS / 1000 * 1000);
	}
}

/* What a mail is made of, with all that mail has, is the same when it is signed. */
static void test_signed_parts(void)
{
	static const char *const parts[] = {
		"Content-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: multipart/alternative; boundary=j\r\n\r\n"
		"--j\r\nContent-Type: text/plain; format=flowed\r\n\r\na \r\nb\r\n--j\r\nContent-Type: text/html; charset=iso-8859-1\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>=E4\r\n--j--\r\n\r\n--i\r\n"
		"Content-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERg==\r\n--i--\r\n",
		"Content-Type: message/rfc822\r\n\r\nFrom: a@b.c\r\nContent-Type: text/html\r\n\r\n<p>x\r\n",
		"Content-Type: multipart/related; boundary=i\r\n\r\n--i\r\nContent-Type: text/html\r\n\r\n<img src=cid:x>\r\n--i\r\n"
		"Content-ID: <x>\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--i--\r\nepilogue\r\n",
		"\r\nno header\r\n",
		"Content-Type: text/plain\r\n\r\n",
	};

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autofree char *clear = sign_clear(parts[i]), *opaque = sign_opaque(parts[i]);
		g_autoptr(SmimeMessage) one = open_part(clear, NULL), other = open_part(opaque, NULL);
		g_test_message("%s", parts[i]);
		expect(one, VERDICT_GOOD, USUAL, 1);
		expect(other, VERDICT_GOOD, USUAL, 1);
	}
}

static void test_encrypted(void)
{
	const struct { const char *why; const LabPerson *to; const EVP_CIPHER *cipher; bool uses_oaep; const char *name;
		       bool is_authenticated, is_old; } rows[] = {
		{ "RSA, CBC", ada_rsa, EVP_aes_256_cbc(), false, "AES-256-CBC", false, false },
		{ "RSA, GCM", ada_rsa, EVP_aes_256_gcm(), false, "id-aes256-GCM", true, false },
		{ "OAEP, GCM", ada_rsa, EVP_aes_256_gcm(), true, "id-aes256-GCM", true, false },
		{ "OAEP, CBC", ada_rsa, EVP_aes_128_cbc(), true, "AES-128-CBC", false, false },
		{ "ECDH, CBC", ada, EVP_aes_256_cbc(), false, "AES-256-CBC", false, false },
		{ "ECDH, GCM", ada, EVP_aes_128_gcm(), false, "id-aes128-GCM", true, false },
		{ "RSA, 3DES", ada_rsa, EVP_des_ede3_cbc(), false, "DES-EDE3-CBC", false, true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) der = lab_encrypt(rows[i].to, rows[i].cipher, rows[i].uses_oaep, TEXT);
		g_autofree char *part = lab_opaque("enveloped-data", der);
		g_autoptr(SmimeMessage) message = open_part(part, rows[i].to), closed = open_part(part, stranger);
		g_autofree char *content = content_of(message), *sealed = content_of(closed);
		const SmimeLayer *layer = g_ptr_array_index(message->layers, 0);
		g_test_message("%s", rows[i].why);
		g_assert_no_error(message->trouble);
		g_assert_cmpstr(content, ==, HEADER TEXT);
		g_assert_cmpstr(layer->cipher, ==, rows[i].name);
		g_assert_true(layer->is_authenticated == rows[i].is_authenticated);
		g_assert_true(message->is_open_to_change != rows[i].is_authenticated);
		expect(message, VERDICT_NONE,
		       rows[i].is_old            ? "unsigned open_to_change old_cipher"
		       : rows[i].is_authenticated ? "unsigned"
		                                  : "unsigned open_to_change", 1);
		g_assert_error(closed->trouble, POSTERN_ERROR, ERR_NOT_FOUND);
		g_assert_null(strstr(sealed, "Hello"));
		expect(closed, VERDICT_DOUBT, "locked", 1);
	}
}

/* Whichever bit of an authenticated text is changed, not a byte of it is seen; and all failures read the same. */
static void test_altered_encryption(void)
{
	g_autoptr(GBytes) der = lab_encrypt(ada, EVP_aes_256_gcm(), false, TEXT);
	gsize len;
	const char *bytes = g_bytes_get_data(der, &len);
	guint failed = 0;

	for (gsize at = len - 60; at < len; at++) {
		g_autofree char *copy = g_memdup2(bytes, len);
		copy[at] ^= 1;
		g_autoptr(GBytes) changed = g_bytes_new(copy, len);
		g_autofree char *part = lab_opaque("enveloped-data", changed);
		g_autoptr(SmimeMessage) message = open_part(part, ada);
		g_autofree char *content = content_of(message);
		if (!message->trouble) {         /* the length that is given beside the tag means nothing */
			g_assert_cmpstr(content, ==, HEADER TEXT);
			continue;
		}
		g_assert_null(strstr(content, "Hello"));
		failed += strstr(message->trouble->message, "was altered") != NULL;
	}
	g_assert_cmpuint(failed, >, 40);
}

/* A tag of four bytes, which OpenSSL takes, can be guessed. The tag ends the DER, within three lengths of two bytes. */
static void test_short_tag(void)
{
	g_autoptr(GBytes) der = lab_encrypt(ada_rsa, EVP_aes_256_gcm(), false, TEXT);
	static const int lengths[] = { 2, 19, 23 };
	enum { TAG = 16, SHORT = 4 };
	gsize len;
	g_autofree guint8 *bytes = g_bytes_unref_to_data(g_bytes_ref(der), &len);

	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		int value = (bytes[lengths[i]] << 8 | bytes[lengths[i] + 1]) - (TAG - SHORT);
		bytes[lengths[i]] = (guint8)(value >> 8);
		bytes[lengths[i] + 1] = (guint8)value;
	}
	g_assert_cmpint(bytes[len - TAG - 1], ==, TAG);
	bytes[len - TAG - 1] = SHORT;
	g_autoptr(GBytes) changed = g_bytes_new(bytes, len - TAG + SHORT);
	g_autofree char *part = lab_opaque("authEnveloped-data", changed);
	g_autoptr(SmimeMessage) message = open_part(part, ada_rsa);
	g_autofree char *content = content_of(message);
	g_assert_error(message->trouble, POSTERN_ERROR, ERR_IO);
	g_assert_null(strstr(content, "Hello"));
}

/* As Exchange keeps it, and some gateways pass it on. */
static void test_clear_in_a_file(void)
{
	g_autofree char *text = sign_clear(TEXT), *altered = g_strdup(text);
	strstr(altered, "Hello")[0] = 'J';
	const struct { const char *text, *reasons, *content; VerdictGrade grade; guint layers; } rows[] = {
		{ text, USUAL, "Hello", VERDICT_GOOD, 1 },
		{ altered, "altered " USUAL, "Jello", VERDICT_BAD, 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = g_bytes_new(rows[i].text, strlen(rows[i].text));
		g_autofree char *base64 = lab_base64(bytes);
		g_autofree char *part = g_strconcat("Content-Type: application/octet-stream; name=\"smime.p7m\"\r\n"
		                                    "Content-Transfer-Encoding: base64\r\n\r\n", base64, "\r\n", NULL);
		g_autoptr(SmimeMessage) message = open_part(part, NULL);
		g_autofree char *content = content_of(message);

		expect(message, rows[i].grade, rows[i].reasons, rows[i].layers);
		g_assert_nonnull(strstr(content, rows[i].content));
		g_assert_null(strstr(content, "pkcs7-signature"));
	}
}

static void test_signed_and_encrypted(void)
{
	g_autofree char *clear = sign_clear(TEXT), *secret = encrypt(ada, EVP_aes_256_cbc(), clear);
	g_autofree char *triple = sign_clear(secret), *unsigned_secret = encrypt(ada, EVP_aes_256_gcm(), TEXT);
	g_autofree char *around = sign_opaque(unsigned_secret);
	const struct { const char *why, *part; const LabPerson *key; VerdictGrade grade; const char *reasons; guint layers; } rows[] = {
		{ "signed, then encrypted", secret, ada, VERDICT_GOOD, USUAL, 2 },
		{ "the same without the key", secret, NULL, VERDICT_DOUBT, "locked", 1 },
		{ "triple wrap", triple, ada, VERDICT_GOOD, USUAL, 3 },
		{ "triple wrap without the key", triple, NULL, VERDICT_DOUBT, "locked " USUAL, 2 },
		{ "only what is encrypted is signed", around, ada, VERDICT_DOUBT, "ciphertext_signed " USUAL, 2 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(SmimeMessage) message = open_part(rows[i].part, rows[i].key);
		g_test_message("%s", rows[i].why);
		expect(message, rows[i].grade, rows[i].reasons, rows[i].layers);
	}
}

static void expect_closed(const char *part)
{
	g_autoptr(SmimeMessage) message = open_part(part, ada);
	g_autofree char *content = content_of(message);

	g_test_message("%s", part);
	g_assert_null(strstr(content, "Hello"));
	g_assert_false(message->is_open_to_change);
}

/* A text that is encrypted beside others is never decrypted (EFAIL, "Re: What's up Johnny?"): each place in each kind of
 * multipart, behind a forwarded message, and within a signature. */
static void test_only_the_whole_is_decrypted(void)
{
	static const char *const kinds[] = { "mixed", "alternative", "related", "digest", "parallel", "report; report-type=x",
					     "signed; protocol=\"application/pkcs7-signature\"",
					     "signed; protocol=\"application/pgp-signature\"", "encrypted", "x-unknown" };
	static const struct { const char *before, *behind; } places[] = {
		{ "", "" },
		{ "--o\r\n\r\nWhat do you think?\r\n", "" },
		{ "", "--o\r\n\r\nWhat do you think?\r\n" },
		{ "--o\r\nContent-Type: text/html\r\n\r\n<img src=\"http://x/\r\n", "--o\r\nContent-Type: text/html\r\n\r\n\">\r\n" },
	};
	g_autofree char *secret = encrypt(ada, EVP_aes_256_cbc(), TEXT);
	g_autofree char *forwarded = g_strconcat("Content-Type: message/rfc822\r\n\r\n" HEADER, secret, NULL);
	guint count = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		for (size_t j = 0; j < G_N_ELEMENTS(places); j++, count++) {
			g_autofree char *part = g_strdup_printf("Content-Type: multipart/%s; boundary=o\r\n\r\n%s--o\r\n%s\r\n%s--o--\r\n",
								kinds[i], places[j].before, secret, places[j].behind);
			g_autofree char *signed_part = sign_clear(part);
			expect_closed(part);
			expect_closed(signed_part);
		}
	}
	g_assert_cmpuint(count, >=, 30);
	expect_closed(forwarded);
}

static void test_protected_header(void)
{
	static const char protected[] = "Content-Type: text/plain; hp=\"cipher\"\r\nFrom: Grace <grace@example.org>\r\n"
					"Subject: inside\r\nDate: " LAB_DATE "\r\nHP-Outer: Subject: outside\r\n\r\nHello\r\n";
	static const char clear[] = "Content-Type: text/plain; hp=\"clear\"\r\nFrom: Grace <grace@example.org>\r\n"
				    "To: ada@example.org\r\nSubject: inside\r\nDate: " LAB_DATE "\r\n\r\nHello\r\n";
	g_autofree char *part = sign_clear(protected), *secret = encrypt(ada, EVP_aes_256_gcm(), part);
	g_autofree char *open = sign_clear(clear);
	g_autoptr(SmimeMessage) message = open_part(secret, ada), altered = open_part(open, NULL);

	expect(message, VERDICT_GOOD, "revocation_unknown", 2);
	g_autoptr(MimeMessage) seen = mime_read(message->content);
	g_assert_cmpstr(seen->subject, ==, "inside");
	g_assert_cmpstr(seen->from, ==, "Grace <grace@example.org>");
	g_assert_null(seen->to);
	expect(altered, VERDICT_GOOD, "revocation_unknown header_differs", 1);
	g_assert_cmpuint(altered->differing->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(altered->differing, 0), ==, "Subject");
	g_autoptr(MimeMessage) shown = mime_read(altered->content);
	g_assert_cmpstr(shown->subject, ==, "inside");
}

static void test_revocation(void)
{
	g_autoptr(GBytes) clean = lab_crl(ca, NULL, 30), revoked = lab_crl(ca, grace, 30), stale = lab_crl(ca, NULL, 0),
			  foreign = lab_crl(stranger, NULL, 30);
	const struct { const char *why; GBytes *crl; VerdictGrade grade; const char *reasons; } rows[] = {
		{ "not on the list", clean, VERDICT_GOOD, "header_unsigned" },
		{ "on the list", revoked, VERDICT_BAD, "revoked header_unsigned" },
		{ "an old list", stale, VERDICT_GOOD, USUAL },
		{ "another's list", foreign, VERDICT_GOOD, USUAL },
	};
	g_autofree char *part = sign_clear(TEXT), *mail = g_strconcat(HEADER, part, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(SmimeMessage) message = lab_open(mail, ca, rows[i].crl, NULL);
		g_test_message("%s", rows[i].why);
		expect(message, rows[i].grade, rows[i].reasons, 1);
	}
}

static void test_chains(void)
{
	LabWish wish = { .name = "Middle CA", .issuer = ca, .is_ca = true, .usage = "keyCertSign" };
	g_autoptr(LabPerson) middle = lab_person_new(wish);
	wish.from_days = -20, wish.to_days = -1;
	g_autoptr(LabPerson) expired = lab_person_new(wish);
	LabWish narrow = { .name = "Narrow CA", .issuer = ca, .is_ca = true, .usage = "keyCertSign",
		           .constraints = "permitted;email:example.net" };
	g_autoptr(LabPerson) constrained = lab_person_new(narrow);
	narrow.constraints = NULL, narrow.extended = "serverAuth";
	g_autoptr(LabPerson) of_servers = lab_person_new(narrow);
	LabWish leaf = { .name = "Grace", .alternative = "email:grace@example.org", .issuer = middle,
		         .extended = "anyExtendedKeyUsage" };
	g_autoptr(LabPerson) by_middle = lab_person_new(leaf);
	leaf.issuer = expired;
	g_autoptr(LabPerson) by_expired = lab_person_new(leaf);
	leaf.issuer = constrained;
	g_autoptr(LabPerson) by_constrained = lab_person_new(leaf);
	leaf.issuer = of_servers;
	g_autoptr(LabPerson) by_server_ca = lab_person_new(leaf);
	const struct { const char *why; const LabPerson *signer, *extra; VerdictGrade grade; const char *reasons; } rows[] = {
		{ "by an intermediate", by_middle, middle, VERDICT_GOOD, USUAL },
		{ "which is missing", by_middle, NULL, VERDICT_DOUBT, "issuer_unknown " USUAL },
		{ "which has expired", by_expired, expired, VERDICT_DOUBT, "expired" },
		{ "which may not vouch for her domain", by_constrained, constrained, VERDICT_BAD, "chain_broken" },
		{ "which is for servers", by_server_ca, of_servers, VERDICT_BAD, "chain_broken" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) der = lab_sign((LabSigning){ .signer = rows[i].signer, .extra = rows[i].extra }, TEXT);
		g_autofree char *part = lab_opaque("signed-data", der), *mail = g_strconcat(HEADER, part, NULL);
		g_autoptr(SmimeMessage) message = lab_open(mail, ca, NULL, NULL);
		g_autofree char *reasons = lab_reasons(message->verdict);
		g_test_message("%s: %s", rows[i].why, reasons);
		g_assert_cmpint(message->verdict.grade, ==, rows[i].grade);
		g_assert_nonnull(strstr(reasons, rows[i].reasons));
	}
}

static void test_plain(void)
{
	static const char *const mails[] = { "", "\r\n", "Hello", HEADER TEXT, "From: a@b.c\r\n\r\n" };

	for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_autoptr(SmimeMessage) message = lab_open(mails[i], ca, NULL, NULL);
		g_autofree char *content = content_of(message);
		expect(message, VERDICT_NONE, "unsigned", 0);
		g_assert_cmpstr(content, ==, mails[i]);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	make_people();
	g_test_add_func("/message/signed", test_signed);
	g_test_add_func("/message/signed parts", test_signed_parts);
	g_test_add_func("/message/encrypted", test_encrypted);
	g_test_add_func("/message/altered encryption", test_altered_encryption);
	g_test_add_func("/message/short tag", test_short_tag);
	g_test_add_func("/message/clear in a file", test_clear_in_a_file);
	g_test_add_func("/message/signed and encrypted", test_signed_and_encrypted);
	g_test_add_func("/message/only the whole is decrypted", test_only_the_whole_is_decrypted);
	g_test_add_func("/message/protected header", test_protected_header);
	g_test_add_func("/message/revocation", test_revocation);
	g_test_add_func("/message/chains", test_chains);
	g_test_add_func("/message/plain", test_plain);
	int failed = g_test_run();
	LabPerson *all[] = { ca, grace, ada, ada_rsa, stranger };
	for (size_t i = 0; i < G_N_ELEMENTS(all); i++)
		lab_person_free(all[i]);
	return failed;
}
