#include "app/options.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/paths.h"
#include "base/text.h"

char *option_full_name(const Option *option)
{
	return *option->section ? g_strdup_printf("%s.%s", option->section, option->name)
	                        : g_strdup(option->name);
}

static void int_range(const Option *option, int64_t *ret_min, int64_t *ret_max)
{
	g_auto(GStrv) ends = g_strsplit(option->range, "-", 2);
	bool ok = text_to_int(ends[0], 0, INT64_MAX, ret_min) &&
	          text_to_int(ends[1], *ret_min, INT64_MAX, ret_max);

	g_assert(ok);
}

/* "a, b or c" */
static char *choices_as_text(const char *range)
{
	g_auto(GStrv) choices = g_strsplit(range, "|", -1);
	guint count = g_strv_length(choices);
	g_autofree char *last = g_steal_pointer(&choices[count - 1]);
	g_autofree char *others = g_strjoinv(", ", choices);

	return count == 1 ? g_steal_pointer(&last) : g_strdup_printf(_("%s or %s"), others, last);
}

char *option_allowed(const Option *option)
{
	switch (option->type) {
	case OPTION_BOOL:
		return g_strdup(_("yes or no"));
	case OPTION_INT: {
		int64_t min = 0, max = 0;
		int_range(option, &min, &max);
		return g_strdup_printf(_("%lld to %lld%s%s"), (long long)min, (long long)max,
		                       option->unit ? " " : "", option->unit ? option->unit : "");
	}
	case OPTION_CHOICE:
		return choices_as_text(option->range);
	case OPTION_PATH:
		return g_strdup(_("an absolute path, or one that begins with ~/"));
	case OPTION_TEXT:
		break;
	}
	return g_strdup(_("text on one line"));
}

static bool is_allowed(const Option *option, const char *value)
{
	int64_t min = 0, max = 0;

	switch (option->type) {
	case OPTION_BOOL:
		return strcmp(value, "yes") == 0 || strcmp(value, "no") == 0;
	case OPTION_INT:
		int_range(option, &min, &max);
		return text_to_int(value, min, max, &min);
	case OPTION_CHOICE:
		return option_choice(option, value) >= 0;
	case OPTION_PATH:
		return !*value || g_path_is_absolute(value) || g_str_has_prefix(value, "~/");
	case OPTION_TEXT:
		break;
	}
	return g_utf8_validate(value, -1, NULL) && !strpbrk(value, "\r\n");
}

bool option_check(const Option *option, const char *value, GError **err)
{
	if (is_allowed(option, value))
		return true;
	g_autofree char *allowed = option_allowed(option);
	g_autofree char *visible = text_visible(value);
	return fail(err, ERR_CONFIG, _("“%s” is not possible for %s: it takes %s"), visible,
	            option->name, allowed);
}

char *option_next_value(const Option *option, const char *value)
{
	if (option->type == OPTION_BOOL)
		return g_strdup(option_bool(value) ? "no" : "yes");
	if (option->type != OPTION_CHOICE)
		return NULL;
	g_auto(GStrv) choices = g_strsplit(option->range, "|", -1);
	guint next = (guint)(option_choice(option, value) + 1);
	return g_strdup(choices[next < g_strv_length(choices) ? next : 0]);
}

int64_t option_int(const char *value)
{
	int64_t number = 0;
	bool ok = text_to_int(value, INT64_MIN, INT64_MAX, &number);

	g_assert(ok);
	return number;
}

bool option_bool(const char *value)
{
	return strcmp(value, "yes") == 0;
}

char *option_path(const char *value)
{
	if (!*value)
		return NULL;
	return paths_expand_home(value);
}

int option_choice(const Option *option, const char *value)
{
	g_auto(GStrv) choices = g_strsplit(option->range, "|", -1);

	for (int i = 0; choices[i]; i++)
		if (strcmp(choices[i], value) == 0)
			return i;
	return -1;
}
