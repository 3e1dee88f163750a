#include "mime/library.h"

/* GMime keeps its table of types until the process ends; a leak checker cannot see by whom. */
#ifdef __SANITIZE_ADDRESS__
void __lsan_disable(void);
void __lsan_enable(void);
#else
#define __lsan_disable()
#define __lsan_enable()
#endif

static gpointer init_gmime(gpointer unused)
{
	static const char *const kinds[] = { "rfc822", "rfc2822", "global", "news" };

	__lsan_disable();
	g_mime_init();
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		g_mime_object_register_type("message", kinds[i], GMIME_TYPE_PART);
	__lsan_enable();
	return unused;
}

void mime_library_init(void)
{
	static GOnce once = G_ONCE_INIT;

	g_once(&once, init_gmime, NULL);
}

/* The default falls back to the locale's charset. */
static GMimeParserOptions *options_new(void)
{
	const char *fallbacks[] = { "utf-8", "windows-1252", NULL };
	GMimeParserOptions *options = g_mime_parser_options_new();

	g_mime_parser_options_set_fallback_charsets(options, fallbacks);
	return options;
}

GMimeObject *mime_library_parse(GByteArray *bytes, size_t start, size_t len)
{
	mime_library_init();
	GMimeStream *whole = g_mime_stream_mem_new_with_byte_array(bytes);
	g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(whole), FALSE);
	GMimeStream *window =
		g_mime_stream_substream(whole, (gint64)start, (gint64)(start + len));
	GMimeParser *parser = g_mime_parser_new_with_stream(window);
	GMimeParserOptions *options = options_new();
	GMimeObject *root = g_mime_parser_construct_part(parser, options);
	g_mime_parser_options_free(options);
	g_object_unref(parser);
	g_object_unref(window);
	g_object_unref(whole);
	return root;
}
