/*
 * Whom an address field means: who is offered while it is typed, and who takes the place of a name
 * before the mail leaves. Nobody gets a mail by a guess.
 */
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "mime/recipients.h"
#include "model/gal.h"
#include "ui/screen/directory.h"
#include "ui/screen/writing_state.h"

/* [MS-ASCMD] takes 100 in one request; a field with as many names is no address field. */
enum { NAMES_MOST = 20, HINT_BYTES = 26 };

/* ---- while it is typed ---- */

void writing_offers_clear(Writing *writing)
{
	g_clear_pointer(&writing->offers, g_ptr_array_unref);
	g_clear_pointer(&writing->offers_note, g_free);
	g_clear_pointer(&writing->offers_text, g_free);
	writing->offer = -1;
}

static bool is_address_line(const Writing *writing)
{
	return writing->prompt && writing->setup.offer && writing_is_recipients(writing->field);
}

static void offer_for(Writing *writing, const char *text)
{
	g_autofree char *typed = g_strdup(text);

	g_clear_pointer(&writing->offers, g_ptr_array_unref);
	g_free(writing->offers_note);
	writing->offers = people_offers_new();
	writing->offers_note =
		writing->setup.offer(typed, writing->offers, writing->setup.offer_data);
	g_free(writing->offers_text);
	writing->offers_text = g_steal_pointer(&typed);
}

void writing_offer_anew(Writing *writing)
{
	writing_offers_clear(writing);
	if (!is_address_line(writing))
		return;
	const char *entry = people_entry(prompt_text(writing->prompt));
	if (*entry && !strchr(entry, '<'))
		offer_for(writing, prompt_text(writing->prompt));
}

/* Tab and the arrows go through them. */
static int step_of(const Writing *writing, Key key)
{
	bool has_rows = writing->offers && writing->offers->len > 0;

	if (key == KEY_TABULATOR || (has_rows && key == KEY_CURSOR_DOWN))
		return 1;
	return key == KEY_BACK_TAB || (has_rows && key == KEY_CURSOR_UP) ? -1 : 0;
}

bool writing_offer_key(Writing *writing, Key key)
{
	int step = is_address_line(writing) ? step_of(writing, key) : 0;

	if (step == 0)
		return false;
	if (!writing->offers)
		offer_for(writing, prompt_text(writing->prompt));
	int count = (int)writing->offers->len;
	if (count == 0)
		return true;
	writing->offer = writing->offer < 0 && step < 0 ? count - 1
	                                                : (writing->offer + step + count) % count;
	g_autofree char *line =
		people_line(writing->offers_text,
	                    g_ptr_array_index(writing->offers, (guint)writing->offer));
	prompt_set_text(writing->prompt, line);
	return true;
}

/* Those that were there stay in their places, and others come behind them. */
void writing_offers_came(Writing *writing)
{
	if (!is_address_line(writing) || !writing->offers_text)
		return;
	offer_for(writing, writing->offers_text);
	writing->offer = MIN(writing->offer, (int)writing->offers->len - 1);
}

const char *writing_wanted(const Writing *writing)
{
	if (!is_address_line(writing) || writing->offer >= 0)
		return NULL;
	const char *entry = people_entry(prompt_text(writing->prompt));
	return directory_can_ask(entry) ? entry : NULL;
}

/* ---- before it leaves ---- */

static char **fields_of(Draft *draft, guint i)
{
	char **fields[] = { &draft->to, &draft->cc, &draft->bcc, &draft->reply_to };

	return i < G_N_ELEMENTS(fields) ? fields[i] : NULL;
}

static bool is_among(const GPtrArray *names, const char *name)
{
	return g_ptr_array_find_with_equal_func((GPtrArray *)names, name, g_str_equal, NULL);
}

/* Entries that are no addresses, each once; of char *. */
static GPtrArray *open_names(const Writing *writing)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; fields_of(writing->draft, i); i++) {
		g_autoptr(GPtrArray) open =
			mime_recipients_unresolved(*fields_of(writing->draft, i));
		for (guint j = 0; j < open->len; j++)
			if (!is_among(names, open->pdata[j]))
				g_ptr_array_add(names, g_strdup(open->pdata[j]));
	}
	return names;
}

static void put_address(Writing *writing, const char *name, const PeopleOffer *offer)
{
	g_autofree char *entry = people_entry_of(offer);

	for (guint i = 0; fields_of(writing->draft, i); i++) {
		char **field = fields_of(writing->draft, i);
		g_autofree char *before = *field;
		*field = before ? mime_recipients_replace(before, name, entry) : NULL;
	}
}

/* A letter or two would be anybody; what has an @ was meant as an address. */
static bool refuse_unaskable(Writing *writing, const GPtrArray *names)
{
	for (guint i = 0; i < names->len; i++) {
		g_autoptr(GError) err = NULL;
		if (directory_can_ask(names->pdata[i]))
			continue;
		mime_recipient_check(names->pdata[i], &err);
		if (err)
			writing_fails(writing, err->message);
		return true;
	}
	return false;
}

static bool begin_asking(Writing *writing, const GPtrArray *names)
{
	GString *wanted = g_string_new(NULL);

	for (guint i = 0, count = 0; i < names->len && count < NAMES_MOST; i++)
		if (!g_hash_table_contains(writing->known_names, names->pdata[i])) {
			g_string_append_printf(wanted, "%s%s", count ? "\n" : "",
			                       (char *)names->pdata[i]);
			count++;
		}
	g_free(writing->names);
	writing->names = g_string_free(wanted, FALSE);
	if (!*writing->names)
		g_clear_pointer(&writing->names, g_free);
	return writing->names != NULL;
}

