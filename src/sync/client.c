#include "sync/client.h"

#include <poll.h>

#include "base/error.h"
#include "sync/command.h"
#include "sync/door.h"
#include "sync/engine.h"
#include "sync/event.h"
#include "sync/visit.h"
#include "vault/lock.h"

/* An engine that begins or ends has the lock and no door for a moment, or takes a call and ends. */
enum { PATIENCE_MS = 1000, LOOK_AGAIN_MS = 20, UNSERVED_MOST_MS = 10 * 1000 };

struct SyncClient {
	SyncSetup  setup;        /* with references and copies of its own */
	GPtrArray *accounts;     /* of Account */
	char      *door;         /* NULL: no other engine may serve us */
	Mailbox   *commands, *events;
	SyncEngine *engine;      /* one of these; the thread's, until it is joined */
	Visit      *visit;
	int64_t give_up_ms; /* uptime: nobody has opened until then. Moves on with each call … */
	int64_t     served_ms;   /* … while it is not too long ago that somebody served us */
	GThread    *thread;
	gint64      last_wish_id;    /* the client's thread only */
};

/* ---- who serves us ---- */

static bool become_engine(SyncClient *client, GError **err)
{
	Carrier *carrier = carrier_new(client->setup.clock, err);

	client->engine =
		carrier ? sync_engine_new(&client->setup, carrier, client->commands, err) : NULL;
	return client->engine != NULL;
}

static bool call_on_engine(SyncClient *client)
{
	if (client->door)
		client->visit = visit_new(client->door, &client->setup, client->commands, NULL);
	return client->visit != NULL;
}

static int64_t uptime_ms(const SyncClient *client) { return clock_uptime_ms(client->setup.clock); }

/* The engine here or elsewhere. ERR_HELD: elsewhere, and nobody opens. */
static bool find_engine(SyncClient *client, GError **err)
{
	for (;;) {
		g_autoptr(GError) why = NULL;
		bool is_late = uptime_ms(client) >= client->give_up_ms;
		if (become_engine(client, &why))
			return true;
		if (error_is(why, ERR_HELD) && !is_late && call_on_engine(client))
			return true;
		if (!error_is(why, ERR_HELD) || !client->door || is_late) {
			g_propagate_error(err, g_steal_pointer(&why));
			return false;
		}
		poll(NULL, 0, LOOK_AGAIN_MS);
	}
}

/* ---- the thread ---- */

static bool run_engine(SyncClient *client)
{
	while (sync_engine_turn(client->engine))
		;
	sync_engine_free(g_steal_pointer(&client->engine));
	return false;
}

/* Whoever takes the place of another must not bring back what was erased there. */
static void forget_accounts(SyncClient *client, const GPtrArray *gone)
{
	for (guint i = client->accounts->len; i > 0; i--) {
		const Account *account = g_ptr_array_index(client->accounts, i - 1);
		if (g_ptr_array_find_with_equal_func((GPtrArray *)gone, account->name, g_str_equal,
		                                     NULL))
			g_ptr_array_remove_index(client->accounts, i - 1);
	}
}

/* True if another engine must be found. */
static bool run_visit(SyncClient *client, GError **err)
{
	VisitEnd end = visit_run(client->visit, err);

	if (visit_was_served(client->visit))
		client->served_ms = uptime_ms(client);
	client->give_up_ms = MIN(uptime_ms(client) + PATIENCE_MS,
	                         client->served_ms + UNSERVED_MOST_MS);
	forget_accounts(client, visit_accounts_gone(client->visit));
	visit_free(g_steal_pointer(&client->visit));
	return end == VISIT_LOST && find_engine(client, err);
}

static gpointer run(gpointer data)
{
	SyncClient *client = data;
	SyncEvent over = { .kind = SYNC_STOPPED };
	g_autoptr(GError) error = NULL;
	bool goes_on = client->engine || client->visit || find_engine(client, &error);

	while (goes_on)
		goes_on = client->engine ? run_engine(client) : run_visit(client, &error);
	if (error) {
		over.error_kind = (int)error_kind(error);
		over.text = g_strdup(error->message);
	}
	event_post(client->events, over);
	return NULL;
}

/* ---- its life ---- */

static void client_free(SyncClient *client)
{
	sync_engine_free(client->engine);
	visit_free(client->visit);
	mailbox_unref(client->commands);
	mailbox_unref(client->events);
	g_ptr_array_unref(client->accounts);
	store_unref(client->setup.store);
	g_free((char *)client->setup.runtime_dir);
	g_free((char *)client->setup.internal_hosts);
	g_free((char *)client->setup.revocation_hosts);
	g_free(client->door);
	g_free(client);
}

