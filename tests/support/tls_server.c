#include "support/tls_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"

/* ---- certificates ---- */

struct TestCert {
	EVP_PKEY *key;
	X509     *x509;
};

static void cert_extend(X509 *x509, const X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, (X509 *)issuer, x509, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	g_assert_nonnull(extension);
	X509_add_ext(x509, extension, -1);
	X509_EXTENSION_free(extension);
}

static void cert_name(X509 *x509, const char *common_name)
{
	X509_NAME *name = X509_get_subject_name(x509);

	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0);
}

TestCert *test_cert_new(const TestCertWish *wish)
{
	enum { DAY_S = 24 * 3600 };
	TestCert *cert = g_new0(TestCert, 1);
	bool      is_usual = !wish->from_days && !wish->to_days;

	cert->key = EVP_EC_gen("P-256");
	cert->x509 = X509_new();
	X509_set_version(cert->x509, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(cert->x509), (long)g_random_int_range(1, G_MAXINT32));
	X509_gmtime_adj(X509_getm_notBefore(cert->x509), (long)(is_usual ? -1 : wish->from_days) * DAY_S);
	X509_gmtime_adj(X509_getm_notAfter(cert->x509), (long)(is_usual ? 30 : wish->to_days) * DAY_S);
	X509_set_pubkey(cert->x509, cert->key);
	cert_name(cert->x509, wish->common_name);

	const TestCert *issuer = wish->issuer ? wish->issuer : cert;
	X509_set_issuer_name(cert->x509, X509_get_subject_name(issuer->x509));
	cert_extend(cert->x509, issuer->x509, NID_basic_constraints, wish->is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
	if (wish->hosts)
		cert_extend(cert->x509, issuer->x509, NID_subject_alt_name, wish->hosts);
	g_assert_cmpint(X509_sign(cert->x509, issuer->key, EVP_sha256()), >, 0);
	return cert;
}

void test_cert_free(TestCert *cert)
{
	if (!cert)
		return;
	X509_free(cert->x509);
	EVP_PKEY_free(cert->key);
	g_free(cert);
}

void test_cert_save(const TestCert *cert, const char *path)
{
	BIO *bio = BIO_new_file(path, "w");

	g_assert_nonnull(bio);
	g_assert_true(PEM_write_bio_X509(bio, cert->x509));
	BIO_free(bio);
}

/* ---- the server ---- */

struct TlsServer {
	TlsServerSetup setup;
	SSL_CTX       *ctx;
	int            listener, port;
	GThread       *acceptor;
	GPtrArray     *threads;       /* of GThread, under the lock */
	GArray        *sockets;       /* of int: open ones, under the lock */
	GMutex         lock;
	GCond          stopping;
	bool           is_stopping;
	int            connections, requests;
};

typedef struct {
	TlsServer *server;
	int        fd;
	SSL       *ssl;               /* NULL: plain */
	int        number;
	GByteArray *inbox;            /* received, not yet consumed */
} Stream;

static bool server_is_stopping(TlsServer *server)
{
	g_mutex_lock(&server->lock);
	bool is_stopping = server->is_stopping;
	g_mutex_unlock(&server->lock);
	return is_stopping;
}

static int stream_read(Stream *stream, void *bytes, int len)
{
	return stream->ssl ? SSL_read(stream->ssl, bytes, len) : (int)recv(stream->fd, bytes, (size_t)len, 0);
}

/* Reads until @inbox holds @want bytes. */
static bool stream_need(Stream *stream, size_t want)
{
	while (stream->inbox->len < want) {
		uint8_t bytes[16384];
		int     n = stream_read(stream, bytes, sizeof bytes);
		if (n <= 0)
			return false;
		g_byte_array_append(stream->inbox, bytes, (guint)n);
	}
	return true;
}

static char *stream_refuse(const Stream *stream)
{
	static const char answer[] = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

	send(stream->fd, answer, sizeof answer - 1, MSG_NOSIGNAL);
	return NULL;
}

/* The head of a request, up to its empty line. */
static char *stream_read_head(Stream *stream)
{
	for (size_t want = 1;; want = stream->inbox->len + 1) {
		if (!stream_need(stream, want))
			return NULL;
		if (!stream->ssl && stream->inbox->data[0] == 0x16)      /* a handshake where none is spoken */
			return stream_refuse(stream);
		const char *end = g_strstr_len((const char *)stream->inbox->data, stream->inbox->len, "\r\n\r\n");
		if (end) {
			size_t len = (size_t)(end - (const char *)stream->inbox->data);
			char  *head = g_strndup((const char *)stream->inbox->data, len);
			g_byte_array_remove_range(stream->inbox, 0, (guint)len + 4);
			return head;
		}
	}
}

static void exchange_parse(TlsExchange *exchange, char **lines)
{
	for (char **line = lines + 1; *line; line++) {
		char *colon = strchr(*line, ':');
		g_assert_nonnull(colon);
		*colon = '\0';
		g_hash_table_insert(exchange->headers, text_lower_ascii(*line), g_strdup(g_strchug(colon + 1)));
	}
}

static bool stream_read_body(Stream *stream, TlsExchange *exchange)
{
	const char *length = g_hash_table_lookup(exchange->headers, "content-length");
	guint       len = length ? (guint)g_ascii_strtoull(length, NULL, 10) : 0;

	if (!stream_need(stream, len))
		return false;
	g_byte_array_append(exchange->body, stream->inbox->data, len);
	g_byte_array_remove_range(stream->inbox, 0, len);
	return true;
}

static bool stream_serve_one(Stream *stream)
{
	TlsServer       *server = stream->server;
	g_autofree char *head = stream_read_head(stream);

	if (!head)
		return false;
	g_auto(GStrv) lines = g_strsplit(head, "\r\n", -1);
	g_auto(GStrv) first = g_strsplit(lines[0], " ", 3);
	g_autoptr(GHashTable) headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autoptr(GByteArray) body = g_byte_array_new();
	TlsExchange exchange = { .server = server, .method = first[0], .path = first[1], .headers = headers, .body = body,
	                         .connection = stream->number, .stream = stream };

	exchange_parse(&exchange, lines);
	if (!stream_read_body(stream, &exchange))
		return false;
	g_mutex_lock(&server->lock);
	exchange.number = ++server->requests;
	g_mutex_unlock(&server->lock);
	return server->setup.handler(&exchange, server->setup.data);
}

static bool stream_shake_hands(Stream *stream)
{
	if (!stream->server->ctx)
		return true;
	stream->ssl = SSL_new(stream->server->ctx);
	SSL_set_fd(stream->ssl, stream->fd);
	return SSL_accept(stream->ssl) == 1;
}

static void stream_close(Stream *stream)
{
	TlsServer *server = stream->server;

	g_mutex_lock(&server->lock);
	for (guint i = 0; i < server->sockets->len; i++)
		if (g_array_index(server->sockets, int, i) == stream->fd) {
			g_array_remove_index_fast(server->sockets, i);
			break;
		}
	g_mutex_unlock(&server->lock);
	if (stream->ssl) {
		SSL_shutdown(stream->ssl);
		SSL_free(stream->ssl);
	}
	close(stream->fd);
	g_byte_array_unref(stream->inbox);
	g_free(stream);
}

static void *stream_run(void *data)
{
	Stream *stream = data;

	if (stream_shake_hands(stream)) {
		g_mutex_lock(&stream->server->lock);
		stream->number = ++stream->server->connections;
		g_mutex_unlock(&stream->server->lock);
		while (!server_is_stopping(stream->server) && stream_serve_one(stream)) {
		}
	}
	stream_close(stream);
	return NULL;
}

static void server_take(TlsServer *server, int fd)
{
	Stream *stream = g_new0(Stream, 1);

	stream->server = server;
	stream->fd = fd;
	stream->inbox = g_byte_array_new();
	g_mutex_lock(&server->lock);
	g_array_append_val(server->sockets, fd);
	g_ptr_array_add(server->threads, g_thread_new("test-stream", stream_run, stream));
	g_mutex_unlock(&server->lock);
}

static void *server_accept(void *data)
{
	TlsServer *server = data;
	int        fd;

	while ((fd = accept(server->listener, NULL, NULL)) >= 0)
		server_take(server, fd);
	return NULL;
}

static void server_listen(TlsServer *server)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t          len = sizeof address;

	server->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	g_assert_cmpint(bind(server->listener, (struct sockaddr *)&address, sizeof address), ==, 0);
	g_assert_cmpint(listen(server->listener, 64), ==, 0);
	getsockname(server->listener, (struct sockaddr *)&address, &len);
	server->port = ntohs(address.sin_port);
}

