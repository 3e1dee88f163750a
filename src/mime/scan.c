#include "mime/scan.h"

#include <string.h>

#include "base/i18n.h"
#include "base/limits.h"

/*
 * The stack holds what is open at a line: a boundary for each multipart, and a NULL one for each
 * embedded message. A line that equals a boundary closes everything above it. A multipart whose
 * boundary is not written plainly (in pieces, escaped, behind a comment …) is what GMime would
 * understand and we would not: there, every line that begins with two hyphens may be the boundary.
 */
enum { STACK_MAX = LIMIT_MIME_DEPTH + 1, HEADERS_PER_PART = 16 };

typedef struct { const char *boundary; size_t len; bool is_any; } Level;

typedef struct {
	MimeScan   *scan;
	Level       stack[STACK_MAX];
	int         depth;
	bool        in_headers;
	int         block_headers;       /* of the header block we are in */
	size_t      block_bytes;
	const char *type;        /* its Content-Type, from the name on; NULL: none yet */
	const char *type_end;    /* of its last folded line */
	bool        in_type;
} Scanner;

static void block_begin(Scanner *s)
{
	s->in_headers = true;
	s->block_headers = 0;
	s->block_bytes = 0;
	s->type = NULL;
	s->in_type = false;
}

static void push(Scanner *s, Level level)
{
	if (s->depth < STACK_MAX)
		s->stack[s->depth++] = level;
	s->scan->depth = MAX(s->scan->depth, s->depth);
}

/* The boundary parameter's value within a Content-Type, quotes undone; 0 if there is none. */
static size_t find_boundary(const char *p, const char *end, const char **ret_value)
{
	static const char name[] = "boundary=";
	size_t n = strlen(name);

	for (; p + n < end; p++) {
		if (g_ascii_strncasecmp(p, name, n) != 0 || !strchr("; \t\r\n", p[-1]))
			continue;
		p += n;
		bool is_quoted = *p == '"';
		p += is_quoted;
		const char *stop = p;
		while (stop < end && (is_quoted ? *stop != '"' : !strchr("; \t\r\n(", *stop)) &&
		       *stop)
			stop++;
		*ret_value = p;
		return (size_t)(stop - p);
	}
	return 0;
}

/* @p is not the first byte of a header: there is one before it. "_boundary" and ="boundary are
 * within a value. */
static bool begins_name(const char *p)
{
	return !g_ascii_isalnum(p[-1]) && !strchr("_-.=", p[-1]) && !(p[-1] == '"' && p[-2] == '=');
}

static size_t count_names(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word), count = 0;

	for (; p + n <= end; p++)
		count += g_ascii_strncasecmp(p, word, n) == 0 && begins_name(p);
	return count;
}

/* False when what is declared may not be what find_boundary() sees. */
static bool is_plain(const char *value, const char *end)
{
	static const char multipart[] = "multipart/";

	return (size_t)(end - value) > strlen(multipart) &&
	       g_ascii_strncasecmp(value, multipart, strlen(multipart)) == 0 &&
	       count_names(value, end, "boundary") == 1 &&
	       !memchr(value, '\\', (size_t)(end - value));
}

/* An empty line: what follows is a body, or, in an embedded message, headers again. */
static void block_end(Scanner *s)
{
	static const char message[] = "message/rfc822";
	const char *value, *boundary;
	size_t len;

	s->in_headers = false;
	if (!s->type)
		return;
	for (value = strchr(s->type, ':') + 1;
	     value < s->type_end && strchr(" \t\r\n", *value);)
		value++;
	if (is_plain(value, s->type_end) &&
	    (len = find_boundary(value, s->type_end, &boundary)) > 0) {
		push(s, (Level){ .boundary = boundary, .len = len });
	} else if (count_names(value, s->type_end, "multipart") > 0) {
		push(s, (Level){ .is_any = true });
	} else if ((size_t)(s->type_end - value) >= strlen(message) &&
	           g_ascii_strncasecmp(value, message, strlen(message)) == 0) {
		push(s, (Level){ .boundary = NULL });
		block_begin(s);
	}
}

