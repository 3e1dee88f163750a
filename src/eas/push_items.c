/*
 * Changes of events, contacts, tasks and notes, as Adds, Changes and Deletes of a Sync. A change
 * may need several commands: from 16.0 on an occurrence of a series is changed by a command of its
 * own, after that of the series, and one a request ([MS-ASCAL] 3.1.5.6). So the commands stand in a
 * row, and each request takes from it as many as go together. Silence is success, but for an Add.
 */
#include <string.h>

#include "base/error.h"
#include "base/i18n.h"
#include "eas/collection.h"
#include "eas/event_item.h"
#include "eas/field.h"

enum { FIRST_SLICE = 32, COMMANDS_MAX = 100, VERSION_OCCURRENCES = 160 };
enum { STATUS_EXCEPTIONS_FAILED = 184 };

typedef enum { COMMAND_ADD, COMMAND_CHANGE, COMMAND_DELETE } Verb;

typedef struct {
	guint   change;            /* which one it is a part of */
	Verb    verb;
	/* Of an occurrence: its original start and, if it is not deleted, how it is to be, and
	 * EventHas of it. */
	bool    is_occurrence;
	int64_t instance_ms;
	Event  *occurrence;
	guint   due;
	/* The server's word on it. */
	int64_t status;
	char   *server_id, *uid;
} ItemCommand;

/* How far a change is. */
typedef struct {
	guint left;                /* commands without an answer */
	bool  is_failed;
	char *name;                /* a new item's; NULL none yet */
} Progress;

typedef struct {
	Work       work;
	char      *key;
	GArray    *commands;       /* of ItemCommand */
	guint      from, count;    /* those under way */
	GArray    *progress;       /* of Progress, one a change */
	bool       is_repeated;    /* as in push_ops.c */
	Collection collection;
	ItemCommand answer;        /* being read */
	char      *answer_client_id;
} PushItems;

static const ItemChange *change_at(const PushItems *self, guint index)
{
	return g_ptr_array_index(self->work.spec.changes, index);
}

static ItemCommand *command_at(const PushItems *self, guint index)
{
	return &g_array_index(self->commands, ItemCommand, index);
}

static Progress *progress_of(const PushItems *self, const ItemCommand *command)
{
	return &g_array_index(self->progress, Progress, command->change);
}

/* By which the server knows the item. */
static const char *name_of(const PushItems *self, const ItemCommand *command)
{
	const char *name = progress_of(self, command)->name;

	return name ? name : change_at(self, command->change)->op->server_id;
}

static void progress_clear(void *data)
{
	g_free(((Progress *)data)->name);
}

static void command_clear(void *data)
{
	ItemCommand *command = data;

	g_clear_pointer(&command->occurrence, event_free);
	g_clear_pointer(&command->server_id, g_free);
	g_clear_pointer(&command->uid, g_free);
}

/* ---- the row of commands ---- */

static void append(PushItems *self, ItemCommand command)
{
	g_array_append_val(self->commands, command);
	progress_of(self, &command)->left++;
}

static void add_command(PushItems *self, guint change, Verb verb)
{
	append(self, (ItemCommand){ .change = change, .verb = verb, .status = 1 });
}

static const EventException *exception_at(const GPtrArray *exceptions, int64_t original_ms)
{
	for (guint i = 0; exceptions && i < exceptions->len; i++) {
		const EventException *exception = exceptions->pdata[i];
		if (exception->original_ms == original_ms)
			return exception;
	}
	return NULL;
}

static Event *occurrence_of(const Event *series, int64_t original_ms)
{
	const EventException *exception = exception_at(series->exceptions, original_ms);
	const EventException none = { .original_ms = original_ms };

	return event_occurrence(series, exception ? exception : &none);
}

/* What the server shows at a place of the rule once the series itself is as it is to be. */
static Event *occurrence_before(const EventChange *change, int64_t original_ms, bool is_dropped)
{
	const EventException none = { .original_ms = original_ms };
	const EventException *was =
		is_dropped || !change->was ? NULL
	                                   : exception_at(change->was->exceptions, original_ms);

	return event_occurrence(change->event, was ? was : &none);
}

