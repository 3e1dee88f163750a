#include "smime/protect.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "mime/entity.h"
#include "mime/mime.h"
#include "mime/recipients.h"
#include "mime/seven_bit.h"
#include "smime/encrypt.h"
#include "smime/header_out.h"
#include "smime/sign.h"

enum { LINE_BYTES = 76 };

/* ---- parts ---- */

static void append_base64(GString *out, GBytes *der)
{
	gsize len;
	const guchar *data = g_bytes_get_data(der, &len);
	g_autofree char *all = g_base64_encode(data, len);
	gsize total = strlen(all);

	for (gsize at = 0; at < total; at += LINE_BYTES) {
		g_string_append_len(out, all + at, (gssize)MIN(total - at, LINE_BYTES));
		g_string_append(out, "\r\n");
	}
}

/* RFC 8551 3.2. */
static GBytes *opaque_part(const char *kind, GBytes *der)
{
	GString *out = g_string_sized_new(g_bytes_get_size(der) / 2 * 3);

	g_string_append_printf(out,
	                       "Content-Type: application/pkcs7-mime; smime-type=%s;\r\n"
	                       " name=\"smime.p7m\"\r\n"
	                       "Content-Transfer-Encoding: base64\r\n"
	                       "Content-Disposition: attachment; filename=\"smime.p7m\"\r\n\r\n",
	                       kind);
	append_base64(out, der);
	return g_string_free_to_bytes(out);
}

/* RFC 8551 3.5.3. A text that held its own digest would have to be looked for until the end of
 * time: the boundary is in none. */
static GBytes *clear_part(GBytes *text, GBytes *der, const char *micalg)
{
	g_autofree char *boundary = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, text);
	GString *out = g_string_sized_new(g_bytes_get_size(text) + g_bytes_get_size(der) * 2);
	gsize len;
	const char *data = g_bytes_get_data(text, &len);

	g_string_append_printf(
		out,
		"Content-Type: multipart/signed; micalg=%s;\r\n"
		" protocol=\"application/pkcs7-signature\";\r\n boundary=\"%s\"\r\n\r\n"
		"This is an S/MIME signed message.\r\n--%s\r\n",
		micalg, boundary, boundary);
	g_string_append_len(out, data, (gssize)len);
	g_string_append_printf(out,
	                       "\r\n--%s\r\nContent-Type: application/pkcs7-signature; "
	                       "name=\"smime.p7s\"\r\nContent-Transfer-Encoding: base64\r\n"
	                       "Content-Disposition: attachment; filename=\"smime.p7s\"\r\n\r\n",
	                       boundary);
	append_base64(out, der);
	g_string_append_printf(out, "--%s--\r\n", boundary);
	return g_string_free_to_bytes(out);
}

/* ---- layers ---- */

static bool is_ascii(GBytes *text)
{
	gsize len;
	const guchar *data = g_bytes_get_data(text, &len);

	for (gsize i = 0; i < len; i++)
		if (data[i] >= 0x80)
			return false;
	return true;
}

static GBytes *sign_part(GBytes *text, const SmimeProtection *protection, GError **err)
{
	bool is_apart = !protection->is_opaque && is_ascii(text);
	g_autoptr(GBytes) der = sign_data(text, protection, is_apart, err);

	if (!der)
		return NULL;
	return is_apart ? clear_part(text, der, sign_micalg(protection->signer))
	                : opaque_part("signed-data", der);
}

static GBytes *encrypt_part(GBytes *text, const SmimeProtection *protection, GError **err)
{
	g_autoptr(GBytes) der = encrypt_data(text, protection, err);
	bool is_authenticated = encrypt_is_authenticated(protection);

	return der ? opaque_part(is_authenticated ? "authEnveloped-data" : "enveloped-data", der)
	           : NULL;
}

typedef GBytes *(*Layer)(GBytes *text, const SmimeProtection *protection, GError **err);

static bool is_encrypted(const SmimeProtection *protection)
{
	return protection->recipients && protection->recipients->len > 0;
}

