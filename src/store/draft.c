/*
 * A sealed column is bound to its row, so a row is inserted first and its texts are put in with a
 * second statement of the same transaction. The message as it leaves is a file at a position of
 * its own.
 */
#include "store/draft.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "store/private.h"

enum { WHOLE = -1, REFERRING = -2 };

/* ---- records ---- */

StoreDraftFile *store_draft_file_new(const char *name, const char *type, GBytes *content)
{
	StoreDraftFile *file = g_new0(StoreDraftFile, 1);

	file->name = g_strdup(name);
	file->type = g_strdup(type);
	file->content = content ? g_bytes_ref(content) : NULL;
	file->is_here = content != NULL;
	file->size_bytes = content ? (int64_t)g_bytes_get_size(content) : 0;
	return file;
}

void store_draft_file_free(StoreDraftFile *file)
{
	if (!file)
		return;
	g_free(file->name);
	g_free(file->type);
	g_free(file->reference);
	g_clear_pointer(&file->content, g_bytes_unref);
	g_free(file);
}

StoreDraft *store_draft_new(int64_t account_id, int kind, int64_t source_id)
{
	StoreDraft *draft = g_new0(StoreDraft, 1);

	draft->account_id = account_id;
	draft->kind = kind;
	draft->source_id = source_id;
	draft->files = g_ptr_array_new_with_free_func((GDestroyNotify)store_draft_file_free);
	return draft;
}

void store_draft_free(StoreDraft *draft)
{
	if (!draft)
		return;
	g_free(draft->text);
	g_clear_pointer(&draft->base_hash, g_bytes_unref);
	g_ptr_array_unref(draft->files);
	g_free(draft);
}

StoreCopy *store_copy_new(Draft *draft, GBytes *mime)
{
	StoreCopy *copy = g_new0(StoreCopy, 1);

	*copy = (StoreCopy){ draft, mime };
	return copy;
}

void store_copy_free(StoreCopy *copy)
{
	if (!copy)
		return;
	draft_free(copy->draft);
	g_clear_pointer(&copy->mime, g_bytes_unref);
	g_free(copy);
}

void store_mail_clear(StoreMail *mail)
{
	g_clear_pointer(&mail->mime, g_bytes_unref);
	g_clear_pointer(&mail->copies, g_ptr_array_unref);
}

/* ---- sealed texts ---- */

static GBytes *seal_text(StoreWriter *writer, const char *table, int64_t row, const char *column,
                         const char *text, GError **err)
{
	g_autoptr(GBytes) plain = g_bytes_new(text ? text : "", text ? strlen(text) : 0);

	return store_sealed_write(writer, table, row, column, plain, err);
}

static char *unseal_text(StoreReader *reader, const char *table, int64_t row, const char *column,
                         GBytes *sealed, GError **err)
{
	g_autoptr(GBytes) plain =
		sealed ? store_sealed_read(reader, table, row, column, sealed, err) : NULL;

	if (!sealed)
		return g_strdup("");
	return plain ? text_to_utf8(g_bytes_get_data(plain, NULL), g_bytes_get_size(plain)) : NULL;
}

/* ---- the draft's row ---- */

static bool draft_is_free(Db *db, int64_t draft_id, GError **err)
{
	int64_t queued;

	if (!db_number(db, "SELECT count(*) FROM op WHERE kind = 9 AND draft_id = ?", draft_id, 0,
	               &queued, err))
		return false;
	return queued == 0 ||
	       fail(err, ERR_REFUSED,
	            _("this message is in the Outbox; cancel its sending before you change it"));
}

static bool draft_exists(Db *db, int64_t draft_id, bool *ret_exists, GError **err)
{
	int64_t count;

	if (!db_number(db, "SELECT count(*) FROM draft WHERE id = ?", draft_id, 0, &count, err))
		return false;
	*ret_exists = count > 0;
	return true;
}

static bool draft_must_exist(Db *db, int64_t draft_id, GError **err)
{
	bool exists;

	if (!draft_exists(db, draft_id, &exists, err))
		return false;
	return exists || fail(err, ERR_GONE, _("the draft is no longer there"));
}

static bool insert_draft(Db *db, const StoreDraft *draft, int64_t *ret_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"INSERT INTO draft (account_id, kind, source_id, changed_ms) VALUES (?, ?, ?, 0)");

	put_int(&stmt, draft->account_id);
	put_int(&stmt, draft->kind);
	put_int(&stmt, draft->source_id);
	if (!stmt_run(&stmt, err))
		return false;
	*ret_id = sqlite3_last_insert_rowid(db_handle(db));
	return true;
}

