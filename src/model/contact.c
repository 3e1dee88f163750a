#include "model/contact.h"

#include <string.h>

#include "base/i18n.h"

static const ContactTextInfo infos[] = {
#define CONTACT_TEXT(id, name, page, group, label)                                                 \
	[CONTACT_##id] = { #name, CONTACT_GROUP_##group, label },
#include "model/contact.def"
#undef CONTACT_TEXT
};

const ContactTextInfo *contact_text_info(ContactText text) { return &infos[text]; }

int contact_text_find(const char *name)
{
	for (int i = 0; i < CONTACT_TEXT_COUNT; i++)
		if (!strcmp(infos[i].name, name))
			return i;
	return -1;
}

Contact *contact_new(void)
{
	Contact *contact = g_new0(Contact, 1);

	contact->birthday_ms = contact->anniversary_ms = CONTACT_NO_DATE;
	return contact;
}

Contact *contact_copy(const Contact *from)
{
	Contact *to = g_memdup2(from, sizeof *from);

	to->server_id = g_strdup(from->server_id);
	for (int i = 0; i < CONTACT_TEXT_COUNT; i++)
		to->texts[i] = g_strdup(from->texts[i]);
	to->categories = g_strdup(from->categories);
	to->children = g_strdup(from->children);
	to->body = g_strdup(from->body);
	to->picture = from->picture ? g_bytes_ref(from->picture) : NULL;
	to->card_rest = g_strdup(from->card_rest);
	return to;
}

void contact_free(Contact *contact)
{
	if (!contact)
		return;
	for (int i = 0; i < CONTACT_TEXT_COUNT; i++)
		g_free(contact->texts[i]);
	char *strings[] = { contact->server_id, contact->categories, contact->children,
	                    contact->body, contact->card_rest };
	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
		g_free(strings[i]);
	g_clear_pointer(&contact->picture, g_bytes_unref);
	g_free(contact);
}

void contact_set(Contact *contact, ContactText text, const char *value)
{
	g_free(contact->texts[text]);
	contact->texts[text] = value && *value ? g_strdup(value) : NULL;
}

static char *full_name(const Contact *contact)
{
	static const ContactText order[] = { CONTACT_TITLE, CONTACT_FIRST_NAME, CONTACT_MIDDLE_NAME,
	                                     CONTACT_LAST_NAME, CONTACT_SUFFIX };
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();

	for (size_t i = 0; i < G_N_ELEMENTS(order); i++)
		if (contact->texts[order[i]])
			g_strv_builder_add(words, contact->texts[order[i]]);
	g_auto(GStrv) list = g_strv_builder_end(words);
	return g_strjoinv(" ", list);
}

char *contact_display_name(const Contact *contact)
{
	static const ContactText others[] = { CONTACT_NICKNAME, CONTACT_COMPANY, CONTACT_EMAIL1,
	                                      CONTACT_EMAIL2, CONTACT_EMAIL3, CONTACT_MOBILE,
	                                      CONTACT_BUSINESS_PHONE, CONTACT_HOME_PHONE };

	if (contact->texts[CONTACT_FILE_AS])
		return g_strdup(contact->texts[CONTACT_FILE_AS]);
	g_autofree char *name = full_name(contact);
	for (size_t i = 0; !*name && i < G_N_ELEMENTS(others); i++)
		if (contact->texts[others[i]])
			return g_strdup(contact->texts[others[i]]);
	return g_steal_pointer(&name);
}
