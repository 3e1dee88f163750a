#include "smime/tokens.h"

#include "smime/cryptoki.h"
#include "smime/decrypt.h"
#include "smime/token_key.h"
#include "smime/x509.h"

struct SmimeTokens { Cryptoki *cryptoki; };

SmimeTokens *smime_tokens_open(const char *module, SmimePinAsker asker, GError **err)
{
	Cryptoki *cryptoki = cryptoki_open(module, &asker, err);
	SmimeTokens *tokens = cryptoki ? g_new0(SmimeTokens, 1) : NULL;

	if (tokens)
		tokens->cryptoki = cryptoki;
	return tokens;
}

void smime_tokens_close(SmimeTokens *tokens)
{
	if (!tokens)
		return;
	cryptoki_unref(tokens->cryptoki);
	g_free(tokens);
}

void smime_tokens_forget(SmimeTokens *tokens) { cryptoki_log_out(tokens->cryptoki); }

char *smime_tokens_inserted(SmimeTokens *tokens)
{
	g_autoptr(GPtrArray) present = cryptoki_tokens(tokens->cryptoki, NULL);
	GString *text = g_string_new(NULL);

	for (guint i = 0; present && i < present->len; i++)
		g_string_append_printf(text, "%p %s\n", present->pdata[i],
		                       token_label(present->pdata[i]));
	return g_string_free(text, FALSE);
}

/* An authority's has no mail address; a person's that vouches for itself often says that it may
 * vouch for others, too. */
static bool is_of_person(const X509 *x509)
{
	g_autoptr(Certificate) facts = x509_read((X509 *)x509);

	return !facts->is_authority || facts->addresses[0];
}

static void add_identity(GPtrArray *identities, Cryptoki *cryptoki, Token *token,
                         const TokenCertificate *certificate)
{
	g_autoptr(X509) x509 = x509_of(certificate->der);
	g_autoptr(TokenKey) key = token_key_new(cryptoki, token, certificate->id);
	g_autoptr(EVP_PKEY) pair = x509 && is_of_person(x509) ? token_key_pair(key, x509) : NULL;

	if (pair)
		g_ptr_array_add(identities, identity_on_token(x509, pair, key));
}

static bool add_token(GPtrArray *identities, Cryptoki *cryptoki, Token *token, GError **err)
{
	g_autoptr(GPtrArray) certificates = token_certificates(token, err);

	for (guint i = 0; certificates && i < certificates->len; i++)
		add_identity(identities, cryptoki, token, certificates->pdata[i]);
	return certificates != NULL;
}

GPtrArray *smime_tokens_identities(SmimeTokens *tokens, GError **err)
{
	g_autoptr(GPtrArray) identities =
		g_ptr_array_new_with_free_func((GDestroyNotify)smime_identity_unref);
	g_autoptr(GPtrArray) present = cryptoki_tokens(tokens->cryptoki, err);

	if (!present)
		return NULL;
	for (guint i = 0; i < present->len; i++)
		if (!add_token(identities, tokens->cryptoki, present->pdata[i], err))
			return NULL;
	return g_steal_pointer(&identities);
}
