#include "eas/reply.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

static void note_headers(const HttpResponse *response, Sink *sink)
{
	const char *location = http_response_header(response, "X-MS-Location");
	const char *expires = http_response_header(response, "X-MS-Credentials-Expire");
	int64_t days;

	if (response->status == 451 && location)
		sink->ops->moved(sink, location);
	/* [MS-ASHTTP] X-MS-RP: the server was changed, and forgot what we have in common. */
	if (http_response_header(response, "X-MS-RP"))
		sink->ops->begin_anew(sink);
	if (text_to_int(expires, 0, 36500, &days))
		sink->ops->password_expires(sink, (int)days);
}

/* Session sign-in, a captive portal or a proxy answers with a page that a browser should show. */
static bool is_web_page(const HttpResponse *response)
{
	const char *type = http_response_header(response, "Content-Type");
	gsize len;
	const char *body = g_bytes_get_data(response->body, &len);

	return len > 0 && ((type && text_has_prefix_ascii_case(type, "text/html")) || *body == '<');
}

static ErrorKind kind_of_unlisted(int status)
{
	if (status >= 500)
		return ERR_SERVER;
	if (status >= 400)
		return ERR_REQUEST;
	return status >= 300 ? ERR_MOVED : ERR_PROTOCOL;
}

static bool fail_code(const HttpResponse *response, GError **err)
{
	const char *url = http_response_header(response, "X-MS-Credential-Service-Url");

	if (response->status == 457 && url)
		return fail(err, ERR_SIGN_IN,
		            _("the password has expired; change it at %s (HTTP 457)"), url);
	if (status_find(FAMILY_HTTP, response->status))
		return status_check(FAMILY_HTTP, response->status, err);
	return fail(err, kind_of_unlisted(response->status),
	            _("the server refuses our request (HTTP %d)"), response->status);
}

bool reply_check(const HttpResponse *response, Sink *sink, GError **err)
{
	note_headers(response, sink);
	if (response->status < 200 || response->status > 299)
		return fail_code(response, err);
	if (is_web_page(response))
		return fail(err, ERR_PROTOCOL,
		            _("a web page came instead of an answer from ActiveSync; something in "
		              "front of the server wants a sign-in of its own: check the "
		              "account's server URL, or the network's sign-in page"));
	if (response->status != 200)
		return fail_code(response, err);
	return true;
}

bool reply_open(const HttpResponse *response, Sink *sink, WbxmlTag root, WbxmlReader **ret_reader,
                GError **err)
{
	return reply_check(response, sink, err) &&
	       reply_enter(response->body, root, ret_reader, err);
}

bool reply_enter(GBytes *document, WbxmlTag root, WbxmlReader **ret_reader, GError **err)
{
	gsize len;
	const uint8_t *bytes = g_bytes_get_data(document, &len);
	g_autoptr(WbxmlReader) reader = NULL;
	WbxmlToken token;

	if (len == 0) {
		*ret_reader = NULL;
		return true;
	}
	reader = wbxml_reader_new(bytes, len, err);
	if (!reader || !wbxml_reader_next(reader, &token, err))
		return false;
	if (token.tag != root)
		return fail(err, ERR_PROTOCOL, _("the server answers with %s where %s belongs"),
		            wbxml_tag_name(token.tag) ? wbxml_tag_name(token.tag)
		                                      : _("something unknown"),
		            wbxml_tag_name(root));
	*ret_reader = g_steal_pointer(&reader);
	return true;
}

bool reply_walk(WbxmlReader *reader, ReplyTake take, void *into, GError **err)
{
	unsigned inside = wbxml_reader_depth(reader);
	WbxmlToken token;

	for (;;) {
		if (!wbxml_reader_next(reader, &token, err))
			return false;
		if (token.event == WBXML_CLOSE)
			return true;
		if (token.event == WBXML_OPEN && !take(into, token.tag, reader, err))
			return false;
		g_assert(wbxml_reader_depth(reader) == inside);
	}
}

bool reply_text(WbxmlReader *reader, char **ret_text, GError **err)
{
	char *text = wbxml_reader_text(reader, err);

	if (!text)
		return false;
	g_free(*ret_text);
	*ret_text = text;
	return true;
}

bool reply_line(WbxmlReader *reader, char **ret_text, GError **err)
{
	g_autofree char *text = wbxml_reader_text(reader, err);

	if (!text)
		return false;
	g_autofree char *line = text_one_line(text);

	g_free(*ret_text);
	*ret_text = text_cut(line, LIMIT_MIME_HEADER_BYTES);
	if (!**ret_text)
		g_clear_pointer(ret_text, g_free);
	return true;
}

bool reply_int(WbxmlReader *reader, int64_t min, int64_t max, int64_t *ret_value, GError **err)
{
	g_autofree char *text = NULL;

	if (!reply_line(reader, &text, err))
		return false;
	text_to_int(text, min, max, ret_value);
	return true;
}

bool reply_status(WbxmlReader *reader, StatusFamily family, GError **err)
{
	int64_t status = 1;

	return reply_int(reader, 0, 9999, &status, err) && status_check(family, (int)status, err);
}

bool reply_bool(WbxmlReader *reader, bool *ret_value, GError **err)
{
	g_autofree char *text = NULL;

	if (!reply_line(reader, &text, err))
		return false;
	*ret_value = !text || strcmp(text, "1") == 0 || text_equal_ascii_case(text, "true");
	return true;
}
