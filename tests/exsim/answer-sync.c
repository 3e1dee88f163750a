/*
 * Sync. Source: [MS-ASCMD] 2.2.1.21. A request goes through three stages: each collection is read and judged (Job),
 * its commands are carried out and its plan is made, then all are written. When nothing is to be said, the answer
 * is empty, or waits.
 */
#include <string.h>

#include "base/text.h"
#include "exsim/answer.h"
#include "exsim/draft.h"
#include "exsim/invite.h"
#include "exsim/pim.h"
#include "exsim/render.h"

enum { MAX_COMMANDS = 200, DEFAULT_WINDOW = 100 };

typedef struct {
	const Element *element;
	Collection    *collection;
	SyncChannel   *channel;
	SyncState     *next;         /* until it is committed */
	KeyVerdict     verdict;
	char          *key;          /* to answer with */
	int            status;
	bool           is_start, wrote;      /* wrote: the client sent commands */
	SyncOutcome    outcome;      /* responses: of Response; moves into the channel when it is committed */
	const SyncOutcome *shown;    /* what to write: of the job or of the channel */
} Job;

typedef struct {
	WbxmlTag verb;
	char    *server_id, *client_id;
	int      status;
	guint    item;               /* of Fetch, of a draft, and of what is new */
	bool     tells_uid;          /* of a new event, from 16.0 on */
	GPtrArray *draft_parts;      /* of DraftPartName: attachments that a draft got; NULL none */
} Response;

static void response_free(Response *r)
{
	g_free(r->server_id);
	g_free(r->client_id);
	if (r->draft_parts)
		g_ptr_array_unref(r->draft_parts);
	g_free(r);
}

static void job_free(Job *job)
{
	sync_state_free(job->next);
	g_free(job->key);
	sync_outcome_clear(&job->outcome);
	g_free(job);
}

/* ---- options ---- */

static void read_body_preference(const Element *element, SyncOptions *options)
{
	int type = (int)element_int(element, WBXML_AirSyncBase_Type, 0);

	if (type < 1 || type > 4)
		return;
	options->bodies[type] = (BodyPreference){
		.is_wanted = true,
		.all_or_none = element_bool(element, WBXML_AirSyncBase_AllOrNone, false),
		.truncation = element_int(element, WBXML_AirSyncBase_TruncationSize, -1),
		.preview = (int)CLAMP(element_int(element, WBXML_AirSyncBase_Preview, 0), 0, 255),
	};
}

void options_read(const Element *element, SyncOptions *ret_options)
{
	*ret_options = (SyncOptions){ 0 };
	if (!element)
		return;
	ret_options->filter = (int)element_int(element, WBXML_AirSync_FilterType, 0);
	ret_options->mime_support = (int)element_int(element, WBXML_AirSync_MIMESupport, 0);
	for (guint i = 0; i < element->children->len; i++) {
		const Element *child = g_ptr_array_index(element->children, i);
		if (child->tag == WBXML_AirSyncBase_BodyPreference)
			read_body_preference(child, ret_options);
	}
}

/* ---- the client's commands ---- */

static Response *respond(Job *job, const Element *command, int status)
{
	Response *r = g_new0(Response, 1);

	*r = (Response){ .verb = command->tag, .status = status,
	                 .server_id = g_strdup(element_text(command, WBXML_AirSync_ServerId)),
	                 .client_id = g_strdup(element_text(command, WBXML_AirSync_ClientId)) };
	g_ptr_array_add(job->outcome.responses, r);
	return r;
}

static int64_t read_date(const Element *element, WbxmlTag tag)
{
	const char *text = element_text(element, tag);
	g_autoptr(GDateTime) when = text ? g_date_time_new_from_iso8601(text, NULL) : NULL;

	return when ? g_date_time_to_unix(when) * 1000 : 0;
}

static void change_flag(const Element *flag, ItemState *state)
{
	const char *type = element_text(flag, WBXML_Email_FlagType);

	state->flag = (int)element_int(flag, WBXML_Email_Status, 0);
	state->flag_type = type ? g_intern_string(type) : NULL;
	state->flag_start_ms = read_date(flag, WBXML_Tasks_StartDate);
	state->flag_due_ms = read_date(flag, WBXML_Tasks_DueDate);
	state->flag_done_ms = read_date(flag, WBXML_Email_CompleteTime);
}

