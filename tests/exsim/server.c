#include "exsim/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <zlib.h>

#include "base/error.h"
#include "base/text.h"
#include "exsim/answer.h"
#include "exsim/control.h"
#include "exsim/picture.h"

enum { THREADS = 2, MAX_CONNECTIONS = 4000, CONNECTION_BYTES = 1 << 20, MAX_BODY = 64 << 20 };
enum { MIN_GZIP = 512, GZIP_LEVEL = 1, BOMB_LEVEL = 9, BLOCK_BYTES = 1 << 20, FLOOD_LINE_BYTES = 1 << 10 };

struct Server {
	World             *world;
	struct MHD_Daemon *daemon;
	GPtrArray         *parked;      /* of Parked: connections that wait; guarded by the world's lock */
	GThread           *timer;       /* wakes them when their time has come */
	GCond              timer_moved;
	bool               is_stopping;
};

/* What a request has been through. */
typedef enum { STAGE_NEW, STAGE_DELAYED, STAGE_RUNNING } Stage;

typedef struct {
	Server                *server;
	struct MHD_Connection *connection;
	GByteArray            *upload;
	Stage                  stage;
	bool                   has_met;      /* its fault, if there is one */
	Request                request;
	Answer                 answer;
} Exchange;

typedef struct {
	struct MHD_Connection *connection;
	int64_t                until_ms;
	bool                   on_change;   /* a change of the world wakes it too */
} Parked;

/* ---- waiting ---- */

static int64_t uptime_ms(const Server *server) { return clock_uptime_ms(server->world->clock); }

static void park(Server *server, struct MHD_Connection *connection, int64_t until_ms, bool on_change)
{
	Parked *parked = g_new(Parked, 1);

	*parked = (Parked){ .connection = connection, .until_ms = until_ms, .on_change = on_change };
	g_ptr_array_add(server->parked, parked);
	MHD_suspend_connection(connection);
	g_cond_signal(&server->timer_moved);
}

/* Resumes those whose time has come, and with @changed those who wait for a change. */
static void wake(Server *server, bool changed)
{
	int64_t now_ms = uptime_ms(server);

	for (guint i = server->parked->len; i-- > 0;) {
		Parked *parked = g_ptr_array_index(server->parked, i);
		if (!server->is_stopping && parked->until_ms > now_ms && !(changed && parked->on_change))
			continue;
		MHD_resume_connection(parked->connection);
		g_ptr_array_remove_index_fast(server->parked, i);
	}
}

static void on_world_changed(void *data) { wake(data, true); }

static int64_t next_deadline_ms(const Server *server)
{
	int64_t next = uptime_ms(server) + 60000;

	for (guint i = 0; i < server->parked->len; i++)
		next = MIN(next, ((Parked *)g_ptr_array_index(server->parked, i))->until_ms);
	return next;
}

static gpointer run_timer(gpointer data)
{
	Server *server = data;

	g_mutex_lock(&server->world->lock);
	while (!server->is_stopping) {
		int64_t left_ms = MAX(next_deadline_ms(server) - uptime_ms(server), 0);
		g_cond_wait_until(&server->timer_moved, &server->world->lock, g_get_monotonic_time() + left_ms * 1000);
		wake(server, false);
	}
	g_mutex_unlock(&server->world->lock);
	return NULL;
}

/* ---- the answer on the wire ---- */

typedef struct {
	Exchange *exchange;
	GBytes   *bytes;
	gsize     stop_at;      /* the connection closes here */
	int       drip_ms;
	int64_t   next_ms;      /* of the drip */
} Spoiled;

static void spoiled_free(void *data)
{
	Spoiled *spoiled = data;
	g_bytes_unref(spoiled->bytes);
	g_free(spoiled);
}

