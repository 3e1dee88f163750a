#include "sync/page.h"

#include "base/i18n.h"
#include "base/log.h"
#include "sync/drafts.h"
#include "sync/event.h"
#include "sync/retry.h"
#include "sync/window.h"

/*
 * The key that says "we have all this" must never be older or newer than the rows it speaks of. So
 * the rows wait in the StorePage until page_end(), and one commit takes rows, deletions, settled
 * ops and key. Bodies go first, on their own: nothing names them until the commit, and orphans of a
 * crash are swept.
 */

enum { DRY_PAGES_MOST = 10, PROGRESS_EVERY_MS = 250 };

static Intake *intake_of(Sink *sink) { return (Intake *)sink; }

/* Asks for no news. */
static bool is_push(TaskKind task)
{
	return task == TASK_PUSH_OPS || task == TASK_PUSH_ITEMS || task == TASK_SAVE_DRAFT;
}

static StorePage *page_of(Intake *intake)
{
	if (!intake->page)
		intake->page = store_page_begin(intake->core->writer, intake->folder_id);
	return intake->page;
}

void page_message_give(Sink *sink, Message *message, guint has)
{
	Intake *intake = intake_of(sink);
	GError *error = NULL;

	if (intake->error) {
		message_free(message);
		return;
	}
	intake->items++;
	intake_check(intake, store_page_add(page_of(intake), message, has, &error), &error);
}

void page_pim_give(Sink *sink, PimItem *item)
{
	Intake *intake = intake_of(sink);

	if (intake->error) {
		pim_item_free(item);
		return;
	}
	intake->items++;
	store_page_add_item(page_of(intake), item);
}

/* Told right before the op's end. */
void page_event_uid(Sink *sink, int64_t op_id, const char *uid)
{
	Intake *intake = intake_of(sink);

	(void)op_id;
	g_free(intake->uid);
	intake->uid = g_strdup(uid);
}

void page_item_gone(Sink *sink, const char *server_id, bool is_soft)
{
	Intake *intake = intake_of(sink);

	intake->items++;
	store_page_remove(page_of(intake), server_id, is_soft);
}

/* Where there is a page, the end of an op is part of it. */
static void end_op(Intake *intake, StoreOpEnd end)
{
	intake->has_ops = true;
	if (intake->folder_id) {
		store_page_op_end(page_of(intake), &end);
		return;
	}
	end.server_id = g_strdup(end.server_id);
	end.sentence = g_strdup(end.sentence);
	end.uid = g_strdup(end.uid);
	g_array_append_val(intake->ends, end);
}

static void end_draft(Intake *intake, const char *server_id)
{
	const Op *op = intake->parcel->op;

	drafts_note_saved(intake, server_id);
	end_op(intake, (StoreOpEnd){ .op_id = op->id,
	                             .fate = OP_END_DONE,
	                             .server_id = server_id,
	                             .draft_id = op->draft_id });
}

void page_op_done(Sink *sink, int64_t op_id)
{
	Intake *intake = intake_of(sink);

	if (intake->task == TASK_SAVE_DRAFT)
		end_draft(intake, intake->parcel->op->server_id);
	else
		end_op(intake, (StoreOpEnd){ .op_id = op_id, .fate = OP_END_DONE });
}

void page_op_named(Sink *sink, int64_t op_id, const char *server_id)
{
	Intake *intake = intake_of(sink);

	if (intake->task == TASK_SAVE_DRAFT)
		end_draft(intake, server_id);
	else
		end_op(intake, (StoreOpEnd){ .op_id = op_id,
		                             .fate = OP_END_DONE,
		                             .server_id = server_id,
		                             .uid = intake->uid });
	g_clear_pointer(&intake->uid, g_free);
}

