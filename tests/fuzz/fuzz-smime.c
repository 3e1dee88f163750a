/*
 * F6: any bytes as a mail, opened with keys and anchors at hand, and as a file of keys. Whatever comes in: what pretends to be
 * signed by strangers is never good, and all that comes out can be shown.
 */
#include <string.h>

#include "smime/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_text(const char *text)
{
	g_assert(!text || (g_utf8_validate(text, -1, NULL) && !strpbrk(text, "\r\n\x1b")));
}

static void check_signer(const SmimeSigner *signer)
{
	g_assert(signer->certificate || signer->facts.state != SIGNATURE_FITS);
	if (!signer->certificate)
		return;
	check_text(signer->certificate->name);
	check_text(signer->certificate->issuer);
	for (char **address = signer->certificate->addresses; *address; address++)
		check_text(*address);
}

static void check_message(const SmimeMessage *message)
{
	g_assert(message->content && message->verdict.grade != VERDICT_GOOD);
	for (guint i = 0; i < message->layers->len; i++) {
		const SmimeLayer *layer = g_ptr_array_index(message->layers, i);
		for (guint j = 0; j < layer->signers->len; j++)
			check_signer(g_ptr_array_index(layer->signers, j));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static SmimeTrust *trust;      /* of nobody */
	g_autoptr(GBytes) all = g_bytes_new(bytes, len);
	g_autoptr(GPtrArray) identities = smime_identities_read(all, NULL, NULL);
	g_autoptr(GPtrArray) none = g_ptr_array_new();

	if (!trust)
		trust = smime_trust_new();
	SmimeSetup setup = { .trust = trust, .identities = identities ? identities : none, .now_ms = INT64_C(1795512345000) };
	g_autoptr(SmimeMessage) message = smime_message_open(all, &setup);
	check_message(message);
	return 0;
}