static const char *join_categories(const Element *categories)
{
	g_autoptr(GString) joined = g_string_new(NULL);

	for (guint i = 0; i < categories->children->len; i++) {
		const Element *child = g_ptr_array_index(categories->children, i);
		g_string_append_printf(joined, "%s%s", i ? "\n" : "", child->text->str);
	}
	return joined->len ? g_intern_string(joined->str) : NULL;
}

/* [MS-ASCMD] Of a received message only these three may change; anything else is Status 6. */
static bool change_state(const Element *data, ItemState *state, guint *ret_mask)
{
	*ret_mask = 0;
	for (guint i = 0; data && i < data->children->len; i++) {
		const Element *child = g_ptr_array_index(data->children, i);
		switch ((int)child->tag) {
		case WBXML_Email_Read:
			state->is_read = !g_str_equal(child->text->str, "0");
			*ret_mask |= ITEM_READ;
			break;
		case WBXML_Email_Flag:
			change_flag(child, state);
			*ret_mask |= ITEM_FLAG;
			break;
		case WBXML_Email_Categories:
			state->categories = join_categories(child);
			*ret_mask |= ITEM_CATEGORIES;
			break;
		default:
			return false;
		}
	}
	return *ret_mask != 0;
}

static void carry_out_change(Request *request, Job *job, const Element *command, guint n)
{
	ItemState state = collection_state(job->collection, n);
	guint mask;

	if (change_state(element_child(command, WBXML_AirSync_ApplicationData), &state, &mask))
		collection_set_state(job->collection, n, state, mask, request->device);
	else
		respond(job, command, 6);
}

/* ---- drafts, from 16.0 on ---- */

static bool is_draft_command(const Request *request, const Job *job)
{
	return request->version >= 160 && job->collection->type == FOLDER_DRAFTS;
}

static void add_draft(Request *request, Job *job, const Element *command)
{
	DraftEdit edit = { request->world, request->user, job->collection, request->device };
	g_autoptr(GPtrArray) names = draft_part_names_new();
	guint n;
	int status = draft_add(&edit, element_child(command, WBXML_AirSync_ApplicationData), names, &n);
	Response *r = respond(job, command, status);

	if (status != 1)
		return;
	bits_add(&job->next->has, n);
	r->server_id = collection_server_id(job->collection, n);
	r->item = n;
	r->draft_parts = g_steal_pointer(&names);
}

/* [MS-ASCMD] Status 7: someone else has changed it since, and the server's version stands. */
static void change_draft(Request *request, Job *job, const Element *command, guint n)
{
	DraftEdit edit = { request->world, request->user, job->collection, request->device };
	g_autoptr(GPtrArray) names = draft_part_names_new();
	bool is_conflict = collection_is_rewritten(job->collection, n, job->next->journal_at, request->device);
	int status = is_conflict ? 7 : draft_change(&edit, n, element_child(command, WBXML_AirSync_ApplicationData), names);

	if (status == 1 && names->len == 0)
		return;
	Response *r = respond(job, command, status);
	r->item = n;
	if (status == 1)
		r->draft_parts = g_steal_pointer(&names);
}

/* A draft's flags change as other mail's do. */
static bool is_about_content(const Element *command)
{
	const Element *data = element_child(command, WBXML_AirSync_ApplicationData);

	for (guint i = 0; data && i < data->children->len; i++)
		if (draft_has_field(((const Element *)g_ptr_array_index(data->children, i))->tag))
			return true;
	return false;
}

/* ---- items that are no mail ---- */

static PimEdit pim_edit(const Request *request, const Job *job)
{
	return (PimEdit){ request->world, job->collection, request->version, request->device };
}

/* From 16.0 on the server mails for the organiser; before, that is the client's to do. */
static void tell_attendees(Request *request, const Job *job, const Element *item, bool is_off, const char *instance)
{
	Invitation invitation = { request->world, request->user, item, is_off, instance };

	if (request->version >= 160 && pim_is_calendar(job->collection))
		invite_send(&invitation);
}

/* The event as it stands, or one occurrence of it. */
static void tell_change(Request *request, const Job *job, guint n, const char *instance, bool is_off)
{
	g_autoptr(Element) item = instance ? pim_read_occurrence(job->collection, n, instance) : pim_read(job->collection, n);

	tell_attendees(request, job, item, is_off, instance);
}

