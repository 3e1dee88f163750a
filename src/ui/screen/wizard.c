#include "ui/screen/wizard.h"

#include <string.h>

#include "app/account_setup.h"
#include "base/i18n.h"
#include "base/process.h"
#include "ui/widget/menu.h"
#include "ui/widget/prompt.h"

typedef enum {
	STEP_ADDRESS,
	STEP_SERVER,
	STEP_USER,
	STEP_COMMAND,
	STEP_PASSWORD,
	STEP_CA,
	STEP_COUNT
} WizardStep;

static const struct { const char *label, *help;
} steps[STEP_COUNT] = {
	[STEP_ADDRESS] = { N_("Your address"), N_("For example ada@example.org.") },
	[STEP_SERVER] = { N_("Server"),
	                  N_("The ActiveSync server, such as mail.example.org, or its whole URL.") },
	[STEP_USER] = { N_("User name"),
	                N_("As the server wants it: an address, DOMAIN\\user or a bare name.") },
	[STEP_COMMAND] = { N_("Password command"),
	                   N_("A program that prints the password, such as “pass show mail”. Empty: you are asked.") },
	[STEP_PASSWORD] = { N_("Password"),
	                    N_("Kept in memory only, and asked for again at the next start.") },
	[STEP_CA] = { N_("CA file"),
	              N_("Certificates to trust beside the system's, in PEM. Empty: those alone.") },
};

struct Wizard {
	char      *given[STEP_COUNT];    /* the password is not among them */
	Secret    *password;
	WizardStep step;
	Prompt    *prompt;               /* of the step; NULL while the server is asked */
	char      *failure;              /* one sentence; NULL when well */
};

static void begin_step(Wizard *wizard, WizardStep step)
{
	wizard->step = step;
	prompt_free(wizard->prompt);
	wizard->prompt = step == STEP_PASSWORD
	                         ? prompt_new_secret("> ")
	                         : prompt_new("> ", wizard->given[step] ? wizard->given[step] : "");
}

Wizard *wizard_new(void)
{
	Wizard *wizard = g_new0(Wizard, 1);

	begin_step(wizard, STEP_ADDRESS);
	return wizard;
}

void wizard_free(Wizard *wizard)
{
	if (!wizard)
		return;
	for (int step = 0; step < STEP_COUNT; step++)
		g_free(wizard->given[step]);
	secret_unref(wizard->password);
	prompt_free(wizard->prompt);
	g_free(wizard->failure);
	g_free(wizard);
}

static const char *or_null(const char *text) { return text && *text ? text : NULL; }

static Account *make_account(const Wizard *wizard, GError **err)
{
	SetupWish wish = {
		.address = wizard->given[STEP_ADDRESS],
		.server = wizard->given[STEP_SERVER],
		.user_name = or_null(wizard->given[STEP_USER]),
		.password_command = or_null(wizard->given[STEP_COMMAND]),
		.ca_file = or_null(wizard->given[STEP_CA]),
		.filter = -1,
	};

	return account_setup_make(&wish, err);
}

static bool check_command(const char *text, GError **err)
{
	g_auto(GStrv) argv = *text ? process_split(text, err) : NULL;

	return !*text || argv;
}

static bool check_step(const Wizard *wizard, GError **err)
{
	const char *text = prompt_text(wizard->prompt);
	g_autofree char *server = NULL;
	g_autoptr(Account) account = NULL;

	switch (wizard->step) {
	case STEP_ADDRESS: return account_setup_check_address(text, err);
	case STEP_SERVER:  return (server = account_setup_server(text, false, err)) != NULL;
	case STEP_COMMAND: return check_command(text, err);
	case STEP_CA:      return (account = make_account(wizard, err)) != NULL;
	default:           return true;
	}
}

static void keep(Wizard *wizard)
{
	const char *text = prompt_text(wizard->prompt);

	if (wizard->step == STEP_PASSWORD) {
		secret_unref(wizard->password);
		wizard->password = secret_new(text, strlen(text));
		return;
	}
	g_free(wizard->given[wizard->step]);
	wizard->given[wizard->step] = g_strstrip(g_strdup(text));
}

/* What is likely, as a start for the next answer. */
static void suggest(Wizard *wizard)
{
	const char *address = wizard->given[STEP_ADDRESS],
		   *at = address ? strchr(address, '@') : NULL;

	if (wizard->step == STEP_SERVER && !wizard->given[STEP_SERVER] && at)
		wizard->given[STEP_SERVER] = g_strconcat("mail.", at + 1, NULL);
	if (wizard->step == STEP_USER && !wizard->given[STEP_USER])
		wizard->given[STEP_USER] = g_strdup(address);
	begin_step(wizard, wizard->step);
}