static bool drip_must_wait(Spoiled *spoiled)
{
	Server *server = spoiled->exchange->server;
	int64_t now_ms = uptime_ms(server);

	if (now_ms < spoiled->next_ms) {
		g_mutex_lock(&server->world->lock);
		park(server, spoiled->exchange->connection, spoiled->next_ms, false);
		g_mutex_unlock(&server->world->lock);
		return true;
	}
	spoiled->next_ms = now_ms + spoiled->drip_ms;
	return false;
}

static ssize_t read_spoiled(void *data, uint64_t at, char *buffer, size_t max)
{
	Spoiled *spoiled = data;

	if (at >= spoiled->stop_at)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (spoiled->drip_ms > 0 && !spoiled->exchange->server->is_stopping) {
		if (drip_must_wait(spoiled))
			return 0;
		max = 1;
	}
	gsize size, len = MIN(max, spoiled->stop_at - (gsize)at);
	const char *bytes = g_bytes_get_data(spoiled->bytes, &size);
	gsize left = at < size ? MIN(len, size - (gsize)at) : 0;
	if (left > 0)
		memcpy(buffer, bytes + at, left);
	memset(buffer + left, 0, len - left);       /* what comes after an answer that does not end */
	return (ssize_t)len;
}

static struct MHD_Response *spoiled_response(Exchange *exchange, GBytes *bytes)
{
	const Fault *fault = exchange->request.fault;
	Spoiled *spoiled = g_new0(Spoiled, 1);
	gsize len = fault->endless ? G_MAXSSIZE : g_bytes_get_size(bytes);
	uint64_t announced = fault->endless ? MHD_SIZE_UNKNOWN : len + (uint64_t)fault->wrong_length;

	*spoiled = (Spoiled){ .exchange = exchange, .bytes = g_bytes_ref(bytes), .drip_ms = fault->drip_ms,
	                      .stop_at = fault->cut >= 0 ? MIN(len, (gsize)fault->cut) : len };
	return MHD_create_response_from_callback(announced, 16384, read_spoiled, spoiled, spoiled_free);
}

static void unref_bytes(void *bytes) { g_bytes_unref(bytes); }

static struct MHD_Response *plain_response(GBytes *bytes)
{
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);

	if (len == 0)
		return MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
	return MHD_create_response_from_buffer_with_free_callback_cls(len, (void *)data, unref_bytes, g_bytes_ref(bytes));
}

