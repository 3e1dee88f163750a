#include "support/screen.h"

#include <poll.h>
#include <string.h>

#include "app/certificate_rows.h"
#include "app/outgoing.h"
#include "app/reading.h"
#include "base/error.h"
#include "base/text.h"
#include "store/certificate.h"
#include "store/people.h"
#include "store/picture.h"
#include "store/draft.h"
#include "store/search.h"
#include "support/dump.h"

/* ---- the host ---- */

static void tell(World *world, SyncEvent event)
{
	g_queue_push_tail(world->events, g_memdup2(&event, sizeof event));
}

static void host_render(ScreenHost *host, PageJob *job)
{
	g_queue_push_tail(((World *)host)->jobs, job);
}

static void host_begin_answer(ScreenHost *host, int64_t serial, AnsweringJob *job)
{
	World *world = (World *)host;

	answering_job_free(world->answering);
	world->answering = job;
	world->answering_serial = serial;
}

static int64_t host_look(ScreenHost *host, int64_t account_id, Draft *draft)
{
	World *world = (World *)host;

	(void)account_id;

	draft_free(world->looked_at);
	world->looked_at = draft;
	return ++world->look_serial;
}

static void host_search(ScreenHost *host, SearchJob *job)
{
	World *world = (World *)host;

	g_clear_pointer(&world->search, search_job_free);
	world->search = job;
}

static int64_t host_wish(ScreenHost *host, WishKind kind, int64_t message_id)
{
	(void)message_id;
	g_string_append_printf(((World *)host)->asked, "wish %s\n",
	                       kind == WISH_BODY ? "body" : "source");
	return 77;
}

static int64_t host_wish_part(ScreenHost *host, int64_t message_id, const char *reference)
{
	(void)message_id;
	g_string_append_printf(((World *)host)->asked, "wish part %s\n", reference);
	return ++((World *)host)->last_part_wish;
}

static int64_t host_wish_picture(ScreenHost *host, int64_t account_id, int64_t message_id, const char *url)
{
	World *world = (World *)host;

	g_assert_cmpint(account_id, >, 0);
	g_assert_cmpint(message_id, >, 0);
	g_string_append_printf(world->asked, "wish picture %s\n", url);
	return world->is_deaf ? 0 : ++world->last_part_wish;
}

static int64_t host_picture_sender(ScreenHost *host, int64_t account_id, const char *address, bool is_shown)
{
	World *world = (World *)host;

	g_string_append_printf(world->asked, "%s pictures of %s\n", is_shown ? "show" : "ask for", address);
	g_assert_true(store_write_picture_sender(world->temp.writer, account_id, address, is_shown, NULL));
	tell(world, (SyncEvent){ .kind = SYNC_CHANGED, .wish_id = world->wish_id + 1 });
	return ++world->wish_id;
}

static int64_t answer_with(World *world, const char *text)
{
	SyncEvent event = { .wish_id = world->wish_id + 1 };

	if (world->is_deaf)
		return 0;
	event.kind = text ? SYNC_FETCHED : SYNC_FAILED;
	event.content = text ? g_bytes_new(text, strlen(text)) : NULL;
	event.text = text ? NULL : g_strdup("the message is no longer on the server");
	tell(world, event);
	return ++world->wish_id;
}

static int64_t host_find(ScreenHost *host, int64_t account_id, int64_t folder_id, const Lookup *lookup)
{
	World *world = (World *)host;

	(void)account_id;
	g_string_append_printf(world->asked, "find %s%s from %d\n", lookup->words, folder_id ? " in a folder" : "",
	                       (int)lookup->first);
	return answer_with(world, world->found ? world->found : "0\n");
}

static int64_t host_wish_found(ScreenHost *host, int64_t account_id, const Found *found)
{
	World *world = (World *)host;

	(void)account_id;
	g_string_append_printf(world->asked, "wish %s\n", found->long_id ? found->long_id : found->server_id);
	return answer_with(world, world->letter);
}

