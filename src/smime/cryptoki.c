#include "smime/cryptoki.h"

#include <dlfcn.h>
#include <string.h>

#define CRYPTOKI_GNU 1
#include <p11-kit/pkcs11.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

enum { BATCH = 16 };

struct Cryptoki {
	gint                     refs;
	char                    *path;
	void                    *library;
	struct ck_function_list *call;
	bool                     is_ours;      /* we started it, so we end it */
	SmimePinAsker            asker;
	GMutex                   lock;         /* of tokens */
	GPtrArray               *tokens;       /* of Token */
};

struct Token {
	Cryptoki           *owner;         /* borrowed: it lives longer */
	ck_slot_id_t        slot;
	char               *label;
	GMutex              lock;          /* of what follows */
	ck_session_handle_t session;       /* 0: none. Who is logged in is so until it ends */
	Secret             *refused;       /* the PIN that was wrong */
};

/* ---- the module ---- */

static void token_free(Token *token)
{
	if (token->session)
		token->owner->call->C_CloseSession(token->session);
	secret_unref(token->refused);
	g_free(token->label);
	g_mutex_clear(&token->lock);
	g_free(token);
}

Cryptoki *cryptoki_ref(Cryptoki *cryptoki)
{
	g_atomic_int_inc(&cryptoki->refs);
	return cryptoki;
}

void cryptoki_unref(Cryptoki *cryptoki)
{
	if (!cryptoki || !g_atomic_int_dec_and_test(&cryptoki->refs))
		return;
	g_clear_pointer(&cryptoki->tokens, g_ptr_array_unref);
	if (cryptoki->is_ours)
		cryptoki->call->C_Finalize(NULL);
	if (cryptoki->library)
		dlclose(cryptoki->library);
	g_mutex_clear(&cryptoki->lock);
	g_free(cryptoki->path);
	g_free(cryptoki);
}

/* By a whole path: a name alone would be looked for where others may have put one. */
static bool load(Cryptoki *cryptoki)
{
	ck_rv_t (*list)(struct ck_function_list **) = NULL;

	if (!g_path_is_absolute(cryptoki->path))
		return false;
	cryptoki->library = dlopen(cryptoki->path, RTLD_NOW | RTLD_LOCAL);
	if (cryptoki->library)
		*(void **)&list = dlsym(cryptoki->library, "C_GetFunctionList");
	return list && list(&cryptoki->call) == CKR_OK && cryptoki->call;
}

static bool start(Cryptoki *cryptoki)
{
	struct ck_c_initialize_args args = { .flags = CKF_OS_LOCKING_OK };
	ck_rv_t code = cryptoki->call->C_Initialize(&args);

	cryptoki->is_ours = code == CKR_OK;
	return cryptoki->is_ours || code == CKR_CRYPTOKI_ALREADY_INITIALIZED;
}

Cryptoki *cryptoki_open(const char *path, const SmimePinAsker *asker, GError **err)
{
	g_autoptr(Cryptoki) cryptoki = g_new0(Cryptoki, 1);

	cryptoki->refs = 1;
	cryptoki->path = g_strdup(path);
	cryptoki->asker = *asker;
	cryptoki->tokens = g_ptr_array_new_with_free_func((GDestroyNotify)token_free);
	g_mutex_init(&cryptoki->lock);
	if (!load(cryptoki))
		return fail_null(err, ERR_CONFIG, _("%s is no PKCS#11 module that can be loaded"),
		                 path);
	if (!start(cryptoki))
		return fail_null(err, ERR_CONFIG, _("the PKCS#11 module %s does not start"), path);
	return g_steal_pointer(&cryptoki);
}

/* ---- tokens ---- */

const char *token_label(const Token *token) { return token->label; }

/* Padded with blanks, and from outside. */
static char *label_of(const struct ck_token_info *info)
{
	g_autofree char *utf8 = text_to_utf8((const char *)info->label, sizeof info->label);
	g_autofree char *line = text_one_line(utf8);

	return *line ? text_visible(line) : g_strdup("?");
}

