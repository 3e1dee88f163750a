/*
 * The mail screen's commands for writing: each mail in a tab of its own. An answer needs the source
 * of what it answers, for the headers that the server does not give; it is asked for first, and
 * what is here must do if it does not come.
 */
#include <string.h>

#include "app/answering.h"
#include "app/people.h"
#include "app/signature.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/screen/mail_state.h"
#include "ui/screen/show.h"

enum { DRAFTS_SHOWN = 200 };

Envelope *screen_envelope(const MailScreen *mail)
{
	const ScreenTab *tab = screen_tab(mail);

	return tab ? tab->envelope : NULL;
}

/* ---- who writes ---- */

typedef struct {
	const AccountState *state;
	const Account      *account;
	AnsweringSelf       self;
} Author;

/* False: it was said why there is none. */
static bool author_of(MailScreen *mail, const AccountState *state, Author *ret_author)
{
	const Account *account =
		state ? mail->setup.host->ops->account(mail->setup.host, state->name) : NULL;

	if (!account) {
		screen_say(mail, STYLE_WARNING, "%s", _("There is no account to write from."));
		return false;
	}
	*ret_author = (Author){ state, account,
		                answering_self(mail->setup.settings, account, state) };
	return true;
}

/* Domains that are not asked about; NULL: nobody is. */
static GPtrArray *domains_of(const MailScreen *mail, const Author *author)
{
	const Settings *settings = mail->setup.settings;
	const char *own = settings_text_for(settings, author->account, SETTING_COMPOSE_OWN_DOMAINS);
	g_auto(GStrv) words = g_strsplit(own, " ", -1);

	if (!settings_bool_for(settings, author->account, SETTING_COMPOSE_ASK_EXTERNAL))
		return NULL;
	if (!*own)
		return answering_domains(&author->self);
	GPtrArray *domains = g_ptr_array_new_with_free_func(g_free);
	for (char **word = words; *word; word++)
		if (**word)
			g_ptr_array_add(domains, g_strdup(*word));
	return domains;
}

/* ---- whom an address field may mean ---- */

/* The directory's answer has to wait, or will not come. */
static bool is_out_of_reach(const MailScreen *mail, int64_t account_id)
{
	const AccountLight *light = g_hash_table_lookup(mail->lights, &account_id);

	return light && (light->state == SYNC_WAITING || light->state == SYNC_PARKED ||
	                 light->state == SYNC_ERROR);
}

static char *directory_note(const MailScreen *mail, int64_t account_id, const DirectoryWord *word)
{
	if (word->failure)
		return g_strdup(word->failure);
	if (!word->is_asked)
		return NULL;
	return g_strdup(is_out_of_reach(mail, account_id)
	                        ? _("the server cannot be asked now: only people known here")
	                        : _("asking the directory…"));
}

/* Who is known here at once, and who the directory has named for the same entry. */
static char *offer_people(const char *text, GPtrArray *offers, void *data)
{
	const ScreenTab *tab = data;
	MailScreen *mail = tab->mail;
	int64_t account_id = envelope_account_id(tab->envelope);
	DirectoryWord word = directory_look(mail->directory, account_id, people_entry(text));

	people_complete(mail->setup.reader, text, offers);
	if (word.people)
		people_complete_gal(word.people, text, offers);
	return word.people && offers->len == 0 ? g_strdup(_("nobody here or in the directory"))
	                                       : directory_note(mail, account_id, &word);
}

/* ---- a tab ---- */

static void send_it(MailScreen *mail, const ScreenTab *tab)
{
	screen_act(mail, g_strdup(_("In the Outbox")), envelope_ops(tab->envelope));
}

