#include "support/fake_carrier.h"

#include <poll.h>
#include <string.h>

enum { ANSWER_MS = 5, BREAK_MS = 100 };

/* An account, whether its line is open or not. */
typedef struct {
	FakeCarrier  *fake;
	char         *name, *password;
	MemoryServer *server;
	Secret       *given;
	ErrorKind     failure;
	guint         failures;
	bool          is_hole;
	GArray       *times;
	bool          is_guest;
} FakeLine;

typedef struct {
	uint64_t     id;
	FakeLine    *line;
	HttpRequest *request;
	int64_t      sent_ms;
	NetDone      done;
	void        *data;
	ErrorKind    failure;
	bool         is_broken;
} FakeRequest;

struct FakeCarrier {
	Carrier      carrier;
	ManualClock *clock;
	GPtrArray   *lines, *requests;
	GHashTable  *pictures;       /* URL -> its type, a line, its content */
	GPtrArray   *asked;          /* of char *: by guests */
	uint64_t     last_id;
	int          fd;
};

static FakeCarrier *fake_of(Carrier *carrier) { return (FakeCarrier *)carrier; }
static FakeLine *line_of(CarrierLine *line) { return (FakeLine *)line; }

static FakeLine *find_line(const FakeCarrier *fake, const char *name)
{
	for (guint i = 0; i < fake->lines->len; i++) {
		FakeLine *line = g_ptr_array_index(fake->lines, i);
		if (g_str_equal(line->name, name))
			return line;
	}
	g_error("no server for account %s", name);
}

static void line_free(gpointer data)
{
	FakeLine *line = data;

	g_free(line->name);
	g_free(line->password);
	secret_unref(line->given);
	g_array_unref(line->times);
	g_free(line);
}

static void request_free(gpointer data)
{
	FakeRequest *request = data;

	http_request_free(request->request);
	g_free(request);
}

/* ---- the carrier ---- */

static CarrierLine *fake_open(Carrier *carrier, const Account *account, GError **err)
{
	(void)err;
	return (CarrierLine *)find_line(fake_of(carrier), account->name);
}

static FakeLine *add_line(FakeCarrier *fake, const char *name)
{
	FakeLine *line = g_new0(FakeLine, 1);

	line->fake = fake;
	line->name = g_strdup(name);
	line->times = g_array_new(FALSE, FALSE, sizeof(int64_t));
	g_ptr_array_add(fake->lines, line);
	return line;
}

static CarrierLine *fake_open_guest(Carrier *carrier, const Account *account,
                                    const NetGuestRules *rules, GError **err)
{
	g_autofree char *name = g_strconcat("guest of ", account->name, NULL);
	FakeLine *line = add_line(fake_of(carrier), name);

	(void)rules;
	(void)err;
	line->is_guest = true;
	return (CarrierLine *)line;
}

static void fake_close(CarrierLine *line)
{
	const FakeCarrier *fake = line_of(line)->fake;

	for (guint i = 0; i < fake->requests->len; i++)
		g_assert_true(((FakeRequest *)g_ptr_array_index(fake->requests, i))->line !=
		              line_of(line));
}

static void fake_set_password(CarrierLine *line, Secret *password)
{
	secret_unref(line_of(line)->given);
	line_of(line)->given = password ? secret_ref(password) : NULL;
}

static bool is_refused(const FakeLine *line)
{
	return line->password &&
	       (!line->given ||
	        !g_str_equal(line->password, (const char *)secret_bytes(line->given)));
}

static uint64_t fake_send(CarrierLine *carrier_line, HttpRequest *request, NetDone done, void *data)
{
	FakeLine *line = line_of(carrier_line);
	FakeRequest *sent = g_new0(FakeRequest, 1);

	*sent = (FakeRequest){ ++line->fake->last_id,
		               line,
		               request,
		               line->fake->clock->uptime_ms,
		               done,
		               data,
		               line->failure,
		               line->failures > 0 };
	if (sent->is_broken)
		line->failures--;
	if (is_refused(line)) {
		sent->is_broken = true;
		sent->failure = ERR_SIGN_IN;
	}
	g_array_append_val(line->times, sent->sent_ms);
	if (line->is_guest)
		g_ptr_array_add(line->fake->asked, g_strdup(request->url));
	g_ptr_array_add(line->fake->requests, sent);
	return sent->id;
}