static int64_t host_gal(ScreenHost *host, int64_t account_id, const char *query)
{
	(void)account_id;
	g_string_append_printf(((World *)host)->asked, "who %s\n", query);
	return answer_with((World *)host, ((World *)host)->people ? ((World *)host)->people : "");
}

static int64_t host_resolve(ScreenHost *host, int64_t account_id, const char *newline_list)
{
	(void)account_id;
	g_string_append_printf(((World *)host)->asked, "resolve %s\n", newline_list);
	return answer_with((World *)host, ((World *)host)->people ? ((World *)host)->people : "");
}

static int64_t host_wish_oof(ScreenHost *host, int64_t account_id)
{
	(void)account_id;
	g_string_append(((World *)host)->asked, "wish oof\n");
	return ((World *)host)->is_deaf ? 0 : ++((World *)host)->last_oof_wish;
}

static void host_file(ScreenHost *host, FilingJob *job)
{
	g_queue_push_tail(((World *)host)->filings, job);
}

static bool host_draw(ScreenHost *host, DrawJob *job)
{
	const TermPictures pictures = { DRAWING_BLOCKS, 256, 10, 20 };

	if (strcmp(settings_text(((World *)host)->settings, SETTING_UI_PICTURES), "off") == 0) {
		draw_job_free(job);
		return false;
	}
	((World *)host)->drawings_awaited++;
	painter_draw(((World *)host)->painter, job, &pictures);
	return true;
}

static void note_op(World *world, const Op *op)
{
	static const char *const names[OP_KIND_COUNT] = {
		[OP_FLAG] = "flag",
		[OP_CATEGORIES] = "categories",
		[OP_MOVE] = "move",
		[OP_DELETE] = "delete",
		[OP_FOLDER_CREATE] = "create",
		[OP_SEND] = "send",
		[OP_FOLDER_UPDATE] = "update",
		[OP_FOLDER_DELETE] = "delete-folder",
		[OP_FOLDER_EMPTY] = "empty",
		[OP_OOF] = "oof",
		[OP_ITEM_SAVE] = "save",
		[OP_ITEM_DELETE] = "delete-item",
		[OP_OCCURRENCE] = "occurrence",
		[OP_RESPOND] = "respond",
	};

	if (op->kind == OP_MARK_READ)
		g_string_append_printf(world->asked, "mark %s\n",
		                       op->value.number ? "read" : "unread");
	else
		g_string_append_printf(world->asked, "%s\n", names[op->kind]);
}

/* What the engine does: the ops are written with their effect, and then it says so. */
static int64_t host_ops_begin(ScreenHost *host, GPtrArray *ops)
{
	World    *world = (World *)host;
	SyncEvent written = { .kind = SYNC_WRITTEN, .ops = ops, .wish_id = world->wish_id + 1 };
	g_autoptr(GError) err = NULL;

	if (world->is_deaf) {
		g_ptr_array_unref(ops);
		return 0;
	}
	for (guint i = 0; i < ops->len; i++)
		note_op(world, g_ptr_array_index(ops, i));
	if (!store_write_ops(world->temp.writer, ops, &written.group_id, &err)) {
		written.kind = SYNC_FAILED;
		written.text = g_strdup(err->message);
	}
	tell(world, written);
	tell(world, (SyncEvent){ .kind = SYNC_CHANGED });
	return ++world->wish_id;
}

static int64_t host_outbox(ScreenHost *host, OutboxAct act, int64_t group_id)
{
	World        *world = (World *)host;
	StoreOpChoice choice = { .group_id = group_id };
	guint         count;

	g_string_append(world->asked, act == OUTBOX_RETRY ? "retry\n" : "cancel\n");
	g_assert_true((act == OUTBOX_RETRY ? store_write_ops_retry : store_write_ops_cancel)(
		world->temp.writer, &choice, &count, NULL));
	tell(world, (SyncEvent){ .kind = count ? SYNC_CHANGED : SYNC_FAILED,
	                         .wish_id = world->wish_id + 1 });
	return ++world->wish_id;
}

