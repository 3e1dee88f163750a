#include "ldap/filter.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"

bool ldap_filter_check(const char *pattern, GError **err)
{
	bool has_address = false;

	if (strlen(pattern) > LIMIT_LDAP_FILTER_BYTES)
		return fail(err, ERR_CONFIG, _("ldap.filter is longer than %d bytes"),
		            LIMIT_LDAP_FILTER_BYTES);
	for (const char *at = pattern; (at = strchr(at, '%')); at += 2) {
		if (at[1] != 'm' && at[1] != '%')
			return fail(
				err, ERR_CONFIG,
				_("ldap.filter has a %% that is neither %%m, the address, nor %%%%"));
		has_address |= at[1] == 'm';
	}
	return has_address ||
	       fail(err, ERR_CONFIG,
	            _("ldap.filter has no %%m, the place of the address, as in (mail=%%m)"));
}

static bool is_plain(char c) { return g_ascii_isalnum(c) || (c && strchr("@.-_+", c)); }

/* RFC 4515, 3: any octet may be written as a backslash and two hex digits. */
static void append_escaped(GString *filter, const char *text)
{
	for (; *text; text++)
		if (is_plain(*text))
			g_string_append_c(filter, *text);
		else
			g_string_append_printf(filter, "\\%02x", (guchar)*text);
}

char *ldap_filter_fill(const char *pattern, const char *address)
{
	GString *filter = g_string_new(NULL);

	for (const char *at = pattern; *at; at++) {
		if (*at != '%')
			g_string_append_c(filter, *at);
		else if (*++at == 'm')
			append_escaped(filter, address);
		else
			g_string_append_c(filter, '%');
	}
	return g_string_free(filter, FALSE);
}
