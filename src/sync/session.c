#include "sync/session.h"

static void track_free(gpointer data)
{
	Track *track = data;

	folder_free(track->folder);
	g_free(track);
}

Session *session_new(const Account *account, const Backend *backend, AccountState *state,
                     SyncMode mode)
{
	Session *session = g_new0(Session, 1);

	session->account = account_copy(account);
	session->backend = backend;
	session->state = state;
	session->mode = mode;
	session->tracks = g_ptr_array_new_with_free_func(track_free);
	session->tracks_by_id = g_hash_table_new(g_int64_hash, g_int64_equal);
	session->tracks_by_name = g_hash_table_new(g_str_hash, g_str_equal);
	session->ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	session->wishes = g_ptr_array_new_with_free_func((GDestroyNotify)wish_free);
	push_init(&session->push, state->heartbeat_s, account->push_s);
	return session;
}

void session_free(Session *session)
{
	if (!session)
		return;
	account_free(session->account);
	account_state_free(session->state);
	g_hash_table_unref(session->tracks_by_id);
	g_hash_table_unref(session->tracks_by_name);
	g_ptr_array_unref(session->tracks);
	g_ptr_array_unref(session->ops);
	g_ptr_array_unref(session->wishes);
	g_clear_pointer(&session->look_ids, g_ptr_array_unref);
	question_free(session->question);
	g_free(session->question_told);
	g_free(session->moved_url);
	g_free(session->sentence);
	g_free(session);
}

/* ---- folders ---- */

bool folder_has_key(const Folder *folder)
{
	return folder->sync_key && g_strcmp0(folder->sync_key, "0") != 0;
}

static Track *track_new(Folder *folder, bool is_wanted)
{
	Track *track = g_new0(Track, 1);

	track->folder = folder;
	track->is_wanted = is_wanted;
	track->is_filling = folder->is_behind || !folder_has_key(folder);
	return track;
}

/* Takes the track of this folder out of @tracks, with @folder as its new row; a new one if there is
 * none. */
static Track *track_renewed(GHashTable *old, Folder *folder, bool is_wanted)
{
	Track *track = NULL;

	if (!g_hash_table_steal_extended(old, &folder->id, NULL, (gpointer *)&track))
		return track_new(folder, is_wanted);
	folder_free(track->folder);
	track->folder = folder;
	return track;
}

/* There may be twenty thousand folders, and each is asked for with every page of it. */
static void index_tracks(Session *session)
{
	g_hash_table_remove_all(session->tracks_by_id);
	g_hash_table_remove_all(session->tracks_by_name);
	for (guint i = 0; i < session->tracks->len; i++) {
		Track *track = session_track_at(session, i);
		g_hash_table_insert(session->tracks_by_id, &track->folder->id, track);
		g_hash_table_insert(session->tracks_by_name, track->folder->server_id, track);
	}
}

void session_drop_folders(Session *session)
{
	g_ptr_array_set_size(session->tracks, 0);
	index_tracks(session);
}

void session_take_folders(Session *session, GPtrArray *folders)
{
	g_autoptr(GHashTable) old =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, track_free);
	bool is_wanted = sync_mode_is_eager(session->mode);

	for (guint i = 0; i < session->tracks->len; i++) {
		Track *track = session_track_at(session, i);
		g_hash_table_insert(old, &track->folder->id, track);
	}
	g_ptr_array_set_free_func(session->tracks, NULL);
	g_ptr_array_set_size(session->tracks, 0);
	g_ptr_array_set_free_func(session->tracks, track_free);
	g_ptr_array_set_free_func(folders, NULL);
	for (guint i = 0; i < folders->len; i++) {
		Folder *folder = g_ptr_array_index(folders, i);
		if (account_syncs(session->account, folder->type) && !op_is_placeholder(folder->server_id))
			g_ptr_array_add(session->tracks, track_renewed(old, folder, is_wanted));
		else
			folder_free(folder);
	}
	g_ptr_array_unref(folders);
	index_tracks(session);
}

Track *session_track(const Session *session, int64_t folder_id)
{
	return g_hash_table_lookup(session->tracks_by_id, &folder_id);
}

Track *session_track_named(const Session *session, const char *server_id)
{
	return server_id ? g_hash_table_lookup(session->tracks_by_name, server_id) : NULL;
}

bool session_is_behind(const Session *session, const Track *track)
{
	bool is_eager = sync_mode_is_eager(session->mode);

	return !track->is_given_up && (track->is_wanted || (is_eager && track->folder->is_behind));
}

bool session_is_watchable(const Session *session, const Track *track)
{
	return !track->is_given_up && !session_is_behind(session, track) &&
	       folder_has_key(track->folder);
}

void session_want_all(Session *session)
{
	session_want_look(session);
	session->is_given_up = false;
	session->backoff = (Backoff){ 0 };
	session->listen_backoff = (Backoff){ 0 };
	for (guint i = 0; i < session->tracks->len; i++) {
		Track *track = session_track_at(session, i);
		track->is_given_up = false;
		track->backoff = (Backoff){ 0 };
	}
}

void session_want_look(Session *session)
{
	session->wants_folders = true;
	session->wants_look = true;
	for (guint i = 0; i < session->tracks->len; i++)
		session_track_at(session, i)->is_wanted = true;
}

/* ---- operations ---- */

void session_take_ops(Session *session, GPtrArray *ops)
{
	g_ptr_array_unref(session->ops);
	session->ops = ops;
}

const Op *session_op(const Session *session, int64_t op_id)
{
	for (guint i = 0; i < session->ops->len; i++)
		if (((const Op *)g_ptr_array_index(session->ops, i))->id == op_id)
			return g_ptr_array_index(session->ops, i);
	return NULL;
}

/* ---- wishes ---- */

Wish *wish_new(TaskKind kind, int64_t id, int64_t message_id)
{
	Wish *wish = g_new0(Wish, 1);

	wish->kind = kind;
	wish->message_id = message_id;
	wish->ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_array_append_val(wish->ids, id);
	return wish;
}

void wish_free(Wish *wish)
{
	if (!wish)
		return;
	g_free(wish->server_id);
	g_free(wish->reference);
	g_array_unref(wish->ids);
	g_free(wish);
}

static bool wish_equal(const Wish *a, const Wish *b)
{
	return a->kind == b->kind && a->message_id == b->message_id &&
	       a->folder_id == b->folder_id && a->op_id == b->op_id &&
	       g_strcmp0(a->reference, b->reference) == 0;
}

void session_add_wish(Session *session, Wish *wish)
{
	for (guint i = 0; i < session->wishes->len; i++) {
		Wish *other = g_ptr_array_index(session->wishes, i);
		if (!wish_equal(wish, other))
			continue;
		g_array_append_vals(other->ids, wish->ids->data, wish->ids->len);
		wish_free(wish);
		return;
	}
	g_ptr_array_add(session->wishes, wish);
}

bool session_awaits_file(const Session *session, int64_t op_id)
{
	for (guint i = 0; i < session->wishes->len; i++)
		if (((const Wish *)g_ptr_array_index(session->wishes, i))->op_id == op_id)
			return true;
	return false;
}

/* ---- what the server can do ---- */

bool session_can(const Session *session, const char *command)
{
	g_auto(GStrv) names =
		g_strsplit(session->state->commands ? session->state->commands : "", ",", -1);

	for (guint i = 0; names[i]; i++)
		if (g_strcmp0(g_strstrip(names[i]), command) == 0)
			return true;
	return false;
}
