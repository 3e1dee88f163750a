/* What tests/wire cannot show: the HTTP side, answers that are broken, slices. */
#include <string.h>

#include "base/error.h"
#include "base/limits.h"
#include "eas/eas.h"
#include "support/budget.h"
#include "support/scene.h"
#include "support/sink.h"
#include "support/xmlwb.h"
#include "wbxml/wbxml.h"

static Task *begin(Scene *scene)
{
	g_autoptr(GError) error = NULL;
	Task *task = eas_backend()->begin(eas_backend(), &scene->spec, &error);

	g_assert_no_error(error);
	return task;
}

static bool has_header(const HttpRequest *request, const char *line)
{
	return g_ptr_array_find_with_equal_func(request->headers, line, g_str_equal, NULL);
}

static void put_header(HttpResponse *response, const char *lower_name, const char *value)
{
	g_hash_table_insert(response->headers, g_strdup(lower_name), g_strdup(value));
}

/* Takes one answer to a task as it begins; what the sink heard is @log, if not NULL. */
static bool take_one(Scene *scene, const HttpResponse *response, char **ret_log, GError **err)
{
	g_auto(RecordSink) record = { 0 };
	g_autoptr(Task) task = begin(scene);
	g_autoptr(HttpRequest) request = task->ops->ask(task, err);
	Step step = STEP_DONE;

	g_assert_nonnull(request);
	record_sink_init(&record);
	bool is_fine = scene_take(task, response, &record.sink, 1, &step, err);
	if (ret_log)
		*ret_log = g_strdup(record.log->str);
	return is_fine;
}

/* ---- requests ---- */

static void test_request(void)
{
	g_auto(Scene) scene = { 0 };
	g_autoptr(GError) error = NULL;

	scene_init(&scene, TASK_FOLDERS, "16.1");
	scene.state->policy_key = g_strdup("3942919513");
	g_autoptr(Task) task = begin(&scene);
	g_autoptr(HttpRequest) request = task->ops->ask(task, &error);
	g_assert_cmpstr(request->method, ==, "POST");
	g_assert_cmpstr(request->url, ==, "https://mail.example.test/Microsoft-Server-ActiveSync?Cmd=FolderSync&"
	                "User=EXAMPLE%5Calice&DeviceId=00112233445566778899aabbccddeeff&DeviceType=Postern");
	g_assert_true(has_header(request, "MS-ASProtocolVersion: 16.1"));
	g_assert_true(has_header(request, "X-MS-PolicyKey: 3942919513"));
	g_assert_true(has_header(request, "Content-Type: application/vnd.ms-sync.wbxml"));
	g_assert_cmpint(request->lane, ==, LANE_COMMAND);
}

static void test_request_follows_the_mailbox(void)
{
	g_auto(Scene) scene = { 0 };
	g_autoptr(GError) error = NULL;

	scene_init(&scene, TASK_FOLDERS, NULL);
	scene.state->server_url = g_strdup("https://other.example.test/eas?tenant=7");
	g_free(scene.account->user_name);
	scene.account->user_name = g_strdup("ünal@example.test");
	g_autoptr(Task) task = begin(&scene);
	g_autoptr(HttpRequest) request = task->ops->ask(task, &error);
	g_assert_true(g_str_has_prefix(request->url, "https://other.example.test/eas?tenant=7&Cmd=FolderSync&"
	                               "User=%C3%BCnal%40example.test&"));
	g_assert_true(has_header(request, "X-MS-PolicyKey: 0"));
}

static void test_lanes_and_timeouts(void)
{
	static const struct { TaskKind kind; HttpLane lane; int at_least_s; } rows[] = {
		{ TASK_CONNECT, LANE_COMMAND, 10 },   { TASK_PAGE, LANE_COMMAND, 60 },
		{ TASK_PUSH_OPS, LANE_COMMAND, 60 },  { TASK_FETCH_BODY, LANE_FETCH, 60 },
		{ TASK_FETCH_MIME, LANE_FETCH, 60 },  { TASK_FETCH_PART, LANE_FETCH, 60 },
		{ TASK_LISTEN, LANE_PUSH, 1000 + 5 }, { TASK_ESTIMATE, LANE_COMMAND, 30 },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;

		scene_init(&scene, rows[i].kind, "14.1");
		scene_set_key(&scene, "7");
		scene.spec.server_id = scene.spec.reference = "5:1";
		scene.spec.heartbeat_s = 1000;
		g_autoptr(Task) task = begin(&scene);
		g_autoptr(HttpRequest) request = task->ops->ask(task, &error);
		g_assert_cmpint(request->lane, ==, rows[i].lane);
		g_assert_cmpint(request->timeout_s, >=, rows[i].at_least_s);
		g_assert_cmpint(has_header(request, "MS-ASAcceptMultiPart: T"), ==, rows[i].kind == TASK_FETCH_PART);
	}
}

