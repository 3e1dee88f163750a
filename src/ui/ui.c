/*
 * One poll() over terminal, signals, engine and workers; one reader of the store; one screen.
 * Everything happens in this thread, in turns: take what came, draw what changed, wait.
 */
#include "ui/ui.h"

#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "app/account_setup.h"
#include "app/editing.h"
#include "app/indexer.h"
#include "app/key_folder.h"
#include "app/outgoing.h"
#include "app/settings.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/log.h"
#include "store/read.h"
#include "ui/filer.h"
#include "ui/finder.h"
#include "ui/gather.h"
#include "ui/inquiry.h"
#include "ui/locker.h"
#include "ui/painter.h"
#include "ui/screen/mail.h"
#include "ui/term/term.h"
#include "ui/themes/theme.h"
#include "ui/trial.h"
#include "ui/worker.h"
#include "vault/lock.h"

/* Another process has the engine and does not serve us: what it changes is looked for this often.
 */
enum { LOOK_EVERY_MS = 5000 };
enum { LOCK_PATIENCE_MS = 2000 };
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_INTERRUPTED = 130 };

typedef struct {
	ScreenHost     host;         /* first: the screen holds a pointer to it */
	const UiSetup *setup;
	Term          *term;
	StoreReader   *reader;
	Settings      *settings;
	char          *keys_file, *searches_file;
	Mailbox       *events;       /* of SyncEvent */
	Mailbox       *answers;      /* of UiAnswer */
	SyncClient    *client;       /* NULL: offline, or no engine serves us */
	Notary        *notary;
	Worker        *worker;
	Inquiry       *inquiry;
	Finder        *finder;
	Filer         *filer;
	Painter       *painter;
	KeyWatch      *keys;         /* NULL: no folder is watched */
	Indexer       *indexer;      /* NULL without an engine of ours */
	MailScreen    *screen;       /* NULL: locked */
	Locker        *locker;
	const char    *lock_reason;  /* a lock is wanted, once nothing is under way; NULL */
	bool           wants_suspend;
	Canvas        *canvas;
	Account       *added;        /* set up in this run */
	int64_t        version;      /* of the store, while no engine serves us */
	int64_t        look_ms;
	int64_t        last_gather, last_look, last_pack, last_import;
	bool           is_over;
	int            exit_code;
} Ui;

/* ---- what the screen asks for ---- */

static void host_render(ScreenHost *host, PageJob *job)
{
	worker_render(((Ui *)host)->worker, job);
}

static void host_begin_answer(ScreenHost *host, int64_t serial, AnsweringJob *job)
{
	worker_answer(((Ui *)host)->worker, serial, job);
}

static void host_search(ScreenHost *host, SearchJob *job)
{
	finder_search(((Ui *)host)->finder, job);
}

static int64_t host_wish(ScreenHost *host, WishKind kind, int64_t message_id)
{
	Ui *ui = (Ui *)host;

	if (!ui->client)
		return 0;
	return kind == WISH_BODY ? sync_wish_body(ui->client, message_id)
	                         : sync_wish_mime(ui->client, message_id);
}

static int64_t host_wish_part(ScreenHost *host, int64_t message_id, const char *reference)
{
	Ui *ui = (Ui *)host;

	return ui->client ? sync_wish_part(ui->client, message_id, reference) : 0;
}

static int64_t host_gal(ScreenHost *host, int64_t account_id, const char *query)
{
	Ui *ui = (Ui *)host;

	return ui->client ? sync_wish_gal(ui->client, account_id, query) : 0;
}

static int64_t host_find(ScreenHost *host, int64_t account_id, int64_t folder_id,
                         const Lookup *lookup)
{
	Ui *ui = (Ui *)host;

	return ui->client ? sync_wish_search(ui->client, account_id, folder_id, lookup) : 0;
}

static int64_t host_wish_found(ScreenHost *host, int64_t account_id, const Found *found)
{
	Ui *ui = (Ui *)host;

	return ui->client ? sync_wish_found(ui->client, account_id, found) : 0;
}

static int64_t host_resolve(ScreenHost *host, int64_t account_id, const char *newline_list)
{
	Ui *ui = (Ui *)host;

	return ui->client ? sync_wish_resolve(ui->client, account_id, newline_list) : 0;
}

static int64_t host_wish_oof(ScreenHost *host, int64_t account_id)
{
	Ui *ui = (Ui *)host;

	return ui->client ? sync_wish_oof(ui->client, account_id) : 0;
}

