#include "net/answer.h"

#include <curl/curl.h>
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

enum { RETRY_AFTER_MAX_S = 7 * 24 * 3600 };

typedef enum { WITHIN, OVER_HEADERS, OVER_BODY, OVER_RATIO } Over;

struct Answer {
	GHashTable *headers;         /* lower-case name to GString */
	GByteArray *body;
	size_t      header_bytes, max_bytes;
	Over        over;
};

static void value_free(void *value) { g_string_free(value, TRUE); }

static GHashTable *headers_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, value_free);
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

/* [RFC 9110] 5.3: a repeated header means the list of its values. */
static void headers_put(GHashTable *headers, const char *name, const char *value)
{
	GString *before = g_hash_table_lookup(headers, name);

	if (before)
		g_string_append_printf(before, ", %s", value);
	else
		g_hash_table_insert(headers, g_strdup(name), g_string_new(value));
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
		headers_put(answer->headers, name, value);
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
	else if (total > LIMIT_HTTP_RATIO_FREE && total / LIMIT_HTTP_RATIO > wire_bytes)
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
		return fail(err, ERR_LIMIT,
		            _("the answer of %s grows more than %d times when unpacked; it was "
		              "dropped"),
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

static void hand_headers(Answer *answer, GHashTable *into)
{
	GHashTableIter iter;
	void *name, *value;

	g_hash_table_iter_init(&iter, answer->headers);
	while (g_hash_table_iter_next(&iter, &name, &value)) {
		g_hash_table_iter_steal(&iter);
		g_hash_table_insert(into, name, g_string_free(value, FALSE));
	}
}

HttpResponse *answer_finish(Answer *answer, int status, int64_t now_ms)
{
	g_autoptr(GBytes) body = g_byte_array_free_to_bytes(g_steal_pointer(&answer->body));
	HttpResponse     *response = http_response_new(status, body);

	hand_headers(answer, response->headers);
	response->retry_after_ms =
		retry_after_ms(http_response_header(response, "retry-after"), now_ms);
	answer->body = g_byte_array_new();
	return response;
}