/* From 16.0 on the server keeps it too. */
static void keep_it(MailScreen *mail, const ScreenTab *tab)
{
	int64_t account_id = envelope_account_id(tab->envelope);
	const AccountState *state = folders_account(mail->folders, account_id);

	if (!state || !account_keeps_drafts(state)) {
		screen_say(mail, STYLE_NORMAL, "%s",
		           _("Kept as a draft, here alone: the server takes none."));
		return;
	}
	const Draft *draft = writing_draft(envelope_writing(tab->envelope));
	Op *op = op_new(OP_SAVE_DRAFT);
	op->account_id = account_id;
	op->draft_id = envelope_draft_id(tab->envelope);
	screen_act_silently(mail, op);
	screen_say(mail, STYLE_NORMAL, "%s",
	           draft_is_secret(draft)
	                   ? _("Kept as a draft, here alone: what is to be encrypted is given to no server.")
	                   : _("Kept as a draft."));
}

/* With a draft that was kept, the engine throws the server's away; of one that was not, it does not
 * know. */
static void throw_away(MailScreen *mail, const ScreenTab *tab)
{
	const Draft *draft = writing_draft(envelope_writing(tab->envelope));

	GPtrArray *ops = screen_ops_new();

	if (draft->kind == DRAFT_RESUME && !envelope_draft_id(tab->envelope))
		g_ptr_array_add(ops, op_new_delete(draft->source_id));
	if (ops->len) {
		screen_act(mail, g_strdup(_("Thrown away.")), ops);
		return;
	}
	g_ptr_array_unref(ops);
	screen_say(mail, STYLE_NORMAL, "%s", _("Thrown away."));
}

static void take_turn(MailScreen *mail, ScreenTab *tab, EnvelopeTurn turn)
{
	g_autofree char *title = writing_title(envelope_writing(tab->envelope));

	mail->is_dirty = true;
	g_free(tab->title);
	tab->title = g_steal_pointer(&title);
	switch (turn) {
	case ENVELOPE_GOES_ON:
		return;
	case ENVELOPE_LACKS_PIN:
		screen_want_pin(mail, envelope_pin(tab->envelope));
		return;
	case ENVELOPE_SENDS:
		send_it(mail, tab);
		break;
	case ENVELOPE_KEPT:
		keep_it(mail, tab);
		break;
	case ENVELOPE_DROPPED:
		throw_away(mail, tab);
		break;
	case ENVELOPE_LEFT:
		break;
	}
	screen_drop_tab(mail, tab);
}

/* What would fail or be left out when it leaves is said while it can be mended. */
static void check_signature(const MailScreen *mail, const Envelope *envelope)
{
	Writing *writing = envelope_writing(envelope);
	const char *name = writing_draft(writing)->signature;
	g_autofree char *complaint =
		mail->setup.paths && name ? signature_complaint(mail->setup.paths, name) : NULL;

	if (complaint)
		writing_fails(writing, complaint);
}

/* NULL: it was closed at once. */
static Envelope *open_envelope(MailScreen *mail, const Author *author, Draft *draft, int64_t draft_id,
                          bool is_resumed)
{
	const Settings *settings = mail->setup.settings;
	ScreenTab *tab = g_new0(ScreenTab, 1);

	tab->mail = mail;
	tab->domains = domains_of(mail, author);
	EnvelopeSetup setup = {
		.host = mail->setup.host,
		.clock = mail->setup.clock,
		.account_id = author->state->id,
		.directory = mail->directory,
		.hold_ms = 1000 * settings_int_for(settings, author->account,
		                                   SETTING_COMPOSE_SEND_HOLD_S),
		.writing = { .clock = mail->setup.clock,
		             .offer = offer_people,
		             .offer_data = tab,
		             .has_directory = true,
		             .domains = tab->domains,
		             .has_smime = settings_bool_for(settings, author->account,
		                                            SETTING_SMIME_ENABLED),
		             .signing = settings_bool_for(settings, author->account,
		                                          SETTING_COMPOSE_SIGN_OPAQUE)
		                                ? SIGNING_OPAQUE
		                                : SIGNING_CLEAR,
		             .has_editor = mail->setup.host->ops->has_editor(mail->setup.host),
		             .skips_attachments = !settings_bool(mail->setup.settings,
		                                                 SETTING_COMPOSE_ASK_FORGOTTEN) },
	};
	Envelope *envelope = tab->envelope = envelope_new(&setup, draft, draft_id, is_resumed);
	screen_add_tab(mail, tab, draft->subject);
	EnvelopeTurn turn = envelope_begin(envelope);
	check_signature(mail, envelope);
	take_turn(mail, tab, turn);
	return turn == ENVELOPE_GOES_ON ? envelope : NULL;
}

