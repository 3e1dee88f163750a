#include <glib/gstdio.h>
#include <string.h>

#include "app/account_file.h"
#include "base/error.h"
#include "support/profile.h"

#define WHOLE "address = a@b.test\nserver = https://b.test/x\nuser = a\n"

static void test_round_trip(void)
{
	Profile profile;
	g_autoptr(GError) err = NULL;
	g_autoptr(Account) account = account_new();

	profile_init(&profile);
	account->name = g_strdup("work");
	account->address = g_strdup("a@b.test");
	account->server_url = g_strdup("https://b.test:8443/eas?x=1#no");
	account->user_name = g_strdup("CORP\\Zoë; # not a comment");
	account->password_command = g_strdup("pass show \"my work\"");
	account->ca_file = g_strdup("/etc/ca.pem");
	account->tls_min = TLS_MIN_1_3;
	account->filter = 0;
	account->push_s = 0;
	account->poll_s = 60;
	account->is_provision_first = true;
	g_assert_true(account_file_write(profile.paths, account, &err));
	g_assert_no_error(err);

	g_autoptr(Account) again = account_file_read(profile.paths, "work", &err);
	g_assert_no_error(err);
	for (int i = 0; account_options()[i].name; i++) {
		g_autofree char *left = account_option_value(account, i);
		g_autofree char *right = account_option_value(again, i);
		g_assert_cmpstr(left, ==, right);
	}
	g_autofree char *path = account_file_path(profile.paths, "work");
	GStatBuf st;
	g_assert_cmpint(g_stat(path, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0600);
	profile_clear(&profile);
}

static void test_comments_survive(void)
{
	Profile profile;
	g_autoptr(GError) err = NULL;

	profile_init(&profile);
	g_autofree char *path = profile_write(&profile, "accounts/w.conf", "# my work\n" WHOLE "push_s = 60\n", 0600);
	g_autoptr(Account) account = account_file_read(profile.paths, "w", &err);
	g_assert_no_error(err);
	account->push_s = 28 * 60;
	account->poll_s = 77;
	g_assert_true(account_file_write(profile.paths, account, &err));
	g_autofree char *text = profile_read(&profile, "accounts/w.conf");
	g_assert_cmpstr(text, ==, "# my work\n" WHOLE "poll_s = 77\n");
	profile_clear(&profile);
}

static void test_settings_of_its_own(void)
{
	Profile profile;
	g_autoptr(GError) err = NULL;

	profile_init(&profile);
	g_autofree char *path = profile_write(&profile, "accounts/w.conf", WHOLE "compose.signature = work\ncompose.send_hold_s = 0\n", 0600);
	g_autofree char *config = profile_write(&profile, "config", "[compose]\nsignature = home\nformat = markdown\n", 0600);
	g_autoptr(Settings) settings = settings_load(profile.paths, &err);
	g_autoptr(Account) read = account_file_read(profile.paths, "w", &err);
	g_assert_no_error(err);
	g_autoptr(Account) account = account_copy(read);
	g_assert_cmpstr(settings_text_for(settings, account, SETTING_COMPOSE_SIGNATURE), ==, "work");
	g_assert_cmpint(settings_int_for(settings, account, SETTING_COMPOSE_SEND_HOLD_S), ==, 0);
	g_assert_cmpint(settings_choice_for(settings, account, SETTING_COMPOSE_FORMAT), ==, 1);
	g_assert_true(settings_bool_for(settings, account, SETTING_COMPOSE_ASK_EXTERNAL));
	g_assert_cmpstr(settings_text_for(settings, NULL, SETTING_COMPOSE_SIGNATURE), ==, "home");

	g_free(account->name);
	account->name = g_strdup("v");
	g_assert_true(account_file_write(profile.paths, account, &err));
	g_autofree char *text = profile_read(&profile, "accounts/v.conf");
	g_assert_cmpstr(text, ==, WHOLE "compose.signature = work\ncompose.send_hold_s = 0\n");
	profile_clear(&profile);
}

static void test_how_far_back(void)
{
	static const struct { const char *lines; int mail, calendar, contacts; bool notes; } rows[] = {
		{ "", 5, 0, 0, true }, { "sync_window = 3d\nsync_calendar_window = 6m\n", 2, 7, 0, true },
		{ "sync_calendar_window = 2w\nsync_notes = no\n", 5, 4, 0, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Profile profile;
		g_autoptr(GError) err = NULL;
		profile_init(&profile);
		g_autofree char *text = g_strconcat(WHOLE, rows[i].lines, NULL);
		g_autofree char *path = profile_write(&profile, "accounts/w.conf", text, 0600);
		g_autoptr(Account) account = account_file_read(profile.paths, "w", &err);
		g_assert_no_error(err);
		g_assert_cmpint(account_filter(account, FOLDER_INBOX), ==, rows[i].mail);
		g_assert_cmpint(account_filter(account, FOLDER_USER_CALENDAR), ==, rows[i].calendar);
		g_assert_cmpint(account_filter(account, FOLDER_CONTACTS), ==, rows[i].contacts);
		g_assert_true(account_syncs(account, FOLDER_INBOX));
		g_assert_cmpint(account_syncs(account, FOLDER_USER_NOTES), ==, rows[i].notes);
		g_assert_true(account_syncs(account, FOLDER_CALENDAR));
		g_assert_false(account_syncs(account, FOLDER_JOURNAL));
		g_assert_true(account_file_write(profile.paths, account, &err));
		g_autofree char *again = profile_read(&profile, "accounts/w.conf");
		g_assert_cmpstr(again, ==, text);
		profile_clear(&profile);
	}
}

static void test_what_is_refused(void)
{
	static const struct { const char *why, *name, *text; int mode; const char *says; } rows[] = {
		{ "readable by others", "w.conf", WHOLE, 0644, "may be read by others (mode 0644); run: chmod 600" },
		{ "unknown key", "w.conf", WHOLE "passwort = x\n", 0600, "line 4: an account has no key “passwort”" },
		{ "near key", "w.conf", WHOLE "usr = x\n", 0600, "did you mean “user”?" },
		{ "bad value", "w.conf", WHOLE "tls_min = 3.0\n", 0600, "line 4: “3.0” is not possible for tls_min: it takes 1.0, 1.1, 1.2 or 1.3" },
		{ "unknown setting", "w.conf", WHOLE "compose.sig = x\n", 0600, "line 4: there is no setting “compose.sig”" },
		{ "a setting for all", "w.conf", WHOLE "ui.theme = light\n", 0600, "line 4: “ui.theme” is the same for all accounts" },
		{ "its value", "w.conf", WHOLE "compose.format = html\n", 0600, "line 4: “html” is not possible for format: it takes plain or markdown" },
		{ "a section", "w.conf", "[x]\n" WHOLE, 0600, "line 1: an account file has no sections" },
		{ "no server", "w.conf", "address = a@b.test\nuser = a\n", 0600, "“server” is missing" },
		{ "bad name", "a b.conf", WHOLE, 0600, "a b.conf: an account's name has letters" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		Profile profile;
		g_autoptr(GError) err = NULL;
		g_autoptr(GPtrArray) accounts = NULL;
		g_autoptr(Settings) settings = settings_new();
		profile_init(&profile);
		g_autofree char *inside = g_build_filename("accounts", rows[i].name, NULL);
		g_autofree char *path = profile_write(&profile, inside, rows[i].text, rows[i].mode);
		g_test_message("%s", rows[i].why);
		g_assert_false(accounts_load(profile.paths, settings, &accounts, &err));
		g_assert_true(error_is(err, ERR_CONFIG));
		g_assert_nonnull(strstr(err->message, rows[i].says));
		profile_clear(&profile);
	}
}

static void test_default(void)
{
	Profile profile;
	g_autoptr(GError) err = NULL;
	g_autoptr(GPtrArray) accounts = NULL, chosen = NULL, none = NULL;

	profile_init(&profile);
	g_autoptr(Settings) plain = settings_load(profile.paths, &err);
	g_assert_true(accounts_load(profile.paths, plain, &none, &err));
	g_assert_null(accounts_find(none, NULL, &err));
	g_assert_true(error_is(err, ERR_NOT_FOUND));
	g_assert_nonnull(strstr(err->message, "postern account add"));
	g_clear_error(&err);

	g_autofree char *a = profile_write(&profile, "accounts/alpha.conf", WHOLE, 0600);
	g_autofree char *b = profile_write(&profile, "accounts/beta.conf", "address = b@b.test\nserver = https://b.test/x\nuser = b\n", 0600);
	g_assert_true(accounts_load(profile.paths, plain, &accounts, &err));
	g_assert_cmpstr(accounts_find(accounts, NULL, &err)->name, ==, "alpha");
	g_assert_cmpstr(accounts_find(accounts, "B@B.test", &err)->name, ==, "beta");
	g_assert_null(accounts_find(accounts, "bta", &err));
	g_assert_nonnull(strstr(err->message, "did you mean “beta”?"));
	g_clear_error(&err);

	g_assert_true(settings_write(profile.paths, SETTING_ACCOUNTS_DEFAULT, "beta", &err));
	g_autoptr(Settings) changed = settings_load(profile.paths, &err);
	g_assert_true(accounts_load(profile.paths, changed, &chosen, &err));
	g_assert_cmpstr(((Account *)g_ptr_array_index(chosen, 0))->name, ==, "beta");
	g_assert_true(((Account *)g_ptr_array_index(chosen, 0))->is_default);
	g_assert_false(((Account *)g_ptr_array_index(chosen, 1))->is_default);
	profile_clear(&profile);
}

static void test_names(void)
{
	static const char *const bad[] = { "", "../x", "a/b", ".a", "-a", "a b", "ä" };

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_false(account_name_is_valid(bad[i]));
	g_assert_true(account_name_is_valid("A_b-3.x@y"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/account/settings-of-its-own", test_settings_of_its_own);
	g_test_add_func("/account/round-trip", test_round_trip);
	g_test_add_func("/account/comments", test_comments_survive);
	g_test_add_func("/account/refused", test_what_is_refused);
	g_test_add_func("/account/default", test_default);
	g_test_add_func("/account/names", test_names);
	g_test_add_func("/account/how-far-back", test_how_far_back);
	return g_test_run();
}
