#include "mime/mailto.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "mime/thread.h"

enum { URL_MAX_BYTES = 256 << 10 };

/* NULL: a NUL or bytes that are not UTF-8. A '%' without two digits is itself. */
static char *undo_percent(const char *p, size_t len)
{
	g_autoptr(GString) out = g_string_sized_new(len);

	for (size_t i = 0; i < len; i++) {
		bool is_code = p[i] == '%' && i + 2 < len && g_ascii_isxdigit(p[i + 1]) &&
		               g_ascii_isxdigit(p[i + 2]);
		if (is_code) {
			g_string_append_c(out, (char)(g_ascii_xdigit_value(p[i + 1]) << 4 |
			                              g_ascii_xdigit_value(p[i + 2])));
			i += 2;
		} else {
			g_string_append_c(out, p[i]);
		}
	}
	return g_utf8_validate_len(out->str, out->len, NULL) ? g_strdup(out->str) : NULL;
}

/* Adds one line to the list that is there. */
static void add_recipients(char **field, const char *value)
{
	g_autofree char *line = text_one_line(value);

	if (!*line)
		return;
	char *both = *field && **field ? g_strdup_printf("%s, %s", *field, line) : g_strdup(line);
	g_free(*field);
	*field = both;
}

static void set_line(char **field, char *line)
{
	g_free(*field);
	*field = line;
}

static void set_body(Draft *draft, const char *value)
{
	g_auto(GStrv) lines = g_strsplit(value, "\r\n", -1);
	g_autofree char *text = g_strjoinv("\n", lines);
	bool needs_end = *text && !g_str_has_suffix(text, "\n");

	set_line(&draft->body, g_strconcat(text, needs_end ? "\n" : "", NULL));
}

/* RFC 6068 4: fields that could do harm are passed over in silence; we know which do none. */
static void take_field(Draft *draft, const char *name, const char *value)
{
	if (text_equal_ascii_case(name, "to"))
		add_recipients(&draft->to, value);
	else if (text_equal_ascii_case(name, "cc"))
		add_recipients(&draft->cc, value);
	else if (text_equal_ascii_case(name, "bcc"))
		add_recipients(&draft->bcc, value);
	else if (text_equal_ascii_case(name, "subject"))
		set_line(&draft->subject, text_one_line(value));
	else if (text_equal_ascii_case(name, "in-reply-to"))
		set_line(&draft->in_reply_to, thread_ids(value));
	else if (text_equal_ascii_case(name, "body"))
		set_body(draft, value);
}

/* "name=value" */
static bool read_field(Draft *draft, const char *p, size_t len, GError **err)
{
	const char *mark = memchr(p, '=', len);
	size_t name_len = mark ? (size_t)(mark - p) : len;
	g_autofree char *name = undo_percent(p, name_len);
	g_autofree char *value = mark ? undo_percent(mark + 1, len - name_len - 1) : g_strdup("");

	if (!name || !value)
		return fail(err, ERR_USAGE, _("the mailto: link is not UTF-8"));
	take_field(draft, name, value);
	return true;
}

static bool read_url(Draft *draft, const char *p, GError **err)
{
	size_t to_len = strcspn(p, "?#");
	const char *end = p + strcspn(p, "#");
	g_autofree char *to = undo_percent(p, to_len);

	if (!to)
		return fail(err, ERR_USAGE, _("the mailto: link is not UTF-8"));
	take_field(draft, "to", to);
	for (p += to_len; p < end;) {
		p++;
		size_t len = MIN(strcspn(p, "&"), (size_t)(end - p));
		if (!read_field(draft, p, len, err))
			return false;
		p += len;
	}
	return true;
}

bool mailto_apply(const char *url, Draft *draft, GError **err)
{
	g_autoptr(Draft) filled = draft_copy(draft);

	if (!text_has_prefix_ascii_case(url, "mailto:"))
		return fail(err, ERR_USAGE, _("a link to a mail begins with “mailto:”"));
	if (strlen(url) > URL_MAX_BYTES)
		return fail(err, ERR_USAGE, _("the mailto: link is longer than 256 kB"));
	if (!read_url(filled, url + strlen("mailto:"), err))
		return false;
	Draft before = *draft;
	*draft = *filled;
	*filled = before;
	return true;
}
