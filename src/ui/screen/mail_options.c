/* The mail screen's settings: the page in a tab of its own, :set, and what a change entails. */
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "ui/screen/mail_state.h"

OptionsPage *screen_options(const MailScreen *mail)
{
	const ScreenTab *tab = screen_tab(mail);

	return tab ? tab->options : NULL;
}

/* There is one at most. */
static bool go_to_page(MailScreen *mail)
{
	for (guint i = 0; i < mail->tabs->len; i++)
		if (((ScreenTab *)g_ptr_array_index(mail->tabs, i))->options) {
			mail->tab = i + 1;
			return true;
		}
	return false;
}

void do_settings(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	(void)call;
	if (go_to_page(mail))
		return;
	ScreenTab *tab = g_new0(ScreenTab, 1);
	tab->options = options_page_new(mail->setup.settings);
	screen_add_tab(mail, tab, _("Settings"));
}

/* ---- changing ---- */

/* Some changes show at once; the others are looked up when they matter. */
static bool entail(MailScreen *mail, SettingId id, GError **err)
{
	if (id == SETTING_UI_KEYMAP)
		screen_take_keys(mail);
	if (id == SETTING_UI_HELP_LEVEL)
		mail_screen_resize(mail, mail->width, mail->height);
	if (!mail->setup.host->ops->setting_changed(mail->setup.host, id, err))
		return false;
	if (id == SETTING_UI_PICTURES)
		screen_redraw_pictures(mail);
	return true;
}

/* NULL: the default. What cannot be is taken back. */
static void change(MailScreen *mail, SettingId id, const char *value)
{
	g_autofree char *name = option_full_name(setting_option(id));
	g_autofree char *before = g_strdup(settings_text(mail->setup.settings, id));
	GError *err = NULL;

	if (!settings_set(mail->setup.settings, id, value, &err)) {
		screen_check(mail, false, &err);
		return;
	}
	screen_say(mail, STYLE_NORMAL, _("%s = %s; for this time, until :save-settings."), name,
	           settings_text(mail->setup.settings, id));
	if (entail(mail, id, &err))
		return;
	settings_set(mail->setup.settings, id, before, NULL);
	screen_check(mail, false, &err);
}

static void ask_value(MailScreen *mail, SettingId id)
{
	g_autofree char *name = option_full_name(setting_option(id));
	g_autofree char *text =
		g_strconcat(name, "=", settings_text(mail->setup.settings, id), NULL);

	screen_ask_line(mail, COMMAND_set, ":set ", text);
}

void screen_change_option(MailScreen *mail)
{
	SettingId id = options_page_current(screen_options(mail));
	g_autofree char *next = option_next_value(setting_option(id),
	                                          settings_text(mail->setup.settings, id));

	if (next)
		change(mail, id, next);
	else
		ask_value(mail, id);
}

void do_default_value(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	(void)call;
	change(mail, options_page_current(screen_options(mail)), NULL);
}

void do_save_settings(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	unsigned count = settings_unsaved(mail->setup.settings);
	GError *err = NULL;

	(void)call;
	if (!mail->setup.host->ops->save_settings(mail->setup.host, &err))
		screen_check(mail, false, &err);
	else
		screen_say(mail, STYLE_NORMAL,
		           ngettext_("%u setting saved.", "%u settings saved.", count), count);
}

/* ---- :set ---- */

/* By the whole name, or by the last part where only one has it. */
static bool find_setting(const char *name, SettingId *ret_id, GError **err)
{
	unsigned found = 0;

	for (int i = 0; i < SETTING_COUNT && !strchr(name, '.'); i++)
		if (strcmp(setting_option((SettingId)i)->name, name) == 0) {
			*ret_id = (SettingId)i;
			found++;
		}
	return found == 1 || setting_find(name, ret_id, err);
}

static void say_value(MailScreen *mail, SettingId id)
{
	const Option *option = setting_option(id);
	g_autofree char *name = option_full_name(option);
	g_autofree char *allowed = option_allowed(option);

	screen_say(mail, STYLE_NORMAL, _("%s = %s (takes %s)"), name,
	           settings_text(mail->setup.settings, id), allowed);
}

/* "NAME=VALUE" or "NAME VALUE"; "NAME?" asks, "NAME&" is the default, "NAME" alone says yes where it
 * can be said. */
void do_set(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	size_t len = strcspn(call->argument, "=?& ");
	const char *sign = call->argument + len, *value = sign + strspn(sign, "= ");
	g_autofree char *name = g_strndup(call->argument, len);
	GError *err = NULL;
	SettingId id;

	if (!*name)
		do_settings(target, call);
	else if (!find_setting(name, &id, &err))
		screen_check(mail, false, &err);
	else if (*sign == '&')
		change(mail, id, NULL);
	else if (*sign == '=' || *sign == ' ')
		change(mail, id, value);
	else if (!*sign && setting_option(id)->type == OPTION_BOOL)
		change(mail, id, "yes");
	else
		say_value(mail, id);
}

/* For Tab behind ":set ": names, and the values of those that have few. */
static void add_values(const Option *option, const char *name, GPtrArray *lines)
{
	g_auto(GStrv) values = g_strsplit(option->type == OPTION_BOOL     ? "yes|no"
	                                  : option->type == OPTION_CHOICE ? option->range
	                                                                  : "",
	                                  "|", -1);

	for (char **value = values; *value; value++)
		g_ptr_array_add(lines, g_strdup_printf("set %s=%s", name, *value));
}

void screen_complete_set(const char *text, GPtrArray *words)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (int i = 0; i < SETTING_COUNT; i++) {
		g_autofree char *name = option_full_name(setting_option((SettingId)i));
		g_autofree char *begin = g_strdup_printf("set %s=", name);
		if (g_str_has_prefix(text, begin))
			add_values(setting_option((SettingId)i), name, lines);
		else
			g_ptr_array_add(lines, g_steal_pointer(&begin));
	}
	for (guint i = 0; i < lines->len; i++)
		if (g_str_has_prefix(g_ptr_array_index(lines, i), text))
			g_ptr_array_add(words, g_strdup(g_ptr_array_index(lines, i)));
}
