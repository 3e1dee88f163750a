#include "model/certificate.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

enum { SHA256_BYTES = 32 };

/* ---- records ---- */

static char **lowered(const char *const *addresses)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new();

	for (int i = 0; addresses && addresses[i]; i++)
		g_ptr_array_add(keys, text_lower_ascii(addresses[i]));
	g_ptr_array_add(keys, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&keys), FALSE);
}

KnownCertificate *known_certificate_new(GBytes *der, CertificateSource source,
                                        const char *const *addresses)
{
	KnownCertificate *certificate = g_new0(KnownCertificate, 1);

	certificate->id = certificate_id(der);
	certificate->der = g_bytes_ref(der);
	certificate->source = source;
	certificate->addresses = lowered(addresses);
	certificate->signs_for = g_new0(char *, 1);
	return certificate;
}

void known_certificate_free(KnownCertificate *certificate)
{
	if (!certificate)
		return;
	g_clear_pointer(&certificate->der, g_bytes_unref);
	g_clear_pointer(&certificate->capabilities, g_bytes_unref);
	g_clear_pointer(&certificate->sealed_key, g_bytes_unref);
	g_strfreev(certificate->addresses);
	g_strfreev(certificate->signs_for);
	g_free(certificate);
}

static int64_t id_of_digest(const guint8 *digest)
{
	uint64_t id = 0;

	for (int i = 0; i < 8; i++)
		id = id << 8 | digest[i];
	return (int64_t)(id >> 1);
}

int64_t certificate_id(GBytes *der)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[SHA256_BYTES];
	gsize len, digest_len = sizeof digest;
	const guchar *bytes = g_bytes_get_data(der, &len);

	g_checksum_update(sum, bytes, (gssize)len);
	g_checksum_get_digest(sum, digest, &digest_len);
	return id_of_digest(digest);
}

int64_t certificate_id_of_hex(const char *fingerprint)
{
	guint8 digest[SHA256_BYTES] = { 0 };
	int digits = 0;

	for (const char *at = fingerprint; *at; at++) {
		int value = g_ascii_xdigit_value(*at);
		if (*at == ':' || *at == ' ')
			continue;
		if (value < 0 || digits == 2 * SHA256_BYTES)
			return 0;
		digest[digits / 2] = (guint8)(digest[digits / 2] << 4 | value);
		digits++;
	}
	return digits == 2 * SHA256_BYTES ? id_of_digest(digest) : 0;
}

const char *certificate_source_name(CertificateSource source)
{
	static const char *const names[SOURCE_COUNT] = { "?", "file", "mail", "server", "ldap" };

	return source < SOURCE_COUNT ? names[source] : "?";
}

const char *identity_role_name(IdentityRole role)
{
	static const char *const names[] = { "none", "sign", "encrypt", "both" };

	return names[role & ROLE_BOTH];
}

const char *server_opinion_name(ServerOpinion opinion)
{
	static const char *const names[OPINION_COUNT] = {
		[OPINION_GOOD] = "good",
		[OPINION_FAILED] = "failed",
		[OPINION_BAD_SIGNATURE] = "bad_signature",
		[OPINION_UNTRUSTED] = "untrusted",
		[OPINION_BAD_CHAIN] = "bad_chain",
		[OPINION_WRONG_PURPOSE] = "wrong_purpose",
		[OPINION_EXPIRED] = "expired",
		[OPINION_DAMAGED] = "damaged",
		[OPINION_OTHER_ADDRESS] = "other_address",
		[OPINION_REVOKED] = "revoked",
		[OPINION_NOT_KNOWN] = "revocation_unknown",
	};

	return names[opinion];
}

/* ---- changes ---- */

static void change_free(CertificateChange *change)
{
	known_certificate_free(change->certificate);
	g_free(change->address);
	g_free(change);
}

GPtrArray *certificate_changes_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)change_free);
}

static CertificateChange *add(GPtrArray *changes, CertificateChangeKind kind)
{
	CertificateChange *change = g_new0(CertificateChange, 1);

	change->kind = kind;
	g_ptr_array_add(changes, change);
	return change;
}

void certificate_changes_keep(GPtrArray *changes, KnownCertificate *certificate)
{
	add(changes, CERTIFICATE_KEEP)->certificate = certificate;
}

void certificate_changes_add(GPtrArray *changes, CertificateChangeKind kind, int64_t id)
{
	add(changes, kind)->id = id;
}

void certificate_changes_sign(GPtrArray *changes, int64_t id, const char *address)
{
	CertificateChange *change = add(changes, CERTIFICATE_SIGN);

	change->id = id;
	change->address = text_lower_ascii(address);
}

/* ---- as bytes ---- */

/* DER, source, account, seen, capabilities, addresses, role, sealed key */
#define KEEP_TYPE   "(ayuxxmayasumay)"
/* kind, id, certificate, address */
#define CHANGE_TYPE "(uxm" KEEP_TYPE "ms)"

