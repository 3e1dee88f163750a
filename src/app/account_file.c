#include "app/account_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/ini.h"
#include "app/suggest.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"

enum { NAME_MAX_BYTES = 64 };

typedef enum {
#define OPTION(id, ...) KEY_##id,
#include "app/account.def"
#undef OPTION
	KEY_COUNT
} AccountKey;

static const Option keys[KEY_COUNT + 1] = {
#define OPTION(id, name_, type_, default_, range_, ...)                                            \
	{ .section = "", .name = #name_, .type = OPTION_##type_, .default_value = default_,        \
	  .range = range_, .help = __VA_ARGS__ },
#include "app/account.def"
#undef OPTION
};

const Option *account_options(void)
{
	return keys;
}

bool account_name_is_valid(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= NAME_MAX_BYTES && !strchr(".-", *name) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-") ==
	               len;
}

static char *accounts_dir(const Paths *paths)
{
	return g_build_filename(paths->config_dir, "accounts", NULL);
}

char *account_file_path(const Paths *paths, const char *name)
{
	g_autofree char *dir = accounts_dir(paths);
	g_autofree char *file = g_strconcat(name, ".conf", NULL);

	return g_build_filename(dir, file, NULL);
}

/* ---- between record and text ---- */

static char **text_field(Account *account, AccountKey key)
{
	switch (key) {
	case KEY_ADDRESS:          return &account->address;
	case KEY_PROTOCOL:         return &account->protocol;
	case KEY_SERVER:           return &account->server_url;
	case KEY_USER:             return &account->user_name;
	case KEY_PASSWORD_COMMAND: return &account->password_command;
	case KEY_CA_FILE:          return &account->ca_file;
	default:                   return NULL;
	}
}

static bool *bool_field(Account *account, AccountKey key)
{
	switch (key) {
	case KEY_PLAIN_HTTP:      return &account->is_plain_http_ok;
	case KEY_PROVISION_FIRST: return &account->is_provision_first;
	case KEY_LATIN1_RETRY:    return &account->is_latin1_retry;
	case KEY_SYNC_CALENDARS:  return &account->syncs[PIM_EVENT];
	case KEY_SYNC_CONTACTS:   return &account->syncs[PIM_CONTACT];
	case KEY_SYNC_TASKS:      return &account->syncs[PIM_TODO];
	case KEY_SYNC_NOTES:      return &account->syncs[PIM_NOTE];
	default:                  return NULL;
	}
}

static void set_text(char **field, char *value)
{
	g_free(*field);
	*field = value && *value ? value : NULL;
	if (value && !*value)
		g_free(value);
}

/* FilterType by the place of its choice. */
static const int calendar_filters[] = { 0, 4, 5, 6, 7 };

static void account_set(Account *account, AccountKey key, const char *value)
{
	char **text = text_field(account, key);
	bool *truth = bool_field(account, key);

	if (text)
		set_text(text, key == KEY_CA_FILE ? option_path(value) : g_strdup(value));
	else if (truth)
		*truth = option_bool(value);
	else if (key == KEY_TLS_MIN)
		account->tls_min = (TlsMin)option_choice(&keys[key], value);
	else if (key == KEY_SYNC_WINDOW)
		account->filter = option_choice(&keys[key], value);
	else if (key == KEY_SYNC_CALENDAR_WINDOW)
		account->calendar_filter = calendar_filters[option_choice(&keys[key], value)];
	else if (key == KEY_PUSH_S)
		account->push_s = (int)option_int(value);
	else if (key == KEY_POLL_S)
		account->poll_s = (int)option_int(value);
}

static int calendar_choice(const Account *account)
{
	for (size_t i = 0; i < G_N_ELEMENTS(calendar_filters); i++)
		if (calendar_filters[i] == account->calendar_filter)
			return (int)i;
	return 0;
}

static char *choice_at(AccountKey key, int index)
{
	g_auto(GStrv) choices = g_strsplit(keys[key].range, "|", -1);

	return g_strdup(choices[CLAMP(index, 0, (int)g_strv_length(choices) - 1)]);
}