static int64_t host_wish_picture(ScreenHost *host, int64_t account_id, int64_t message_id,
                                 const char *url)
{
	Ui *ui = (Ui *)host;

	return ui->client ? sync_wish_picture(ui->client, account_id, message_id, url) : 0;
}

static void host_file(ScreenHost *host, FilingJob *job)
{
	filer_file(((Ui *)host)->filer, job);
}

static bool host_draw(ScreenHost *host, DrawJob *job)
{
	Ui *ui = (Ui *)host;
	TermPictures pictures;

	if (!term_pictures(ui->term, &pictures)) {
		draw_job_free(job);
		return false;
	}
	painter_draw(ui->painter, job, &pictures);
	return true;
}

static int64_t host_ops_begin(ScreenHost *host, GPtrArray *ops)
{
	Ui *ui = (Ui *)host;

	if (ui->client)
		return sync_ops(ui->client, ops);
	g_ptr_array_unref(ops);
	return 0;
}

static int64_t host_outbox(ScreenHost *host, OutboxAct act, int64_t group_id)
{
	Ui *ui = (Ui *)host;

	if (!ui->client)
		return 0;
	return act == OUTBOX_RETRY ? sync_outbox_retry(ui->client, 0, group_id)
	                           : sync_outbox_cancel(ui->client, 0, group_id);
}

static int64_t host_vip(ScreenHost *host, const char *address, bool is_vip)
{
	Ui *ui = (Ui *)host;

	if (!ui->client)
		return 0;
	return is_vip ? sync_vip(ui->client, address) : sync_not_vip(ui->client, address);
}

static int64_t host_picture_sender(ScreenHost *host, int64_t account_id, const char *address,
                                   bool is_shown)
{
	Ui *ui = (Ui *)host;

	if (!ui->client)
		return 0;
	return (is_shown ? sync_picture_sender : sync_not_picture_sender)(ui->client, account_id,
	                                                                  address);
}

static void host_sync_now(ScreenHost *host)
{
	Ui *ui = (Ui *)host;

	if (ui->client)
		sync_now(ui->client, 0);
}

static void host_folder_first(ScreenHost *host, int64_t folder_id)
{
	Ui *ui = (Ui *)host;

	if (ui->client)
		sync_folder_first(ui->client, folder_id);
}

static void host_answer(ScreenHost *host, const Question *question, AnswerChoice choice,
                        Secret *secret)
{
	Ui *ui = (Ui *)host;

	if (ui->client)
		sync_answer(ui->client, question, choice, secret);
}

static void host_add_account(ScreenHost *host, Account *account, Secret *password)
{
	Ui *ui = (Ui *)host;
	TrialSetup setup = { ui->setup->backends, ui->setup->clock, ui->answers };

	trial_begin(&setup, account, password);
}

/* ---- mails that are being written ---- */

static const Account *host_account(ScreenHost *host, const char *name)
{
	const Ui *ui = (const Ui *)host;
	const GPtrArray *accounts = ui->setup->accounts;

	for (guint i = 0; accounts && i < accounts->len; i++)
		if (g_strcmp0(((const Account *)g_ptr_array_index(accounts, i))->name, name) == 0)
			return g_ptr_array_index(accounts, i);
	return ui->added && g_strcmp0(ui->added->name, name) == 0 ? ui->added : NULL;
}

static int64_t host_draft_save(ScreenHost *host, int64_t account_id, Draft *draft, int64_t draft_id)
{
	Ui *ui = (Ui *)host;

	if (ui->client)
		return sync_draft_save(ui->client, account_id, draft, draft_id);
	draft_free(draft);
	return 0;
}

static void host_draft_drop(ScreenHost *host, int64_t draft_id)
{
	Ui *ui = (Ui *)host;

	if (ui->client)
		sync_draft_drop(ui->client, draft_id);
}

static int64_t host_gather(ScreenHost *host, Draft *draft)
{
	Ui *ui = (Ui *)host;
	GatherSetup setup = { ui->setup->store, ui->answers };

	gather_begin(&setup, ++ui->last_gather, draft);
	return ui->last_gather;
}

static const Account *account_of(Ui *ui, int64_t account_id)
{
	g_autoptr(GPtrArray) states = NULL;

	if (!store_read_accounts(ui->reader, &states, NULL))
		return NULL;
	for (guint i = 0; i < states->len; i++) {
		const AccountState *state = g_ptr_array_index(states, i);
		if (state->id == account_id)
			return host_account(&ui->host, state->name);
	}
	return NULL;
}

