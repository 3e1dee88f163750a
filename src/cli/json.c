#include "cli/json.h"

#include <string.h>

#include "base/text.h"

void json_init(Json *json, GString *out)
{
	*json = (Json){ .out = out };
}

static void begin_value(Json *json)
{
	if (json->wants_comma)
		g_string_append_c(json->out, ',');
	json->wants_comma = true;
}

static void open_level(Json *json, char bracket)
{
	begin_value(json);
	g_string_append_c(json->out, bracket);
	json->wants_comma = false;
}

static void close_level(Json *json, char bracket)
{
	g_string_append_c(json->out, bracket);
	json->wants_comma = true;
}

void json_begin_object(Json *json) { open_level(json, '{'); }
void json_end_object(Json *json)   { close_level(json, '}'); }
void json_begin_array(Json *json)  { open_level(json, '['); }
void json_end_array(Json *json)    { close_level(json, ']'); }

/* RFC 8259, 7: beyond the BMP a character is two escapes, a surrogate pair. */
static void append_escape(GString *out, gunichar c)
{
	if (c < 0x10000)
		g_string_append_printf(out, "\\u%04x", c);
	else
		g_string_append_printf(out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
		                       0xdc00 + (c & 0x3ff));
}

static void append_quoted(GString *out, const char *utf8)
{
	g_string_append_c(out, '"');
	for (const char *p = utf8; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == '"' || c == '\\')
			g_string_append_printf(out, "\\%c", (char)c);
		else if (c == '\n')
			g_string_append(out, "\\n");
		else if (c == '\t')
			g_string_append(out, "\\t");
		else if (text_is_control(c) || text_is_deceptive(c))
			append_escape(out, c);
		else
			g_string_append_len(out, p, g_utf8_next_char(p) - p);
	}
	g_string_append_c(out, '"');
}

void json_key(Json *json, const char *key)
{
	begin_value(json);
	append_quoted(json->out, key);
	g_string_append_c(json->out, ':');
	json->wants_comma = false;
}

void json_text(Json *json, const char *text)
{
	begin_value(json);
	if (!text) {
		g_string_append(json->out, "null");
		return;
	}
	g_autofree char *valid = text_to_utf8(text, strlen(text));
	append_quoted(json->out, valid);
}

void json_int(Json *json, int64_t number)
{
	begin_value(json);
	g_string_append_printf(json->out, "%" G_GINT64_FORMAT, number);
}

void json_bool(Json *json, bool truth)
{
	begin_value(json);
	g_string_append(json->out, truth ? "true" : "false");
}

void json_time(Json *json, int64_t utc_ms)
{
	g_autoptr(GDateTime) when = utc_ms ? g_date_time_new_from_unix_utc(utc_ms / 1000) : NULL;
	g_autofree char *text = when ? g_date_time_format(when, "%Y-%m-%dT%H:%M:%SZ") : NULL;

	json_text(json, text);
}