static bool ensure_draft(Db *db, const StoreDraft *draft, int64_t *ret_id, GError **err)
{
	bool exists = false;

	if (draft->id && !draft_exists(db, draft->id, &exists, err))
		return false;
	if (!exists)
		return insert_draft(db, draft, ret_id, err);
	*ret_id = draft->id;
	return draft_is_free(db, draft->id, err);
}

bool draft_text_write(StoreWriter *writer, int64_t draft_id, const char *text, GError **err)
{
	g_autoptr(GBytes) sealed = seal_text(writer, "draft", draft_id, "text", text, err);

	if (!sealed)
		return false;
	g_auto(Stmt) stmt = stmt_begin(writer->db, "UPDATE draft SET text = ? WHERE id = ?");
	put_bytes(&stmt, sealed);
	put_int(&stmt, draft_id);
	return stmt_run(&stmt, err);
}

static bool update_draft(StoreWriter *writer, const StoreDraft *draft, int64_t id, int64_t now_ms,
                         GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		writer->db,
		"UPDATE draft SET account_id = ?, kind = ?, source_id = ?, changed_ms = ? WHERE id = ?");

	put_int(&stmt, draft->account_id);
	put_int(&stmt, draft->kind);
	put_int(&stmt, draft->source_id);
	put_int(&stmt, now_ms);
	put_int(&stmt, id);
	return stmt_run(&stmt, err) && draft_text_write(writer, id, draft->text, err);
}

static bool drop_bytes(Db *db, int64_t draft_id, GError **err)
{
	return db_run_with(db, "DELETE FROM draft_file WHERE draft_id = ? AND position < 0",
	                   draft_id, err);
}

bool draft_write(StoreWriter *writer, const StoreDraft *draft, int64_t *ret_id, GError **err)
{
	int64_t now_ms = clock_now_ms(writer->store->clock);

	return ensure_draft(writer->db, draft, ret_id, err) &&
	       update_draft(writer, draft, *ret_id, now_ms, err) &&
	       drop_bytes(writer->db, *ret_id, err);
}

static bool write_base(Db *db, int64_t draft_id, int64_t message_id, GBytes *base_hash,
                       GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "UPDATE draft SET message_id = nullif(?, 0), base_hash = ? WHERE id = ?");

	put_int(&stmt, message_id);
	put_bytes(&stmt, base_hash);
	put_int(&stmt, draft_id);
	return stmt_run(&stmt, err);
}

GBytes *store_draft_hash(const Message *message)
{
	const char *const texts[] = { message->subject, message->to, message->cc, message->bcc,
		                      message->body_hash };
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize len = sizeof digest;

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		const char *text = texts[i] ? texts[i] : "";
		g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text) + 1);
	}
	g_checksum_get_digest(sum, digest, &len);
	return g_bytes_new(digest, len);
}

bool store_find_draft(StoreReader *reader, int64_t message_id, int64_t *ret_id, GError **err)
{
	static const char sql[] = "SELECT ifnull(max(id), 0) FROM draft WHERE message_id = ?";

	return reader_enter(reader, err) &&
	       reader_leave(reader, db_number(reader->db, sql, message_id, 0, ret_id, err));
}

bool store_write_draft_base(StoreWriter *writer, int64_t draft_id, int64_t message_id,
                            GBytes *base_hash, GError **err)
{
	return db_begin(writer->db, DB_DURABLE, err) &&
	       db_end(writer->db, write_base(writer->db, draft_id, message_id, base_hash, err),
	              err);
}

static bool part_from_servers(StoreWriter *writer, int64_t draft_id, GError **err)
{
	return draft_drop_servers(writer, draft_id, err) &&
	       write_base(writer->db, draft_id, 0, NULL, err);
}

bool store_write_draft_apart(StoreWriter *writer, int64_t draft_id, GError **err)
{
	return db_begin(writer->db, DB_DURABLE, err) &&
	       db_end(writer->db, part_from_servers(writer, draft_id, err), err);
}

static bool drop_draft(StoreWriter *writer, int64_t draft_id, GError **err)
{
	Db *db = writer->db;

	return draft_is_free(db, draft_id, err) && draft_drop_servers(writer, draft_id, err) &&
	       db_run_with(db, "DELETE FROM op WHERE draft_id = ?", draft_id, err) &&
	       db_run_with(db, "DELETE FROM draft WHERE id = ?", draft_id, err);
}

