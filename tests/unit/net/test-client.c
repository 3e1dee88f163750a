#include <gio/gio.h>
#include <glib/gstdio.h>
#include <openssl/ssl.h>
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "net/net.h"
#include "support/tls_server.h"

enum { PATIENCE_MS = 10000, MIB = 1 << 20 };

/* ---- what every test needs: an authority, a server, a client that trusts it ---- */

typedef struct {
	char      *dir, *ca_file;
	TestCert  *authority, *cert;
	NetLoop   *loop;
	Account   *account;
	Secret    *password;
} Rig;

/* The answer a test waits for. */
typedef struct {
	HttpResponse *response;
	GError       *error;
	int           calls;
} Outcome;

static void rig_init(Rig *rig)
{
	*rig = (Rig){ .dir = g_dir_make_tmp("postern-net-XXXXXX", NULL) };
	rig->ca_file = g_build_filename(rig->dir, "ca.pem", NULL);
	rig->authority = test_cert_new(&(TestCertWish){ .common_name = "Test Authority", .is_ca = true });
	rig->cert = test_cert_new(&(TestCertWish){ .common_name = "server", .hosts = "IP:127.0.0.1", .issuer = rig->authority });
	test_cert_save(rig->authority, rig->ca_file);
	rig->loop = net_loop_new(clock_system(), NULL);
	rig->account = account_new();
	rig->account->name = g_strdup("work");
	rig->account->user_name = g_strdup("alice");
	rig->account->ca_file = g_strdup(rig->ca_file);
	rig->password = secret_new("secret", 6);
}

static void rig_clear(Rig *rig)
{
	g_remove(rig->ca_file);
	g_rmdir(rig->dir);
	g_free(rig->dir);
	g_free(rig->ca_file);
	test_cert_free(rig->cert);
	test_cert_free(rig->authority);
	net_loop_free(rig->loop);
	account_free(rig->account);
	secret_unref(rig->password);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rig, rig_clear)

static TlsServer *rig_serve(Rig *rig, TlsHandler handler, void *data)
{
	return tls_server_new(&(TlsServerSetup){ .cert = rig->cert, .handler = handler, .data = data });
}

static NetClient *rig_client(Rig *rig, const TlsServer *server)
{
	g_autoptr(GError) err = NULL;

	g_free(rig->account->server_url);
	rig->account->server_url = tls_server_url(server, "/");
	NetClient *client = net_client_new(rig->loop, rig->account, rig->password, net_user_agent(), &err);
	g_assert_no_error(err);
	return client;
}

static void outcome_clear(Outcome *outcome)
{
	http_response_free(g_steal_pointer(&outcome->response));
	g_clear_error(&outcome->error);
	outcome->calls = 0;
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static void on_done(void *data, HttpResponse *response, const GError *error)
{
	Outcome *outcome = data;

	g_assert_true(!response != !error);
	outcome->response = response;
	outcome->error = error ? g_error_copy(error) : NULL;
	outcome->calls++;
}

static void wait_for(Rig *rig, const int *counter, int want)
{
	int64_t until = clock_uptime_ms(clock_system()) + PATIENCE_MS;

	while (*counter < want && clock_uptime_ms(clock_system()) < until)
		net_loop_turn(rig->loop, until);
	g_assert_cmpint(*counter, ==, want);
}

static HttpRequest *request_new(const char *method, const TlsServer *server, const char *path)
{
	g_autofree char *url = tls_server_url(server, path);

	return http_request_new(method, url);
}

static void ask(Rig *rig, NetClient *client, HttpRequest *request, Outcome *outcome)
{
	outcome_clear(outcome);
	net_client_send(client, request, on_done, outcome);
	wait_for(rig, &outcome->calls, 1);
}

static void assert_body(const Outcome *outcome, int status, const char *body)
{
	g_assert_no_error(outcome->error);
	g_assert_cmpint(outcome->response->status, ==, status);
	g_autofree char *text = g_strndup(g_bytes_get_data(outcome->response->body, NULL), g_bytes_get_size(outcome->response->body));
	g_assert_cmpstr(text, ==, body);
}

static void assert_error(const Outcome *outcome, ErrorKind kind, const char *says)
{
	g_assert_nonnull(outcome->error);
	g_test_message("%s", outcome->error->message);
	g_assert_cmpstr(error_kind_name(error_kind(outcome->error)), ==, error_kind_name(kind));
	g_assert_nonnull(strstr(outcome->error->message, says));
}

static bool serve_ok(TlsExchange *exchange, void *data)
{
	(void)data;
	return tls_exchange_reply(exchange, "200 OK", "", "ok", 2);
}

/* ---- requests and answers ---- */

/* Says back what came in, as text. */
static bool serve_echo(TlsExchange *exchange, void *data)
{
	static const char *const names[] = { "content-type", "content-length", "expect", "accept-encoding", "ms-asprotocolversion" };
	g_autoptr(GString) seen = g_string_new(NULL);

	(void)data;
	g_string_append_printf(seen, "%s %s\n", exchange->method, exchange->path);
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *value = g_hash_table_lookup(exchange->headers, names[i]);
		g_string_append_printf(seen, "%s=%s\n", names[i], value ? value : "none");
	}
	g_string_append_len(seen, (const char *)exchange->body->data, exchange->body->len);
	return tls_exchange_reply(exchange, "200 OK", "X-Two: a\r\nx-two: b\r\n", seen->str, seen->len);
}

