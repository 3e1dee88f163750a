#include "ui/screen/page.h"

#include <string.h>

#include "app/harvest.h"
#include "app/judgement.h"
#include "app/reading.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "doc/layout.h"
#include "mime/mime.h"
#include "ui/screen/seal.h"
#include "ui/screen/show.h"
#include "ui/widget/pager.h"

enum { LABEL_WIDTH = 9, SOURCE_LINES_MAX = 200000 };
enum { VIEW_BYTES_MAX = 4 << 20, LOOK_BYTES = 8192, TARGETS_MAX = 4, TARGET_BYTES_MAX = 400 };

void page_job_free(PageJob *job)
{
	if (!job)
		return;
	message_free(job->message);
	g_clear_pointer(&job->body, g_bytes_unref);
	g_clear_pointer(&job->source, g_bytes_unref);
	g_clear_pointer(&job->pictures, g_ptr_array_unref);
	file_item_free(job->file);
	g_free(job->pictures_key);
	g_free(job->download_key);
	certificates_unref(job->certificates);
	g_free(job->verdict_key);
	g_free(job->pin_key);
	g_free(job->import_key);
	g_free(job);
}

bool page_job_is_judged(const PageJob *job)
{
	return job->is_judging && !job->file &&
	       (job->kind == BODY_MIME || opening_needs_source(job->message));
}

bool page_job_lacks_whole(const PageJob *job)
{
	bool is_whole = job->source || (job->kind == BODY_MIME && job->body &&
	                                !(job->message->flags & MESSAGE_TRUNCATED));

	return opening_needs_source(job->message) && !is_whole;
}

static void page_picture_free(PagePicture *picture)
{
	g_free(picture->reference);
	g_free(picture->alt);
	g_free(picture->sentence);
	drawing_unref(picture->drawing);
	g_free(picture);
}

GPtrArray *page_pictures_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)page_picture_free);
}

static void link_free(PageLink *link)
{
	g_free(link->url);
	g_free(link->text);
	g_free(link);
}

void page_free(Page *page)
{
	if (!page)
		return;
	g_ptr_array_unref(page->seal);
	g_ptr_array_unref(page->head);
	g_ptr_array_unref(page->body);
	g_ptr_array_unref(page->links);
	g_clear_pointer(&page->pictures, g_ptr_array_unref);
	g_free(page->text);
	g_free(page->address);
	g_free(page->internet_id);
	g_clear_pointer(&page->found, g_ptr_array_unref);
	g_clear_pointer(&page->questions, g_ptr_array_unref);
	pin_wish_free(page->pin);
	g_free(page);
}

static GPtrArray *lines_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)pager_line_free);
}

static void add_line(GPtrArray *lines, Style style, const char *text)
{
	g_ptr_array_add(lines, pager_line_add(pager_line_new(), style, text, NULL));
}

/* ---- text that is longer than a line ---- */

static void add_wrapped(GPtrArray *lines, const char *label, const char *text, int width)
{
	const char *rest = text;

	do {
		size_t len = grapheme_fitting(rest, MAX(width - LABEL_WIDTH, 10));
		g_autofree char *part = g_strndup(rest, len);
		g_autofree char *name =
			g_strdup_printf("%-*s", LABEL_WIDTH, rest == text ? label : "");
		PagerLine *line = pager_line_add(pager_line_new(), STYLE_LABEL, name, NULL);
		g_ptr_array_add(lines, pager_line_add(line, STYLE_NORMAL, part, NULL));
		rest += len;
	} while (*rest);
}

/* ---- who, when, what ---- */

/* A name may be as long and as misleading as its owner likes: it is cut, the address behind it
 * never. */
