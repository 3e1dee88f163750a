/*
 * Address lists. One pass over the list: each step consumes what it looks at, so a run of a million
 * semicolons or an unclosed quote costs what its length costs. A quote or comment that never closes
 * is an ordinary character, and once one was met no later one is tried.
 */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "mime/mime.h"

typedef struct {
	const char *p;               /* what is left */
	GString    *phrase;          /* outside of <>: a name, or a bare address */
	GString    *comment;         /* the last comment in parentheses */
	GString    *angle;           /* between < and > */
	bool        has_angle;
	bool        no_quotes, no_comments;
	bool        no_groups;       /* what stands in this mailbox is no name of a group */
} Reader;

void mime_address_free(MimeAddress *address)
{
	if (!address)
		return;
	g_free(address->name);
	g_free(address->address);
	g_free(address);
}

/* "…": with its escapes undone. False if it never closes. */
static bool take_quoted(Reader *r)
{
	gsize start = r->phrase->len;

	for (const char *p = r->p + 1; *p; p++) {
		if (*p == '"') {
			r->p = p + 1;
			return true;
		}
		if (*p == '\\' && p[1])
			p++;
		g_string_append_c(r->phrase, *p);
	}
	g_string_truncate(r->phrase, start);
	r->no_quotes = true;
	return false;
}

/* (…): nested ones included. False if it never closes. */
static bool take_comment(Reader *r)
{
	int depth = 0;

	g_string_truncate(r->comment, 0);
	for (const char *p = r->p; *p; p++) {
		depth += (*p == '(') - (*p == ')');
		if (depth == 0) {
			r->p = p + 1;
			return true;
		}
		if (*p == '\\' && p[1])
			p++;
		if (p > r->p)
			g_string_append_c(r->comment, *p);
	}
	g_string_truncate(r->comment, 0);
	r->no_comments = true;
	return false;
}

/* <…>, or without a '>' up to the next separator. A source route ("@relay:") is dropped. */
static void take_angle(Reader *r)
{
	const char *start = r->p + 1;
	const char *end = start + strcspn(start, "<>");

	if (*end != '>')
		end = start + strcspn(start, ",;<");
	if (*start == '@' && memchr(start, ':', (size_t)(end - start)))
		start = (const char *)memchr(start, ':', (size_t)(end - start)) + 1;
	g_string_truncate(r->angle, 0);
	g_string_append_len(r->angle, start, end - start);
	r->has_angle = true;
	r->p = end + (*end == '>');
}

enum { WORD_MAX = 1000 };          /* RFC 2047 allows 75 bytes; senders are not that modest */

/* An encoded word is one token: broken ones hold raw commas. False if there is none here. */
static bool take_word(Reader *r)
{
	size_t max = strnlen(r->p, WORD_MAX);
	const char *end = r->p[1] == '?' ? memmem(r->p + 2, max - 2, "?=", 2) : NULL;

	/* "?Q?=C3": that was the mark before a text that begins with '='. */
	if (end && end - r->p >= 3 && strchr("bBqQ", end[-1]) && end[-2] == '?')
		end = memmem(end + 2, max - (size_t)(end + 2 - r->p), "?=", 2);
	size_t len = end ? (size_t)(end + 2 - r->p) : 0;
	if (!end || memchr(r->p, '<', len) || memchr(r->p, '\n', len))
		return false;
	g_string_append_len(r->phrase, r->p, (gssize)len);
	r->p = end + 2;
	return true;
}

/* A colon after a phrase without '@' opens a group (or is "mailto:"): what came before names no
 * mailbox. */
static bool take_colon(Reader *r)
{
	r->no_groups = r->has_angle || r->phrase->str[0] == '/' || strchr(r->phrase->str, '@');
	if (r->no_groups)
		return false;
	g_string_truncate(r->phrase, 0);
	r->p++;
	return true;
}

/* Reads up to the next separator, and past it. */
static void take_mailbox(Reader *r)
{
	g_string_truncate(r->phrase, 0);
	g_string_truncate(r->comment, 0);
	g_string_truncate(r->angle, 0);
	r->has_angle = r->no_groups = false;
	while (*r->p && *r->p != ',' && *r->p != ';') {
		if ((*r->p == '"' && !r->no_quotes && take_quoted(r)) ||
		    (*r->p == '(' && !r->no_comments && take_comment(r)) ||
		    (*r->p == '=' && take_word(r)) ||
		    (*r->p == ':' && !r->no_groups && take_colon(r)))
			continue;
		if (*r->p == '<')
			take_angle(r);
		else
			g_string_append_c(r->phrase, *r->p++);
	}
	if (*r->p)
		r->p++;
}