/* One word an action, however many messages it was about. */
static void tell_op_failed(Intake *intake, const Op *op, const GError *why)
{
	if (op->group_id == intake->told_group_id)
		return;
	intake->told_group_id = op->group_id;
	event_tell(intake->core, (SyncEvent){ .kind = SYNC_FAILED,
	                                              .account_id = op->account_id,
	                                              .folder_id = op->folder_id,
	                                              .message_id = op->message_id,
	                                              .group_id = op->group_id,
	                                              .error_kind = (int)error_kind(why),
	                                              .text = g_strdup(why->message) });
}

/* A folder that is there already may be the one that we have made: then the list brings it. Of an
 * item that was changed on both sides the server's version comes with the next page, which puts the
 * two together. */
static bool may_be_ours(const Op *op)
{
	return (op->kind == OP_FOLDER_CREATE || op_is_of_item(op->kind)) && op->attempts < 3;
}

static bool is_about_item(ErrorKind kind)
{
	return kind == ERR_GONE || kind == ERR_NOT_FOUND || kind == ERR_REQUEST;
}

static OpFate fate_of(const Op *op, ErrorKind kind)
{
	/* It goes again, as a new one: see drafts_take(). */
	if (op->kind == OP_SAVE_DRAFT &&
	    (kind == ERR_EXISTS || kind == ERR_GONE || kind == ERR_NOT_FOUND))
		return OP_END_AGAIN;
	/* The server takes the invitation away when it is answered, and the first word was lost. */
	if (op->kind == OP_RESPOND && op->attempts > 1 && is_about_item(kind))
		return OP_END_DONE;
	switch (kind) {
	case ERR_GONE:
	case ERR_NOT_FOUND:
		return OP_END_GONE;
	case ERR_EXISTS:
		return may_be_ours(op) ? OP_END_AGAIN : OP_END_REFUSED;
	case ERR_REQUEST:
	case ERR_UNSUPPORTED:
	case ERR_FORBIDDEN:
	case ERR_LIMIT:
		return OP_END_REFUSED;
	default:
		return OP_END_AGAIN;
	}
}

/* That a message is gone says nothing new of one that was to go, or was perhaps moved by us; nor
 * does anybody miss a mark on it. */
static bool is_worth_telling(const Op *op, OpFate fate)
{
	if (fate == OP_END_GONE)
		return op->kind == OP_FLAG || op->kind == OP_CATEGORIES ||
		       op->kind == OP_FOLDER_UPDATE || op->kind == OP_ITEM_SAVE ||
		       op->kind == OP_OCCURRENCE || op->kind == OP_RESPOND ||
		       (op->kind == OP_MOVE && op->attempts <= 1);
	return fate == OP_END_REFUSED;
}

static int64_t again_ms(const Intake *intake, const Op *op, ErrorKind kind)
{
	Failure failure = { kind, -1, intake->session->mode != SYNC_WATCH,
		            g_rand_int(intake->core->random) };

	return clock_now_ms(intake->core->clock) + retry_delay_ms(&failure, MAX(op->attempts, 1));
}

/* Two have changed the same, and the server's stands: it comes with the next page. */
static void want_servers_version(const Intake *intake, ErrorKind kind)
{
	Track *track = session_track(intake->session, intake->folder_id);

	if (track && kind == ERR_EXISTS)
		track->is_wanted = true;
}

/* Until the page has come that says what the server has. */
static bool is_conflict(const Op *op, ErrorKind kind)
{
	return op_is_of_item(op->kind) && kind == ERR_EXISTS;
}

/* An op on an item that is gone has nothing left to do; one that the server calls wrong is undone.
 * The rest is sent again: of a folder when its turn comes, else after a while. */
void page_op_failed(Sink *sink, int64_t op_id, const GError *why)
{
	Intake *intake = intake_of(sink);
	const Op *op = session_op(intake->session, op_id);
	ErrorKind kind = error_kind(why);
	StoreOpEnd end = { .op_id = op_id, .error_kind = (int)kind, .sentence = why->message };

	if (!op)
		return;
	if (intake->parcel && !intake->parcel->refusal)
		intake->parcel->refusal = g_error_copy(why);
	end.fate = fate_of(op, kind);
	if (end.fate == OP_END_AGAIN && (!intake->folder_id || is_conflict(op, kind)))
		end.next_ms = again_ms(intake, op, kind);
	if (intake->task == TASK_FOLDER)
		intake->session->wants_folders = true;
	want_servers_version(intake, kind);
	if (is_worth_telling(op, end.fate))
		tell_op_failed(intake, op, why);
	end_op(intake, end);
}