static void test_requests_arrive_as_built(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };

	rig_init(&rig);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_echo, NULL);
	g_autoptr(NetClient) client = rig_client(&rig, server);

	ask(&rig, client, request_new("OPTIONS", server, "/eas"), &outcome);
	assert_body(&outcome, 200, "OPTIONS /eas\ncontent-type=none\ncontent-length=none\nexpect=none\naccept-encoding=gzip\n"
	            "ms-asprotocolversion=none\n");
	g_assert_true(outcome.response->is_chain_verified);
	g_assert_cmpstr(http_response_header(outcome.response, "X-TWO"), ==, "a, b");
	g_assert_true(g_str_has_suffix(outcome.response->url, "/eas"));

	HttpRequest *post = request_new("POST", server, "/eas?Cmd=Sync");
	http_request_header(post, "Content-Type", "application/vnd.ms-sync.wbxml");
	http_request_header(post, "MS-ASProtocolVersion", "14.1");
	post->body = g_bytes_new("\x03\x01", 2);
	ask(&rig, client, post, &outcome);
	assert_body(&outcome, 200, "POST /eas?Cmd=Sync\ncontent-type=application/vnd.ms-sync.wbxml\ncontent-length=2\nexpect=none\n"
	            "accept-encoding=gzip\nms-asprotocolversion=14.1\n\x03\x01");

	ask(&rig, client, request_new("POST", server, "/empty"), &outcome);
	assert_body(&outcome, 200, "POST /empty\ncontent-type=none\ncontent-length=0\nexpect=none\naccept-encoding=gzip\n"
	            "ms-asprotocolversion=none\n");
	g_assert_cmpint(tls_server_connections(server), ==, 1);
}

static bool serve_big(TlsExchange *exchange, void *data)
{
	g_autofree char *bytes = g_strnfill(3 * MIB, 'b');

	(void)data;
	return tls_exchange_reply(exchange, "200 OK", "", bytes, 3 * MIB);
}

static void test_answer_size_limit(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };

	rig_init(&rig);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_big, NULL);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	for (int over = 0; over <= 1; over++) {
		HttpRequest *request = request_new("GET", server, "/");
		request->max_bytes = 3 * MIB - (size_t)over;
		ask(&rig, client, request, &outcome);
		if (over)
			assert_error(&outcome, ERR_LIMIT, "larger than");
		else
			g_assert_cmpuint(g_bytes_get_size(outcome.response->body), ==, 3 * MIB);
	}
}

/* 80 MiB of zeros in 80 KiB. */
static GBytes *bomb_new(void)
{
	g_autofree char            *zeros = g_malloc0(80 * MIB);
	g_autoptr(GZlibCompressor)  gzip = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
	char                       *packed = g_malloc(MIB);
	gsize                       read, written;

	g_assert_cmpint(g_converter_convert(G_CONVERTER(gzip), zeros, 80 * MIB, packed, MIB, G_CONVERTER_INPUT_AT_END, &read,
	                                    &written, NULL), ==, G_CONVERTER_FINISHED);
	return g_bytes_new_take(packed, written);
}

static bool serve_bomb(TlsExchange *exchange, void *data)
{
	gsize       len;
	const void *bytes = g_bytes_get_data(data, &len);

	return tls_exchange_reply(exchange, "200 OK", "Content-Encoding: gzip\r\n", bytes, len);
}

static void test_bomb_is_stopped(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };
	g_autoptr(GBytes) bomb = bomb_new();

	rig_init(&rig);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_bomb, bomb);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	ask(&rig, client, request_new("GET", server, "/"), &outcome);
	assert_error(&outcome, ERR_LIMIT, "more than 200 times when unpacked");
}

static bool serve_gzip(TlsExchange *exchange, void *data)
{
	static const char packed[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb\xcf\x06\x00\x47\xdd\xdc\x79\x02\x00\x00\x00";

	(void)data;
	return tls_exchange_reply(exchange, "200 OK", "Content-Encoding: gzip\r\n", packed,
	                          exchange->number == 1 ? sizeof packed - 1 : 4);
}

static void test_gzip(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };

	rig_init(&rig);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_gzip, NULL);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	ask(&rig, client, request_new("GET", server, "/"), &outcome);
	assert_body(&outcome, 200, "ok");
}

static bool serve_header_flood(TlsExchange *exchange, void *data)
{
	static const char begin[] = "HTTP/1.1 200 OK\r\n";
	g_autofree char  *value = g_strnfill(1000, 'h');
	g_autofree char  *line = g_strdup_printf("X-Flood: %s\r\n", value);

	(void)data;
	tls_exchange_write(exchange, begin, sizeof begin - 1);
	for (int i = 0; i < 10000; i++)
		if (!tls_exchange_write(exchange, line, strlen(line)))
			return false;
	return false;
}