/* One that was cancelled there does not come back: there is no command for it. */
static void add_occurrence(PushItems *self, guint index, const EventChange *change,
                           int64_t original_ms, bool is_dropped)
{
	const EventException *now = exception_at(change->event->exceptions, original_ms);
	const EventException *was =
		is_dropped || !change->was ? NULL
	                                   : exception_at(change->was->exceptions, original_ms);
	ItemCommand command = { .change = index,
		                .verb = now && now->is_deleted ? COMMAND_DELETE : COMMAND_CHANGE,
		                .is_occurrence = true,
		                .instance_ms = original_ms,
		                .status = 1 };

	if (was && was->is_deleted)
		return;
	if (command.verb == COMMAND_CHANGE) {
		g_autoptr(Event) before = occurrence_before(change, original_ms, is_dropped);
		command.occurrence = occurrence_of(change->event, original_ms);
		command.due = event_item_difference(command.occurrence, before);
		if (!command.due) {
			event_free(command.occurrence);
			return;
		}
	}
	append(self, command);
}

/* Those that are exceptions now, and those that no longer are. */
static void add_occurrences(PushItems *self, guint index, const EventChange *change,
                            bool is_dropped)
{
	const GPtrArray *now = change->event->exceptions;
	const GPtrArray *was = change->was ? change->was->exceptions : NULL;

	if (!change->event->recurrence)
		return;
	for (guint i = 0; now && i < now->len; i++)
		add_occurrence(self, index, change,
		               ((const EventException *)now->pdata[i])->original_ms, is_dropped);
	for (guint i = 0; was && !is_dropped && i < was->len; i++) {
		int64_t original_ms = ((const EventException *)was->pdata[i])->original_ms;
		if (!exception_at(now, original_ms))
			add_occurrence(self, index, change, original_ms, false);
	}
}

static void add_event_change(PushItems *self, guint index, const ItemChange *item)
{
	const EventChange change = { .event = item->item->event,
		                     .was = item->was ? item->was->event : NULL,
		                     .version = self->work.version };

	if (item->instance_ms) {
		add_occurrence(self, index, &change, item->instance_ms, false);
		return;
	}
	if (event_item_differs(&change))
		add_command(self, index, COMMAND_CHANGE);
	add_occurrences(self, index, &change, event_item_drops_exceptions(&change));
}

static void add_change(PushItems *self, guint index)
{
	const ItemChange *change = change_at(self, index);
	bool is_event = change->item && change->item->kind == PIM_EVENT;

	if (!change->item)
		add_command(self, index, COMMAND_DELETE);
	else if (!change->op->server_id)
		add_command(self, index, COMMAND_ADD);
	else if (is_event && self->work.version >= VERSION_OCCURRENCES)
		add_event_change(self, index, change);
	else
		add_command(self, index, COMMAND_CHANGE);
}

static void plan(PushItems *self)
{
	for (guint i = 0; i < self->work.spec.changes->len; i++)
		add_change(self, i);
}

/* ---- the request ---- */

static void write_command(WbxmlWriter *writer, const PushItems *self, const ItemCommand *command)
{
	static const WbxmlTag verbs[] = { [COMMAND_ADD] = WBXML_AirSync_Add,
		                          [COMMAND_CHANGE] = WBXML_AirSync_Change,
		                          [COMMAND_DELETE] = WBXML_AirSync_Delete };
	const ItemChange *change = change_at(self, command->change);

	wbxml_open(writer, verbs[command->verb]);
	if (command->verb == COMMAND_ADD)
		wbxml_text(writer, WBXML_AirSync_ClientId, change->op->client_id);
	else
		wbxml_text(writer, WBXML_AirSync_ServerId, name_of(self, command));
	if (command->is_occurrence)
		field_compact_date(writer, WBXML_AirSyncBase_InstanceId, command->instance_ms);
	if (command->verb != COMMAND_DELETE) {
		wbxml_open(writer, WBXML_AirSync_ApplicationData);
		if (command->occurrence)
			event_item_write_occurrence(writer, command->occurrence, command->due);
		else
			item_class_write(writer, change, self->work.version);
		wbxml_close(writer);
	}
	wbxml_close(writer);
}

/* Nothing follows what the server has refused of the same item. */
static void pass_over_failed(PushItems *self)
{
	while (self->from < self->commands->len &&
	       progress_of(self, command_at(self, self->from))->is_failed)
		self->from++;
}

/* [MS-ASCAL] 3.1.5.6: an occurrence goes alone. Two commands for one item in a request would be
 * answered by Status 16. */
