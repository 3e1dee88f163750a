/*
 * RFC 2047. Neighbouring words of one charset are joined as bytes before they are converted, so
 * that a character cut between two of them is whole again. A word never reaches past the next "=?":
 * one pass, however hostile the header.
 */
#include <string.h>

#include "base/text.h"
#include "mime/mime.h"

typedef struct {
	const char *charset, *text, *end;
	size_t charset_len, text_len;
	char encoding;
} Word;

enum { CHARSET_MAX = 64 };

/* Reads the word at @p ("=?"); false if it is none. */
static bool word_at(const char *p, Word *ret_word)
{
	const char *charset = p + 2;
	size_t n = strcspn(charset, "? \t\r\n");
	const char *mark = charset + n;

	if (n == 0 || n > CHARSET_MAX || *mark != '?' || !strchr("bBqQ", mark[1]) || !mark[1] ||
	    mark[2] != '?')
		return false;
	const char *text = mark + 3, *end = text;
	while (*end && !(end[0] == '?' && end[1] == '=') &&
	       !(end > text && end[0] == '=' && end[1] == '?' && end[2] != '='))
		end++;
	if (*end != '?')
		return false;
	size_t language = strcspn(charset, "*?");           /* RFC 2231 5: "charset*language" */
	*ret_word = (Word){ charset, text, end + 2, MIN(n, language), (size_t)(end - text),
	                    g_ascii_tolower(mark[1]) };
	return true;
}

static void append_q(GString *out, const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] == '=' && i + 2 < len && g_ascii_isxdigit(p[i + 1]) &&
		    g_ascii_isxdigit(p[i + 2])) {
			g_string_append_c(out, (char)(g_ascii_xdigit_value(p[i + 1]) << 4 |
			                              g_ascii_xdigit_value(p[i + 2])));
			i += 2;
		} else {
			g_string_append_c(out, p[i] == '_' ? ' ' : p[i]);
		}
	}
}

static void append_b(GString *out, const char *p, size_t len)
{
	gint state = 0;
	guint save = 0;
	g_autofree guchar *bytes = g_malloc(len / 4 * 3 + 3);
	gsize n = g_base64_decode_step(p, len, bytes, &state, &save);

	g_string_append_len(out, (const char *)bytes, (gssize)n);
}

/* Joins the words from @p on that share a charset, appends their text to @out, and returns where
 * they end. */
static const char *append_words(GString *out, const char *p, Word word)
{
	g_autoptr(GString) bytes = g_string_new(NULL);
	g_autofree char *label = g_strndup(word.charset, word.charset_len);
	Word next = word;

	do {
		word = next;
		if (word.encoding == 'q')
			append_q(bytes, word.text, word.text_len);
		else
			append_b(bytes, word.text, word.text_len);
		p = word.end;
	} while (g_str_has_prefix(p + strspn(p, " \t\r\n"), "=?") &&
	         word_at(p + strspn(p, " \t\r\n"), &next) && next.charset_len == word.charset_len &&
	         g_ascii_strncasecmp(next.charset, word.charset, word.charset_len) == 0);

	g_autofree char *text = mime_to_utf8((const uint8_t *)bytes->str, bytes->len, label, 0);
	g_string_append(out, text);
	return p;
}

static void append_plain(GString *out, const char *p, size_t len, const char *label)
{
	if (len == 0)
		return;
	g_autofree char *text = mime_to_utf8((const uint8_t *)p, len, label, 0);

	g_string_append(out, text);
}

char *mime_decode_header(const char *raw, const char *label)
{
	g_autoptr(GString) out = g_string_sized_new(strlen(raw));
	const char *plain = raw, *p = raw;      /* plain text waits from here to p */
	Word word;
	bool after_word = false;

	while ((p = strchr(p, '='))) {
		if (p[1] != '?' || !word_at(p, &word)) {
			p++;
			continue;
		}
		bool is_gap = after_word && plain + strspn(plain, " \t\r\n") >= p;
		if (!is_gap && p > plain)
			append_plain(out, plain, (size_t)(p - plain), label);
		plain = p = append_words(out, p, word);
		after_word = true;
	}
	append_plain(out, plain, strlen(plain), label);
	return text_one_line(out->str);
}
