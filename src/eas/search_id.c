#include "eas/search_id.h"

#include <glib.h>

char *search_id_make(const char *what, const char *query)
{
	g_autofree char *both = g_strconcat(what, "\n", query, NULL);
	g_autofree char *hex = g_compute_checksum_for_string(G_CHECKSUM_SHA256, both, -1);

	return g_strdup_printf("%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
	                       hex + 20);
}