static void add_sender(Page *page, const Message *message, int width)
{
	g_autoptr(GPtrArray) people = mime_addresses(message->from ? message->from : "");
	const MimeAddress *from = people->len == 1 ? g_ptr_array_index(people, 0) : NULL;
	int room = width - LABEL_WIDTH;

	/* Several senders, or something that is no address: shown as it came, for nothing is to be
	 * believed of it. */
	if (!from || !strchr(from->address, '@')) {
		bool has_any = message->from && *message->from;
		add_wrapped(page->head, _("From"), has_any ? message->from : _("(nobody)"), width);
		return;
	}
	page->address = g_strdup(from->address);
	g_autofree char *address = g_strdup_printf("<%s>", from->address);
	if (!from->name || !*from->name || text_width(address) > room - 6) {
		add_wrapped(page->head, _("From"), address, width);
		return;
	}
	size_t len = grapheme_fitting(from->name, room - text_width(address) - 2);
	bool   is_cut = from->name[len] != '\0';
	g_autofree char *name = g_strndup(from->name, len);
	g_autofree char *both =
		g_strconcat(g_strchomp(name), is_cut ? "\xE2\x80\xA6 " : " ", address, NULL);
	add_wrapped(page->head, _("From"), both, width);
}

/* Names, and a count of those that have no room. */
static void add_people(Page *page, const char *label, const char *list, int width)
{
	if (!list || !*list)
		return;
	g_autoptr(GPtrArray) people = mime_addresses(list);
	g_autoptr(GString) text = g_string_new(NULL);
	int room = width - LABEL_WIDTH - 6;

	for (guint i = 0; i < people->len; i++) {
		const MimeAddress *one = g_ptr_array_index(people, i);
		const char *name = one->name && *one->name ? one->name : one->address;
		if (i > 0 && text_width(text->str) + text_width(name) + 2 > room) {
			g_string_append_printf(text, ", +%u", people->len - i);
			break;
		}
		if (i > 0)
			g_string_append(text, ", ");
		g_string_append(text, name);
	}
	if (text->len)
		add_wrapped(page->head, label, text->str, width);
}

static void add_attachments(Page *page, const Message *message, int width)
{
	g_autoptr(GString) text = g_string_new(NULL);
	int number = 0;

	for (guint i = 0; message->parts && i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);
		if (part->is_inline)
			continue;
		g_autofree char *size = show_size(part->size_bytes);
		g_autofree char *name = text_one_line(part->name ? part->name : _("unnamed"));
		g_string_append_printf(text, "%s%d %s %s", number ? "   " : "", number + 1, name,
		                       size);
		number++;
	}
	if (number)
		add_wrapped(page->head, _("Files"), text->str, width);
}

static void add_meeting(Page *page, const Message *message, int width)
{
	const Meeting *meeting = message->meeting;

	if (!meeting)
		return;
	g_autofree char *when = show_span(meeting->start_ms, meeting->end_ms, meeting->is_all_day);
	bool has_place = meeting->location && *meeting->location;
	g_autofree char *text =
		g_strconcat(when, has_place ? "   " : "", has_place ? meeting->location : "", NULL);
	add_wrapped(page->head, _("Meeting"), text, width);
}

static void add_flag(Page *page, const Message *message, int width)
{
	g_autofree char *due = message->due_ms ? show_day(message->due_ms) : NULL;
	g_autofree char *done = message->done_ms ? show_day(message->done_ms) : NULL;

	if (message->flags & MESSAGE_FLAGGED && due)
		add_wrapped(page->head, _("Due"), due, width);
	else if (message->flags & MESSAGE_DONE && done)
		add_wrapped(page->head, _("Done"), done, width);
}

static void add_categories(Page *page, const Message *message, int width)
{
	g_auto(GStrv) names =
		g_strsplit(message->categories ? message->categories : "", "\n", -1);
	g_autofree char *list = g_strjoinv(", ", names);

	if (*list)
		add_wrapped(page->head, _("Category"), list, width);
}

static void add_head(Page *page, const Message *message, int width)
{
	g_autofree char *date = show_date_long(message->received_ms);

	add_sender(page, message, width);
	add_people(page, _("To"), message->to && *message->to ? message->to : message->display_to,
	           width);
	add_people(page, _("Cc"), message->cc, width);
	add_wrapped(page->head, _("Date"), date, width);
	add_wrapped(page->head, _("Subject"), message->subject ? message->subject : "", width);
	add_flag(page, message, width);
	add_categories(page, message, width);
	add_meeting(page, message, width);
	add_attachments(page, message, width);
}

