#include "ui/screen/attachments.h"

#include "app/opening.h"
#include "base/i18n.h"
#include "ui/screen/gallery.h"
#include "ui/screen/show.h"
#include "ui/widget/pager.h"

enum { HEAD_LINES = 2, PREVIEW_FROM = 140, TASK_VIEW = -1, TASK_IMPORT = -2 };

typedef struct {
	FileItem *item;
	int64_t   wish_id;           /* its content is awaited; 0 not */
	int64_t   filing_serial;     /* of the job that saves it; 0 none */
	char     *path;              /* where it was saved; NULL */
} Entry;

/* Something to be done with entries as soon as their content is here. */
typedef struct {
	int        task;             /* FilingTask, TASK_VIEW or TASK_IMPORT */
	char      *target;
	GPtrArray *entries;          /* of Entry, borrowed */
} Order;

struct Attachments {
	Letters     *letters;
	ScreenHost  *host;
	int64_t     *serial;
	char *const *pictures_key, *const *import_key;
	bool         is_decrypting;  /* smime.enabled, of its account */
	Message     *message;
	GPtrArray   *entries;        /* of Entry */
	GPtrArray   *orders;         /* of Order */
	int64_t      unpack_serial;  /* of the job that looks into the whole mail; 0 none */
	int64_t      source_wish;    /* the whole mail is awaited, to look into it; 0 not */
	bool         is_source_asked;/* once is enough */
	PinWish     *pin;            /* without it, it stays closed; NULL */
	int          cursor, top, list_height;

	const Entry *shown;          /* the one in view, or awaited for it; NULL: the list */
	int64_t      page_serial;
	int          page_width;     /* it was laid out for it; 0: not drawn yet */
	Page        *page;
	Pager       *pager;
	Gallery     *gallery;        /* of the one in view */

	char        *notice;
	bool         is_failure;
};

static void entry_free(Entry *entry)
{
	file_item_free(entry->item);
	g_free(entry->path);
	g_free(entry);
}

static void order_free(Order *order)
{
	g_free(order->target);
	g_ptr_array_unref(order->entries);
	g_free(order);
}

static Entry *entry_at(const Attachments *attachments, int index)
{
	return g_ptr_array_index(attachments->entries, index);
}

static Entry *current(const Attachments *attachments)
{
	return attachments->entries->len ? entry_at(attachments, attachments->cursor) : NULL;
}

static void set_notice(Attachments *attachments, bool is_failure, char *sentence)
{
	g_free(attachments->notice);
	attachments->notice = sentence;
	attachments->is_failure = is_failure;
}

/* ---- what there is ---- */

static void set_items(Attachments *attachments, const GPtrArray *items)
{
	g_ptr_array_set_size(attachments->entries, 0);
	for (guint i = 0; i < items->len; i++) {
		Entry *entry = g_new0(Entry, 1);
		entry->item = file_item_copy(g_ptr_array_index(items, i));
		g_ptr_array_add(attachments->entries, entry);
	}
	attachments->cursor = CLAMP(attachments->cursor, 0, MAX((int)items->len - 1, 0));
}

/* The whole mail, if it is in the store. */
static GBytes *read_whole(Attachments *attachments)
{
	g_autoptr(GBytes) body = NULL;
	GBytes  *mime = NULL;
	BodyKind kind;
	int64_t  id = attachments->message->id;

	if (letters_read_mime(attachments->letters, id, &mime, NULL) && mime)
		return mime;
	if (attachments->message->flags & MESSAGE_TRUNCATED ||
	    !letters_read_body(attachments->letters, id, &kind, &body, NULL) || kind != BODY_MIME)
		return NULL;
	return g_steal_pointer(&body);
}

static FilingJob *job_new(Attachments *attachments, FilingTask task, const char *target)
{
	FilingJob *job = g_new0(FilingJob, 1);

	job->serial = ++*attachments->serial;
	job->task = task;
	job->target = g_strdup(target);
	job->items = file_items_new();
	return job;
}

/* What lies in a mail that is signed or encrypted, the server does not know. */
static void wish_whole(Attachments *attachments)
{
	if (!opening_needs_source(attachments->message) || attachments->is_source_asked)
		return;
	attachments->is_source_asked = true;
	attachments->source_wish =
		letters_wish(attachments->letters, WISH_SOURCE, attachments->message->id);
	if (attachments->source_wish)
		set_notice(attachments, false,
		           g_strdup(_("Asking the server for all of the message…")));
}