static Token *find_token(const Cryptoki *cryptoki, ck_slot_id_t slot, const char *label)
{
	for (guint i = 0; i < cryptoki->tokens->len; i++) {
		Token *token = g_ptr_array_index(cryptoki->tokens, i);
		if (token->slot == slot && strcmp(token->label, label) == 0)
			return token;
	}
	return NULL;
}

static Token *token_new(Cryptoki *cryptoki, ck_slot_id_t slot, const char *label)
{
	Token *token = g_new0(Token, 1);

	token->owner = cryptoki;
	token->slot = slot;
	token->label = g_strdup(label);
	g_mutex_init(&token->lock);
	g_ptr_array_add(cryptoki->tokens, token);
	return token;
}

static void add_slot(Cryptoki *cryptoki, ck_slot_id_t slot, GPtrArray *found)
{
	struct ck_token_info info = { 0 };

	if (cryptoki->call->C_GetTokenInfo(slot, &info) != CKR_OK ||
	    !(info.flags & CKF_TOKEN_INITIALIZED))
		return;
	g_autofree char *label = label_of(&info);
	g_mutex_lock(&cryptoki->lock);
	Token *token = find_token(cryptoki, slot, label);
	g_ptr_array_add(found, token ? token : token_new(cryptoki, slot, label));
	g_mutex_unlock(&cryptoki->lock);
}

GPtrArray *cryptoki_tokens(Cryptoki *cryptoki, GError **err)
{
	ck_slot_id_t slots[LIMIT_TOKENS];
	unsigned long count = LIMIT_TOKENS;

	if (cryptoki->call->C_GetSlotList(1, slots, &count) != CKR_OK)
		return fail_null(err, ERR_IO,
		                 _("the PKCS#11 module %s does not say what is inserted"),
		                 cryptoki->path);
	GPtrArray *found = g_ptr_array_new();
	for (unsigned long i = 0; i < count; i++)
		add_slot(cryptoki, slots[i], found);
	return found;
}

void cryptoki_log_out(Cryptoki *cryptoki)
{
	g_mutex_lock(&cryptoki->lock);
	for (guint i = 0; i < cryptoki->tokens->len; i++) {
		Token *token = g_ptr_array_index(cryptoki->tokens, i);
		g_mutex_lock(&token->lock);
		if (token->session)
			cryptoki->call->C_Logout(token->session);
		g_mutex_unlock(&token->lock);
	}
	g_mutex_unlock(&cryptoki->lock);
}

/* ---- sessions ---- */

static bool not_there(const Token *token, GError **err)
{
	return fail(err, ERR_NOT_FOUND, _("the token “%s” is not there: insert it"), token->label);
}

/* The session of a token that was taken out is none, and another begins when it is back. */
static bool begin(Token *token, struct ck_session_info *info, GError **err)
{
	struct ck_function_list *call = token->owner->call;

	if (token->session && call->C_GetSessionInfo(token->session, info) == CKR_OK)
		return true;
	token->session = 0;
	return (call->C_OpenSession(token->slot, CKF_SERIAL_SESSION, NULL, NULL,
	                            &token->session) == CKR_OK &&
	        call->C_GetSessionInfo(token->session, info) == CKR_OK) ||
	       not_there(token, err);
}

/* ---- PINs ---- */

static SmimePinQuestion question_of(const Token *token, const struct ck_token_info *info)
{
	return (SmimePinQuestion){ token->label, token->refused != NULL,
		                   (info->flags & CKF_USER_PIN_FINAL_TRY) != 0 };
}

static Secret *ask_pin(const Token *token, const struct ck_token_info *info)
{
	const SmimePinAsker *asker = &token->owner->asker;
	SmimePinQuestion question = question_of(token, info);

	return asker->ask ? asker->ask(&question, asker->data) : NULL;
}

static void tell_refused(const Token *token, const struct ck_token_info *info)
{
	const SmimePinAsker *asker = &token->owner->asker;
	SmimePinQuestion question = question_of(token, info);

	question.was_refused = true;
	if (asker->refused && !(info->flags & CKF_USER_PIN_LOCKED))
		asker->refused(&question, asker->data);
}

