#include "app/consent.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/text.h"
#include "mime/mime.h"
#include "net/http.h"
#include "store/picture.h"

enum { URL_MOST_BYTES = 4000 };

Consent consent_judge(RemoteImages setting, bool is_known, bool is_junk)
{
	if (setting == IMAGES_NEVER)
		return CONSENT_REFUSED;
	return !is_junk && (is_known || setting == IMAGES_ALWAYS) ? CONSENT_GIVEN : CONSENT_ASK;
}

static bool is_by_another(const char *sender, const char *address)
{
	g_autoptr(MimeAddress) by = sender ? mime_address_first(sender) : NULL;

	return by && !text_equal_ascii_case(by->address, address);
}

char *consent_sender(const Message *message)
{
	g_autoptr(GPtrArray) from = mime_addresses(message->from ? message->from : "");
	const MimeAddress *one = from->len == 1 ? g_ptr_array_index(from, 0) : NULL;

	if (!one || !strchr(one->address, '@') || is_by_another(message->sender, one->address))
		return NULL;
	return g_strdup(one->address);
}

bool consent_of(StoreReader *reader, const Settings *settings, const Message *message,
                int64_t account_id, bool is_junk, Consent *ret_consent, GError **err)
{
	RemoteImages setting = (RemoteImages)settings_choice(settings, SETTING_READ_REMOTE_IMAGES);
	g_autofree char *sender = consent_sender(message);
	bool is_known = false;

	if (sender && !store_read_picture_sender(reader, account_id, sender, &is_known, err))
		return false;
	*ret_consent = consent_judge(setting, is_known, is_junk);
	return true;
}

/* As browsers read an address in a text: without its fragment, a blank escaped, https: where only
 * the host is said. */
static char *whole_url(const char *reference)
{
	g_autofree char *cut = g_strndup(reference, strcspn(reference, "#"));
	g_auto(GStrv) words = g_strsplit(g_strstrip(cut), " ", -1);
	g_autofree char *url = g_strjoinv("%20", words);

	return g_str_has_prefix(url, "//") ? g_strconcat("https:", url, NULL)
	                                   : g_steal_pointer(&url);
}

char *consent_url(const char *reference, bool is_asked_for, GError **err)
{
	g_autofree char *url = whole_url(reference);
	g_auto(HttpUrl) parts = { 0 };

	if (strlen(url) > URL_MOST_BYTES)
		return fail_null(err, ERR_LIMIT, _("The address of a picture is too long."));
	if (!http_url_parse(url, &parts, NULL))
		return fail_null(err, ERR_PROTOCOL, _("A picture has an address that is none."));
	if (!is_asked_for && !g_str_equal(parts.scheme, "https"))
		return fail_null(err, ERR_REFUSED,
		                 _("%s sends pictures without encryption, which only you can ask "
		                   "for, mail by mail."),
		                 parts.host);
	return g_steal_pointer(&url);
}

char *consent_host(const char *reference)
{
	g_autofree char *url = whole_url(reference);
	g_auto(HttpUrl) parts = { 0 };

	return http_url_parse(url, &parts, NULL) ? g_strdup(parts.host) : NULL;
}