/* Of a mail that is here as a whole the parts are here, too, and the list is the mail's own. */
static void look_inside(Attachments *attachments)
{
	g_autoptr(GBytes) mime = read_whole(attachments);

	if (!mime) {
		wish_whole(attachments);
		return;
	}
	FilingJob *job = job_new(attachments, FILING_UNPACK, NULL);
	job->is_decrypting = attachments->is_decrypting;
	FileItem  *item = file_item_new();
	item->content = g_steal_pointer(&mime);
	g_ptr_array_add(job->items, item);
	attachments->unpack_serial = job->serial;
	attachments->host->ops->file(attachments->host, job);
}

/* What the server says of a signed or encrypted mail is one file that stands for all of it: nothing
 * to be listed while what lies in it may still come. */
static bool is_looking(const Attachments *attachments)
{
	return opening_needs_source(attachments->message) &&
	       (attachments->unpack_serial || attachments->source_wish);
}

static void take_servers(Attachments *attachments)
{
	g_autoptr(GPtrArray) items = filing_list(attachments->message);

	set_items(attachments, items);
}

Attachments *attachments_new(const ReaderSetup *setup, int64_t message_id, GError **err)
{
	Message *message;

	if (!letters_read_message(setup->letters, message_id, &message, err))
		return NULL;
	Attachments *attachments = g_new0(Attachments, 1);
	attachments->letters = setup->letters;
	attachments->host = setup->host;
	attachments->serial = setup->serial;
	attachments->pictures_key = setup->pictures_key;
	attachments->import_key = setup->import_key;
	attachments->is_decrypting = reader_is_judging(setup, message);
	attachments->gallery = gallery_new(setup->host, setup->serial);
	attachments->message = message;
	attachments->list_height = 1;
	attachments->pager = pager_new();
	attachments->entries = g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
	attachments->orders = g_ptr_array_new_with_free_func((GDestroyNotify)order_free);
	look_inside(attachments);
	if (!is_looking(attachments))
		take_servers(attachments);
	return attachments;
}

void attachments_free(Attachments *attachments)
{
	if (!attachments)
		return;
	g_ptr_array_unref(attachments->orders);
	g_ptr_array_unref(attachments->entries);
	message_free(attachments->message);
	pin_wish_free(attachments->pin);
	page_free(attachments->page);
	pager_free(attachments->pager);
	gallery_free(attachments->gallery);
	g_free(attachments->notice);
	g_free(attachments);
}

int64_t attachments_message(const Attachments *attachments) { return attachments->message->id; }
int attachments_count(const Attachments *attachments) { return (int)attachments->entries->len; }

const FileItem *attachments_current(const Attachments *attachments)
{
	const Entry *entry = current(attachments);

	return entry ? entry->item : NULL;
}

const char *attachments_path(const Attachments *attachments)
{
	const Entry *entry = current(attachments);

	return entry ? entry->path : NULL;
}

/* ---- moving ---- */

static bool is_reading(const Attachments *attachments) { return attachments->shown != NULL; }

void attachments_move(Attachments *attachments, int rows)
{
	if (is_reading(attachments))
		pager_scroll(attachments->pager, rows);
	else
		attachments->cursor = CLAMP(attachments->cursor + rows, 0,
		                            MAX(attachments_count(attachments) - 1, 0));
}

void attachments_to_end(Attachments *attachments, bool is_bottom)
{
	if (is_reading(attachments))
		pager_to_end(attachments->pager, is_bottom);
	else
		attachments_move(attachments, is_bottom ? INT16_MAX : INT16_MIN);
}

int attachments_height(const Attachments *attachments)
{
	return is_reading(attachments) ? pager_height(attachments->pager)
	                               : attachments->list_height;
}

bool attachments_click(Attachments *attachments, int y)
{
	int index = attachments->top + y - HEAD_LINES;

	if (y < HEAD_LINES || index >= attachments_count(attachments))
		return false;
	attachments->cursor = index;
	return true;
}

bool attachments_search(Attachments *attachments, const char *text, bool is_backwards)
{
	return is_reading(attachments) && pager_search(attachments->pager, text, is_backwards);
}

