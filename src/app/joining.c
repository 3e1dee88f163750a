#include "app/joining.h"

#include <string.h>

#include "base/text.h"
#include "doc/link.h"

/* What is looked at of each text; nobody hides the way in behind more. */
enum { TEXT_MAX = 64 * 1024, DIGITS_MIN = 7, VALUE_MAX = 60 };

void joining_clear(Joining *joining)
{
	g_clear_pointer(&joining->url, g_free);
	g_clear_pointer(&joining->number, g_free);
	g_clear_pointer(&joining->code, g_free);
	g_clear_pointer(&joining->pin, g_free);
	g_clear_pointer(&joining->meeting_id, g_free);
	g_clear_pointer(&joining->password, g_free);
	joining->service = NULL;
}

/* ---- links ---- */

static const struct { const char *name, *host, *part; } services[] = {
#define JOIN_SERVICE(name, host, part) { name, host, part },
#include "app/join_services.def"
#undef JOIN_SERVICE
};

/* What stands behind the host of @url; "" nothing. */
static const char *behind_host(const char *url)
{
	const char *host = strstr(url, "://");

	return host ? host + 3 + strcspn(host + 3, "/?#") : "";
}

static const char *service_of(const char *url)
{
	g_autofree char *host = doc_link_host(url);
	const char *behind = behind_host(url);

	for (size_t i = 0; host && i < G_N_ELEMENTS(services); i++)
		if (doc_link_is_within(host, services[i].host) && strlen(behind) > 1 &&
		    strstr(behind, services[i].part))
			return services[i].name;
	return NULL;
}

static bool take_url(Joining *joining, const char *url)
{
	g_autofree char *inner = doc_link_unwrap(url);
	const char *target = inner ? inner : url;
	const char *service = text_has_prefix_ascii_case(target, "https://") ? service_of(target) : NULL;

	if (!service)
		return false;
	joining->service = service;
	joining->url = g_strdup(target);
	return true;
}

static void find_link(Joining *joining, const char *text)
{
	for (const char *at = strstr(text, "https://"); at && !joining->url;) {
		size_t len = strcspn(at, " \t\r\n<>\"'|\\^`{}[]");
		while (len && strchr(".,;:!?)", at[len - 1]))
			len--;
		g_autofree char *url = g_strndup(at, len);
		take_url(joining, url);
		at = strstr(at + strlen("https://"), "https://");
	}
}

/* ---- numbers ---- */

static bool is_dialled(char c) { return g_ascii_isdigit(c) || (c && strchr(" ()./-", c)); }

/* The number that begins at @at: how long it is, without what stands behind its last digit; 0 if it
 * is too short for one. */
static size_t number_len(const char *at)
{
	size_t len = 0, digits = 0;

	for (size_t i = *at == '+'; is_dialled(at[i]) && i < VALUE_MAX; i++)
		if (g_ascii_isdigit(at[i])) {
			digits++;
			len = i + 1;
		}
	return digits >= DIGITS_MIN ? len : 0;
}

/* Digits of @text, blanks and dashes between them left out; "" if it begins with anything else. */
static char *digits_of(const char *text)
{
	GString *digits = g_string_new(NULL);

	for (; g_ascii_isdigit(*text) || (digits->len && *text && strchr(" -", *text)); text++)
		if (g_ascii_isdigit(*text))
			g_string_append_c(digits, *text);
	return g_string_free(digits, FALSE);
}

static void set(char **field, char *value)
{
	if (*field || !*value)
		g_free(value);
	else
		*field = value;
}

/* "+49 69 365057577,,123456789#": wherever it stands, in any language. */
static void find_one_tap(Joining *joining, const char *text)
{
	for (const char *at = strchr(text, '+'); at && !joining->code; at = strchr(at + 1, '+')) {
		size_t len = number_len(at);
		if (!len || at[len] != ',')
			continue;
		g_autofree char *code = digits_of(at + len + strspn(at + len, ", "));
		if (!*code)
			continue;
		g_free(joining->number);
		joining->number = g_strndup(at, len);
		joining->code = g_steal_pointer(&code);
	}
}

static void find_number(Joining *joining, const char *text)
{
	for (const char *at = strchr(text, '+'); at && !joining->number; at = strchr(at + 1, '+')) {
		size_t len = number_len(at);
		if (len)
			joining->number = g_strndup(at, len);
	}
}

/* ---- what stands behind a word ---- */

typedef enum { VALUE_CODE, VALUE_PIN, VALUE_ID, VALUE_PASSWORD } Value;