/* What a task cannot do it says before it asks. */
static void test_begin_refuses(void)
{
	static const struct { TaskKind kind; FolderType type; ErrorKind error; const char *says; } rows[] = {
		{ TASK_PAGE,     FOLDER_DRAFTS, ERR_UNSUPPORTED, "ActiveSync 16.1" },
		{ TASK_PUSH_OPS, FOLDER_INBOX,  ERR_RESYNC,      "has to be synced before" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;

		scene_init(&scene, rows[i].kind, "14.1");
		scene.folder->type = rows[i].type;
		g_assert_null(eas_backend()->begin(eas_backend(), &scene.spec, &error));
		g_assert_true(error_is(error, rows[i].error));
		g_assert_nonnull(strstr(error->message, rows[i].says));
	}
}

/* ---- connect ---- */

static void test_connect(void)
{
	static const struct { const char *why, *versions, *in_use, *log; } rows[] = {
		{ "Exchange Online",   "16.1", NULL, "server versions=16.1 commands=Sync,Ping\nversion 16.1\n" },
		{ "Exchange 2019",     "2.5,12.0,12.1,14.0,14.1,16.0,16.1", NULL,
		  "server versions=2.5,12.0,12.1,14.0,14.1,16.0,16.1 commands=Sync,Ping\nversion 16.1\n" },
		{ "it tops at 16.0",   "12.1, 14.0, 14.1, 16.0", NULL, "server versions=12.1,14.0,14.1,16.0 commands=Sync,Ping\nversion 14.1\n" },
		{ "Exchange 2007",     "12.0,12.1", NULL, "server versions=12.0,12.1 commands=Sync,Ping\nversion 12.1\n" },
		{ "repeated lists",    "14.0,14.1,14.0,14.1", NULL, "server versions=14.0,14.1 commands=Sync,Ping\nversion 14.1\n" },
		{ "ours is kept",      "14.1,16.1", "14.1", "server versions=14.1,16.1 commands=Sync,Ping\nversion 14.1\n" },
		{ "ours is gone",      "16.1", "14.1", "server versions=16.1 commands=Sync,Ping\nversion 16.1\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;
		g_autoptr(HttpResponse) response = http_response_new(200, NULL);
		g_autofree char *log = NULL;

		g_test_message("%s", rows[i].why);
		scene_init(&scene, TASK_CONNECT, rows[i].in_use);
		put_header(response, "ms-asprotocolversions", rows[i].versions);
		put_header(response, "ms-asprotocolcommands", "Sync, Ping,Sync,");
		g_assert_true(take_one(&scene, response, &log, &error));
		g_assert_cmpstr(log, ==, rows[i].log);
	}
}

static void test_connect_refuses(void)
{
	static const struct { const char *why, *versions, *body; int status; ErrorKind kind; const char *says; } rows[] = {
		{ "too old",         "1.0,2.0,2.5", NULL,     200, ERR_UNSUPPORTED, "speaks ActiveSync 1.0,2.0,2.5 only" },
		{ "only 16.0",       "16.0",        NULL,     200, ERR_UNSUPPORTED, "speaks ActiveSync 16.0 only" },
		{ "another server",  NULL,          NULL,     200, ERR_UNSUPPORTED, "not as an ActiveSync server" },
		{ "a sign-in page",  NULL,          "<html>", 200, ERR_PROTOCOL,    "a web page came" },
		{ "wrong password",  NULL,          NULL,     401, ERR_SIGN_IN,     "the name or the password" },
		{ "wrong path",      NULL,          NULL,     404, ERR_NOT_FOUND,   "check the account's server URL" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) body = rows[i].body ? g_bytes_new(rows[i].body, strlen(rows[i].body)) : NULL;
		g_autoptr(HttpResponse) response = http_response_new(rows[i].status, body);

		g_test_message("%s", rows[i].why);
		scene_init(&scene, TASK_CONNECT, NULL);
		if (rows[i].versions)
			put_header(response, "ms-asprotocolversions", rows[i].versions);
		g_assert_false(take_one(&scene, response, NULL, &error));
		g_assert_true(error_is(error, rows[i].kind));
		g_assert_nonnull(strstr(error->message, rows[i].says));
	}
}

/* ---- the HTTP side of every answer ---- */

static void test_http_codes(void)
{
	static const struct { int status; ErrorKind kind; } rows[] = {
		{ 201, ERR_PROTOCOL },  { 204, ERR_PROTOCOL },    { 302, ERR_MOVED },       { 400, ERR_REQUEST },
		{ 401, ERR_SIGN_IN },   { 403, ERR_FORBIDDEN },   { 404, ERR_NOT_FOUND },   { 405, ERR_UNSUPPORTED },
		{ 413, ERR_LIMIT },     { 418, ERR_REQUEST },     { 429, ERR_THROTTLED },   { 449, ERR_PROVISION },
		{ 451, ERR_MOVED },     { 456, ERR_FORBIDDEN },   { 457, ERR_SIGN_IN },     { 500, ERR_SERVER },
		{ 501, ERR_UNSUPPORTED }, { 502, ERR_SERVER },    { 503, ERR_THROTTLED },   { 504, ERR_SERVER },
		{ 507, ERR_FULL },      { 599, ERR_SERVER },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;
		g_autoptr(HttpResponse) response = http_response_new(rows[i].status, NULL);

		g_test_message("%d", rows[i].status);
		scene_init(&scene, TASK_FOLDERS, "14.1");
		g_assert_false(take_one(&scene, response, NULL, &error));
		g_assert_cmpstr(error_kind_name(error_kind(error)), ==, error_kind_name(rows[i].kind));
	}
}

static void test_http_headers(void)
{
	static const struct { int status; const char *name, *value, *log, *says; } rows[] = {
		{ 451, "x-ms-location", "https://b.example.test/eas", "moved https://b.example.test/eas\n", "another server" },
		{ 401, "x-ms-location", "https://b.example.test/eas", "", "password" },
		{ 503, "x-ms-credentials-expire", "12", "password_expires 12\n", "busy" },
		{ 503, "x-ms-credentials-expire", "soon", "", "busy" },
		{ 457, "x-ms-credential-service-url", "https://pw.example.test", "", "change it at https://pw.example.test" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;
		g_autoptr(HttpResponse) response = http_response_new(rows[i].status, NULL);
		g_autofree char *log = NULL;

		scene_init(&scene, TASK_FOLDERS, "14.1");
		put_header(response, rows[i].name, rows[i].value);
		g_assert_false(take_one(&scene, response, &log, &error));
		g_assert_cmpstr(log, ==, rows[i].log);
		g_assert_nonnull(strstr(error->message, rows[i].says));
	}
}

/* SOGo answers a sync key of another server's shape with 501: that is a lost key, not a missing command. */
static void test_sync_501(void)
{
	static const struct { const char *key; ErrorKind kind; } rows[] = { { "12-90", ERR_RESYNC }, { "0", ERR_UNSUPPORTED } };

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;
		g_autoptr(HttpResponse) response = http_response_new(501, NULL);

		scene_init(&scene, TASK_PAGE, "14.1");
		scene_set_key(&scene, rows[i].key);
		g_assert_false(take_one(&scene, response, NULL, &error));
		g_assert_true(error_is(error, rows[i].kind));
	}
}

static void test_foreign_bodies(void)
{
	static const struct { const char *why, *type, *body, *says; } rows[] = {
		{ "an HTML page",    "text/html; charset=utf-8", "hello",        "a web page came instead of an answer from ActiveSync" },
		{ "HTML, no type",   NULL,                       "<!DOCTYPE html>", "a web page came" },
		{ "JSON",            "application/json",         "{\"a\":1}",    "this is not WBXML" },
		{ "another command", "application/vnd.ms-sync.wbxml", "\x03\x01\x6a\x01\x00\x05", "answers with Sync where FolderSync belongs" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;
		size_t len = strlen(rows[i].body);
		g_autoptr(GBytes) body = i == 3 ? g_bytes_new("\x03\x01\x6a\x00\x05", 5) : g_bytes_new(rows[i].body, len);
		g_autoptr(HttpResponse) response = http_response_new(200, body);

		g_test_message("%s", rows[i].why);
		scene_init(&scene, TASK_FOLDERS, "14.1");
		if (rows[i].type)
			put_header(response, "content-type", rows[i].type);
		g_assert_false(take_one(&scene, response, NULL, &error));
		g_assert_true(error_is(error, ERR_PROTOCOL));
		g_assert_nonnull(strstr(error->message, rows[i].says));
	}
}

/* ---- pages ---- */

static GBytes *page_sample(void)
{
	g_autofree char *path = xmlwb_path("wire/exchange-16.1/page.1.resp.xml");

	return xmlwb_encode_file(path);
}

/* Cut at any byte, a page fails as one that cannot be understood, and never ends as a page. */
static void test_page_cut(void)
{
	g_autoptr(GBytes) whole = page_sample();
	const uint8_t *bytes = g_bytes_get_data(whole, NULL);

	for (gsize len = 1; len < g_bytes_get_size(whole); len++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) body = g_bytes_new(bytes, len);
		g_autoptr(HttpResponse) response = http_response_new(200, body);
		g_autofree char *log = NULL;

		scene_init(&scene, TASK_PAGE, "16.1");
		scene_set_key(&scene, "7");
		g_assert_false(take_one(&scene, response, &log, &error));
		g_assert_true(error_is(error, ERR_PROTOCOL));
		g_assert_null(strstr(log, "page_end"));
	}
}

/* The same for what is asked after a push: no op is settled by half an answer. */
static void test_push_cut(void)
{
	g_autofree char *path = xmlwb_path("wire/exchange-16.1/push-ops.1.resp.xml");
	g_autoptr(GBytes) whole = xmlwb_encode_file(path);

	for (gsize len = 1; len < g_bytes_get_size(whole); len++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) body = g_bytes_new(g_bytes_get_data(whole, NULL), len);
		g_autoptr(HttpResponse) response = http_response_new(200, body);
		g_autofree char *log = NULL;

		scene_init(&scene, TASK_PUSH_OPS, "16.1");
		scene_set_key(&scene, "50");
		g_assert_false(take_one(&scene, response, &log, &error));
		g_assert_true(error_is(error, ERR_PROTOCOL));
		g_assert_cmpstr(log, ==, "");
	}
}

/* A page of @count small mails. */
static GBytes *page_of(unsigned count)
{
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	wbxml_open(writer, WBXML_AirSync_Sync);
	wbxml_open(writer, WBXML_AirSync_Collections);
	wbxml_open(writer, WBXML_AirSync_Collection);
	wbxml_text(writer, WBXML_AirSync_SyncKey, "8");
	wbxml_int(writer, WBXML_AirSync_Status, 1);
	wbxml_open(writer, WBXML_AirSync_Commands);
	for (unsigned i = 0; i < count; i++) {
		wbxml_open(writer, WBXML_AirSync_Add);
		wbxml_int(writer, WBXML_AirSync_ServerId, i + 1);
		wbxml_open(writer, WBXML_AirSync_ApplicationData);
		wbxml_text(writer, WBXML_Email_Subject, "Hello");
		wbxml_close(writer);
		wbxml_close(writer);
	}
	for (int i = 0; i < 4; i++)
		wbxml_close(writer);
	return wbxml_writer_finish(writer);
}

/* However it is sliced, each item is given once, no slice is much larger than asked, and the page ends once. */
static void test_page_slices(void)
{
	static const unsigned budgets[] = { 1, 7, 32, 512, 0 };

	for (size_t i = 0; i < G_N_ELEMENTS(budgets); i++) {
		g_auto(Scene) scene = { 0 };
		g_auto(RecordSink) record = { 0 };
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) body = page_of(512);
		g_autoptr(HttpResponse) response = http_response_new(200, body);
		Step step = STEP_DONE;

		scene_init(&scene, TASK_PAGE, "16.1");
		scene_set_key(&scene, "7");
		record_sink_init(&record);
		g_autoptr(Task) task = begin(&scene);
		http_request_free(task->ops->ask(task, &error));
		g_assert_true(task->ops->take(task, response, &record.sink, &step, &error));
		g_assert_cmpint(step, ==, STEP_MORE);
		while (step == STEP_MORE) {
			unsigned before = record.messages;
			g_assert_true(task->ops->chunk(task, &record.sink, budgets[i], &step, &error));
			g_assert_cmpuint(record.messages - before, <=, MAX(budgets[i], 1));
		}
		g_assert_cmpuint(record.messages, ==, 512);
		g_assert_true(g_str_has_suffix(record.log->str, "page_end key=8 more=0\n"));
	}
}

