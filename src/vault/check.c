#include "vault/check.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/i18n.h"
#include "vault/aead.h"

enum {
	LOG_HEADER = 32,
	LOG_SALTS = 16,
	FRAME_HEADER = 24,
	FRAME_BYTES = FRAME_HEADER + PAGE_BYTES,
	FRAME_SALTS = 8
};

/* The pages that have a frame of the log's present turn. */
static GHashTable *pages_in_log(const char *path)
{
	g_autofree char *log = g_strconcat(path, "-wal", NULL);
	g_autoptr(GHashTable) pages = g_hash_table_new(NULL, NULL);
	uint8_t salts[8], head[FRAME_HEADER];
	int fd = open(log, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return g_steal_pointer(&pages);
	bool ok = pread(fd, salts, sizeof salts, LOG_SALTS) == sizeof salts;
	for (off_t at = LOG_HEADER; ok && pread(fd, head, sizeof head, at) == sizeof head;
	     at += FRAME_BYTES)
		if (memcmp(head + FRAME_SALTS, salts, sizeof salts) == 0)
			g_hash_table_add(pages, GUINT_TO_POINTER(be32_get(head)));
	close(fd);
	return g_steal_pointer(&pages);
}

static bool is_blank(const uint8_t *page)
{
	return page[0] == 0 && memcmp(page, page + 1, PAGE_BYTES - 1) == 0;
}

static void check_page(PageCipher *cipher, uint32_t number, const uint8_t *page,
                       GPtrArray *findings)
{
	uint8_t plain[PAGE_BYTES];

	if (!is_blank(page) && !page_open(cipher, (PagePlace){ number, NULL }, page, plain))
		g_ptr_array_add(findings, g_strdup_printf("page %u is damaged", number));
}

static bool check_file(PageCipher *cipher, int fd, GHashTable *newer, GPtrArray *findings)
{
	uint8_t page[PAGE_BYTES];
	ssize_t n;

	for (uint32_t number = 1;
	     (n = pread(fd, page, PAGE_BYTES, (off_t)(number - 1) * PAGE_BYTES)) > 0; number++) {
		if (n < PAGE_BYTES)
			g_ptr_array_add(findings, g_strdup_printf("page %u is cut", number));
		else if (!g_hash_table_contains(newer, GUINT_TO_POINTER(number)))
			check_page(cipher, number, page, findings);
	}
	return n == 0;
}

/* [SQLite's file format] The size of the database in pages, in its header. */
enum { HEADER_PAGES = 28 };

/* A checkpoint that was cut may have written the header before the pages that it speaks of: they are in
 * the log still, @newer. */
static uint32_t missing_in(PageCipher *cipher, int fd, GHashTable *newer)
{
	uint8_t page[PAGE_BYTES], plain[PAGE_BYTES];
	off_t size = lseek(fd, 0, SEEK_END);
	uint32_t missing = 0;

	if (size < 0 || pread(fd, page, PAGE_BYTES, 0) != PAGE_BYTES ||
	    !page_open(cipher, (PagePlace){ 1, NULL }, page, plain))
		return 0;
	uint32_t wanted = be32_get(plain + HEADER_PAGES);
	for (uint32_t number = (uint32_t)(size / PAGE_BYTES) + 1; number <= wanted; number++)
		missing += !g_hash_table_contains(newer, GUINT_TO_POINTER(number));
	return missing;
}

uint32_t check_missing(PageBook *book, const char *path)
{
	g_autoptr(GHashTable) newer = pages_in_log(path);
	g_autoptr(PageCipher) cipher = page_cipher_new(book, PAGE_IN_MAIN);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	uint32_t missing = missing_in(cipher, fd, newer);
	close(fd);
	return missing;
}

bool check_pages(PageBook *book, const char *path, GPtrArray *findings, GError **err)
{
	g_autoptr(GHashTable) newer = pages_in_log(path);
	g_autoptr(PageCipher) cipher = page_cipher_new(book, PAGE_IN_MAIN);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return fail_errno(err, errno, _("cannot open %s"), path);
	bool ok = check_file(cipher, fd, newer, findings);
	int why = errno;
	uint32_t missing = ok ? missing_in(cipher, fd, newer) : 0;
	close(fd);
	if (missing > 0)
		g_ptr_array_add(findings, g_strdup_printf("%u pages are missing at the end", missing));
	return ok || fail_errno(err, why, _("cannot read %s"), path);
}

/* ---- the log ---- */

/* The log from its header on, as SQLite reads it: https://www.sqlite.org/fileformat2.html#walformat
 */
typedef struct {
	PageCipher *cipher;
	int         fd;
	uint8_t     head[LOG_HEADER];
	uint32_t    sum[2];
} LogWalk;

enum { LOG_SUM = 24, FRAME_COUNT = 4, FRAME_SUM = 16 };

static uint32_t word_at(const LogWalk *walk, const uint8_t *p)
{
	bool is_big = walk->head[3] & 1;

	return is_big ? be32_get(p) : GUINT32_SWAP_LE_BE(be32_get(p));
}

static void add_sum(LogWalk *walk, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i += 8) {
		walk->sum[0] += word_at(walk, bytes + i) + walk->sum[1];
		walk->sum[1] += word_at(walk, bytes + i + 4) + walk->sum[0];
	}
}

