/*
 * Charset repair. What a label says is a hint: candidates are tried in the order of the contract,
 * and one is taken when few of the bytes that are not ASCII fail under it. iconv only ever sees the
 * names of charsets.def: its rarer converters have had memory errors, and a sender chooses the
 * label.
 */
#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "mime/mime.h"

#define REPLACEMENT "\xEF\xBF\xBD"
#define BOM         "\xEF\xBB\xBF"

typedef struct { const char *label, *iconv; int code_page; } Charset;

static const Charset charsets[] = {
#define CHARSET(label, iconv, code_page) { label, iconv, code_page },
#include "mime/charsets.def"
#undef CHARSET
};

/* The label without quotes, blanks and what follows a stray ';' or '*'. */
static char *clean_label(const char *label)
{
	size_t start = strspn(label, " \t\"'");
	size_t len = strcspn(label + start, " \t\"';*\r\n");

	return g_ascii_strdown(label + start, (gssize)len);
}

static const Charset *charset_by_label(const char *label)
{
	g_autofree char *clean = label ? clean_label(label) : NULL;

	for (size_t i = 0; clean && i < G_N_ELEMENTS(charsets); i++)
		if (strcmp(charsets[i].label, clean) == 0)
			return &charsets[i];
	return NULL;
}

static const Charset *charset_by_code_page(int code_page)
{
	for (size_t i = 0; code_page > 0 && i < G_N_ELEMENTS(charsets); i++)
		if (charsets[i].code_page == code_page)
			return &charsets[i];
	return NULL;
}

/* How much of the bytes is UTF-8: characters beyond ASCII, and bytes that belong to none. NUL is
 * neither. */
typedef struct { size_t good, bad; } Verdict;

static Verdict judge_utf8(const char *p, size_t len)
{
	const char *end = p + len, *bad;
	Verdict verdict = { 0, 0 };

	while (p < end) {
		g_utf8_validate_len(p, (gsize)(end - p), &bad);
		for (; p < bad; p++)
			verdict.good += (guchar)*p >= 0xc0;
		if (p < end && *p++)
			verdict.bad++;
	}
	return verdict;
}

static size_t count_high(const uint8_t *bytes, size_t len)
{
	size_t high = 0;

	for (size_t i = 0; i < len; i++)
		high += bytes[i] >> 7;
	return high;
}

/* Takes what iconv refused: one byte becomes one replacement. False at the end of the input. */
static bool step_over(char **in, size_t *in_left, GString *out, size_t *bad)
{
	if (*in_left == 0)
		return false;
	g_string_append(out, REPLACEMENT);
	++*in;
	--*in_left;
	++*bad;
	return *in_left > 0;
}

/* What iconv makes of the bytes, with U+FFFD for what it refuses; NULL if it does not know the
 * name. */
static GString *convert(const char *bytes, size_t len, const char *iconv_name, size_t *ret_bad)
{
	GIConv cd = g_iconv_open("UTF-8", iconv_name);
	char chunk[4096], *in = (char *)bytes;
	size_t in_left = len;
	bool is_open = true;

	if (cd == (GIConv)-1)
		return NULL;
	GString *out = g_string_sized_new(len + len / 2 + 16);
	while (is_open) {
		char *to = chunk;
		size_t to_left = sizeof chunk;
		size_t done = g_iconv(cd, &in, &in_left, &to, &to_left);
		int why = errno;
		g_string_append_len(out, chunk, (gssize)(sizeof chunk - to_left));
		if (done != (size_t)-1)
			is_open = false;
		else if (why != E2BIG)
			is_open = step_over(&in, &in_left, out, ret_bad);
	}
	g_iconv_close(cd);
	return out;
}

/*
 * ISO-2022-JP as EUC-JP: the escapes become high bits. Senders put NEC's and IBM's characters into
 * it, which iconv knows in EUC-JP-MS only.
 */
