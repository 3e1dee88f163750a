/* Any text as a draft. What is read is written as text that reads back the same; what the editor shows is accepted; a
 * refusal says why and changes nothing. */
#include <string.h>

#include "model/draft.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_round_trip(const Draft *draft)
{
	g_autofree char *text = draft_to_text(draft), *shown = draft_to_editor(draft);
	g_autoptr(Draft) again = draft_from_text(text, NULL);
	g_autoptr(Draft) edited = draft_copy(draft);

	g_assert(again && draft_equal(draft, again));
	g_assert(g_utf8_validate(text, -1, NULL));
	g_assert(draft_edit(edited, shown, NULL) && edited->parts->len == draft->parts->len);
}

static void check_edit(const char *text)
{
	g_autoptr(Draft) draft = draft_new();
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(draft->parts, draft_part_new());
	draft->subject = g_strdup("kept");
	g_autoptr(Draft) before = draft_copy(draft);
	if (!draft_edit(draft, text, &error))
		g_assert(error && *error->message && draft_equal(draft, before));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	g_autofree char *text = g_strndup(len > 0 ? (const char *)bytes : "", len);
	g_autoptr(GError) error = NULL;
	g_autoptr(Draft) draft = draft_from_text(text, &error);

	g_assert(draft || (error && *error->message));
	if (draft)
		check_round_trip(draft);
	check_edit(text);
	return 0;
}
