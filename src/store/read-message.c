#include "base/error.h"
#include "base/i18n.h"
#include "store/private.h"

static bool read_message(Db *db, int64_t message_id, Message **ret_message, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, message_by_id_sql);
	bool has_row;

	put_int(&stmt, message_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return fail(err, ERR_NOT_FOUND, _("the message is no longer there"));
	Message *message = message_row_get(db, &stmt, err);
	if (message)
		*ret_message = message;
	return message != NULL;
}

bool store_read_message(StoreReader *reader, int64_t message_id, Message **ret_message,
                        GError **err)
{
	return reader_enter(reader, err) &&
	       reader_leave(reader, read_message(reader->db, message_id, ret_message, err));
}

static bool read_named(Db *db, int64_t folder_id, const char *server_id, int64_t *ret_id,
                       GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "SELECT id FROM message WHERE folder_id = ?1 AND server_id = ?2 LIMIT 1");
	bool has_row;

	put_int(&stmt, folder_id);
	put_text(&stmt, server_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_id = has_row ? get_int(&stmt) : 0;
	return true;
}

bool store_read_named(StoreReader *reader, int64_t folder_id, const char *server_id,
                      int64_t *ret_id, GError **err)
{
	return reader_enter(reader, err) &&
	       reader_leave(reader, read_named(reader->db, folder_id, server_id, ret_id, err));
}

/* Up to @count whole messages of a statement that takes one number and a limit. */
static bool read_messages(StoreReader *reader, const char *sql, int64_t of, unsigned count,
                          GPtrArray *messages, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(reader->db, sql);
	bool has_row;

	put_int(&stmt, of);
	put_int(&stmt, count);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		Message *message = message_row_get(reader->db, &stmt, err);
		if (!message)
			return false;
		g_ptr_array_add(messages, message);
	}
	return false;
}

typedef struct { const char *sql; int64_t of; unsigned count; } MessageWindow;

static bool read_window(StoreReader *reader, MessageWindow window, GPtrArray **ret_messages,
                        GError **err)
{
	g_autoptr(GPtrArray) messages =
		g_ptr_array_new_with_free_func((GDestroyNotify)message_free);

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_messages(reader, window.sql, window.of, window.count,
	                                        messages, err)))
		return false;
	*ret_messages = g_steal_pointer(&messages);
	return true;
}

bool store_read_conversation(StoreReader *reader, int64_t conversation_id, unsigned limit,
                             GPtrArray **ret_messages, GError **err)
{
	return read_window(reader,
	                   (MessageWindow){ messages_of_conversation_sql, conversation_id, limit },
	                   ret_messages, err);
}

bool store_read_messages_after(StoreReader *reader, int64_t after_id, unsigned count,
                               GPtrArray **ret_messages, GError **err)
{
	return read_window(reader, (MessageWindow){ messages_after_sql, after_id, count },
	                   ret_messages, err);
}

/* The kind and the content that a message names, by a statement of two columns. */
static bool read_content(Db *db, const char *sql, int64_t message_id, BodyKind *ret_kind,
                         GBytes **ret_content, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, sql);
	bool has_row;

	put_int(&stmt, message_id);
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	if (!has_row)
		return fail(err, ERR_NOT_FOUND, _("the message is no longer there"));
	BodyKind kind = (BodyKind)get_int_in(&stmt, BODY_NONE, BODY_MIME);
	g_autoptr(GBytes) content = get_bytes(&stmt);
	if (!stmt_row_is_sound(&stmt, err))
		return false;
	*ret_kind = kind;
	*ret_content = g_steal_pointer(&content);
	return true;
}

bool store_read_body(StoreReader *reader, int64_t message_id, BodyKind *ret_kind, GBytes **ret_body,
                     GError **err)
{
	static const char sql[] =
		"SELECT m.body_kind, b.content FROM message m LEFT JOIN body b ON b.id = m.body_id WHERE m.id = ?";

	return read_content(reader->db, sql, message_id, ret_kind, ret_body, err);
}

bool store_read_mime(StoreReader *reader, int64_t message_id, GBytes **ret_mime, GError **err)
{
	static const char sql[] =
		"SELECT 4, b.content FROM message m LEFT JOIN body b ON b.id = m.mime_id WHERE m.id = ?";
	BodyKind kind;

	return read_content(reader->db, sql, message_id, &kind, ret_mime, err);
}

bool store_read_version(StoreReader *reader, int64_t *ret_version, GError **err)
{
	return db_number(reader->db, "PRAGMA data_version", 0, 0, ret_version, err);
}

/* ---- arrivals ---- */

bool store_read_arrival(StoreReader *reader, int64_t *ret_arrival, GError **err)
{
	return reader_enter(reader, err) &&
	       reader_leave(reader,
	                    db_number(reader->db, "SELECT ifnull(max(number), 0) FROM arrival", 0,
	                              0, ret_arrival, err));
}

static bool read_arrived(StoreReader *reader, int64_t folder_id, int64_t since, unsigned limit,
                         GPtrArray *ids, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		reader->db,
		"SELECT server_id FROM message WHERE folder_id = ? AND id IN "
		"(SELECT message_id FROM arrival WHERE number > ?) ORDER BY id DESC LIMIT ?");
	bool has_row;

	put_int(&stmt, folder_id);
	put_int(&stmt, since);
	put_int(&stmt, limit);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		g_ptr_array_add(ids, get_text(&stmt));
	}
	return false;
}

bool store_read_arrived(StoreReader *reader, int64_t folder_id, int64_t since_arrival,
                        unsigned limit, GPtrArray **ret_server_ids, GError **err)
{
	g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader,
	                  read_arrived(reader, folder_id, since_arrival, limit, ids, err)))
		return false;
	*ret_server_ids = g_steal_pointer(&ids);
	return true;
}
