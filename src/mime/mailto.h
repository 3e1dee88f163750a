/* mime/mailto: mailto: links, RFC 6068. Pure; any thread. */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "model/draft.h"

/*
 * Adds what @url asks for to @draft: recipients (to, cc, bcc), subject, body and In-Reply-To, and
 * nothing else: a link attaches no file and forges no sender, whatever it says. Fields of the draft
 * that have one line stay one line. ERR_USAGE: not a mailto: link, or not UTF-8 once its %XX are
 * undone; @draft is as before.
 */
bool mailto_apply(const char *url, Draft *draft, GError **err);