/* ---- orders ---- */

static char *shown_name(const Attachments *attachments, const Entry *entry)
{
	guint index;

	g_ptr_array_find(attachments->entries, entry, &index);
	return filing_name(entry->item, (int)index + 1);
}

static void show(Attachments *attachments)
{
	PageJob *job = g_new0(PageJob, 1);

	job->message = message_new();
	job->file = file_item_copy(attachments->shown->item);
	job->width = attachments->page_width;
	job->pictures_key = g_strdup(*attachments->pictures_key);
	job->import_key = g_strdup(*attachments->import_key);
	gallery_prepare(attachments->gallery, job);
	job->serial = attachments->page_serial = ++*attachments->serial;
	attachments->host->ops->render(attachments->host, job);
}

/* A picture is wanted by whoever opens it; those inside another file are hidden as in any mail. */
static void view(Attachments *attachments, const Entry *entry)
{
	guint index;

	attachments->shown = entry;
	g_ptr_array_find(attachments->entries, entry, &index);
	gallery_set_message(attachments->gallery, 0);
	gallery_set_message(attachments->gallery, (int64_t)index + 1);
	gallery_show(attachments->gallery, g_str_has_prefix(filing_type(entry->item), "image/"));
	if (attachments->page_width)
		show(attachments);
}

static void import(Attachments *attachments, const Entry *entry)
{
	g_autofree char *name = shown_name(attachments, entry);

	attachments->host->ops->import(attachments->host,
	                               import_job_new(name, entry->item->content));
}

static void carry_out(Attachments *attachments, const Order *order)
{
	set_notice(attachments, false, NULL);
	if (order->task == TASK_VIEW) {
		view(attachments, g_ptr_array_index(order->entries, 0));
		return;
	}
	if (order->task == TASK_IMPORT) {
		import(attachments, g_ptr_array_index(order->entries, 0));
		return;
	}
	FilingJob *job = job_new(attachments, (FilingTask)order->task, order->target);
	for (guint i = 0; i < order->entries->len; i++) {
		Entry *entry = g_ptr_array_index(order->entries, i);
		entry->filing_serial = job->serial;
		g_ptr_array_add(job->items, file_item_copy(entry->item));
	}
	attachments->host->ops->file(attachments->host, job);
}

/* Asks for what is missing; false where nobody can be asked. */
static bool ask_for(Attachments *attachments, const Order *order)
{
	for (guint i = 0; i < order->entries->len; i++) {
		Entry *entry = g_ptr_array_index(order->entries, i);
		if (entry->item->content || entry->wish_id)
			continue;
		if (entry->item->reference)
			entry->wish_id = attachments->host->ops->wish_part(attachments->host,
			                                                   attachments->message->id,
			                                                   entry->item->reference);
		if (!entry->wish_id)
			return false;
	}
	return true;
}

static int missing(const Order *order)
{
	int count = 0;

	for (guint i = 0; i < order->entries->len; i++)
		count += !((Entry *)g_ptr_array_index(order->entries, i))->item->content;
	return count;
}

static void say_download(Attachments *attachments, const Order *order)
{
	int count = missing(order);
	int64_t bytes = 0;

	for (guint i = 0; i < order->entries->len; i++) {
		const Entry *entry = g_ptr_array_index(order->entries, i);
		bytes += entry->item->content ? 0 : entry->item->size_bytes;
	}
	g_autofree char *size = show_size(bytes);
	set_notice(attachments, false,
	           g_strdup_printf(ngettext_("Downloading %d file, %s…",
	                                     "Downloading %d files, %s…", count),
	                           count, size));
}

/* Carries out what has its content; the rest waits on. */
static void try_orders(Attachments *attachments)
{
	for (guint i = 0; i < attachments->orders->len;) {
		Order *order = g_ptr_array_index(attachments->orders, i);
		if (missing(order) > 0) {
			say_download(attachments, order);
			i++;
			continue;
		}
		g_autofree Order *due = g_ptr_array_steal_index(attachments->orders, i);
		carry_out(attachments, due);
		g_free(due->target);
		g_ptr_array_unref(due->entries);
	}
}

