#include "exsim/answer.h"
#include "exsim/manners.h"

#include <string.h>

#include "base/text.h"

typedef struct {
	const char *name;
	WbxmlTag    root, status;
	int         first_version;
	bool        unprovisioned;
	void      (*answer)(Request *request, Answer *answer);
} Command;

static const Command commands[] = {
#define COMMAND(name, root, status, first, unprovisioned, function) \
	{ #name, WBXML_##root, WBXML_##status, first, unprovisioned, function },
#include "exsim/commands.def"
#undef COMMAND
};

static const Command *command_named(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		if (g_strcmp0(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

char *answer_command_names(const World *world)
{
	g_autoptr(GString) names = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
		if (!manners_hide(world, commands[i].name))
			g_string_append_printf(names, "%s%s", names->len ? "," : "", commands[i].name);
	return g_strdup(names->str);
}

void request_clear(Request *request)
{
	g_clear_pointer(&request->cmd, g_free);
	g_clear_pointer(&request->body, g_bytes_unref);
	g_clear_pointer(&request->root, element_free);
	g_clear_pointer(&request->digest, g_free);
	g_clear_pointer(&request->folder_id, g_free);
	g_clear_pointer(&request->item_id, g_free);
	g_clear_pointer(&request->fault, fault_free);
}

void answer_clear(Answer *answer)
{
	g_clear_pointer(&answer->body, g_bytes_unref);
	g_clear_pointer(&answer->headers, g_ptr_array_unref);
	g_clear_pointer(&answer->sync_key, g_free);
	g_clear_pointer(&answer->folders, g_free);
}

void answer_take(Answer *answer, WbxmlWriter *writer, int status)
{
	g_clear_pointer(&answer->body, g_bytes_unref);
	answer->body = wbxml_writer_finish(writer);
	answer->content_type = "application/vnd.ms-sync.wbxml";
	answer->status = status;
}

/* [MS-ASCMD] 2.2.2: statuses from 101 on came with 14.0; before, HTTP codes stood for them. */
static int http_code_of(int status)
{
	switch (status) {
	case 110: case 111: return 500;
	case 137: case 138: return 501;
	case 140: case 141: case 142: case 143: case 144: return 449;
	case 113: case 115: return 507;
	case 122: return 413;
	case 119: return 400;
	case 126: case 129: case 130: return 403;
	case 150: return 500;
	default: return status > 100 && status < 110 ? 400 : 0;
	}
}

void answer_with_status(const Request *request, int status, Answer *answer)
{
	const Command *command = command_named(request->cmd);
	int code = http_code_of(status);
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	if (!command || (request->version < 140 && code)) {
		answer->http = code ? code : 501;
		answer->status = status;
		return;
	}
	wbxml_open(writer, command->root);
	wbxml_int(writer, command->status, status);
	wbxml_close(writer);
	answer_take(answer, writer, status);
}

static bool is_throttled(Request *request, Answer *answer)
{
	World *world = request->world;

	if (world->options.throttle_per_minute == 0)
		return false;
	if (request->began_ms - request->device->minute_began_ms >= 60000) {
		request->device->minute_began_ms = request->began_ms;
		request->device->minute_count = 0;
	}
	if (++request->device->minute_count <= world->options.throttle_per_minute)
		return false;
	answer->http = 503;
	g_ptr_array_add(answer->headers, g_strdup("Retry-After: 5"));
	g_ptr_array_add(answer->headers, g_strdup("X-MS-ASThrottle: CommandFrequency"));
	return true;
}

/* [MS-ASPROV] 140 wipe ordered, 142 never provisioned, 144 with another key than ours. 0: go on. */
static int provision_status(const Request *request)
{
	const Device *device = request->device;

	if (device->wipe != WIPE_NONE)
		return 140;
	if (!request->world->options.require_provision)
		return 0;
	if (device->policy_key != 0 && request->policy_key == device->policy_key)
		return 0;
	return request->policy_key == 0 || device->policy_key == 0 ? 142 : 144;
}

static bool read_body(Request *request, Answer *answer)
{
	g_autoptr(GError) err = NULL;

	if (request->root || g_bytes_get_size(request->body) == 0 || request->is_mime)
		return true;
	request->root = element_read(request->body, &err);
	if (!request->root)
		answer_with_status(request, 102, answer);
	return request->root != NULL;
}

void answer_request(Request *request, Answer *answer)
{
	const Command *command = command_named(request->cmd);

	if (!command || manners_lack(request->world, request->cmd)) {
		answer_with_status(request, 137, answer);
		return;
	}
	if (!request->is_counted && is_throttled(request, answer))
		return;
	request->is_counted = true;
	if (!command->unprovisioned && provision_status(request) != 0) {
		answer_with_status(request, provision_status(request), answer);
		return;
	}
	if (!read_body(request, answer))
		return;
	if (request->root && request->root->tag != command->root)
		answer_with_status(request, 103, answer);
	else
		command->answer(request, answer);
}