static SSL_CTX *server_context(const TlsServerSetup *setup)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	g_assert_cmpint(SSL_CTX_use_certificate(ctx, setup->cert->x509), ==, 1);
	g_assert_cmpint(SSL_CTX_use_PrivateKey(ctx, setup->cert->key), ==, 1);
	if (setup->max_tls) {
		SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
		SSL_CTX_set_max_proto_version(ctx, setup->max_tls);
		SSL_CTX_set_cipher_list(ctx, "DEFAULT:@SECLEVEL=0");
	}
	return ctx;
}

TlsServer *tls_server_new(const TlsServerSetup *setup)
{
	TlsServer *server = g_new0(TlsServer, 1);

	signal(SIGPIPE, SIG_IGN);
	server->setup = *setup;
	server->ctx = setup->cert ? server_context(setup) : NULL;
	server->threads = g_ptr_array_new();
	server->sockets = g_array_new(FALSE, FALSE, sizeof(int));
	g_mutex_init(&server->lock);
	g_cond_init(&server->stopping);
	server_listen(server);
	server->acceptor = g_thread_new("test-accept", server_accept, server);
	return server;
}

static void server_stop(TlsServer *server)
{
	shutdown(server->listener, SHUT_RDWR);
	g_thread_join(server->acceptor);
	close(server->listener);
	g_mutex_lock(&server->lock);
	server->is_stopping = true;
	g_cond_broadcast(&server->stopping);
	for (guint i = 0; i < server->sockets->len; i++)
		shutdown(g_array_index(server->sockets, int, i), SHUT_RDWR);
	g_mutex_unlock(&server->lock);
	for (guint i = 0; i < server->threads->len; i++)
		g_thread_join(g_ptr_array_index(server->threads, i));
}

