#include "smime/protect.h"

#include <openssl/rand.h>
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "mime/entity.h"
#include "mime/mime.h"
#include "mime/recipients.h"
#include "mime/seven_bit.h"
#include "smime/canonical.h"
#include "smime/encrypt.h"
#include "smime/header_out.h"
#include "smime/shown.h"
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

/* RFC 8551 3.5.3. The digest of the signature divides the parts: nobody could have written it into
 * the text. */
static GBytes *clear_part(GBytes *text, GBytes *der, const char *micalg)
{
	g_autofree char *boundary = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, der);
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

/* What is done to a mail. */
typedef struct {
	const SmimeProtection *protection;
	const GPtrArray       *addressees;     /* of Addressee; empty: it is not encrypted */
} Work;

static GBytes *sign_opaque(GBytes *text, const Work *work, GError **err)
{
	g_autoptr(GBytes) der = sign_data(text, work->protection, false, err);

	return der ? opaque_part("signed-data", der) : NULL;
}

/* *ret_part NULL: a text so broken that its reader would find other parts in it than are signed. */
static bool sign_clear(GBytes *text, const Work *work, GBytes **ret_part, GError **err)
{
	g_autoptr(GBytes) der = sign_data(text, work->protection, true, err);

	if (!der)
		return false;
	*ret_part = clear_part(text, der, sign_micalg(work->protection->signer));
	if (!shown_is_signed(*ret_part, text))
		g_clear_pointer(ret_part, g_bytes_unref);
	return true;
}

static GBytes *sign_part(GBytes *text, const Work *work, GError **err)
{
	GBytes *part = NULL;

	if (!work->protection->is_opaque && is_ascii(text) && !sign_clear(text, work, &part, err))
		return NULL;
	return part ? part : sign_opaque(text, work, err);
}

static GBytes *encrypt_part(GBytes *text, const Work *work, GError **err)
{
	g_autoptr(GBytes) der = encrypt_data(text, work->addressees, err);
	bool is_authenticated = addressees_read_gcm(work->addressees);

	return der ? opaque_part(is_authenticated ? "authEnveloped-data" : "enveloped-data", der)
	           : NULL;
}

/* Takes @text. */
static GBytes *add_layers(GBytes *text, const Work *work, GError **err)
{
	bool signs = work->protection->signer, encrypts = work->addressees->len > 0;
	const struct { bool is_wanted; GBytes *(*add)(GBytes *, const Work *, GError **);
	} layers[] = {
		{ signs, sign_part },
		{ encrypts, encrypt_part },
		{ signs && encrypts && work->protection->signs_again, sign_part },
	};

	for (size_t i = 0; text && i < G_N_ELEMENTS(layers); i++) {
		GBytes *inner = text;
		if (!layers[i].is_wanted)
			continue;
		text = layers[i].add(inner, work, err);
		g_bytes_unref(inner);
	}
	return text;
}

/* ---- one mail ---- */

/* Before anything is done, everybody's certificate is looked at. The caller's. */
static GPtrArray *check(const SmimeProtection *protection, GError **err)
{
	return !protection->signer || sign_check(protection, err) ? addressees_of(protection, err)
	                                                          : NULL;
}

static MimeEntity *read_mail(GBytes *mail, GError **err)
{
	g_autoptr(GBytes) ascii = mime_seven_bit(mail);
	g_autoptr(GBytes) text = canonical(ascii); /* what is no part of it GMime leaves alone */

	if (g_bytes_get_size(text) > LIMIT_CMS_BYTES)
		return fail_null(err, ERR_LIMIT,
		                 _("the mail is too large to be signed or encrypted"));
	return mime_entity_read(text, err);
}

static GBytes *protect(const MimeEntity *mail, const Work *work, const HeaderPlan *plan,
                       GError **err)
{
	GBytes *payload = header_out_payload(mail, plan, err);
	g_autoptr(GBytes) part = payload ? add_layers(payload, work, err) : NULL;

	return part ? header_out_join(mail, plan, part) : NULL;
}