bool store_write_draft_gone(StoreWriter *writer, int64_t draft_id, GError **err)
{
	return db_begin(writer->db, DB_DURABLE, err) &&
	       db_end(writer->db, drop_draft(writer, draft_id, err), err);
}

/* ---- files ---- */

/* @position: of a file that is no attachment; else 0, and it goes to the end. */
static bool insert_file(Db *db, int64_t draft_id, int position, int64_t *ret_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db,
		"INSERT INTO draft_file (draft_id, position, name) VALUES (?1, CASE WHEN ?2 < 0 THEN ?2 ELSE "
		"(SELECT 1 + max(ifnull(max(position), -1), -1) FROM draft_file WHERE draft_id = ?1) END, x'')");

	put_int(&stmt, draft_id);
	put_int(&stmt, position);
	if (!stmt_run(&stmt, err))
		return false;
	*ret_id = sqlite3_last_insert_rowid(db_handle(db));
	return true;
}

static bool fill_file(StoreWriter *writer, const StoreDraftFile *file, int64_t id, GError **err)
{
	g_autoptr(GBytes) name = seal_text(writer, "draft_file", id, "name", file->name, err);
	g_autoptr(GBytes) type =
		name ? seal_text(writer, "draft_file", id, "type", file->type, err) : NULL;

	if (!type)
		return false;

	g_auto(Stmt) stmt = stmt_begin(
		writer->db, "UPDATE draft_file SET name = ?, type = ?, message_id = nullif(?, 0), "
			    "reference = ? WHERE id = ?");
	put_bytes(&stmt, name);
	put_bytes(&stmt, type);
	put_int(&stmt, file->message_id);
	put_text(&stmt, file->reference);
	put_int(&stmt, id);
	return stmt_run(&stmt, err);
}

static bool fill_content(StoreWriter *writer, int64_t id, GBytes *content, GError **err)
{
	g_autoptr(GBytes) sealed =
		store_sealed_write(writer, "draft_file", id, "content", content, err);

	if (!sealed)
		return false;

	g_auto(Stmt) stmt =
		stmt_begin(writer->db, "UPDATE draft_file SET content = ? WHERE id = ?");
	put_bytes(&stmt, sealed);
	put_int(&stmt, id);
	return stmt_run(&stmt, err) &&
	       (sqlite3_changes(db_handle(writer->db)) == 1 ||
	        fail(err, ERR_GONE, _("the draft is no longer there")));
}

bool draft_file_write(StoreWriter *writer, int64_t draft_id, const StoreDraftFile *file,
                       int64_t *ret_id, GError **err)
{
	return insert_file(writer->db, draft_id, 0, ret_id, err) &&
	       fill_file(writer, file, *ret_id, err) &&
	       (!file->content || fill_content(writer, *ret_id, file->content, err));
}

bool store_write_draft_part(StoreWriter *writer, int64_t file_id, GBytes *content, GError **err)
{
	return db_begin(writer->db, DB_DURABLE, err) &&
	       db_end(writer->db, fill_content(writer, file_id, content, err), err);
}

bool draft_file_drop(Db *db, int64_t file_id, GError **err)
{
	return db_run_with(db, "DELETE FROM draft_file WHERE id = ?", file_id, err);
}

static bool name_file(Db *db, int64_t file_id, const char *reference, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(db, "UPDATE draft_file SET reference = ? WHERE id = ?");

	put_text(&stmt, reference);
	put_int(&stmt, file_id);
	return stmt_run(&stmt, err);
}

bool store_write_draft_file_named(StoreWriter *writer, int64_t file_id, const char *reference,
                                  GError **err)
{
	return db_begin(writer->db, DB_LAZY, err) &&
	       db_end(writer->db, name_file(writer->db, file_id, reference, err), err);
}

bool draft_bytes_write(StoreWriter *writer, int64_t draft_id, GBytes *mime, bool refers,
                       GError **err)
{
	StoreDraftFile file = { 0 };
	int64_t id;

	return draft_must_exist(writer->db, draft_id, err) &&
	       drop_bytes(writer->db, draft_id, err) &&
	       insert_file(writer->db, draft_id, refers ? REFERRING : WHOLE, &id, err) &&
	       fill_file(writer, &file, id, err) && fill_content(writer, id, mime, err);
}

bool store_write_draft_bytes(StoreWriter *writer, int64_t draft_id, GBytes *mime, bool refers,
                             GError **err)
{
	return db_begin(writer->db, DB_DURABLE, err) &&
	       db_end(writer->db, draft_bytes_write(writer, draft_id, mime, refers, err), err);
}

