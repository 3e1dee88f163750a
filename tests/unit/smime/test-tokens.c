/* Keys on a token, as SoftHSM has it: a PKCS#11 module that shares nothing with us. The token is made anew, in a folder of
 * its own. */
#include "smime/tokens.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <openssl/core_names.h>
#include <openssl/x509.h>
#include <string.h>

#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>

#include "base/error.h"
#include "smime/protect.h"
#include "support/lab.h"

#define PIN  "123456"
#define MAIL "From: Grace <grace@example.org>\r\nTo: grace@example.org\r\nSubject: Hi\r\nDate: " LAB_DATE "\r\nMIME-Version: 1.0\r\n" \
	     "Content-Type: text/plain\r\n\r\nHello\r\n"

static char *dir, *module;
static LabPerson *ca, *rsa, *ec, *ec_384, *always, *lost;
static LabPerson **const people[] = { &rsa, &ec, &ec_384, &always, &lost, &ca };

/* ---- making them ---- */

static void run(const char *format, ...)
{
	va_list args;
	int status;

	va_start(args, format);
	g_autofree char *line = g_strdup_vprintf(format, args);
	va_end(args);
	g_assert_true(g_spawn_command_line_sync(line, NULL, NULL, &status, NULL));
	g_assert_cmpint(status, ==, 0);
}

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

static void create_certificate(struct ck_function_list *call, ck_session_handle_t session, const LabPerson *person, guint8 id)
{
	ck_object_class_t class = CKO_CERTIFICATE;
	ck_certificate_type_t type = CKC_X_509;
	unsigned char yes = 1, no = 0, *der = NULL, *name = NULL;
	int der_len = i2d_X509(person->x509, &der), name_len = i2d_X509_NAME(X509_get_subject_name(person->x509), &name);
	struct ck_attribute values[] = {
		{ CKA_CLASS, &class, sizeof class }, { CKA_CERTIFICATE_TYPE, &type, sizeof type }, { CKA_TOKEN, &yes, 1 },
		{ CKA_PRIVATE, &no, 1 }, { CKA_ID, &id, 1 }, { CKA_VALUE, der, (gulong)der_len }, { CKA_SUBJECT, name, (gulong)name_len },
	};
	ck_object_handle_t made;

	g_assert_cmpuint(call->C_CreateObject(session, values, G_N_ELEMENTS(values), &made), ==, CKR_OK);
	OPENSSL_free(der);
	OPENSSL_free(name);
}

typedef struct { struct ck_attribute values[20]; gulong count; unsigned char bytes[20][256]; } Template;

static void add(Template *template, ck_attribute_type_t type, const void *value, size_t len)
{
	unsigned char *bytes = template->bytes[template->count];

	memcpy(bytes, value, len);
	template->values[template->count++] = (struct ck_attribute){ type, bytes, len };
}

static void add_number(Template *template, ck_attribute_type_t type, const EVP_PKEY *key, const char *name)
{
	BIGNUM *number = NULL;
	unsigned char bytes[256];

	g_assert_true(EVP_PKEY_get_bn_param(key, name, &number));
	add(template, type, bytes, (size_t)BN_bn2bin(number, bytes));
	BN_free(number);
}

static void add_rsa(Template *template, const EVP_PKEY *key)
{
	ck_key_type_t type = CKK_RSA;

	add(template, CKA_KEY_TYPE, &type, sizeof type);
	add_number(template, CKA_MODULUS, key, OSSL_PKEY_PARAM_RSA_N);
	add_number(template, CKA_PUBLIC_EXPONENT, key, OSSL_PKEY_PARAM_RSA_E);
	add_number(template, CKA_PRIVATE_EXPONENT, key, OSSL_PKEY_PARAM_RSA_D);
	add_number(template, CKA_PRIME_1, key, OSSL_PKEY_PARAM_RSA_FACTOR1);
	add_number(template, CKA_PRIME_2, key, OSSL_PKEY_PARAM_RSA_FACTOR2);
	add_number(template, CKA_EXPONENT_1, key, OSSL_PKEY_PARAM_RSA_EXPONENT1);
	add_number(template, CKA_EXPONENT_2, key, OSSL_PKEY_PARAM_RSA_EXPONENT2);
	add_number(template, CKA_COEFFICIENT, key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1);
}

static void add_ec(Template *template, const EVP_PKEY *key)
{
	ck_key_type_t type = CKK_EC;
	char group[80];
	unsigned char *der = NULL;

	g_assert_true(EVP_PKEY_get_group_name(key, group, sizeof group, NULL));
	int len = i2d_ASN1_OBJECT(OBJ_nid2obj(OBJ_sn2nid(group)), &der);
	add(template, CKA_KEY_TYPE, &type, sizeof type);
	add(template, CKA_EC_PARAMS, der, (size_t)len);
	add_number(template, CKA_VALUE, key, OSSL_PKEY_PARAM_PRIV_KEY);
	OPENSSL_free(der);
}

/* One that is wary wants its PIN each time, as those for signatures that bind by law do. */
static void create_key(struct ck_function_list *call, ck_session_handle_t session, const LabPerson *person, guint8 id, bool is_wary)
{
	ck_object_class_t class = CKO_PRIVATE_KEY;
	bool is_rsa = EVP_PKEY_is_a(person->key, "RSA");
	unsigned char yes = 1, no = 0, wary = is_wary;
	Template template = { .count = 0 };
	ck_object_handle_t made;

	add(&template, CKA_CLASS, &class, sizeof class);
	add(&template, CKA_ID, &id, 1);
	add(&template, CKA_TOKEN, &yes, 1);
	add(&template, CKA_PRIVATE, &yes, 1);
	add(&template, CKA_SENSITIVE, &yes, 1);
	add(&template, CKA_EXTRACTABLE, &no, 1);
	add(&template, CKA_SIGN, &yes, 1);
	add(&template, is_rsa ? CKA_DECRYPT : CKA_DERIVE, &yes, 1);
	add(&template, CKA_ALWAYS_AUTHENTICATE, &wary, 1);
	(is_rsa ? add_rsa : add_ec)(&template, person->key);
	g_assert_cmpuint(call->C_CreateObject(session, template.values, template.count, &made), ==, CKR_OK);
}

