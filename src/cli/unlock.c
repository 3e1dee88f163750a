#include "cli/unlock.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/process.h"
#include "cli/ask.h"
#include "vault/lock.h"

enum { TRIES = 3, COMMAND_TIMEOUT_S = 60 };

static bool is_locked(const Cli *cli)
{
	g_autofree char *dir = settings_data_dir(cli->settings, cli->paths);

	return vault_is_marked(dir);
}

/* Whoever finds the terminal could run it as well: it opens no store that its owner has locked. */
static const char *key_command(const Cli *cli)
{
	return is_locked(cli) ? "" : settings_text(cli->settings, SETTING_VAULT_KEY_COMMAND);
}

static Secret *run_command(const char *command, GError **err)
{
	g_auto(GStrv) argv = process_split(command, err);

	return argv ? process_read_secret(argv, COMMAND_TIMEOUT_S, err) : NULL;
}

static Secret *ask_person(int wrong, GError **err)
{
	if (wrong == TRIES)
		return fail_null(err, ERR_SIGN_IN, _("none of %d passphrases opens the store"),
		                 wrong);
	return ask_secret(wrong ? _("It does not fit. Passphrase of the store:")
	                        : _("Passphrase of the store:"),
	                  err);
}

/* What a script gives is tried once: the second time it would be the same. */
static Secret *ask(gpointer data, int wrong, GError **err)
{
	Cli *cli = data;
	bool has_fd = args_has(cli->args, "passphrase-fd");

	if (wrong && (has_fd || *key_command(cli)))
		return fail_null(err, ERR_SIGN_IN,
		                 has_fd ? _("the passphrase of --passphrase-fd does not open the "
		                            "store")
		                        : _("the passphrase of vault.key_command does not open the "
		                            "store"));
	if (has_fd)
		return ask_descriptor((int)args_int(cli->args, "passphrase-fd", 0), err);
	if (*key_command(cli))
		return run_command(key_command(cli), err);
	if (cli_may_ask(cli))
		return ask_person(wrong, err);
	if (is_locked(cli))
		return fail_null(err, ERR_LOCKED,
		                 _("the store is locked: only its passphrase opens it; type it, or "
		                   "give --passphrase-fd"));
	return fail_null(err, ERR_ASK,
	                 _("the store needs its passphrase: give --passphrase-fd, or set "
	                   "vault.key_command"));
}

/* ---- a new store ---- */

static const char welcome[] = N_(
	"\n"
	"Postern keeps your mail on this machine, encrypted. What shall open it?\n"
	"\n"
	"  1  A passphrase that you type when Postern starts. Nobody reads the mail\n"
	"     without it, and Postern can be locked. Forgotten, it cannot be replaced:\n"
	"     “postern vault recovery” makes a key on paper for that day.\n"
	"\n"
	"  2  A key file beside the mail. Nothing is asked. It protects backups and\n"
	"     copies that lack the file, not from who can read your files.\n"
	"\n"
	"“postern passwd” and “postern vault keyfile” change this at any time.\n"
	"\n");

static Secret *type_twice(GError **err)
{
	g_autoptr(Secret) once = ask_secret(_("New passphrase:"), err);
	g_autoptr(Secret) twice = once ? ask_secret(_("The same again:"), err) : NULL;

	if (!twice)
		return NULL;
	if (!secret_equal(once, twice))
		return fail_null(err, ERR_USAGE, _("the two differ; nothing was changed"));
	return g_steal_pointer(&once);
}

/* Until it is long enough and twice the same. */
static bool type_first(Secret **ret_passphrase, GError **err)
{
	for (;;) {
		g_autoptr(GError) why = NULL;
		g_autoptr(Secret) passphrase = type_twice(&why);

		if (passphrase && passphrase_is_fit(passphrase, &why)) {
			*ret_passphrase = g_steal_pointer(&passphrase);
			return true;
		}
		if (!error_is(why, ERR_USAGE)) {
			g_propagate_error(err, g_steal_pointer(&why));
			return false;
		}
		output_message("%s", why->message);
	}
}

static bool choose_by_hand(Secret **ret_passphrase, GError **err)
{
	fputs(_(welcome), stderr);
	for (;;) {
		g_autofree char *choice = ask_line(_("1 or 2?"), "1", err);

		if (!choice)
			return false;
		if (strcmp(choice, "1") == 0)
			return type_first(ret_passphrase, err);
		if (strcmp(choice, "2") == 0)
			return true;
	}
}

/* What opens it from then on is what would be asked for it; of a script that says nothing, a key
 * file. */
static bool choose(gpointer data, Secret **ret_passphrase, GError **err)
{
	Cli *cli = data;

	if (args_has(cli->args, "passphrase-fd"))
		*ret_passphrase =
			ask_descriptor((int)args_int(cli->args, "passphrase-fd", 0), err);
	else if (*key_command(cli))
		*ret_passphrase = run_command(key_command(cli), err);
	else
		return !cli_may_ask(cli) || choose_by_hand(ret_passphrase, err);
	return *ret_passphrase != NULL;
}

Opener unlock_opener(Cli *cli)
{
	int64_t minutes = settings_int(cli->settings, SETTING_VAULT_CACHE_MIN);

	return (Opener){ .ask = ask, .choose = choose, .data = cli, .cache_s = (int)minutes * 60 };
}

Store *unlock_store(Cli *cli, const char *dir, GError **err)
{
	Opener opener = unlock_opener(cli);

	opener.unlocks = cli->is_for_screens;
	return store_open_by(dir, cli->clock, &opener, err);
}

bool unlock_for_all(Cli *cli, const char *dir, GError **err)
{
	return unlock_for_all_by_file(cli, dir, NULL, err);
}

bool unlock_for_all_by_file(Cli *cli, const char *dir, const char *path, GError **err)
{
	Opener opener = unlock_opener(cli);

	opener.unlocks = opener.is_anew = true;
	opener.key_file = path;
	if (!cli->store)
		cli->store = store_open_by(dir, cli->clock, &opener, err);
	return cli->store != NULL;
}

Vault *unlock_vault(Cli *cli, GError **err)
{
	g_autofree char *dir = settings_data_dir(cli->settings, cli->paths);
	Opener opener = unlock_opener(cli);

	opener.is_anew = true;
	if (!cli->store)
		cli->store = store_open_by(dir, cli->clock, &opener, err);
	return cli->store ? store_vault(cli->store) : NULL;
}

Secret *unlock_new_passphrase(Cli *cli, const char *option, GError **err)
{
	if (args_has(cli->args, option))
		return ask_descriptor((int)args_int(cli->args, option, 0), err);
	if (!cli_may_ask(cli))
		return fail_null(err, ERR_ASK, _("a new passphrase is needed: give --%s"), option);
	return type_twice(err);
}
