/* FolderSync: the folder list, whole with key 0, else what changed since the key. */
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "eas/reply.h"
#include "eas/request.h"
#include "eas/task.h"

typedef struct {
	Work     work;
	char    *key;             /* to ask with */
	/* Of the answer being read. */
	Sink    *sink;
	char    *new_key;
	int64_t  status;
	unsigned folders;
} Folders;

static HttpRequest *folders_ask(Task *task, GError **err)
{
	Folders *self = (Folders *)task;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	wbxml_open(writer, WBXML_FolderHierarchy_FolderSync);
	wbxml_text(writer, WBXML_FolderHierarchy_SyncKey, self->key);
	wbxml_close(writer);
	return request_new(&self->work.spec, "FolderSync", NULL, writer);
}

static bool take_property(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Folder *folder = into;
	int64_t type = FOLDER_UNKNOWN;

	switch (tag) {
	case WBXML_FolderHierarchy_ServerId:
		return reply_text(reader, &folder->server_id, err);
	case WBXML_FolderHierarchy_ParentId:
		return reply_text(reader, &folder->parent_server_id, err);
	case WBXML_FolderHierarchy_DisplayName:
		return reply_line(reader, &folder->name, err);
	case WBXML_FolderHierarchy_Type:
		if (!reply_int(reader, FOLDER_GENERIC, FOLDER_RECIPIENTS, &type, err))
			return false;
		folder->type = (FolderType)type;
		return true;
	default:
		return wbxml_reader_skip(reader, err);
	}
}

/* A folder without an id cannot be asked for, so it is none. */
static bool take_folder(Folders *self, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	g_autoptr(Folder) folder = folder_new();

	if (!reply_walk(reader, take_property, folder, err))
		return false;
	if (++self->folders > LIMIT_FOLDERS)
		return fail(err, ERR_LIMIT,
		            _("the mailbox has more than %d folders; Postern can read it once "
		              "some are removed"),
		            LIMIT_FOLDERS);
	if (!folder->server_id || !*folder->server_id)
		return true;
	if (tag == WBXML_FolderHierarchy_Delete) {
		self->sink->ops->folder_gone(self->sink, folder->server_id);
		return true;
	}
	if (!folder->parent_server_id || !*folder->parent_server_id) {
		g_free(folder->parent_server_id);
		folder->parent_server_id = g_strdup("0");
	}
	if (!folder->name)
		folder->name = g_strdup(folder->server_id);
	self->sink->ops->folder_give(self->sink, g_steal_pointer(&folder));
	return true;
}

static bool take_change(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	switch (tag) {
	case WBXML_FolderHierarchy_Add:
	case WBXML_FolderHierarchy_Update:
	case WBXML_FolderHierarchy_Delete:
		return take_folder(into, tag, reader, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool take_part(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	Folders *self = into;

	switch (tag) {
	case WBXML_FolderHierarchy_Status:
		return reply_int(reader, 0, 9999, &self->status, err);
	case WBXML_FolderHierarchy_SyncKey:
		return reply_text(reader, &self->new_key, err);
	case WBXML_FolderHierarchy_Changes:
		return reply_walk(reader, take_change, self, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

/* The list is lost on the server, or never was there: reading it whole is the cure. */
static bool is_key_lost(int64_t status)
{
	const StatusRow *row = status_find(FAMILY_FOLDERS, (int)status);

	return row && (row->kind == ERR_RESYNC || row->kind == ERR_REFOLDER);
}

static bool start_over(Folders *self, Step *ret_step)
{
	g_free(self->key);
	self->key = g_strdup("0");
	*ret_step = STEP_ASK;
	return true;
}

static bool finish(Folders *self, Step *ret_step, GError **err)
{
	bool was_full = strcmp(self->key, "0") == 0;

	if (!was_full && is_key_lost(self->status))
		return start_over(self, ret_step);
	if (!status_check(FAMILY_FOLDERS, (int)self->status, err))
		return false;
	if (!self->new_key && was_full)
		return fail(err, ERR_PROTOCOL,
		            _("the server listed the folders without a sync key"));
	self->sink->ops->folder_list_end(self->sink, self->new_key ? self->new_key : self->key,
	                                 was_full);
	*ret_step = STEP_DONE;
	return true;
}

static bool folders_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                         GError **err)
{
	Folders *self = (Folders *)task;
	g_autoptr(WbxmlReader) reader = NULL;

	self->sink = sink;
	self->status = 1;
	self->folders = 0;
	g_clear_pointer(&self->new_key, g_free);
	if (!reply_open(response, sink, WBXML_FolderHierarchy_FolderSync, &reader, err) ||
	    (reader && !reply_walk(reader, take_part, self, err)))
		return false;
	return finish(self, ret_step, err);
}

static void folders_free(Task *task)
{
	Folders *self = (Folders *)task;

	g_free(self->key);
	g_free(self->new_key);
	g_free(self);
}

Task *eas_folders_begin(const TaskSpec *spec, GError **err)
{
	static const TaskOps ops = { .ask = folders_ask,
		                     .take = folders_take,
		                     .free = folders_free };
	Folders *self = work_new(sizeof *self, &ops, spec);

	(void)err;
	self->key = g_strdup(spec->state->folder_key ? spec->state->folder_key : "0");
	return &self->work.task;
}
