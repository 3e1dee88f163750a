/* OPTIONS: which versions and commands the server knows ([MS-ASHTTP] 2.2.3), and which version we
 * take. */
#include "base/error.h"
#include "base/i18n.h"
#include "eas/reply.h"
#include "eas/request.h"
#include "eas/task.h"

enum { OPTIONS_TIMEOUT_S = 30 };

static HttpRequest *connect_ask(Task *task, GError **err)
{
	const Work *work = (const Work *)task;
	HttpRequest *request = http_request_new("OPTIONS", request_server_url(&work->spec));

	(void)err;
	request->timeout_s = OPTIONS_TIMEOUT_S;
	return request;
}

/* The comma list without blanks and without repetitions: Office 365 was seen to send it twice. */
static char *list_once(const char *header)
{
	g_auto(GStrv) items = g_strsplit(header, ",", -1);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) kept = g_ptr_array_new();

	for (char **item = items; *item; item++) {
		g_strstrip(*item);
		if (**item && g_hash_table_add(seen, *item))
			g_ptr_array_add(kept, *item);
	}
	g_ptr_array_add(kept, NULL);
	return g_strjoinv(",", (char **)kept->pdata);
}

static bool list_has(const char *list, const char *item)
{
	g_auto(GStrv) items = g_strsplit(list, ",", -1);

	return g_strv_contains((const char *const *)items, item);
}

/* The version in use stays while it is offered, for another one means to sync everything again.
 * Else the best that we speak; a server that tops at 16.0 is spoken to in 14.1. */
static const char *version_choose(const char *offered, const char *in_use)
{
	static const char *const spoken[] = { "16.1", "14.1", "14.0", "12.1" };

	for (size_t i = 0; i < G_N_ELEMENTS(spoken); i++)
		if (g_strcmp0(in_use, spoken[i]) == 0 && list_has(offered, spoken[i]))
			return spoken[i];
	for (size_t i = 0; i < G_N_ELEMENTS(spoken); i++)
		if (list_has(offered, spoken[i]))
			return spoken[i];
	return NULL;
}

static bool connect_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                         GError **err)
{
	const Work *work = (const Work *)task;
	const char *header = http_response_header(response, "MS-ASProtocolVersions");
	const char *commands = http_response_header(response, "MS-ASProtocolCommands");

	/* Headers count, whatever page may follow them. */
	if ((response->status != 200 || !header) && !reply_check(response, sink, err))
		return false;
	if (!header)
		return fail(err, ERR_UNSUPPORTED,
		            _("%s answers, but not as an ActiveSync server; check the account's "
		              "server URL"),
		            request_server_url(&work->spec));

	g_autofree char *offered = list_once(header);
	g_autofree char *known = list_once(commands ? commands : "");
	const char *version = version_choose(offered, work->spec.state->version);
	if (!version)
		return fail(err, ERR_UNSUPPORTED,
		            _("the server speaks ActiveSync %s only; we need 12.1 or later"),
		            offered);
	sink->ops->server(sink, offered, known);
	sink->ops->version(sink, version);
	*ret_step = STEP_DONE;
	return true;
}

static void connect_free(Task *task)
{
	g_free(task);
}

Task *eas_connect_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = connect_ask,
		                     .take = connect_take,
		                     .free = connect_free };

	(void)err;
	return work_new(sizeof(Work), &ops, spec);
}
