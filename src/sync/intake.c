#include "sync/intake.h"

#include <string.h>

#include "base/log.h"
#include "model/policy.h"
#include "sync/page.h"

static Intake *intake_of(Sink *sink) { return (Intake *)sink; }

bool intake_check(Intake *intake, bool is_ok, GError **error)
{
	if (is_ok)
		return true;
	if (intake->error)
		g_clear_error(error);
	else
		intake->error = g_steal_pointer(error);
	return false;
}

/* ---- the account ---- */

static void replace(char **slot, const char *text)
{
	char *copy = g_strdup(text);

	g_free(*slot);
	*slot = copy;
}

static void write_state(Intake *intake)
{
	GError *error = NULL;

	intake_check(
		intake,
		store_write_account_state(intake->core->writer, intake->session->state, &error),
		&error);
}

static void take_server(Sink *sink, const char *versions, const char *commands)
{
	Session *session = intake_of(sink)->session;

	log_info("sync", "%s: the server speaks %s", session->account->name, versions);
	replace(&session->state->commands, commands);
	session->is_state_changed = true;
}

static void take_version(Sink *sink, const char *version)
{
	Session *session = intake_of(sink)->session;

	replace(&session->state->version, version);
	session->is_state_changed = true;
}

/* At once: a policy key that is lost costs a round of provisioning with every start. */
static void take_policy(Sink *sink, const char *policy_key, const char *policy_hash,
                        const char *document_xml)
{
	Intake *intake = intake_of(sink);
	AccountState *state = intake->session->state;
	GError *error = NULL;

	replace(&state->policy_key, policy_key);
	replace(&state->policy_hash, policy_hash);
	policy_limit(document_xml, intake->session->account);
	if (document_xml)
		intake_check(
			intake,
			store_write_policy(intake->core->writer, state->id, document_xml, &error),
			&error);
	write_state(intake);
}

static void take_device_told(Sink *sink)
{
	Session *session = intake_of(sink)->session;

	session->state->is_device_told = true;
	session->is_state_changed = true;
}

static void take_addresses(Sink *sink, const char *newline_list)
{
	Session *session = intake_of(sink)->session;

	replace(&session->state->addresses, newline_list);
	session->is_state_changed = true;
}

static void take_moved(Sink *sink, const char *url) { replace(&intake_of(sink)->moved_url, url); }

/* Said to one who begins anew already, it is no news. */
static void take_begin_anew(Sink *sink)
{
	Intake *intake = intake_of(sink);
	const AccountState *state = intake->session->state;

	intake->wants_anew = intake->task != TASK_CONNECT &&
	                     !(intake->task == TASK_FOLDERS &&
	                       g_strcmp0(state->folder_key, "0") == 0);
}

static void take_password_expires(Sink *sink, int days)
{
	log_info("sync", "%s: the password expires in %d days",
	         intake_of(sink)->session->account->name, days);
}

static bool take_wipe(Sink *sink, bool is_account_only, GError **err)
{
	Intake *intake = intake_of(sink);
	Session *session = intake->session;

	log_info("sync", "%s: the server demands a wipe (%s)", session->account->name,
	         is_account_only ? "of the account" : "of the device, which here is the account");
	if (!store_write_wipe_due(intake->core->writer, session->state->id, err))
		return false;
	session->is_wipe_due = true;
	return true;
}

/* ---- the folder list ---- */

static void take_folder(Sink *sink, Folder *folder)
{
	g_ptr_array_add(intake_of(sink)->folders, folder);
}

static void take_folder_gone(Sink *sink, const char *server_id)
{
	g_ptr_array_add(intake_of(sink)->gone, g_strdup(server_id));
}

static bool is_same_list(const Intake *intake, const char *folder_key)
{
	return !intake->folders->len && !intake->gone->len &&
	       g_strcmp0(folder_key, intake->session->state->folder_key) == 0;
}

static void take_folder_list_end(Sink *sink, const char *folder_key, bool was_full)
{
	Intake *intake = intake_of(sink);
	StoreFolderList list = { intake->session->state->id, intake->folders, intake->gone,
		                 folder_key, was_full };
	GError *error = NULL;

	/* A key that knows of a folder before its op is settled would never tell it again. */
	intake_settle(intake);
	if (intake->error || (!was_full && is_same_list(intake, folder_key)))
		return;
	if (!intake_check(intake, store_write_folders(intake->core->writer, &list, &error), &error))
		return;
	replace(&intake->session->state->folder_key, folder_key);
	intake->has_folders = true;
	g_ptr_array_set_size(intake->folders, 0);
	g_ptr_array_set_size(intake->gone, 0);
}

/* ---- push, estimates, content ---- */

static void take_folder_behind(Sink *sink, const char *server_id)
{
	g_ptr_array_add(intake_of(sink)->behind, g_strdup(server_id));
}

static void take_heartbeat(Sink *sink, int heartbeat_s)
{
	intake_of(sink)->heartbeat_s = heartbeat_s;
}

static void take_fetched(Sink *sink, BodyKind kind, GBytes *content, const char *content_type)
{
	Intake *intake = intake_of(sink);

	(void)content_type;
	if (intake->content)
		g_bytes_unref(intake->content);
	intake->content = g_bytes_ref(content);
	intake->content_kind = kind;
}

static void take_estimate(Sink *sink, const char *server_id, int64_t count)
{
	Track *track = session_track_named(intake_of(sink)->session, server_id);

	if (!track)
		return;
	track->total = track->done + count;
	/* Nothing waits: the look has been had, unless a page is half read. */
	if (count == 0 && !track->folder->is_behind)
		track->is_wanted = false;
}