/* ---- new mail ---- */

void do_compose(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	Author author;

	if (!author_of(mail, screen_account(mail), &author))
		return;
	Draft *draft = answering_new(&author.self);
	if (*call->argument)
		draft->to = g_strdup(call->argument);
	open_envelope(mail, &author, draft, 0, false);
}

/* ---- answers ---- */

/* The account, besides the one that writes, whose own address @to is; NULL: none. */
static const AccountState *account_with_address(const MailScreen *mail, const Author *author,
                                                const char *to)
{
	const GPtrArray *states = folders_accounts(mail->folders);
	ScreenHost *host = mail->setup.host;

	for (guint i = 0; i < states->len; i++) {
		const AccountState *state = g_ptr_array_index(states, i);
		const Account *account = host->ops->account(host, state->name);
		if (state != author->state && account && strcmp(account->address, to) == 0)
			return state;
	}
	return NULL;
}

/* @to: who gets it; NULL: that is still asked. Mail that goes to another account of one's own would
 * have been moved if that could be done, which is said; and needs no word with it. */
static void open_addressed(MailScreen *mail, const Author *author, Draft *draft, const char *to)
{
	const AccountState *own = to ? account_with_address(mail, author, to) : NULL;

	if (to) {
		g_free(draft->to);
		draft->to = g_strdup(to);
	}
	open_envelope(mail, author, draft, 0, own != NULL);
	if (own)
		screen_say(
			mail, STYLE_NORMAL,
			_("ActiveSync files nothing in %s: this sends copies, the originals stay."),
			own->name);
}

/* The account that got the message; NULL: it was said that it is gone. */
static const AccountState *account_of_message(MailScreen *mail, int64_t message_id)
{
	g_autoptr(Message) message = NULL;
	GError *err = NULL;
	bool ok = letters_read_message(mail->letters, message_id, &message, &err);

	screen_check(mail, ok, &err);
	if (ok && letter_is_elsewhere(message_id))
		return folders_account(mail->folders, letters_account(mail->letters, message_id));
	const Folder *folder = ok ? folders_find(mail->folders, message->folder_id) : NULL;
	return folder ? folders_account(mail->folders, folder->account_id) : NULL;
}

static char *date_of_message(MailScreen *mail, int64_t message_id)
{
	g_autoptr(Message) message = NULL;

	return letters_read_message(mail->letters, message_id, &message, NULL)
	       ? show_date_long(message->received_ms) : NULL;
}

/* Without its source there is nothing to answer to. */
static AnsweringJob *read_letter(MailScreen *mail, const Author *author, const AnsweringWish *wish,
                                 GError **err)
{
	g_autoptr(Message) message = NULL;
	g_autoptr(GBytes) mime = NULL;

	if (!letters_read_message(mail->letters, wish->message_id, &message, err) ||
	    !letters_read_mime(mail->letters, wish->message_id, &mime, err))
		return NULL;
	if (!mime)
		return fail_null(err, ERR_NOT_FOUND,
		                 _("This message is on the server alone, and did not come now."));
	return answering_read_letter(&author->self, wish, g_steal_pointer(&message), mime);
}

static AnsweringJob *read_answered(MailScreen *mail, const Author *author,
                                   const PendingAnswer *answer, GError **err)
{
	g_autofree char *date = date_of_message(mail, answer->message_id);
	AnsweringWish wish = { answer->message_id, answer->kind, date };

	return letter_is_elsewhere(answer->message_id)
	               ? read_letter(mail, author, &wish, err)
	               : answering_read(mail->setup.reader, &author->self, &wish, err);
}