static int64_t host_vip(ScreenHost *host, const char *address, bool is_vip)
{
	World *world = (World *)host;

	g_string_append_printf(world->asked, "%s %s\n", is_vip ? "vip" : "not vip", address);
	g_assert_true(store_write_vip(world->temp.writer, address, is_vip, NULL));
	tell(world, (SyncEvent){ .kind = SYNC_CHANGED, .wish_id = world->wish_id + 1 });
	return ++world->wish_id;
}

static void host_sync_now(ScreenHost *host) { g_string_append(((World *)host)->asked, "sync\n"); }
static void host_folder_first(ScreenHost *host, int64_t folder_id) { (void)host; (void)folder_id; }

static void host_answer(ScreenHost *host, const Question *question, AnswerChoice choice,
                        Secret *secret)
{
	g_string_append_printf(((World *)host)->asked, "answer %d %d %s\n", question->kind, choice,
	                       secret ? (const char *)secret_bytes(secret) : "-");
}

static void host_add_account(ScreenHost *host, Account *account, Secret *password)
{
	g_string_append_printf(
		((World *)host)->asked, "account %s %s %s\n", account->name, account->server_url,
		password ? (const char *)secret_bytes(password) : account->password_command);
	account_free(account);
	secret_unref(password);
}

/* The terminal of the tests has no theme "ugly". */
static bool host_setting_changed(ScreenHost *host, SettingId id, GError **err)
{
	World *world = (World *)host;
	g_autofree char *name = option_full_name(setting_option(id));

	g_string_append_printf(world->asked, "changed %s\n", name);
	return strcmp(settings_text(world->settings, id), "ugly") != 0 ||
	       fail(err, ERR_NOT_FOUND, "there is no theme “ugly”");
}

static bool host_save_settings(ScreenHost *host, GError **err)
{
	(void)err;
	g_string_append_printf(((World *)host)->asked, "save %u\n", settings_unsaved(((World *)host)->settings));
	return true;
}

static void host_copy(ScreenHost *host, const char *text)
{
	g_string_append_printf(((World *)host)->asked, "copy %s\n", text);
}
static void host_redraw(ScreenHost *host) { g_string_append(((World *)host)->asked, "redraw\n"); }
static bool host_lock(ScreenHost *host, GError **err)
{
	(void)err;
	g_string_append(((World *)host)->asked, "lock\n");
	return true;
}

static void host_suspend(ScreenHost *host) { g_string_append(((World *)host)->asked, "suspend\n"); }
static void host_quit(ScreenHost *host) { ((World *)host)->is_over = true; }

static const Account *host_account(ScreenHost *host, const char *name)
{
	World *world = (World *)host;

	return world->bob && strcmp(name, "bob") == 0 ? world->bob : world->account;
}

static int64_t host_draft_save(ScreenHost *host, int64_t account_id, Draft *draft, int64_t draft_id)
{
	World *world = (World *)host;
	SyncEvent saved = { .kind = SYNC_DRAFT_SAVED,
		            .draft = draft,
		            .draft_id = draft_id,
		            .wish_id = world->wish_id + 1 };
	g_autoptr(GError) err = NULL;

	g_string_append_printf(world->asked, "keep %s\n", draft->subject ? draft->subject : "-");
	if (!store_save_draft(world->temp.writer, account_id, draft, &saved.draft_id, &err)) {
		saved.kind = SYNC_FAILED;
		saved.text = g_strdup(err->message);
	}
	tell(world, saved);
	return ++world->wish_id;
}

static int64_t host_pack(ScreenHost *host, int64_t draft_id)
{
	World *world = (World *)host;

	world->pack_id = draft_id;
	return ++world->pack_serial;
}

