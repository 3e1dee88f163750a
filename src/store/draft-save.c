/* Drafts as their writer holds them: model/draft.h's record, its parts as files. */
#include <string.h>

#include "base/crash.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "store/draft.h"
#include "store/private.h"

#define FILE_PREFIX "file:"

/* The id in "file:ID"; 0 for anything else. */
static int64_t file_id_of(const DraftPart *part)
{
	int64_t id = 0;

	if (part->reference && g_str_has_prefix(part->reference, FILE_PREFIX))
		text_to_int(part->reference + strlen(FILE_PREFIX), 1, INT64_MAX, &id);
	return id;
}

static bool is_piece_of(const StoreDraftFile *file, const DraftPart *part)
{
	return part->message_id && file->message_id == part->message_id &&
	       g_strcmp0(file->reference, part->reference) == 0;
}

const StoreDraftFile *store_draft_file_of(const StoreDraft *row, const DraftPart *part)
{
	int64_t id = file_id_of(part);

	for (guint i = 0; i < row->files->len; i++) {
		const StoreDraftFile *file = g_ptr_array_index(row->files, i);
		if (id ? file->id == id : is_piece_of(file, part))
			return file;
	}
	return NULL;
}

/* ---- saving ---- */

static bool check_parts(const Draft *draft, GError **err)
{
	for (guint i = 0; i < draft->parts->len; i++) {
		const DraftPart *part = g_ptr_array_index(draft->parts, i);
		if (!part->bytes && part->path)
			return fail(err, ERR_USAGE, _("%s has not been read"), part->path);
	}
	return true;
}

static bool save_bytes(StoreWriter *writer, int64_t draft_id, DraftPart *part, GError **err)
{
	g_autoptr(StoreDraftFile) file =
		store_draft_file_new(part->name, part->content_type, part->bytes);
	int64_t id;

	if (!draft_file_write(writer, draft_id, file, &id, err))
		return false;
	g_free(part->reference);
	part->reference = g_strdup_printf(FILE_PREFIX "%" G_GINT64_FORMAT, id);
	part->message_id = 0;
	g_clear_pointer(&part->path, g_free);
	g_clear_pointer(&part->bytes, g_bytes_unref);
	return true;
}

static bool save_piece(StoreWriter *writer, const StoreDraft *row, const DraftPart *part,
                       GError **err)
{
	g_autoptr(StoreDraftFile) file = store_draft_file_new(part->name, part->content_type, NULL);
	int64_t id;

	if (store_draft_file_of(row, part))
		return true;
	file->message_id = part->message_id;
	file->reference = g_strdup(part->reference);
	return draft_file_write(writer, row->id, file, &id, err);
}

static bool save_parts(StoreWriter *writer, const StoreDraft *row, const Draft *draft, GError **err)
{
	for (guint i = 0; i < draft->parts->len; i++) {
		DraftPart *part = g_ptr_array_index(draft->parts, i);
		bool ok = part->bytes        ? save_bytes(writer, row->id, part, err)
		          : part->message_id ? save_piece(writer, row, part, err)
		                             : true;
		if (!ok)
			return false;
	}
	return true;
}

static bool is_named(const StoreDraftFile *file, const Draft *draft)
{
	for (guint i = 0; i < draft->parts->len; i++) {
		const DraftPart *part = g_ptr_array_index(draft->parts, i);
		if (file_id_of(part) == file->id || is_piece_of(file, part))
			return true;
	}
	return false;
}

static bool drop_files(Db *db, const StoreDraft *row, const Draft *draft, GError **err)
{
	for (guint i = 0; i < row->files->len; i++) {
		const StoreDraftFile *file = g_ptr_array_index(row->files, i);
		if (!is_named(file, draft) && !draft_file_drop(db, file->id, err))
			return false;
	}
	return true;
}

static StoreReader reader_of(StoreWriter *writer)
{
	return (StoreReader){ .store = writer->store, .db = writer->db, .is_begun = true };
}

/* The files of a draft that is not there any more, are not either. */
static bool read_row(StoreWriter *writer, int64_t id, StoreDraft **ret_row, GError **err)
{
	StoreReader reader = reader_of(writer);
	g_autoptr(GError) why = NULL;

	if (id == 0 || store_read_draft(&reader, id, ret_row, &why) ||
	    error_is(why, ERR_NOT_FOUND))
		return true;
	g_propagate_error(err, g_steal_pointer(&why));
	return false;
}

/* The draft of another client's that it was made from may have gone or moved meanwhile. */
static bool link_source(Db *db, int64_t draft_id, const Draft *draft, GError **err)
{
	g_auto(Stmt) stmt = stmt_begin(
		db, "UPDATE draft SET base_hash = ?1, message_id = "
		    "(SELECT m.id FROM message m JOIN folder f ON f.id = m.folder_id "
		    "WHERE m.id = ?2 AND f.type = 3 AND f.account_id = draft.account_id) WHERE id = ?3");

	put_bytes(&stmt, draft->base_hash);
	put_int(&stmt, draft->source_id);
	put_int(&stmt, draft_id);
	return stmt_run(&stmt, err);
}