/* ---- the commit ---- */

/* Takes @text. */
static void tell_conflict(const Intake *intake, const Track *track, ErrorKind kind, char *text)
{
	event_tell(intake->core, (SyncEvent){ .kind = SYNC_FAILED,
	                                      .account_id = intake->session->state->id,
	                                      .folder_id = track->folder->id,
	                                      .error_kind = (int)kind,
	                                      .text = text });
}

static void tell_conflicts(const Intake *intake, const Track *track, const StorePageCount *count)
{
	if (count->conflicts)
		tell_conflict(intake, track, ERR_GONE,
		              g_strdup_printf(ngettext_("%d change was dropped: its message is "
		                                        "gone on the server",
		                                        "%d changes were dropped: their messages "
		                                        "are gone on the server",
		                                        count->conflicts),
		                              count->conflicts));
	if (count->copies)
		tell_conflict(intake, track, ERR_EXISTS,
		              g_strdup_printf(ngettext_("%d entry was changed on the server as "
		                                        "well: yours is kept beside it",
		                                        "%d entries were changed on the server as "
		                                        "well: yours are kept beside them",
		                                        count->copies),
		                              count->copies));
	if (count->stranded)
		tell_conflict(intake, track, ERR_GONE,
		              g_strdup_printf(ngettext_("%d entry that you changed was deleted on "
		                                        "the server: yours is in the Outbox",
		                                        "%d entries that you changed were deleted "
		                                        "on the server: yours are in the Outbox",
		                                        count->stranded),
		                              count->stranded));
}

static bool is_nothing_new(const Intake *intake, const Folder *folder, const char *sync_key,
                           bool has_more)
{
	return !intake->items && !intake->has_ops && has_more == folder->is_behind &&
	       folder->filter == account_filter(intake->session->account, folder->type) &&
	       g_strcmp0(sync_key, folder->sync_key) == 0;
}

static void tell_rows(const Intake *intake, const Track *track, const StorePageCount *count)
{
	const Session *session = intake->session;
	SyncEvent event = { .kind = SYNC_CHANGED,
		            .account_id = session->state->id,
		            .folder_id = track->folder->id };

	if (count->added || count->changed || count->removed || intake->has_ops)
		event_tell(intake->core, event);
	if (track->folder->type != FOLDER_INBOX || track->is_filling || !count->added_unread)
		return;
	event.kind = SYNC_NEW_MAIL;
	event.count = count->added_unread;
	event_tell(intake->core, event);
}

static void tell_progress(const Intake *intake, Track *track, bool has_more)
{
	int64_t now_ms = core_uptime_ms(intake->core);

	if (has_more && track->told_ms && now_ms - track->told_ms < PROGRESS_EVERY_MS)
		return;
	if (!has_more && !track->told_ms)
		return;
	track->told_ms = has_more ? now_ms : 0;
	event_tell(intake->core,
	           (SyncEvent){ .kind = SYNC_PROGRESS,
	                        .account_id = intake->session->state->id,
	                        .folder_id = track->folder->id,
	                        .done = track->done,
	                        .total = has_more ? MAX(track->total, track->done) : track->done });
}

static void note_key(Track *track, const char *sync_key, int filter, bool has_more)
{
	char *key = g_strdup(sync_key);

	g_free(track->folder->sync_key);
	track->folder->sync_key = key;
	track->folder->filter = filter;
	track->folder->is_behind = has_more;
	g_clear_pointer(&track->folder->last_error, g_free);      /* as the commit does */
}

