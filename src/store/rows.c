#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "store/columns.h"
#include "store/private.h"

AccountState *account_row_get(Stmt *stmt, GError **err)
{
	g_autoptr(AccountState) state = g_new0(AccountState, 1);

	state->id = get_int(stmt);
	char **texts[] = { &state->name,        &state->device_id,  &state->version,
		           &state->commands,    &state->server_url, &state->policy_key,
		           &state->policy_hash, &state->folder_key, &state->addresses };
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
		*texts[i] = get_text(stmt);
	state->heartbeat_s = (int)get_int_in(stmt, 0, INT32_MAX);
	state->window = (int)get_int_in(stmt, 0, INT32_MAX);
	state->is_device_told = get_bool(stmt);
	state->last_sync_ms = get_int(stmt);
	state->last_error = get_text(stmt);
	state->wipe = (WipeState)get_int_in(stmt, WIPE_NONE, WIPE_DONE);
	return stmt_row_is_sound(stmt, err) ? g_steal_pointer(&state) : NULL;
}

Folder *folder_row_get(Stmt *stmt, GError **err)
{
	g_autoptr(Folder) folder = g_new0(Folder, 1);

	folder->id = get_int(stmt);
	folder->account_id = get_int(stmt);
	folder->server_id = get_text(stmt);
	folder->parent_server_id = get_text(stmt);
	folder->name = get_text(stmt);
	folder->type = (FolderType)get_int_in(stmt, FOLDER_GENERIC, FOLDER_RECIPIENTS);
	folder->sync_key = get_text(stmt);
	folder->filter = (int)get_int_in(stmt, INT32_MIN, INT32_MAX);
	folder->is_behind = get_bool(stmt);
	folder->total = get_int_in(stmt, 0, INT64_MAX);
	folder->unread = get_int_in(stmt, 0, INT64_MAX);
	folder->last_sync_ms = get_int(stmt);
	folder->last_error = get_text(stmt);
	return stmt_row_is_sound(stmt, err) ? g_steal_pointer(&folder) : NULL;
}

/* ---- messages ---- */

#define NAME_INT(column, field, least, most) ", m." #column
#define NAME(column, field)                  ", m." #column
#define MESSAGE_SELECT                                                                  \
	"SELECT m.id, m.folder_id, m.conversation_id, ifnull(m.home_folder_id, m.folder_id), " \
	"ifnull(m.home_server_id, m.server_id), b.hash"                                  \
	MESSAGE_COLUMN_TABLE(NAME_INT, NAME, NAME)                                      \
	" FROM message m LEFT JOIN body b ON b.id = m.body_id "

const char message_by_id_sql[] = MESSAGE_SELECT "WHERE m.id = ?";
#define IS_SHOWN "AND m.folder_id NOT IN (SELECT id FROM folder WHERE is_hidden) "
const char messages_after_sql[] = MESSAGE_SELECT "WHERE m.id > ? " IS_SHOWN "ORDER BY m.id LIMIT ?";
const char messages_of_conversation_sql[] =
	MESSAGE_SELECT "WHERE m.conversation_id = ? " IS_SHOWN "ORDER BY m.id LIMIT ?";

static Part *part_row_get(Stmt *stmt)
{
	Part *part = part_new();

	part->name = get_text(stmt);
	part->reference = get_text(stmt);
	part->content_id = get_text(stmt);
	part->content_type = get_text(stmt);
	part->size_bytes = get_int_in(stmt, 0, INT64_MAX);
	part->method = (int)get_int_in(stmt, INT32_MIN, INT32_MAX);
	part->is_inline = get_bool(stmt);
	return part;
}

static bool parts_read(Db *db, Message *message, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"SELECT name, reference, content_id, content_type, size_bytes, method, is_inline "
		"FROM part WHERE message_id = ? ORDER BY position");
	bool has_row;

	put_int(&stmt, message->id);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		if (!message->parts)
			message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
		g_ptr_array_add(message->parts, part_row_get(&stmt));
		if (!stmt_row_is_sound(&stmt, err))
			return false;
	}
	return false;
}

static bool meeting_read(Db *db, Message *message, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"SELECT start_ms, end_ms, is_all_day, location, organizer, uid, instance_type, "
		"message_type, busy_status, is_response_wanted FROM meeting WHERE message_id = ?");
	bool has_row;

	put_int(&stmt, message->id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return true;
	Meeting *meeting = message->meeting = g_new0(Meeting, 1);
	meeting->start_ms = get_int(&stmt);
	meeting->end_ms = get_int(&stmt);
	meeting->is_all_day = get_bool(&stmt);
	meeting->location = get_text(&stmt);
	meeting->organizer = get_text(&stmt);
	meeting->uid = get_text(&stmt);
	meeting->instance_type = (int)get_int_in(&stmt, INT32_MIN, INT32_MAX);
	meeting->message_type = (int)get_int_in(&stmt, INT32_MIN, INT32_MAX);
	meeting->busy_status = (int)get_int_in(&stmt, INT32_MIN, INT32_MAX);
	meeting->is_response_wanted = get_bool(&stmt);
	return stmt_row_is_sound(&stmt, err);
}

