/* Any text as a mailto: link, and as recipients. A link never attaches, never forges, and its fields stay one line. */
#include <string.h>

#include "base/limits.h"
#include "mime/mailto.h"
#include "mime/mime.h"
#include "mime/recipients.h"
#include "mime/subject.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void check_line(const char *text)
{
	g_assert(!text || (g_utf8_validate(text, -1, NULL) && !strpbrk(text, "\r\n")));
}

static void check_link(const char *text)
{
	g_autofree char *url = g_strconcat("mailto:", text, NULL);
	g_autoptr(Draft) draft = draft_new();

	if (!mailto_apply(url, draft, NULL))
		return;
	check_line(draft->to);
	check_line(draft->cc);
	check_line(draft->bcc);
	check_line(draft->subject);
	check_line(draft->in_reply_to);
	g_assert(g_utf8_validate(draft->body, -1, NULL));
	g_assert(!draft->from && !draft->reply_to && !draft->message_id && draft->parts->len == 0);
}

/* Who is accepted is accepted again in the form that is written. */
static void check_recipients(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) people = mime_recipients(text, &error);

	g_assert(people || (error && *error->message));
	for (guint i = 0; people && i < people->len; i++) {
		const MimeAddress *one = g_ptr_array_index(people, i);
		check_line(one->name);
		check_line(one->address);
		g_autofree char *ascii = mime_recipient_ascii(one->address);
		g_assert(g_str_is_ascii(ascii) && mime_recipient_check(ascii, NULL));
	}
}

static void check_subject(const char *text)
{
	g_autofree char *base = subject_base(text), *reply = subject_reply(text), *again = subject_base(reply);

	check_line(reply);
	g_assert_cmpstr(base, ==, again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	g_autofree char *text = g_strndup(len > 0 ? (const char *)bytes : "", len);

	check_link(text);
	check_recipients(text);
	if (g_utf8_validate(text, -1, NULL))
		check_subject(text);
	return 0;
}