static bool pin_refused(const Token *token, GError **err)
{
	struct ck_token_info info = { 0 };

	token->owner->call->C_GetTokenInfo(token->slot, &info);
	tell_refused(token, &info);
	return fail(
		err, ERR_SIGN_IN,
		info.flags & CKF_USER_PIN_LOCKED
			? _("“%s” refused the PIN, and has locked itself: whoever issued it can "
	                    "unlock it")
		: info.flags & CKF_USER_PIN_FINAL_TRY
			? _("“%s” refused the PIN; if the next one is wrong, it locks itself")
			: _("“%s” refused the PIN"),
		token->label);
}

static bool take_answer(Token *token, ck_rv_t code, Secret *pin, GError **err)
{
	switch (code) {
	case CKR_OK:
	case CKR_USER_ALREADY_LOGGED_IN:
		g_clear_pointer(&token->refused, secret_unref);
		return true;
	case CKR_PIN_INCORRECT:
	case CKR_PIN_INVALID:
	case CKR_PIN_LEN_RANGE:
		secret_unref(token->refused);
		token->refused = pin ? secret_ref(pin) : NULL;
		return pin_refused(token, err);
	case CKR_PIN_LOCKED:
		return fail(
			err, ERR_FORBIDDEN,
			_("“%s” is locked after too many wrong PINs: whoever issued it can unlock it"),
			token->label);
	default:
		return fail(err, ERR_IO, _("“%s” could not check the PIN (PKCS#11 error 0x%lx)"),
		            token->label, code);
	}
}

/* What cannot be the PIN costs no try. */
static bool is_worth_a_try(const Token *token, const struct ck_token_info *info, const Secret *pin,
                           GError **err)
{
	bool was_refused = token->refused && secret_equal(pin, token->refused);
	bool is_short = secret_len(pin) < info->min_pin_len;

	if (was_refused || is_short)
		tell_refused(token, info);
	if (was_refused)
		return fail(err, ERR_SIGN_IN,
		            _("“%s” refused this PIN before: it was not tried again"),
		            token->label);
	return !is_short ||
	       fail(err, ERR_SIGN_IN,
	            _("the PIN of “%s” has %lu characters at least: this one was not tried"),
	            token->label, info->min_pin_len);
}

/* @user: of the token, or of the one use that has begun. */
static bool give_pin(Token *token, ck_user_type_t user, GError **err)
{
	struct ck_function_list *call = token->owner->call;
	struct ck_token_info info = { 0 };

	if (call->C_GetTokenInfo(token->slot, &info) != CKR_OK)
		return not_there(token, err);
	bool has_keypad = info.flags & CKF_PROTECTED_AUTHENTICATION_PATH;
	g_autoptr(Secret) pin = has_keypad ? NULL : ask_pin(token, &info);
	if (!pin && !has_keypad)
		return token->owner->asker.ask
		               ? fail(err, ERR_CANCELLED, _("the PIN of “%s” is needed"),
		                      token->label)
		               : fail(err, ERR_ASK,
		                      _("the PIN of “%s” is needed, and nobody can be asked for it"),
		                      token->label);
	if (pin && !is_worth_a_try(token, &info, pin, err))
		return false;
	ck_rv_t code = call->C_Login(token->session, user,
	                             pin ? (unsigned char *)secret_bytes(pin) : NULL,
	                             pin ? secret_len(pin) : 0);
	return take_answer(token, code, pin, err);
}

static bool log_in(Token *token, const struct ck_session_info *session, GError **err)
{
	struct ck_token_info info = { 0 };

	if (session->state == CKS_RO_USER_FUNCTIONS || session->state == CKS_RW_USER_FUNCTIONS)
		return true;
	if (token->owner->call->C_GetTokenInfo(token->slot, &info) != CKR_OK)
		return not_there(token, err);
	return !(info.flags & CKF_LOGIN_REQUIRED) || give_pin(token, CKU_USER, err);
}

/* ---- objects ---- */

