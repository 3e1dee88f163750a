#include "ui/screen/messages.h"

#include <string.h>

#include "base/i18n.h"
#include "mime/mime.h"
#include "store/people.h"
#include "ui/screen/letters.h"
#include "ui/screen/show.h"

enum { CONVERSATION_MAX = 200, PLACE_WIDTH = 12, CATEGORY_WIDTH = 13, RANGE_STEP = 500 };

struct Messages {
	ListSource   source;         /* first: the list holds a pointer to it */
	const Folders *folders;
	StoreReader *reader;
	const Clock *clock;
	ListQuery    query;
	GPtrArray   *hits;           /* of ListRow; NULL: the query is shown */
	int64_t      hits_folder_id; /* where they were looked for; 0: in all mail */
	bool         is_all_open;
	GHashTable  *exceptions;     /* conversation ids that differ from is_all_open */
	GHashTable  *categories;     /* names seen */
	const Selection *selection;  /* the marks; NULL: none */
	const MessageRow *anchor, *cursor;
};

MessageRow *message_row_new(int64_t id)
{
	MessageRow *row = g_new0(MessageRow, 1);

	row->id = id;
	return row;
}

void message_row_free(MessageRow *row)
{
	if (!row)
		return;
	g_free(row->person);
	g_free(row->address);
	g_free(row->subject);
	g_free(row->categories);
	g_free(row);
}

MessageRow *message_row_copy_place(const MessageRow *from)
{
	MessageRow *row = g_memdup2(from, sizeof *from);

	row->person = row->address = row->subject = row->categories = NULL;
	return row;
}

static bool is_own_mail(const Messages *messages, int64_t folder_id)
{
	const Folder *folder = folders_find(messages->folders, folder_id);

	return folder && (folder->type == FOLDER_SENT || folder->type == FOLDER_DRAFTS ||
	                  folder->type == FOLDER_OUTBOX);
}

/* Who is at the other end: the sender, or of what one wrote oneself the first receiver. */
static char *person_of(const Messages *messages, const ListRow *from)
{
	bool has_name = from->from_name && *from->from_name;

	if (!is_own_mail(messages, from->folder_id))
		return g_strdup(has_name ? from->from_name : from->from_address);
	g_autoptr(MimeAddress) to = mime_address_first(from->to_list ? from->to_list : "");
	if (!to)
		return g_strdup(_("(no receiver)"));
	return g_strdup_printf(_("To %s"), to->name && *to->name ? to->name : to->address);
}

static char *keep_categories(const Messages *messages, const char *list)
{
	g_auto(GStrv) names = g_strsplit(list ? list : "", "\n", -1);

	for (char **name = names; *name; name++)
		if (**name && !g_hash_table_contains(messages->categories, *name))
			g_hash_table_add(messages->categories, g_strdup(*name));
	return g_strdup(list);
}

/* A row is a conversation; else a message, whatever the others of its conversation are like. */
static bool stands_for_all(const Messages *messages)
{
	return !messages->hits && messages->query.order == ORDER_CONVERSATION;
}

static MessageRow *row_of(const Messages *messages, const ListRow *from)
{
	MessageRow *row = message_row_new(from->id);

	row->conversation_id = from->conversation_id;
	row->folder_id = from->folder_id;
	row->received_ms = from->received_ms;
	row->person = person_of(messages, from);
	row->address = g_strdup(from->from_address);
	row->subject = g_strdup(from->subject);
	row->categories = keep_categories(messages, from->categories);
	row->flags = from->flags;
	row->importance = from->importance;
	row->is_vip = from->is_vip;
	row->size = from->conversation_size;
	row->unread = stands_for_all(messages) ? from->conversation_unread : 0;
	row->place = from->place;
	return row;
}

/* A message of an unfolded conversation, under the row @parent_id at @place. */
static MessageRow *row_of_message(const Message *message, int64_t parent_id, ListPlace place)
{
	MessageRow *row = message_row_new(message->id);
	g_autoptr(MimeAddress) from = mime_address_first(message->from ? message->from : "");

	row->conversation_id = message->conversation_id;
	row->folder_id = message->folder_id;
	row->received_ms = message->received_ms;
	row->address = g_strdup(from ? from->address : NULL);
	row->person = g_strdup(from && from->name && *from->name ? from->name : row->address);
	row->subject = g_strdup(message->subject);
	row->categories = g_strdup(message->categories);
	row->flags = message->flags;
	row->importance = message->importance;
	row->size = 1;
	row->place = place;
	row->parent_id = parent_id;
	return row;
}

