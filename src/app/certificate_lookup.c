#include "app/certificate_lookup.h"

#include <string.h>

#include "base/limits.h"
#include "model/gal.h"
#include "smime/certificate.h"
#include "smime/verdict.h"

static bool is_for(const Certificate *certificate, const char *address)
{
	for (int i = 0; certificate->addresses[i]; i++)
		if (verdict_same_address(certificate->addresses[i], address))
			return true;
	return false;
}

static void take_one(const CertificateLookup *lookup, GBytes *der, GPtrArray *changes)
{
	g_autoptr(Certificate) certificate = g_bytes_get_size(der) <= LIMIT_CERTIFICATE_BYTES
	                                             ? certificate_read(der, NULL)
	                                             : NULL;

	if (!certificate || !(certificate->uses & USE_ENCRYPT) ||
	    certificate->to_ms < lookup->now_ms || !is_for(certificate, lookup->address))
		return;
	KnownCertificate *found = known_certificate_new(
		der, lookup->source, (const char *const *)certificate->addresses);
	found->account_id = lookup->account_id;
	certificate_changes_keep(changes, found);
}

void lookup_take(const CertificateLookup *lookup, const GPtrArray *ders, GPtrArray *changes)
{
	for (guint i = 0; i < ders->len && i < LIMIT_CMS_CERTIFICATES; i++)
		take_one(lookup, g_ptr_array_index(ders, i), changes);
}

void lookup_take_files(const CertificateLookup *lookup, const GPtrArray *files, GPtrArray *changes)
{
	g_autoptr(GPtrArray) ders = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

	for (guint i = 0; i < files->len; i++) {
		g_autoptr(GPtrArray) found = certificates_read(g_ptr_array_index(files, i), NULL);
		for (guint k = 0; found && k < found->len; k++)
			g_ptr_array_add(ders, g_bytes_ref(((Certificate *)found->pdata[k])->der));
	}
	lookup_take(lookup, ders, changes);
}

static void add_ders(const GalEntry *person, GPtrArray *ders)
{
	g_auto(GStrv) each = g_strsplit(person->certificates ? person->certificates : "", " ", -1);

	for (int i = 0; each[i]; i++) {
		gsize len;
		guchar *der = g_base64_decode(each[i], &len);
		g_ptr_array_add(ders, g_bytes_new_take(der, len));
	}
}

void lookup_take_gal(const CertificateLookup *lookup, const char *answer, GPtrArray *changes)
{
	g_autoptr(GPtrArray) people = gal_from_text(answer);
	g_autoptr(GPtrArray) ders = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

	for (guint i = 0; i < people->len; i++)
		add_ders(g_ptr_array_index(people, i), ders);
	lookup_take(lookup, ders, changes);
}
