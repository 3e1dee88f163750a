#include "sync/batch.h"

#include "model/merge.h"

enum { TRIES_MOST = 3, HURRIED_WAIT_MOST_MS = 30 * 1000 };

static const struct { OpKind kind; TaskKind task; } tasks[] = {
	{ OP_MARK_READ,     TASK_PUSH_OPS }, { OP_FLAG,          TASK_PUSH_OPS },
	{ OP_CATEGORIES,    TASK_PUSH_OPS }, { OP_DELETE,        TASK_PUSH_OPS },
	{ OP_MOVE,          TASK_MOVE },     { OP_FOLDER_CREATE, TASK_FOLDER },
	{ OP_FOLDER_UPDATE, TASK_FOLDER },   { OP_FOLDER_DELETE, TASK_FOLDER },
	{ OP_FOLDER_EMPTY,  TASK_EMPTY },    { OP_OOF,           TASK_OOF_SET },
	{ OP_ITEM_SAVE,   TASK_PUSH_ITEMS }, { OP_ITEM_DELETE, TASK_PUSH_ITEMS },
	{ OP_OCCURRENCE,  TASK_PUSH_ITEMS }, { OP_RESPOND,        TASK_RESPOND },
};

bool batch_task(OpKind kind, TaskKind *ret_task)
{
	for (size_t i = 0; i < G_N_ELEMENTS(tasks); i++)
		if (tasks[i].kind == kind) {
			*ret_task = tasks[i].task;
			return true;
		}
	return false;
}

/* ---- what stands in the way ---- */

/* Sets of ids, of what is earlier than the op at hand and not settled. */
typedef struct {
	GHashTable *messages;   /* that something is done to */
	GHashTable *doomed;     /* to be deleted by an op that waits: all else is pointless */
	GHashTable *touched;    /* folders whose messages something is done to, or one moves to */
	GHashTable *drained;    /* folders that are emptied or deleted */
	GHashTable *changed;    /* folders that something is done to themselves */
	GHashTable *items;      /* that something is done to */
	GHashTable *deletions;  /* groups with a folder to be deleted: what lies in it goes first */
} Earlier;

static GHashTable *id_set(void) { return g_hash_table_new(g_int64_hash, g_int64_equal); }

static void earlier_init(Earlier *earlier)
{
	*earlier = (Earlier){ id_set(), id_set(), id_set(), id_set(),
		              id_set(), id_set(), id_set() };
}

static void earlier_clear(Earlier *earlier)
{
	g_hash_table_unref(earlier->messages);
	g_hash_table_unref(earlier->doomed);
	g_hash_table_unref(earlier->touched);
	g_hash_table_unref(earlier->drained);
	g_hash_table_unref(earlier->changed);
	g_hash_table_unref(earlier->items);
	g_hash_table_unref(earlier->deletions);
}

static bool has(GHashTable *set, const int64_t *id)
{
	return *id && g_hash_table_contains(set, id);
}

static void add(GHashTable *set, const int64_t *id)
{
	if (*id)
		g_hash_table_add(set, (gpointer)id);
}

static bool is_draining(OpKind kind) { return kind == OP_FOLDER_DELETE || kind == OP_FOLDER_EMPTY; }

static const Op *op_at(const GPtrArray *ops, guint i) { return g_ptr_array_index(ops, i); }

static void find_doomed(const GPtrArray *ops, Earlier *earlier)
{
	for (guint i = 0; i < ops->len; i++)
		if (op_at(ops, i)->kind == OP_DELETE && op_at(ops, i)->state == OP_WAITING)
			add(earlier->doomed, &op_at(ops, i)->message_id);
}

static bool is_overtaken(const Earlier *earlier, const Op *op)
{
	return op->state != OP_SENDING && op_overtakes(OP_DELETE, op->kind) &&
	       has(earlier->doomed, &op->message_id);
}