MessageRow *message_row_of(const Message *message)
{
	return row_of_message(message, 0, (ListPlace){ 0, 0 });
}

bool messages_is_open(const Messages *messages, const MessageRow *row)
{
	bool differs = g_hash_table_contains(messages->exceptions, &row->conversation_id);

	return messages->is_all_open != differs;
}

void messages_set_open(Messages *messages, const MessageRow *row, bool is_open)
{
	if (is_open == messages->is_all_open)
		g_hash_table_remove(messages->exceptions, &row->conversation_id);
	else
		g_hash_table_add(messages->exceptions,
		                 g_memdup2(&row->conversation_id, sizeof row->conversation_id));
}

void messages_set_all_open(Messages *messages, bool is_open)
{
	messages->is_all_open = is_open;
	g_hash_table_remove_all(messages->exceptions);
}

/* ---- rows of hits ---- */

static GPtrArray *rows_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)message_row_free);
}

static MessageRow *row_of_hit(const Messages *messages, int hit)
{
	MessageRow *row = row_of(messages, g_ptr_array_index(messages->hits, hit));

	row->hit = hit;
	row->size = 1;
	return row;
}

static bool is_hit(const Messages *messages, const MessageRow *row)
{
	return row->hit < (int)messages->hits->len &&
	       ((ListRow *)g_ptr_array_index(messages->hits, row->hit))->id == row->id;
}

static void fetch_hits(const Messages *messages, const MessageRow *from, bool is_upwards,
                       unsigned count, GPtrArray *rows)
{
	int total = (int)messages->hits->len;
	/* Of one that has gone, the next has taken the place. */
	int first = from ? from->hit + is_hit(messages, from) : 0;
	int last = MIN(first + (int)count, total);

	if (is_upwards) {
		last = from ? MIN(from->hit, total) : total;
		first = MAX(last - (int)count, 0);
	}
	for (int hit = first; hit < last; hit++)
		g_ptr_array_add(rows, row_of_hit(messages, hit));
}

static MessageRow *hit_again(const Messages *messages, const MessageRow *row)
{
	for (guint i = 0; i < messages->hits->len; i++)
		if (((ListRow *)g_ptr_array_index(messages->hits, i))->id == row->id)
			return row_of_hit(messages, (int)i);
	return NULL;
}

/* ---- rows of a folder ---- */

/* One's own answers are shown, wherever they lie; what was thrown away is not. */
static bool is_shown_in_conversation(const Messages *messages, const Message *message)
{
	const Folder *folder = folders_find(messages->folders, message->folder_id);

	return message->folder_id == messages->query.folder_id ||
	       (folder && folder->type != FOLDER_DELETED);
}

static MessageRow *child_row(const Messages *messages, const Message *message, int64_t parent_id,
                             ListPlace place)
{
	MessageRow *row = row_of_message(message, parent_id, place);

	if (row->address)
		store_read_is_vip(messages->reader, row->address, &row->is_vip, NULL);
	return row;
}

/* The messages of the conversation but its newest, which is the row over them; newest first. */
static GPtrArray *read_children(Messages *messages, int64_t conversation_id, int64_t parent_id,
                                ListPlace place)
{
	g_autoptr(GPtrArray) found = NULL;
	GPtrArray *children = rows_new();

	if (!store_read_conversation(messages->reader, conversation_id, CONVERSATION_MAX, &found,
	                             NULL))
		return children;
	for (guint i = found->len; i-- > 0;) {
		const Message *message = g_ptr_array_index(found, i);
		if (message->id != parent_id && is_shown_in_conversation(messages, message))
			g_ptr_array_add(children, child_row(messages, message, parent_id, place));
	}
	return children;
}

static bool is_unfolded(const Messages *messages, const MessageRow *row)
{
	return messages->query.order == ORDER_CONVERSATION && row->parent_id == 0 &&
	       messages_is_open(messages, row);
}