static void test_header_flood_is_stopped(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };

	rig_init(&rig);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_header_flood, NULL);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	ask(&rig, client, request_new("GET", server, "/"), &outcome);
	assert_error(&outcome, ERR_LIMIT, "256 KiB of headers");
}

/* ---- trust ---- */

static void test_certificates(void)
{
	g_auto(Rig) rig = { 0 };

	rig_init(&rig);
	g_autoptr(TestCert) foreign = test_cert_new(&(TestCertWish){ .common_name = "Foreign CA", .is_ca = true });
	const struct { const char *why; TestCertWish wish; int max_tls; TlsMin min; const char *says; } rows[] = {
		{ "verified", { "server", "IP:127.0.0.1", rig.authority, false, 0, 0 }, 0, TLS_MIN_1_2, NULL },
		{ "by name", { "server", "DNS:localhost,IP:127.0.0.1", rig.authority, false, 0, 0 }, 0, TLS_MIN_1_3, NULL },
		{ "expired", { "server", "IP:127.0.0.1", rig.authority, false, -30, -3 }, 0, TLS_MIN_1_2,
		  "the certificate of 127.0.0.1 expired on " },
		{ "not yet", { "server", "IP:127.0.0.1", rig.authority, false, 3, 30 }, 0, TLS_MIN_1_2, "is valid only from " },
		{ "wrong host", { "server", "DNS:other.test,DNS:third.test", rig.authority, false, 0, 0 }, 0, TLS_MIN_1_2,
		  "127.0.0.1 shows a certificate for other.test, third.test, not for itself" },
		{ "self-signed", { "server", "IP:127.0.0.1", NULL, false, 0, 0 }, 0, TLS_MIN_1_2, "is self-signed" },
		{ "foreign", { "server", "IP:127.0.0.1", foreign, false, 0, 0 }, 0, TLS_MIN_1_2,
		  "comes from an authority unknown here (Foreign CA)" },
		{ "old TLS", { "server", "IP:127.0.0.1", rig.authority, false, 0, 0 }, TLS1_1_VERSION, TLS_MIN_1_2,
		  "cannot speak TLS 1.2 or newer; its administrator should mend that, or an older version can be admitted with tls_min" },
		{ "1.2 but 1.3 asked", { "server", "IP:127.0.0.1", rig.authority, false, 0, 0 }, TLS1_2_VERSION, TLS_MIN_1_3,
		  "cannot speak TLS 1.3" },
		{ "old TLS admitted", { "server", "IP:127.0.0.1", rig.authority, false, 0, 0 }, TLS1_1_VERSION, TLS_MIN_1_1, NULL },
		{ "very old TLS", { "server", "IP:127.0.0.1", rig.authority, false, 0, 0 }, TLS1_VERSION, TLS_MIN_1_0, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TestCert) cert = test_cert_new(&rows[i].wish);
		g_auto(Outcome)     outcome = { 0 };
		g_autoptr(TlsServer) server = tls_server_new(&(TlsServerSetup){ .cert = cert, .max_tls = rows[i].max_tls,
		                                                                .handler = serve_ok });
		rig.account->tls_min = rows[i].min;
		g_autoptr(NetClient) client = rig_client(&rig, server);

		g_test_message("%s", rows[i].why);
		ask(&rig, client, request_new("GET", server, "/"), &outcome);
		if (rows[i].says) {
			assert_error(&outcome, ERR_TLS, rows[i].says);
			g_assert_cmpint(tls_server_requests(server), ==, 0);
		} else {
			assert_body(&outcome, 200, "ok");
			g_assert_true(outcome.response->is_chain_verified);
		}
	}
}

/* Without the CA file the same server is a stranger; the file of a self-signed certificate makes it known. */
static void test_ca_file_is_what_admits(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };

	rig_init(&rig);
	g_autoptr(TestCert)  lonely = test_cert_new(&(TestCertWish){ .common_name = "box", .hosts = "IP:127.0.0.1" });
	g_autoptr(TlsServer) known = rig_serve(&rig, serve_ok, NULL);
	g_autoptr(TlsServer) server = tls_server_new(&(TlsServerSetup){ .cert = lonely, .handler = serve_ok });

	g_clear_pointer(&rig.account->ca_file, g_free);
	g_autoptr(NetClient) stranger = rig_client(&rig, known);
	ask(&rig, stranger, request_new("GET", known, "/"), &outcome);
	assert_error(&outcome, ERR_TLS, "name the authority's PEM file in ca_file");

	test_cert_save(lonely, rig.ca_file);
	rig.account->ca_file = g_strdup(rig.ca_file);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	ask(&rig, client, request_new("GET", server, "/"), &outcome);
	assert_body(&outcome, 200, "ok");
}

