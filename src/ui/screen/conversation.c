#include "ui/screen/conversation.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "mime/mime.h"
#include "ui/screen/gallery.h"
#include "ui/screen/show.h"
#include "ui/widget/pager.h"

enum { MESSAGES_MAX = 500, TREE_FROM = 139, TREE_WIDTH = 44, HEAD_LINES = 2, TREE_BELOW = 3 };
enum { INDENT = 3, RECEIVERS_MAX = 4 };

/*
 * The page is the entries one under another: each its line, and when it is unfolded its head, its
 * text and an empty line. A place on it is an entry and a line of it, so that nothing moves on the
 * screen when what lies above grows.
 */
typedef struct {
	Message *message;            /* without body */
	char    *person;             /* who wrote it; NULL: oneself */
	bool     is_open, shows_quotes;
	Page    *page;               /* NULL: not laid out yet */
	int      width;              /* it was laid out for it */
	int64_t  serial;             /* of the job whose page is awaited; 0 none */
	int64_t  wish_id;            /* its text is asked for; 0 not */
	int64_t  since_ms;           /* its page came, uptime */
	char    *notice;             /* what went wrong; NULL */
	Gallery *gallery;
} Entry;

typedef struct { int entry, line; } Place;

struct Conversation {
	ConversationSetup setup;
	GPtrArray  *entries;         /* of Entry, oldest first */
	char       *title, *sum;
	MessageRow *row;             /* of the entry under the cursor */
	int         cursor;
	Place       top, hit;        /* hit: of the last search */
	int         width, height;   /* of the page; 0: not drawn yet */
	bool        is_cursor_wanted;/* in sight, as soon as the height is known */
};

static void entry_free(Entry *entry)
{
	message_free(entry->message);
	page_free(entry->page);
	g_free(entry->person);
	g_free(entry->notice);
	gallery_free(entry->gallery);
	g_free(entry);
}

static Entry *entry_at(const Conversation *conversation, int index)
{
	return g_ptr_array_index(conversation->entries, index);
}

static int count_of(const Conversation *conversation) { return (int)conversation->entries->len; }
static Entry *current(const Conversation *conversation)
{
	return entry_at(conversation, conversation->cursor);
}

static int64_t now_ms(const Conversation *conversation)
{
	return clock_uptime_ms(conversation->setup.reader.clock);
}

static bool is_unread(const Entry *entry) { return !(entry->message->flags & MESSAGE_READ); }

/* ---- who wrote it ---- */

static bool is_own_address(const AccountState *account, const char *address)
{
	g_auto(GStrv) own =
		g_strsplit(account && account->addresses ? account->addresses : "", "\n", -1);

	for (char **one = own; *one; one++)
		if (**one && text_equal_ascii_case(*one, address))
			return true;
	return false;
}

/* NULL: oneself. */
static char *person_of(const Conversation *conversation, const Message *message)
{
	const Folders *folders = conversation->setup.folders;
	const Folder  *folder = folders_find(folders, message->folder_id);
	g_autoptr(MimeAddress) from = mime_address_first(message->from ? message->from : "");

	if (folder && (folder->type == FOLDER_SENT || folder->type == FOLDER_DRAFTS ||
	               folder->type == FOLDER_OUTBOX))
		return NULL;
	if (from && folder &&
	    is_own_address(folders_account(folders, folder->account_id), from->address))
		return NULL;
	if (!from)
		return g_strdup(_("(nobody)"));
	return g_strdup(from->name && *from->name ? from->name : from->address);
}

static void take_row(Conversation *conversation)
{
	message_row_free(conversation->row);
	conversation->row = message_row_of(current(conversation)->message);
}

/* ---- reading ---- */

static Entry *entry_of(const Conversation *conversation, int64_t message_id)
{
	for (int i = 0; i < count_of(conversation); i++)
		if (entry_at(conversation, i)->message->id == message_id)
			return entry_at(conversation, i);
	return NULL;
}

