#include "smime/verdict.h"

#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

enum { HOUR_MS = 60 * 60 * 1000 };

static const struct { const char *id, *text; VerdictGrade severity; } reasons[] = {
#define REASON(id, grade, words) { #id, words, VERDICT_##grade },
#include "smime/reasons.def"
#undef REASON
};

G_STATIC_ASSERT(REASON_COUNT < 64);

static void note(Verdict *verdict, bool applies, Reason reason)
{
	if (!applies)
		return;
	verdict->reasons |= UINT64_C(1) << reason;
	verdict->grade = MAX(verdict->grade, reasons[reason].severity);
}

bool verdict_has(Verdict verdict, Reason reason)
{
	return verdict.reasons >> reason & 1;
}

Verdict verdict_join(Verdict a, Verdict b)
{
	return (Verdict){ MAX(a.grade, b.grade), a.reasons | b.reasons };
}

/* ---- what is signed ---- */

static void judge_cover(Verdict *verdict, const VerdictFacts *facts)
{
	static const struct { VerdictCover cover; Reason reason;
	} rows[] = {
		{ COVER_NOTHING, REASON_UNSIGNED },
		{ COVER_PART, REASON_PARTLY_SIGNED },
		{ COVER_LOCKED, REASON_LOCKED },
		{ COVER_CIPHERTEXT, REASON_CIPHERTEXT_SIGNED },
		{ COVER_AMBIGUOUS, REASON_AMBIGUOUS },
		{ COVER_OTHER, REASON_SHOWN_DIFFERS },
		{ COVER_TWICE, REASON_CONTENT_TWICE },
		{ COVER_DAMAGED, REASON_DAMAGED },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++)
		note(verdict, facts->cover == rows[i].cover, rows[i].reason);
	note(verdict, facts->is_open_to_change && facts->cover == COVER_NOTHING,
	     REASON_OPEN_TO_CHANGE);
	note(verdict, facts->has_old_cipher, REASON_OLD_CIPHER);
}

/* Where a signature was found and read, so that there is a signer to ask for. */
static bool has_signature(const VerdictFacts *facts)
{
	return facts->cover == COVER_WHOLE || facts->cover == COVER_OTHER ||
	       facts->cover == COVER_CIPHERTEXT || facts->cover == COVER_TWICE ||
	       (facts->cover == COVER_LOCKED && facts->signer_count > 0);
}

/* ---- the sender ---- */

/* @text in lower case, and each @part of it gone. */
static char *without(const char *text, const char *part)
{
	g_autofree char *lower = text_lower_ascii(text);
	g_autofree char *gone = text_lower_ascii(part && *part ? part : "\n");
	g_auto(GStrv) pieces = g_strsplit(lower, gone, -1);

	return g_strjoinv("", pieces);
}

/* Words on both sides of @sign: "Grace @ Work" is no address. */
static bool has_address(const char *text, const char *sign)
{
	for (const char *at = text; (at = strstr(at, sign)); at += strlen(sign)) {
		char next = at[strlen(sign)];
		if (at > text && at[-1] != ' ' && next && next != ' ')
			return true;
	}
	return false;
}

/* An address beside the sender's own in the display name, also one with a look-alike of the at
 * sign. */
static bool name_deceives(const SenderFacts *sender)
{
	static const char *const at_signs[] = { "@", "\xef\xbc\xa0", "\xef\xb9\xab" };
	g_autofree char *rest = sender->name ? without(sender->name, sender->address) : NULL;

	for (size_t i = 0; rest && i < G_N_ELEMENTS(at_signs); i++)
		if (has_address(rest, at_signs[i]))
			return true;
	return false;
}

static void judge_sender(Verdict *verdict, const SenderFacts *sender)
{
	note(verdict, sender->count < 1, REASON_FROM_MISSING);
	note(verdict, sender->count > 1, REASON_FROM_SEVERAL);
	note(verdict, sender->is_unclear, REASON_AMBIGUOUS);
	note(verdict, name_deceives(sender), REASON_NAME_DECEIVES);
	note(verdict,
	     sender->outside && !verdict_same_address(sender->outside, sender->address),
	     REASON_FROM_DIFFERS);
}

/* RFC 9598 4: certificates have the domain in ASCII, mails in either form. NULL: no domain has this
 * name. */
static char *domain_in_ascii(const char *address)
{
	const char *at = strrchr(address, '@');

	return at ? g_hostname_to_ascii(at + 1) : NULL;
}

bool verdict_same_address(const char *a, const char *b)
{
	if (!a || !b || !*a || text_equal_ascii_case(a, b))
		return a && b && *a;
	g_autofree char *domain = domain_in_ascii(a), *other_domain = domain_in_ascii(b);
	if (!domain || !other_domain)
		return false;
	g_autofree char *local = g_strndup(a, (gsize)(strrchr(a, '@') - a));
	g_autofree char *other_local = g_strndup(b, (gsize)(strrchr(b, '@') - b));
	return text_equal_ascii_case(domain, other_domain) &&
	       text_equal_ascii_case(local, other_local);
}

static bool is_of_sender(const SignerFacts *signer, const char *address)
{
	for (const char *const *own = signer->addresses; own && *own; own++)
		if (verdict_same_address(*own, address))
			return true;
	return false;
}