static void fake_cancel(CarrierLine *line, uint64_t id)
{
	GPtrArray *requests = line_of(line)->fake->requests;

	for (guint i = 0; i < requests->len; i++)
		if (((FakeRequest *)g_ptr_array_index(requests, i))->id == id) {
			g_ptr_array_remove_index(requests, i);
			return;
		}
}

static void fake_reset(CarrierLine *line) { (void)line; }

static void fake_watch(Carrier *carrier, int fd, NetReady ready, void *data)
{
	(void)ready;
	(void)data;
	fake_of(carrier)->fd = fd;
}

/* ---- answers ---- */

/* The request leaves the list before its end is told, for that may send another. */
static FakeRequest *take_request(FakeCarrier *fake, guint i)
{
	return g_ptr_array_steal_index(fake->requests, i);
}

static void fail_request(FakeCarrier *fake, guint i)
{
	FakeRequest *request = take_request(fake, i);
	g_autoptr(GError) error =
		g_error_new(POSTERN_ERROR, (int)request->failure, "the carrier broke it off");

	manual_clock_advance(fake->clock, BREAK_MS);
	request->done(request->data, NULL, error);
	request_free(request);
}

static int64_t timeout_at(const FakeRequest *request)
{
	return request->sent_ms + (int64_t)request->request->timeout_s * 1000;
}

/* What is lost costs nobody a moment but those who wait for it. */
static bool lose_request(FakeCarrier *fake, guint i)
{
	if (timeout_at(g_ptr_array_index(fake->requests, i)) > fake->clock->uptime_ms)
		return false;

	FakeRequest *request = take_request(fake, i);
	g_autoptr(GError) error = g_error_new(POSTERN_ERROR, ERR_NETWORK, "no answer");

	request->done(request->data, NULL, error);
	request_free(request);
	return true;
}

/* "TYPE\nCONTENT". */
static HttpResponse *answer_guest(const FakeCarrier *fake, const char *url)
{
	const char *picture = g_hash_table_lookup(fake->pictures, url);
	g_auto(GStrv) parts = g_strsplit(picture ? picture : "text/plain\nnothing", "\n", 2);
	g_autoptr(GBytes) body = g_bytes_new(parts[1], strlen(parts[1]));
	HttpResponse *response = http_response_new(picture ? 200 : 404, body);

	response->url = g_strdup(url);
	g_hash_table_insert(response->headers, g_strdup("content-type"), g_strdup(parts[0]));
	return response;
}

static bool answer_request(FakeCarrier *fake, guint i)
{
	const FakeRequest *request = g_ptr_array_index(fake->requests, i);
	bool is_over = request->sent_ms + ((int64_t)request->request->timeout_s - 30) * 1000 <=
	               fake->clock->uptime_ms;
	bool is_listen = request->request->lane == LANE_PUSH;
	HttpResponse *response =
		request->line->is_guest
			? answer_guest(fake, request->request->url)
			: memory_server_answer(request->line->server, request->request,
	                                       is_listen && is_over);

	if (!response)
		return false;

	FakeRequest *taken = take_request(fake, i);

	manual_clock_advance(fake->clock, ANSWER_MS);
	taken->done(taken->data, response, NULL);
	request_free(taken);
	return true;
}

static bool serve_one(FakeCarrier *fake)
{
	for (guint i = 0; i < fake->requests->len; i++) {
		const FakeRequest *request = g_ptr_array_index(fake->requests, i);
		if (request->is_broken) {
			fail_request(fake, i);
			return true;
		}
		if (request->line->is_hole ? lose_request(fake, i) : answer_request(fake, i))
			return true;
	}
	return false;
}

