#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "store/private.h"

static bool read_accounts(StoreReader *reader, GPtrArray *states, GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(reader->db, "SELECT " ACCOUNT_COLUMNS " FROM account ORDER BY id");
	bool has_row;

	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		AccountState *state = account_row_get(&stmt, err);
		if (!state)
			return false;
		g_ptr_array_add(states, state);
	}
	return false;
}

bool store_read_accounts(StoreReader *reader, GPtrArray **ret_states, GError **err)
{
	g_autoptr(GPtrArray) states =
		g_ptr_array_new_with_free_func((GDestroyNotify)account_state_free);

	if (!read_accounts(reader, states, err))
		return false;
	*ret_states = g_steal_pointer(&states);
	return true;
}

bool store_read_account(StoreReader *reader, const char *name, AccountState **ret_state,
                        GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(reader->db, "SELECT " ACCOUNT_COLUMNS " FROM account WHERE name = ?");
	bool has_row;

	put_text(&stmt, name);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return fail(err, ERR_NOT_FOUND, _("the store has no account %s"), name);
	AccountState *state = account_row_get(&stmt, err);
	if (state)
		*ret_state = state;
	return state != NULL;
}

bool store_read_policy(StoreReader *reader, int64_t account_id, char **ret_document_xml,
                       GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(reader->db, "SELECT policy_xml FROM account WHERE id = ?");
	bool has_row;

	put_int(&stmt, account_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	g_autofree char *document_xml = has_row ? get_text(&stmt) : NULL;
	if (!stmt_row_is_sound(&stmt, err))
		return false;
	*ret_document_xml = g_steal_pointer(&document_xml);
	return true;
}

bool store_read_folder(StoreReader *reader, int64_t folder_id, Folder **ret_folder, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(reader->db, "SELECT " FOLDER_COLUMNS " FROM " FOLDER_TABLES
	                                           " WHERE f.id = ?");
	bool has_row;

	put_int(&stmt, folder_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return fail(err, ERR_NOT_FOUND, _("the folder is no longer there"));
	Folder *folder = folder_row_get(&stmt, err);
	if (folder)
		*ret_folder = folder;
	return folder != NULL;
}

static bool read_folders(StoreReader *reader, int64_t account_id, GPtrArray *folders, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(reader->db, "SELECT " FOLDER_COLUMNS " FROM " FOLDER_TABLES
	                                           " WHERE f.account_id = ? AND NOT f.is_hidden");
	bool has_row;

	put_int(&stmt, account_id);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		Folder *folder = folder_row_get(&stmt, err);
		if (!folder)
			return false;
		g_ptr_array_add(folders, folder);
	}
	return false;
}

/* ---- the tree ---- */

static int folder_rank(const Folder *folder)
{
	switch (folder->type) {
	case FOLDER_INBOX:
		return 0;
	case FOLDER_DRAFTS:
		return 1;
	case FOLDER_SENT:
		return 2;
	case FOLDER_OUTBOX:
		return 3;
	case FOLDER_DELETED:
		return 4;
	default:
		return 5;
	}
}

/* By folder, what its name is sorted by: as the locale does, but "Week 9" before "Week 10". Made
 * once, as there may be thousands of folders. */
static GHashTable *name_keys(const GPtrArray *folders)
{
	GHashTable *keys = g_hash_table_new_full(NULL, NULL, NULL, g_free);

	for (guint i = 0; i < folders->len; i++) {
		const Folder *folder = g_ptr_array_index(folders, i);
		g_autofree char *name = g_utf8_casefold(folder->name ? folder->name : "", -1);
		g_hash_table_insert(keys, (void *)folder,
		                    g_utf8_collate_key_for_filename(name, -1));
	}
	return keys;
}

static int compare_folders(const void *a, const void *b, void *keys)
{
	const Folder *x = *(Folder *const *)a, *y = *(Folder *const *)b;
	int by_rank = folder_rank(x) - folder_rank(y);

	if (by_rank)
		return by_rank;
	int by_name = strcmp(g_hash_table_lookup(keys, x), g_hash_table_lookup(keys, y));
	return by_name ? by_name : (x->id > y->id) - (x->id < y->id);
}

typedef struct {
	GHashTable *children;      /* parent's server id to GPtrArray of Folder, in order */
	GHashTable *seen;          /* of Folder */
	GPtrArray  *out;
} FolderTree;

static GHashTable *children_by_parent(GPtrArray *folders)
{
	GHashTable *children = g_hash_table_new_full(g_str_hash, g_str_equal, NULL,
	                                             (GDestroyNotify)g_ptr_array_unref);

	for (guint i = 0; i < folders->len; i++) {
		Folder *folder = g_ptr_array_index(folders, i);
		const char *parent = folder->parent_server_id ? folder->parent_server_id : "0";
		GPtrArray *list = g_hash_table_lookup(children, parent);
		if (!list) {
			list = g_ptr_array_new();
			g_hash_table_insert(children, (char *)parent, list);
		}
		g_ptr_array_add(list, folder);
	}
	return children;
}

static void tree_add(FolderTree *tree, Folder *folder, int depth)
{
	GPtrArray *children = g_hash_table_lookup(tree->children, folder->server_id);

	if (depth >= LIMIT_FOLDER_DEPTH || !g_hash_table_add(tree->seen, folder))
		return;
	folder->depth = depth;
	g_ptr_array_add(tree->out, folder);
	guint before = tree->out->len;
	for (guint i = 0; children && i < children->len; i++)
		tree_add(tree, g_ptr_array_index(children, i), depth + 1);
	folder->has_children = tree->out->len > before;
}

static bool has_parent(GHashTable *by_server_id, const Folder *folder)
{
	return folder->parent_server_id &&
	       g_hash_table_contains(by_server_id, folder->parent_server_id);
}

/* First what hangs on the root; then what a cycle or too deep a nesting left over, at the root
 * too. */
static void tree_fill(FolderTree *tree, GPtrArray *folders)
{
	g_autoptr(GHashTable) by_server_id = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < folders->len; i++)
		g_hash_table_add(by_server_id, ((Folder *)folders->pdata[i])->server_id);
	for (guint i = 0; i < folders->len; i++)
		if (!has_parent(by_server_id, folders->pdata[i]))
			tree_add(tree, folders->pdata[i], 0);
	for (guint i = 0; i < folders->len; i++)
		tree_add(tree, folders->pdata[i], 0);
}

/* @folders gives its folders away. */
static GPtrArray *tree_order(GPtrArray *folders)
{
	g_autoptr(GHashTable) keys = name_keys(folders);
	g_ptr_array_sort_with_data(folders, compare_folders, keys);
	g_autoptr(GHashTable) children = children_by_parent(folders);
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	FolderTree tree = { children, seen,
		            g_ptr_array_new_with_free_func((GDestroyNotify)folder_free) };

	tree_fill(&tree, folders);
	g_assert(tree.out->len == folders->len);
	g_ptr_array_set_free_func(folders, NULL);
	return tree.out;
}

bool store_read_folders(StoreReader *reader, int64_t account_id, GPtrArray **ret_folders,
                        GError **err)
{
	g_autoptr(GPtrArray) folders = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);

	if (!read_folders(reader, account_id, folders, err))
		return false;
	*ret_folders = tree_order(folders);
	return true;
}