/* @entries is the order's. */
static void give_order(Attachments *attachments, int task, const char *target, GPtrArray *entries)
{
	Order *order = g_new0(Order, 1);

	*order = (Order){ task, g_strdup(target), entries };
	if (!ask_for(attachments, order)) {
		set_notice(
			attachments, true,
			g_strdup(
				_("This needs the server, and there is no connection to it now.")));
		order_free(order);
		return;
	}
	g_ptr_array_add(attachments->orders, order);
	try_orders(attachments);
}

static void order_current(Attachments *attachments, int task, const char *target)
{
	GPtrArray *entries = g_ptr_array_new();

	if (current(attachments))
		g_ptr_array_add(entries, current(attachments));
	if (entries->len > 0)
		give_order(attachments, task, target, entries);
	else
		g_ptr_array_unref(entries);
}

void attachments_view(Attachments *attachments)
{
	if (!is_reading(attachments))
		order_current(attachments, TASK_VIEW, NULL);
}

void attachments_toggle_pictures(Attachments *attachments)
{
	if (!is_reading(attachments))
		return;
	gallery_show(attachments->gallery, !gallery_is_shown(attachments->gallery));
	show(attachments);
}

void attachments_redraw_pictures(Attachments *attachments)
{
	gallery_redraw(attachments->gallery);
	if (is_reading(attachments) && gallery_is_shown(attachments->gallery))
		show(attachments);
}

bool attachments_leave(Attachments *attachments)
{
	if (!is_reading(attachments))
		return false;
	attachments->shown = NULL;
	attachments->page_serial = 0;
	g_clear_pointer(&attachments->page, page_free);
	pager_set(attachments->pager, NULL, false);
	return true;
}

void attachments_save(Attachments *attachments, const char *path)
{
	order_current(attachments, FILING_SAVE, path);
}

void attachments_import(Attachments *attachments)
{
	order_current(attachments, TASK_IMPORT, NULL);
}

void attachments_pipe(Attachments *attachments, const char *command)
{
	order_current(attachments, FILING_PIPE, command);
}

static GPtrArray *those_to_save(const Attachments *attachments)
{
	GPtrArray *entries = g_ptr_array_new();

	for (int i = 0; i < attachments_count(attachments); i++)
		if (!entry_at(attachments, i)->item->is_inline)
			g_ptr_array_add(entries, entry_at(attachments, i));
	for (int i = 0; entries->len == 0 && i < attachments_count(attachments); i++)
		g_ptr_array_insert(entries, i, entry_at(attachments, i));
	return entries;
}

void attachments_save_all(Attachments *attachments, const char *dir)
{
	g_autoptr(GPtrArray) entries = those_to_save(attachments);

	if (entries->len > 0)
		give_order(attachments, FILING_SAVE_ALL, dir, g_steal_pointer(&entries));
}

/* ---- answers ---- */

bool attachments_take(Attachments *attachments, Page *page)
{
	if (page->serial != attachments->page_serial)
		return false;
	attachments->page_serial = 0;
	page_free(attachments->page);
	attachments->page = page;
	pager_set(attachments->pager, page->body, false);
	if (gallery_take(attachments->gallery, page))
		show(attachments);
	return true;
}

bool attachments_drawn(Attachments *attachments, const Drawn *drawn)
{
	if (!gallery_drawn(attachments->gallery, drawn))
		return false;
	if (is_reading(attachments) && gallery_is_settled(attachments->gallery))
		show(attachments);
	return true;
}

static void keep_paths(Attachments *attachments, const FilingAnswer *answer)
{
	guint next = 0;

	for (int i = 0; i < attachments_count(attachments); i++) {
		Entry *entry = entry_at(attachments, i);
		if (entry->filing_serial != answer->serial)
			continue;
		entry->filing_serial = 0;
		if (next < answer->paths->len) {
			g_free(entry->path);
			entry->path = g_strdup(g_ptr_array_index(answer->paths, next++));
		}
	}
}

static bool is_filing(const Attachments *attachments, int64_t serial)
{
	for (int i = 0; i < attachments_count(attachments); i++)
		if (entry_at(attachments, i)->filing_serial == serial)
			return true;
	return false;
}

