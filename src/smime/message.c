/*
 * Layers are taken off from the outside in, as long as one stands around all that is left. Each
 * signature notes whether it covers what a reader sees; in the end each is judged by the one sender
 * and the one date of the mail.
 */
#include "smime/message.h"

#include <openssl/err.h>
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "mime/entity.h"
#include "mime/mime.h"
#include "smime/canonical.h"
#include "smime/decrypt.h"
#include "smime/header.h"
#include "smime/shown.h"
#include "smime/signers.h"

typedef struct {
	const SmimeSetup *setup;
	SmimeMessage     *message;
	GArray           *covers;         /* of VerdictCover, one a layer */
	GBytes           *rest;           /* what is left when the layers so far are off */
	bool              has_old_cipher;
} Opening;

static void layer_free(SmimeLayer *layer)
{
	g_ptr_array_unref(layer->signers);
	g_free(layer->cipher);
	g_free(layer);
}

void smime_message_free(SmimeMessage *message)
{
	if (!message)
		return;
	g_ptr_array_unref(message->layers);
	g_clear_pointer(&message->content, g_bytes_unref);
	g_clear_error(&message->trouble);
	g_clear_pointer(&message->differing, g_ptr_array_unref);
	g_free(message->from);
	g_free(message);
}

static SmimeMessage *message_new(void)
{
	SmimeMessage *message = g_new0(SmimeMessage, 1);

	message->layers = g_ptr_array_new_with_free_func((GDestroyNotify)layer_free);
	return message;
}

/* ---- layers ---- */

static SmimeLayer *add_layer(Opening *o, bool is_encryption, VerdictCover cover)
{
	SmimeLayer *layer = g_new0(SmimeLayer, 1);

	layer->is_encryption = is_encryption;
	layer->signers = g_ptr_array_new_with_free_func((GDestroyNotify)smime_signer_free);
	g_ptr_array_add(o->message->layers, layer);
	g_array_append_val(o->covers, cover);
	return layer;
}

static void set_rest(Opening *o, GBytes *rest)
{
	g_bytes_unref(o->rest);
	o->rest = rest;
}

/* A signature that says too little to be judged; nothing more is taken off. */
static bool stop_at(Opening *o, VerdictCover cover)
{
	add_layer(o, false, cover);
	return false;
}

/* An encryption that stays closed; takes @why. */
static bool stay_closed(Opening *o, GError *why)
{
	add_layer(o, true, COVER_LOCKED);
	o->message->trouble = why;
	return false;
}

static CMS_ContentInfo *decode(const MimeEntity *entity, GError **err)
{
	g_autoptr(GBytes) body = mime_entity_body(entity, err);
	gsize len = 0;
	const unsigned char *at = body ? g_bytes_get_data(body, &len) : NULL;
	CMS_ContentInfo *cms =
		at && len <= LIMIT_CMS_BYTES ? d2i_CMS_ContentInfo(NULL, &at, (long)len) : NULL;

	ERR_clear_error();
	if (body && !cms)
		fail(err, ERR_IO, _("it is damaged, or no S/MIME"));
	return cms;
}

static int cms_type(const CMS_ContentInfo *cms)
{
	return OBJ_obj2nid(CMS_get0_type(cms));
}

/* ---- clear signatures ---- */

static bool is_any(const char *word, const char *a, const char *b)
{
	return text_equal_ascii_case(word, a) || text_equal_ascii_case(word, b);
}

static bool is_signature_type(const char *type)
{
	return is_any(type, "application/pkcs7-signature", "application/x-pkcs7-signature");
}

static CMS_ContentInfo *signature_of(const GPtrArray *parts)
{
	g_autoptr(MimeEntity) entity = mime_entity_read(parts->pdata[1], NULL);
	g_autoptr(CMS_ContentInfo) cms = NULL;

	if (entity && is_signature_type(entity->type))
		cms = decode(entity, NULL);
	return cms && cms_type(cms) == NID_pkcs7_signed ? g_steal_pointer(&cms) : NULL;
}

static VerdictCover cover_of(const MimeEntity *entity, GBytes *signed_part, const SignedData *data)
{
	if (data->content)
		return COVER_TWICE;
	return shown_is_signed(entity->bytes, signed_part) ? COVER_WHOLE : COVER_OTHER;
}

static bool open_clear(Opening *o, const MimeEntity *entity)
{
	g_autoptr(GPtrArray) parts = mime_entity_parts(entity, NULL);
	g_auto(SignedData) data = { 0 };

	if (!parts || parts->len != 2 || !is_signature_type(mime_entity_param(entity, "protocol")))
		return stop_at(o, COVER_AMBIGUOUS);
	g_autoptr(CMS_ContentInfo) cms = signature_of(parts);
	g_autoptr(GBytes) text = canonical(parts->pdata[0]);
	if (!cms || !signed_data_read(cms, text, o->setup->trust, o->setup->now_ms, &data, NULL))
		return stop_at(o, COVER_DAMAGED);
	VerdictCover cover = cover_of(entity, parts->pdata[0], &data);
	SmimeLayer *layer = add_layer(o, false, cover);
	g_ptr_array_unref(layer->signers);
	layer->signers = g_steal_pointer(&data.signers);
	set_rest(o, g_bytes_ref(parts->pdata[0]));
	return cover == COVER_WHOLE;
}

