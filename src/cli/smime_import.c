#include "app/certificate_import.h"
#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/certificates.h"
#include "cli/smime.h"

static const ArgOption options[] = {
	{ 0, "role", ARG_CHOICE, N_("ROLE"), "sign|encrypt|both",
	  N_("what a key is used for whose certificate allows both") },
	{ 0 },
};

/* ---- what a key is for ---- */

/* False: it is none of the words. */
static bool role_of(const char *word, IdentityRole *ret_role)
{
	for (IdentityRole role = ROLE_SIGN; role <= ROLE_BOTH; role++)
		if (text_equal_ascii_case(word, identity_role_name(role))) {
			*ret_role = role;
			return true;
		}
	return false;
}

static bool ask_role(const Certificate *facts, IdentityRole *ret_role, GError **err)
{
	g_autofree char *who = certificates_who(facts);
	g_autofree char *question = g_strdup_printf(
		_("%s may be used to sign and to encrypt. Use it to sign, encrypt, or both? [both]"),
		who);

	for (;;) {
		g_autofree char *answer = ask_line(question, "both", err);
		if (!answer)
			return false;
		if (role_of(answer, ret_role))
			return true;
	}
}

static bool decide_role(Cli *cli, const SmimeIdentity *identity, IdentityRole *ret_role, GError **err)
{
	const char *word = args_text(cli->args, "role");
	const Certificate *facts = smime_identity_certificate(identity);

	*ret_role = import_role(identity);
	if (*ret_role == ROLE_NONE)
		return fail(err, ERR_CONFIG, _("the certificate of %s is not for mail"), facts->name);
	if (*ret_role != ROLE_BOTH || (word && role_of(word, ret_role)))
		return true;
	if (!cli_may_ask(cli))
		return fail(err, ERR_USAGE,
		            _("the key of %s may be used to sign and to encrypt: say --role"),
		            facts->name);
	return ask_role(facts, ret_role, err);
}

/* ---- a file of keys ---- */

static bool add_identity(Cli *cli, GPtrArray *changes, const SmimeIdentity *identity, GError **err)
{
	const Certificate *facts = smime_identity_certificate(identity);
	const GPtrArray *accounts = cli_accounts(cli, err);
	g_autofree char *who = certificates_who(facts);
	ImportAs as;

	if (!accounts || !decide_role(cli, identity, &as.role, err) ||
	    !import_account(cli->reader, accounts, facts, &as.account_id, err) ||
	    !import_identity(changes, cli->store, identity, as, err))
		return false;
	if (!cli_is_quiet(cli))
		output_message("%s: %s", who, import_notice(as.role));
	return true;
}

static void add_others(GPtrArray *changes, const GPtrArray *others)
{
	for (guint i = 0; i < others->len; i++)
		import_certificate(changes, g_ptr_array_index(others, i));
}

static bool add_keys(Cli *cli, GPtrArray *changes, const SmimeKeyFile *file, GError **err)
{
	for (guint i = 0; i < file->identities->len; i++)
		if (!add_identity(cli, changes, g_ptr_array_index(file->identities, i), err))
			return false;
	add_others(changes, file->others);
	return true;
}

/* ---- any file ---- */

static bool add_certificates(const char *path, GPtrArray *changes, GError **err)
{
	g_autoptr(GBytes) file = file_read(path, LIMIT_KEY_FILE_BYTES, err);
	g_autoptr(GPtrArray) found = file ? certificates_read(file, NULL) : NULL;

	if (found)
		add_others(changes, found);
	return found ||
	       (file && fail(err, ERR_CONFIG,
	                     _("%s holds neither a private key with its certificate nor a certificate"),
	                     path));
}

static bool add_file(Cli *cli, const char *path, GPtrArray *changes, GError **err)
{
	g_auto(SmimeKeyFile) file = { 0 };
	GError *why = NULL;

	if (smime_read_keys(cli, path, &file, &why))
		return add_keys(cli, changes, &file, err);
	if (!error_is(why, ERR_CONFIG)) {
		g_propagate_error(err, why);
		return false;
	}
	g_clear_error(&why);
	return add_certificates(path, changes, err);
}

static bool put_all(Cli *cli, const GPtrArray *changes, GError **err)
{
	const Certificates *known = cli_certificates(cli, err);

	if (!known || !certificates_begin(cli, err))
		return false;
	for (guint i = 0; i < changes->len; i++) {
		const CertificateChange *change = g_ptr_array_index(changes, i);
		const KnownCertificate *row = certificates_find(known, change->certificate->id);
		if (row)
			certificates_put(cli, known, row);
	}
	return true;
}

static bool run(Cli *cli, GError **err)
{
	g_autoptr(GPtrArray) changes = certificate_changes_new();

	return cli_reader(cli, err) && add_file(cli, args_operands(cli->args)[0], changes, err) &&
	       certificates_change(cli, changes, err) && put_all(cli, changes, err);
}

const Verb verb_smime_import = {
	.name = "smime import",
	.summary = N_("Keep a key of one's own, or a certificate"),
	.description = N_("Of a file in the form PKCS#12 (.pfx, .p12; also of old programs), PEM, DER or PKCS#7 (.p7b). A private key "
	                  "is kept encrypted, under the key of the store. What it is used for stands in its certificate; where that "
	                  "allows both, you are asked, or --role says so. Certificates beside it help to judge; nobody is trusted "
	                  "by an import: see “smime trust”."),
	.operands = N_("FILE"), .operands_min = 1, .operands_max = 1, .operand_type = ARG_FILE,
	.uses = USES_FILE,
	.options = options,
	.examples = {
		{ "smime import me.p12", N_("Asks for the password of the file") },
		{ "smime import me.p12 --role both --password-fd 3 3< secret", N_("Without a question") },
		{ "smime import grace.crt", N_("The certificate of another person") },
	},
	.exits = { EXIT_NOTHING, EXIT_SIGN_IN, EXIT_CONFLICT, EXIT_INTERRUPTED },
	.run = run,
};