static bool is_sum(const LogWalk *walk, const uint8_t *stored)
{
	return be32_get(stored) == walk->sum[0] && be32_get(stored + 4) == walk->sum[1];
}

/* A frame by itself: of this turn of the log, and under its tag. */
static bool frame_is_ours(LogWalk *walk, const uint8_t *frame, uint8_t ret_plain[PAGE_BYTES])
{
	return memcmp(frame + FRAME_SALTS, walk->head + LOG_SALTS, 8) == 0 &&
	       page_open(walk->cipher, (PagePlace){ be32_get(frame), frame + FRAME_COUNT },
	                 frame + FRAME_HEADER, ret_plain);
}

/* And in its place behind the others. */
static bool frame_follows(LogWalk *walk, const uint8_t *frame)
{
	uint8_t plain[PAGE_BYTES];

	if (!frame_is_ours(walk, frame, plain))
		return false;
	add_sum(walk, frame, FRAME_SALTS);
	add_sum(walk, plain, PAGE_BYTES);
	return is_sum(walk, frame + FRAME_SUM);
}

static bool frame_is_commit(LogWalk *walk, const uint8_t *frame)
{
	uint8_t plain[PAGE_BYTES];

	return be32_get(frame + FRAME_COUNT) != 0 && frame_is_ours(walk, frame, plain);
}

/* The number of the frame where the log ends; 0: a commit stands nowhere behind it. */
static int walk_frames(LogWalk *walk)
{
	uint8_t frame[FRAME_BYTES];
	int end = 0, number = 1;

	for (off_t at = LOG_HEADER; pread(walk->fd, frame, sizeof frame, at) == FRAME_BYTES;
	     at += FRAME_BYTES, number++) {
		if (end == 0 && !frame_follows(walk, frame))
			end = number;
		if (end != 0 && end != number && frame_is_commit(walk, frame))
			return end;
	}
	return 0;
}

/* A header that is not sound hides frames that are; the number of the first, 0: none. */
static int hidden_frame(LogWalk *walk)
{
	uint8_t frame[FRAME_BYTES], plain[PAGE_BYTES];
	int number = 1;

	for (off_t at = LOG_HEADER; pread(walk->fd, frame, sizeof frame, at) == FRAME_BYTES;
	     at += FRAME_BYTES, number++)
		if (page_open(walk->cipher, (PagePlace){ be32_get(frame), frame + FRAME_COUNT },
		              frame + FRAME_HEADER, plain))
			return number;
	return 0;
}

/* 0: where it may. */
static int log_end(LogWalk *walk)
{
	if (pread(walk->fd, walk->head, LOG_HEADER, 0) != LOG_HEADER)
		return 0;
	walk->sum[0] = walk->sum[1] = 0;
	add_sum(walk, walk->head, LOG_SUM);
	if (is_sum(walk, walk->head + LOG_SUM))
		return walk_frames(walk);
	return hidden_frame(walk);
}

bool check_log(PageBook *book, const char *path, GPtrArray *findings, GError **err)
{
	g_autofree char *log = g_strconcat(path, "-wal", NULL);
	g_autoptr(PageCipher) cipher = page_cipher_new(book, PAGE_IN_LOG);
	LogWalk walk = { .cipher = cipher, .fd = open(log, O_RDONLY | O_CLOEXEC) };

	if (walk.fd < 0)
		return errno == ENOENT || fail_errno(err, errno, _("cannot open %s"), log);
	/* Somebody may just be writing it: twice the same is no accident. */
	int end = log_end(&walk);
	if (end > 0 && log_end(&walk) == end)
		g_ptr_array_add(findings,
		                g_strdup_printf("the log is damaged at frame %d, and what was "
		                                "committed behind it is lost",
		                                end));
	close(walk.fd);
	return true;
}
