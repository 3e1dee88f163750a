#include "ui/screen/reader.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/screen/gallery.h"
#include "ui/widget/pager.h"

enum { LOOK_BYTES_MAX = 256 << 10 };

struct Reader {
	ReaderSetup setup;
	int64_t     message_id;      /* shown or awaited */
	int64_t     due_ms;          /* when it is to be read; INT64_MAX: nothing due */
	int64_t     serial;          /* of the job whose page is awaited; 0 none */
	int64_t     wish_id;         /* content asked of the engine; 0 none */
	Page *page; /* what is in view; may be of another message than message_id */
	int64_t     since_ms;
	Pager      *pager;
	Gallery    *gallery;
	int         width;           /* the page was laid out for it; 0: not drawn yet */
	bool        views[READER_VIEW_COUNT];
	char       *notice;          /* one sentence in place of the rule; NULL */
};

bool reader_is_judging(const ReaderSetup *setup, const Message *message)
{
	const Folders *folders = setup->web->folders;
	const Folder  *folder = folders_find(folders, message->folder_id);
	int64_t account_id = folder ? folder->account_id
	                            : letters_account(setup->letters, message->id);
	const AccountState *state = folders_account(folders, account_id);
	const Account *account =
		state ? setup->host->ops->account(setup->host, state->name) : NULL;

	return settings_bool_for(setup->settings, account, SETTING_SMIME_ENABLED);
}

Reader *reader_new(const ReaderSetup *setup)
{
	Reader *reader = g_new0(Reader, 1);

	reader->setup = *setup;
	reader->due_ms = INT64_MAX;
	reader->pager = pager_new();
	reader->gallery = gallery_new(setup->host, setup->serial);
	return reader;
}

void reader_free(Reader *reader)
{
	if (!reader)
		return;
	page_free(reader->page);
	pager_free(reader->pager);
	gallery_free(reader->gallery);
	g_free(reader->notice);
	g_free(reader);
}

static int64_t now_ms(const Reader *reader) { return clock_uptime_ms(reader->setup.clock); }

static void set_notice(Reader *reader, const char *sentence)
{
	g_free(reader->notice);
	reader->notice = g_strdup(sentence);
}

static void wish(Reader *reader, WishKind kind, const char *sentence)
{
	reader->wish_id = letters_wish(reader->setup.letters, kind, reader->message_id);
	set_notice(reader,
	           reader->wish_id
	                   ? sentence
	                   : _("This needs the server, and there is no connection to it now."));
}

/* What is in no folder here has nobody's word that its pictures may be fetched. */
static bool judge(const Reader *reader, const Message *message, GalleryWeb *ret_web, GError **err)
{
	*ret_web = (GalleryWeb){ .store = reader->setup.store };
	return letter_is_elsewhere(message->id) ||
	       web_judge(reader->setup.web, message, ret_web, err);
}

static PageJob *read_job(Reader *reader, GError **err)
{
	g_autoptr(PageJob) job = g_new0(PageJob, 1);
	GalleryWeb web;

	if (!letters_read_message(reader->setup.letters, reader->message_id, &job->message, err) ||
	    !judge(reader, job->message, &web, err) ||
	    !letters_read_body(reader->setup.letters, reader->message_id, &job->kind, &job->body,
	                       err))
		return NULL;
	gallery_set_web(reader->gallery, &web);
	bool is_wanted = reader->views[READER_SOURCE] || reader->views[READER_HEADERS] ||
	                 gallery_is_shown(reader->gallery) || page_job_lacks_whole(job);
	/* For the sake of a header nobody waits for a large mail to be read. */
	if ((is_wanted || job->message->size_bytes <= LOOK_BYTES_MAX) &&
	    !letters_read_mime(reader->setup.letters, reader->message_id, &job->source, err))
		return NULL;
	job->width = reader->width;
	job->shows_headers = reader->views[READER_HEADERS];
	job->shows_source = reader->views[READER_SOURCE];
	job->shows_quotes = reader->views[READER_QUOTES];
	job->download_key = g_strdup(*reader->setup.download_key);
	job->pictures_key = g_strdup(*reader->setup.pictures_key);
	job->verdict_key = g_strdup(*reader->setup.verdict_key);
	job->pin_key = g_strdup(*reader->setup.pin_key);
	job->shows_verdict = reader->views[READER_VERDICT];
	job->is_judging = reader_is_judging(&reader->setup, job->message);
	gallery_prepare(reader->gallery, job);
	return g_steal_pointer(&job);
}

