/* What a directory is asked: an address never becomes more than a value, and settings that make no sense are named. */
#include <string.h>

#include "base/error.h"
#include "ldap/directory.h"
#include "ldap/filter.h"

static void test_an_address_fills_the_pattern(void)
{
	static const struct { const char *why, *pattern, *address, *filter; } rows[] = {
		{ "plain", "(mail=%m)", "grace@example.org", "(mail=grace@example.org)" },
		{ "what addresses have", "(mail=%m)", "a.b-c_d+e@x-y.test", "(mail=a.b-c_d+e@x-y.test)" },
		{ "twice", "(|(mail=%m)(proxyAddresses=smtp:%m))", "g@x.test", "(|(mail=g@x.test)(proxyAddresses=smtp:g@x.test))" },
		{ "a per cent sign", "(&(cn=100%%)(mail=%m))", "g@x.test", "(&(cn=100%)(mail=g@x.test))" },
		{ "a per cent sign in the address", "(mail=%m)", "%m@x.test", "(mail=\\25m@x.test)" },
		{ "a star", "(mail=%m)", "*", "(mail=\\2a)" },
		{ "another filter", "(mail=%m)", "x)(|(mail=*)", "(mail=x\\29\\28\\7c\\28mail\\3d\\2a\\29)" },
		{ "an escape", "(mail=%m)", "\\2a@x.test", "(mail=\\5c2a@x.test)" },
		{ "blanks and quotes", "(mail=%m)", "\"g h\"@x.test", "(mail=\\22g\\20h\\22@x.test)" },
		{ "a line end", "(mail=%m)", "g\r\n@x.test", "(mail=g\\0d\\0a@x.test)" },
		{ "letters beyond ASCII", "(mail=%m)", "gr\xC3\xBC@x.test", "(mail=gr\\c3\\bc@x.test)" },
		{ "nothing", "(mail=%m)", "", "(mail=)" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].why);
		g_autofree char *filter = ldap_filter_fill(rows[i].pattern, rows[i].address);
		g_assert_true(ldap_filter_check(rows[i].pattern, NULL));
		g_assert_cmpstr(filter, ==, rows[i].filter);
	}
}

static void test_settings_that_make_no_sense(void)
{
	g_autofree char *endless = g_strnfill(1001, 'm');
	const struct { const char *why, *server, *filter, *says; } rows[] = {
		{ "well", "ldaps://directory.test", "(mail=%m)", NULL },
		{ "with a port", "ldap://directory.test:3890", "(mail=%m)", NULL },
		{ "with a last slash", "ldap://directory.test/", "(mail=%m)", NULL },
		{ "an address of IPv6", "ldaps://[::1]:636", "(mail=%m)", NULL },
		{ "another protocol", "https://directory.test", "(mail=%m)", "ldap.server must be" },
		{ "a socket", "ldapi://%2Frun%2Fldapi", "(mail=%m)", "ldap.server must be" },
		{ "without TCP", "cldap://directory.test", "(mail=%m)", "ldap.server must be" },
		{ "no host", "ldap://", "(mail=%m)", "ldap.server must be" },
		{ "a base in it", "ldap://directory.test/dc=test", "(mail=%m)", "ldap.server must be" },
		{ "a question in it", "ldap://directory.test/??sub?(mail=*)", "(mail=%m)", "ldap.server must be" },
		{ "two", "ldap://a.test ldap://b.test", "(mail=%m)", "ldap.server must be" },
		{ "port 0", "ldap://directory.test:0", "(mail=%m)", NULL },
		{ "a port that is none", "ldap://directory.test:65536", "(mail=%m)", "ldap.server must be" },
		{ "nothing", "", "(mail=%m)", "ldap.server must be" },
		{ "no address", "ldaps://directory.test", "(mail=*)", "ldap.filter has no %m" },
		{ "nothing asked", "ldaps://directory.test", "", "ldap.filter has no %m" },
		{ "another sign", "ldaps://directory.test", "(mail=%m)(cn=%u)", "neither %m" },
		{ "a sign at the end", "ldaps://directory.test", "(mail=%m)%", "neither %m" },
		{ "two signs", "ldaps://directory.test", "(mail=%%m)", "ldap.filter has no %m" },
		{ "endless", "ldaps://directory.test", endless, "longer than 1000 bytes" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		const LdapSetup setup = { .server = rows[i].server, .filter = rows[i].filter };
		g_autoptr(GError) err = NULL;
		g_test_message("%s", rows[i].why);
		g_assert_cmpint(ldap_setup_check(&setup, &err), ==, !rows[i].says);
		if (!rows[i].says)
			continue;
		g_assert_true(error_is(err, ERR_CONFIG));
		g_assert_nonnull(strstr(err->message, rows[i].says));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ldap/an address fills the pattern", test_an_address_fills_the_pattern);
	g_test_add_func("/ldap/settings that make no sense", test_settings_that_make_no_sense);
	return g_test_run();
}
