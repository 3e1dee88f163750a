/*
 * task: what all tasks of this floor share: what they are about, and the version they speak. Each command
 * embeds a Work as its first member; its file gives one begin function, listed here.
 */
#pragma once
#include "backend/backend.h"

typedef struct {
	Task     task;
	TaskSpec spec;       /* what it points to is borrowed */
	int      version;    /* ten times the protocol version: 141 for "14.1" */
} Work;

/* A zeroed struct of @size bytes that begins with a Work. g_free() is enough for what is in the Work. */
void *work_new(size_t size, const TaskOps *ops, const TaskSpec *spec);

Task *connect_begin(const TaskSpec *spec, GError **err);
Task *provision_begin(const TaskSpec *spec, GError **err);
Task *settings_begin(const TaskSpec *spec, GError **err);
Task *folders_begin(const TaskSpec *spec, GError **err);
Task *sync_begin(const TaskSpec *spec, GError **err);
Task *push_ops_begin(const TaskSpec *spec, GError **err);
Task *fetch_begin(const TaskSpec *spec, GError **err);
Task *ping_begin(const TaskSpec *spec, GError **err);
Task *estimate_begin(const TaskSpec *spec, GError **err);