/* Zeros that were packed once, again and again: no end, and a sum that is wrong, but whoever gets that far has lost. */
static GBytes *gzip_bomb(int mib)
{
	g_autofree guint8 *zeros = g_malloc0(BLOCK_BYTES), *packed = g_malloc(BLOCK_BYTES);
	GByteArray *bomb = g_byte_array_new();
	z_stream stream = { 0 };

	if (deflateInit2(&stream, BOMB_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return g_byte_array_free_to_bytes(bomb);
	for (int i = 0; i < MIN(mib, 2); i++) {     /* the first block bears gzip's header, the second is all others */
		stream.next_in = zeros;
		stream.avail_in = BLOCK_BYTES;
		stream.next_out = packed;
		stream.avail_out = BLOCK_BYTES;
		deflate(&stream, Z_FULL_FLUSH);
		for (int copies = i == 0 ? 1 : mib - 1; copies > 0; copies--)
			g_byte_array_append(bomb, packed, BLOCK_BYTES - stream.avail_out);
	}
	deflateEnd(&stream);
	return g_byte_array_free_to_bytes(bomb);
}

static GBytes *gzip(GBytes *bytes)
{
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);
	z_stream stream = { 0 };

	if (deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return g_bytes_ref(bytes);
	gsize room = deflateBound(&stream, len);
	guint8 *out = g_malloc(room);
	stream.next_in = (Bytef *)data;
	stream.avail_in = (uInt)len;
	stream.next_out = out;
	stream.avail_out = (uInt)room;
	deflate(&stream, Z_FINISH);
	gsize made = stream.total_out;
	deflateEnd(&stream);
	return g_bytes_new_take(out, made);
}

static const char *header(const Exchange *exchange, const char *name)
{
	return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

static const char *query(const Exchange *exchange, const char *name)
{
	return MHD_lookup_connection_value(exchange->connection, MHD_GET_ARGUMENT_KIND, name);
}

static bool may_gzip(const Exchange *exchange, const Answer *answer)
{
	const char *accepted = header(exchange, "Accept-Encoding");
	const Fault *fault = exchange->request.fault;

	if (fault && (fault->endless || fault->bomb_mib > 0))
		return fault->bomb_mib > 0;
	return exchange->server->world->options.gzip && answer->body && g_bytes_get_size(answer->body) >= MIN_GZIP &&
	       accepted && strstr(accepted, "gzip");
}

static const char *fault_word(const Fault *f)
{
	if (!f)
		return NULL;
	const struct { bool is; const char *word; } words[] = {
		{ f->http != 0, "http" }, { f->status != 0, "status" }, { f->cut >= 0, "cut" }, { f->drip_ms > 0, "drip" },
		{ f->wrong_length > 0, "wrong-length" }, { f->bomb_mib > 0, "bomb" }, { f->flood_kib > 0, "flood" },
		{ f->endless, "endless" }, { f->garbage, "garbage" }, { f->html, "html" }, { f->empty, "empty" },
		{ f->reset, "reset" }, { f->lose, "lose" }, { f->repeat_key, "repeat-key" }, { f->more_forever, "more-forever" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (words[i].is)
			return words[i].word;
	return "delay";
}

static void write_ledger(const Exchange *exchange, const char *method, int http, gsize wire)
{
	const Request *request = &exchange->request;
	const Answer *answer = &exchange->answer;
	World *world = exchange->server->world;

	ledger_write(world->ledger, &(LedgerLine){
		.at_ms = world_now_ms(world), .method = method, .cmd = request->cmd, .user = request->user ? request->user->name : NULL,
		.device = query(exchange, "DeviceId"), .version = header(exchange, "MS-ASProtocolVersion"),
		.user_agent = header(exchange, "User-Agent"), .policy_key = header(exchange, "X-MS-PolicyKey"),
		.sync_key = answer->sync_key, .folders = answer->folders, .fault = fault_word(request->fault), .http = http,
		.status = answer->status, .body = exchange->upload->data, .bytes_in = exchange->upload->len,
		.bytes_out = answer->body ? g_bytes_get_size(answer->body) : 0, .bytes_wire = wire,
		.took_ms = uptime_ms(exchange->server) - request->began_ms });
}

static void add_flood(struct MHD_Response *response, int kib)
{
	g_autofree char *value = g_strnfill(FLOOD_LINE_BYTES, 'x');

	for (int i = 0; i < kib; i++) {
		g_autofree char *name = g_strdup_printf("X-Flood-%d", i);
		MHD_add_response_header(response, name, value);
	}
}

static void add_headers(struct MHD_Response *response, const Answer *answer, bool is_gzip)
{
	MHD_add_response_header(response, "MS-Server-ActiveSync", "15.2");
	MHD_add_response_header(response, "Cache-Control", "private");
	if (answer->content_type)
		MHD_add_response_header(response, "Content-Type", answer->content_type);
	if (is_gzip)
		MHD_add_response_header(response, "Content-Encoding", "gzip");
	for (guint i = 0; i < answer->headers->len; i++) {
		g_auto(GStrv) halves = g_strsplit(g_ptr_array_index(answer->headers, i), ": ", 2);
		MHD_add_response_header(response, halves[0], halves[1]);
	}
}

static enum MHD_Result send_answer(Exchange *exchange, const char *method)
{
	const Fault *fault = exchange->request.fault;
	Answer *answer = &exchange->answer;
	bool is_gzip = may_gzip(exchange, answer);
	g_autoptr(GBytes) plain = answer->body ? g_bytes_ref(answer->body) : g_bytes_new(NULL, 0);
	g_autoptr(GBytes) wire = fault && fault->bomb_mib > 0 ? gzip_bomb(fault->bomb_mib) : is_gzip ? gzip(plain) : g_bytes_ref(plain);
	bool is_spoiled = fault && (fault->cut >= 0 || fault->drip_ms > 0 || fault->wrong_length > 0 || fault->endless);
	struct MHD_Response *response = is_spoiled ? spoiled_response(exchange, wire) : plain_response(wire);

	add_headers(response, answer, is_gzip);
	if (fault)
		add_flood(response, fault->flood_kib);
	write_ledger(exchange, method, answer->http, g_bytes_get_size(wire));
	enum MHD_Result result = MHD_queue_response(exchange->connection, (unsigned)answer->http, response);
	MHD_destroy_response(response);
	return result;
}

/* Ends the connection with a TCP reset. */
static enum MHD_Result send_reset(Exchange *exchange, const char *method)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	write_ledger(exchange, method, 0, 0);
	if (info)
		setsockopt(info->connect_fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	return MHD_NO;
}

/* ---- who asks, and for what ---- */

static User *authenticate(const Exchange *exchange)
{
	const char *value = header(exchange, "Authorization");
	gsize len;

	if (!value || !text_has_prefix_ascii_case(value, "Basic "))
		return NULL;
	g_autofree guchar *raw = g_base64_decode(value + strlen("Basic "), &len);
	g_autofree char *pair = g_strndup((const char *)raw, len);
	char *colon = strchr(pair, ':');
	if (!colon)
		return NULL;
	*colon = '\0';
	User *user = world_user(exchange->server->world, pair);
	return user && g_str_equal(user->password, colon + 1) ? user : NULL;
}

/* "14.1" is 141; 0 if the world does not speak it. Without the header it is 12.1. */
static int version_asked(const Exchange *exchange)
{
	const char *text = header(exchange, "MS-ASProtocolVersion");
	g_auto(GStrv) spoken = g_strsplit(exchange->server->world->options.versions, ",", -1);
	g_auto(GStrv) digits = g_strsplit(text ? text : "12.1", ".", 2);
	g_autofree char *joined = g_strjoinv("", digits);
	int64_t version = 0;

	if (text && !g_strv_contains((const char *const *)spoken, text))
		return 0;
	text_to_int(joined, 0, 999, &version);
	return (int)version;
}

static bool is_device_id(const char *id)
{
	size_t len = id ? strlen(id) : 0;

	for (size_t i = 0; i < len; i++)
		if (!g_ascii_isalnum(id[i]))
			return false;
	return len >= 1 && len <= 32;
}

static guint32 policy_key_sent(const Exchange *exchange)
{
	const char *text = header(exchange, "X-MS-PolicyKey");
	int64_t key = 0;

	if (text)
		text_to_int(text, 0, G_MAXUINT32, &key);
	return (guint32)key;
}

static bool is_sending(const char *cmd)
{
	return g_str_equal(cmd, "SendMail") || g_str_equal(cmd, "SmartReply") || g_str_equal(cmd, "SmartForward");
}

static const char *command_asked(const Exchange *exchange, const char *method)
{
	const char *cmd = query(exchange, "Cmd");

	return g_str_equal(method, "OPTIONS") ? "OPTIONS" : cmd ? cmd : "";
}

/* Once a request: with the first of its bytes, which may be all that the fault lets in. The world's lock is held. */
static void meet_fault(Exchange *exchange, const char *method)
{
	World *world = exchange->server->world;
	const User *user = authenticate(exchange);
	const char *id = query(exchange, "DeviceId");

	if (exchange->has_met || !user)
		return;
	exchange->has_met = true;
	exchange->request.fault = fault_copy(fault_list_meet(world->faults, command_asked(exchange, method), user->name, id ? id : ""));
}

static void read_request(Exchange *exchange, const char *method)
{
	Request *request = &exchange->request;
	const char *save = query(exchange, "SaveInSent");
	const char *multipart = header(exchange, "MS-ASAcceptMultiPart");

	request->world = exchange->server->world;
	request->began_ms = uptime_ms(exchange->server);
	request->cmd = g_strdup(command_asked(exchange, method));
	request->version = version_asked(exchange);
	request->body = g_bytes_new(exchange->upload->data, exchange->upload->len);
	request->digest = g_compute_checksum_for_bytes(G_CHECKSUM_MD5, request->body);
	request->policy_key = policy_key_sent(exchange);
	request->wants_multipart = multipart && text_equal_ascii_case(multipart, "T");
	request->is_mime = request->version < 140 && is_sending(request->cmd);
	request->folder_id = g_strdup(query(exchange, "CollectionId"));
	request->item_id = g_strdup(query(exchange, "ItemId"));
	request->save_in_sent = save && text_equal_ascii_case(save, "T");
	request->user = authenticate(exchange);
}

static void add_header(Answer *answer, const char *name, const char *value)
{
	g_ptr_array_add(answer->headers, g_strdup_printf("%s: %s", name, value));
}

static void set_page(Answer *answer, int http, const char *content_type, const char *text)
{
	answer->http = http;
	answer->content_type = content_type;
	answer->body = g_bytes_new(text, strlen(text));
}

static void answer_options(const World *world, Answer *answer)
{
	g_autofree char *commands = answer_command_names(world);

	add_header(answer, "MS-ASProtocolVersions", world->options.versions);
	add_header(answer, "MS-ASProtocolCommands", commands);
	add_header(answer, "Public", "OPTIONS,POST");
}

/* What the fault puts in place of an answer. False: the command is carried out. */
static bool answer_instead(const Request *request, Answer *answer)
{
	static const char login[] = "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Network sign-in</form></body></html>";
	static const char noise[] = "\x03\x01\x6a\x00\x45\x9f\xff\xfe\x8a\x01\x7f\x13\x37\xde\xad\xbe\xef\x00\xc3\xff\xff\xff\xff\x7f";
	const Fault *fault = request->fault;

	if (!fault)
		return false;
	if (fault->anew)
		add_header(answer, "X-MS-RP", request->world->options.versions);
	if (fault->http) {
		answer->http = fault->http;
		if (fault->retry_after)
			add_header(answer, "Retry-After", fault->retry_after);
		if (fault->location)
			add_header(answer, fault->http == 451 ? "X-MS-Location" : "Location", fault->location);
		if (fault->throttle)
			add_header(answer, "X-MS-ASThrottle", fault->throttle);
	} else if (fault->html) {
		set_page(answer, 200, "text/html; charset=utf-8", login);
	} else if (fault->garbage) {
		answer->content_type = "application/vnd.ms-sync.wbxml";
		answer->body = g_bytes_new_static(noise, sizeof noise - 1);
	} else if (fault->status) {
		answer_with_status(request, fault->status, answer);
	} else {
		return fault->empty;
	}
	return true;
}

static void answer_command(Exchange *exchange)
{
	Request *request = &exchange->request;
	Answer *answer = &exchange->answer;
	const char *id = query(exchange, "DeviceId"), *type = query(exchange, "DeviceType");

	if (g_str_equal(request->cmd, "OPTIONS")) {
		answer_options(request->world, answer);
		return;
	}
	if (request->version == 0 || !is_device_id(id)) {
		int status = request->version ? 108 : 138;
		request->version = request->version ? request->version : 141;
		answer_with_status(request, status, answer);
		return;
	}
	request->device = user_device(request->user, id, type ? type : "");
	answer_request(request, answer);
}

static enum MHD_Result send_sign_in(Exchange *exchange, const char *method)
{
	add_header(&exchange->answer, "WWW-Authenticate", "Basic realm=\"exsim\"");
	set_page(&exchange->answer, 401, "text/plain; charset=utf-8", "Name or password are wrong.\n");
	return send_answer(exchange, method);
}

static enum MHD_Result run(Exchange *exchange, const char *method)
{
	Request *request = &exchange->request;
	Answer *answer = &exchange->answer;
	const Fault *fault = request->fault;

	if (fault && fault->reset)
		return send_reset(exchange, method);
	if (!answer_instead(request, answer))
		answer_command(exchange);
	if (answer->wait_until_ms) {
		park(exchange->server, exchange->connection, answer->wait_until_ms, true);
		answer->wait_until_ms = 0;
		return MHD_YES;
	}
	if (fault && fault->lose)
		return send_reset(exchange, method);
	return send_answer(exchange, method);
}

static enum MHD_Result begin(Exchange *exchange, const char *method)
{
	Request *request = &exchange->request;

	read_request(exchange, method);
	if (!request->user)
		return send_sign_in(exchange, method);
	meet_fault(exchange, method);
	exchange->stage = STAGE_RUNNING;
	if (!request->fault || request->fault->delay_ms == 0)
		return run(exchange, method);
	exchange->stage = STAGE_DELAYED;
	park(exchange->server, exchange->connection, request->began_ms + request->fault->delay_ms, false);
	return MHD_YES;
}

static enum MHD_Result go_on(Exchange *exchange, const char *method)
{
	if (exchange->server->is_stopping)
		return MHD_NO;
	if (exchange->stage == STAGE_NEW)
		return begin(exchange, method);
	exchange->stage = STAGE_RUNNING;
	return run(exchange, method);
}

/* ---- HTTP ---- */

static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned http, const char *text)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_MUST_COPY);

	MHD_add_response_header(response, "Content-Type", "text/plain; charset=utf-8");
	enum MHD_Result result = MHD_queue_response(connection, http, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result serve_control(Exchange *exchange)
{
	g_autoptr(GString) reply = g_string_new(NULL);
	g_autofree char *lines = g_strndup((const char *)exchange->upload->data, exchange->upload->len);
	bool ok = control_run(exchange->server->world, lines, reply);

	return send_text(exchange->connection, ok ? 200 : 400, reply->str);
}

/* Who asks is in the ledger: a name, if they tell one. */
static enum MHD_Result serve_picture(Exchange *exchange, const char *url)
{
	g_mutex_lock(&exchange->server->world->lock);
	exchange->request.began_ms = uptime_ms(exchange->server);
	exchange->request.cmd = g_strdup(url);
	exchange->request.user = authenticate(exchange);
	picture_answer(url, &exchange->answer);
	enum MHD_Result result = send_answer(exchange, "GET");
	g_mutex_unlock(&exchange->server->world->lock);
	return result;
}

static enum MHD_Result serve(Exchange *exchange, const char *url, const char *method)
{
	bool is_post = g_str_equal(method, "POST");

	if (g_str_equal(url, "/control") && is_post)
		return serve_control(exchange);
	if (g_str_has_prefix(url, PICTURE_PATH) && g_str_equal(method, "GET"))
		return serve_picture(exchange, url);
	if (!g_str_equal(url, SERVER_PATH) && !g_str_equal(url, SERVER_PATH "/"))
		return send_text(exchange->connection, 404, "There is nothing here. ActiveSync is at " SERVER_PATH ".\n");
	if (!is_post && !g_str_equal(method, "OPTIONS"))
		return send_text(exchange->connection, 405, "ActiveSync takes OPTIONS and POST.\n");
	g_mutex_lock(&exchange->server->world->lock);
	enum MHD_Result result = go_on(exchange, method);
	g_mutex_unlock(&exchange->server->world->lock);
	return result;
}

static Exchange *exchange_new(Server *server, struct MHD_Connection *connection)
{
	Exchange *exchange = g_new0(Exchange, 1);

	exchange->server = server;
	exchange->connection = connection;
	exchange->upload = g_byte_array_new();
	exchange->answer.http = 200;
	exchange->answer.headers = g_ptr_array_new_with_free_func(g_free);
	return exchange;
}

/* Keeps the bytes, unless a fault lets no more of them in. */
static enum MHD_Result take_upload(Exchange *exchange, const char *method, const char *upload, size_t len)
{
	World *world = exchange->server->world;
	enum MHD_Result result = MHD_YES;

	g_mutex_lock(&world->lock);
	meet_fault(exchange, method);
	g_byte_array_append(exchange->upload, (const guint8 *)upload, (guint)len);
	const Fault *fault = exchange->request.fault;
	if (fault && fault->cut_in >= 0 && exchange->upload->len > fault->cut_in)
		result = send_reset(exchange, method);
	g_mutex_unlock(&world->lock);
	return result;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url, const char *method,
                                  const char *version, const char *upload, size_t *upload_len, void **exchange_at)
{
	(void)version;
	if (!*exchange_at) {
		*exchange_at = exchange_new(data, connection);
		return MHD_YES;
	}
	Exchange *exchange = *exchange_at;
	if (*upload_len == 0)
		return serve(exchange, url, method);
	if (exchange->upload->len + *upload_len > MAX_BODY)
		return MHD_NO;
	enum MHD_Result result = take_upload(exchange, method, upload, *upload_len);
	*upload_len = 0;
	return result;
}

static void on_completed(void *data, struct MHD_Connection *connection, void **exchange_at, enum MHD_RequestTerminationCode how)
{
	Exchange *exchange = *exchange_at;

	(void)data; (void)connection; (void)how;
	if (!exchange)
		return;
	request_clear(&exchange->request);
	answer_clear(&exchange->answer);
	g_byte_array_unref(exchange->upload);
	g_free(exchange);
	*exchange_at = NULL;
}

static struct MHD_Daemon *listen_on(Server *server, const Certs *certs, guint16 port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	return MHD_start_daemon(MHD_USE_TLS | MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME,
	                        port, NULL, NULL, on_request, server,
	                        MHD_OPTION_SOCK_ADDR, &address,
	                        MHD_OPTION_HTTPS_MEM_CERT, certs->server_pem,
	                        MHD_OPTION_HTTPS_MEM_KEY, certs->server_key_pem,
	                        MHD_OPTION_HTTPS_PRIORITIES, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2",
	                        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS,
	                        MHD_OPTION_CONNECTION_LIMIT, (unsigned)MAX_CONNECTIONS,
	                        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES,
	                        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL,
	                        MHD_OPTION_END);
}

Server *server_start(World *world, const Certs *certs, guint16 port, GError **err)
{
	Server *server = g_new0(Server, 1);

	server->world = world;
	server->parked = g_ptr_array_new_with_free_func(g_free);
	g_cond_init(&server->timer_moved);
	/* The control socket may deliver already. */
	g_mutex_lock(&world->lock);
	world->on_change = on_world_changed;
	world->on_change_data = server;
	g_mutex_unlock(&world->lock);
	server->timer = g_thread_new("timer", run_timer, server);
	server->daemon = listen_on(server, certs, port);
	if (server->daemon)
		return server;
	fail(err, ERR_IO, "cannot listen on port %d of 127.0.0.1: %s", port, g_strerror(errno));
	server_stop(server);
	return NULL;
}

void server_stop(Server *server)
{
	if (!server)
		return;
	g_mutex_lock(&server->world->lock);
	server->is_stopping = true;
	wake(server, true);
	g_cond_signal(&server->timer_moved);
	server->world->on_change = NULL;
	g_mutex_unlock(&server->world->lock);
	g_thread_join(server->timer);
	if (server->daemon)
		MHD_stop_daemon(server->daemon);
	g_ptr_array_unref(server->parked);
	g_cond_clear(&server->timer_moved);
	g_free(server);
}

guint16 server_port(const Server *server)
{
	return MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}
