#include "sync/desk.h"

#include "base/i18n.h"
#include "store/draft.h"
#include "sync/drafts.h"
#include "sync/event.h"
#include "sync/outbox.h"

static SyncEvent wish_event(const Desk *desk, const Wish *wish, SyncEventKind kind, guint i)
{
	return (SyncEvent){ .kind = kind,
		            .account_id = desk_account_id(desk),
		            .folder_id = wish->folder_id,
		            .message_id = wish->message_id,
		            .wish_id = g_array_index(wish->ids, int64_t, i) };
}

void desk_fail_wish(Desk *desk, Wish *wish, const GError *error)
{
	for (guint i = 0; i < wish->ids->len; i++) {
		SyncEvent event = wish_event(desk, wish, SYNC_FAILED, i);
		event.error_kind = (int)error_kind(error);
		event.text = g_strdup(error->message);
		event_tell(desk->core, event);
	}
	if (wish->op_id) {
		outbox_fail(desk, wish->op_id, error);
		drafts_fail(desk, wish->op_id, error);
	}
	g_ptr_array_remove(desk->session->wishes, wish);
}

static bool keep_content(Desk *desk, const Wish *wish, const Intake *intake, GError **err)
{
	StoreWriter *writer = desk->core->writer;

	if (!intake->content)
		return fail(err, ERR_PROTOCOL,
		            _("the server answered without the content that was asked for"));
	if (wish->file_id)
		return store_write_draft_part(writer, wish->file_id, intake->content, err);
	if (wish->kind == TASK_FETCH_BODY)
		return store_write_body(writer, wish->message_id, intake->content_kind,
		                        intake->content, true, err);
	if (wish->kind == TASK_FETCH_MIME)
		return store_write_mime(writer, wish->message_id, intake->content, err);
	return true;
}

static bool is_stored(TaskKind kind) { return kind == TASK_FETCH_BODY || kind == TASK_FETCH_MIME; }

void desk_fulfil_wish(Desk *desk, Wish *wish, const Intake *intake)
{
	g_autoptr(GError) error = NULL;

	if (!keep_content(desk, wish, intake, &error)) {
		/* A file of a draft, locked meanwhile: fetched again once it can be kept. */
		if (!error_is(error, ERR_LOCKED))
			desk_fail_wish(desk, wish, error);
		else
			wish->is_under_way = false;
		return;
	}
	for (guint i = 0; i < wish->ids->len; i++) {
		SyncEvent event = wish_event(desk, wish, SYNC_FETCHED, i);
		if (!is_stored(wish->kind))
			event.content = g_bytes_ref(intake->content);
		event_tell(desk->core, event);
	}
	g_ptr_array_remove(desk->session->wishes, wish);
}

/* ---- what is attached, and still on the server ---- */

static const StoreDraftFile *find_missing(const StoreDraft *draft)
{
	for (guint i = 0; i < draft->files->len; i++) {
		const StoreDraftFile *file = g_ptr_array_index(draft->files, i);
		if (!file->is_here && file->message_id)
			return file;
	}
	return NULL;
}

static Wish *wish_for_file(Desk *desk, const Op *op, const StoreDraftFile *file, GError **err)
{
	g_autoptr(Message) message = NULL;
	Wish *wish;

	if (!store_read_message(desk->core->reader, file->message_id, &message, err))
		return NULL;
	wish = wish_new(file->reference ? TASK_FETCH_PART : TASK_FETCH_MIME, 0, message->id);
	g_array_set_size(wish->ids, 0);
	wish->folder_id = message->home_id;
	wish->server_id = g_strdup(message->server_id);
	wish->reference = g_strdup(file->reference);
	wish->op_id = op->id;
	wish->file_id = file->id;
	return wish;
}

bool desk_fetch_missing(Desk *desk, const Op *op, GError **err)
{
	g_autoptr(StoreDraft) draft = NULL;
	const StoreDraftFile *file;
	Wish *wish;

	if (!store_read_draft(desk->core->reader, op->draft_id, &draft, err))
		return false;
	file = find_missing(draft);
	if (!file)
		return fail(err, ERR_NOT_FOUND, _("nothing that is attached is missing"));
	wish = wish_for_file(desk, op, file, err);
	if (!wish)
		return false;
	session_add_wish(desk->session, wish);
	return true;
}
