#include "mime/library.h"

#include <gmime/gmime.h>

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
