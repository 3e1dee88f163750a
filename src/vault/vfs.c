/*
 * SQLite writes three kinds of file, and each is told from the others when it is opened:
 *
 *   main      pages, one after the other.
 *   log       a header (32 bytes), then frames: a header (24: page number, page count, 2 salts, 2
 * checksums) and a page. Headers stay clear; SQLite's checksums in them cover the plain page.
 *   journal   headers (512 bytes), then records: page number (4), page, checksum (4). All but the
 * page stays clear.
 *
 * SQLite does not say what it is about to read or write; length and place tell. What fits nothing
 * is refused.
 */
#include "vault/vfs.h"

#include <sqlite3.h>
#include <stdarg.h>
#include <string.h>

#include "base/crash.h"
#include "base/error.h"
#include "base/i18n.h"
#include "vault/aead.h"

enum {
	LOG_HEADER = 32,
	LOG_SALTS = 16,
	FRAME_HEADER = 24,
	FRAME_BYTES = FRAME_HEADER + PAGE_BYTES
};
enum { FRAME_COUNT = 4, FRAME_SALTS = 8, SALTS_BYTES = 8 };
enum { JOURNAL_HEADER = 512, JOURNAL_NUMBER = 4 };

struct Vfs {
	sqlite3_vfs        base;
	sqlite3_vfs       *real;
	char              *name;
	const VfsDatabase *databases;
	unsigned           count;
	GMutex             mutex;          /* over what follows */
	char              *complaint;      /* of the last refusal; NULL: told, or none */
	int                complaint_code;
	GThread           *complainer;     /* compared only */
};

typedef struct {
	sqlite3_file  base;
	Vfs          *vfs;
	PageCipher   *cipher;
	char         *name;            /* without its folder, for people */
	int64_t       head_at;         /* where the header that was written last stands; -1 none */
	uint8_t       head[FRAME_HEADER];
	int64_t own_from; /* the first frame of the log that this handle wrote; INT64_MAX none */
	int64_t       own_end;
} VaultFile;

static VaultFile    *vault_file(sqlite3_file *file) { return (VaultFile *)(void *)file; }
static sqlite3_file *real_file(sqlite3_file *file)
{
	return (sqlite3_file *)(void *)(vault_file(file) + 1);
}
static Vfs          *vfs_of(sqlite3_vfs *vfs) { return (Vfs *)(void *)vfs; }

/* ---- complaints ---- */

G_GNUC_PRINTF(3, 4)
static int refuse(Vfs *vfs, int code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_mutex_lock(&vfs->mutex);
	g_free(vfs->complaint);
	vfs->complaint = g_strdup_vprintf(format, args);
	vfs->complaint_code = code;
	vfs->complainer = g_thread_self();
	g_mutex_unlock(&vfs->mutex);
	va_end(args);
	return code;
}

char *vfs_complaint_take(Vfs *vfs, int code)
{
	g_mutex_lock(&vfs->mutex);
	bool is_it = vfs->complainer == g_thread_self() && vfs->complaint_code == code;
	char *complaint = is_it ? g_steal_pointer(&vfs->complaint) : NULL;
	g_mutex_unlock(&vfs->mutex);
	return complaint;
}

static int refuse_page(VaultFile *file, uint32_t number)
{
	return refuse(file->vfs, SQLITE_IOERR_DATA, "the store is damaged at page %u of %s", number,
	              file->name);
}

/* ---- what all files share ---- */

static int real_read(sqlite3_file *file, void *out, int n, int64_t at)
{
	return real_file(file)->pMethods->xRead(real_file(file), out, n, at);
}

static int real_write(sqlite3_file *file, const void *in, int n, int64_t at)
{
	return real_file(file)->pMethods->xWrite(real_file(file), in, n, at);
}

/* The pager zeroes what it does not use, and the checksums in the log rest on it. */
static bool is_reserve_clear(const uint8_t *page)
{
	static const uint8_t zeros[PAGE_RESERVED];

	return memcmp(page + PAGE_TEXT_BYTES, zeros, PAGE_RESERVED) == 0;
}