static int64_t host_draft_bytes(ScreenHost *host, int64_t draft_id, GBytes *mime)
{
	World    *world = (World *)host;
	SyncEvent kept = { .kind = SYNC_CHANGED, .wish_id = world->wish_id + 1 };
	g_autoptr(GError) err = NULL;

	g_string_append(world->asked, "bytes\n");
	if (!store_write_draft_bytes(world->temp.writer, draft_id, mime, false, &err)) {
		kept.kind = SYNC_FAILED;
		kept.text = g_strdup(err->message);
	}
	tell(world, kept);
	return ++world->wish_id;
}

static void host_import(ScreenHost *host, ImportJob *job)
{
	World *world = (World *)host;

	if (!job->accounts) {
		job->accounts = g_ptr_array_new();
		g_ptr_array_add(job->accounts, world->account);
	}
	import_job_free(world->import);
	world->import = job;
}

static void host_list_certificates(ScreenHost *host) { ((World *)host)->lists_certificates = true; }

static int64_t host_certificates(ScreenHost *host, const GPtrArray *changes)
{
	World    *world = (World *)host;
	SyncEvent kept = { .kind = SYNC_CHANGED, .wish_id = world->wish_id + 1 };
	g_autoptr(GError) err = NULL;

	g_string_append_printf(world->asked, "certificates %u\n", changes->len);
	if (!store_write_certificates(world->temp.writer, changes, &err)) {
		kept.kind = SYNC_FAILED;
		kept.text = g_strdup(err->message);
	}
	tell(world, kept);
	return ++world->wish_id;
}

static void host_pin(ScreenHost *host, const char *token, Secret *pin)
{
	World *world = (World *)host;

	g_string_append_printf(world->asked, "pin of %s\n", token);
	pins_give(world->pins, token, pin);
}

static void host_draft_drop(ScreenHost *host, int64_t draft_id)
{
	g_string_append(((World *)host)->asked, "drop\n");
	g_assert_true(store_write_draft_gone(((World *)host)->temp.writer, draft_id, NULL));
}

static bool host_has_editor(ScreenHost *host) { return ((World *)host)->edited != NULL; }

static char *host_edit(ScreenHost *host, const EditingOwner *owner, const char *text, char **ret_warning)
{
	(void)owner;
	(void)text;
	*ret_warning = NULL;
	g_string_append(((World *)host)->asked, "edit\n");
	return g_strdup(((World *)host)->edited);
}

static void host_edit_is_safe(ScreenHost *host, const EditingOwner *owner) { (void)host; (void)owner; }

static const ScreenHostOps host_ops = {
	.render = host_render, .begin_answer = host_begin_answer, .look = host_look, .search = host_search, .wish = host_wish, .wish_part = host_wish_part, .wish_picture = host_wish_picture, .picture_sender = host_picture_sender, .gal = host_gal, .resolve = host_resolve, .find = host_find, .wish_found = host_wish_found, .wish_oof = host_wish_oof, .file = host_file, .draw = host_draw, .ops = host_ops_begin, .outbox = host_outbox, .vip = host_vip, .sync_now = host_sync_now,
	.folder_first = host_folder_first, .answer = host_answer, .add_account = host_add_account, .setting_changed = host_setting_changed, .save_settings = host_save_settings, .copy = host_copy, .redraw = host_redraw,
	.suspend = host_suspend, .lock = host_lock, .quit = host_quit,
	.account = host_account, .draft_save = host_draft_save, .draft_drop = host_draft_drop, .has_editor = host_has_editor,
	.import = host_import, .certificates = host_certificates, .list_certificates = host_list_certificates, .pack = host_pack, .draft_bytes = host_draft_bytes, .pin = host_pin,
	.edit = host_edit, .edit_is_safe = host_edit_is_safe,
};

/* ---- life ---- */

