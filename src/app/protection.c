#include "app/protection.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "mime/mime.h"
#include "mime/recipients.h"
#include "smime/protect.h"

/* ---- who it is about ---- */

static char *people_text_of(const Draft *draft)
{
	const char *const fields[] = { draft->from, draft->to, draft->cc, draft->bcc };
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		g_string_append_printf(text, "%s\n", fields[i] ? fields[i] : "");
	return g_string_free(text, FALSE);
}

static char *sender_of(const Draft *draft)
{
	g_autoptr(MimeAddress) from = draft->from ? mime_address_first(draft->from) : NULL;

	return g_strdup(from && from->address ? from->address : "");
}

static bool is_among(const GPtrArray *addresses, const char *address)
{
	for (guint i = 0; i < addresses->len; i++)
		if (mime_recipient_equal(addresses->pdata[i], address))
			return true;
	return false;
}

static void add_addresses(const char *field, GPtrArray *addresses)
{
	g_autoptr(GPtrArray) found = mime_recipients(field, NULL);

	for (guint i = 0; found && i < found->len; i++) {
		const char *address = ((const MimeAddress *)found->pdata[i])->address;
		if (!is_among(addresses, address))
			g_ptr_array_add(addresses, g_strdup(address));
	}
}

/* Of char *, each once. */
static GPtrArray *recipients_of(const Draft *draft)
{
	GPtrArray *addresses = g_ptr_array_new_with_free_func(g_free);

	add_addresses(draft->to, addresses);
	add_addresses(draft->cc, addresses);
	add_addresses(draft->bcc, addresses);
	return addresses;
}

/* As certificates name it. */
static const KnownCertificate *certificate_of(const Certificates *certificates, const char *address,
                                              int64_t now_ms)
{
	g_autofree char *ascii = mime_recipient_ascii(address);

	return certificates_recipient(certificates, ascii, now_ms);
}

/* ---- looking ---- */

static Reach reach_of(StandingKind standing)
{
	switch (standing) {
	case STANDING_GOOD:      return REACH_GOOD;
	case STANDING_ENDS_SOON: return REACH_ENDS_SOON;
	case STANDING_UNKNOWN:   return REACH_UNVOUCHED;
	default:                 return REACH_UNFIT;
	}
}

static ProtectionPerson person_of(const Certificates *certificates, const char *address,
                                  int64_t now_ms)
{
	const KnownCertificate *row = certificate_of(certificates, address, now_ms);
	ProtectionPerson person = { .address = g_strdup(address), .reach = REACH_NONE };

	if (!row)
		return person;
	person.standing = certificates_standing(certificates, row, now_ms);
	person.reach = reach_of(person.standing);
	person.until_ms = certificates_facts(certificates, row)->to_ms;
	return person;
}

static void person_free(ProtectionPerson *person)
{
	g_free(person->address);
	g_free(person);
}

static GPtrArray *people_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)person_free);
}

static bool is_on_token(const Certificates *certificates, const KnownCertificate *row)
{
	const GPtrArray *identities = certificates_identities(certificates);

	for (guint i = 0; row && i < identities->len; i++) {
		const SmimeIdentity *identity = g_ptr_array_index(identities, i);
		if (smime_identity_is_on_token(identity) &&
		    g_bytes_equal(smime_identity_certificate(identity)->der, row->der))
			return true;
	}
	return false;
}

static void note_signer(Protection *protection, const SmimeIdentity *identity)
{
	const Certificate *certificate = identity ? smime_identity_certificate(identity) : NULL;

	protection->signer = certificate ? g_strdup(certificate->name) : NULL;
	protection->signer_until_ms = certificate ? certificate->to_ms : 0;
	protection->needs_token = identity && smime_identity_is_on_token(identity);
}

Protection *protection_look(const Certificates *certificates, const Draft *draft, int64_t now_ms)
{
	Protection *protection = g_new0(Protection, 1);
	g_autoptr(GPtrArray) recipients = recipients_of(draft);
	g_autofree char *sender = sender_of(draft);

	protection->people_text = people_text_of(draft);
	protection->people = people_new();
	protection->sender = person_of(certificates, sender, now_ms);
	note_signer(protection, certificates_signer(certificates, sender, now_ms));
	protection->needs_token |=
		is_on_token(certificates, certificate_of(certificates, sender, now_ms));
	for (guint i = 0; i < recipients->len; i++) {
		ProtectionPerson person = person_of(certificates, recipients->pdata[i], now_ms);
		g_ptr_array_add(protection->people, g_memdup2(&person, sizeof person));
	}
	return protection;
}

