#include "cli/smime.h"

#include "base/error.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "cli/ask.h"
#include "cli/inquire.h"
#include "cli/tokens.h"
#include "vault/vault.h"

/* The message of @why with the file's name before it. Takes @why; always false. */
static bool blame_file(const char *path, GError *why, GError **err)
{
	g_propagate_prefixed_error(err, why, "%s: ", path);
	return false;
}

/* ---- whom to trust ---- */

typedef bool (*Adder)(SmimeTrust *trust, GBytes *pem, GError **err);

static bool add_file(SmimeTrust *trust, const char *path, Adder add, GError **err)
{
	GError *why = NULL;

	if (!path)
		return true;
	g_autoptr(GBytes) pem = file_read(path, LIMIT_KEY_FILE_BYTES, err);
	if (!pem)
		return false;
	return add(trust, pem, &why) || blame_file(path, why, err);
}

static const char *option_of(const Cli *cli, const char *name)
{
	return cli->verb->options ? args_text(cli->args, name) : NULL;
}

/* Who has never used Postern gets no store for a look at a file, unless servers are to be asked. */
static bool has_store(const Cli *cli)
{
	const char *hosts = settings_text(cli->settings, SETTING_SMIME_REVOCATION_HOSTS);
	g_autofree char *dir = settings_data_dir(cli->settings, cli->paths);
	g_autofree char *path = g_build_filename(dir, vault_database_name(VAULT_STORE), NULL);
	bool is_wanted = !cli->verb->options || !args_has(cli->args, "no-store");

	return is_wanted && (*hosts || g_file_test(path, G_FILE_TEST_EXISTS));
}

/* *ret_known NULL: there is nothing of one's own. */
static bool find_known(Cli *cli, const Certificates **ret_known, GError **err)
{
	*ret_known = has_store(cli) ? cli_certificates(cli, err) : NULL;
	return *ret_known || !has_store(cli);
}

static SmimeTrust *find_trust(const Cli *cli, const Certificates *known, GError **err)
{
	g_autoptr(SmimeTrust) trust = smime_trust_new();

	if (known)
		certificates_add_trust(known, trust);
	else
		smime_trust_add_system(trust);
	if (!add_file(trust, option_of(cli, "ca-file"), smime_trust_add_anchors, err) ||
	    !add_file(trust, option_of(cli, "crl-file"), smime_trust_add_crls, err))
		return NULL;
	return g_steal_pointer(&trust);
}

static bool find_time(const Cli *cli, int64_t otherwise_ms, int64_t *ret_ms, GError **err)
{
	const char *text = option_of(cli, "time");
	g_autoptr(GTimeZone) zone = g_time_zone_new_local();
	g_autoptr(GDateTime) time = text ? g_date_time_new_from_iso8601(text, zone) : NULL;

	if (text && !time)
		return fail(err, ERR_USAGE,
		            _("--time takes a time such as 2026-11-24T10:00:00Z, not “%s”"), text);
	*ret_ms = time ? g_date_time_to_unix(time) * 1000 : otherwise_ms;
	return true;
}

/* ---- keys ---- */

/* What is told or asked for; without either NULL, and only a file without a password opens. */
static bool find_password(Cli *cli, const char *path, Secret **ret_password, GError **err)
{
	Secret *given = NULL;

	if (!cli_password(cli, &given, err))
		return false;
	if (given) {
		*ret_password = secret_ref(given);
		return true;
	}
	if (!cli_may_ask(cli))
		return fail(err, ERR_SIGN_IN, _("%s has a password: --password-fd"), path);
	g_autofree char *question = g_strdup_printf(_("Password of %s:"), path);
	*ret_password = ask_secret(question, err);
	return *ret_password != NULL;
}

/* Many files have no password: it is asked for when the file does not open without one. */
bool smime_read_keys(Cli *cli, const char *path, SmimeKeyFile *ret_file, GError **err)
{
	g_autoptr(GBytes) file = file_read(path, LIMIT_KEY_FILE_BYTES, err);
	g_autoptr(Secret) password = NULL;
	GError *why = NULL;

	if (!file)
		return false;
	if (smime_key_file_read(file, NULL, ret_file, &why))
		return true;
	if (!error_is(why, ERR_SIGN_IN))
		return blame_file(path, why, err);
	g_clear_error(&why);
	return find_password(cli, path, &password, err) &&
	       (smime_key_file_read(file, password, ret_file, &why) || blame_file(path, why, err));
}

