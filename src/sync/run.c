#include "sync/run.h"

#include "base/crash.h"
#include "base/error.h"
#include "base/i18n.h"
#include "base/log.h"
#include "net/http.h"
#include "sync/batch.h"
#include "sync/changes.h"
#include "sync/page.h"
#include "sync/window.h"

enum { SLICE_MS = 5, BUDGET_FIRST = 32, BUDGET_LEAST = 4, BUDGET_MOST = 512 };

/* ---- what is lent ---- */

static GPtrArray *copy_folders(const GPtrArray *tracks)
{
	GPtrArray *folders = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);

	for (guint i = 0; i < tracks->len; i++) {
		const Track *track = g_ptr_array_index(tracks, i);
		g_ptr_array_add(folders, folder_copy(track->folder));
	}
	return folders;
}

static GPtrArray *folders_for(const Session *session, const Plan *plan, int64_t now_ms)
{
	g_autoptr(GPtrArray) tracks = NULL;

	if (plan->task == TASK_LISTEN)
		tracks = planner_folders_to_watch(session);
	else if (plan->task == TASK_ESTIMATE && !plan->track)
		tracks = planner_folders_to_estimate(session, now_ms);
	else if (plan->task == TASK_ESTIMATE) {
		tracks = g_ptr_array_new();
		g_ptr_array_add(tracks, plan->track);
	}
	return tracks ? copy_folders(tracks) : NULL;
}

/* Copies of the ops that go; those of the session are under way from now on. */
static GPtrArray *ops_for(Session *session, const Plan *plan, int64_t now_ms)
{
	bool is_alone = plan->track ? plan->track->is_op_by_op : session->is_op_by_op;
	int64_t wake_ms;
	g_autoptr(GPtrArray) ready = batch_ready(session, session->utc_ms + now_ms, &wake_ms);
	g_autoptr(GPtrArray) batch = batch_fill(ready, plan->op, is_alone ? 1 : BATCH_MOST);
	GPtrArray *ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);

	for (guint i = 0; i < batch->len; i++) {
		Op *op = g_ptr_array_index(batch, i);
		op->state = OP_SENDING;
		op->attempts++;
		g_ptr_array_add(ops, op_copy(op));
	}
	return ops;
}

static Folder *folder_for(const Session *session, const Plan *plan)
{
	Track *track = plan->wish ? session_track(session, plan->wish->folder_id) : plan->track;

	return track && plan->task != TASK_ESTIMATE ? folder_copy(track->folder) : NULL;
}

static void fill_spec(Run *run)
{
	run->spec = (TaskSpec){
		.kind = run->kind,
		.account = run->session->account,
		.state = run->state,
		.folder = run->folder,
		.folders = run->folders,
		.ops = run->ops,
		.window = window_first(run->state->window),
		.heartbeat_s = run->session->push.heartbeat_s,
	};
	if (!run->wish)
		return;
	run->spec.server_id = run->wish->server_id;
	run->spec.reference = run->spec.query = run->wish->reference;
}

Run *run_new(Core *core, Session *session, CarrierLine *line, const Plan *plan)
{
	Run *run = g_new0(Run, 1);

	run->core = core;
	run->session = session;
	run->line = line;
	run->kind = plan->task;
	run->slot = plan->slot;
	run->wish = plan->wish;
	run->began_ms = core_uptime_ms(core);
	run->retry_after_ms = -1;
	run->budget_items = BUDGET_FIRST;
	run->state = account_state_copy(session->state);
	run->folder = folder_for(session, plan);
	run->folder_id = run->folder && run->kind != TASK_RESPOND ? run->folder->id : 0;
	run->folders = folders_for(session, plan, run->began_ms);
	run->ops = batch_is_task(plan->task) ? ops_for(session, plan, run->began_ms) : NULL;
	run->intake = intake_new(core, session, run->kind, run->folder_id);
	fill_spec(run);
	return run;
}

void run_lend(Run *run, Parcel *parcel)
{
	run->parcel = parcel;
	run->intake->parcel = parcel;
	run->spec.send = run->kind == TASK_SEND ? &parcel->send : NULL;
	run->spec.server_ids = parcel->server_ids;
	if (run->kind != TASK_SAVE_DRAFT)
		return;
	run->spec.draft = &parcel->save;
	run->ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);
	g_ptr_array_add(run->ops, op_copy(parcel->op));
	run->spec.ops = run->ops;
}

void run_free(Run *run)
{
	if (!run)
		return;
	if (run->request_id)
		run->core->carrier->ops->cancel(run->line, run->request_id);
	backend_task_free(run->task);
	intake_free(run->intake);
	http_response_free(run->response);
	parcel_free(run->parcel);
	secret_unref(run->password);
	account_state_free(run->state);
	folder_free(run->folder);
	g_clear_pointer(&run->folders, g_ptr_array_unref);
	g_clear_pointer(&run->changes, g_ptr_array_unref);
	g_clear_pointer(&run->ops, g_ptr_array_unref);
	g_free(run);
}

/* ---- ask, take ---- */

static void finish(Run *run, const GError *error)
{
	run->is_reading = false;
	run->over(run->data, run, error);
}

static void on_answer(void *data, HttpResponse *response, const GError *error);

