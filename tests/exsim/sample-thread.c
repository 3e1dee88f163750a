/*
 * Conversations: sample/threads/NAME.txt. A thread begins with a line "%% thread" and what its messages share; each message
 * with "%%", what is its own, an empty line and its text. Headers, quotes, HTML and MIME are made here.
 */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "exsim/sample-parts.h"

enum { MAX_FILE = 8 << 20 };
#define OWN_NICK "alice"

typedef struct {
	Sample     *sample;
	const char *file;          /* for errors */
	GHashTable *shared, *own;  /* key -> value: of the thread, of the message */
	char       *ids;           /* Message-IDs of the thread so far, joined by blanks */
	guint       threads, messages;     /* counted, for ids that stay the same from run to run */
	char       *last_text, *last_from;
	int64_t     last_ms;
	SampleMail *last_mail;     /* borrowed: an answer marks it */
} Reader;

static const char *value(const Reader *r, const char *key)
{
	const char *own = g_hash_table_lookup(r->own, key);
	return own ? own : g_hash_table_lookup(r->shared, key);
}

static const char *address_of(const Reader *r, const char *nick)
{
	const char *address = g_hash_table_lookup(r->sample->people, nick);
	return address ? address : nick;
}

/* ---- text to HTML ---- */

static void append_escaped(GString *out, const char *text, gsize len)
{
	for (const char *p = text; p < text + len; p++) {
		if (*p == '&')
			g_string_append(out, "&amp;");
		else if (*p == '<')
			g_string_append(out, "&lt;");
		else
			g_string_append_c(out, *p);
	}
}

/* [text](url) becomes a link, *text* bold. */
static void append_inline(GString *out, const char *line)
{
	for (const char *p = line; *p;) {
		const char *middle = *p == '[' ? strstr(p, "](") : NULL, *end = middle ? strchr(middle, ')') : NULL;
		const char *star = *p == '*' && p[1] != ' ' ? strchr(p + 1, '*') : NULL;
		if (end) {
			g_string_append_printf(out, "<a href=\"%.*s\">%.*s</a>", (int)(end - middle - 2), middle + 2, (int)(middle - p - 1), p + 1);
			p = end + 1;
		} else if (star) {
			g_string_append(out, "<b>");
			append_escaped(out, p + 1, (gsize)(star - p - 1));
			g_string_append(out, "</b>");
			p = star + 1;
		} else {
			append_escaped(out, p++, 1);
		}
	}
}

/* "| a | b |" */
static void append_row(GString *out, const char *line, const char *cell)
{
	g_auto(GStrv) cells = g_strsplit(line, "|", -1);

	g_string_append(out, "<tr>");
	for (guint i = 1; cells[i] && cells[i + 1]; i++) {
		g_string_append_printf(out, "<%s style=\"border:1px solid #999;padding:2px 6px\">", cell);
		append_inline(out, g_strstrip(cells[i]));
		g_string_append_printf(out, "</%s>", cell);
	}
	g_string_append(out, "</tr>\r\n");
}

typedef enum { BLOCK_NONE, BLOCK_TEXT, BLOCK_LIST, BLOCK_TABLE, BLOCK_HEADING } Block;

static Block block_of(const char *line)
{
	if (!*line)
		return BLOCK_NONE;
	if (g_str_has_prefix(line, "- "))
		return BLOCK_LIST;
	if (g_str_has_prefix(line, "# "))
		return BLOCK_HEADING;
	return *line == '|' ? BLOCK_TABLE : BLOCK_TEXT;
}

static void open_or_close(GString *out, Block block, const char *slash)
{
	static const char *const tags[] = { [BLOCK_TEXT] = "p", [BLOCK_LIST] = "ul", [BLOCK_TABLE] = "table", [BLOCK_HEADING] = "h2" };

	if (block != BLOCK_NONE)
		g_string_append_printf(out, "<%s%s>\r\n", slash, tags[block]);
}

static void append_block_line(GString *out, Block block, const char *line, bool is_first)
{
	switch (block) {
	case BLOCK_LIST:
		g_string_append(out, "<li>");
		append_inline(out, line + 2);
		g_string_append(out, "</li>\r\n");
		break;
	case BLOCK_TABLE:
		append_row(out, line, is_first ? "th" : "td");
		break;
	case BLOCK_HEADING:
		append_inline(out, line + 2);
		break;
	default:
		g_string_append(out, is_first ? "" : "<br>\r\n");
		append_inline(out, line);
	}
}