static ProtectionPerson person_copy(const ProtectionPerson *person)
{
	ProtectionPerson copy = *person;

	copy.address = g_strdup(person->address);
	return copy;
}

Protection *protection_copy(const Protection *protection)
{
	Protection *copy = g_memdup2(protection, sizeof *protection);

	copy->people_text = g_strdup(protection->people_text);
	copy->signer = g_strdup(protection->signer);
	copy->sender = person_copy(&protection->sender);
	copy->people = people_new();
	for (guint i = 0; i < protection->people->len; i++) {
		ProtectionPerson person = person_copy(protection->people->pdata[i]);
		g_ptr_array_add(copy->people, g_memdup2(&person, sizeof person));
	}
	return copy;
}

void protection_free(Protection *protection)
{
	if (!protection)
		return;
	g_free(protection->people_text);
	g_free(protection->signer);
	g_free(protection->sender.address);
	g_ptr_array_unref(protection->people);
	g_free(protection);
}

bool protection_is_of(const Protection *protection, const Draft *draft)
{
	g_autofree char *text = people_text_of(draft);

	return strcmp(text, protection->people_text) == 0;
}

/* ---- what it means ---- */

const char *reach_name(Reach reach)
{
	static const char *const names[REACH_COUNT] = { "good", "ends_soon", "unvouched", "unfit",
		                                        "none" };

	return names[reach];
}

const char *protection_person_text(const ProtectionPerson *person)
{
	return person->reach == REACH_NONE ? _("no certificate") : standing_text(person->standing);
}

static bool is_reached(const ProtectionPerson *person) { return person->reach <= REACH_UNVOUCHED; }

bool protection_is_possible(const Protection *protection)
{
	for (guint i = 0; i < protection->people->len; i++)
		if (((const ProtectionPerson *)protection->people->pdata[i])->reach >=
		    REACH_UNVOUCHED)
			return false;
	return is_reached(&protection->sender);
}

char *protection_unreached(const Protection *protection, bool wants_doubtful)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < protection->people->len; i++) {
		const ProtectionPerson *person = protection->people->pdata[i];
		if (wants_doubtful ? person->reach == REACH_UNVOUCHED : !is_reached(person))
			g_string_append_printf(list, "%s%s", list->len ? ", " : "",
			                       person->address);
	}
	return list->len ? g_strdup(list->str) : NULL;
}

GPtrArray *protection_unknown(const Protection *protection)
{
	GPtrArray *addresses = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < protection->people->len; i++) {
		const ProtectionPerson *person = protection->people->pdata[i];
		if (person->reach == REACH_NONE)
			g_ptr_array_add(addresses, mime_recipient_ascii(person->address));
	}
	return addresses;
}

void protection_settle(const Protection *protection, Draft *draft)
{
	if (draft->encryption == ENCRYPTION_IF_POSSIBLE)
		draft->encryption =
			protection_is_possible(protection) ? ENCRYPTION_YES : ENCRYPTION_NO;
}

static bool check_signer(const Protection *protection, GError **err)
{
	return protection->signer ||
	       fail(err, ERR_NOT_FOUND,
	            _("there is no key to sign with as %s: import one (postern smime import), or send the mail unsigned"),
	            protection->sender.address);
}

static bool check_people(const Protection *protection, GError **err)
{
	g_autofree char *unreached = protection_unreached(protection, false);

	if (unreached)
		return fail(
			err, ERR_NOT_FOUND,
			_("nothing can be encrypted to %s: no valid certificate is here (postern smime import adds one)"),
			unreached);
	return is_reached(&protection->sender) ||
	       fail(err, ERR_NOT_FOUND,
	            _("you could not read the mail yourself: there is no certificate of %s to encrypt to (postern smime import adds one)"),
	            protection->sender.address);
}

static bool check_from(const Protection *protection, GError **err)
{
	return *protection->sender.address ||
	       fail(err, ERR_USAGE,
	            _("what is signed or encrypted says who it comes from: fill in From"));
}

bool protection_check(const Protection *protection, const Draft *draft, GError **err)
{
	return (!draft_is_protected(draft) || check_from(protection, err)) &&
	       (draft->signing == SIGNING_NO || check_signer(protection, err)) &&
	       (draft->encryption != ENCRYPTION_YES || check_people(protection, err));
}