static GPtrArray *copy_accounts(const GPtrArray *accounts)
{
	GPtrArray *copies = g_ptr_array_new_with_free_func((GDestroyNotify)account_free);

	for (guint i = 0; i < accounts->len; i++)
		g_ptr_array_add(copies, account_copy(g_ptr_array_index(accounts, i)));
	return copies;
}

static SyncClient *client_new(const SyncSetup *setup)
{
	SyncClient *client = g_new0(SyncClient, 1);

	client->setup = *setup;
	client->setup.store = store_ref(setup->store);
	client->accounts = copy_accounts(setup->accounts);
	client->setup.accounts = client->accounts;
	client->setup.runtime_dir = g_strdup(setup->runtime_dir);
	client->setup.internal_hosts = g_strdup(setup->internal_hosts);
	client->setup.revocation_hosts = g_strdup(setup->revocation_hosts);
	client->commands = mailbox_new((GDestroyNotify)command_free);
	client->events = mailbox_ref(setup->events);
	client->served_ms = uptime_ms(client);
	client->give_up_ms = client->served_ms + PATIENCE_MS;
	if (setup->may_join && setup->runtime_dir)
		client->door = door_path(setup->runtime_dir, store_dir(setup->store));
	return client;
}

SyncClient *sync_start(const SyncSetup *setup, GError **err)
{
	SyncClient *client = client_new(setup);

	if (!find_engine(client, err)) {
		client_free(client);
		return NULL;
	}
	client->thread = g_thread_new("engine", run, client);
	return client;
}

