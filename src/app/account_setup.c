#include "app/account_setup.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "app/account_file.h"
#include "app/probe.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/process.h"
#include "base/text.h"
#include "net/http.h"

#define EAS_PATH "/Microsoft-Server-ActiveSync"

static bool has_blank_or_control(const char *text)
{
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == ' ' || text_is_control(c) || text_is_deceptive(c))
			return true;
	}
	return false;
}

bool account_setup_check_address(const char *address, GError **err)
{
	bool is_text = g_utf8_validate(address, -1, NULL) && !has_blank_or_control(address);
	const char *at = is_text ? strchr(address, '@') : NULL;

	if (at && at > address && at[1] && !strchr(at + 1, '@') && at[1] != '.' &&
	    !strstr(at, ".."))
		return true;
	g_autofree char *visible = text_visible(address);
	return fail(err, ERR_USAGE,
	            _("“%s” is not a mail address; one looks like alice@example.org"), visible);
}

char *account_setup_server(const char *text, bool is_plain_http_ok, GError **err)
{
	g_autofree char *whole =
		strstr(text, "://") ? g_strdup(text) : g_strconcat("https://", text, NULL);
	g_autoptr(GError) why = NULL;
	HttpUrl url = { 0 };

	if (!http_url_parse(whole, &url, &why))
		return fail_null(err, ERR_USAGE, _("--server: %s"), why->message);
	bool is_plain = strcmp(url.scheme, "http") == 0;
	bool is_bare = strcmp(url.path, "/") == 0 || !*url.path;
	http_url_clear(&url);
	if (is_plain && !is_plain_http_ok)
		return fail_null(
			err, ERR_USAGE,
			_("%s is not encrypted: everybody on the way can read password and mail; "
		          "use https://, or confirm with --allow-plain-http"),
			whole);
	if (!is_bare)
		return g_steal_pointer(&whole);
	if (g_str_has_suffix(whole, "/"))
		whole[strlen(whole) - 1] = '\0';
	return g_strconcat(whole, EAS_PATH, NULL);
}

char *account_setup_name(const char *address)
{
	char *name = g_strdup(address);

	g_strcanon(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-", '-');
	for (char *p = name; *p && strchr(".-", *p); p++)
		*p = '_';
	if (strlen(name) > 64)
		name[64] = '\0';
	return name;
}

static bool check_name(const char *name, GError **err)
{
	if (account_name_is_valid(name))
		return true;
	g_autofree char *visible = text_visible(name);
	return fail(err, ERR_USAGE,
	            _("“%s” cannot name an account: up to 64 letters, digits and . _ @ -, "
	              "not beginning with . or -"),
	            visible);
}

static bool check_password_command(const char *command, GError **err)
{
	if (!command || !*command)
		return true;
	g_auto(GStrv) argv = process_split(command, err);
	return argv != NULL;
}

static bool take_ca_file(Account *account, const char *path, GError **err)
{
	if (!path || !*path)
		return true;
	account->ca_file = g_canonicalize_filename(path, NULL);
	if (access(account->ca_file, R_OK) != 0)
		return fail_errno(err, errno, _("cannot open the certificates in %s"),
		                  account->ca_file);
	return true;
}

static bool is_one_line(const char *what, const char *text, GError **err)
{
	if (!text || (g_utf8_validate(text, -1, NULL) && !strpbrk(text, "\r\n")))
		return true;
	return fail(err, ERR_USAGE, _("%s: the value is not one line of UTF-8"), what);
}

Account *account_setup_make(const SetupWish *wish, GError **err)
{
	g_autoptr(Account) account = account_new();

	if (!account_setup_check_address(wish->address, err) ||
	    !is_one_line("--user", wish->user_name, err) ||
	    !is_one_line("--password-command", wish->password_command, err))
		return NULL;
	account->address = g_strdup(wish->address);
	account->name = wish->name ? g_strdup(wish->name) : account_setup_name(wish->address);
	account->user_name =
		g_strdup(wish->user_name && *wish->user_name ? wish->user_name : wish->address);
	account->password_command = wish->password_command && *wish->password_command
	                                    ? g_strdup(wish->password_command)
	                                    : NULL;
	account->is_plain_http_ok = wish->is_plain_http_ok;
	if (wish->filter >= 0)
		account->filter = wish->filter;
	account->server_url = account_setup_server(wish->server, wish->is_plain_http_ok, err);
	if (!account->server_url || !check_name(account->name, err) ||
	    !check_password_command(wish->password_command, err) ||
	    !take_ca_file(account, wish->ca_file, err))
		return NULL;
	return g_steal_pointer(&account);
}

bool account_setup_test(const SetupTest *test, char **ret_report, GError **err)
{
	g_autoptr(Secret) password = probe_password(test->account, test->password, err);
	ProbeSetup setup = { .account = test->account,
		             .password = password,
		             .backend = test->backend,
		             .clock = test->clock };
	g_autoptr(Probe) probe = password ? probe_new(&setup, err) : NULL;

	if (!probe || !probe_run(probe, TASK_CONNECT, test->deadline_ms, err))
		return false;
	const ProbeFacts *facts = probe_facts(probe);
	*ret_report =
		g_strdup_printf(_("signed in as %s; the server speaks ActiveSync %s"),
	                        test->account->user_name, facts->version ? facts->version : "?");
	return true;
}

/* Without a word in the settings the first by name would be it. */
static bool keep_default(const Paths *paths, GError **err)
{
	g_autoptr(Settings) settings = settings_load(paths, err);
	g_autoptr(GPtrArray) accounts = NULL;

	if (!settings)
		return false;
	if (*settings_text(settings, SETTING_ACCOUNTS_DEFAULT))
		return true;
	if (!accounts_load(paths, settings, &accounts, err))
		return false;
	return accounts->len == 0 ||
	       settings_write(paths, SETTING_ACCOUNTS_DEFAULT,
	                      ((Account *)g_ptr_array_index(accounts, 0))->name, err);
}

bool account_setup_save(const Paths *paths, const Account *account, GError **err)
{
	g_autofree char *path = account_file_path(paths, account->name);

	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return fail(
			err, ERR_EXISTS,
			_("there is an account “%s” already (%s); choose another --account-name, or "
		          "remove it first"),
			account->name, path);
	return keep_default(paths, err) && account_file_write(paths, account, err);
}
