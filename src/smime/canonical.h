/* smime/canonical: a text as it is signed, whatever its line ends were on the way. Internal to
 * smime/. Source: RFC 8551 3.1.1. Pure; any thread. */
#pragma once
#include <glib.h>

/* Each line ends in CRLF; a CR elsewhere stays. The caller's; @bytes itself if that is so already.
 */
GBytes *canonical(GBytes *bytes);
