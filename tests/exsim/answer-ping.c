/* Ping. Source: [MS-ASCMD] 2.2.1.13. The server remembers folders and heartbeat, so that a body may be left out. */
#include <string.h>

#include "exsim/answer.h"

static void remember(Device *device, const Element *root)
{
	const Element *folders = element_child(root, WBXML_Ping_Folders);

	device->ping_heartbeat_s = (int)element_int(root, WBXML_Ping_HeartbeatInterval, device->ping_heartbeat_s);
	if (!folders)
		return;
	g_autoptr(GPtrArray) ids = g_ptr_array_new();
	for (guint i = 0; i < folders->children->len; i++) {
		const char *id = element_text(g_ptr_array_index(folders->children, i), WBXML_Ping_Id);
		g_ptr_array_add(ids, g_strdup(id ? id : ""));
	}
	g_ptr_array_add(ids, NULL);
	g_strfreev(device->ping_folders);
	device->ping_folders = (char **)g_ptr_array_steal(ids, NULL);
}

static void answer_with_number(int status, WbxmlTag tag, int64_t number, Answer *answer)
{
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();

	wbxml_open(w, WBXML_Ping_Ping);
	wbxml_int(w, WBXML_Ping_Status, status);
	wbxml_int(w, tag, number);
	wbxml_close(w);
	answer_take(answer, w, status);
}

/* What is wrong with what the device asks; true: it was answered. */
static bool refuse(Request *request, Answer *answer)
{
	const Device *device = request->device;
	const WorldOptions *o = &request->world->options;
	guint folders = device->ping_folders ? g_strv_length(device->ping_folders) : 0;

	if (folders == 0 || device->ping_heartbeat_s == 0)
		answer_with_status(request, 3, answer);
	else if (device->ping_heartbeat_s < o->heartbeat_min_s)
		answer_with_number(5, WBXML_Ping_HeartbeatInterval, o->heartbeat_min_s, answer);
	else if (device->ping_heartbeat_s > o->heartbeat_max_s)
		answer_with_number(5, WBXML_Ping_HeartbeatInterval, o->heartbeat_max_s, answer);
	else if (folders > (guint)o->max_ping_folders)
		answer_with_number(6, WBXML_Ping_MaxFolders, o->max_ping_folders, answer);
	else
		return false;
	return true;
}

/* True if a FolderSync is due: a folder it asks about is gone, or the tree changed behind its back. */
static bool tree_has_changed(const Request *request)
{
	for (guint i = 0; request->device->ping_folders[i]; i++)
		if (!user_collection(request->user, request->device->ping_folders[i]))
			return true;
	return folders_are_behind(request->user, request->device);
}

static void answer_with_folders(const GPtrArray *ids, Answer *answer)
{
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();

	wbxml_open(w, WBXML_Ping_Ping);
	wbxml_text(w, WBXML_Ping_Status, "2");
	wbxml_open(w, WBXML_Ping_Folders);
	for (guint i = 0; i < ids->len; i++)
		wbxml_text(w, WBXML_Ping_Folder, g_ptr_array_index(ids, i));
	wbxml_close(w);
	wbxml_close(w);
	answer_take(answer, w, 2);
}

static GPtrArray *changed_folders(const Request *request)
{
	GPtrArray *ids = g_ptr_array_new();

	for (guint i = 0; request->device->ping_folders[i]; i++) {
		char *id = request->device->ping_folders[i];
		if (sync_is_behind(request->world, request->device, user_collection(request->user, id)))
			g_ptr_array_add(ids, id);
	}
	return ids;
}

void answer_ping(Request *request, Answer *answer)
{
	Device *device = request->device;

	if (request->root)
		remember(device, request->root);
	g_free(answer->folders);
	answer->folders = device->ping_folders ? g_strjoinv(",", device->ping_folders) : NULL;
	if (refuse(request, answer))
		return;
	if (tree_has_changed(request)) {
		answer_with_status(request, 7, answer);
		return;
	}
	g_autoptr(GPtrArray) changed = changed_folders(request);
	int64_t until_ms = request->began_ms + (int64_t)device->ping_heartbeat_s * 1000;
	if (changed->len > 0)
		answer_with_folders(changed, answer);
	else if (clock_uptime_ms(request->world->clock) < until_ms)
		answer->wait_until_ms = until_ms;
	else
		answer_with_status(request, 1, answer);
}
