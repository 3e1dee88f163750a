/* Lines to servers that speak something else than HTTP: in clear, with TLS from the beginning or later, and who is not trusted. */
#include <errno.h>
#include <glib/gstdio.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "base/error.h"
#include "net/line.h"
#include "support/tls_server.h"

enum { PATIENCE_S = 10 };

static bool answer(TlsExchange *exchange, void *data)
{
	(void)data;
	return tls_exchange_reply(exchange, "200 OK", NULL, "hello", 5);
}

static char *save_temporary(const TestCert *cert)
{
	char *path = NULL;
	int   fd = g_file_open_tmp("postern-line-XXXXXX", &path, NULL);

	g_assert_cmpint(fd, >=, 0);
	g_close(fd, NULL);
	test_cert_save(cert, path);
	return path;
}

/* Asks by hand, as a protocol on top of a line would. */
static char *talk(Line *line)
{
	static const char question[] = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
	GString *said = g_string_new(NULL);
	char room[16384];

	g_assert_cmpint(line_write(line, question, sizeof question - 1), ==, sizeof question - 1);
	while (!g_str_has_suffix(said->str, "hello")) {
		struct pollfd fd = { line_fd(line), POLLIN, 0 };
		ssize_t len = line_read(line, room, sizeof room);
		if (len > 0)
			g_string_append_len(said, room, len);
		else
			g_assert_true(len < 0 && errno == EAGAIN && poll(&fd, 1, PATIENCE_S * 1000) == 1);
	}
	return g_string_free(said, FALSE);
}

static void test_bytes_go_through(void)
{
	g_autoptr(TestCert) cert = test_cert_new(&(TestCertWish){ .common_name = "here", .hosts = "IP:127.0.0.1" });
	g_autofree char *ca_file = save_temporary(cert);

	for (int is_tls = 0; is_tls <= 1; is_tls++) {
		const TlsServerSetup setup = { .cert = is_tls ? cert : NULL, .handler = answer };
		g_autoptr(TlsServer) server = tls_server_new(&setup);
		const LineSetup where = { "127.0.0.1", tls_server_port(server), ca_file, TLS_MIN_1_2, PATIENCE_S };
		g_autoptr(GError) err = NULL;
		g_autoptr(Line) line = line_open(&where, &err);

		g_assert_no_error(err);
		g_assert_true(line_is_local(line));
		g_assert_true(!is_tls || line_secure(line, &err));
		g_assert_no_error(err);
		g_autofree char *said = talk(line);
		g_assert_true(g_str_has_prefix(said, "HTTP/1.1 200 OK"));
		g_assert_cmpint(tls_server_connections(server), ==, 1);
	}
	g_unlink(ca_file);
}

static void test_who_is_not_trusted(void)
{
	g_autoptr(TestCert) ca = test_cert_new(&(TestCertWish){ .common_name = "authority", .is_ca = true });
	g_autoptr(TestCert) other = test_cert_new(&(TestCertWish){ .common_name = "other", .is_ca = true });
	const struct {
		const char *why; const TestCert *issuer; const char *hosts; int from, to; TlsMin min; int max_tls; ErrorKind kind; const char *says;
	} rows[] = {
		{ "another host", ca, "DNS:elsewhere.test", 0, 0, TLS_MIN_1_2, 0, ERR_TLS, "elsewhere.test, not for itself" },
		{ "an authority nobody knows", other, "IP:127.0.0.1", 0, 0, TLS_MIN_1_2, 0, ERR_TLS, "ca_file" },
		{ "nobody vouches", NULL, "IP:127.0.0.1", 0, 0, TLS_MIN_1_2, 0, ERR_TLS, "self-signed" },
		{ "expired", ca, "IP:127.0.0.1", -9, -2, TLS_MIN_1_2, 0, ERR_TLS, "expired on" },
		{ "too old", ca, "IP:127.0.0.1", 0, 0, TLS_MIN_1_3, TLS1_2_VERSION, ERR_TLS, "TLS 1.3 or newer" },
		{ "none at all", NULL, NULL, 0, 0, TLS_MIN_1_2, 0, ERR_TLS, "does not speak TLS" },
	};
	g_autofree char *ca_file = save_temporary(ca);

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(TestCert) cert = test_cert_new(&(TestCertWish){ "host", rows[i].hosts, rows[i].issuer, false, rows[i].from, rows[i].to });
		const TlsServerSetup setup = { .cert = rows[i].hosts ? cert : NULL, .max_tls = rows[i].max_tls, .handler = answer };
		g_autoptr(TlsServer) server = tls_server_new(&setup);
		const LineSetup where = { "127.0.0.1", tls_server_port(server), ca_file, rows[i].min, PATIENCE_S };
		g_autoptr(GError) err = NULL;
		g_autoptr(Line) line = line_open(&where, NULL);

		g_test_message("%s", rows[i].why);
		g_assert_nonnull(line);
		g_assert_false(line_secure(line, &err));
		g_test_message("%s", err->message);
		g_assert_true(error_is(err, rows[i].kind));
		g_assert_nonnull(strstr(err->message, rows[i].says));
	}
	g_unlink(ca_file);
}

static void test_nobody_there(void)
{
	static const struct { const char *why, *host, *ca_file; ErrorKind kind; const char *says; } rows[] = {
		{ "nobody listens", "127.0.0.1", NULL, ERR_UNREACHED, "127.0.0.1:1" },
		{ "the same by IPv6", "::1", NULL, ERR_UNREACHED, "::1:1" },
		{ "no such host", "nowhere.invalid", NULL, ERR_UNREACHED, "nowhere.invalid" },
		{ "no such file", "127.0.0.1", "/nowhere.pem", ERR_CONFIG, "/nowhere.pem" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) err = NULL;
		const LineSetup where = { rows[i].host, 1, rows[i].ca_file, TLS_MIN_1_2, PATIENCE_S };

		g_test_message("%s", rows[i].why);
		g_assert_null(line_open(&where, &err));
		g_assert_true(error_is(err, rows[i].kind));
		g_assert_nonnull(strstr(err->message, rows[i].says));
	}
}

int main(int argc, char **argv)
{
	signal(SIGPIPE, SIG_IGN);
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/line/bytes go through", test_bytes_go_through);
	g_test_add_func("/line/who is not trusted", test_who_is_not_trusted);
	g_test_add_func("/line/nobody there", test_nobody_there);
	return g_test_run();
}