/* The draft is made elsewhere: to open a mail and to lay its quote out takes a while. */
static void begin_answer(MailScreen *mail, PendingAnswer *answer)
{
	GError *err = NULL;
	Author author;

	answer->wish_id = 0;
	if (!author_of(mail, account_of_message(mail, answer->message_id), &author)) {
		screen_answer_clear(mail);
		return;
	}
	AnsweringJob *job = read_answered(mail, &author, answer, &err);
	screen_check(mail, job != NULL, &err);
	if (!job) {
		screen_answer_clear(mail);
		return;
	}
	answer->serial = ++mail->serial;
	mail->setup.host->ops->begin_answer(mail->setup.host, answer->serial, job);
}

static void open_answer(MailScreen *mail, const PendingAnswer *answer, Draft *draft)
{
	Author author;

	if (!author_of(mail, account_of_message(mail, answer->message_id), &author)) {
		draft_free(draft);
		return;
	}
	if (answer->words)
		draft_say_above(draft, answer->words);
	if (answer->words || answer->kind == DRAFT_RESUME)
		open_envelope(mail, &author, draft, 0, true);
	else
		open_addressed(mail, &author, draft, answer->to);
}

void mail_screen_begun(MailScreen *mail, int64_t serial, Draft *draft, const char *failure)
{
	/* Another answer was begun meanwhile. */
	if (serial != mail->answer.serial) {
		draft_free(draft);
		return;
	}
	if (draft)
		open_answer(mail, &mail->answer, draft);
	else
		screen_say(mail, STYLE_ERROR, "%s", failure);
	screen_answer_clear(mail);
}

/* The draft is made once more with it. */
void mail_screen_begun_closed(MailScreen *mail, int64_t serial, const PinWish *pin)
{
	if (serial != mail->answer.serial)
		return;
	mail->answer.lacks_pin = true;
	screen_want_pin(mail, pin);
}

static void answer_with_pin(MailScreen *mail, bool is_given)
{
	if (!mail->answer.lacks_pin)
		return;
	mail->answer.lacks_pin = false;
	if (is_given) {
		begin_answer(mail, &mail->answer);
		return;
	}
	screen_answer_clear(mail);
	screen_say(mail, STYLE_WARNING, "%s",
	           _("Without the PIN the message cannot be read, and not be answered."));
}

/* Of what is elsewhere, nobody would say so. */
static bool has_source(const MailScreen *mail, int64_t message_id)
{
	g_autoptr(GBytes) mime = NULL;

	return letter_is_elsewhere(message_id) &&
	       letters_read_mime(mail->letters, message_id, &mime, NULL) && mime;
}

/* The source first, for its headers. The texts of @answer are taken. */
static void begin_with_source(MailScreen *mail, PendingAnswer answer)
{
	bool is_here = has_source(mail, answer.message_id);

	answer.wish_id = mail->setup.is_offline || is_here
	                         ? 0
	                         : letters_wish(mail->letters, WISH_SOURCE, answer.message_id);
	screen_answer_clear(mail);
	mail->answer = answer;
	if (answer.wish_id) {
		screen_say(mail, STYLE_NORMAL, "%s", _("Getting the original…"));
		return;
	}
	begin_answer(mail, &mail->answer);
}

bool screen_answer_can_begin(MailScreen *mail, const SyncEvent *event)
{
	if (!mail->answer.wish_id || event->wish_id != mail->answer.wish_id)
		return false;
	g_clear_pointer(&mail->message, g_free);
	begin_answer(mail, &mail->answer);
	return true;
}

void screen_answer_clear(MailScreen *mail)
{
	g_free(mail->answer.to);
	g_free(mail->answer.words);
	mail->answer = (PendingAnswer){ 0 };
}

static void begin_at_row(MailScreen *mail, DraftKind kind)
{
	begin_with_source(mail,
	                  (PendingAnswer){ .message_id = screen_row(mail)->id, .kind = kind });
}