/* What was known of it goes on. */
static Entry *entry_new(Conversation *conversation, Message *message)
{
	Entry *was = entry_of(conversation, message->id), *entry = g_new0(Entry, 1);

	entry->message = message;
	entry->person = person_of(conversation, message);
	if (!was) {
		entry->is_open = is_unread(entry);
		entry->gallery = gallery_new(conversation->setup.reader.host,
		                             conversation->setup.reader.serial);
		gallery_set_message(entry->gallery, message->id);
		return entry;
	}
	entry->gallery = g_steal_pointer(&was->gallery);
	entry->is_open = was->is_open;
	entry->shows_quotes = was->shows_quotes;
	entry->page = g_steal_pointer(&was->page);
	entry->width = was->width;
	entry->serial = was->serial;
	entry->wish_id = was->wish_id;
	entry->since_ms = was->since_ms;
	entry->notice = g_steal_pointer(&was->notice);
	return entry;
}

static void count_people(Conversation *conversation)
{
	g_autoptr(GHashTable) people = g_hash_table_new(g_str_hash, g_str_equal);
	int count = count_of(conversation);

	for (int i = 0; i < count; i++) {
		const char *person = entry_at(conversation, i)->person;
		g_hash_table_add(people, (gpointer)(person ? person : ""));
	}
	guint heads = g_hash_table_size(people);
	g_autofree char *messages =
		g_strdup_printf(ngettext_("%d message", "%d messages", count), count);
	g_autofree char *who = g_strdup_printf(ngettext_("%u person", "%u people", heads), heads);
	const char *subject = entry_at(conversation, count - 1)->message->subject;
	g_free(conversation->title);
	g_free(conversation->sum);
	conversation->title = g_strdup(subject && *subject ? subject : _("(no subject)"));
	conversation->sum = g_strconcat(messages, ", ", who, NULL);
}

static void keep_cursor(Conversation *conversation, int64_t message_id)
{
	Entry *entry = entry_of(conversation, message_id);
	guint  index;

	if (entry && g_ptr_array_find(conversation->entries, entry, &index))
		conversation->cursor = (int)index;
	conversation->cursor = CLAMP(conversation->cursor, 0, count_of(conversation) - 1);
	if (conversation->top.entry >= count_of(conversation))
		conversation->top = (Place){ conversation->cursor, 0 };
}

bool conversation_reload(Conversation *conversation, GError **err)
{
	g_autoptr(GPtrArray) found = NULL;
	GPtrArray *entries = g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
	int64_t    message_id = conversation->row ? conversation->row->id : 0;

	if (!store_read_conversation(conversation->setup.reader.store,
	                             conversation->setup.conversation_id, MESSAGES_MAX, &found,
	                             err) ||
	    (found->len == 0 &&
	     !fail(err, ERR_NOT_FOUND, _("Nothing is left of this conversation.")))) {
		g_ptr_array_unref(entries);
		return false;
	}
	g_ptr_array_set_free_func(found, NULL);
	for (guint i = 0; i < found->len; i++)
		g_ptr_array_add(entries, entry_new(conversation, g_ptr_array_index(found, i)));
	g_ptr_array_unref(conversation->entries);
	conversation->entries = entries;
	keep_cursor(conversation, message_id);
	count_people(conversation);
	take_row(conversation);
	return true;
}

static void begin(Conversation *conversation)
{
	int last = count_of(conversation) - 1;
	Entry *wanted = entry_of(conversation, conversation->setup.message_id);
	guint  index;

	conversation->cursor = last;
	if (wanted && g_ptr_array_find(conversation->entries, wanted, &index))
		conversation->cursor = (int)index;
	for (int i = last; !wanted && i >= 0; i--)
		if (is_unread(entry_at(conversation, i)))
			conversation->cursor = i;
	entry_at(conversation, last)->is_open = true;
	current(conversation)->is_open = true;
	conversation->is_cursor_wanted = true;
	take_row(conversation);
}

Conversation *conversation_new(const ConversationSetup *setup, GError **err)
{
	Conversation *conversation = g_new0(Conversation, 1);

	conversation->setup = *setup;
	conversation->entries = g_ptr_array_new_with_free_func((GDestroyNotify)entry_free);
	if (!conversation_reload(conversation, err)) {
		conversation_free(conversation);
		return NULL;
	}
	begin(conversation);
	return conversation;
}

void conversation_free(Conversation *conversation)
{
	if (!conversation)
		return;
	g_ptr_array_unref(conversation->entries);
	message_row_free(conversation->row);
	g_free(conversation->title);
	g_free(conversation->sum);
	g_free(conversation);
}

