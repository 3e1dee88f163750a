/*
 * libcurl sets up OpenSSL and hands us the SSL_CTX; there we put in the anchors, turn off key
 * logging, and wrap OpenSSL's own verdict to keep the facts of the certificate it fell over.
 * Nothing here ever turns a refusal into an acceptance.
 *
 * The anchors are those that libcurl would take, and those of the CA file. libcurl reads the
 * system's anew for every connection, which is most of what a connection costs; ours are read with
 * the first one, and when the system's have changed.
 */
#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

/* Of the certificate that decided the last handshake. Texts are safe to show. */
typedef struct {
	int   verdict;           /* X509_V_… */
	char *issuer;
	char *names;             /* the hosts it is for */
	char *from_day, *to_day; /* its validity */
} Facts;

struct Tls {
	TlsMin     min;
	char      *ca_file;
	GPtrArray *anchors;      /* of X509: those of the CA file; NULL: there is none */
	X509_STORE *store;       /* all of them; NULL: no connection yet */
	struct stat system;      /* of the file they were read from */
	Facts      facts;
};

static const struct { long curl; const char *name; } versions[] = {
	[TLS_MIN_1_0] = { CURL_SSLVERSION_TLSv1_0, "1.0" },
	[TLS_MIN_1_1] = { CURL_SSLVERSION_TLSv1_1, "1.1" },
	[TLS_MIN_1_2] = { CURL_SSLVERSION_TLSv1_2, "1.2" },
	[TLS_MIN_1_3] = { CURL_SSLVERSION_TLSv1_3, "1.3" },
};

enum { SHOWN_BYTES = 200 };

static void facts_clear(Facts *facts)
{
	g_free(facts->issuer);
	g_free(facts->names);
	g_free(facts->from_day);
	g_free(facts->to_day);
	*facts = (Facts){ .verdict = X509_V_OK };
}

static void x509_free(void *certificate) { X509_free(certificate); }

/* Every certificate of a PEM file; other things in it are passed over. */
static GPtrArray *anchors_parse(GBytes *pem)
{
	GPtrArray *anchors = g_ptr_array_new_with_free_func(x509_free);
	gsize      len;
	const void *bytes = g_bytes_get_data(pem, &len);
	BIO       *bio = BIO_new_mem_buf(bytes, (int)len);
	X509      *certificate;

	while ((certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)))
		g_ptr_array_add(anchors, certificate);
	ERR_clear_error();
	BIO_free(bio);
	return anchors;
}

static bool anchors_read(Tls *tls, GError **err)
{
	g_autoptr(GError) why = NULL;
	g_autoptr(GBytes) pem = file_read_trusted(tls->ca_file, LIMIT_CONFIG_BYTES, &why);

	if (!pem)
		return fail(err, ERR_CONFIG, _("ca_file %s cannot be used: %s"), tls->ca_file,
		            why->message);
	tls->anchors = anchors_parse(pem);
	if (!tls->anchors->len)
		return fail(err, ERR_CONFIG, _("ca_file %s holds no certificate in PEM form"),
		            tls->ca_file);
	return true;
}

Tls *tls_new(const char *ca_file, TlsMin min, GError **err)
{
	g_autoptr(Tls) tls = g_new0(Tls, 1);

	tls->min = min;
	tls->ca_file = g_strdup(ca_file);
	if (ca_file && !anchors_read(tls, err))
		return NULL;
	return g_steal_pointer(&tls);
}

void tls_free(Tls *tls)
{
	if (!tls)
		return;
	facts_clear(&tls->facts);
	g_clear_pointer(&tls->anchors, g_ptr_array_unref);
	X509_STORE_free(tls->store);
	g_free(tls->ca_file);
	g_free(tls);
}

/* ---- facts of a certificate ---- */

/* Foreign text made safe to show; takes @text. */
static char *shown_take(char *text)
{
	g_autofree char *raw = text;
	g_autofree char *visible = text_visible(raw);

	return text_cut(visible, SHOWN_BYTES);
}

static char *asn1_text(const ASN1_STRING *string)
{
	unsigned char *utf8 = NULL;
	int            len = ASN1_STRING_to_UTF8(&utf8, string);

	if (len < 0)
		return NULL;
	char *copy = text_to_utf8((const char *)utf8, (size_t)len);
	OPENSSL_free(utf8);
	return copy;
}

