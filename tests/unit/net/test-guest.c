/* Hosts that a stranger names: where we go, what we tell there, and what counts as a picture. */
#include <arpa/inet.h>
#include <glib/gstdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "net/address.h"
#include "net/net.h"
#include "net/picture.h"
#include "support/tls_server.h"

enum { PATIENCE_MS = 10000 };

/* ---- addresses ---- */

static void test_addresses(void)
{
	static const struct { const char *host; bool is_literal, is_public; } rows[] = {
		{ "93.184.216.34", true, true },         { "1.1.1.1", true, true },
		{ "127.0.0.1", true, false },            { "127.9.9.9", true, false },
		{ "127.1", true, false },                { "2130706433", true, false },
		{ "0x7f000001", true, false },           { "0x7f.0.0.1", true, false },
		{ "0177.0.0.1", true, false },           { "017700000001", true, false },
		{ "0.0.0.0", true, false },              { "0", true, false },
		{ "10.0.0.7", true, false },             { "11.0.0.7", true, true },
		{ "172.15.9.9", true, true },            { "172.16.0.1", true, false },
		{ "172.31.255.255", true, false },       { "172.32.0.1", true, true },
		{ "192.168.1.1", true, false },          { "192.169.1.1", true, true },
		{ "169.254.169.254", true, false },      { "100.63.0.1", true, true },
		{ "100.64.0.1", true, false },           { "100.128.0.1", true, true },
		{ "192.0.0.8", true, false },            { "192.0.2.1", true, false },
		{ "198.18.0.1", true, false },           { "198.51.100.1", true, false },
		{ "203.0.113.1", true, false },          { "224.0.0.1", true, false },
		{ "240.0.0.1", true, false },            { "255.255.255.255", true, false },
		{ "2606:2800:220:1::1", true, true },    { "::", true, false },
		{ "::1", true, false },                  { "::ffff:127.0.0.1", true, false },
		{ "::ffff:7f00:1", true, false },        { "::ffff:10.0.0.1", true, false },
		{ "::ffff:1.1.1.1", true, true },        { "::127.0.0.1", true, false },
		{ "64:ff9b::127.0.0.1", true, false },   { "64:ff9b::1.1.1.1", true, true },
		{ "64:ff9b:1::1.1.1.1", true, false },   { "2002:7f00:1::1", true, false },
		{ "2002:101:101::1", true, true },       { "2001::1", true, false },
		{ "2001:db8::1", true, false },          { "fe80::1", true, false },
		{ "fe80::1%lo", true, false },           { "fec0::1", true, false },
		{ "fc00::1", true, false },              { "fd12::1", true, false },
		{ "ff02::1", true, false },              { "example.test", false, false },
		{ "localhost", false, false },           { "127.0.0.1.example.test", false, false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct sockaddr_storage address = { 0 };
		g_test_message("%s", rows[i].host);
		g_assert_cmpint(address_of_literal(rows[i].host, &address), ==, rows[i].is_literal);
		if (rows[i].is_literal)
			g_assert_cmpint(address_is_public((struct sockaddr *)&address), ==, rows[i].is_public);
	}
	g_assert_false(address_is_public(&(struct sockaddr){ .sa_family = AF_UNIX }));
}

static void test_lists_of_hosts(void)
{
	static const struct { const char *list, *host; bool is_listed; } rows[] = {
		{ NULL, "a.test", false },
		{ "", "a.test", false },
		{ "a.test", "a.test", true },
		{ "b.test, A.test", "a.test", true },
		{ "corp.test", "www.corp.test", true },
		{ ".corp.test", "www.corp.test", true },
		{ "corp.test", "evilcorp.test", false },
		{ "corp.test", "corp.test.evil.test", false },
		{ "corp.test", "test", false },
		{ "127.0.0.1", "127.0.0.1", true },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s in %s", rows[i].host, rows[i].list);
		g_assert_cmpint(text_host_is_listed(rows[i].list, rows[i].host), ==, rows[i].is_listed);
	}
}

/* ---- pictures ---- */

static void test_pictures(void)
{
	static const struct { const char *why; int status; const char *type, *bytes; ErrorKind kind; const char *says; } rows[] = {
		{ "png", 200, "image/png", "\x89PNG\r\n\x1a\nrest", 0, NULL },
		{ "jpeg, with a parameter", 200, "Image/JPEG; q=1", "\xff\xd8\xff\xe0", 0, NULL },
		{ "jpeg by its other name", 200, "image/jpg", "\xff\xd8\xff\xe0", 0, NULL },
		{ "gif", 200, "image/gif", "GIF89a", 0, NULL },
		{ "webp", 200, "image/webp", "RIFF....WEBPVP8 ", 0, NULL },
		{ "bmp", 200, "image/bmp", "BM..", 0, NULL },
		{ "svg", 200, "image/svg+xml", "<svg/>", ERR_UNSUPPORTED, "SVG" },
		{ "a page", 200, "text/html", "<html>", ERR_UNSUPPORTED, "“text/html”, which is no picture" },
		{ "a page that says png", 200, "image/png", "<html>", ERR_UNSUPPORTED, "not the image/png that it says" },
		{ "a gif that says png", 200, "image/png", "GIF89a", ERR_UNSUPPORTED, "not the image/png" },
		{ "nothing", 200, "image/gif", "", ERR_UNSUPPORTED, "not the image/gif" },
		{ "no type", 200, NULL, "GIF89a", ERR_UNSUPPORTED, "no picture" },
		{ "an exotic picture", 200, "image/tiff", "II*", ERR_UNSUPPORTED, "image/tiff" },
		{ "gone", 404, "image/gif", "GIF89a", ERR_NOT_FOUND, "img.test answers 404" },
		{ "for members", 401, "image/gif", "GIF89a", ERR_FORBIDDEN, "401" },
		{ "down", 503, "text/html", "", ERR_SERVER, "503" },
		{ "half of it", 206, "image/gif", "GIF89a", ERR_FORBIDDEN, "206" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) body = g_bytes_new(rows[i].bytes, strlen(rows[i].bytes));
		g_autoptr(HttpResponse) response = http_response_new(rows[i].status, body);
		g_autoptr(GError) err = NULL;

		g_test_message("%s", rows[i].why);
		response->url = g_strdup("https://img.test/a");
		if (rows[i].type)
			g_hash_table_insert(response->headers, g_strdup("content-type"), g_strdup(rows[i].type));
		g_assert_cmpint(picture_check(response, &err), ==, !rows[i].says);
		if (rows[i].says) {
			g_assert_cmpstr(error_kind_name(error_kind(err)), ==, error_kind_name(rows[i].kind));
			g_assert_nonnull(strstr(err->message, rows[i].says));
		}
	}
}

/* ---- a server of pictures, and who asks it ---- */

typedef struct {
	char      *dir, *ca_file;
	TestCert  *authority, *cert;
	NetLoop   *loop;
	Account   *account;
	TlsServer *server, *plain;
	/* ---- what the last request said ---- */
	GMutex     lock;
	char      *seen;
	const char *leads_to;          /* where /away redirects to */
} Rig;

typedef struct { HttpResponse *response; GError *error; bool is_over; } Outcome;

static void outcome_clear(Outcome *outcome)
{
	http_response_free(outcome->response);
	g_clear_error(&outcome->error);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static void note_request(Rig *rig, TlsExchange *exchange)
{
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(exchange->headers), (GCompareFunc)strcmp);
	g_autoptr(GString) text = g_string_new(NULL);

	for (GList *one = names; one; one = one->next)
		if (strcmp(one->data, "host") != 0)
			g_string_append_printf(text, "%s: %s\n", (char *)one->data,
			                       (char *)g_hash_table_lookup(exchange->headers, one->data));
	g_mutex_lock(&rig->lock);
	g_free(rig->seen);
	rig->seen = g_string_free(g_steal_pointer(&text), FALSE);
	g_mutex_unlock(&rig->lock);
}

static bool serve(TlsExchange *exchange, void *data)
{
	Rig *rig = data;

	note_request(rig, exchange);
	if (strcmp(exchange->path, "/away") == 0) {
		g_autofree char *headers = g_strdup_printf("Location: %s\r\n", rig->leads_to);
		return tls_exchange_reply(exchange, "302 Found", headers, "", 0);
	}
	return tls_exchange_reply(exchange, "200 OK", "Content-Type: image/gif\r\nSet-Cookie: who=you\r\n", "GIF89a", 6);
}

static void rig_init(Rig *rig)
{
	*rig = (Rig){ .dir = g_dir_make_tmp("postern-guest-XXXXXX", NULL) };
	rig->ca_file = g_build_filename(rig->dir, "ca.pem", NULL);
	rig->authority = test_cert_new(&(TestCertWish){ .common_name = "Test Authority", .is_ca = true });
	rig->cert = test_cert_new(&(TestCertWish){ .common_name = "pictures", .hosts = "IP:127.0.0.1,DNS:img.test,DNS:rebound.test", .issuer = rig->authority });
	test_cert_save(rig->authority, rig->ca_file);
	rig->loop = net_loop_new(clock_system(), NULL);
	rig->account = account_new();
	rig->account->user_name = g_strdup("alice");
	rig->account->server_url = g_strdup("https://mail.test/");
	rig->account->ca_file = g_strdup(rig->ca_file);
	rig->server = tls_server_new(&(TlsServerSetup){ .cert = rig->cert, .handler = serve, .data = rig });
	rig->plain = tls_server_new(&(TlsServerSetup){ .handler = serve, .data = rig });
}

static void rig_clear(Rig *rig)
{
	tls_server_free(rig->server);
	tls_server_free(rig->plain);
	g_remove(rig->ca_file);
	g_rmdir(rig->dir);
	g_free(rig->dir);
	g_free(rig->ca_file);
	test_cert_free(rig->cert);
	test_cert_free(rig->authority);
	net_loop_free(rig->loop);
	account_free(rig->account);
	g_free(rig->seen);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rig, rig_clear)

/* Both names lead to the server on this machine. */
static NetClient *guest_of_only(Rig *rig, const char *internal_hosts, const char *only_hosts)
{
	g_autofree char *img = g_strdup_printf("img.test:%d:127.0.0.1", tls_server_port(rig->server));
	g_autofree char *rebound = g_strdup_printf("rebound.test:%d:[::ffff:127.0.0.1]", tls_server_port(rig->server));
	const char *const resolved[] = { img, rebound, NULL };
	NetGuestRules rules = { .internal_hosts = internal_hosts, .resolved = resolved,
		                .only_hosts = only_hosts, .only_setting = "the.setting" };
	g_autoptr(GError) err = NULL;
	NetClient *guest = net_guest_new(rig->loop, rig->account, &rules, &err);

	g_assert_no_error(err);
	return guest;
}

static NetClient *guest_of(Rig *rig, const char *internal_hosts) { return guest_of_only(rig, internal_hosts, NULL); }

static void on_done(void *data, HttpResponse *response, const GError *error)
{
	Outcome *outcome = data;

	outcome->response = response;
	outcome->error = error ? g_error_copy(error) : NULL;
	outcome->is_over = true;
}

static void ask(Rig *rig, NetClient *guest, const char *url, Outcome *outcome)
{
	int64_t until = clock_uptime_ms(clock_system()) + PATIENCE_MS;
	HttpRequest *request = http_request_new("GET", url);

	request->lane = LANE_PICTURE;
	http_request_header(request, "Accept", picture_accept());
	net_client_send(guest, request, on_done, outcome);
	while (!outcome->is_over && clock_uptime_ms(clock_system()) < until)
		net_loop_turn(rig->loop, until);
	g_assert_true(outcome->is_over);
}

static char *url_of(const TlsServer *server, const char *scheme, const char *host, const char *path)
{
	return g_strdup_printf("%s://%s:%d%s", scheme, host, tls_server_port(server), path);
}

/* Twice: a cookie that the first answer sets does not come back. */
static void test_tells_nothing(void)
{
	g_auto(Rig) rig;

	rig_init(&rig);
	g_autoptr(NetClient) guest = guest_of(&rig, "img.test");
	g_autofree char *url = url_of(rig.server, "https", "img.test", "/p.gif");
	for (int i = 0; i < 2; i++) {
		g_auto(Outcome) outcome = { 0 };
		ask(&rig, guest, url, &outcome);
		g_assert_no_error(outcome.error);
		g_assert_cmpint(outcome.response->status, ==, 200);
		g_assert_cmpstr(rig.seen, ==, "accept: image/png, image/jpeg, image/gif, image/webp, image/bmp\n"
		                "accept-encoding: gzip\nuser-agent: Mozilla/5.0\n");
	}
	g_assert_cmpint(tls_server_requests(rig.server), ==, 2);
}

static void test_goes_nowhere_inside(void)
{
	static const struct { const char *why, *scheme, *host; bool is_allowed; const char *internal; } rows[] = {
		{ "an address", "https", "127.0.0.1", false, NULL },
		{ "one number", "http", "2130706433", false, NULL },
		{ "octal", "http", "0177.0.0.1", false, NULL },
		{ "hexadecimal", "http", "0x7f.1", false, NULL },
		{ "IPv6", "http", "[::1]", false, NULL },
		{ "mapped", "http", "[::ffff:127.0.0.1]", false, NULL },
		{ "a name of this machine", "http", "localhost", false, NULL },
		{ "a name that is bound to this machine", "https", "img.test", false, NULL },
		{ "the same, mapped", "https", "rebound.test", false, NULL },
		{ "another name is allowed", "https", "img.test", false, "rebound.test corp.test" },
		{ "this one is allowed", "https", "img.test", true, "corp.test img.test" },
	};
	g_auto(Rig) rig;
	int asked = 0;

	rig_init(&rig);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		bool is_tls = strcmp(rows[i].scheme, "https") == 0;
		g_autoptr(NetClient) guest = guest_of(&rig, rows[i].internal);
		g_autofree char *url = url_of(is_tls ? rig.server : rig.plain, rows[i].scheme, rows[i].host, "/p.gif");
		g_auto(Outcome) outcome = { 0 };

		g_test_message("%s", rows[i].why);
		ask(&rig, guest, url, &outcome);
		asked += rows[i].is_allowed;
		g_assert_cmpint(!outcome.error, ==, rows[i].is_allowed);
		if (!rows[i].is_allowed) {
			g_assert_true(error_is(outcome.error, ERR_REFUSED));
			g_assert_nonnull(strstr(outcome.error->message, "read.internal_hosts"));
		}
	}
	g_assert_cmpint(tls_server_connections(rig.server), ==, asked);
	g_assert_cmpint(tls_server_connections(rig.plain), ==, 0);
}