static bool begin_row(StoreWriter *writer, StoreDraft *row, const Draft *draft, GError **err)
{
	return draft_write(writer, row, &row->id, err) &&
	       (draft->kind != DRAFT_RESUME || link_source(writer->db, row->id, draft, err));
}

/* The files need the row, and the text needs the files: nobody sees the row before it has both. */
static bool save(StoreWriter *writer, StoreDraft *row, const Draft *draft, GError **err)
{
	row->kind = (int)draft->kind;
	row->source_id = draft->source_id;
	if (!row->id && !begin_row(writer, row, draft, err))
		return false;
	if (!save_parts(writer, row, draft, err) || !drop_files(writer->db, row, draft, err))
		return false;
	g_free(row->text);
	row->text = draft_to_text(draft);
	return draft_write(writer, row, &row->id, err);
}

static bool save_whole(StoreWriter *writer, int64_t account_id, const Draft *draft, int64_t *id,
                       GError **err)
{
	g_autoptr(StoreDraft) row = NULL;

	if (!read_row(writer, *id, &row, err))
		return false;
	if (!row)
		row = store_draft_new(account_id, 0, 0);
	row->account_id = account_id;
	if (!save(writer, row, draft, err))
		return false;
	*id = row->id;
	return true;
}

bool store_save_draft(StoreWriter *writer, int64_t account_id, Draft *draft, int64_t *id,
                      GError **err)
{
	g_autoptr(Draft) saved = draft_copy(draft);
	int64_t new_id = *id;

	if (!check_parts(saved, err) || !db_begin(writer->db, DB_DURABLE, err) ||
	    !db_end(writer->db, save_whole(writer, account_id, saved, &new_id, err), err))
		return false;
	*id = new_id;
	g_ptr_array_unref(draft->parts);
	draft->parts = g_steal_pointer(&saved->parts);
	saved->parts = g_ptr_array_new_with_free_func((GDestroyNotify)draft_part_free);
	return true;
}

/* ---- one that leaves as several ---- */

/* The files are the other draft's: a new row needs its own. */
static bool take_files_along(StoreWriter *writer, const StoreDraft *row, Draft *draft, GError **err)
{
	StoreReader reader = reader_of(writer);

	for (guint i = 0; i < draft->parts->len; i++) {
		DraftPart *part = g_ptr_array_index(draft->parts, i);
		const StoreDraftFile *file = store_draft_file_of(row, part);
		if (!file || !file->is_here)
			continue;
		g_clear_pointer(&part->bytes, g_bytes_unref);
		if (!store_read_draft_file(&reader, file->id, &part->bytes, err))
			return false;
		g_clear_pointer(&part->reference, g_free);
	}
	return true;
}

static bool queue_copy(StoreWriter *writer, const Op *op, int64_t draft_id, GError **err)
{
	g_autoptr(GPtrArray) ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	Op *sending = op_new(OP_SEND);
	int64_t group_id;

	sending->account_id = op->account_id;
	sending->draft_id = draft_id;
	sending->value.number = op->value.number;
	sending->value.done_ms = op->id;
	g_ptr_array_add(ops, sending);
	return op_write_all(writer, ops, &group_id, err);
}

static bool write_copy(StoreWriter *writer, const Op *op, const StoreDraft *row,
                       const StoreCopy *copy, GError **err)
{
	g_autoptr(Draft) draft = draft_copy(copy->draft);
	int64_t id = 0;

	return take_files_along(writer, row, draft, err) &&
	       save_whole(writer, row->account_id, draft, &id, err) &&
	       draft_bytes_write(writer, id, copy->mime, false, err) &&
	       queue_copy(writer, op, id, err);
}

static bool write_copies(StoreWriter *writer, const Op *op, const GPtrArray *copies, GError **err)
{
	const StoreCopy *first = g_ptr_array_index(copies, 0);
	StoreReader reader = reader_of(writer);
	g_autoptr(StoreDraft) row = NULL;
	g_autofree char *text = draft_to_text(first->draft);

	if (!store_read_draft(&reader, op->draft_id, &row, err) ||
	    !draft_text_write(writer, row->id, text, err) ||
	    !draft_bytes_write(writer, row->id, first->mime, false, err))
		return false;
	for (guint i = 1; i < copies->len; i++)
		if (!write_copy(writer, op, row, g_ptr_array_index(copies, i), err))
			return false;
	return true;
}

bool store_write_draft_copies(StoreWriter *writer, const Op *op, const GPtrArray *copies,
                              GError **err)
{
	crash_point("store: before a message leaves as several");
	if (!db_begin(writer->db, DB_DURABLE, err) ||
	    !db_end(writer->db, write_copies(writer, op, copies, err), err))
		return false;
	crash_point("store: after a message leaves as several");
	return true;
}

bool store_load_draft(StoreReader *reader, int64_t draft_id, Draft **ret_draft,
                      StoreDraft **ret_row, GError **err)
{
	g_autoptr(StoreDraft) row = NULL;
	Draft *draft;

	if (!store_read_draft(reader, draft_id, &row, err))
		return false;
	draft = draft_from_text(row->text, err);
	if (!draft)
		return false;
	*ret_draft = draft;
	if (ret_row)
		*ret_row = g_steal_pointer(&row);
	return true;
}