static void add_with_children(Messages *messages, const ListRow *from, GPtrArray *rows)
{
	MessageRow *row = row_of(messages, from);

	g_ptr_array_add(rows, row);
	if (!is_unfolded(messages, row) || row->size < 1)
		return;
	GPtrArray *children = read_children(messages, row->conversation_id, row->id, row->place);
	g_ptr_array_extend_and_steal(rows, children);
}

/* The rows of @from's own conversation that lie between it and the next row in the direction. */
static void add_siblings(Messages *messages, const MessageRow *from, bool is_upwards,
                         GPtrArray *rows)
{
	int64_t parent_id = from->parent_id ? from->parent_id : from->id;
	bool is_child = from->parent_id != 0, is_behind = !is_child;

	if (!is_child && (is_upwards || !is_unfolded(messages, from)))
		return;
	g_autoptr(GPtrArray) children =
		read_children(messages, from->conversation_id, parent_id, from->place);
	if (is_upwards) {
		ListRow *top = NULL;
		if (store_read_list_row(messages->reader, &messages->query, parent_id, &top,
		                        NULL)) {
			g_ptr_array_add(rows, row_of(messages, top));
			list_row_free(top);
		}
	}
	for (guint i = 0; i < children->len;) {
		MessageRow *child = g_ptr_array_index(children, i);
		bool is_from = child->id == from->id;
		bool is_wanted = is_upwards ? !is_behind && !is_from : is_behind;
		is_behind |= is_from;
		if (is_wanted)
			g_ptr_array_add(rows, g_ptr_array_steal_index(children, i));
		else
			i++;
	}
}

static bool fetch_query(Messages *messages, const MessageRow *from, bool is_upwards, unsigned count,
                        GPtrArray *rows, GError **err)
{
	g_autoptr(GPtrArray) found = NULL;
	g_autoptr(GPtrArray) siblings = rows_new();
	ListPlace top = { 0, 0 }, bottom = { INT64_MIN, INT64_MIN };
	const ListPlace *place = from ? &from->place : is_upwards ? &bottom : &top;

	if (!store_read_list(messages->reader, &messages->query, place, is_upwards, count, &found,
	                     err))
		return false;
	if (from)
		add_siblings(messages, from, is_upwards, siblings);
	if (!is_upwards)
		g_ptr_array_extend_and_steal(rows, g_steal_pointer(&siblings));
	for (guint i = 0; i < found->len; i++)
		add_with_children(messages, g_ptr_array_index(found, i), rows);
	if (is_upwards)
		g_ptr_array_extend_and_steal(rows, g_steal_pointer(&siblings));
	return true;
}

static bool fetch(ListSource *source, gconstpointer from, bool is_upwards, unsigned count,
                  GPtrArray **ret_rows, GError **err)
{
	Messages *messages = (Messages *)source;
	g_autoptr(GPtrArray) rows = rows_new();

	if (messages->hits)
		fetch_hits(messages, from, is_upwards, count, rows);
	else if (!fetch_query(messages, from, is_upwards, count, rows, err))
		return false;
	*ret_rows = g_steal_pointer(&rows);
	return true;
}

static MessageRow *child_again(Messages *messages, const MessageRow *row)
{
	g_autoptr(GPtrArray) children =
		read_children(messages, row->conversation_id, row->parent_id, row->place);
	g_autoptr(MessageRow) parent = message_row_new(row->parent_id);

	parent->conversation_id = row->conversation_id;
	for (guint i = 0; is_unfolded(messages, parent) && i < children->len; i++)
		if (((MessageRow *)g_ptr_array_index(children, i))->id == row->id)
			return g_ptr_array_steal_index(children, i);
	return NULL;
}

static gpointer again(ListSource *source, gconstpointer which)
{
	Messages         *messages = (Messages *)source;
	const MessageRow *row = which;
	ListRow          *now = NULL;

	if (messages->hits)
		return hit_again(messages, row);
	if (row->parent_id) {
		MessageRow *child = child_again(messages, row);
		if (child)
			return child;
	}
	if (!store_read_list_row(messages->reader, &messages->query,
	                         row->parent_id ? row->parent_id : row->id, &now, NULL))
		return NULL;
	MessageRow *found = row_of(messages, now);
	list_row_free(now);
	return found;
}