/* From a host that is allowed; each target would answer. */
static void test_follows_redirects_with_care(void)
{
	static const struct { const char *why, *scheme, *host, *path; ErrorKind kind; const char *says; } rows[] = {
		{ "to another host", "https", "rebound.test", "/p.gif", 0, NULL },
		{ "to an address", "https", "127.0.0.1", "/p.gif", ERR_REFUSED, "127.0.0.1 lies in this network" },
		{ "to one number", "https", "2130706433", "/p.gif", ERR_REFUSED, "lies in this network" },
		{ "to a name of this machine", "https", "localhost", "/p.gif", ERR_REFUSED, "lies in this network" },
		{ "to where nothing is encrypted", "http", "img.test", "/p.gif", ERR_MOVED, "without encryption" },
		{ "in a circle", "https", "img.test", "/away", ERR_MOVED, "in a circle" },
		{ "with a password", "https", "a:b@img.test", "/p.gif", ERR_MOVED, "no address we can follow" },
	};
	g_auto(Rig) rig;

	rig_init(&rig);
	g_autofree char *url = url_of(rig.server, "https", "img.test", "/away");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		bool is_tls = strcmp(rows[i].scheme, "https") == 0;
		g_autoptr(NetClient) guest = guest_of(&rig, "img.test rebound.test");
		g_autofree char *target = url_of(is_tls ? rig.server : rig.plain, rows[i].scheme, rows[i].host, rows[i].path);
		g_auto(Outcome) outcome = { 0 };

		g_test_message("%s", rows[i].why);
		rig.leads_to = target;
		ask(&rig, guest, url, &outcome);
		if (!rows[i].says) {
			g_assert_no_error(outcome.error);
			continue;
		}
		g_assert_nonnull(outcome.error);
		g_assert_cmpstr(error_kind_name(error_kind(outcome.error)), ==, error_kind_name(rows[i].kind));
		g_assert_nonnull(strstr(outcome.error->message, rows[i].says));
	}
	g_assert_cmpint(tls_server_connections(rig.plain), ==, 0);
}