static char *name_part(const X509_NAME *name, int nid)
{
	int at = X509_NAME_get_index_by_NID(name, nid, -1);

	return at < 0 ? NULL : asn1_text(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
}

static char *name_shown(const X509_NAME *name)
{
	char *part = name_part(name, NID_commonName);

	if (!part)
		part = name_part(name, NID_organizationName);
	return shown_take(part ? part : g_strdup("?"));
}

/* The DNS names; the common name only where there are none, as for verification. */
static char *hosts_shown(X509 *certificate)
{
	g_autoptr(GString) hosts = g_string_new(NULL);
	GENERAL_NAMES     *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		g_autofree char *host = name->type == GEN_DNS ? asn1_text(name->d.dNSName) : NULL;
		if (host)
			g_string_append_printf(hosts, "%s%s", hosts->len ? ", " : "", host);
	}
	GENERAL_NAMES_free(names);
	if (!hosts->len)
		return name_shown(X509_get_subject_name(certificate));
	return shown_take(g_string_free(g_steal_pointer(&hosts), FALSE));
}

static char *day_shown(const ASN1_TIME *time)
{
	struct tm tm;

	if (!ASN1_TIME_to_tm(time, &tm))
		return g_strdup("?");
	return g_strdup_printf("%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
}

static void facts_note(Facts *facts, X509_STORE_CTX *ctx)
{
	X509 *certificate = X509_STORE_CTX_get_current_cert(ctx);

	facts_clear(facts);
	facts->verdict = X509_STORE_CTX_get_error(ctx);
	if (facts->verdict == X509_V_OK || !certificate)
		certificate = X509_STORE_CTX_get0_cert(ctx);
	if (!certificate)
		return;
	facts->issuer = name_shown(X509_get_issuer_name(certificate));
	facts->names = hosts_shown(certificate);
	facts->from_day = day_shown(X509_get0_notBefore(certificate));
	facts->to_day = day_shown(X509_get0_notAfter(certificate));
}

static int on_verify(X509_STORE_CTX *ctx, void *data)
{
	Tls *tls = data;
	int  verdict = X509_verify_cert(ctx);

	facts_note(&tls->facts, ctx);
	return verdict;
}

/* Where libcurl was built to find the system's; NULL: nowhere. */
static const char *place_of(CURL *easy, CURLINFO what)
{
	char *place = NULL;

	curl_easy_getinfo(easy, what, &place);
	return place;
}

/* What is looked up in the folder is read when it is needed. */
static bool store_load_system(X509_STORE *store, CURL *easy)
{
	const char *file = place_of(easy, CURLINFO_CAINFO);
	const char *folder = place_of(easy, CURLINFO_CAPATH);

	return (!file || X509_STORE_load_file(store, file)) &&
	       (!folder || X509_STORE_load_path(store, folder));
}

static struct stat stat_of_system(CURL *easy)
{
	const char *file = place_of(easy, CURLINFO_CAINFO);
	struct stat st = { 0 };

	if (file && stat(file, &st) != 0)
		st = (struct stat){ 0 };
	return st;
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static bool store_add_own(X509_STORE *store, const Tls *tls)
{
	for (guint i = 0; tls->anchors && i < tls->anchors->len; i++)
		if (!X509_STORE_add_cert(store, g_ptr_array_index(tls->anchors, i)))
			return false;
	return true;
}

/* The flags are libcurl's: an intermediate certificate may be an anchor. */
static bool ensure_store(Tls *tls, CURL *easy)
{
	struct stat now = stat_of_system(easy);

	if (tls->store && is_same_file(&now, &tls->system))
		return true;

	X509_STORE *store = X509_STORE_new();
	if (!store || !store_load_system(store, easy) || !store_add_own(store, tls)) {
		X509_STORE_free(store);
		ERR_clear_error();
		return false;
	}
	X509_STORE_set_flags(store, X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
	X509_STORE_free(tls->store);
	tls->store = store;
	tls->system = now;
	return true;
}

static CURLcode on_context(CURL *easy, void *context, void *data)
{
	SSL_CTX *ctx = context;
	Tls     *tls = data;

	SSL_CTX_set_keylog_callback(ctx, NULL); /* SSLKEYLOGFILE of the environment is not for us */
	SSL_CTX_set_cert_verify_callback(ctx, on_verify, tls);
	if (!ensure_store(tls, easy))
		return CURLE_SSL_CACERT_BADFILE;
	SSL_CTX_set1_cert_store(ctx, tls->store);
	facts_clear(&tls->facts);
	return CURLE_OK;
}

void tls_apply(Tls *tls, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
	curl_easy_setopt(easy, CURLOPT_CAINFO, NULL);      /* on_context() has them */
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, versions[tls->min].curl);
	/* OpenSSL 3 signs nothing for TLS before 1.2 above security level 0. */
	if (tls->min < TLS_MIN_1_2)
		curl_easy_setopt(easy, CURLOPT_SSL_CIPHER_LIST, "DEFAULT:@SECLEVEL=0");
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, on_context);
	curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, tls);
}