static guint count_together(const PushItems *self)
{
	guint count = 0;

	for (guint i = self->from; i < self->commands->len && count < COMMANDS_MAX; i++, count++) {
		const ItemCommand *command = command_at(self, i);
		if (count && (command->is_occurrence ||
		              command->change == command_at(self, i - 1)->change))
			return count;
		if (command->is_occurrence)
			return 1;
	}
	return count;
}

/* What is deleted goes to the server's trash, where other programs find it: DeletesAsMoves is
 * unsaid. GetChanges 0: what others changed comes with a page of its own, after ours is confirmed.
 */
static HttpRequest *push_items_ask(Task *task, GError **err)
{
	PushItems *self = (PushItems *)task;
	g_autoptr(WbxmlWriter) writer = wbxml_writer_new();

	(void)err;
	self->count = count_together(self);
	collection_open(writer, &self->work, self->key);
	wbxml_int(writer, WBXML_AirSync_GetChanges, 0);
	collection_options(writer, &self->work);
	if (self->count) {
		wbxml_open(writer, WBXML_AirSync_Commands);
		for (guint i = 0; i < self->count; i++)
			write_command(writer, self, command_at(self, self->from + i));
		wbxml_close(writer);
	}
	return collection_request(writer, &self->work);
}

/* ---- the answer ---- */

static bool take_value(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	PushItems *self = into;

	switch (tag) {
	case WBXML_AirSync_ServerId:
		return reply_text(reader, &self->answer.server_id, err);
	case WBXML_AirSync_ClientId:
		return reply_text(reader, &self->answer_client_id, err);
	case WBXML_AirSync_Status:
		return reply_int(reader, 0, 9999, &self->answer.status, err);
	case WBXML_AirSync_ApplicationData:
		return reply_walk(reader, take_value, self, err);
	case WBXML_Calendar_UID:
		return reply_line(reader, &self->answer.uid, err);
	default:
		return wbxml_reader_skip(reader, err);
	}
}

static bool is_meant(const PushItems *self, const ItemCommand *command)
{
	const Op *op = change_at(self, command->change)->op;

	return command->verb == COMMAND_ADD
	               ? g_strcmp0(op->client_id, self->answer_client_id) == 0
	               : g_strcmp0(name_of(self, command), self->answer.server_id) == 0;
}

static void forget_answer(PushItems *self)
{
	command_clear(&self->answer);
	self->answer = (ItemCommand){ .status = 1 };
	g_clear_pointer(&self->answer_client_id, g_free);
}

static void note_answer(PushItems *self)
{
	for (guint i = 0; i < self->count; i++) {
		ItemCommand *command = command_at(self, self->from + i);
		if (!is_meant(self, command))
			continue;
		command->status = self->answer.status;
		g_free(command->server_id);
		g_free(command->uid);
		command->server_id = g_steal_pointer(&self->answer.server_id);
		command->uid = g_steal_pointer(&self->answer.uid);
		return;
	}
}

/* A command of Responses. */
static bool take_response(void *into, WbxmlTag tag, WbxmlReader *reader, GError **err)
{
	PushItems *self = into;

	(void)tag;
	forget_answer(self);
	if (!reply_walk(reader, take_value, self, err))
		return false;
	note_answer(self);
	return true;
}

/* The item is made, but not all of its exceptions, and which the server does not say: each goes
 * again, on its own. */
static void resend_exceptions(PushItems *self, guint index)
{
	const EventChange change = { .event = change_at(self, index)->item->event };

	add_occurrences(self, index, &change, true);
}

/* [MS-ASCMD] 2.2.2, Status 184; and one that is not there need not be taken away. */
static bool is_well(const ItemCommand *command, GError **err)
{
	const StatusRow *row = status_find(FAMILY_SYNC, (int)command->status);
	bool is_gone = row && row->kind == ERR_GONE;

	if (command->verb == COMMAND_DELETE && command->is_occurrence && is_gone)
		return true;
	if (command->status != STATUS_EXCEPTIONS_FAILED &&
	    !status_check(FAMILY_SYNC, (int)command->status, err))
		return false;
	if (command->verb == COMMAND_ADD && (!command->server_id || !*command->server_id))
		return fail(err, ERR_PROTOCOL,
		            _("the server does not say whether it keeps the new item"));
	return true;
}

static void take_name(PushItems *self, ItemCommand *command, Sink *sink)
{
	Progress *progress = progress_of(self, command);

	if (command->verb != COMMAND_ADD)
		return;
	progress->name = g_steal_pointer(&command->server_id);
	if (command->uid)
		sink->ops->event_uid(sink, change_at(self, command->change)->op->id, command->uid);
}