static int write_page(sqlite3_file *base, PagePlace place, const uint8_t *plain, int64_t at)
{
	VaultFile *file = vault_file(base);
	uint8_t sealed[PAGE_BYTES];
	g_autoptr(GError) err = NULL;

	if (!is_reserve_clear(plain))
		return refuse(file->vfs, SQLITE_IOERR_WRITE,
		              "page %u of %s is not in the vault's format", place.number,
		              file->name);
	if (!page_seal(file->cipher, place, plain, sealed, &err))
		return refuse(file->vfs, error_is(err, ERR_FULL) ? SQLITE_FULL : SQLITE_IOERR_WRITE,
		              "%s", err->message);
	return real_write(base, sealed, PAGE_BYTES, at);
}

static int file_close(sqlite3_file *base)
{
	VaultFile *file = vault_file(base);
	int rc = real_file(base)->pMethods->xClose(real_file(base));

	page_cipher_free(file->cipher);
	g_free(file->name);
	return rc;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	return real_file(file)->pMethods->xTruncate(real_file(file), size);
}

static int file_sync(sqlite3_file *file, int flags)
{
	crash_point("vault: before a sync");
	int rc = real_file(file)->pMethods->xSync(real_file(file), flags);
	crash_point("vault: after a sync");
	return rc;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
	return real_file(file)->pMethods->xFileSize(real_file(file), ret_size);
}

static int file_lock_to(sqlite3_file *file, int level)
{
	return real_file(file)->pMethods->xLock(real_file(file), level);
}
static int file_unlock_to(sqlite3_file *file, int level)
{
	return real_file(file)->pMethods->xUnlock(real_file(file), level);
}

static int file_is_reserved(sqlite3_file *file, int *ret_is)
{
	return real_file(file)->pMethods->xCheckReservedLock(real_file(file), ret_is);
}

/* Mapped memory would show SQLite cipher text; a growth in chunks would leave pages that nobody
 * sealed. */
static int file_control(sqlite3_file *file, int op, void *arg)
{
	if (op == SQLITE_FCNTL_MMAP_SIZE || op == SQLITE_FCNTL_CHUNK_SIZE)
		return SQLITE_NOTFOUND;
	return real_file(file)->pMethods->xFileControl(real_file(file), op, arg);
}

/* Not the page's size: SQLite's journal header would look like a page. */
static int file_sector_size(sqlite3_file *file)
{
	(void)file;
	return JOURNAL_HEADER;
}

/* Parts of a page cannot be read by themselves. But without POWERSAFE_OVERWRITE the log would be
 * written in pieces. */