static void test_client_refuses_bad_settings(void)
{
	static const struct { const char *url, *user, *ca_file, *says; } rows[] = {
		{ "http://h.test/", "alice", NULL, "without encryption" },
		{ "h.test", "alice", NULL, "must begin with https://" },
		{ "https://h.test/", "al:ice", NULL, "contains ':'" },
		{ "https://h.test/", "alice", "/does/not/exist.pem", "ca_file /does/not/exist.pem cannot be used" },
		{ "https://h.test/", "alice", "/dev/null", "holds no certificate" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(NetLoop) loop = net_loop_new(clock_system(), NULL);
		g_autoptr(Account) account = account_new();
		g_autoptr(GError)  err = NULL;

		account->name = g_strdup("work");
		account->server_url = g_strdup(rows[i].url);
		account->user_name = g_strdup(rows[i].user);
		account->ca_file = g_strdup(rows[i].ca_file);
		g_assert_null(net_client_new(loop, account, NULL, "x", &err));
		g_assert_true(error_is(err, ERR_CONFIG));
		g_assert_nonnull(strstr(err->message, rows[i].says));
	}
}

static void test_plain_http_is_never_called_verified(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };

	rig_init(&rig);
	rig.account->is_plain_http_ok = true;
	g_autoptr(TlsServer) server = tls_server_new(&(TlsServerSetup){ .handler = serve_ok });
	g_autoptr(NetClient) client = rig_client(&rig, server);
	ask(&rig, client, request_new("GET", server, "/"), &outcome);
	assert_body(&outcome, 200, "ok");
	g_assert_false(outcome.response->is_chain_verified);

	/* The same port asked with TLS. */
	g_autofree char *url = g_strdup_printf("https://127.0.0.1:%d/", tls_server_port(server));
	ask(&rig, client, http_request_new("GET", url), &outcome);
	assert_error(&outcome, ERR_TLS, "does not speak TLS on port");
}

static void test_key_log_is_ignored(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };
	g_autofree char *content = NULL;

	rig_init(&rig);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_ok, NULL);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	ask(&rig, client, request_new("GET", server, "/"), &outcome);
	assert_body(&outcome, 200, "ok");
	if (g_file_get_contents(g_getenv("SSLKEYLOGFILE"), &content, NULL, NULL))
		g_assert_cmpstr(content, ==, "");
}

/* ---- identity ---- */

typedef struct { GMutex lock; GPtrArray *authorizations, *agents, *cookies; } Seen;

static void seen_init(Seen *seen)
{
	g_mutex_init(&seen->lock);
	seen->authorizations = g_ptr_array_new_with_free_func(g_free);
	seen->agents = g_ptr_array_new_with_free_func(g_free);
	seen->cookies = g_ptr_array_new_with_free_func(g_free);
}

static void seen_clear(Seen *seen)
{
	g_mutex_clear(&seen->lock);
	g_ptr_array_unref(seen->authorizations);
	g_ptr_array_unref(seen->agents);
	g_ptr_array_unref(seen->cookies);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Seen, seen_clear)

static void seen_note(Seen *seen, const TlsExchange *exchange)
{
	const char *cookie = g_hash_table_lookup(exchange->headers, "cookie");
	const char *authorization = g_hash_table_lookup(exchange->headers, "authorization");
	gsize       len;

	g_mutex_lock(&seen->lock);
	g_ptr_array_add(seen->cookies, g_strdup(cookie ? cookie : ""));
	g_ptr_array_add(seen->agents, g_strdup(g_hash_table_lookup(exchange->headers, "user-agent")));
	g_assert_true(authorization && g_str_has_prefix(authorization, "Basic "));
	char *pair = (char *)g_base64_decode(authorization + 6, &len);
	g_ptr_array_add(seen->authorizations, g_strndup(pair, len));
	g_free(pair);
	g_mutex_unlock(&seen->lock);
}

/* Admits only the password in ISO 8859-1. */
static bool serve_latin1(TlsExchange *exchange, void *data)
{
	Seen *seen = data;

	seen_note(seen, exchange);
	g_mutex_lock(&seen->lock);
	bool is_in = g_str_has_suffix(g_ptr_array_index(seen->authorizations, seen->authorizations->len - 1), ":p\xe4ss");
	g_mutex_unlock(&seen->lock);
	return tls_exchange_reply(exchange, is_in ? "200 OK" : "401 Unauthorized", "", "", 0);
}

static void test_unicode_credentials(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };
	g_auto(Seen) seen = { 0 };

	rig_init(&rig);
	seen_init(&seen);
	g_free(rig.account->user_name);
	rig.account->user_name = g_strdup("J\xc3\xbcrgen\xe2\x82\xac");
	secret_unref(rig.password);
	rig.password = secret_new("p\xc3\xa4:\xe6\x97\xa5\xf0\x9f\x94\x91 ", 13);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_latin1, &seen);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	ask(&rig, client, request_new("GET", server, "/"), &outcome);
	g_assert_cmpint(outcome.response->status, ==, 401);
	g_assert_cmpuint(seen.authorizations->len, ==, 1);
	g_assert_cmpstr(g_ptr_array_index(seen.authorizations, 0), ==, "J\xc3\xbcrgen\xe2\x82\xac:p\xc3\xa4:\xe6\x97\xa5\xf0\x9f\x94\x91 ");
}