/* NULL: none is named, or nobody would keep what it says. */
static CertificateDirectory *directory_of(Ui *ui, int64_t account_id)
{
	const Account *account = ui->client ? account_of(ui, account_id) : NULL;

	return account ? certificate_directory_new(ui->settings, account) : NULL;
}

static int64_t host_look(ScreenHost *host, int64_t account_id, Draft *draft)
{
	Ui *ui = (Ui *)host;

	inquiry_begin(ui->inquiry, ++ui->last_look, account_id, draft,
	              directory_of(ui, account_id));
	return ui->last_look;
}

static int64_t host_pack(ScreenHost *host, int64_t draft_id)
{
	Ui *ui = (Ui *)host;

	worker_pack(ui->worker, ++ui->last_pack, draft_id);
	return ui->last_pack;
}

static int64_t host_draft_bytes(ScreenHost *host, int64_t draft_id, GBytes *mime)
{
	Ui *ui = (Ui *)host;

	return ui->client ? sync_draft_bytes(ui->client, draft_id, mime) : 0;
}

static GPtrArray *copy_accounts(const Ui *ui)
{
	const GPtrArray *accounts = ui->setup->accounts;
	GPtrArray *copies = g_ptr_array_new_with_free_func((GDestroyNotify)account_free);

	for (guint i = 0; accounts && i < accounts->len; i++)
		g_ptr_array_add(copies, account_copy(g_ptr_array_index(accounts, i)));
	if (ui->added)
		g_ptr_array_add(copies, account_copy(ui->added));
	return copies;
}

static void host_import(ScreenHost *host, ImportJob *job)
{
	Ui *ui = (Ui *)host;

	if (!job->accounts)
		job->accounts = copy_accounts(ui);
	worker_import(ui->worker, ++ui->last_import, job);
}

static void host_list_certificates(ScreenHost *host)
{
	Ui *ui = (Ui *)host;

	worker_list_certificates(ui->worker, clock_now_ms(ui->setup->clock));
}

static int64_t host_certificates(ScreenHost *host, const GPtrArray *changes)
{
	Ui *ui = (Ui *)host;

	return ui->client ? sync_certificates(ui->client, changes) : 0;
}

static void host_pin(ScreenHost *host, const char *token, Secret *pin)
{
	pins_give(notary_pins(((Ui *)host)->notary), token, pin);
}

/* NULL: Postern's own. */
static char **editor_command(const Ui *ui, GError **err)
{
	char **argv = NULL;
	const char *setting = settings_text(ui->settings, SETTING_COMPOSE_EDITOR);

	return editing_command(setting, &argv, err) ? argv : NULL;
}

static bool host_has_editor(ScreenHost *host)
{
	g_auto(GStrv) argv = editor_command((Ui *)host, NULL);

	return argv != NULL;
}

static void take_size(Ui *ui);

static char *host_edit(ScreenHost *host, const EditingOwner *owner, const char *text,
                       char **ret_warning)
{
	Ui *ui = (Ui *)host;
	g_autoptr(GError) err = NULL;
	g_auto(GStrv) argv = editor_command(ui, &err);
	char *edited = NULL;

	*ret_warning = NULL;
	term_lend(ui->term);
	if (argv)
		editing_run(ui->setup->paths, argv, owner, text, &edited, ret_warning, &err);
	term_take_back(ui->term);
	take_size(ui);
	if (err)
		*ret_warning = g_strdup(err->message);
	return edited;
}

static void host_edit_is_safe(ScreenHost *host, const EditingOwner *owner)
{
	editing_forget(((Ui *)host)->setup->paths, owner);
}

static void host_copy(ScreenHost *host, const char *text) { term_copy(((Ui *)host)->term, text); }

static bool apply_theme(Ui *ui, GError **err)
{
	StyleSheet sheet;

	if (!theme_load(ui->setup->paths, settings_text(ui->settings, SETTING_UI_THEME), &sheet,
	                err))
		return false;
	term_restyle(ui->term, &sheet);
	return true;
}

/* In the order of the setting's choices. */
static GraphicsWish picture_wish(const Ui *ui)
{
	return (GraphicsWish)settings_choice(ui->settings, SETTING_UI_PICTURES);
}

static bool host_setting_changed(ScreenHost *host, SettingId id, GError **err)
{
	Ui *ui = (Ui *)host;

	if (id == SETTING_UI_THEME)
		return apply_theme(ui, err);
	if (id == SETTING_UI_MOUSE)
		term_set_mouse(ui->term, settings_bool(ui->settings, SETTING_UI_MOUSE));
	if (id == SETTING_UI_PICTURES)
		term_set_pictures(ui->term, picture_wish(ui));
	return true;
}

