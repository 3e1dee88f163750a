#include "app/harvest.h"

#include "smime/signer.h"

enum { A_DAY_MS = 24 * 60 * 60 * 1000 };

static bool is_same(GBytes *a, GBytes *b) { return a == b || (a && b && g_bytes_equal(a, b)); }

/* That it was in use is worth a write once a day. */
static bool is_news(const Certificates *known, const KnownCertificate *found)
{
	const KnownCertificate *row = certificates_find(known, found->id);

	return !row || found->seen_ms - row->seen_ms > A_DAY_MS ||
	       (found->seen_ms >= row->seen_ms && found->capabilities &&
	        !is_same(found->capabilities, row->capabilities));
}

static KnownCertificate *found_new(const Certificate *certificate, HarvestSource source)
{
	KnownCertificate *found = known_certificate_new(
		certificate->der, SOURCE_MAIL, (const char *const *)certificate->addresses);

	found->account_id = source.account_id;
	found->seen_ms = source.came_ms;
	return found;
}

static bool is_for(const Certificate *certificate, const char *address)
{
	for (int i = 0; certificate->addresses[i]; i++)
		if (verdict_same_address(certificate->addresses[i], address))
			return true;
	return false;
}

static void take_issuer(const Certificate *issuer, HarvestSource source, const Certificates *known,
                        GPtrArray *changes)
{
	if (!certificates_find(known, certificate_id(issuer->der)))
		certificate_changes_keep(changes, found_new(issuer, source));
}

static void take_signer(const SmimeSigner *signer, const char *from, HarvestSource source,
                        const Certificates *known, GPtrArray *changes)
{
	const Certificate *certificate = signer->encryption;

	if (!certificate || !is_for(certificate, from) || certificate->to_ms < source.now_ms)
		return;
	KnownCertificate *found = found_new(certificate, source);
	found->capabilities = signer->capabilities ? g_bytes_ref(signer->capabilities) : NULL;
	if (is_news(known, found))
		certificate_changes_keep(changes, found);
	else
		known_certificate_free(found);
	for (guint i = 0; i < signer->issuers->len; i++)
		take_issuer(g_ptr_array_index(signer->issuers, i), source, known, changes);
}

bool harvest(const SmimeMessage *message, HarvestSource source, const Certificates *known,
             GPtrArray *changes)
{
	guint before = changes->len;

	if (message->verdict.grade != VERDICT_GOOD || !message->from)
		return false;
	for (guint i = 0; i < message->layers->len; i++) {
		const SmimeLayer *layer = g_ptr_array_index(message->layers, i);
		for (guint j = 0; j < layer->signers->len; j++)
			take_signer(g_ptr_array_index(layer->signers, j), message->from,
			            source, known, changes);
	}
	return changes->len > before;
}