/* ---- a signer ---- */

static void judge_time(Verdict *verdict, const VerdictFacts *facts, const SignerFacts *signer)
{
	int64_t when_ms = signer->signed_ms;

	note(verdict, facts->now_ms < signer->from_ms, REASON_NOT_YET_VALID);
	note(verdict, facts->now_ms > signer->to_ms, REASON_EXPIRED);
	note(verdict, !when_ms, REASON_NO_SIGNING_TIME);
	if (!when_ms)
		return;
	note(verdict, when_ms > facts->now_ms + HOUR_MS, REASON_SIGNED_IN_FUTURE);
	note(verdict, when_ms < signer->from_ms || when_ms > signer->to_ms,
	     REASON_SIGNED_WHEN_INVALID);
	note(verdict,
	     facts->date_ms && (when_ms > facts->date_ms + HOUR_MS ||
	                        when_ms < facts->date_ms - HOUR_MS),
	     REASON_DATE_DIFFERS);
}

static Reason doubt_reason(RevocationDoubt doubt)
{
	static const Reason reasons_of[] = {
		[REVOCATION_NOT_ASKED] = REASON_REVOCATION_UNKNOWN,
		[REVOCATION_NOT_LISTED] = REASON_REVOCATION_NOT_LISTED,
		[REVOCATION_UNANSWERED] = REASON_REVOCATION_UNANSWERED,
		[REVOCATION_UNTOLD] = REASON_REVOCATION_UNTOLD,
		[REVOCATION_OUTDATED] = REASON_REVOCATION_OUTDATED,
		[REVOCATION_OTHER] = REASON_REVOCATION_OTHER,
		[REVOCATION_UNREADABLE] = REASON_REVOCATION_UNREADABLE,
		[REVOCATION_FORGED] = REASON_REVOCATION_FORGED,
	};

	return reasons_of[doubt];
}

static void judge_certificate(Verdict *verdict, const VerdictFacts *facts,
                              const SignerFacts *signer)
{
	bool has_address = signer->addresses && signer->addresses[0];

	note(verdict, signer->chain == CHAIN_UNKNOWN, REASON_ISSUER_UNKNOWN);
	note(verdict, signer->chain == CHAIN_REFUSED, REASON_CHAIN_REFUSED);
	note(verdict, signer->chain == CHAIN_BROKEN, REASON_CHAIN_BROKEN);
	note(verdict, signer->revocation == REVOCATION_REVOKED, REASON_REVOKED);
	note(verdict, signer->revocation == REVOCATION_UNKNOWN, doubt_reason(signer->doubt));
	note(verdict, !signer->is_for_mail, REASON_WRONG_USAGE);
	note(verdict, !has_address, REASON_ADDRESS_MISSING);
	note(verdict, has_address && !is_of_sender(signer, facts->sender.address),
	     REASON_OTHER_SIGNER);
	judge_time(verdict, facts, signer);
}

static void judge_signer(Verdict *verdict, const VerdictFacts *facts, const SignerFacts *signer)
{
	note(verdict, signer->state == SIGNATURE_BROKEN, REASON_ALTERED);
	note(verdict, signer->state == SIGNATURE_UNKNOWN, REASON_ALGORITHM_UNKNOWN);
	note(verdict, signer->state == SIGNATURE_NO_CERTIFICATE, REASON_NO_CERTIFICATE);
	note(verdict, signer->weak & WEAK_MD5, REASON_WEAK_MD5);
	note(verdict, signer->weak & WEAK_SHA1, REASON_WEAK_SHA1);
	note(verdict, signer->weak & WEAK_KEY, REASON_WEAK_KEY);
	if (signer->state != SIGNATURE_NO_CERTIFICATE)
		judge_certificate(verdict, facts, signer);
}

/* ---- the whole ---- */

static void judge_signature(Verdict *verdict, const VerdictFacts *facts)
{
	note(verdict, facts->signer_count == 0, REASON_NO_SIGNER);
	note(verdict, facts->signer_count > 1, REASON_SEVERAL_SIGNERS);
	judge_sender(verdict, &facts->sender);
	note(verdict, !facts->has_signed_header, REASON_HEADER_UNSIGNED);
	note(verdict, facts->header_differs, REASON_HEADER_DIFFERS);
	for (guint i = 0; i < facts->signer_count; i++)
		judge_signer(verdict, facts, &facts->signers[i]);
}

Verdict verdict_judge(const VerdictFacts *facts)
{
	Verdict verdict = { VERDICT_GOOD, 0 };

	judge_cover(&verdict, facts);
	if (has_signature(facts))
		judge_signature(&verdict, facts);
	if (facts->cover == COVER_NOTHING)
		verdict.grade = VERDICT_NONE;
	return verdict;
}

/* ---- words ---- */

const char *verdict_grade_name(VerdictGrade grade)
{
	static const char *const names[] = { "good", "none", "doubt", "bad" };

	return names[grade];
}

char        *reason_name(Reason reason) { return text_lower_ascii(reasons[reason].id); }
const char  *reason_text(Reason reason) { return _(reasons[reason].text); }
VerdictGrade reason_severity(Reason reason) { return reasons[reason].severity; }
