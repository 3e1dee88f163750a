#include "exsim/pim-lines.h"

#include <string.h>

#include "base/error.h"
#include "exsim/render.h"
#include "exsim/sample-parts.h"

/* The 172 bytes of Berlin, base64. */
#define BERLIN \
	"xP///wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAoAAAAFAAMAAAAAAAAA" \
	"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAMAAAAFAAIAAAAAAAAAxP///w=="

static const char *const page_names[] = { "Calendar", "Contacts", "Contacts2", "Tasks", "Notes", "AirSyncBase" };

/* The tag called @name on a page called @page; 0 none. */
static int tag_on(const char *page, const char *name)
{
	for (int number = 0; number < 26; number++) {
		if (g_strcmp0(wbxml_page_name((unsigned)number), page) != 0)
			continue;
		for (int token = 5; token < 0x40; token++)
			if (g_strcmp0(wbxml_tag_name((WbxmlTag)(number << 8 | token)), name) == 0)
				return number << 8 | token;
	}
	return 0;
}

/* Inside an AirSyncBase element all are of that page. */
static int tag_named(const Collection *folder, const Element *parent, const char *name)
{
	const char *class = pim_class_name(folder);
	bool is_base = parent->tag == WBXML_AirSyncBase_Body || g_str_equal(name, "Body");
	int tag = is_base ? 0 : tag_on(class, name);

	for (size_t i = 0; !tag && i < G_N_ELEMENTS(page_names); i++)
		if (g_str_equal(page_names[i], "AirSyncBase") || g_str_has_prefix(page_names[i], class))
			tag = tag_on(page_names[i], name);
	return tag;
}

static Element *step_into(Element *parent, const Collection *folder, char *name, GError **err)
{
	gsize len = strlen(name);
	bool is_another = len && name[len - 1] == '+';

	if (is_another)
		name[len - 1] = '\0';
	int tag = tag_named(folder, parent, name);
	if (!tag)
		return fail_null(err, ERR_CONFIG, "%s has no property “%s”", pim_class_name(folder), name);
	/* The last one of that name is the one that is being written. */
	for (guint i = parent->children->len; !is_another && i-- > 0;)
		if (((Element *)g_ptr_array_index(parent->children, i))->tag == (WbxmlTag)tag)
			return g_ptr_array_index(parent->children, i);
	return element_add(parent, (WbxmlTag)tag, NULL);
}

static char *value_of(const Collection *folder, const char *text, int64_t now_ms, GError **err)
{
	const Sample sample = { .now_ms = now_ms };
	int64_t ms;

	if (g_str_equal(text, "berlin"))
		return g_strdup(BERLIN);
	if (*text != '@')
		return g_strcompress(text);
	if (!sample_time(&sample, text + 1, &ms))
		return fail_null(err, ERR_CONFIG, "“%s” is no time", text);
	if (!pim_is_calendar(folder))
		return render_date(ms);
	g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc(ms / 1000);
	return g_date_time_format(when, "%Y%m%dT%H%M%SZ");
}

bool pim_line_set(Element *item, const Collection *folder, const char *line, int64_t now_ms, GError **err)
{
	g_auto(GStrv) halves = g_strsplit(line, ":", 2);
	g_auto(GStrv) path = g_strsplit(halves[0] ? g_strstrip(halves[0]) : "", "/", -1);
	Element *at = item;

	if (!halves[0] || !halves[1])
		return fail(err, ERR_CONFIG, "“%s” is not of the form PROPERTY: value", line);
	g_autofree char *value = value_of(folder, g_strstrip(halves[1]), now_ms, err);
	if (!value)
		return false;
	for (guint i = 0; path[i]; i++)
		if (!(at = step_into(at, folder, path[i], err)))
			return false;
	g_string_assign(at->text, value);
	return true;
}
