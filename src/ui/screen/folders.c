#include "ui/screen/folders.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/screen/show.h"

/* A line of the pane: an account's name, one of its mail folders, or, without an account, what is
 * of none: a heading, the Outbox, a gathering of mail. */
typedef struct {
	const AccountState *account;
	Folder             *folder;  /* NULL: a heading */
	char               *query;   /* of a search */
} FolderLine;

struct Folders {
	StoreReader *reader;
	char        *first;          /* the account above the others; NULL: none */
	GPtrArray   *accounts;       /* of AccountState */
	GPtrArray   *lines;          /* of FolderLine */
	int64_t      current_id;
	int64_t      selected_id;    /* folder under the pane's cursor */
	int          top;
	OutboxCount  outbox;
	const GPtrArray *searches;   /* of SavedSearch; NULL none */
};

static void line_free(FolderLine *line)
{
	folder_free(line->folder);
	g_free(line->query);
	g_free(line);
}

Folders *folders_new(StoreReader *reader, const char *first)
{
	Folders *folders = g_new0(Folders, 1);

	folders->reader = reader;
	folders->first = g_strdup(first);
	folders->accounts = g_ptr_array_new_with_free_func((GDestroyNotify)account_state_free);
	folders->lines = g_ptr_array_new_with_free_func((GDestroyNotify)line_free);
	return folders;
}

void folders_free(Folders *folders)
{
	if (!folders)
		return;
	g_ptr_array_unref(folders->lines);
	g_ptr_array_unref(folders->accounts);
	g_free(folders->first);
	g_free(folders);
}

static void add_line(GPtrArray *lines, const AccountState *account, Folder *folder)
{
	FolderLine *line = g_new0(FolderLine, 1);

	line->account = account;
	line->folder = folder;
	g_ptr_array_add(lines, line);
}

static bool read_account(Folders *folders, const AccountState *account, GPtrArray *lines,
                         GError **err)
{
	g_autoptr(GPtrArray) found = NULL;

	if (!store_read_folders(folders->reader, account->id, &found, err))
		return false;
	add_line(lines, account, NULL);
	for (guint i = 0; i < found->len; i++) {
		const Folder *folder = g_ptr_array_index(found, i);
		if (folder_is_mail(folder->type))
			add_line(lines, account, folder_copy(folder));
	}
	return true;
}

static void add_outbox(const Folders *folders, GPtrArray *lines)
{
	Folder *outbox = folder_new();

	outbox->id = FOLDERS_OUTBOX;
	outbox->type = FOLDER_OUTBOX;
	outbox->unread = outbox->total = folders->outbox.rows;
	add_line(lines, NULL, outbox);
}

/* A gathering of mail; what it gathers is not counted here. Its line. */
static FolderLine *add_gathering(GPtrArray *lines, int64_t id, const char *name, const char *query)
{
	Folder *folder = folder_new();

	folder->id = id;
	folder->type = FOLDER_USER_MAIL;
	folder->name = g_strdup(name);
	add_line(lines, NULL, folder);
	FolderLine *line = g_ptr_array_index(lines, lines->len - 1);
	line->query = g_strdup(query);
	return line;
}

/* Above the accounts, which are read already: @inboxes says how much lies there. */
static void add_overviews(GPtrArray *lines, const GPtrArray *inboxes)
{
	FolderLine *all = add_gathering(lines, FOLDERS_ALL_INBOXES, _("All Inboxes"), NULL);

	for (guint i = 0; i < inboxes->len; i++) {
		const FolderLine *line = g_ptr_array_index(inboxes, i);
		if (!line->folder || line->folder->type != FOLDER_INBOX)
			continue;
		all->folder->unread += line->folder->unread;
		all->folder->total += line->folder->total;
	}
	add_gathering(lines, FOLDERS_ALL_UNREAD, _("All unread"), "is:unread");
}

static void add_searches(const Folders *folders, GPtrArray *lines)
{
	guint count = folders->searches ? folders->searches->len : 0;

	if (count > 0)
		add_line(lines, NULL, NULL);
	for (guint i = 0; i < count; i++) {
		const SavedSearch *search = g_ptr_array_index(folders->searches, i);
		add_gathering(lines, FOLDERS_SEARCHES - (int64_t)i, search->name, search->query);
	}
}

static int compare_accounts(const void *a, const void *b, void *data)
{
	const char *first = data;
	const AccountState *left = *(AccountState *const *)a, *right = *(AccountState *const *)b;
	bool left_is_first = g_strcmp0(left->name, first) == 0,
	     right_is_first = g_strcmp0(right->name, first) == 0;

	return left_is_first != right_is_first ? right_is_first - left_is_first
	                                       : g_utf8_collate(left->name, right->name);
}