void do_reply(void *target, const CommandCall *call) 
{
	(void)call;
	begin_at_row(target, DRAFT_REPLY);
}
void do_reply_all(void *target, const CommandCall *call)
{
	(void)call;
	begin_at_row(target, DRAFT_REPLY_ALL);
}
void do_reply_list(void *target, const CommandCall *call)
{
	(void)call;
	begin_at_row(target, DRAFT_REPLY_LIST);
}
void do_forward(void *target, const CommandCall *call) 
{
	(void)call;
	begin_at_row(target, DRAFT_FORWARD);
}
static void begin_with_all(MailScreen *mail, const GPtrArray *marks, const char *to)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	GError *err = NULL;
	Author author;

	for (guint i = 0; i < marks->len; i++)
		g_array_append_val(ids, ((MessageMark *)g_ptr_array_index(marks, i))->id);
	if (!author_of(mail, account_of_message(mail, g_array_index(ids, int64_t, 0)), &author))
		return;
	Draft *draft = answering_attach(mail->setup.reader, &author.self, ids, &err);
	screen_check(mail, draft != NULL, &err);
	if (draft)
		open_addressed(mail, &author, draft, to);
}

void do_forward_attached(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const char *to = *call->argument ? call->argument : NULL;

	if (letter_is_elsewhere(screen_row(mail)->id)) {
		begin_with_source(mail, (PendingAnswer){ .message_id = screen_row(mail)->id,
		                                         .kind = DRAFT_FORWARD_ATTACHED,
		                                         .to = g_strdup(to) });
		return;
	}
	g_autoptr(GPtrArray) marks = screen_marks(mail);
	if (!marks)
		return;
	if (marks->len == 1)
		begin_with_source(
			mail,
			(PendingAnswer){ .message_id =
		                                 ((MessageMark *)g_ptr_array_index(marks, 0))->id,
		                         .kind = DRAFT_FORWARD_ATTACHED,
		                         .to = g_strdup(to) });
	else if (screen_is_one_account(marks))
		begin_with_all(mail, marks, to);
	else
		screen_say(
			mail, STYLE_WARNING, "%s",
			_("A mail leaves from one account: select messages of one only."));
}
void do_resend(void *target, const CommandCall *call) 
{
	(void)call;
	begin_at_row(target, DRAFT_RESEND);
}
void do_edit_as_new(void *target, const CommandCall *call)
{
	(void)call;
	begin_at_row(target, DRAFT_EDIT);
}

/* ---- quick replies ---- */

/* The account of the row in question; NULL: there is no row, or there are no such texts at all. */
static const char *replying_account(MailScreen *mail)
{
	const MessageRow   *row = mail->setup.paths ? screen_row(mail) : NULL;
	const AccountState *account = row ? account_of_message(mail, row->id) : NULL;

	return account ? account->name : NULL;
}

static GPtrArray *quick_replies(MailScreen *mail)
{
	const char *account = replying_account(mail);

	return account ? quick_reply_names(mail->setup.paths, account)
	               : g_ptr_array_new_with_free_func(g_free);
}

static void answer_quickly(MailScreen *mail, const char *name)
{
	GError *err = NULL;
	g_autofree char *words =
		quick_reply_load(mail->setup.paths, replying_account(mail), name, &err);

	screen_check(mail, words != NULL, &err);
	if (words)
		begin_with_source(mail, (PendingAnswer){ .message_id = screen_row(mail)->id,
		                                         .kind = DRAFT_REPLY,
		                                         .words = g_steal_pointer(&words) });
}

void screen_quick_reply(MailScreen *mail, int64_t index)
{
	g_autoptr(GPtrArray) names = quick_replies(mail);

	if (index < names->len)
		screen_run(mail, COMMAND_quick_reply, g_ptr_array_index(names, index));
}

static char *reply_label(MailScreen *mail, const char *name)
{
	g_autofree char *text =
		quick_reply_load(mail->setup.paths, replying_account(mail), name, NULL);
	g_autofree char *line = text_one_line(text ? text : "");

	return g_strdup_printf("%s  %s", name, line);
}

void do_quick_reply(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autoptr(GPtrArray) names = quick_replies(mail);

	if (names->len && *call->argument) {
		answer_quickly(mail, call->argument);
		return;
	}
	if (!names->len) {
		screen_say(
			mail, STYLE_NORMAL, "%s",
			_("There is no quick reply yet: write one with “postern quick-reply set NAME”."));
		return;
	}
	GPtrArray *items = menu_items_new();
	for (guint i = 0; i < names->len; i++) {
		g_autofree char *label = reply_label(mail, g_ptr_array_index(names, i));
		g_ptr_array_add(items, menu_item_new(label, "", i));
	}
	screen_open_menu(mail, MENU_REPLIES, _("Answer with"), items);
}

