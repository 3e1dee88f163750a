/*
 * What S/MIME does with a mail that is being written: switched on and off, what is found out about
 * it beside this thread, and what stops it before it leaves. Nothing leaves in clear that was to be
 * encrypted, unless the person types that it shall.
 */
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "mime/mime.h"
#include "mime/recipients.h"
#include "ui/screen/show.h"
#include "ui/screen/writing_state.h"

typedef enum { CHOICE_REMOVE, CHOICE_IN_CLEAR, CHOICE_BACK } Choice;

/* ---- on and off ---- */

static bool can_change(Writing *writing)
{
	if (!writing->setup.has_smime)
		writing_fails(writing,
		              _("S/MIME is switched off here; the setting smime.enabled switches it on."));
	return writing->setup.has_smime;
}

void writing_change_signing(Writing *writing)
{
	Draft *draft = writing->draft;

	if (!can_change(writing))
		return;
	draft->signing = draft->signing == SIGNING_NO ? writing->setup.signing : SIGNING_NO;
	draft->signing_by = DECIDED_BY_PERSON;
}

void writing_change_encryption(Writing *writing)
{
	Draft *draft = writing->draft;

	if (draft->encryption_by == DECIDED_BY_ORIGINAL) {
		writing_fails(writing, _("This answers an encrypted mail, so it leaves encrypted or not at all."));
		return;
	}
	if (!can_change(writing))
		return;
	draft->encryption = draft->encryption == ENCRYPTION_YES ? ENCRYPTION_NO : ENCRYPTION_YES;
	draft->encryption_by = DECIDED_BY_PERSON;
}

/* ---- looking ---- */

bool writing_needs_token(const Writing *writing)
{
	const Protection *protection = writing_protection(writing);

	return draft_is_protected(writing->draft) && protection && protection->needs_token;
}

/* As it is for the recipients that are there now; NULL: it is not known. */
const Protection *writing_protection(const Writing *writing)
{
	const Protection *protection = writing->protection;

	return protection && protection_is_of(protection, writing->draft) ? protection : NULL;
}

bool writing_wants_certificates(const Writing *writing)
{
	return draft_is_protected(writing->draft) && !writing->prompt && !writing->is_blind &&
	       !writing_protection(writing);
}

/* Always anew: a certificate may have come or gone since it was drawn. */
bool writing_must_look(Writing *writing)
{
	if (!draft_is_protected(writing->draft))
		return false;
	writing->awaits_look = true;
	writing->is_blind = false;
	writing_fails(writing, _("Looking for keys and certificates…"));
	return true;
}

static WritingWish look_again(Writing *writing)
{
	return writing_must_look(writing) ? WRITING_WANTS_CERTIFICATES : writing_ask_on(writing);
}

/* ---- somebody cannot be reached ---- */

static void ask_what_to_do(Writing *writing, const char *unreached)
{
	g_autofree char *title = g_strdup_printf(_("No certificate to encrypt to %s"), unreached);
	GPtrArray *items = menu_items_new();

	g_ptr_array_add(items, menu_item_new(_("Go back"), "", CHOICE_BACK));
	g_ptr_array_add(items, menu_item_new(_("Do not send it to them"), "", CHOICE_REMOVE));
	if (writing->draft->encryption_by != DECIDED_BY_ORIGINAL)
		g_ptr_array_add(items, menu_item_new(_("Send it to everybody in clear"), "",
		                                     CHOICE_IN_CLEAR));
	menu_free(writing->menu);
	writing->menu = menu_new(title, items);
	writing->menu_is_about_reach = true;
}

static bool is_unreached(const Protection *protection, const char *address)
{
	for (guint i = 0; i < protection->people->len; i++) {
		const ProtectionPerson *person = protection->people->pdata[i];
		if (person->reach > REACH_UNVOUCHED && mime_recipient_equal(person->address, address))
			return true;
	}
	return false;
}

static void remove_unreached(const Protection *protection, char **field)
{
	g_autoptr(GPtrArray) all = *field ? mime_recipients(*field, NULL) : NULL;
	guint before = all ? all->len : 0;

	for (guint i = before; i > 0; i--)
		if (is_unreached(protection, ((MimeAddress *)all->pdata[i - 1])->address))
			g_ptr_array_remove_index(all, i - 1);
	if (!all || all->len == before)
		return;
	g_free(*field);
	*field = all->len ? mime_addresses_format(all) : NULL;
}

static void remove_all_unreached(Writing *writing)
{
	const Protection *protection = writing->protection;

	remove_unreached(protection, &writing->draft->to);
	remove_unreached(protection, &writing->draft->cc);
	remove_unreached(protection, &writing->draft->bcc);
}

static void ask_for_yes(Writing *writing)
{
	prompt_free(writing->prompt);
	writing->prompt = prompt_new(_("Everybody on the way can read it then. Type “yes” to send it: "), "");
	writing->field = WRITING_ENCRYPT;
}

WritingWish writing_reach_chosen(Writing *writing, int64_t choice)
{
	switch ((Choice)choice) {
	case CHOICE_REMOVE:
		remove_all_unreached(writing);
		return writing_send_on(writing);
	case CHOICE_IN_CLEAR:
		ask_for_yes(writing);
		return WRITING_GOES_ON;
	case CHOICE_BACK:
		break;
	}
	return WRITING_GOES_ON;
}

