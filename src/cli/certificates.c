#include "cli/certificates.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "cli/engine.h"

enum { ID_DIGITS = 16, PREFIX_DIGITS = 8 };

/* ---- shown ---- */

static const OutputField fields[] = {
	{ "id", N_("Id"), FIELD_TEXT, ID_DIGITS },
	{ "kind", N_("Kind"), FIELD_TEXT, 9 },
	{ "role", N_("Used to"), FIELD_TEXT, 7 },
	{ "name", N_("Name"), FIELD_TEXT, 20 },
	{ "addresses", N_("Addresses"), FIELD_LIST, 26 },
	{ "until", N_("Until"), FIELD_TIME, 16 },
	{ "standing", N_("Standing"), FIELD_TEXT, WIDTH_REST },
	{ "trust", N_("Trust"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "issuer", N_("Issued by"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "uses", N_("May be used to"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "from", N_("From"), FIELD_TIME, WIDTH_HIDDEN },
	{ "signs_for", N_("Signs for"), FIELD_LIST, WIDTH_HIDDEN },
	{ "source", N_("Source"), FIELD_TEXT, WIDTH_HIDDEN },
	{ "seen", N_("Last in use"), FIELD_TIME, WIDTH_HIDDEN },
	{ "fingerprint", N_("Fingerprint"), FIELD_TEXT, WIDTH_HIDDEN },
	{ 0 },
};

static const char *const trust_names[] = { "unsaid", "trusted", "distrusted" };

bool certificates_begin(Cli *cli, GError **err) { return output_begin(cli->output, fields, err); }

static const char *kind_of(const KnownCertificate *row, const Certificate *facts)
{
	return row->role != ROLE_NONE ? "own" : facts->is_authority ? "authority" : "person";
}

void certificates_put(Cli *cli, const Certificates *known, const KnownCertificate *row)
{
	const Certificate *facts = certificates_facts(known, row);
	StandingKind standing = certificates_standing(known, row, clock_now_ms(cli->clock));

	if (!facts)
		return;
	g_autofree char *id = g_strndup(facts->fingerprint, ID_DIGITS);
	g_autofree char *addresses = g_strjoinv("\n", facts->addresses);
	g_autofree char *signs_for = g_strjoinv("\n", row->signs_for);
	const OutputValue values[] = {
		{ .text = id },
		{ .text = kind_of(row, facts) },
		{ .text = identity_role_name(row->role) },
		{ .text = facts->name },
		{ .text = addresses },
		{ .number = facts->to_ms },
		{ .text = standing_name(standing) },
		{ .text = trust_names[row->trust] },
		{ .text = facts->issuer },
		{ .text = identity_role_name((IdentityRole)facts->uses) },
		{ .number = facts->from_ms },
		{ .text = signs_for },
		{ .text = certificate_source_name(row->source) },
		{ .number = row->seen_ms },
		{ .text = facts->fingerprint },
	};
	output_record(cli->output, values);
}

char *certificates_who(const Certificate *facts)
{
	const char *address = facts->addresses[0];

	return address ? g_strdup_printf("%s <%s>, %.*s", facts->name, address, ID_DIGITS,
	                                 facts->fingerprint)
	               : g_strdup_printf("%s, %.*s", facts->name, ID_DIGITS, facts->fingerprint);
}

void certificates_warn(Cli *cli, const Certificates *known)
{
	const GPtrArray *rows = certificates_all(known);
	int64_t now_ms = clock_now_ms(cli->clock);

	for (guint i = 0; i < rows->len && !cli_is_quiet(cli); i++) {
		const KnownCertificate *row = g_ptr_array_index(rows, i);
		g_autofree char *warning = certificates_warning(known, row, now_ms);
		if (warning)
			output_message("%s", warning);
	}
}

/* ---- named ---- */

static bool is_prefix(const char *word)
{
	size_t digits = strspn(word, "0123456789abcdefABCDEF");

	return digits >= PREFIX_DIGITS && !word[digits];
}

static bool is_named(const Certificate *facts, const KnownCertificate *row, const char *word)
{
	int64_t id = certificate_id_of_hex(word);

	if (strchr(word, '@')) {
		g_autofree char *key = text_lower_ascii(word);
		return g_strv_contains((const char *const *)row->addresses, key);
	}
	return id ? row->id == id
	          : is_prefix(word) && text_has_prefix_ascii_case(facts->fingerprint, word);
}

static GPtrArray *named(const Certificates *known, const char *word)
{
	const GPtrArray *rows = certificates_all(known);
	GPtrArray *found = g_ptr_array_new();

	for (guint i = 0; i < rows->len; i++) {
		KnownCertificate *row = g_ptr_array_index(rows, i);
		const Certificate *facts = certificates_facts(known, row);
		if (facts && is_named(facts, row, word))
			g_ptr_array_add(found, row);
	}
	return found;
}

static void *several(const Certificates *known, const GPtrArray *found, const char *word,
                     GError **err)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < found->len; i++) {
		const Certificate *facts = certificates_facts(known, g_ptr_array_index(found, i));
		g_string_append_printf(list, "%s%.*s", i ? ", " : "", ID_DIGITS,
		                       facts->fingerprint);
	}
	return fail_null(err, ERR_USAGE, _("“%s” means several certificates; say which: %s"), word,
	                 list->str);
}

const KnownCertificate *certificates_pick(Cli *cli, const char *word, GError **err)
{
	const Certificates *known = cli_certificates(cli, err);
	g_autoptr(GPtrArray) found = known ? named(known, word) : NULL;

	if (!found)
		return NULL;
	if (found->len > 1)
		return several(known, found, word, err);
	return found->len ? g_ptr_array_index(found, 0)
	                  : fail_null(err, ERR_NOT_FOUND,
	                              _("there is no certificate “%s” here; “smime list” shows them"),
	                              word);
}

/* ---- changed ---- */

bool certificates_change(Cli *cli, const GPtrArray *changes, GError **err)
{
	if (args_has(cli->args, "dry-run"))
		return true;
	g_autoptr(Errand) errand = cli_engine_still(cli, err);
	g_autoptr(SyncEvent) answer = NULL;

	if (!errand ||
	    !errand_answer(errand, sync_certificates(errand_client(errand), changes), &answer, err))
		return false;
	g_clear_pointer(&cli->certificates, certificates_unref);
	return true;
}
