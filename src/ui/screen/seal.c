#include "ui/screen/seal.h"

#include <string.h>

#include "app/judgement.h"
#include "base/i18n.h"
#include "ui/screen/show.h"
#include "ui/widget/pager.h"

enum { LABEL_WIDTH = 13, WIDTH_MIN = 10 };

static Style style_of(VerdictGrade grade)
{
	static const Style styles[] = {
		[VERDICT_GOOD] = STYLE_SEAL_GOOD,
		[VERDICT_NONE] = STYLE_SEAL_NONE,
		[VERDICT_DOUBT] = STYLE_SEAL_DOUBT,
		[VERDICT_BAD] = STYLE_SEAL_BAD,
	};

	return styles[grade];
}

/* ---- in the frame ---- */

/* The text behind @sign, and behind blanks where it goes on; padded, so that the line is filled. */
static void add_bar(GPtrArray *lines, Style style, const char *sign, const char *text, int width)
{
	const char *rest = text;

	do {
		size_t len = grapheme_fitting(rest, MAX(width, WIDTH_MIN));
		g_autofree char *part = g_strndup(rest, len);
		g_strchomp(part);
		int blanks = MAX(width - text_width(part), 0);
		g_autofree char *line = g_strdup_printf("%-*s %s%*s", SEAL_SIGN_WIDTH,
		                                        rest == text ? sign : "", part, blanks, "");
		g_ptr_array_add(lines, pager_line_add(pager_line_new(), style, line, NULL));
		rest += len;
	} while (*rest);
}

static void add_headline(GPtrArray *lines, const SmimeMessage *smime, const SealLook *look)
{
	VerdictGrade grade = smime->verdict.grade;
	g_autofree char *summary = judgement_summary(smime);

	add_bar(lines, style_of(grade), judgement_sign(grade), summary, look->width);
}

static void add_bad_reasons(GPtrArray *lines, const SmimeMessage *smime, const SealLook *look)
{
	VerdictGrade grade = smime->verdict.grade;
	g_autoptr(GPtrArray) reasons = judgement_reasons(smime->verdict, VERDICT_DOUBT);

	for (guint i = 0; i < reasons->len; i++) {
		g_autofree char *reason = g_strdup_printf("- %s", (const char *)reasons->pdata[i]);
		add_bar(lines, style_of(grade), "", reason, look->width);
	}
}

/* RFC 9788 4.10: what stood outside is not what is shown. */
static void add_other_header(GPtrArray *lines, const SmimeMessage *smime, const SealLook *look)
{
	if (!smime->differing->len)
		return;
	g_autoptr(GString) names = g_string_new(NULL);
	for (guint i = 0; i < smime->differing->len; i++)
		g_string_append_printf(names, "%s%s", i ? ", " : "",
		                       (const char *)smime->differing->pdata[i]);
	g_autofree char *text = g_strdup_printf(
		_("- outside, these were other than they are signed: %s"), names->str);
	add_bar(lines, style_of(smime->verdict.grade), "", text, look->width);
}

static void add_secrecy(GPtrArray *lines, const Opening *opening, const SealLook *look)
{
	bool is_warning = false;
	g_autofree char *text = judgement_secrecy(opening, &is_warning);

	if (text)
		add_bar(lines, is_warning ? STYLE_SEAL_DOUBT : STYLE_SEAL_NONE,
		        is_warning ? judgement_sign(VERDICT_DOUBT) : "[*]", text, look->width);
}

static void add_unjudged(GPtrArray *lines, const SealLook *look)
{
	add_bar(lines, STYLE_SEAL_DOUBT, judgement_sign(VERDICT_DOUBT),
	        _("Not judged: the certificates of the store cannot be read; see the log"),
	        look->width);
}

static void add_incomplete(GPtrArray *lines, const SealLook *look)
{
	add_bar(lines, STYLE_SEAL_DOUBT, judgement_sign(VERDICT_DOUBT),
	        _("It says that it is signed or encrypted. Not judged: the whole of it is not here."),
	        look->width);
}

/* What has no room is on the page of details, and that there is more is said. */
static void cut(GPtrArray *lines, const SealLook *look)
{
	if (lines->len <= SEAL_LINES_MAX)
		return;
	g_ptr_array_set_size(lines, SEAL_LINES_MAX - 1);
	g_autofree char *more = look->key ? g_strdup_printf(_("and more: %s"), look->key)
	                                  : g_strdup(_("and more"));
	add_bar(lines, STYLE_SEAL_DOUBT, "", more, look->width);
}

/* Of what stays closed it is said, and nothing else is known. The encryption goes before the
 * reasons, for those may be many. */
GPtrArray *seal_lines(const Opening *opening, const SealLook *look)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func((GDestroyNotify)pager_line_free);

	if (opening->is_incomplete && look->is_wanted)
		add_incomplete(lines, look);
	if (!opening->smime)
		return lines;
	bool has_verdict = opening->is_judged && !opening_is_closed(opening);
	if (has_verdict)
		add_headline(lines, opening->smime, look);
	else if (look->is_wanted && !opening->is_judged)
		add_unjudged(lines, look);
	add_secrecy(lines, opening, look);
	if (has_verdict) {
		add_bad_reasons(lines, opening->smime, look);
		add_other_header(lines, opening->smime, look);
	}
	cut(lines, look);
	return lines;
}

/* ---- the page of details ---- */