SyncClient *sync_start_soon(const SyncSetup *setup)
{
	SyncClient *client = client_new(setup);

	client->thread = g_thread_new("engine", run, client);
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

int64_t sync_now(SyncClient *client, int64_t account_id)
{
	Command *command = command_new(COMMAND_NOW);
	int64_t wish_id = ++client->last_wish_id;

	command->account_id = account_id;
	command->wish_id = wish_id;
	mailbox_post(client->commands, command);
	return wish_id;
}

void sync_folder_first(SyncClient *client, int64_t folder_id)
{
	Command *command = command_new(COMMAND_SCREEN_FOLDER);

	command->folder_id = folder_id;
	mailbox_post(client->commands, command);
}

static int64_t post_text(SyncClient *client, Command *command, const char *text)
{
	int64_t wish_id = ++client->last_wish_id;

	command->wish_id = wish_id;
	command->text = g_strdup(text);
	mailbox_post(client->commands, command);
	return wish_id;
}

static int64_t post(SyncClient *client, TaskKind task, Command *command)
{
	int64_t wish_id = ++client->last_wish_id;

	command->wish_task = task;
	command->wish_id = wish_id;
	mailbox_post(client->commands, command);
	return wish_id;
}

static int64_t post_wish(SyncClient *client, TaskKind task, int64_t message_id,
                         const char *reference)
{
	Command *command = command_new(COMMAND_WISH);

	command->message_id = message_id;
	command->text = g_strdup(reference);
	return post(client, task, command);
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

int64_t sync_wish_item_part(SyncClient *client, int64_t item_id, const char *reference)
{
	Command *command = command_new(COMMAND_WISH);

	command->item_id = item_id;
	command->text = g_strdup(reference);
	return post(client, TASK_FETCH_PART, command);
}

static int64_t post_question(SyncClient *client, TaskKind task, int64_t account_id,
                             const char *text)
{
	Command *command = command_new(COMMAND_WISH);

	command->account_id = account_id;
	command->text = g_strdup(text);
	return post(client, task, command);
}

int64_t sync_wish_oof(SyncClient *client, int64_t account_id)
{
	return post_question(client, TASK_OOF_GET, account_id, NULL);
}

int64_t sync_wish_gal(SyncClient *client, int64_t account_id, const char *query)
{
	return post_question(client, TASK_GAL, account_id, query);
}

int64_t sync_wish_resolve(SyncClient *client, int64_t account_id, const char *newline_list)
{
	return post_question(client, TASK_RESOLVE, account_id, newline_list);
}

int64_t sync_wish_certificates(SyncClient *client, int64_t account_id, const char *newline_list)
{
	return post_question(client, TASK_CERTIFICATES, account_id, newline_list);
}

int64_t sync_wish_photo(SyncClient *client, int64_t account_id, const char *address)
{
	return post_question(client, TASK_PHOTO, account_id, address);
}

int64_t sync_wish_busy(SyncClient *client, int64_t account_id, const char *query)
{
	return post_question(client, TASK_AVAILABILITY, account_id, query);
}

int64_t sync_wish_opinions(SyncClient *client, int64_t account_id, const char *newline_list)
{
	return post_question(client, TASK_VALIDATE, account_id, newline_list);
}

static int64_t post_remote(SyncClient *client, CommandKind kind, int64_t account_id,
                           int64_t message_id, const char *url)
{
	Command *command = command_new(kind);

	command->account_id = account_id;
	command->message_id = message_id;
	return post_text(client, command, url);
}

int64_t sync_wish_picture(SyncClient *client, int64_t account_id, int64_t message_id,
                          const char *url)
{
	return post_remote(client, COMMAND_PICTURE, account_id, message_id, url);
}

int64_t sync_wish_revocation(SyncClient *client, int64_t account_id, int64_t message_id,
                             const char *url)
{
	return post_remote(client, COMMAND_REVOCATION, account_id, message_id, url);
}

int64_t sync_wish_search(SyncClient *client, int64_t account_id, int64_t folder_id,
                         const Lookup *lookup)
{
	Command *command = command_new(COMMAND_WISH);

	command->account_id = account_id;
	command->folder_id = folder_id;
	command->text = lookup_to_text(lookup);
	return post(client, TASK_SEARCH, command);
}

int64_t sync_wish_found(SyncClient *client, int64_t account_id, const Found *found)
{
	g_autoptr(GPtrArray) one = g_ptr_array_new();

	g_ptr_array_add(one, (void *)found);
	g_autofree char *text = found_to_text(one, 1);
	return post_question(client, TASK_FETCH_FOUND, account_id, text);
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

int64_t sync_draft_bytes(SyncClient *client, int64_t draft_id, GBytes *mime)
{
	Command *command = command_new(COMMAND_DRAFT_BYTES);

	command->content = g_bytes_ref(mime);
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

int64_t sync_vip(SyncClient *client, const char *address)
{
	return post_text(client, command_new(COMMAND_VIP), address);
}

int64_t sync_not_vip(SyncClient *client, const char *address)
{
	return post_text(client, command_new(COMMAND_NOT_VIP), address);
}

static int64_t post_sender(SyncClient *client, CommandKind kind, int64_t account_id,
                           const char *address)
{
	Command *command = command_new(kind);

	command->account_id = account_id;
	return post_text(client, command, address);
}

int64_t sync_picture_sender(SyncClient *client, int64_t account_id, const char *address)
{
	return post_sender(client, COMMAND_PICTURE_SENDER, account_id, address);
}

int64_t sync_not_picture_sender(SyncClient *client, int64_t account_id, const char *address)
{
	return post_sender(client, COMMAND_NOT_PICTURE_SENDER, account_id, address);
}

static void post_certificates(SyncClient *client, const GPtrArray *changes, int64_t wish_id)
{
	Command *command = command_new(COMMAND_CERTIFICATES);

	command->content = certificate_changes_to_bytes(changes);
	command->wish_id = wish_id;
	mailbox_post(client->commands, command);
}

int64_t sync_certificates(SyncClient *client, const GPtrArray *changes)
{
	post_certificates(client, changes, ++client->last_wish_id);
	return client->last_wish_id;
}

void sync_certificates_found(SyncClient *client, const GPtrArray *changes)
{
	post_certificates(client, changes, 0);
}

static int64_t post_lock(SyncClient *client, Command *command)
{
	command->wish_id = ++client->last_wish_id;
	mailbox_post(client->commands, command);
	return client->last_wish_id;
}

int64_t sync_lock(SyncClient *client) { return post_lock(client, command_new(COMMAND_LOCK)); }

int64_t sync_unlock(SyncClient *client)
{
	Command *command = command_new(COMMAND_UNLOCK);

	command->content = vault_hand_over(store_vault(client->setup.store), NULL);
	return post_lock(client, command);
}

void sync_answer(SyncClient *client, const Question *question, AnswerChoice choice, Secret *secret)
{
	Command *command = command_new(COMMAND_ANSWER);

	command->question = question_copy(question);
	command->choice = choice;
	command->secret = secret ? secret_ref(secret) : NULL;
	mailbox_post(client->commands, command);
}

int64_t sync_account_set(SyncClient *client, const char *former, const Account *account,
                         Secret *password)
{
	Command *command = command_new(COMMAND_ACCOUNT_SET);

	command->account = account_copy(account);
	command->secret = password ? secret_ref(password) : NULL;
	return post_text(client, command, former ? former : account->name);
}

int64_t sync_account_gone(SyncClient *client, const char *name)
{
	return post_text(client, command_new(COMMAND_ACCOUNT_GONE), name);
}