static char *to_html(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GString *out = g_string_new(NULL);
	Block open = BLOCK_NONE;

	for (guint i = 0; lines[i]; i++) {
		Block block = block_of(lines[i]);
		bool is_first = block != open;
		if (is_first) {
			open_or_close(out, open, "/");
			open_or_close(out, block, "");
		}
		open = block;
		if (block != BLOCK_NONE)
			append_block_line(out, block, lines[i], is_first);
	}
	open_or_close(out, open, "/");
	return g_string_free(out, FALSE);
}

/* ---- bodies ---- */

/* "On 03 Mar 2026 at 09:14, Bob Kowalski <…> wrote:" */
static char *attribution(const Reader *r)
{
	g_autoptr(GDateTime) d = g_date_time_new_from_unix_utc(r->last_ms / 1000);
	g_autofree char *when = g_date_time_format(d, "%Y-%m-%d %H:%M");
	bool is_german = g_strcmp0(value(r, "re"), "AW:") == 0;

	return is_german ? g_strdup_printf("Am %s schrieb %s:", when, r->last_from)
	                 : g_strdup_printf("On %s, %s wrote:", when, r->last_from);
}

static bool quotes(const Reader *r) { return r->last_text && g_strcmp0(value(r, "quote"), "no") != 0; }

static char *plain_body(const Reader *r, const char *text)
{
	g_autoptr(GString) out = g_string_new(text);

	if (quotes(r)) {
		g_autofree char *said = attribution(r);
		g_auto(GStrv) lines = g_strsplit(r->last_text, "\n", -1);
		g_string_append_printf(out, "\n%s\n", said);
		for (guint i = 0; lines[i]; i++)
			g_string_append_printf(out, ">%s%s\n", *lines[i] && *lines[i] != '>' ? " " : "", lines[i]);
	}
	return g_strdup(out->str);
}

static char *html_body(const Reader *r, const char *text)
{
	GString *out = g_string_new("<html><head><meta charset=\"utf-8\"></head><body style=\"font-family:Calibri,sans-serif\">\r\n");
	g_autofree char *own = to_html(text);

	g_string_append(out, own);
	if (quotes(r)) {
		g_autofree char *said = attribution(r), *before = to_html(r->last_text);
		g_string_append(out, "<p>");
		append_escaped(out, said, strlen(said));
		g_string_append_printf(out, "</p>\r\n<blockquote>\r\n%s</blockquote>\r\n", before);
	}
	g_string_append(out, "</body></html>\r\n");
	return g_string_free(out, FALSE);
}

static char *with_crlf(const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	return g_strjoinv("\r\n", lines);
}

/* RFC 3676: a paragraph is broken at 72 columns, the blank before the break says that it goes on. */
static char *flow(const char *text)
{
	GString *out = g_string_new(NULL);
	gsize column = 0;

	for (const char *p = text; *p; p++) {
		const char *next = *p == ' ' ? p + 1 + strcspn(p + 1, " \n") : p;
		g_string_append_c(out, *p);
		column = *p == '\n' ? 0 : column + 1;
		if (*p == ' ' && column + (gsize)(next - p) > 72) {
			g_string_append_c(out, '\n');
			column = 0;
		}
	}
	return g_string_free(out, FALSE);
}

/* ---- MIME ---- */

static void append_part(GString *out, const char *type, const char *params, const char *text)
{
	g_string_append_printf(out, "Content-Type: %s; charset=utf-8%s\r\nContent-Transfer-Encoding: 8bit\r\n\r\n%s", type, params, text);
}