static void load(Reader *reader)
{
	g_autoptr(GError) err = NULL;

	/* Before the first drawing the width is not known: what is due stays so. */
	if (!reader->message_id || reader->width == 0)
		return;
	reader->due_ms = INT64_MAX;
	PageJob *job = read_job(reader, &err);
	if (!job) {
		set_notice(reader, err->message);
		return;
	}
	if (!job->source && (reader->views[READER_SOURCE] || reader->views[READER_HEADERS]) &&
	    !reader->wish_id)
		wish(reader, WISH_SOURCE, _("Asking the server for the source…"));
	else if (page_job_lacks_whole(job) && !reader->wish_id)
		wish(reader, WISH_SOURCE, _("Asking the server for all of the message…"));
	else if (!job->body && !reader->wish_id)
		wish(reader, WISH_BODY, _("Asking the server for the text…"));
	job->serial = reader->serial = ++*reader->setup.serial;
	reader->setup.host->ops->render(reader->setup.host, job);
}

static void turn_to(Reader *reader, int64_t message_id)
{
	if (reader->message_id == message_id)
		return;
	reader->message_id = message_id;
	reader->serial = reader->wish_id = 0;
	reader->since_ms = -1;
	memset(reader->views, 0, sizeof reader->views);
	set_notice(reader, NULL);
	gallery_set_message(reader->gallery, message_id);
	if (!message_id) {
		g_clear_pointer(&reader->page, page_free);
		pager_set(reader->pager, NULL, false);
	}
}

void reader_follow(Reader *reader, int64_t message_id)
{
	if (reader->message_id == message_id)
		return;
	turn_to(reader, message_id);
	reader->due_ms = message_id ? now_ms(reader) + READER_REST_MS : INT64_MAX;
}

void reader_open(Reader *reader, int64_t message_id)
{
	bool is_new = reader->message_id != message_id || reader->due_ms != INT64_MAX;

	turn_to(reader, message_id);
	if (!is_new)
		return;
	reader->due_ms = message_id ? now_ms(reader) : INT64_MAX;
	load(reader);
}

int64_t reader_message(const Reader *reader) { return reader->message_id; }

const Page *reader_shown(const Reader *reader)
{
	return reader->page && reader->page->message_id == reader->message_id ? reader->page : NULL;
}

void reader_pin_given(Reader *reader)
{
	if (!reader->page || !reader->page->pin)
		return;
	g_clear_pointer(&reader->page->pin, pin_wish_free);
	load(reader);
}

int64_t reader_since_ms(const Reader *reader)
{
	return reader_shown(reader) ? reader->since_ms : -1;
}

bool reader_take(Reader *reader, Page *page)
{
	if (page->serial != reader->serial)
		return false;
	bool is_same = reader_shown(reader) != NULL;
	reader->serial = 0;
	page_free(reader->page);
	reader->page = page;
	if (!is_same)
		reader->since_ms = now_ms(reader);
	pager_set(reader->pager, page->body, is_same);
	if (gallery_take(reader->gallery, page))
		load(reader);
	return true;
}

bool reader_fetched(Reader *reader, int64_t message_id)
{
	if (!message_id || message_id != reader->message_id)
		return false;
	set_notice(reader, NULL);
	load(reader);
	reader->wish_id = 0;
	return true;
}

/* A page is laid out anew for all that came together. */
static bool show_pictures(Reader *reader, bool is_ours)
{
	if (is_ours && gallery_is_settled(reader->gallery))
		load(reader);
	return is_ours;
}

bool reader_fetched_part(Reader *reader, int64_t wish_id, GBytes *content)
{
	return show_pictures(reader, gallery_fetched(reader->gallery, wish_id, content));
}

bool reader_drawn(Reader *reader, const Drawn *drawn)
{
	return show_pictures(reader, gallery_drawn(reader->gallery, drawn));
}

void reader_toggle_pictures(Reader *reader)
{
	gallery_show(reader->gallery, !gallery_is_shown(reader->gallery));
	load(reader);
}

void reader_redraw_pictures(Reader *reader)
{
	gallery_redraw(reader->gallery);
	if (gallery_is_shown(reader->gallery))
		load(reader);
}

void reader_ask_web(Reader *reader)
{
	gallery_ask_web(reader->gallery);
	load(reader);
}

bool  reader_has_unasked(const Reader *reader) { return gallery_has_unasked(reader->gallery); }
char *reader_web_hosts(const Reader *reader) { return gallery_web_hosts(reader->gallery); }

