/*
 * task: what all tasks of this floor share: what they are about, and the version they speak. Each
 * command embeds a Work as its first member; its file gives one begin function, listed here.
 */
#pragma once
#include "backend/backend.h"

typedef struct {
	Task     task;
	TaskSpec spec;       /* what it points to is borrowed */
	int      version;    /* ten times the protocol version: 141 for "14.1" */
} Work;

/* A zeroed struct of @size bytes that begins with a Work. g_free() is enough for what is in the
 * Work. */
void *work_new(size_t size, const TaskOps *ops, const TaskSpec *spec);

Task *eas_connect_begin(const TaskSpec *spec, GError **err);
Task *eas_provision_begin(const TaskSpec *spec, GError **err);
Task *eas_settings_begin(const TaskSpec *spec, GError **err);
Task *eas_folders_begin(const TaskSpec *spec, GError **err);
Task *eas_sync_begin(const TaskSpec *spec, GError **err);
Task *eas_push_ops_begin(const TaskSpec *spec, GError **err);
Task *eas_push_items_begin(const TaskSpec *spec, GError **err);
Task *eas_respond_begin(const TaskSpec *spec, GError **err);
Task *eas_fetch_begin(const TaskSpec *spec, GError **err);
Task *eas_ping_begin(const TaskSpec *spec, GError **err);
Task *eas_estimate_begin(const TaskSpec *spec, GError **err);
Task *eas_move_begin(const TaskSpec *spec, GError **err);
Task *eas_folder_change_begin(const TaskSpec *spec, GError **err);
Task *eas_empty_begin(const TaskSpec *spec, GError **err);
Task *eas_save_draft_begin(const TaskSpec *spec, GError **err);
Task *eas_oof_begin(const TaskSpec *spec, GError **err);
Task *eas_people_begin(const TaskSpec *spec, GError **err);
Task *eas_photo_begin(const TaskSpec *spec, GError **err);
Task *eas_validate_begin(const TaskSpec *spec, GError **err);
Task *eas_search_begin(const TaskSpec *spec, GError **err);
Task *eas_send_begin(const TaskSpec *spec, GError **err);
Task *eas_message_ids_begin(const TaskSpec *spec, GError **err);