char *account_option_value(const Account *account, int index)
{
	AccountKey key = (AccountKey)index;
	Account *fields = (Account *)account;      /* read only, through the same two maps */
	char **text = text_field(fields, key);
	bool *truth = bool_field(fields, key);

	if (text)
		return g_strdup(*text ? *text : "");
	if (truth)
		return g_strdup(*truth ? "yes" : "no");
	if (key == KEY_TLS_MIN)
		return choice_at(key, (int)account->tls_min);
	if (key == KEY_SYNC_WINDOW)
		return choice_at(key, account->filter);
	if (key == KEY_SYNC_CALENDAR_WINDOW)
		return choice_at(key, calendar_choice(account));
	return g_strdup_printf("%d", key == KEY_PUSH_S ? account->push_s : account->poll_s);
}

/* ---- files ---- */

static bool check_mode(const char *path, GError **err)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return fail_errno(err, errno, _("cannot open %s"), path);
	if (st.st_mode & 077)
		return fail(err, ERR_CONFIG,
		            _("%s may be read by others (mode %04o); run: chmod 600 %s"), path,
		            (unsigned)(st.st_mode & 07777), path);
	return true;
}

static int find_key(const char *name)
{
	for (int i = 0; i < KEY_COUNT; i++)
		if (strcmp(keys[i].name, name) == 0)
			return i;
	return -1;
}

static bool refuse_key(const char *place, const char *key, GError **err)
{
	const char *names[KEY_COUNT + 1] = { NULL };

	for (int i = 0; i < KEY_COUNT; i++)
		names[i] = keys[i].name;
	g_autofree char *hint = suggest_hint(key, names);
	return fail(err, ERR_CONFIG, _("%s: an account has no key “%s”%s"), place, key, hint);
}

static bool take_setting(Account *account, const IniLine *line, const char *place, GError **err)
{
	g_autoptr(GError) why = NULL;
	SettingId id;

	if (!setting_find(line->key, &id, &why))
		return fail(err, ERR_CONFIG, "%s: %s", place, why->message);
	if (!setting_option(id)->is_per_account)
		return fail(err, ERR_CONFIG, _("%s: “%s” is the same for all accounts"), place,
		            line->key);
	if (!option_check(setting_option(id), line->value, &why))
		return fail(err, ERR_CONFIG, "%s: %s", place, why->message);
	account_set_setting(account, line->key, line->value);
	return true;
}

static bool take_line(Account *account, const IniLine *line, const char *place, GError **err)
{
	g_autoptr(GError) why = NULL;

	if (*line->section)
		return fail(err, ERR_CONFIG, _("%s: an account file has no sections"), place);
	if (!line->key)
		return true;
	if (strchr(line->key, '.'))
		return take_setting(account, line, place, err);
	int key = find_key(line->key);
	if (key < 0)
		return refuse_key(place, line->key, err);
	if (!option_check(&keys[key], line->value, &why))
		return fail(err, ERR_CONFIG, "%s: %s", place, why->message);
	account_set(account, (AccountKey)key, line->value);
	return true;
}

Account *account_file_read(const Paths *paths, const char *name, GError **err)
{
	g_autofree char *path = account_file_path(paths, name);
	g_autoptr(Account) account = account_new();
	g_autoptr(IniFile) ini = NULL;

	if (!check_mode(path, err) || !(ini = ini_read(path, err)))
		return NULL;
	account->name = g_strdup(name);
	for (guint i = 0; i < ini->lines->len; i++) {
		g_autofree char *place = g_strdup_printf(_("%s, line %u"), path, i + 1);
		if (!take_line(account, g_ptr_array_index(ini->lines, i), place, err))
			return NULL;
	}
	for (int key = 0; key < KEY_COUNT; key++) {
		char **text = text_field(account, (AccountKey)key);
		if (text && !*text && (key == KEY_ADDRESS || key == KEY_SERVER || key == KEY_USER))
			return fail_null(err, ERR_CONFIG, _("%s: “%s” is missing"), path,
			                 keys[key].name);
	}
	return g_steal_pointer(&account);
}