/* One decoded line without the quotes people leave around it; NULL if nothing is left. */
static char *clean_name(const char *raw)
{
	g_autofree char *line = mime_decode_header(raw, NULL);
	size_t len = strlen(line);

	if (len >= 2 && strchr("'\"", line[0]) && line[len - 1] == line[0]) {
		line[len - 1] = '\0';
		memmove(line, line + 1, len - 1);
	}
	g_strstrip(line);
	return *line ? g_steal_pointer(&line) : NULL;
}

static MimeAddress *address_new(const char *name, const char *address)
{
	MimeAddress *out = g_new0(MimeAddress, 1);

	out->address = text_one_line(address);
	out->name = name ? clean_name(name) : NULL;
	if (text_equal_ascii_case(out->name, out->address))
		g_clear_pointer(&out->name, g_free);
	return out;
}

/* "Ada ada@example.test" and "ada@example.test Ada": the last or the first word is the address if
 * it looks like one. */
static MimeAddress *address_from_phrase(char *phrase, const char *comment)
{
	char *last = strrchr(phrase, ' '), *first = strchr(phrase, ' ');

	if (last && strchr(last, '@')) {
		*last = '\0';
		return address_new(phrase, last + 1);
	}
	if (first && memchr(phrase, '@', (size_t)(first - phrase))) {
		*first = '\0';
		return address_new(first + 1, phrase);
	}
	return address_new(*comment ? comment : NULL, phrase);
}

static MimeAddress *finish_mailbox(Reader *r)
{
	g_strstrip(r->phrase->str);
	g_strstrip(r->angle->str);
	if (r->has_angle && *r->angle->str)
		return address_new(*r->phrase->str ? r->phrase->str : r->comment->str,
		                   r->angle->str);
	if (!*r->phrase->str)
		return NULL;
	if (strstr(r->phrase->str, "=?")) {
		g_autofree char *decoded = mime_decode_header(r->phrase->str, NULL);
		return address_from_phrase(decoded, r->comment->str);
	}
	return address_from_phrase(r->phrase->str, r->comment->str);
}

static GPtrArray *read_list(const char *list, guint max)
{
	GPtrArray *out = g_ptr_array_new_with_free_func((GDestroyNotify)mime_address_free);
	g_autofree char *utf8 =
		list ? mime_to_utf8((const uint8_t *)list, strlen(list), NULL, 0) : NULL;
	Reader r = { .p = utf8 ? utf8 : "",
		     .phrase = g_string_new(NULL),
		     .comment = g_string_new(NULL),
		     .angle = g_string_new(NULL) };

	while (out->len < max) {
		r.p += strspn(r.p, ",; \t\r\n");
		if (!*r.p)
			break;
		take_mailbox(&r);
		MimeAddress *address = finish_mailbox(&r);
		if (address)
			g_ptr_array_add(out, address);
	}
	g_string_free(r.phrase, TRUE);
	g_string_free(r.comment, TRUE);
	g_string_free(r.angle, TRUE);
	return out;
}

GPtrArray *mime_addresses(const char *list)
{
	return read_list(list, LIMIT_ADDRESSES);
}

MimeAddress *mime_address_first(const char *list)
{
	g_autoptr(GPtrArray) one = read_list(list, 1);

	return one->len ? g_ptr_array_steal_index(one, 0) : NULL;
}

static void append_name(GString *out, const char *name)
{
	bool needs_quotes = strpbrk(name, "\"\\,;:<>()@[]") != NULL || strstr(name, "=?");

	if (needs_quotes)
		g_string_append_c(out, '"');
	for (const char *p = name; *p; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, *p);
	}
	if (needs_quotes)
		g_string_append_c(out, '"');
}

char *mime_addresses_format(const GPtrArray *addresses)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < addresses->len; i++) {
		const MimeAddress *a = g_ptr_array_index(addresses, i);
		if (i > 0)
			g_string_append(out, ", ");
		if (a->name) {
			append_name(out, a->name);
			g_string_append_printf(out, " <%s>", a->address);
		} else {
			g_string_append(out, a->address);
		}
	}
	return g_string_free(out, FALSE);
}
