#include <string.h>

#include "app/account_file.h"
#include "app/account_setup.h"
#include "base/error.h"
#include "support/profile.h"

static void test_addresses(void)
{
	static const char *const good[] = { "alice@example.test", "a.b+c@x", "ö@münchen.test" };
	static const char *const bad[] = { "", "alice", "@x", "alice@", "a@b@c", "a b@c", "a@.c", "a@b..c", "a@b\x1b", "a@\u202e" };

	for (size_t i = 0; i < G_N_ELEMENTS(good); i++)
		g_assert_true(account_setup_check_address(good[i], NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GError) err = NULL;
		g_assert_false(account_setup_check_address(bad[i], &err));
		g_assert_true(error_is(err, ERR_USAGE));
	}
}

static void test_names(void)
{
	static const struct { const char *address, *name; } rows[] = {
		{ "alice@example.test", "alice@example.test" }, { "a+b@c", "a-b@c" },
		{ "-x@y", "_x@y" },                             { ".x@y", "_x@y" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = account_setup_name(rows[i].address);
		g_assert_cmpstr(name, ==, rows[i].name);
		g_assert_true(account_name_is_valid(name));
	}
	g_assert_false(account_name_is_valid("../x"));
	g_assert_false(account_name_is_valid("a/b"));
	g_assert_false(account_name_is_valid(""));
}

static void test_servers(void)
{
	static const struct { const char *typed; bool is_plain_ok; const char *used, *says; } rows[] = {
		{ "mail.x.test",                  false, "https://mail.x.test/Microsoft-Server-ActiveSync", NULL },
		{ "mail.x.test:8443",             false, "https://mail.x.test:8443/Microsoft-Server-ActiveSync", NULL },
		{ "https://mail.x.test/",         false, "https://mail.x.test/Microsoft-Server-ActiveSync", NULL },
		{ "https://mail.x.test/eas/sync", false, "https://mail.x.test/eas/sync", NULL },
		{ "http://mail.x.test",           true,  "http://mail.x.test/Microsoft-Server-ActiveSync", NULL },
		{ "http://mail.x.test",           false, NULL, "is not encrypted" },
		{ "ftp://mail.x.test",            false, NULL, "--server: " },
		{ "https://a:b@mail.x.test",      false, NULL, "--server: " },
		{ "https://",                     false, NULL, "--server: " },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_autofree char *used = account_setup_server(rows[i].typed, rows[i].is_plain_ok, &err);
		g_assert_cmpstr(used, ==, rows[i].used);
		if (rows[i].used)
			continue;
		g_assert_true(error_is(err, ERR_USAGE));
		g_assert_nonnull(strstr(err->message, rows[i].says));
	}
}

static void test_make(void)
{
	static const struct { const char *why; SetupWish wish; ErrorKind kind; const char *says; } rows[] = {
		{ "a shell is needed", { .address = "a@b.test", .server = "b.test", .password_command = "pass | head" }, ERR_CONFIG, "needs a shell" },
		{ "no CA file",        { .address = "a@b.test", .server = "b.test", .ca_file = "/no/such.pem" }, ERR_NOT_FOUND, "/no/such.pem" },
		{ "a bad name",        { .address = "a@b.test", .server = "b.test", .name = "a/b" }, ERR_USAGE, "cannot name an account" },
		{ "two lines",         { .address = "a@b.test", .server = "b.test", .user_name = "a\nb" }, ERR_USAGE, "--user" },
	};
	g_autoptr(GError) none = NULL;
	const SetupWish least = { .address = "a@b.test", .server = "b.test", .filter = -1 };
	g_autoptr(Account) account = account_setup_make(&least, &none);

	g_assert_no_error(none);
	g_assert_cmpstr(account->name, ==, "a@b.test");
	g_assert_cmpstr(account->user_name, ==, "a@b.test");
	g_assert_cmpint(account->filter, ==, 5);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		g_test_message("%s", rows[i].why);
		g_assert_null(account_setup_make(&rows[i].wish, &err));
		g_assert_true(error_is(err, rows[i].kind));
		g_assert_nonnull(strstr(err->message, rows[i].says));
	}
}

static bool save(const Profile *profile, const char *name, GError **err)
{
	const SetupWish wish = { .address = "a@b.test", .server = "b.test", .name = name, .filter = -1 };
	g_autoptr(Account) account = account_setup_make(&wish, NULL);

	return account_setup_save(profile->paths, account, err);
}

static void test_save(void)
{
	g_autoptr(GError) err = NULL;
	Profile profile;

	profile_init(&profile);
	g_assert_true(save(&profile, "work", &err));
	g_assert_false(save(&profile, "work", &err));
	g_assert_true(error_is(err, ERR_EXISTS));
	profile_clear(&profile);
}

/* The first account is the default, whatever those are called that come later. */
static void test_the_first_stays_the_default(void)
{
	static const char *const names[] = { "work", "home", "alpha" };
	Profile profile;

	profile_init(&profile);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GError) err = NULL;
		g_autoptr(GPtrArray) accounts = NULL;
		save(&profile, names[i], &err);
		g_assert_no_error(err);
		g_autoptr(Settings) settings = settings_load(profile.paths, &err);
		g_assert_no_error(err);
		g_assert_true(accounts_load(profile.paths, settings, &accounts, &err));
		g_assert_cmpuint(accounts->len, ==, i + 1);
		g_assert_cmpstr(((Account *)accounts->pdata[0])->name, ==, "work");
	}
	profile_clear(&profile);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/account-setup/addresses", test_addresses);
	g_test_add_func("/account-setup/names", test_names);
	g_test_add_func("/account-setup/servers", test_servers);
	g_test_add_func("/account-setup/make", test_make);
	g_test_add_func("/account-setup/save", test_save);
	g_test_add_func("/account-setup/the-first-stays-the-default", test_the_first_stays_the_default);
	return g_test_run();
}
