#include "calendar/doubt.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

enum { ABOUT_BYTES = 120 };

static void doubt_free(void *data)
{
	Doubt *doubt = data;

	g_free(doubt->about);
	g_free(doubt);
}

GPtrArray *doubts_new(void)
{
	return g_ptr_array_new_with_free_func(doubt_free);
}

static char *shown(const char *about)
{
	g_autofree char *utf8 = text_to_utf8(about, strlen(about));
	g_autofree char *line = text_one_line(utf8);
	g_autofree char *visible = text_visible(line);

	return text_cut(visible, ABOUT_BYTES);
}

void doubts_add(GPtrArray *doubts, DoubtKind kind, const char *about)
{
	if (!doubts || doubts_have(doubts, kind))
		return;
	Doubt *doubt = g_new0(Doubt, 1);
	doubt->kind = kind;
	doubt->about = about ? shown(about) : NULL;
	g_ptr_array_add(doubts, doubt);
}

bool doubts_have(const GPtrArray *doubts, DoubtKind kind)
{
	for (guint i = 0; i < doubts->len; i++)
		if (((const Doubt *)doubts->pdata[i])->kind == kind)
			return true;
	return false;
}

char *doubt_sentence(const Doubt *doubt)
{
	static const char *const sentences[] = {
#define DOUBT(name, sentence) [DOUBT_##name] = sentence,
#include "calendar/doubts.def"
#undef DOUBT
	};
	GString *text = g_string_new(_(sentences[doubt->kind]));

	g_string_replace(text, "%s", doubt->about ? doubt->about : "", 1);
	return g_string_free(text, FALSE);
}
