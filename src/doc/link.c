#include "doc/link.h"

#include <string.h>

#include "base/text.h"
#include "doc/build.h"

enum { LINK_TEXT_BYTES = 300, URL_BYTES = 8192 };

static bool is_scheme_known(const char *url)
{
	static const char *const schemes[] = { "http:", "https:", "ftp:",    "mailto:", "tel:",
		                               "sms:",  "sip:",   "callto:", "webcal:", "file:",
		                               "news:", "irc:",   "xmpp:",   "//",      "www." };

	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++)
		if (text_has_prefix_ascii_case(url, schemes[i]))
			return true;
	return false;
}

int doc_link_add(Doc *doc, const char *url)
{
	g_autofree char *line = text_one_line(url);

	if (!is_scheme_known(line) || strlen(line) > URL_BYTES)
		return -1;
	DocLink *link = g_new0(DocLink, 1);
	link->url = g_steal_pointer(&line);
	link->text = g_strdup("");
	g_ptr_array_add(doc->links, link);
	return (int)doc->links->len - 1;
}

void doc_link_say(Doc *doc, int index, const char *text)
{
	DocLink *link = g_ptr_array_index(doc->links, (guint)index);
	g_autofree char *line = text_one_line(text);

	g_free(link->text);
	link->text = text_cut(line, LINK_TEXT_BYTES);
	link->is_deceptive = doc_link_deceives(link->url, line);
}

/* ---- whom a URL and a text name ---- */

static char *lower_host(const char *host, size_t len)
{
	g_autofree char *raw = g_strndup(host, len);
	g_autofree char *ascii = g_hostname_to_ascii(raw);
	char *out = g_ascii_strdown(ascii ? ascii : raw, -1);

	if (g_str_has_prefix(out, "www."))
		memmove(out, out + 4, strlen(out + 4) + 1);
	size_t n = strlen(out);
	while (n > 0 && out[n - 1] == '.')
		out[--n] = '\0';
	return out;
}

/* The host between "//" and the path; user names before an '@' are decoys. NULL if there is none.
 */
static char *host_of_authority(const char *p)
{
	size_t len = strcspn(p, "/?#\\ \t");
	const char *at = g_strrstr_len(p, (gssize)len, "@");

	if (at) {
		len -= (size_t)(at + 1 - p);
		p = at + 1;
	}
	if (*p != '[') {
		const char *colon = memchr(p, ':', len);
		len = colon ? (size_t)(colon - p) : len;
	}
	return len > 0 ? lower_host(p, len) : NULL;
}

char *doc_link_host(const char *url)
{
	const char *rest = url + strcspn(url, ":/\\?#");

	if (text_has_prefix_ascii_case(url, "mailto:")) {
		size_t len = strcspn(url, "?");
		const char *at = g_strrstr_len(url, (gssize)len, "@");
		return at ? lower_host(at + 1, (size_t)(url + len - at - 1)) : NULL;
	}
	rest += *rest == ':';
	/* To a browser "https:host" is "https://host", with as many slashes of either kind as you
	 * like. */
	if (text_has_prefix_ascii_case(url, "http:") || text_has_prefix_ascii_case(url, "https:"))
		return host_of_authority(rest + strspn(rest, "/\\ "));
	if (*rest && strchr("/\\", rest[0]) && rest[1] && strchr("/\\", rest[1]))
		return host_of_authority(rest + 2);
	return text_has_prefix_ascii_case(url, "www.") ? host_of_authority(url) : NULL;
}

char *doc_link_unwrap(const char *url)
{
	g_autofree char *host = doc_link_host(url);
	const char *query = strstr(url, "?url=");

	if (!host || !query || !g_str_has_suffix(host, "safelinks.protection.outlook.com"))
		return NULL;
	query += strlen("?url=");
	return g_uri_unescape_segment(query, query + strcspn(query, "&"), NULL);
}

static bool is_host_char(guchar c)
{
	return g_ascii_isalnum(c) || c == '-' || c == '.' || c >= 0x80;
}

/* "bank.example" and the like: letters at the end, a dot within, nothing that a file name would not
 * rather be. */
static bool looks_like_host(const char *p, size_t len)
{
	static const char *const files[] = { "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx",
		                             "txt", "zip", "html", "htm", "jpg",  "png", "gif",
		                             "csv", "exe", "xml",  "md",  "ics" };
	const char *dot = g_strrstr_len(p, (gssize)len, ".");
	size_t tail = dot ? (size_t)(p + len - dot - 1) : 0;

	for (size_t i = 0; i < len; i++)
		if (!is_host_char((guchar)p[i]))
			return false;
	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		if (tail == strlen(files[i]) && g_ascii_strncasecmp(dot + 1, files[i], tail) == 0)
			return false;
	return dot && dot > p && tail >= 2 && !g_ascii_isdigit(dot[1]);
}

/* The host that a text names: it is a URL, a host with or without a path, or an address. NULL: it
 * names none. */
