#include "eas/contact_item.h"

#include "base/limits.h"
#include "eas/date.h"
#include "eas/field.h"
#include "eas/value.h"

static const WbxmlTag tags[CONTACT_TEXT_COUNT] = {
#define CONTACT_TEXT(id, name, page, group, label) [CONTACT_##id] = WBXML_##page##_##name,
#include "model/contact.def"
#undef CONTACT_TEXT
};

/* ---- reading ---- */

static bool is_street(ContactText text)
{
	return text == CONTACT_BUSINESS_STREET || text == CONTACT_HOME_STREET ||
	       text == CONTACT_OTHER_STREET;
}

/* Servers give the midnight of the day in UTC, in their own zone, or its noon. */
static bool take_day(int64_t *ret_ms, WbxmlReader *reader, GError **err)
{
	int64_t ms = CONTACT_NO_DATE;

	if (!value_moment(&ms, reader, err))
		return false;
	*ret_ms = ms == CONTACT_NO_DATE ? CONTACT_NO_DATE : date_nearest_day(ms, 0);
	return true;
}

static bool take_other(Contact *contact, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	switch (tag) {
	case WBXML_Contacts_Birthday:
		return take_day(&contact->birthday_ms, reader, err);
	case WBXML_Contacts_Anniversary:
		return take_day(&contact->anniversary_ms, reader, err);
	case WBXML_Contacts_Categories:
		return value_list(&contact->categories, WBXML_Contacts_Category, reader, err);
	case WBXML_Contacts_Children:
		return value_list(&contact->children, WBXML_Contacts_Child, reader, err);
	case WBXML_Contacts_Picture:
		return value_base64(&contact->picture, LIMIT_PIM_PICTURE_BYTES, reader, err);
	case WBXML_AirSyncBase_Body:
		return value_body(&contact->body, NULL, reader, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

bool contact_item_take(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Contact *contact = into;

	for (int i = 0; i < CONTACT_TEXT_COUNT; i++) {
		if (tags[i] != tag)
			continue;
		return is_street((ContactText)i) ? value_text(&contact->texts[i], reader, err)
		                                 : reply_line(reader, &contact->texts[i], err);
	}
	return take_other(contact, tag, reader, err);
}

/* ---- writing ---- */

void contact_item_write_supported(WbxmlWriter *writer)
{
	static const WbxmlTag others[] = {
		WBXML_Contacts_Birthday, WBXML_Contacts_Anniversary, WBXML_Contacts_Categories,
		WBXML_Contacts_Children, WBXML_Contacts_Picture,
	};

	wbxml_open(writer, WBXML_AirSync_Supported);
	for (int i = 0; i < CONTACT_TEXT_COUNT; i++)
		wbxml_empty(writer, tags[i]);
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		wbxml_empty(writer, others[i]);
	wbxml_close(writer);
}

static void write_day(WbxmlWriter *writer, WbxmlTag tag, int64_t ms)
{
	if (ms != CONTACT_NO_DATE)
		field_date(writer, tag, ms);
}

static bool is_same_picture(const Contact *contact, const Contact *was)
{
	GBytes *picture = contact->picture, *old = was ? was->picture : NULL;

	return picture && old ? g_bytes_equal(picture, old) : picture == old;
}

/* What is left out goes away; not so in SOGo and Z-Push, which keep it until they are told. */
static bool is_gone(const Contact *contact, const Contact *was, int text)
{
	return was && was->texts[text] && !contact->texts[text];
}

void contact_item_write(WbxmlWriter *writer, const Contact *contact, const Contact *was)
{
	for (int i = 0; i < CONTACT_TEXT_COUNT; i++)
		field_text(writer, tags[i], contact->texts[i], is_gone(contact, was, i));
	write_day(writer, WBXML_Contacts_Birthday, contact->birthday_ms);
	write_day(writer, WBXML_Contacts_Anniversary, contact->anniversary_ms);
	field_list(writer, WBXML_Contacts_Categories, WBXML_Contacts_Category, contact->categories,
	           was && was->categories);
	field_list(writer, WBXML_Contacts_Children, WBXML_Contacts_Child, contact->children,
	           was && was->children);
	if (g_strcmp0(contact->body, was ? was->body : NULL) != 0)
		field_body(writer, BODY_TEXT, contact->body);
	if (!is_same_picture(contact, was))
		field_base64(writer, WBXML_Contacts_Picture, contact->picture);
}