/* Up to @max of them; 0 if there is none. */
static unsigned long find(Token *token, struct ck_attribute *wanted, unsigned long wanted_count,
                          ck_object_handle_t *found, unsigned long max)
{
	struct ck_function_list *call = token->owner->call;
	unsigned long count = 0, n = 0;

	if (call->C_FindObjectsInit(token->session, wanted, wanted_count) != CKR_OK)
		return 0;
	while (count < max &&
	       call->C_FindObjects(token->session, found + count, MIN(max - count, BATCH), &n) ==
	               CKR_OK &&
	       n > 0)
		count += n;
	call->C_FindObjectsFinal(token->session);
	return count;
}

/* NULL: it has none, or a very long one. */
static GBytes *attribute(Token *token, ck_object_handle_t object, ck_attribute_type_t type)
{
	struct ck_function_list *call = token->owner->call;
	struct ck_attribute value = { .type = type };

	if (call->C_GetAttributeValue(token->session, object, &value, 1) != CKR_OK ||
	    value.value_len == 0 || value.value_len > LIMIT_CERTIFICATE_BYTES)
		return NULL;
	g_autofree uint8_t *bytes = g_malloc(value.value_len);
	value.value = bytes;
	if (call->C_GetAttributeValue(token->session, object, &value, 1) != CKR_OK)
		return NULL;
	return g_bytes_new(bytes, value.value_len);
}

static void token_certificate_free(TokenCertificate *certificate)
{
	g_clear_pointer(&certificate->id, g_bytes_unref);
	g_clear_pointer(&certificate->der, g_bytes_unref);
	g_free(certificate);
}

static void read_certificate(Token *token, ck_object_handle_t object, GPtrArray *certificates)
{
	TokenCertificate *one = g_new0(TokenCertificate, 1);

	one->id = attribute(token, object, CKA_ID);
	one->der = attribute(token, object, CKA_VALUE);
	if (one->id && one->der)
		g_ptr_array_add(certificates, one);
	else
		token_certificate_free(one);
}

GPtrArray *token_certificates(Token *token, GError **err)
{
	ck_object_class_t class = CKO_CERTIFICATE;
	ck_certificate_type_t type = CKC_X_509;
	struct ck_attribute wanted[] = { { CKA_CLASS, &class, sizeof class },
		                         { CKA_CERTIFICATE_TYPE, &type, sizeof type } };
	ck_object_handle_t found[LIMIT_TOKEN_CERTIFICATES];
	struct ck_session_info info;
	g_autoptr(GPtrArray) certificates =
		g_ptr_array_new_with_free_func((GDestroyNotify)token_certificate_free);

	g_mutex_lock(&token->lock);
	bool is_there = begin(token, &info, err);
	unsigned long count =
		is_there ? find(token, wanted, G_N_ELEMENTS(wanted), found, G_N_ELEMENTS(found))
			 : 0;
	for (unsigned long i = 0; i < count; i++)
		read_certificate(token, found[i], certificates);
	g_mutex_unlock(&token->lock);
	return is_there ? g_steal_pointer(&certificates) : NULL;
}

/* ---- keys ---- */

static bool find_key(Token *token, GBytes *id, ck_object_handle_t *ret_key, GError **err)
{
	ck_object_class_t class = CKO_PRIVATE_KEY;
	gsize len;
	const void *bytes = g_bytes_get_data(id, &len);
	struct ck_attribute wanted[] = { { CKA_CLASS, &class, sizeof class },
		                         { CKA_ID, (void *)bytes, len } };

	return find(token, wanted, G_N_ELEMENTS(wanted), ret_key, 1) == 1 ||
	       fail(err, ERR_NOT_FOUND, _("the key that belongs to the certificate is not on “%s”"),
	            token->label);
}

/* PKCS#11 2.40, 4.9: such a key wants its PIN for each use. A use that has begun and is not allowed
 * ends with the session. */
static bool allow_use(Token *token, ck_object_handle_t key, GError **err)
{
	g_autoptr(GBytes) value = attribute(token, key, CKA_ALWAYS_AUTHENTICATE);
	bool asks_always = value && *(const uint8_t *)g_bytes_get_data(value, NULL) != 0;

	if (!asks_always || give_pin(token, CKU_CONTEXT_SPECIFIC, err))
		return true;
	token->owner->call->C_CloseSession(token->session);
	token->session = 0;
	return false;
}

