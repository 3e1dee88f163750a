#include "ui/screen/ask.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/widget/prompt.h"

enum { FACTS_MAX = 8 };

struct AskBox {
	Question *question;          /* NULL: none of the engine's */
	PinWish  *pin;               /* NULL: none is asked for */
	char     *text;
	char    **facts;
	Prompt   *password;          /* NULL: yes or no */
};

static AskBox *make(const char *text, const char *facts)
{
	AskBox *ask = g_new0(AskBox, 1);

	ask->text = g_strdup(text ? text : "");
	ask->facts = g_strsplit(facts ? facts : "", "\n", FACTS_MAX);
	return ask;
}

AskBox *ask_box_new(const Question *question)
{
	AskBox *ask = make(question->text, question->facts);

	ask->question = question_copy(question);
	if (question->kind == QUESTION_PASSWORD) {
		g_autofree char *label =
			g_strdup_printf(_("Password for %s: "),
		                        question->account_name ? question->account_name : "");
		ask->password = prompt_new_secret(label);
	}
	return ask;
}

AskBox *ask_box_new_yes_no(const char *text) { return make(text, NULL); }

AskBox *ask_box_new_secret(const char *text)
{
	AskBox *ask = make(text, NULL);

	ask->password = prompt_new_secret(_("Password: "));
	return ask;
}

AskBox *ask_box_new_pin(const PinWish *wish)
{
	g_autofree char *text = pin_wish_text(wish), *label = g_strdup_printf(_("PIN of %s: "), wish->token);
	AskBox *ask = make(text, NULL);

	ask->pin = pin_wish_copy(wish);
	ask->password = prompt_new_secret(label);
	return ask;
}

void ask_box_free(AskBox *ask)
{
	if (!ask)
		return;
	pin_wish_free(ask->pin);
	question_free(ask->question);
	g_free(ask->text);
	g_strfreev(ask->facts);
	prompt_free(ask->password);
	g_free(ask);
}

const Question *ask_box_question(const AskBox *ask) { return ask->question; }
const PinWish  *ask_box_pin(const AskBox *ask) { return ask->pin; }

bool ask_box_is_secret(const AskBox *ask) { return ask->password && !ask->question && !ask->pin; }

static bool is_plain(const AskBox *ask) { return !ask->question && !ask->password; }

AskResult ask_box_key(AskBox *ask, Key key)
{
	if (ask->password) {
		PromptResult result = prompt_key(ask->password, key);
		bool is_empty = *prompt_text(ask->password) == '\0';
		return result == PROMPT_CANCELLED           ? ASK_LATER
		       : result == PROMPT_DONE && !is_empty ? ASK_YES
		                                            : ASK_OPEN;
	}
	if (key == 'y' || key == 'Y')
		return ASK_YES;
	if (key == 'n' || key == 'N')
		return ASK_NO;
	if (key == 'l' || key == 'L' || key == KEY_ESCAPE || key == KEY_CTRL_C)
		return ASK_LATER;
	return ASK_OPEN;
}

void ask_box_paste(AskBox *ask, const char *text)
{
	if (ask->password)
		prompt_paste(ask->password, text);
}

Secret *ask_box_secret(const AskBox *ask)
{
	if (!ask->password)
		return NULL;
	const char *text = prompt_text(ask->password);
	return secret_new(text, strlen(text));
}

static int fact_count(const AskBox *ask)
{
	int count = (int)g_strv_length(ask->facts);

	return count && !*ask->facts[count - 1] ? count - 1 : count;
}

/* The sentence in lines of @width, broken at blanks. Of char *. */
static GPtrArray *wrap(const char *text, int width)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	GString *line = g_string_new(NULL);

	for (char **word = words; *word; word++) {
		if (line->len && text_width(line->str) + 1 + text_width(*word) > width) {
			g_ptr_array_add(lines, g_string_free(line, FALSE));
			line = g_string_new(NULL);
		}
		g_string_append_printf(line, "%s%s", line->len ? " " : "", *word);
	}
	g_ptr_array_add(lines, g_string_free(line, FALSE));
	return lines;
}

/* The lines of the sentence; a plain yes or no has one, with the choices behind it. */
static GPtrArray *text_lines(const AskBox *ask, int width)
{
	return wrap(ask->text, is_plain(ask) ? G_MAXINT : MAX(width - 2, 1));
}

int ask_box_height(const AskBox *ask, int width)
{
	g_autoptr(GPtrArray) lines = text_lines(ask, width);

	return (int)lines->len + fact_count(ask) + (is_plain(ask) ? 0 : 1);
}

void ask_box_draw(const AskBox *ask, Canvas *canvas, Rect rect)
{
	g_autoptr(GPtrArray) lines = text_lines(ask, rect.width);
	Rect line = { rect.x, rect.y - 1, rect.width, 1 };

	canvas_fill(canvas, rect, STYLE_POPUP);
	for (guint i = 0; i < lines->len; i++) {
		line.y++;
		Pen pen = pen_new(canvas, line, STYLE_WARNING);
		pen_skip(&pen, 1);
		pen_column(&pen, g_ptr_array_index(lines, i),
		           pen_room(&pen) - (is_plain(ask) ? 16 : 1));
		if (is_plain(ask))
			pen_styled(&pen, STYLE_FOOTER_KEY, _("  y Yes  n No"));
	}
	for (int i = 0; i < fact_count(ask); i++) {
		Pen fact = {
			canvas, rect.x + 3, ++line.y, rect.x + rect.width - 1, STYLE_NORMAL, 0
		};
		pen_text(&fact, ask->facts[i]);
	}
	line = (Rect){ rect.x + 1, line.y + 1, rect.width - 2, 1 };
	if (ask->password)
		prompt_draw(ask->password, canvas, line);
	else if (ask->question) {
		Pen choices = pen_new(canvas, line, STYLE_FOOTER_KEY);
		pen_text(&choices, ask->question->kind == QUESTION_SENT
		                           ? _("y Send again  n It was sent  l Later")
		                           : _("y Yes  n No  l Later"));
	}
}