static char *host_of_text(const char *text)
{
	size_t len = strcspn(text, "/?#:");
	const char *at;

	if (strchr(text, ' '))
		return NULL;
	if (strstr(text, "//") || text_has_prefix_ascii_case(text, "mailto:") ||
	    text_has_prefix_ascii_case(text, "www."))
		return doc_link_host(text);
	if ((at = strchr(text, '@')) && looks_like_host(at + 1, strlen(at + 1)))
		return lower_host(at + 1, strlen(at + 1));
	return looks_like_host(text, len) ? lower_host(text, len) : NULL;
}

bool doc_link_is_within(const char *host, const char *domain)
{
	size_t h = strlen(host), d = strlen(domain);

	return h >= d && strcmp(host + h - d, domain) == 0 && (h == d || host[h - d - 1] == '.') &&
	       strchr(domain, '.');
}

bool doc_link_deceives(const char *url, const char *text)
{
	g_autofree char *inner = doc_link_unwrap(url);
	g_autofree char *target = doc_link_host(inner ? inner : url);
	g_autofree char *named = host_of_text(text);

	if (!named || !target)
		return false;
	return !doc_link_is_within(target, named) && !doc_link_is_within(named, target);
}

bool doc_link_shows_url(const DocLink *link)
{
	const char *bare = strstr(link->url, "://");

	return strcmp(link->text, link->url) == 0 || (bare && strcmp(link->text, bare + 3) == 0) ||
	       (text_has_prefix_ascii_case(link->url, "mailto:") &&
	        strcmp(link->text, link->url + 7) == 0);
}

/* ---- URLs in text ---- */

/* Where the URL at @p ends: punctuation of the sentence around it is not part of it, a closing
 * bracket only if it opened one. */
static const char *url_end(const char *p)
{
	const char *end = p;
	int open = 0;

	for (; (guchar)*end > ' ' && !strchr("<>\"", *end) && !g_str_has_prefix(end, "\xC2\xA0");
	     end++)
		open += (*end == '(') - (*end == ')');
	while (end > p && (strchr(".,;:!?'", end[-1]) || (end[-1] == ')' && open < 0) ||
	                   end[-1] == ']' || end[-1] == '}')) {
		open += end[-1] == ')';
		end--;
	}
	return end;
}

/* The next URL at or after @p; NULL if there is none. */
static const char *url_next(const char *p, const char *start, const char **ret_end)
{
	static const char *const heads[] = { "http://", "https://", "ftp://", "mailto:", "www." };

	for (; (p = strpbrk(p, "hHfFmMwW")); p++) {
		if (p > start && (g_ascii_isalnum(p[-1]) || (guchar)p[-1] >= 0x80))
			continue;
		for (size_t i = 0; i < G_N_ELEMENTS(heads); i++) {
			if (!text_has_prefix_ascii_case(p, heads[i]))
				continue;
			*ret_end = url_end(p);
			if (*ret_end > p + strlen(heads[i]) + 2)
				return p;
		}
	}
	return NULL;
}

static void append_run(GPtrArray *runs, const char *text, size_t len, guint style, int link)
{
	if (len > 0)
		g_ptr_array_add(runs, doc_run_new(text, len, style, link));
}

/* The runs that replace a run with URLs in it. */
static void split_run(Doc *doc, const DocRun *run, GPtrArray *runs)
{
	const char *done = run->text, *end, *p;

	for (p = run->text; (p = url_next(p, run->text, &end)); p = end) {
		g_autofree char *url = g_strndup(p, (gsize)(end - p));
		int link = doc_link_add(doc, url);
		if (link < 0)
			continue;
		doc_link_say(doc, link, url);
		append_run(runs, done, (size_t)(p - done), run->style, -1);
		append_run(runs, p, (size_t)(end - p), run->style | RUN_LINK, link);
		done = end;
	}
	append_run(runs, done, strlen(done), run->style, -1);
}

/* A link is one already, and what stands for a picture stays whole, whatever its words. */
static bool may_have_url(const DocRun *run) { return run->link < 0 && !run->picture; }

static bool has_url(const GPtrArray *runs)
{
	const char *end;

	for (guint i = 0; i < runs->len; i++) {
		const DocRun *run = g_ptr_array_index(runs, i);
		if (may_have_url(run) && url_next(run->text, run->text, &end))
			return true;
	}
	return false;
}

static void find_in_block(Doc *doc, DocBlock *block)
{
	if (!has_url(block->runs))
		return;
	g_autoptr(GPtrArray) old = g_steal_pointer(&block->runs);
	block->runs = doc_runs_new();
	for (guint i = 0; i < old->len; i++) {
		DocRun **run = (DocRun **)&g_ptr_array_index(old, i);
		if (may_have_url(*run))
			split_run(doc, *run, block->runs);
		else
			g_ptr_array_add(block->runs, g_steal_pointer(run));
	}
}

static void find_in_blocks(Doc *doc, const GPtrArray *blocks)
{
	for (guint i = 0; i < blocks->len; i++) {
		DocBlock *block = g_ptr_array_index(blocks, i);
		if (block->runs)
			find_in_block(doc, block);
		if (block->children)
			find_in_blocks(doc, block->children);
	}
}

void doc_links_find(Doc *doc)
{
	find_in_blocks(doc, doc->blocks);
}
