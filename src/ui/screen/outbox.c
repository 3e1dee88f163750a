#include "ui/screen/outbox.h"

#include "base/error.h"
#include "base/i18n.h"
#include "model/draft.h"
#include "store/draft.h"
#include "ui/screen/show.h"
#include "ui/widget/pager.h"

enum { ROWS_MAX = 1000, STATE_WIDTH = 12, TIME_WIDTH = 11, LABEL_WIDTH = 10 };

struct Outbox {
	ListSource     source;       /* first: the list holds a pointer to it */
	StoreReader   *reader;
	const Folders *folders;
	const Clock   *clock;
	GPtrArray     *rows;         /* of OutboxRow, in the order of their groups */
	GHashTable    *drafts;       /* id -> Draft of those that were looked at */
	List          *list;         /* its rows are group ids, int64_t */
};

/* ---- words ---- */

static const char *state_name(OpState state)
{
	static const char *const names[OP_STATE_COUNT] = {
		[OP_WAITING] = N_("waiting"),     [OP_HELD] = N_("held"),
		[OP_SENDING] = N_("on its way"),  [OP_UNSURE] = N_("perhaps sent"),
		[OP_FAILED] = N_("failed"),
	};

	return _(names[state]);
}

/* Of messages: one or many, and where. */
static const struct { const char *one, *many; } actions[OP_KIND_COUNT] = {
	[OP_FLAG] = { N_("Flag %s message"), N_("Flag %s messages") },
	[OP_CATEGORIES] = { N_("Set the categories of %s message"),
	                    N_("Set the categories of %s messages") },
	[OP_MOVE] = { N_("Move %s message"), N_("Move %s messages") },
	[OP_DELETE] = { N_("Delete %s message for good"), N_("Delete %s messages for good") },
};

static char *folder_action(const Op *op)
{
	const char *name = op->value.text ? op->value.text : "";

	switch (op->kind) {
	case OP_FOLDER_CREATE:
		return g_strdup_printf(_("Make the folder %s"), name);
	case OP_FOLDER_UPDATE:
		return g_strdup_printf(_("Change the folder %s"), name);
	case OP_FOLDER_DELETE:
		return g_strdup(_("Delete the folder"));
	case OP_FOLDER_EMPTY:
		return g_strdup(_("Delete all messages of the folder"));
	case OP_SEND:
		return g_strdup(_("Send"));
	case OP_SAVE_DRAFT:
		return g_strdup(_("Save the draft"));
	case OP_ITEM_SAVE:
		return g_strdup(_("Save"));
	case OP_ITEM_DELETE:
		return g_strdup(_("Delete"));
	case OP_OCCURRENCE:
		return g_strdup(_("Change one of a series"));
	case OP_RESPOND:
		return g_strdup(_("Answer the invitation"));
	default:
		return g_strdup(_("Change the out-of-office answer"));
	}
}

static char *count_messages(const char *one, const char *many, int count)
{
	g_autofree char *shown = show_count(count);
	g_autofree char *format = g_strdup(ngettext_(one, many, count));
	char **parts = g_strsplit(format, "%s", 2);
	char *text = g_strjoinv(shown, parts);

	g_strfreev(parts);
	return text;
}

static char *action_text(const OutboxRow *row)
{
	const Op *op = row->op;

	if (op->kind == OP_MARK_READ)
		return op->value.number
		               ? count_messages(N_("Mark %s message as read"),
		                                N_("Mark %s messages as read"), row->count)
		               : count_messages(N_("Mark %s message as unread"),
		                                N_("Mark %s messages as unread"), row->count);
	return actions[op->kind].one ? count_messages(actions[op->kind].one,
	                                              actions[op->kind].many, row->count)
	                             : folder_action(op);
}

char *outbox_row_text(const OutboxRow *row)
{
	g_autofree char *action = action_text(row);
	bool is_move = row->op->kind == OP_MOVE && row->folder_name;
	bool is_of_folder = row->op->kind == OP_FOLDER_DELETE || row->op->kind == OP_FOLDER_EMPTY;

	if (is_move)
		return g_strdup_printf(_("%s to %s"), action, row->folder_name);
	if (is_of_folder && row->folder_name)
		return g_strdup_printf("%s %s", action, row->folder_name);
	return g_steal_pointer(&action);
}

const char *outbox_remedy(int error_kind)
{
	switch ((ErrorKind)error_kind) {
	case ERR_NETWORK:
	case ERR_UNREACHED:
		return _("Nothing needs to be done: it goes out when the server can be reached.");
	case ERR_THROTTLED:
	case ERR_OVERLOADED:
	case ERR_SERVER:
		return _(
			"The server is tried again by itself; if it lasts, tell its administrator.");
	case ERR_SIGN_IN:
		return _("Sign in again: gq answers what the account asks.");
	case ERR_FORBIDDEN:
		return _("The server's administrator must allow this; then retry.");
	case ERR_TLS:
		return _("The server's certificate is refused: see “postern doctor”.");
	case ERR_FULL:
		return _("Make space in the mailbox or on the disk, then retry.");
	case ERR_LIMIT:
		return _("It is too large: cancel it and make it smaller.");
	case ERR_REQUEST:
	case ERR_UNSUPPORTED:
		return _(
			"The server will not take it as it is: cancel it, or change and retry it.");
	case ERR_ASK:
		return _("Retry asks you whether it was sent.");
	default:
		return NULL;
	}
}

