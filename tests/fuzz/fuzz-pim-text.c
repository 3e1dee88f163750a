/* What an item that is no mail says, as text. What is understood says the same when it is written and read again, in its two
 * parts as well; a refusal says why. With itself it can always be put together. */
#include <string.h>

#include "model/pim_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_parts(const PimItem *item)
{
	g_autofree char *brief = pim_to_text(item, PIM_TEXT_BRIEF), *rest = pim_to_text(item, PIM_TEXT_REST);
	g_autoptr(PimItem) again = pim_from_text(brief, NULL);

	g_assert(again && pim_add_text(again, rest, NULL) && pim_item_equal(again, item));
}

static void check_merge(const char *text, const char *other)
{
	g_autofree char *same = pim_text_merge(text, text, text), *theirs = pim_text_merge(text, text, other);
	g_autofree char *ours = pim_text_merge(text, other, text);

	g_assert(same && theirs && ours);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	g_autofree char *given = g_strndup(len ? (const char *)bytes : "", len);
	g_autoptr(GError) error = NULL;
	g_autoptr(PimItem) item = g_utf8_validate(given, -1, NULL) ? pim_from_text(given, &error) : NULL;

	if (!item) {
		g_assert(!error || *error->message);
		return 0;
	}
	g_autofree char *text = pim_to_text(item, PIM_TEXT_WHOLE);
	g_autoptr(PimItem) again = pim_from_text(text, NULL);
	g_assert(again && pim_item_equal(again, item));
	check_parts(item);
	check_merge(text, text);
	return 0;
}