static GString *jis_to_euc(const uint8_t *bytes, size_t len)
{
	static const struct { const char *escape, *lead; bool is_high;
	} sets[] = {
		{ "\x1b(B", "", false }, { "\x1b(J", "", false },    { "\x1b$@", "", true },
		{ "\x1b$B", "", true },  { "\x1b(I", "\x8e", true }, { "\x1b$(D", "\x8f", true },
	};
	GString *out = g_string_sized_new(len);
	size_t set = 0, in_pair = 0;

	for (size_t i = 0; i < len; i++) {
		size_t s = 0, n = 0;
		for (; bytes[i] == 0x1b && s < G_N_ELEMENTS(sets); s++)
			if ((n = strlen(sets[s].escape)) <= len - i &&
			    memcmp(bytes + i, sets[s].escape, n) == 0)
				break;
		if (bytes[i] == 0x1b && s < G_N_ELEMENTS(sets)) {
			set = s;
			in_pair = 0;
			i += n - 1;
			continue;
		}
		if (bytes[i] == '\n')
			set = 0;                /* RFC 1468: each line begins in ASCII */
		bool is_high = sets[set].is_high && bytes[i] > 0x20;
		bool is_first = in_pair++ % 2 == 0 || *sets[set].lead == '\x8e';
		if (is_high && is_first)
			g_string_append(out, sets[set].lead);
		g_string_append_c(out, (char)(is_high ? bytes[i] | 0x80 : bytes[i]));
	}
	return out;
}

static const char *utf16_order(const uint8_t *bytes, size_t len)
{
	size_t zeros[2] = { 0, 0 };

	if (len >= 2 && bytes[0] == 0xff && bytes[1] == 0xfe)
		return "UTF-16LE";
	if (len >= 2 && bytes[0] == 0xfe && bytes[1] == 0xff)
		return "UTF-16BE";
	for (size_t i = 0; i < MIN(len, 1024); i++)
		zeros[i % 2] += bytes[i] == 0;
	return zeros[1] > zeros[0] ? "UTF-16LE" : "UTF-16BE";
}

/* Text without a label that can only be UTF-16: it begins with its mark, or a third of its bytes
 * are zero on one side. */
static bool looks_like_utf16(const uint8_t *bytes, size_t len)
{
	size_t zeros[2] = { 0, 0 }, head = MIN(len, 1024);

	if (len >= 2 &&
	    ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff)))
		return true;
	for (size_t i = 0; i < head; i++)
		zeros[i % 2] += bytes[i] == 0;
	return len >= 4 && len % 2 == 0 && MAX(zeros[0], zeros[1]) >= head / 3 &&
	       MIN(zeros[0], zeros[1]) == 0;
}

/* Charsets whose letters are made of ASCII bytes: being valid UTF-8 says nothing about such text.
 */
static bool is_seven_bit(const Charset *charset)
{
	return strcmp(charset->iconv, "UTF-7") == 0 ||
	       g_str_has_prefix(charset->iconv, "ISO-2022-");
}

static bool is_utf16(const Charset *charset)
{
	return g_str_has_prefix(charset->iconv, "UTF-16");
}

static char *finish(GString *out)
{
	if (g_str_has_prefix(out->str, BOM))
		g_string_erase(out, 0, strlen(BOM));
	if (strlen(out->str) == out->len)
		return g_string_free(out, FALSE);
	char *clean = text_to_utf8(out->str, out->len);       /* a NUL becomes U+FFFD */
	g_string_free(out, TRUE);
	return clean;
}

/* The text under one candidate; NULL when too much of it fails. */
static char *try_charset(const uint8_t *bytes, size_t len, const Charset *charset)
{
	size_t bad = 0;
	GString *out;

	if (!charset || strcmp(charset->iconv, "UTF-8") == 0)
		return NULL;
	if (strcmp(charset->iconv, "ISO-2022-JP") == 0) {
		g_autoptr(GString) euc = jis_to_euc(bytes, len);
		out = convert(euc->str, euc->len, "EUC-JP-MS", &bad);
	} else {
		out = convert((const char *)bytes, len,
		              is_utf16(charset) ? utf16_order(bytes, len) : charset->iconv, &bad);
	}
	if (!out)
		return NULL;
	if (!is_utf16(charset) && bad > 1 && bad * 8 > count_high(bytes, len)) {
		g_string_free(out, TRUE);
		return NULL;
	}
	return finish(out);
}

/* Most text: ASCII without NUL and without the two controls that shift to another set. Eight bytes
 * at a time. */
static bool is_plain_ascii(const uint8_t *bytes, size_t len)
{
	const uint64_t highs = 0x8080808080808080u, ones = 0x0101010101010101u;
	uint64_t high = 0, shift = 0;
	size_t i = 0;

	for (uint64_t word; i + sizeof word <= len; i += sizeof word) {
		memcpy(&word, bytes + i, sizeof word);
		uint64_t escape = word ^ (ones * 0x1b), out = word ^ (ones * 0x0e);
		high |= word & highs;
		shift |= ((escape - ones) & ~escape) | ((out - ones) & ~out) |
		         ((word - ones) & ~word);
	}
	for (; i < len; i++)
		high |= bytes[i] & 0x80 || bytes[i] == 0x1b || bytes[i] == 0x0e || bytes[i] == 0
		                ? highs
		                : 0;
	return high == 0 && (shift & highs) == 0;
}