static bool host_save_settings(ScreenHost *host, GError **err)
{
	Ui *ui = (Ui *)host;

	return settings_save(ui->settings, ui->setup->paths, err);
}

static void host_redraw(ScreenHost *host) { term_redraw(((Ui *)host)->term); }
static void host_quit(ScreenHost *host) { ((Ui *)host)->is_over = true; }

static void take_size(Ui *ui)
{
	int width, height;

	term_size(ui->term, &width, &height);
	canvas_resize(ui->canvas, width, height);
	if (ui->screen)
		mail_screen_resize(ui->screen, width, height);
	locker_redraw(ui->locker);
}

/* Both wait until the screen that asks for them is no longer at work. */
static void host_suspend(ScreenHost *host) { ((Ui *)host)->wants_suspend = true; }

static bool host_lock(ScreenHost *host, GError **err)
{
	Ui *ui = (Ui *)host;

	if (!locker_may_lock(ui->locker, err))
		return false;
	ui->lock_reason = _("It was locked by hand.");
	return true;
}

static const ScreenHostOps host_ops = {
	.render = host_render,
	.begin_answer = host_begin_answer,
	.search = host_search,
	.wish = host_wish,
	.wish_part = host_wish_part,
	.wish_picture = host_wish_picture,
	.picture_sender = host_picture_sender,
	.gal = host_gal,
	.resolve = host_resolve,
	.find = host_find,
	.wish_found = host_wish_found,
	.wish_oof = host_wish_oof,
	.file = host_file,
	.draw = host_draw,
	.ops = host_ops_begin,
	.outbox = host_outbox,
	.vip = host_vip,
	.sync_now = host_sync_now,
	.folder_first = host_folder_first,
	.answer = host_answer,
	.add_account = host_add_account,
	.setting_changed = host_setting_changed,
	.save_settings = host_save_settings,
	.account = host_account,
	.has_editor = host_has_editor,
	.draft_save = host_draft_save,
	.draft_drop = host_draft_drop,
	.gather = host_gather,
	.look = host_look,
	.pack = host_pack,
	.draft_bytes = host_draft_bytes,
	.pin = host_pin,
	.import = host_import,
	.certificates = host_certificates,
	.list_certificates = host_list_certificates,
	.edit = host_edit,
	.edit_is_safe = host_edit_is_safe,
	.copy = host_copy,
	.redraw = host_redraw,
	.suspend = host_suspend,
	.lock = host_lock,
	.quit = host_quit,
};

/* ---- rooms ---- */

static const char *default_account(const GPtrArray *accounts)
{
	return accounts && accounts->len > 0
	               ? ((const Account *)g_ptr_array_index(accounts, 0))->name
	               : NULL;
}

/* The rooms are what knows of mail: they close when Postern is locked, and open anew. */
static void rooms_open(Ui *ui)
{
	const UiSetup *setup = ui->setup;
	const char *account = default_account(setup->accounts);
	g_autofree char *helper = paths_helper("postern-paper");
	g_autofree char *module = settings_path(ui->settings, SETTING_SMIME_PKCS11_MODULE);
	NotarySetup notary = {
		.store = setup->store,
		.module = module,
		.inquiry = { settings_text(ui->settings, SETTING_SMIME_REVOCATION_HOSTS),
		             setup->clock },
		.answers = ui->answers,
	};
	MailSetup mail = {
		.reader = ui->reader,
		.settings = ui->settings,
		.clock = setup->clock,
		.host = &ui->host,
		.save_dir = g_get_user_special_dir(G_USER_DIRECTORY_DOWNLOAD),
		.keys_file = ui->keys_file,
		.searches_file = ui->searches_file,
		.paths = setup->paths,
		.account = account,
		.is_first_run = !account && !ui->added,
		.is_offline = setup->is_offline,
	};

	ui->notary = notary_new(&notary);
	ui->worker = worker_new(ui->answers, ui->notary);
	ui->inquiry = inquiry_new(ui->answers, ui->worker, setup->clock);
	ui->filer = filer_new(ui->answers, ui->notary);
	ui->painter = painter_new(ui->answers, helper);
	ui->finder = finder_new(setup->store, setup->clock, ui->answers);
	ui->screen = mail_screen_new(&mail);
	take_size(ui);
}