/* One more attempt, only where the account asks for it; and what got us in is remembered. */
static void test_latin1_retry(void)
{
	static const struct { bool is_asked; const char *password; int status; guint attempts; } rows[] = {
		{ false, "p\xc3\xa4ss", 401, 1 }, { true, "p\xc3\xa4ss", 200, 2 }, { true, "w\xc3\xa4rong", 401, 2 }, { true, "plain", 401, 1 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Rig) rig = { 0 };
		g_auto(Outcome) outcome = { 0 };
		g_auto(Seen) seen = { 0 };

		rig_init(&rig);
		seen_init(&seen);
		rig.account->is_latin1_retry = rows[i].is_asked;
		secret_unref(rig.password);
		rig.password = secret_new(rows[i].password, strlen(rows[i].password));
		g_autoptr(TlsServer) server = rig_serve(&rig, serve_latin1, &seen);
		g_autoptr(NetClient) client = rig_client(&rig, server);
		ask(&rig, client, request_new("GET", server, "/"), &outcome);
		g_assert_cmpint(outcome.response->status, ==, rows[i].status);
		g_assert_cmpuint(seen.authorizations->len, ==, rows[i].attempts);
		if (rows[i].status == 200) {
			ask(&rig, client, request_new("GET", server, "/"), &outcome);
			g_assert_cmpuint(seen.authorizations->len, ==, rows[i].attempts + 1);
		}
	}
}

static void test_no_password_no_request(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };

	rig_init(&rig);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_ok, NULL);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	net_client_set_password(client, NULL);
	ask(&rig, client, request_new("GET", server, "/"), &outcome);
	assert_error(&outcome, ERR_SIGN_IN, "no password is known for account work");
	g_assert_cmpint(tls_server_connections(server), ==, 0);
	net_client_set_password(client, rig.password);
	ask(&rig, client, request_new("GET", server, "/"), &outcome);
	assert_body(&outcome, 200, "ok");
}

/* Lets in who knows "right". */
static bool serve_right(TlsExchange *exchange, void *data)
{
	Seen *seen = data;

	seen_note(seen, exchange);
	g_mutex_lock(&seen->lock);
	bool is_in = g_str_has_suffix(g_ptr_array_index(seen->authorizations, seen->authorizations->len - 1), ":right");
	g_mutex_unlock(&seen->lock);
	return tls_exchange_reply(exchange, is_in ? "200 OK" : "401 Unauthorized", "", "", 0);
}

static void send_on_all_lanes(Rig *rig, NetClient *client, const TlsServer *server, Outcome outcomes[4])
{
	static const HttpLane lanes[] = { LANE_FETCH, LANE_COMMAND, LANE_FETCH, LANE_COMMAND };

	for (size_t i = 0; i < G_N_ELEMENTS(lanes); i++) {
		HttpRequest *request = request_new("POST", server, "/");
		request->lane = lanes[i];
		outcome_clear(&outcomes[i]);
		net_client_send(client, request, on_done, &outcomes[i]);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(lanes); i++)
		wait_for(rig, &outcomes[i].calls, 1);
}

/* A few wrong attempts lock an account: whatever waits, one request finds out. */
static void test_a_wrong_password_costs_one_attempt(void)
{
	g_auto(Rig) rig = { 0 };
	Outcome outcomes[4] = { 0 };
	g_auto(Seen) seen = { 0 };
	g_autoptr(Secret) right = secret_new("right", 5);

	rig_init(&rig);
	seen_init(&seen);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_right, &seen);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	send_on_all_lanes(&rig, client, server, outcomes);
	g_assert_cmpuint(seen.authorizations->len, ==, 1);
	g_assert_cmpint(outcomes[0].response->status, ==, 401);
	for (int i = 1; i < 4; i++)
		assert_error(&outcomes[i], ERR_SIGN_IN, "refused the name or password of account work");

	net_client_set_password(client, right);
	send_on_all_lanes(&rig, client, server, outcomes);
	g_assert_cmpuint(seen.authorizations->len, ==, 5);
	for (int i = 0; i < 4; i++) {
		g_assert_cmpint(outcomes[i].response->status, ==, 200);
		outcome_clear(&outcomes[i]);
	}
}

/* Answers as the password deserves; what asks for /held, when the test lets go of @gate. */
typedef struct { Seen seen; GMutex gate; } Gated;

static bool serve_gated(TlsExchange *exchange, void *data)
{
	Gated *gated = data;

	if (!g_str_equal(exchange->path, "/held"))
		return serve_right(exchange, &gated->seen);
	g_mutex_lock(&gated->gate);
	g_mutex_unlock(&gated->gate);
	return serve_right(exchange, &gated->seen);
}