/* ---- long lists ---- */

/* A page of one mail with a great many categories. */
static GBytes *many_categories(void)
{
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	wbxml_open(writer, WBXML_AirSync_Sync);
	wbxml_open(writer, WBXML_AirSync_Collections);
	wbxml_open(writer, WBXML_AirSync_Collection);
	wbxml_text(writer, WBXML_AirSync_SyncKey, "8");
	wbxml_open(writer, WBXML_AirSync_Commands);
	wbxml_open(writer, WBXML_AirSync_Add);
	wbxml_text(writer, WBXML_AirSync_ServerId, "5:1");
	wbxml_open(writer, WBXML_AirSync_ApplicationData);
	wbxml_open(writer, WBXML_Email_Categories);
	for (int i = 0; i < 300000; i++)
		wbxml_text(writer, WBXML_Email_Category, "Red");
	for (int i = 0; i < 7; i++)
		wbxml_close(writer);
	return wbxml_writer_finish(writer);
}

static GBytes *many_addresses(void)
{
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	wbxml_open(writer, WBXML_Settings_Settings);
	wbxml_open(writer, WBXML_Settings_UserInformation);
	wbxml_open(writer, WBXML_Settings_Get);
	wbxml_open(writer, WBXML_Settings_EmailAddresses);
	for (int i = 0; i < 100000; i++) {
		g_autofree char *address = g_strdup_printf("alice%d@example.test", i);
		wbxml_text(writer, WBXML_Settings_SMTPAddress, address);
	}
	for (int i = 0; i < 4; i++)
		wbxml_close(writer);
	return wbxml_writer_finish(writer);
}

