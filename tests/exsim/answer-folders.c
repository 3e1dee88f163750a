/* FolderSync and its kin. Source: [MS-ASCMD] 2.2.1.4 to 2.2.1.8. */
#include <string.h>

#include "base/text.h"
#include "exsim/answer.h"

/* How a folder looks to a device: a difference means Update. */
static char *folder_look(const Collection *c) { return g_strdup_printf("%s\n%s\n%d", c->parent_id, c->name, c->type); }

static FolderState *folder_state_take(const User *user, guint number)
{
	FolderState *state = g_new0(FolderState, 1);

	state->number = number;
	state->folders = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	for (guint i = 0; i < user->collections->len; i++) {
		const Collection *c = g_ptr_array_index(user->collections, i);
		g_hash_table_insert(state->folders, g_strdup(c->id), folder_look(c));
	}
	return state;
}

static char *folder_key(const Device *device, const FolderState *state)
{
	return g_strdup_printf("%s.%u", device->folder_key_id, state->number);
}

static bool is_key_of(const Device *device, const FolderState *state, const char *key)
{
	if (!state || !key)
		return false;
	g_autofree char *own = folder_key(device, state);
	return g_str_equal(own, key);
}

static void forget_keys(Device *device)
{
	g_clear_pointer(&device->folders_before, folder_state_free);
	g_clear_pointer(&device->folders_now, folder_state_free);
	g_free(device->folder_key_id);
	device->folder_key_id = g_strdup_printf("f%07x", g_random_int() & 0xfffffff);
}

/* Finds what the device knew at @key. False: the key is unknown. NULL in *ret_state: key 0. */
static bool find_state(Device *device, const char *key, const FolderState **ret_state)
{
	if (g_strcmp0(key, "0") == 0)
		*ret_state = NULL;
	else if (is_key_of(device, device->folders_now, key))
		*ret_state = device->folders_now;
	else if (is_key_of(device, device->folders_before, key))
		*ret_state = device->folders_before;
	else
		return false;
	return true;
}

/* Makes @next what the device knows. The state it answered from stays, for a repeat. */
static void commit(Device *device, const FolderState *from, FolderState *next)
{
	if (from != device->folders_before || !from) {
		folder_state_free(device->folders_before);
		device->folders_before = device->folders_now;
	} else {
		folder_state_free(device->folders_now);
	}
	device->folders_now = next;
}

static void write_folder(WbxmlWriter *w, WbxmlTag verb, const Collection *c)
{
	wbxml_open(w, verb);
	wbxml_text(w, WBXML_FolderHierarchy_ServerId, c->id);
	wbxml_text(w, WBXML_FolderHierarchy_ParentId, c->parent_id);
	wbxml_text(w, WBXML_FolderHierarchy_DisplayName, c->name);
	wbxml_int(w, WBXML_FolderHierarchy_Type, c->type);
	wbxml_close(w);
}

static guint write_adds_and_updates(WbxmlWriter *w, const User *user, const FolderState *from)
{
	guint count = 0;

	for (guint i = 0; i < user->collections->len; i++) {
		const Collection *c = g_ptr_array_index(user->collections, i);
		const char *known = from ? g_hash_table_lookup(from->folders, c->id) : NULL;
		g_autofree char *look = folder_look(c);
		if (known && g_str_equal(known, look))
			continue;
		if (w)
			write_folder(w, known ? WBXML_FolderHierarchy_Update : WBXML_FolderHierarchy_Add, c);
		count++;
	}
	return count;
}

static guint write_deletes(WbxmlWriter *w, const User *user, const FolderState *from)
{
	GHashTableIter iter;
	gpointer id;
	guint count = 0;

	if (!from)
		return 0;
	g_hash_table_iter_init(&iter, from->folders);
	while (g_hash_table_iter_next(&iter, &id, NULL)) {
		if (user_collection(user, id))
			continue;
		if (w) {
			wbxml_open(w, WBXML_FolderHierarchy_Delete);
			wbxml_text(w, WBXML_FolderHierarchy_ServerId, id);
			wbxml_close(w);
		}
		count++;
	}
	return count;
}

static void write_changes(WbxmlWriter *w, const User *user, const FolderState *from, const char *key)
{
	guint count = write_adds_and_updates(NULL, user, from) + write_deletes(NULL, user, from);

	wbxml_open(w, WBXML_FolderHierarchy_FolderSync);
	wbxml_text(w, WBXML_FolderHierarchy_Status, "1");
	wbxml_text(w, WBXML_FolderHierarchy_SyncKey, key);
	wbxml_open(w, WBXML_FolderHierarchy_Changes);
	wbxml_int(w, WBXML_FolderHierarchy_Count, count);
	write_adds_and_updates(w, user, from);
	write_deletes(w, user, from);
	wbxml_close(w);
	wbxml_close(w);
}

bool folders_are_behind(const User *user, const Device *device)
{
	const FolderState *known = device->folders_now;
	return known && write_adds_and_updates(NULL, user, known) + write_deletes(NULL, user, known) > 0;
}