/* A target of List-Unsubscribe, RFC 2369: <URL>, <URL>. Only what a person can read and act on. */
static bool is_target(const char *url)
{
	return g_str_has_prefix(url, "https://") || g_str_has_prefix(url, "http://") ||
	       g_str_has_prefix(url, "mailto:");
}

/* Shown as text and among the links; nothing is opened or sent by itself. */
static void add_unsubscribe(Page *page, const MimeMessage *mime, int width)
{
	guint most = page->links->len + TARGETS_MAX;
	g_auto(GStrv) parts =
		g_strsplit_set(mime->list_unsubscribe ? mime->list_unsubscribe : "", "<>", -1);
	g_autoptr(GString) text = g_string_new(NULL);

	for (char **part = parts; *part && page->links->len < most; part++) {
		g_autofree char *url = text_cut(*part, TARGET_BYTES_MAX);
		if (!is_target(url))
			continue;
		g_string_append_printf(text, "%s%s", text->len ? "   " : "", url);
		PageLink *link = g_new0(PageLink, 1);
		*link = (PageLink){ g_strdup(url), g_strdup(_("unsubscribe")), false };
		g_ptr_array_add(page->links, link);
	}
	if (text->len)
		add_wrapped(page->head, _("Leave"), text->str, width);
}

static MimeMessage *whole_mime(const PageJob *job)
{
	return job->source                           ? mime_read(job->source)
	       : job->kind == BODY_MIME && job->body ? mime_read(job->body)
	                                             : NULL;
}

static void add_list(Page *page, const PageJob *job)
{
	g_autoptr(MimeMessage) mime = whole_mime(job);

	if (mime)
		add_unsubscribe(page, mime, job->width);
}

/* Who wrote it is never left out: a name may say anything. */
static void add_compact_head(Page *page, const Message *message, int width)
{
	add_sender(page, message, width);
	add_meeting(page, message, width);
	add_attachments(page, message, width);
}

/* ---- the text ---- */

static Style style_of(const Reading *reading, const DocLine *line, const DocSpan *span)
{
	Style style = line->quote == 0  ? STYLE_NORMAL
	              : line->quote % 2 ? STYLE_QUOTE
	                                : STYLE_QUOTE_DEEP;

	if (span->link >= 0 && span->link < (int)reading->doc->links->len) {
		const DocLink *link = g_ptr_array_index(reading->doc->links, span->link);
		style = link->is_deceptive ? STYLE_WARNING : STYLE_LINK;
	}
	if (span->style & RUN_BOLD)
		style |= STYLE_BOLD;
	if (span->style & RUN_ITALIC)
		style |= STYLE_ITALIC;
	if (span->style & RUN_UNDERLINE)
		style |= STYLE_UNDERLINE;
	if (span->style & RUN_DIM)
		style |= STYLE_DIM_TEXT;
	return style;
}

static const char *url_of(const Reading *reading, const DocSpan *span)
{
	if (span->link < 0 || span->link >= (int)reading->doc->links->len)
		return NULL;
	const DocLink *link = g_ptr_array_index(reading->doc->links, span->link);
	/* Who hides where a link goes does not get one that can be clicked. */
	return link->is_deceptive ? NULL : link->url;
}

/* In running text a soft hyphen only says where a word may be parted. */
static char *without_soft_hyphens(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "\xC2\xAD", -1);

	return g_strjoinv("", parts);
}

/* What is drawn of the picture @reference; NULL: nothing. */
static Drawing *drawing_of(const PageJob *job, const char *reference)
{
	for (guint i = 0; job->pictures && i < job->pictures->len; i++) {
		const PagePicture *known = g_ptr_array_index(job->pictures, i);
		if (known->drawing && strcmp(known->reference, reference) == 0)
			return known->drawing;
	}
	return NULL;
}

