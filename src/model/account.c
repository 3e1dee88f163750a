#include "model/account.h"

#include "base/text.h"

Account *account_new(void)
{
	Account *account = g_new0(Account, 1);

	account->protocol = g_strdup("eas");
	account->tls_min = TLS_MIN_1_2;
	account->filter = 5;
	for (PimKind kind = 0; kind < PIM_KIND_COUNT; kind++)
		account->syncs[kind] = true;
	account->push_s = 28 * 60;
	account->poll_s = 15 * 60;
	return account;
}

static void copy_settings(const Account *from, Account *to)
{
	GHashTableIter iter;
	gpointer key, value;

	if (!from->settings)
		return;
	g_hash_table_iter_init(&iter, from->settings);
	while (g_hash_table_iter_next(&iter, &key, &value))
		account_set_setting(to, key, value);
}

bool account_syncs(const Account *account, FolderType type)
{
	int kind = pim_kind_of_folder(type);

	return folder_is_mail(type) || (kind >= 0 && account->syncs[kind]);
}

int account_filter(const Account *account, FolderType type)
{
	if (folder_is_mail(type))
		return account->filter;
	return pim_kind_of_folder(type) == PIM_EVENT ? account->calendar_filter : 0;
}

Account *account_copy(const Account *from)
{
	Account *to = g_memdup2(from, sizeof *from);

	to->name = g_strdup(from->name);
	to->address = g_strdup(from->address);
	to->protocol = g_strdup(from->protocol);
	to->server_url = g_strdup(from->server_url);
	to->user_name = g_strdup(from->user_name);
	to->password_command = g_strdup(from->password_command);
	to->ca_file = g_strdup(from->ca_file);
	to->settings = NULL;
	copy_settings(from, to);
	return to;
}

void account_set_setting(Account *account, const char *full_name, const char *value)
{
	if (!account->settings)
		account->settings =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_hash_table_insert(account->settings, g_strdup(full_name), g_strdup(value));
}

const char *account_setting(const Account *account, const char *full_name)
{
	return account->settings ? g_hash_table_lookup(account->settings, full_name) : NULL;
}

void account_free(Account *account)
{
	if (!account)
		return;
	g_free(account->name);
	g_free(account->address);
	g_free(account->protocol);
	g_free(account->server_url);
	g_free(account->user_name);
	g_free(account->password_command);
	g_free(account->ca_file);
	g_clear_pointer(&account->settings, g_hash_table_unref);
	g_free(account);
}

AccountState *account_state_copy(const AccountState *from)
{
	AccountState *to = g_memdup2(from, sizeof *from);

	to->name = g_strdup(from->name);
	to->device_id = g_strdup(from->device_id);
	to->version = g_strdup(from->version);
	to->commands = g_strdup(from->commands);
	to->server_url = g_strdup(from->server_url);
	to->policy_key = g_strdup(from->policy_key);
	to->policy_hash = g_strdup(from->policy_hash);
	to->folder_key = g_strdup(from->folder_key);
	to->addresses = g_strdup(from->addresses);
	to->last_error = g_strdup(from->last_error);
	return to;
}

void account_state_free(AccountState *state)
{
	if (!state)
		return;
	g_free(state->name);
	g_free(state->device_id);
	g_free(state->version);
	g_free(state->commands);
	g_free(state->server_url);
	g_free(state->policy_key);
	g_free(state->policy_hash);
	g_free(state->folder_key);
	g_free(state->addresses);
	g_free(state->last_error);
	g_free(state);
}

bool account_keeps_drafts(const AccountState *state)
{
	g_auto(GStrv) numbers = g_strsplit(state->version ? state->version : "", ".", 2);
	int64_t major = 0;

	return numbers[0] && text_to_int(numbers[0], 0, 999, &major) && major >= 16;
}
