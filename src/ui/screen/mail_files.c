/* The mail screen's commands for files: attachments in a tab of their own, and whole mails. */
#include <string.h>

#include "base/i18n.h"
#include "ui/screen/mail_state.h"

Attachments *screen_attachments(const MailScreen *mail)
{
	const ScreenTab *tab = screen_tab(mail);

	return tab ? tab->attachments : NULL;
}

void source_errand_free(SourceErrand *errand)
{
	g_free(errand->target);
	g_free(errand);
}

void do_attachments(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autoptr(GError) err = NULL;
	const MessageRow *row = screen_row(mail);
	ReaderSetup setup = screen_reader_setup(mail);
	Attachments *found = attachments_new(&setup, row->id, &err);

	(void)call;
	if (!found) {
		screen_say(mail, STYLE_ERROR, "%s", err->message);
		return;
	}
	ScreenTab *tab = g_new0(ScreenTab, 1);
	tab->attachments = found;
	screen_add_tab(mail, tab, row->subject);
}

/* ---- a whole mail ---- */

static void file_source(MailScreen *mail, const SourceErrand *errand, const Message *message,
                        GBytes *mime)
{
	FilingJob *job = g_new0(FilingJob, 1);
	FileItem  *item = file_item_new();

	item->name = filing_mail_name(message);
	item->content = g_bytes_ref(mime);
	job->serial = ++mail->serial;
	job->task = errand->task;
	job->target = g_strdup(errand->target);
	job->items = file_items_new();
	g_ptr_array_add(job->items, item);
	mail->setup.host->ops->file(mail->setup.host, job);
}

/* True if it is done with, well or not. */
static bool try_errand(MailScreen *mail, const SourceErrand *errand)
{
	g_autoptr(Message) message = NULL;
	g_autoptr(GBytes) mime = NULL;
	GError *err = NULL;

	if (!letters_read_message(mail->letters, errand->message_id, &message, &err) ||
	    !letters_read_mime(mail->letters, errand->message_id, &mime, &err)) {
		screen_check(mail, false, &err);
		return true;
	}
	if (mime)
		file_source(mail, errand, message, mime);
	return mime != NULL;
}

static void begin_errand(MailScreen *mail, FilingTask task, const char *target)
{
	const MessageRow *row = screen_row(mail);
	SourceErrand *errand = g_new0(SourceErrand, 1);

	*errand = (SourceErrand){ task, g_strdup(target), row->id, 0 };
	if (try_errand(mail, errand)) {
		source_errand_free(errand);
		return;
	}
	errand->wish_id = letters_wish(mail->letters, WISH_SOURCE, errand->message_id);
	if (errand->wish_id) {
		g_ptr_array_add(mail->errands, errand);
		screen_say(mail, STYLE_NORMAL, "%s", _("Asking the server for the source…"));
		return;
	}
	source_errand_free(errand);
	screen_say(mail, STYLE_WARNING, "%s",
	           _("This needs the server, and there is no connection to it now."));
}

static SourceErrand *take_errand(MailScreen *mail, int64_t wish_id)
{
	for (guint i = 0; wish_id && i < mail->errands->len; i++)
		if (((SourceErrand *)g_ptr_array_index(mail->errands, i))->wish_id == wish_id)
			return g_ptr_array_steal_index(mail->errands, i);
	return NULL;
}

/* ---- what comes back ---- */

bool screen_files_fetched(MailScreen *mail, const SyncEvent *event)
{
	SourceErrand *errand = take_errand(mail, event->wish_id);
	bool is_taken = errand != NULL;

	if (errand) {
		try_errand(mail, errand);
		source_errand_free(errand);
	}
	for (guint i = 0; i < mail->tabs->len; i++) {
		const ScreenTab *tab = g_ptr_array_index(mail->tabs, i);
		if (tab->attachments)
			is_taken |= attachments_fetched(tab->attachments, event->wish_id,
			                                event->content);
	}
	return is_taken;
}

/* ---- pictures ---- */

static bool take_drawn(MailScreen *mail, const Drawn *drawn)
{
	bool is_taken = reader_drawn(mail->preview, drawn);

	for (guint i = 0; !is_taken && i < mail->tabs->len; i++) {
		const ScreenTab *tab = g_ptr_array_index(mail->tabs, i);
		is_taken = tab->reader         ? reader_drawn(tab->reader, drawn)
		           : tab->attachments  ? attachments_drawn(tab->attachments, drawn)
		           : tab->conversation ? conversation_drawn(tab->conversation, drawn)
		                               : false;
	}
	return is_taken;
}

void mail_screen_drawn(MailScreen *mail, Drawn *drawn)
{
	mail->is_dirty |= take_drawn(mail, drawn);
	drawn_free(drawn);
}

void screen_redraw_pictures(MailScreen *mail)
{
	reader_redraw_pictures(mail->preview);
	for (guint i = 0; i < mail->tabs->len; i++) {
		const ScreenTab *tab = g_ptr_array_index(mail->tabs, i);
		if (tab->reader)
			reader_redraw_pictures(tab->reader);
		if (tab->attachments)
			attachments_redraw_pictures(tab->attachments);
		if (tab->conversation)
			conversation_redraw_pictures(tab->conversation);
	}
	mail->is_dirty = true;
}