/* ---- reading ---- */

#define DRAFT_COLUMNS                                                                             \
	"id, account_id, ifnull(message_id, 0), kind, ifnull(source_id, 0), changed_ms, text, "   \
	"base_hash, EXISTS (SELECT 1 FROM op WHERE op.kind = 9 AND op.draft_id = draft.id)"

/* All but what is sealed. */
static StoreDraft *draft_row_get(Stmt *stmt, GBytes **ret_sealed, GError **err)
{
	g_autoptr(StoreDraft) draft = store_draft_new(0, 0, 0);
	g_autoptr(GBytes) sealed = NULL;

	draft->id = get_int(stmt);
	draft->account_id = get_int(stmt);
	draft->message_id = get_int(stmt);
	draft->kind = (int)get_int_in(stmt, 0, INT32_MAX);
	draft->source_id = get_int(stmt);
	draft->changed_ms = get_int(stmt);
	sealed = get_bytes(stmt);
	draft->base_hash = get_bytes(stmt);
	draft->is_queued = get_bool(stmt);
	if (!stmt_row_is_sound(stmt, err))
		return NULL;
	*ret_sealed = g_steal_pointer(&sealed);
	return g_steal_pointer(&draft);
}

static StoreDraft *draft_get(StoreReader *reader, Stmt *stmt, GError **err)
{
	g_autoptr(GBytes) sealed = NULL;
	g_autoptr(StoreDraft) draft = draft_row_get(stmt, &sealed, err);

	if (!draft)
		return NULL;
	draft->text = unseal_text(reader, "draft", draft->id, "text", sealed, err);
	return draft->text ? g_steal_pointer(&draft) : NULL;
}

static bool read_drafts(StoreReader *reader, int64_t account_id, unsigned limit, GPtrArray *drafts,
                        GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		reader->db, "SELECT " DRAFT_COLUMNS " FROM draft WHERE ?1 IN (0, account_id) "
			    "ORDER BY changed_ms DESC, id DESC LIMIT ?2");
	bool has_row;

	put_int(&stmt, account_id);
	put_int(&stmt, limit);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		StoreDraft *draft = draft_get(reader, &stmt, err);
		if (!draft)
			return false;
		g_ptr_array_add(drafts, draft);
	}
	return false;
}

bool store_read_drafts(StoreReader *reader, int64_t account_id, unsigned limit,
                       GPtrArray **ret_drafts, GError **err)
{
	g_autoptr(GPtrArray) drafts =
		g_ptr_array_new_with_free_func((GDestroyNotify)store_draft_free);

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_drafts(reader, account_id, limit, drafts, err)))
		return false;
	*ret_drafts = g_steal_pointer(&drafts);
	return true;
}

static StoreDraftFile *file_row_get(StoreReader *reader, Stmt *stmt, GError **err)
{
	g_autoptr(StoreDraftFile) file = store_draft_file_new(NULL, NULL, NULL);
	g_autoptr(GBytes) name = NULL, type = NULL;

	file->id = get_int(stmt);
	name = get_bytes(stmt);
	type = get_bytes(stmt);
	file->is_here = get_bool(stmt);
	file->size_bytes = get_int(stmt);
	file->message_id = get_int(stmt);
	file->reference = get_text(stmt);
	if (!stmt_row_is_sound(stmt, err))
		return NULL;
	file->name = unseal_text(reader, "draft_file", file->id, "name", name, err);
	file->type = file->name ? unseal_text(reader, "draft_file", file->id, "type", type, err)
	                        : NULL;
	if (!file->type)
		return NULL;
	if (!*file->type)
		g_clear_pointer(&file->type, g_free);
	return g_steal_pointer(&file);
}

static bool read_files(StoreReader *reader, StoreDraft *draft, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		reader->db,
		"SELECT id, name, type, content IS NOT NULL, ifnull(length(content) - ?, 0), ifnull(message_id, 0), "
		"reference FROM draft_file WHERE draft_id = ? AND position >= 0 ORDER BY position");
	bool has_row;

	put_int(&stmt, VAULT_SEAL_BYTES);
	put_int(&stmt, draft->id);
	while (stmt_step(&stmt, &has_row, err)) {
		if (!has_row)
			return true;
		StoreDraftFile *file = file_row_get(reader, &stmt, err);
		if (!file)
			return false;
		g_ptr_array_add(draft->files, file);
	}
	return false;
}