/* What is being written is kept first. */
static void rooms_close(Ui *ui)
{
	if (ui->screen)
		mail_screen_keep(ui->screen);
	g_clear_pointer(&ui->filer, filer_free);
	g_clear_pointer(&ui->painter, painter_free);
	g_clear_pointer(&ui->finder, finder_free);
	g_clear_pointer(&ui->inquiry, inquiry_free);
	g_clear_pointer(&ui->worker, worker_free);
	g_clear_pointer(&ui->notary, notary_free);
	g_clear_pointer(&ui->screen, mail_screen_free);
}

static void close_up(Ui *ui, const char *reason)
{
	if (locker_is_closed(ui->locker))
		return;
	rooms_close(ui);
	g_clear_pointer(&ui->indexer, indexer_free);
	g_clear_pointer(&ui->reader, store_reader_free);
	locker_close(ui->locker, reason);
}

/* What happened meanwhile is told then. */
static void open_up(Ui *ui)
{
	g_autoptr(GError) err = NULL;

	if (!locker_is_closed(ui->locker))
		return;
	ui->reader = store_open_reader(ui->setup->store, &err);
	if (!ui->reader) {
		locker_answer(ui->locker, err->message);
		return;
	}
	locker_open(ui->locker);
	rooms_open(ui);
	g_autoptr(GPtrArray) events = locker_take_events(ui->locker);
	for (guint i = 0; i < events->len; i++)
		mail_screen_event(ui->screen, events->pdata[i]);
}

/* ---- turns ---- */

/* The terminal is gone, or somebody ends us: who comes next has to know the passphrase. */
static void hang_up(Ui *ui)
{
	ui->is_over = true;
	if (settings_bool(ui->settings, SETTING_VAULT_FORGET_ON_HANGUP))
		vault_forget(store_dir(ui->setup->store), NULL);
}

static void take_signals(Ui *ui)
{
	guint said = term_signals(ui->term);

	if (said & TERM_END) {
		hang_up(ui);
		ui->exit_code = EXIT_INTERRUPTED;
	}
	if (said & (TERM_RESIZED | TERM_CONTINUED))
		take_size(ui);
}

static void take_input(Ui *ui)
{
	Input input;

	while (!ui->is_over && !ui->lock_reason && term_read(ui->term, &input)) {
		locker_note_input(ui->locker);
		if (ui->screen)
			mail_screen_input(ui->screen, &input);
		else if (!locker_input(ui->locker, &input))
			ui->is_over = true;
		input_clear(&input);
	}
}

/* On other threads. */
static void say_later(const char *sentence, void *data)
{
	Ui *ui = data;
	UiAnswer *answer = g_new0(UiAnswer, 1);

	answer->notice = g_strdup(sentence);
	mailbox_post(ui->answers, answer);
}

static void keep_found_keys(GPtrArray *changes, void *data)
{
	sync_certificates_found(((Ui *)data)->client, changes);
	g_ptr_array_unref(changes);
}

static void keep_certificates(GPtrArray *changes, void *data)
{
	sync_certificates_found(data, changes);
	g_ptr_array_unref(changes);
}

/* The index is fed where the engine is: here, from the first word of our own. */
static void feed_index(Ui *ui, const SyncEvent *event)
{
	IndexerFinder finder = { ui->setup->clock, keep_certificates, ui->client };

	if (event->is_from_afar || event->kind == SYNC_STOPPED || !ui->screen)
		return;
	if (!ui->indexer)
		ui->indexer = indexer_new(ui->setup->store, &finder);
	else if (event->kind == SYNC_CHANGED)
		indexer_wake(ui->indexer);
}

/* Those who speak to the client from threads of their own. */
static void end_helpers(Ui *ui)
{
	g_clear_pointer(&ui->keys, key_watch_free);
	g_clear_pointer(&ui->indexer, indexer_free);
}

static void follow_lock(Ui *ui, const SyncEvent *event)
{
	if (event->kind == SYNC_LOCKED)
		close_up(ui, _("It was locked elsewhere."));
	if (event->kind == SYNC_UNLOCKED)
		open_up(ui);
}

static void take_event(Ui *ui, const SyncEvent *event)
{
	follow_lock(ui, event);
	if (!ui->screen)
		locker_event(ui->locker, event);
	else
		mail_screen_event(ui->screen, event);
	if (ui->inquiry)
		inquiry_event(ui->inquiry, event);
	feed_index(ui, event);
	/* It has ended by itself: from here on nobody does what is asked, and that is said. */
	if (event->kind != SYNC_STOPPED)
		return;
	if (event->text)
		log_info("ui", "no engine: %s", event->text);
	end_helpers(ui);
	g_clear_pointer(&ui->client, sync_stop);
}