bool attachments_filed(Attachments *attachments, const FilingAnswer *answer)
{
	if (answer->serial == attachments->unpack_serial) {
		attachments->unpack_serial = 0;
		pin_wish_free(attachments->pin);
		attachments->pin = pin_wish_copy(answer->pin);
		/* Who was faster than the look inside goes on with what the server said. */
		if (answer->items->len > 0 && attachments->orders->len == 0 &&
		    !is_reading(attachments))
			set_items(attachments, answer->items);
		return true;
	}
	if (!is_filing(attachments, answer->serial))
		return false;
	keep_paths(attachments, answer);
	set_notice(attachments, answer->is_failure, g_strdup(answer->sentence));
	return true;
}

const PinWish *attachments_pin(const Attachments *attachments) { return attachments->pin; }

void attachments_pin_given(Attachments *attachments)
{
	if (!attachments->pin)
		return;
	g_clear_pointer(&attachments->pin, pin_wish_free);
	look_inside(attachments);
}

static Entry *entry_of_wish(const Attachments *attachments, int64_t wish_id)
{
	for (int i = 0; wish_id && i < attachments_count(attachments); i++)
		if (entry_at(attachments, i)->wish_id == wish_id)
			return entry_at(attachments, i);
	return NULL;
}

static bool is_source_wish(Attachments *attachments, int64_t wish_id)
{
	return wish_id && wish_id == attachments->source_wish;
}

bool attachments_fetched(Attachments *attachments, int64_t wish_id, GBytes *content)
{
	if (is_source_wish(attachments, wish_id)) {
		attachments->source_wish = 0;
		set_notice(attachments, false, NULL);
		look_inside(attachments);
		return true;
	}
	Entry *entry = entry_of_wish(attachments, wish_id);

	if (!entry || !content)
		return false;
	entry->wish_id = 0;
	g_clear_pointer(&entry->item->content, g_bytes_unref);
	entry->item->content = g_bytes_ref(content);
	entry->item->size_bytes = (int64_t)g_bytes_get_size(content);
	try_orders(attachments);
	return true;
}

bool attachments_failed(Attachments *attachments, int64_t wish_id, const char *sentence)
{
	Entry *entry = entry_of_wish(attachments, wish_id);

	if (is_source_wish(attachments, wish_id)) {
		attachments->source_wish = 0;
		take_servers(attachments);
		set_notice(attachments, true, g_strdup(sentence));
		return true;
	}
	if (!entry)
		return false;
	entry->wish_id = 0;
	for (guint i = attachments->orders->len; i-- > 0;) {
		const Order *order = g_ptr_array_index(attachments->orders, i);
		if (g_ptr_array_find(order->entries, entry, NULL))
			g_ptr_array_remove_index(attachments->orders, i);
	}
	g_autofree char *name = shown_name(attachments, entry);
	set_notice(attachments, true, g_strdup_printf("%s: %s", name, sentence ? sentence : ""));
	return true;
}

const char *attachments_notice(const Attachments *attachments, Style *ret_style)
{
	*ret_style = attachments->is_failure ? STYLE_ERROR : STYLE_NORMAL;
	return attachments->notice;
}

/* ---- drawing ---- */

static void draw_head(const Attachments *attachments, Canvas *canvas, Rect rect)
{
	int64_t bytes = 0;
	int     count = attachments_count(attachments);
	Pen     pen = pen_new(canvas, (Rect){ rect.x, rect.y, rect.width, 1 }, STYLE_HEADING);

	for (int i = 0; i < count; i++)
		bytes += entry_at(attachments, i)->item->size_bytes;
	g_autofree char *size = show_size(bytes);
	g_autofree char *sum =
		g_strdup_printf(ngettext_("%d file, %s", "%d files, %s", count), count, size);
	const char *subject = attachments->message->subject;
	int room = MAX(rect.width - text_width(sum) - 3, 0);
	pen_skip(&pen, 1);
	pen_column(&pen, subject && *subject ? subject : _("(no subject)"), room);
	pen_skip(&pen, 1);
	pen_styled(&pen, STYLE_COUNT, sum);
	canvas_rule_across(canvas, rect.x, rect.y + 1, rect.width);
}

static char *place_of(const Entry *entry)
{
	const char *where = entry->path            ? _("saved")
	                    : entry->item->content ? _("here")
	                    : entry->wish_id       ? _("coming")
	                                           : _("on server");

	return g_strconcat(where, entry->item->is_inline ? _(", inline") : "", NULL);
}

