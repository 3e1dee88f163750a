#include "base/crash.h"
#include "base/error.h"
#include "base/i18n.h"
#include "store/index.h"
#include "store/private.h"

enum { FRAMES_SOME = 2000, FRAMES_MANY = 16000, SWEEP_AT_ONCE = 1000 };

/* A reader that still needs the log makes SQLite busy; then the log is left as it is until the next
 * time. */
static bool checkpoint(StoreWriter *writer, int mode, GError **err)
{
	crash_point("store: before a checkpoint");
	int rc = sqlite3_wal_checkpoint_v2(db_handle(writer->db), "main", mode, &writer->log_frames,
	                                   NULL);
	crash_point("store: after a checkpoint");
	if (rc != SQLITE_OK && rc != SQLITE_BUSY)
		return db_fail(writer->db, _("the log of the store cannot be emptied"), err);
	return true;
}

static bool has_loose(StoreWriter *writer, bool *ret_has, GError **err)
{
	int64_t has;

	if (!db_number(writer->db, "SELECT EXISTS (SELECT 1 FROM loose)", 0, 0, &has, err))
		return false;
	*ret_has = has != 0;
	return true;
}

/* Bodies of a page that is not committed yet are loose as well, so the sweep waits for it. */
static bool sweep(StoreWriter *writer, GError **err)
{
	bool has;

	if (writer->pages->len > 0)
		return true;
	if (!has_loose(writer, &has, err))
		return false;
	return !has || (db_begin(writer->db, DB_LAZY, err) &&
	                db_end(writer->db, body_sweep(writer->db, SWEEP_AT_ONCE, err), err));
}

static bool sweep_pictures(StoreWriter *writer, GError **err)
{
	bool is_too_much;

	if (!picture_is_too_much(writer->db, &is_too_much, err))
		return false;
	return !is_too_much || (db_begin(writer->db, DB_LAZY, err) &&
	                        db_end(writer->db, picture_sweep(writer->db, err), err));
}

bool store_write_keep(StoreWriter *writer, bool is_idle, GError **err)
{
	if (is_idle)
		return sweep_pictures(writer, err) && sweep(writer, err) &&
		       index_prune(writer->store, writer->db, err) &&
		       checkpoint(writer, SQLITE_CHECKPOINT_TRUNCATE, err);
	if (writer->log_frames > FRAMES_MANY)
		return checkpoint(writer, SQLITE_CHECKPOINT_RESTART, err);
	return writer->log_frames <= FRAMES_SOME ||
	       checkpoint(writer, SQLITE_CHECKPOINT_PASSIVE, err);
}