/* Of each of Doc.pictures. */
static GArray *boxes_of(const PageJob *job, const Doc *doc)
{
	GArray *boxes = g_array_new(FALSE, TRUE, sizeof(DocBox));

	for (guint i = 0; i < doc->pictures->len; i++) {
		const DocPicture *picture = g_ptr_array_index(doc->pictures, i);
		const Drawing *drawing = drawing_of(job, picture->source);
		DocBox box = { drawing ? drawing->columns : 0, drawing ? drawing->rows : 0 };
		g_array_append_val(boxes, box);
	}
	return boxes;
}

static void add_span(PagerLine *line, const Reading *reading, const DocLine *from,
                     const DocSpan *span)
{
	g_autofree char *text = without_soft_hyphens(span->text);

	pager_line_add(line, style_of(reading, from, span), text, url_of(reading, span));
}

static void add_picture_span(PagerLine *line, const PageJob *job, const Doc *doc,
                             const DocSpan *span)
{
	const DocPicture *picture = g_ptr_array_index(doc->pictures, (guint)span->picture - 1);

	pager_line_add_drawing(line, drawing_of(job, picture->source), span->picture_row);
}

static void add_text(Page *page, const Reading *reading, const PageJob *job)
{
	g_autoptr(GArray) boxes = boxes_of(job, reading->doc);
	DocLayout how = { .width = MIN(job->width, PAGE_WIDTH_MAX),
		          .numbers_links = true,
		          .folds_quotes = !job->shows_quotes,
		          .boxes = (const DocBox *)boxes->data,
		          .width_of = grapheme_width };
	g_autoptr(GPtrArray) lines = doc_layout(reading->doc, &how);

	for (guint i = 0; i < lines->len; i++) {
		const DocLine *from = g_ptr_array_index(lines, i);
		PagerLine *line = pager_line_new();
		for (guint j = 0; j < from->spans->len; j++) {
			const DocSpan *span = g_ptr_array_index(from->spans, j);
			if (span->picture)
				add_picture_span(line, job, reading->doc, span);
			else
				add_span(line, reading, from, span);
		}
		g_ptr_array_add(page->body, line);
	}
}

static void add_links(Page *page, const Doc *doc)
{
	for (guint i = 0; i < doc->links->len; i++) {
		const DocLink *from = g_ptr_array_index(doc->links, i);
		PageLink *link = g_new0(PageLink, 1);
		*link = (PageLink){ g_strdup(from->url), g_strdup(from->text), from->is_deceptive };
		g_ptr_array_add(page->links, link);
	}
}

static void add_note(Page *page, Style style, const char *text, int width)
{
	for (const char *rest = text; *rest;) {
		size_t len = grapheme_fitting(rest, width);
		g_autofree char *part = g_strndup(rest, len);
		add_line(page->body, style, part);
		rest += len;
	}
}

static void add_download_note(Page *page, const PageJob *job)
{
	g_autofree char *text = NULL;

	if (!(job->message->flags & MESSAGE_TRUNCATED))
		return;
	if (job->download_key)
		text = g_strdup_printf(
			_("This is only the beginning of the message. Press %s to download all of it."),
			job->download_key);
	else
		text = g_strdup(_("This is only the beginning of the message."));
	add_line(page->body, STYLE_NORMAL, "");
	add_note(page, STYLE_WARNING, text, job->width);
}

/* ---- pictures ---- */

/* They stay where they are, whatever is shown. */
static void add_trackers(GString *text, const PictureCount *count)
{
	if (count->trackers)
		g_string_append_printf(text,
		                       ngettext_(" (%u looks like a tracker)",
		                                 " (%u look like trackers)", count->trackers),
		                       count->trackers);
}

/* How many there are, and what is to be known before they are asked for: those on other servers are
 * more than hidden. */
static char *hidden_text(const PictureCount *count)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (count->remote)
		g_string_printf(text,
		                ngettext_("Images: %u blocked", "Images: %u blocked", count->all),
		                count->all);
	else
		g_string_printf(text,
		                ngettext_("Images: %u hidden", "Images: %u hidden", count->all),
		                count->all);
	add_trackers(text, count);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static guint count_drawn(const PageJob *job)
{
	guint drawn = 0;

	for (guint i = 0; job->pictures && i < job->pictures->len; i++)
		drawn +=
			((const PagePicture *)g_ptr_array_index(job->pictures, i))->drawing != NULL;
	return drawn;
}