/* ---- what was postponed ---- */

/* NULL: it cannot be, which is said. */
static Envelope *open_draft(MailScreen *mail, int64_t draft_id)
{
	g_autoptr(StoreDraft) row = NULL;
	g_autoptr(Draft) draft = NULL;
	GError *err = NULL;
	Author author;

	if (!store_load_draft(mail->setup.reader, draft_id, &draft, &row, &err)) {
		screen_check(mail, false, &err);
		return NULL;
	}
	if (!author_of(mail, folders_account(mail->folders, row->account_id), &author))
		return NULL;
	return open_envelope(mail, &author, g_steal_pointer(&draft), draft_id, true);
}

void screen_resume_draft(MailScreen *mail, int64_t draft_id) { open_draft(mail, draft_id); }

bool screen_is_draft(const MailScreen *mail, const MessageRow *row)
{
	const Folder *folder =
		letter_is_elsewhere(row->id) ? NULL : folders_find(mail->folders, row->folder_id);
	const AccountState *state =
		folder ? folders_account(mail->folders, folder->account_id) : NULL;

	return state && folder->type == FOLDER_DRAFTS && account_keeps_drafts(state);
}

/* Of a draft that was kept, or of the message that one was made from. */
static bool shows_draft(const ScreenTab *tab, int64_t draft_id, int64_t message_id)
{
	const Draft *draft =
		tab->envelope ? writing_draft(envelope_writing(tab->envelope)) : NULL;

	return draft && ((draft_id && envelope_draft_id(tab->envelope) == draft_id) ||
	                 (draft->kind == DRAFT_RESUME && draft->source_id == message_id));
}

static bool show_again(MailScreen *mail, int64_t draft_id, int64_t message_id)
{
	for (guint i = 0; i < mail->tabs->len; i++)
		if (shows_draft(g_ptr_array_index(mail->tabs, i), draft_id, message_id)) {
			mail->tab = i + 1;
			mail->layout = screen_layout(mail);
			mail->is_dirty = true;
			return true;
		}
	return false;
}

/* What is in the Outbox cannot be changed; that is said here, before somebody writes in vain. */
static void resume_unless_queued(MailScreen *mail, int64_t draft_id)
{
	g_autoptr(StoreDraft) row = NULL;
	GError *err = NULL;
	bool ok = store_read_draft(mail->setup.reader, draft_id, &row, &err);

	screen_check(mail, ok, &err);
	if (ok && row->is_queued)
		screen_say(
			mail, STYLE_WARNING, "%s",
			_("This draft is in the Outbox; cancel its sending before you change it."));
	else if (ok)
		screen_resume_draft(mail, draft_id);
}

void do_edit_draft(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	const MessageRow *row = screen_row(mail);
	int64_t draft_id = 0;
	GError *err = NULL;

	(void)call;
	if (!screen_is_draft(mail, row)) {
		screen_say(
			mail, STYLE_WARNING, "%s",
			_("This is no draft on the server; “edit-as-new” makes a new mail of it."));
		return;
	}
	bool ok = store_find_draft(mail->setup.reader, row->id, &draft_id, &err);
	screen_check(mail, ok, &err);
	if (!ok || show_again(mail, draft_id, row->id))
		return;
	if (draft_id)
		resume_unless_queued(mail, draft_id);
	else
		begin_at_row(mail, DRAFT_RESUME);
}

static char *draft_label(const StoreDraft *row)
{
	g_autoptr(Draft) draft = draft_from_text(row->text, NULL);

	if (!draft)
		return g_strdup(_("(a draft that cannot be read)"));
	const char *to = draft_addressees(draft);
	return g_strdup_printf("%s  %s", to ? to : _("(nobody)"),
	                       draft->subject ? draft->subject : _("(no subject)"));
}