static void take_send_refused(Sink *sink, const GError *why)
{
	Parcel *parcel = intake_of(sink)->parcel;

	g_clear_error(&parcel->refusal);
	parcel->refusal = g_error_copy(why);
}

static void take_message_id(Sink *sink, const char *server_id, const char *message_id)
{
	Parcel *parcel = intake_of(sink)->parcel;

	(void)server_id;
	parcel->is_found =
		parcel->is_found || (message_id && g_strcmp0(message_id, parcel->message_id) == 0);
}

static void take_draft_part(Sink *sink, guint index, const char *reference)
{
	GPtrArray *parts = intake_of(sink)->draft_parts;

	if (parts->len <= index)
		g_ptr_array_set_size(parts, (gint)index + 1);
	g_free(parts->pdata[index]);
	parts->pdata[index] = g_strdup(reference);
}

/* Takes @text. */
static void take_answer(Intake *intake, char *text)
{
	if (intake->content)
		g_bytes_unref(intake->content);
	intake->content = g_bytes_new_take(text, strlen(text));
}

static void take_oof(Sink *sink, const Oof *oof)
{
	take_answer(intake_of(sink), oof_to_text(oof));
}

static void take_gal(Sink *sink, const GPtrArray *people)
{
	take_answer(intake_of(sink), gal_to_text(people));
}

static void take_opinions(Sink *sink, const GPtrArray *words)
{
	GString *lines = g_string_new(NULL);

	for (guint i = 0; i < words->len; i++)
		g_string_append_printf(lines, "%s\n", (const char *)g_ptr_array_index(words, i));
	take_answer(intake_of(sink), g_string_free(lines, FALSE));
}

static void take_found(Sink *sink, const GPtrArray *found, int64_t total)
{
	take_answer(intake_of(sink), found_to_text(found, total));
}

static const SinkOps intake_ops = {
	.server = take_server,
	.version = take_version,
	.policy = take_policy,
	.device_told = take_device_told,
	.addresses = take_addresses,
	.moved = take_moved,
	.begin_anew = take_begin_anew,
	.password_expires = take_password_expires,
	.wipe = take_wipe,
	.folder_give = take_folder,
	.folder_gone = take_folder_gone,
	.folder_list_end = take_folder_list_end,
	.message_give = page_message_give,
	.pim_give = page_pim_give,
	.event_uid = page_event_uid,
	.item_gone = page_item_gone,
	.op_done = page_op_done,
	.op_named = page_op_named,
	.op_failed = page_op_failed,
	.page_end = page_end,
	.folder_behind = take_folder_behind,
	.heartbeat = take_heartbeat,
	.fetched = take_fetched,
	.estimate = take_estimate,
	.send_refused = take_send_refused,
	.message_id = take_message_id,
	.draft_part = take_draft_part,
	.oof = take_oof,
	.gal = take_gal,
	.opinions = take_opinions,
	.found = take_found,
};

/* ---- ends of ops ---- */

static void op_end_clear(void *data)
{
	StoreOpEnd *end = data;

	g_free((char *)end->server_id);
	g_free((char *)end->sentence);
	g_free((char *)end->uid);
}

void intake_settle(Intake *intake)
{
	if (intake->ends->len == 0 || intake->error)
		return;
	store_write_op_ends(intake->core->writer, intake->ends, &intake->error);
	g_array_set_size(intake->ends, 0);
}

/* ---- its life ---- */

Intake *intake_new(Core *core, Session *session, TaskKind task, int64_t folder_id)
{
	Intake *intake = g_new0(Intake, 1);

	intake->sink.ops = &intake_ops;
	intake->core = core;
	intake->session = session;
	intake->task = task;
	intake->folder_id = folder_id;
	intake->folders = g_ptr_array_new_with_free_func((GDestroyNotify)folder_free);
	intake->gone = g_ptr_array_new_with_free_func(g_free);
	intake->behind = g_ptr_array_new_with_free_func(g_free);
	intake->draft_parts = g_ptr_array_new_with_free_func(g_free);
	intake->saved_parts = g_ptr_array_new_with_free_func(g_free);
	intake->ends = g_array_new(FALSE, FALSE, sizeof(StoreOpEnd));
	g_array_set_clear_func(intake->ends, op_end_clear);
	return intake;
}

void intake_drop(Intake *intake)
{
	store_page_free(intake->page);
	intake->page = NULL;
	intake->items = 0;
	intake->has_ops = false;
	g_ptr_array_set_size(intake->folders, 0);
	g_ptr_array_set_size(intake->gone, 0);
	g_ptr_array_set_size(intake->saved_parts, 0);
	g_ptr_array_extend_and_steal(intake->saved_parts, intake->draft_parts);
	intake->draft_parts = g_ptr_array_new_with_free_func(g_free);
}

void intake_free(Intake *intake)
{
	if (!intake)
		return;
	intake_drop(intake);
	g_ptr_array_unref(intake->folders);
	g_ptr_array_unref(intake->gone);
	g_ptr_array_unref(intake->behind);
	g_ptr_array_unref(intake->draft_parts);
	g_ptr_array_unref(intake->saved_parts);
	g_array_unref(intake->ends);
	g_clear_error(&intake->error);
	g_free(intake->moved_url);
	g_free(intake->uid);
	if (intake->content)
		g_bytes_unref(intake->content);
	g_free(intake);
}
