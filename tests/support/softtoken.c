#include "support/softtoken.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <openssl/core_names.h>
#include <openssl/x509.h>
#include <string.h>

#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>

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

static void fill(const char *module, const SoftKey *keys, size_t count)
{
	struct ck_function_list *call = NULL;
	ck_slot_id_t slots[8];
	gulong slot_count = G_N_ELEMENTS(slots);
	ck_session_handle_t session;
	void *library = dlopen(module, RTLD_NOW);
	ck_rv_t (*list)(struct ck_function_list **) = NULL;

	*(void **)&list = dlsym(library, "C_GetFunctionList");
	g_assert_cmpuint(list(&call), ==, CKR_OK);
	g_assert_cmpuint(call->C_Initialize(NULL), ==, CKR_OK);
	g_assert_cmpuint(call->C_GetSlotList(1, slots, &slot_count), ==, CKR_OK);
	g_assert_cmpuint(call->C_OpenSession(slots[0], CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session), ==, CKR_OK);
	g_assert_cmpuint(call->C_Login(session, CKU_USER, (guint8 *)SOFT_PIN, strlen(SOFT_PIN)), ==, CKR_OK);
	for (size_t i = 0; i < count; i++) {
		guint8 id = (guint8)(i + 1);
		create_certificate(call, session, keys[i].person, id);
		if (keys[i].kind != SOFT_CERTIFICATE)
			create_key(call, session, keys[i].person, id, keys[i].kind == SOFT_WARY_KEY);
	}
	g_assert_cmpuint(call->C_Finalize(NULL), ==, CKR_OK);
	dlclose(library);
}

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

static const char *find_module(void)
{
	static const char *const paths[] = { "/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so" };

	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++)
		if (g_file_test(paths[i], G_FILE_TEST_EXISTS))
			return paths[i];
	return NULL;
}

bool soft_token_init(SoftToken *token, const SoftKey *keys, size_t count)
{
	*token = (SoftToken){ .module = find_module() };
	if (!token->module)
		return false;
	token->dir = g_dir_make_tmp("tokens-XXXXXX", NULL);
	g_autofree char *config = g_strdup_printf("%s/softhsm2.conf", token->dir), *objects = g_strdup_printf("%s/tokens", token->dir);
	g_autofree char *text = g_strdup_printf("directories.tokendir = %s\nobjectstore.backend = file\n", objects);
	g_assert_cmpint(g_mkdir(objects, 0700), ==, 0);
	g_assert_true(g_file_set_contents(config, text, -1, NULL));
	g_setenv("SOFTHSM2_CONF", config, TRUE);
	run("softhsm2-util --init-token --free --label cards --so-pin 87654321 --pin " SOFT_PIN);
	fill(token->module, keys, count);
	return true;
}

void soft_token_clear(SoftToken *token)
{
	if (token->dir)
		run("rm -rf '%s'", token->dir);
	g_free(token->dir);
}
