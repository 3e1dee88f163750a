/*
 * app/consent: whether the pictures that a mail names on other servers may be fetched. To ask those
 * servers tells them that, when and where the mail is read, so nobody does it but for a person who
 * wants to see them: this once, always of this sender, or always. Pure, but for consent_of().
 */
#pragma once
#include <glib.h>
#include <stdbool.h>

#include "app/settings.h"
#include "model/message.h"
#include "store/read.h"

/* The range of read.remote_images, in its order. */
typedef enum { IMAGES_NEVER, IMAGES_ASK, IMAGES_ALWAYS } RemoteImages;

/* REFUSED: not even if somebody asks. ASK: if somebody asks. GIVEN: without a word. */
typedef enum { CONSENT_REFUSED, CONSENT_ASK, CONSENT_GIVEN } Consent;

/* @is_known: pictures of the sender are always shown. In the junk folder nobody is known, and
 * always is not meant. */
Consent consent_judge(RemoteImages setting, bool is_known, bool is_junk);

/* The one address that the mail is from, in its own words; NULL if there are several, or somebody
 * else has sent it: such a sender cannot be known. Free with g_free. */
char *consent_sender(const Message *message);

/* The above for a message of an account. */
bool consent_of(StoreReader *reader, const Settings *settings, const Message *message,
                int64_t account_id, bool is_junk, Consent *ret_consent, GError **err);

/*
 * What to ask for @reference, as the text has it; free with g_free. NULL: @err says why not: not
 * encrypted, unless @is_asked_for, that is, by a person and for this mail (ERR_REFUSED); no address
 * (ERR_PROTOCOL); too long (ERR_LIMIT).
 */
char *consent_url(const char *reference, bool is_asked_for, GError **err);

/* The host of @reference; NULL: it has none. Free with g_free. */
char *consent_host(const char *reference);
