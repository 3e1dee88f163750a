#include "vault/rotate.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crash.h"
#include "base/error.h"
#include "base/i18n.h"
#include "vault/aead.h"

/* A batch: page number (4, big-endian) and the sealed page, as often. A page proves itself by its
 * tag, so what was cut off in the middle needs no mark. */
enum { ENTRY_BYTES = 4 + PAGE_BYTES, BATCH_PAGES = 256 };

/* SQLite's lock bytes: who has the database open holds some of them. */
enum { LOCK_START = 0x40000000, LOCK_BYTES = 512 };

typedef struct {
	PageBook   *book;
	PageCipher *cipher;
	const char *path;
	char       *batch_path;
	int         fd, batch_fd;      /* -1: closed, or there is none */
	uint32_t    epoch;
} Rotation;

static void rotation_clear(Rotation *rotation)
{
	page_cipher_free(rotation->cipher);
	g_free(rotation->batch_path);
	if (rotation->fd >= 0)
		close(rotation->fd);
	if (rotation->batch_fd >= 0)
		close(rotation->batch_fd);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rotation, rotation_clear)

/* Until it is closed nobody else opens the database. */
static bool lock_out(const Rotation *rotation, GError **err)
{
	struct flock all = {
		.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = LOCK_START, .l_len = LOCK_BYTES
	};

	return fcntl(rotation->fd, F_OFD_SETLK, &all) == 0 ||
	       fail(err, ERR_HELD, _("%s is in use: end the other Postern first"), rotation->path);
}

/* *ret_is_there false: there is no database. */
static bool rotation_begin(Rotation *rotation, bool *ret_is_there, GError **err)
{
	rotation->batch_path = g_strconcat(rotation->path, "-rotate", NULL);
	rotation->cipher = page_cipher_new(rotation->book, PAGE_IN_MAIN);
	rotation->batch_fd = -1;
	rotation->fd = open(rotation->path, O_RDWR | O_CLOEXEC);
	*ret_is_there = rotation->fd >= 0;
	if (rotation->fd < 0)
		return errno == ENOENT ||
		       fail_errno(err, errno, _("cannot open %s"), rotation->path);
	return lock_out(rotation, err);
}

/* ---- mending ---- */

static bool is_sound(Rotation *rotation, uint32_t number, const uint8_t *page)
{
	uint8_t plain[PAGE_BYTES];

	return page_open(rotation->cipher, (PagePlace){ number, NULL }, page, plain);
}

static bool put_page(const Rotation *rotation, uint32_t number, const uint8_t *page, GError **err)
{
	off_t at = (off_t)(number - 1) * PAGE_BYTES;

	return pwrite(rotation->fd, page, PAGE_BYTES, at) == PAGE_BYTES ||
	       fail_errno(err, errno, _("cannot write %s"), rotation->path);
}

static bool sync_to_disk(int fd, const char *path, GError **err)
{
	return fdatasync(fd) == 0 || fail_errno(err, errno, _("cannot write %s"), path);
}

/* Only where the page itself is torn: else it may be newer than the batch. */
static bool mend_page(Rotation *rotation, const uint8_t *entry, GError **err)
{
	uint8_t page[PAGE_BYTES];
	uint32_t number = be32_get(entry);

	if (number == 0 ||
	    pread(rotation->fd, page, PAGE_BYTES, (off_t)(number - 1) * PAGE_BYTES) != PAGE_BYTES ||
	    is_sound(rotation, number, page) || !is_sound(rotation, number, entry + 4))
		return true;
	return put_page(rotation, number, entry + 4, err);
}

static bool mend_batch(Rotation *rotation, GError **err)
{
	uint8_t entry[ENTRY_BYTES];

	for (off_t at = 0; pread(rotation->batch_fd, entry, ENTRY_BYTES, at) == ENTRY_BYTES;
	     at += ENTRY_BYTES)
		if (!mend_page(rotation, entry, err))
			return false;
	return sync_to_disk(rotation->fd, rotation->path, err);
}

static bool drop_batch(const Rotation *rotation, GError **err)
{
	return unlink(rotation->batch_path) == 0 || errno == ENOENT ||
	       fail_errno(err, errno, _("cannot remove %s"), rotation->batch_path);
}

static bool mend(Rotation *rotation, GError **err)
{
	rotation->batch_fd = open(rotation->batch_path, O_RDONLY | O_CLOEXEC);
	if (rotation->batch_fd < 0)
		return errno == ENOENT ||
		       fail_errno(err, errno, _("cannot open %s"), rotation->batch_path);
	return mend_batch(rotation, err) && drop_batch(rotation, err);
}