static void take_events(Ui *ui)
{
	SyncEvent *event;

	while ((event = mailbox_take(ui->events))) {
		take_event(ui, event);
		sync_event_free(event);
	}
}

static void take_trial(Ui *ui, Trial *trial)
{
	g_autoptr(GError) err = NULL;

	if (!trial->failure && !account_setup_save(ui->setup->paths, trial->account, &err))
		trial->failure = g_strdup(err->message);
	if (ui->screen)
		mail_screen_account(ui->screen, trial->failure ? NULL : trial->report,
		                    trial->failure);
	if (trial->failure || !ui->client)
		return;
	g_clear_pointer(&ui->added, account_free);
	ui->added = g_steal_pointer(&trial->account);
	sync_account_set(ui->client, NULL, ui->added, trial->password);
}

static void give_begun(Ui *ui, Begun *begun)
{
	if (begun->pin)
		mail_screen_begun_closed(ui->screen, begun->serial, begun->pin);
	else
		mail_screen_begun(ui->screen, begun->serial, g_steal_pointer(&begun->draft),
		                  begun->failure);
}

static void give_looked(Ui *ui, Looked *looked)
{
	if (looked)
		mail_screen_looked(ui->screen, looked->serial,
		                   g_steal_pointer(&looked->protection), looked->failure);
	looked_free(looked);
}

/* A directory that does not answer is told of before what is lacking for it. */
static void take_asked(Ui *ui, Asked *asked)
{
	if (asked->failure)
		mail_screen_say(ui->screen, asked->failure);
	give_looked(ui, inquiry_asked(ui->inquiry, asked, ui->client));
}

/* For the screen; what comes too late for it goes. */
static void give_answer(Ui *ui, UiAnswer *answer)
{
	if (!ui->screen)
		return;
	if (answer->page)
		mail_screen_page(ui->screen, g_steal_pointer(&answer->page));
	if (answer->found)
		mail_screen_found(ui->screen, g_steal_pointer(&answer->found));
	if (answer->filed)
		mail_screen_filed(ui->screen, g_steal_pointer(&answer->filed));
	if (answer->gathered)
		mail_screen_gathered(ui->screen, answer->gathered->serial, answer->gathered->draft,
		                     answer->gathered->failure);
	if (answer->begun)
		give_begun(ui, answer->begun);
	if (answer->certificates)
		mail_screen_certificates(ui->screen, g_steal_pointer(&answer->certificates));
	if (answer->imported)
		mail_screen_imported(ui->screen, g_steal_pointer(&answer->imported));
	if (answer->packed)
		mail_screen_packed(ui->screen, answer->packed->serial, &answer->packed->mail,
		                   answer->packed->failure, answer->packed->pin);
	if (answer->looked)
		give_looked(ui, inquiry_looked(ui->inquiry, g_steal_pointer(&answer->looked)));
	if (answer->asked)
		take_asked(ui, g_steal_pointer(&answer->asked));
	if (answer->drawn)
		mail_screen_drawn(ui->screen, g_steal_pointer(&answer->drawn));
	if (answer->notice)
		mail_screen_say(ui->screen, answer->notice);
}

static void take_unlocking(Ui *ui, const Unlocking *unlocking)
{
	locker_answer(ui->locker, unlocking->failure);
	if (unlocking->failure)
		return;
	if (ui->client)
		sync_unlock(ui->client);
	open_up(ui);
}

/* What a mail brought is kept, and what it left open asked; then it is judged again. */
static void pass_on(Ui *ui, const Page *page)
{
	if (page->found)
		sync_certificates_found(ui->client, page->found);
	for (guint i = 0; page->questions && i < page->questions->len; i++)
		sync_wish_revocation(ui->client, page->account_id, page->message_id,
		                     page->questions->pdata[i]);
}

static void take_answers(Ui *ui)
{
	UiAnswer *answer;

	while ((answer = mailbox_take(ui->answers))) {
		if (answer->page && ui->client)
			pass_on(ui, answer->page);
		give_answer(ui, answer);
		if (answer->trial)
			take_trial(ui, answer->trial);
		if (answer->unlocking)
			take_unlocking(ui, answer->unlocking);
		ui_answer_free(answer);
	}
}

