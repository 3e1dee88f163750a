#include "app/certificates.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "smime/protect.h"
#include "store/certificate.h"
#include "store/revocation.h"

/* What is known of each, in the order of the rows; facts NULL: it cannot be read. */
struct Certificates {
	gint        refs;
	GPtrArray  *rows;           /* of KnownCertificate */
	GPtrArray  *facts;          /* of Certificate */
	GPtrArray  *identities;     /* of SmimeIdentity */
	SmimeTrust *trust;
	SmimeRevocation *revocation;      /* NULL: nobody is asked */
	bool        is_locked;
	char       *damage;
};

static void facts_free(gpointer facts) { certificate_free(facts); }

static Certificates *certificates_new(GPtrArray *rows)
{
	Certificates *certificates = g_new0(Certificates, 1);

	certificates->refs = 1;
	certificates->rows = rows;
	certificates->facts = g_ptr_array_new_with_free_func(facts_free);
	certificates->identities =
		g_ptr_array_new_with_free_func((GDestroyNotify)smime_identity_unref);
	certificates->trust = smime_trust_new();
	return certificates;
}

Certificates *certificates_ref(Certificates *certificates)
{
	g_atomic_int_inc(&certificates->refs);
	return certificates;
}

void certificates_unref(Certificates *certificates)
{
	if (!certificates || !g_atomic_int_dec_and_test(&certificates->refs))
		return;
	g_ptr_array_unref(certificates->rows);
	g_ptr_array_unref(certificates->facts);
	g_ptr_array_unref(certificates->identities);
	smime_trust_free(certificates->trust);
	smime_revocation_unref(certificates->revocation);
	g_free(certificates->damage);
	g_free(certificates);
}

bool        certificates_are_locked(const Certificates *c) { return c->is_locked; }
const char *certificates_damage(const Certificates *c) { return c->damage; }
const GPtrArray *certificates_all(const Certificates *c) { return c->rows; }
const GPtrArray *certificates_identities(const Certificates *c) { return c->identities; }
const SmimeTrust *certificates_trust(const Certificates *c) { return c->trust; }

/* ---- loading ---- */

/* The first sentence stays. */
static void note_damage(Certificates *certificates, const GError *why)
{
	if (!certificates->damage)
		certificates->damage = g_strdup(why->message);
}

/* Of one's own, what this program reads, unless mail has told of another one. */
static void tell_own(KnownCertificate *row, const Certificate *facts)
{
	if (row->role != ROLE_NONE && facts && !row->capabilities)
		row->capabilities = smime_capabilities(facts);
}

static void read_facts(Certificates *certificates, KnownCertificate *row)
{
	g_autoptr(GError) why = NULL;
	Certificate *facts = certificate_read(row->der, &why);

	g_ptr_array_add(certificates->facts, facts);
	tell_own(row, facts);
	if (!facts)
		note_damage(certificates, why);
}

static SmimeIdentity *read_identity(StoreReader *reader, const KnownCertificate *row, GError **err)
{
	g_autoptr(Secret) key = NULL;

	return store_read_identity_key(reader, row->id, &key, err)
	               ? smime_identity_new(row->der, key, err)
	               : NULL;
}

/* A key that lies beside one that is damaged still opens its mail. */
static void add_identity(Certificates *certificates, StoreReader *reader,
                         const KnownCertificate *row)
{
	g_autoptr(GError) why = NULL;
	SmimeIdentity *identity = read_identity(reader, row, &why);

	if (error_is(why, ERR_LOCKED))
		certificates->is_locked = true;
	else if (!identity)
		note_damage(certificates, why);
	else
		g_ptr_array_insert(certificates->identities, row->role & ROLE_ENCRYPT ? 0 : -1,
		                   identity);
}

/* One that is distrusted helps to build a chain, too, so that it is found in it. */
static void trust_row(SmimeTrust *trust, const KnownCertificate *row, const Certificate *facts)
{
	if (row->trust == TRUST_GIVEN)
		smime_trust_add_anchor(trust, row->der, NULL);
	else if (facts && facts->is_authority)
		smime_trust_add_issuer(trust, row->der, NULL);
	if (row->trust == TRUST_REFUSED)
		smime_trust_add_distrusted(trust, row->der);
}

void certificates_add_trust(const Certificates *certificates, SmimeTrust *trust)
{
	smime_trust_add_system(trust);
	smime_trust_set_revocation(trust, certificates->revocation);
	for (guint i = 0; i < certificates->rows->len; i++)
		trust_row(trust, certificates->rows->pdata[i], certificates->facts->pdata[i]);
}

Certificates *certificates_load_public(StoreReader *reader, GError **err)
{
	GPtrArray *rows = NULL;

	if (!store_read_certificates(reader, &rows, err))
		return NULL;
	Certificates *certificates = certificates_new(rows);
	for (guint i = 0; i < rows->len; i++)
		read_facts(certificates, g_ptr_array_index(rows, i));
	certificates_add_trust(certificates, certificates->trust);
	return certificates;
}

