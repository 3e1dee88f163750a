#include "cli/input.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"

char *input_text(const char *path, size_t max_bytes, GError **err)
{
	bool is_standard = strcmp(path, "-") == 0;
	g_autoptr(GBytes) bytes = file_read_input(is_standard ? NULL : path, max_bytes, err);
	gsize len;

	if (!bytes)
		return NULL;
	const char *text = g_bytes_get_data(bytes, &len);
	if (g_utf8_validate_len(text ? text : "", len, NULL))
		return g_strndup(text ? text : "", len);
	return is_standard ? fail_null(err, ERR_USAGE,
	                               _("the text on the standard input is not UTF-8"))
	                   : fail_null(err, ERR_USAGE, _("the text in %s is not UTF-8"), path);
}