/* Without an engine nobody tells us of changes. */
static void look_for_changes(Ui *ui)
{
	int64_t   now_ms = clock_uptime_ms(ui->setup->clock), version;
	SyncEvent changed = { .kind = SYNC_CHANGED };

	if (ui->client || !ui->screen || now_ms < ui->look_ms)
		return;
	ui->look_ms = now_ms + LOOK_EVERY_MS;
	if (!store_read_version(ui->reader, &version, NULL) || version == ui->version)
		return;
	ui->version = version;
	mail_screen_event(ui->screen, &changed);
}

static int wait_ms(const Ui *ui)
{
	int64_t due_ms = ui->screen ? mail_screen_deadline(ui->screen) : INT64_MAX;

	due_ms = MIN(due_ms, locker_deadline(ui->locker));
	if (!ui->client && !ui->setup->is_offline)
		due_ms = MIN(due_ms, ui->look_ms);
	if (due_ms == INT64_MAX)
		return -1;

	/* CLAMP() looks twice: the clock must not move between, or the patience is negative. */
	int64_t left_ms = due_ms - clock_uptime_ms(ui->setup->clock);
	return (int)CLAMP(left_ms, 0, 60000);
}

static void draw(Ui *ui)
{
	g_autofree char *title = NULL;

	if (!(ui->screen ? mail_screen_draw(ui->screen, ui->canvas)
	                 : locker_draw(ui->locker, ui->canvas)))
		return;
	title = ui->screen ? mail_screen_title(ui->screen) : g_strdup(_("Postern is locked"));
	term_title(ui->term, title);
	term_draw(ui->term, ui->canvas);
}

/* ---- locked ---- */

/* What is being written goes to the engine before it hears of the lock, so it is sealed in time. */
static void lock(Ui *ui, const char *reason)
{
	g_autoptr(GError) err = NULL;

	close_up(ui, reason);
	if (ui->client)
		sync_lock(ui->client);
	else if (!vault_lock(store_vault(ui->setup->store), &err))
		log_error("ui", "%s", err->message);
}

/* A process that is stopped does nothing more: the engine has to have locked before. */
static void wait_for_lock(Ui *ui)
{
	int64_t until_ms = clock_uptime_ms(ui->setup->clock) + LOCK_PATIENCE_MS;

	while (ui->client && !vault_is_locked(store_vault(ui->setup->store)) &&
	       clock_uptime_ms(ui->setup->clock) < until_ms) {
		struct pollfd fd = { mailbox_fd(ui->events), POLLIN, 0 };
		poll(&fd, 1, LOCK_PATIENCE_MS / 20);
		take_events(ui);
	}
}

static void suspend(Ui *ui)
{
	ui->wants_suspend = false;
	if (locker_locks_on_suspend(ui->locker) && !locker_is_closed(ui->locker)) {
		lock(ui, _("It was suspended."));
		wait_for_lock(ui);
		draw(ui);
	}
	term_suspend(ui->term);
	take_size(ui);
}

static void lock_if_due(Ui *ui)
{
	const char *due = locker_reason(ui->locker),
		   *reason = ui->lock_reason ? ui->lock_reason : due;

	ui->lock_reason = NULL;
	if (reason)
		lock(ui, reason);
}

static void turn(Ui *ui)
{
	struct pollfd fds[] = {
		{ term_input_fd(ui->term), POLLIN, 0 }, { term_signal_fd(ui->term), POLLIN, 0 },
		{ mailbox_fd(ui->events), POLLIN, 0 },  { mailbox_fd(ui->answers), POLLIN, 0 },
	};

	draw(ui);
	poll(fds, G_N_ELEMENTS(fds), wait_ms(ui));
	if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL)) {
		hang_up(ui);
		return;
	}
	take_signals(ui);
	lock_if_due(ui);
	take_input(ui);
	lock_if_due(ui);
	take_events(ui);
	take_answers(ui);
	look_for_changes(ui);
	if (ui->screen)
		mail_screen_tick(ui->screen);
	if (ui->wants_suspend)
		suspend(ui);
}

static void watch_keys(Ui *ui)
{
	g_autofree char *dir = settings_path(ui->settings, SETTING_SMIME_WATCH_FOLDER);
	g_autofree char *seen = key_folder_seen_file(ui->setup->paths);
	KeyFolder folder = {
		.dir = dir,
		.password_command =
			settings_text(ui->settings, SETTING_SMIME_WATCH_PASSWORD_COMMAND),
		.seen_file = seen,
		.accounts = ui->setup->accounts,
		.store = ui->setup->store,
	};

	if (dir && ui->client)
		ui->keys = key_watch_new(&folder,
		                         &(KeyWatcher){ keep_found_keys, say_later, ui });
}

