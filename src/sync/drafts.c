#include "sync/drafts.h"

#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "store/draft.h"
#include "sync/event.h"
#include "sync/page.h"

/* ---- planning ---- */

static Track *find_drafts(const Session *session)
{
	for (guint i = 0; i < session->tracks->len; i++) {
		Track *track = session_track_at(session, i);
		if (track->folder->type == FOLDER_DRAFTS && !track->is_given_up)
			return track;
	}
	return NULL;
}

static Plan sleep_until(int64_t wake_ms)
{
	return (Plan){ .kind = PLAN_NOTHING, .wake_ms = wake_ms };
}

static Plan plan_op(const Session *session, const Op *op, int64_t uptime_ms)
{
	Track *drafts = find_drafts(session);
	bool needs_key =
		drafts && account_keeps_drafts(session->state) && !folder_has_key(drafts->folder);
	Plan plan = { .kind = PLAN_TASK, .task = needs_key ? TASK_PAGE : TASK_SAVE_DRAFT,
		      .slot = SLOT_COMMAND, .op = op, .track = drafts };

	if (drafts && !(backoff_is_over(&drafts->backoff, uptime_ms) &&
	                backoff_is_over(&drafts->ops_backoff, uptime_ms)))
		return sleep_until(MAX(drafts->backoff.until_ms, drafts->ops_backoff.until_ms));
	return plan;
}

Plan drafts_plan(const Session *session, int64_t uptime_ms)
{
	for (guint i = 0; i < session->ops->len; i++) {
		const Op *op = g_ptr_array_index(session->ops, i);
		bool may_go = op->kind == OP_SAVE_DRAFT && op->state == OP_WAITING &&
			      !session_awaits_file(session, op->id);
		if (may_go)
			return plan_op(session, op, uptime_ms);
	}
	return sleep_until(INT64_MAX);
}

/* ---- what the server's version was when it was last ours ---- */

static bool is_unchanged(Core *core, const StoreDraft *row)
{
	g_autoptr(Message) message = NULL;

	if (!store_read_message(core->reader, row->message_id, &message, NULL) ||
	    op_is_placeholder(message->server_id))
		return false;
	g_autoptr(GBytes) hash = store_draft_hash(message);
	return !row->base_hash || g_bytes_equal(hash, row->base_hash);
}

/* ---- ends ---- */

static void end_op(Desk *desk, const Op *op, OpFate fate, const GError *why)
{
	g_autoptr(GArray) ends = g_array_new(FALSE, TRUE, sizeof(StoreOpEnd));
	g_autoptr(GError) error = NULL;
	StoreOpEnd end = { .op_id = op->id,
		           .fate = fate,
		           .error_kind = why ? (int)error_kind(why) : 0,
		           .sentence = why ? why->message : NULL };

	g_array_append_val(ends, end);
	if (!store_write_op_ends(desk->core->writer, ends, &error))
		log_error("sync", "%s: %s", desk->session->account->name, error->message);
	desk_reload_ops(desk);
}

static void tell(Desk *desk, const Op *op, ErrorKind kind, char *text)
{
	event_tell(desk->core, (SyncEvent){ .kind = SYNC_FAILED,
	                                    .account_id = desk_account_id(desk),
	                                    .group_id = op->group_id,
	                                    .draft_id = op->draft_id,
	                                    .error_kind = (int)kind,
	                                    .text = text });
}

static const char both_changed[] =
	N_("a draft was changed here and on the server; both are kept");

/* From now on it is a draft of its own, beside the server's. */
static void part_from_server(Desk *desk, const Op *op, const char *why)
{
	g_autoptr(GError) error = NULL;

	if (!store_write_draft_base(desk->core->writer, op->draft_id, 0, NULL, &error))
		log_error("sync", "%s: %s", desk->session->account->name, error->message);
	tell(desk, op, ERR_EXISTS, g_strdup(why));
}

static void refuse(Desk *desk, const Op *op, const GError *why)
{
	tell(desk, op, error_kind(why), g_strdup(why->message));
	end_op(desk, op, OP_END_REFUSED, why);
}

void drafts_fail(Desk *desk, int64_t op_id, const GError *why)
{
	const Op *op = session_op(desk->session, op_id);

	if (op && op->kind == OP_SAVE_DRAFT)
		refuse(desk, op, why);
}

/* ---- what no server keeps ---- */