/* ---- rows ---- */

static const OutboxRow *row_at(const Outbox *outbox, guint index)
{
	return g_ptr_array_index(outbox->rows, index);
}

/* The first row of a group not below @group_id: itself, or the one that took its place. */
static guint index_of(const Outbox *outbox, int64_t group_id)
{
	guint index = 0;

	while (index < outbox->rows->len && row_at(outbox, index)->op->group_id < group_id)
		index++;
	return index;
}

static const OutboxRow *row_of(const Outbox *outbox, int64_t group_id)
{
	guint index = index_of(outbox, group_id);
	const OutboxRow *row = index < outbox->rows->len ? row_at(outbox, index) : NULL;

	return row && row->op->group_id == group_id ? row : NULL;
}

static bool fetch(ListSource *source, gconstpointer from, bool is_upwards, unsigned count,
                  GPtrArray **ret_rows, GError **err)
{
	const Outbox *outbox = (const Outbox *)source;
	guint total = outbox->rows->len,
	      index = from ? index_of(outbox, *(const int64_t *)from) : 0;
	guint first = from && row_of(outbox, *(const int64_t *)from) ? index + 1 : index;
	guint last = MIN(first + count, total);
	GPtrArray *rows = g_ptr_array_new_with_free_func(g_free);

	(void)err;
	if (is_upwards) {
		last = from ? index : total;
		first = last > count ? last - count : 0;
	}
	for (guint i = first; i < last; i++)
		g_ptr_array_add(rows, g_memdup2(&row_at(outbox, i)->op->group_id, sizeof(int64_t)));
	*ret_rows = rows;
	return true;
}

static gpointer again(ListSource *source, gconstpointer row)
{
	return row_of((const Outbox *)source, *(const int64_t *)row)
	               ? g_memdup2(row, sizeof(int64_t))
	               : NULL;
}

/* ---- what is sent ---- */

static Draft *read_draft(const Outbox *outbox, int64_t draft_id)
{
	g_autoptr(StoreDraft) stored = NULL;

	return store_read_draft(outbox->reader, draft_id, &stored, NULL)
	               ? draft_from_text(stored->text ? stored->text : "", NULL)
	               : NULL;
}

/* The mail that @op sends; NULL: it sends none, or that cannot be read. */
static const Draft *draft_of(const Outbox *outbox, const Op *op)
{
	Draft *draft;

	if (!op->draft_id)
		return NULL;
	draft = g_hash_table_lookup(outbox->drafts, &op->draft_id);
	if (!draft && (draft = read_draft(outbox, op->draft_id)))
		g_hash_table_insert(outbox->drafts, g_memdup2(&op->draft_id, sizeof(int64_t)),
		                    draft);
	return draft;
}

static const char *subject_of(const Outbox *outbox, const OutboxRow *row)
{
	const Draft *draft = draft_of(outbox, row->op);

	return draft ? draft->subject : row->subject;
}

/* ---- drawing ---- */

static bool is_stuck(const Op *op) { return op->state == OP_FAILED || op->state == OP_UNSURE; }

/* "till 10:42" while it is held, "next 10:42" while a failure is waited out, else since when. */
static char *time_text(const Outbox *outbox, const Op *op)
{
	int64_t now_ms = clock_now_ms(outbox->clock);
	g_autofree char *due = show_date_short(op->due_ms, now_ms);
	g_autofree char *next = show_date_short(op->next_ms, now_ms);

	if (op->state == OP_HELD)
		return g_strdup_printf(_("till %s"), due);
	if (op->state == OP_WAITING && op->next_ms > now_ms)
		return g_strdup_printf(_("next %s"), next);
	return show_date_short(op->changed_ms, now_ms);
}

static void draw(ListSource *source, gconstpointer which, Pen *pen)
{
	const Outbox    *outbox = (const Outbox *)source;
	const OutboxRow *row = row_of(outbox, *(const int64_t *)which);

	if (!row)
		return;
	g_autofree char *text = outbox_row_text(row);
	g_autofree char *time = time_text(outbox, row->op);
	const char *rest =
		row->op->last_error ? row->op->last_error : subject_of(outbox, row);
	pen_skip(pen, 1);
	pen->style = is_stuck(row->op) ? STYLE_ERROR : STYLE_LABEL;
	pen_column(pen, state_name(row->op->state), STATE_WIDTH);
	pen_skip(pen, 1);
	pen->style = STYLE_NORMAL;
	int room = pen_room(pen) - TIME_WIDTH - 2;
	int wide = MIN(text_width(text), room);
	pen_column(pen, text, wide);
	pen->style = STYLE_DIM;
	pen_skip(pen, MIN(2, room - wide));
	pen_column(pen, rest ? rest : "", MAX(room - wide - 2, 0));
	pen_skip(pen, 1);
	pen_column_right(pen, time, TIME_WIDTH);
}

