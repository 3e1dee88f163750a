/*
 * What was answered lies under the URL that was asked. A certificate names where to ask about it:
 * its sources are tried in order, those about it alone first, and at most one of them is to be
 * asked at a time, the first that is due.
 */
#include "smime/revocation.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "smime/revoked.h"
#include "smime/x509.h"

enum { URL_MOST_BYTES = 1024, CLOCK_OFF_MS = 5 * 60 * 1000 };

typedef struct {
	GBytes   *bytes;      /* NULL: nothing was answered */
	int64_t   asked_ms;
	X509_CRL *crl;        /* of @bytes, read when it was first looked at */
} Answer;

/* The lock guards what is read late. */
struct SmimeRevocation {
	gint         refs;
	GMutex       lock;
	char        *hosts;
	const Clock *clock;
	GHashTable  *answers;      /* URL -> Answer */
};

static void answer_free(gpointer data)
{
	Answer *answer = data;

	g_clear_pointer(&answer->bytes, g_bytes_unref);
	X509_CRL_free(answer->crl);
	g_free(answer);
}

SmimeRevocation *smime_revocation_new(const char *hosts, const Clock *clock)
{
	SmimeRevocation *revocation = g_new0(SmimeRevocation, 1);

	revocation->refs = 1;
	g_mutex_init(&revocation->lock);
	revocation->hosts = g_strdup(hosts);
	revocation->clock = clock;
	revocation->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, answer_free);
	return revocation;
}

SmimeRevocation *smime_revocation_ref(SmimeRevocation *revocation)
{
	g_atomic_int_inc(&revocation->refs);
	return revocation;
}

void smime_revocation_unref(SmimeRevocation *revocation)
{
	if (!revocation || !g_atomic_int_dec_and_test(&revocation->refs))
		return;
	g_hash_table_unref(revocation->answers);
	g_mutex_clear(&revocation->lock);
	g_free(revocation->hosts);
	g_free(revocation);
}

void smime_revocation_add(SmimeRevocation *revocation, const char *url, GBytes *answer,
                          int64_t asked_ms)
{
	Answer *row = g_new0(Answer, 1);

	row->bytes = answer ? g_bytes_ref(answer) : NULL;
	row->asked_ms = asked_ms;
	g_hash_table_replace(revocation->answers, g_strdup(url), row);
}

bool revocation_is_in_force(const ASN1_TIME *from, const ASN1_TIME *next, int64_t otherwise_ms,
                            int64_t now_ms)
{
	int64_t from_ms = x509_time_ms(from);
	int64_t next_ms = next ? x509_time_ms(next) : from_ms + otherwise_ms;

	return from_ms && from_ms <= now_ms + CLOCK_OFF_MS && now_ms <= next_ms;
}

/* ---- whom a certificate names ---- */

typedef struct { char *url; bool is_ocsp; } Source;
typedef struct { X509 *x509, *issuer; GArray *all; bool names_others; } Sources;

static void source_clear(gpointer data) { g_free(((Source *)data)->url); }

static bool is_listed(const SmimeRevocation *revocation, const char *url)
{
	g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_ENCODED, NULL);

	return uri && text_equal_ascii_case(g_uri_get_scheme(uri), "http") &&
	       !g_uri_get_userinfo(uri) && !g_uri_get_fragment(uri) && g_uri_get_host(uri) &&
	       text_host_is_listed(revocation->hosts, g_uri_get_host(uri));
}

static void add_source(const SmimeRevocation *revocation, Sources *sources, const char *url,
                       bool is_ocsp)
{
	Source source = { .is_ocsp = is_ocsp };

	if (strlen(url) > URL_MOST_BYTES || sources->all->len >= LIMIT_REVOCATION_SOURCES)
		return;
	if (!is_listed(revocation, url)) {
		sources->names_others = true;
		return;
	}
	source.url = is_ocsp ? ocsp_question(url, sources->x509, sources->issuer) : g_strdup(url);
	g_array_append_val(sources->all, source);
}

static void add_responders(const SmimeRevocation *revocation, Sources *sources)
{
	STACK_OF(OPENSSL_STRING) *urls = X509_get1_ocsp(sources->x509);

	for (int i = 0; i < sk_OPENSSL_STRING_num(urls); i++)
		add_source(revocation, sources, sk_OPENSSL_STRING_value(urls, i), true);
	X509_email_free(urls);
}