/* ---- the bytes ---- */

static void add_recipient(const Certificates *certificates, const char *address, int64_t now_ms,
                          GPtrArray *recipients)
{
	const KnownCertificate *row = certificate_of(certificates, address, now_ms);
	SmimeRecipient *recipient = row ? g_new0(SmimeRecipient, 1) : NULL;

	if (!row)
		return;
	*recipient = (SmimeRecipient){ address, certificates_facts(certificates, row),
		                       row->capabilities };
	g_ptr_array_add(recipients, recipient);
}

/* Of SmimeRecipient; the addresses are borrowed from @protection. */
static GPtrArray *recipients_from(const Certificates *certificates, const Protection *protection,
                                  int64_t now_ms)
{
	GPtrArray *recipients = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < protection->people->len; i++)
		add_recipient(certificates,
		              ((const ProtectionPerson *)protection->people->pdata[i])->address,
		              now_ms, recipients);
	add_recipient(certificates, protection->sender.address, now_ms, recipients);
	return recipients;
}

static void replace(char **slot, const char *text)
{
	char *copy = g_strdup(text);

	g_free(*slot);
	*slot = copy;
}

/* What the draft of a copy says if it comes back: to whom it alone goes. Only the first is the
 * answer to what it answers. */
static Draft *draft_of(const Draft *draft, const SmimeCopy *copy, bool is_first)
{
	Draft *own = draft_copy(draft);

	replace(&own->bcc, copy->bcc);
	replace(&own->message_id, copy->message_id);
	if (copy->bcc) {
		replace(&own->to, NULL);
		replace(&own->cc, NULL);
	}
	if (is_first)
		return own;
	own->kind = DRAFT_NEW;
	own->source_id = 0;
	replace(&own->source_server_id, NULL);
	replace(&own->source_folder, NULL);
	g_clear_pointer(&own->base_hash, g_bytes_unref);
	return own;
}

static void take_copies(const GPtrArray *copies, const Draft *draft, StoreMail *ret_mail)
{
	if (copies->len == 1) {
		ret_mail->mime = g_bytes_ref(((const SmimeCopy *)copies->pdata[0])->mail);
		return;
	}
	ret_mail->copies = g_ptr_array_new_with_free_func((GDestroyNotify)store_copy_free);
	for (guint i = 0; i < copies->len; i++) {
		const SmimeCopy *copy = g_ptr_array_index(copies, i);
		g_ptr_array_add(ret_mail->copies, store_copy_new(draft_of(draft, copy, i == 0),
		                                                 g_bytes_ref(copy->mail)));
	}
}

/* @recipients: NULL for what is not encrypted. */
static SmimeProtection how_of(const Certificates *certificates, const Draft *draft,
                              const GPtrArray *recipients, int64_t now_ms)
{
	g_autofree char *sender = sender_of(draft);
	const KnownCertificate *own = certificate_of(certificates, sender, now_ms);

	return (SmimeProtection){
		.signer = draft->signing == SIGNING_NO
		                  ? NULL
		                  : certificates_signer(certificates, sender, now_ms),
		.reply_with = own ? certificates_facts(certificates, own) : NULL,
		.trust = certificates_trust(certificates),
		.recipients = recipients,
		.is_opaque = draft->signing == SIGNING_OPAQUE,
		.hides_subject = draft->subject_place == SUBJECT_INSIDE,
		.now_ms = now_ms,
	};
}

bool protection_apply(const Certificates *certificates, const Draft *draft, GBytes *mime,
                      int64_t now_ms, StoreMail *ret_mail, GError **err)
{
	g_autoptr(Protection) protection = protection_look(certificates, draft, now_ms);
	g_autoptr(Draft) settled = draft_copy(draft);
	g_autoptr(GPtrArray) recipients = recipients_from(certificates, protection, now_ms);

	protection_settle(protection, settled);
	if (!protection_check(protection, settled, err))
		return false;
	if (!draft_is_protected(settled)) {
		ret_mail->mime = g_bytes_ref(mime);
		return true;
	}
	SmimeProtection how =
		how_of(certificates, settled, draft_is_secret(settled) ? recipients : NULL, now_ms);
	g_autoptr(GPtrArray) copies = smime_protect_copies(mime, &how, err);
	if (copies)
		take_copies(copies, settled, ret_mail);
	return copies != NULL;
}