/* ---- opaque ones, and encryption ---- */

static bool open_opaque(Opening *o, CMS_ContentInfo *cms)
{
	g_auto(SignedData) data = { 0 };

	if (!signed_data_read(cms, NULL, o->setup->trust, o->setup->now_ms, &data, NULL) ||
	    (!data.content && sk_CMS_SignerInfo_num(CMS_get0_SignerInfos(cms)) > 0))
		return stop_at(o, COVER_DAMAGED);
	if (!data.content)
		return false;          /* certificates only: a parcel, not a signature */
	SmimeLayer *layer = add_layer(o, false, COVER_WHOLE);
	g_ptr_array_unref(layer->signers);
	layer->signers = g_steal_pointer(&data.signers);
	set_rest(o, g_steal_pointer(&data.content));
	return true;
}

static bool open_encrypted(Opening *o, CMS_ContentInfo *cms)
{
	g_auto(Decrypted) decrypted = { 0 };
	GError *why = NULL;

	if (!decrypt_open(cms, o->setup->identities, &decrypted, &why))
		return stay_closed(o, why);
	SmimeLayer *layer = add_layer(o, true, COVER_WHOLE);
	layer->cipher = g_steal_pointer(&decrypted.cipher);
	layer->is_authenticated = decrypted.is_authenticated;
	o->message->is_open_to_change |= !decrypted.is_authenticated;
	o->has_old_cipher |= decrypted.is_old;
	set_rest(o, g_steal_pointer(&decrypted.text));
	return true;
}

static bool open_cms(Opening *o, const MimeEntity *entity)
{
	GError *why = NULL;
	g_autoptr(CMS_ContentInfo) cms = decode(entity, &why);
	int type = cms ? cms_type(cms) : NID_undef;
	const char *label = mime_entity_param(entity, "smime-type");

	if (type == NID_pkcs7_signed)
		return open_opaque(o, cms);
	if (type == NID_pkcs7_enveloped || type == NID_id_smime_ct_authEnvelopedData)
		return open_encrypted(o, cms);
	if (text_equal_ascii_case(label, "signed-data")) {
		g_clear_error(&why);
		return stop_at(o, COVER_DAMAGED);
	}
	if (!why)
		fail(&why, ERR_IO, _("it is of a kind of S/MIME that is not known here"));
	return stay_closed(o, why);
}

/* ---- what stands around the mail ---- */

/* RFC 8551 3.2.1: gateways lose the type and keep the name. */
static bool is_cms(const MimeEntity *entity)
{
	const char *name = mime_entity_param(entity, "name");

	if (is_any(entity->type, "application/pkcs7-mime", "application/x-pkcs7-mime"))
		return true;
	return strcmp(entity->type, "application/octet-stream") == 0 && name && strlen(name) > 4 &&
	       text_equal_ascii_case(name + strlen(name) - 4, ".p7m");
}

/* Of another kind of signature, as OpenPGP's, nothing is said here. */
static bool is_clear(const MimeEntity *entity)
{
	const char *protocol = mime_entity_param(entity, "protocol");

	return strcmp(entity->type, "multipart/signed") == 0 &&
	       (!protocol || is_signature_type(protocol));
}

/* [MS-OXOSMIME] 2.1.3.2: a clear signed mail is kept as one file, header and all, and some pass on
 * the file. Nothing was signed of what says so. */
static MimeEntity *unpack(Opening *o, MimeEntity *entity)
{
	bool is_file = entity && is_cms(entity) &&
	               strcmp(entity->type, "application/octet-stream") == 0;
	g_autoptr(GBytes) body = is_file ? mime_entity_body(entity, NULL) : NULL;
	g_autoptr(MimeEntity) inner = body ? mime_entity_read(body, NULL) : NULL;

	if (!inner || !is_clear(inner))
		return entity;
	mime_entity_free(entity);
	set_rest(o, g_steal_pointer(&body));
	return g_steal_pointer(&inner);
}

/* False: nothing more can be taken off. */
static bool open_layer(Opening *o)
{
	g_autoptr(MimeEntity) entity = unpack(o, mime_entity_read(o->rest, NULL));

	if (!entity || !(is_clear(entity) || is_cms(entity)))
		return false;
	if (o->message->layers->len == LIMIT_CMS_LAYERS)
		return stop_at(o, COVER_AMBIGUOUS);
	return is_clear(entity) ? open_clear(o, entity) : open_cms(o, entity);
}