/* ---- details ---- */

static void add_blank(GPtrArray *lines)
{
	g_ptr_array_add(lines, pager_line_new());
}

static void add_fact(GPtrArray *lines, const char *label, const char *text)
{
	g_autofree char *name = g_strdup_printf(" %-*s", LABEL_WIDTH, label);
	PagerLine *line = pager_line_new();

	if (text && *text)
		g_ptr_array_add(lines,
		                pager_line_add(pager_line_add(line, STYLE_LABEL, name, NULL),
		                               STYLE_NORMAL, text, NULL));
	else
		pager_line_free(line);
}

static void add_sentence(GPtrArray *lines, Style style, const char *text, int width)
{
	for (const char *rest = text; rest && *rest;) {
		size_t len = grapheme_fitting(rest, MAX(width - 2, 10));
		g_autofree char *part = g_strndup(rest, len);
		g_autofree char *line = g_strconcat(" ", g_strstrip(part), NULL);
		g_ptr_array_add(lines, pager_line_add(pager_line_new(), style, line, NULL));
		rest += len;
	}
}

static void add_times(const Outbox *outbox, GPtrArray *lines, const Op *op)
{
	g_autofree char *since = show_date_long(op->changed_ms);
	g_autofree char *due = show_date_long(op->due_ms);
	g_autofree char *next = show_date_long(op->next_ms);
	g_autofree char *attempts = g_strdup_printf("%d", op->attempts);

	add_fact(lines, _("Since"), since);
	add_fact(lines, _("Tried"), op->attempts ? attempts : NULL);
	add_fact(lines, _("Held till"), op->state == OP_HELD ? due : NULL);
	add_fact(lines, _("Next try"), op->next_ms > clock_now_ms(outbox->clock) ? next : NULL);
}

static GPtrArray *details(const Outbox *outbox, const OutboxRow *row, int width)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func((GDestroyNotify)pager_line_free);
	const AccountState *account = folders_account(outbox->folders, row->op->account_id);
	g_autofree char *text = outbox_row_text(row);
	const char *remedy = outbox_remedy(row->op->error_kind);
	const Draft *draft = draft_of(outbox, row->op);

	add_sentence(lines, STYLE_HEADING, text, width);
	add_blank(lines);
	add_fact(lines, _("Account"), account ? account->name : NULL);
	add_fact(lines, _("To"), draft ? draft_addressees(draft) : NULL);
	add_fact(lines, _("Subject"), subject_of(outbox, row));
	add_fact(lines, _("Folder"), row->folder_name);
	add_fact(lines, _("State"), state_name(row->op->state));
	add_times(outbox, lines, row->op);
	if (!row->op->last_error)
		return lines;
	add_blank(lines);
	add_sentence(lines, STYLE_ERROR, row->op->last_error, width);
	add_sentence(lines, STYLE_NORMAL, remedy, width);
	return lines;
}

void outbox_draw_details(const Outbox *outbox, Canvas *canvas, Rect rect)
{
	const OutboxRow *row = outbox_current(outbox);
	g_autoptr(Pager) pager = pager_new();
	g_autoptr(GPtrArray) lines = row ? details(outbox, row, rect.width) : NULL;

	pager_set(pager, lines, false);
	pager_set_height(pager, rect.height);
	pager_draw(pager, canvas, rect);
}

/* ---- life ---- */

Outbox *outbox_new(StoreReader *reader, const Folders *folders, const Clock *clock)
{
	static const ListSourceOps ops = { fetch, again, draw, g_free };
	Outbox *outbox = g_new0(Outbox, 1);

	outbox->source.ops = &ops;
	outbox->reader = reader;
	outbox->folders = folders;
	outbox->clock = clock;
	outbox->rows = g_ptr_array_new();
	outbox->drafts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
	                                       (GDestroyNotify)draft_free);
	outbox->list = list_new(&outbox->source);
	return outbox;
}

void outbox_free(Outbox *outbox)
{
	if (!outbox)
		return;
	list_free(outbox->list);
	g_ptr_array_unref(outbox->rows);
	g_hash_table_unref(outbox->drafts);
	g_free(outbox);
}

bool outbox_reload(Outbox *outbox, GError **err)
{
	GPtrArray *rows;

	if (!store_read_outbox(outbox->reader, 0, ROWS_MAX, &rows, err))
		return false;
	g_ptr_array_unref(outbox->rows);
	outbox->rows = rows;
	g_hash_table_remove_all(outbox->drafts);
	return list_reload(outbox->list, err);
}

List *outbox_list(const Outbox *outbox) { return outbox->list; }

const OutboxRow *outbox_current(const Outbox *outbox)
{
	const int64_t *group_id = list_current(outbox->list);

	return group_id ? row_of(outbox, *group_id) : NULL;
}
