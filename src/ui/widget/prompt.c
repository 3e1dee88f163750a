#include "ui/widget/prompt.h"

#include <string.h>

#include "base/secret.h"
#include "base/text.h"

enum { TEXT_MAX = 1 << 20, SECRET_ROOM = 1024, SIGN_BYTES = 32 };

struct Prompt {
	char            *label;
	GString         *text;
	gsize            at;             /* byte offset of the cursor, at a sign's start */
	bool             is_secret;
	const GPtrArray *history;
	int              history_at;     /* -1: the line being typed */
	char            *typed;          /* that line, while history is shown */
	PromptComplete   complete;
	void            *complete_data;
	GPtrArray       *words;          /* what Tab goes through; NULL */
	guint            word_at;
};

static Prompt *make(const char *label, const char *text, bool is_secret)
{
	Prompt *prompt = g_new0(Prompt, 1);

	prompt->label = g_strdup(label);
	/* A secret must not be left behind by a buffer that grows. */
	prompt->text = g_string_sized_new(is_secret ? SECRET_ROOM : 64);
	prompt->is_secret = is_secret;
	prompt->history_at = -1;
	g_string_assign(prompt->text, text);
	prompt->at = prompt->text->len;
	return prompt;
}

Prompt *prompt_new(const char *label, const char *text) { return make(label, text, false); }
Prompt *prompt_new_secret(const char *label) { return make(label, "", true); }

void prompt_free(Prompt *prompt)
{
	if (!prompt)
		return;
	secret_wipe(prompt->text->str, prompt->text->allocated_len);
	g_string_free(prompt->text, TRUE);
	g_free(prompt->label);
	g_free(prompt->typed);
	g_clear_pointer(&prompt->words, g_ptr_array_unref);
	g_free(prompt);
}

void prompt_set_history(Prompt *prompt, const GPtrArray *lines) { prompt->history = lines; }

void prompt_set_complete(Prompt *prompt, PromptComplete complete, void *data)
{
	prompt->complete = complete;
	prompt->complete_data = data;
}

const char *prompt_text(const Prompt *prompt) { return prompt->text->str; }

void prompt_set_text(Prompt *prompt, const char *text)
{
	g_string_assign(prompt->text, text);
	prompt->at = prompt->text->len;
}

static gsize sign_after(const Prompt *prompt, gsize at)
{
	size_t len = 0;

	if (at < prompt->text->len)
		grapheme_width(prompt->text->str + at, &len);
	return at + len;
}

/* A place before @at where a sign begins, near it: at a blank, for a line may be long. */
static gsize near_before(const Prompt *prompt, gsize at)
{
	while (at > 0 && prompt->text->str[at - 1] != ' ')
		at--;
	return at > 0 ? at - 1 : 0;
}

static gsize sign_before(const Prompt *prompt, gsize at)
{
	gsize start = near_before(prompt, at);

	for (gsize next; (next = sign_after(prompt, start)) < at && next > start;)
		start = next;
	return at ? start : 0;
}

static gsize word_before(const Prompt *prompt, gsize at)
{
	const char *text = prompt->text->str;

	while (at > 0 && text[at - 1] == ' ')
		at--;
	while (at > 0 && text[at - 1] != ' ')
		at--;
	return at;
}

static gsize word_after(const Prompt *prompt, gsize at)
{
	const char *text = prompt->text->str;

	while (text[at] == ' ')
		at++;
	while (text[at] && text[at] != ' ')
		at++;
	return at;
}

static void erase(Prompt *prompt, gsize from, gsize to)
{
	g_string_erase(prompt->text, (gssize)from, (gssize)(to - from));
	prompt->at = from;
}

static void insert(Prompt *prompt, const char *bytes, gsize len)
{
	gsize max = prompt->is_secret ? SECRET_ROOM - 1 : TEXT_MAX;

	if (prompt->text->len + len > max)
		return;
	g_string_insert_len(prompt->text, (gssize)prompt->at, bytes, (gssize)len);
	prompt->at += len;
}

void prompt_paste(Prompt *prompt, const char *text)
{
	/* It does not grow, so that a secret is left nowhere. */
	GString *line = g_string_sized_new(strlen(text) + 1);

	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		if (text_is_control(g_utf8_get_char(p)))
			g_string_append_c(line, ' ');
		else
			g_string_append_len(line, p, g_utf8_next_char(p) - p);
	}
	insert(prompt, line->str, line->len);
	secret_wipe(line->str, line->allocated_len);
	g_string_free(line, TRUE);
	g_clear_pointer(&prompt->words, g_ptr_array_unref);
}

static void walk_history(Prompt *prompt, int step)
{
	int count = prompt->history ? (int)prompt->history->len : 0;
	int at = prompt->history_at + step;

	if (prompt->is_secret || at < -1 || at >= count)
		return;
	if (prompt->history_at == -1) {
		g_free(prompt->typed);
		prompt->typed = g_strdup(prompt->text->str);
	}
	prompt->history_at = at;
	prompt_set_text(prompt, at < 0 ? prompt->typed
	                               : g_ptr_array_index(prompt->history, count - 1 - at));
}