/* Takes @text. */
static GBytes *add_layers(GBytes *text, const SmimeProtection *protection, GError **err)
{
	bool encrypts = is_encrypted(protection);
	const struct { bool is_wanted; Layer add; } layers[] = {
		{ protection->signer, sign_part },
		{ encrypts, encrypt_part },
		{ protection->signer && encrypts && protection->signs_again, sign_part },
	};

	for (size_t i = 0; text && i < G_N_ELEMENTS(layers); i++) {
		GBytes *inner = text;
		if (!layers[i].is_wanted)
			continue;
		text = layers[i].add(inner, protection, err);
		g_bytes_unref(inner);
	}
	return text;
}

/* ---- one mail ---- */

static bool check(const SmimeProtection *protection, GError **err)
{
	return (!protection->signer || sign_check(protection, err)) &&
	       (!is_encrypted(protection) || encrypt_check(protection, err));
}

static MimeEntity *read_mail(GBytes *mail, GError **err)
{
	g_autoptr(GBytes) ascii = mime_seven_bit(mail);

	if (g_bytes_get_size(ascii) > LIMIT_CMS_BYTES)
		return fail_null(err, ERR_LIMIT,
		                 _("the mail is too large to be signed or encrypted"));
	return mime_entity_read(ascii, err);
}

static GBytes *protect(const MimeEntity *mail, const SmimeProtection *protection,
                       const HeaderPlan *plan, GError **err)
{
	GBytes *payload = header_out_payload(mail, plan, err);
	g_autoptr(GBytes) part = payload ? add_layers(payload, protection, err) : NULL;

	return part ? header_out_join(mail, plan, part) : NULL;
}

static HeaderPlan plan_of(const SmimeProtection *protection)
{
	bool encrypts = is_encrypted(protection);

	return (HeaderPlan){ .is_encrypted = encrypts,
		             .hides_subject = encrypts && protection->hides_subject };
}

GBytes *smime_protect(GBytes *mail, const SmimeProtection *protection, GError **err)
{
	HeaderPlan plan = plan_of(protection);
	g_autoptr(MimeEntity) entity = check(protection, err) ? read_mail(mail, err) : NULL;

	return entity ? protect(entity, protection, &plan, err) : NULL;
}

/* ---- a mail for each one of Bcc ---- */

void smime_copy_free(SmimeCopy *copy)
{
	if (!copy)
		return;
	g_bytes_unref(copy->mail);
	g_free(copy->bcc);
	g_free(copy->message_id);
	g_free(copy);
}

typedef struct {
	const MimeEntity      *mail;
	const SmimeProtection *protection;
	GPtrArray             *open, *hidden;     /* of MimeAddress: To and Cc; Bcc */
	GPtrArray             *copies;            /* of SmimeCopy */
} Split;

static bool has_address(const GPtrArray *addresses, const char *address)
{
	for (guint i = 0; i < addresses->len; i++)
		if (mime_recipient_equal(((MimeAddress *)addresses->pdata[i])->address, address))
			return true;
	return false;
}

static void add_addresses(GPtrArray *addresses, const char *list)
{
	g_autoptr(GPtrArray) found = mime_addresses(list);

	while (found->len) {
		g_autoptr(MimeAddress) one = g_ptr_array_steal_index(found, 0);
		if (!has_address(addresses, one->address))
			g_ptr_array_add(addresses, g_steal_pointer(&one));
	}
}

static void read_addresses(const MimeEntity *mail, const char *name, GPtrArray *addresses)
{
	for (guint i = 0; i < mail->fields->len; i++) {
		const MimeField *field = g_ptr_array_index(mail->fields, i);
		if (text_equal_ascii_case(field->name, name))
			add_addresses(addresses, field->value);
	}
}

/* The sender reads every copy, who may be in Bcc as well. */
static bool is_in_each(const Split *split, const SmimeRecipient *recipient)
{
	const MimeField *from = mime_entity_field(split->mail, "From", NULL);
	g_autoptr(MimeAddress) sender = from ? mime_address_first(from->value) : NULL;

	return (sender && mime_recipient_equal(sender->address, recipient->address)) ||
	       !(has_address(split->open, recipient->address) ||
	         has_address(split->hidden, recipient->address));
}