static bool is_any_awaited(const PageJob *job)
{
	for (guint i = 0; job->pictures && i < job->pictures->len; i++)
		if (((const PagePicture *)g_ptr_array_index(job->pictures, i))->is_awaited)
			return true;
	return false;
}

static char *shown_text(const PageJob *job, const PictureCount *count)
{
	guint drawn = count_drawn(job);
	g_autoptr(GString) text = g_string_new(NULL);

	if (drawn == count->all)
		g_string_printf(text, ngettext_("Images: %u shown", "Images: %u shown", drawn),
		                drawn);
	else
		g_string_printf(text, _("Images: %u of %u shown"), drawn, count->all);
	if (drawn < count->all && is_any_awaited(job))
		g_string_append(text, _(", the others are coming…"));
	else
		add_trackers(text, count);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Why some are not shown, each reason once. */
static void add_refusals(Page *page, const PageJob *job)
{
	g_autoptr(GHashTable) said = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; job->pictures && i < job->pictures->len; i++) {
		const PagePicture *known = g_ptr_array_index(job->pictures, i);
		if (known->sentence && g_hash_table_add(said, known->sentence))
			add_note(page, STYLE_WARNING, known->sentence, job->width);
	}
}

static void add_picture_line(Page *page, const PageJob *job)
{
	PictureCount count = pictures_count(page->pictures);

	if (count.all + count.trackers == 0)
		return;
	g_autofree char *text =
		job->shows_pictures ? shown_text(job, &count) : hidden_text(&count);
	PagerLine *line = pager_line_add(pager_line_new(), STYLE_DIM, text, NULL);
	if (job->pictures_key && count.all > 0) {
		g_autofree char *key = g_strconcat("  ", job->pictures_key, " ", NULL);
		pager_line_add(line, STYLE_FOOTER_KEY, key, NULL);
		pager_line_add(line, STYLE_DIM, job->shows_pictures ? _("Hide") : _("Show"), NULL);
	}
	add_line(page->body, STYLE_NORMAL, "");
	g_ptr_array_add(page->body, line);
	if (job->shows_pictures)
		add_refusals(page, job);
}

static bool is_in_text(const Page *page, const Drawing *drawing)
{
	for (guint i = 0; i < page->body->len; i++) {
		const PagerLine *line = g_ptr_array_index(page->body, i);
		for (guint j = 0; j < line->spans->len; j++)
			if (((const PagerSpan *)g_ptr_array_index(line->spans, j))->drawing ==
			    drawing)
				return true;
	}
	return false;
}

static void add_drawing(Page *page, Drawing *drawing)
{
	for (int row = 0; row < drawing->rows; row++)
		g_ptr_array_add(page->body, pager_line_add_drawing(pager_line_new(), drawing, row));
}

/* Those that the text does not name, or has no room for, stand below it. */
static void add_attached_pictures(Page *page, const PageJob *job)
{
	for (guint i = 0; job->pictures && i < job->pictures->len; i++) {
		const PagePicture *known = g_ptr_array_index(job->pictures, i);
		if (!known->drawing || known->drawing->columns > job->width ||
		    is_in_text(page, known->drawing))
			continue;
		g_autofree char *caption =
			*known->alt ? g_strdup_printf("[%s: %s]", _("picture"), known->alt)
				    : g_strdup_printf("[%s]", _("picture"));
		add_line(page->body, STYLE_NORMAL, "");
		add_note(page, STYLE_DIM, caption, job->width);
		add_drawing(page, known->drawing);
	}
}

/* For its pictures; a mail without parts has none but those on the web. */
static bool wants_source(const PageJob *job, const Reading *reading)
{
	bool has_parts = job->message->parts && job->message->parts->len > 0;
	bool is_opened = reading->opening && reading->opening->smime;

	return job->source && !is_opened && (job->shows_pictures || has_parts);
}