static bool asks_for_password(const Wizard *wizard)
{
	return !or_null(wizard->given[STEP_COMMAND]);
}

static WizardResult step_on(Wizard *wizard)
{
	g_autoptr(GError) err = NULL;

	keep(wizard);
	g_clear_pointer(&wizard->failure, g_free);
	if (!check_step(wizard, &err)) {
		wizard->failure = g_strdup(err->message);
		return WIZARD_OPEN;
	}
	if (wizard->step == STEP_CA) {
		g_clear_pointer(&wizard->prompt, prompt_free);
		return WIZARD_READY;
	}
	wizard->step++;
	if (wizard->step == STEP_PASSWORD && !asks_for_password(wizard))
		wizard->step++;
	suggest(wizard);
	return WIZARD_OPEN;
}

static void step_back(Wizard *wizard)
{
	if (wizard->step == STEP_ADDRESS)
		return;
	keep(wizard);
	wizard->step--;
	if (wizard->step == STEP_PASSWORD && !asks_for_password(wizard))
		wizard->step--;
	begin_step(wizard, wizard->step);
}

WizardResult wizard_key(Wizard *wizard, Key key)
{
	if (key == KEY_ESCAPE || key == KEY_CTRL_C)
		return WIZARD_CANCELLED;
	if (!wizard->prompt)
		return WIZARD_OPEN;
	if (key == KEY_CURSOR_UP || key == KEY_BACK_TAB)
		step_back(wizard);
	else if (key == KEY_RETURN || key == KEY_CURSOR_DOWN || key == KEY_TABULATOR)
		return step_on(wizard);
	/* An empty line is an answer here: Backspace in it does not leave. */
	else if (key != KEY_BACK || *prompt_text(wizard->prompt))
		prompt_key(wizard->prompt, key);
	return WIZARD_OPEN;
}

void wizard_paste(Wizard *wizard, const char *text)
{
	if (wizard->prompt)
		prompt_paste(wizard->prompt, text);
}

Account *wizard_account(const Wizard *wizard, Secret **ret_password)
{
	*ret_password =
		wizard->password && asks_for_password(wizard) ? secret_ref(wizard->password) : NULL;
	return make_account(wizard, NULL);
}

void wizard_refused(Wizard *wizard, const char *sentence)
{
	g_free(wizard->failure);
	wizard->failure = g_strdup(sentence);
	begin_step(wizard, STEP_ADDRESS);
}

static void draw_line(Canvas *canvas, Rect line, const char *label, const char *text)
{
	Pen pen = pen_new(canvas, line, STYLE_LABEL);

	pen_column(&pen, label, 18);
	pen.style = STYLE_NORMAL;
	pen_column(&pen, text, pen_room(&pen));
}

static const char *shown_value(const Wizard *wizard, int step)
{
	if (step == STEP_PASSWORD)
		return wizard->password && asks_for_password(wizard) ? "••••••" : "";
	return wizard->given[step] ? wizard->given[step] : "";
}

static void draw_below(const Wizard *wizard, Canvas *canvas, Rect line)
{
	Pen pen = pen_new(canvas, line, wizard->failure ? STYLE_ERROR : STYLE_DIM);

	pen_column(&pen,
	           wizard->failure   ? wizard->failure
	           : !wizard->prompt ? _("Asking the server…")
	                             : _(steps[wizard->step].help),
	           pen_room(&pen));
	line.y += 2;
	Pen keys = pen_new(canvas, line, STYLE_FOOTER_KEY);
	pen_text(&keys, wizard->prompt ? _("Enter next  Up back  Esc leave") : _("Esc leave"));
}

void wizard_draw(const Wizard *wizard, Canvas *canvas, Rect rect)
{
	int width = MIN(rect.width, 76), height = MIN(rect.height, STEP_COUNT + 7);
	Rect box = { rect.x + (rect.width - width) / 2, rect.y + (rect.height - height) / 2, width,
		     height };
	Rect line = { box.x + 2, box.y + 1, width - 4, 1 };

	menu_draw_frame(canvas, box, _("Add account"));
	for (int step = 0; step < STEP_COUNT; step++) {
		line.y++;
		draw_line(canvas, line, _(steps[step].label), shown_value(wizard, step));
		if (wizard->prompt && step == (int)wizard->step)
			prompt_draw(wizard->prompt, canvas,
			            (Rect){ line.x + 16, line.y, line.width - 16, 1 });
	}
	line.y += 2;
	draw_below(wizard, canvas, line);
}