static int64_t first_end(const FakeCarrier *fake)
{
	int64_t end_ms = INT64_MAX;

	for (guint i = 0; i < fake->requests->len; i++) {
		const FakeRequest *request = g_ptr_array_index(fake->requests, i);
		end_ms = MIN(end_ms, timeout_at(request) - (request->line->is_hole ? 0 : 30 * 1000));
	}
	return end_ms;
}

static bool has_command(const FakeCarrier *fake)
{
	struct pollfd poll_fd = { fake->fd, POLLIN, 0 };

	return poll(&poll_fd, 1, 0) > 0;
}

static void fake_turn(Carrier *carrier, int64_t deadline_ms)
{
	FakeCarrier *fake = fake_of(carrier);

	if (has_command(fake) || serve_one(fake))
		return;

	int64_t until_ms = MIN(deadline_ms, first_end(fake));
	if (until_ms > fake->clock->uptime_ms)
		manual_clock_advance(fake->clock, until_ms - fake->clock->uptime_ms);
}

static void fake_free(Carrier *carrier)
{
	FakeCarrier *fake = fake_of(carrier);

	g_ptr_array_unref(fake->requests);
	g_ptr_array_unref(fake->lines);
	g_ptr_array_unref(fake->asked);
	g_hash_table_unref(fake->pictures);
	g_free(fake);
}

static const CarrierOps fake_carrier_ops = {
	fake_open,   fake_open_guest, fake_close, fake_set_password, fake_send,
	fake_cancel, fake_reset,      fake_watch, fake_turn,         fake_free,
};

/* ---- for the test ---- */

FakeCarrier *fake_carrier_new(ManualClock *clock)
{
	FakeCarrier *fake = g_new0(FakeCarrier, 1);

	fake->carrier.ops = &fake_carrier_ops;
	fake->clock = clock;
	fake->lines = g_ptr_array_new_with_free_func(line_free);
	fake->requests = g_ptr_array_new_with_free_func(request_free);
	fake->pictures = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	fake->asked = g_ptr_array_new_with_free_func(g_free);
	return fake;
}

Carrier *fake_carrier_carrier(FakeCarrier *fake) { return &fake->carrier; }

void fake_carrier_server(FakeCarrier *fake, const char *account_name, MemoryServer *server)
{
	add_line(fake, account_name)->server = server;
}

void fake_carrier_picture(FakeCarrier *fake, const char *url, const char *type, const char *content)
{
	g_hash_table_replace(fake->pictures, g_strdup(url), g_strconcat(type, "\n", content, NULL));
}

const GPtrArray *fake_carrier_asked(const FakeCarrier *fake) { return fake->asked; }

void fake_carrier_break(FakeCarrier *fake, const char *account_name, ErrorKind kind, guint times)
{
	FakeLine *line = find_line(fake, account_name);

	line->failure = kind;
	line->failures = times;
}

void fake_carrier_swallow(FakeCarrier *fake, const char *account_name)
{
	find_line(fake, account_name)->is_hole = true;
}

void fake_carrier_cut_listen(FakeCarrier *fake, const char *account_name)
{
	for (guint i = 0; i < fake->requests->len; i++) {
		FakeRequest *request = g_ptr_array_index(fake->requests, i);
		if (request->line != find_line(fake, account_name) ||
		    request->request->lane != LANE_PUSH)
			continue;
		request->is_broken = true;
		request->failure = ERR_NETWORK;
	}
}

void fake_carrier_password(FakeCarrier *fake, const char *account_name, const char *password)
{
	FakeLine *line = find_line(fake, account_name);

	g_free(line->password);
	line->password = g_strdup(password);
}

const GArray *fake_carrier_times(const FakeCarrier *fake, const char *account_name)
{
	return find_line(fake, account_name)->times;
}

bool fake_carrier_is_listening(const FakeCarrier *fake, const char *account_name)
{
	for (guint i = 0; i < fake->requests->len; i++) {
		const FakeRequest *request = g_ptr_array_index(fake->requests, i);
		if (request->line == find_line(fake, account_name) &&
		    request->request->lane == LANE_PUSH)
			return true;
	}
	return false;
}
