#include "ui/screen/ask.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/widget/prompt.h"

enum { FACTS_MAX = 8 };

struct Ask {
	Question *question;          /* NULL: a plain yes or no */
	char     *text;
	char    **facts;
	Prompt   *password;          /* NULL: yes or no */
};

static Ask *make(const char *text, const char *facts)
{
	Ask *ask = g_new0(Ask, 1);

	ask->text = g_strdup(text ? text : "");
	ask->facts = g_strsplit(facts ? facts : "", "\n", FACTS_MAX);
	return ask;
}

Ask *ask_new(const Question *question)
{
	Ask *ask = make(question->text, question->facts);

	ask->question = question_copy(question);
	if (question->kind == QUESTION_PASSWORD) {
		g_autofree char *label = g_strdup_printf(_("Password for %s: "), question->account_name ? question->account_name : "");
		ask->password = prompt_new_secret(label);
	}
	return ask;
}

Ask *ask_new_yes_no(const char *text) { return make(text, NULL); }

void ask_free(Ask *ask)
{
	if (!ask)
		return;
	question_free(ask->question);
	g_free(ask->text);
	g_strfreev(ask->facts);
	prompt_free(ask->password);
	g_free(ask);
}

const Question *ask_question(const Ask *ask) { return ask->question; }

AskResult ask_key(Ask *ask, Key key)
{
	if (ask->password) {
		PromptResult result = prompt_key(ask->password, key);
		bool is_empty = *prompt_text(ask->password) == '\0';
		return result == PROMPT_CANCELLED ? ASK_LATER : result == PROMPT_DONE && !is_empty ? ASK_YES : ASK_OPEN;
	}
	if (key == 'y' || key == 'Y')
		return ASK_YES;
	if (key == 'n' || key == 'N')
		return ASK_NO;
	if (key == 'l' || key == 'L' || key == KEY_ESCAPE || key == KEY_CTRL_C)
		return ASK_LATER;
	return ASK_OPEN;
}

void ask_paste(Ask *ask, const char *text)
{
	if (ask->password)
		prompt_paste(ask->password, text);
}

Secret *ask_secret(const Ask *ask)
{
	if (!ask->password)
		return NULL;
	const char *text = prompt_text(ask->password);
	return secret_new(text, strlen(text));
}

static int fact_count(const Ask *ask)
{
	int count = (int)g_strv_length(ask->facts);

	return count && !*ask->facts[count - 1] ? count - 1 : count;
}

int ask_height(const Ask *ask)
{
	return 1 + fact_count(ask) + (ask->question ? 1 : 0);
}

void ask_draw(const Ask *ask, Canvas *canvas, Rect rect)
{
	Rect line = { rect.x, rect.y, rect.width, 1 };
	Pen  pen = pen_new(canvas, line, STYLE_WARNING);

	canvas_fill(canvas, rect, STYLE_POPUP);
	pen_skip(&pen, 1);
	pen_column(&pen, ask->text, pen_room(&pen) - (ask->question ? 1 : 16));
	if (!ask->question)
		pen_styled(&pen, STYLE_FOOTER_KEY, _("  y Yes  n No"));
	for (int i = 0; i < fact_count(ask); i++) {
		Pen fact = { canvas, rect.x + 3, ++line.y, rect.x + rect.width - 1, STYLE_NORMAL, 0 };
		pen_text(&fact, ask->facts[i]);
	}
	line = (Rect){ rect.x + 1, line.y + 1, rect.width - 2, 1 };
	if (ask->password)
		prompt_draw(ask->password, canvas, line);
	else if (ask->question) {
		Pen choices = pen_new(canvas, line, STYLE_FOOTER_KEY);
		pen_text(&choices, _("y Yes  n No  l Later"));
	}
}