static void open_screen(World *world, int width, int height)
{
	MailSetup setup = { .reader = world->temp.reader,
		            .clock = &world->temp.clock.clock,
		            .host = &world->host };

	world->account = account_new();
	world->account->name = g_strdup("work");
	world->account->address = g_strdup("ada@example.org");
	world->settings = settings_new();
	setup.settings = world->settings;
	world->paths.config_dir = world->temp.dir;
	setup.paths = &world->paths;
	world->host.ops = &host_ops;
	world->asked = g_string_new(NULL);
	world->jobs = g_queue_new();
	world->filings = g_queue_new();
	g_autofree char *helper = g_build_filename(g_getenv("POSTERN_BUILD"), "postern-paper", NULL);
	world->drawings = mailbox_new((GDestroyNotify)ui_answer_free);
	world->painter = painter_new(world->drawings, helper);
	world->events = g_queue_new();
	world->wish_id = 1000;
	world->last_oof_wish = 500;
	world->canvas = canvas_new(width, height);
	world->mail = mail_screen_new(&setup);
	mail_screen_resize(world->mail, width, height);
	world_settle(world);
}

static void feed_index(World *world)
{
	g_autoptr(StoreIndexer) indexer = store_indexer_open(world->temp.store, NULL);

	for (bool is_done = false; !is_done;)
		g_assert_true(
			store_indexer_feed(indexer, reading_index_text, NULL, 500, &is_done, NULL));
}

void world_init(World *world, int width, int height)
{
	*world = (World){ .is_over = false };
	temp_store_init(&world->temp);
	world->ids = sample_mailbox_fill(&world->temp);
	feed_index(world);
	open_screen(world, width, height);
}

void world_init_empty(World *world, int width, int height)
{
	*world = (World){ .is_over = false };
	temp_store_init(&world->temp);
	open_screen(world, width, height);
}

void world_clear(World *world)
{
	mail_screen_free(world->mail);
	canvas_free(world->canvas);
	settings_free(world->settings);
	account_free(world->account);
	account_free(world->bob);
	painter_free(world->painter);
	mailbox_unref(world->drawings);
	g_queue_free_full(world->jobs, (GDestroyNotify)page_job_free);
	g_queue_free_full(world->filings, (GDestroyNotify)filing_job_free);
	g_queue_free_full(world->events, (GDestroyNotify)sync_event_free);
	g_clear_pointer(&world->search, search_job_free);
	answering_job_free(world->answering);
	draft_free(world->looked_at);
	import_job_free(world->import);
	g_string_free(world->asked, TRUE);
	temp_store_clear(&world->temp);
}

/* ---- turns ---- */

/* The helper takes as long as it takes. */
static void answer_drawing(World *world)
{
	struct pollfd fd = { mailbox_fd(world->drawings), POLLIN, 0 };
	UiAnswer *answer;

	poll(&fd, 1, -1);
	while ((answer = mailbox_take(world->drawings))) {
		mail_screen_drawn(world->mail, g_steal_pointer(&answer->drawn));
		ui_answer_free(answer);
		world->drawings_awaited--;
	}
}

static void answer_search(World *world)
{
	g_autoptr(SearchJob) job = g_steal_pointer(&world->search);
	g_autoptr(StoreSearch) search = store_search_open(world->temp.store, NULL);
	g_autoptr(GError) err = NULL;
	g_autoptr(Query) query =
		query_parse(job->text, clock_now_ms(&world->temp.clock.clock), &err);
	g_autoptr(GArray) ids = NULL;
	SearchAnswer *answer = g_new0(SearchAnswer, 1);

	answer->serial = job->serial;
	if (query && store_search_run(search, query, job->scope.folder_id ? &job->scope : NULL, 0,
	                              job->limit, &ids, &answer->is_behind, &err)) {
		if (job->wants_ids)
			answer->ids = g_array_ref(ids);
		else
			store_search_rows(search, (const int64_t *)(void *)ids->data, ids->len,
			                  &answer->rows, &err);
	}
	if (err)
		answer->failure = g_strdup(err->message);
	mail_screen_found(world->mail, answer);
}

static void draw(World *world)
{
	mail_screen_draw(world->mail, world->canvas);
	world_check_cells(world);
}

static Certificates *certificates_of(const World *world)
{
	return world->certificates ? certificates_ref((Certificates *)world->certificates) : NULL;
}