/* What is answered after the password was changed was asked with the one before. */
static void test_an_answer_is_about_its_own_password(void)
{
	static const struct { const char *why, *before, *after; int attempts; bool is_in; } rows[] = {
		{ "a late refusal does not condemn the next", "wrong", "right", 4, true },
		{ "a late welcome does not vouch for the next", "right", "wrong", 1, false },
	};
	g_auto(Rig) rig = { 0 };

	rig_init(&rig);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(Secret) before = secret_new(rows[i].before, 5), after = secret_new(rows[i].after, 5);
		Outcome outcomes[4] = { 0 };
		g_auto(Outcome) late = { 0 };
		Gated gated = { 0 };

		g_test_message("%s", rows[i].why);
		seen_init(&gated.seen);
		g_autoptr(TlsServer) server = rig_serve(&rig, serve_gated, &gated);
		g_autoptr(NetClient) client = rig_client(&rig, server);
		net_client_set_password(client, before);
		g_mutex_lock(&gated.gate);
		HttpRequest *held = request_new("POST", server, "/held");
		held->lane = LANE_PUSH;
		net_client_send(client, held, on_done, &late);
		net_client_set_password(client, after);
		g_mutex_unlock(&gated.gate);
		wait_for(&rig, &late.calls, 1);
		g_assert_cmpint(late.response->status, ==, rows[i].is_in ? 401 : 200);

		send_on_all_lanes(&rig, client, server, outcomes);
		g_assert_cmpuint(gated.seen.authorizations->len, ==, 1 + rows[i].attempts);
		g_assert_nonnull(outcomes[0].response);
		g_assert_cmpint(outcomes[0].response->status, ==, rows[i].is_in ? 200 : 401);
		for (int k = 0; k < 4; k++)
			outcome_clear(&outcomes[k]);
		seen_clear(&gated.seen);
		g_mutex_clear(&gated.gate);
	}
}

static bool serve_cookie(TlsExchange *exchange, void *data)
{
	g_autofree char *cookie = g_strdup_printf("Set-Cookie: id=%d; Secure; HttpOnly\r\n", exchange->number);

	seen_note(data, exchange);
	return tls_exchange_reply(exchange, "200 OK", cookie, "", 0);
}

static void test_clients_share_nothing(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };
	g_auto(Seen) seen = { 0 };
	static const char *const expected[] = { "", "", "id=1", "id=2" };

	rig_init(&rig);
	seen_init(&seen);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_cookie, &seen);
	g_autoptr(NetClient) alice = rig_client(&rig, server), bob = rig_client(&rig, server);
	for (int i = 0; i < 4; i++) {
		ask(&rig, i % 2 ? bob : alice, request_new("GET", server, "/"), &outcome);
		g_assert_cmpstr(g_ptr_array_index(seen.cookies, i), ==, expected[i]);
		g_assert_null(http_response_header(outcome.response, "set-cookie"));
	}
	g_assert_cmpint(tls_server_connections(server), ==, 2);
}

static void test_user_agent_never_changes(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };
	g_auto(Seen) seen = { 0 };
	static const char *const methods[] = { "POST", "OPTIONS", "GET" };

	rig_init(&rig);
	seen_init(&seen);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_cookie, &seen);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	for (int i = 0; i < 50; i++) {
		HttpRequest *request = request_new(methods[i % 3], server, "/");
		request->lane = (HttpLane)(i / 3 % 3);
		ask(&rig, client, request, &outcome);
		g_assert_cmpstr(g_ptr_array_index(seen.agents, i), ==, "Postern/1");
	}
	g_assert_cmpint(tls_server_connections(server), ==, 1);
}

/* ---- where it goes ---- */

static bool serve_redirects(TlsExchange *exchange, void *data)
{
	(void)data;
	if (g_str_equal(exchange->path, "/start"))
		return tls_exchange_reply(exchange, "307 Go", "Location: /there\r\n", "moved", 5);
	if (g_str_equal(exchange->path, "/away"))
		return tls_exchange_reply(exchange, "302 Go", "Location: https://evil.test/\r\n", "", 0);
	return tls_exchange_reply(exchange, "200 OK", "", exchange->body->data, exchange->body->len);
}

static void test_redirects(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };

	rig_init(&rig);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_redirects, NULL);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	g_autofree char *there = tls_server_url(server, "/there");
	HttpRequest *post = request_new("POST", server, "/start");
	post->body = g_bytes_new("body", 4);
	ask(&rig, client, post, &outcome);
	assert_body(&outcome, 200, "body");
	g_assert_cmpstr(outcome.response->url, ==, there);

	ask(&rig, client, request_new("OPTIONS", server, "/away"), &outcome);
	assert_error(&outcome, ERR_MOVED, "another host, https://evil.test/");
}

/* ---- time and trouble ---- */

static bool serve_troubles(TlsExchange *exchange, void *data)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Length: 600\r\n\r\n";

	(void)data;
	if (g_str_equal(exchange->path, "/hang"))
		return tls_exchange_pause(exchange, -1);
	if (g_str_equal(exchange->path, "/ok"))
		return tls_exchange_reply(exchange, "200 OK", "", "ok", 2);
	if (g_str_equal(exchange->path, "/nonsense"))
		return tls_exchange_write(exchange, "SSH-2.0-x\r\n\r\n", 13) && false;
	tls_exchange_write(exchange, head, sizeof head - 1);
	if (g_str_equal(exchange->path, "/reset"))
		tls_exchange_reset(exchange);
	while (g_str_equal(exchange->path, "/trickle") && tls_exchange_write(exchange, "trickle.", 8) && tls_exchange_pause(exchange, 100)) {
	}
	while (g_str_equal(exchange->path, "/drip") && tls_exchange_write(exchange, "x", 1) && tls_exchange_pause(exchange, 50)) {
	}
	return false;
}