/* For whom the copy to @bcc is encrypted; NULL: the one to To and Cc. */
static GPtrArray *recipients_of(const Split *split, const char *bcc)
{
	GPtrArray *chosen = g_ptr_array_new();

	for (guint i = 0; i < split->protection->recipients->len; i++) {
		SmimeRecipient *recipient = split->protection->recipients->pdata[i];
		bool is_meant = bcc ? mime_recipient_equal(recipient->address, bcc)
		                    : has_address(split->open, recipient->address);
		if (is_meant || is_in_each(split, recipient))
			g_ptr_array_add(chosen, recipient);
	}
	return chosen;
}

static bool has_recipient(const GPtrArray *recipients, const char *address)
{
	for (guint i = 0; i < recipients->len; i++)
		if (mime_recipient_equal(((SmimeRecipient *)recipients->pdata[i])->address,
		                         address))
			return true;
	return false;
}

static bool check_everybody(const Split *split, const GPtrArray *addresses, GError **err)
{
	for (guint i = 0; i < addresses->len; i++) {
		const MimeAddress *one = g_ptr_array_index(addresses, i);
		if (!has_recipient(split->protection->recipients, one->address))
			return fail(err, ERR_NOT_FOUND,
			            _("there is no certificate of %s to encrypt to"), one->address);
	}
	return true;
}

/* "<a@b>", the second: "<a.2@b>". An outbox looks for each in what was sent. */
static char *message_id_of(const Split *split)
{
	const MimeField *field = mime_entity_field(split->mail, "Message-ID", NULL);
	const char *at = field ? strrchr(field->value, '@') : NULL;
	guint number = split->copies->len + 1;

	if (!at || number == 1)
		return field ? g_strdup(field->value) : NULL;
	return g_strdup_printf("%.*s.%u%s", (int)(at - field->value), field->value, number, at);
}

static bool add_copy(Split *split, const char *bcc, GError **err)
{
	g_autoptr(GPtrArray) recipients =
		is_encrypted(split->protection) ? recipients_of(split, bcc) : NULL;
	g_autofree char *message_id = message_id_of(split);
	SmimeProtection protection = *split->protection;
	HeaderPlan plan = plan_of(split->protection);

	protection.recipients = recipients;
	plan.drops_bcc = plan.is_encrypted;
	plan.bcc = bcc;
	plan.message_id = message_id;
	GBytes *mail = protect(split->mail, &protection, &plan, err);
	if (!mail)
		return false;
	SmimeCopy *copy = g_new0(SmimeCopy, 1);
	*copy = (SmimeCopy){ mail, g_strdup(bcc), g_steal_pointer(&message_id) };
	g_ptr_array_add(split->copies, copy);
	return true;
}

/* Who is in To as well gets one mail, like everybody. */
static bool add_copies(Split *split, GError **err)
{
	bool encrypts = is_encrypted(split->protection);

	if (encrypts && (!check_everybody(split, split->open, err) ||
	                 !check_everybody(split, split->hidden, err)))
		return false;
	if ((!encrypts || split->open->len) && !add_copy(split, NULL, err))
		return false;
	for (guint i = 0; encrypts && i < split->hidden->len; i++) {
		const MimeAddress *one = g_ptr_array_index(split->hidden, i);
		if (!has_address(split->open, one->address) && !add_copy(split, one->address, err))
			return false;
	}
	return true;
}

static GPtrArray *addresses_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)mime_address_free);
}

GPtrArray *smime_protect_copies(GBytes *mail, const SmimeProtection *protection, GError **err)
{
	g_autoptr(MimeEntity) entity = check(protection, err) ? read_mail(mail, err) : NULL;
	g_autoptr(GPtrArray) open = addresses_new(), hidden = addresses_new();
	g_autoptr(GPtrArray) copies =
		g_ptr_array_new_with_free_func((GDestroyNotify)smime_copy_free);

	if (!entity)
		return NULL;
	read_addresses(entity, "To", open);
	read_addresses(entity, "Cc", open);
	read_addresses(entity, "Bcc", hidden);
	Split split = { entity, protection, open, hidden, copies };
	return add_copies(&split, err) ? g_steal_pointer(&copies) : NULL;
}