/* True if the label may make something else of ASCII: UTF-7, UTF-16 and their kin. */
static bool may_mean_other_than_ascii(const char *label, int code_page)
{
	const Charset *charset = charset_by_label(label);

	charset = charset ? charset : charset_by_code_page(code_page);
	return charset && (strcmp(charset->iconv, "UTF-7") == 0 || is_utf16(charset));
}

/* Text that needs no second thought: UTF-8 without NUL or a shift. */
static bool is_settled(const uint8_t *bytes, size_t len)
{
	return is_plain_ascii(bytes, len) ||
	       (g_utf8_validate_len((const char *)bytes, len, NULL) && !memchr(bytes, 0x1b, len) &&
	        !memchr(bytes, 0x0e, len));
}

/* Copies what is_settled(). */
static char *copy_utf8(const uint8_t *bytes, size_t len)
{
	size_t skip = len >= 3 && memcmp(bytes, BOM, 3) == 0 ? 3 : 0;

	return g_strndup((const char *)bytes + skip, len - skip);
}

static char *from_utf8(const uint8_t *bytes, size_t len)
{
	size_t skip = len >= 3 && memcmp(bytes, BOM, 3) == 0 ? 3 : 0;

	return text_to_utf8((const char *)bytes + skip, len - skip);
}

static bool has_jis_escape(const uint8_t *bytes, size_t len)
{
	if (!memchr(bytes, 0x1b, len))
		return false;
	return memmem(bytes, len, "\x1b$B", 3) || memmem(bytes, len, "\x1b$@", 3);
}

/* The candidate that overrides valid UTF-8, or NULL: text of ASCII bytes (or of pairs with zeros)
 * that says what it is. */
static const Charset *wide_or_shifted(const uint8_t *bytes, size_t len, const Charset *labelled)
{
	if (labelled && (is_seven_bit(labelled) || is_utf16(labelled)))
		return labelled;
	if (looks_like_utf16(bytes, len))
		return charset_by_label("utf-16");
	return has_jis_escape(bytes, len) && count_high(bytes, len) == 0
	               ? charset_by_label("iso-2022-jp")
	               : NULL;
}

char *mime_to_utf8(const uint8_t *bytes, size_t len, const char *label, int code_page)
{
	const Charset *labelled, *numbered, *shifted;
	char *text = NULL;

	if (len == 0)
		return g_strdup("");
	if (is_settled(bytes, len) && !may_mean_other_than_ascii(label, code_page))
		return copy_utf8(bytes, len);
	labelled = charset_by_label(label);
	numbered = charset_by_code_page(code_page);
	if (count_high(bytes, len) > 0) {        /* then it is none of those, whatever it says */
		labelled = labelled && is_seven_bit(labelled) ? NULL : labelled;
		numbered = numbered && is_seven_bit(numbered) ? NULL : numbered;
	}
	shifted = wide_or_shifted(bytes, len, labelled ? labelled : numbered);
	if (shifted && (text = try_charset(bytes, len, shifted)))
		return text;

	/* A truncated body ends inside a character; a few bad bytes do not unmake what is UTF-8
	 * elsewhere. */
	Verdict verdict = judge_utf8((const char *)bytes, len);
	if (verdict.bad == 0 || verdict.good / 4 >= verdict.bad)
		return from_utf8(bytes, len);
	if ((text = try_charset(bytes, len, labelled)) ||
	    (text = try_charset(bytes, len, numbered)))
		return text;
	size_t bad = 0;
	GString *out = convert((const char *)bytes, len, "CP1252", &bad);
	return out ? finish(out) : from_utf8(bytes, len);
}

enum { HTML_HEAD_BYTES = 2048 };    /* browsers look at 1024; Outlook's heads are longer */

char *mime_html_charset(const uint8_t *bytes, size_t len)
{
	g_autofree char *head = g_strndup((const char *)bytes, MIN(len, HTML_HEAD_BYTES));
	g_autofree char *lower = g_ascii_strdown(head, -1);
	const char *at = strstr(lower, "<meta");

	at = at ? strstr(at, "charset=") : NULL;
	if (!at)
		return NULL;
	at += strlen("charset=");
	at += strspn(at, " \"'");
	size_t n = strcspn(at, " \"'/>;");
	return n > 0 ? g_strndup(at, n) : NULL;
}