static void add_names(const SmimeRevocation *revocation, Sources *sources,
                      const GENERAL_NAMES *names)
{
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		if (name->type != GEN_URI)
			continue;
		const ASN1_IA5STRING *text = name->d.uniformResourceIdentifier;
		g_autofree char *url = g_strndup((const char *)ASN1_STRING_get0_data(text),
		                                 (gsize)ASN1_STRING_length(text));
		add_source(revocation, sources, url, false);
	}
}

/* Lists of somebody else, or for some reasons only, say too little. */
static void add_lists(const SmimeRevocation *revocation, Sources *sources)
{
	STACK_OF(DIST_POINT) *points =
		X509_get_ext_d2i(sources->x509, NID_crl_distribution_points, NULL, NULL);

	for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
		const DIST_POINT *point = sk_DIST_POINT_value(points, i);
		if (point->distpoint && point->distpoint->type == 0 && !point->CRLissuer &&
		    !point->reasons)
			add_names(revocation, sources, point->distpoint->name.fullname);
	}
	CRL_DIST_POINTS_free(points);
}

/* ---- what they have told ---- */

static Revocation answer_tells(Answer *answer, const Source *source, const Sources *sources,
                               int64_t now_ms)
{
	if (source->is_ocsp)
		return ocsp_tells(answer->bytes, sources->x509, sources->issuer, now_ms);
	if (!answer->crl)
		answer->crl = crl_of(answer->bytes);
	return answer->crl ? crl_tells(answer->crl, sources->x509, sources->issuer, now_ms)
	                   : (Revocation){ REVOCATION_UNKNOWN, REVOCATION_UNREADABLE };
}

static Revocation source_tells(SmimeRevocation *revocation, const Source *source,
                               const Sources *sources, bool *ret_is_due)
{
	Answer *answer = g_hash_table_lookup(revocation->answers, source->url);
	int64_t now_ms = clock_now_ms(revocation->clock);
	Revocation told = { REVOCATION_UNKNOWN, REVOCATION_UNANSWERED };

	if (answer && answer->bytes)
		told = answer_tells(answer, source, sources, now_ms);
	*ret_is_due = told.state == REVOCATION_UNKNOWN &&
	              (!answer || ABS(now_ms - answer->asked_ms) >= SMIME_ASK_AGAIN_MS);
	return told;
}

/* One that was revoked stays so, whoever else knows nothing of it. */
static Revocation join(Revocation a, Revocation b)
{
	if (a.state == REVOCATION_UNKNOWN && b.state == REVOCATION_UNKNOWN)
		return a.doubt >= b.doubt ? a : b;
	return a.state >= b.state ? a : b;
}

static Revocation ask_all(SmimeRevocation *revocation, const Sources *sources, char **ret_question)
{
	Revocation all = { REVOCATION_UNKNOWN, REVOCATION_NOT_ASKED };

	for (guint i = 0; i < sources->all->len; i++) {
		const Source *source = &g_array_index(sources->all, Source, i);
		bool is_due;
		all = join(all, source_tells(revocation, source, sources, &is_due));
		if (is_due && !*ret_question)
			*ret_question = g_strdup(source->url);
	}
	if (!sources->all->len && sources->names_others)
		all.doubt = REVOCATION_NOT_LISTED;
	return all;
}

static void add_question(GPtrArray *questions, char *url)
{
	if (g_ptr_array_find_with_equal_func(questions, url, g_str_equal, NULL))
		g_free(url);
	else
		g_ptr_array_add(questions, url);
}

Revocation revocation_look(SmimeRevocation *revocation, X509 *x509, X509 *issuer,
                           GPtrArray *questions)
{
	Sources sources = { x509, issuer, g_array_new(FALSE, FALSE, sizeof(Source)), false };
	g_autofree char *question = NULL;

	g_array_set_clear_func(sources.all, source_clear);
	add_responders(revocation, &sources);
	add_lists(revocation, &sources);
	g_mutex_lock(&revocation->lock);
	Revocation told = ask_all(revocation, &sources, &question);
	g_mutex_unlock(&revocation->lock);
	if (questions && question && told.state == REVOCATION_UNKNOWN)
		add_question(questions, g_steal_pointer(&question));
	g_array_unref(sources.all);
	ERR_clear_error();
	return told;
}
