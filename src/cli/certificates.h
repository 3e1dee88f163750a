/*
 * certificates: what the verbs about certificates have in common: how one is named, how it is shown,
 * and how a change is made.
 */
#pragma once
#include "app/certificates.h"
#include "cli/session.h"

/* As records of a list: certificates_begin(), then one for each. */
bool certificates_begin(Cli *cli, GError **err);
void certificates_put(Cli *cli, const Certificates *known, const KnownCertificate *row);

/*
 * The one that @word names: by its fingerprint or the first 8 digits of it, or by an address that
 * just one is for. Borrowed. ERR_NOT_FOUND; ERR_USAGE: several, with their ids.
 */
const KnownCertificate *certificates_pick(Cli *cli, const char *word, GError **err);
/* Whose it is, on one line, for a question or a sentence: "Ada <ada@example.org>, 3f…". Free with
 * g_free. */
char *certificates_who(const Certificate *facts);

/* Makes the changes through the engine; nothing with --dry-run. What was read before is out of date
 * then: cli_certificates() reads again. */
bool certificates_change(Cli *cli, const GPtrArray *changes, GError **err);

/* A sentence on the standard error for each of one's own that ends soon, unless --quiet. */
void certificates_warn(Cli *cli, const Certificates *known);