void tls_server_free(TlsServer *server)
{
	if (!server)
		return;
	server_stop(server);
	g_ptr_array_unref(server->threads);
	g_array_unref(server->sockets);
	SSL_CTX_free(server->ctx);
	g_mutex_clear(&server->lock);
	g_cond_clear(&server->stopping);
	g_free(server);
}

int tls_server_port(const TlsServer *server) { return server->port; }

static int server_count(TlsServer *server, const int *which)
{
	g_mutex_lock(&server->lock);
	int count = *which;
	g_mutex_unlock(&server->lock);
	return count;
}

int tls_server_connections(TlsServer *server) { return server_count(server, &server->connections); }
int tls_server_requests(TlsServer *server) { return server_count(server, &server->requests); }

char *tls_server_url(const TlsServer *server, const char *path)
{
	return g_strdup_printf("%s://127.0.0.1:%d%s", server->ctx ? "https" : "http", server->port, path);
}

/* ---- for handlers ---- */

bool tls_exchange_write(TlsExchange *exchange, const void *bytes, size_t len)
{
	Stream *stream = exchange->stream;

	if (!len)
		return true;
	if (stream->ssl)
		return SSL_write(stream->ssl, bytes, (int)len) > 0;
	return send(stream->fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}

bool tls_exchange_reply(TlsExchange *exchange, const char *status, const char *headers, const void *body, size_t len)
{
	g_autofree char *head = g_strdup_printf("HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n", status, len, headers);

	return tls_exchange_write(exchange, head, strlen(head)) && tls_exchange_write(exchange, body, len);
}

bool tls_exchange_pause(TlsExchange *exchange, int ms)
{
	TlsServer *server = exchange->server;
	gint64     until = g_get_monotonic_time() + (gint64)ms * 1000;

	g_mutex_lock(&server->lock);
	while (!server->is_stopping) {
		if (ms < 0)
			g_cond_wait(&server->stopping, &server->lock);
		else if (!g_cond_wait_until(&server->stopping, &server->lock, until))
			break;
	}
	bool goes_on = !server->is_stopping;
	g_mutex_unlock(&server->lock);
	return goes_on;
}

void tls_exchange_reset(TlsExchange *exchange)
{
	Stream       *stream = exchange->stream;
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(stream->fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	if (stream->ssl)
		SSL_set_quiet_shutdown(stream->ssl, 1);
}