bool rotate_mend(PageBook *book, const char *path, GError **err)
{
	g_autofree char *batch_path = g_strconcat(path, "-rotate", NULL);
	g_auto(Rotation) rotation = { .book = book, .path = path, .fd = -1, .batch_fd = -1 };
	bool is_there;

	if (access(batch_path, F_OK) != 0)
		return true;
	return rotation_begin(&rotation, &is_there, err) && (!is_there || mend(&rotation, err));
}

/* ---- rotating ---- */

static bool is_blank(const uint8_t *page)
{
	return page[0] == 0 && memcmp(page, page + 1, PAGE_BYTES - 1) == 0;
}

/* Adds the page to the batch if it is older. */
static bool take_page(Rotation *rotation, uint32_t number, uint8_t *page, GByteArray *batch,
                      GError **err)
{
	uint8_t plain[PAGE_BYTES], head[4];
	PagePlace place = { number, NULL };

	if (is_blank(page) || page_epoch(page) >= rotation->epoch)
		return true;
	if (!page_open(rotation->cipher, place, page, plain))
		return fail(err, ERR_STORE, _("page %u of %s is damaged; run: postern doctor"),
		            number, rotation->path);
	if (!page_seal(rotation->cipher, place, plain, page, err))
		return false;
	be32_put(head, number);
	g_byte_array_append(batch, head, sizeof head);
	g_byte_array_append(batch, page, PAGE_BYTES);
	return true;
}

static bool save_batch(Rotation *rotation, const GByteArray *batch, GError **err)
{
	rotation->batch_fd =
		open(rotation->batch_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (rotation->batch_fd < 0)
		return fail_errno(err, errno, _("cannot write %s"), rotation->batch_path);
	bool ok = write(rotation->batch_fd, batch->data, batch->len) == (ssize_t)batch->len ||
	          fail_errno(err, errno, _("cannot write %s"), rotation->batch_path);
	ok = ok && sync_to_disk(rotation->batch_fd, rotation->batch_path, err);
	close(rotation->batch_fd);
	rotation->batch_fd = -1;
	return ok;
}

static bool put_batch(Rotation *rotation, const GByteArray *batch, GError **err)
{
	crash_point("rotate: before a batch");
	if (!save_batch(rotation, batch, err))
		return false;
	crash_point("rotate: after a batch is saved");
	for (guint at = 0; at < batch->len; at += ENTRY_BYTES) {
		if (!put_page(rotation, be32_get(batch->data + at), batch->data + at + 4, err))
			return false;
		if (at == batch->len / ENTRY_BYTES / 2 * ENTRY_BYTES)
			crash_point("rotate: in the middle of a batch");
	}
	return sync_to_disk(rotation->fd, rotation->path, err);
}

/* From page @first on; *ret_next is the page after it, 0 at the end. */
static bool rotate_batch(Rotation *rotation, uint32_t first, uint32_t *ret_next, GError **err)
{
	g_autoptr(GByteArray) batch = g_byte_array_new();
	uint8_t page[PAGE_BYTES];
	uint32_t number = first;
	ssize_t n = PAGE_BYTES;

	while (batch->len < BATCH_PAGES * ENTRY_BYTES &&
	       (n = pread(rotation->fd, page, PAGE_BYTES, (off_t)(number - 1) * PAGE_BYTES)) ==
	               PAGE_BYTES)
		if (!take_page(rotation, number++, page, batch, err))
			return false;
	if (n < 0)
		return fail_errno(err, errno, _("cannot read %s"), rotation->path);
	*ret_next = n == PAGE_BYTES ? number : 0;
	return batch->len == 0 || put_batch(rotation, batch, err);
}

/* A frame of an older epoch in the log would be read no more. */
static bool log_is_empty(const Rotation *rotation, GError **err)
{
	g_autofree char *log = g_strconcat(rotation->path, "-wal", NULL);
	struct stat st;

	return stat(log, &st) != 0 || st.st_size == 0 ||
	       fail(err, ERR_HELD, _("%s is in use: end the other Postern first"), rotation->path);
}

static bool rotate_all(Rotation *rotation, GError **err)
{
	for (uint32_t number = 1; number != 0;)
		if (!rotate_batch(rotation, number, &number, err))
			return false;
	return drop_batch(rotation, err);
}

bool rotate_file(PageBook *book, const char *path, uint32_t epoch, GError **err)
{
	g_auto(Rotation) rotation = {
		.book = book, .path = path, .fd = -1, .batch_fd = -1, .epoch = epoch
	};
	bool is_there;

	return rotation_begin(&rotation, &is_there, err) &&
	       (!is_there || (log_is_empty(&rotation, err) && mend(&rotation, err) &&
	                      rotate_all(&rotation, err)));
}
