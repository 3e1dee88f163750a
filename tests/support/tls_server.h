/*
 * tls_server: an HTTP server on loopback whose every byte a test decides, behind TLS (or not) with certificates that
 * are made on the spot. Each connection has a thread; the test's handler runs on it.
 */
#pragma once
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/* ---- certificates ---- */

typedef struct TestCert TestCert;     /* key and certificate */

typedef struct {
	const char     *common_name;
	const char     *hosts;        /* subjectAltName: "IP:127.0.0.1,DNS:localhost"; NULL: none */
	const TestCert *issuer;       /* NULL: self-signed */
	bool            is_ca;
	int             from_days, to_days;   /* validity, relative to today; both 0: yesterday to next month */
} TestCertWish;

TestCert *test_cert_new(const TestCertWish *wish);
void      test_cert_free(TestCert *cert);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestCert, test_cert_free)
void      test_cert_save(const TestCert *cert, const char *path);      /* the certificate in PEM */

/* ---- the server ---- */

typedef struct TlsServer TlsServer;

/* A request and the way to answer it. Texts are valid during the handler. */
typedef struct {
	TlsServer  *server;
	const char *method, *path;
	GHashTable *headers;          /* lower-case name -> value, bytes as sent */
	GByteArray *body;
	int         connection;       /* 1 for the server's first, … */
	int         number;           /* of the request, over all connections, from 1 */
	void       *stream;           /* the server's */
} TlsExchange;

/* Answers one request. False closes the connection. */
typedef bool (*TlsHandler)(TlsExchange *exchange, void *data);

typedef struct {
	const TestCert *cert;         /* NULL: plain HTTP */
	int             max_tls;      /* TLS1_1_VERSION …; 0: no limit */
	TlsHandler      handler;
	void           *data;
} TlsServerSetup;

TlsServer *tls_server_new(const TlsServerSetup *setup);
void       tls_server_free(TlsServer *server);       /* ends hanging handlers */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TlsServer, tls_server_free)
int        tls_server_port(const TlsServer *server);
int        tls_server_connections(TlsServer *server);         /* accepted so far, with a finished handshake */
int        tls_server_requests(TlsServer *server);
char      *tls_server_url(const TlsServer *server, const char *path);  /* https://127.0.0.1:PORT/path; free with g_free */

/* For handlers. Each returns false when the client has gone or the server is being freed. */
bool tls_exchange_write(TlsExchange *exchange, const void *bytes, size_t len);
bool tls_exchange_reply(TlsExchange *exchange, const char *status, const char *headers, const void *body, size_t len);
bool tls_exchange_pause(TlsExchange *exchange, int ms);       /* -1: until the server is freed */
void tls_exchange_reset(TlsExchange *exchange);               /* the connection ends with a TCP reset */
