#include "mime/subject.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

/* What clients put before a subject, without its colon; as g_utf8_casefold() has it. */
static const char *const prefixes[] = {
	"re",     "fw",    "fwd",                    /* English, and Latin */
	"aw",     "wg",    "antwort", "weiterl",     /* German */
	"sv",     "vs",    "vb",      "vl",          /* Swedish, Danish, Norwegian, Finnish */
	"tr",     "réf",   "ref",                    /* French */
	"rif",    "inoltra",                         /* Italian; "R:" and "I:" may be words */
	"rv",     "enc",   "res",                    /* Spanish, Portuguese */
	"antw",   "doorst",                          /* Dutch */
	"odp",    "pd",                              /* Polish */
	"ynt",    "ilt",   "i̇lt",                   /* Turkish */
	"på",     "továbbítás", "vá",                /* Hungarian */
	"σχετ",   "απ",    "πρθ",                    /* Greek */
	"ответ",  "отв",   "пересл",                 /* Russian */
	"回复",   "答复",  "转发",                   /* Chinese, simplified, */
	"回覆",   "轉寄",  "轉發",                   /* and traditional */
	"返信",   "転送",                            /* Japanese */
};

static bool is_prefix(const char *word, size_t len)
{
	g_autofree char *given = g_strndup(word, len);
	g_autofree char *folded = g_utf8_casefold(g_strstrip(given), -1);

	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
		if (strcmp(folded, prefixes[i]) == 0)
			return true;
	return false;
}

/* Behind the prefix that @p begins with: "Re:", "AW :", "Re[2]:", "Re (3)：". NULL: there is
 * none. */
static const char *skip_prefix(const char *p)
{
	enum { PREFIX_MAX = 32 };
	size_t word = strcspn(p, ":[( \xef");
	const char *q = p + word + strspn(p + word, " ");
	const char *count = q;

	if (word == 0 || word > PREFIX_MAX || !is_prefix(p, word))
		return NULL;
	if (*q == '[' || *q == '(') {
		q += 1 + strspn(q + 1, "0123456789");
		if (*q != (*count == '[' ? ']' : ')') || q == count + 1)
			return NULL;
		q++;
	}
	q += strspn(q, " ");
	if (*q == ':')
		return q + 1;
	return g_str_has_prefix(q, "：") ? q + strlen("：") : NULL;
}

static const char *skip_prefixes(const char *p)
{
	for (const char *next = p; next; next = skip_prefix(p))
		p = next + strspn(next, " ");
	return p;
}

/* The length of a list's "[tag] "; 0 if there is none. */
static size_t tag_length(const char *p)
{
	size_t tag = *p == '[' ? strcspn(p, "]") : 0;

	return tag > 1 && p[tag] == ']' ? tag + 1 + strspn(p + tag + 1, " ") : 0;
}

char *subject_base(const char *subject)
{
	g_autofree char *line = text_one_line(subject ? subject : "");
	const char *p = skip_prefixes(line);
	size_t tag = tag_length(p);

	char *base = g_strdup_printf("%.*s%s", (int)tag, p, tag > 0 ? skip_prefixes(p + tag) : p);
	return g_strchomp(base);
}

static char *with_prefix(const char *prefix, const char *subject)
{
	g_autofree char *base = subject_base(subject);

	return g_strconcat(prefix, *base ? " " : "", base, NULL);
}

char *subject_reply(const char *subject) { return with_prefix("Re:", subject); }

char *subject_forward(const char *subject) { return with_prefix("Fwd:", subject); }