Certificates *certificates_load(StoreReader *reader, GError **err)
{
	Certificates *certificates = certificates_load_public(reader, err);

	for (guint i = 0; certificates && i < certificates->rows->len; i++) {
		const KnownCertificate *row = g_ptr_array_index(certificates->rows, i);
		if (row->role != ROLE_NONE)
			add_identity(certificates, reader, row);
	}
	return certificates;
}

/* ---- revocation ---- */

bool certificates_add_revocation(Certificates *certificates, StoreReader *reader,
                                 const CertificateInquiry *inquiry, GError **err)
{
	g_autoptr(GPtrArray) told = NULL;

	if (!inquiry->hosts || !*inquiry->hosts)
		return true;
	if (!store_read_revocations(reader, &told, err))
		return false;
	certificates->revocation = smime_revocation_new(inquiry->hosts, inquiry->clock);
	for (guint i = 0; i < told->len; i++) {
		const StoreRevocation *one = g_ptr_array_index(told, i);
		smime_revocation_add(certificates->revocation, one->url, one->answer,
		                     one->asked_ms);
	}
	smime_trust_set_revocation(certificates->trust, certificates->revocation);
	return true;
}

/* ---- tokens ---- */

static KnownCertificate *row_of(Certificates *certificates, GBytes *der)
{
	int64_t id = certificate_id(der);

	for (guint i = 0; i < certificates->rows->len; i++) {
		KnownCertificate *row = g_ptr_array_index(certificates->rows, i);
		if (row->id == id)
			return row;
	}
	return NULL;
}

static KnownCertificate *add_row(Certificates *certificates, const Certificate *facts)
{
	KnownCertificate *row = known_certificate_new(
		facts->der, SOURCE_FILE, (const char *const *)facts->addresses);

	g_ptr_array_add(certificates->rows, row);
	g_ptr_array_add(certificates->facts, certificate_read(facts->der, NULL));
	return row;
}

/* Of a key that was imported, too, the one that is here is used. */
static void add_on_token(Certificates *certificates, SmimeIdentity *identity)
{
	G_STATIC_ASSERT((int)USE_SIGN == ROLE_SIGN && (int)USE_ENCRYPT == ROLE_ENCRYPT);
	const Certificate *facts = smime_identity_certificate(identity);
	KnownCertificate *row = row_of(certificates, facts->der);

	if (row && row->role != ROLE_NONE)
		return;
	row = row ? row : add_row(certificates, facts);
	row->role = (IdentityRole)facts->uses;
	tell_own(row, facts);
	g_ptr_array_add(certificates->identities, smime_identity_ref(identity));
}

bool certificates_add_tokens(Certificates *certificates, SmimeTokens *tokens, GError **err)
{
	g_autoptr(GPtrArray) identities = smime_tokens_identities(tokens, err);

	for (guint i = 0; identities && i < identities->len; i++)
		add_on_token(certificates, identities->pdata[i]);
	return identities != NULL;
}

/* ---- asking ---- */

const KnownCertificate *certificates_find(const Certificates *certificates, int64_t id)
{
	for (guint i = 0; i < certificates->rows->len; i++) {
		const KnownCertificate *row = g_ptr_array_index(certificates->rows, i);
		if (row->id == id)
			return row;
	}
	return NULL;
}

const Certificate *certificates_facts(const Certificates *certificates, const KnownCertificate *row)
{
	guint at;

	return g_ptr_array_find(certificates->rows, row, &at)
	               ? g_ptr_array_index(certificates->facts, at)
	               : NULL;
}

/* ---- how one stands ---- */

static StandingKind standing_of(const CertificateStanding *facts, int64_t now_ms)
{
	if (facts->chain == CHAIN_BROKEN || facts->revocation == REVOCATION_REVOKED)
		return STANDING_BROKEN;
	if (facts->chain == CHAIN_REFUSED)
		return STANDING_REFUSED;
	if (facts->weak)
		return STANDING_WEAK;
	if (now_ms > facts->to_ms)
		return STANDING_EXPIRED;
	if (now_ms < facts->from_ms)
		return STANDING_NOT_YET;
	if (facts->chain == CHAIN_UNKNOWN)
		return STANDING_UNKNOWN;
	return facts->to_ms - now_ms < CERTIFICATE_WARN_MS ? STANDING_ENDS_SOON : STANDING_GOOD;
}

StandingKind certificates_standing(const Certificates *certificates, const KnownCertificate *row,
                               int64_t now_ms)
{
	CertificateStanding facts;

	smime_trust_judge(certificates->trust, row->der, now_ms, &facts);
	return standing_of(&facts, now_ms);
}

