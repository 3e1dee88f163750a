#include "net/answer.h"

#include <curl/curl.h>
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

enum { RATIO_FREE_BYTES = 1 << 20, RETRY_AFTER_MAX_S = 7 * 24 * 3600 };

typedef enum { WITHIN, OVER_HEADERS, OVER_BODY, OVER_RATIO } Over;

struct Answer {
	GHashTable *headers;
	GByteArray *body;
	size_t      header_bytes, max_bytes;
	Over        over;
};

static GHashTable *headers_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

Answer *answer_new(size_t max_bytes)
{
	Answer *answer = g_new0(Answer, 1);

	answer->headers = headers_new();
	answer->body = g_byte_array_new();
	answer->max_bytes = max_bytes;
	return answer;
}

void answer_free(Answer *answer)
{
	if (!answer)
		return;
	g_hash_table_unref(answer->headers);
	g_byte_array_unref(answer->body);
	g_free(answer);
}

/* Takes both. [RFC 9110] 5.3: a repeated header means the list of its values. */
static void headers_put(GHashTable *headers, char *name, char *value)
{
	const char *before = g_hash_table_lookup(headers, name);

	if (before) {
		char *joined = g_strconcat(before, ", ", value, NULL);
		g_free(value);
		value = joined;
	}
	g_hash_table_insert(headers, name, value);
}

static void header_take(Answer *answer, const char *line, size_t len)
{
	const char *colon = memchr(line, ':', len);

	if (!colon || colon == line)
		return;
	g_autofree char *name_raw = text_to_utf8(line, (size_t)(colon - line));
	g_autofree char *name = text_lower_ascii(g_strstrip(name_raw));
	g_autofree char *value = text_to_utf8(colon + 1, len - (size_t)(colon + 1 - line));

	g_strstrip(value);
	if (!g_str_has_prefix(name, "set-cookie"))       /* libcurl keeps them; nobody else shall */
		headers_put(answer->headers, g_steal_pointer(&name), g_steal_pointer(&value));
}

bool answer_header(Answer *answer, const char *line, size_t len)
{
	answer->header_bytes += len;
	if (answer->header_bytes > LIMIT_HTTP_HEADER_BYTES) {
		answer->over = OVER_HEADERS;
		return false;
	}
	if (len >= 5 && memcmp(line, "HTTP/", 5) == 0)
		g_hash_table_remove_all(answer->headers);
	else
		header_take(answer, line, len);
	return true;
}

size_t answer_header_bytes(const Answer *answer) { return answer->header_bytes; }

bool answer_body(Answer *answer, const void *bytes, size_t len, uint64_t wire_bytes)
{
	size_t total = answer->body->len + len;

	if (total > answer->max_bytes)
		answer->over = OVER_BODY;
	else if (total > RATIO_FREE_BYTES && total / LIMIT_HTTP_RATIO > wire_bytes)
		answer->over = OVER_RATIO;
	else
		g_byte_array_append(answer->body, bytes, (guint)len);
	return answer->over == WITHIN;
}

bool answer_check(const Answer *answer, const char *host, GError **err)
{
	switch (answer->over) {
	case OVER_HEADERS:
		return fail(err, ERR_LIMIT,
		            _("%s sends more than %u KiB of headers; the answer was dropped"), host,
		            LIMIT_HTTP_HEADER_BYTES >> 10);
	case OVER_BODY:
		return fail(err, ERR_LIMIT,
		            _("the answer of %s is larger than %zu bytes; it was dropped"), host,
		            answer->max_bytes);
	case OVER_RATIO:
		return fail(
			err, ERR_LIMIT,
			_("the answer of %s grows more than %d times when unpacked; it was dropped"),
			host, LIMIT_HTTP_RATIO);
	default:
		return true;
	}
}

/* [RFC 9110] 10.2.3: seconds, or a date. -1: neither. */
static int64_t retry_after_ms(const char *value, int64_t now_ms)
{
	int64_t seconds, date_s;

	if (!value)
		return -1;
	if (text_to_int(value, 0, G_MAXINT64, &seconds))
		return MIN(seconds, RETRY_AFTER_MAX_S) * 1000;
	date_s = curl_getdate(value, NULL);
	return date_s < 0 ? -1
	                  : CLAMP(date_s * 1000 - now_ms, 0, RETRY_AFTER_MAX_S * (int64_t)1000);
}

HttpResponse *answer_finish(Answer *answer, int status, int64_t now_ms)
{
	g_autoptr(GBytes) body = g_byte_array_free_to_bytes(g_steal_pointer(&answer->body));
	HttpResponse     *response = http_response_new(status, body);

	g_hash_table_unref(response->headers);
	response->headers = g_steal_pointer(&answer->headers);
	response->retry_after_ms =
		retry_after_ms(http_response_header(response, "retry-after"), now_ms);
	answer->headers = headers_new();
	answer->body = g_byte_array_new();
	return response;
}