bool account_file_write(const Paths *paths, const Account *account, GError **err)
{
	g_autofree char *path = account_file_path(paths, account->name);
	bool is_there = g_file_test(path, G_FILE_TEST_EXISTS);
	g_autoptr(IniFile) ini = is_there ? ini_read(path, err) : ini_parse(path, "", 0, err);

	if (!ini)
		return false;
	for (int key = 0; key < KEY_COUNT; key++) {
		g_autofree char *value = account_option_value(account, key);
		if (strcmp(value, keys[key].default_value) != 0)
			ini_set(ini, "", keys[key].name, value);
		else
			ini_unset(ini, "", keys[key].name);
	}
	for (int i = 0; i < SETTING_COUNT; i++) {
		g_autofree char *name = option_full_name(setting_option((SettingId)i));
		const char *value = account_setting(account, name);
		if (value)
			ini_set(ini, "", name, value);
	}
	return ini_write(ini, err);
}

bool account_file_remove(const Paths *paths, const char *name, GError **err)
{
	g_autofree char *path = account_file_path(paths, name);

	if (unlink(path) != 0)
		return fail_errno(err, errno, _("cannot remove %s"), path);
	return true;
}

/* ---- all of them ---- */

static bool load_all(const Paths *paths, GPtrArray *accounts, GError **err)
{
	g_autofree char *dir_path = accounts_dir(paths);
	g_autoptr(GDir) dir = g_dir_open(dir_path, 0, NULL);
	const char *file;

	while (dir && (file = g_dir_read_name(dir))) {
		if (!g_str_has_suffix(file, ".conf") || *file == '.')
			continue;
		g_autofree char *name = g_strndup(file, strlen(file) - strlen(".conf"));
		if (!account_name_is_valid(name))
			return fail(
				err, ERR_CONFIG,
				_("%s/%s: an account's name has letters, digits and . _ @ - only"),
				dir_path, file);
		Account *account = account_file_read(paths, name, err);
		if (!account)
			return false;
		g_ptr_array_add(accounts, account);
	}
	return true;
}

static int compare_accounts(gconstpointer a, gconstpointer b)
{
	const Account *left = *(Account *const *)a, *right = *(Account *const *)b;

	if (left->is_default != right->is_default)
		return left->is_default ? -1 : 1;
	return strcmp(left->name, right->name);
}

static bool choose_default(GPtrArray *accounts, const Settings *settings, GError **err)
{
	const char *wanted = settings_text(settings, SETTING_ACCOUNTS_DEFAULT);

	g_ptr_array_sort(accounts, compare_accounts);
	for (guint i = 0; i < accounts->len; i++) {
		Account *account = g_ptr_array_index(accounts, i);
		account->is_default = *wanted ? strcmp(account->name, wanted) == 0 : i == 0;
		if (!account->is_default)
			continue;
		g_ptr_array_sort(accounts, compare_accounts);
		return true;
	}
	if (!*wanted || accounts->len == 0)
		return true;
	return fail(
		err, ERR_CONFIG,
		_("%s: there is no account “%s”; choose one with: postern account default NAME"),
		settings_origin(settings, SETTING_ACCOUNTS_DEFAULT), wanted);
}

bool accounts_load(const Paths *paths, const Settings *settings, GPtrArray **ret_accounts,
                   GError **err)
{
	g_autoptr(GPtrArray) accounts =
		g_ptr_array_new_with_free_func((GDestroyNotify)account_free);

	if (!load_all(paths, accounts, err) || !choose_default(accounts, settings, err))
		return false;
	*ret_accounts = g_steal_pointer(&accounts);
	return true;
}

const Account *accounts_find(const GPtrArray *accounts, const char *name, GError **err)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; i < accounts->len; i++) {
		const Account *account = g_ptr_array_index(accounts, i);
		if (!name ? account->is_default
		          : strcmp(account->name, name) == 0 ||
		                    text_equal_ascii_case(account->address, name))
			return account;
		g_ptr_array_add(names, account->name);
	}
	if (accounts->len == 0)
		return fail_null(
			err, ERR_NOT_FOUND,
			_("there is no account yet; add one with: postern account add ADDRESS"));
	g_ptr_array_add(names, NULL);
	g_autofree char *hint = suggest_hint(name ? name : "", (const char *const *)names->pdata);
	return fail_null(err, ERR_NOT_FOUND, _("there is no account “%s”%s"), name, hint);
}