/* At once or by a redirect. */
static void test_only_whom_a_list_names(void)
{
	static const struct { const char *why, *only, *host, *path, *says; } rows[] = {
		{ "on the list", "img.test", "img.test", "/p.gif", NULL },
		{ "not on it", "other.test", "img.test", "/p.gif", "img.test is not asked: the.setting does not list it" },
		{ "nobody is", "", "img.test", "/p.gif", "img.test is not asked" },
		{ "sent on to another", "img.test", "img.test", "/away", "rebound.test is not asked" },
		{ "sent on to one of them", "img.test rebound.test", "img.test", "/away", NULL },
	};
	g_auto(Rig) rig;

	rig_init(&rig);
	g_autofree char *target = url_of(rig.server, "https", "rebound.test", "/p.gif");
	rig.leads_to = target;
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(NetClient) guest = guest_of_only(&rig, "img.test rebound.test", rows[i].only);
		g_autofree char *url = url_of(rig.server, "https", rows[i].host, rows[i].path);
		g_auto(Outcome) outcome = { 0 };

		g_test_message("%s", rows[i].why);
		ask(&rig, guest, url, &outcome);
		g_assert_cmpint(!outcome.error, ==, !rows[i].says);
		if (rows[i].says)
			g_assert_nonnull(strstr(outcome.error->message, rows[i].says));
	}
}