static GVariant *pack_bytes(GBytes *bytes)
{
	return g_variant_new_from_bytes(G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

static GVariant *pack_maybe_bytes(GBytes *bytes)
{
	return g_variant_new_maybe(G_VARIANT_TYPE_BYTESTRING, bytes ? pack_bytes(bytes) : NULL);
}

static GVariant *pack_certificate(const KnownCertificate *certificate)
{
	if (!certificate)
		return g_variant_new_maybe(G_VARIANT_TYPE(KEEP_TYPE), NULL);
	return g_variant_new_maybe(
		NULL, g_variant_new("(@ayuxx@may^asu@may)", pack_bytes(certificate->der),
	                            (guint32)certificate->source, certificate->account_id,
	                            certificate->seen_ms,
	                            pack_maybe_bytes(certificate->capabilities),
	                            certificate->addresses, (guint32)certificate->role,
	                            pack_maybe_bytes(certificate->sealed_key)));
}

GBytes *certificate_changes_to_bytes(const GPtrArray *changes)
{
	GVariantBuilder list;

	g_variant_builder_init(&list, G_VARIANT_TYPE("a" CHANGE_TYPE));
	for (guint i = 0; i < changes->len; i++) {
		const CertificateChange *change = g_ptr_array_index(changes, i);
		g_variant_builder_add(&list, "(ux@m" KEEP_TYPE "ms)", (guint32)change->kind,
		                      change->id, pack_certificate(change->certificate),
		                      change->address);
	}
	g_autoptr(GVariant) packed = g_variant_ref_sink(g_variant_builder_end(&list));
	return g_variant_get_data_as_bytes(packed);
}

static bool refuse(GError **err)
{
	return fail(err, ERR_PROTOCOL, _("a change of certificates makes no sense"));
}

static bool too_large(GError **err)
{
	return fail(err, ERR_LIMIT, _("there are too many certificates, or one is too large"));
}

static GBytes *unpack_bytes(GVariant *bytes)
{
	return bytes ? g_variant_get_data_as_bytes(bytes) : NULL;
}

static bool is_fit(GBytes *bytes)
{
	return !bytes || g_bytes_get_size(bytes) <= LIMIT_CERTIFICATE_BYTES;
}

static bool check_certificate(const KnownCertificate *certificate, GError **err)
{
	if (!is_fit(certificate->der) || !is_fit(certificate->capabilities) ||
	    !is_fit(certificate->sealed_key) ||
	    g_strv_length(certificate->addresses) > LIMIT_CMS_CERTIFICATES)
		return too_large(err);
	return (g_bytes_get_size(certificate->der) > 0 && certificate->source > 0 &&
	        certificate->source < SOURCE_COUNT && certificate->role <= ROLE_BOTH &&
	        (certificate->role != ROLE_NONE) == (certificate->sealed_key != NULL)) ||
	       refuse(err);
}

static KnownCertificate *unpack_certificate(GVariant *packed, GError **err)
{
	g_autoptr(GVariant) der = NULL, capabilities = NULL, key = NULL;
	g_auto(GStrv) addresses = NULL;
	guint32 source, role;
	int64_t account_id, seen_ms;

	g_variant_get(packed, "(@ayuxxm@ay^asum@ay)", &der, &source, &account_id, &seen_ms,
	              &capabilities, &addresses, &role, &key);
	g_autoptr(GBytes) bytes = unpack_bytes(der);
	g_autoptr(KnownCertificate) certificate = known_certificate_new(
		bytes, (CertificateSource)source, (const char *const *)addresses);
	certificate->account_id = account_id;
	certificate->seen_ms = seen_ms;
	certificate->capabilities = unpack_bytes(capabilities);
	certificate->role = (IdentityRole)role;
	certificate->sealed_key = unpack_bytes(key);
	return check_certificate(certificate, err) ? g_steal_pointer(&certificate) : NULL;
}

static bool unpack_change(GVariant *packed, GPtrArray *changes, GError **err)
{
	g_autoptr(GVariant) certificate = NULL;
	guint32 kind;
	CertificateChange *change = add(changes, CERTIFICATE_KEEP);

	g_variant_get(packed, "(uxm@" KEEP_TYPE "ms)", &kind, &change->id, &certificate,
	              &change->address);
	change->kind = (CertificateChangeKind)kind;
	if (kind >= CERTIFICATE_CHANGE_COUNT ||
	    (kind == CERTIFICATE_KEEP) != (certificate != NULL) ||
	    (kind == CERTIFICATE_SIGN) != (change->address != NULL))
		return refuse(err);
	return !certificate || (change->certificate = unpack_certificate(certificate, err));
}

GPtrArray *certificate_changes_from_bytes(GBytes *bytes, GError **err)
{
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	g_autoptr(GVariant) list = g_variant_ref_sink(
		g_variant_new_from_bytes(G_VARIANT_TYPE("a" CHANGE_TYPE), bytes, FALSE));

	if (!g_variant_is_normal_form(list)) {
		refuse(err);
		return NULL;
	}
	if (g_variant_n_children(list) > LIMIT_CERTIFICATE_CHANGES) {
		too_large(err);
		return NULL;
	}
	for (gsize i = 0; i < g_variant_n_children(list); i++) {
		g_autoptr(GVariant) packed = g_variant_get_child_value(list, i);
		if (!unpack_change(packed, changes, err))
			return NULL;
	}
	return g_steal_pointer(&changes);
}