static void draw_entry(const Attachments *attachments, int index, Canvas *canvas, Rect line)
{
	const Entry     *entry = entry_at(attachments, index);
	g_autofree char *number = g_strdup_printf("%d", index + 1);
	g_autofree char *name = shown_name(attachments, entry);
	g_autofree char *size = show_size(entry->item->size_bytes);
	g_autofree char *place = place_of(entry);
	Pen pen = pen_new(canvas, line, STYLE_NORMAL);
	int type_width = line.width < 60 ? 0 : 18, place_width = line.width < 40 ? 0 : 17;

	pen_column_right(&pen, number, 4);
	pen_skip(&pen, 1);
	pen.style = STYLE_DIM;
	pen_column(&pen, filing_type(entry->item), type_width);
	pen_skip(&pen, type_width ? 1 : 0);
	pen.style = STYLE_NORMAL;
	pen_column(&pen, name, MAX(pen_room(&pen) - place_width - 9, 1));
	pen.style = STYLE_COUNT;
	pen_column_right(&pen, size, 7);
	pen_skip(&pen, 2);
	pen.style = STYLE_DIM;
	pen_column(&pen, place, place_width);
	pen_rest(&pen);
}

static void draw_list(Attachments *attachments, Canvas *canvas, Rect rect, bool has_focus)
{
	int count = attachments_count(attachments);

	draw_head(attachments, canvas, rect);
	attachments->list_height = MAX(rect.height - HEAD_LINES, 1);
	attachments->top =
		CLAMP(attachments->top, attachments->cursor - attachments->list_height + 1,
	              attachments->cursor);
	for (int y = 0; y < attachments->list_height && attachments->top + y < count; y++) {
		Rect line = { rect.x, rect.y + HEAD_LINES + y, rect.width, 1 };
		draw_entry(attachments, attachments->top + y, canvas, line);
		if (attachments->top + y == attachments->cursor)
			canvas_restyle(canvas, line,
			               has_focus ? STYLE_SELECTED : STYLE_SELECTED_IDLE);
	}
	if (count > 0)
		return;
	Pen pen = pen_new(canvas, (Rect){ rect.x, rect.y + HEAD_LINES, rect.width, 1 }, STYLE_DIM);
	pen_skip(&pen, 2);
	pen_text(&pen, is_looking(attachments) ? "\xE2\x80\xA6"
	                                       : _("This message has no attachments."));
}

static void draw_page(Attachments *attachments, Canvas *canvas, Rect rect)
{
	Rect inner = { rect.x + 1, rect.y, MAX(rect.width - 2, 1), rect.height };

	gallery_set_box(attachments->gallery, inner.width, rect.height - 2);
	if (attachments->page_width != inner.width) {
		attachments->page_width = inner.width;
		if (is_reading(attachments))
			show(attachments);
	}
	if (!attachments->page)
		return;
	int head = MIN((int)attachments->page->head->len, MAX(rect.height / 2 - 1, 1));
	g_autoptr(Pager) top = pager_new();
	pager_set(top, attachments->page->head, false);
	pager_draw(top, canvas, (Rect){ inner.x, inner.y, inner.width, head });
	canvas_rule_across(canvas, inner.x, inner.y + head, inner.width);
	Rect body = { inner.x, inner.y + head + 1, inner.width, MAX(rect.height - head - 1, 1) };
	pager_set_height(attachments->pager, body.height);
	pager_draw(attachments->pager, canvas, body);
}

void attachments_draw(Attachments *attachments, Canvas *canvas, Rect rect, bool has_focus)
{
	int list_width = rect.width >= PREVIEW_FROM ? rect.width / 2 : rect.width;
	Rect list = { rect.x, rect.y, list_width, rect.height };
	Rect page = { rect.x + list_width + 1, rect.y, rect.width - list_width - 1, rect.height };

	if (list_width == rect.width) {
		if (is_reading(attachments))
			draw_page(attachments, canvas, rect);
		else
			draw_list(attachments, canvas, rect, has_focus);
		if (!is_reading(attachments))
			attachments->page_width = MAX(rect.width - 2, 1);
		return;
	}
	draw_list(attachments, canvas, list, has_focus && !is_reading(attachments));
	canvas_rule_down(canvas, rect.x + list_width, rect.y, rect.height);
	draw_page(attachments, canvas, page);
}
