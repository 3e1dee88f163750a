#include "app/judgement.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

enum { WHO_BYTES_MAX = 200 };

const char *judgement_headline(VerdictGrade grade)
{
	static const char *const texts[] = {
		[VERDICT_GOOD] = N_("Good signature of the sender"),
		[VERDICT_NONE] = N_("Not signed"),
		[VERDICT_DOUBT] = N_("In doubt"),
		[VERDICT_BAD] = N_("Bad signature"),
	};

	return _(texts[grade]);
}

const char *judgement_sign(VerdictGrade grade)
{
	static const char *const signs[] = {
		[VERDICT_GOOD] = "[+]",
		[VERDICT_NONE] = "[-]",
		[VERDICT_DOUBT] = "[?]",
		[VERDICT_BAD] = "[!]",
	};

	return signs[grade];
}

GPtrArray *judgement_reasons(Verdict verdict, VerdictGrade lowest)
{
	GPtrArray *texts = g_ptr_array_new();

	for (int grade = VERDICT_BAD; grade >= (int)lowest; grade--)
		for (int reason = 0; reason < REASON_COUNT; reason++)
			if (verdict_has(verdict, (Reason)reason) &&
			    reason_severity((Reason)reason) == (VerdictGrade)grade)
				g_ptr_array_add(texts, (gpointer)reason_text((Reason)reason));
	return texts;
}

/* ---- who ---- */

GPtrArray *judgement_signers(const SmimeMessage *smime)
{
	GPtrArray *all = g_ptr_array_new();

	for (guint i = 0; i < smime->layers->len; i++) {
		const SmimeLayer *layer = g_ptr_array_index(smime->layers, i);
		g_ptr_array_extend(all, layer->signers, NULL, NULL);
	}
	return all;
}

static void add_once(GPtrArray *all, const GPtrArray *some)
{
	for (guint i = 0; i < some->len; i++)
		if (!g_ptr_array_find_with_equal_func(all, some->pdata[i], g_str_equal, NULL))
			g_ptr_array_add(all, some->pdata[i]);
}

GPtrArray *judgement_questions(const SmimeMessage *smime)
{
	g_autoptr(GPtrArray) signers = judgement_signers(smime);
	GPtrArray *all = g_ptr_array_new();

	for (guint i = 0; i < signers->len; i++)
		add_once(all, ((const SmimeSigner *)signers->pdata[i])->questions);
	return all;
}

char *judgement_who(const SmimeSigner *signer)
{
	if (!signer->certificate)
		return g_strdup("?");
	g_autofree char *addresses = g_strjoinv(", ", signer->certificate->addresses);
	g_autofree char *both = g_strdup_printf("%s <%s>", signer->certificate->name, addresses);
	return text_one_line(both);
}

static char *day_of(int64_t at_ms)
{
	g_autoptr(GDateTime) day = g_date_time_new_from_unix_utc(at_ms / 1000);

	return day ? g_date_time_format(day, "%Y-%m-%d") : g_strdup("?");
}

/* Of a good one the address was compared to the sender's; any other is told with its name. */
static char *good_summary(const SmimeMessage *smime, const SmimeSigner *signer)
{
	g_autofree char *day = day_of(signer->facts.to_ms);
	g_autofree char *from = text_cut(smime->from, WHO_BYTES_MAX);
	g_autofree char *line = g_strdup_printf(_("%s: %s, valid to %s"),
	                                        judgement_headline(VERDICT_GOOD), from, day);

	return text_one_line(line);
}

static char *other_summary(const SmimeMessage *smime, const SmimeSigner *signer)
{
	g_autofree char *who = judgement_who(signer);
	g_autofree char *cut = text_cut(who, WHO_BYTES_MAX);

	return g_strdup_printf(_("%s: signed by %s"), judgement_headline(smime->verdict.grade),
	                       cut);
}

char *judgement_summary(const SmimeMessage *smime)
{
	g_autoptr(GPtrArray) signers = judgement_signers(smime);
	const SmimeSigner *first = signers->len ? g_ptr_array_index(signers, 0) : NULL;

	if (smime->verdict.grade == VERDICT_NONE)
		return g_strdup_printf(_("%s: anybody may have written it"),
		                       judgement_headline(VERDICT_NONE));
	if (!first)
		return g_strdup(judgement_headline(smime->verdict.grade));
	return smime->verdict.grade == VERDICT_GOOD && smime->from ? good_summary(smime, first)
	                                                           : other_summary(smime, first);
}

/* ---- what hid it ---- */

/* OpenSSL has names of its own for these. */
static const char *usual_name(const char *name)
{
	static const char *const names[][2] = {
		{ "id-aes128-GCM", "AES-128-GCM" },
		{ "id-aes192-GCM", "AES-192-GCM" },
		{ "id-aes256-GCM", "AES-256-GCM" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(name, names[i][0]) == 0)
			return names[i][1];
	return name;
}

const char *judgement_method(const SmimeLayer *layer)
{
	const SmimeSigner *first =
		layer->signers->len ? g_ptr_array_index(layer->signers, 0) : NULL;
	const char *method = layer->is_encryption ? layer->cipher : first ? first->digest : NULL;

	return method ? usual_name(method) : "?";
}

static const SmimeLayer *innermost_encryption(const SmimeMessage *smime)
{
	for (guint i = smime->layers->len; i-- > 0;) {
		const SmimeLayer *layer = g_ptr_array_index(smime->layers, i);
		if (layer->is_encryption)
			return layer;
	}
	return NULL;
}

static char *closed_text(const Opening *opening)
{
	const char *why = opening->smime->trouble->message;

	if (!opening->is_judged)
		return g_strdup(_(
			"Encrypted, and closed: no key is in use; see smime.enabled, and postern smime list"));
	g_autofree char *line = g_strdup_printf(_("Encrypted, and closed: %s"), why);
	return text_one_line(line);
}

char *judgement_secrecy(const Opening *opening, bool *ret_is_warning)
{
	const SmimeLayer *layer = opening->smime ? innermost_encryption(opening->smime) : NULL;

	if (!layer)
		return NULL;
	*ret_is_warning = opening_is_closed(opening) || opening_is_alterable(opening);
	if (opening_is_closed(opening))
		return closed_text(opening);
	if (opening_is_alterable(opening))
		return g_strdup_printf(
			_("Encrypted with %s, which does not show changes: it can be altered. No links, no pictures."),
			judgement_method(layer));
	return g_strdup_printf(_("Encrypted with %s"), judgement_method(layer));
}