void do_recall(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_autoptr(GPtrArray) rows = NULL;
	GPtrArray *items = menu_items_new();
	GError *err = NULL;

	(void)call;
	screen_check(mail, store_read_drafts(mail->setup.reader, 0, DRAFTS_SHOWN, &rows, &err),
	             &err);
	for (guint i = 0; rows && i < rows->len; i++) {
		const StoreDraft *row = g_ptr_array_index(rows, i);
		g_autofree char *label = row->is_queued ? NULL : draft_label(row);
		g_autofree char *when =
			show_date_short(row->changed_ms, clock_now_ms(mail->setup.clock));
		if (label)
			g_ptr_array_add(items, menu_item_new(label, when, row->id));
	}
	if (items->len)
		screen_open_menu(mail, MENU_DRAFTS, _("Go on with a draft"), items);
	else if (rows)
		screen_say(mail, STYLE_NORMAL, "%s", _("Nothing was postponed."));
	if (!items->len)
		g_ptr_array_unref(items);
}

/* From an editor that was cut off: the draft with the text that was found, or a new one. */
static void open_left_mail(MailScreen *mail, int64_t draft_id, const char *text)
{
	Envelope *envelope = NULL;
	Author author;

	if (draft_id)
		envelope = open_draft(mail, draft_id);
	else if (author_of(mail, screen_account(mail), &author))
		envelope = open_envelope(mail, &author, answering_new(&author.self), 0, true);
	if (envelope)
		envelope_left_behind(envelope, text);
}

void mail_screen_left_behind(MailScreen *mail, const EditingOwner *owner, const char *text)
{
	if (owner->kind == EDITING_DRAFT)
		open_left_mail(mail, owner->id, text);
	else if (!screen_oof_left_behind(mail, owner, text))
		return;
	screen_say(mail, STYLE_WARNING, "%s",
	           _("A text was found that an editor had left behind; it is here again."));
}

/* ---- on the review screen ---- */

static void act(MailScreen *mail, WritingAct wanted, const char *argument)
{
	ScreenTab *tab = screen_tab(mail);

	take_turn(mail, tab, envelope_act(tab->envelope, wanted, argument));
}

void screen_write_move(MailScreen *mail, int rows)
{
	for (int i = 0; i < ABS(rows); i++)
		act(mail, rows > 0 ? WRITING_DOWN : WRITING_UP, "");
}

void screen_write_leave(MailScreen *mail) { act(mail, WRITING_LEAVE, ""); }

#define ACT(command, wanted)                                                                       \
	void do_##command(void *target, const CommandCall *call)                                   \
	{                                                                                          \
		act(target, wanted, call->argument);                                               \
	}
ACT(send, WRITING_SEND)
ACT(postpone, WRITING_POSTPONE)
ACT(write, WRITING_TEXT)
ACT(from, WRITING_FROM)
ACT(to, WRITING_TO)
ACT(cc, WRITING_CC)
ACT(bcc, WRITING_BCC)
ACT(reply_to, WRITING_REPLY_TO)
ACT(subject, WRITING_SUBJECT)
ACT(attach, WRITING_ATTACH)
ACT(detach, WRITING_DETACH)
ACT(format, WRITING_FORMAT)
ACT(importance, WRITING_IMPORTANCE)
ACT(sensitivity, WRITING_SENSITIVITY)
ACT(receipt, WRITING_RECEIPT)
ACT(sign, WRITING_SIGN)
ACT(encrypt, WRITING_ENCRYPT)
ACT(send_later, WRITING_LATER)
#undef ACT

/* ---- input, events and time ---- */

bool screen_write_input(MailScreen *mail, const Input *input)
{
	ScreenTab *tab = screen_tab(mail);

	if (!tab || !tab->envelope || !writing_takes_keys(envelope_writing(tab->envelope)) ||
	    input->kind == INPUT_MOUSE)
		return false;
	if (input->kind == INPUT_PASTE)
		envelope_paste(tab->envelope, input->paste);
	else
		take_turn(mail, tab, envelope_key(tab->envelope, input->key));
	return true;
}

