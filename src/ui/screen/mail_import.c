/*
 * The mail screen's import of keys and certificates that came attached. What is in the file is read
 * on a worker; its password is asked for here, and what a key is for that may be for both. Then it
 * is kept, and said.
 */
#include "app/certificate_import.h"
#include "base/i18n.h"
#include "ui/screen/mail_state.h"

void do_import(void *target, const CommandCall *call)
{
	(void)call;
	attachments_import(screen_attachments(target));
}

/* ---- what is asked ---- */

static void go_on(MailScreen *mail)
{
	mail->setup.host->ops->import(mail->setup.host, g_steal_pointer(&mail->import));
}

void screen_import_cancel(MailScreen *mail)
{
	g_clear_pointer(&mail->import, import_job_free);
	screen_say(mail, STYLE_NORMAL, "%s", _("Nothing was imported."));
}

static void ask_password(MailScreen *mail, const char *sentence)
{
	ask_box_free(mail->ask);
	mail->ask = ask_box_new_secret(sentence);
}

void screen_import_answered(MailScreen *mail, const AskBox *ask, AskResult result)
{
	if (!mail->import || result != ASK_YES) {
		screen_import_cancel(mail);
		return;
	}
	secret_unref(mail->import->password);
	mail->import->password = ask_box_secret(ask);
	go_on(mail);
}

static void ask_role(MailScreen *mail, const char *sentence)
{
	GPtrArray *items = menu_items_new();

	g_ptr_array_add(items, menu_item_new(import_notice(ROLE_BOTH), "", ROLE_BOTH));
	g_ptr_array_add(items, menu_item_new(import_notice(ROLE_SIGN), "", ROLE_SIGN));
	g_ptr_array_add(items, menu_item_new(import_notice(ROLE_ENCRYPT), "", ROLE_ENCRYPT));
	screen_open_menu(mail, MENU_ROLES, sentence, items);
}

void screen_import_role(MailScreen *mail, int64_t role)
{
	if (!mail->import)
		return;
	mail->import->role = (IdentityRole)role;
	go_on(mail);
}

/* ---- what came of it ---- */

void screen_keep_certificates(MailScreen *mail, const GPtrArray *changes, char *sentence)
{
	mail->keeping_wish = mail->setup.host->ops->certificates(mail->setup.host, changes);
	g_free(mail->kept);
	mail->kept = sentence;
	if (!mail->keeping_wish)
		screen_say(mail, STYLE_WARNING, "%s",
		           _("Nothing can be kept here now: no engine runs in this window."));
}

void mail_screen_imported(MailScreen *mail, ImportAnswer *answer)
{
	mail->is_dirty = true;
	if (answer->turn == IMPORT_DONE)
		screen_keep_certificates(mail, answer->changes, g_strdup(answer->sentence));
	else if (answer->turn == IMPORT_FAILED)
		screen_say(mail, STYLE_ERROR, "%s", answer->sentence);
	if (answer->turn == IMPORT_WANTS_PASSWORD || answer->turn == IMPORT_WANTS_ROLE) {
		import_job_free(mail->import);
		mail->import = g_steal_pointer(&answer->job);
	}
	if (answer->turn == IMPORT_WANTS_PASSWORD)
		ask_password(mail, answer->sentence);
	if (answer->turn == IMPORT_WANTS_ROLE)
		ask_role(mail, answer->sentence);
	import_answer_free(answer);
}

bool screen_keeping_event(MailScreen *mail, const SyncEvent *event)
{
	if (!event->wish_id || event->wish_id != mail->keeping_wish)
		return false;
	mail->keeping_wish = 0;
	screen_say(mail, event->kind == SYNC_FAILED ? STYLE_ERROR : STYLE_NORMAL, "%s",
	           event->kind == SYNC_FAILED ? event->text : mail->kept);
	screen_certificates_reload(mail);
	return true;
}