const MessageRow *conversation_row(const Conversation *conversation) { return conversation->row; }

const Page *conversation_page(const Conversation *conversation)
{
	return current(conversation)->is_open ? current(conversation)->page : NULL;
}

int64_t conversation_since_ms(const Conversation *conversation)
{
	return conversation_page(conversation) ? current(conversation)->since_ms : -1;
}

/* ---- pages ---- */

static void wish_text(Conversation *conversation, Entry *entry, WishKind kind)
{
	ScreenHost *host = conversation->setup.reader.host;

	entry->wish_id = host->ops->wish(host, kind, entry->message->id);
}

/* For its pictures and its signature the whole mail is read as well, if it is here. */
static bool read_entry(const Conversation *conversation, const Entry *entry, PageJob *job,
                       GError **err)
{
	StoreReader *store = conversation->setup.reader.store;
	int64_t id = entry->message->id;
	GalleryWeb web;

	if (!store_read_message(store, id, &job->message, err) ||
	    !web_judge(conversation->setup.reader.web, job->message, &web, err))
		return false;
	gallery_set_web(entry->gallery, &web);
	if (!store_read_body(store, id, &job->kind, &job->body, err))
		return false;
	bool is_whole_wanted = gallery_is_shown(entry->gallery) || page_job_lacks_whole(job);
	return !is_whole_wanted || store_read_mime(store, id, &job->source, err);
}

static void ask_page(Conversation *conversation, Entry *entry)
{
	const ReaderSetup *setup = &conversation->setup.reader;
	g_autoptr(PageJob) job = g_new0(PageJob, 1);
	g_autoptr(GError) err = NULL;

	entry->width = conversation->width;
	gallery_set_box(entry->gallery, MIN(conversation->width, PAGE_WIDTH_MAX),
	                conversation->height - 2);
	if (!read_entry(conversation, entry, job, &err)) {
		g_free(entry->notice);
		entry->notice = g_strdup(err->message);
		return;
	}
	if (!entry->wish_id && page_job_lacks_whole(job))
		wish_text(conversation, entry, WISH_SOURCE);
	else if (!entry->wish_id && !job->body)
		wish_text(conversation, entry, WISH_BODY);
	job->width = conversation->width;
	job->is_compact = true;
	job->shows_quotes = entry->shows_quotes;
	job->download_key = g_strdup(*setup->download_key);
	job->pictures_key = g_strdup(*setup->pictures_key);
	job->verdict_key = g_strdup(*setup->verdict_key);
	job->pin_key = g_strdup(*setup->pin_key);
	job->is_judging = reader_is_judging(setup, job->message);
	gallery_prepare(entry->gallery, job);
	job->serial = entry->serial = ++*setup->serial;
	setup->host->ops->render(setup->host, g_steal_pointer(&job));
}

bool conversation_take(Conversation *conversation, Page *page)
{
	for (int i = 0; i < count_of(conversation); i++) {
		Entry *entry = entry_at(conversation, i);
		if (entry->serial != page->serial)
			continue;
		if (!entry->page)
			entry->since_ms = now_ms(conversation);
		page_free(entry->page);
		entry->page = page;
		entry->serial = 0;
		if (gallery_take(entry->gallery, page))
			entry->width = 0;
		return true;
	}
	return false;
}

void conversation_pin_given(Conversation *conversation)
{
	for (int i = 0; i < count_of(conversation); i++) {
		Entry *entry = entry_at(conversation, i);
		if (!entry->page || !entry->page->pin)
			continue;
		g_clear_pointer(&entry->page->pin, pin_wish_free);
		entry->width = 0;
	}
}

bool conversation_fetched(Conversation *conversation, int64_t message_id)
{
	Entry *entry = entry_of(conversation, message_id);

	if (!entry)
		return false;
	g_clear_pointer(&entry->notice, g_free);
	entry->width = 0;
	return true;
}

/* A page is laid out anew for all that came together. */
static bool show_pictures(Entry *entry, bool is_ours)
{
	if (is_ours && gallery_is_settled(entry->gallery))
		entry->width = 0;
	return is_ours;
}

bool conversation_fetched_part(Conversation *conversation, int64_t wish_id, GBytes *content)
{
	for (int i = 0; i < count_of(conversation); i++) {
		Entry *entry = entry_at(conversation, i);
		if (show_pictures(entry, gallery_fetched(entry->gallery, wish_id, content)))
			return true;
	}
	return false;
}