static bool is_blocked(const Earlier *earlier, const Op *op)
{
	if (op_is_of_item(op->kind))
		return has(earlier->items, &op->item_id) || has(earlier->messages, &op->message_id);
	if (op_is_of_message(op->kind))
		return has(earlier->messages, &op->message_id) ||
		       has(earlier->drained, &op->folder_id) ||
		       has(earlier->drained, &op->value.folder_id);
	return has(earlier->changed, &op->folder_id) ||
	       (is_draining(op->kind) && has(earlier->touched, &op->folder_id)) ||
	       (op->kind == OP_FOLDER_DELETE && has(earlier->deletions, &op->group_id));
}

static void note_earlier(Earlier *earlier, const Op *op)
{
	if (op_is_of_message(op->kind)) {
		add(earlier->messages, &op->message_id);
		add(earlier->touched, &op->folder_id);
		add(earlier->touched, &op->value.folder_id);
		return;
	}
	if (op_is_of_item(op->kind)) {
		add(earlier->items, &op->item_id);
		add(earlier->messages, &op->message_id);
		return;
	}
	add(earlier->changed, &op->folder_id);
	if (is_draining(op->kind))
		add(earlier->drained, &op->folder_id);
	if (op->kind == OP_FOLDER_DELETE)
		add(earlier->deletions, &op->group_id);
}

/* ---- time ---- */

static int64_t ready_ms(const Op *op)
{
	return op->state == OP_HELD ? MAX(op->due_ms, op->next_ms) : op->next_ms;
}

/* A run that ends leaves it for the next. */
static bool is_left(const Session *session, const Op *op, int64_t now_ms)
{
	return session->mode != SYNC_WATCH && ready_ms(op) > now_ms &&
	       (op->state == OP_HELD || op->attempts >= TRIES_MOST ||
	        ready_ms(op) > now_ms + HURRIED_WAIT_MOST_MS);
}

/* Adds it to @ready, or says when it may go. */
static void consider(const Session *session, const Op *op, int64_t now_ms, GPtrArray *ready,
                     int64_t *wake_ms)
{
	if ((op->state != OP_WAITING && op->state != OP_HELD) || !op_has_names(op))
		return;
	if (ready_ms(op) <= now_ms)
		g_ptr_array_add(ready, (gpointer)op);
	else if (!is_left(session, op, now_ms))
		*wake_ms = MIN(*wake_ms, ready_ms(op));
}

/* ---- the two questions ---- */

GPtrArray *batch_ready(const Session *session, int64_t now_ms, int64_t *ret_wake_ms)
{
	GPtrArray *ready = g_ptr_array_new();
	Earlier earlier;

	*ret_wake_ms = INT64_MAX;
	earlier_init(&earlier);
	find_doomed(session->ops, &earlier);
	for (guint i = 0; i < session->ops->len; i++) {
		const Op *op = op_at(session->ops, i);
		TaskKind task;

		if (!batch_task(op->kind, &task) || is_overtaken(&earlier, op))
			continue;
		if (!is_blocked(&earlier, op))
			consider(session, op, now_ms, ready, ret_wake_ms);
		note_earlier(&earlier, op);
	}
	earlier_clear(&earlier);
	return ready;
}

static bool goes_along(const Op *first, const Op *op)
{
	TaskKind task, other;

	if (!batch_task(first->kind, &task) || !batch_task(op->kind, &other) || task != other)
		return false;
	return task == TASK_MOVE || ((task == TASK_PUSH_OPS || task == TASK_PUSH_ITEMS) &&
	                             op->folder_id == first->folder_id);
}

GPtrArray *batch_fill(const GPtrArray *ready, const Op *first, guint most)
{
	GPtrArray *ops = g_ptr_array_new();

	g_ptr_array_add(ops, (gpointer)first);
	for (guint i = 0; i < ready->len && ops->len < most; i++)
		if (op_at(ready, i) != first && goes_along(first, op_at(ready, i)))
			g_ptr_array_add(ops, g_ptr_array_index(ready, i));
	return ops;
}
