#include "net/transfer.h"

#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "net/failure.h"
#include "net/redirect.h"

/* Less than this within a request's timeout is silence; an answer that has begun keeps at least
 * this pace, or a server could drip for ever. */
enum { STALL_BYTES = 64, PACE_BYTES_S = 100 };
enum { KEEPALIVE_S = 60 };

Transfer *transfer_new(NetClient *client, HttpRequest *request, NetDone done, void *data)
{
	Transfer *transfer = g_new0(Transfer, 1);

	transfer->client = client;
	transfer->request = request;
	transfer->done = done;
	transfer->data = data;
	transfer->method = request->method;
	transfer->visited = g_ptr_array_new_with_free_func(g_free);
	transfer->stall.due_ms = -1;
	return transfer;
}

void transfer_free(Transfer *transfer)
{
	if (!transfer)
		return;
	g_assert(!transfer->easy);
	http_request_free(transfer->request);
	g_free(transfer->url);
	http_url_clear(&transfer->at);
	g_ptr_array_unref(transfer->visited);
	http_response_free(transfer->response);
	g_clear_error(&transfer->error);
	g_free(transfer);
}

bool transfer_check_encrypted(const HttpUrl *at, const Account *account, GError **err)
{
	return g_str_equal(at->scheme, "https") || account->is_plain_http_ok ||
	       fail(err, ERR_CONFIG,
	            _("%s would be asked without encryption; use https:// in the server address"),
	            at->host);
}

bool transfer_aim(Transfer *transfer, const TransferSetup *setup, GError **err)
{
	g_auto(HttpUrl) at = { 0 };

	if (!http_url_parse(transfer->url ? transfer->url : transfer->request->url, &at, err))
		return false;
	if (setup->guest ? !guest_check_url(setup->guest, &at, err)
	                 : !transfer_check_encrypted(&at, setup->account, err))
		return false;

	char *url = http_url_format(&at);
	g_free(transfer->url);
	transfer->url = url;
	http_url_clear(&transfer->at);
	transfer->at = at;
	at = (HttpUrl){ 0 };
	if (!g_ptr_array_find_with_equal_func(transfer->visited, url, g_str_equal, NULL))
		g_ptr_array_add(transfer->visited, g_strdup(url));
	return true;
}

/* ---- what arrives ---- */

static size_t on_header(char *line, size_t size, size_t count, void *data)
{
	Transfer *transfer = data;

	return answer_header(transfer->answer, line, size * count) ? size * count : 0;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
	Transfer  *transfer = data;
	curl_off_t wire = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_SIZE_DOWNLOAD_T, &wire);
	return answer_body(transfer->answer, bytes, size * count, (uint64_t)wire) ? size * count
	                                                                          : 0;
}

static void stall_mark(Transfer *transfer, uint64_t moved_bytes)
{
	transfer->moved_bytes = transfer->marked_bytes = moved_bytes;
	transfer->stall.due_ms =
		clock_uptime_ms(transfer->clock) + (int64_t)transfer->request->timeout_s * 1000;
}

/* So many bytes more, and the time begins anew. */
static uint64_t stall_bytes(const Transfer *transfer)
{
	uint64_t pace = (uint64_t)PACE_BYTES_S * (uint64_t)MAX(transfer->request->timeout_s, 1);

	return answer_header_bytes(transfer->answer) ? MAX(pace, STALL_BYTES) : STALL_BYTES;
}

static int on_progress(void *data, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                       curl_off_t up)
{
	Transfer *transfer = data;
	uint64_t  moved = (uint64_t)down + (uint64_t)up + answer_header_bytes(transfer->answer);

	(void)down_total;
	(void)up_total;
	transfer->moved_bytes = moved;
	if (moved >= transfer->marked_bytes + stall_bytes(transfer))
		stall_mark(transfer, moved);
	return 0;
}

/* ---- what goes out ---- */

static struct curl_slist *authorization_build(const Transfer *transfer, const TransferSetup *setup)
{
	char *authorization =
		basic_header(setup->account->user_name, setup->password, transfer->charset);
	struct curl_slist *list = curl_slist_append(NULL, authorization);

	basic_free(authorization);
	return list;
}

static struct curl_slist *headers_build(const Transfer *transfer, const TransferSetup *setup)
{
	struct curl_slist *list = setup->guest ? NULL : authorization_build(transfer, setup);

	list = curl_slist_append(list, "Expect:");
	if (!transfer->request->body)
		list = curl_slist_append(list, "Content-Type:");
	for (guint i = 0; i < transfer->request->headers->len; i++)
		list = curl_slist_append(list, g_ptr_array_index(transfer->request->headers, i));
	return list;
}

/* The Authorization line, where there is one, is the first. */
static void headers_free(struct curl_slist *list)
{
	if (list)
		secret_wipe(list->data, strlen(list->data));
	curl_slist_free_all(list);
}

static void dress_method(const Transfer *transfer, CURL *easy)
{
	GBytes *body = transfer->request->body;

	if (body || g_str_equal(transfer->method, "POST")) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
		                 (curl_off_t)(body ? g_bytes_get_size(body) : 0));
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
		                 body && g_bytes_get_size(body) ? g_bytes_get_data(body, NULL)
		                                                : "");
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, transfer->method);
}

static void dress_connection(CURL *easy, const TransferSetup *setup)
{
	tls_apply(setup->tls, easy);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	/* A proxy gets none of our headers. */
	curl_easy_setopt(easy, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 0L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_S);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, (long)KEEPALIVE_S);
}