bool conversation_drawn(Conversation *conversation, const Drawn *drawn)
{
	for (int i = 0; i < count_of(conversation); i++) {
		Entry *entry = entry_at(conversation, i);
		if (show_pictures(entry, gallery_drawn(entry->gallery, drawn)))
			return true;
	}
	return false;
}

bool conversation_failed(Conversation *conversation, int64_t wish_id, const char *sentence)
{
	for (int i = 0; wish_id && i < count_of(conversation); i++) {
		Entry *entry = entry_at(conversation, i);
		if (show_pictures(entry, gallery_failed(entry->gallery, wish_id, sentence)))
			return true;
		if (entry->wish_id != wish_id)
			continue;
		g_free(entry->notice);
		entry->notice = g_strdup(sentence);
		return true;
	}
	return false;
}

/* ---- places ---- */

static int seal_height(const Entry *entry) { return entry->page ? (int)entry->page->seal->len : 0; }
static int head_height(const Entry *entry) { return entry->page ? (int)entry->page->head->len : 0; }
static int body_height(const Entry *entry) { return entry->page ? (int)entry->page->body->len : 1; }

static int height_of(const Entry *entry)
{
	if (!entry->is_open)
		return 1;
	return 1 + (entry->notice ? 1 : 0) + seal_height(entry) + head_height(entry) +
	       body_height(entry) + 1;
}

static bool step_down(const Conversation *conversation, Place *place)
{
	if (place->line + 1 < height_of(entry_at(conversation, place->entry)))
		place->line++;
	else if (place->entry + 1 < count_of(conversation))
		*place = (Place){ place->entry + 1, 0 };
	else
		return false;
	return true;
}

static bool step_up(const Conversation *conversation, Place *place)
{
	if (place->line > 0)
		place->line--;
	else if (place->entry > 0)
		*place = (Place){ place->entry - 1,
			          height_of(entry_at(conversation, place->entry - 1)) - 1 };
	else
		return false;
	return true;
}

/* Lines from @place to the end, @most at most. */
static int lines_from(const Conversation *conversation, Place place, int most)
{
	int lines = height_of(entry_at(conversation, place.entry)) - place.line;

	for (int i = place.entry + 1; i < count_of(conversation) && lines < most; i++)
		lines += height_of(entry_at(conversation, i));
	return MIN(lines, most);
}

/* No empty lines below the end while there is something above. */
static void settle_top(Conversation *conversation)
{
	Place *top = &conversation->top;

	top->line = MIN(top->line, height_of(entry_at(conversation, top->entry)) - 1);
	while (lines_from(conversation, *top, conversation->height) < conversation->height &&
	       step_up(conversation, top))
		;
}

/* Lines from the top to the entry's own line; negative above it, at most the page's height. */
static int offset_of(const Conversation *conversation, int index)
{
	int lines = -conversation->top.line;

	if (index < conversation->top.entry)
		return -1;
	for (int i = conversation->top.entry; i < index && lines < conversation->height; i++)
		lines += height_of(entry_at(conversation, i));
	return MIN(lines, conversation->height);
}

static void show_cursor(Conversation *conversation)
{
	int offset = offset_of(conversation, conversation->cursor);
	int wanted = MIN(height_of(current(conversation)), conversation->height);

	if (offset < 0 || offset + wanted > conversation->height) {
		conversation->top = (Place){ conversation->cursor, 0 };
		/* A line that was reached from above stays at the bottom. */
		for (int i = wanted; offset > 0 && i < conversation->height; i++)
			step_up(conversation, &conversation->top);
	}
	settle_top(conversation);
}

static bool is_in_sight(const Conversation *conversation, int index)
{
	int offset = offset_of(conversation, index);

	if (index < conversation->top.entry)
		return false;
	return offset < conversation->height &&
	       offset + height_of(entry_at(conversation, index)) > 0;
}

static void set_cursor(Conversation *conversation, int index)
{
	if (index == conversation->cursor)
		return;
	conversation->cursor = index;
	current(conversation)->since_ms = now_ms(conversation);
	take_row(conversation);
}

/* ---- moving ---- */