static char *many_versions(void)
{
	GString *list = g_string_new("14.1");

	for (int i = 0; list->len < LIMIT_HTTP_HEADER_BYTES; i++)
		g_string_append_printf(list, ",%x", i);
	return g_string_free(list, FALSE);
}

/* Whatever is repeated in an answer costs what its length costs. */
static void test_long_lists(void)
{
	static const struct { TaskKind kind; GBytes *(*body)(void); } rows[] = {
		{ TASK_PAGE, many_categories }, { TASK_DEVICE, many_addresses }, { TASK_CONNECT, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) body = rows[i].body ? rows[i].body() : NULL;
		g_autoptr(HttpResponse) response = http_response_new(200, body);
		g_autofree char *versions = many_versions();

		scene_init(&scene, rows[i].kind, "14.1");
		scene_set_key(&scene, "7");
		put_header(response, "ms-asprotocolversions", versions);
		gint64 begin_us = budget_cpu_us();
		g_assert_true(take_one(&scene, response, NULL, &error));
		g_test_message("task %d: %" G_GINT64_FORMAT " us", rows[i].kind, budget_cpu_us() - begin_us);
		budget_assert_kept(begin_us);
	}
}

/* What no mail has so many of, or so long, is cut; the mail itself comes. */
static void test_item_limits(void)
{
	g_auto(Scene) scene = { 0 };
	g_auto(RecordSink) record = { 0 };
	g_autoptr(GError) error = NULL;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();
	g_autofree char *subject = g_strnfill(LIMIT_MIME_HEADER_BYTES + 5, 's');
	Step step = STEP_DONE;

	wbxml_open(writer, WBXML_AirSync_Sync);
	wbxml_open(writer, WBXML_AirSync_Collections);
	wbxml_open(writer, WBXML_AirSync_Collection);
	wbxml_open(writer, WBXML_AirSync_Commands);
	wbxml_open(writer, WBXML_AirSync_Add);
	wbxml_text(writer, WBXML_AirSync_ServerId, "5:1");
	wbxml_open(writer, WBXML_AirSync_ApplicationData);
	wbxml_text(writer, WBXML_Email_Subject, subject);
	wbxml_open(writer, WBXML_AirSyncBase_Attachments);
	for (int i = 0; i < LIMIT_MIME_PARTS + 1; i++) {
		wbxml_open(writer, WBXML_AirSyncBase_Attachment);
		wbxml_text(writer, WBXML_AirSyncBase_DisplayName, "a.pdf");
		wbxml_close(writer);
	}
	for (int i = 0; i < 7; i++)
		wbxml_close(writer);
	g_autoptr(GBytes) body = wbxml_writer_finish(writer);
	g_autoptr(HttpResponse) response = http_response_new(200, body);

	scene_init(&scene, TASK_PAGE, "14.1");
	scene_set_key(&scene, "7");
	record_sink_init(&record);
	g_autoptr(Task) task = begin(&scene);
	http_request_free(task->ops->ask(task, &error));
	g_assert_true(scene_take(task, response, &record.sink, 1, &step, &error));
	g_auto(GStrv) parts = g_strsplit(record.log->str, "a.pdf", -1);
	g_auto(GStrv) letters = g_strsplit(record.log->str, "s", -1);
	g_assert_cmpuint(g_strv_length(parts) - 1, ==, LIMIT_MIME_PARTS);
	g_assert_cmpuint(g_strv_length(letters), <, LIMIT_MIME_HEADER_BYTES + 10000);
}