static HeaderPlan plan_of(const Work *work)
{
	bool encrypts = work->addressees->len > 0;

	return (HeaderPlan){ .is_encrypted = encrypts,
		             .hides_subject = encrypts && work->protection->hides_subject };
}

GBytes *smime_protect(GBytes *mail, const SmimeProtection *protection, GError **err)
{
	g_autoptr(GPtrArray) addressees = check(protection, err);
	g_autoptr(MimeEntity) entity = addressees ? read_mail(mail, err) : NULL;

	if (!entity)
		return NULL;
	Work work = { protection, addressees };
	HeaderPlan plan = plan_of(&work);
	return protect(entity, &work, &plan, err);
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
	const MimeEntity *mail;
	Work              work;
	GPtrArray        *open, *hidden;     /* of MimeAddress: To and Cc; Bcc */
	GPtrArray        *copies;            /* of SmimeCopy */
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

static const char *address_of(const Split *split, guint index)
{
	return ((Addressee *)split->work.addressees->pdata[index])->recipient->address;
}

/* The sender reads every copy, who may be in Bcc as well. */
static bool is_in_each(const Split *split, const char *address)
{
	const MimeField *from = mime_entity_field(split->mail, "From", NULL);
	g_autoptr(MimeAddress) sender = from ? mime_address_first(from->value) : NULL;

	return (sender && mime_recipient_equal(sender->address, address)) ||
	       !(has_address(split->open, address) || has_address(split->hidden, address));
}

/* For whom the copy to @bcc is encrypted; NULL: the one to To and Cc. */
static GPtrArray *addressees_for(const Split *split, const char *bcc)
{
	GPtrArray *chosen = g_ptr_array_new();

	for (guint i = 0; i < split->work.addressees->len; i++) {
		const char *address = address_of(split, i);
		bool is_meant = bcc ? mime_recipient_equal(address, bcc)
		                    : has_address(split->open, address);
		if (is_meant || is_in_each(split, address))
			g_ptr_array_add(chosen, split->work.addressees->pdata[i]);
	}
	return chosen;
}

static bool has_certificate(const Split *split, const char *address)
{
	for (guint i = 0; i < split->work.addressees->len; i++)
		if (mime_recipient_equal(address_of(split, i), address))
			return true;
	return false;
}

static bool check_everybody(const Split *split, const GPtrArray *addresses, GError **err)
{
	for (guint i = 0; i < addresses->len; i++) {
		const MimeAddress *one = g_ptr_array_index(addresses, i);
		if (!has_certificate(split, one->address))
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
	g_autoptr(GPtrArray) addressees = addressees_for(split, bcc);
	g_autofree char *message_id = message_id_of(split);
	Work work = { split->work.protection, addressees };
	HeaderPlan plan = plan_of(&work);

	plan.drops_bcc = plan.is_encrypted;
	plan.bcc = bcc;
	plan.message_id = message_id;
	GBytes *mail = protect(split->mail, &work, &plan, err);
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
	bool encrypts = split->work.addressees->len > 0;

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
	g_autoptr(GPtrArray) addressees = check(protection, err);
	g_autoptr(MimeEntity) entity = addressees ? read_mail(mail, err) : NULL;
	g_autoptr(GPtrArray) open = addresses_new(), hidden = addresses_new();
	g_autoptr(GPtrArray) copies =
		g_ptr_array_new_with_free_func((GDestroyNotify)smime_copy_free);

	if (!entity)
		return NULL;
	read_addresses(entity, "To", open);
	read_addresses(entity, "Cc", open);
	read_addresses(entity, "Bcc", hidden);
	Split split = { entity, { protection, addressees }, open, hidden, copies };
	return add_copies(&split, err) ? g_steal_pointer(&copies) : NULL;
}
