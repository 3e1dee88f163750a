#include "exsim/oof.h"

#include <string.h>

#include "base/text.h"
#include "exsim/mail.h"

enum { INTERNAL, KNOWN, UNKNOWN, AUDIENCES, NOT_TOLD = -1 };

static const struct { const char *name; WbxmlTag tag; } audiences[AUDIENCES] = {
	[INTERNAL] = { "internal", WBXML_Settings_AppliesToInternal },
	[KNOWN] = { "known", WBXML_Settings_AppliesToExternalKnown },
	[UNKNOWN] = { "unknown", WBXML_Settings_AppliesToExternalUnknown },
};

void oof_clear(UserOof *oof)
{
	g_clear_pointer(&oof->start, g_free);
	g_clear_pointer(&oof->end, g_free);
	for (int i = 0; i < AUDIENCES; i++) {
		g_clear_pointer(&oof->messages[i].text, g_free);
		g_clear_pointer(&oof->messages[i].body_type, g_free);
	}
}

void oof_show(const UserOof *oof, GString *out)
{
	g_string_append_printf(out, "state: %d\n", oof->state);
	if (oof->start)
		g_string_append_printf(out, "from: %s\nuntil: %s\n", oof->start, oof->end ? oof->end : "");
	for (int i = 0; i < AUDIENCES; i++) {
		g_autofree char *text = text_visible(oof->messages[i].text ? oof->messages[i].text : "");
		g_string_append_printf(out, "%s: %s%s%s %s\n", audiences[i].name, oof->messages[i].is_on ? "on" : "off",
		                       oof->messages[i].body_type ? " " : "", oof->messages[i].body_type ? oof->messages[i].body_type : "",
		                       text);
	}
}

/* ---- Get ---- */

/* Whoever asks for Text gets text, whatever is kept. */
static void write_text(WbxmlWriter *w, const char *text, const char *kept, const char *wished)
{
	bool as_text = g_strcmp0(kept, "HTML") == 0 && g_strcmp0(wished, "Text") == 0;
	g_autofree char *converted = as_text ? html_to_text(text) : NULL;

	wbxml_text(w, WBXML_Settings_ReplyMessage, converted ? converted : text);
	wbxml_text(w, WBXML_Settings_BodyType, converted ? "Text" : kept);
}

/* From 16.0 on Exchange keeps the internal text to itself while nobody is away. */
static bool is_text_told(const Request *request, const UserOof *oof, int audience)
{
	return oof->messages[audience].text && !(request->version >= 160 && oof->state == 0 && audience == INTERNAL);
}

static void write_message(WbxmlWriter *w, const Request *request, int audience, const char *wished)
{
	const UserOof *oof = &request->user->oof;

	wbxml_open(w, WBXML_Settings_OofMessage);
	wbxml_empty(w, audiences[audience].tag);
	wbxml_int(w, WBXML_Settings_Enabled, oof->messages[audience].is_on);
	if (is_text_told(request, oof, audience))
		write_text(w, oof->messages[audience].text, oof->messages[audience].body_type, wished);
	wbxml_close(w);
}

static void write_get(WbxmlWriter *w, const Request *request, const Element *get)
{
	const UserOof *oof = &request->user->oof;
	const Manners *manners = request->world->options.manners;
	int told = manners && manners->only_internal_oof ? 1 : AUDIENCES;

	wbxml_open(w, WBXML_Settings_Get);
	wbxml_int(w, WBXML_Settings_OofState, oof->state);
	if (oof->state == 2) {
		wbxml_text(w, WBXML_Settings_StartTime, oof->start);
		wbxml_text(w, WBXML_Settings_EndTime, oof->end);
	}
	for (int i = 0; i < told; i++)
		write_message(w, request, i, element_text(get, WBXML_Settings_BodyType));
	wbxml_close(w);
}

/* ---- Set ---- */

static void replace(char **slot, const char *text)
{
	g_free(*slot);
	*slot = g_strdup(text);
}

static int audience_of(const Element *message)
{
	for (int i = 0; i < AUDIENCES; i++)
		if (element_child(message, audiences[i].tag))
			return i;
	return NOT_TOLD;
}

/* [MS-ASCMD] A message that is off may come without a text; the old one stays. */
static bool set_message(UserOof *oof, const Element *message)
{
	int audience = audience_of(message);
	const char *text = element_text(message, WBXML_Settings_ReplyMessage);
	const char *type = element_text(message, WBXML_Settings_BodyType);

	if (audience == NOT_TOLD || (text && g_strcmp0(type, "Text") != 0 && g_strcmp0(type, "HTML") != 0))
		return false;
	oof->messages[audience].is_on = element_bool(message, WBXML_Settings_Enabled, false);
	if (text) {
		replace(&oof->messages[audience].text, text);
		replace(&oof->messages[audience].body_type, type);
	}
	return true;
}

/* Exchange has one text for everybody outside, and refuses two that differ. */
static bool externals_agree(const UserOof *oof)
{
	return !oof->messages[KNOWN].is_on || !oof->messages[UNKNOWN].is_on ||
	       g_strcmp0(oof->messages[KNOWN].text, oof->messages[UNKNOWN].text) == 0;
}

static UserOof copy_of(const UserOof *oof)
{
	UserOof copy = *oof;

	copy.start = g_strdup(oof->start);
	copy.end = g_strdup(oof->end);
	for (int i = 0; i < AUDIENCES; i++) {
		copy.messages[i].text = g_strdup(oof->messages[i].text);
		copy.messages[i].body_type = g_strdup(oof->messages[i].body_type);
	}
	return copy;
}

/* 5: something is missing or wrong; 6: the parts contradict each other. */
static int apply(UserOof *oof, const Element *set)
{
	const char *start = element_text(set, WBXML_Settings_StartTime), *end = element_text(set, WBXML_Settings_EndTime);

	oof->state = (int)element_int(set, WBXML_Settings_OofState, NOT_TOLD);
	if (oof->state < 0 || oof->state > 2 || (oof->state == 2 && (!start || !end)))
		return 5;
	if (oof->state == 2 && strcmp(start, end) >= 0)
		return 6;
	replace(&oof->start, start);
	replace(&oof->end, end);
	for (guint i = 0; i < set->children->len; i++) {
		const Element *child = g_ptr_array_index(set->children, i);
		if (child->tag == WBXML_Settings_OofMessage && !set_message(oof, child))
			return 5;
	}
	return externals_agree(oof) ? 1 : 6;
}

static int carry_out_set(User *user, const Element *set)
{
	UserOof wished = copy_of(&user->oof);
	int status = apply(&wished, set);

	if (status != 1) {
		oof_clear(&wished);
		return status;
	}
	oof_clear(&user->oof);
	user->oof = wished;
	return 1;
}

void oof_answer(WbxmlWriter *w, Request *request, const Element *asked)
{
	const Element *get = element_child(asked, WBXML_Settings_Get), *set = element_child(asked, WBXML_Settings_Set);
	int status = set ? carry_out_set(request->user, set) : get ? 1 : 2;

	wbxml_open(w, WBXML_Settings_Oof);
	wbxml_int(w, WBXML_Settings_Status, status);
	if (get && !set)
		write_get(w, request, get);
	wbxml_close(w);
}