/* ---- the sentence ---- */

static bool fail_certificate(const Facts *facts, const char *host, GError **err)
{
	const char *issuer = facts->issuer ? facts->issuer : "?";

	switch (facts->verdict) {
	case X509_V_OK:
		return fail(err, ERR_TLS,
		            _("%s shows a certificate for %s, not for itself; check the server "
		              "name of the account"),
		            host, facts->names ? facts->names : "?");
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return fail(err, ERR_TLS,
		            _("the certificate of %s expired on %s (issuer: %s); its "
		              "administrator must renew it, or this computer's clock is wrong"),
		            host, facts->to_day, issuer);
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return fail(err, ERR_TLS,
		            _("the certificate of %s is valid only from %s (issuer: %s); this "
		              "computer's clock may be wrong"),
		            host, facts->from_day, issuer);
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		return fail(err, ERR_TLS,
		            _("the certificate of %s is self-signed, nobody vouches for it; if it "
		              "is the right one, save it as a PEM file and name that file in "
		              "ca_file"),
		            host);
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return fail(err, ERR_TLS,
		            _("the certificate of %s comes from an authority unknown here (%s); "
		              "if it is your organisation's, name the authority's PEM file in "
		              "ca_file"),
		            host, issuer);
	default:
		return fail(err, ERR_TLS, _("the certificate of %s (issuer: %s) is refused: %s"),
		            host, issuer, X509_verify_cert_error_string(facts->verdict));
	}
}

static bool detail_has(const char *detail, const char *const *needles)
{
	for (; *needles; needles++)
		if (strstr(detail, *needles))
			return true;
	return false;
}

/* libcurl passes on only the text of OpenSSL's reason. */
static bool fail_handshake(const Tls *tls, const char *host, int port, const char *detail,
                           GError **err)
{
	static const char *const old[] = { "protocol version", "unsupported protocol",
		                           "no protocols available", NULL };
	static const char *const plain[] = { "wrong version number", "http request",
		                             "packet length too long", NULL };
	static const char *const gone[] = { "SSL_ERROR_SYSCALL", "unexpected eof",
		                            "Connection reset", NULL };

	if (tls->facts.verdict != X509_V_OK)
		return fail_certificate(&tls->facts, host, err);
	if (detail_has(detail, old) && tls->min > TLS_MIN_1_0)
		return fail(err, ERR_TLS,
		            _("%s cannot speak TLS %s or newer; its administrator should mend "
		              "that, or an older version can be admitted with tls_min"),
		            host, versions[tls->min].name);
	if (detail_has(detail, plain))
		return fail(err, ERR_TLS,
		            _("%s does not speak TLS on port %d; check the server address of the "
		              "account"),
		            host, port);
	if (detail_has(detail, gone))
		return fail(err, ERR_NETWORK,
		            _("%s:%d hung up while the encryption was being agreed"), host, port);
	return fail(err, ERR_TLS, _("no encryption can be agreed with %s:%d: %s"), host, port,
	            detail);
}

bool tls_judge(const Tls *tls, CURLcode code, const char *host, int port, const char *detail,
               GError **err)
{
	switch ((int)code) {
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
		return fail_certificate(&tls->facts, host, err);
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CIPHER:
		return fail_handshake(tls, host, port, detail, err);
	case CURLE_SSL_CACERT_BADFILE:
		return fail(err, ERR_TLS,
		            _("the system's list of certificate authorities cannot be read; "
		              "install ca-certificates"));
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CLIENTCERT:
		return fail(err, ERR_TLS,
		            _("%s demands a client certificate, which is not supported"), host);
	default:
		return true;
	}
}