/* ---- life ---- */

static void start_engine(Ui *ui)
{
	const UiSetup *setup = ui->setup;
	SyncSetup sync = {
		.store = setup->store,
		.accounts = setup->accounts,
		.backends = setup->backends,
		.clock = setup->clock,
		.events = ui->events,
		.mode = SYNC_WATCH,
		.compose = outgoing_compose,
		.runtime_dir = setup->paths->runtime_dir,
		.internal_hosts = settings_text(ui->settings, SETTING_READ_INTERNAL_HOSTS),
		.revocation_hosts = settings_text(ui->settings, SETTING_SMIME_REVOCATION_HOSTS),
		.may_join = true,
	};

	if (!setup->is_offline)
		ui->client = sync_start_soon(&sync);
	if (ui->client && vault_ended_lock(store_vault(setup->store)))
		sync_unlock(ui->client);
	watch_keys(ui);
}

static bool open_term(Ui *ui, char **ret_complaint, GError **err)
{
	StyleSheet sheet = *style_sheet(THEME_DARK);
	g_autoptr(GError) why = NULL;
	TermSetup term = {
		.clock = ui->setup->clock,
		.has_mouse = settings_bool(ui->settings, SETTING_UI_MOUSE),
		.is_plain = ui->setup->is_plain,
		.pictures = picture_wish(ui),
		.styles = &sheet,
	};

	theme_load(ui->setup->paths, settings_text(ui->settings, SETTING_UI_THEME), &sheet, &why);
	*ret_complaint = why ? g_strdup(why->message) : NULL;
	ui->term = term_open(&term, err);
	return ui->term != NULL;
}

static bool ui_open(Ui *ui, GError **err)
{
	const UiSetup *setup = ui->setup;
	g_autofree char *complaint = NULL;

	if (!(ui->settings = settings_load(setup->paths, err)) ||
	    !(ui->reader = store_open_reader(setup->store, err)) ||
	    !open_term(ui, &complaint, err))
		return false;
	ui->keys_file = g_build_filename(setup->paths->config_dir, "keys", NULL);
	ui->searches_file = g_build_filename(setup->paths->config_dir, "searches", NULL);
	ui->events = mailbox_new((GDestroyNotify)sync_event_free);
	ui->answers = mailbox_new((GDestroyNotify)ui_answer_free);
	ui->canvas = canvas_new(1, 1);
	ui->locker = locker_new(&(LockerSetup){ .store = setup->store,
	                                        .clock = setup->clock,
	                                        .answers = ui->answers,
	                                        .settings = ui->settings });
	rooms_open(ui);
	if (complaint)
		mail_screen_say(ui->screen, complaint);
	return true;
}

static void ui_close(Ui *ui)
{
	g_clear_pointer(&ui->term, term_close);
	end_helpers(ui);
	rooms_close(ui);
	g_clear_pointer(&ui->client, sync_stop);
	g_clear_pointer(&ui->locker, locker_free);
	g_clear_pointer(&ui->canvas, canvas_free);
	g_clear_pointer(&ui->reader, store_reader_free);
	g_clear_pointer(&ui->settings, settings_free);
	g_clear_pointer(&ui->keys_file, g_free);
	g_clear_pointer(&ui->searches_file, g_free);
	g_clear_pointer(&ui->added, account_free);
	g_clear_pointer(&ui->events, mailbox_unref);
	g_clear_pointer(&ui->answers, mailbox_unref);
}

/* What an editor that was cut off has left behind. */
static void take_what_was_left(Ui *ui)
{
	g_autoptr(GPtrArray) left = editing_left(ui->setup->paths);

	for (guint i = 0; i < left->len; i++) {
		const EditingLeft *text = g_ptr_array_index(left, i);
		mail_screen_left_behind(ui->screen, &text->owner, text->text);
	}
}

int ui_run(const UiSetup *setup)
{
	Ui ui = { .host = { &host_ops }, .setup = setup, .exit_code = EXIT_DONE };
	g_autoptr(GError) err = NULL;

	if (!ui_open(&ui, &err)) {
		ui_close(&ui);
		fprintf(stderr, "postern: %s\n", err->message);
		return EXIT_FAILED;
	}
	/* The first screen is drawn before the engine begins: it needs nothing but the store. */
	draw(&ui);
	start_engine(&ui);
	take_what_was_left(&ui);
	while (!ui.is_over)
		turn(&ui);
	ui_close(&ui);
	return ui.exit_code;
}
