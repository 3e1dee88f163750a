#include "support/screen.h"

#include <string.h>

#include "app/reading.h"
#include "base/text.h"
#include "store/search.h"
#include "support/dump.h"

/* ---- the host ---- */

static void host_render(ScreenHost *host, PageJob *job) { g_queue_push_tail(((World *)host)->jobs, job); }

static void host_search(ScreenHost *host, SearchJob *job)
{
	World *world = (World *)host;

	g_clear_pointer(&world->search, search_job_free);
	world->search = job;
}

static int64_t host_wish(ScreenHost *host, WishKind kind, int64_t message_id)
{
	(void)message_id;
	g_string_append_printf(((World *)host)->asked, "wish %s\n", kind == WISH_BODY ? "body" : "source");
	return 77;
}

static int64_t host_wish_part(ScreenHost *host, int64_t message_id, const char *reference)
{
	(void)message_id;
	g_string_append_printf(((World *)host)->asked, "wish part %s\n", reference);
	return ++((World *)host)->last_part_wish;
}

static void host_file(ScreenHost *host, FilingJob *job)
{
	g_queue_push_tail(((World *)host)->filings, job);
}

/* The engine would write it and say that rows changed. */
static void host_op(ScreenHost *host, Op *op)
{
	World    *world = (World *)host;
	SyncEvent changed = { .kind = SYNC_CHANGED };

	g_string_append_printf(world->asked, "mark %s\n", op->value.number ? "read" : "unread");
	g_assert_true(store_write_op(world->temp.writer, op, NULL));
	op_free(op);
	mail_screen_event(world->mail, &changed);
}

static void host_sync_now(ScreenHost *host) { g_string_append(((World *)host)->asked, "sync\n"); }
static void host_folder_first(ScreenHost *host, int64_t folder_id) { (void)host; (void)folder_id; }

static void host_answer(ScreenHost *host, const Question *question, AnswerChoice choice, Secret *secret)
{
	g_string_append_printf(((World *)host)->asked, "answer %d %d %s\n", question->kind, choice,
	                       secret ? (const char *)secret_bytes(secret) : "-");
}

static void host_add_account(ScreenHost *host, Account *account, Secret *password)
{
	g_string_append_printf(((World *)host)->asked, "account %s %s %s\n", account->name, account->server_url,
	                       password ? (const char *)secret_bytes(password) : account->password_command);
	account_free(account);
	secret_unref(password);
}

static void host_copy(ScreenHost *host, const char *text) { g_string_append_printf(((World *)host)->asked, "copy %s\n", text); }
static void host_redraw(ScreenHost *host) { g_string_append(((World *)host)->asked, "redraw\n"); }
static void host_suspend(ScreenHost *host) { g_string_append(((World *)host)->asked, "suspend\n"); }
static void host_quit(ScreenHost *host) { ((World *)host)->is_over = true; }

static const ScreenHostOps host_ops = {
	.render = host_render, .search = host_search, .wish = host_wish, .wish_part = host_wish_part, .file = host_file, .op = host_op, .sync_now = host_sync_now,
	.folder_first = host_folder_first, .answer = host_answer, .add_account = host_add_account, .copy = host_copy, .redraw = host_redraw,
	.suspend = host_suspend, .quit = host_quit,
};

/* ---- life ---- */

static void open_screen(World *world, int width, int height)
{
	MailSetup setup = { .reader = world->temp.reader, .clock = &world->temp.clock.clock, .host = &world->host };

	world->settings = settings_new();
	setup.settings = world->settings;
	world->host.ops = &host_ops;
	world->asked = g_string_new(NULL);
	world->jobs = g_queue_new();
	world->filings = g_queue_new();
	world->canvas = canvas_new(width, height);
	world->mail = mail_screen_new(&setup);
	mail_screen_resize(world->mail, width, height);
	world_settle(world);
}

static void feed_index(World *world)
{
	g_autoptr(StoreIndexer) indexer = store_indexer_open(world->temp.store, NULL);

	for (bool is_done = false; !is_done;)
		g_assert_true(store_indexer_feed(indexer, reading_index_text, NULL, 500, &is_done, NULL));
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
	g_queue_free_full(world->jobs, (GDestroyNotify)page_job_free);
	g_queue_free_full(world->filings, (GDestroyNotify)filing_job_free);
	g_clear_pointer(&world->search, search_job_free);
	g_string_free(world->asked, TRUE);
	temp_store_clear(&world->temp);
}

/* ---- turns ---- */

static void answer_search(World *world)
{
	g_autoptr(SearchJob) job = g_steal_pointer(&world->search);
	g_autoptr(StoreSearch) search = store_search_open(world->temp.store, NULL);
	g_autoptr(GError) err = NULL;
	g_autoptr(Query) query = query_parse(job->text, clock_now_ms(&world->temp.clock.clock), &err);
	g_autoptr(GArray) ids = NULL;
	SearchAnswer *answer = g_new0(SearchAnswer, 1);

	answer->serial = job->serial;
	if (query && store_search_run(search, query, job->scope.folder_id ? &job->scope : NULL, 0, job->limit, &ids, &answer->is_behind, &err))
		store_search_rows(search, (const int64_t *)(void *)ids->data, ids->len, &answer->rows, &err);
	if (!answer->rows)
		answer->failure = g_strdup(err->message);
	mail_screen_found(world->mail, answer);
}

static void draw(World *world)
{
	mail_screen_draw(world->mail, world->canvas);
	world_check_cells(world);
}

void world_settle(World *world)
{
	draw(world);
	mail_screen_tick(world->mail);
	while (world->search || !g_queue_is_empty(world->jobs) || !g_queue_is_empty(world->filings)) {
		if (world->search)
			answer_search(world);
		g_autoptr(PageJob) job = g_queue_pop_head(world->jobs);
		if (job)
			mail_screen_page(world->mail, page_render(job));
		g_autoptr(FilingJob) filing = g_queue_pop_head(world->filings);
		if (filing)
			mail_screen_filed(world->mail, filing_run(filing));
		draw(world);
	}
	draw(world);
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
