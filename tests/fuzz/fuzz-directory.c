/*
 * What meets a directory: any filter with any address, where an address never adds a bracket, a star or an escape of its own; and
 * any bytes as the value of an attribute, of which only certificates for the address asked for are kept. The input is both: up to its first NUL a
 * filter, up to the next an address, and the whole a value.
 */
#include <string.h>

#include "app/certificate_lookup.h"
#include "base/limits.h"
#include "ldap/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static size_t count(const char *text, const char *signs)
{
	size_t found = 0;

	for (; *text; text++)
		found += strchr(signs, *text) != NULL;
	return found;
}

static void check_filter(const char *pattern, const char *address)
{
	g_autoptr(GError) error = NULL;

	if (!ldap_filter_check(pattern, &error)) {
		g_assert(strstr(error->message, "ldap.filter"));
		return;
	}
	g_autofree char *filter = ldap_filter_fill(pattern, address);
	g_assert(count(filter, "()*&|!=~<>:") == count(pattern, "()*&|!=~<>:"));
	for (const char *at = filter; (at = strchr(at, '\\')) && !strchr(pattern, '\\'); at++)
		g_assert(g_ascii_isxdigit(at[1]) && g_ascii_isxdigit(at[2]));
}

static bool has_address(const KnownCertificate *kept, const char *address)
{
	for (char **one = kept->addresses; *one; one++)
		if (g_ascii_strcasecmp(*one, address) == 0)
			return true;
	return false;
}

static void check_value(GBytes *value)
{
	const CertificateLookup lookup = { "grace@example.org", SOURCE_LDAP, 1, 0 };
	g_autoptr(GPtrArray) changes = certificate_changes_new(), values = g_ptr_array_new();

	g_ptr_array_add(values, value);
	lookup_take_files(&lookup, values, changes);
	g_assert(changes->len <= LIMIT_CMS_CERTIFICATES);
	for (guint i = 0; i < changes->len; i++) {
		const KnownCertificate *kept = ((CertificateChange *)changes->pdata[i])->certificate;
		g_assert(has_address(kept, lookup.address) && kept->role == ROLE_NONE && kept->trust == TRUST_UNSAID);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	g_autofree char *text = g_strndup(len ? (const char *)bytes : "", len);
	size_t end = MIN(strlen(text) + 1, len);
	g_autofree char *address = g_strndup(len ? (const char *)bytes + end : "", len - end);
	g_autoptr(GBytes) value = g_bytes_new(bytes, len);

	check_filter(text, address);
	check_value(value);
	return 0;
}
