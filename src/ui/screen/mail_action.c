/*
 * An action is posted to the engine, comes back once it is in the store with its effect, and is
 * then one step of undo. What the server refuses later is told by its group.
 */
#include "base/error.h"
#include "base/i18n.h"
#include "ui/screen/mail_state.h"

enum { HOLD_MS = 10000 };

typedef enum { ACTION_DONE, ACTION_AGAIN, ACTION_BACK, ACTION_CHOICE, ACTION_EDIT } ActionKind;

typedef struct {
	ActionKind kind;
	char      *label;
	int64_t    draft_id;         /* EDIT: what is to be opened */
} Pending;

void screen_pending_free(gpointer data)
{
	Pending *pending = data;

	g_free(pending->label);
	g_free(pending);
}

GPtrArray *screen_ops_new(void) { return g_ptr_array_new_with_free_func((GDestroyNotify)op_free); }

/* ---- asking ---- */

/* What cannot be taken back once it has left stays here for a while. */
static bool is_final(OpKind kind)
{
	return kind == OP_DELETE || kind == OP_FOLDER_EMPTY || kind == OP_FOLDER_DELETE;
}

static void hold(MailScreen *mail, const GPtrArray *ops)
{
	for (guint i = 0; i < ops->len; i++) {
		Op *op = g_ptr_array_index(ops, i);
		if (is_final(op->kind))
			op->due_ms = clock_now_ms(mail->setup.clock) + HOLD_MS;
	}
}

/* @label is taken; it is said when the engine has done it. NULL: there is none. */
static Pending *await(MailScreen *mail, int64_t wish_id, ActionKind kind, char *label)
{
	Pending *pending;

	if (!wish_id) {
		g_free(label);
		screen_say(mail, STYLE_WARNING, "%s",
		           _("Nothing can be changed here now: no engine runs in this window."));
		return NULL;
	}
	pending = g_new0(Pending, 1);
	pending->kind = kind;
	pending->label = label;
	g_hash_table_insert(mail->pending, g_memdup2(&wish_id, sizeof wish_id), pending);
	return pending;
}

static void post(MailScreen *mail, GPtrArray *ops, ActionKind kind, char *label)
{
	hold(mail, ops);
	await(mail, mail->setup.host->ops->ops(mail->setup.host, ops), kind, label);
}

void screen_act(MailScreen *mail, char *label, GPtrArray *ops)
{
	post(mail, ops, ACTION_DONE, label);
}

void screen_act_silently(MailScreen *mail, Op *op)
{
	GPtrArray *ops = screen_ops_new();

	g_ptr_array_add(ops, op);
	mail->setup.host->ops->ops(mail->setup.host, ops);
}

void screen_act_on_outbox(MailScreen *mail, OutboxAct act, int64_t group_id, const char *label)
{
	await(mail, mail->setup.host->ops->outbox(mail->setup.host, act, group_id), ACTION_CHOICE,
	      g_strdup(label));
}

void screen_choose_vip(MailScreen *mail, const char *address, bool is_vip, const char *label)
{
	await(mail, mail->setup.host->ops->vip(mail->setup.host, address, is_vip), ACTION_CHOICE,
	      g_strdup(label));
}

void screen_choose_picture_sender(MailScreen *mail, int64_t account_id, const char *address,
                                  bool is_shown, const char *label)
{
	await(mail,
	      mail->setup.host->ops->picture_sender(mail->setup.host, account_id, address, is_shown),
	      ACTION_CHOICE, g_strdup(label));
}

void screen_edit_from_outbox(MailScreen *mail, const Op *op)
{
	const ScreenHostOps *host = mail->setup.host->ops;
	Pending *pending = await(mail, host->outbox(mail->setup.host, OUTBOX_CANCEL, op->group_id),
	                         ACTION_EDIT, NULL);

	if (pending)
		pending->draft_id = op->draft_id;
}

void screen_remember(MailScreen *mail, CommandId id, const char *argument)
{
	char *copy = g_strdup(argument);

	g_free(mail->last_argument);
	mail->last_change = id;
	mail->last_argument = copy;
}

/* ---- answers ---- */

