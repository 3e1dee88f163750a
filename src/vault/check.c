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

bool check_pages(PageBook *book, const char *path, GPtrArray *findings, GError **err)
{
	g_autoptr(GHashTable) newer = pages_in_log(path);
	g_autoptr(PageCipher) cipher = page_cipher_new(book, PAGE_IN_MAIN);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return fail_errno(err, errno, _("cannot open %s"), path);
	bool ok = check_file(cipher, fd, newer, findings);
	int why = errno;
	close(fd);
	return ok || fail_errno(err, why, _("cannot read %s"), path);
}