/* Of a whole mail the sentence is for the status line, as all that nobody takes. */
bool screen_files_failed(MailScreen *mail, const SyncEvent *event)
{
	SourceErrand *errand = take_errand(mail, event->wish_id);
	bool is_taken = false;

	if (errand)
		source_errand_free(errand);
	for (guint i = 0; i < mail->tabs->len; i++) {
		const ScreenTab *tab = g_ptr_array_index(mail->tabs, i);
		if (tab->attachments)
			is_taken |=
				attachments_failed(tab->attachments, event->wish_id, event->text);
	}
	return is_taken;
}

static void remember_dir(MailScreen *mail, const FilingAnswer *answer)
{
	if (answer->paths->len == 0)
		return;
	g_free(mail->save_dir);
	mail->save_dir = g_path_get_dirname(g_ptr_array_index(answer->paths, 0));
}

/* Its page is laid out anew, now that it is known what came along. False: it is no letter's. */
static bool take_letter_parts(MailScreen *mail, int64_t message_id)
{
	SyncEvent now_here = { .kind = SYNC_FETCHED, .message_id = message_id };

	if (!message_id)
		return false;
	reader_fetched(mail->preview, message_id);
	screen_tabs_fetched(mail, &now_here);
	return true;
}

void mail_screen_filed(MailScreen *mail, FilingAnswer *answer)
{
	bool is_taken = take_letter_parts(mail, letters_filed(mail->letters, answer));

	remember_dir(mail, answer);
	for (guint i = 0; !is_taken && i < mail->tabs->len; i++) {
		const ScreenTab *tab = g_ptr_array_index(mail->tabs, i);
		is_taken = tab->attachments && attachments_filed(tab->attachments, answer);
	}
	if (!is_taken && answer->sentence)
		screen_say(mail, answer->is_failure ? STYLE_ERROR : STYLE_NORMAL, "%s",
		           answer->sentence);
	mail->is_dirty = true;
	filing_answer_free(answer);
	screen_ask_pin(mail);
}

/* ---- what is typed ---- */

static void complete_path(const char *text, GPtrArray *words, void *data)
{
	(void)data;
	filing_complete(text, words);
}

static void ask_path(MailScreen *mail, LineKind kind, const char *label, const char *name)
{
	const char *dir = mail->save_dir ? mail->save_dir : mail->setup.save_dir;
	g_autofree char *path = dir ? g_build_filename(dir, name, NULL) : g_strdup(name);

	screen_open_line(mail, kind, label, path);
	prompt_set_complete(mail->prompt, complete_path, mail);
}

static char *mail_name(MailScreen *mail)
{
	g_autoptr(Message) message = NULL;

	if (!letters_read_message(mail->letters, screen_row(mail)->id, &message, NULL))
		return g_strdup("");
	return filing_mail_name(message);
}

void screen_file_line(MailScreen *mail, const char *text)
{
	Attachments *files = screen_attachments(mail);
	FilingTask   task = mail->line_kind == LINE_PIPE ? FILING_PIPE : FILING_SAVE;

	if (screen_certificates(mail) && mail->line_kind == LINE_SAVE) {
		if (*text && certificates_page_current(screen_certificates(mail)))
			screen_save_certificate(mail, text);
		return;
	}
	if (!*text || (!files && !screen_row(mail)))
		return;
	if (!files)
		begin_errand(mail, task, text);
	else if (mail->line_kind == LINE_SAVE)
		attachments_save(files, text);
	else if (mail->line_kind == LINE_SAVE_ALL)
		attachments_save_all(files, text);
	else
		attachments_pipe(files, text);
}

/* What was given with the command is not asked for. */
static bool has_argument(MailScreen *mail, LineKind kind, const CommandCall *call)
{
	if (!*call->argument)
		return false;
	mail->line_kind = kind;
	screen_file_line(mail, call->argument);
	return true;
}

void do_save(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const Attachments *files = screen_attachments(mail);
	g_autofree char *name = NULL;

	if (has_argument(mail, LINE_SAVE, call))
		return;
	name = screen_certificates(mail) ? screen_certificate_name(mail)
	       : files                   ? filing_name(attachments_current(files), 1)
	                                 : mail_name(mail);
	ask_path(mail, LINE_SAVE, _("Save as: "), name);
}

void do_save_all(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	if (!has_argument(mail, LINE_SAVE_ALL, call))
		ask_path(mail, LINE_SAVE_ALL, _("Save all into the folder: "), "");
}

void do_pipe(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	if (!has_argument(mail, LINE_PIPE, call))
		screen_open_line(mail, LINE_PIPE, _("Pipe to: "), "");
}

void do_copy_path(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const char *path = attachments_path(screen_attachments(mail));

	(void)call;
	if (!path) {
		screen_say(mail, STYLE_WARNING, "%s",
		           _("This attachment is not saved yet; s saves it."));
		return;
	}
	mail->setup.host->ops->copy(mail->setup.host, path);
	screen_say(mail, STYLE_NORMAL, _("Copied: %s"), path);
}