static bool is_secret(Core *core, const Op *op)
{
	g_autoptr(Draft) draft = NULL;

	return store_load_draft(core->reader, op->draft_id, &draft, NULL, NULL) &&
	       draft_is_secret(draft);
}

/* [MS-ASCMD] 16.0 takes a draft as fields, not as MIME, so it cannot be encrypted there. What was
 * kept there before goes. */
static void keep_here(Desk *desk, const Op *op)
{
	g_autoptr(GError) error = NULL;
	bool ok = store_write_draft_apart(desk->core->writer, op->draft_id, &error);

	end_op(desk, op, ok ? OP_END_DONE : OP_END_REFUSED, error);
}

/* ---- beginning ---- */

/* 0: the server gets a new one. */
static int64_t target_of(Desk *desk, const Op *op)
{
	g_autoptr(Draft) draft = NULL;
	g_autoptr(StoreDraft) row = NULL;

	if (!store_load_draft(desk->core->reader, op->draft_id, &draft, &row, NULL) ||
	    !row->message_id)
		return 0;
	bool is_alone = is_unchanged(desk->core, row);
	bool is_over_html = row->message_id == draft->source_id && draft_leaves_formatting(draft);
	if (is_alone && !is_over_html)
		return row->message_id;
	part_from_server(desk, op,
	                 is_alone ? _("the formatted draft on the server stays, beside the one with your text")
	                          : _(both_changed));
	return 0;
}

/* Of a draft that began as another mail; what is forwarded or quoted the server adds when it goes. */
static bool is_anything_missing(const StoreDraft *row)
{
	for (guint i = 0; draft_kind_is_again((DraftKind)row->kind) && i < row->files->len; i++) {
		const StoreDraftFile *file = g_ptr_array_index(row->files, i);
		if (!file->is_here && file->message_id)
			return true;
	}
	return false;
}

/* False: it is on its way, or cannot be had and the op is over. */
static bool has_all_files(Desk *desk, const Op *op)
{
	g_autoptr(StoreDraft) row = NULL;
	g_autoptr(GError) error = NULL;

	if (!store_read_draft(desk->core->reader, op->draft_id, &row, NULL) ||
	    !is_anything_missing(row))
		return true;
	if (!desk_fetch_missing(desk, op, &error))
		refuse(desk, op, error);
	return false;
}

Run *drafts_begin(Desk *desk, const Plan *plan)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Parcel) parcel = NULL;
	int64_t target_id;
	Run *run;

	if (plan->task == TASK_PAGE)
		return run_new(desk->core, desk->session, desk->line, plan);
	if (!plan->track || !account_keeps_drafts(desk->session->state)) {
		end_op(desk, plan->op, OP_END_DONE, NULL);
		return NULL;
	}
	if (is_secret(desk->core, plan->op)) {
		keep_here(desk, plan->op);
		return NULL;
	}
	target_id = target_of(desk, plan->op);
	if (!target_id && !has_all_files(desk, plan->op))
		return NULL;
	parcel = parcel_of_draft(desk->core, plan->op, target_id, &error);
	if (!parcel) {
		end_op(desk, plan->op, OP_END_REFUSED, error);
		return NULL;
	}
	if (draft_is_secret(parcel->draft)) {
		keep_here(desk, plan->op);
		return NULL;
	}
	run = run_new(desk->core, desk->session, desk->line, plan);
	run_lend(run, g_steal_pointer(&parcel));
	return run;
}

/* ---- the answer ---- */

/* The server's name of a file: the new one, else the one it had; NULL: it has no such file. */
static const char *reference_of(const Intake *intake, const StoreDraftFile *file)
{
	const GArray *ids = intake->parcel->file_ids;
	const GPtrArray *references = intake->draft_parts;

	for (guint i = 0; i < ids->len && i < references->len; i++)
		if (g_array_index(ids, int64_t, i) == file->id)
			return references->pdata[i];
	return file->reference;
}

/* How the draft says that it is shown. */
static void note_place(const Parcel *parcel, const StoreDraftFile *file, Part *part)
{
	for (guint i = 0; i < parcel->draft->parts->len; i++) {
		const DraftPart *from = g_ptr_array_index(parcel->draft->parts, i);
		if (store_draft_file_of(parcel->row, from) != file)
			continue;
		part->content_id = g_strdup(from->content_id);
		part->is_inline = from->is_inline;
		return;
	}
}