static int file_characteristics(sqlite3_file *file)
{
	int real = real_file(file)->pMethods->xDeviceCharacteristics(real_file(file));

	return real & SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static int file_shm_map(sqlite3_file *file, int region, int size, int is_write,
                        void volatile **ret_memory)
{
	return real_file(file)->pMethods->xShmMap(real_file(file), region, size, is_write,
	                                          ret_memory);
}

static int file_shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return real_file(file)->pMethods->xShmLock(real_file(file), offset, n, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
	real_file(file)->pMethods->xShmBarrier(real_file(file));
}

static int file_shm_unmap(sqlite3_file *file, int is_delete)
{
	return real_file(file)->pMethods->xShmUnmap(real_file(file), is_delete);
}

/* ---- main: pages ---- */

static bool is_plain_database(const uint8_t *page)
{
	return memcmp(page, "SQLite format 3", 16) == 0;
}

/* A new file is empty, and SQLite may look. Any other page that is cut or was never written is
 * damage. */
static int main_read_short(VaultFile *file, uint8_t *out, int n, uint32_t number)
{
	sqlite3_int64 size;
	int rc = file_size(&file->base, &size);

	memset(out, 0, (size_t)n);
	if (rc != SQLITE_OK)
		return rc;
	return size == 0 ? SQLITE_IOERR_SHORT_READ : refuse_page(file, number);
}

static int main_read(sqlite3_file *base, void *out, int n, sqlite3_int64 at)
{
	VaultFile *file = vault_file(base);
	uint8_t sealed[PAGE_BYTES], plain[PAGE_BYTES];
	uint32_t number = (uint32_t)(at / PAGE_BYTES) + 1;
	int64_t offset = at % PAGE_BYTES;

	if (offset + n > PAGE_BYTES)
		return refuse(file->vfs, SQLITE_IOERR_READ, "%s is read across its pages",
		              file->name);
	int rc = real_read(base, sealed, PAGE_BYTES, at - offset);
	if (rc == SQLITE_IOERR_SHORT_READ)
		return main_read_short(file, out, n, number);
	if (rc != SQLITE_OK)
		return rc;
	if (number == 1 && is_plain_database(sealed))
		return refuse(file->vfs, SQLITE_NOTADB, "%s is not encrypted, so it is not ours",
		              file->name);
	bool is_sound = page_open(file->cipher, (PagePlace){ number, NULL }, sealed, plain);
	/* SQLite takes a first look at the header before it rolls back or reads the log, which may
	 * mend the page. */
	if (!is_sound && n == 100 && at == 0) {
		memset(out, 0, (size_t)n);
		return SQLITE_IOERR_SHORT_READ;
	}
	if (!is_sound)
		return refuse_page(file, number);
	memcpy(out, plain + offset, (size_t)n);
	return SQLITE_OK;
}

static int main_write(sqlite3_file *base, const void *in, int n, sqlite3_int64 at)
{
	VaultFile *file = vault_file(base);

	if (n != PAGE_BYTES || at % PAGE_BYTES != 0)
		return refuse(file->vfs, SQLITE_IOERR_WRITE, "%s is not written in whole pages",
		              file->name);
	return write_page(base, (PagePlace){ (uint32_t)(at / PAGE_BYTES) + 1, NULL }, in, at);
}

/* ---- log: frames ---- */

static bool is_frame_start(int64_t at)
{
	return at >= LOG_HEADER && (at - LOG_HEADER) % FRAME_BYTES == 0;
}

/* A frame's header as it is bound: where SQLite puts the salts in later (when it rewrites
 * checksums), those of the log. */
static int frame_bind(sqlite3_file *base, uint8_t *head)
{
	static const uint8_t zeros[SALTS_BYTES];

	if (memcmp(head + FRAME_SALTS, zeros, SALTS_BYTES) != 0)
		return SQLITE_OK;
	return real_read(base, head + FRAME_SALTS, SALTS_BYTES, LOG_SALTS);
}

static bool frame_open(VaultFile *file, const uint8_t *frame, uint8_t *ret_plain, int *ret_rc)
{
	uint8_t head[FRAME_HEADER];

	memcpy(head, frame, FRAME_HEADER);
	*ret_rc = frame_bind(&file->base, head);
	return *ret_rc == SQLITE_OK &&
	       page_open(file->cipher, (PagePlace){ be32_get(head), head + FRAME_COUNT },
	                 frame + FRAME_HEADER, ret_plain);
}

/* The page of a frame that SQLite has accepted: a wrong tag is damage. */
static int log_read_page(sqlite3_file *base, uint8_t *out, int n, int64_t frame_at)
{
	VaultFile *file = vault_file(base);
	uint8_t frame[FRAME_BYTES], plain[PAGE_BYTES];
	int rc = real_read(base, frame, FRAME_BYTES, frame_at);

	if (rc == SQLITE_IOERR_SHORT_READ)
		return refuse_page(file, be32_get(frame));
	if (rc != SQLITE_OK)
		return rc;
	if (!frame_open(file, frame, plain, &rc))
		return rc != SQLITE_OK ? rc : refuse_page(file, be32_get(frame));
	memcpy(out, plain, (size_t)n);
	return SQLITE_OK;
}

/*
 * A whole frame, as recovery reads it. A wrong tag is where the log ends: a torn tail is what a
 * crash leaves. The frame is handed on with salts that SQLite cannot accept. But what this handle
 * wrote itself is not torn.
 */
static int log_read_frame(sqlite3_file *base, uint8_t *out, int64_t frame_at)
{
	VaultFile *file = vault_file(base);
	uint8_t frame[FRAME_BYTES];
	int rc = real_read(base, frame, FRAME_BYTES, frame_at);

	if (rc != SQLITE_OK) {
		memset(out, 0, FRAME_BYTES);
		return rc;
	}
	memcpy(out, frame, FRAME_HEADER);
	if (frame_open(file, frame, out + FRAME_HEADER, &rc))
		return SQLITE_OK;
	if (rc == SQLITE_OK && frame_at >= file->own_from && frame_at < file->own_end)
		return refuse_page(file, be32_get(frame));
	for (int i = 0; i < SALTS_BYTES; i++)
		out[FRAME_SALTS + i] ^= 0xff;
	memset(out + FRAME_HEADER, 0, PAGE_BYTES);
	return rc;
}

static int log_read(sqlite3_file *base, void *out, int n, sqlite3_int64 at)
{
	int64_t offset = at < LOG_HEADER ? at : (at - LOG_HEADER) % FRAME_BYTES;
	int64_t clear_end = at < LOG_HEADER ? LOG_HEADER : FRAME_HEADER;

	if (offset + n <= clear_end)
		return real_read(base, out, n, at);
	if (is_frame_start(at) && n == FRAME_BYTES)
		return log_read_frame(base, out, at);
	if (at > LOG_HEADER && offset == FRAME_HEADER && n <= PAGE_BYTES)
		return log_read_page(base, out, n, at - FRAME_HEADER);
	return refuse(vault_file(base)->vfs, SQLITE_IOERR_READ, "%s is not read in whole frames",
	              vault_file(base)->name);
}

/* A new header begins the log again. */
static int log_write_header(sqlite3_file *base, const void *in)
{
	VaultFile *file = vault_file(base);

	file->own_from = INT64_MAX;
	file->own_end = 0;
	file->head_at = -1;
	return real_write(base, in, LOG_HEADER, 0);
}

static int log_write_head(sqlite3_file *base, const void *in, int64_t at)
{
	VaultFile *file = vault_file(base);

	file->head_at = at;
	memcpy(file->head, in, FRAME_HEADER);
	file->own_from = MIN(file->own_from, at);
	file->own_end = MAX(file->own_end, at + FRAME_BYTES);
	return real_write(base, in, FRAME_HEADER, at);
}

/* A page follows its header, or is written again later by itself. */
static int log_write_page(sqlite3_file *base, const void *in, int64_t at)
{
	VaultFile *file = vault_file(base);
	uint8_t head[FRAME_HEADER];
	int rc = SQLITE_OK;

	if (file->head_at == at - FRAME_HEADER)
		memcpy(head, file->head, FRAME_HEADER);
	else
		rc = real_read(base, head, FRAME_HEADER, at - FRAME_HEADER);
	if (rc == SQLITE_OK)
		rc = frame_bind(base, head);
	if (rc != SQLITE_OK)
		return rc == SQLITE_IOERR_SHORT_READ ? SQLITE_IOERR_WRITE : rc;
	return write_page(base, (PagePlace){ be32_get(head), head + FRAME_COUNT }, in, at);
}

static int log_write(sqlite3_file *base, const void *in, int n, sqlite3_int64 at)
{
	if (at == 0 && n == LOG_HEADER)
		return log_write_header(base, in);
	if (n == FRAME_HEADER && is_frame_start(at))
		return log_write_head(base, in, at);
	if (n == PAGE_BYTES && is_frame_start(at - FRAME_HEADER))
		return log_write_page(base, in, at);
	return refuse(vault_file(base)->vfs, SQLITE_IOERR_WRITE,
	              "%s is not written in whole frames", vault_file(base)->name);
}

/* ---- journal: records ---- */

static int journal_number(sqlite3_file *base, int64_t page_at, uint32_t *ret_number)
{
	VaultFile *file = vault_file(base);
	uint8_t number[JOURNAL_NUMBER];
	int rc = SQLITE_OK;

	if (file->head_at == page_at - JOURNAL_NUMBER)
		memcpy(number, file->head, sizeof number);
	else
		rc = real_read(base, number, sizeof number, page_at - JOURNAL_NUMBER);
	if (rc == SQLITE_OK)
		*ret_number = be32_get(number);
	return rc;
}

/* SQLite rolls back only what it had synced, so a record is never torn: a wrong tag is damage. */
static int journal_read(sqlite3_file *base, void *out, int n, sqlite3_int64 at)
{
	VaultFile *file = vault_file(base);
	uint8_t sealed[PAGE_BYTES];
	uint32_t number;

	if (n <= JOURNAL_HEADER)
		return real_read(base, out, n, at);
	if (n != PAGE_BYTES)
		return refuse(file->vfs, SQLITE_IOERR_READ, "%s is not read in whole pages",
		              file->name);
	int rc = journal_number(base, at, &number);
	if (rc == SQLITE_OK)
		rc = real_read(base, sealed, PAGE_BYTES, at);
	if (rc != SQLITE_OK)
		return rc;
	return page_open(file->cipher, (PagePlace){ number, NULL }, sealed, out)
	               ? SQLITE_OK
	               : refuse_page(file, number);
}

static int journal_write(sqlite3_file *base, const void *in, int n, sqlite3_int64 at)
{
	VaultFile *file = vault_file(base);
	uint32_t number;

	if (n == JOURNAL_NUMBER) {
		file->head_at = at;
		memcpy(file->head, in, JOURNAL_NUMBER);
	}
	if (n <= JOURNAL_HEADER)
		return real_write(base, in, n, at);
	if (n != PAGE_BYTES)
		return refuse(file->vfs, SQLITE_IOERR_WRITE, "%s is not written in whole pages",
		              file->name);
	int rc = journal_number(base, at, &number);
	return rc == SQLITE_OK ? write_page(base, (PagePlace){ number, NULL }, in, at) : rc;
}

/* ---- opening ---- */

/* Version 2: shared memory for the log's index, no mapped pages. */
#define METHODS(read, write)                                                                       \
	{                                                                                          \
		.iVersion = 2, .xClose = file_close, .xRead = read, .xWrite = write,               \
		.xTruncate = file_truncate, .xSync = file_sync, .xFileSize = file_size,            \
		.xLock = file_lock_to, .xUnlock = file_unlock_to,                                  \
		.xCheckReservedLock = file_is_reserved, .xFileControl = file_control,              \
		.xSectorSize = file_sector_size, .xDeviceCharacteristics = file_characteristics,   \
		.xShmMap = file_shm_map, .xShmLock = file_shm_lock,                                \
		.xShmBarrier = file_shm_barrier, .xShmUnmap = file_shm_unmap                       \
	}

static const sqlite3_io_methods methods[] = {
	[PAGE_IN_MAIN] = METHODS(main_read, main_write),
	[PAGE_IN_LOG] = METHODS(log_read, log_write),
	[PAGE_IN_JOURNAL] = METHODS(journal_read, journal_write),
};

typedef struct { int flag; PageFile file; const char *suffix; } FileKind;

/* Temporary files have no row: they would be plain. */
static const FileKind *kind_of(int flags)
{
	static const FileKind rows[] = {
		{ SQLITE_OPEN_MAIN_DB, PAGE_IN_MAIN, "" },
		{ SQLITE_OPEN_WAL, PAGE_IN_LOG, "-wal" },
		{ SQLITE_OPEN_MAIN_JOURNAL, PAGE_IN_JOURNAL, "-journal" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		if (flags & rows[i].flag)
			return &rows[i];
	return NULL;
}

static PageBook *book_of(const Vfs *vfs, const char *name, const FileKind *kind)
{
	for (unsigned i = 0; i < vfs->count; i++) {
		g_autofree char *known =
			g_strconcat(vfs->databases[i].file_name, kind->suffix, NULL);
		if (g_str_equal(name, known))
			return vfs->databases[i].book;
	}
	return NULL;
}

static int vfs_open(sqlite3_vfs *base, const char *path, sqlite3_file *ret_file, int flags,
                    int *ret_flags)
{
	Vfs *vfs = vfs_of(base);
	VaultFile *file = vault_file(ret_file);
	const FileKind *kind = path ? kind_of(flags) : NULL;
	g_autofree char *name = g_path_get_basename(path ? path : "a temporary file");
	PageBook *book = kind ? book_of(vfs, name, kind) : NULL;

	ret_file->pMethods = NULL;
	if (!book)
		return refuse(vfs, SQLITE_CANTOPEN, "%s would not be encrypted", name);
	int rc = vfs->real->xOpen(vfs->real, path, real_file(ret_file), flags, ret_flags);
	if (rc != SQLITE_OK)
		return rc;
	file->vfs = vfs;
	file->name = g_steal_pointer(&name);
	file->cipher = page_cipher_new(book, kind->file);
	file->head_at = -1;
	file->own_from = INT64_MAX;
	file->own_end = 0;
	ret_file->pMethods = &methods[kind->file];
	return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int is_dir_synced)
{
	return vfs_of(vfs)->real->xDelete(vfs_of(vfs)->real, path, is_dir_synced);
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *ret_is)
{
	return vfs_of(vfs)->real->xAccess(vfs_of(vfs)->real, path, flags, ret_is);
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int size, char *ret_path)
{
	return vfs_of(vfs)->real->xFullPathname(vfs_of(vfs)->real, path, size, ret_path);
}

static void *vfs_no_library(sqlite3_vfs *vfs, const char *path)
{
	(void)vfs;
	(void)path;
	return NULL;
}

static int vfs_randomness(sqlite3_vfs *vfs, int n, char *ret_bytes)
{
	return vfs_of(vfs)->real->xRandomness(vfs_of(vfs)->real, n, ret_bytes);
}

static int vfs_pause(sqlite3_vfs *vfs, int us)
{
	return vfs_of(vfs)->real->xSleep(vfs_of(vfs)->real, us);
}

static int vfs_time(sqlite3_vfs *vfs, sqlite3_int64 *ret_ms)
{
	return vfs_of(vfs)->real->xCurrentTimeInt64(vfs_of(vfs)->real, ret_ms);
}

static int vfs_last_error(sqlite3_vfs *vfs, int n, char *ret_text)
{
	return vfs_of(vfs)->real->xGetLastError(vfs_of(vfs)->real, n, ret_text);
}

Vfs *vfs_register(const VfsDatabase *databases, unsigned count, GError **err)
{
	sqlite3_vfs *real = sqlite3_vfs_find("unix");

	if (!real || real->iVersion < 2)
		return fail_null(err, ERR_STORE,
		                 _("this SQLite has no file system of the kind that the store needs"));
	Vfs *vfs = g_new0(Vfs, 1);
	g_mutex_init(&vfs->mutex);
	vfs->real = real;
	vfs->databases = databases;
	vfs->count = count;
	vfs->name = g_strdup_printf("postern-%p", (void *)vfs);
	vfs->base = (sqlite3_vfs){
		.iVersion = 2,
		.szOsFile = (int)sizeof(VaultFile) + real->szOsFile,
		.mxPathname = real->mxPathname,
		.zName = vfs->name,
		.xOpen = vfs_open,
		.xDelete = vfs_delete,
		.xAccess = vfs_access,
		.xFullPathname = vfs_full_path,
		.xDlOpen = vfs_no_library,
		.xRandomness = vfs_randomness,
		.xSleep = vfs_pause,
		.xGetLastError = vfs_last_error,
		.xCurrentTimeInt64 = vfs_time,
	};
	if (sqlite3_vfs_register(&vfs->base, 0) != SQLITE_OK) {
		vfs_unregister(vfs);
		return fail_null(err, ERR_STORE, _("SQLite refuses the vault's file system"));
	}
	return vfs;
}

void vfs_unregister(Vfs *vfs)
{
	if (!vfs)
		return;
	sqlite3_vfs_unregister(&vfs->base);
	g_mutex_clear(&vfs->mutex);
	g_free(vfs->name);
	g_free(vfs->complaint);
	g_free(vfs);
}

const char *vfs_name(const Vfs *vfs) { return vfs->name; }
