/* Keys on a token, as SoftHSM has it: a PKCS#11 module that shares nothing with us. */
#include "smime/tokens.h"

#include <string.h>

#include "base/error.h"
#include "smime/protect.h"
#include "support/softtoken.h"

#define PIN  SOFT_PIN
#define MAIL "From: Grace <grace@example.org>\r\nTo: grace@example.org\r\nSubject: Hi\r\nDate: " LAB_DATE "\r\nMIME-Version: 1.0\r\n" \
	     "Content-Type: text/plain\r\n\r\nHello\r\n"

static SoftToken token;
static LabPerson *ca, *rsa, *ec, *ec_384, *always, *lost;
static LabPerson **const people[] = { &rsa, &ec, &ec_384, &always, &lost, &ca };

static LabPerson *person_new(const char *name, EVP_PKEY *key)
{
	return lab_person_new((LabWish){ .name = name, .alternative = "email:grace@example.org", .issuer = ca, .key = key });
}

static void make_people(void)
{
	ca = lab_person_new((LabWish){ .name = "Lab CA", .is_ca = true, .usage = "keyCertSign,cRLSign" });
	rsa = person_new("Grace", EVP_RSA_gen(2048));
	ec = person_new("Grace", NULL);
	ec_384 = person_new("Grace", EVP_EC_gen("P-384"));
	always = person_new("Grace", EVP_RSA_gen(2048));
	lost = person_new("Grace", NULL);
}

/* ---- a person with a PIN ---- */

typedef struct { const char *pin; int asked, refused; bool was_refused; char *label; } Person;

static Secret *answer(const SmimePinQuestion *question, void *data)
{
	Person *person = data;

	person->asked++;
	person->was_refused = question->was_refused;
	g_free(person->label);
	person->label = g_strdup(question->label);
	return person->pin ? secret_new(person->pin, strlen(person->pin)) : NULL;
}

static void refused(const SmimePinQuestion *question, void *data)
{
	Person *person = data;

	g_assert_true(question->was_refused);
	person->refused++;
}

typedef struct { Person person; SmimeTokens *tokens; GPtrArray *identities; } Desk;

static void desk_init(Desk *desk, const char *pin)
{
	g_autoptr(GError) error = NULL;

	*desk = (Desk){ .person = { .pin = pin } };
	desk->tokens = smime_tokens_open(token.module, (SmimePinAsker){ answer, &desk->person, refused }, &error);
	g_assert_no_error(error);
	desk->identities = smime_tokens_identities(desk->tokens, &error);
	g_assert_no_error(error);
}

static void desk_clear(Desk *desk)
{
	g_ptr_array_unref(desk->identities);
	smime_tokens_close(desk->tokens);
	g_free(desk->person.label);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Desk, desk_clear)

static const SmimeIdentity *identity_of(const Desk *desk, const LabPerson *person)
{
	unsigned char *der = NULL;
	int len = i2d_X509(person->x509, &der);
	const SmimeIdentity *found = NULL;

	for (guint i = 0; i < desk->identities->len; i++) {
		const SmimeIdentity *one = desk->identities->pdata[i];
		GBytes *bytes = smime_identity_certificate(one)->der;
		if (g_bytes_get_size(bytes) == (gsize)len && memcmp(g_bytes_get_data(bytes, NULL), der, (gsize)len) == 0)
			found = one;
	}
	OPENSSL_free(der);
	return found;
}

static GBytes *sign(const Desk *desk, const LabPerson *person, GError **err)
{
	g_autoptr(GBytes) mail = g_bytes_new_static(MAIL, strlen(MAIL));
	SmimeProtection wish = { .signer = identity_of(desk, person), .now_ms = LAB_NOW_MS };

	return smime_protect(mail, &wish, err);
}

static void expect_refusal(const Desk *desk, const LabPerson *person, int kind, const char *says)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(sign(desk, person, &error));
	g_test_message("%s", error->message);
	g_assert_error(error, POSTERN_ERROR, kind);
	g_assert_nonnull(strstr(error->message, says));
}

static SmimeMessage *read_mail(const char *mail, const GPtrArray *identities)
{
	g_autoptr(GBytes) bytes = g_bytes_new(mail, strlen(mail)), anchor = lab_pem(ca);
	g_autoptr(SmimeTrust) trust = smime_trust_new();

	smime_trust_add_anchors(trust, anchor, NULL);
	return smime_message_open(bytes, &(SmimeSetup){ .trust = trust, .identities = identities, .now_ms = LAB_NOW_MS });
}

/* ---- tests ---- */