static bool is_encrypted(const Reading *reading)
{
	return reading->opening && opening_is_encrypted(reading->opening);
}

/* What is fetched of other servers is kept in the store under its address, where nothing that was
 * decrypted may come to lie; and who sent it would learn that it was opened. */
static void drop_remote(Page *page, int width)
{
	guint before = page->pictures->len;

	for (guint i = before; i-- > 0;)
		if (((const Picture *)g_ptr_array_index(page->pictures, i))->is_remote)
			g_ptr_array_remove_index(page->pictures, i);
	if (page->pictures->len == before)
		return;
	add_line(page->body, STYLE_NORMAL, "");
	add_note(page, STYLE_DIM,
	         _("Of encrypted mail, pictures on other servers are not fetched."), width);
}

/* @mime: the whole mail; NULL: it is not here. */
static void add_pictures(Page *page, const PageJob *job, const Reading *reading,
                         const MimeMessage *mime)
{
	page->pictures = pictures_list(reading->doc, job->message, mime);
	if (is_encrypted(reading))
		drop_remote(page, job->width);
	if (job->shows_pictures)
		pictures_fill(page->pictures, mime);
	add_attached_pictures(page, job);
	add_picture_line(page, job);
}

static bool is_alterable(const Reading *reading)
{
	return reading->opening && opening_is_alterable(reading->opening);
}

static void add_reading(Page *page, const PageJob *job, const Reading *reading)
{
	const char *warning = reading->warning ? reading->warning : reading->doc->warning;

	if (warning) {
		add_note(page, STYLE_WARNING, warning, job->width);
		add_line(page->body, STYLE_NORMAL, "");
	}
	add_text(page, reading, job);
	add_links(page, reading->doc);
	g_autoptr(MimeMessage) source =
		wants_source(job, reading) ? mime_read(job->source) : NULL;
	if (is_alterable(reading))
		page->pictures = g_ptr_array_new();
	else
		add_pictures(page, job, reading, source ? source : reading->mime);
	page->text = doc_plain_text(reading->doc);
}

/* ---- headers and source ---- */

static void add_all_headers(Page *page, const PageJob *job)
{
	g_autoptr(MimeMessage) mime = whole_mime(job);
	g_autoptr(GPtrArray) known = mime ? NULL : reading_header_lines(job->message);
	const GPtrArray *headers = mime ? mime->headers : known;

	for (guint i = 0; i < headers->len; i++)
		add_note(page, STYLE_LABEL, g_ptr_array_index(headers, i), job->width);
	add_line(page->body, STYLE_NORMAL, "");
	if (mime)
		page->internet_id = g_strdup(mime->message_id);
}

static void add_source(Page *page, const PageJob *job)
{
	gsize len;
	const char *bytes = g_bytes_get_data(job->source, &len);
	g_autofree char *text = text_to_utf8(bytes, len);
	g_auto(GStrv) lines = g_strsplit(text, "\n", SOURCE_LINES_MAX);

	for (char **line = lines; *line; line++) {
		g_strchomp(*line);
		if (**line)
			add_note(page, STYLE_NORMAL, *line, job->width);
		else
			add_line(page->body, STYLE_NORMAL, "");
	}
	page->text = g_steal_pointer(&text);
}

/* ---- a file ---- */

static void add_file_head(Page *page, const FileItem *file, int width)
{
	g_autofree char *name = filing_name(file, 1);
	g_autofree char *size = show_size(file->size_bytes);
	g_autofree char *text =
		g_strdup_printf("%s   %s   %s", name, size, filing_type(file));

	add_wrapped(page->head, _("File"), text, width);
}

/* Text is what says so, or looks so. */
static bool is_text(const FileItem *file)
{
	const char *type = filing_type(file);
	gsize       len;
	const char *bytes = g_bytes_get_data(file->content, &len), *end;
	gsize       look = MIN(len, LOOK_BYTES);

	if (look > 0 && memchr(bytes, 0, look))
		return false;
	if (g_str_has_prefix(type, "text/") || strcmp(type, "application/xml") == 0)
		return true;
	/* The look may end inside a character. */
	return g_utf8_validate(bytes ? bytes : "", (gssize)look, &end) ||
	       (look == LOOK_BYTES && (gsize)(end - bytes) + 4 > look);
}