WritingWish writing_clear_typed(Writing *writing, const char *text)
{
	if (strcmp(text, _("yes")) != 0) {
		writing_fails(writing, _("It was not sent."));
		return WRITING_GOES_ON;
	}
	writing->draft->encryption = ENCRYPTION_NO;
	writing->draft->encryption_by = DECIDED_BY_PERSON;
	return look_again(writing);
}

/* ---- before it leaves ---- */

static WritingWish protect_on(Writing *writing)
{
	const Protection *protection = writing->protection;
	const Draft *draft = writing->draft;
	g_autoptr(GError) err = NULL;
	g_autofree char *unreached = draft->encryption == ENCRYPTION_YES
	                                     ? protection_unreached(protection, false)
	                                     : NULL;

	if (unreached && (draft->signing == SIGNING_NO || protection->signer)) {
		ask_what_to_do(writing, unreached);
		return WRITING_GOES_ON;
	}
	if (protection_check(protection, draft, &err))
		return writing_ask_on(writing);
	writing_fails(writing, err->message);
	return WRITING_GOES_ON;
}

WritingWish writing_looked(Writing *writing, Protection *protection, const char *failure)
{
	bool was_awaited = writing->awaits_look;

	protection_free(writing->protection);
	writing->protection = protection;
	writing->is_blind = !protection;
	writing->awaits_look = false;
	if (was_awaited)
		writing_fails(writing, failure);
	if (!was_awaited || !protection)
		return WRITING_GOES_ON;
	return writing_protection(writing) ? protect_on(writing) : writing_send_on(writing);
}

void writing_look_key(Writing *writing, Key key)
{
	if (key != KEY_ESCAPE)
		return;
	writing->awaits_look = false;
	writing_fails(writing, NULL);
}

/* A person may encrypt to a certificate that nobody vouches for, knowing it. */
char *writing_doubt_question(const Writing *writing)
{
	const Protection *protection = writing_protection(writing);
	g_autofree char *doubtful = protection && writing->draft->encryption == ENCRYPTION_YES
	                                    ? protection_unreached(protection, true)
	                                    : NULL;

	return doubtful ? g_strdup_printf(
				  _("Nobody you trust vouches for the certificate of %s, so it may be somebody else's. Encrypt to it?"),
				  doubtful)
	                : NULL;
}

void writing_settle(Writing *writing)
{
	const Protection *protection = writing_protection(writing);

	if (protection)
		protection_settle(protection, writing->draft);
}

/* ---- in words ---- */

static char *signing_words(const Writing *writing, const Protection *protection, Style *style)
{
	if (writing->draft->signing == SIGNING_NO)
		return g_strdup(_("not signed"));
	if (!protection)
		return g_strdup(_("signed"));
	if (protection->signer)
		return g_strdup_printf(_("signed by %s"), protection->signer);
	*style = STYLE_ERROR;
	return g_strdup_printf(_("to be signed, but there is no key of %s"),
	                       protection->sender.address);
}

static const char *possible_words(const Protection *protection)
{
	return !protection                            ? _("encrypted if possible")
	       : protection_is_possible(protection) ? _("encrypted, for it is possible")
	                                              : _("not encrypted, for it is not possible");
}

static char *encryption_words(const Writing *writing, const Protection *protection, Style *style)
{
	const Draft *draft = writing->draft;

	if (draft->encryption == ENCRYPTION_NO)
		return g_strdup(_("not encrypted"));
	if (draft->encryption == ENCRYPTION_IF_POSSIBLE)
		return g_strdup(possible_words(protection));
	if (protection && protection->sender.reach > REACH_UNVOUCHED) {
		*style = STYLE_ERROR;
		return g_strdup_printf(_("to be encrypted, but you could not read it: no certificate of %s"),
		                       protection->sender.address);
	}
	return g_strdup(draft->encryption_by == DECIDED_BY_ORIGINAL
	                        ? _("encrypted, for it answers what came encrypted")
	                        : _("encrypted"));
}

char *writing_protection_words(const Writing *writing, Style *ret_style)
{
	const Protection *protection = writing_protection(writing);

	*ret_style = draft_is_protected(writing->draft) ? STYLE_NORMAL : STYLE_DIM;
	g_autofree char *signing = signing_words(writing, protection, ret_style);
	g_autofree char *encryption = encryption_words(writing, protection, ret_style);
	return g_strdup_printf("%s, %s", signing, encryption);
}

static int worst_first(gconstpointer a, gconstpointer b)
{
	const ProtectionPerson *x = *(ProtectionPerson *const *)a, *y = *(ProtectionPerson *const *)b;

	return (int)y->reach - (int)x->reach;
}

GPtrArray *writing_reached(const Writing *writing)
{
	const Protection *protection = writing_protection(writing);
	GPtrArray *people = g_ptr_array_new();

	if (!protection || !draft_is_secret(writing->draft))
		return people;
	for (guint i = 0; i < protection->people->len; i++)
		g_ptr_array_add(people, protection->people->pdata[i]);
	g_ptr_array_sort(people, worst_first);
	return people;
}

char *writing_person_words(const ProtectionPerson *person)
{
	if (person->reach == REACH_NONE)
		return g_strdup(protection_person_text(person));
	g_autofree char *end = show_date_long(person->until_ms);
	return person->reach == REACH_GOOD
	               ? g_strdup_printf(_("certificate valid until %s"), end)
	               : g_strdup_printf(_("%s (until %s)"), protection_person_text(person), end);
}