static void add_pim(Request *request, Job *job, const Element *command)
{
	PimEdit edit = pim_edit(request, job);
	guint n = 0;
	int status = pim_add(&edit, element_child(command, WBXML_AirSync_ApplicationData), &n);
	Response *r = respond(job, command, status);

	if (status != 1)
		return;
	bits_add(&job->next->has, n);
	r->server_id = collection_server_id(job->collection, n);
	r->item = n;
	r->tells_uid = request->version >= 160 && pim_is_calendar(job->collection);
	tell_change(request, job, n, NULL, false);
}

/* [MS-ASCMD] Status 7: someone else has changed it since, and the server's version stands. */
static void change_pim(Request *request, Job *job, const Element *command, guint n)
{
	PimEdit edit = pim_edit(request, job);
	const Element *data = element_child(command, WBXML_AirSync_ApplicationData);
	const char *instance = element_text(command, WBXML_AirSyncBase_InstanceId);
	bool is_delete = command->tag == WBXML_AirSync_Delete;
	int status;

	if (!is_delete && collection_is_rewritten(job->collection, n, job->next->journal_at, request->device))
		status = 7;
	else if (instance)
		status = pim_change_occurrence(&edit, n, instance, is_delete ? NULL : data);
	else
		status = pim_change(&edit, n, data);
	if (status != 1)
		respond(job, command, status);
	else
		tell_change(request, job, n, instance, is_delete);
}

static bool is_pim_change(const Job *job, const Element *command)
{
	return pim_is(job->collection) && (command->tag == WBXML_AirSync_Change ||
	                                   (command->tag == WBXML_AirSync_Delete && element_child(command, WBXML_AirSyncBase_InstanceId)));
}

static void carry_out_delete(Request *request, Job *job, guint n)
{
	Collection *trash = user_folder_of_type(request->user, FOLDER_DELETED);
	bool keeps = element_bool(job->element, WBXML_AirSync_DeletesAsMoves, true);

	if (pim_is(job->collection))
		tell_change(request, job, n, NULL, true);
	bits_remove(&job->next->has, n);
	if (keeps && trash && job->collection != trash && !pim_is(job->collection))
		user_move(job->collection, n, trash, request->device);
	else
		collection_remove(job->collection, n, request->device);
}

static void carry_out(Request *request, Job *job, const Element *command)
{
	guint n;

	job->wrote |= command->tag != WBXML_AirSync_Fetch;
	if (command->tag == WBXML_AirSync_Add && is_draft_command(request, job)) {
		add_draft(request, job, command);
	} else if (command->tag == WBXML_AirSync_Add && pim_is(job->collection)) {
		add_pim(request, job, command);
	} else if (command->tag == WBXML_AirSync_Add) {
		respond(job, command, 6);
	} else if (!collection_find(job->collection, element_text(command, WBXML_AirSync_ServerId), &n)) {
		respond(job, command, 8);
	} else if (is_pim_change(job, command)) {
		change_pim(request, job, command, n);
	} else if (command->tag == WBXML_AirSync_Change && is_draft_command(request, job) && is_about_content(command)) {
		change_draft(request, job, command, n);
	} else if (command->tag == WBXML_AirSync_Change) {
		carry_out_change(request, job, command, n);
	} else if (command->tag == WBXML_AirSync_Delete) {
		carry_out_delete(request, job, n);
	} else {
		respond(job, command, 1)->item = n;
	}
}

static void carry_out_all(Request *request, Job *job)
{
	const Element *commands = element_child(job->element, WBXML_AirSync_Commands);

	if (commands && commands->children->len > MAX_COMMANDS) {
		job->status = 4;
		return;
	}
	for (guint i = 0; commands && i < commands->children->len; i++)
		carry_out(request, job, g_ptr_array_index(commands->children, i));
	if (job->wrote)
		world_changed(request->world);
}

/* ---- one collection ---- */

/* Key 0 only gives a key: no items, no commands. */
static void start_channel(Request *request, Job *job)
{
	const Element *options = element_child(job->element, WBXML_AirSync_Options);
	SyncChannel *channel = sync_channel_new();
	SyncOptions wished;

	sync_channel_start(channel, job->collection);
	options_read(options, &wished);
	if (options)
		sync_state_set_options(channel->now, job->collection, &wished, world_now_ms(request->world));
	g_hash_table_insert(request->device->channels, g_strdup(job->collection->id), channel);
	job->is_start = true;
	job->key = sync_channel_key(channel, channel->now);
}

