#include "eas/request.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

/* Both are shown to the server's administrator and never change ([MS-ASHTTP]: else it is another
 * device). */
#define DEVICE_TYPE "Postern"

enum { COMMAND_TIMEOUT_S = 120, VERSION_GUESS = 141 };

int request_version(const AccountState *state)
{
	int64_t major, minor;

	if (!state->version)
		return VERSION_GUESS;
	g_auto(GStrv) parts = g_strsplit(state->version, ".", 2);
	if (!text_to_int(parts[0], 0, 99, &major) || !text_to_int(parts[1], 0, 9, &minor))
		return VERSION_GUESS;
	return (int)(10 * major + minor);
}

const char *request_server_url(const TaskSpec *spec)
{
	return spec->state->server_url ? spec->state->server_url : spec->account->server_url;
}

static char *command_url(const TaskSpec *spec, const char *command, const char *query)
{
	const char *server = request_server_url(spec);
	g_autofree char *user = g_uri_escape_string(spec->account->user_name, NULL, FALSE);

	return g_strdup_printf("%s%cCmd=%s&User=%s&DeviceId=%s&DeviceType=" DEVICE_TYPE "%s",
	                       server, strchr(server, '?') ? '&' : '?', command, user,
	                       spec->state->device_id, query);
}

/* Without type and body. Most of what comes is lists, and a list that does not end shall not fill
 * the memory first. */
static HttpRequest *request_bare(const TaskSpec *spec, const char *url, const char *policy_key)
{
	const AccountState *state = spec->state;
	HttpRequest *request = http_request_new("POST", url);

	http_request_header(request, "MS-ASProtocolVersion",
	                    state->version ? state->version : "14.1");
	if (!policy_key)
		policy_key = state->policy_key ? state->policy_key : "0";
	http_request_header(request, "X-MS-PolicyKey", policy_key);
	request->timeout_s = COMMAND_TIMEOUT_S;
	request->lane = LANE_COMMAND;
	request->max_bytes = LIMIT_HTTP_SMALL_BYTES;
	return request;
}

HttpRequest *request_new(const TaskSpec *spec, const char *command, const char *policy_key,
                         WbxmlWriter *writer)
{
	g_autofree char *url = command_url(spec, command, "");
	HttpRequest *request = request_bare(spec, url, policy_key);

	http_request_header(request, "Content-Type", "application/vnd.ms-sync.wbxml");
	request->body = wbxml_writer_finish(writer);
	return request;
}

HttpRequest *request_new_mail(const TaskSpec *spec, const char *command, const char *query,
                              GBytes *mime)
{
	g_autofree char *url = command_url(spec, command, query);
	HttpRequest *request = request_bare(spec, url, NULL);

	http_request_header(request, "Content-Type", "message/rfc822");
	request->body = g_bytes_ref(mime);
	return request;
}
