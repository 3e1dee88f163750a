#include "model/folder.h"

#include "base/i18n.h"

Folder *folder_new(void)
{
	Folder *folder = g_new0(Folder, 1);

	folder->type = FOLDER_UNKNOWN;
	return folder;
}

Folder *folder_copy(const Folder *from)
{
	Folder *to = g_memdup2(from, sizeof *from);

	to->server_id = g_strdup(from->server_id);
	to->parent_server_id = g_strdup(from->parent_server_id);
	to->name = g_strdup(from->name);
	to->sync_key = g_strdup(from->sync_key);
	to->last_error = g_strdup(from->last_error);
	return to;
}

void folder_free(Folder *folder)
{
	if (!folder)
		return;
	g_free(folder->server_id);
	g_free(folder->parent_server_id);
	g_free(folder->name);
	g_free(folder->sync_key);
	g_free(folder->last_error);
	g_free(folder);
}

bool folder_is_mail(FolderType type)
{
	return type == FOLDER_INBOX || type == FOLDER_DRAFTS || type == FOLDER_DELETED ||
	       type == FOLDER_SENT || type == FOLDER_USER_MAIL || type == FOLDER_GENERIC;
}

const char *folder_special_name(FolderType type)
{
	switch (type) {
	case FOLDER_INBOX:
		return _("Inbox");
	case FOLDER_DRAFTS:
		return _("Drafts");
	case FOLDER_DELETED:
		return _("Trash");
	case FOLDER_SENT:
		return _("Sent");
	case FOLDER_OUTBOX:
		return _("Outbox");
	default:
		return NULL;
	}
}