static const char one_sql[] = "SELECT " DRAFT_COLUMNS " FROM draft WHERE id = ?";

static bool step_to_draft(Stmt *stmt, int64_t draft_id, GError **err)
{
	bool has_row;

	put_int(stmt, draft_id);
	return stmt_step(stmt, &has_row, err) &&
	       (has_row || fail(err, ERR_NOT_FOUND, _("the draft is not there")));
}

static StoreDraft *read_draft(StoreReader *reader, int64_t draft_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(reader->db, one_sql);
	g_autoptr(StoreDraft) draft =
		step_to_draft(&stmt, draft_id, err) ? draft_get(reader, &stmt, err) : NULL;

	return draft && read_files(reader, draft, err) ? g_steal_pointer(&draft) : NULL;
}

static StoreDraft *read_draft_row(StoreReader *reader, int64_t draft_id, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(reader->db, one_sql);
	g_autoptr(GBytes) sealed = NULL;

	return step_to_draft(&stmt, draft_id, err) ? draft_row_get(&stmt, &sealed, err) : NULL;
}

bool store_read_draft(StoreReader *reader, int64_t draft_id, StoreDraft **ret_draft, GError **err)
{
	g_autoptr(StoreDraft) draft = NULL;

	if (!reader_enter(reader, err))
		return false;
	draft = read_draft(reader, draft_id, err);
	if (!reader_leave(reader, draft != NULL))
		return false;
	*ret_draft = g_steal_pointer(&draft);
	return true;
}

bool store_read_draft_row(StoreReader *reader, int64_t draft_id, StoreDraft **ret_draft,
                          GError **err)
{
	g_autoptr(StoreDraft) draft = NULL;

	if (!reader_enter(reader, err))
		return false;
	draft = read_draft_row(reader, draft_id, err);
	if (!reader_leave(reader, draft != NULL))
		return false;
	*ret_draft = g_steal_pointer(&draft);
	return true;
}

/* *ret_id 0: no such row. */
static bool read_content(StoreReader *reader, Stmt *stmt, int64_t *ret_id, GBytes **ret_content,
                         GError **err)
{
	bool has_row;

	*ret_id = 0;
	*ret_content = NULL;
	if (!stmt_step(stmt, &has_row, err))
		return false;
	if (!has_row)
		return true;
	*ret_id = get_int(stmt);
	g_autoptr(GBytes) sealed = get_bytes(stmt);
	if (!stmt_row_is_sound(stmt, err))
		return false;
	if (!sealed)
		return true;
	*ret_content = store_sealed_read(reader, "draft_file", *ret_id, "content", sealed, err);
	return *ret_content != NULL;
}

static bool read_content_by(StoreReader *reader, const char *sql, int64_t value, int64_t *ret_id,
                            GBytes **ret_content, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(reader->db, sql);

	put_int(&stmt, value);
	return read_content(reader, &stmt, ret_id, ret_content, err);
}

bool store_read_draft_file(StoreReader *reader, int64_t file_id, GBytes **ret_content, GError **err)
{
	static const char sql[] = "SELECT id, content FROM draft_file WHERE id = ?";
	GBytes *content = NULL;
	int64_t id;

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_content_by(reader, sql, file_id, &id, &content, err)))
		return false;
	if (!id)
		return fail(err, ERR_NOT_FOUND, _("the attachment is not there"));
	*ret_content = content;
	return true;
}

static bool read_bytes(StoreReader *reader, int64_t draft_id, GBytes **ret_mime, bool *ret_refers,
                       GError **err)
{
	static const char whole[] =
		"SELECT id, content FROM draft_file WHERE draft_id = ? AND position = -1";
	static const char referring[] =
		"SELECT id, content FROM draft_file WHERE draft_id = ? AND position = -2";
	int64_t id;

	*ret_refers = false;
	if (!read_content_by(reader, whole, draft_id, &id, ret_mime, err) || id)
		return *ret_mime != NULL;
	*ret_refers = true;
	return read_content_by(reader, referring, draft_id, &id, ret_mime, err);
}

bool store_read_draft_bytes(StoreReader *reader, int64_t draft_id, GBytes **ret_mime,
                            bool *ret_refers, GError **err)
{
	GBytes *content = NULL;
	bool refers = false;

	if (!reader_enter(reader, err) ||
	    !reader_leave(reader, read_bytes(reader, draft_id, &content, &refers, err)))
		return false;
	*ret_mime = content;
	*ret_refers = refers && content;
	return true;
}