/* A mail that has no layer around it. */
static VerdictCover cover_without_layers(GBytes *mail, const MimeEntity *outer)
{
	g_autoptr(MimeMessage) seen = mime_read(mail);

	if (!seen->is_signed || (outer && strcmp(outer->type, "multipart/signed") == 0))
		return COVER_NOTHING;
	return outer ? COVER_PART : COVER_AMBIGUOUS;
}

static const SmimeLayer *layer_at(const Opening *o, guint index)
{
	return g_ptr_array_index(o->message->layers, index);
}

/* The last signature covers what is encrypted within it, unless another one stands inside. */
static void correct_covers(Opening *o)
{
	guint count = o->message->layers->len;

	for (guint i = count; i-- > 0;) {
		VerdictCover *cover = &g_array_index(o->covers, VerdictCover, i);
		if (layer_at(o, i)->is_encryption)
			continue;
		if (*cover == COVER_WHOLE && i + 1 < count)
			*cover = o->message->trouble ? COVER_LOCKED : COVER_CIPHERTEXT;
		return;
	}
}

/* ---- the verdict ---- */

static VerdictFacts facts_of(const Opening *o, const MimeEntity *outer, const MimeEntity *inner)
{
	return (VerdictFacts){
		.now_ms = o->setup->now_ms,
		.date_ms = o->message->date_ms,
		.has_signed_header = inner && header_is_protected(inner) && outer,
		.header_differs = o->message->differing->len > 0,
		.is_open_to_change = o->message->is_open_to_change,
		.has_old_cipher = o->has_old_cipher,
	};
}

static void judge_layer(Opening *o, VerdictFacts *facts, guint index)
{
	const SmimeLayer *layer = layer_at(o, index);
	g_autoptr(GArray) signers = g_array_new(FALSE, FALSE, sizeof(SignerFacts));

	for (guint i = 0; i < layer->signers->len; i++)
		g_array_append_val(signers,
		                   ((SmimeSigner *)g_ptr_array_index(layer->signers, i))->facts);
	facts->cover = g_array_index(o->covers, VerdictCover, index);
	facts->signers = (const SignerFacts *)(void *)signers->data;
	facts->signer_count = signers->len;
	o->message->verdict = verdict_join(o->message->verdict, verdict_judge(facts));
}

static void judge(Opening *o, VerdictFacts *facts, VerdictCover without_signature)
{
	bool is_signed = false;

	for (guint i = 0; i < o->message->layers->len; i++) {
		if (layer_at(o, i)->is_encryption)
			continue;
		is_signed = true;
		judge_layer(o, facts, i);
	}
	if (is_signed)
		return;
	facts->cover = o->message->trouble ? COVER_LOCKED : without_signature;
	o->message->verdict = verdict_judge(facts);
}

/* ---- the mail ---- */

static int64_t date_of(const MimeEntity *entity)
{
	const MimeField *field = mime_entity_field(entity, "Date", NULL);

	if (!field)
		return 0;
	char *text = g_strdup_printf("Date: %s\n\n", field->value);
	g_autoptr(GBytes) header = g_bytes_new_take(text, strlen(text));
	g_autoptr(MimeMessage) message = mime_read(header);
	return message->date_ms;
}

/* Where the header inside is not the mail's own, its fields say nothing. */
static void judge_all(Opening *o, GBytes *mail, const MimeEntity *outer)
{
	SmimeMessage *message = o->message;
	bool has_layers = message->layers->len > 0;
	g_autoptr(MimeEntity) inner = has_layers ? mime_entity_read(o->rest, NULL) : NULL;
	bool is_protected = inner && header_is_protected(inner);
	SenderFacts outside = { 0 }, sender = { 0 };

	message->content = has_layers ? header_join(outer, inner, o->rest) : g_bytes_ref(mail);
	message->differing = is_protected ? header_differing(outer, inner) : g_ptr_array_new();
	if (outer) {
		message->date_ms = date_of(is_protected ? inner : outer);
		header_sender(outer, &outside);
	}
	if (is_protected)
		header_sender(inner, &sender);
	VerdictFacts facts = facts_of(o, outer, inner);
	facts.sender = is_protected ? sender : outside;
	if (is_protected)
		facts.sender.outside = outside.count == 1 && outside.address ? outside.address : "";
	judge(o, &facts, has_layers ? COVER_NOTHING : cover_without_layers(mail, outer));
	message->from = g_strdup(facts.sender.address);
	header_sender_clear(&outside);
	header_sender_clear(&sender);
}

SmimeMessage *smime_message_open(GBytes *mail, const SmimeSetup *setup)
{
	g_autoptr(MimeEntity) outer = mime_entity_read(mail, NULL);
	g_autoptr(GArray) covers = g_array_new(FALSE, FALSE, sizeof(VerdictCover));
	Opening o = { .setup = setup,
		      .message = message_new(),
		      .covers = covers,
		      .rest = g_bytes_ref(mail) };

	while (open_layer(&o))
		;
	correct_covers(&o);
	judge_all(&o, mail, outer);
	g_bytes_unref(o.rest);
	return o.message;
}
