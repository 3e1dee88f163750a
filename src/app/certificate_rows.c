#include "app/certificate_rows.h"

#include <string.h>

#include "base/i18n.h"

static void fact_free(CertificateFact *fact)
{
	g_free(fact->text);
	g_free(fact);
}

void certificate_row_free(CertificateRow *row)
{
	if (!row)
		return;
	known_certificate_free(row->known);
	g_free(row->name);
	g_free(row->pem);
	g_ptr_array_unref(row->facts);
	g_free(row);
}

/* ---- words ---- */

const char *certificate_kind_text(CertificateKind kind)
{
	return kind == CERTIFICATE_OWN      ? _("own")
	       : kind == CERTIFICATE_PERSON ? _("person")
	                                    : _("authority");
}

const char *certificate_trust_text(CertificateTrust trust)
{
	return trust == TRUST_GIVEN     ? _("trusted by you")
	       : trust == TRUST_REFUSED ? _("distrusted by you")
	                                : "";
}

static const char *uses_text(guint uses)
{
	static const char *const texts[] = { N_("nothing in mail"), N_("sign"), N_("decrypt"),
		                             N_("sign and decrypt") };

	return _(texts[uses & ROLE_BOTH]);
}

static const char *source_text(CertificateSource source)
{
	static const char *const texts[SOURCE_COUNT] = {
		[SOURCE_FILE] = N_("a file"),
		[SOURCE_MAIL] = N_("signed mail"),
		[SOURCE_SERVER] = N_("the server"),
		[SOURCE_LDAP] = N_("a directory"),
	};

	return source < SOURCE_COUNT && texts[source] ? _(texts[source]) : "?";
}

static char *day_of(int64_t at_ms)
{
	g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc(at_ms / 1000);

	return day ? g_date_time_format(day, "%Y-%m-%d") : g_strdup("?");
}

/* ---- a row ---- */

/* @text is taken; nothing is said of what is empty. */
static void add(CertificateRow *row, const char *label, char *text)
{
	CertificateFact *fact = g_new0(CertificateFact, 1);

	*fact = (CertificateFact){ label, text };
	if (*text)
		g_ptr_array_add(row->facts, fact);
	else
		fact_free(fact);
}

static char *span_of(const Certificate *facts)
{
	g_autofree char *from = day_of(facts->from_ms), *to = day_of(facts->to_ms);

	return g_strdup_printf(_("from %s to %s"), from, to);
}

static void add_ours(CertificateRow *row)
{
	const KnownCertificate *known = row->known;

	add(row, _("Standing"), g_strdup(standing_text(row->standing)));
	add(row, _("Your word"), g_strdup(certificate_trust_text(known->trust)));
	if (row->kind == CERTIFICATE_OWN)
		add(row, _("Used here to"), g_strdup(uses_text(known->role)));
	add(row, _("Signs for"), g_strjoinv(", ", known->signs_for));
	add(row, _("Comes from"), g_strdup(row->is_on_token ? _("a token, where its key is")
	                                                    : source_text(known->source)));
	add(row, _("Last in use"), known->seen_ms ? day_of(known->seen_ms) : g_strdup(""));
}

static void add_its_own(CertificateRow *row, const Certificate *facts)
{
	add(row, _("Subject"), g_strdup(facts->subject));
	add(row, _("Addresses"), g_strjoinv(", ", facts->addresses));
	add(row, _("Issued by"), g_strdup(facts->issuer_name));
	add(row, _("Valid"), span_of(facts));
	add(row, _("May be used to"), g_strdup(uses_text(facts->uses)));
	add(row, _("May issue others"), g_strdup(facts->is_authority ? _("yes") : ""));
	add(row, _("Key"), g_strdup(facts->key));
	add(row, _("Serial number"), g_strdup(facts->serial));
	add(row, _("Fingerprint"), g_strdup(facts->fingerprint));
}

static KnownCertificate *copy_of(const KnownCertificate *known)
{
	KnownCertificate *copy = known_certificate_new(known->der, known->source,
	                                               (const char *const *)known->addresses);

	copy->seen_ms = known->seen_ms;
	copy->role = known->role;
	copy->trust = known->trust;
	g_strfreev(copy->signs_for);
	copy->signs_for = g_strdupv(known->signs_for);
	return copy;
}

static bool is_on_token(const Certificates *certificates, const KnownCertificate *known)
{
	const GPtrArray *identities = certificates_identities(certificates);

	for (guint i = 0; i < identities->len; i++) {
		const SmimeIdentity *identity = g_ptr_array_index(identities, i);
		if (smime_identity_is_on_token(identity) &&
		    g_bytes_equal(smime_identity_certificate(identity)->der, known->der))
			return true;
	}
	return false;
}

static CertificateRow *row_of(const Certificates *certificates, const KnownCertificate *known,
                              int64_t now_ms)
{
	const Certificate *facts = certificates_facts(certificates, known);
	CertificateRow *row = g_new0(CertificateRow, 1);

	row->kind = known->role != ROLE_NONE ? CERTIFICATE_OWN
	            : facts->is_authority    ? CERTIFICATE_AUTHORITY
	                                     : CERTIFICATE_PERSON;
	row->standing = certificates_standing(certificates, known, now_ms);
	row->known = copy_of(known);
	row->is_on_token = is_on_token(certificates, known);
	row->name = g_strdup(facts->name);
	row->pem = certificate_to_pem(facts);
	row->until_ms = facts->to_ms;
	row->facts = g_ptr_array_new_with_free_func((GDestroyNotify)fact_free);
	add_ours(row);
	add_its_own(row, facts);
	return row;
}

static gint by_kind_and_name(gconstpointer a, gconstpointer b)
{
	const CertificateRow *x = *(CertificateRow *const *)a, *y = *(CertificateRow *const *)b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	int order = g_utf8_collate(x->name, y->name);
	return order ? order : x->known->id < y->known->id ? -1 : 1;
}

GPtrArray *certificate_rows(const Certificates *certificates, int64_t now_ms)
{
	const GPtrArray *all = certificates_all(certificates);
	GPtrArray *rows = g_ptr_array_new_with_free_func((GDestroyNotify)certificate_row_free);

	for (guint i = 0; i < all->len; i++)
		if (certificates_facts(certificates, g_ptr_array_index(all, i)))
			g_ptr_array_add(rows, row_of(certificates, g_ptr_array_index(all, i), now_ms));
	g_ptr_array_sort(rows, by_kind_and_name);
	return rows;
}