static PinWish *settle_pins(World *world) { return world->pins ? pins_settle(world->pins) : NULL; }

static Page *render(World *world, PageJob *job)
{
	if (page_job_is_judged(job))
		job->certificates = certificates_of(world);
	Page *page = page_render(job);
	page->pin = settle_pins(world);
	return page;
}

static FilingAnswer *file_it(World *world, FilingJob *job)
{
	if (job->is_decrypting)
		job->certificates = certificates_of(world);
	FilingAnswer *answer = filing_run(job);
	answer->pin = settle_pins(world);
	return answer;
}

/* As the store has them now. */
static void list_certificates(World *world)
{
	g_autoptr(Certificates) certificates = certificates_load(world->temp.reader, NULL);

	world->lists_certificates = false;
	mail_screen_certificates(world->mail, certificate_rows(certificates, clock_now_ms(&world->temp.clock.clock)));
}

static void pack(World *world)
{
	g_autoptr(StoreDraft) row = NULL;
	g_auto(StoreMail) mail = { 0 };
	g_autoptr(GError) err = NULL;

	if (store_read_draft(world->temp.reader, world->pack_id, &row, &err))
		outgoing_compose_with(world->temp.reader, world->certificates, row, &mail, &err);
	g_autoptr(PinWish) wish = settle_pins(world);
	world->pack_id = 0;
	mail_screen_packed(world->mail, world->pack_serial, &mail, err ? err->message : NULL, wish);
}

static void answer(World *world)
{
	g_autoptr(AnsweringJob) job = g_steal_pointer(&world->answering);
	g_autoptr(GError) err = NULL;

	if (answering_job_wants_keys(job))
		answering_job_give_keys(job, certificates_of(world));
	Draft *draft = answering_make(job, &err);
	g_autoptr(PinWish) wish = settle_pins(world);
	if (wish) {
		draft_free(draft);
		mail_screen_begun_closed(world->mail, world->answering_serial, wish);
		return;
	}
	mail_screen_begun(world->mail, world->answering_serial, draft, err ? err->message : NULL);
}

static void look(World *world)
{
	g_autoptr(Draft) draft = g_steal_pointer(&world->looked_at);
	g_autoptr(Certificates) certificates = certificates_of(world);

	mail_screen_looked(world->mail, world->look_serial,
	                   certificates ? protection_look(certificates, draft, clock_now_ms(&world->temp.clock.clock)) : NULL,
	                   certificates ? NULL : "There are no keys in this world.");
}

void world_settle(World *world)
{
	draw(world);
	mail_screen_tick(world->mail);
	while (world->search || world->answering || world->looked_at || world->pack_id || world->import || world->lists_certificates || world->drawings_awaited > 0 || !g_queue_is_empty(world->jobs) ||
	       !g_queue_is_empty(world->filings) || !g_queue_is_empty(world->events)) {
		g_autoptr(SyncEvent) event = g_queue_pop_head(world->events);
		if (event)
			mail_screen_event(world->mail, event);
		if (world->search)
			answer_search(world);
		if (world->answering)
			answer(world);
		if (world->looked_at)
			look(world);
		if (world->pack_id)
			pack(world);
		if (world->lists_certificates)
			list_certificates(world);
		if (world->import)
			mail_screen_imported(world->mail, import_run(g_steal_pointer(&world->import), world->temp.store, world->temp.reader));
		g_autoptr(PageJob) job = g_queue_pop_head(world->jobs);
		if (job)
			mail_screen_page(world->mail, render(world, job));
		g_autoptr(FilingJob) filing = g_queue_pop_head(world->filings);
		if (filing)
			mail_screen_filed(world->mail, file_it(world, filing));
		if (world->drawings_awaited > 0)
			answer_drawing(world);
		draw(world);
	}
	draw(world);
}

static Account *new_bob(void)
{
	Account *account = account_new();

	account->name = g_strdup("bob");
	account->address = g_strdup("bob@example.org");
	return account;
}