static Part *part_of(const Intake *intake, const StoreDraftFile *file, const char *reference)
{
	Part *part = part_new();

	part->name = g_strdup(file->name);
	part->content_type = g_strdup(file->type);
	part->reference = g_strdup(reference);
	part->size_bytes = file->size_bytes;
	part->method = 1;
	note_place(intake->parcel, file, part);
	return part;
}

static void add_parts(Message *message, const Intake *intake)
{
	const GPtrArray *files = intake->parcel->row->files;

	message->parts = g_ptr_array_new_with_free_func((GDestroyNotify)part_free);
	for (guint i = 0; i < files->len; i++) {
		const char *reference = reference_of(intake, files->pdata[i]);
		if (!reference)
			continue;
		Part *part = part_of(intake, files->pdata[i], reference);
		g_ptr_array_add(message->parts, part);
		if (!part->is_inline)
			message->flags |= MESSAGE_ATTACHMENT;
	}
}

/* The server does not tell us of what we have put there ourselves. */
static Message *message_of(const Intake *intake, const char *server_id)
{
	const Draft *draft = intake->parcel->draft;
	Message *message = message_new();

	message->server_id = g_strdup(server_id);
	message->received_ms = clock_now_ms(intake->core->clock);
	message->flags = MESSAGE_READ | MESSAGE_DRAFT;
	message->from = g_strdup(draft->from);
	message->to = g_strdup(draft->to);
	message->cc = g_strdup(draft->cc);
	message->bcc = g_strdup(draft->bcc);
	message->reply_to = g_strdup(draft->reply_to);
	message->subject = g_strdup(draft->subject);
	message->topic = g_strdup(draft->subject);
	message->message_class = g_strdup("IPM.Note");
	message->importance = draft->importance;
	message->body_kind = message->native_kind =
		parcel_keeps_body(intake->parcel) ? BODY_HTML : BODY_TEXT;
	if (!parcel_keeps_body(intake->parcel))
		message->body = g_bytes_new(draft->body, strlen(draft->body));
	add_parts(message, intake);
	return message;
}

void drafts_note_saved(Intake *intake, const char *server_id)
{
	page_message_give(&intake->sink, message_of(intake, server_id), HAS_ALL);
}

/* What the row looks like now, so that a change of the server's can be told from ours. */
static bool note_base(Desk *desk, const Parcel *parcel, GError **err)
{
	g_autoptr(StoreDraft) row = NULL;
	g_autoptr(Message) message = NULL;
	g_autoptr(GBytes) hash = NULL;

	if (!store_read_draft_row(desk->core->reader, parcel->op->draft_id, &row, err) ||
	    !store_read_message(desk->core->reader, row->message_id, &message, err))
		return false;
	hash = store_draft_hash(message);
	return store_write_draft_base(desk->core->writer, row->id, row->message_id, hash, err);
}

static bool note_parts(Desk *desk, const Run *run, GError **err)
{
	const GArray *ids = run->parcel->file_ids;
	const GPtrArray *references = run->intake->saved_parts;

	for (guint i = 0; i < ids->len && i < references->len; i++)
		if (references->pdata[i] &&
		    !store_write_draft_file_named(desk->core->writer,
		                                  g_array_index(ids, int64_t, i),
		                                  references->pdata[i], err))
			return false;
	return true;
}

static void take_saved(Desk *desk, const Run *run)
{
	g_autoptr(GError) error = NULL;

	if (!note_base(desk, run->parcel, &error) || !note_parts(desk, run, &error))
		log_error("sync", "%s: %s", desk->session->account->name, error->message);
	desk_reload_ops(desk);
}

/* The server's version comes with the next page. */
static void take_refusal(Desk *desk, const Parcel *parcel)
{
	Track *drafts = find_drafts(desk->session);

	if (error_is(parcel->refusal, ERR_EXISTS) || error_is(parcel->refusal, ERR_GONE) ||
	    error_is(parcel->refusal, ERR_NOT_FOUND))
		part_from_server(desk, parcel->op, _(both_changed));
	if (drafts)
		drafts->is_wanted = true;
	desk_reload_ops(desk);
}

bool drafts_take(Desk *desk, const Run *run, const GError *error)
{
	bool is_its_own = error && (error_is(error, ERR_REQUEST) || error_is(error, ERR_LIMIT) ||
	                            error_is(error, ERR_UNSUPPORTED));

	if (is_its_own)
		end_op(desk, run->parcel->op, OP_END_REFUSED, error);
	else if (!error && run->parcel->refusal)
		take_refusal(desk, run->parcel);
	else if (!error)
		take_saved(desk, run);
	return is_its_own;
}