/* What an account's own client has and a guest has not. */
static void dress_identity(CURL *easy, const TransferSetup *setup)
{
	curl_easy_setopt(easy, CURLOPT_SHARE, setup->share);
	curl_easy_setopt(easy, CURLOPT_COOKIEFILE, "");            /* the engine on, from no file */
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR,
	                 setup->account->is_plain_http_ok ? "https,http" : "https");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, setup->user_agent);
}

static void dress_callbacks(Transfer *transfer, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->detail);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, transfer);
}

bool transfer_is_of_today(const Transfer *transfer, const TransferSetup *setup)
{
	return transfer->password_turn == setup->password_turn;
}

void transfer_dress(Transfer *transfer, CURL *easy, const TransferSetup *setup)
{
	size_t max = transfer->request->max_bytes;

	if (!transfer_is_of_today(transfer, setup))
		transfer->is_second_charset = false;
	if (!transfer->is_second_charset)
		transfer->charset = setup->charset;
	transfer->password_turn = setup->password_turn;
	transfer->easy = easy;
	transfer->clock = setup->clock;
	transfer->detail[0] = '\0';
	transfer->answer =
		answer_new(max && max < LIMIT_HTTP_BODY_BYTES ? max : LIMIT_HTTP_BODY_BYTES);
	transfer->headers = headers_build(transfer, setup);
	stall_mark(transfer, 0);
	dress_connection(easy, setup);
	if (setup->guest)
		guest_dress(setup->guest, &transfer->trip, easy, &transfer->at);
	else
		dress_identity(easy, setup);
	dress_callbacks(transfer, easy);
	dress_method(transfer, easy);
	/* libcurl repeats a request, a POST too, that a reused connection swallowed. */
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, transfer->request->is_once ? 1L : 0L);
	curl_easy_setopt(easy, CURLOPT_URL, transfer->url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
}

CURL *transfer_undress(Transfer *transfer)
{
	CURL *easy = g_steal_pointer(&transfer->easy);

	if (!easy)
		return NULL;
	/* libcurl's reset forgets the list without freeing it. */
	curl_easy_setopt(easy, CURLOPT_COOKIEFILE, NULL);
	curl_easy_reset(easy);
	headers_free(g_steal_pointer(&transfer->headers));
	g_clear_pointer(&transfer->answer, answer_free);
	transfer->stall.due_ms = -1;
	return easy;
}

/* ---- the end ---- */

static bool fail_stalled(const Transfer *transfer, GError **err)
{
	const HttpUrl *at = &transfer->at;
	int            timeout_s = transfer->request->timeout_s;

	if (transfer->moved_bytes < transfer->marked_bytes + STALL_BYTES)
		return fail(err, ERR_NETWORK, _("%s:%d has been silent for %d s"), at->host,
		            at->port, timeout_s);
	return fail(err, ERR_NETWORK, _("%s:%d sends less than %d bytes in %d s"), at->host,
	            at->port, (int)stall_bytes(transfer), timeout_s);
}

static bool judge_code(const Transfer *transfer, CURLcode code, const Tls *tls, GError **err)
{
	const HttpUrl *at = &transfer->at;
	long           os_errno = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &os_errno);
	Failure failure = { code, at->host, at->port, (int)os_errno, CONNECT_TIMEOUT_S };

	if (transfer->is_stalled)
		return fail_stalled(transfer, err);
	return answer_check(transfer->answer, at->host, err) &&
	       guest_judge(&transfer->trip, code, at->host, err) &&
	       tls_judge(tls, code, at->host, at->port, transfer->detail, err) &&
	       failure_judge(&failure, err);
}

static HttpResponse *response_take(Transfer *transfer, const TransferSetup *setup)
{
	long status = 0, verdict = -1;

	curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(transfer->easy, CURLINFO_SSL_VERIFYRESULT, &verdict);
	HttpResponse *response =
		answer_finish(transfer->answer, (int)status, clock_now_ms(setup->clock));
	response->url = g_strdup(transfer->url);
	response->is_chain_verified = g_str_equal(transfer->at.scheme, "https") && verdict == 0;
	return response;
}

/* True and a new url if @response leads elsewhere and we go there. */
static bool is_redirected(Transfer *transfer, const HttpResponse *response,
                          const TransferSetup *setup, GError **err)
{
	Redirect redirect = { .status = response->status,
		              .method = transfer->method,
		              .url = transfer->url,
		              .location = http_response_header(response, "location"),
		              .visited = transfer->visited };
	char    *next;

	if (!(setup->guest ? redirect_decide_guest : redirect_decide)(&redirect, &next,
	                                                              &transfer->method, err) ||
	    !next)
		return false;
	g_free(transfer->url);
	transfer->url = next;
	return true;
}

/* Once only: each attempt counts against a lock-out. */
static bool is_worth_latin1(const Transfer *transfer, int status, const TransferSetup *setup)
{
	return status == 401 && setup->password && transfer_is_of_today(transfer, setup) &&
	       setup->account->is_latin1_retry &&
	       !transfer->is_second_charset && transfer->charset == BASIC_UTF8 &&
	       basic_has_latin1(setup->account->user_name, setup->password);
}

bool transfer_judge(Transfer *transfer, CURLcode code, const TransferSetup *setup)
{
	g_autoptr(HttpResponse) response = NULL;

	if (!judge_code(transfer, code, setup->tls, &transfer->error))
		return false;
	response = response_take(transfer, setup);
	if (is_worth_latin1(transfer, response->status, setup)) {
		transfer->charset = BASIC_LATIN1;
		transfer->is_second_charset = true;
		return true;
	}
	if (is_redirected(transfer, response, setup, &transfer->error))
		return true;
	if (!transfer->error)
		transfer->response = g_steal_pointer(&response);
	return false;
}