/* A page may have what its window was asked for, and nothing else more than lists. */
static void test_answer_limits(void)
{
	static const struct { TaskKind kind; int window; size_t max_bytes; } rows[] = {
		{ TASK_PAGE, 512, LIMIT_HTTP_SMALL_BYTES + 512 * 200 * 1024 },
		{ TASK_PAGE, 32, LIMIT_HTTP_SMALL_BYTES + 32 * 200 * 1024 },
		{ TASK_PUSH_OPS, 0, LIMIT_HTTP_SMALL_BYTES },
		{ TASK_FOLDERS, 0, LIMIT_HTTP_SMALL_BYTES },
		{ TASK_FETCH_MIME, 0, LIMIT_HTTP_BODY_BYTES },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;

		scene_init(&scene, rows[i].kind, "14.1");
		scene_set_key(&scene, "7");
		scene.spec.window = rows[i].window;
		g_autoptr(Task) task = begin(&scene);
		g_autoptr(HttpRequest) request = task->ops->ask(task, &error);
		g_assert_cmpuint(request->max_bytes, ==, rows[i].max_bytes);
	}
}

/* ---- fetching ---- */

/* Whether an answer comes in parts is told by its type alone. */
static void test_fetch_parts(void)
{
	static const struct { TaskKind kind; const char *log; } rows[] = {
		{ TASK_FETCH_PART, "fetched kind=0 bytes=16 type=application/octet-stream\n" },
		{ TASK_FETCH_BODY, "fetched kind=1 bytes=12 type=-\n" },
	};
	g_autofree char *path = xmlwb_path("wire/samples/21-itemoperations-multipart.hex");
	g_autofree char *hex = NULL;

	g_assert_true(g_file_get_contents(path, &hex, NULL, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) body = xmlwb_unhex(hex);
		g_autoptr(HttpResponse) response = http_response_new(200, body);
		g_autofree char *log = NULL;

		scene_init(&scene, rows[i].kind, "16.1");
		scene.spec.server_id = scene.spec.reference = "x";
		g_assert_false(take_one(&scene, response, NULL, NULL));
		put_header(response, "content-type", "application/vnd.ms-sync.multipart");
		g_assert_true(take_one(&scene, response, &log, &error));
		g_assert_cmpstr(log, ==, rows[i].log);
	}
}