bool reader_failed(Reader *reader, int64_t wish_id, const char *sentence)
{
	if (show_pictures(reader, gallery_failed(reader->gallery, wish_id, sentence)))
		return true;
	if (!wish_id || wish_id != reader->wish_id)
		return false;
	set_notice(reader, sentence);
	return true;
}

int64_t reader_deadline(const Reader *reader) { return reader->due_ms; }

void reader_tick(Reader *reader)
{
	if (reader->due_ms <= now_ms(reader) && reader->width)
		load(reader);
}

void reader_toggle(Reader *reader, ReaderView view)
{
	reader->views[view] = !reader->views[view];
	set_notice(reader, NULL);
	reader->wish_id = 0;
	load(reader);
	pager_to_end(reader->pager, false);
}

void reader_download(Reader *reader)
{
	if (reader->message_id)
		wish(reader, WISH_BODY, _("Downloading the full message…"));
}

bool reader_scroll(Reader *reader, int lines) { return pager_scroll(reader->pager, lines); }
void reader_to_end(Reader *reader, bool is_bottom) { pager_to_end(reader->pager, is_bottom); }
int  reader_height(const Reader *reader) { return pager_height(reader->pager); }

bool reader_search(Reader *reader, const char *text, bool is_backwards)
{
	return pager_search(reader->pager, text, is_backwards);
}

/* The rule between head and text says what is going on, and how far one has read. */
static void draw_rule(const Reader *reader, Canvas *canvas, Rect line)
{
	int percent = pager_percent(reader->pager);
	g_autofree char *place = percent == -1   ? g_strdup("")
	                         : percent == -2 ? g_strdup(_(" Top "))
	                         : percent == -3 ? g_strdup(_(" End "))
	                                         : g_strdup_printf(" %d%% ", percent);

	canvas_rule_across(canvas, line.x, line.y, line.width);
	Pen pen = { canvas,    line.x + line.width - text_width(place) - 1,
		    line.y,    line.x + line.width,
		    STYLE_DIM, 0 };
	pen_text(&pen, place);
	if (!reader->notice)
		return;
	Pen notice = { canvas, line.x + 1, line.y, line.x + line.width - 1, STYLE_WARNING, 0 };
	pen_text(&notice, " ");
	pen_column(&notice, reader->notice, MIN(text_width(reader->notice), pen_room(&notice) - 1));
	pen_text(&notice, " ");
}

static void draw_head(const Page *page, Canvas *canvas, Rect rect)
{
	g_autoptr(Pager) head = pager_new();

	pager_set(head, page->head, false);
	pager_draw(head, canvas, rect);
}

/* At the top, in the frame's own columns too. Returns how many lines it took: in a low pane one is
 * left out rather than the mail. */
static int draw_seal(const Page *page, Canvas *canvas, Rect rect)
{
	int lines = MIN((int)page->seal->len, MAX(rect.height / 3, 1));

	for (int y = 0; y < lines; y++) {
		const PagerLine *line = g_ptr_array_index(page->seal, (guint)y);
		Pen pen =
			pen_new(canvas, (Rect){ rect.x, rect.y + y, rect.width, 1 }, STYLE_NORMAL);
		pager_line_draw(line, &pen);
	}
	return lines;
}

void reader_draw(Reader *reader, Canvas *canvas, Rect rect)
{
	Rect inner = { rect.x + 1, rect.y, MAX(rect.width - 2, 1), rect.height };

	gallery_set_box(reader->gallery, MIN(inner.width, PAGE_WIDTH_MAX), rect.height - 2);
	if (reader->width != inner.width) {
		reader->width = inner.width;
		if (reader->page || reader->due_ms <= now_ms(reader))
			load(reader);
	}
	if (!reader->page) {
		if (reader->notice)
			draw_rule(reader, canvas, (Rect){ inner.x, inner.y, inner.width, 1 });
		return;
	}
	int seal = draw_seal(reader->page, canvas, rect);
	/* The head is always in view, but never more than half of the pane. */
	int head = MIN((int)reader->page->head->len, MAX((rect.height - seal) / 2 - 1, 1));
	inner.y += seal;
	draw_head(reader->page, canvas, (Rect){ inner.x, inner.y, inner.width, head });
	Rect body = { inner.x, inner.y + head + 1, inner.width, rect.height - seal - head - 1 };
	pager_set_height(reader->pager, body.height);
	draw_rule(reader, canvas, (Rect){ inner.x, inner.y + head, inner.width, 1 });
	pager_draw(reader->pager, canvas, body);
}