static void log_request(const Run *run, const HttpRequest *request)
{
	log_wire("sync", "%s: task %d: %s, %zu bytes", run->session->account->name,
	         (int)run->kind, request->method,
	         request->body ? g_bytes_get_size(request->body) : 0);
}

static void log_response(const Run *run, const HttpResponse *response)
{
	log_wire("sync", "%s: task %d: HTTP %d, %zu bytes after %d ms",
	         run->session->account->name, (int)run->kind, response->status,
	         g_bytes_get_size(response->body),
	         (int)(core_uptime_ms(run->core) - run->intake->asked_ms));
}

static void ask(Run *run)
{
	g_autoptr(GError) error = NULL;
	HttpRequest *request = run->task->ops->ask(run->task, &error);

	if (!request) {
		finish(run, error);
		return;
	}
	run->is_reading = false;
	run->intake->asked_ms = core_uptime_ms(run->core);
	guard_note_sent(&run->session->guard, run->intake->asked_ms);
	log_request(run, request);
	run->request_id = run->core->carrier->ops->send(run->line, request, on_answer, run);
}

/* An answer without a page says: as it was. But the folder may have been marked as behind, and ops
 * as under way. */
static void end_page(Run *run)
{
	bool is_page = run->kind == TASK_PAGE || run->kind == TASK_PUSH_OPS ||
	               run->kind == TASK_PUSH_ITEMS;

	if (is_page && !run->intake->has_page)
		page_end(&run->intake->sink, run->folder->sync_key, false);
}

static void follow(Run *run, Step step)
{
	if (step == STEP_ASK) {
		ask(run);
		return;
	}
	run->is_reading = step == STEP_MORE;
	if (step != STEP_DONE)
		return;
	end_page(run);
	intake_settle(run->intake);
	finish(run, run->intake->error);
}

static void fail_run(Run *run, const GError *error)
{
	intake_drop(run->intake);
	finish(run, error);
}

/* What cannot be read names who sent it, and where to look: the reader that says so knows
 * neither. */
static GError *told_of_server(const Run *run, const GError *error)
{
	const char *moved = run->spec.state->server_url;
	g_auto(HttpUrl) url = { 0 };
	GError *told = NULL;

	if (!error_is(error, ERR_PROTOCOL) ||
	    !http_url_parse(moved ? moved : run->spec.account->server_url, &url, NULL))
		return g_error_copy(error);
	fail(&told, ERR_PROTOCOL, _("%s: %s (if it stays so, run “postern doctor”)"), url.host,
	     error->message);
	return told;
}

/* After a slice: the store's own failure weighs more than what the backend says. */
static void judge(Run *run, bool is_ok, Step step, const GError *error)
{
	g_autoptr(GError) told = is_ok ? NULL : told_of_server(run, error);

	if (run->intake->error)
		fail_run(run, run->intake->error);
	else if (told)
		fail_run(run, told);
	else
		follow(run, step);
}

static void on_answer(void *data, HttpResponse *response, const GError *error)
{
	Run *run = data;
	g_autoptr(GError) trouble = NULL;
	Step step = STEP_DONE;

	run->request_id = 0;
	crash_point("sync: an answer came");
	if (!response) {
		fail_run(run, error);
		return;
	}
	log_response(run, response);
	http_response_free(run->response);
	run->response = response;
	run->retry_after_ms = response->retry_after_ms;

	bool is_ok = run->task->ops->take(run->task, response, &run->intake->sink, &step, &trouble);
	judge(run, is_ok, step, trouble);
}

/* As many items as take about SLICE_MS, so that nobody waits longer for the engine's ear. */
static void adapt_budget(Run *run, int64_t took_ms)
{
	if (took_ms > SLICE_MS)
		run->budget_items = MAX(run->budget_items / 2, BUDGET_LEAST);
	else if (took_ms < SLICE_MS / 2)
		run->budget_items = MIN(run->budget_items * 2, BUDGET_MOST);
}

void run_slice(Run *run)
{
	g_autoptr(GError) trouble = NULL;
	int64_t began_ms = core_uptime_ms(run->core);
	Step step = STEP_DONE;
	bool is_ok = run->task->ops->chunk(run->task, &run->intake->sink, run->budget_items, &step,
	                                   &trouble);

	adapt_budget(run, core_uptime_ms(run->core) - began_ms);
	judge(run, is_ok, step, trouble);
}

static bool note_ops_begun(const Run *run, GError **err)
{
	return !run->ops || store_write_ops_begun(run->core->writer, run->ops, err);
}

/* What the ops say, as the backend wants it. */
static bool lend_items(Run *run, GError **err)
{
	if (run->kind == TASK_RESPOND) {
		run->answer = changes_answer(g_ptr_array_index(run->ops, 0));
		run->spec.answer = &run->answer;
	}
	if (run->kind != TASK_PUSH_ITEMS)
		return true;
	run->spec.changes = run->changes = changes_of_ops(run->ops, err);
	return run->changes != NULL;
}

void run_start(Run *run)
{
	g_autoptr(GError) error = NULL;

	if (lend_items(run, &error) && note_ops_begun(run, &error))
		run->task = run->session->backend->begin(run->session->backend, &run->spec, &error);
	if (run->task)
		ask(run);
	else
		finish(run, error);
}