static void add_plain_file(Page *page, const PageJob *job)
{
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(job->file->content, &len);
	g_autofree char *text = mime_to_utf8(bytes, MIN(len, VIEW_BYTES_MAX), NULL, 0);
	g_autoptr(GBytes) source = g_bytes_new(text, strlen(text));
	PageJob plain = { .source = source, .width = job->width };

	add_source(page, &plain);
	if (len > VIEW_BYTES_MAX)
		add_note(page, STYLE_WARNING, _("This is only the beginning of the file."),
		         job->width);
}

static void add_html_file(Page *page, const PageJob *job)
{
	PageJob html = { .message = job->message,
		         .shows_pictures = job->shows_pictures,
		         .pictures = job->pictures,
		         .pictures_key = job->pictures_key,
		         .kind = BODY_HTML,
		         .body = job->file->content,
		         .width = job->width,
		         .shows_quotes = true };
	g_autoptr(Reading) reading = reading_new(job->message, BODY_HTML, job->file->content);

	add_reading(page, &html, reading);
}

/* Signatures are taken off, so that all of it is seen, and judged by nobody: it is not the mail
 * that the frame speaks of. Nothing in it is decrypted. */
static void add_mail_file(Page *page, const PageJob *job)
{
	g_autoptr(Message) message = message_new();
	OpeningMail whole = { .message = message, .source = job->file->content, .kind = BODY_MIME };
	g_autoptr(Reading) reading = reading_open(&whole, NULL);
	const MimeMessage *mime = reading->mime;
	PageJob mail = { .message = message,
		         .shows_pictures = job->shows_pictures,
		         .pictures = job->pictures,
		         .pictures_key = job->pictures_key,
		         .kind = BODY_MIME,
		         .body = job->file->content,
		         .width = job->width };

	message->from = g_strdup(mime->from);
	message->to = g_strdup(mime->to);
	message->cc = g_strdup(mime->cc);
	message->subject = g_strdup(mime->subject);
	message->received_ms = mime->date_ms;
	message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	add_head(page, message, job->width);
	add_reading(page, &mail, reading);
}

static bool is_picture(const char *type)
{
	return g_str_has_prefix(type, "image/") && !g_str_has_prefix(type, "image/svg");
}

/* Nothing else is on the page, so it may be as large as that. */
static void add_picture_file(Page *page, const PageJob *job)
{
	page->pictures = pictures_of_file(job->file);
	add_refusals(page, job);
	if (count_drawn(job) > 0)
		add_drawing(page, ((PagePicture *)g_ptr_array_index(job->pictures, 0))->drawing);
	else if (is_any_awaited(job) || !job->pictures || job->pictures->len == 0)
		add_note(page, STYLE_DIM, _("Drawing the picture…"), job->width);
}

/* By the name: servers call all of them by one type. */
static bool holds_keys(const FileItem *file)
{
	static const char *const endings[] = { ".p12", ".pfx", ".pem", ".p7b", ".p7c",
		                               ".cer", ".crt", ".der" };
	g_autofree char *name = text_lower_ascii(file->name ? file->name : "");

	for (size_t i = 0; i < G_N_ELEMENTS(endings); i++)
		if (g_str_has_suffix(name, endings[i]))
			return true;
	return false;
}

static void add_key_file(Page *page, const PageJob *job)
{
	g_autofree char *text = g_strdup_printf(
		_("This is a file of keys or certificates. %s imports what is in it."),
		job->import_key);

	add_note(page, STYLE_DIM, text, job->width);
}