/* The cursor goes along with what is in sight. */
static void pull_cursor(Conversation *conversation)
{
	int index = conversation->cursor;

	while (index < conversation->top.entry)
		index++;
	while (index > 0 && !is_in_sight(conversation, index))
		index--;
	set_cursor(conversation, index);
}

void conversation_move(Conversation *conversation, int lines)
{
	Place before = conversation->top;

	for (int i = 0; i < lines; i++)
		step_down(conversation, &conversation->top);
	for (int i = 0; i > lines; i--)
		step_up(conversation, &conversation->top);
	settle_top(conversation);
	if (before.entry == conversation->top.entry && before.line == conversation->top.line)
		conversation_step(conversation, lines < 0 ? -1 : 1);
	else
		pull_cursor(conversation);
}

void conversation_step(Conversation *conversation, int messages)
{
	set_cursor(conversation,
	           CLAMP(conversation->cursor + messages, 0, count_of(conversation) - 1));
	show_cursor(conversation);
}

void conversation_to_end(Conversation *conversation, bool is_bottom)
{
	conversation_step(conversation,
	                  is_bottom ? count_of(conversation) : -count_of(conversation));
	if (!is_bottom)
		return;
	conversation->top = (Place){ conversation->cursor, height_of(current(conversation)) - 1 };
	settle_top(conversation);
}

bool conversation_step_unread(Conversation *conversation, int step)
{
	for (int i = conversation->cursor + step; i >= 0 && i < count_of(conversation); i += step)
		if (is_unread(entry_at(conversation, i))) {
			set_cursor(conversation, i);
			show_cursor(conversation);
			return true;
		}
	return false;
}

bool conversation_is_at_end(const Conversation *conversation)
{
	int wanted = conversation->height + 1;

	return conversation->cursor == count_of(conversation) - 1 &&
	       lines_from(conversation, conversation->top, wanted) < wanted;
}

int conversation_height(const Conversation *conversation) { return MAX(conversation->height, 1); }

bool conversation_click(Conversation *conversation, int y)
{
	Place place = conversation->top;

	if (y < HEAD_LINES)
		return false;
	for (int i = HEAD_LINES; i < y; i++)
		if (!step_down(conversation, &place))
			return false;
	set_cursor(conversation, place.entry);
	return true;
}

/* ---- finding ---- */

static char *receivers_of(const Message *message)
{
	g_autoptr(GPtrArray) people = mime_addresses(message->to ? message->to : "");
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < MIN(people->len, RECEIVERS_MAX); i++) {
		const MimeAddress *one = g_ptr_array_index(people, i);
		g_string_append_printf(names, "%s%s", i ? ", " : "",
		                       one->name && *one->name ? one->name : one->address);
	}
	if (people->len > RECEIVERS_MAX)
		g_string_append_printf(names, ", +%u", people->len - RECEIVERS_MAX);
	return names->len ? g_strdup_printf(_("to %s"), names->str) : g_strdup("");
}

/* Whom it went to, for an unfolded message, else how it begins. Free with g_free. */
static char *text_of(const Entry *entry)
{
	const Message *message = entry->message;

	if (entry->is_open)
		return receivers_of(message);
	return text_one_line(message->preview ? message->preview : "");
}

static char *text_at(const Conversation *conversation, Place place)
{
	const Entry *entry = entry_at(conversation, place.entry);
	int line =
		place.line - 1 - (entry->notice ? 1 : 0) - seal_height(entry) - head_height(entry);

	if (place.line == 0) {
		g_autofree char *text = text_of(entry);
		return g_strconcat(entry->person ? entry->person : "", " ", text, NULL);
	}
	if (!entry->page || line < 0 || line >= body_height(entry))
		return g_strdup("");
	return pager_line_text(g_ptr_array_index(entry->page->body, line));
}