bool folders_reload(Folders *folders, GError **err)
{
	g_autoptr(GPtrArray) accounts = NULL;
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func((GDestroyNotify)line_free);
	g_autoptr(GPtrArray) trees = g_ptr_array_new_with_free_func((GDestroyNotify)line_free);

	if (!store_read_accounts(folders->reader, &accounts, err))
		return false;
	g_ptr_array_sort_with_data(accounts, compare_accounts, folders->first);
	for (guint i = 0; i < accounts->len; i++)
		if (!read_account(folders, g_ptr_array_index(accounts, i), trees, err))
			return false;
	if (accounts->len > 1)
		add_overviews(lines, trees);
	g_ptr_array_extend_and_steal(lines, g_steal_pointer(&trees));
	if (accounts->len > 0)
		add_outbox(folders, lines);
	add_searches(folders, lines);
	g_ptr_array_unref(folders->lines);
	g_ptr_array_unref(folders->accounts);
	folders->lines = g_steal_pointer(&lines);
	folders->accounts = g_steal_pointer(&accounts);
	return true;
}

const GPtrArray *folders_accounts(const Folders *folders) { return folders->accounts; }

const AccountState *folders_account(const Folders *folders, int64_t account_id)
{
	for (guint i = 0; i < folders->accounts->len; i++) {
		const AccountState *account = g_ptr_array_index(folders->accounts, i);
		if (account->id == account_id)
			return account;
	}
	return NULL;
}

static const FolderLine *line_at(const Folders *folders, int index)
{
	return g_ptr_array_index(folders->lines, index);
}

static int line_of(const Folders *folders, int64_t folder_id)
{
	for (int i = 0; i < (int)folders->lines->len; i++)
		if (line_at(folders, i)->folder && line_at(folders, i)->folder->id == folder_id)
			return i;
	return -1;
}

const Folder *folders_find(const Folders *folders, int64_t folder_id)
{
	int index = line_of(folders, folder_id);

	return index < 0 ? NULL : line_at(folders, index)->folder;
}

void folders_set_current(Folders *folders, int64_t folder_id)
{
	folders->current_id = folders->selected_id = folder_id;
}

const Folder *folders_current(const Folders *folders)
{
	return folders_find(folders, folders->current_id);
}
const Folder *folders_selected(const Folders *folders)
{
	return folders_find(folders, folders->selected_id);
}

const Folder *folders_of_type(const Folders *folders, int64_t account_id, FolderType type)
{
	for (guint i = 0; i < folders->lines->len; i++) {
		const FolderLine *line = line_at(folders, (int)i);
		if (line->account && line->folder && line->folder->type == type &&
		    (!account_id || line->account->id == account_id))
			return line->folder;
	}
	return NULL;
}

GPtrArray *folders_of_account(const Folders *folders, int64_t account_id)
{
	GPtrArray *found = g_ptr_array_new();

	for (guint i = 0; i < folders->lines->len; i++) {
		const FolderLine *line = line_at(folders, (int)i);
		if (line->account && line->folder && line->account->id == account_id)
			g_ptr_array_add(found, line->folder);
	}
	return found;
}

static const Folder *parent_of(const GPtrArray *all, const Folder *folder)
{
	for (guint i = 0; i < all->len; i++) {
		const Folder *one = g_ptr_array_index(all, i);
		if (g_strcmp0(one->server_id, folder->parent_server_id) == 0)
			return one;
	}
	return NULL;
}

/* No path is longer than there are folders, even if they lie in a circle. */
char *folders_path(const Folders *folders, const Folder *folder)
{
	g_autoptr(GPtrArray) all = folders_of_account(folders, folder->account_id);
	GString *path = g_string_new(folder_shown_name(folder));
	const Folder *parent = folder;

	for (guint i = 0; i < all->len && (parent = parent_of(all, parent)); i++) {
		g_string_prepend(path, "/");
		g_string_prepend(path, folder_shown_name(parent));
	}
	return g_string_free(path, FALSE);
}

static bool is_same_name(const char *wanted, const char *name)
{
	g_autofree char *low_wanted = g_utf8_casefold(wanted, -1);
	g_autofree char *low_name = g_utf8_casefold(name ? name : "", -1);

	return strcmp(low_wanted, low_name) == 0;
}

const Folder *folders_named(const Folders *folders, int64_t account_id, const char *text)
{
	g_autoptr(GPtrArray) all = folders_of_account(folders, account_id);
	const Folder *found = NULL;

	for (guint i = 0; i < all->len; i++) {
		const Folder *folder = g_ptr_array_index(all, i);
		g_autofree char *path = folders_path(folders, folder);
		if (is_same_name(text, path))
			return folder;
		if (!found && (is_same_name(text, folder_shown_name(folder)) ||
		               is_same_name(text, folder->name)))
			found = folder;
	}
	return found;
}

void folders_set_searches(Folders *folders, const GPtrArray *searches)
{
	folders->searches = searches;
}

const char *folders_query(const Folders *folders, int64_t folder_id)
{
	int index = line_of(folders, folder_id);

	return index < 0 ? NULL : line_at(folders, index)->query;
}