static void add_known(GPtrArray *identities, const Certificates *known)
{
	const GPtrArray *own = certificates_identities(known);

	for (guint i = 0; i < own->len; i++)
		g_ptr_array_add(identities, smime_identity_ref(g_ptr_array_index(own, i)));
}

/* Where there is no store, tokens are there all the same. */
static bool add_tokens(Cli *cli, GPtrArray *identities, GError **err)
{
	SmimeTokens *tokens = NULL;

	if (!cli_tokens(cli, &tokens, err))
		return false;
	g_autoptr(GPtrArray) own = tokens ? smime_tokens_identities(tokens, err) : NULL;
	for (guint i = 0; own && i < own->len; i++)
		g_ptr_array_add(identities, smime_identity_ref(g_ptr_array_index(own, i)));
	return !tokens || own;
}

/* Those that the options name, then one's own. */
static GPtrArray *find_identities(Cli *cli, const Certificates *known, GError **err)
{
	const char *const *paths =
		cli->verb->uses & USES_KEYS ? args_texts(cli->args, "identity") : NULL;
	g_autoptr(GPtrArray) all =
		g_ptr_array_new_with_free_func((GDestroyNotify)smime_identity_unref);

	for (int i = 0; paths && paths[i]; i++) {
		g_auto(SmimeKeyFile) file = { 0 };
		if (!smime_read_keys(cli, paths[i], &file, err))
			return NULL;
		g_ptr_array_extend_and_steal(all, g_steal_pointer(&file.identities));
	}
	if (known)
		add_known(all, known);
	else if (!add_tokens(cli, all, err))
		return NULL;
	return g_steal_pointer(&all);
}

/* ---- opening ---- */

typedef struct { GPtrArray *identities; int64_t now_ms; } Means;

static void means_clear(Means *means) { g_clear_pointer(&means->identities, g_ptr_array_unref); }
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Means, means_clear)

static bool find_means(Cli *cli, int64_t when_ms, Means *means, GError **err)
{
	const Certificates *known = NULL;

	if (!find_time(cli, when_ms, &means->now_ms, err) || !find_known(cli, &known, err))
		return false;
	means->identities = find_identities(cli, known, err);
	return means->identities != NULL;
}

static bool open_by(Cli *cli, GBytes *mail, const Means *means, SmimeMessage **ret_message,
                    GError **err)
{
	const Certificates *known = NULL;

	if (!find_known(cli, &known, err))
		return false;
	g_autoptr(SmimeTrust) trust = find_trust(cli, known, err);
	SmimeSetup setup = { trust, means->identities, means->now_ms };
	if (!trust)
		return false;
	*ret_message = smime_message_open(mail, &setup);
	return true;
}

bool smime_open(Cli *cli, GBytes *mail, int64_t when_ms, SmimeMessage **ret_message, GError **err)
{
	g_auto(Means) means = { 0 };

	return find_means(cli, when_ms, &means, err) &&
	       open_by(cli, mail, &means, ret_message, err);
}

/* An answer may leave another to be asked: each certificate of a chain names several. */
enum { ROUNDS = 1 + LIMIT_REVOCATION_SOURCES };

bool smime_judge(Cli *cli, GBytes *mail, int64_t when_ms, SmimeMessage **ret_message, GError **err)
{
	g_auto(Means) means = { 0 };
	g_autoptr(SmimeMessage) message = NULL;
	bool is_asked = true;

	if (!find_means(cli, when_ms, &means, err))
		return false;
	for (int round = 0; is_asked && round < ROUNDS; round++) {
		g_clear_pointer(&message, smime_message_free);
		if (!open_by(cli, mail, &means, &message, err) ||
		    !inquire(cli, message, &is_asked, err))
			return false;
	}
	*ret_message = g_steal_pointer(&message);
	return true;
}

typedef bool (*Open)(Cli *cli, GBytes *mail, int64_t when_ms, SmimeMessage **ret_message,
                     GError **err);

static bool open_operand(Cli *cli, Open open, SmimeMessage **ret_message, GError **err)
{
	g_autoptr(GBytes) mail = file_read(args_operands(cli->args)[0], LIMIT_CMS_BYTES, err);

	return mail && open(cli, mail, clock_now_ms(cli->clock), ret_message, err);
}

bool smime_open_operand(Cli *cli, SmimeMessage **ret_message, GError **err)
{
	return open_operand(cli, smime_open, ret_message, err);
}

bool smime_judge_operand(Cli *cli, SmimeMessage **ret_message, GError **err)
{
	return open_operand(cli, smime_judge, ret_message, err);
}