static void test_listed(void)
{
	g_auto(Desk) desk = { 0 };
	g_autoptr(GError) error = NULL;

	desk_init(&desk, PIN);
	g_assert_cmpuint(desk.identities->len, ==, 5);      /* the authority's is none of one's own */
	g_assert_cmpint(desk.person.asked, ==, 0);
	g_autofree char *inserted = smime_tokens_inserted(desk.tokens), *again = smime_tokens_inserted(desk.tokens);
	g_assert_nonnull(strstr(inserted, "cards"));
	g_assert_cmpstr(inserted, ==, again);
	g_assert_nonnull(identity_of(&desk, rsa));
	g_assert_null(smime_identity_export_key(identity_of(&desk, rsa), &error));
	g_assert_error(error, POSTERN_ERROR, ERR_UNSUPPORTED);
}

static void test_signs(void)
{
	const LabPerson *signers[] = { rsa, ec, ec_384 };
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, PIN);
	for (size_t i = 0; i < 2 * G_N_ELEMENTS(signers); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) mail = sign(&desk, signers[i / 2], &error);
		g_assert_no_error(error);
		g_autofree char *text = g_strndup(g_bytes_get_data(mail, NULL), g_bytes_get_size(mail));
		g_autoptr(SmimeMessage) message = read_mail(text, desk.identities);
		g_assert_cmpint(message->verdict.grade, ==, VERDICT_GOOD);
	}
	g_assert_cmpint(desk.person.asked, ==, 1);
	g_assert_cmpstr(desk.person.label, ==, "cards");
	smime_tokens_forget(desk.tokens);
	g_autoptr(GBytes) mail = sign(&desk, rsa, NULL);
	g_assert_nonnull(mail);
	g_assert_cmpint(desk.person.asked, ==, 2);
}

static void test_decrypts(void)
{
	const struct { const char *why; const LabPerson *to; const EVP_CIPHER *cipher; bool uses_oaep; } rows[] = {
		{ "RSA", rsa, EVP_aes_256_cbc(), false },   { "OAEP", rsa, EVP_aes_256_gcm(), true },
		{ "P-256", ec, EVP_aes_256_gcm(), false },  { "P-384", ec_384, EVP_aes_256_cbc(), false },
		{ "RSA, a PIN each time", always, EVP_aes_256_gcm(), false },
	};
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, PIN);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) der = lab_encrypt(rows[i].to, rows[i].cipher, rows[i].uses_oaep, "Content-Type: text/plain\r\n\r\nHello\r\n");
		g_autofree char *part = lab_opaque("enveloped-data", der), *mail = g_strconcat("From: a@b.c\r\n", part, NULL);
		g_autoptr(SmimeMessage) message = read_mail(mail, desk.identities);
		g_test_message("%s", rows[i].why);
		g_assert_no_error(message->trouble);
		g_assert_nonnull(g_strstr_len(g_bytes_get_data(message->content, NULL), (gssize)g_bytes_get_size(message->content), "Hello"));
	}
	g_assert_cmpint(desk.person.asked, ==, 2);
}

/* A wrong PIN is told, and never tried twice; the right one works then. */
static void test_wrong_pin(void)
{
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, "654321");
	expect_refusal(&desk, rsa, ERR_SIGN_IN, "“cards” refused the PIN");
	g_assert_false(desk.person.was_refused);
	expect_refusal(&desk, ec, ERR_SIGN_IN, "was not tried again");
	g_assert_true(desk.person.was_refused);
	g_assert_cmpint(desk.person.asked, ==, 2);
	desk.person.pin = "x";
	expect_refusal(&desk, rsa, ERR_SIGN_IN, "has 4 characters at least: this one was not tried");
	g_assert_cmpint(desk.person.refused, ==, 3);
	desk.person.pin = NULL;
	expect_refusal(&desk, rsa, ERR_CANCELLED, "the PIN of “cards” is needed");
	desk.person.pin = PIN;
	g_autoptr(GBytes) mail = sign(&desk, rsa, NULL);
	g_assert_nonnull(mail);
	g_assert_cmpint(desk.person.refused, ==, 3);
}

static void test_wrong_pin_to_decrypt(void)
{
	const LabPerson *const people_to[] = { rsa, ec };

	for (size_t i = 0; i < G_N_ELEMENTS(people_to); i++) {
		g_autoptr(GBytes) der = lab_encrypt(people_to[i], EVP_aes_256_cbc(), false, "Content-Type: text/plain\r\n\r\nHello\r\n");
		g_autofree char *part = lab_opaque("enveloped-data", der), *mail = g_strconcat("From: a@b.c\r\n", part, NULL);
		g_auto(Desk) desk = { 0 };
		desk_init(&desk, "654321");
		g_autoptr(SmimeMessage) message = read_mail(mail, desk.identities);
		g_assert_error(message->trouble, POSTERN_ERROR, ERR_SIGN_IN);
		g_assert_nonnull(strstr(message->trouble->message, "“cards” refused the PIN"));
		g_assert_cmpint(desk.person.asked, ==, 1);
	}
}