/* ---- sending ---- */

/* Before 14.0 the message is the body, and a reply that must not get the original cannot be asked for. */
static void test_send_as_mail(void)
{
	static const struct { const char *name, *version; SendForm form; bool wants_copy, adds_original; const char *query; } rows[] = {
		{ "mail",          "12.1", SEND_MAIL,    true,  false, "?Cmd=SendMail&U" },
		{ "no copy",       "12.1", SEND_MAIL,    false, false, "?Cmd=SendMail&U" },
		{ "reply",         "12.1", SEND_REPLY,   true,  true,  "?Cmd=SmartReply&U" },
		{ "forward",       "12.1", SEND_FORWARD, true,  true,  "?Cmd=SmartForward&U" },
		{ "whole reply",   "12.1", SEND_REPLY,   true,  false, NULL },
		{ "whole forward", "12.1", SEND_FORWARD, true,  false, NULL },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;
		scene_init(&scene, TASK_SEND, rows[i].version);
		scene.send.form = rows[i].form;
		scene.send.wants_copy = rows[i].wants_copy;
		scene.send.adds_original = rows[i].adds_original;
		g_autoptr(Task) task = eas_backend()->begin(eas_backend(), &scene.spec, &error);
		g_assert_cmpint(task != NULL, ==, rows[i].query != NULL);
		if (!task) {
			g_assert_true(error_is(error, ERR_UNSUPPORTED));
			continue;
		}
		g_autoptr(HttpRequest) request = task->ops->ask(task, &error);
		g_assert_nonnull(strstr(request->url, rows[i].query));
		g_assert_cmpint(strstr(request->url, "&SaveInSent=T") != NULL, ==, rows[i].wants_copy);
		g_assert_cmpint(strstr(request->url, "&ItemId=5%3A101&CollectionId=5") != NULL, ==, rows[i].form != SEND_MAIL);
		g_assert_true(has_header(request, "Content-Type: message/rfc822"));
		g_assert_true(g_bytes_equal(request->body, scene.send.mime));
		g_assert_true(request->is_once);
	}
}