void world_add_bob(World *world)
{
	TempStore bob = world->temp;
	g_autoptr(AccountState) state = NULL;
	g_autoptr(GError) err = NULL;
	SyncEvent changed = { .kind = SYNC_CHANGED };

	world->bob = new_bob();
	store_write_account(world->temp.writer, "bob", &state, &err);
	g_assert_no_error(err);
	bob.account_id = state->id;
	int64_t inbox = temp_store_folder(&bob, "inbox", FOLDER_INBOX);
	temp_store_add(&bob, inbox, temp_message("b1", clock_now_ms(&world->temp.clock.clock) - 1000, 0));
	world_advance(world, 1000);
	world_event(world, &changed);
}

void world_resize(World *world, int width, int height)
{
	canvas_resize(world->canvas, width, height);
	mail_screen_resize(world->mail, width, height);
	world_settle(world);
}

static void press(World *world, Key key)
{
	Input input = { .kind = INPUT_KEY, .key = key };

	mail_screen_input(world->mail, &input);
}

void world_type(World *world, const char *keys)
{
	g_auto(GStrv) words = g_strsplit(keys, " ", -1);

	for (char **word = words; *word; word++) {
		Key key;
		if (**word == '\'' && (*word)[1]) {
			for (const char *p = *word + 1; *p; p = g_utf8_next_char(p))
				press(world, g_utf8_get_char(p));
			continue;
		}
		g_assert_true(key_parse(*word, &key));
		press(world, key);
	}
	world_settle(world);
}

void world_steps(World *world, const char *keys)
{
	g_auto(GStrv) words = g_strsplit(keys, " ", -1);

	for (char **word = words; *word; word++)
		world_type(world, *word);
}

void world_advance(World *world, int64_t ms)
{
	manual_clock_advance(&world->temp.clock, ms);
	mail_screen_tick(world->mail);
	world_settle(world);
}

void world_event(World *world, const SyncEvent *event)
{
	mail_screen_event(world->mail, event);
	world_settle(world);
}

/* ---- what is shown ---- */

char *world_shows(World *world)
{
	world_settle(world);
	return canvas_dump(world->canvas);
}

void world_assert_has(World *world, const char *text)
{
	g_autofree char *shown = world_shows(world);

	if (!strstr(shown, text))
		g_error("“%s” is not on this screen:\n%s", text, shown);
}

void world_assert_has_not(World *world, const char *text)
{
	g_autofree char *shown = world_shows(world);

	if (strstr(shown, text))
		g_error("“%s” should not be on this screen:\n%s", text, shown);
}

void world_assert_asked(World *world, const char *lines)
{
	g_assert_cmpstr(world->asked->str, ==, lines);
	g_string_truncate(world->asked, 0);
}

void world_check_cells(World *world)
{
	for (int y = 0; y < world->canvas->height; y++)
		for (int x = 0; x < world->canvas->width; x++) {
			const Cell *cell = canvas_at(world->canvas, x, y);
			g_assert_true(g_utf8_validate(cell->text, -1, NULL));
			g_assert_cmpint(cell->width == 0, ==, *cell->text == '\0');
			for (const char *p = cell->text; *p; p = g_utf8_next_char(p))
				g_assert_false(text_is_control(g_utf8_get_char(p)));
		}
}

void world_snapshot(World *world, const char *name)
{
	g_autofree char *drawn = world_shows(world);

	canvas_snapshot(world->canvas, name);
}

void world_snapshot_widths(const char *what, void (*arrange)(World *world))
{
	static const struct { int width, height; } sizes[] = { { 80, 24 }, { 100, 30 }, { 140, 45 } };

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *name = g_strdup_printf("%s-%dx%d", what, sizes[i].width, sizes[i].height);
		g_auto(World) world;
		world_init(&world, sizes[i].width, sizes[i].height);
		arrange(&world);
		world_snapshot(&world, name);
	}
}