/* As services write them, in the languages that their invitations come in most. */
static const struct { const char *label; Value value; } labels[] = {
	{ "phone conference id", VALUE_CODE },  { "conference id", VALUE_CODE },
	{ "access code", VALUE_CODE },          { "meeting number", VALUE_CODE },
	{ "telefonkonferenz-id", VALUE_CODE },  { "konferenz-id", VALUE_CODE },
	{ "zugangscode", VALUE_CODE },          { "id de conférence", VALUE_CODE },
	{ "code d'accès", VALUE_CODE },         { "código de acceso", VALUE_CODE },
	{ "numeric password", VALUE_PIN },      { "attendee pin", VALUE_PIN },
	{ "pin", VALUE_PIN },                   { "meeting id", VALUE_ID },
	{ "besprechungs-id", VALUE_ID },        { "id de réunion", VALUE_ID },
	{ "id de la réunion", VALUE_ID },       { "id de reunión", VALUE_ID },
	{ "meeting password", VALUE_PASSWORD }, { "passcode", VALUE_PASSWORD },
	{ "password", VALUE_PASSWORD },         { "kenncode", VALUE_PASSWORD },
	{ "passwort", VALUE_PASSWORD },         { "kennwort", VALUE_PASSWORD },
	{ "code secret", VALUE_PASSWORD },
};

/* What stands behind the colon that follows @label at the line's begin, or behind a parenthesis:
 * "Meeting number (access code): 2345". NULL: the line says something else. */
static const char *value_behind(const char *line, const char *label)
{
	size_t len = strlen(label);

	line += strspn(line, " \t*-(");
	g_autofree char *begin = g_strndup(line, len);
	g_autofree char *low = g_utf8_validate(begin, -1, NULL) ? g_utf8_strdown(begin, -1) : g_strdup("");
	if (strcmp(low, label) != 0)
		return NULL;
	line += len + strspn(line + len, " \t");
	if (*line == '(')
		line += strcspn(line, ")") + (strchr(line, ')') != NULL);
	line += strspn(line, " \t");
	return *line == ':' ? line + 1 + strspn(line + 1, " \t") : NULL;
}

/* "aBc123 (22212312 from phones)": a password, and what a telephone can type of it. */
static void take_password(Joining *joining, const char *text)
{
	size_t len = strcspn(text, " \t(");
	const char *paren = strchr(text, '(');

	if (len && len <= VALUE_MAX)
		set(&joining->password, g_strndup(text, len));
	if (paren)
		set(&joining->pin, digits_of(paren + 1));
}

static void take_value(Joining *joining, Value value, const char *text)
{
	switch (value) {
	case VALUE_CODE: set(&joining->code, digits_of(text)); break;
	case VALUE_PIN:  set(&joining->pin, digits_of(text)); break;
	case VALUE_ID:   set(&joining->meeting_id, digits_of(text)); break;
	case VALUE_PASSWORD: take_password(joining, text); break;
	}
}

static void take_line(Joining *joining, const char *line)
{
	for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
		const char *value = value_behind(line, labels[i].label);
		if (value) {
			take_value(joining, labels[i].value, value);
			return;
		}
	}
}

static void find_values(Joining *joining, const char *text)
{
	g_auto(GStrv) lines = g_strsplit_set(text, "\r\n", -1);

	for (char **line = lines; *line; line++)
		if (**line)
			take_line(joining, *line);
}

/* ---- the whole ---- */

bool joining_find(const char *const *texts, Joining *ret_joining)
{
	*ret_joining = (Joining){ 0 };
	for (; *texts; texts++) {
		g_autofree char *text = g_strndup(*texts, TEXT_MAX);
		if (!ret_joining->url)
			find_link(ret_joining, text);
		find_one_tap(ret_joining, text);
		find_values(ret_joining, text);
		if (ret_joining->url || ret_joining->code)
			find_number(ret_joining, text);
	}
	/* A number without a link or a code is anybody's. */
	if (ret_joining->url || (ret_joining->number && ret_joining->code))
		return true;
	joining_clear(ret_joining);
	return false;
}

bool joining_of_event(const Event *event, Joining *ret_joining)
{
	const char *fields[] = { event->external_link, event->join_link, event->location, event->body };
	const char *texts[G_N_ELEMENTS(fields) + 1] = { NULL };
	size_t count = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(fields); i++)
		if (fields[i])
			texts[count++] = fields[i];
	return joining_find(texts, ret_joining);
}

char *joining_dial(const Joining *joining)
{
	if (!joining->number)
		return NULL;
	return joining->code ? g_strdup_printf("%s,,%s#", joining->number, joining->code)
	                     : g_strdup(joining->number);
}