/* Encrypted to two of one's own, the key of the first of which is not there. */
static void test_another_decrypts(void)
{
	g_auto(Desk) desk = { 0 };
	g_autoptr(GPtrArray) order = g_ptr_array_new(), recipients = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GBytes) mail = g_bytes_new_static(MAIL, strlen(MAIL));

	desk_init(&desk, PIN);
	const LabPerson *const both[] = { lost, rsa };
	for (size_t i = 0; i < G_N_ELEMENTS(both); i++) {
		const SmimeIdentity *identity = identity_of(&desk, both[i]);
		SmimeRecipient recipient = { "grace@example.org", smime_identity_certificate(identity), NULL };
		g_ptr_array_add(order, (void *)identity);
		g_ptr_array_add(recipients, g_memdup2(&recipient, sizeof recipient));
	}
	g_autoptr(GBytes) secret = smime_protect(mail, &(SmimeProtection){ .recipients = recipients, .now_ms = LAB_NOW_MS }, NULL);
	g_autofree char *text = g_strndup(g_bytes_get_data(secret, NULL), g_bytes_get_size(secret));
	g_autoptr(SmimeMessage) message = read_mail(text, order);
	g_assert_no_error(message->trouble);
}

static void test_asks_each_time(void)
{
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, PIN);
	for (int i = 0; i < 2; i++) {
		g_autoptr(GBytes) mail = sign(&desk, always, NULL);
		g_assert_nonnull(mail);
		g_assert_cmpint(desk.person.asked, ==, 2 + i);      /* once for the token, and for each use */
	}
	desk.person.pin = NULL;
	expect_refusal(&desk, always, ERR_CANCELLED, "is needed");
	desk.person.pin = PIN;
	g_autoptr(GBytes) mail = sign(&desk, rsa, NULL);      /* what was begun in vain stands in nobody's way */
	g_assert_nonnull(mail);
}

static void test_what_is_not_there(void)
{
	g_auto(Desk) desk = { 0 };
	static const char *const paths[] = { "/nowhere/module.so", "/etc/passwd", "libc.so.6", "" };

	desk_init(&desk, PIN);
	expect_refusal(&desk, lost, ERR_NOT_FOUND, "is not on “cards”");
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(smime_tokens_open(paths[i], (SmimePinAsker){ 0 }, &error));
		g_assert_error(error, POSTERN_ERROR, ERR_CONFIG);
	}
}

/* Identities outlive what they came from. */
static void test_lives(void)
{
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, PIN);
	g_clear_pointer(&desk.tokens, smime_tokens_close);
	g_autoptr(GBytes) mail = sign(&desk, ec, NULL);
	g_assert_nonnull(mail);
}

static void test_without_softhsm(void) { g_test_skip("SoftHSM is not installed"); }

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	make_people();
	const SoftKey keys[] = { { rsa, SOFT_KEY }, { ec, SOFT_KEY }, { ec_384, SOFT_KEY },
		                 { always, SOFT_WARY_KEY }, { lost, SOFT_CERTIFICATE }, { ca, SOFT_CERTIFICATE } };
	if (!soft_token_init(&token, keys, G_N_ELEMENTS(keys))) {
		g_test_add_func("/tokens/all", test_without_softhsm);
		return g_test_run();
	}
	g_test_add_func("/tokens/listed", test_listed);
	g_test_add_func("/tokens/signs", test_signs);
	g_test_add_func("/tokens/decrypts", test_decrypts);
	g_test_add_func("/tokens/wrong PIN", test_wrong_pin);
	g_test_add_func("/tokens/wrong PIN to decrypt", test_wrong_pin_to_decrypt);
	g_test_add_func("/tokens/another decrypts", test_another_decrypts);
	g_test_add_func("/tokens/asks each time", test_asks_each_time);
	g_test_add_func("/tokens/what is not there", test_what_is_not_there);
	g_test_add_func("/tokens/lives", test_lives);
	int failed = g_test_run();
	soft_token_clear(&token);
	for (size_t i = 0; i < G_N_ELEMENTS(people); i++)
		lab_person_free(*people[i]);
	return failed;
}
