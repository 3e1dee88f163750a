/*
 * smime/revocation: whether certificates were revoked, as far as servers have told: by lists (CRL)
 * and by answers about one certificate (OCSP). Nothing is asked here. Which URLs ought to be is
 * named by who judges (SmimeSigner.questions), and only those on hosts that the person lists; who
 * can fetches them, and adds what came. Without hosts nothing is ever asked. Only http: what is
 * signed needs no TLS, which would have to ask the same (RFC 5280 8). Any thread may judge by one
 * that nobody adds to any more. Source: RFC 5280, RFC 6960.
 */
#pragma once
#include <glib.h>
#include <stdint.h>

#include "base/clock.h"

typedef struct SmimeRevocation SmimeRevocation;

/*
 * @hosts: names and domains, blanks between. @clock is borrowed: an answer holds while it is in
 * force by this clock, whenever the mail came, and a certificate that was revoked later was
 * revoked.
 */
SmimeRevocation *smime_revocation_new(const char *hosts, const Clock *clock);
SmimeRevocation *smime_revocation_ref(SmimeRevocation *revocation);
void             smime_revocation_unref(SmimeRevocation *revocation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SmimeRevocation, smime_revocation_unref)

/* What @url was last answered with, NULL: nothing yet; and when it was last asked. It is asked
 * again when that is SMIME_ASK_AGAIN_MS ago and the answer is none that holds. */
#define SMIME_ASK_AGAIN_MS (INT64_C(10) * 60 * 1000)
void smime_revocation_add(SmimeRevocation *revocation, const char *url, GBytes *answer,
                          int64_t asked_ms);
