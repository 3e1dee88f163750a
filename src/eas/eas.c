#include "eas/eas.h"

#include "base/error.h"
#include "base/i18n.h"
#include "eas/request.h"
#include "eas/task.h"

void *work_new(size_t size, const TaskOps *ops, const TaskSpec *spec)
{
	Work *work = g_malloc0(size);

	work->task = (Task){ .ops = ops, .kind = spec->kind };
	work->spec = *spec;
	work->version = request_version(spec->state);
	return work;
}

static Task *eas_begin(const Backend *backend, const TaskSpec *spec, GError **err)
{
	static Task *(*const begin[])(const TaskSpec *spec, GError **err) = {
		[TASK_CONNECT] = eas_connect_begin,
		[TASK_PROVISION] = eas_provision_begin,
		[TASK_DEVICE] = eas_settings_begin,
		[TASK_FOLDERS] = eas_folders_begin,
		[TASK_PAGE] = eas_sync_begin,
		[TASK_PUSH_OPS] = eas_push_ops_begin,
		[TASK_PUSH_ITEMS] = eas_push_items_begin,
		[TASK_RESPOND] = eas_respond_begin,
		[TASK_FETCH_BODY] = eas_fetch_begin,
		[TASK_FETCH_MIME] = eas_fetch_begin,
		[TASK_FETCH_PART] = eas_fetch_begin,
		[TASK_LISTEN] = eas_ping_begin,
		[TASK_ESTIMATE] = eas_estimate_begin,
		[TASK_MOVE] = eas_move_begin,
		[TASK_FOLDER] = eas_folder_change_begin,
		[TASK_EMPTY] = eas_empty_begin,
		[TASK_SAVE_DRAFT] = eas_save_draft_begin,
		[TASK_OOF_GET] = eas_oof_begin,
		[TASK_OOF_SET] = eas_oof_begin,
		[TASK_GAL] = eas_people_begin,
		[TASK_RESOLVE] = eas_people_begin,
		[TASK_CERTIFICATES] = eas_people_begin,
		[TASK_PHOTO] = eas_photo_begin,
		[TASK_AVAILABILITY] = eas_people_begin,
		[TASK_VALIDATE] = eas_validate_begin,
		[TASK_SEARCH] = eas_search_begin,
		[TASK_FETCH_FOUND] = eas_fetch_begin,
		[TASK_SEND] = eas_send_begin,
		[TASK_MESSAGE_IDS] = eas_message_ids_begin,
	};

	(void)backend;
	if ((size_t)spec->kind >= G_N_ELEMENTS(begin) || !begin[spec->kind])
		return fail_null(err, ERR_UNSUPPORTED, _("ActiveSync cannot do this"));
	return begin[spec->kind](spec, err);
}

const Backend *eas_backend(void)
{
	static const Backend backend = { .name = "eas", .begin = eas_begin };

	return &backend;
}
