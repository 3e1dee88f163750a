/*
 * postern-paper: draws one picture. It loads what it needs, shuts itself into a cage, and only then
 * reads the request: see paper/paper.h. Exit code 0: there is an answer; 1: there is none.
 */
#include <chafa.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "paper/helper/cage.h"
#include "paper/helper/decode.h"
#include "paper/helper/draw.h"

enum { REQUEST_BYTES_MAX = PAPER_PICTURE_BYTES_MAX + 1024, CHUNK_BYTES = 64 << 10 };

/* NULL: it cannot be read, or is too long. */
static GBytes *read_all(void)
{
	g_autoptr(GByteArray) all = g_byte_array_new();
	g_autofree guint8 *chunk = g_malloc(CHUNK_BYTES);

	for (;;) {
		ssize_t n = read(STDIN_FILENO, chunk, CHUNK_BYTES);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || all->len > REQUEST_BYTES_MAX)
			return NULL;
		if (n == 0)
			return g_byte_array_free_to_bytes(g_steal_pointer(&all));
		g_byte_array_append(all, chunk, (guint)n);
	}
}

static bool write_all(GBytes *bytes)
{
	gsize len;
	const guint8 *rest = g_bytes_get_data(bytes, &len);

	while (len > 0) {
		ssize_t n = write(STDOUT_FILENO, rest, len);
		if (n < 0 && errno != EINTR)
			return false;
		rest += MAX(n, 0);
		len -= (gsize)MAX(n, 0);
	}
	return true;
}

static PaperAnswer answer_to(GBytes *bytes)
{
	PaperRequest request;
	Decoded      decoded;

	if (!bytes || !paper_request_read(bytes, &request, NULL))
		return (PaperAnswer){ .verdict = PAPER_REFUSED };
	PaperVerdict verdict = decode(request.picture, draw_longest_side(&request), &decoded);
	if (verdict != PAPER_DRAWN)
		return (PaperAnswer){ .verdict = verdict, .output = request.output };
	return draw(&request, &decoded);
}

int main(void)
{
	/* No thread can be made in the cage. */
	chafa_set_n_threads(1);
	decode_prepare();
	if (!cage_shut()) {
		fputs("postern-paper: the kernel refuses the sandbox, so no picture is drawn\n", stderr);
		return 1;
	}
	g_autoptr(GBytes) request = read_all();
	PaperAnswer answer = answer_to(request);
	g_autoptr(GBytes) bytes = paper_answer_bytes(&answer);
	/* The memory goes with the process. */
	_exit(write_all(bytes) ? 0 : 1);
}