static const struct { const char *name, *text; } standings[STANDING_COUNT] = {
	[STANDING_GOOD] = { "good", N_("valid") },
	[STANDING_ENDS_SOON] = { "ends_soon", N_("expires soon") },
	[STANDING_UNKNOWN] = { "unknown", N_("nobody who is trusted vouches for it") },
	[STANDING_NOT_YET] = { "not_yet", N_("not valid yet") },
	[STANDING_EXPIRED] = { "expired", N_("expired") },
	[STANDING_WEAK] = { "weak", N_("too weak today") },
	[STANDING_REFUSED] = { "refused", N_("distrusted by you") },
	[STANDING_BROKEN] = { "broken", N_("broken or revoked") },
};

char *certificates_warning(const Certificates *certificates, const KnownCertificate *row,
                           int64_t now_ms)
{
	const Certificate *facts = certificates_facts(certificates, row);

	if (row->role == ROLE_NONE || !facts || facts->to_ms - now_ms > CERTIFICATE_WARN_MS ||
	    now_ms - facts->to_ms > CERTIFICATE_WARN_MS)
		return NULL;
	g_autoptr(GDateTime) end = g_date_time_new_from_unix_local(facts->to_ms / 1000);
	g_autofree char *day = end ? g_date_time_format(end, "%Y-%m-%d") : g_strdup("?");
	return g_strdup_printf(
		facts->to_ms < now_ms
			? _("the certificate of %s (%s) expired on %s; ask who issued it for a new one")
			: _("the certificate of %s (%s) expires on %s; ask who issued it for a new one"),
		facts->name, facts->addresses[0] ? facts->addresses[0] : "?", day);
}

char *certificates_warning_of(const Certificates *certificates, int64_t account_id, int64_t now_ms)
{
	char *warning = NULL;

	for (guint i = 0; i < certificates->rows->len && !warning; i++) {
		const KnownCertificate *row = g_ptr_array_index(certificates->rows, i);
		if (row->account_id == account_id)
			warning = certificates_warning(certificates, row, now_ms);
	}
	return warning;
}

const char *standing_name(StandingKind standing) { return standings[standing].name; }
const char *standing_text(StandingKind standing) { return _(standings[standing].text); }

SmimeSetup certificates_setup(const Certificates *certificates, int64_t now_ms)
{
	return (SmimeSetup){ certificates->trust, certificates->identities, now_ms };
}

static bool is_valid(const Certificate *facts, int64_t now_ms)
{
	return facts->from_ms <= now_ms && now_ms <= facts->to_ms;
}

static const SmimeIdentity *identity_of(const Certificates *certificates, int64_t id)
{
	for (guint i = 0; i < certificates->identities->len; i++) {
		const SmimeIdentity *identity = g_ptr_array_index(certificates->identities, i);
		if (certificate_id(smime_identity_certificate(identity)->der) == id)
			return identity;
	}
	return NULL;
}

/* 0: not for this; then the more, the better. */
static int64_t fitness_to_sign(const KnownCertificate *row, const Certificate *facts,
                               const char *key, int64_t now_ms)
{
	bool is_chosen = g_strv_contains((const char *const *)row->signs_for, key);

	if (!(row->role & ROLE_SIGN) || row->trust == TRUST_REFUSED || !facts)
		return 0;
	if (is_chosen)
		return INT64_MAX;
	return g_strv_contains((const char *const *)row->addresses, key) && is_valid(facts, now_ms)
	               ? facts->to_ms
	               : 0;
}

const SmimeIdentity *certificates_signer(const Certificates *certificates, const char *address,
                                         int64_t now_ms)
{
	g_autofree char *key = text_lower_ascii(address);
	const SmimeIdentity *best = NULL;
	int64_t most = 0;

	for (guint i = 0; i < certificates->rows->len; i++) {
		const KnownCertificate *row = g_ptr_array_index(certificates->rows, i);
		int64_t fitness =
			fitness_to_sign(row, certificates->facts->pdata[i], key, now_ms);
		const SmimeIdentity *identity =
			fitness > most ? identity_of(certificates, row->id) : NULL;
		if (identity) {
			best = identity;
			most = fitness;
		}
	}
	return best;
}

static bool can_receive(const KnownCertificate *row, const Certificate *facts, const char *key,
                        int64_t now_ms)
{
	return facts && row->trust != TRUST_REFUSED && facts->uses & USE_ENCRYPT &&
	       (row->role == ROLE_NONE || row->role & ROLE_ENCRYPT) && is_valid(facts, now_ms) &&
	       g_strv_contains((const char *const *)row->addresses, key);
}

const KnownCertificate *certificates_recipient(const Certificates *certificates,
                                               const char *address, int64_t now_ms)
{
	g_autofree char *key = text_lower_ascii(address);
	const KnownCertificate *best = NULL;

	for (guint i = 0; i < certificates->rows->len; i++) {
		const KnownCertificate *row = g_ptr_array_index(certificates->rows, i);
		if (can_receive(row, certificates->facts->pdata[i], key, now_ms) &&
		    (!best || (best->role == ROLE_NONE && row->role != ROLE_NONE)))
			best = row;
	}
	return best;
}