static bool has_final(const GPtrArray *ops)
{
	for (guint i = 0; i < ops->len; i++)
		if (is_final(((const Op *)g_ptr_array_index(ops, i))->kind))
			return true;
	return false;
}

static void say_done(MailScreen *mail, const Pending *pending, const GPtrArray *ops)
{
	g_autofree char *key = keymap_key_of(mail->keymap, CONTEXT_LIST, COMMAND_undo);

	screen_say(mail, STYLE_NORMAL,
	           has_final(ops) ? _("%s; %s takes it back for ten seconds")
	                          : _("%s; %s takes it back"),
	           pending->label, key ? key : ":undo");
}

/* Flag and categories stand in the head of the page. */
static void refresh_reader(MailScreen *mail, const GPtrArray *ops)
{
	int64_t id = reader_message(screen_reader(mail));

	for (guint i = 0; id && i < ops->len; i++) {
		const Op *op = g_ptr_array_index(ops, i);
		if (op->message_id == id && (op->kind == OP_FLAG || op->kind == OP_CATEGORIES))
			reader_fetched(screen_reader(mail), id);
	}
}

static void take_ops(MailScreen *mail, const Pending *pending, const SyncEvent *event)
{
	refresh_reader(mail, event->ops);
	if (pending->kind == ACTION_BACK) {
		screen_say(mail, STYLE_NORMAL, _("Taken back: %s"), pending->label);
		return;
	}
	(pending->kind == ACTION_AGAIN ? undo_push_again : undo_push)(
		mail->undo, pending->label, event->ops, event->group_id);
	say_done(mail, pending, event->ops);
}

static void take_answer(MailScreen *mail, const Pending *pending, const SyncEvent *event)
{
	if (event->kind == SYNC_FAILED)
		screen_say(mail, STYLE_ERROR, "%s", event->text ? event->text : "");
	else if (event->kind == SYNC_WRITTEN)
		take_ops(mail, pending, event);
	else if (pending->kind == ACTION_BACK)
		screen_say(mail, STYLE_NORMAL, _("Taken back: %s"), pending->label);
	else if (pending->kind == ACTION_EDIT)
		screen_resume_draft(mail, pending->draft_id);
	else
		screen_say(mail, STYLE_NORMAL, "%s", pending->label);
}

bool screen_written(MailScreen *mail, const SyncEvent *event)
{
	const Pending *pending =
		event->wish_id ? g_hash_table_lookup(mail->pending, &event->wish_id) : NULL;

	if (!pending)
		return false;
	take_answer(mail, pending, event);
	g_hash_table_remove(mail->pending, &event->wish_id);
	screen_reload_now(mail);
	return true;
}

/* ---- commands ---- */

void do_undo(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_auto(UndoStep) step = { 0 };
	GError *err = NULL;

	(void)call;
	if (!undo_back(mail->undo, &step, &err))
		screen_check(mail, false, &err);
	else if (step.ops)
		post(mail, g_steal_pointer(&step.ops), ACTION_BACK, g_steal_pointer(&step.label));
	else
		await(mail,
		      mail->setup.host->ops->outbox(mail->setup.host, OUTBOX_CANCEL,
		                                    step.cancel_group_id),
		      ACTION_BACK, g_steal_pointer(&step.label));
}

void do_redo(void *target, const CommandCall *call)
{
	MailScreen *mail = target;
	g_auto(UndoStep) step = { 0 };
	GError *err = NULL;

	(void)call;
	if (!undo_again(mail->undo, &step, &err))
		screen_check(mail, false, &err);
	else
		post(mail, g_steal_pointer(&step.ops), ACTION_AGAIN, g_steal_pointer(&step.label));
}

void do_repeat(void *target, const CommandCall *call)
{
	MailScreen *mail = target;

	(void)call;
	if (mail->last_change == COMMAND_NONE) {
		screen_say(mail, STYLE_NORMAL, "%s",
		           _("Nothing was changed yet that could be repeated."));
		return;
	}
	g_autofree char *argument = g_strdup(mail->last_argument);
	screen_run(mail, mail->last_change, argument);
}