/* ---- many rows ---- */

bool messages_is_folded(const Messages *messages, const MessageRow *row)
{
	return !messages->hits && messages->query.order == ORDER_CONVERSATION && row->size > 1 &&
	       row->parent_id == 0 && !messages_is_open(messages, row);
}

bool messages_read_ids(const Messages *messages, const MessageRow *row, GArray *ids, GError **err)
{
	g_autoptr(GArray) thread = NULL;

	if (!messages_is_folded(messages, row)) {
		g_array_append_val(ids, row->id);
		return true;
	}
	if (!store_read_thread(messages->reader, row->folder_id, row->conversation_id, &thread,
	                       err))
		return false;
	g_array_append_vals(ids, thread->data, thread->len);
	return true;
}

static int compare_numbers(int64_t a, int64_t b) { return (a > b) - (a < b); }

/* In the order of the list: negative if @a stands above @b. */
static int compare_rows(const Messages *messages, const MessageRow *a, const MessageRow *b)
{
	if (messages->hits)
		return compare_numbers(a->hit, b->hit);
	if (a->place.key != b->place.key)
		return compare_numbers(b->place.key, a->place.key);
	if (a->place.id != b->place.id)
		return compare_numbers(b->place.id, a->place.id);
	if (!a->parent_id || !b->parent_id)
		return (a->parent_id != 0) - (b->parent_id != 0);
	return compare_numbers(b->id, a->id);
}

/* Adds what stands below the last of @rows; true when @end was reached, or the end of the list. */
static bool add_step(Messages *messages, const MessageRow *end, GPtrArray *rows, bool *ret_is_over,
                     GError **err)
{
	g_autoptr(GPtrArray) more = NULL;

	if (!fetch(&messages->source, g_ptr_array_index(rows, rows->len - 1), false, RANGE_STEP,
	           &more, err))
		return false;
	*ret_is_over = more->len == 0;
	for (guint i = 0; i < more->len && !*ret_is_over; i++)
		*ret_is_over = compare_rows(messages, g_ptr_array_index(more, i), end) >= 0;
	while (more->len > 0 &&
	       compare_rows(messages, g_ptr_array_index(more, more->len - 1), end) > 0)
		g_ptr_array_remove_index(more, more->len - 1);
	g_ptr_array_extend_and_steal(rows, g_steal_pointer(&more));
	return true;
}

bool messages_read_range(Messages *messages, const MessageRow *from, const MessageRow *to,
                         GPtrArray **ret_rows, GError **err)
{
	g_autoptr(GPtrArray) rows = rows_new();
	bool is_down = compare_rows(messages, from, to) <= 0;
	const MessageRow *first = is_down ? from : to, *last = is_down ? to : from;
	bool is_over = compare_rows(messages, first, last) == 0;

	g_ptr_array_add(rows, message_row_copy_place(first));
	while (!is_over)
		if (!add_step(messages, last, rows, &is_over, err))
			return false;
	*ret_rows = g_steal_pointer(&rows);
	return true;
}

void messages_set_marks(Messages *messages, const Selection *selection, const MessageRow *anchor,
                        const MessageRow *cursor)
{
	messages->selection = selection;
	messages->anchor = anchor;
	messages->cursor = cursor;
}

static bool is_in_range(const Messages *messages, const MessageRow *row)
{
	const MessageRow *anchor = messages->anchor, *cursor = messages->cursor;

	return anchor && cursor &&
	       compare_rows(messages, row, anchor) * compare_rows(messages, row, cursor) <= 0;
}