static void test_plain_http_where_it_is_asked_for(void)
{
	g_auto(Rig) rig;
	g_auto(Outcome) outcome = { 0 };

	rig_init(&rig);
	g_autoptr(NetClient) guest = guest_of(&rig, "127.0.0.1");
	g_autofree char *url = url_of(rig.plain, "http", "127.0.0.1", "/p.gif");
	ask(&rig, guest, url, &outcome);
	g_assert_no_error(outcome.error);
	g_assert_cmpint(outcome.response->status, ==, 200);
}

/* The proxy of the environment looks names up, so it gets no name that only we may know. */
static void test_by_proxy(void)
{
	static const struct { const char *why, *host, *says; } rows[] = {
		{ "a name of the internet", "far.test", NULL },
		{ "an address inside", "10.0.0.1", "lies in this network" },
		{ "a short name", "intranet", "lies in this network" },
		{ "not by proxy", "img.test", "lies in this network" },
	};
	g_auto(Rig) rig;

	rig_init(&rig);
	g_autofree char *proxy = tls_server_url(rig.plain, "");
	g_setenv("http_proxy", proxy, true);
	g_setenv("no_proxy", "img.test", true);
	g_autoptr(NetClient) guest = guest_of(&rig, NULL);
	g_unsetenv("http_proxy");
	g_unsetenv("no_proxy");
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *url = url_of(rig.server, "http", rows[i].host, "/p.gif");
		g_auto(Outcome) outcome = { 0 };
		g_test_message("%s", rows[i].why);
		ask(&rig, guest, url, &outcome);
		g_assert_cmpint(!outcome.error, ==, !rows[i].says);
		if (rows[i].says)
			g_assert_nonnull(strstr(outcome.error->message, rows[i].says));
	}
	g_assert_cmpint(tls_server_requests(rig.plain), ==, 1);
	g_assert_cmpint(tls_server_connections(rig.server), ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guest/addresses", test_addresses);
	g_test_add_func("/guest/lists-of-hosts", test_lists_of_hosts);
	g_test_add_func("/guest/pictures", test_pictures);
	g_test_add_func("/guest/tells-nothing", test_tells_nothing);
	g_test_add_func("/guest/goes-nowhere-inside", test_goes_nowhere_inside);
	g_test_add_func("/guest/follows-redirects-with-care", test_follows_redirects_with_care);
	g_test_add_func("/guest/only-whom-a-list-names", test_only_whom_a_list_names);
	g_test_add_func("/guest/plain-http-where-it-is-asked-for", test_plain_http_where_it_is_asked_for);
	g_test_add_func("/guest/by-proxy", test_by_proxy);
	return g_test_run();
}
