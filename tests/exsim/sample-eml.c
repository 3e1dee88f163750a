/* Hand-made messages: sample/mail/index names them, one a line, and says where and when they are. */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "exsim/sample-parts.h"

enum { MAX_FILE = 8 << 20 };

/* What {{…}} may stand for in a file. */
typedef struct {
	const Sample *sample;
	int64_t       date_ms;
} Context;

/* "20260304T100000Z", the time @text counts from now. */
static bool append_ical_time(const Context *c, const char *text, GString *out)
{
	int64_t ms;

	if (!sample_time(c->sample, text, &ms))
		return false;
	g_autoptr(GDateTime) d = g_date_time_new_from_unix_utc(ms / 1000);
	g_autofree char *shown = g_date_time_format(d, "%Y%m%dT%H%M%SZ");
	g_string_append(out, shown);
	return true;
}

/* @bytes of sentences, numbered so that a reader sees what is missing when it is cut. */
static bool append_filler(const char *bytes, GString *out)
{
	int64_t want;

	if (!text_to_int(bytes, 1, MAX_FILE, &want))
		return false;
	gsize end = out->len + (gsize)want;
	for (guint line = 1; out->len < end; line++)
		g_string_append_printf(out, "%05u  The measurement was within its bounds, and nobody had to be called at night.\r\n", line);
	return true;
}

static bool append_file(const Context *c, const char *name, GString *out)
{
	g_autoptr(GBytes) bytes = sample_attachment(c->sample, name, NULL);
	gsize len;

	if (!bytes)
		return false;
	const void *data = g_bytes_get_data(bytes, &len);
	sample_append_base64(out, data, len);
	g_string_truncate(out, out->len - 2);
	return true;
}

/* {{date}}  {{date -3d}}  {{ics +2d 10:00}}  {{file NAME}}  {{filler BYTES}} */
static bool append_mark(const Context *c, const char *mark, GString *out)
{
	g_auto(GStrv) words = g_strsplit(mark, " ", 2);
	const char *rest = words[1] ? words[1] : "";
	int64_t ms = c->date_ms;

	if (g_str_equal(words[0], "ics"))
		return append_ical_time(c, rest, out);
	if (g_str_equal(words[0], "file"))
		return append_file(c, rest, out);
	if (g_str_equal(words[0], "filler"))
		return append_filler(rest, out);
	if (!g_str_equal(words[0], "date") || (*rest && !sample_time(c->sample, rest, &ms)))
		return false;
	g_autofree char *date = sample_rfc_date(ms);
	g_string_append(out, date);
	return true;
}

/* The file with CRLF and its marks filled in. */
static GString *fill_in(const Context *c, const char *path, GBytes *bytes, GError **err)
{
	gsize len;
	const char *data = g_bytes_get_data(bytes, &len), *end = data + len;
	GString *out = g_string_sized_new(len + len / 16);

	for (const char *p = data; p < end; p++) {
		const char *close = p + 1 < end && p[0] == '{' && p[1] == '{' ? memmem(p, (gsize)(end - p), "}}", 2) : NULL;
		if (close) {
			g_autofree char *mark = g_strndup(p + 2, (gsize)(close - p) - 2);
			if (!append_mark(c, mark, out)) {
				g_string_free(out, TRUE);
				return fail_null(err, ERR_CONFIG, "%s: “{{%s}}” cannot be filled in", path, mark);
			}
			p = close + 1;
		} else {
			if (*p == '\n' && (out->len == 0 || out->str[out->len - 1] != '\r'))
				g_string_append_c(out, '\r');
			g_string_append_c(out, *p);
		}
	}
	return out;
}

/* Files are kept in UTF-8, so that they can be read; the wire has them in @charset. */
static GBytes *encode(GString *text, const char *charset, const char *path, GError **err)
{
	gsize len;

	if (!charset)
		return g_string_free_to_bytes(text);
	char *encoded = g_convert(text->str, (gssize)text->len, charset, "UTF-8", NULL, &len, NULL);
	g_string_free(text, TRUE);
	if (!encoded)
		return fail_null(err, ERR_CONFIG, "%s holds characters that %s has not", path, charset);
	return g_bytes_new_take(encoded, len);
}

static GBytes *read_message(const Sample *sample, const char *name, int64_t date_ms, const char *charset, GError **err)
{
	g_autofree char *path = g_build_filename(sample->dir, "mail", name, NULL);
	g_autoptr(GBytes) bytes = file_read(path, MAX_FILE, err);
	Context context = { .sample = sample, .date_ms = date_ms };
	GString *text = bytes ? fill_in(&context, path, bytes, err) : NULL;

	return text ? encode(text, charset, path, err) : NULL;
}

/* "koi8.eml | Inbox | -3d 09:20 | unread charset=KOI8-R" */
static bool read_line(Sample *sample, const char *line, const char *where, GError **err)
{
	g_auto(GStrv) fields = g_strsplit(line, "|", 4);
	ItemState state = { .is_read = true };
	g_autofree char *charset = NULL;
	int64_t date_ms;

	if (g_strv_length(fields) < 3)
		return fail(err, ERR_CONFIG, "%s: a line is FILE | FOLDER | TIME [| WORDS]", where);
	for (guint i = 0; fields[i]; i++)
		g_strstrip(fields[i]);
	if (!sample_time(sample, fields[2], &date_ms))
		return fail(err, ERR_CONFIG, "%s: “%s” is not a time such as -3d 09:20", where, fields[2]);
	g_auto(GStrv) words = g_strsplit(fields[3] ? fields[3] : "", " ", -1);
	for (guint i = 0; words[i]; i++) {
		if (g_str_has_prefix(words[i], "charset="))
			charset = g_strdup(words[i] + strlen("charset="));
		else if (*words[i] && !sample_state_word(sample, words[i], &state))
			return fail(err, ERR_CONFIG, "%s: there is no word “%s”", where, words[i]);
	}
	GBytes *mime = read_message(sample, fields[0], date_ms, charset, err);
	if (mime)
		sample_file(sample, fields[1], mime, date_ms, state);
	return mime != NULL;
}

bool sample_read_index(Sample *sample, GError **err)
{
	g_autofree char *path = g_build_filename(sample->dir, "mail", "index", NULL);
	g_autoptr(GBytes) bytes = file_read(path, MAX_FILE, err);

	if (!bytes)
		return false;
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i]; i++) {
		g_autofree char *where = g_strdup_printf("%s:%u", path, i + 1);
		if (*g_strstrip(lines[i]) && *lines[i] != '#' && !read_line(sample, lines[i], where, err))
			return false;
	}
	return true;
}