static ScreenTab *tab_at(const MailScreen *mail, guint index)
{
	return g_ptr_array_index(mail->tabs, index);
}

static void offers_came(MailScreen *mail)
{
	for (guint i = 0; i < mail->tabs->len; i++)
		if (tab_at(mail, i)->envelope)
			envelope_offers_came(tab_at(mail, i)->envelope);
	mail->is_dirty = true;
}

bool screen_write_event(MailScreen *mail, const SyncEvent *event)
{
	bool is_mine = false;

	if (directory_event(mail->directory, event)) {
		offers_came(mail);
		return true;
	}
	for (guint i = 0; i < mail->tabs->len && !is_mine; i++) {
		ScreenTab *tab = tab_at(mail, i);
		EnvelopeTurn turn = tab->envelope ? envelope_event(tab->envelope, event, &is_mine)
		                                  : ENVELOPE_GOES_ON;
		if (is_mine)
			take_turn(mail, tab, turn);
	}
	return is_mine;
}

void mail_screen_gathered(MailScreen *mail, int64_t serial, const Draft *draft, const char *failure)
{
	bool is_mine = false;

	for (guint i = 0; i < mail->tabs->len && !is_mine; i++) {
		ScreenTab *tab = tab_at(mail, i);
		EnvelopeTurn turn = tab->envelope ? envelope_gathered(tab->envelope, serial, draft,
		                                                      failure, &is_mine)
		                                  : ENVELOPE_GOES_ON;
		if (is_mine)
			take_turn(mail, tab, turn);
	}
}

void mail_screen_looked(MailScreen *mail, int64_t serial, Protection *protection,
                        const char *failure)
{
	bool is_mine = false;

	for (guint i = 0; i < mail->tabs->len && !is_mine; i++) {
		ScreenTab *tab = tab_at(mail, i);
		EnvelopeTurn turn = tab->envelope ? envelope_looked(tab->envelope, serial, protection,
		                                                    failure, &is_mine)
		                                  : ENVELOPE_GOES_ON;
		if (is_mine)
			take_turn(mail, tab, turn);
	}
	if (!is_mine)
		protection_free(protection);
}

void mail_screen_packed(MailScreen *mail, int64_t serial, StoreMail *packed, const char *failure,
                        const PinWish *pin)
{
	const EnvelopePacked answer = { packed, failure, pin };
	bool is_mine = false;

	for (guint i = 0; i < mail->tabs->len && !is_mine; i++) {
		ScreenTab *tab = tab_at(mail, i);
		EnvelopeTurn turn = tab->envelope ? envelope_packed(tab->envelope, serial, &answer,
		                                                    &is_mine)
		                                  : ENVELOPE_GOES_ON;
		if (is_mine)
			take_turn(mail, tab, turn);
	}
}

void screen_write_pin(MailScreen *mail, bool is_given)
{
	answer_with_pin(mail, is_given);
	for (guint i = 0; i < mail->tabs->len; i++)
		if (tab_at(mail, i)->envelope)
			envelope_pin_given(tab_at(mail, i)->envelope, is_given);
}

int64_t screen_write_deadline(const MailScreen *mail)
{
	int64_t due = INT64_MAX;

	for (guint i = 0; i < mail->tabs->len; i++)
		if (tab_at(mail, i)->envelope)
			due = MIN(due, envelope_deadline(tab_at(mail, i)->envelope));
	return due;
}

void mail_screen_keep(MailScreen *mail)
{
	for (guint i = 0; i < mail->tabs->len; i++)
		if (tab_at(mail, i)->envelope)
			envelope_keep(tab_at(mail, i)->envelope);
}

void screen_write_tick(MailScreen *mail)
{
	for (guint i = 0; i < mail->tabs->len; i++) {
		Envelope *envelope = tab_at(mail, i)->envelope;
		if (!envelope || envelope_deadline(envelope) > clock_uptime_ms(mail->setup.clock))
			continue;
		envelope_tick(envelope);
		mail->is_dirty = true;
	}
}