static void add_field(GPtrArray *lines, const char *label, const char *text, int width)
{
	const char *rest = text ? text : "?";
	int room = MAX(width - LABEL_WIDTH, WIDTH_MIN);

	for (bool is_first = true; is_first || *rest; is_first = false) {
		size_t len = grapheme_fitting(rest, room);
		g_autofree char *part = g_strndup(rest, len);
		g_autofree char *name =
			g_strdup_printf("%-*s", LABEL_WIDTH, is_first ? label : "");
		PagerLine *line = pager_line_add(pager_line_new(), STYLE_LABEL, name, NULL);
		g_ptr_array_add(lines, pager_line_add(line, STYLE_NORMAL, part, NULL));
		rest += len;
	}
}

static void add_title(GPtrArray *lines, const char *text)
{
	if (lines->len)
		g_ptr_array_add(lines, pager_line_add(pager_line_new(), STYLE_NORMAL, "", NULL));
	g_ptr_array_add(lines, pager_line_add(pager_line_new(), STYLE_HEADING, text, NULL));
}

static void add_reasons(GPtrArray *lines, Verdict verdict, int width)
{
	for (int grade = VERDICT_BAD; grade >= VERDICT_GOOD; grade--)
		for (int reason = 0; reason < REASON_COUNT; reason++)
			if (verdict_has(verdict, (Reason)reason) &&
			    reason_severity((Reason)reason) == (VerdictGrade)grade)
				add_field(lines,
				          grade == VERDICT_GOOD
				                  ? ""
				                  : judgement_sign((VerdictGrade)grade),
				          reason_text((Reason)reason), width);
}

static void add_span(GPtrArray *lines, int64_t from_ms, int64_t to_ms, int width)
{
	g_autofree char *from = show_date_long(from_ms);
	g_autofree char *to = show_date_long(to_ms);
	g_autofree char *both = g_strdup_printf(_("%s to %s"), from, to);

	add_field(lines, _("Valid"), both, width);
}

static void add_certificate(GPtrArray *lines, const Certificate *certificate, int width)
{
	g_autofree char *addresses = g_strjoinv(", ", certificate->addresses);

	add_field(lines, _("Addresses"), addresses, width);
	add_field(lines, _("Certificate"), certificate->subject, width);
	add_field(lines, _("Issued by"), certificate->issuer_name, width);
	add_span(lines, certificate->from_ms, certificate->to_ms, width);
	add_field(lines, _("Key"), certificate->key, width);
	add_field(lines, _("Serial"), certificate->serial, width);
	add_field(lines, _("Fingerprint"), certificate->fingerprint, width);
}

static const char *chain_text(ChainState chain)
{
	static const char *const texts[] = {
		[CHAIN_TRUSTED] = N_("it leads to one that is trusted"),
		[CHAIN_UNKNOWN] = N_("it leads to nobody who is trusted"),
		[CHAIN_REFUSED] = N_("you distrust one in it"),
		[CHAIN_BROKEN] = N_("it is broken"),
	};

	return _(texts[chain]);
}

static const char *revocation_text(RevocationState revocation)
{
	static const char *const texts[] = {
		[REVOCATION_UNKNOWN] = N_("not known"),
		[REVOCATION_GOOD] = N_("not revoked"),
		[REVOCATION_REVOKED] = N_("revoked"),
	};

	return _(texts[revocation]);
}

static void add_signer(GPtrArray *lines, const SmimeSigner *signer, int width)
{
	g_autofree char *who = judgement_who(signer);
	g_autofree char *when =
		signer->facts.signed_ms ? show_date_long(signer->facts.signed_ms) : NULL;

	add_field(lines, _("Signed by"), who, width);
	add_field(lines, _("Signed at"), when ? when : _("not told"), width);
	add_field(lines, _("Digest"), signer->digest, width);
	if (!signer->certificate)
		return;
	add_certificate(lines, signer->certificate, width);
	add_field(lines, _("Chain"), chain_text(signer->facts.chain), width);
	for (guint i = 0; signer->issuers && i < signer->issuers->len; i++)
		add_field(lines, "", ((Certificate *)signer->issuers->pdata[i])->subject, width);
	add_field(lines, _("Revocation"), revocation_text(signer->facts.revocation), width);
}

static void add_layer(GPtrArray *lines, const SmimeLayer *layer, int width)
{
	if (layer->is_encryption) {
		add_title(lines, _("Encryption"));
		add_field(lines, _("Cipher"), judgement_method(layer), width);
		add_field(lines, _("Changes"),
		          layer->is_authenticated ? _("would show") : _("would not show"), width);
		return;
	}
	add_title(lines, _("Signature"));
	for (guint i = 0; i < layer->signers->len; i++)
		add_signer(lines, g_ptr_array_index(layer->signers, i), width);
}

static void add_differing(GPtrArray *lines, const SmimeMessage *smime, int width)
{
	for (guint i = 0; i < smime->differing->len; i++)
		add_field(lines, i == 0 ? _("Differs") : "", smime->differing->pdata[i], width);
}

void seal_add_details(GPtrArray *lines, const Opening *opening, int width)
{
	const SmimeMessage *smime = opening->smime;

	if (!smime) {
		add_title(lines, opening->is_incomplete
		                         ? _("The whole of this message is not here yet.")
		                         : _("This message is neither signed nor encrypted."));
		return;
	}
	if (opening->is_judged) {
		add_title(lines, judgement_headline(smime->verdict.grade));
		add_field(lines, _("From"), smime->from, width);
		add_reasons(lines, smime->verdict, width);
		add_differing(lines, smime, width);
	}
	for (guint i = 0; i < smime->layers->len; i++)
		add_layer(lines, g_ptr_array_index(smime->layers, i), width);
	if (smime->trouble)
		add_field(lines, _("Closed"), smime->trouble->message, width);
}
