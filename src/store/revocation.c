#include "store/revocation.h"

#include "base/error.h"
#include "store/private.h"

void store_revocation_free(StoreRevocation *revocation)
{
	if (!revocation)
		return;
	g_free(revocation->url);
	g_clear_pointer(&revocation->answer, g_bytes_unref);
	g_free(revocation);
}

/* ---- reading ---- */

/* One row a turn: a sealed answer is opened where it stands. */
static bool take_row(StoreReader *reader, Stmt *stmt, GPtrArray *revocations, GError **err)
{
	g_autoptr(StoreRevocation) revocation = g_new0(StoreRevocation, 1);
	int64_t id = get_int(stmt);

	revocation->url = get_text(stmt);
	revocation->asked_ms = get_int(stmt);
	g_autoptr(GBytes) sealed = get_bytes(stmt);
	if (!stmt_row_is_sound(stmt, err))
		return false;
	if (sealed && !(revocation->answer = store_sealed_read(reader, "revocation", id, "answer",
	                                                       sealed, err)))
		return false;
	g_ptr_array_add(revocations, g_steal_pointer(&revocation));
	return true;
}

static bool read_rows(StoreReader *reader, GPtrArray *revocations, GError **err)
{
	g_auto(Stmt) stmt =
		stmt_begin(reader->db, "SELECT id, url, asked_ms, answer FROM revocation");
	bool has_row;

	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		if (!take_row(reader, &stmt, revocations, err))
			return false;
	}
	return false;
}

bool store_read_revocations(StoreReader *reader, GPtrArray **ret_revocations, GError **err)
{
	g_autoptr(GPtrArray) all =
		g_ptr_array_new_with_free_func((GDestroyNotify)store_revocation_free);
	g_autoptr(GError) why = NULL;

	if (!reader_enter(reader, err))
		return false;
	if (!reader_leave(reader, read_rows(reader, all, &why))) {
		if (!error_is(why, ERR_LOCKED)) {
			g_propagate_error(err, g_steal_pointer(&why));
			return false;
		}
		g_ptr_array_set_size(all, 0);
	}
	*ret_revocations = g_steal_pointer(&all);
	return true;
}

/* ---- writing ---- */

static bool note_asked(StoreWriter *writer, int64_t account_id, const char *url, int64_t *ret_id,
                       GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		writer->db,
		"INSERT INTO revocation (account_id, url, size_bytes, asked_ms) VALUES (?, ?, 0, ?) "
		"ON CONFLICT (url) DO UPDATE SET account_id = excluded.account_id, "
		"asked_ms = excluded.asked_ms RETURNING id");
	bool has_row;

	put_int(&stmt, account_id);
	put_text(&stmt, url);
	put_int(&stmt, clock_now_ms(writer->store->clock));
	if (!stmt_step(&stmt, &has_row, err))
		return false;
	*ret_id = get_int(&stmt);
	return stmt_row_is_sound(&stmt, err);
}

static bool put_answer(StoreWriter *writer, int64_t id, GBytes *answer, GError **err)
{
	g_autoptr(GBytes) sealed =
		store_sealed_write(writer, "revocation", id, "answer", answer, err);

	if (!sealed)
		return false;
	g_auto(Stmt) stmt = stmt_begin(
		writer->db, "UPDATE revocation SET answer = ?, size_bytes = ? WHERE id = ?");
	put_bytes(&stmt, sealed);
	put_int(&stmt, (int64_t)g_bytes_get_size(answer));
	put_int(&stmt, id);
	return stmt_run(&stmt, err);
}

/* The oldest of what is too much. */
static bool sweep(Db *db, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"DELETE FROM revocation WHERE id IN (SELECT id FROM (SELECT id, "
		"sum(size_bytes) OVER newest AS total, row_number() OVER newest AS place "
		"FROM revocation WINDOW newest AS (ORDER BY asked_ms DESC, id DESC)) "
		"WHERE total > ? OR place > ?)");

	put_int(&stmt, REVOCATIONS_KEPT_BYTES);
	put_int(&stmt, REVOCATIONS_KEPT_MOST);
	return stmt_run(&stmt, err);
}

static bool write_revocation(StoreWriter *writer, int64_t account_id, const char *url,
                             GBytes *answer, GError **err)
{
	int64_t id;

	return note_asked(writer, account_id, url, &id, err) &&
	       (!answer || put_answer(writer, id, answer, err)) && sweep(writer->db, err) &&
	       certificates_touch(writer->db, err);
}

bool store_write_revocation(StoreWriter *writer, int64_t account_id, const char *url,
                            GBytes *answer, GError **err)
{
	return account_check(writer->db, account_id, err) && db_begin(writer->db, DB_LAZY, err) &&
	       db_end(writer->db, write_revocation(writer, account_id, url, answer, err), err);
}