static void test_troubles_are_named(void)
{
	static const struct { const char *path; ErrorKind kind; const char *says; } rows[] = {
		{ "/hang", ERR_NETWORK, "has been silent for 1 s" },
		{ "/drip", ERR_NETWORK, "has been silent for 1 s" },
		{ "/trickle", ERR_NETWORK, "in 1 s" },
		{ "/reset", ERR_NETWORK, "broke off in the middle" },
		{ "/short", ERR_NETWORK, "broke off in the middle" },
		{ "/nonsense", ERR_PROTOCOL, "does not answer in HTTP" },
	};
	g_auto(Rig) rig = { 0 };

	rig_init(&rig);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_troubles, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(NetClient) client = rig_client(&rig, server);
		g_auto(Outcome)      outcome = { 0 };
		HttpRequest         *request = request_new("GET", server, rows[i].path);
		g_autofree char     *place = g_strdup_printf("127.0.0.1:%d", tls_server_port(server));

		request->timeout_s = 1;
		ask(&rig, client, request, &outcome);
		assert_error(&outcome, rows[i].kind, rows[i].says);
		g_assert_nonnull(strstr(outcome.error->message, place));
	}
}

static void test_nobody_listens(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };

	rig_init(&rig);
	TlsServer *server = rig_serve(&rig, serve_ok, NULL);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	HttpRequest *request = request_new("GET", server, "/");
	tls_server_free(server);
	ask(&rig, client, request, &outcome);
	assert_error(&outcome, ERR_UNREACHED, "cannot connect to 127.0.0.1:");
	g_assert_nonnull(strstr(outcome.error->message, "Connection refused"));

	/* A label that is too long for DNS: no resolver is asked. */
	g_autofree char *label = g_strnfill(64, 'x');
	g_autofree char *url = g_strdup_printf("https://%s.test/", label);
	ask(&rig, client, http_request_new("GET", url), &outcome);
	assert_error(&outcome, ERR_UNREACHED, "no address is known for xxx");
}

static uint64_t hang(NetClient *client, const TlsServer *server, HttpLane lane, Outcome *outcome)
{
	HttpRequest *request = request_new("POST", server, "/hang");

	request->lane = lane;
	return net_client_send(client, request, on_done, outcome);
}

static void test_push_blocks_nobody(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) push = { 0 }, command = { 0 }, second = { 0 };

	rig_init(&rig);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_troubles, NULL);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	hang(client, server, LANE_PUSH, &push);
	for (int i = 0; i < 3; i++) {
		ask(&rig, client, request_new("POST", server, "/ok"), &command);
		assert_body(&command, 200, "ok");
	}
	g_assert_cmpint(push.calls, ==, 0);
	g_assert_cmpint(tls_server_connections(server), ==, 2);

	/* A lane that is full waits; its own cancel lets the next one go. */
	uint64_t blocker = hang(client, server, LANE_COMMAND, &command);
	net_client_send(client, request_new("POST", server, "/ok"), on_done, &second);
	net_loop_turn(rig.loop, clock_uptime_ms(clock_system()) + 50);
	g_assert_cmpint(second.calls, ==, 0);
	net_client_cancel(client, blocker);
	wait_for(&rig, &second.calls, 1);
	assert_body(&second, 200, "ok");
	net_client_reset(client);
	ask(&rig, client, request_new("POST", server, "/ok"), &command);
	assert_body(&command, 200, "ok");
	g_assert_cmpint(push.calls, ==, 0);
}

/* The first request is answered and keeps the connection; all that follow are swallowed. */
static bool serve_once_then_swallow(TlsExchange *exchange, void *data)
{
	int *served = data;

	if (!(*served)++)
		return tls_exchange_reply(exchange, "200 OK", "", "ok", 2);
	tls_exchange_reset(exchange);
	return false;
}

/* libcurl sends again what a reused connection swallows; what is to be carried once is not. */
static void test_once_is_once(void)
{
	static const struct { const char *why; bool is_once; int served; } rows[] = {
		{ "repeated in silence", false, 3 },
		{ "carried once", true, 2 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Rig) rig = { 0 };
		g_auto(Outcome) outcome = { 0 };
		int served = 0;

		g_test_message("%s", rows[i].why);
		rig_init(&rig);
		g_autoptr(TlsServer) server = rig_serve(&rig, serve_once_then_swallow, &served);
		g_autoptr(NetClient) client = rig_client(&rig, server);
		ask(&rig, client, request_new("POST", server, "/warm"), &outcome);
		assert_body(&outcome, 200, "ok");

		HttpRequest *request = request_new("POST", server, "/send");
		request->body = g_bytes_new("mail", 4);
		request->is_once = rows[i].is_once;
		ask(&rig, client, request, &outcome);
		assert_error(&outcome, ERR_NETWORK, "broke off");
		g_assert_cmpint(served, ==, rows[i].served);
	}
}