static void fill_token(void)
{
	struct ck_function_list *call = NULL;
	ck_slot_id_t slots[8];
	gulong count = G_N_ELEMENTS(slots);
	ck_session_handle_t session;
	void *library = dlopen(module, RTLD_NOW);
	ck_rv_t (*list)(struct ck_function_list **) = NULL;

	*(void **)&list = dlsym(library, "C_GetFunctionList");
	g_assert_cmpuint(list(&call), ==, CKR_OK);
	g_assert_cmpuint(call->C_Initialize(NULL), ==, CKR_OK);
	g_assert_cmpuint(call->C_GetSlotList(1, slots, &count), ==, CKR_OK);
	g_assert_cmpuint(call->C_OpenSession(slots[0], CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session), ==, CKR_OK);
	g_assert_cmpuint(call->C_Login(session, CKU_USER, (guint8 *)PIN, strlen(PIN)), ==, CKR_OK);
	for (size_t i = 0; i < G_N_ELEMENTS(people); i++) {
		guint8 id = (guint8)(i + 1);
		create_certificate(call, session, *people[i], id);
		if (*people[i] != ca && *people[i] != lost)
			create_key(call, session, *people[i], id, *people[i] == always);
	}
	g_assert_cmpuint(call->C_Finalize(NULL), ==, CKR_OK);
	dlclose(library);
}

static void make_token(void)
{
	g_autofree char *config = g_strdup_printf("%s/softhsm2.conf", dir), *objects = g_strdup_printf("%s/tokens", dir);
	g_autofree char *text = g_strdup_printf("directories.tokendir = %s\nobjectstore.backend = file\n", objects);

	g_assert_cmpint(g_mkdir(objects, 0700), ==, 0);
	g_assert_true(g_file_set_contents(config, text, -1, NULL));
	g_setenv("SOFTHSM2_CONF", config, TRUE);
	run("softhsm2-util --init-token --free --label cards --so-pin 87654321 --pin " PIN);
	fill_token();
}

/* ---- a person with a PIN ---- */

typedef struct { const char *pin; int asked; bool was_refused; char *label; } Person;

static Secret *answer(const SmimePinQuestion *question, void *data)
{
	Person *person = data;

	person->asked++;
	person->was_refused = question->was_refused;
	g_free(person->label);
	person->label = g_strdup(question->label);
	return person->pin ? secret_new(person->pin, strlen(person->pin)) : NULL;
}

typedef struct { Person person; SmimeTokens *tokens; GPtrArray *identities; } Desk;

static void desk_init(Desk *desk, const char *pin)
{
	g_autoptr(GError) error = NULL;

	*desk = (Desk){ .person = { .pin = pin } };
	desk->tokens = smime_tokens_open(module, (SmimePinAsker){ answer, &desk->person }, &error);
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
	expect_refusal(&desk, rsa, ERR_SIGN_IN, "refused the PIN");
	desk.person.pin = NULL;
	expect_refusal(&desk, rsa, ERR_CANCELLED, "the PIN of “cards” is needed");
	desk.person.pin = PIN;
	g_autoptr(GBytes) mail = sign(&desk, rsa, NULL);
	g_assert_nonnull(mail);
}

static void test_wrong_pin_to_decrypt(void)
{
	g_autoptr(GBytes) der = lab_encrypt(rsa, EVP_aes_256_cbc(), false, "Content-Type: text/plain\r\n\r\nHello\r\n");
	g_autofree char *part = lab_opaque("enveloped-data", der), *mail = g_strconcat("From: a@b.c\r\n", part, NULL);
	g_auto(Desk) desk = { 0 };

	desk_init(&desk, "654321");
	g_autoptr(SmimeMessage) message = read_mail(mail, desk.identities);
	g_assert_error(message->trouble, POSTERN_ERROR, ERR_SIGN_IN);
	g_assert_cmpint(desk.person.asked, ==, 1);
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

static char *find_module(void)
{
	static const char *const paths[] = { "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so" };

	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++)
		if (g_file_test(paths[i], G_FILE_TEST_EXISTS))
			return g_strdup(paths[i]);
	return NULL;
}

static void test_without_softhsm(void) { g_test_skip("SoftHSM is not installed"); }

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	module = find_module();
	if (!module) {
		g_test_add_func("/tokens/all", test_without_softhsm);
		return g_test_run();
	}
	dir = g_dir_make_tmp("tokens-XXXXXX", NULL);
	make_people();
	make_token();
	g_test_add_func("/tokens/listed", test_listed);
	g_test_add_func("/tokens/signs", test_signs);
	g_test_add_func("/tokens/decrypts", test_decrypts);
	g_test_add_func("/tokens/wrong PIN", test_wrong_pin);
	g_test_add_func("/tokens/wrong PIN to decrypt", test_wrong_pin_to_decrypt);
	g_test_add_func("/tokens/asks each time", test_asks_each_time);
	g_test_add_func("/tokens/what is not there", test_what_is_not_there);
	g_test_add_func("/tokens/lives", test_lives);
	int failed = g_test_run();
	run("rm -rf '%s'", dir);
	for (size_t i = 0; i < G_N_ELEMENTS(people); i++)
		lab_person_free(*people[i]);
	g_free(module);
	g_free(dir);
	return failed;
}