/* "Content-Type", with or without blanks before the colon. */
static bool is_type(const char *line, size_t len)
{
	static const char name[] = "content-type";
	size_t n = strlen(name);

	if (len <= n || g_ascii_strncasecmp(line, name, n) != 0)
		return false;
	while (n < len && (line[n] == ' ' || line[n] == '\t'))
		n++;
	return n < len && line[n] == ':';
}

static void header_line(Scanner *s, const char *line, size_t len)
{
	s->block_bytes += len + 1;
	s->scan->header_bytes = MAX(s->scan->header_bytes, s->block_bytes);
	if (len == 0 || (len == 1 && *line == '\r')) {
		block_end(s);
	} else if (*line == ' ' || *line == '\t') {
		if (s->in_type)
			s->type_end = line + len;
	} else {
		s->scan->headers++;
		s->block_headers++;
		s->in_type = is_type(line, len);
		if (s->in_type) {
			s->type = line;
			s->type_end = line + len;
		}
	}
}

typedef enum { OTHER, NEXT, CLOSE } Line;

static Line line_of(const Level *level, const char *line, size_t len)
{
	bool is_close = len == level->len + 4;

	if (level->is_any)
		return len > 2 ? NEXT : OTHER;
	if (!level->boundary || (len != level->len + 2 && !is_close) ||
	    memcmp(line + 2, level->boundary, level->len) != 0 ||
	    (is_close && (line[len - 1] != '-' || line[len - 2] != '-')))
		return OTHER;
	return is_close ? CLOSE : NEXT;
}

/* True if the line is a boundary of something open; then the stack and the state follow it. */
static bool take_boundary(Scanner *s, const char *line, size_t len)
{
	while (len > 2 && strchr(" \t\r", line[len - 1]) && line[len - 1])
		len--;
	for (int i = s->depth - 1; i >= 0; i--) {
		Line kind = line_of(&s->stack[i], line, len);
		if (kind == OTHER)
			continue;
		s->depth = kind == CLOSE ? i : i + 1;
		s->in_headers = false;
		if (kind == NEXT) {
			s->scan->parts++;
			block_begin(s);
		}
		return true;
	}
	return false;
}

/* What is over its limit, as a sentence; NULL: nothing. */
static const char *over_limit(const Scanner *s)
{
	const MimeScan *scan = s->scan;

	if (scan->depth > LIMIT_MIME_DEPTH)
		return N_("the message is nested more than 100 deep");
	if (scan->parts > LIMIT_MIME_PARTS)
		return N_("the message has more than 2,000 parts");
	if (s->block_headers > LIMIT_MIME_HEADERS ||
	    scan->headers > LIMIT_MIME_HEADERS + HEADERS_PER_PART * scan->parts)
		return N_("the message has more than 2,000 header lines");
	if (scan->header_bytes > LIMIT_MIME_HEADER_BYTES)
		return N_("the message has more than 1 MB of headers");
	return NULL;
}

bool mime_scan(const uint8_t *bytes, size_t len, MimeScan *ret_scan, const char **ret_why)
{
	Scanner s = { .scan = ret_scan };
	/* C adds nothing to a null pointer, not even 0; an empty message may come as one. */
	const char *p = bytes ? (const char *)bytes : "", *end = p + len;

	*ret_scan = (MimeScan){ 0 };
	block_begin(&s);
	while (p < end) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((eol ? eol : end) - p);
		bool is_boundary = n > 2 && p[0] == '-' && p[1] == '-' && take_boundary(&s, p, n);
		bool is_header = !is_boundary && s.in_headers;
		if (is_header)
			header_line(&s, p, n);
		if ((is_boundary || is_header) && (*ret_why = over_limit(&s)))
			return false;
		p += n + 1;
	}
	return true;
}