static void test_reset_closes_idle_connections(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 };

	rig_init(&rig);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_ok, NULL);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	for (int i = 1; i <= 3; i++) {
		for (int again = 0; again < 2; again++)
			ask(&rig, client, request_new("GET", server, "/"), &outcome);
		g_assert_cmpint(tls_server_connections(server), ==, i);
		net_client_reset(client);
	}
}

static void test_cancel_is_silent(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) outcome = { 0 }, ok = { 0 };
	uint64_t ids[6];

	rig_init(&rig);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_troubles, NULL);
	g_autoptr(NetClient) client = rig_client(&rig, server);
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
		ids[i] = hang(client, server, (HttpLane)(i % 3), &outcome);
	net_loop_turn(rig.loop, clock_uptime_ms(clock_system()) + 20);
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++)
		net_client_cancel(client, ids[i]);
	net_client_cancel(client, 4711);
	ask(&rig, client, request_new("GET", server, "/ok"), &ok);
	assert_body(&ok, 200, "ok");
	g_assert_cmpint(outcome.calls, ==, 0);
}

typedef struct { NetClient *client; int calls; } Ender;

static void on_done_free(void *data, HttpResponse *response, const GError *error)
{
	Ender *ender = data;

	(void)error;
	http_response_free(response);
	g_clear_pointer(&ender->client, net_client_free);
	ender->calls++;
}

static void test_callback_may_free_the_client(void)
{
	g_auto(Rig) rig = { 0 };
	g_auto(Outcome) hanging = { 0 };

	rig_init(&rig);
	g_autoptr(TlsServer) server = rig_serve(&rig, serve_troubles, NULL);
	Ender ender = { .client = rig_client(&rig, server) };
	hang(ender.client, server, LANE_PUSH, &hanging);
	net_client_send(ender.client, request_new("GET", server, "/ok"), on_done_free, &ender);
	net_client_send(ender.client, request_new("GET", server, "/ok"), on_done_free, &ender);
	wait_for(&rig, &ender.calls, 1);
	g_assert_null(ender.client);
	net_loop_turn(rig.loop, 0);
	g_assert_cmpint(ender.calls, ==, 1);
	g_assert_cmpint(hanging.calls, ==, 0);
}

int main(int argc, char **argv)
{
	g_autofree char *dir = g_dir_make_tmp("postern-net-XXXXXX", NULL);
	g_autofree char *key_log = g_build_filename(dir, "keys", NULL);

	g_setenv("SSLKEYLOGFILE", key_log, TRUE);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/client/requests-arrive-as-built", test_requests_arrive_as_built);
	g_test_add_func("/client/answer-size-limit", test_answer_size_limit);
	g_test_add_func("/client/bomb-is-stopped", test_bomb_is_stopped);
	g_test_add_func("/client/gzip", test_gzip);
	g_test_add_func("/client/header-flood-is-stopped", test_header_flood_is_stopped);
	g_test_add_func("/client/certificates", test_certificates);
	g_test_add_func("/client/ca-file-is-what-admits", test_ca_file_is_what_admits);
	g_test_add_func("/client/refuses-bad-settings", test_client_refuses_bad_settings);
	g_test_add_func("/client/plain-http-is-never-called-verified", test_plain_http_is_never_called_verified);
	g_test_add_func("/client/key-log-is-ignored", test_key_log_is_ignored);
	g_test_add_func("/client/unicode-credentials", test_unicode_credentials);
	g_test_add_func("/client/latin1-retry", test_latin1_retry);
	g_test_add_func("/client/a-wrong-password-costs-one-attempt", test_a_wrong_password_costs_one_attempt);
	g_test_add_func("/client/an-answer-is-about-its-own-password", test_an_answer_is_about_its_own_password);
	g_test_add_func("/client/no-password-no-request", test_no_password_no_request);
	g_test_add_func("/client/clients-share-nothing", test_clients_share_nothing);
	g_test_add_func("/client/user-agent-never-changes", test_user_agent_never_changes);
	g_test_add_func("/client/redirects", test_redirects);
	g_test_add_func("/client/troubles-are-named", test_troubles_are_named);
	g_test_add_func("/client/nobody-listens", test_nobody_listens);
	g_test_add_func("/client/push-blocks-nobody", test_push_blocks_nobody);
	g_test_add_func("/client/once-is-once", test_once_is_once);
	g_test_add_func("/client/reset-closes-idle-connections", test_reset_closes_idle_connections);
	g_test_add_func("/client/cancel-is-silent", test_cancel_is_silent);
	g_test_add_func("/client/callback-may-free-the-client", test_callback_may_free_the_client);
	int result = g_test_run();
	g_remove(key_log);
	g_rmdir(dir);
	return result;
}
