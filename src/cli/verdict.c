#include "cli/verdict.h"

#include "app/judgement.h"
#include "base/i18n.h"
#include "cli/cells.h"

/* ---- lists, a line each ---- */

static void append_line(GString *lines, char *line)
{
	g_string_append(lines, line);
	g_string_append_c(lines, '\n');
	g_free(line);
}

static char *reasons_of(Verdict verdict)
{
	GString *lines = g_string_new(NULL);

	for (int reason = 0; reason < REASON_COUNT; reason++)
		if (verdict_has(verdict, (Reason)reason))
			append_line(lines, reason_name((Reason)reason));
	return g_string_free(lines, FALSE);
}

static char *explanations_of(Verdict verdict)
{
	g_autoptr(GPtrArray) reasons = judgement_reasons(verdict, VERDICT_GOOD);
	GString *lines = g_string_new(NULL);

	for (guint i = 0; i < reasons->len; i++)
		append_line(lines, g_strdup(reasons->pdata[i]));
	return g_string_free(lines, FALSE);
}

typedef char *(*Describe)(const SmimeSigner *signer);

static char *each_signer(const SmimeMessage *message, Describe describe)
{
	g_autoptr(GPtrArray) signers = judgement_signers(message);
	GString *lines = g_string_new(NULL);

	for (guint i = 0; i < signers->len; i++)
		append_line(lines, describe(signers->pdata[i]));
	return g_string_free(lines, FALSE);
}

static char *issuer_of(const SmimeSigner *signer)
{
	return g_strdup(signer->certificate ? signer->certificate->issuer : "?");
}

static char *fingerprint_of(const SmimeSigner *signer)
{
	return g_strdup(signer->certificate ? signer->certificate->fingerprint : "?");
}

static char *layers_of(const SmimeMessage *message)
{
	GString *lines = g_string_new(NULL);

	for (guint i = 0; i < message->layers->len; i++) {
		const SmimeLayer *layer = g_ptr_array_index(message->layers, i);
		const SmimeSigner *first =
			layer->signers->len ? g_ptr_array_index(layer->signers, 0) : NULL;
		const char *how = layer->is_encryption ? layer->cipher
		                  : first              ? first->digest
		                                       : NULL;
		append_line(lines,
		            g_strdup_printf(layer->is_encryption ? "encrypted %s" : "signed %s",
		                            how ? how : "?"));
	}
	return g_string_free(lines, FALSE);
}

static char *differing_of(const SmimeMessage *message)
{
	GString *lines = g_string_new(NULL);

	for (guint i = 0; i < message->differing->len; i++)
		append_line(lines, g_strdup(g_ptr_array_index(message->differing, i)));
	return g_string_free(lines, FALSE);
}

/* When the first of the signers says to have signed. */
static int64_t signed_ms(const SmimeMessage *message)
{
	g_autoptr(GPtrArray) signers = judgement_signers(message);

	for (guint i = 0; i < signers->len; i++) {
		const SmimeSigner *signer = signers->pdata[i];
		if (signer->facts.signed_ms)
			return signer->facts.signed_ms;
	}
	return 0;
}

/* ---- as a record, as text ---- */

static bool show_record(Cli *cli, const SmimeMessage *message, GError **err)
{
	static const OutputField fields[] = {
		{ "verdict", N_("Verdict"), FIELD_TEXT, 0 },
		{ "reasons", N_("Reasons"), FIELD_LIST, 0 },
		{ "explanation", N_("Explanation"), FIELD_LIST, 0 },
		{ "from", N_("From"), FIELD_TEXT, 0 },
		{ "signers", N_("Signed by"), FIELD_LIST, 0 },
		{ "issuers", N_("Issued by"), FIELD_LIST, 0 },
		{ "fingerprints", N_("Fingerprint"), FIELD_LIST, 0 },
		{ "signed", N_("Signed"), FIELD_TIME, 0 },
		{ "date", N_("Date"), FIELD_TIME, 0 },
		{ "layers", N_("Layers"), FIELD_LIST, 0 },
		{ "differing", N_("Differs outside"), FIELD_LIST, 0 },
		{ 0 },
	};
	g_autofree char *reasons = reasons_of(message->verdict);
	g_autofree char *explanations = explanations_of(message->verdict);
	g_autofree char *signers = each_signer(message, judgement_who);
	g_autofree char *issuers = each_signer(message, issuer_of);
	g_autofree char *fingerprints = each_signer(message, fingerprint_of);
	g_autofree char *layers = layers_of(message);
	g_autofree char *differing = differing_of(message);
	const OutputValue values[] = {
		{ .text = verdict_grade_name(message->verdict.grade) },
		{ .text = reasons },
		{ .text = explanations },
		{ .text = message->from },
		{ .text = signers },
		{ .text = issuers },
		{ .text = fingerprints },
		{ .number = signed_ms(message) },
		{ .number = message->date_ms },
		{ .text = layers },
		{ .text = differing },
	};
	return output_single(cli->output, fields, values, err);
}

static void append_titled(GString *out, const char *title, const char *lines)
{
	g_auto(GStrv) each = g_strsplit(lines, "\n", -1);

	for (int i = 0; each[i] && *each[i]; i++) {
		g_string_append(out, title);
		cells_append(out, each[i]);
		g_string_append_c(out, '\n');
	}
}

static void show_text(Cli *cli, const SmimeMessage *message)
{
	g_autoptr(GString) out = g_string_new(judgement_headline(message->verdict.grade));
	g_autofree char *explanations = explanations_of(message->verdict);
	g_autofree char *signers = each_signer(message, judgement_who);
	g_autofree char *issuers = each_signer(message, issuer_of);

	g_string_append_c(out, '\n');
	append_titled(out, "- ", explanations);
	append_titled(out, _("From: "), message->from ? message->from : "");
	append_titled(out, _("Signed by: "), signers);
	append_titled(out, _("Issued by: "), issuers);
	output_text(cli->output, out->str);
}

static ExitCode exit_of(VerdictGrade grade)
{
	return grade == VERDICT_GOOD ? EXIT_OK : grade == VERDICT_NONE ? EXIT_NOTHING : EXIT_ERROR;
}

bool verdict_show(Cli *cli, const SmimeMessage *message, GError **err)
{
	cli_set_exit(cli, exit_of(message->verdict.grade));
	if (message->trouble && !cli_is_quiet(cli))
		output_message("%s", message->trouble->message);
	if (output_form(cli->output) == OUTPUT_TEXT && !args_has(cli->args, "fields")) {
		show_text(cli, message);
		return true;
	}
	return show_record(cli, message, err);
}
