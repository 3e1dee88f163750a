#include "sync/client.h"

#include "sync/command.h"
#include "sync/engine.h"
#include "sync/event.h"

struct SyncClient {
	Mailbox *commands, *events;
	SyncEngine  *engine;          /* the thread's, until it is joined */
	GThread *thread;
	gint64   last_wish_id;    /* the client's thread only */
};

static gpointer run_engine(gpointer data)
{
	SyncClient *client = data;

	while (sync_engine_turn(client->engine))
		;
	sync_engine_free(g_steal_pointer(&client->engine));
	event_post(client->events, (SyncEvent){ .kind = SYNC_STOPPED });
	return NULL;
}

static void client_free(SyncClient *client)
{
	sync_engine_free(client->engine);
	mailbox_unref(client->commands);
	mailbox_unref(client->events);
	g_free(client);
}

SyncClient *sync_start(const SyncSetup *setup, GError **err)
{
	Carrier *carrier = carrier_new(setup->clock, err);
	SyncClient *client;

	if (!carrier)
		return NULL;
	client = g_new0(SyncClient, 1);
	client->commands = mailbox_new((GDestroyNotify)command_free);
	client->events = mailbox_ref(setup->events);
	client->engine = sync_engine_new(setup, carrier, client->commands, err);
	if (!client->engine) {
		client_free(client);
		return NULL;
	}
	client->thread = g_thread_new("engine", run_engine, client);
	return client;
}

void sync_stop(SyncClient *client)
{
	if (!client)
		return;
	mailbox_post(client->commands, command_new(COMMAND_STOP));
	g_thread_join(client->thread);
	client_free(client);
}

/* ---- requests ---- */

void sync_now(SyncClient *client, int64_t account_id)
{
	Command *command = command_new(COMMAND_NOW);

	command->account_id = account_id;
	mailbox_post(client->commands, command);
}

void sync_folder_first(SyncClient *client, int64_t folder_id)
{
	Command *command = command_new(COMMAND_SCREEN_FOLDER);

	command->folder_id = folder_id;
	mailbox_post(client->commands, command);
}

static int64_t post_wish(SyncClient *client, TaskKind task, int64_t message_id,
                         const char *reference)
{
	Command *command = command_new(COMMAND_WISH);
	int64_t wish_id = ++client->last_wish_id;

	command->wish_task = task;
	command->wish_id = wish_id;
	command->message_id = message_id;
	command->text = g_strdup(reference);
	mailbox_post(client->commands, command);
	return wish_id;
}

int64_t sync_wish_body(SyncClient *client, int64_t message_id)
{
	return post_wish(client, TASK_FETCH_BODY, message_id, NULL);
}

int64_t sync_wish_mime(SyncClient *client, int64_t message_id)
{
	return post_wish(client, TASK_FETCH_MIME, message_id, NULL);
}

int64_t sync_wish_part(SyncClient *client, int64_t message_id, const char *reference)
{
	return post_wish(client, TASK_FETCH_PART, message_id, reference);
}

int64_t sync_ops(SyncClient *client, GPtrArray *ops)
{
	Command *command = command_new(COMMAND_OPS);
	int64_t wish_id = ++client->last_wish_id;

	command->wish_id = wish_id;
	command->ops = ops;
	mailbox_post(client->commands, command);
	return wish_id;
}

int64_t sync_op(SyncClient *client, Op *op)
{
	GPtrArray *ops = g_ptr_array_new_with_free_func((GDestroyNotify)op_free);

	g_ptr_array_add(ops, op);
	return sync_ops(client, ops);
}

static int64_t post_draft(SyncClient *client, Command *command, int64_t draft_id)
{
	command->wish_id = ++client->last_wish_id;
	command->draft_id = draft_id;
	mailbox_post(client->commands, command);
	return client->last_wish_id;
}

int64_t sync_draft_save(SyncClient *client, int64_t account_id, Draft *draft, int64_t draft_id)
{
	Command *command = command_new(COMMAND_DRAFT_SAVE);

	command->account_id = account_id;
	command->draft = draft;
	return post_draft(client, command, draft_id);
}

int64_t sync_draft_drop(SyncClient *client, int64_t draft_id)
{
	return post_draft(client, command_new(COMMAND_DRAFT_DROP), draft_id);
}

static int64_t post_outbox(SyncClient *client, CommandKind kind, int64_t op_id, int64_t group_id)
{
	Command *command = command_new(kind);
	int64_t wish_id = ++client->last_wish_id;

	command->wish_id = wish_id;
	command->op_id = op_id;
	command->group_id = group_id;
	mailbox_post(client->commands, command);
	return wish_id;
}

int64_t sync_outbox_cancel(SyncClient *client, int64_t op_id, int64_t group_id)
{
	return post_outbox(client, COMMAND_OUTBOX_CANCEL, op_id, group_id);
}

int64_t sync_outbox_retry(SyncClient *client, int64_t op_id, int64_t group_id)
{
	return post_outbox(client, COMMAND_OUTBOX_RETRY, op_id, group_id);
}

void sync_answer(SyncClient *client, const Question *question, AnswerChoice choice, Secret *secret)
{
	Command *command = command_new(COMMAND_ANSWER);

	command->question = question_copy(question);
	command->choice = choice;
	command->secret = secret ? secret_ref(secret) : NULL;
	mailbox_post(client->commands, command);
}

void sync_account_added(SyncClient *client, const Account *account)
{
	Command *command = command_new(COMMAND_ACCOUNT_ADDED);

	command->account = account_copy(account);
	mailbox_post(client->commands, command);
}

void sync_account_gone(SyncClient *client, const char *name)
{
	Command *command = command_new(COMMAND_ACCOUNT_GONE);

	command->text = g_strdup(name);
	mailbox_post(client->commands, command);
}
