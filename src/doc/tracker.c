#include "doc/tracker.h"

#include <glib.h>
#include <string.h>

#include "base/text.h"

enum { DOT_MOST = 2 };

static const char *const signs[] = {
#define TRACKER(text, who) text,
#include "doc/trackers.def"
#undef TRACKER
};

static bool is_dot(const TrackerSigns *picture)
{
	return (picture->width >= 0 || picture->height >= 0) && picture->width <= DOT_MOST &&
	       picture->height <= DOT_MOST;
}

/* Where a URL's path begins; NULL: nowhere. */
static const char *path_of(const char *url)
{
	const char *host = strstr(url, "//");

	return host ? strchr(host + 2, '/') : NULL;
}

static bool is_at_a_counter(const char *url)
{
	const char *path = path_of(url);
	g_autofree char *low = text_lower_ascii(path ? path : "");

	for (size_t i = 0; i < G_N_ELEMENTS(signs); i++)
		if (strstr(low, signs[i]))
			return true;
	return false;
}

bool tracker_has_signs(const TrackerSigns *picture)
{
	bool is_mute = picture->width < 0 && picture->height < 0 && !*picture->alt;

	return picture->is_hidden || is_dot(picture) ||
	       (is_mute && is_at_a_counter(picture->source));
}
