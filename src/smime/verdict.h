/*
 * smime/verdict: what a signature is worth. A pure function over facts that others have found: what
 * is shown and what is signed, the signers with their certificates, the sender, the times. Good is
 * only what is good in all of them; whatever is not is named. Any thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* From the best to the worst. NONE: nothing is signed, so there is nothing to judge. */
typedef enum { VERDICT_GOOD, VERDICT_NONE, VERDICT_DOUBT, VERDICT_BAD } VerdictGrade;

typedef enum {
#define REASON(id, severity, text) REASON_##id,
#include "smime/reasons.def"
#undef REASON
	REASON_COUNT
} Reason;

typedef struct {
	VerdictGrade grade;
	uint64_t     reasons;     /* a bit for each Reason */
} Verdict;

/* What is signed, beside what is shown. */
typedef enum {
	COVER_NOTHING,            /* no signature */
	COVER_WHOLE,              /* what is shown is what is signed */
	COVER_PART, COVER_CIPHERTEXT, COVER_LOCKED, COVER_AMBIGUOUS, COVER_OTHER, COVER_TWICE,
	COVER_DAMAGED,            /* as the reasons say */
} VerdictCover;

typedef enum { SIGNATURE_FITS, SIGNATURE_BROKEN, SIGNATURE_NO_CERTIFICATE, SIGNATURE_UNKNOWN }
	SignatureState;
/* REFUSED: a person said so of one in it. */
typedef enum { CHAIN_TRUSTED, CHAIN_UNKNOWN, CHAIN_REFUSED, CHAIN_BROKEN } ChainState;
typedef enum { REVOCATION_UNKNOWN, REVOCATION_GOOD, REVOCATION_REVOKED } RevocationState;
/* Why it is not known; the later, the more is wrong. */
typedef enum {
	REVOCATION_NOT_ASKED,      /* nobody is to be asked */
	REVOCATION_NOT_LISTED,     /* the certificate names none of those who are */
	REVOCATION_UNANSWERED,
	REVOCATION_UNTOLD,         /* who was asked does not know it, or does not say */
	REVOCATION_OUTDATED, REVOCATION_OTHER, REVOCATION_UNREADABLE,
	REVOCATION_FORGED          /* as the reasons say */
} RevocationDoubt;
typedef enum { WEAK_NOTHING = 0, WEAK_SHA1 = 1 << 0, WEAK_MD5 = 1 << 1, WEAK_KEY = 1 << 2 }
	Weakness;

/* One signer. Without a certificate, what speaks of it is not looked at. */
typedef struct {
	SignatureState     state;
	ChainState         chain;
	RevocationState    revocation;        /* of the whole chain */
	RevocationDoubt    doubt;             /* where revocation is not known */
	guint              weak;              /* Weakness, of signature and chain */
	bool               is_for_mail;       /* usage of key and certificate */
	int64_t            from_ms, to_ms;    /* when the whole chain is valid */
	int64_t            signed_ms;         /* as the signer claims; 0: does not say */
	const char *const *addresses;         /* of the certificate, NULL-ended */
} SignerFacts;

/* The sender as the message shows it. */
typedef struct {
	int         count;            /* of addresses, over all From fields */
	bool        is_unclear;       /* not UTF-8: another charset might make it another sender */
	const char *address;          /* of the first; NULL */
	const char *name;             /* beside it; NULL */
	const char *outside;          /* address outside, where the header is signed; else NULL */
} SenderFacts;

typedef struct {
	VerdictCover       cover;
	const SignerFacts *signers;
	guint              signer_count;
	SenderFacts        sender;
	int64_t            date_ms;           /* of the Date field; 0: unknown */
	int64_t            now_ms;            /* the time to judge at */
	bool               has_signed_header, header_differs;
	bool               is_open_to_change, has_old_cipher;       /* of an encryption around */
} VerdictFacts;

Verdict verdict_judge(const VerdictFacts *facts);

/* Of several layers: as bad as the worse one, for the reasons of both. */
Verdict verdict_join(Verdict a, Verdict b);

bool verdict_has(Verdict verdict, Reason reason);

/* True if the mail addresses are those of one mailbox. ASCII case does not count, nor in which form
 * the domain stands. */
bool verdict_same_address(const char *a, const char *b);

/* "good", "none", "doubt", "bad": a script's word. */
const char  *verdict_grade_name(VerdictGrade grade);
char        *reason_name(Reason reason);           /* "other_signer"; free with g_free */
const char  *reason_text(Reason reason);           /* what a person reads, translated */
VerdictGrade reason_severity(Reason reason);