void answer_folder_sync(Request *request, Answer *answer)
{
	Device *device = request->device;
	const char *asked = element_text(request->root, WBXML_FolderHierarchy_SyncKey);
	const FolderState *from;
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();

	answer->sync_key = g_strdup(asked);
	if (!asked || !find_state(device, asked, &from)) {
		answer_with_status(request, asked ? 9 : 10, answer);
		return;
	}
	if (!from)
		forget_keys(device);
	guint number = device->folders_now ? device->folders_now->number + 1 : 1;
	bool is_news = !from || write_adds_and_updates(NULL, request->user, from) + write_deletes(NULL, request->user, from) > 0;
	FolderState *next = folder_state_take(request->user, number);
	if (!is_news)
		next->number = from->number;
	g_autofree char *key = folder_key(device, next);
	write_changes(w, request->user, from, key);
	if (is_news)
		commit(device, from, next);
	else
		folder_state_free(next);
	answer_take(answer, w, 1);
}

/* ---- changes by the client ---- */

/* Answers a change that was carried out: the folder key moves on, and the device knows the outcome. */
static void answer_change(Request *request, Answer *answer, WbxmlTag root, const FolderState *from, const char *server_id)
{
	Device *device = request->device;
	FolderState *next = folder_state_take(request->user, device->folders_now->number + 1);
	g_autofree char *key = folder_key(device, next);
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();

	wbxml_open(w, root);
	wbxml_text(w, WBXML_FolderHierarchy_Status, "1");
	wbxml_text(w, WBXML_FolderHierarchy_SyncKey, key);
	wbxml_text(w, WBXML_FolderHierarchy_ServerId, server_id);
	wbxml_close(w);
	commit(device, from, next);
	answer_take(answer, w, 1);
	world_changed(request->world);
}

/* What all three need first. False: answered with a status. */
static bool begin_change(Request *request, Answer *answer, const FolderState **ret_from)
{
	const char *key = element_text(request->root, WBXML_FolderHierarchy_SyncKey);

	answer->sync_key = g_strdup(key);
	if (key && find_state(request->device, key, ret_from) && *ret_from)
		return true;
	answer_with_status(request, key ? 9 : 10, answer);
	return false;
}

static bool name_is_taken(const User *user, const char *parent_id, const char *name, const Collection *but)
{
	for (guint i = 0; i < user->collections->len; i++) {
		const Collection *c = g_ptr_array_index(user->collections, i);
		if (c != but && g_str_equal(c->parent_id, parent_id) && text_equal_ascii_case(c->name, name))
			return true;
	}
	return false;
}

void answer_folder_create(Request *request, Answer *answer)
{
	const FolderState *from;
	const char *name = element_text(request->root, WBXML_FolderHierarchy_DisplayName);
	const char *parent_id = element_text(request->root, WBXML_FolderHierarchy_ParentId);
	int type = (int)element_int(request->root, WBXML_FolderHierarchy_Type, 0);

	if (!begin_change(request, answer, &from))
		return;
	Collection *parent = user_collection(request->user, parent_id);
	if (!name || !*name || !parent_id || (type != FOLDER_GENERIC && (type < FOLDER_USER_MAIL || type > 17)))
		answer_with_status(request, 10, answer);
	else if (!parent && !g_str_equal(parent_id, "0"))
		answer_with_status(request, 5, answer);
	else if (name_is_taken(request->user, parent_id, name, NULL))
		answer_with_status(request, 2, answer);
	else
		answer_change(request, answer, WBXML_FolderHierarchy_FolderCreate, from,
		              user_add_folder(request->user, parent, name, type, NULL)->id);
}

static bool is_special(const Collection *c) { return c->type > FOLDER_GENERIC && (c->type < FOLDER_USER_MAIL || c->type > 17); }

/* True if @id is @folder or lies below it: there it cannot be moved. */
static bool is_inside(const User *user, const Collection *folder, const char *id)
{
	for (const Collection *c = user_collection(user, id); c; c = user_collection(user, c->parent_id))
		if (c == folder)
			return true;
	return false;
}

void answer_folder_update(Request *request, Answer *answer)
{
	const FolderState *from;
	const char *name = element_text(request->root, WBXML_FolderHierarchy_DisplayName);
	const char *parent_id = element_text(request->root, WBXML_FolderHierarchy_ParentId);

	if (!begin_change(request, answer, &from))
		return;
	Collection *c = user_collection(request->user, element_text(request->root, WBXML_FolderHierarchy_ServerId));
	if (!name || !*name || !parent_id) {
		answer_with_status(request, 10, answer);
	} else if (!c) {
		answer_with_status(request, 4, answer);
	} else if ((!g_str_equal(parent_id, "0") && !user_collection(request->user, parent_id)) ||
	           is_inside(request->user, c, parent_id)) {
		answer_with_status(request, 5, answer);
	} else if (is_special(c) || name_is_taken(request->user, parent_id, name, c)) {
		answer_with_status(request, c->type == FOLDER_RI ? 3 : 2, answer);
	} else {
		g_free(c->name);
		c->name = g_strdup(name);
		g_free(c->parent_id);
		c->parent_id = g_strdup(parent_id);
		answer_change(request, answer, WBXML_FolderHierarchy_FolderUpdate, from, NULL);
	}
}

void answer_folder_delete(Request *request, Answer *answer)
{
	const FolderState *from;

	if (!begin_change(request, answer, &from))
		return;
	Collection *c = user_collection(request->user, element_text(request->root, WBXML_FolderHierarchy_ServerId));
	if (!c || is_special(c)) {
		answer_with_status(request, c ? 3 : 4, answer);
		return;
	}
	user_remove_folder(request->user, c);
	answer_change(request, answer, WBXML_FolderHierarchy_FolderDelete, from, NULL);
}