/* A server that announces more without end, or repeats its key, gets a pause instead of a loop. */
static void check_for_loop(Intake *intake, Track *track, bool is_dry)
{
	/* A folder that starts again from key 0 brings pages of what we have already. */
	int64_t most =
		DRY_PAGES_MOST + (track->is_filling ? track->folder->total / WINDOW_LEAST : 0);

	/* The count stays, so that the next dry page is the last of its attempt. */
	track->dry_pages = is_dry ? track->dry_pages + 1 : 0;
	if (track->dry_pages < most || intake->error)
		return;
	fail(&intake->error, ERR_PROTOCOL,
	     _("the server announces more for %s without end; trying again later"),
	     track->folder->name);
}

/* What a page did. */
typedef struct { StorePageCount count; bool has_more, is_key_repeated; } PageEnd;

static void settle_track(Intake *intake, Track *track, const PageEnd *end)
{
	const StorePageCount *count = &end->count;
	bool has_more = end->has_more;
	int64_t changed = (int64_t)count->added + count->changed + count->removed;

	track->is_wanted = has_more || (is_push(intake->task) && track->is_wanted);
	track->done += intake->items;
	intake->has_news = intake->has_news || changed > 0;
	tell_rows(intake, track, count);
	tell_progress(intake, track, has_more);
	check_for_loop(intake, track,
	               has_more && (changed == 0 || end->is_key_repeated) &&
	                       intake->task == TASK_PAGE);
	if (has_more)
		return;
	track->done = track->total = 0;
	track->is_estimated = track->is_filling = false;
	track->dry_pages = 0;
}

static void adapt_window(Intake *intake, int64_t commit_ms, int64_t request_ms,
                         bool is_key_repeated)
{
	Session *session = intake->session;
	int window = window_first(session->state->window);
	int next = is_key_repeated ? window_halved(window)
	                           : window_after(window, intake->items, commit_ms, request_ms);

	if (next == window)
		return;
	session->state->window = next;
	session->is_state_changed = true;
}

/* Items came, and yet the key says that they did not. */
static bool is_repeated(const Intake *intake, const Folder *folder, const char *sync_key)
{
	return intake->items > 0 && g_strcmp0(sync_key, folder->sync_key) == 0;
}

static void commit(Intake *intake, Track *track, const char *sync_key, bool has_more)
{
	int64_t began_ms = core_uptime_ms(intake->core);
	PageEnd end = { .has_more = has_more,
		        .is_key_repeated = is_repeated(intake, track->folder, sync_key) };
	int filter = account_filter(intake->session->account, track->folder->type);
	GError *error = NULL;

	if (!intake_check(intake,
	                  store_page_commit(page_of(intake), sync_key, filter, has_more, &end.count,
	                                    &error),
	                  &error))
		return;
	adapt_window(intake, core_uptime_ms(intake->core) - began_ms, began_ms - intake->asked_ms,
	             has_more && end.is_key_repeated);
	log_debug("sync", "%s: folder %" G_GINT64_FORMAT ": %d added, %d changed, %d removed%s",
	          intake->session->account->name, track->folder->id, end.count.added,
	          end.count.changed, end.count.removed, has_more ? ", more to come" : "");
	note_key(track, sync_key, filter, has_more);
	tell_conflicts(intake, track, &end.count);
	intake->has_settled =
		intake->has_settled || end.count.settled > 0 || end.count.rebased > 0;
	settle_track(intake, track, &end);
}

void page_end(Sink *sink, const char *sync_key, bool has_more)
{
	Intake *intake = intake_of(sink);
	Track *track = session_track(intake->session, intake->folder_id);

	if (intake->error || !track)
		return;
	intake->has_page = true;
	/* An answer to ops may bring news or not; it never says that there is no more. */
	has_more = has_more || (is_push(intake->task) && track->folder->is_behind);
	if (is_nothing_new(intake, track->folder, sync_key, has_more))
		settle_track(intake, track, &(PageEnd){ .has_more = has_more });
	else
		commit(intake, track, sync_key, has_more);
	intake_drop(intake);
}