static bool no_use(const Token *token, GError **err)
{
	return fail(err, ERR_IO, _("“%s” cannot do with this key what the mail asks for"),
	            token->label);
}

static bool sign(Token *token, ck_object_handle_t key, const TokenUse *use, uint8_t *out,
                 unsigned long *len, GError **err)
{
	struct ck_function_list *call = token->owner->call;
	struct ck_mechanism way = { .mechanism = use->kind == TOKEN_SIGN_RSA ? CKM_RSA_PKCS
		                                                             : CKM_ECDSA };

	if (call->C_SignInit(token->session, &way, key) != CKR_OK)
		return no_use(token, err);
	if (!allow_use(token, key, err))
		return false;
	return call->C_Sign(token->session, (unsigned char *)use->in, use->in_len, out, len) ==
	               CKR_OK ||
	       no_use(token, err);
}

static bool decrypt(Token *token, ck_object_handle_t key, const TokenUse *use, uint8_t *out,
                    unsigned long *len, GError **err)
{
	struct ck_function_list *call = token->owner->call;
	struct ck_mechanism way = { .mechanism = use->kind == TOKEN_DECRYPT_RSA ? CKM_RSA_PKCS
		                                                                : CKM_RSA_X_509 };

	if (call->C_DecryptInit(token->session, &way, key) != CKR_OK)
		return no_use(token, err);
	if (!allow_use(token, key, err))
		return false;
	return call->C_Decrypt(token->session, (unsigned char *)use->in, use->in_len, out, len) ==
	               CKR_OK ||
	       no_use(token, err);
}

/* The secret is made an object of the session, read, and done away with. */
static bool agree(Token *token, ck_object_handle_t key, const TokenUse *use, uint8_t *out,
                  unsigned long *len, GError **err)
{
	struct ck_function_list *call = token->owner->call;
	struct ck_ecdh1_derive_params params = { CKD_NULL, 0, NULL, use->in_len,
		                                 (unsigned char *)use->in };
	struct ck_mechanism way = { CKM_ECDH1_DERIVE, &params, sizeof params };
	ck_object_class_t class = CKO_SECRET_KEY;
	ck_key_type_t type = CKK_GENERIC_SECRET;
	unsigned long size = use->out_len;
	unsigned char yes = 1, no = 0;
	struct ck_attribute wanted[] = {
		{ CKA_CLASS, &class, sizeof class }, { CKA_KEY_TYPE, &type, sizeof type },
		{ CKA_TOKEN, &no, sizeof no },       { CKA_SENSITIVE, &no, sizeof no },
		{ CKA_EXTRACTABLE, &yes, sizeof yes }, { CKA_VALUE_LEN, &size, sizeof size },
	};
	struct ck_attribute value = { CKA_VALUE, out, *len };
	ck_object_handle_t secret;

	if (call->C_DeriveKey(token->session, &way, key, wanted, G_N_ELEMENTS(wanted), &secret) !=
	    CKR_OK)
		return no_use(token, err);
	bool ok = call->C_GetAttributeValue(token->session, secret, &value, 1) == CKR_OK;
	call->C_DestroyObject(token->session, secret);
	*len = value.value_len;
	return ok || no_use(token, err);
}

typedef bool (*Worker)(Token *, ck_object_handle_t, const TokenUse *, uint8_t *, unsigned long *,
                       GError **);

static const Worker workers[] = {
	[TOKEN_SIGN_RSA] = sign,       [TOKEN_SIGN_ECDSA] = sign,  [TOKEN_DECRYPT_RSA] = decrypt,
	[TOKEN_DECRYPT_RAW] = decrypt, [TOKEN_AGREE] = agree,
};

bool token_use(Token *token, const TokenUse *use, uint8_t *out, size_t *len, GError **err)
{
	struct ck_session_info session;
	ck_object_handle_t key;
	unsigned long n = *len;

	g_mutex_lock(&token->lock);
	bool ok = begin(token, &session, err) && log_in(token, &session, err) &&
	          find_key(token, use->id, &key, err) &&
	          workers[use->kind](token, key, use, out, &n, err);
	g_mutex_unlock(&token->lock);
	if (ok)
		*len = n;
	return ok;
}