static Job *job_new(Request *request, const Element *element)
{
	Job *job = g_new0(Job, 1);
	const char *key = element_text(element, WBXML_AirSync_SyncKey);
	const char *id = element_text(element, WBXML_AirSync_CollectionId);

	job->element = element;
	job->status = 1;
	job->outcome.responses = g_ptr_array_new_with_free_func((GDestroyNotify)response_free);
	job->outcome.plan = g_array_new(FALSE, FALSE, sizeof(PlanStep));
	job->shown = &job->outcome;
	job->collection = user_collection(request->user, id);
	if (!key || !id)
		job->status = 4;
	else if (!job->collection)
		job->status = 12;
	else if (g_str_equal(key, "0"))
		start_channel(request, job);
	else {
		job->channel = g_hash_table_lookup(request->device->channels, id);
		job->verdict = sync_channel_judge(job->channel, key, request->digest);
		if (job->verdict == KEY_UNKNOWN)
			job->status = 3;
	}
	return job;
}

/* FilterType counts from today, so a day that passes moves the window even when nobody changed it. */
static void apply_options(Request *request, Job *job)
{
	const Element *element = element_child(job->element, WBXML_AirSync_Options);
	SyncOptions options = job->next->options;

	if (element)
		options_read(element, &options);
	sync_state_set_options(job->next, job->collection, &options, world_now_ms(request->world));
}

static guint job_window(const Request *request, const Job *job, guint left)
{
	int64_t asked = element_int(job->element, WBXML_AirSync_WindowSize, DEFAULT_WINDOW);

	if (asked <= 0 || asked > 512)
		asked = 512;
	return MIN((guint)asked, MIN(left, request->world->options.max_window));
}

/* The answer that was lost is told again; what became of its commands was settled the first time. */
static void repeat_outcome(Job *job)
{
	job->shown = &job->channel->last;
	job->key = sync_channel_key(job->channel, job->channel->now);
}

/* Takes at most @left steps. */
static void run_job(Request *request, Job *job, guint left)
{
	if (job->status != 1 || job->is_start)
		return;
	if (job->verdict == KEY_REPEATED) {
		repeat_outcome(job);
		return;
	}
	job->next = sync_state_copy(job->verdict == KEY_BEFORE ? job->channel->before : job->channel->now);
	apply_options(request, job);
	carry_out_all(request, job);
	if (!element_bool(job->element, WBXML_AirSync_GetChanges, true) || (request->fault && request->fault->more_forever))
		return;
	g_array_unref(job->outcome.plan);
	job->outcome.plan = sync_state_advance(job->next, job->collection, request->device, job_window(request, job, left),
	                                       &job->outcome.has_more);
}

static bool job_has_news(const Job *job)
{
	return job->status != 1 || job->is_start || job->wrote || job->shown != &job->outcome ||
	       job->outcome.responses->len > 0 || job->outcome.plan->len > 0 || job->outcome.has_more;
}

/* With news the state moves on under a new key; without, the old key stays good for the state as it is now. */
static void settle_job(Request *request, Job *job)
{
	SyncChannel *channel = job->channel;

	if (!job->next || job->status != 1)
		return;
	if (job_has_news(job)) {
		sync_channel_commit(channel, job->verdict, g_steal_pointer(&job->next), &job->outcome, request->digest);
		repeat_outcome(job);
	} else if (job->verdict == KEY_NOW) {
		sync_state_free(channel->now);
		channel->now = g_steal_pointer(&job->next);
	}
}

/* ---- writing ---- */

static void write_item(WbxmlWriter *w, const Request *request, const Job *job, guint n)
{
	const SyncChannel *channel = job->channel;

	wbxml_open(w, WBXML_AirSync_ApplicationData);
	if (pim_is(job->collection))
		pim_render(w, job->collection, n, request->version);
	else
		render_mail(w, job->collection, n, &channel->now->options, request->version, -1, NULL);
	wbxml_close(w);
}