/* What says something of the message goes to the sink; what stood in its way fails the task. */
static void test_send_codes(void)
{
	static const struct { int http; const char *fails, *log; } rows[] = {
		{ 200, NULL,        "" },
		{ 400, NULL,        "send_refused request: the server finds our request malformed (HTTP 400)\n" },
		{ 413, NULL,        "send_refused limit: this is too large for the server (HTTP 413)\n" },
		{ 507, NULL,        "send_refused full: the mailbox on the server is full; delete something there (HTTP 507)\n" },
		{ 401, "sign_in",   "" },
		{ 403, "forbidden", "" },
		{ 449, "provision", "" },
		{ 500, "server",    "" },
		{ 503, "throttled", "" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(Scene) scene = { 0 };
		g_autoptr(GError) error = NULL;
		g_autoptr(HttpResponse) response = http_response_new(rows[i].http, NULL);
		g_autofree char *log = NULL;
		scene_init(&scene, TASK_SEND, "12.1");
		g_assert_cmpint(take_one(&scene, response, &log, &error), ==, rows[i].fails == NULL);
		g_assert_cmpstr(log, ==, rows[i].log);
		g_assert_cmpstr(error ? error_kind_name(error_kind(error)) : NULL, ==, rows[i].fails);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/eas/request", test_request);
	g_test_add_func("/eas/request-follows-the-mailbox", test_request_follows_the_mailbox);
	g_test_add_func("/eas/lanes-and-timeouts", test_lanes_and_timeouts);
	g_test_add_func("/eas/begin-refuses", test_begin_refuses);
	g_test_add_func("/eas/connect", test_connect);
	g_test_add_func("/eas/connect-refuses", test_connect_refuses);
	g_test_add_func("/eas/http-codes", test_http_codes);
	g_test_add_func("/eas/http-headers", test_http_headers);
	g_test_add_func("/eas/sync-501", test_sync_501);
	g_test_add_func("/eas/foreign-bodies", test_foreign_bodies);
	g_test_add_func("/eas/page-cut", test_page_cut);
	g_test_add_func("/eas/push-cut", test_push_cut);
	g_test_add_func("/eas/page-slices", test_page_slices);
	g_test_add_func("/eas/long-lists", test_long_lists);
	g_test_add_func("/eas/item-limits", test_item_limits);
	g_test_add_func("/eas/answer-limits", test_answer_limits);
	g_test_add_func("/eas/fetch-parts", test_fetch_parts);
	g_test_add_func("/eas/send-as-mail", test_send_as_mail);
	g_test_add_func("/eas/send-codes", test_send_codes);
	return g_test_run();
}