/* Once round, from the line behind the last hit. */
bool conversation_search(Conversation *conversation, const char *text, bool is_backwards)
{
	g_autofree char *wanted = g_utf8_casefold(text, -1);
	Place place = conversation->hit, last = { count_of(conversation) - 1, 0 };
	int   lines = 0;

	last.line = height_of(entry_at(conversation, last.entry)) - 1;
	for (int i = 0; i < count_of(conversation); i++)
		lines += height_of(entry_at(conversation, i));
	place.entry = MIN(place.entry, last.entry);
	place.line = MIN(place.line, height_of(entry_at(conversation, place.entry)) - 1);
	while (lines-- > 0) {
		if (!(is_backwards ? step_up : step_down)(conversation, &place))
			place = is_backwards ? last : (Place){ 0, 0 };
		g_autofree char *line = text_at(conversation, place);
		g_autofree char *folded = g_utf8_casefold(line, -1);
		if (!strstr(folded, wanted))
			continue;
		conversation->hit = conversation->top = place;
		set_cursor(conversation, place.entry);
		settle_top(conversation);
		return true;
	}
	return false;
}

/* ---- folding ---- */

void conversation_toggle(Conversation *conversation)
{
	Entry *entry = current(conversation);

	entry->is_open = !entry->is_open;
	entry->since_ms = now_ms(conversation);
	show_cursor(conversation);
}

void conversation_set_all_open(Conversation *conversation, bool is_open)
{
	for (int i = 0; i < count_of(conversation); i++)
		entry_at(conversation, i)->is_open = is_open;
	conversation->top.line = 0;
	show_cursor(conversation);
}

void conversation_toggle_quotes(Conversation *conversation)
{
	Entry *entry = current(conversation);

	entry->is_open = true;
	entry->shows_quotes = !entry->shows_quotes;
	entry->width = 0;
}

void conversation_toggle_pictures(Conversation *conversation)
{
	Entry *entry = current(conversation);

	entry->is_open = true;
	gallery_show(entry->gallery, !gallery_is_shown(entry->gallery));
	entry->width = 0;
}

void conversation_redraw_pictures(Conversation *conversation)
{
	for (int i = 0; i < count_of(conversation); i++) {
		Entry *entry = entry_at(conversation, i);
		gallery_redraw(entry->gallery);
		if (gallery_is_shown(entry->gallery))
			entry->width = 0;
	}
}

void conversation_ask_web(Conversation *conversation)
{
	Entry *entry = current(conversation);

	entry->is_open = true;
	gallery_ask_web(entry->gallery);
	entry->width = 0;
}

bool conversation_has_unasked(const Conversation *conversation)
{
	return gallery_has_unasked(current(conversation)->gallery);
}

char *conversation_web_hosts(const Conversation *conversation)
{
	return gallery_web_hosts(current(conversation)->gallery);
}

/* ---- drawing ---- */

static const char *sign_of(const Entry *entry)
{
	return entry->is_open ? "-" : is_unread(entry) ? "N" : "+";
}

static const char *place_of(const Conversation *conversation, const Entry *entry)
{
	const Folder *home = folders_current(conversation->setup.folders);
	const Folder *folder =
		folders_find(conversation->setup.folders, entry->message->folder_id);

	return folder && (!home || folder->id != home->id) ? folder_shown_name(folder) : "";
}

static void draw_line(const Conversation *conversation, int index, Pen *pen, bool has_text)
{
	const Entry *entry = entry_at(conversation, index);
	g_autofree char *date =
		show_date_short(entry->message->received_ms,
	                        clock_now_ms(conversation->setup.reader.clock));
	const char *place = place_of(conversation, entry);
	Style weight = is_unread(entry) ? STYLE_BOLD : 0;

	pen_skip(pen, 1);
	pen_styled(pen, STYLE_FLAG, sign_of(entry));
	pen_skip(pen, 1);
	pen->style = STYLE_DIM;
	pen_column_right(pen, date, 6);
	pen_skip(pen, 1);
	pen->style = (Style)(STYLE_NORMAL | weight);
	g_autofree char *own = entry->person ? NULL : g_strconcat("> ", _("me"), NULL);
	int place_width = MIN(text_width(place), 12);
	int tail = place_width + 3;
	pen_column(pen, own ? own : entry->person, has_text ? 18 : pen_room(pen) - tail);
	pen_skip(pen, 1);
	g_autofree char *text = text_of(entry);
	pen->style = STYLE_DIM;
	if (has_text)
		pen_column(pen, text, MAX(pen_room(pen) - tail, 0));
	pen_text(pen, entry->message->flags & MESSAGE_ATTACHMENT ? " @" : "  ");
	pen_column(pen, place, place_width);
	pen_rest(pen);
}