static void write_step(WbxmlWriter *w, const Request *request, const Job *job, const PlanStep *step)
{
	static const WbxmlTag verbs[] = { [PLAN_ADD] = WBXML_AirSync_Add, [PLAN_CHANGE] = WBXML_AirSync_Change,
	                                  [PLAN_DELETE] = WBXML_AirSync_Delete, [PLAN_SOFT_DELETE] = WBXML_AirSync_SoftDelete };
	g_autofree char *id = collection_server_id(job->collection, step->item);
	ItemState state;

	/* In a repeated answer an item may be gone by now; its Delete follows in the next one. */
	bool is_whole = step->kind == PLAN_ADD || (step->kind == PLAN_CHANGE && step->mask & (ITEM_VERB | ITEM_CONTENT));
	if (is_whole && !collection_has(job->collection, step->item))
		return;
	wbxml_open(w, verbs[step->kind]);
	wbxml_text(w, WBXML_AirSync_ServerId, id);
	if (is_whole)
		write_item(w, request, job, step->item);
	else if (step->kind == PLAN_CHANGE) {
		state = collection_state(job->collection, step->item);
		wbxml_open(w, WBXML_AirSync_ApplicationData);
		render_state(w, &state, step->mask, request->version);
		wbxml_close(w);
	}
	wbxml_close(w);
}

static void write_uid(WbxmlWriter *w, const Job *job, guint n)
{
	g_autoptr(Element) item = pim_read(job->collection, n);

	wbxml_open(w, WBXML_AirSync_ApplicationData);
	wbxml_text(w, WBXML_Calendar_UID, element_text(item, WBXML_Calendar_UID));
	wbxml_close(w);
}

static void write_responses(WbxmlWriter *w, const Request *request, const Job *job)
{
	if (!job->shown->responses || job->shown->responses->len == 0)
		return;
	wbxml_open(w, WBXML_AirSync_Responses);
	for (guint i = 0; i < job->shown->responses->len; i++) {
		const Response *r = g_ptr_array_index(job->shown->responses, i);
		wbxml_open(w, r->verb);
		wbxml_text(w, WBXML_AirSync_ClientId, r->client_id);
		wbxml_text(w, WBXML_AirSync_ServerId, r->server_id);
		wbxml_int(w, WBXML_AirSync_Status, r->status);
		if (r->verb == WBXML_AirSync_Fetch && r->status == 1)
			write_item(w, request, job, r->item);
		if (r->draft_parts)
			draft_write_answer(w, job->collection, r->item, r->draft_parts);
		if (r->tells_uid)
			write_uid(w, job, r->item);
		wbxml_close(w);
	}
	wbxml_close(w);
}

static const char *key_to_write(const Request *request, const Job *job)
{
	const char *old = element_text(job->element, WBXML_AirSync_SyncKey);

	if (request->fault && request->fault->repeat_key)
		return old;
	return job->key ? job->key : job->status == 3 ? "0" : old;
}

static void write_job(WbxmlWriter *w, const Request *request, const Job *job)
{
	bool endless = request->fault && request->fault->more_forever && !job->is_start;

	wbxml_open(w, WBXML_AirSync_Collection);
	if (request->version < 140)
		wbxml_text(w, WBXML_AirSync_Class, pim_class_name(job->collection));
	wbxml_text(w, WBXML_AirSync_SyncKey, key_to_write(request, job));
	wbxml_text(w, WBXML_AirSync_CollectionId, element_text(job->element, WBXML_AirSync_CollectionId));
	wbxml_int(w, WBXML_AirSync_Status, job->status);
	write_responses(w, request, job);
	if (job->shown->has_more || endless)
		wbxml_empty(w, WBXML_AirSync_MoreAvailable);
	const GArray *plan = job->shown->plan;
	if (plan && plan->len > 0) {
		wbxml_open(w, WBXML_AirSync_Commands);
		for (guint i = 0; i < plan->len; i++)
			write_step(w, request, job, &g_array_index(plan, PlanStep, i));
		wbxml_close(w);
	}
	wbxml_close(w);
}

static void write_jobs(const Request *request, const GPtrArray *jobs, Answer *answer)
{
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();
	bool forced = request->fault && (request->fault->more_forever || request->fault->repeat_key);

	wbxml_open(w, WBXML_AirSync_Sync);
	wbxml_open(w, WBXML_AirSync_Collections);
	for (guint i = 0; i < jobs->len; i++) {
		const Job *job = g_ptr_array_index(jobs, i);
		if (forced || job_has_news(job))
			write_job(w, request, job);
	}
	wbxml_close(w);
	wbxml_close(w);
	answer_take(answer, w, 1);
}

/* ---- the whole ---- */

static GPtrArray *make_jobs(Request *request, const Element *collections)
{
	GPtrArray *jobs = g_ptr_array_new_with_free_func((GDestroyNotify)job_free);

	for (guint i = 0; i < collections->children->len; i++) {
		const Element *child = g_ptr_array_index(collections->children, i);
		if (child->tag == WBXML_AirSync_Collection)
			g_ptr_array_add(jobs, job_new(request, child));
	}
	return jobs;
}