/* "*" selected; "+" of a folded conversation some. */
static const char *mark_of(const Messages *messages, const MessageRow *row)
{
	if (is_in_range(messages, row))
		return "*";
	if (!messages->selection)
		return " ";
	if (!messages_is_folded(messages, row))
		return selection_has(messages->selection, row->id) ? "*" : " ";
	int count = selection_count_of(messages->selection, row->conversation_id);
	return count >= row->size ? "*" : count > 0 ? "+" : " ";
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return g_utf8_collate(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *messages_categories(const Messages *messages)
{
	GPtrArray *names = g_ptr_array_new();
	GHashTableIter all;
	gpointer name;

	g_hash_table_iter_init(&all, messages->categories);
	while (g_hash_table_iter_next(&all, &name, NULL))
		g_ptr_array_add(names, name);
	g_ptr_array_sort(names, by_name);
	return names;
}

/* ---- drawing ---- */

typedef struct { char signs[6]; } Marks;

/* N new, r answered, f forwarded; ! important, I invitation; F flagged, v done; @ attachment. */
static Marks marks_of(const MessageRow *row)
{
	guint flags = row->flags;
	bool is_new = !(flags & MESSAGE_READ) || row->unread > 0;

	return (Marks){ { is_new                      ? 'N'
		          : flags & MESSAGE_DRAFT     ? 'D'
		          : flags & MESSAGE_REPLIED   ? 'r'
		          : flags & MESSAGE_FORWARDED ? 'f'
		                                      : ' ',
		          flags & MESSAGE_INVITATION ? 'I'
		          : row->importance == 2     ? '!'
		                                     : ' ',
		          flags & MESSAGE_FLAGGED ? 'F'
		          : flags & MESSAGE_DONE  ? 'v'
		                                  : ' ',
		          flags & MESSAGE_ENCRYPTED ? 'E'
		          : flags & MESSAGE_SIGNED  ? 'S'
		                                    : ' ',
		          flags & MESSAGE_ATTACHMENT ? '@' : ' ', '\0' } };
}

static int sender_width(int room)
{
	return room < 64 ? 14 : room < 90 ? 18 : 22;
}

static void draw_mark(const Messages *messages, const MessageRow *row, Pen *pen)
{
	const char *mark = mark_of(messages, row);

	if (*mark == ' ')
		pen_skip(pen, 1);
	else
		pen_styled(pen, STYLE_MATCH, mark);
}

static void draw_sender(const MessageRow *row, Pen *pen, Style style)
{
	int width = sender_width(pen_room(pen));

	if (row->parent_id) {
		pen_styled(pen, STYLE_DIM, " \xE2\x94\x94 ");
		width -= 3;
	}
	pen->style = style;
	if (row->is_vip) {
		pen_text(pen, "* ");
		width -= 2;
	}
	pen_column(pen, row->person ? row->person : "", width);
}

static void draw_size(const MessageRow *row, Pen *pen)
{
	g_autofree char *size = row->size > 1 ? show_count(row->size) : g_strdup("");

	pen->style = STYLE_NORMAL;
	pen_column_right(pen, size, 4);
	pen_skip(pen, 1);
}

/* A row from elsewhere says where it lies: a hit, or the answer that was sent. "": it lies here. */
static char *place_name(const Messages *messages, const MessageRow *row)
{
	int64_t home_id = messages->hits ? messages->hits_folder_id : messages->query.folder_id;

	if (letter_is_elsewhere(row->id))
		return g_strdup(_("on server"));
	const Folder *folder = folders_find(messages->folders, row->folder_id);

	if (!folder || folder->id == home_id)
		return g_strdup("");
	return home_id ? g_strdup(folder_shown_name(folder))
	               : folders_place(messages->folders, folder);
}

/* A colour word in the name gives the colour, as Outlook's own categories have it; else the name
 * chooses one, always the same. */
static Style category_style(const char *name)
{
	static const struct { const char *word; Style style; } colours[] = {
		{ "red", STYLE_CATEGORY_RED },     { "orange", STYLE_CATEGORY_ORANGE },
		{ "yellow", STYLE_CATEGORY_YELLOW }, { "green", STYLE_CATEGORY_GREEN },
		{ "blue", STYLE_CATEGORY_BLUE },   { "purple", STYLE_CATEGORY_PURPLE },
	};
	g_autofree char *low = g_utf8_casefold(name, -1);

	for (gsize i = 0; i < G_N_ELEMENTS(colours); i++)
		if (strstr(low, colours[i].word))
			return colours[i].style;
	return colours[g_str_hash(low) % G_N_ELEMENTS(colours)].style;
}

static int category_width(const char *name)
{
	return MIN(text_width(name) + 1, CATEGORY_WIDTH);
}

/* The categories at the end of a subject's @width: "#Infra #Red", as many as a third of it holds.
 * Returns the cells that they take, with the blanks before them; drawn only with a @pen. */
static int draw_categories(const MessageRow *row, int width, Pen *pen)
{
	g_auto(GStrv) names = g_strsplit(row->categories ? row->categories : "", "\n", -1);
	int used = 0;

	for (char **name = names; *name; name++) {
		g_autofree char *tag = g_strconcat("#", *name, NULL);
		int wide = category_width(*name);
		if (!**name || used + wide + 1 > width / 3)
			continue;
		used += wide + 1;
		if (!pen)
			continue;
		pen_skip(pen, 1);
		pen->style = category_style(*name);
		pen_column(pen, tag, wide);
	}
	return used;
}

static void draw_subject_and_place(const Messages *messages, const MessageRow *row, Pen *pen,
                                   int width)
{
	g_autofree char *place = place_name(messages, row);
	int place_width = MIN(text_width(place), MIN(PLACE_WIDTH, width / 3));
	int subject_width = width - place_width - (place_width ? 1 : 0);
	bool has_subject = row->subject && *row->subject;

	pen->style = (Style)(pen->style | (has_subject ? 0 : STYLE_DIM));
	pen_column(pen, has_subject ? row->subject : _("(no subject)"),
	           subject_width - draw_categories(row, subject_width, NULL));
	draw_categories(row, subject_width, pen);
	if (!place_width)
		return;
	pen_skip(pen, 1);
	pen->style = STYLE_DIM;
	pen_column(pen, place, place_width);
}

static void draw(ListSource *source, gconstpointer which, Pen *pen)
{
	const Messages   *messages = (const Messages *)source;
	const MessageRow *row = which;
	Marks             marks = marks_of(row);
	Style             style = marks.signs[0] == 'N' ? STYLE_NORMAL | STYLE_BOLD : STYLE_NORMAL;
	g_autofree char  *date = show_date_short(row->received_ms, clock_now_ms(messages->clock));

	draw_mark(messages, row, pen);
	if (strspn(marks.signs, " ") == sizeof marks.signs - 1)
		pen_skip(pen, sizeof marks.signs - 1);
	else
		pen_styled(pen, STYLE_FLAG, marks.signs);
	pen_skip(pen, 1);
	draw_sender(row, pen, style);
	draw_size(row, pen);
	int date_width = MAX(text_width(date), 6);
	pen->style = style;
	draw_subject_and_place(messages, row, pen, pen_room(pen) - date_width - 2);
	pen->style = STYLE_DIM;
	pen_skip(pen, 1);
	pen_column_right(pen, date, date_width);
}

/* ---- what is shown ---- */

Messages *messages_new(StoreReader *reader, const Folders *folders, const Clock *clock)
{
	static const ListSourceOps ops = { fetch, again, draw, (GDestroyNotify)message_row_free };
	Messages *messages = g_new0(Messages, 1);

	messages->source.ops = &ops;
	messages->reader = reader;
	messages->folders = folders;
	messages->clock = clock;
	messages->query.order = ORDER_CONVERSATION;
	messages->exceptions = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	messages->categories = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return messages;
}

void messages_free(Messages *messages)
{
	if (!messages)
		return;
	g_clear_pointer(&messages->hits, g_ptr_array_unref);
	g_hash_table_unref(messages->exceptions);
	g_hash_table_unref(messages->categories);
	g_free(messages);
}

ListSource *messages_source(Messages *messages) { return &messages->source; }

void messages_show(Messages *messages, const ListQuery *query)
{
	messages->query = *query;
	messages_show_hits(messages, NULL, 0);
}

const ListQuery *messages_query(const Messages *messages) { return &messages->query; }

void messages_show_hits(Messages *messages, GPtrArray *hits, int64_t folder_id)
{
	if (hits)
		g_ptr_array_ref(hits);
	g_clear_pointer(&messages->hits, g_ptr_array_unref);
	messages->hits = hits;
	messages->hits_folder_id = folder_id;
}

bool messages_is_hits(const Messages *messages) { return messages->hits != NULL; }
int messages_hit_count(const Messages *messages)
{
	return messages->hits ? (int)messages->hits->len : 0;
}