static void complete(Prompt *prompt, int step)
{
	if (!prompt->complete)
		return;
	if (!prompt->words) {
		prompt->words = g_ptr_array_new_with_free_func(g_free);
		prompt->complete(prompt->text->str, prompt->words, prompt->complete_data);
		prompt->word_at = step > 0 ? prompt->words->len - 1 : 0;
	}
	if (prompt->words->len == 0)
		return;
	prompt->word_at = (prompt->word_at + prompt->words->len + (guint)step) % prompt->words->len;
	prompt_set_text(prompt, g_ptr_array_index(prompt->words, prompt->word_at));
}

static bool edit_key(Prompt *prompt, Key key)
{
	gsize end = prompt->text->len;

	switch (key) {
	case KEY_BACK:
	case 8:
		erase(prompt, sign_before(prompt, prompt->at), prompt->at);
		return true;
	case KEY_DELETE:
	case 4:
		erase(prompt, prompt->at, sign_after(prompt, prompt->at));
		return true;
	case 21:                               erase(prompt, 0, prompt->at); return true;
	case 11:                               erase(prompt, prompt->at, end); return true;
	case 23:
	case KEY_BACK | KEY_ALT:
		erase(prompt, word_before(prompt, prompt->at), prompt->at);
		return true;
	case 'd' | KEY_ALT:
		erase(prompt, prompt->at, word_after(prompt, prompt->at));
		return true;
	default:                               return false;
	}
}

static bool move_key(Prompt *prompt, Key key)
{
	switch (key) {
	case KEY_CURSOR_LEFT:
	case 2:
		prompt->at = sign_before(prompt, prompt->at);
		return true;
	case KEY_CURSOR_RIGHT:
	case 6:
		prompt->at = sign_after(prompt, prompt->at);
		return true;
	case KEY_TO_START: case 1:             prompt->at = 0; return true;
	case KEY_TO_END: case 5:               prompt->at = prompt->text->len; return true;
	case 'b' | KEY_ALT:
	case KEY_CURSOR_LEFT | KEY_ALT:
		prompt->at = word_before(prompt, prompt->at);
		return true;
	case 'f' | KEY_ALT:
	case KEY_CURSOR_RIGHT | KEY_ALT:
		prompt->at = word_after(prompt, prompt->at);
		return true;
	case KEY_CURSOR_UP: case 16:           walk_history(prompt, 1); return true;
	case KEY_CURSOR_DOWN: case 14:         walk_history(prompt, -1); return true;
	default:                               return false;
	}
}

static void type_key(Prompt *prompt, Key key)
{
	char utf8[6];

	if (key >= KEY_FIRST_SPECIAL || text_is_control(key))
		return;
	insert(prompt, utf8, (gsize)g_unichar_to_utf8(key, utf8));
}

PromptResult prompt_key(Prompt *prompt, Key key)
{
	if (key == KEY_RETURN || key == KEY_CTRL_J)
		return PROMPT_DONE;
	if (key == KEY_ESCAPE || key == KEY_CTRL_C ||
	    ((key == KEY_BACK || key == 8) && prompt->text->len == 0))
		return PROMPT_CANCELLED;
	if (key == KEY_TABULATOR || key == KEY_BACK_TAB) {
		complete(prompt, key == KEY_TABULATOR ? 1 : -1);
		return PROMPT_EDITING;
	}
	g_clear_pointer(&prompt->words, g_ptr_array_unref);
	if (!edit_key(prompt, key) && !move_key(prompt, key))
		type_key(prompt, key);
	return PROMPT_EDITING;
}

/* A dot a sign, so that the length can be judged but nothing read. */
static char *shown_text(const Prompt *prompt, gsize *ret_at)
{
	GString *shown;

	*ret_at = prompt->at;
	if (!prompt->is_secret)
		return g_strdup(prompt->text->str);
	shown = g_string_new(NULL);
	for (gsize at = 0; at < prompt->text->len; at = sign_after(prompt, at)) {
		if (at == prompt->at)
			*ret_at = shown->len;
		g_string_append(shown, "\xE2\x80\xA2");
	}
	if (prompt->at == prompt->text->len)
		*ret_at = shown->len;
	return g_string_free(shown, FALSE);
}

/* Where the part that is drawn may begin: not far more of a long line than there is room for. */
static const char *draw_from(const char *before, int room)
{
	size_t len = strlen(before), near = (size_t)MAX(room, 1) * SIGN_BYTES;
	const char *blank = len > near ? strchr(before + len - near, ' ') : NULL;

	return blank && text_width(blank) >= room ? blank : before;
}

void prompt_draw(const Prompt *prompt, Canvas *canvas, Rect rect)
{
	gsize at;
	g_autofree char *shown = shown_text(prompt, &at);
	g_autofree char *before = g_strndup(shown, at);
	Pen pen = pen_new(canvas, rect, STYLE_NORMAL);

	pen_styled(&pen, STYLE_BOLD, prompt->label);
	const char *start = draw_from(before, pen_room(&pen));
	const char *from = shown + (start - before);
	for (int over = text_width(start) - (pen_room(&pen) - 1); over > 0 && from < shown + at;) {
		size_t len;
		over -= grapheme_width(from, &len);
		from += len;
	}
	canvas->cursor_y = rect.y;
	canvas->cursor_x = MIN(pen.x + text_width(before + (from - shown)), pen.end - 1);
	pen_text(&pen, from);
	pen_rest(&pen);
}