static void note_for_ledger(const Element *collections, Answer *answer)
{
	g_autoptr(GString) ids = g_string_new(NULL);

	for (guint i = 0; i < collections->children->len; i++) {
		const char *id = element_text(g_ptr_array_index(collections->children, i), WBXML_AirSync_CollectionId);
		g_string_append_printf(ids, "%s%s", i ? "," : "", id ? id : "");
	}
	g_free(answer->folders);
	answer->folders = g_strdup(ids->str);
	g_free(answer->sync_key);
	answer->sync_key = collections->children->len > 0 ?
	                   g_strdup(element_text(g_ptr_array_index(collections->children, 0), WBXML_AirSync_SyncKey)) : NULL;
}

/* Seconds that a Sync may hang; 0 none, -1 out of the bounds: *ret_limit is the nearest that is allowed. */
static int64_t hang_seconds(const Request *request, int64_t *ret_limit)
{
	const WorldOptions *o = &request->world->options;
	int64_t wait_min = element_int(request->root, WBXML_AirSync_Wait, 0);
	int64_t seconds = element_int(request->root, WBXML_AirSync_HeartbeatInterval, wait_min * 60);

	if (seconds == 0 || (seconds >= o->heartbeat_min_s && seconds <= o->heartbeat_max_s))
		return seconds;
	*ret_limit = seconds < o->heartbeat_min_s ? o->heartbeat_min_s : o->heartbeat_max_s;
	if (wait_min)
		*ret_limit /= 60;
	return -1;
}

static void refuse_hang(int64_t limit, Answer *answer)
{
	g_autoptr(WbxmlWriter) w = wbxml_writer_new();

	wbxml_open(w, WBXML_AirSync_Sync);
	wbxml_text(w, WBXML_AirSync_Status, "14");
	wbxml_int(w, WBXML_AirSync_Limit, limit);
	wbxml_close(w);
	answer_take(answer, w, 14);
}

static bool any_news(const GPtrArray *jobs)
{
	for (guint i = 0; i < jobs->len; i++)
		if (job_has_news(g_ptr_array_index(jobs, i)))
			return true;
	return false;
}

static void run_jobs(Request *request, const GPtrArray *jobs)
{
	int64_t asked = element_int(request->root, WBXML_AirSync_WindowSize, 512);
	guint left = asked <= 0 || asked > 512 ? 512 : (guint)asked;

	for (guint i = 0; i < jobs->len; i++) {
		Job *job = g_ptr_array_index(jobs, i);
		run_job(request, job, left);
		settle_job(request, job);
		left -= job->shown->plan ? MIN(left, job->shown->plan->len) : 0;
	}
}

void answer_sync(Request *request, Answer *answer)
{
	const Element *collections = element_child(request->root, WBXML_AirSync_Collections);
	bool is_forced = request->fault && (request->fault->more_forever || request->fault->repeat_key);
	int64_t limit = 0;

	/* [MS-ASCMD] 13: an empty or partial request, and nothing remembered that would complete it. */
	if (!collections || element_child(request->root, WBXML_AirSync_Partial)) {
		answer_with_status(request, 13, answer);
		return;
	}
	note_for_ledger(collections, answer);
	int64_t hang_s = hang_seconds(request, &limit);
	if (hang_s < 0) {
		refuse_hang(limit, answer);
		return;
	}
	g_autoptr(GPtrArray) jobs = make_jobs(request, collections);
	run_jobs(request, jobs);
	if (is_forced || any_news(jobs))
		write_jobs(request, jobs, answer);
	else if (hang_s > 0 && clock_uptime_ms(request->world->clock) < request->began_ms + hang_s * 1000)
		answer->wait_until_ms = request->began_ms + hang_s * 1000;
	else
		answer->status = 1;
}

bool sync_is_behind(const World *world, Device *device, const Collection *collection)
{
	SyncChannel *channel = g_hash_table_lookup(device->channels, collection->id);

	if (!channel || !channel->now)
		return false;
	g_autoptr(SyncState) copy = sync_state_copy(channel->now);
	bool more;
	sync_state_set_options(copy, collection, &copy->options, world_now_ms(world));
	g_autoptr(GArray) plan = sync_state_advance(copy, collection, device, 1, &more);
	return plan->len > 0;
}