static void append_text(const Reader *r, const char *text, const char *boundary, GString *out)
{
	const char *format = value(r, "format");
	g_autofree char *body = plain_body(r, text), *flowed = flow(body);
	g_autofree char *plain = with_crlf(body), *plain_flowed = with_crlf(flowed);

	if (g_strcmp0(format, "html") != 0) {
		bool is_flowed = g_strcmp0(format, "flowed") == 0;
		append_part(out, "text/plain", is_flowed ? "; format=flowed" : "", is_flowed ? plain_flowed : plain);
		return;
	}
	g_autofree char *html = html_body(r, text);
	g_string_append_printf(out, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n\r\n--%s\r\n", boundary, boundary);
	append_part(out, "text/plain", "", plain);
	g_string_append_printf(out, "\r\n--%s\r\n", boundary);
	append_part(out, "text/html", "", html);
	g_string_append_printf(out, "\r\n--%s--\r\n", boundary);
}

static const char *type_of(const char *name)
{
	static const struct { const char *suffix, *type; } types[] = {
		{ ".pdf", "application/pdf" }, { ".png", "image/png" }, { ".txt", "text/plain" }, { ".zip", "application/zip" },
		{ ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" }, { ".csv", "text/csv" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (g_str_has_suffix(name, types[i].suffix))
			return types[i].type;
	return "application/octet-stream";
}

static bool append_attachments(const Reader *r, const char *names, const char *boundary, GString *out, GError **err)
{
	g_auto(GStrv) each = g_strsplit(names, ",", -1);

	for (guint i = 0; each[i]; i++) {
		const char *name = g_strstrip(each[i]);
		g_autoptr(GBytes) bytes = sample_attachment(r->sample, name, err);
		if (!bytes)
			return false;
		g_string_append_printf(out, "\r\n--%s\r\nContent-Type: %s; name=\"%s\"\r\nContent-Disposition: attachment; filename=\"%s\"\r\n"
		                       "Content-Transfer-Encoding: base64\r\n\r\n", boundary, type_of(name), name, name);
		sample_append_base64(out, g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	}
	g_string_append_printf(out, "--%s--\r\n", boundary);
	return true;
}

/* "bob, carol" as a header: addresses with their names encoded. */
static char *address_list(const Reader *r, const char *nicks)
{
	g_auto(GStrv) each = g_strsplit(nicks, ",", -1);
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; each[i]; i++) {
		const char *address = address_of(r, g_strstrip(each[i]));
		const char *angle = strrchr(address, '<');
		g_autofree char *name = angle ? g_strstrip(g_strndup(address, (gsize)(angle - address))) : NULL;
		g_autofree char *encoded = name ? sample_header(name) : NULL;
		g_string_append_printf(out, "%s%s%s%s", i ? ",\r\n\t" : "", encoded ? encoded : "", encoded ? " " : "", angle ? angle : address);
	}
	return g_strdup(out->str);
}

/* Those who take part, without the sender, unless the message says to whom it goes. */
static char *recipients(const Reader *r)
{
	const char *from = value(r, "from"), *to = g_hash_table_lookup(r->own, "to");
	g_autofree char *everyone = g_strdup(to ? to : value(r, "with") ? value(r, "with") : OWN_NICK);
	g_auto(GStrv) each = g_strsplit(everyone, ",", -1);
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; each[i]; i++)
		if (to || g_strcmp0(g_strstrip(each[i]), from) != 0)
			g_string_append_printf(out, "%s%s", out->len ? "," : "", g_strstrip(each[i]));
	return address_list(r, out->len ? out->str : OWN_NICK);
}

static char *subject_of(const Reader *r)
{
	const char *own = g_hash_table_lookup(r->own, "subject"), *shared = value(r, "subject"), *re = value(r, "re");

	if (own || !*r->ids)
		return g_strdup(shared ? shared : "");
	return g_strdup_printf("%s %s", re ? re : "Re:", shared);
}

static void append_head(const Reader *r, const char *id, int64_t date_ms, GString *out)
{
	g_autofree char *from = address_list(r, value(r, "from")), *to = recipients(r), *cc = value(r, "cc") ? address_list(r, value(r, "cc")) : NULL;
	g_autofree char *plain_subject = subject_of(r), *subject = sample_header(plain_subject), *date = sample_rfc_date(date_ms);
	const char *last = strrchr(r->ids, ' ');

	g_string_append_printf(out, "Date: %s\r\nMessage-ID: %s\r\nFrom: %s\r\nTo: %s\r\n", date, id, from, to);
	if (cc)
		g_string_append_printf(out, "Cc: %s\r\n", cc);
	g_string_append_printf(out, "Subject: %s\r\n", subject);
	if (*r->ids)
		g_string_append_printf(out, "In-Reply-To: %s\r\nReferences: %s\r\n", last ? last + 1 : r->ids, r->ids);
	if (value(r, "importance"))
		g_string_append_printf(out, "Importance: %s\r\n", value(r, "importance"));
	if (value(r, "header"))
		g_string_append_printf(out, "%s\r\n", value(r, "header"));
	g_string_append(out, "MIME-Version: 1.0\r\n");
}

static GBytes *compose(const Reader *r, const char *id, int64_t date_ms, const char *text, GError **err)
{
	GString *out = g_string_new(NULL);
	g_autofree char *inner = g_strdup_printf("=_alt_%u_%u", r->threads, r->messages);
	g_autofree char *outer = g_strdup_printf("=_mix_%u_%u", r->threads, r->messages);
	const char *names = g_hash_table_lookup(r->own, "attach");

	append_head(r, id, date_ms, out);
	if (names)
		g_string_append_printf(out, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n", outer, outer);
	append_text(r, text, inner, out);
	if (names && !append_attachments(r, names, outer, out, err)) {
		g_string_free(out, TRUE);
		return NULL;
	}
	return g_string_free_to_bytes(out);
}

/* ---- filing ---- */

static bool is_own(const Reader *r) { return g_strcmp0(value(r, "from"), OWN_NICK) == 0; }

static const char *folder_of(const Reader *r)
{
	const char *own = g_hash_table_lookup(r->own, "folder"), *shared = g_hash_table_lookup(r->shared, "folder");

	if (own)
		return own;
	return is_own(r) ? "Sent Items" : shared ? shared : "Inbox";
}

static bool read_state(const Reader *r, ItemState *ret_state, GError **err)
{
	const char *words = value(r, "state");
	g_auto(GStrv) each = g_strsplit(words ? words : "", " ", -1);

	*ret_state = (ItemState){ .is_read = true };
	for (guint i = 0; each[i]; i++)
		if (*each[i] && !sample_state_word(r->sample, each[i], ret_state))
			return fail(err, ERR_CONFIG, "%s: thread %u: there is no state “%s”", r->file, r->threads, each[i]);
	return true;
}

/* What an answer of ours does to the message before it: LastVerbExecuted 1, reply. */
static void mark_answered(const Reader *r, int64_t date_ms)
{
	if (!r->last_mail || !is_own(r))
		return;
	r->last_mail->state.verb = 1;
	r->last_mail->state.verb_ms = date_ms;
}

static SampleMail *newest_of(const Sample *sample, const char *folder)
{
	GPtrArray *mails = g_hash_table_lookup(sample->folders, folder);
	return g_ptr_array_index(mails, mails->len - 1);
}

static void remember(Reader *r, const char *id, const char *text, int64_t date_ms)
{
	char *ids = *r->ids ? g_strdup_printf("%s %s", r->ids, id) : g_strdup(id);
	char *body = plain_body(r, text);

	g_free(r->ids);
	r->ids = ids;
	g_free(r->last_text);
	r->last_text = g_strchomp(body);
	g_free(r->last_from);
	r->last_from = g_strdup(address_of(r, value(r, "from")));
	r->last_ms = date_ms;
	r->last_mail = is_own(r) ? NULL : newest_of(r->sample, folder_of(r));
}

static bool file_message(Reader *r, int64_t date_ms, const char *text, GError **err)
{
	g_autofree char *id = g_strdup_printf("<%s.%u.%u@example.test>", r->file, r->threads, r->messages++);
	ItemState state;

	if (!read_state(r, &state, err))
		return false;
	GBytes *mime = compose(r, id, date_ms, text, err);
	if (!mime)
		return false;
	sample_file(r->sample, folder_of(r), mime, date_ms, state);
	mark_answered(r, date_ms);
	if (!value(r, "repeat"))
		remember(r, id, text, date_ms);
	return true;
}

/* "repeat: 30 1d": so many times, so far apart, the newest at "at"; {{n}} counts them. Each is a thread of its own. */
static bool file_repeated(Reader *r, int64_t date_ms, const char *text, GError **err)
{
	g_auto(GStrv) words = g_strsplit(value(r, "repeat"), " ", 2);
	g_autofree char *plain_subject = g_strdup(value(r, "subject"));
	int64_t count, step_ms;
	g_autofree char *step = g_strdup_printf("+%s", words[1] ? words[1] : "");

	if (!words[1] || !text_to_int(words[0], 1, 1000, &count) || !sample_time(r->sample, step, &step_ms))
		return fail(err, ERR_CONFIG, "%s: thread %u: repeat is COUNT STEP, such as 30 1d", r->file, r->threads);
	step_ms -= r->sample->now_ms;
	for (int64_t i = 0; i < count; i++) {
		g_autofree char *number = g_strdup_printf("%d", (int)(1200 + count - i));
		g_auto(GStrv) text_parts = g_strsplit(text, "{{n}}", -1), subject_parts = g_strsplit(plain_subject, "{{n}}", -1);
		g_autofree char *own_text = g_strjoinv(number, text_parts);
		g_hash_table_replace(r->own, g_strdup("subject"), g_strjoinv(number, subject_parts));
		if (i == 2)
			g_hash_table_remove(r->own, "state");
		if (!file_message(r, date_ms - i * step_ms, own_text, err))
			return false;
	}
	return true;
}

/* ---- reading ---- */

/* Takes the "key: value" lines at the start of @block; returns what follows the empty line. */
static const char *read_keys(const char *block, GHashTable *keys)
{
	while (*block && *block != '\n') {
		gsize len = strcspn(block, "\n");
		g_autofree char *line = g_strndup(block, len);
		g_auto(GStrv) halves = g_strsplit(line, ":", 2);
		if (halves[0] && halves[1])
			g_hash_table_replace(keys, g_strdup(g_strstrip(halves[0])), g_strdup(g_strstrip(halves[1])));
		block += len + (block[len] == '\n');
	}
	return *block ? block + 1 : block;
}

static void begin_thread(Reader *r, const char *block)
{
	g_hash_table_remove_all(r->shared);
	read_keys(block, r->shared);
	g_free(r->ids);
	r->ids = g_strdup("");
	g_clear_pointer(&r->last_text, g_free);
	r->last_mail = NULL;
	r->threads++;
	r->messages = 0;
}

static bool read_message(Reader *r, const char *block, GError **err)
{
	g_hash_table_remove_all(r->own);
	g_autofree char *text = g_strchomp(g_strdup(read_keys(block, r->own)));
	g_autofree char *ended = g_strconcat(text, "\n", NULL);
	const char *at = value(r, "at");
	int64_t date_ms;

	if (!value(r, "from") || !value(r, "subject"))
		return fail(err, ERR_CONFIG, "%s: thread %u: a message needs from: and subject:", r->file, r->threads);
	if (!at || !sample_time(r->sample, at, &date_ms))
		return fail(err, ERR_CONFIG, "%s: thread %u: at: “%s” is not a time such as -3d 09:20", r->file, r->threads, at ? at : "");
	return value(r, "repeat") ? file_repeated(r, date_ms, ended, err) : file_message(r, date_ms, ended, err);
}

static bool read_block(Reader *r, const char *block, GError **err)
{
	const char *line_end = strchr(block, '\n');

	if (!line_end)
		return true;
	if (g_str_has_prefix(block, " thread"))
		begin_thread(r, line_end + 1);
	else
		return read_message(r, line_end + 1, err);
	return true;
}

static void reader_clear(Reader *r)
{
	g_hash_table_unref(r->shared);
	g_hash_table_unref(r->own);
	g_free(r->ids);
	g_free(r->last_text);
	g_free(r->last_from);
}

bool sample_read_threads(Sample *sample, const char *name, GError **err)
{
	g_autofree char *path = g_build_filename(sample->dir, "threads", name, NULL);
	g_autoptr(GBytes) bytes = file_read(path, MAX_FILE, err);

	if (!bytes)
		return false;
	g_autofree char *text = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
	g_autofree char *framed = g_strconcat("\n", text, NULL);
	g_auto(GStrv) blocks = g_strsplit(framed, "\n%%", -1);
	g_autofree char *stem = g_strndup(name, strlen(name) - strlen(".txt"));
	Reader r = { .sample = sample, .file = stem, .ids = g_strdup("") };
	r.shared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	r.own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	bool ok = true;
	for (guint i = 1; blocks[0] && blocks[i] && ok; i++)
		ok = read_block(&r, blocks[i], err);
	reader_clear(&r);
	return ok;
}
