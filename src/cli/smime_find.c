#include "app/certificate_directory.h"
#include "app/certificate_lookup.h"
#include "base/error.h"
#include "base/i18n.h"
#include "cli/ask.h"
#include "cli/certificates.h"
#include "cli/consult.h"
#include "cli/engine.h"

static const ArgOption options[] = {
	{ 0, "ldap", ARG_FLAG, NULL, NULL,
	  N_("ask the directory of ldap.server if there is none here, and keep what it has") },
	{ 0, "server", ARG_FLAG, NULL, NULL,
	  N_("ask the account's server if there is none here, and keep what it has") },
	{ 0 },
};

static const char *address_of(const Cli *cli) { return args_operands(cli->args)[0]; }

/* *ret_row NULL: there is none. */
static bool find_here(Cli *cli, const KnownCertificate **ret_row, GError **err)
{
	const Certificates *known = cli_certificates(cli, err);

	if (!known)
		return false;
	*ret_row = certificates_recipient(known, address_of(cli), clock_now_ms(cli->clock));
	return true;
}

/* ---- the LDAP directory ---- */

static CertificateDirectory *directory_of(Cli *cli, const Account *account, GError **err)
{
	CertificateDirectory *directory = certificate_directory_new(cli->settings, account);

	return directory
	               ? directory
	               : fail_null(
				 err, ERR_CONFIG,
				 _("there is no directory to ask; say where it is: postern config set ldap.server ldaps://HOST"));
}

static void hurry(const Cli *cli, CertificateDirectory *directory)
{
	int64_t deadline_ms = cli_deadline_ms(cli);

	if (deadline_ms >= 0)
		certificate_directory_hurry(
			directory, (int)((deadline_ms - clock_uptime_ms(cli->clock)) / 1000));
}

/* *ret_password NULL: nobody has to be asked, or nobody can. */
static bool ask_password(const Cli *cli, const CertificateDirectory *directory,
                         Secret **ret_password, GError **err)
{
	const char *name = certificate_directory_asks_for(directory);

	if (!name || !cli_may_ask(cli))
		return true;
	g_autofree char *question = g_strdup_printf(_("Password of %s:"), name);
	*ret_password = ask_secret(question, err);
	return *ret_password != NULL;
}

static bool ask_directory(Cli *cli, const Account *account, GPtrArray *changes, GError **err)
{
	g_autoptr(CertificateDirectory) directory = directory_of(cli, account, err);
	g_autoptr(Secret) password = NULL;
	g_autoptr(GPtrArray) addresses = g_ptr_array_new();
	int64_t account_id;

	g_ptr_array_add(addresses, (char *)address_of(cli));
	if (!directory || !ask_password(cli, directory, &password, err) ||
	    !cli_engine_account_id(cli, account, &account_id, err))
		return false;
	hurry(cli, directory);
	CertificateQuestion question = { password, addresses, account_id, cli->clock };
	return certificate_directory_ask(directory, &question, changes, err);
}

static bool ask_ldap(Cli *cli, GError **err)
{
	const Account *account = cli_account(cli, err);
	g_autoptr(GPtrArray) changes = certificate_changes_new();

	if (!account)
		return false;
	if (args_has(cli->args, "offline"))
		return fail(err, ERR_REFUSED, _("%s needs the server, and --offline forbids it"),
		            cli->verb->name);
	return ask_directory(cli, account, changes, err) &&
	       (changes->len == 0 || certificates_change(cli, changes, err));
}

/* ---- the server's directory ---- */

static int64_t ask_certificates(SyncClient *client, int64_t account_id, const void *address)
{
	return sync_wish_certificates(client, account_id, address);
}

static bool keep(Cli *cli, Errand *errand, const GPtrArray *changes, GError **err)
{
	g_autoptr(SyncEvent) event = NULL;

	if (changes->len == 0 || args_has(cli->args, "dry-run"))
		return true;
	g_clear_pointer(&cli->certificates, certificates_unref);
	return errand_answer(errand, sync_certificates(errand_client(errand), changes), &event,
	                     err);
}

static bool ask_server(Cli *cli, GError **err)
{
	const Account *account = cli_account(cli, err);
	CertificateLookup lookup = { address_of(cli), SOURCE_SERVER, 0, clock_now_ms(cli->clock) };
	g_autoptr(GPtrArray) changes = certificate_changes_new();
	g_autoptr(Errand) errand = NULL;
	g_autofree char *answer = NULL;

	if (!account || !cli_engine_account_id(cli, account, &lookup.account_id, err) ||
	    !(errand = consult_start(cli, account, err)) ||
	    !consult_ask(errand, lookup.account_id, ask_certificates, lookup.address, &answer, err))
		return false;
	lookup_take_gal(&lookup, answer, changes);
	return keep(cli, errand, changes, err);
}

static bool find_there(Cli *cli, const char *option, bool (*ask)(Cli *cli, GError **err),
                       const KnownCertificate **ret_row, GError **err)
{
	if (*ret_row || !args_has(cli->args, option))
		return true;
	return ask(cli, err) && find_here(cli, ret_row, err);
}

static bool find(Cli *cli, const KnownCertificate **ret_row, GError **err)
{
	return find_here(cli, ret_row, err) &&
	       find_there(cli, "ldap", ask_ldap, ret_row, err) &&
	       find_there(cli, "server", ask_server, ret_row, err);
}

static bool run(Cli *cli, GError **err)
{
	const KnownCertificate *row = NULL;

	if (!find(cli, &row, err) || !certificates_begin(cli, err))
		return false;
	if (row)
		certificates_put(cli, cli->certificates, row);
	else
		cli_set_exit(cli, EXIT_NOTHING);
	return true;
}

const Verb verb_smime_find = {
	.name = "smime find",
	.summary = N_("Find the certificate to encrypt to for an address"),
	.description = N_("The one that a mail to this address would be encrypted to: of those that are kept here, valid, for "
	                  "encryption and not distrusted, the one that was last in use. The account's server gives what its address book has, an "
	                  "LDAP directory (ldap.server) what people have put there; "
	                  "a certificate that is not for the address itself is not kept, and who vouches for it is shown."),
	.operands = N_("ADDRESS"), .operands_min = 1, .operands_max = 1,
	.uses = USES_ACCOUNT | USES_ENGINE,
	.options = options,
	.examples = {
		{ "smime find grace@example.org", N_("Can I write to Grace in secret?") },
		{ "smime find grace@example.org --ldap --server", N_("If not: does the directory know her certificate, or else the server?") },
		{ "smime find grace@example.org --json --fields fingerprint,standing", N_("For a script") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_NETWORK, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