/* In the columns left of the texts, too, where nothing else of a message ever stands. */
static bool draw_seal(const Entry *entry, int line, Pen *pen)
{
	int at = line - (entry->notice ? 1 : 0);

	if (at < 0 || at >= seal_height(entry))
		return false;
	pager_line_draw(g_ptr_array_index(entry->page->seal, at), pen);
	pen_rest(pen);
	return true;
}

static void draw_inside(const Entry *entry, int line, Pen *pen)
{
	if (draw_seal(entry, line, pen))
		return;
	if (line >= seal_height(entry) + (entry->notice ? 1 : 0))
		line -= seal_height(entry);
	pen_skip(pen, INDENT);
	if (entry->notice && line-- == 0)
		pen_styled(pen, STYLE_WARNING, entry->notice);
	else if (!entry->page && line == 0)
		pen_styled(pen, STYLE_DIM, "…");
	else if (entry->page && line >= 0 && line < head_height(entry))
		pager_line_draw(g_ptr_array_index(entry->page->head, line), pen);
	else if (entry->page && line >= 0 && line - head_height(entry) < body_height(entry))
		pager_line_draw(g_ptr_array_index(entry->page->body, line - head_height(entry)),
		                pen);
	pen_rest(pen);
}

static void draw_page(Conversation *conversation, Canvas *canvas, Rect rect)
{
	Place place = conversation->top;
	bool  has_more = true;

	for (int y = 0; y < rect.height && has_more; y++) {
		Rect   at = { rect.x, rect.y + y, rect.width, 1 };
		Entry *entry = entry_at(conversation, place.entry);
		Pen    pen = pen_new(canvas, at, STYLE_NORMAL);
		if (entry->is_open && entry->width != conversation->width)
			ask_page(conversation, entry);
		if (place.line > 0)
			draw_inside(entry, place.line - 1, &pen);
		else
			draw_line(conversation, place.entry, &pen, true);
		if (place.line == 0 && place.entry == conversation->cursor)
			canvas_restyle(canvas, at, STYLE_SELECTED);
		has_more = step_down(conversation, &place);
	}
}

/* On a wide screen, all messages at a glance. */
static void draw_tree(const Conversation *conversation, Canvas *canvas, Rect rect)
{
	int top = CLAMP(conversation->cursor - rect.height + TREE_BELOW, 0,
	                MAX(count_of(conversation) - rect.height, 0));

	for (int y = 0; y < rect.height && top + y < count_of(conversation); y++) {
		Rect at = { rect.x, rect.y + y, rect.width, 1 };
		Pen  pen = pen_new(canvas, at, STYLE_NORMAL);
		draw_line(conversation, top + y, &pen, false);
		if (top + y == conversation->cursor)
			canvas_restyle(canvas, at, STYLE_SELECTED_IDLE);
	}
	canvas_rule_down(canvas, rect.x + rect.width, rect.y, rect.height);
}

static void draw_head(const Conversation *conversation, Canvas *canvas, Rect rect)
{
	Pen pen = pen_new(canvas, (Rect){ rect.x, rect.y, rect.width, 1 }, STYLE_HEADING);

	pen_skip(&pen, 1);
	pen_column(&pen, conversation->title,
	           MAX(rect.width - text_width(conversation->sum) - 3, 0));
	pen_skip(&pen, 1);
	pen_styled(&pen, STYLE_COUNT, conversation->sum);
	canvas_rule_across(canvas, rect.x, rect.y + 1, rect.width);
}

void conversation_draw(Conversation *conversation, Canvas *canvas, Rect rect)
{
	int  left = rect.width >= TREE_FROM ? TREE_WIDTH + 1 : 0;
	Rect page = { rect.x + left, rect.y + HEAD_LINES, rect.width - left,
		      MAX(rect.height - HEAD_LINES, 1) };

	draw_head(conversation, canvas, rect);
	conversation->width = MAX(page.width - INDENT - 1, 1);
	conversation->height = page.height;
	if (conversation->is_cursor_wanted)
		show_cursor(conversation);
	else
		settle_top(conversation);
	/* What begins to be read is held in sight until its text is there. */
	conversation->is_cursor_wanted &= !conversation_page(conversation);
	draw_page(conversation, canvas, page);
	if (left)
		draw_tree(conversation, canvas,
		          (Rect){ rect.x, page.y, TREE_WIDTH, page.height });
}