static void add_file(Page *page, const PageJob *job)
{
	const char *type = filing_type(job->file);

	add_file_head(page, job->file, job->width);
	if (strcmp(type, "message/rfc822") == 0)
		add_mail_file(page, job);
	else if (strcmp(type, "text/html") == 0)
		add_html_file(page, job);
	else if (holds_keys(job->file) && job->import_key)
		add_key_file(page, job);
	else if (is_picture(type))
		add_picture_file(page, job);
	else if (is_text(job->file))
		add_plain_file(page, job);
	else
		add_note(page, STYLE_DIM,
		         _("This file is no text. It can be saved, or piped to a program."),
		         job->width);
}

/* ---- a mail ---- */

static Reading *open_mail(PageJob *job)
{
	OpeningMail mail = { .message = job->message,
		             .kind = job->kind,
		             .body = job->body,
		             .source = job->source };
	Reading *reading = reading_open(&mail, job->certificates);

	if (reading->mime)
		opening_correct(reading->opening, reading->mime, job->message);
	return reading;
}

/* What comes signed is looked through when it comes; what is inside an encryption, only now. */
static void note_certificates(Page *page, const PageJob *job, const Reading *reading)
{
	int64_t came_ms = job->message->received_ms;
	HarvestSource source = { .came_ms = came_ms, .now_ms = came_ms };
	g_autoptr(GPtrArray) changes = certificate_changes_new();

	if (job->certificates && reading->opening->smime &&
	    harvest(reading->opening->smime, source, job->certificates, changes))
		page->found = g_steal_pointer(&changes);
}

static void note_questions(Page *page, const Reading *reading)
{
	g_autoptr(GPtrArray) urls =
		reading->opening->smime ? judgement_questions(reading->opening->smime) : NULL;

	if (!urls || !urls->len)
		return;
	page->questions = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < urls->len; i++)
		g_ptr_array_add(page->questions, g_strdup(urls->pdata[i]));
}

static void add_seal(Page *page, const PageJob *job, const Reading *reading)
{
	SealLook look = { .width = job->width - 2,
		          .is_wanted = job->is_judging,
		          .key = job->verdict_key };

	g_ptr_array_unref(page->seal);
	page->seal = seal_lines(reading->opening, &look);
}

/* What a PIN would open. */
static void add_pin_note(Page *page, const PageJob *job, const Reading *reading)
{
	const GError *why = page->is_closed ? reading->opening->smime->trouble : NULL;

	if (!job->pin_key || !(error_is(why, ERR_CANCELLED) || error_is(why, ERR_SIGN_IN)))
		return;
	g_autofree char *text = g_strdup_printf(_("Press %s to give the PIN."), job->pin_key);
	add_note(page, STYLE_WARNING, text, job->width);
	add_line(page->body, STYLE_NORMAL, "");
}

static void add_mail_text(Page *page, const PageJob *job, const Reading *reading)
{
	if (job->shows_headers)
		add_all_headers(page, job);
	add_pin_note(page, job, reading);
	if (reading->opening->body)
		add_reading(page, job, reading);
	else
		add_note(page, STYLE_DIM, _("The text of this message is not here yet."),
		         job->width);
	if (!is_alterable(reading))
		add_list(page, job);
	if (!reading->opening->smime)
		add_download_note(page, job);
}

static void add_mail(Page *page, PageJob *job)
{
	g_autoptr(Reading) reading = open_mail(job);

	page->is_closed = opening_is_closed(reading->opening);
	add_seal(page, job, reading);
	note_certificates(page, job, reading);
	note_questions(page, reading);
	if (job->is_compact)
		add_compact_head(page, job->message, job->width);
	else
		add_head(page, job->message, job->width);
	if (job->shows_verdict)
		seal_add_details(page->body, reading->opening, job->width);
	else if (job->shows_source && job->source)
		add_source(page, job);
	else
		add_mail_text(page, job, reading);
}

Page *page_render(PageJob *job)
{
	Page *page = g_new0(Page, 1);

	page->serial = job->serial;
	page->message_id = job->message->id;
	page->seal = lines_new();
	page->head = lines_new();
	page->body = lines_new();
	page->links = g_ptr_array_new_with_free_func((GDestroyNotify)link_free);
	if (job->file)
		add_file(page, job);
	else
		add_mail(page, job);
	return page;
}
