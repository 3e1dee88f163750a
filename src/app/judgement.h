/*
 * app/judgement: what a signature is worth and what hid a mail, in words, for the screens and the
 * command line. Texts are one line each, translated; those that are returned as char * are free
 * with g_free. Names and addresses in them are a certificate's, whoever made that. Pure; any
 * thread.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "app/opening.h"

/* "Good signature of the sender", "Not signed", "In doubt", "Bad signature". Static. */
const char *judgement_headline(VerdictGrade grade);
/* The same as a sign of three cells, which needs no colour: "[+]", "[-]", "[?]", "[!]". Static. */
const char *judgement_sign(VerdictGrade grade);

/* The reasons of @verdict, of borrowed const char *, the worst first; @lowest: and no better ones.
 */
GPtrArray *judgement_reasons(Verdict verdict, VerdictGrade lowest);

/* Who signed, of borrowed SmimeSigner, the outermost first. */
GPtrArray *judgement_signers(const SmimeMessage *smime);
/* What ought to be asked about them (SmimeSigner.questions): of borrowed char *, each once. */
GPtrArray *judgement_questions(const SmimeMessage *smime);
/* "Ada <ada@example.org>"; "?" without a certificate. */
char      *judgement_who(const SmimeSigner *signer);

/* "Good signature of the sender: ada@example.org, valid to 2027-03-04"; of a mail that
 * is not signed, what that means. */
char *judgement_summary(const SmimeMessage *smime);

/* What hid it, and whether it could be altered; NULL: nothing did. *ret_is_warning: it is not as it
 * should be. */
char *judgement_secrecy(const Opening *opening, bool *ret_is_warning);

/* "AES-256-GCM", "SHA256"; "?". Borrowed. */
const char *judgement_method(const SmimeLayer *layer);