static char *hash_get(Stmt *stmt)
{
	g_autoptr(GBytes) hash = get_bytes(stmt);

	return hash ? text_hex(g_bytes_get_data(hash, NULL), g_bytes_get_size(hash)) : NULL;
}

#define GET_INT(column, field, least, most)                                                        \
	message->field = (__typeof__(message->field))get_int_in(stmt, least, most);
#define GET_TEXT(column, field)             message->field = get_text(stmt);
#define GET_BYTES(column, field)            message->field = get_bytes(stmt);

Message *message_row_get(Db *db, Stmt *stmt, GError **err)
{
	g_autoptr(Message) message = message_new();

	message->id = get_int_in(stmt, 0, INT64_MAX);
	message->folder_id = get_int(stmt);
	message->conversation_id = get_int(stmt);
	message->home_id = get_int(stmt);
	message->server_id = get_text(stmt);
	message->body_hash = hash_get(stmt);
	MESSAGE_COLUMN_TABLE(GET_INT, GET_TEXT, GET_BYTES)
	if (!stmt_row_is_sound(stmt, err) || !parts_read(db, message, err) ||
	    !meeting_read(db, message, err))
		return NULL;
	return g_steal_pointer(&message);
}

#define PUT_INT(column, field, least, most)                                                        \
	put_int(stmt, CLAMP((int64_t)message->field, (int64_t)(least), (int64_t)(most)));
#define PUT_TEXT(column, field)             put_text(stmt, message->field);
#define PUT_BYTES(column, field)            put_bytes(stmt, message->field);

void message_columns_put(Stmt *stmt, const Message *message)
{
	MESSAGE_COLUMN_TABLE(PUT_INT, PUT_TEXT, PUT_BYTES)
}

#define VALUE_INT(column, field, least, most) ", ?"
#define VALUE(column, field)                  ", ?"
#define COLUMN_INT(column, field, least, most) ", " #column
#define COLUMN(column, field)                  ", " #column

const char message_insert_sql[] =
	"INSERT INTO message (id, folder_id, conversation_id, server_id, generation, body_id, is_unread" MESSAGE_COLUMN_TABLE(
		COLUMN_INT, COLUMN,
		COLUMN) ") VALUES (?, ?, ?, ?, ?, ?, ?" MESSAGE_COLUMN_TABLE(VALUE_INT, VALUE,
                                                                             VALUE) ")";

#define SET_INT(column, field, least, most) ", " #column " = ?"
#define SET(column, field)                  ", " #column " = ?"

const char message_update_sql[] =
	"UPDATE message SET generation = ?, body_id = ?, is_unread = ?"
	MESSAGE_COLUMN_TABLE(SET_INT, SET, SET)
	" WHERE id = ?";

static bool parts_write(Db *db, const Message *message, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "INSERT INTO part VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

	for (guint i = 0; message->parts && i < message->parts->len; i++) {
		const Part *part = g_ptr_array_index(message->parts, i);
		put_int(&stmt, message->id);
		put_int(&stmt, i);
		put_text(&stmt, part->name);
		put_text(&stmt, part->reference);
		put_text(&stmt, part->content_id);
		put_text(&stmt, part->content_type);
		put_int(&stmt, MAX(part->size_bytes, 0));
		put_int(&stmt, part->method);
		put_int(&stmt, part->is_inline);
		if (!stmt_run(&stmt, err))
			return false;
	}
	return true;
}

static bool meeting_write(Db *db, const Message *message, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "INSERT OR REPLACE INTO meeting VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	const Meeting *meeting = message->meeting;

	if (!meeting)
		return true;
	put_int(&stmt, message->id);
	put_int(&stmt, meeting->start_ms);
	put_int(&stmt, meeting->end_ms);
	put_int(&stmt, meeting->is_all_day);
	put_text(&stmt, meeting->location);
	put_text(&stmt, meeting->organizer);
	put_text(&stmt, meeting->uid);
	put_int(&stmt, meeting->instance_type);
	put_int(&stmt, meeting->message_type);
	put_int(&stmt, meeting->busy_status);
	put_int(&stmt, meeting->is_response_wanted);
	return stmt_run(&stmt, err);
}

bool message_details_write(Db *db, const Message *message, GError **err)
{
	return parts_write(db, message, err) && meeting_write(db, message, err);
}

bool message_details_clear(Db *db, int64_t message_id, GError **err)
{
	return db_run_with(db, "DELETE FROM part WHERE message_id = ?", message_id, err) &&
	       db_run_with(db, "DELETE FROM meeting WHERE message_id = ?", message_id, err);
}
