/* D2: a corpus read by mime/ with all its text to UTF-8, beside bare GMime. usage: bench-mime DIR */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/bench.h"
#include "mime/mime.h"

static double read_ours(void *data)
{
	GPtrArray *files = data;

	for (guint i = 0; i < files->len; i++) {
		g_autoptr(MimeMessage) message = mime_read(g_ptr_array_index(files, i));
		for (guint k = 0; k < message->parts->len; k++) {
			const MimePart *part = g_ptr_array_index(message->parts, k);
			if (part->role == MIME_TEXT || part->role == MIME_HTML)
				g_bytes_unref(mime_part_content(message, part->index, NULL));
		}
	}
	return files->len;
}

static void text_of(GMimeObject *parent, GMimeObject *part, gpointer unused)
{
	(void)parent;
	(void)unused;
	if (GMIME_IS_TEXT_PART(part))
		g_free(g_mime_text_part_get_text(GMIME_TEXT_PART(part)));
}

static double read_gmime(void *data)
{
	GPtrArray *files = data;

	for (guint i = 0; i < files->len; i++) {
		gsize len;
		const char *bytes = g_bytes_get_data(g_ptr_array_index(files, i), &len);
		GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, len);
		GMimeParser *parser = g_mime_parser_new_with_stream(stream);
		GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
		if (message) {
			g_mime_message_foreach(message, text_of, NULL);
			g_object_unref(message);
		}
		g_object_unref(parser);
		g_object_unref(stream);
	}
	return files->len;
}

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	g_mime_init();
	g_autoptr(GPtrArray) files = bench_read_files(argv[1], 2000);
	if (!files->len)
		return 2;
	double bare = read_gmime(files) ? bench_rate(read_gmime, files) : 0;
	double ours = bench_rate(read_ours, files);
	bench_row("D2", "MIME parse + text to UTF-8, of bare GMime", ours / bare, "times", 0.8, false);
	printf("     (ours %.0f mails/s, GMime %.0f mails/s)\n", ours, bare);
	return 0;
}