static void end_change(const PushItems *self, guint index, Sink *sink)
{
	const Progress *progress = &g_array_index(self->progress, Progress, index);
	int64_t op_id = change_at(self, index)->op->id;

	if (progress->name)
		sink->ops->op_named(sink, op_id, progress->name);
	else
		sink->ops->op_done(sink, op_id);
}

static void settle(PushItems *self, guint at, Sink *sink)
{
	ItemCommand *command = command_at(self, at);
	guint index = command->change;
	g_autoptr(GError) why = NULL;

	if (!is_well(command, &why)) {
		progress_of(self, command)->is_failed = true;
		sink->ops->op_failed(sink, change_at(self, index)->op->id, why);
		return;
	}
	take_name(self, command, sink);
	if (command->status == STATUS_EXCEPTIONS_FAILED)
		resend_exceptions(self, index);
	if (--g_array_index(self->progress, Progress, index).left == 0)
		end_change(self, index, sink);
}

/* What the server already has as it is wanted. */
static void settle_unchanged(const PushItems *self, Sink *sink)
{
	for (guint i = 0; i < self->progress->len; i++)
		if (g_array_index(self->progress, Progress, i).left == 0)
			end_change(self, i, sink);
}

static void finish(PushItems *self, Sink *sink, Step *ret_step)
{
	if (self->collection.sync_key) {
		g_free(self->key);
		self->key = g_strdup(self->collection.sync_key);
	}
	self->is_repeated = false;
	if (self->from == 0)
		settle_unchanged(self, sink);
	for (guint i = 0; i < self->count; i++)
		settle(self, self->from + i, sink);
	sink->ops->page_end(sink, self->key, self->collection.has_more);
	self->from += self->count;
	pass_over_failed(self);
	*ret_step = self->from < self->commands->len ? STEP_ASK : STEP_DONE;
}

static bool push_items_chunk(Task *task, Sink *sink, unsigned budget_items, Step *ret_step,
                             GError **err)
{
	PushItems *self = (PushItems *)task;
	bool is_over;

	if (!collection_read(&self->collection, sink, budget_items, &is_over, err))
		return false;
	*ret_step = STEP_MORE;
	if (!is_over)
		return true;
	if (!self->collection.sync_key && !self->is_repeated) {
		self->is_repeated = true;
		*ret_step = STEP_ASK;
		return true;
	}
	finish(self, sink, ret_step);
	return true;
}

static bool push_items_take(Task *task, const HttpResponse *response, Sink *sink, Step *ret_step,
                            GError **err)
{
	PushItems *self = (PushItems *)task;

	if (!collection_begin(&self->collection, response, self->key, sink, err))
		return false;
	self->collection.take_response = take_response;
	self->collection.response_into = self;
	return push_items_chunk(task, sink, FIRST_SLICE, ret_step, err);
}

static void push_items_free(Task *task)
{
	PushItems *self = (PushItems *)task;

	collection_clear(&self->collection);
	forget_answer(self);
	g_array_unref(self->commands);
	g_array_unref(self->progress);
	g_free(self->key);
	g_free(self);
}

static PushItems *push_items_new(const TaskSpec *spec)
{
	static const TaskOps ops = {
		.ask = push_items_ask,
		.take = push_items_take,
		.chunk = push_items_chunk,
		.free = push_items_free,
	};
	PushItems *self = work_new(sizeof *self, &ops, spec);

	self->key = g_strdup(spec->folder->sync_key);
	self->collection.type = spec->folder->type;
	self->commands = g_array_new(FALSE, FALSE, sizeof(ItemCommand));
	g_array_set_clear_func(self->commands, command_clear);
	self->progress = g_array_new(FALSE, TRUE, sizeof(Progress));
	g_array_set_clear_func(self->progress, progress_clear);
	g_array_set_size(self->progress, spec->changes->len);
	return self;
}

Task *eas_push_items_begin(const TaskSpec *spec, GError **err)
{
	const char *key = spec->folder->sync_key;

	if (!item_class_of(spec->folder->type))
		return fail_null(err, ERR_UNSUPPORTED, _("ActiveSync cannot do this"));
	if (!key || strcmp(key, "0") == 0)
		return fail_null(err, ERR_RESYNC,
		                 _("the folder has to be synced before a change can be sent"));
	PushItems *self = push_items_new(spec);

	plan(self);
	return &self->work.task;
}