char *folders_place(const Folders *folders, const Folder *folder)
{
	const AccountState *account = folders_account(folders, folder->account_id);

	if (folders->accounts->len < 2 || !account)
		return g_strdup(folder_shown_name(folder));
	if (folder->type == FOLDER_INBOX)
		return g_strdup(account->name);
	return g_strconcat(account->name, "/", folder_shown_name(folder), NULL);
}

void folders_set_outbox(Folders *folders, const OutboxCount *count) { folders->outbox = *count; }
const OutboxCount *folders_outbox(const Folders *folders) { return &folders->outbox; }

/* The line @step folders away from line @index; @index itself when there is none. */
static int step_from(const Folders *folders, int index, int step)
{
	int direction = step < 0 ? -1 : 1, found = index;

	for (int i = index + direction; step != 0 && i >= 0 && i < (int)folders->lines->len;
	     i += direction)
		if (line_at(folders, i)->folder) {
			found = i;
			step -= direction;
		}
	return found;
}

const Folder *folders_neighbour(const Folders *folders, int step)
{
	int found = step_from(folders, line_of(folders, folders->current_id), step);

	return found < 0 ? NULL : line_at(folders, found)->folder;
}

static void select_line(Folders *folders, int index)
{
	if (index >= 0 && line_at(folders, index)->folder)
		folders->selected_id = line_at(folders, index)->folder->id;
}

void folders_move(Folders *folders, int rows)
{
	select_line(folders, step_from(folders, line_of(folders, folders->selected_id), rows));
}

void folders_to_end(Folders *folders, bool is_bottom)
{
	folders_move(folders, is_bottom ? INT16_MAX : INT16_MIN);
}

bool folders_click(Folders *folders, int y)
{
	int index = folders->top + y;

	if (index < 0 || index >= (int)folders->lines->len || !line_at(folders, index)->folder)
		return false;
	select_line(folders, index);
	return true;
}

const char *folder_shown_name(const Folder *folder)
{
	const char *special = folder_special_name(folder->type);

	return special ? special : folder->name ? folder->name : "";
}

GPtrArray *folders_menu(const Folders *folders)
{
	GPtrArray *items = menu_items_new();

	for (guint i = 0; i < folders->lines->len; i++) {
		const FolderLine *line = line_at(folders, (int)i);
		if (!line->folder)
			continue;
		g_autofree char *unread =
			line->folder->unread ? show_count(line->folder->unread) : g_strdup("");
		g_autofree char *hint =
			folders->accounts->len > 1 && line->account
				? g_strconcat(unread, "  ", line->account->name, NULL)
				: g_strdup(unread);
		MenuItem *item =
			menu_item_new(folder_shown_name(line->folder), hint, line->folder->id);
		item->indent = line->folder->depth;
		item->is_hint_silent = folders->accounts->len == 1;
		g_ptr_array_add(items, item);
	}
	return items;
}

static void draw_folder(const Folder *folder, bool is_ill, Pen *pen)
{
	g_autofree char *unread = folder->unread > 0 ? show_count(folder->unread) : g_strdup("");
	int count_width = text_width(unread);

	pen_skip(pen, 2 + 2 * MIN(folder->depth, 4));
	pen->style = folder->unread > 0 ? STYLE_NORMAL | STYLE_BOLD : STYLE_NORMAL;
	pen_column(pen, folder_shown_name(folder), pen_room(pen) - count_width - 2);
	pen_styled(pen, is_ill ? STYLE_ERROR : STYLE_NORMAL, is_ill ? "!" : " ");
	pen->style = STYLE_COUNT;
	pen_text(pen, unread);
}

static bool is_ill(const Folders *folders, const FolderLine *line)
{
	return line->folder->id == FOLDERS_OUTBOX ? folders->outbox.stuck > 0
	                                          : line->folder->last_error != NULL;
}

void folders_draw(Folders *folders, Canvas *canvas, Rect rect, bool has_focus)
{
	int cursor = line_of(folders, has_focus ? folders->selected_id : folders->current_id);
	int count = (int)folders->lines->len;

	folders->top =
		cursor < 0 ? 0 : CLAMP(folders->top, cursor - rect.height + 1, MAX(cursor - 1, 0));
	folders->top = CLAMP(folders->top, 0, MAX(count - rect.height, 0));
	for (int y = 0; y < rect.height && folders->top + y < count; y++) {
		const FolderLine *line = line_at(folders, folders->top + y);
		Rect at = { rect.x, rect.y + y, rect.width, 1 };
		Pen  pen = pen_new(canvas, at, STYLE_HEADING);
		if (line->folder) {
			draw_folder(line->folder, is_ill(folders, line), &pen);
		} else {
			pen_skip(&pen, 1);
			pen_column(&pen, line->account ? line->account->name : _("Searches"),
			           pen_room(&pen) - 1);
		}
		if (folders->top + y == cursor)
			canvas_restyle(canvas, at,
			               has_focus ? STYLE_SELECTED : STYLE_SELECTED_IDLE);
	}
}