static GPtrArray *found_for(const Writing *writing, const char *name)
{
	GPtrArray *found = g_ptr_array_new();

	for (guint i = 0; i < writing->named->len; i++) {
		GalEntry *person = writing->named->pdata[i];
		if (g_strcmp0(person->asked, name) == 0)
			g_ptr_array_add(found, person);
	}
	return found;
}

static GPtrArray *candidates_for(const Writing *writing, const char *name, const GPtrArray *found)
{
	GPtrArray *offers = people_offers_new();

	if (writing->setup.offer)
		g_free(writing->setup.offer(name, offers, writing->setup.offer_data));
	people_complete_gal(found, name, offers);
	return offers;
}

static bool is_same_name(const char *a, const char *b)
{
	g_autofree char *folded_a = g_utf8_casefold(a ? a : "", -1);
	g_autofree char *folded_b = g_utf8_casefold(b, -1);

	return strcmp(folded_a, folded_b) == 0;
}

/* The directory knows one person for it, and just by this name: nothing is guessed. */
static bool is_certain(const GPtrArray *found, const char *name)
{
	const GalEntry *person = found->len == 1 ? found->pdata[0] : NULL;

	if (!person || !mime_recipient_check(person->address, NULL))
		return false;
	g_autofree char *mailbox =
		g_strndup(person->address, (gsize)(strrchr(person->address, '@') - person->address));
	return is_same_name(person->name, name) || is_same_name(mailbox, name);
}

static void ask_who(Writing *writing, const char *name, GPtrArray *candidates)
{
	g_autofree char *title = g_strdup_printf(_("Who is “%s”?"), name);
	GPtrArray *items = menu_items_new();

	for (guint i = 0; i < candidates->len; i++) {
		const PeopleOffer *offer = candidates->pdata[i];
		g_autofree char *label = people_entry_of(offer);
		g_autofree char *hint = text_cut(offer->detail ? offer->detail : "", HINT_BYTES);
		g_ptr_array_add(items, menu_item_new(label, hint, i));
	}
	g_free(writing->naming);
	writing->naming = g_strdup(name);
	g_clear_pointer(&writing->candidates, g_ptr_array_unref);
	writing->candidates = candidates;
	menu_free(writing->menu);
	writing->menu = menu_new(title, items);
	writing->menu_is_about_reach = false;
}

static void say_nobody(Writing *writing, const char *name)
{
	g_autofree char *sentence =
		writing->names_failure
			? g_strdup_printf(_("“%s” is no address, and who it is cannot be told: %s"),
	                                  name, writing->names_failure)
			: g_strdup_printf(_("“%s” is no address, and nobody is known by that name"),
	                                  name);

	writing_fails(writing, sentence);
}

/* False: somebody has to be chosen, or there is nobody. */
static bool settle(Writing *writing, const char *name)
{
	g_autoptr(GPtrArray) found = found_for(writing, name);
	g_autoptr(GPtrArray) candidates = candidates_for(writing, name, found);
	g_autoptr(GPtrArray) certain = people_offers_new();

	people_complete_gal(found, name, certain);
	if (is_certain(found, name) && certain->len == 1) {
		put_address(writing, name, certain->pdata[0]);
		return true;
	}
	if (candidates->len == 0)
		say_nobody(writing, name);
	else
		ask_who(writing, name, g_steal_pointer(&candidates));
	return false;
}

bool writing_names_are_known(Writing *writing, WritingWish *ret_wish)
{
	g_autoptr(GPtrArray) names = open_names(writing);

	if (refuse_unaskable(writing, names))
		return false;
	if (writing->setup.has_directory && !writing->names_failure && begin_asking(writing, names)) {
		writing_fails(writing, _("Asking the directory who is meant…"));
		*ret_wish = WRITING_WANTS_NAMES;
		return false;
	}
	for (guint i = 0; i < names->len; i++)
		if (!settle(writing, names->pdata[i]))
			return false;
	return true;
}

const char *writing_names(const Writing *writing) { return writing->names; }

static void take_people(Writing *writing, const GPtrArray *people)
{
	g_auto(GStrv) asked = g_strsplit(writing->names ? writing->names : "", "\n", -1);
	g_autofree char *text = gal_to_text(people);
	g_autoptr(GPtrArray) copies = gal_from_text(text);

	for (char **name = asked; *name; name++)
		g_hash_table_add(writing->known_names, g_strdup(*name));
	g_ptr_array_extend_and_steal(writing->named, g_steal_pointer(&copies));
}

WritingWish writing_named(Writing *writing, const GPtrArray *people, const char *failure)
{
	if (!writing->names)     /* the person went on */
		return WRITING_GOES_ON;
	if (people)
		take_people(writing, people);
	g_free(writing->names_failure);
	writing->names_failure = g_strdup(failure);
	g_clear_pointer(&writing->names, g_free);
	writing_fails(writing, NULL);
	return writing_send_on(writing);
}

void writing_names_key(Writing *writing, Key key)
{
	if (key != KEY_ESCAPE)
		return;
	g_clear_pointer(&writing->names, g_free);
	writing_fails(writing, NULL);
}

WritingWish writing_menu_key(Writing *writing, Key key)
{
	MenuResult result = menu_key(writing->menu, key);

	if (result == MENU_OPEN)
		return WRITING_GOES_ON;
	const MenuItem *item = menu_current(writing->menu);
	int64_t value = item ? item->value : 0;
	g_clear_pointer(&writing->menu, menu_free);
	if (result != MENU_CHOSEN || !item)
		return WRITING_GOES_ON;
	if (writing->menu_is_about_reach)
		return writing_reach_chosen(writing, value);
	put_address(writing, writing->naming,
	            g_ptr_array_index(writing->candidates, (guint)value));
	return writing_send_on(writing);
}
